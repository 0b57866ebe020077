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
