"""A site by its address: its page says where the feed is, and from then on that is read.

url ─▶ a feed? ─▶ read it, as if it had been named
        └─ a page ─▶ the feeds that it names, then the usual places, in turn ─▶ the first that is a feed
                                                                                 └─▶ remembered in the cursor

The page is asked again when the feed that was found fails. An address that has given a feed before is never taken for
a site: a page there is a failure like any other (FAILURES.md section 1, "error page with 200").
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from bot.document import Picture
from bot.errors import Problem, SourceError
from bot.ports import Fetched, Hears, Reading, Source
from bot.sources.discover import Page, usual_places

DEADLINE = 60.0  #: seconds for all that is tried to find a feed


class Feed(Source, Hears, Protocol):
    """A feed that may be pushed, too."""


class SiteSource:
    """A site or a feed; ``feed`` makes the source of a feed from its address."""

    def __init__(self, url: str, feed: Callable[[str], Feed]) -> None:
        self._url = url
        self._feed = feed
        self._own = feed(url)
        self._read = self._own  #: what was read last

    async def read(self, cursor: str) -> Reading:
        """What the feed holds now; raises ``SourceError``. Where it was found is said when it is found."""
        found, inner = self._remembered(cursor)
        if not found:
            return await self._first(inner)
        try:
            return self._of(found, await self._reads(found, inner))
        except SourceError as error:
            return await self._again(found, error)

    async def _first(self, cursor: str) -> Reading:
        """What stands at the address itself, or where its page leads."""
        try:
            return await self._own.read(cursor)
        except Page as page:
            if cursor:
                raise
            return await self._found(page)

    async def _again(self, lost: str, error: SourceError) -> Reading:
        """Where the page leads now that a feed has failed; raises the feed's own ``error`` if that is nowhere else."""
        try:
            return await self._own.read("")
        except Page as page:
            if lost in page.feeds:
                raise error from None
            try:
                return await self._found(page, lost)
            except SourceError:
                raise error from None
        except SourceError:
            raise error from None

    async def _found(self, page: Page, lost: str = "") -> Reading:
        """What the first feed holds that the page leads to, and a word about it; raises ``page`` if there is none."""
        places = dict.fromkeys((*page.feeds, *usual_places(self._url)))
        try:
            async with asyncio.timeout(DEADLINE):
                for place in places:
                    if place != lost and (reading := await self._tried(place)) is not None:
                        found = Problem("its address is a page's; the feed was found", place, f'write url = "{place}"')
                        return replace(self._of(place, reading), problems=(*reading.problems, found))
        except TimeoutError:
            pass
        raise page

    async def _tried(self, place: str) -> Reading | None:
        try:
            return await self._reads(place, "")
        except SourceError:
            return None

    async def _reads(self, place: str, cursor: str) -> Reading:
        feed = self._feed(place)
        reading = await feed.read(cursor)
        self._read = feed
        return reading

    async def hear(self, body: bytes, content_type: str) -> Reading:
        """The posts in a hub's delivery; raises ``SourceError`` if there are none."""
        return await self._read.hear(body, content_type)

    async def picture(self, picture: Picture) -> bytes:
        """The bytes of a picture, got by the guarded client; raises ``PictureError``."""
        return await self._own.picture(picture)

    async def answers(self, link: str) -> bool:
        """Whether the link answers 200 now."""
        return await self._own.answers(link)

    async def page(self, link: str) -> Fetched:
        """The page that the link leads to, got by the guarded client; raises ``SourceError``."""
        return await self._own.page(link)

    def _remembered(self, cursor: str) -> tuple[str, str]:
        """The feed that an earlier reading found for this site, "" if none; and what that reading left behind."""
        before: dict[str, str] = json.loads(cursor) if cursor else {}
        if before.get("site") == self._url:
            return before["found"], before["cursor"]
        return "", cursor if before.get("url") == self._url else ""

    def _of(self, found: str, reading: Reading) -> Reading:
        return replace(reading, cursor=json.dumps({"site": self._url, "found": found, "cursor": reading.cursor}))
