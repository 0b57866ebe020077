"""Row 2 of FAILURES.md section 3: a crash at every statement, every commit and every send, ingest included."""

import asyncio
import logging
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

from bot.model import Entry
from tests.torture.newsroom import Fuse, House, Owed, Paper, Platform, hasten, reader, violations
from tests.torture.scale import LONG, scale

SEED = 2
BOUND = scale(200, 5000)
POINTS = scale(240, 5100)  #: a boundary that one run has, another may not reach
SECONDS = 120
STEPS = 2
MEMORY = Path("/dev/shm")
PROCESSES = 2


@contextmanager
def workshop() -> Iterator[Path]:
    """A folder in memory, where that is possible: it is a process that dies here, not its machine."""
    restore = hasten()
    level = logging.root.manager.disable
    logging.disable(logging.CRITICAL)  # a newsroom that dies complains a lot
    try:
        with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as name:
            yield Path(name)
    finally:
        logging.disable(level)
        restore()


def post(slug: str, title: str, *, breaking: bool = False) -> Entry:
    link = f"https://a.kr/{slug}/"
    return Entry(id=slug, link=link, title=title, summary=f"{slug} 이야기가 들어왔다.", breaking=breaking)


def scenario(seed: int, padding: str = "") -> tuple[dict[str, Paper], tuple[Owed, ...], dict[int, str]]:
    """Two feeds in two editions: news and breaking news, a correction and a retraction; and a platform in trouble."""
    chance = random.Random(seed)
    news = {
        "a1": [post("a1", f"속보 a1{padding}", breaking=True), post("a2", f"a2 지울 소식{padding}")],
        "b1": [post("b1", f"b1 소식{padding}")],
    }
    first, other = news["a1"], news["b1"]
    chance.shuffle(first)
    corrected = chance.choice(list(news))
    later = [post("b2", f"b2 나중 소식{padding}")]
    second, others = (
        [replace(one, title=f"{one.title} 고침") if one.id == corrected else one for one in paper]
        for paper in (first, other)
    )
    second = [replace(one, retracted=True) if one.id == "a2" else one for one in second]
    papers = {
        "a": Paper((tuple(first), tuple(second))),
        "b": Paper((tuple(other), (*others, *later))),
    }
    owed = tuple(Owed(one.id, None if one.retracted else one.title) for one in [*second, *others, *later])
    lost, slow, late = chance.sample(range(1, 16), 3)
    return papers, owed, {lost: "lost", slow: "429", late: "lost"}


def built(path: Path, seed: int, padding: str = "") -> tuple[House, tuple[Owed, ...]]:
    papers, owed, trouble = scenario(seed, padding)
    accounts = (reader("one", "@a", "@b"), reader("two", "@c"))
    return House(path, papers, accounts, Platform(trouble=trouble)), owed


async def first_edition(folder: Path, seed: int) -> tuple[House, tuple[Owed, ...], int]:
    """A newsroom whose first edition is out, the second is about to be; and how many boundaries that took."""
    house, owed = built(folder / f"{seed}.db", seed)
    fuse = Fuse()
    await house.live(fuse, 1)
    for paper in house.papers.values():
        paper.edition = 1
    return house, owed, fuse.passed


def again(house: House, path: Path) -> House:
    """The same newsroom at the same moment, with a file of its own."""
    path.write_bytes(house.path.read_bytes())
    other = deepcopy(house)
    other.path = path
    return other


async def crashed(house: House, owed: tuple[Owed, ...], at: int, second: int = 0) -> tuple[int, bool, list[str]]:
    """One life that ends at a boundary, perhaps another, and one to the end: boundaries of the first, whether it
    crashed, what is wrong.
    """
    fuse = Fuse(at)
    whole = await house.live(fuse, STEPS)
    if second:
        await house.live(Fuse(second), STEPS)
    if not whole:
        await house.live(Fuse(), STEPS)
    wrong = violations(house, owed)
    for file in house.path.parent.glob(f"{house.path.name}*"):
        file.unlink()
    return fuse.passed, not whole, wrong


def sound(seed: int) -> tuple[int, int, list[str]]:
    """How many boundaries each edition of a newsroom has that does not die, and what is wrong with it."""
    with workshop() as folder, asyncio.Runner() as runner:
        house, owed, first = runner.run(first_edition(folder, seed))
        second, _, wrong = runner.run(crashed(house, owed, 0))
    return first, second, wrong


Point = tuple[int, int, int]
"""An edition, the boundary at which its life ends, and that at which the next one does (0: nowhere)."""


def storm(seed: int, points: Sequence[Point]) -> tuple[int, list[str]]:
    """Crash at each of these points."""
    crashes, found = 0, []
    with workshop() as folder, asyncio.Runner() as runner:
        published, owed, _ = runner.run(first_edition(folder, seed))
        for edition, at, second in points:
            path = folder / f"{edition}-{at}.db"
            house = again(published, path) if edition else built(path, seed)[0]
            _, fell, wrong = runner.run(crashed(house, owed, at, second))
            crashes += fell
            found += [f"seed {seed}, edition {edition}, boundary {at}, then {second}: {what}" for what in wrong]
    return crashes, found


def test_without_a_crash_every_reader_sees_what_was_published() -> None:
    for seed in range(10):
        first, second, wrong = sound(seed)
        assert wrong == [], f"seed {seed}"
        assert min(first, second) > 100


def test_a_crash_at_any_boundary_loses_nothing_and_repeats_nothing() -> None:
    """Row 2: ≥5,000 points in ≤120 s, nothing lost, nothing twice with a key, in order (RSStT, iovxw/rssbot#145)."""
    chance = random.Random(SEED)
    began = time.monotonic()
    orders: dict[int, list[Point]] = {}
    while (left := POINTS - sum(map(len, orders.values()))) > 0:
        seed = SEED * 1000 + len(orders)
        every = [(edition, at) for edition, number in enumerate(sound(seed)[:2]) for at in range(1, number + 1)]
        chosen = every if LONG and left > len(every) else chance.sample(every, min(left, scale(80, left)))
        orders[seed] = [(edition, at, chance.randint(1, 400) if at % 4 == 0 else 0) for edition, at in chosen]
    if LONG:
        with ProcessPoolExecutor(PROCESSES, get_context("spawn")) as pool:
            done = list(pool.map(storm, orders, orders.values()))
    else:
        done = list(map(storm, orders, orders.values()))
    points, found = sum(crashes for crashes, _ in done), [what for _, wrong in done for what in wrong]
    took = time.monotonic() - began
    print(f"row 2: {points} crashes in {len(orders)} newsrooms (seed {SEED}), {took:.0f} s: {len(found)} violations")
    assert found == []
    assert points >= BOUND
    assert took <= SECONDS
