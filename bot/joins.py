"""Joins: which of the stories that were told a new one tells again, for all feeds of this worker.

    store ─(what was told since)▶ recent ◀─match─ new stories, in the order in which they will be told

The store is asked for what is new in it before each match, so that several workers know of each other's stories. What a
document tells twice (1보, 2보) is matched within it: its stories have no numbers yet.
"""

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.aside import Aside
from bot.errors import StoreAway
from bot.events import WINDOW, Match, Recent
from bot.model import Story
from bot.ports import Announced, Head, Inbox

LOG = logging.getLogger(__name__)
CHUNK = 200  #: stories that are read from the store, and taken apart, at once: 0.1 s


@dataclass(frozen=True, slots=True)
class Join:
    """A match with who was told the first story. ``head`` is None where that comes with the same reading.

    Then ``match.story`` is its place in it, below zero: the first is -1.
    """

    match: Match
    head: Head | None = None


class Joins:
    """Matches new stories with those of late; ``clock`` says how late."""

    def __init__(self, inbox: Inbox, aside: Aside, clock: Callable[[], dt.datetime]) -> None:
        self._inbox = inbox
        self._aside = aside
        self._clock = clock
        self._recent = Recent()
        self._last = 0  #: the newest story that was read from the store
        self._reading = asyncio.Lock()

    async def read_up(self) -> None:
        """Read what was told of late; until that is done, stories are matched with what was read so far."""
        try:
            async with self._reading:
                while await self._read():
                    pass
        except StoreAway as error:
            LOG.info("what was told of late is read later: %s", error)

    async def match(self, stories: Sequence[Story | None]) -> tuple[Join | None, ...]:
        """For each new story the one that has told its event, in the order in which they are told; None are no news."""
        if any(stories) and not self._reading.locked():
            await self.read_up()
        within, found = Recent(), list[Join | None]()
        for place, story in enumerate(stories, 1):
            found.append(None if story is None else await self._match(story, within))
            if story is not None and len(stories) > 1:
                await self._aside(within.add, *_told(-place, story, self._clock()))
        return tuple(found)

    async def _match(self, story: Story, within: Recent) -> Join | None:
        _, feed, headline, lead, link, at = _told(0, story, self._clock())
        while match := await self._aside(self._recent.find, headline, lead, link, feed, at):
            head = await self._inbox.head(match.story)
            if head is not None:
                return Join(match, head)
            self._recent.forget(match.story)  # it was taken back
        match = await self._aside(within.find, headline, lead, link, feed, at)
        return None if match is None else Join(match)

    async def _read(self) -> bool:
        """Read one chunk; whether there may be more."""
        told = await self._inbox.announced(self._last, self._clock() - WINDOW, CHUNK)
        await self._aside(self._add, told)
        self._last = max([self._last, *(each.story for each in told)])
        return len(told) == CHUNK

    def _add(self, told: Sequence[Announced]) -> None:
        for each in told:
            self._recent.add(each.story, each.feed, each.headline, each.lead, each.link, each.at, head=each.head)


def _told(number: int, story: Story, now: dt.datetime) -> tuple[int, str, str, str, str, dt.datetime]:
    return number, story.source, story.headline, story.excerpt, story.link, story.published or story.seen or now
