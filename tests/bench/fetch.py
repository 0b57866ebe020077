"""What one poll costs whoever asks: the guarded client, and aiohttp by itself, which checks and bounds nothing.

Every feed has a host name of its own that leads to one stand-in, in another process, over plain HTTP. A new connection
is a host that was not asked before; a kept one is a host that was asked just now.
"""

import asyncio
import hashlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial

import aiohttp
import uvloop
from aiohttp.abc import AbstractResolver, ResolveResult
from rich.console import Console

from bot.sources.fetch import Client
from bot.sources.wire import Names
from tests.bench.measure import MILLION, Watch, at_least, interleave, spread, table, times
from tests.bench.origin import site

Poll = Callable[[str], Awaitable[object]]
Way = Callable[[bool], AbstractAsyncContextManager[Poll]]

HOSTS = 400  #: polled once a round; a descriptor each, where somebody keeps all connections
IN_FLIGHT = 50  #: as in PERFORMANCE.md section 2
LOOK_UPS = 300
LEAST = 20_000.0  #: polls a minute on one core, each with a new connection (PERFORMANCE.md, budgets)


class Here(AbstractResolver):
    """Every name is this machine, at once."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [ResolveResult(hostname=host, host="127.0.0.1", port=port, family=family, proto=0, flags=0)]

    async def close(self) -> None:
        pass


@asynccontextmanager
async def sokbo(conditional: bool) -> AsyncIterator[Poll]:
    """The guarded client; of a whole answer it knows the bytes of last time."""
    async with Client(allow_private=["127.0.0.0/8"], resolver=Here()) as client:
        known = ""

        async def poll(url: str) -> None:
            nonlocal known
            answer = await client(url, headers={"If-None-Match": '"1"'} if conditional else {}, known=known)
            known = answer.digest

        yield poll


@asynccontextmanager
async def bare(conditional: bool) -> AsyncIterator[Poll]:
    """One call of aiohttp, and a look whether the body is that of last time."""
    connector = aiohttp.TCPConnector(resolver=Here(), use_dns_cache=False, limit=0)
    async with aiohttp.ClientSession(connector=connector, headers={"User-Agent": "bare"}) as session:

        async def poll(url: str) -> str:
            async with session.get(url, headers={"If-None-Match": '"1"'} if conditional else {}) as answer:
                return hashlib.sha256(await answer.read()).hexdigest()

        yield poll


WAYS: Mapping[str, Way] = {"sokbo": sokbo, "aiohttp": bare}
CASES = {
    "304, new connection": (True, True),
    "304, kept connection": (True, False),
    "same body, new connection": (False, True),
    "same body, kept connection": (False, False),
}


def bench(console: Console) -> None:
    """Measure and print."""
    with site() as port, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        costs = interleave(
            {
                (case, name): partial(_run, runner, way, port, *CASES[case])
                for case in CASES
                for name, way in WAYS.items()
            }
        )
        names = interleave({name: partial(_look_up, runner, kind) for name, kind in RESOLVERS.items()})
    _print(console, costs, names)


def _run(runner: asyncio.Runner, way: Way, port: int, conditional: bool, new: bool) -> float:
    return runner.run(_cost(way, port, conditional, new))


async def _cost(way: Way, port: int, conditional: bool, new: bool) -> float:
    """Microseconds of processor time a poll."""
    hosts = HOSTS if new else IN_FLIGHT
    urls = [f"http://{number % hosts}.test:{port}/feed" for number in range(HOSTS)]
    async with AsyncExitStack() as stack:
        poll = await stack.enter_async_context(way(conditional))
        await _poll(poll, [f"http://first.test:{port}/feed"] if new else urls[:IN_FLIGHT])
        with Watch() as watch:
            await _poll(poll, urls)
            await stack.aclose()  # whoever keeps connections pays for them later
    return watch.cpu / len(urls) * MILLION


async def _poll(poll: Poll, urls: Sequence[str]) -> None:
    turns = iter(urls)

    async def work() -> None:
        for url in turns:
            await poll(url)

    async with asyncio.TaskGroup() as group:
        for _ in range(IN_FLIGHT):
            group.create_task(work())


RESOLVERS: Mapping[str, Callable[[], AbstractResolver]] = {"sokbo": Names, "aiohttp": aiohttp.ThreadedResolver}


def _look_up(runner: asyncio.Runner, kind: Callable[[], AbstractResolver]) -> float:
    return runner.run(_look_up_cost(kind))


async def _look_up_cost(kind: Callable[[], AbstractResolver]) -> float:
    """Microseconds of processor time a look-up of a name in the hosts file."""
    resolver = kind()
    with Watch() as watch:
        await _poll(lambda name: resolver.resolve(name, 80), ["localhost"] * LOOK_UPS)
    await resolver.close()
    return watch.cpu / LOOK_UPS * MILLION


def _print(
    console: Console, costs: Mapping[tuple[str, str], Sequence[float]], names: Mapping[str, Sequence[float]]
) -> None:
    drawn = table("fetch: CPU µs a poll, plain HTTP", "answer", *WAYS, "ours / aiohttp", "polls a minute and core")
    for case in CASES:
        ours, floor = (costs[case, name] for name in WAYS)
        a_minute = [60 * MILLION / cost for cost in ours]
        drawn.add_row(case, spread(ours), spread(floor), times(ours, floor), spread(a_minute))
    ours, floor = (names[name] for name in WAYS)
    drawn.add_row("a name looked up in a thread", spread(ours), spread(floor), times(ours, floor), "")
    console.print(drawn)
    new = [60 * MILLION / cost for cost in costs["304, new connection", "sokbo"]]
    console.print(f"polls a minute and core with a new connection each {at_least(new, LEAST)}")
