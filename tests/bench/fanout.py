"""A story to 100,000 and to 1,000,000 subscriptions, on both databases: how long until each has its delivery, what that
takes of memory, how long one transaction holds everybody else up, and how long breaking news waits meanwhile.

Breaking news to the same readers is written when the fan-out is halfway; it has come through when its first delivery is
claimed.
"""

import asyncio
import logging
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import uvloop
from rich.console import Console

from bot.model import Priority
from bot.ports import Transport
from tests.bench.measure import at_most, spread, table
from tests.bench.site import Adapter, Site, Unpaced, opened, stores, token

READERS = (100_000, 1_000_000)
ROUNDS = {100_000: 3, 1_000_000: 1}
SECONDS = {"SQLite": 1.0, "PostgreSQL": 2.0}  #: for 100,000: FAILURES.md section 3 row 13, so the next two
MEMORY = 100.0  #: MB
HELD_UP = 250.0  #: ms that breaking news waits
PAGE = os.sysconf("SC_PAGE_SIZE") / 1_000_000  #: MB


@dataclass(frozen=True)
class Round:
    """Seconds of the fan-out, MB more than before at the most, ms of the longest transaction and of breaking's wait."""

    seconds: float
    memory: float
    longest: float
    breaking: float


def bench(console: Console) -> None:
    """Measure and print."""
    logging.disable(logging.INFO)
    drawn = table(
        "fan-out", "readers", "store", "seconds", "memory + MB", "longest transaction ms", "breaking waits ms"
    )
    verdicts: list[str] = []
    for readers in READERS:
        rounds: dict[str, list[Round]] = {}
        for _ in range(ROUNDS[readers]):
            with stores() as at:
                for name, store in at.items():
                    rounds.setdefault(name, []).append(uvloop.run(_round(store, readers)))
        for name, done in rounds.items():
            drawn.add_row(f"{readers:,}", name, *_figures(done))
            if readers == READERS[0]:
                verdicts += _verdicts(name, done)
    console.print(drawn)
    for verdict in verdicts:
        console.print(verdict)


def _bots(transport: Transport) -> Mapping[str, Adapter]:
    return {"bot": Unpaced(transport, token=token(0), base_url="http://127.0.0.1:1")}


async def _round(store: str, readers: int) -> Round:
    async with opened(store, _bots) as site:
        await site.meet()
        await site.subscribe("bot", readers)
        return await spread_one(site)


async def spread_one(site: Site, name: str = "bot") -> Round:
    """One story to every reader; then one that hurries, in the middle of another's fan-out."""
    before = peak = _memory()
    longest = total = 0.0
    await site.announce(name)
    more = True
    while more:
        began = time.perf_counter()
        await site.outbox.tick([], 0)
        took = time.perf_counter() - began
        total, longest, peak = total + took, max(longest, took), max(peak, _memory())
        more = site.outbox.fanning_out
    breaking = await _hurry(site, name)
    return Round(total, peak - before, longest * 1000, breaking * 1000)


async def _hurry(site: Site, name: str) -> float:
    """Seconds until the first delivery of breaking news is claimed, while a fan-out goes on."""
    await site.announce(name)
    claimed = asyncio.Event()

    async def tick() -> None:
        while not claimed.is_set():
            claims = await site.outbox.tick([], 10)
            if any(claim.priority is Priority.BREAKING for claim in claims):
                claimed.set()

    ticking = asyncio.create_task(tick())
    await asyncio.sleep(0.1)
    began = time.perf_counter()
    await site.announce(name, priority=Priority.BREAKING)
    await claimed.wait()
    waited = time.perf_counter() - began
    await ticking
    return waited


def _memory() -> float:
    """MB that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


def _figures(rounds: Sequence[Round]) -> list[str]:
    return [spread([getattr(one, name) for one in rounds]) for name in ("seconds", "memory", "longest", "breaking")]


def _verdicts(name: str, rounds: Sequence[Round]) -> list[str]:
    return [
        f"{name}: seconds {at_most([one.seconds for one in rounds], SECONDS[name])}",
        f"{name}: memory in MB {at_most([one.memory for one in rounds], MEMORY)}",
        f"{name}: breaking waits, in ms {at_most([one.breaking for one in rounds], HELD_UP)}",
    ]
