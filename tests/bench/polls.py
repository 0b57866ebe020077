"""Feeds on as many host names, which a resolver of ours sends to one local server: how many polls a minute of one core,
what a feed's state takes, how late the event loop is meanwhile; beside a loop of plain aiohttp and feedparser.

Every feed is due all the time, so that the rounds are as busy as they can be: a connection for each poll, 100 at once;
what it finds is parsed, detected and committed, but told to no account. Parsers are processes of their own: their time
is told apart. `SOKBO_FEEDS=10000 python -m tests.bench polls` is the long form.
"""

import asyncio
import datetime as dt
import gc
import logging
import multiprocessing
import os
import socket
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import aiohttp
import feedparser
from aiohttp.abc import AbstractResolver, ResolveResult
from rich.console import Console

from bot.app.build import open_store
from bot.ingest import Ingest
from bot.model import Feed
from bot.parsers import Parsers
from bot.pictures.prepare import Pictures
from bot.ports import Fetched
from bot.rounds import AT_ONCE
from bot.sources.feed import FeedSource
from bot.sources.fetch import Client
from bot.store.inbox import Inbox
from tests.bench.measure import at_least, at_most, number, percentile, table
from tests.bench.publishers import publishers

FEEDS = 500
LASTS = 20.0  #: seconds, each side
MANY = 5_000  #: feeds from which on a feed's share of the memory is its own, and not that of what all need
WARM = 500  #: feeds of the plain loop: the first fetch of more would take minutes of feedparser
NOT_MODIFIED = 304
BEAT = 0.010  #: seconds between two looks at how late the event loop is
PAGE = os.sysconf("SC_PAGE_SIZE")
TICK = os.sysconf("SC_CLK_TCK")
RATE, STATE, LAG, TIMES = 20_000, 3_000, 50.0, 10.0  #: issue 5: polls a minute a core, bytes, ms, times as fast


