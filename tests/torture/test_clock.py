"""Row 19 of FAILURES.md section 3: somebody sets the machine's clock.

On SQLite the store goes by the machine's clock, and `Outbox(database, steady)` notices that it was set by a clock that
nobody sets. PostgreSQL's clock cannot be turned by a test (it is the server's machine's), and a worker's own is not
asked: what is left to test there is that a worker's clock may say what it likes.
"""

import datetime as dt
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.model import UTC, DeliveryState, Limits, Window
from bot.ports import Claim
from tests.contracts.conftest import Clock, Pace, Store, account, ended, targets

S = DeliveryState
BOUND = 5.0  #: seconds
STEPS = {"an hour back": -3600.0, "an hour on": 3600.0, "a day on": 86_400.0}


@dataclass
class Machine(Clock):
    """Two clocks: one that is set, and one that nobody sets."""

    seconds: float = 0.0

    def steady(self) -> float:
        return self.seconds

    def passes(self, seconds: float) -> None:
        self.forward(seconds)
        self.seconds += seconds


async def claimed_after(store: Store, machine: Machine, seconds: float = 120.0) -> float:
    """Seconds of the steady clock until something is claimed."""
    began = machine.seconds
    while machine.seconds - began < seconds:
        if await store.tick():
            return machine.seconds - began
        machine.passes(0.25)
    return seconds


def site(tmp_path: Path) -> tuple[Store, Machine]:
    machine = Machine()
    return Store(tmp_path / "s.db", machine, steady=machine.steady), machine


@pytest.mark.parametrize("by", STEPS.values(), ids=STEPS)
async def test_a_clock_that_is_set_stalls_nothing(tmp_path: Path, by: float) -> None:
    """Row 19: at a pace of its own and a target's, with more waiting: the next leaves within 5 s."""
    store, machine = site(tmp_path)
    async with store:
        await store.meet(account("readers", "@a", "@b"), paces=Pace(Limits(rate=10), (Window(1, 1.0),)))
        for number in range(20):
            await store.announce(f"story {number}")
        claims: tuple[Claim, ...] = ()
        for _ in range(8):
            claims = await store.tick(*(ended(claim, S.SENT) for claim in claims))
            machine.passes(0.25)
        machine.forward(by)
        await store.tick(*(ended(claim, S.SENT) for claim in claims), room=0)
        stall = await claimed_after(store, machine)
    print(f"row 19: clock {by:+.0f} s: the next delivery after {stall:.2f} s")
    assert stall <= BOUND


@pytest.mark.parametrize("by", STEPS.values(), ids=STEPS)
@pytest.mark.parametrize("what", ["delivery", "account", "circuit"])
async def test_what_waits_waits_as_long_as_it_would_have(tmp_path: Path, by: float, what: str) -> None:
    """No stall of an hour, and nothing a day early: 30 s stay 30 s."""
    store, machine = site(tmp_path)
    async with store:
        await store.meet(account())
        await store.announce("one")
        [claim] = await store.tick()
        until = store.clock() + dt.timedelta(seconds=30)
        waits: dict[str, dict[str, Any]] = {
            "delivery": {},
            "account": {"pause": "account", "until": until},
            "circuit": {"trouble": True},
        }
        await store.tick(ended(claim, S.SNOOZED, due=until, spent=False, reason="429", **waits[what]), room=0)
        machine.forward(by)
        waited = await claimed_after(store, machine)
    print(f"row 19: clock {by:+.0f} s: a wait of 30 s ({what}) took {waited:.2f} s")
    assert 30 - 0.25 <= waited <= 30 + BOUND


@pytest.mark.parametrize("by", STEPS.values(), ids=STEPS)
async def test_a_clock_that_is_set_while_the_bot_is_down_stalls_nothing(tmp_path: Path, by: float) -> None:
    """A trial: clock −1 h after a crash, and nothing was claimable for an hour (FAILURES.md section 1)."""
    store, machine = site(tmp_path)
    readers = account("readers", "@a", "@b")
    paces = Pace(Limits(rate=10), (Window(1, 1.0),))
    async with store:
        await store.meet(readers, paces=paces)
        for number in range(3):
            await store.announce(f"story {number}")
        await store.spread()
        flying = await store.tick()
        assert flying
    machine.forward(by)
    async with store:
        await store.meet(readers, paces=paces)
        doubts = await store.outbox.doubts()
        assert sorted(targets(doubts)) == sorted(targets(flying))
        again = {"due": store.clock(), "again": True}
        await store.tick(*(ended(doubt, S.SNOOZED, **again) for doubt in doubts), room=0)
        stall = await claimed_after(store, machine)
    print(f"row 19: clock {by:+.0f} s while the bot was down: the next delivery after {stall:.2f} s")
    assert stall <= BOUND


async def test_a_workers_clock_is_not_asked_on_postgresql(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """There the database's own counts, for all workers (FAILURES.md section 1, clock step)."""
    async with Store(postgres_url, Clock(None)) as store:
        await store.meet(account("readers", "@a", "@b"))
        await store.announce("one")
        real = time.time
        monkeypatch.setattr(time, "time", lambda: real() - 3600)
        monkeypatch.setattr(time, "time_ns", time.monotonic_ns)
        await store.spread()
        claims = await store.tick()
        assert len(claims) == 2
        [(since,)] = await store.rows("select min(since) as since from delivery")
        assert abs(since / 1_000_000 - real()) < 60
        assert store.database.clock() > dt.datetime.fromtimestamp(real() - 60, UTC)
