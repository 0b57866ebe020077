"""The rounds on a real store, with a clock that the test turns (issue 5: 10,000 feeds, one small process)."""

import asyncio
import datetime as dt
import tracemalloc
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot import rounds
from bot.errors import SourceError, SourceGone, StoreAway, StoreError
from bot.model import Feed
from bot.ports import Polled, Reading
from bot.rounds import AT_ONCE, Found, Rounds, Watch
from bot.sources.feed import FeedSource
from bot.store.database import Work
from tests.clockwork import Readers, feeds, going
from tests.contracts.conftest import FEED, Store, account
from tests.newsdao import Wire, ingest, post


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store(tmp_path / "sokbo.db") as opened:
        await opened.meet(account())
        yield opened


# ── Ten thousand ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_ten_thousand_feeds_are_all_asked_within_their_interval_a_hundred_at_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Readers(store)
    writes = counted(store, monkeypatch)
    async with going(store, feeds(10_000), read) as house:
        await house.goes_on(130, step=0.5)
    assert len(read.asked) == 10_000
    assert read.most <= AT_ONCE
    assert read.twice == 0
    longest = max(max(read.gaps(name)) for name in read.asked)
    polls = sum(map(len, read.asked.values()))
    print(f"10,000 feeds of every minute: {polls} polls in 130 s, {len(writes)} transactions, {longest:g} s at most")
    assert longest <= 60
    assert len(writes) <= 130 + 1  # a second's polls together; the last is the meeting
    assert polls <= 10_000 * (1 + 130 / (0.85 * 60))


def counted(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[Work[Any]]:
    """Every transaction that writes."""
    writes: list[Work[Any]] = []
    write = store.database.write

    async def counts(work: Work[Any]) -> Any:
        writes.append(work)
        return await write(work)

    monkeypatch.setattr(store.database, "write", counts)
    return writes


async def test_what_stands_in_memory_of_a_feed_is_less_than_three_kilobytes(store: Store) -> None:
    """Issue 5: state ≤ 3 KB a feed; with 50 seen ids each 10,000 took 81 MiB (PERFORMANCE.md section 2)."""
    count = 1_000
    read = Readers(store, {f"feed {n}": Found(arrivals=tuple(range(10**9, 10**9 + 32))) for n in range(count)})
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        watched = feeds(count)
        sources = {feed.name: FeedSource(feed.url, fetch=None, parse=None) for feed in watched}  # type: ignore[arg-type]  # nobody fetches
        async with going(store, watched, read, sources) as house:
            await house.goes_on(60, step=1)
            read.asked.clear()
            read.cursors.clear()
            each = (tracemalloc.get_traced_memory()[0] - before) / count
    finally:
        tracemalloc.stop()
    print(f"{each:.0f} bytes a feed")
    assert each <= 3_000


async def test_a_restart_asks_nobody_before_his_time_and_the_overdue_one_after_the_other(store: Store) -> None:
    many = feeds(1_000)
    read = Readers(store)
    async with going(store, many, read) as house:
        await house.goes_on(15)
        await house.goes_on(1)
    first = {name: times[-1] for name, times in read.asked.items()}
    again = Readers(store)
    async with going(store, many, again) as house:
        await house.goes_on(25)
        early = [name for name, times in again.asked.items() if times[0] - first[name] < 0.85 * 60 - 1]
        assert early == []
    store.clock.forward(3600)  # all are overdue
    late = Readers(store)
    began = store.clock.monotonic()
    async with going(store, many, late) as house:
        await house.goes_on(12)
    seconds = Counter(int(times[0] - began) for times in late.asked.values())
    assert len(late.asked) == 1_000
    assert max(seconds.values()) <= 150  # a hundred a second, evenly


async def test_a_shorter_interval_counts_from_the_next_start_on(store: Store) -> None:
    await run_for(store, feeds(1, every=dt.timedelta(hours=5)), 1)
    read = await run_for(store, feeds(1), 61)
    assert len(read.asked["feed 0"]) == 1


async def test_what_a_host_asked_for_holds_over_a_restart(store: Store) -> None:
    failing: dict[str, Found | Exception] = {"feed 0": SourceError("429", retry_after=7200)}
    await run_for(store, feeds(1), 5, failing)
    assert await run_for(store, feeds(1), 3600, step=60) == Readers(store)
    read = await run_for(store, feeds(1), 2 * 3600, step=60)
    assert read.asked


async def run_for(
    store: Store, many: list[Feed], seconds: float, found: dict[str, Found | Exception] | None = None, step: float = 0.5
) -> Readers:
    """One start of the bot, and what it asked."""
    read = Readers(store, found or {})
    async with going(store, many, read) as house:
        await house.goes_on(seconds, step)
        await house.rounds._note(last=True)
    return Readers(store) if not read.asked else read


# ── One feed ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_feed_that_answers_slowly_is_never_asked_twice_at_once_and_holds_up_no_other(store: Store) -> None:
    read = Readers(store, hold=asyncio.Event())
    quick = Readers(store)

    async def either(watch: Watch, feed: Feed) -> Found:
        return await (read if feed.name == "feed 0" else quick)(watch, feed)

    async with going(store, feeds(3), either) as house:
        for _ in range(600):
            await house.rounds.turn(house.group)
            await asyncio.sleep(0.0005)
            store.clock.forward(0.5)
        assert len(read.asked["feed 0"]) == 1
        assert min(len(quick.asked[name]) for name in ("feed 1", "feed 2")) >= 5
        assert read.hold is not None
        read.hold.set()
        await house.goes_on(2)
    assert len(read.asked["feed 0"]) == 2  # at once: its minute had long passed


async def test_how_a_poll_ended_is_written_before_the_same_feed_is_asked_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "NOTE", 1e9)
    read = Readers(store, {"feed 0": Found(cursor="new")})
    async with going(store, feeds(1, every=dt.timedelta(seconds=10)), read) as house:
        await house.goes_on(25)
    assert read.cursors[:3] == ["", "new", "new"]


