"""What hurries, behind 50,000 that wait at 30 a second: a breaking story, and taking a story back.

Against the strict sandbox in its own process, on SQLite. The clock starts when the news is about to be written and
stops at the times in the sandbox's log.
"""

import asyncio
import logging
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import uvloop
from rich.console import Console

from bot.model import Priority
from tests.bench.measure import at_most, spread, table
from tests.bench.site import driving, opened
from tests.bench.standin import StandIn, strict
from tests.bench.worker import Order

QUEUED = 50_000
ROUNDS = 3
BEFORE = 4.0  #: seconds that the long queue is being sent: more than thirty have it and can be deleted
SETTLED = 2.0  #: seconds in which the first thirty surely have left
FIRST, THIRTIETH = 0.1, 1.2  #: seconds: FAILURES.md section 3 row 12


@dataclass(frozen=True)
class Wait:
    """Seconds until the first and until the thirtieth."""

    first: float
    thirtieth: float


def bench(console: Console) -> None:
    """Measure and print."""
    logging.disable(logging.INFO)
    rounds = [uvloop.run(hurry(QUEUED)) for _ in range(ROUNDS)]
    drawn = table(f"urgent: ms behind {QUEUED:,} at 30/s, {ROUNDS} rounds", "", "first", "thirtieth")
    for kind in ("breaking", "retraction"):
        first, last = ([getattr(one[kind], name) for one in rounds] for name in ("first", "thirtieth"))
        drawn.add_row(kind, spread([each * 1000 for each in first]), spread([each * 1000 for each in last]))
        console.print(
            f"{kind}: seconds to the first {at_most(first, FIRST)}, to the thirtieth {at_most(last, THIRTIETH)}"
        )
    console.print(drawn)


async def hurry(queued: int) -> Mapping[str, Wait]:
    """A long queue, then each kind of news."""
    with strict() as sandbox, tempfile.TemporaryDirectory(prefix="sokbo-bench-") as folder:
        store = f"sqlite:///{Path(folder) / 'sokbo.db'}"
        order = Order(store, sandbox.telegram, rate=30)
        [name] = order.names
        async with opened(store, order.adapters) as site:
            await site.meet()
            await site.subscribe(name, queued)
            dispatch = site.dispatch()
            story = await site.announce(name)
            await site.spread()
            async with driving(dispatch):
                await asyncio.sleep(BEFORE)
                began = time.time()
                await site.announce(name, priority=Priority.BREAKING)
                dispatch.wake()
                await asyncio.sleep(SETTLED)
                breaking = _waited(sandbox, began, "send", "story-1-")
                began = time.time()
                await site.retract(story, name)
                dispatch.wake()
                await asyncio.sleep(SETTLED)
                retraction = _waited(sandbox, began, "delete", "")
            if site.tally.throttled:
                raise RuntimeError(f"{site.tally.throttled} answers of 429")
        return {"breaking": breaking, "retraction": retraction}


def _waited(sandbox: StandIn, began: float, operation: str, text: str) -> Wait:
    times = [
        at - began
        for at, record in zip(sandbox.times(), sandbox.accepted(), strict=False)
        if record["operation"] == operation and text in str(record["body"].get("text", ""))
    ]
    return Wait(times[0], times[29])