class Here(AbstractResolver):
    """Every name is this machine, at one port."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """One address for whatever name."""
        return [ResolveResult(hostname=host, host="127.0.0.1", port=self._port, family=family, proto=0, flags=0)]

    async def close(self) -> None:
        """There is nothing to close."""


class Directed(Client):
    """The guarded client as it is, but for who looks names up."""

    def __init__(self, port: int) -> None:
        super().__init__(allow_private=["127.0.0.0/8"])
        self._here = Here(port)

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        assert self._session is not None
        connector = self._session.connector
        assert isinstance(connector, aiohttp.TCPConnector)
        connector._resolver = self._here  # until the client takes one
        return self


@dataclass
class Cost:
    """What polls took: seconds of this process's and of the parsers' cores, ms by which the loop was late."""

    polls: int = 0
    unchanged: int = 0  #: answers of 304
    cpu: float = 0.0
    parsers: float = 0.0
    lags: list[float] = field(default_factory=list)
    state: float = 0.0  #: bytes of resident memory a feed
    resident: float = 0.0  #: MB of this process at the end

    @property
    def rate(self) -> float:
        """Polls a minute of one core of this process."""
        return self.polls / self.cpu * 60

    def count(self, status: int) -> None:
        """A poll was answered."""
        self.polls += 1
        self.unchanged += status == NOT_MODIFIED


Side = Callable[[int, int], Awaitable[Cost]]


def bench(console: Console) -> None:
    """Measure and print."""
    logging.disable(logging.ERROR)
    feeds = int(os.environ.get("SOKBO_FEEDS", FEEDS))
    sides: Mapping[str, Side] = {"sokbo": _sokbo, "aiohttp + feedparser": _plain}
    costs = {name: _run(side, feeds) for name, side in sides.items()}
    columns = ("polls/min of a core", "polls", "of them 304, %", "parsers, ms a poll", "loop late, p99 ms", "MB")
    drawn = table(f"polls: {feeds:,} feeds on as many hosts, plain HTTP, {LASTS:g} s each", "", *columns)
    for name, cost in costs.items():
        shares = (100 * cost.unchanged / cost.polls, 1000 * cost.parsers / cost.polls, percentile(cost.lags, 99))
        drawn.add_row(name, number(cost.rate), f"{cost.polls:,}", *map(number, shares), number(cost.resident))
    console.print(drawn)
    ours, theirs = costs.values()
    console.print(f"polls a minute of a core {at_least([ours.rate], RATE)}")
    console.print(f"{number(ours.rate / theirs.rate)} × a plain loop {at_least([ours.rate / theirs.rate], TIMES)}")
    console.print(f"ms that the event loop is late, p99 {at_most([percentile(ours.lags, 99)], LAG)}")
    if feeds >= MANY:
        console.print(f"bytes of resident memory a feed, {number(ours.state)} {at_most([ours.state], STATE)}")


def _run(side: Side, feeds: int) -> Cost:
    async def run() -> Cost:
        return await side(port, feeds)

    with publishers() as port:
        return asyncio.run(run())


# ── Sokbo ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def _sokbo(port: int, feeds: int) -> Cost:
    """The rounds, the client, the parsers and the store as they are."""
    with TemporaryDirectory(prefix="sokbo-bench-") as folder:
        async with (
            open_store(f"sqlite:///{Path(folder) / 'sokbo.db'}", driving=True) as database,
            Parsers() as parsers,
            Directed(port) as client,
        ):
            cost = Cost()
            polls = Counting(client, cost)
            inbox = Inbox(database)
            before = _resident()
            sources = [(feed, FeedSource(feed.url, polls, parsers)) for feed in map(_feed, range(feeds))]
            await inbox.meet([(feed, "feed") for feed, _ in sources])
            reading = Ingest(inbox, sources, [], {}, Pictures(parsers), lambda: None, database.clock)
            await reading.once()  # the first fetch of each
            gc.collect()
            cost.state = (_resident() - before) / feeds
            cost.polls = cost.unchanged = 0
            await _measured(cost, reading.run())
            return cost


def _feed(number: int) -> Feed:
    return Feed(f"feed {number}", f"http://feed{number}.example/feed", every=dt.timedelta(seconds=1))


class Counting:
    """The client, and how often it was answered."""

    def __init__(self, client: Client, cost: Cost) -> None:
        self._client, self._cost = client, cost

    async def __call__(self, url: str, **more: Any) -> Fetched:
        """What the client fetched."""
        fetched = await self._client(url, **more)
        self._cost.count(fetched.status)
        return fetched


# ── A plain loop ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def _plain(port: int, feeds: int) -> Cost:
    """As many feeds at once by aiohttp, ETags remembered, each answer parsed by feedparser as it comes."""
    cost = Cost()
    etags: dict[int, str] = {}
    connector = aiohttp.TCPConnector(resolver=Here(port), force_close=True)
    async with aiohttp.ClientSession(connector=connector) as session:
        before = _resident()

        async def poll(number: int) -> None:
            headers = {"If-None-Match": etags[number]} if number in etags else {}
            async with session.get(f"http://feed{number}.example/feed", headers=headers) as response:
                body = await response.read()
                etags[number] = response.headers["ETag"]
                cost.count(response.status)
                if body:
                    assert feedparser.parse(body).entries

        async def work(numbers: Iterator[int]) -> None:
            for number in numbers:
                await poll(number)

        async def polls(numbers: Iterator[int]) -> None:
            await asyncio.gather(*(work(numbers) for _ in range(AT_ONCE)))

        first = min(feeds, WARM)
        await polls(iter(range(first)))
        cost.state = (_resident() - before) / first
        cost.polls = cost.unchanged = 0
        await _measured(cost, polls(cycle(range(first))))
        return cost


# ── What is seen ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def _measured(cost: Cost, polls: Coroutine[Any, Any, None]) -> None:
    """Poll for so long, and what it takes."""
    parsers, began = _children(), time.process_time()
    polling, beating = asyncio.ensure_future(polls), asyncio.ensure_future(_beat(cost.lags))
    await asyncio.wait([polling, beating], timeout=LASTS, return_when=asyncio.FIRST_COMPLETED)
    cost.cpu, cost.parsers = time.process_time() - began, _children() - parsers
    cost.resident = _resident() / 1_000_000
    ended = [polling.done(), beating.done()]
    for task in (polling, beating):
        task.cancel()
    await asyncio.gather(polling, beating, return_exceptions=True)
    if any(ended):
        raise RuntimeError("the polls ended early")


async def _beat(lags: list[float]) -> None:
    while True:
        due = time.perf_counter() + BEAT
        await asyncio.sleep(BEAT)
        lags.append((time.perf_counter() - due) * 1000)


def _children() -> float:
    """Seconds of processor time that the parser processes have used."""
    stats = (Path(f"/proc/{child.pid}/stat") for child in multiprocessing.active_children())
    fields = (stat.read_text().rpartition(")")[2].split() for stat in stats if stat.exists())
    return sum(int(each[11]) + int(each[12]) for each in fields) / TICK  # user and system time, <proc(5)>


def _resident() -> int:
    """Bytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE
