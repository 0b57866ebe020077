"""Row 19 of FAILURES.md section 3: somebody sets the machine's clock.

On SQLite the store goes by the machine's clock. While the bot runs, `Outbox(database, steady)` notices by a clock that
nobody sets; while it is down, its successor finds later times in the store than now. That is how PostgreSQL's workers
find it, too, running or not: there the server's clock counts, and a worker's own may say what it likes.

Set forward while nobody looks, a clock cannot be told from a long pause: all that waited is due, once.
"""

import datetime as dt
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.model import UTC, DeliveryState, Limits, Window
from bot.ports import Claim, Polled
from bot.store import outbox
from bot.store.diary import Diary
from tests.contracts.conftest import DATABASES, FEED, Clock, Pace, Store, account, ended, names, targets

S = DeliveryState
BOUND = 5.0  #: seconds
STEPS = {"an hour back": -3600.0, "an hour on": 3600.0, "a day on": 86_400.0}
WAITS = ("delivery", "account", "circuit")
READERS = account("readers", "@a", "@b")
PACES = Pace(Limits(rate=10), (Window(1, 1.0),))
HOUR = dt.timedelta(hours=1)


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


async def told(store: Store, machine: Machine, seconds: float) -> list[tuple[float, str]]:
    """Send whatever can be sent in that time: when each leaves by the steady clock, and what it says."""
    sent: list[tuple[float, str]] = []
    claims: tuple[Claim, ...] = ()
    until = machine.seconds + seconds
    while machine.seconds < until:
        claims = await store.tick(*(ended(claim, S.SENT) for claim in claims))
        sent += [(machine.seconds, name) for name in names(claims)]
        machine.passes(0.5)
    await store.tick(*(ended(claim, S.SENT) for claim in claims), room=0)
    return sent


def wait(what: str, until: dt.datetime) -> dict[str, Any]:
    """An outcome that lets a delivery wait, and its account or the platform with it."""
    waits: dict[str, dict[str, Any]] = {
        "delivery": {},
        "account": {"pause": "account", "until": until},
        "circuit": {"trouble": True},
    }
    return {"due": until, "spent": False, "reason": "429", **waits[what]}


@pytest.fixture(params=DATABASES)
def either(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Store, Machine]:
    """A store on a machine whose clock is set, on either database."""
    if request.param == "sqlite":
        return site(tmp_path)
    machine = Machine()
    return Store(request.getfixturevalue("postgres_url"), machine), machine


def site(tmp_path: Path) -> tuple[Store, Machine]:
    machine = Machine()
    return Store(tmp_path / "s.db", machine, steady=machine.steady), machine


@pytest.mark.parametrize("by", STEPS.values(), ids=STEPS)
async def test_a_clock_that_is_set_stalls_nothing(tmp_path: Path, by: float) -> None:
    """Row 19: at a pace of its own and a target's, with more waiting: the next leaves within 5 s."""
    store, machine = site(tmp_path)
    async with store:
        await store.meet(READERS, paces=PACES)
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
@pytest.mark.parametrize("what", WAITS)
async def test_what_waits_waits_as_long_as_it_would_have(tmp_path: Path, by: float, what: str) -> None:
    """No stall of an hour, and nothing a day early: 30 s stay 30 s."""
    store, machine = site(tmp_path)
    async with store:
        await store.meet(account())
        await store.announce("one")
        [claim] = await store.tick()
        until = store.clock() + dt.timedelta(seconds=30)
        await store.tick(ended(claim, S.SNOOZED, **wait(what, until)), room=0)
        machine.forward(by)
        waited = await claimed_after(store, machine)
    print(f"row 19: clock {by:+.0f} s: a wait of 30 s ({what}) took {waited:.2f} s")
    assert 30 - 0.25 <= waited <= 30 + BOUND


