"""Rounds that go on as a test's clock does, on a real store, and what asks their feeds."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from bot.ingest import Ingest
from bot.model import Feed
from bot.ports import Source
from bot.rounds import Found, Read, Rounds, Watch
from tests.contracts.conftest import Store, account
from tests.newsdao import Darkroom, Plain, Wire


@dataclass
class Readers:
    """What asks the feeds of a test: notes when, and how many at once; gives what ``found`` says, or raises it."""

    store: Store
    found: dict[str, Found | Exception] = field(default_factory=dict)
    asked: dict[str, list[float]] = field(default_factory=dict)
    now: int = 0
    most: int = 0
    twice: int = 0
    hold: asyncio.Event | None = None
    cursors: list[str] = field(default_factory=list)
    _reading: set[str] = field(default_factory=set)

    async def __call__(self, watch: Watch, feed: Feed) -> Found:
        self.asked.setdefault(feed.name, []).append(self.store.clock.monotonic())
        self.cursors.append(feed.cursor)
        self.twice += feed.name in self._reading
        self._reading.add(feed.name)
        self.now += 1
        self.most = max(self.most, self.now)
        await (asyncio.sleep(0) if self.hold is None else self.hold.wait())
        self._reading.discard(feed.name)
        self.now -= 1
        found = self.found.get(feed.name, Found())
        if isinstance(found, Exception):
            raise found
        return found

    def gaps(self, name: str) -> list[float]:
        times = self.asked[name]
        return [later - earlier for earlier, later in pairwise(times)]


@dataclass
class Round:
    """Rounds that go on as the test's clock does."""

    store: Store
    rounds: Rounds
    group: asyncio.TaskGroup

    async def goes_on(self, seconds: float, step: float = 0.25) -> None:
        until = self.store.clock.monotonic() + seconds
        while self.store.clock.monotonic() < until:
            await self.rounds.turn(self.group)
            await self.settles()
            self.store.clock.forward(step)

    async def settles(self) -> None:
        """Wait for all that can end without the clock."""
        while any(not _waits(task) for task in self.group._tasks):  # a group shows its tasks to nobody
            await asyncio.sleep(0)


def _waits(task: asyncio.Task[Any]) -> bool:
    """Whether a task waits for the test."""
    return getattr(task.get_coro(), "__name__", "") == "_listen" or task.done()


@asynccontextmanager
async def going(
    store: Store, feeds: Sequence[Feed], read: Read, sources: Mapping[str, Source] | None = None
) -> AsyncIterator[Round]:
    """Rounds over these feeds, begun."""
    await store.inbox.meet([(feed, "feed") for feed in feeds])
    watched = [(feed, (sources or {}).get(feed.name, Wire())) for feed in feeds]
    async with begun(store, Rounds(store.inbox, watched, read, store.clock, store.clock.monotonic)) as house:
        yield house


@asynccontextmanager
async def published(store: Store, wires: Mapping[str, Wire], **feed: Any) -> AsyncIterator[Round]:
    """The rounds of an ingest over these sources, begun."""
    await store.inbox.meet([(Feed(name, "x"), "feed") for name in wires])
    sources = [(Feed(name, "x", first_run=9, **feed), wire) for name, wire in wires.items()]
    parts = ((account(),), {"readers": Plain()}, Darkroom())
    reading = Ingest(store.inbox, sources, *parts, lambda: None, store.clock, steady=store.clock.monotonic)
    async with begun(store, reading._rounds) as house:
        yield house


@asynccontextmanager
async def begun(store: Store, rounds: Rounds) -> AsyncIterator[Round]:
    """As `Rounds.run` begins, but the test has the turns."""
    async with asyncio.TaskGroup() as group:
        rounds._group = group
        await rounds._begin(rounds._watches.values())
        yield Round(store, rounds, group)
        for task in group._tasks:
            task.cancel()


def feeds(count: int, **more: Any) -> list[Feed]:
    return [Feed(f"feed {number}", f"https://{number}.example/feed", **more) for number in range(count)]
