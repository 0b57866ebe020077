"""Time to the last subscriber, against the strict sandbox in its own process: 3,000 at 30 a second, and 100,000 at the
1,000 a second that `paid_broadcast` buys. The floor is what the platform's own limit makes of it.

The clock starts when the story is about to be written and stops at the time in the sandbox's log.
"""

import logging
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import uvloop
from rich.console import Console

from tests.bench.measure import Watch, at_most, number, table
from tests.bench.site import driving, opened, taken
from tests.bench.standin import strict
from tests.bench.worker import Order

SLOWER = 1.03  #: times the platform's floor (issue 4, benchmark c)


@dataclass(frozen=True)
class Broadcast:
    """So many readers at so many a second."""

    readers: int
    rate: int

    @property
    def floor(self) -> float:
        return self.readers / self.rate


@dataclass(frozen=True)
class Result:
    """Seconds to the last reader, refusals, and µs of processor time a delivery."""

    last: float
    refused: int
    cpu: float


BROADCASTS = (Broadcast(3_000, 30), Broadcast(100_000, 1_000))


def bench(console: Console) -> None:
    """Measure and print."""
    logging.disable(logging.INFO)
    drawn = table(
        "subscribers: SQLite, strict sandbox", "readers", "a second", "last s", "floor s", "×", "429s", "CPU µs each"
    )
    verdicts = []
    for broadcast in BROADCASTS:
        result = uvloop.run(deliver(broadcast))
        ratio = result.last / broadcast.floor
        drawn.add_row(
            *(number(broadcast.readers), number(broadcast.rate), f"{result.last:.2f}", f"{broadcast.floor:.2f}"),
            *(f"{ratio:.4f}", str(result.refused), number(result.cpu)),
        )
        verdicts.append(f"{broadcast.readers:,} at {broadcast.rate:,}/s: times the floor {at_most([ratio], SLOWER)}")
        verdicts.append(f"{broadcast.readers:,} at {broadcast.rate:,}/s: answers of 429 {at_most([result.refused], 0)}")
    console.print(drawn)
    for verdict in verdicts:
        console.print(verdict)


async def deliver(broadcast: Broadcast) -> Result:
    """One story to all of them."""
    with strict() as sandbox, tempfile.TemporaryDirectory(prefix="sokbo-bench-") as folder:
        store = f"sqlite:///{Path(folder) / 'sokbo.db'}"
        order = Order(store, sandbox.telegram, rate=broadcast.rate)
        async with opened(store, order.adapters) as site:
            await site.meet()
            await site.subscribe(order.names[0], broadcast.readers)
            dispatch = site.dispatch()
            with Watch() as watch:
                async with driving(dispatch):
                    began = time.time()
                    await site.announce(*order.names)
                    dispatch.wake()
                    await taken(site, broadcast.readers, within=1.5 * broadcast.floor + 10)
            refused = site.tally.throttled
        return Result(sandbox.times()[-1] - began, refused, watch.cpu / broadcast.readers * 1_000_000)
