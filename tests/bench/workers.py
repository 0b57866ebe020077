"""One, two and four workers, each a process, on one PostgreSQL: what they send together without a pace, how well they
keep one account's pace together (also while one of them is killed every five seconds), how soon what a killed or frozen
one had on its way is driven again, and what they cost while nothing happens.
"""

import asyncio
import logging
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median
from subprocess import Popen

import uvloop
from rich.console import Console

from tests.bench.canned import telegram
from tests.bench.measure import at_least, at_most, number, spread, table
from tests.bench.site import Site, opened
from tests.bench.standin import StandIn, strict
from tests.bench.worker import Order, told, working
from tests.postgres import Server, serving

WORKERS = (1, 2, 4)
ACCOUNTS = (1, 16)
LATENCY = 0.020  #: seconds that the platform takes
UNPACED = 4_000  #: deliveries a round without a pace
ROUNDS = 3
LASTS = 10  #: seconds that a pace is watched
KILLED = 20  #: the same while workers are killed
EVERY = 5.0  #: seconds between two kills
IDLE = 5.0  #: seconds that idle workers are watched
KEPT = 0.97  #: share of the published rate: FAILURES.md section 3 row 9
AGAIN = {signal.SIGKILL: 1.0, signal.SIGSTOP: 6.0}  #: seconds until driven again: rows 5 and 6
TICKS = os.sysconf("SC_CLK_TCK")
SENDING = 2
ENDED = "state in (3, 5)"  #: sent, or held: Telegram has no key, so what was on its way at a kill is a person's


@dataclass(frozen=True)
class Pace:
    """Share of the published rate that was kept, answers of 429, and what came twice."""

    kept: float
    refused: int
    twice: int = 0


def bench(console: Console) -> None:
    """Measure and print."""
    logging.disable(logging.INFO)
    with serving() as server:
        console.print(_throughput(server, console))
        for verdict in _paces(server, console):
            console.print(verdict)
        for how, bound in AGAIN.items():
            waits = [uvloop.run(driven_again(server, how)) for _ in range(ROUNDS)]
            told_ = f"seconds until a worker's claims are driven again after {how.name}: {spread(waits)}"
            console.print(f"{told_} {at_most(waits, bound)}")
        console.print(f"CPU of an idle worker, four on one store: {number(_idle(server) * 100)} %")


# ── Without a pace ───────────────────────────────────────────────────────────────────────────────────────────────────


def _throughput(server: Server, console: Console) -> object:
    drawn = table(
        "workers: deliveries/s without a pace, 20 ms", "workers", *(f"{n} accounts" for n in ACCOUNTS), "CPU µs each"
    )
    for workers in WORKERS:
        figures, cpu = [], []
        for accounts in ACCOUNTS:
            rates, spent = uvloop.run(throughput(server, workers, accounts))
            figures.append(spread(rates))
            cpu.append(number(spent))
        drawn.add_row(str(workers), *figures, " | ".join(cpu))
    return drawn


