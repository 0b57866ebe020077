"""Load: FAILURES.md section 3, rows 13 to 15. Many readers, many deliveries, one reader who has much to hear.

What a clock on a busy machine can't hold is a ratio here, both sides of it in turns, and a figure in `make bench`.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest

from bot.model import DeliveryState, Outcome, Receipt
from bot.ports import Transport
from tests.bench.canned import telegram
from tests.bench.fanout import HELD_UP, MEMORY, SECONDS, spread_one
from tests.bench.measure import Watch
from tests.bench.site import Adapter, Site, Unpaced, driving, opened, readers, taken, token
from tests.postgres import Server
from tests.torture.dictated import Chatty, Dictated, parts
from tests.torture.scale import scale, within

pytestmark = pytest.mark.alone

STORES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
BOTH = pytest.mark.parametrize("kind", STORES)


@pytest.fixture
def store(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """An empty store."""
    return f"sqlite:///{tmp_path / 's.db'}" if kind == "sqlite" else str(request.getfixturevalue("postgres_url"))


# ── Row 13 ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@BOTH
async def test_a_fan_out_takes_little_and_lets_breaking_news_through(store: str, kind: str) -> None:
    """Row 13: 100,000 in 1 s on SQLite, in 2 s on PostgreSQL; +100 MB at most; breaking news waits 250 ms meanwhile.

    The short form has a tenth of the readers for the same time, and a tenth of the memory.
    """
    number = scale(10_000, 100_000)
    async with parts(store, Dictated()) as site:
        await site.meet()
        await site.subscribe("bot 0", number)
        done = await spread_one(site, "bot 0")
    took = f"{number:,} in {done.seconds:.2f} s, + {done.memory:.0f} MB, breaking waited {done.breaking:.0f} ms"
    print(f"row 13: {kind}: {took}")
    assert done.seconds <= SECONDS[STORES[kind]]
    assert done.memory <= scale(MEMORY / 10, MEMORY)
    assert done.breaking <= within(HELD_UP)


# ── Row 14 ───────────────────────────────────────────────────────────────────────────────────────────────────────────

TRIED = 3
BATCHED = 4.0  # times the processor time of batches of 100; 8 to 12 were seen
FLAT = 1.6  # times the processor time with few in flight; python-telegram-bot as it comes has 10


@BOTH
async def test_a_tick_of_many_costs_little_more_than_a_tick_of_one(store: str, kind: str) -> None:
    """Row 14, the outbox alone: its deliveries a second are `python -m tests.bench throughput`."""
    async with parts(store, Dictated(), Unpaced) as site:
        await site.meet()
        await site.subscribe("bot 0", 4_000)
        await site.announce("bot 0")
        await site.spread()
        turns = [
            (await _drained(site, ticks=10, batch=100), await _drained(site, ticks=50, batch=1)) for _ in range(TRIED)
        ]
        batched, single = map(min, zip(*turns, strict=True))  # others at work only add
    print(f"row 14: {kind}: {batched * 1e6:.0f} µs of CPU in batches of 100, {single * 1e6:.0f} one by one")
    assert single >= BATCHED * batched


async def _drained(site: Site, ticks: int, batch: int) -> float:
    """Seconds of processor time a delivery."""
    outcomes: list[Outcome] = []
    with Watch() as watch:
        for _ in range(ticks):
            claims = await site.outbox.tick(outcomes, batch)
            assert len(claims) == batch
            sent = DeliveryState.SENT
            outcomes = [Outcome(c.delivery.id, c.delivery.claim, sent, receipt=Receipt(("1",))) for c in claims]
    await site.outbox.tick(outcomes, 0)
    return watch.cpu / (ticks * batch)


async def test_a_delivery_costs_the_same_however_many_are_in_flight(tmp_path: Path) -> None:
    """Row 14, end to end through the Telegram adapter on a platform that takes 20 ms."""
    number = scale(600, 6_000)

    def bots(transport: Transport) -> Mapping[str, Adapter]:
        return {"bot 0": Unpaced(transport, token=token(0), base_url=url)}

    costs: dict[int, list[float]] = {16: [], 300: []}
    with telegram(0.02) as url:
        async with opened(f"sqlite:///{tmp_path / 's.db'}", bots) as site:
            await site.meet()
            await site.subscribe("bot 0", number)
            for room in (*costs, *costs, *costs):
                with Watch() as watch:
                    await site.announce("bot 0")
                    async with driving(site.dispatch(room)):
                        await taken(site, number)
                costs[room].append(watch.cpu / number)
    few, many = map(min, costs.values())  # others at work make caches cold: that only adds
    print(f"row 14: {few * 1e6:.0f} µs of CPU a delivery with 16 in flight, {many * 1e6:.0f} with 300")
    assert many <= FLAT * few


# ── Row 15 ───────────────────────────────────────────────────────────────────────────────────────────────────────────

DEEP = scale(0.8, 0.9)  # share of the pace of a lane that is ten deep; at 100 a second a busy machine is seen in both
TURNS = 20  # at most
WATCHED = 10


@pytest.fixture
def two(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    """Two empty stores."""
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'one.db'}", f"sqlite:///{tmp_path / 'two.db'}"
        return
    server: Server = request.getfixturevalue("postgres")
    with server.database() as one, server.database() as other:
        yield one, other


@BOTH
async def test_a_lane_is_as_quick_however_deep_it_is(two: tuple[str, str], kind: str) -> None:
    """Row 15: a lane 20,000 deep keeps at least 90 % of its pace at depth 10. In turns, the best of each: whatever
    else the machine does makes it slower, and never faster.
    """
    few, many = two
    shallow = deep = 0.0
    await _fill(many, 20_000)
    for _ in range(TURNS):
        await _fill(few, WATCHED)
        shallow, deep = max(shallow, await _rate(few)), max(deep, await _rate(many))
        if deep >= DEEP * shallow:
            break
    print(f"row 15: {kind}: {shallow:.1f}/s at depth 10, {deep:.1f}/s at depth 20,000")
    assert deep >= DEEP * shallow


async def _fill(store: str, depth: int) -> None:
    """One reader, in whose lane so many wait."""
    async with parts(store, Dictated(), Chatty) as site:
        await site.meet({"bot 0": readers(1)})
        await site.announce("bot 0")
        await site.spread()
        await site.database.write(
            lambda c: c.rows(
                "insert into delivery (account, lane, story, revision, message, priority, rank, turn, silent, queued)"
                " select account, lane, story, cast(value->>0 as bigint), message, priority, rank, turn, silent, queued"
                " from delivery d, json_each(:revisions) where d.state in (1, 6)",
                revisions=str([[revision] for revision in range(2, depth + 1)]),
            )
        )


async def _rate(store: str) -> float:
    """Messages a second that the reader hears, by the median of the times between two."""
    platform = Dictated()
    async with parts(store, platform, Chatty) as site:
        await site.meet({"bot 0": readers(1)})
        async with driving(site.dispatch()):
            await taken(site, WATCHED)
    return 1 / median(after.at - before.at for before, after in pairwise(platform.seen[:WATCHED]))
