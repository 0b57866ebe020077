"""Deliveries that were answered and wait for ingest: each feed's in the order in which they came, feeds side by side.

What waits is bounded, in number and in bytes. A hub that finds no room is told so and comes again.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

MOST: Final = 1000  #: deliveries
LARGEST: Final = 32 * 1024 * 1024  #: bytes of all of them


@dataclass(frozen=True, slots=True)
class Ping:
    """A delivery that was found good."""

    feed: str
    body: bytes
    content_type: str


class Waiting:
    """The deliveries on their way: ``most`` at a time, of ``largest`` bytes together."""

    def __init__(self, *, most: int = MOST, largest: int = LARGEST) -> None:
        self._most = most
        self._largest = largest
        self._number = self._bytes = 0
        self._lines: dict[str, deque[Ping]] = {}
        self._new = asyncio.Event()

    def put(self, ping: Ping) -> bool:
        """Take a delivery; false if there is no room."""
        if self._number >= self._most or self._bytes + len(ping.body) > self._largest:
            return False
        self._number += 1
        self._bytes += len(ping.body)
        self._lines.setdefault(ping.feed, deque()).append(ping)
        self._new.set()
        return True

    async def run(self, hear: Callable[[str, bytes, str], Awaitable[None]]) -> None:
        """Hand on what comes until cancelled; what ``hear`` raises ends it."""
        served: set[str] = set()

        async def serve(feed: str) -> None:
            line = self._lines[feed]
            while line:
                ping = line.popleft()
                await hear(ping.feed, ping.body, ping.content_type)
                self._number -= 1
                self._bytes -= len(ping.body)
            del self._lines[feed]
            served.discard(feed)

        async with asyncio.TaskGroup() as group:
            while True:
                await self._new.wait()
                self._new.clear()
                for feed in self._lines.keys() - served:
                    served.add(feed)
                    group.create_task(serve(feed), name=f"deliveries of {feed}")
