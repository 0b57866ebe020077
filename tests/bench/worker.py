"""One worker of several on a store, in a process of its own: adapters, transport, dispatch; no feeds and no page.

The order is one argument of JSON, `Order`. It says ``ready``, then ``429`` each time a platform is asked too often, and
at its end what it took: ``{"well", "cpu"}``.
"""

import asyncio
import json
import logging
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from subprocess import Popen

import uvloop

from adapters.telegram import Adapter as Telegram
from bot.app.memory import settle
from bot.ports import Reply, Request, Transport
from tests.bench.leash import leashed
from tests.bench.site import Adapter, Unpaced, opened, readers, token

TOO_OFTEN = 429


@dataclass(frozen=True)
class Order:
    """``accounts`` bots of ``readers`` each, at ``rate`` a second: 30, 1000, or 0 for no pace."""

    store: str
    url: str
    accounts: int = 1
    readers: int = 1000
    rate: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f"bot {number}" for number in range(self.accounts))

    def adapters(self, transport: Transport) -> Mapping[str, Adapter]:
        """The bots by their accounts' names."""
        return {name: self._adapter(transport, number) for number, name in enumerate(self.names)}

    def _adapter(self, transport: Transport, number: int) -> Adapter:
        if not self.rate:
            return Unpaced(transport, token=token(number), base_url=self.url)
        return Telegram(transport, token=token(number), base_url=self.url, paid_broadcast=self.rate > 30)


@contextmanager
def working(order: Order) -> Iterator[Popen[str]]:
    """A worker that has met the store and drives it while this is open."""
    with leashed("tests.bench.worker", json.dumps(asdict(order))) as process:
        if process.stdout is None or process.stdout.readline() != "ready\n":
            raise RuntimeError("the worker did not start")
        yield process


def told(process: Popen[str]) -> tuple[int, Mapping[str, float]]:
    """Ask a worker to end; how often it was refused, and what it took."""
    process.terminate()
    lines = process.communicate(timeout=30)[0].splitlines()
    return lines.count(str(TOO_OFTEN)), json.loads(lines[-1])


async def work(order: Order) -> None:
    """Drive the store until SIGTERM."""
    async with opened(order.store, order.adapters) as site:
        await site.meet(dict.fromkeys(order.names, readers(order.readers)))
        site.tally.heard = _heard
        dispatch = site.dispatch()
        site.database.on_wake(dispatch.wake)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, dispatch.drain)
        settle()
        print("ready", flush=True)
        began = time.process_time()
        await dispatch.run()
        print(json.dumps({"well": site.tally.well, "cpu": time.process_time() - began}), flush=True)


def _heard(_: Request, reply: Reply) -> None:
    if reply.status == TOO_OFTEN:
        print(TOO_OFTEN, flush=True)


if __name__ == "__main__":
    logging.basicConfig(level=logging.ERROR)
    uvloop.run(work(Order(**json.loads(sys.argv[1]))))
