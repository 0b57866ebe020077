"""Ten minutes of steady work: stories one after the other, 100 deliveries a second; what grows, and how late the event
loop is. `SOKBO_SOAK=60 python -m tests.bench soak` takes a minute.
"""

import asyncio
import gc
import logging
import os
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import linear_regression

import uvloop
from rich.console import Console

from bot.ports import Transport
from tests.bench.canned import telegram
from tests.bench.measure import at_most, number, percentile, table
from tests.bench.site import Adapter, Site, Unpaced, driving, opened, token

LONGEST = 600.0
READERS = 100  #: each gets every story
BETWEEN = 1.0  #: seconds between two stories
BEAT = 0.010  #: seconds between two looks at how late the event loop is
SLOPE, LAG = 1.0, 50.0  #: MB a minute, ms: FAILURES.md section 3 row 16
PAGE = os.sysconf("SC_PAGE_SIZE") / 1_000_000  #: MB


@dataclass
class Soaked:
    """What was seen, after a warm-up: MB and descriptors by second, ms by which the loop was late."""

    memory: list[tuple[float, float]] = field(default_factory=list)
    descriptors: list[int] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)
    sent: int = 0

    @property
    def slope(self) -> float:
        """MB a minute."""
        return linear_regression(*zip(*self.memory, strict=True)).slope * 60

    @property
    def grown(self) -> float:
        """MB, from first to last."""
        return self.memory[-1][1] - self.memory[0][1]

    @property
    def late(self) -> float:
        """ms: the 99th percentile."""
        return percentile(self.lags, 99)


def bench(console: Console) -> None:
    """Measure and print."""
    logging.disable(logging.INFO)
    seconds = float(os.environ.get("SOKBO_SOAK", LONGEST))
    with telegram(0.02) as url, tempfile.TemporaryDirectory(prefix="sokbo-bench-") as folder:
        soaked = uvloop.run(soak(f"sqlite:///{Path(folder) / 'sokbo.db'}", url, seconds))
    drawn = table(
        f"soak: {seconds:g} s", "deliveries", "MB at the end", "MB a minute", "descriptors", "loop late, p99 ms"
    )
    descriptors = f"{soaked.descriptors[0]} → {soaked.descriptors[-1]}"
    figures = (number(soaked.memory[-1][1]), f"{soaked.slope:.2f}", descriptors, number(soaked.late))
    drawn.add_row(f"{soaked.sent:,}", *figures)
    console.print(drawn)
    console.print(f"MB a minute {at_most([soaked.slope], SLOPE)}")
    console.print(f"ms that the event loop is late, p99 {at_most([soaked.late], LAG)}")


async def soak(store: str, url: str, seconds: float, warm: float = 0.4) -> Soaked:
    """Work for so long; the first ``warm`` share of it is not looked at."""

    def bots(transport: Transport) -> Mapping[str, Adapter]:
        return {"bot": Unpaced(transport, token=token(0), base_url=url)}

    soaked = Soaked()
    async with opened(store, bots) as site:
        await site.meet()
        await site.subscribe("bot", READERS)
        dispatch = site.dispatch()
        async with driving(dispatch), asyncio.TaskGroup() as group:
            telling = group.create_task(_tell(site, dispatch.wake))
            await asyncio.sleep(seconds * warm)
            gc.collect()
            beating = group.create_task(beat(soaked))
            await look(soaked, seconds * (1 - warm))
            telling.cancel()
            beating.cancel()
        soaked.sent = site.tally.well
    return soaked


async def _tell(site: Site, wake: Callable[[], None]) -> None:
    while True:
        await site.announce("bot")
        wake()
        await asyncio.sleep(BETWEEN)


async def beat(soaked: Soaked) -> None:
    """Note how late the event loop is, until cancelled."""
    while True:
        due = time.perf_counter() + BEAT
        await asyncio.sleep(BEAT)
        soaked.lags.append((time.perf_counter() - due) * 1000)


async def look(soaked: Soaked, seconds: float) -> None:
    """Note memory and descriptors for so long."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        soaked.memory.append((time.monotonic(), pages * PAGE))
        soaked.descriptors.append(sum(1 for _ in Path("/proc/self/fd").iterdir()))
        await asyncio.sleep(0.5)
