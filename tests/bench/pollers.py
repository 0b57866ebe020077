"""Who polls, in a process of its own: Sokbo as it is, or a plain loop; ends with a line that says what it took.

Every feed is due all the time, so that the rounds are as busy as they can be: a connection for each poll, 100 at once;
what Sokbo finds is parsed, detected and committed, but told to no account. Its parsers are processes of their own:
their time is told apart, and added where it says so.
"""

import asyncio
import datetime as dt
import gc
import json
import logging
import multiprocessing
import os
import resource
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp
import feedparser
import uvloop
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.app.build import open_store
from bot.app.memory import settle
from bot.ingest import Ingest
from bot.model import Feed
from bot.parsers import Parsers, Wholes
from bot.pictures.prepare import Pictures
from bot.ports import Fetched, Source
from bot.rounds import AT_ONCE
from bot.sources.feed import FeedSource
from bot.sources.fetch import Client
from bot.store.inbox import Inbox

WARM = 500  #: feeds of the plain loop: the first fetch of more would take minutes of feedparser
EVERY = dt.timedelta(seconds=1)  #: a feed is due whenever there is room
NOT_MODIFIED = 304
BEAT = 0.010  #: seconds between two looks at how late the event loop is
PAGE = os.sysconf("SC_PAGE_SIZE")
TICK = os.sysconf("SC_CLK_TCK")


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


@dataclass
class Cost:
    """What polls took: seconds of this process's and of its helpers' cores, ms by which the loop was late."""

    polls: int = 0
    unchanged: int = 0  #: answers of 304
    cpu: float = 0.0
    helpers: float = 0.0
    lags: list[float] = field(default_factory=list)
    state: float = 0.0  #: bytes of resident memory a feed
    resident: float = 0.0  #: MB of this process at the end
    parser: float = 0.0  #: MB of the largest of its helpers

    @property
    def rate(self) -> float:
        """Polls a minute of one core of this process."""
        return self.polls / self.cpu * 60

    @property
    def rate_of_all(self) -> float:
        """Polls a minute of one core, helpers and all."""
        return self.polls / (self.cpu + self.helpers) * 60

    def count(self, status: int) -> None:
        """A poll was answered."""
        self.polls += 1
        self.unchanged += status == NOT_MODIFIED


@dataclass(frozen=True)
class Order:
    """What to poll: feeds of a domain, by a scheme, at a port of this machine; and for how many seconds."""

    port: int
    scheme: str
    domain: str
    feeds: int
    lasts: float

    def url(self, number: int) -> str:
        """A feed's address."""
        return f"{self.scheme}://feed{number}.{self.domain}/feed"


Side = Callable[[Order], Awaitable[Cost]]


# ── Sokbo ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def sokbo(order: Order) -> Cost:
    """The rounds, the client, the parsers and the store as they are."""
    with TemporaryDirectory(prefix="sokbo-bench-") as folder:
        async with (
            open_store(f"sqlite:///{Path(folder) / 'sokbo.db'}", driving=True) as database,
            Parsers() as parsers,
            Client(allow_private=["127.0.0.0/8"], resolver=Here(order.port)) as client,
        ):
            cost, wholes, inbox = Cost(), Wholes(parsers), Inbox(database)
            polls = _Counting(client, cost)

            def met(numbers: Iterable[int]) -> list[tuple[Feed, Source]]:
                feeds = [Feed(f"feed {number}", order.url(number), every=EVERY) for number in numbers]
                return [(feed, FeedSource(feed.url, polls, parsers, whole=wholes)) for feed in feeds]

            async def read(sources: list[tuple[Feed, Source]]) -> Ingest:
                await inbox.meet([(feed, "feed") for feed, _ in sources])
                reading = Ingest(inbox, sources, [], {}, Pictures(parsers), lambda: None, database.clock)
                await reading.once()  # the first fetch of each
                gc.collect()
                return reading

            settle()  # as `sokbo run` does
            first = min(order.feeds // 2, WARM)
            some = met(range(first))
            await read(some)  # what all need is there now: what comes with the others is theirs
            before = resident()
            reading = await read([*some, *met(range(first, order.feeds))])
            cost.state = (resident() - before) / (order.feeds - first)
            cost.polls = cost.unchanged = 0
            await _measured(cost, reading.run(), order.lasts)
            return cost


class _Counting:
    """The client, and how often it was answered."""

    def __init__(self, client: Client, cost: Cost) -> None:
        self._client, self._cost = client, cost

    async def __call__(self, url: str, **more: Any) -> Fetched:
        fetched = await self._client(url, **more)
        self._cost.count(fetched.status)
        return fetched


# ── A plain loop ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def plain(order: Order) -> Cost:
    """As many feeds at once by aiohttp, ETags remembered, each answer parsed by feedparser as it comes."""
    cost = Cost()
    etags: dict[int, str] = {}
    connector = aiohttp.TCPConnector(resolver=Here(order.port), force_close=True)
    async with aiohttp.ClientSession(connector=connector) as session:
        before = resident()

        async def poll(number: int) -> None:
            headers = {"If-None-Match": etags[number]} if number in etags else {}
            async with session.get(order.url(number), headers=headers) as response:
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

        first = min(order.feeds, WARM)
        await polls(iter(range(first)))
        cost.state = (resident() - before) / first
        cost.polls = cost.unchanged = 0
        await _measured(cost, polls(cycle(range(first))), order.lasts)
        return cost


# ── What is seen ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def _measured(cost: Cost, polls: Coroutine[Any, Any, None], lasts: float) -> None:
    """Poll for so long, and what it takes."""
    helpers, began = _helpers(), time.process_time()
    polling, beating = asyncio.ensure_future(polls), asyncio.ensure_future(_beat(cost.lags))
    await asyncio.wait([polling, beating], timeout=lasts, return_when=asyncio.FIRST_COMPLETED)
    cost.cpu, cost.helpers = time.process_time() - began, _helpers() - helpers
    cost.resident = resident() / 1_000_000
    children = [child.pid for child in multiprocessing.active_children() if child.pid]
    cost.parser = max((resident(pid) for pid in children), default=0) / 1_000_000
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


def _helpers() -> float:
    """Seconds of processor time that the parser processes have used, those that were replaced too."""
    stats = (Path(f"/proc/{child.pid}/stat") for child in multiprocessing.active_children())
    fields = (stat.read_text().rpartition(")")[2].split() for stat in stats if stat.exists())
    alive = sum(int(each[11]) + int(each[12]) for each in fields) / TICK  # user and system time, <proc(5)>
    return alive + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])


def resident(pid: int | str = "self") -> int:
    """Bytes of a process in memory."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE


SIDES: Mapping[str, Side] = {"sokbo": sokbo, "aiohttp + feedparser": plain}


def main() -> None:
    """Poll as the arguments say."""
    name, port, scheme, domain, feeds, lasts = sys.argv[1:]
    logging.disable(logging.ERROR)

    async def run() -> Cost:
        return await SIDES[name](Order(int(port), scheme, domain, int(feeds), float(lasts)))

    print(json.dumps(asdict(uvloop.run(run()))))


if __name__ == "__main__":
    main()
