"""What a hub pushes comes in as what is polled does, and never stands for the whole feed (issue 5, point 3)."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.detect import FLOOD, FLOOD_GOES
from bot.errors import SourceError, StoreAway, StoreError
from bot.ingest import Ingest
from bot.model import DeliveryState, Entry
from bot.ports import Lease, Reading
from bot.rounds import Watch
from bot.secret import Secret
from bot.store.leases import Leases
from tests.contracts.conftest import FEED, Clock, Store, account
from tests.newsdao import Darkroom, Plain, Wire, ingest, post, told
from tests.torture.scale import within

DAY = dt.timedelta(days=1)
OLD = Reading((post("old"),), total=1, cursor="1")


@dataclass
class Pushed(Wire):
    """A source that a hub speaks for, too: each delivery is a list of slugs, or fails."""

    fails: Exception | None = None
    entries: dict[str, Entry] = field(default_factory=dict)

    async def hear(self, body: bytes, content_type: str) -> Reading:
        if self.fails is not None:
            raise self.fails
        return Reading(tuple(self.entries.get(slug) or post(slug) for slug in body.decode().split()), partial=True)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store(tmp_path / "sokbo.db") as opened:
        await opened.meet(account())
        yield opened


async def met(store: Store, *readings: Reading | Exception, **more: object) -> tuple[Ingest, Pushed]:
    """An ingest that has read its feed once."""
    wire = Pushed([OLD, *readings] if readings else [OLD])
    reading = ingest(store, wire, **more)  # type: ignore[arg-type]  # a feed's fields
    await reading.once()
    return reading, wire


def watch_of(reading: Ingest) -> Watch:
    watch = reading._rounds.watched(FEED.name)
    assert watch is not None
    return watch


def slugs(*numbers: int) -> bytes:
    return " ".join(f"n{number}" for number in numbers).encode()


async def states(store: Store) -> dict[str, str]:
    return {story["headline"]: story["state"] for story in await store.ledger.stories(known=True)}


async def test_a_pushed_post_is_announced_and_neither_cursor_nor_health_of_the_polling_moves(store: Store) -> None:
    reading, _ = await met(store)
    before = (await store.ledger.feeds())[0] | {"entries": 2}
    store.clock.forward(60)
    await reading.hear(FEED.name, b"new", "text/xml")
    assert await told(store) == ["new"]
    assert (await store.ledger.feeds())[0] == before
    assert (await store.inbox.recall([FEED]))[0].cursor == "1"
    assert not watch_of(reading).rung


async def test_a_push_is_one_transaction_and_wakes_dispatch(store: Store) -> None:
    woken: list[str] = []
    reading = Ingest(
        store.inbox, [(FEED, Pushed([OLD]))], (account(),), {"readers": Plain()}, Darkroom(), lambda: woken.append("!")
    )
    await reading.once()
    woken.clear()
    written = []
    write = store.database.write

    async def counted(work: object) -> object:
        written.append(work)
        return await write(work)  # type: ignore[arg-type]

    store.database.write = counted  # type: ignore[method-assign,assignment]  # counts
    await reading.hear(FEED.name, b"a b", "text/xml")
    assert (len(written), woken) == (1, ["!"])


async def test_what_was_pushed_is_known_when_it_is_polled_and_the_other_way_round(store: Store) -> None:
    both = Reading((post("old"), post("new")), total=2, cursor="2")
    reading, _ = await met(store, both)
    await reading.hear(FEED.name, b"new", "text/xml")
    await reading.once()
    await reading.hear(FEED.name, b"new old", "text/xml")
    assert await told(store) == ["new"]


async def test_an_edit_that_is_pushed_corrects(store: Store) -> None:
    reading, wire = await met(store, replace(OLD, unchanged=True), first_run=1)
    wire.entries["old"] = post("old", title="고친 제목", summary="다른 이야기다.")
    await told(store)
    await reading.hear(FEED.name, b"old", "text/xml")
    assert await states(store) == {"고친 제목": "corrected"}


async def test_before_the_feed_was_ever_read_nothing_is_told_and_it_is_read_at_once(store: Store) -> None:
    """A first sight has a rule of its own, which counts all that the feed holds."""
    wire = Pushed([OLD])
    reading = ingest(store, wire)
    await reading.hear(FEED.name, b"new", "text/xml")
    assert await states(store) == {}
    assert watch_of(reading).rung
    assert not (await store.inbox.recall([FEED]))[0].met


async def test_a_site_that_was_built_anew_is_no_news_however_it_is_pushed(store: Store) -> None:
    """newrelic/docs-website#1271: the whole feed judges, and at most three go (FAILURES.md row 20)."""
    many = range(FLOOD + 1)
    rebuilt = Reading(tuple(post(f"n{number}") for number in many), total=len(many), cursor="2")
    reading, _ = await met(store, rebuilt)
    await reading.hear(FEED.name, slugs(*many), "text/xml")
    assert await told(store) == []
    assert watch_of(reading).rung
    await reading.once()
    assert len(await told(store)) == FLOOD_GOES
    assert [*(await states(store)).values()].count("quarantined") == FLOOD + 1 - FLOOD_GOES


