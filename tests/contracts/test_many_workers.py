"""Several workers on one PostgreSQL: what they share, and who takes over from the dead (DESIGN.md section 4)."""

import asyncio
import datetime as dt
import threading
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.model import DeliveryState, Feed, Limits
from bot.ports import Claim, Polled
from bot.store import takeover
from bot.store.database import Connection
from tests.contracts.conftest import FEED, Clock, Pace, Store, account, emptied, ended, opened, targets

S = DeliveryState
LEASE = dt.timedelta(seconds=60)


@pytest.fixture
async def pair(shared_url: str) -> AsyncIterator[tuple[Store, Store]]:
    """Two workers on one PostgreSQL, and one clock."""
    clock = Clock()
    emptied(shared_url)
    async with Store(shared_url, clock=clock) as one, Store(shared_url, clock=clock) as two:
        yield one, two


async def test_two_workers_that_read_the_same_at_once_tell_it_once(pair: tuple[Store, Store]) -> None:
    """Identity is one over all feeds and workers, also while neither has committed (DESIGN.md section 6)."""
    for number in range(30):
        told = await asyncio.gather(*(store.announce(f"story-{number}") for store in pair))
        assert sorted(map(bool, told)) == [False, True]


async def test_two_workers_share_an_account_and_never_a_delivery(pair: tuple[Store, Store]) -> None:
    one, two = pair
    readers = account("readers", *(f"@{n}" for n in range(60)))
    for store in pair:
        await store.meet(readers)
    await one.announce("story")
    await one.spread()
    claims = [claim for many in await asyncio.gather(*(s.tick(room=20) for s in (one, two) * 3)) for claim in many]
    for store in (one, two, one, two):
        claims += await store.tick()
    assert len(claims) == len({claim.delivery.id for claim in claims}) == 60


async def test_an_accounts_lock_keeps_a_second_worker_off_what_a_first_is_claiming(pair: tuple[Store, Store]) -> None:
    """OUTBOX.md, trap 1: two workers claimed the same rows."""
    one, two = pair
    for store in pair:
        await store.meet(account("readers", "@a", "@b"))
    await one.announce("story")
    await one.spread()
    holds, lets_go = threading.Event(), threading.Event()

    def claim_slowly(connection: Connection) -> Sequence[Claim]:
        claims = one.outbox._claimant.claim(connection, 100)
        holds.set()
        lets_go.wait(0.5)
        return claims

    slow = asyncio.create_task(one.database.write(claim_slowly))
    await asyncio.to_thread(holds.wait)
    quick = await two.tick()
    lets_go.set()
    assert len(await slow) == 2
    assert quick == ()


async def test_two_workers_keep_one_pace(pair: tuple[Store, Store]) -> None:
    one, two = pair
    for store in pair:
        await store.meet(account("readers", *(f"@{n}" for n in range(100))), paces=Pace(Limits(rate=10)))
    await one.announce("story")
    await one.spread()
    times: list[float] = []
    for _ in range(40):
        for many in await asyncio.gather(one.tick(), two.tick()):
            times += [claim.at for claim in many]
        one.clock.forward(0.05)
    assert all(sum(start <= at < start + 1 for at in times) <= 10 for start in times)
    assert len(times) >= 19