async def test_a_cursor_that_nothing_goes_with_costs_no_transaction_of_its_own(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """25 of 100 polls give the same body under a new ETag (issue 5)."""
    wire = Wire([Reading((post("a"),), cursor="1"), Reading((post("a"),), cursor="2", size=1234)])
    reading = ingest(store, wire)
    await reading.once()
    writes = counted(store, monkeypatch)
    await reading.once()
    assert len(writes) == 1
    [feed] = await store.inbox.recall([FEED])
    assert feed.cursor == "2"
    assert (await store.ledger.feeds())[0]["bytes"] == 1234


async def test_a_store_that_is_away_keeps_nobody_from_being_asked_later_and_loses_no_health(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Readers(store, {"feed 1": StoreAway("in the middle of a commit")})
    away = [True, False, True, True]
    take, polled = store.inbox.take, store.inbox.polled

    async def sometimes(*arguments: Any) -> Any:
        if away and away.pop(0):
            raise StoreAway("locked")
        return await take(*arguments)

    refused: list[int] = []

    async def not_at_once(polls: Sequence[Polled]) -> None:
        refused.append(len(polls))
        if len(refused) < 3:
            raise StoreAway("locked")
        await polled(polls)

    monkeypatch.setattr(store.inbox, "take", sometimes)
    monkeypatch.setattr(store.inbox, "polled", not_at_once)
    async with going(store, feeds(2), read) as house:
        await house.goes_on(20)
    assert len(read.asked["feed 0"]) == 1
    assert len(read.asked["feed 1"]) > 5  # once a second
    assert len(refused) == 3
    assert (await store.ledger.feeds())[0]["succeeded"] is not None


async def test_a_store_that_is_away_at_the_start_delays_nobody_for_long(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = dict.fromkeys(("recall", "take"), 3)
    folder, feed = feeds(2)
    read = Readers(store)

    def sometimes(name: str) -> None:
        real = getattr(store.inbox, name)

        async def call(*arguments: Any) -> Any:
            away[name] -= 1
            if away[name] >= 0:
                raise StoreAway("no route")
            return await real(*arguments)

        monkeypatch.setattr(store.inbox, name, call)

    sometimes("take")
    sometimes("recall")
    monkeypatch.setattr(rounds, "STORE_ASKED", 0.01)
    await Rounds(store.inbox, [(feed, Wire())], read, store.clock, store.clock.monotonic).once()
    assert read.asked == {}
    async with going(store, [folder, feed], read, {folder.name: Folder()}) as house:
        await asyncio.sleep(0.1)
        await house.goes_on(3)
        await asyncio.sleep(0.1)
    assert set(read.asked) == {folder.name, feed.name}


async def test_a_store_that_cannot_be_used_stops_the_house(store: Store) -> None:
    read = Readers(store, {"feed 0": StoreError("the disk is full")})
    await store.inbox.meet([(feed, "feed") for feed in feeds(1)])
    house = Rounds(store.inbox, [(feeds(1)[0], Wire())], read, store.clock)
    with pytest.raises(ExceptionGroup) as raised:
        await asyncio.wait_for(house.run(), 5)
    assert raised.group_contains(StoreError, match="the disk is full")


async def test_what_is_not_yet_written_is_written_at_the_end(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "NOTE", 1e9)
    monkeypatch.setattr(rounds, "BEAT", 0.001)
    await store.inbox.meet([(feed, "feed") for feed in feeds(1)])
    read = Readers(store)
    running = asyncio.create_task(Rounds(store.inbox, [(feeds(1)[0], Wire())], read, store.clock).run())
    while not read.asked:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert [feed["succeeded"] is not None for feed in await store.ledger.feeds() if not feed["retired"]] == [True]


# ── Others come and go ───────────────────────────────────────────────────────────────────────────────────────────────


async def test_feeds_come_and_go_while_the_others_go_on_undisturbed(store: Store) -> None:
    many, wires = feeds(4), [Wire() for _ in range(4)]
    read = Readers(store)
    await store.inbox.meet([(feed, "feed") for feed in many])
    async with going(store, many[:3], read, {feed.name: wire for feed, wire in zip(many, wires, strict=True)}) as house:
        await house.goes_on(30)
        await house.rounds.watch([(feed, wire) for feed, wire in list(zip(many, wires, strict=True))[1:]])
        await house.goes_on(1)
        assert len(read.asked["feed 3"]) == 1  # at once
        await house.goes_on(150)
    assert len(read.asked["feed 0"]) == 1
    assert all(len(read.asked[name]) >= 3 for name in ("feed 1", "feed 2", "feed 3"))
    assert max(max(read.gaps(name)) for name in ("feed 1", "feed 2", "feed 3")) <= 60


async def test_a_feed_that_is_changed_is_asked_anew_and_keeps_its_new_interval_even_if_it_is_being_asked(
    store: Store,
) -> None:
    slow, quick = feeds(1, every=dt.timedelta(hours=2)), feeds(1)
    read = Readers(store, hold=asyncio.Event())
    async with going(store, slow, read) as house:
        store.clock.forward(1)
        await house.rounds.turn(house.group)
        await asyncio.sleep(0.05)
        await house.rounds.watch([(quick[0], Wire())])
        assert read.hold is not None
        read.hold.set()
        await house.settles()
        await house.goes_on(1)
        assert len(read.asked["feed 0"]) == 2
        await house.goes_on(60)
        assert len(read.asked["feed 0"]) == 3
        await house.rounds.watch([(feeds(1, every=dt.timedelta(seconds=10))[0], Wire())])
        await house.goes_on(1)
        assert len(read.asked["feed 0"]) == 4
        await house.goes_on(10)
        assert len(read.asked["feed 0"]) == 5
    assert read.twice == 0


async def test_a_feed_that_goes_while_it_is_being_asked_is_not_asked_again(store: Store) -> None:
    read = Readers(store, hold=asyncio.Event())
    async with going(store, feeds(2), read) as house:
        await house.rounds.turn(house.group)
        await asyncio.sleep(0.05)
        await house.rounds.watch([])
        assert read.hold is not None
        read.hold.set()
        await house.settles()
        await house.goes_on(200, step=1)
    assert sum(map(len, read.asked.values())) <= 2


async def test_a_nudge_asks_a_feed_at_once(store: Store) -> None:
    read = Readers(store)
    async with going(store, feeds(2), read) as house:
        await house.goes_on(5)
        house.rounds.nudge("feed 1")
        house.rounds.nudge("nobody")
        await house.goes_on(1)
    assert (len(read.asked["feed 0"]), len(read.asked["feed 1"])) == (1, 2)


async def test_a_feed_that_is_gone_is_left_alone_until_the_next_start(store: Store) -> None:
    read = Readers(store, {"feed 0": SourceGone("answered 410")})
    async with going(store, feeds(1), read) as house:
        await house.goes_on(7200, step=60)
    assert len(read.asked["feed 0"]) == 1


@dataclass
class Folder(Wire):
    """A source that tells when it changed."""

    bell: asyncio.Event = field(default_factory=asyncio.Event)

    async def changed(self) -> None:
        await self.bell.wait()
        self.bell.clear()


async def test_a_folder_that_is_taken_anew_is_listened_to_once_and_never_read_twice_at_once(store: Store) -> None:
    before, after = Folder(), Folder()
    feed = feeds(1)[0]
    read = Readers(store)
    async with going(store, [feed], read, {feed.name: before}) as house:
        await asyncio.sleep(0.05)
        before.bell.set()
        await asyncio.sleep(0.05)
        assert len(read.asked[feed.name]) == 2
        read.hold = asyncio.Event()
        before.bell.set()
        await asyncio.sleep(0.05)
        await house.rounds.watch([(feed, after)])  # while it is being read
        await asyncio.sleep(0.05)
        read.hold.set()
        await asyncio.sleep(0.05)
        assert len(read.asked[feed.name]) == 4
        before.bell.set()  # nobody listens any more
        await asyncio.sleep(0.05)
        assert len(read.asked[feed.name]) == 4
        await house.rounds.watch([(feed, before)])  # while it is listened to
        await asyncio.sleep(0.05)
        await house.rounds.watch([])
        await asyncio.sleep(0.05)
        assert house.rounds._attended == {}
    assert read.twice == 0
