"""Which feeds are whose to read, and how their polls ended, on both databases (issue 5, item 2)."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from itertools import pairwise

import pytest

from bot.errors import Problem
from bot.model import Feed
from bot.ports import Polled
from bot.rounds import Found, Rounds, Watch
from bot.store import migrations
from bot.store.codec import dump
from bot.store.polling import SQL
from tests.contracts.conftest import FEED, Clock, Store, emptied
from tests.newsdao import Wire
from tests.postgres import Server

LEASE = dt.timedelta(seconds=60)
SECOND = dt.timedelta(seconds=1)


async def test_how_a_poll_ended_is_remembered_and_what_it_did_not_say_stays(store: Store) -> None:
    well = Polled(FEED.name, after=30 * SECOND, rhythm=60 * SECOND, cursor="c", arrivals=(9, 5), size=77, gap=True)
    assert len((await store.inbox.take([FEED], (), LEASE)).feeds) == 1
    await store.inbox.polled([well])
    [feed] = await store.inbox.recall([FEED])
    now = store.clock()
    assert (feed.cursor, feed.arrivals, feed.due, feed.succeeded) == ("c", (9, 5), now + 30 * SECOND, now)
    await store.inbox.polled([Polled(FEED.name)])
    [told] = await store.ledger.feeds()
    assert (told["bytes"], told["interval_s"], told["gaps"]) == (77, 60, 1)
    assert (await store.inbox.recall([FEED]))[0] == replace(feed, due=now)


async def test_a_failure_is_counted_and_keeps_what_was_known_and_a_success_ends_it(store: Store) -> None:
    problem = Problem("no title", "a.md:1", "add one")
    await store.inbox.polled([Polled(FEED.name, problems=(problem,), cursor="c", rhythm=SECOND)])
    for failures in (1, 2):
        await store.inbox.polled([Polled(FEED.name, "answered 502")])
        [feed] = await store.inbox.recall([FEED])
        assert (feed.failures, feed.cursor) == (failures, "c")
    [told] = await store.ledger.feeds()
    assert (told["error"], [each["what"] for each in told["problems"]]) == ("answered 502", ["no title"])
    await store.inbox.polled([Polled(FEED.name)])
    [told] = await store.ledger.feeds()
    assert (told["error"], told["failures"], told["problems"]) == ("", 0, [])


async def test_the_polls_of_many_feeds_are_noted_together(store: Store) -> None:
    many = [Feed(f"feed {number}", "x") for number in range(500)]
    await store.inbox.meet([(feed, "feed") for feed in many])
    polls = [
        Polled(feed.name, "no" if number % 5 == 0 else "", after=number * SECOND) for number, feed in enumerate(many)
    ]
    taken = await store.inbox.take(many, (), LEASE)
    assert [feed.name for feed in taken.feeds] == [feed.name for feed in many]
    await store.inbox.polled([*polls, Polled("nobody")])
    again = await store.inbox.recall([*many, Feed("nobody", "x")])
    assert [feed.due for feed in again] == [*(store.clock() + number * SECOND for number in range(500)), None]
    assert sum(feed.failures for feed in again) == 100
    ailing = [feed["name"] for feed in await store.ledger.feeds(ailing=True)]
    assert len(ailing) == 100
    first = await store.ledger.feeds(limit=3)
    assert {feed["name"] for feed in first} <= {*ailing}
    assert await store.ledger.watched() == 500


async def test_feeds_are_looked_up_by_name_even_where_the_planner_believes_in_none(
    postgres: Server, postgres_url: str
) -> None:
    """500 feeds took 11 s, by statistics of a time when there was none."""
    many = [Feed(f"feed {number}", "x") for number in range(100)]
    feeds = [(feed, "feed") for feed in many]
    async with Store(postgres_url) as store:
        await store.inbox.meet(feeds)
        emptied(postgres_url)
        postgres.say(f"analyze {migrations.HOME}.feed", postgres_url.rpartition("/")[2])
        await store.inbox.meet(feeds)
        wanted = dump([[feed.name, 1] for feed in many])
        [(plans,)] = await store.rows(
            f"explain (analyze, buffers, format json) {SQL['take']}", wanted=wanted, worker=1, now=0, until=1
        )
        plan = plans[0]["Plan"]
        each = (plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]) / len(many)
        print(f"100 feeds are taken: {each:.0f} pages touched for each")
        assert each < 500


async def test_a_gap_is_told_for_a_day(store: Store) -> None:
    await store.inbox.polled([Polled(FEED.name, gap=True)])
    store.clock.forward(86_000)
    assert "may have been missed" in (await store.ledger.alarms())[0]["text"]
    store.clock.forward(1_000)
    assert await store.ledger.alarms() == []


# ── Several workers ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def pair(shared_url: str) -> AsyncIterator[tuple[Store, Store]]:
    """Two workers on one PostgreSQL, and one clock."""
    clock = Clock()
    emptied(shared_url)
    async with Store(shared_url, clock=clock) as one, Store(shared_url, clock=clock) as two:
        yield one, two


class Logbook:
    """Which worker asked which feed when, and how often one that was being asked."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._now: set[str] = set()
        self.asked: list[tuple[str, str, float]] = []
        self.twice = 0

    def of(self, worker: str) -> "Reader":
        return Reader(self, worker)


