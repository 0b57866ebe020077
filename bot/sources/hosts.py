"""Manners towards a host: a few requests at once, and none while it asks for rest.

    request ─▶ resting? refuse, and say for how long ─▶ two at most at this host ─▶ room among all ─▶ ask

A host is known while somebody asks it or it rests, so that ten thousand of them cost nothing.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.errors import SourceError

AT_ONCE = 2  #: requests to one host; as many as HTTP/1.1 once recommended to be kept open (RFC 2616, section 8.1.4)
IN_ALL = 128  #: requests on their way; each may hold a TLS connection of 318 KiB (PERFORMANCE.md section 2)


class Hosts:
    """Turns at hosts, by name. ``clock`` gives seconds that only grow."""

    def __init__(
        self, at_once: int = AT_ONCE, in_all: int = IN_ALL, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._at_once = at_once
        self._room = asyncio.Semaphore(in_all)
        self._doors: dict[str, _Door] = {}
        self._rests: dict[str, float] = {}
        self._clock = clock

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait, however long, until the host may be asked; raises ``SourceError`` when it is resting then."""
        door = self._doors.get(host)
        if door is None:
            door = self._doors[host] = _Door(self._at_once)
        door.users += 1
        try:
            async with door.turns, self._room:
                self._refuse(host)
                yield
        finally:
            door.users -= 1
            if not door.users:
                del self._doors[host]

    def rest(self, host: str, seconds: float) -> None:
        """Ask nothing of a host for so long; a shorter rest takes nothing from a longer one."""
        now = self._clock()
        self._rests = {name: until for name, until in self._rests.items() if until > now}
        self._rests[host] = max(now + seconds, self._rests.get(host, 0.0))

    def _refuse(self, host: str) -> None:
        left = self._rests.get(host, 0.0) - self._clock()
        if left > 0:
            raise SourceError(f"{host} asked to be left alone for another {left:.0f} s", retry_after=left)


class _Door:
    """The turns at one host, and how many have one or wait for one."""

    def __init__(self, at_once: int) -> None:
        self.turns = asyncio.Semaphore(at_once)
        self.users = 0
