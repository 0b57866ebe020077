"""Pace: the clock of a credential gives tokens evenly and saves nothing up (OUTBOX.md section b)."""

import pytest

from bot import pace

SECOND = 1_000_000
NOW = 1_000 * SECOND


def test_thirty_a_second_stays_under_thirty_in_any_second() -> None:
    every = pace.interval(30)
    clock, sent = 0, []
    for now in range(NOW, NOW + 5 * SECOND, 50_000):
        times = pace.tokens(clock, every, now, 1000)
        sent += times
        clock = times[-1] + every if times else clock
    windows = [sum(start <= at < start + SECOND for at in sent) for start in sent]
    assert max(windows) <= 30
    assert len(sent) / 5 >= 29  # 97 % of the published rate (FAILURES.md section 3 row 9)


def test_a_long_pause_saves_no_burst_up() -> None:
    every = pace.interval(30)
    times = pace.tokens(0, every, NOW, 1000)
    assert times[0] == NOW
    assert times == list(range(NOW, NOW + pace.AHEAD + 1, every))


@pytest.mark.parametrize(
    ("clock", "room", "first"),
    [
        (NOW + 50_000, 10, NOW + 50_000),  # the next token is not due yet, but soon
        (NOW + pace.AHEAD + 1, 10, None),  # nor within what is taken ahead
        (NOW, 0, None),  # no room for another delivery on its way
        (
            NOW + 2 * pace.LONGEST,
            10,
            NOW,
        ),  # set before the system's clock stepped back: it must not stall us for an hour
    ],
)
def test_the_first_token_falls_due_where_the_clock_says(clock: int, room: int, first: int | None) -> None:
    times = pace.tokens(clock, 100_000, NOW, room)
    assert (times[0] if times else None) == first


@pytest.mark.parametrize(
    ("dues", "times"),
    [
        ([0, 0, 0], [0, 10, 20]),  # lanes at rest go at the account's pace
        ([0, 50, 0], [0, 10, 50]),  # one that has just posted waits, and holds up no other
        ([5, 6], [5, 15]),  # nothing leaves before its lane's time
        ([pace.AHEAD + 99], [pace.AHEAD]),  # a refused try leaves its lane's time behind
    ],
)
def test_requests_are_spread_over_their_lanes_times_and_the_accounts_pace(dues: list[int], times: list[int]) -> None:
    """discord-api-docs: 5 messages in 5 s in a channel; one sent 100 ms early is the sixth."""
    found = pace.spread([NOW + due for due in dues], NOW, 10, NOW)
    assert found == [NOW + time for time in times]
