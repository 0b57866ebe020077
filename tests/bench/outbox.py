"""The outbox alone, on SQLite with synchronous=FULL: fan-out, then claim and finish, a transaction a tick.

Beside it the naive way, on the same schema: a commit for every delivery. The test's clock goes on by a second a tick,
so that no pace holds anything up; nothing is sent.
"""

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

import uvloop
from rich.console import Console

from bot.model import DeliveryState, Limits, Outcome
from bot.ports import Claim
from bot.store.fanout import CHUNK
from tests.bench.measure import MILLION, Watch, at_least, at_most, interleave, percentile, spread, table, times
from tests.contracts.conftest import Store, account, ended

RATE = 10_000  #: requests a second: more tokens fall due within a tick's reach than it claims
PER_SECOND = 50_000  #: deliveries: FAILURES.md section 3 row 14
DEAREST = 15.0  #: µs of processor time a delivery (PERFORMANCE.md, budgets)
FAN_OUT = 1.0  #: seconds for 100,000 subscriptions: row 13
HELD_UP = 250.0  #: milliseconds that something breaking may wait meanwhile, that is for one transaction: row 13


@dataclass(frozen=True)
class Case:
    """So many subscriptions of one account, of which ``drained`` deliveries are claimed and finished by ``batch``."""

    name: str
    subscriptions: int
    drained: int
    batch: int


CASES = (
    Case("20,000", subscriptions=20_000, drained=20_000, batch=400),
    Case("100,000 (8,000 drained)", subscriptions=100_000, drained=8_000, batch=400),
    Case("500, a commit each", subscriptions=500, drained=500, batch=1),
)


@dataclass(frozen=True)
class Round:
    """What one story took: seconds of every transaction, and of the processor while draining."""

    case: Case
    spreading: list[float]
    draining: list[float]
    cpu: float

    @property
    def fan_out(self) -> float:
        """Seconds until every subscription had its delivery."""
        return sum(self.spreading)

    @property
    def per_second(self) -> float:
        """Deliveries claimed and finished."""
        return self.case.drained / sum(self.draining)

    @property
    def per_delivery(self) -> float:
        """Microseconds of processor time."""
        return self.cpu / self.case.drained * MILLION

    def tick(self, percent: int) -> float:
        """Milliseconds that a draining tick takes."""
        return percentile(self.draining, percent) * 1000

    @property
    def longest(self) -> float:
        """Milliseconds of the longest transaction, fan-out included: a tick is one."""
        return max(self.spreading + self.draining) * 1000


def bench(console: Console) -> None:
    """Measure and print."""
    stories = map(str, count())
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sokbo-bench-")))
        runner = stack.enter_context(asyncio.Runner(loop_factory=uvloop.new_event_loop))

        def turn(store: Store, case: Case) -> Round:
            return runner.run(_round(store, case, next(stories)))

        contenders = {}
        for case in CASES:
            store = runner.run(_opened(folder / f"{case.subscriptions}.db", case))
            stack.callback(_close, runner, store)
            contenders[case] = partial(turn, store, case)
        rounds = interleave(contenders)
    _print(console, rounds)


def _close(runner: asyncio.Runner, store: Store) -> None:
    runner.run(store.__aexit__())


async def _opened(path: Path, case: Case) -> Store:
    store = await Store(path, limits=Limits(rate=RATE)).__aenter__()
    await store.meet(account("readers", *(f"-100{number}" for number in range(case.subscriptions))))
    return store


async def _round(store: Store, case: Case, story: str) -> Round:
    """One story to every subscription; what is not drained is cancelled, off the clock."""
    await store.announce(story)
    spreading = [(await _tick(store, [], 0))[1] for _ in range(case.subscriptions // CHUNK + 1)]
    draining: list[Watch] = []
    outcomes: list[Outcome] = []
    for left in range(case.drained, -1, -case.batch):  # the last tick claims nothing and finishes
        claims, watch = await _tick(store, outcomes, min(case.batch, left))
        outcomes = [ended(claim, DeliveryState.SENT) for claim in claims]
        draining.append(watch)
        if len(claims) != min(case.batch, left):
            raise RuntimeError(f"{len(claims)} deliveries were claimed, of {left} that are left")
    await store.database.write(lambda c: c.rows("update delivery set state = 7 where state in (0, 1)"))
    return Round(
        case,
        spreading=[watch.seconds for watch in spreading],
        draining=[watch.seconds for watch in draining],
        cpu=sum(watch.cpu for watch in draining),
    )


async def _tick(store: Store, outcomes: Sequence[Outcome], room: int) -> tuple[Sequence[Claim], Watch]:
    store.clock.forward(1)
    with Watch() as watch:
        claims = await store.tick(*outcomes, room=room)
    return claims, watch


def _print(console: Console, rounds: Mapping[Case, Sequence[Round]]) -> None:
    drawn = table(
        "outbox: SQLite, synchronous=FULL",
        "subscriptions",
        "fan-out s",
        "deliveries/s",
        "CPU µs each",
        "tick p50 ms",
        "tick p99 ms",
        "longest ms",
        note="claim 400 and finish 400 a transaction, as dispatch does; longest: of all transactions, fan-out included",
    )
    for case, done in rounds.items():
        drawn.add_row(
            case.name,
            spread([one.fan_out for one in done]),
            spread([one.per_second for one in done]),
            spread([one.per_delivery for one in done]),
            spread([one.tick(50) for one in done]),
            spread([one.tick(99) for one in done]),
            spread([one.longest for one in done]),
        )
    console.print(drawn)
    small, large, naive = rounds.values()
    per_second = [one.per_second for one in small]
    console.print(f"{times(per_second, [one.per_second for one in naive])} as fast as a commit for every delivery")
    console.print(f"deliveries/s {at_least(per_second, PER_SECOND)}")
    console.print(f"CPU µs a delivery {at_most([one.per_delivery for one in small], DEAREST)}")
    console.print(f"fan-out of 100,000 in seconds {at_most([one.fan_out for one in large], FAN_OUT)}")
    console.print(f"longest transaction in ms {at_most([one.longest for one in large], HELD_UP)}")
