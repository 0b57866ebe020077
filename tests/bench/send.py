"""What one message costs the sender: our Telegram adapter, python-telegram-bot as it comes, and aiohttp by itself.

All three post the same text to the same stand-in, which says yes at once from another process.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Any

import aiohttp
import uvloop
from rich.console import Console
from telegram import Bot, LinkPreviewOptions, MessageEntity
from telegram.request import HTTPXRequest

from adapters.telegram import Adapter
from bot.model import Secret, Style, Target
from bot.transport import Http
from tests.adapters.stage import BARE, deliver
from tests.bench.canned import telegram
from tests.bench.measure import MILLION, Watch, at_most, interleave, spread, table, times

Post = Callable[[], Awaitable[object]]
Way = Callable[[str], AbstractAsyncContextManager[Post]]

TOKEN = "1000001:no-real-token"
CHAT = "@newsdao"
IN_FLIGHT = (1, 16, 64)
MESSAGES = 96  #: a round
DEAREST = 500.0  #: µs a message through our adapter, however many are in flight (PERFORMANCE.md, budgets)


@asynccontextmanager
async def sokbo(url: str) -> AsyncIterator[Post]:
    """Our adapter on our transport."""
    async with Http() as http:
        adapter = Adapter(http, token=Secret(TOKEN), base_url=url)
        delivery = deliver(adapter.render(BARE, Style())[0], Target(CHAT))
        yield lambda: adapter.send(delivery)


@asynccontextmanager
async def stock(url: str) -> AsyncIterator[Post]:
    """python-telegram-bot on its own HTTPXRequest; only the environment's proxies are left out."""
    async with HTTPXRequest(httpx_kwargs={"trust_env": False}) as request:
        bot = Bot(TOKEN, base_url=f"{url}/bot", request=request, get_updates_request=request)
        body = _body()
        yield lambda: bot.send_message(
            CHAT,
            body["text"],
            entities=[MessageEntity(**mark) for mark in body["entities"]],
            link_preview_options=LinkPreviewOptions(**body["link_preview_options"]),
            disable_notification=False,
        )


@asynccontextmanager
async def raw(url: str) -> AsyncIterator[Post]:
    """One call of aiohttp: the floor that a Python client stands on."""
    body = {**_body(), "chat_id": CHAT, "disable_notification": False}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def post() -> int:
            async with session.post(f"{url}/bot{TOKEN}/sendMessage", json=body) as answer:
                return int((await answer.json())["result"]["message_id"])

        yield post


def _body() -> Mapping[str, Any]:
    return Adapter(Http(), token=Secret(TOKEN)).render(BARE, Style())[0].body


WAYS: Mapping[str, Way] = {"sokbo": sokbo, "python-telegram-bot": stock, "aiohttp": raw}


def bench(console: Console) -> None:
    """Measure and print."""
    with telegram() as url, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        costs = interleave(
            {
                (name, in_flight): partial(_run, runner, way, url, in_flight)
                for in_flight in IN_FLIGHT
                for name, way in WAYS.items()
            }
        )
    _print(console, costs)


def _run(runner: asyncio.Runner, way: Way, url: str, in_flight: int) -> float:
    return runner.run(_cost(way, url, in_flight))


async def _cost(way: Way, url: str, in_flight: int) -> float:
    """Microseconds of processor time a message, on connections that are open already."""
    async with way(url) as post:
        await _post(post, in_flight, in_flight)
        with Watch() as watch:
            await _post(post, MESSAGES, in_flight)
    return watch.cpu / MESSAGES * MILLION


async def _post(post: Post, messages: int, in_flight: int) -> None:
    turns = iter(range(messages))

    async def work() -> None:
        for _ in turns:
            await post()

    async with asyncio.TaskGroup() as group:
        for _ in range(in_flight):
            group.create_task(work())


def _print(console: Console, costs: Mapping[tuple[str, int], Sequence[float]]) -> None:
    drawn = table("send: CPU µs a message", "in flight", *WAYS, "its CPU / ours", "ours / aiohttp")
    for in_flight in IN_FLIGHT:
        ours, theirs, floor = (costs[name, in_flight] for name in WAYS)
        drawn.add_row(
            str(in_flight), spread(ours), spread(theirs), spread(floor), times(theirs, ours), times(ours, floor)
        )
    console.print(drawn)
    console.print(f"CPU µs through our adapter at {IN_FLIGHT[-1]} {at_most(costs['sokbo', IN_FLIGHT[-1]], DEAREST)}")