async def throughput(server: Server, workers: int, accounts: int) -> tuple[list[float], float]:
    """Deliveries a second of each round, and µs of the workers' processors a delivery."""
    rates = []
    with telegram(LATENCY) as url, server.database() as store:
        order = Order(store, url, accounts=accounts, readers=UNPACED // accounts)
        with crew(order, workers) as processes:
            async with desk(order) as site:
                for turn in range(1, ROUNDS + 1):
                    began = time.perf_counter()
                    await site.announce(*order.names)
                    await arrived(site, turn * UNPACED)
                    rates.append(UNPACED / (time.perf_counter() - began))
            ends = [told(process)[1] for process in processes]
    return rates, sum(end["cpu"] for end in ends) / (ROUNDS * UNPACED) * 1_000_000


# ── With one ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _paces(server: Server, console: Console) -> Iterator[str]:
    drawn = table("workers: one account against the strict sandbox", "workers", "a second", "kept", "429s", "twice")
    done = []
    for rate in (30, 1_000):
        done += [(str(workers), rate, uvloop.run(paced(server, workers, rate, LASTS))) for workers in WORKERS]
        done.append((f"4, one killed each {EVERY:g} s", rate, uvloop.run(paced(server, 4, rate, KILLED, kill=True))))
    for label, rate, pace in done:
        drawn.add_row(label, f"{rate:,}", f"{pace.kept:.2%}", str(pace.refused), str(pace.twice))
    console.print(drawn)
    for label, rate, pace in done:
        yield f"{label} at {rate:,}/s: kept {at_least([pace.kept], KEPT)}, 429s {at_most([pace.refused], 0)}"


async def paced(server: Server, workers: int, rate: int, seconds: float, *, kill: bool = False) -> Pace:
    """How the pace of one account is kept by several workers."""
    readers = round(rate * seconds)
    with strict() as sandbox, server.database() as store:
        order = Order(store, sandbox.telegram, readers=readers, rate=rate)
        with crew(order, workers) as processes:
            async with desk(order) as site:
                await site.announce(*order.names)
                killing = asyncio.create_task(_kill(order, processes)) if kill else None
                await arrived(site, readers, within=2 * seconds + 30)
                if killing is not None:
                    killing.cancel()
            refused = sum(told(process)[0] for process in processes if process.poll() is None)
        return _kept(sandbox, rate, refused)


def _kept(sandbox: StandIn, rate: int, refused: int) -> Pace:
    times = sandbox.times()
    targets = [record["target"] for record in sandbox.accepted()]
    kept = (len(times) - 1) / (times[-1] - times[0]) / rate
    return Pace(kept, refused, len(targets) - len(set(targets)))


async def _kill(order: Order, processes: list[Popen[str]]) -> None:
    """Kill one after the other, and start another in its place."""
    with ExitStack() as stack:
        for turn in count():
            await asyncio.sleep(EVERY)
            processes[turn % len(processes)].kill()
            fresh = await asyncio.to_thread(stack.enter_context, working(order))
            processes[turn % len(processes)] = fresh


# ── One that is gone ─────────────────────────────────────────────────────────────────────────────────────────────────


async def driven_again(server: Server, how: signal.Signals) -> float:
    """Seconds from the end of one of two workers until nothing is any more on its way that it had claimed."""
    with telegram(1.0) as url, server.database() as store:
        order = Order(store, url, readers=1_000)
        with crew(order, 2) as (one, _):
            async with desk(order) as site:
                await site.announce(*order.names)
                claimed = await _claimed_by(site, one)
                one.send_signal(how)
                began = time.perf_counter()
                while await _count(site, f"state = {SENDING} and worker = {claimed}"):
                    await asyncio.sleep(0.01)
                waited = time.perf_counter() - began
            one.send_signal(signal.SIGCONT)
            one.kill()
    return waited


async def _claimed_by(site: Site, process: Popen[str]) -> int:
    """The number of that process among the workers, once it has claimed something."""
    while True:
        rows = await site.database.read(
            lambda c: c.rows("select id from worker where name like :name", name=f"%{process.pid}%")
        )
        if rows and await _count(site, f"state = {SENDING} and worker = {rows[0]['id']}"):
            return int(rows[0]["id"])
        await asyncio.sleep(0.01)


# ── Nothing to do ────────────────────────────────────────────────────────────────────────────────────────────────────


def _idle(server: Server) -> float:
    """Share of one processor that an idle worker takes."""
    with telegram() as url, server.database() as store, crew(Order(store, url), 4) as processes:
        time.sleep(1.0)
        before = [_spent(process) for process in processes]
        time.sleep(IDLE)
        return median(_spent(process) - spent for process, spent in zip(processes, before, strict=True)) / IDLE


def _spent(process: Popen[str]) -> float:
    user, system = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / TICKS


# ── What all share ───────────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def crew(order: Order, workers: int) -> Iterator[list[Popen[str]]]:
    """So many workers, all ready."""
    with ExitStack() as stack:
        yield [stack.enter_context(working(order)) for _ in range(workers)]


@asynccontextmanager
async def desk(order: Order) -> AsyncIterator[Site]:
    """The store beside its workers: stories are written, nothing is sent."""
    async with opened(order.store, order.adapters, driving=False) as site:
        yield site


async def arrived(site: Site, number: int, within: float = 60.0) -> None:
    """Return when so many deliveries have ended; raises ``TimeoutError``."""
    async with asyncio.timeout(within):
        while await _count(site, ENDED) < number:
            await asyncio.sleep(0.05)


async def _count(site: Site, condition: str) -> int:
    row = await site.database.read(lambda c: c.row(f"select count(*) as number from delivery where {condition}"))
    return 0 if row is None else int(row["number"])