class Reader:
    """One worker's pen."""

    def __init__(self, book: Logbook, worker: str) -> None:
        self._book, self._worker = book, worker

    async def __call__(self, watch: Watch, feed: Feed) -> Found:
        book = self._book
        book.twice += feed.name in book._now
        book._now.add(feed.name)
        book.asked.append((self._worker, feed.name, book._clock.monotonic()))
        await asyncio.sleep(0)
        book._now.discard(feed.name)
        return Found()


def rounds(store: Store, many: Sequence[Feed], reader: Reader) -> Rounds:
    return Rounds(store.inbox, [(feed, Wire()) for feed in many], reader, store.clock, store.clock.monotonic)


async def go_on(clock: Clock, workers: Sequence[Rounds], seconds: float) -> None:
    until = clock.monotonic() + seconds
    while clock.monotonic() < until:
        async with asyncio.TaskGroup() as group:
            await asyncio.gather(*(worker.turn(group) for worker in workers))
        clock.forward(1)


async def test_workers_share_the_feeds_and_take_over_those_of_the_dead(pair: tuple[Store, Store]) -> None:
    many = [Feed(f"feed {number}", "x") for number in range(150)]
    await pair[0].inbox.meet([(feed, "feed") for feed in many])
    clock = pair[0].clock
    book = Logbook(clock)
    workers = [rounds(store, many, book.of(name)) for store, name in zip(pair, ("one", "two"), strict=True)]
    for worker in workers:
        await worker._begin(worker._watches.values())
    await go_on(clock, workers, 130)
    assert book.twice == 0
    assert {name for _, name, _ in book.asked} == {feed.name for feed in many}
    assert len(book.asked) <= 150 * (1 + 130 / 50)  # as many polls as of one worker
    await go_on(clock, workers[1:], 125)  # worker one is heard of no more
    alone = {name for worker, name, at in book.asked if worker == "two" and at > clock.monotonic() - 125}
    assert alone == {feed.name for feed in many}
    assert longest(book) <= 60 + 60  # a lease and an interval
    print(f"150 feeds, two workers, one dies: {len(book.asked)} polls, {longest(book):g} s at most between two")


def longest(book: Logbook) -> float:
    times: dict[str, list[float]] = {}
    for _, name, at in book.asked:
        times.setdefault(name, []).append(at)
    return max(later - earlier for each in times.values() for earlier, later in pairwise(each))


async def test_a_hurried_feed_is_taken_though_the_store_says_that_it_is_not_due(pair: tuple[Store, Store]) -> None:
    feed = Feed("wire", "x")
    await pair[0].inbox.meet([(feed, "feed")])
    clock = pair[0].clock
    book = Logbook(clock)
    worker = rounds(pair[0], [feed], book.of("one"))
    await worker._begin(worker._watches.values())
    await go_on(clock, [worker], 5)
    worker.nudge("wire")
    await go_on(clock, [worker], 2)
    assert len(book.asked) == 2
    worker.hurry(worker._watches["wire"])
    await go_on(clock, [worker], 60)
    assert len(book.asked) >= 7
