"""Pace: the clock of a credential gives tokens evenly and saves nothing up (OUTBOX.md section b)."""

import random

import pytest

from bot import pace
from bot.model import Window

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


# ── Windows ──────────────────────────────────────────────────────────────────────────────────────────────────────

GROUP = (Window(1, 1.0), Window(20, 60.0))  #: PLATFORMS.md c: one a second in a chat, twenty a minute in a group


@pytest.mark.parametrize("windows", [GROUP, (Window(100, 900.0),), (Window(5, 5.0), Window(30, 60.0))])
def test_no_window_of_any_length_is_ever_exceeded(windows: tuple[Window, ...]) -> None:
    chance = random.Random(9)
    recent: list[int] = []
    sent: list[int] = []
    now = NOW
    for _ in range(3000):
        now += chance.randrange(SECOND // 2)
        if pace.room(recent, windows, now, 1):
            recent = pace.remembered(recent, [now], windows, now)
            sent.append(now)
    for window in windows:
        width = round(window.seconds * SECOND)
        assert all(sum(start <= at < start + width for at in sent) <= window.count for start in sent)
    tightest = min(window.count / window.seconds for window in windows)
    assert len(sent) / ((now - NOW) / SECOND) >= 0.9 * tightest


@pytest.mark.parametrize("windows", [(), GROUP])
def test_whoever_has_sent_nothing_may_send_at_once(windows: tuple[Window, ...]) -> None:
    assert pace.free([], windows) == 0
    assert pace.room([], windows, NOW, 1) == 1


def test_the_next_is_free_when_the_fullest_window_lets_go_of_its_oldest() -> None:
    recent = [NOW + number * SECOND for number in range(20)]
    assert pace.free(recent, GROUP) == NOW + pace.gap(60.0)
    assert pace.free(recent[:19], GROUP) == recent[18] + pace.gap(1.0)
    assert pace.room(recent, GROUP, pace.free(recent, GROUP), 5) == 1  # the chat's own second allows no more


def test_as_many_times_are_remembered_as_the_largest_window_counts() -> None:
    times = [NOW + number for number in range(50)]
    assert pace.remembered([], times, GROUP, NOW) == times[-20:]
    assert pace.remembered(times, [NOW + 99], (), NOW) == []


def test_times_that_a_clock_which_stepped_back_has_left_are_forgotten() -> None:
    """FAILURES.md section 1, clock step: else nothing leaves for an hour."""
    ahead = NOW + pace.LONGEST + 1
    assert pace.remembered([NOW - 5, ahead], [NOW], GROUP, NOW) == [NOW - 5, NOW]


@pytest.mark.parametrize(
    ("tick", "ahead"), [(0, 100_000), (50_000, 100_000), (120_000, 240_000), (900_000, 400_000), (-SECOND, 100_000)]
)
def test_tokens_are_taken_as_far_ahead_as_ticks_are_long(tick: int, ahead: int) -> None:
    """A token that falls due between two ticks is lost (row 9: one busy worker kept 62 % of its pace)."""
    assert pace.reach(tick) == ahead
