"""Deliveries wait in memory, bounded, and are taken in feed by feed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from bot.errors import StoreError
from bot.sources.websub.waiting import Ping, Waiting


@dataclass
class Desk:
    """Takes deliveries in, as slowly as its gates open."""

    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    heard: list[tuple[str, bytes]] = field(default_factory=list)

    async def hear(self, feed: str, body: bytes, content_type: str) -> None:
        if feed in self.gates:
            await self.gates[feed].wait()
        if body == b"fatal":
            raise StoreError("the disk is gone")
        self.heard.append((feed, body))


def ping(feed: str, body: bytes) -> Ping:
    return Ping(feed, body, "text/xml")


@asynccontextmanager
async def running(waiting: Waiting, desk: Desk) -> AsyncIterator[None]:
    task = asyncio.create_task(waiting.run(desk.hear))
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_a_feeds_deliveries_keep_their_order_and_a_slow_feed_holds_up_no_other() -> None:
    waiting, desk = Waiting(), Desk({"slow": asyncio.Event()})
    assert all(waiting.put(ping(feed, body)) for feed in ("slow", "quick") for body in (b"1", b"2"))
    async with running(waiting, desk):
        await settled()
        assert desk.heard == [("quick", b"1"), ("quick", b"2")]
        waiting.put(ping("slow", b"3"))
        desk.gates["slow"].set()
        await settled()
        assert desk.heard[2:] == [("slow", b"1"), ("slow", b"2"), ("slow", b"3")]
        waiting.put(ping("slow", b"4"))
        await settled()
        assert desk.heard[-1] == ("slow", b"4")


async def test_there_is_room_for_so_many_and_so_much_until_they_are_taken_in() -> None:
    waiting, desk = Waiting(most=2, largest=10), Desk()
    assert [waiting.put(ping("a", b"x" * size)) for size in (6, 5, 4, 0)] == [True, False, True, False]
    async with running(waiting, desk):
        await settled()
    assert waiting.put(ping("a", b"x" * 10))


async def test_a_store_that_never_comes_back_ends_it() -> None:
    waiting = Waiting()
    waiting.put(ping("a", b"fatal"))
    with pytest.raises(ExceptionGroup) as ended:
        await asyncio.wait_for(waiting.run(Desk().hear), 5)
    assert ended.group_contains(StoreError)
