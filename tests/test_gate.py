"""The gate of an account: tokens and claims meet at the token's time (FAILURES.md section 3, rows 9 and 12)."""

import random
from bisect import bisect_left

import pytest

from bot import pace
from bot.gate import CATCH_UP, LATE, SHIFT, WINDOW, Gate
from bot.model import Delivery, Message, Priority, Style, Target
from bot.ports import Claim

BORN = 7.0


def claim(name: str, at: float = 0.0, priority: Priority = Priority.NORMAL, due: float = 0.0) -> Claim:
    message = Message("telegram", Style(), name, len(name), 4096, "code points", {})
    target = Target(name, personal=name.startswith("reader"))
    return Claim("bot", at, priority, Delivery(1, name, "send", target, message), due=due, paced=True)


def entered(*claims: Claim) -> Gate:
    gate = Gate()
    for one in claims:
        gate.enter(one, BORN)
    return gate


def first(gate: Gate, at: float) -> str:
    (taken, born) = gate.first(at)
    assert born == BORN
    return taken.delivery.target.address


# ── Who leaves ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_hurries_takes_the_tokens_of_what_was_claimed_before_it() -> None:
    """Row 12: three digests hold the next three tokens; the news that is claimed behind them goes out first."""
    gate = entered(*(claim(f"digest {n}", n / 30, Priority.DIGEST) for n in range(3)))
    gate.enter(claim("news", 3 / 30, Priority.BREAKING), BORN)
    assert [first(gate, n / 30) for n in range(4)] == ["news", "digest 0", "digest 1", "digest 2"]


def test_what_many_read_goes_before_a_single_reader_and_what_was_claimed_first_before_the_rest() -> None:
    gate = entered(claim("reader 1", 1), claim("reader 2", 2), claim("channel 3", 3), claim("channel 4", 4))
    assert [first(gate, 9) for _ in range(4)] == ["channel 3", "channel 4", "reader 1", "reader 2"]


def test_nothing_leaves_before_its_lane_lets_it() -> None:
    gate = entered(claim("news", 5, Priority.BREAKING, due=5), claim("digest", 1, Priority.DIGEST))
    assert [first(gate, 1), first(gate, 5)] == ["digest", "news"]


def test_a_token_that_comes_before_its_elder_gets_what_its_lane_lets_go_first() -> None:
    """Two timers of nearly one time may go off in either order; the claim waits for its lane then."""
    gate = entered(claim("late", 2, due=2), claim("early", 1, due=1))
    assert [first(gate, 0.5), first(gate, 0.5)] == ["early", "late"]


def test_for_want_of_a_token_the_least_urgent_is_given_back() -> None:
    gate = entered(claim("news", 2, Priority.BREAKING), claim("digest", 1, Priority.DIGEST))
    assert gate.last()[0].delivery.target.address == "digest"
    assert first(gate, 9) == "news"


# ── How late tokens are ──────────────────────────────────────────────────────────────────────────────────────────


def test_tokens_in_time_leave_at_their_times() -> None:
    gate = Gate()
    for at in (10.0, 10.1, 10.2):
        assert gate.ahead(at, at - 0.05) == pytest.approx(0.05)
        assert gate.leaves(at, at + LATE / 2)


def test_after_a_stall_all_that_follows_is_shifted_by_as_much() -> None:
    gate = Gate()
    assert gate.leaves(10.0, 10.0)
    assert gate.leaves(10.03, 10.23)
    assert gate.ahead(10.06, 10.23) == pytest.approx(0.03, abs=0.01)


def test_a_shift_is_caught_up_with_slowly() -> None:
    gate = Gate()
    assert gate.leaves(10.0, 10.0)
    assert gate.leaves(10.0, 10.2)
    behind = [gate.ahead(at, at) for at in (10.5, 11.0) if gate.leaves(at, at + gate.ahead(at, at))]
    assert behind[0] - behind[1] == pytest.approx(CATCH_UP * 0.5, rel=0.2)


def test_after_a_pause_nobody_is_behind() -> None:
    gate = Gate()
    assert gate.leaves(10.0, 10.3)
    assert gate.ahead(12.0, 10.3 + WINDOW + 0.1) == pytest.approx(0.6)


def test_shifted_too_far_it_begins_anew_and_past_tokens_are_not_used() -> None:
    gate = Gate()
    assert gate.leaves(10.0, 10.0)
    now = 10.0 + SHIFT + 0.1
    assert not gate.leaves(10.0, now)
    assert not gate.leaves(now - 0.01, now)
    assert gate.leaves(now, now)


@pytest.mark.parametrize(("asked", "kept"), [(0.1, 0.1), (43_838.0, SHIFT)])
def test_what_was_claimed_in_advance_does_not_leave_into_the_peace_asked_for(asked: float, kept: float) -> None:
    """As far as tokens are taken in advance: what is claimed later, the store has let go."""
    gate = Gate()
    gate.shut(10.0, asked)
    assert not gate.leaves(10.0 + kept - 0.01, 10.0 + kept - 0.01)
    assert gate.leaves(10.0 + kept, 10.0 + kept)


@pytest.mark.parametrize("seed", range(60))
def test_however_the_process_stalls_no_second_sees_more_than_its_share(seed: int) -> None:
    """Row 9: the platform counts any second; stalls of up to a third of one may not squeeze it."""
    chance, gate = random.Random(seed), Gate()
    every = pace.interval(30) / 1_000_000
    now, left = 0.0, list[float]()
    for at in (number * every for number in range(600)):
        now = max(now, at + chance.random() * LATE / 2)
        now += max(0.0, gate.ahead(at, now))
        if chance.random() < 0.02:
            now += chance.random() * 0.33
        if gate.leaves(at, now):
            left.append(now)
    assert max(sum(begin <= at < begin + 1 for at in left) for begin in left) <= 30
    assert len(left) > 450


@pytest.mark.parametrize("seed", range(60))
def test_however_long_one_worker_waits_for_its_commit_the_others_tokens_leave_no_room_for_its_late_ones(
    seed: int,
) -> None:
    """Row 9 with four workers: what one of them took is late by up to half a second, what the others take is not."""
    chance, gates = random.Random(seed), [Gate() for _ in range(4)]
    every, ahead = pace.interval(30) / 1_000_000, pace.FARTHEST / 1_000_000
    left, now = list[float](), 0.0
    for _ in range(120):
        gate, taken = chance.choice(gates), [now + number * every for number in range(round(ahead / every))]
        claimed = now + chance.choice((0.0, 0.0, 0.0, chance.random() / 2))
        times = (max(at, claimed) + chance.random() * LATE / 2 for at in taken)
        left += [time for at, time in zip(taken, times, strict=True) if gate.leaves(at, time, alone=False)]
        now = taken[-1] + every
    left.sort()
    assert max(bisect_left(left, begin + 1) - number for number, begin in enumerate(left)) <= 30
    assert len(left) > 900