async def test_a_dead_workers_claims_are_its_neighbours_doubts(
    pair: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = pair
    monkeypatch.setattr(takeover, "GRACE", -1.0)
    for store in pair:
        await store.meet(account("readers", "@a", "@b"))
    await one.announce("story")
    claims = await one.tick()
    assert await two.outbox.doubts() == ()  # it lives
    await killed(one)
    doubts = await two.outbox.doubts()
    assert {doubt.delivery.key for doubt in doubts} == {claim.delivery.key for claim in claims}
    assert await two.outbox.doubts() == ()
    again = await two.tick(*(ended(doubt, S.SNOOZED, due=two.clock(), again=True) for doubt in doubts))
    assert all(claim.delivery.again for claim in again)
    assert len(again) == 2


async def killed(store: Store) -> None:
    """Its sessions end, and nobody of it comes back: it is never asked again."""
    worker = store.database.worker
    sessions = "from pg_stat_activity where application_name = :name and pid <> pg_backend_pid()"
    async with opened(store.place) as beside:
        for _ in range(200):
            ended_ = await beside.write(
                lambda c: c.rows(f"select pg_terminate_backend(pid) {sessions}", name=f"sokbo {worker}")
            )
            if not ended_:
                return
            await asyncio.sleep(0.01)
    pytest.fail("its sessions do not end")


async def test_a_frozen_worker_is_taken_over_and_its_late_outcome_refused(pair: tuple[Store, Store]) -> None:
    one, two = pair
    for store in pair:
        await store.meet(account())
    await one.announce("story")
    [claim] = await one.tick()
    one.clock.forward(5.1)  # no sign of life for longer than it counts
    [doubt] = await two.outbox.doubts()
    await two.tick(ended(doubt, S.SNOOZED, due=two.clock(), again=True), room=0)
    [again] = await two.tick()
    await one.tick(ended(claim, S.DEAD, reason="from the past"), room=0)
    await two.tick(ended(again, S.SENT), room=0)
    assert await two.states() == {("story", "@a"): "sent"}


async def test_whoever_drives_alone_knows_it_within_a_sign_of_life(pair: tuple[Store, Store], tmp_path: Path) -> None:
    """Late tokens are forfeited only where others send by the same clock (`bot.gate`)."""
    one, _ = pair
    assert [store.outbox.alone for store in pair] == [False, False], "they have not looked yet"
    for store in pair:
        await store.tick()
    assert [store.outbox.alone for store in pair] == [False, False]
    one.clock.forward(10)
    one.outbox._told = 0.0
    await one.tick()
    assert [store.outbox.alone for store in pair] == [True, False], "the other one has said nothing for ten seconds"
    async with Store(tmp_path / "embedded.db") as embedded:
        assert embedded.outbox.alone


async def test_what_a_worker_does_not_know_that_it_claimed_it_gives_back(pair: tuple[Store, Store]) -> None:
    """OUTBOX.md, trap 8: the connection was lost in the commit of a claim."""
    one, two = pair
    for store in pair:
        await store.meet(account("readers", "@a", "@b", "@c"))
    await one.announce("story")
    await one.spread()
    known, lost = await one.tick(room=1), await one.tick(room=1)
    theirs = await two.tick(room=1)
    assert await one.outbox.forget([known[0].delivery.id]) == 1
    assert targets(await one.tick()) == targets(lost)
    assert len(theirs) == 1


async def ours(store: Store, *, told: bool = False) -> dt.timedelta | None:
    """Take the one feed: None if it is this worker's now, else how long to wait."""
    taken = await store.inbox.take([FEED], [FEED.name] if told else [], LEASE)
    assert len(taken.feeds) + len(taken.waits) == 1
    return taken.waits.get(FEED.name)


def read(after: dt.timedelta) -> list[Polled]:
    return [Polled(FEED.name, after=after)]


async def test_one_worker_at_a_time_reads_a_feed(pair: tuple[Store, Store]) -> None:
    one, two = pair
    assert await ours(one) is None
    wait = await ours(two)
    assert wait is not None
    assert dt.timedelta(0) < wait <= LEASE
    await one.inbox.polled(read(dt.timedelta(seconds=30)))
    assert await ours(two) == dt.timedelta(seconds=30)
    assert await ours(two, told=True) is None  # told of a change
    await two.inbox.polled(read(dt.timedelta(seconds=30)))
    one.clock.forward(30)
    assert await ours(one) is None
    one.clock.forward(60)  # and is never heard of again
    assert await ours(two) is None


async def test_a_worker_that_was_too_long_at_a_feed_does_not_plan_it_for_whoever_took_it(
    pair: tuple[Store, Store],
) -> None:
    one, two = pair
    assert await ours(one) is None
    one.clock.forward(61)
    assert await ours(two) is None
    await one.inbox.polled(read(dt.timedelta(0)))
    assert await ours(one) == LEASE
    await two.inbox.polled(read(dt.timedelta(seconds=30)))
    await one.inbox.polled(read(dt.timedelta(0)))
    assert await ours(one) == dt.timedelta(seconds=30)


async def test_two_workers_take_many_feeds_at_once_and_never_the_same(pair: tuple[Store, Store]) -> None:
    feeds = [Feed(f"feed {number}", "x") for number in range(300)]
    await pair[0].inbox.meet([(feed, "feed") for feed in feeds])
    backwards = feeds[::-1]  # each locks the other's rows in the other order
    tries = (store.inbox.take(these, (), LEASE) for store, these in zip(pair * 2, (feeds, backwards) * 2, strict=True))
    taken = [{feed.name for feed in each.feeds} for each in await asyncio.gather(*tries)]
    assert not (taken[0] | taken[2]) & (taken[1] | taken[3])
    assert len(set().union(*taken)) == 300


async def test_both_workers_may_end_what_one_of_them_ended(pair: tuple[Store, Store]) -> None:
    """A tick whose commit was lost is written again: what it says is true already."""
    one, two = pair
    for store in pair:
        await store.meet(account())
    await one.announce("story")
    [claim] = await one.tick()
    outcome = ended(claim, S.SENT)
    await one.tick(outcome, room=0)
    await one.tick(replace(outcome), room=0)
    assert await two.states() == {("story", "@a"): "sent"}


async def test_a_feed_that_nobody_shares_is_always_ours_to_read(tmp_path: Path) -> None:
    async with Store(tmp_path / "s.db") as store:
        assert await ours(store) is None
        await store.inbox.polled(read(LEASE))
        assert await ours(store) is None