@pytest.mark.parametrize("by", STEPS.values(), ids=STEPS)
async def test_a_clock_that_is_set_lets_no_lane_go_early(tmp_path: Path, by: float) -> None:
    """A target's own pace is kept over the step: one a second."""
    store, machine = site(tmp_path)
    async with store:
        await store.meet(account(), paces=Pace(windows=(Window(1, 1.0),)))
        await store.announce("one")
        await store.announce("two")
        [claim] = await store.tick()
        machine.forward(by)
        await store.tick(room=0)
        await store.tick(ended(claim, S.SENT), room=0)
        assert 1 <= await claimed_after(store, machine) <= 1 + BOUND


@pytest.mark.parametrize("by", STEPS.values(), ids=STEPS)
async def test_how_old_a_key_is_does_not_change_with_the_clock(tmp_path: Path, by: float) -> None:
    """Older, an outage of a minute would count as one of a day, and bury its deliveries; younger, a platform would be
    trusted to know a key that it has long forgotten.
    """
    store, machine = site(tmp_path)
    async with store:
        await store.meet(account())
        await store.announce("one")
        [claim] = await store.tick()
        until = store.clock() + dt.timedelta(seconds=30)
        await store.tick(ended(claim, S.SNOOZED, again=True, **wait("delivery", until)), room=0)
        machine.forward(by)
        await store.tick(room=0)
        machine.passes(40)
        [again] = await store.tick()
        assert again.delivery.since is not None
        assert abs((store.clock() - again.delivery.since).total_seconds() - 40) <= BOUND


@pytest.mark.parametrize("by", STEPS.values(), ids=STEPS)
async def test_a_clock_that_is_set_hurries_no_chore_and_no_retraction(tmp_path: Path, by: float) -> None:
    """No early or double digest: what a chore did is done. A post that is missing has ten minutes to come back."""
    store, machine = site(tmp_path)
    async with store:
        await store.meet(account())
        diary = Diary(store.database)
        gone, never = await store.announce("one"), await store.announce("two")
        await store.inbox.miss(FEED.name, {gone: store.clock(), never: dt.datetime.max.replace(tzinfo=UTC)}, ())
        assert await diary.take("a digest", HOUR)
        await store.tick()
        machine.forward(by)
        await store.tick(room=0)
        machine.passes(60)
        since = await store.inbox.missing(FEED.name)
        assert abs((store.clock() - since[gone]).total_seconds() - 60) <= BOUND
        assert since[never] == dt.datetime.max.replace(tzinfo=UTC)
        assert not await diary.take("a digest", HOUR)
        machine.passes(3600)
        assert await diary.take("a digest", HOUR)


# ── While the bot is down ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("by", STEPS.values(), ids=STEPS)
async def test_a_clock_that_is_set_while_the_bot_is_down_stalls_nothing(
    either: tuple[Store, Machine], by: float
) -> None:
    """A trial: clock −1 h after a crash, and nothing was claimable for an hour (FAILURES.md section 1)."""
    store, machine = either
    async with store:
        await store.meet(READERS, paces=PACES)
        for number in range(3):
            await store.announce(f"story {number}")
        await store.spread()
        flying = await store.tick()
        assert flying
        await store.inbox.polled([Polled(FEED.name)])
    machine.forward(by)
    async with store:
        await store.meet(READERS, paces=PACES)
        doubts = await store.outbox.doubts()
        assert sorted(targets(doubts)) == sorted(targets(flying))
        again = {"due": store.clock(), "again": True}
        await store.tick(*(ended(doubt, S.SNOOZED, **again) for doubt in doubts), room=0)
        stall = await claimed_after(store, machine)
    print(f"row 19: clock {by:+.0f} s while the bot was down: the next delivery after {stall:.2f} s")
    assert stall <= BOUND


@pytest.mark.parametrize("by", STEPS.values(), ids=STEPS)
@pytest.mark.parametrize("what", WAITS)
async def test_what_waits_over_a_stop_is_told_once_and_in_time(
    either: tuple[Store, Machine], by: float, what: str
) -> None:
    """Set back, 30 s stay 30 s, over however many stops; set forward, they are over. Each once, in order."""
    store, machine = either
    async with store:
        await store.meet(account())
        await store.announce("one")
        await store.announce("two")
        [claim] = await store.tick()
        until = store.clock() + dt.timedelta(seconds=30)
        await store.tick(ended(claim, S.SNOOZED, **wait(what, until)), room=0)
        await store.inbox.polled([Polled(FEED.name)])
    machine.forward(by)
    sent = []
    for seconds in (10.0, 40.0):
        async with store:
            await store.meet(account())
            assert await store.outbox.doubts() == ()
            sent += await told(store, machine, seconds)
    print(f"row 19: clock {by:+.0f} s while the bot was down: a wait of 30 s ({what}) took {sent[0][0]:.2f} s")
    assert [name for _, name in sent] == ["one", "two"]
    least = 30 if by < 0 else 0
    assert least - 1 <= sent[0][0] <= least + BOUND