async def test_posts_pushed_one_by_one_are_counted_together_until_the_feed_is_read(store: Store) -> None:
    reading, _ = await met(store, replace(OLD, unchanged=True))
    watch = watch_of(reading)
    rung = []
    for number in range(FLOOD + 1):
        watch.rung = False
        await reading.hear(FEED.name, slugs(number), "text/xml")
        rung.append(watch.rung)
    assert len(await told(store)) == FLOOD
    assert rung.index(True) == FLOOD_GOES  # the whole feed is looked at before there are many
    assert all(rung[FLOOD_GOES:])
    await reading.once()
    await reading.hear(FEED.name, slugs(99), "text/xml")
    assert await told(store) == ["n99"]


async def test_a_guid_that_stands_twice_in_a_push_is_not_held_against_the_feed(store: Store) -> None:
    reading, wire = await met(store)
    wire.entries["a"], wire.entries["b"] = post("a"), post("b", id="guid-a")
    await reading.hear(FEED.name, b"a b", "text/xml")
    assert not (await store.inbox.recall([FEED]))[0].distrusts_ids


@pytest.mark.parametrize("error", [SourceError("it holds no post"), ZeroDivisionError("ours"), StoreAway("not now")])
async def test_a_delivery_that_says_nothing_has_the_feed_polled_at_once(store: Store, error: Exception) -> None:
    both = Reading((post("old"), post("new")), total=2, cursor="2")
    wire = Pushed([OLD, both], fails=error)
    reading = ingest(store, wire, every=DAY)
    running = asyncio.create_task(reading.run())
    async with asyncio.timeout(5):
        while FEED.name not in reading._rounds._rota._plans or not wire.cursors:
            store.clock.forward(0.01)
            await asyncio.sleep(0.01)
    await reading.hear(FEED.name, b"", "text/plain")
    async with asyncio.timeout(5):
        while "new" not in await states(store):
            await asyncio.sleep(0.01)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert len(wire.cursors) == 2


async def test_who_rings_while_the_feed_is_read_has_it_read_once_more(store: Store) -> None:
    wire = Pushed([OLD, replace(OLD, unchanged=True)])
    reading = ingest(store, wire, every=DAY)
    begun, go_on = asyncio.Event(), asyncio.Event()
    read = wire.read

    async def slowly(cursor: str) -> Reading:
        begun.set()
        await go_on.wait()
        return await read(cursor)

    wire.read = slowly  # type: ignore[method-assign]
    running = asyncio.create_task(reading.run())
    async with asyncio.timeout(within(5)):
        while not begun.is_set():
            store.clock.forward(0.01)
            await asyncio.sleep(0.01)
        reading.nudge(FEED.name)
        go_on.set()
        while len(wire.cursors) < 2:
            await asyncio.sleep(0.01)
        while watch_of(reading).rung:
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.wait([running])


async def test_a_store_that_is_broken_ends_the_bot(store: Store) -> None:
    reading, wire = await met(store)
    wire.fails = StoreError("the disk is full")
    with pytest.raises(StoreError):
        await reading.hear(FEED.name, b"new", "text/xml")


