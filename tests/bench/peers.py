"""Sokbo whole (story, SQLite outbox, dispatch, adapter, receipts on the disk) beside two libraries that send and
remember nothing: python-telegram-bot as it comes, and Apprise. Limiters off, each at its best number in flight from a
sweep, and all at 150; the platform takes 20 ms.
"""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import uvloop
from apprise import Apprise
from apprise.plugins.telegram import NotifyTelegram
from rich.console import Console

from bot.ports import Transport
from tests.bench import send
from tests.bench.canned import telegram
from tests.bench.measure import ROUNDS, Watch, at_least, interleave, number, spread, table, times
from tests.bench.site import Adapter, Unpaced, driving, opened, taken, token
from tests.bench.throughput import LATENCY

SWEEP = (4, 16, 64, 150, 300)
TOGETHER = 150
LASTS = 1.0  #: seconds a round, about
BOUNDS = {"python-telegram-bot": 3.0, "apprise": 7.0}  #: times as fast (issue 4, benchmark b)
GUESS = {"sokbo": 1_500, "python-telegram-bot": 120, "apprise": 300}  #: deliveries/s, to size a round

Run = Callable[[int, int], Awaitable[float]]
Way = Callable[[str], AbstractAsyncContextManager[Run]]


@asynccontextmanager
async def sokbo(url: str) -> AsyncIterator[Run]:
    """The whole of it, on SQLite."""

    def bots(transport: Transport) -> Mapping[str, Adapter]:
        return {"bot": Unpaced(transport, token=token(0), base_url=url)}

    with TemporaryDirectory(prefix="sokbo-bench-") as folder:
        async with opened(f"sqlite:///{Path(folder) / 'sokbo.db'}", bots) as site:
            await site.meet()

            async def run(in_flight: int, messages: int) -> float:
                await site.subscribe("bot", messages)
                with Watch() as watch:
                    await site.announce("bot")
                    async with driving(site.dispatch(in_flight)):
                        await taken(site, messages)
                return messages / watch.seconds

            yield run


@asynccontextmanager
async def stock(url: str) -> AsyncIterator[Run]:
    """python-telegram-bot as it comes."""
    async with send.stock(url) as post:

        async def run(in_flight: int, messages: int) -> float:
            return await _posted(post, in_flight, messages)

        yield run


class Unlimited(NotifyTelegram):  # type: ignore[no-untyped-call]  # Apprise is typed in parts
    """Apprise's Telegram without its limiter; the address is the stand-in's."""

    request_rate_per_sec = 0


@asynccontextmanager
async def apprise(url: str) -> AsyncIterator[Run]:
    """Apprise, as many threads as are in flight."""
    Unlimited.notify_url = f"{url}/bot"
    logging.getLogger("apprise").setLevel(logging.ERROR)
    body = str(send._body()["text"])

    async def run(in_flight: int, messages: int) -> float:
        notifier = Apprise()
        notifier.add(
            Unlimited(  # type: ignore[no-untyped-call]  # as above
                bot_token="1000001:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", targets="@newsdao", detect_owner=False
            )
        )
        with ThreadPoolExecutor(in_flight) as threads:
            asyncio.get_running_loop().set_default_executor(threads)

            async def post() -> None:
                if not await notifier.async_notify(body):
                    raise RuntimeError("Apprise was refused")

            rate = await _posted(post, in_flight, messages)
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
        return rate

    yield run


async def _posted(post: send.Post, in_flight: int, messages: int) -> float:
    await send._post(post, in_flight, in_flight)  # connections, as far as they are kept
    with Watch() as watch:
        await send._post(post, messages, in_flight)
    return messages / watch.seconds


WAYS: Mapping[str, Way] = {"sokbo": sokbo, "python-telegram-bot": stock, "apprise": apprise}


def bench(console: Console) -> None:
    """Measure and print."""
    logging.disable(logging.INFO)
    os.environ["NO_PROXY"] = "*"
    with telegram(LATENCY) as url:
        swept = interleave({(n, k): partial(_measure, way, url, n, k) for k in SWEEP for n, way in WAYS.items()}, 2)
        best = {name: _best({k: max(swept[name, k]) for k in SWEEP}) for name in WAYS}
        at_best = interleave({n: partial(_measure, way, url, n, best[n]) for n, way in WAYS.items()}, ROUNDS)
        together = interleave({n: partial(_measure, way, url, n, TOGETHER) for n, way in WAYS.items()}, ROUNDS)
    drawn = table(
        "peers: deliveries/s, limiters off", "", *map(str, SWEEP), f"at its best, {ROUNDS} rounds", f"all at {TOGETHER}"
    )
    for name in WAYS:
        sweep = [number(median(swept[name, k])) for k in SWEEP]
        drawn.add_row(name, *sweep, f"{best[name]}: {spread(at_best[name])}", spread(together[name]))
    console.print(drawn)
    for name, bound in BOUNDS.items():
        for label, rates in (("at its best", at_best), (f"at {TOGETHER}", together)):
            console.print(
                f"{times(rates['sokbo'], rates[name])} as fast as {name} {label} {_verdict(rates, name, bound)}"
            )


def _best(rates: Mapping[int, float]) -> int:
    return max(rates, key=lambda in_flight: rates[in_flight])


def _verdict(rates: Mapping[str, Sequence[float]], name: str, bound: float) -> str:
    return at_least([median(rates["sokbo"]) / median(rates[name])], bound)


def _measure(way: Way, url: str, name: str, in_flight: int) -> float:
    return uvloop.run(_rate(way, url, name, in_flight))


async def _rate(way: Way, url: str, name: str, in_flight: int) -> float:
    messages = max(in_flight, round(min(GUESS[name], in_flight / (LATENCY + 0.004)) * LASTS))
    async with way(url) as run:
        return await run(in_flight, messages)
