"""Chores: what is due by the clock, whatever happens meanwhile.

    every minute ─▶ diary: is it due, and nobody else's? ─▶ do it ─▶ due again an hour, a day later

A chore that fails is logged and due again at its next time; it never stops the bot.
"""

import asyncio
import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from bot.errors import StoreAway

LOG = logging.getLogger(__name__)
LOOK: Final = 60.0  #: seconds between two looks into the diary; a start is busy enough without chores


@dataclass(frozen=True, slots=True)
class Chore:
    """Something to do ``every`` so often; ``name`` tells it from others, in the diary and in the log.

    What ``work`` returns is logged, unless it says that there was nothing to do (it is false).
    """

    name: str
    every: dt.timedelta
    work: Callable[[], Awaitable[object]]


class Diary(Protocol):
    """Remembers when each chore is due, for all workers."""

    async def take(self, chore: str, every: dt.timedelta) -> bool:
        """Whether ``chore`` is due and now ours."""
        ...


class Chores:
    """Does each chore when it is due, one after the other."""

    def __init__(self, diary: Diary, chores: Sequence[Chore], look: float = LOOK) -> None:
        self._diary = diary
        self._chores = chores
        self._look = look

    async def run(self) -> None:
        """Do what is due until cancelled."""
        while True:
            await asyncio.sleep(self._look)
            await self.once()

    async def once(self) -> None:
        """Do what is due now."""
        for chore in self._chores:
            try:
                if await self._diary.take(chore.name, chore.every) and (done := await chore.work()):
                    LOG.info("%s: %s", chore.name, done)
            except StoreAway as error:
                LOG.warning("%s is put off: %s", chore.name, error)
            except Exception:  # the news goes on, even if a chore is our own mistake
                LOG.exception("%s failed; it is tried again at its next time", chore.name)