async def test_a_pushed_post_may_wait_for_its_link(store: Store) -> None:
    reading, wire = await met(store, replace(OLD, unchanged=True), link_wait=dt.timedelta(minutes=5))
    wire.link_answers = False
    await reading.hear(FEED.name, b"new", "text/xml")
    assert await told(store) == []
    assert watch_of(reading).rung
    wire.link_answers = True
    await reading.once()
    assert await told(store) == ["new"]


async def test_what_nobody_asked_for_is_passed_over(store: Store) -> None:
    deaf = ingest(store, Wire([OLD]))
    await deaf.once()
    await deaf.hear(FEED.name, b"new", "text/xml")
    await deaf.hear("unknown", b"new", "text/xml")
    assert await states(store) == {"old": "known"}


# ── Who pushes ───────────────────────────────────────────────────────────────────────────────────────────────────


async def test_hubs_are_told_of_with_every_reading_that_says_which(store: Store) -> None:
    said: list[tuple[str, tuple[str, ...], str]] = []

    def found(feed: str, hubs: Sequence[str], topic: str) -> None:
        said.append((feed, tuple(hubs), topic))

    wire = Pushed([replace(OLD, hubs=("https://hub",), topic="https://topic"), replace(OLD, unchanged=True), OLD])
    reading = Ingest(store.inbox, [(FEED, wire)], (account(),), {"readers": Plain()}, Darkroom(), lambda: None)
    reading.on_hubs(found)
    for _ in range(3):
        await reading.once()
    assert said == [(FEED.name, ("https://hub",), "https://topic"), (FEED.name, (), "")]


@pytest.mark.parametrize("listens", [True, False])
async def test_a_feed_that_is_pushed_is_asked_at_its_slowest_if_anybody_listens(store: Store, listens: bool) -> None:
    leases = Leases(store.database)
    await leases.want([Lease(FEED.name, ("https://hub",), "t", Secret("c"), Secret("s"))])
    await leases.grant(Secret("c"), DAY, DAY)
    now = store.clock()
    burst = tuple(replace(post(f"n{n}"), published=now - n * dt.timedelta(seconds=9)) for n in range(1, 12))
    reading = ingest(store, Pushed([Reading(burst, total=len(burst), cursor="1")]))
    if listens:
        reading.on_hubs(lambda *_: None)
    await reading.once()
    [feed] = await store.inbox.recall([FEED])
    assert feed.due is not None
    assert (feed.due - now > FEED.every / 2) == listens, "what goes so fast is asked six times a minute else"


# ── Both at once ─────────────────────────────────────────────────────────────────────────────────────────────────


async def test_push_and_poll_at_once_announce_once_in_one_bot(store: Store) -> None:
    new = [f"n{number}" for number in range(5)]
    whole = Reading((post("old"), *map(post, new)), total=6, cursor="2")
    reading, _ = await met(store, whole)
    await asyncio.gather(
        reading.once(), *(reading.hear(FEED.name, slug.encode(), "text/xml") for slug in new), reading.once()
    )
    assert sorted(await told(store)) == new


async def test_push_and_poll_at_once_announce_once_on_two_workers(postgres_url: str) -> None:
    """The store's unique identity decides, whoever commits first (DESIGN.md section 6)."""
    clock = Clock()
    async with Store(postgres_url, clock=clock) as one, Store(postgres_url, clock=clock) as two:
        await one.meet(account())
        await two.meet(account())
        reading, _ = await met(one)
        for number in range(12):
            whole = Reading((post("old"), post(f"n{number}")), total=2, cursor=str(number))
            other = ingest(two, Pushed([whole]))
            clock.forward(61)
            await asyncio.gather(other.once(), reading.hear(FEED.name, slugs(number), "text/xml"))
            watch_of(reading).heard = 0
        rows = await one.rows("select headline, count(*) as n from story group by headline")
        assert len(rows) == 13
        assert all(number == 1 for _, number in rows)
        await one.send()
        deliveries = await one.ledger.deliveries()
        assert len(deliveries) == 12
        assert {row["state"] for row in deliveries} == {DeliveryState.SENT.name.lower()}