async def test_what_a_platform_asked_for_hours_ago_is_still_known_to_have_been_asked(tmp_path: Path) -> None:
    """The feeds' polls tell the time as well: half a day's Retry-After of which three hours are over goes on."""
    store, machine = site(tmp_path)
    async with store:
        await store.meet(account())
        await store.announce("one")
        [claim] = await store.tick()
        until = store.clock() + dt.timedelta(hours=12)
        await store.tick(ended(claim, S.SNOOZED, **wait("account", until)), room=0)
        machine.passes(3 * 3600)
        await store.inbox.polled([Polled(FEED.name)])
    machine.forward(-3600)
    async with store:
        await store.meet(account())
        [(paused,)] = await store.rows("select paused_until from account")
        assert dt.datetime.fromtimestamp(paused / 1_000_000, UTC) - store.clock() == dt.timedelta(hours=9)


async def test_where_no_feed_was_read_the_last_outcome_tells_the_time(tmp_path: Path) -> None:
    """On SQLite, where no worker gives signs of life."""
    store, machine = site(tmp_path)
    async with store:
        await store.meet(account())
        await store.announce("one")
        [claim] = await store.tick()
        until = store.clock() + dt.timedelta(seconds=30)
        await store.tick(ended(claim, S.SNOOZED, **wait("delivery", until)), room=0)
    machine.forward(-3600)
    async with store:
        await store.meet(account())
        assert 30 - 1 <= await claimed_after(store, machine) <= 30 + BOUND


async def test_after_a_step_back_no_key_of_minutes_is_trusted(either: tuple[Store, Machine]) -> None:
    """Nobody knows for how long the bot was down: Discord's nonce may be forgotten; a webhook-id is known for days."""
    store, machine = either
    async with store:
        await store.meet(account())
        await store.announce("one")
        await store.tick()
        await store.inbox.polled([Polled(FEED.name)])
    machine.passes(1200)
    machine.forward(-3600)
    async with store:
        await store.meet(account())
        [doubt] = await store.outbox.doubts()
        assert doubt.delivery.since is not None
        assert HOUR <= store.clock() - doubt.delivery.since < 2 * HOUR


async def test_a_pace_is_not_stalled_by_a_step_that_nobody_notices(tmp_path: Path) -> None:
    """A clock of an account that reaches further than any pace was set before the step."""
    machine = Machine()
    store = Store(tmp_path / "s.db", machine)  # and nothing steady beside it
    async with store:
        await store.meet(READERS, paces=Pace(Limits(rate=1)))
        await store.announce("one")
        await store.spread()
        await store.tick()
        machine.forward(-3600)
        assert await claimed_after(store, machine) <= BOUND


# ── PostgreSQL ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("what", WAITS)
async def test_a_servers_clock_that_is_set_back_under_its_workers_stalls_nothing(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """A failover to a machine whose clock is an hour behind. Of two workers one shifts, once."""
    monkeypatch.setattr(outbox, "RENEW", -1.0)
    machine = Machine()
    async with Store(postgres_url, machine) as store, Store(postgres_url, machine) as other:
        await store.meet(account())
        await other.meet(account())
        await store.announce("one")
        [claim] = await store.tick()
        until = store.clock() + dt.timedelta(seconds=30)
        await store.tick(ended(claim, S.SNOOZED, **wait(what, until)), room=0)
        machine.forward(-3600)
        assert await other.tick() == ()
        waited = await claimed_after(store, machine)
    assert 30 - 1 <= waited <= 30 + BOUND


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
