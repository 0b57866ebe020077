"""One account without a pace, on a platform that takes 20 ms: the whole bot from the announced story to the last
receipt in the store, by how many deliveries are in flight; and the outbox alone, which nothing is sent from.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from functools import partial

import uvloop
from rich.console import Console

from bot.model import Delivery, DeliveryState, Outcome, Receipt
from bot.ports import Transport
from tests.adapters.stage import BARE
from tests.bench.canned import telegram
from tests.bench.measure import MILLION, Watch, at_least, at_most, interleave, spread, table
from tests.bench.site import SECRET, Adapter, Site, Unpaced, UnpacedHook, driving, opened, readers, stores, taken, token

LATENCY = 0.020  #: seconds that the platform takes
IN_FLIGHT = (1, 4, 16, 64, 150, 300)
ROUNDS = 3
LASTS = 1.5  #: seconds of sending a round, about
MOST = 6_000  #: deliveries a round
HOOKS = "webhook"
ADAPTER = "no store: the adapter alone"
BATCH = 400  #: deliveries that a tick of the outbox alone finishes and claims: `dispatch.ROOM`

END_TO_END = 2_000  #: deliveries a second, at best: FAILURES.md section 3 row 14, so the next two
SIGNED = 5_000
OUTBOX = {"SQLite": 50_000, "PostgreSQL": 20_000}
DEAREST = 500.0  #: µs of processor time a delivery (issue 4, benchmark a)
OUTBOX_DEAREST = 15.0  #: the same of the outbox alone (PERFORMANCE.md, budgets)


@dataclass(frozen=True)
class Round:
    """What one story took."""

    deliveries: int
    watch: Watch

    @property
    def per_second(self) -> float:
        return self.deliveries / self.watch.seconds

    @property
    def cpu(self) -> float:
        """Microseconds of processor time a delivery."""
        return self.watch.cpu / self.deliveries * MILLION


def bench(console: Console) -> None:
    """Measure and print."""
    logging.disable(logging.INFO)  # `sokbo run` writes a line a delivery; what that costs is the log's own
    with telegram(LATENCY) as url, stores() as at, ExitStack() as stack:
        runner = stack.enter_context(asyncio.Runner(loop_factory=uvloop.new_event_loop))
        sites = AsyncExitStack()
        stack.callback(lambda: runner.run(sites.aclose()))
        contenders: dict[tuple[str, int], Callable[[], Round]] = {}
        for name, store in at.items():
            site = runner.run(_ready(sites, store, url))
            if name == "SQLite":
                contenders |= {(ADAPTER, room): partial(_run_adapter, runner, site, room) for room in IN_FLIGHT}
            for room in (*IN_FLIGHT, 0):
                contenders[name, room] = partial(_run, runner, site, room)
            if name == "SQLite":
                contenders[HOOKS, 300] = partial(_run, runner, site, -1)
        rounds = interleave(contenders, ROUNDS)
    _print(console, rounds)


def _run(runner: asyncio.Runner, site: Site, room: int) -> Round:
    return runner.run(_alone(site) if room == 0 else _round(site, room))


def _run_adapter(runner: asyncio.Runner, site: Site, room: int) -> Round:
    return runner.run(_sent(site, room))


def size(room: int) -> int:
    """Deliveries that so many in flight send in about ``LASTS`` seconds."""
    return MOST if room <= 0 else min(MOST, max(40, round(room * LASTS / (LATENCY + 0.004))))


def adapters(url: str, transport: Transport) -> Mapping[str, Adapter]:
    """A bot for each number in flight, and the webhooks."""
    bots: dict[str, Adapter] = {
        f"bot {room}": Unpaced(transport, token=token(room), base_url=url) for room in (0, *IN_FLIGHT)
    }
    return bots | {HOOKS: UnpacedHook(transport, secret=SECRET, base_url=url)}


async def _ready(stack: AsyncExitStack, store: str, url: str) -> Site:
    site = await stack.enter_async_context(opened(store, partial(adapters, url)))
    await site.meet()
    for room in (0, *IN_FLIGHT):
        await site.subscribe(f"bot {room}", size(room))
    await site.subscribe(HOOKS, MOST, lambda number: f"/hooks/{number}")
    return site


async def _round(site: Site, room: int) -> Round:
    """Announce, fan out and send."""
    name = HOOKS if room < 0 else f"bot {room}"
    number = size(room)
    with Watch() as watch:
        await site.announce(name)
        async with driving(site.dispatch(300 if room < 0 else room)):
            await taken(site, number)
    return Round(number, watch)


async def _sent(site: Site, room: int) -> Round:
    """Send by the adapter alone, from no store: what is below this is python-telegram-bot's and the machine's."""
    adapter, number = site.adapters[f"bot {room}"], size(room)
    message = site.message(f"bot {room}", BARE)
    waiting = iter([Delivery(n, str(n), "send", target, message) for n, target in enumerate(readers(number))])

    async def send() -> None:
        for delivery in waiting:
            await adapter.send(delivery)

    with Watch() as watch:
        await asyncio.gather(*(send() for _ in range(room)))
    return Round(number, watch)


async def _alone(site: Site) -> Round:
    """Claim and finish, a transaction a tick."""
    await site.announce("bot 0")
    await site.spread()
    number, outcomes = 0, list[Outcome]()
    with Watch() as watch:
        while claims := await site.outbox.tick(outcomes, BATCH):
            number += len(claims)
            receipt = Receipt(("4711",), "https://t.me/newsdao/4711")
            sent = DeliveryState.SENT
            outcomes = [Outcome(c.delivery.id, c.delivery.claim, sent, receipt=receipt) for c in claims]
    return Round(number, watch)


def _print(console: Console, rounds: Mapping[tuple[str, int], Sequence[Round]]) -> None:
    drawn = table(
        f"throughput: one Telegram account, no pace, {LATENCY * 1000:g} ms; {MOST} readers at most",
        *("store", "in flight", "deliveries/s", "CPU µs each"),
    )
    for (name, room), done in rounds.items():
        drawn.add_row(name, str(room or "outbox alone"), *_figures(done))
    console.print(drawn)
    for name, bound in OUTBOX.items():
        sent = {room: rounds[name, room] for room in IN_FLIGHT}
        best = max(sent.values(), key=lambda done: sum(one.per_second for one in done))
        console.print(f"{name}: deliveries/s at best {at_least([one.per_second for one in best], END_TO_END)}")
        dearest = max(sent.values(), key=lambda done: sum(one.cpu for one in done))
        console.print(
            f"{name}: CPU µs a delivery, however many are in flight {at_most([o.cpu for o in dearest], DEAREST)}"
        )
        alone = rounds[name, 0]
        console.print(f"{name}: outbox alone, deliveries/s {at_least([one.per_second for one in alone], bound)}")
        console.print(f"{name}: outbox alone, CPU µs {at_most([one.cpu for one in alone], OUTBOX_DEAREST)}")
    hooks = [one.per_second for one in rounds[HOOKS, 300]]
    console.print(f"signed webhooks/s {at_least(hooks, SIGNED)}")


def _figures(rounds: Sequence[Round]) -> tuple[str, str]:
    return spread([one.per_second for one in rounds]), spread([one.cpu for one in rounds])
