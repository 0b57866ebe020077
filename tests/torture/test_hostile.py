"""Row 21 of FAILURES.md section 3: hostile XML hurts the parser that reads it and nobody else."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Self

import pytest

from bot.errors import SourceError
from bot.parsers import MEMORY, SECONDS, Parsers
from tests.torture.hostile import FILES, Examined, examined, mutated
from tests.torture.scale import scale, within

pytestmark = pytest.mark.alone

SEED = 20261122
MUTATIONS = scale(4, 500)
LARGE = scale(5_000, 200_000)  #: how often the files repeat what hurts
SMALL = 2_000  #: how often those do that are mutated
LIMITS = ("longer than", "MB to be parsed", "processor time")  #: what may end a parser
PROMPT = 0.1  #: seconds within which the service answers meanwhile


@asynccontextmanager
async def answering() -> AsyncIterator[Callable[[], float]]:
    """The longest time that the event loop has left anybody without an answer since this began."""
    longest = 0.0

    async def answer() -> None:
        nonlocal longest
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - before)

    task = asyncio.create_task(answer())
    try:
        yield lambda: longest
    finally:
        task.cancel()


def written(file: Callable[[int], str], size: int) -> bytes:
    return file(size).encode()


async def tried(parsers: Parsers, body: bytes) -> Examined | str:
    """What reading a document took; or why it was ended."""
    try:
        return await parsers(examined, body)
    except SourceError as error:
        return str(error)


@dataclass
class Found:
    """What reading hostile documents took."""

    read: list[Examined] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    unanswered: float = 0.0  #: seconds that the service left anybody without an answer, at the most

    def add(self, result: Examined | str) -> None:
        if isinstance(result, str):
            self.ended.append(result)
        else:
            self.read.append(result)

    def __iadd__(self, other: "Found") -> Self:
        self.read += other.read
        self.ended += other.ended
        self.unanswered = max(self.unanswered, other.unanswered)
        return self

    def __str__(self) -> str:
        took = f"{len(self.read)} read in {self.cpu:.2f} s and {self.memory:.0f} MB at most, {len(self.ended)} ended"
        return f"{took}; the service answered within {self.unanswered * 1000:.0f} ms"

    @property
    def cpu(self) -> float:
        return max((one.cpu for one in self.read), default=0.0)

    @property
    def memory(self) -> float:
        return max((one.memory for one in self.read), default=0.0)


async def test_a_hostile_document_costs_its_parser_little_and_the_service_nothing() -> None:
    """Row 21: ≤ 5 s of processor time and ≤ 512 MB in the parser; the service answers within 100 ms meanwhile."""
    chance = random.Random(SEED)
    every = Found()
    async with Parsers(2) as parsers:
        await asyncio.gather(*(parsers(len, b"") for _ in range(2)))  # the children have started
        for name, file in FILES.items():
            large, small = [await asyncio.to_thread(written, file, size) for size in (LARGE, SMALL)]
            found = Found()
            async with answering() as longest:
                found.add(await tried(parsers, large))
                for _ in range(MUTATIONS // 2):
                    for result in await asyncio.gather(*(tried(parsers, mutated(small, chance)) for _ in range(2))):
                        found.add(result)
                found.unanswered = longest()
            print(f"row 21: {name}: {found}")
            every += found
    print(f"row 21: {len(FILES)} files, {MUTATIONS} mutations of each (seed {SEED}): {every}")
    assert every.cpu <= SECONDS + 1, "the limit is in whole seconds"
    assert every.memory <= MEMORY / 2**20
    assert [why for why in every.ended if not any(reason in why for reason in LIMITS)] == []
    assert not any("root:" in one.said for one in every.read), "nothing of this machine is told"
    assert every.unanswered <= within(PROMPT)
