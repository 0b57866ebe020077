"""The pace of the stand-ins: no window of its length may hold more arrivals (issue 2, point 7)."""

import random

import pytest

from bot.sandbox.window import JITTER, Pace, Rate, SlidingLog

RATE = Rate(30, 1.0)


def test_a_burst_at_the_turn_of_a_second_does_not_hide() -> None:
    log = SlidingLog(RATE)
    assert [log.admit(0.9) for _ in range(30)] == [0.0] * 30
    assert log.admit(1.1) == pytest.approx(0.8)
    assert log.admit(1.84) > 0
    assert log.admit(1.9 - JITTER + 0.001) == 0.0


def test_whoever_was_refused_takes_no_place() -> None:
    log = SlidingLog(Rate(1, 1.0))
    assert log.admit(0.0) == 0.0
    assert all(log.admit(at / 10) for at in range(1, 9))
    assert log.admit(1.0) == 0.0


def test_no_second_ever_holds_more_than_the_rate() -> None:
    dice = random.Random(7)
    log, admitted, now = SlidingLog(RATE), [], 0.0
    for _ in range(20_000):
        now += dice.expovariate(45)
        if log.admit(now) == 0.0:
            admitted.append(now)
    closest = min(later - first for first, later in zip(admitted, admitted[30:], strict=False))
    assert 1.0 - JITTER <= closest < 1.0 - JITTER / 2


def test_what_is_left_and_when_all_is_free_again() -> None:
    log = SlidingLog(Rate(5, 2.0))
    assert (log.remaining(), log.clear_after(0.0)) == (5, 0.0)
    log.admit(10.0)
    log.admit(11.0)
    assert (log.remaining(), log.clear_after(11.5)) == (3, 1.5)


def test_a_pace_that_is_off_lets_everything_through_and_counts_nothing() -> None:
    pace = Pace()
    window = pace.window(Rate(1, 1.0), "a")
    pace.strict = False
    assert [pace.admit(window, 0.0) for _ in range(3)] == [0.0] * 3
    pace.strict = True
    assert pace.admit(pace.window(Rate(1, 1.0), "a"), 0.0) == 0.0
    assert pace.admit(pace.window(Rate(1, 1.0), "a"), 0.0) == 1.0
    assert pace.admit(pace.window(Rate(1, 1.0), "b"), 0.0) == 0.0


def test_a_place_is_taken_in_every_window_or_in_none() -> None:
    pace = Pace()

    def wait(now: float) -> float:
        return pace.admit_all((pace.window(Rate(1, 1.0), "a"), pace.window(Rate(2, 60.0), "a")), now)

    assert [wait(0.0), wait(0.5), wait(1.0)] == [0.0, 0.5, 0.0]
    assert wait(2.0) == 58.0, "the longest"
    assert wait(60.0) == 0.0
    assert wait(61.0) == 0.0, "the refused ones took no place"


def test_who_has_been_quiet_for_a_window_is_forgotten_and_no_sooner() -> None:
    """A broadcast to 100,000 chats must not leave 100,000 windows."""
    pace, rate = Pace(), Rate(3, 1.0)
    pace.admit(pace.window(rate, "first"), 0.0)
    for n in range(1, 5_000):
        assert pace.admit(pace.window(rate, str(n)), n / 100) == 0.0
        assert len(pace) <= 101
    assert pace.admit(pace.window(Rate(1, 900.0), "slow"), 50.0) == 0.0
    assert pace.admit(pace.window(rate, "first"), 99.0) == 0.0
    assert len(pace) == 2, "each rate by itself"
    assert pace.admit(pace.window(Rate(1, 900.0), "slow"), 99.0) > 0


def test_one_who_comes_all_the_time_keeps_nobody_else_in_mind() -> None:
    pace, rate = Pace(), Rate(3, 1.0)
    for n in range(500):
        for key in ("busy", str(n)):
            assert pace.admit(pace.window(rate, key), n / 2) == 0.0
        assert len(pace) <= 4


def test_a_window_that_was_asked_for_and_forgotten_meanwhile_still_counts() -> None:
    pace, rate = Pace(), Rate(1, 1.0)
    pace.admit(pace.window(rate, "a"), 0.0)
    held = pace.window(rate, "a")
    pace.admit(pace.window(rate, "b"), 9.0)
    assert len(pace) == 1
    assert pace.admit(held, 9.0) == 0.0
    assert pace.admit(pace.window(rate, "a"), 9.5) == 0.5
