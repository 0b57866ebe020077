"""A feed by its address: RSS, Atom, RDF, JSON Feed or a news sitemap, told apart by content.

cursor ─▶ conditional GET ─▶ 304, or the very body of last time? ─▶ unchanged
                               └─▶ parser process: bytes ─▶ items ─▶ entries of those that say something new
                                                               ├─▶ hubs that push it
                                                               └─▶ cursor: the address is remembered, if it moved
                                                                   and shares an item with what was known
a hub's delivery ──────────────▶ parser process: bytes ─▶ items ─▶ entries of all
"""

import base64
import hashlib
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace

from yarl import URL

from bot.document import Picture
from bot.errors import Problem, SourceError
from bot.model import Entry
from bot.ports import Credentials, Fetch, Fetched, Parse, Reading
from bot.sources.discover import Page
from bot.sources.gather import Gathering, gather
from bot.sources.memory import Memory, marks
from bot.sources.web import fetch_page, fetch_picture, link_answers
from bot.sources.websub.links import chosen, in_headers


class FeedSource:
    """One feed; naive dates in it are read in ``zone``, an IANA name.

    ``credentials`` are for the feed alone, not for the pictures and pages that it names: whoever writes in it could
    have them used on any address of the same server. ``whole`` parses what was never read, by default as the rest is.
    ``now`` gives Unix seconds.
    """

    def __init__(
        self,
        url: str,
        fetch: Fetch,
        parse: Parse,
        zone: str = "UTC",
        *,
        credentials: Credentials | None = None,
        whole: Parse | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._url = url
        self._fetch = fetch
        self._parse = parse
        self._whole = whole or parse
        self._zone = zone
        self._credentials = credentials
        self._now = now

    async def read(self, cursor: str) -> Reading:
        """What the feed holds now, or that it has not changed; raises ``SourceError``, that of its own address."""
        memory = Memory.of(cursor, self._url)
        if memory.is_stale(self._now()):
            return await self._afresh(replace(memory, afresh=self._now(), items=""))
        if not memory.moved:
            return await self._ask(self._url, memory.conditions, memory)
        with suppress(SourceError):  # where it moved may be gone, without the feed being so
            return await self._ask(memory.moved, memory.conditions, memory)
        return await self._ask(self._url, {}, memory)

    async def _afresh(self, memory: Memory) -> Reading:
        """What its own address says; the address may have died since it moved."""
        try:
            return await self._ask(self._url, {}, memory)
        except SourceError:
            if memory.moved:
                with suppress(SourceError):
                    return await self._ask(memory.moved, memory.conditions, memory)
            raise

    async def _ask(self, place: str, conditions: Mapping[str, str], memory: Memory) -> Reading:
        """What the feed holds at one of its places; raises ``SourceError``."""
        answer = await self._fetch(place, headers=conditions, credentials=self._credentials, known=memory.wire)
        if answer.status == 304:  # noqa: PLR2004 - Not Modified
            if not conditions:
                raise SourceError("the feed answered 304 to an unconditional question")
            return Reading(cursor=memory.cursor, unchanged=True, fresh_for=answer.fresh_for)
        sha256 = memory.sha256 if answer.same else hashlib.sha256(answer.body).hexdigest()
        moved = answer.moved or (place if place != self._url else "")
        known = memory.after(answer, sha256, moved)
        if sha256 == memory.sha256:
            return Reading(cursor=known.cursor, unchanged=True, fresh_for=answer.fresh_for, size=len(answer.body))
        found = await self._gathered(answer, memory.items)
        seen = marks(found.names)
        if not set(seen) & set(memory.seen):
            if place != self._url:
                raise SourceError(f"{URL(place).host} has another feed there now")
            known = replace(known, moved="")
        known = replace(known, seen=seen or memory.seen, items=base64.b64encode(found.marks).decode("ascii"))
        pushed = chosen(in_headers(answer.headers.get("link", ""), answer.url), found.links, answer.url)
        return Reading(
            entries=found.entries,
            total=found.total,
            cursor=known.cursor,
            problems=_problems(found, self._url),
            fresh_for=answer.fresh_for,
            hubs=pushed.hubs,
            topic=pushed.topic,
            size=len(answer.body),
            cut=found.cut,
        )

    async def hear(self, body: bytes, content_type: str) -> Reading:
        """The posts in a hub's delivery; raises ``SourceError`` if there are none."""
        found = await self._parse(gather, body, content_type, self._url, self._zone)
        if not found.entries:
            raise SourceError("it holds no post")
        return Reading(entries=found.entries, total=found.total, partial=True)

    async def _gathered(self, answer: Fetched, items: str) -> Gathering:
        """What the answer holds beyond the ``items`` of last time; raises ``SourceError``."""
        kind, host = answer.headers.get("content-type", ""), URL(answer.url).host
        try:
            parse = self._parse if items else self._whole
            return await parse(gather, answer.body, kind, answer.url, self._zone, base64.b64decode(items))
        except Page as page:
            raise Page(f"{host} {page}", page.feeds) from page
        except SourceError as error:
            raise SourceError(f"{host} {error}") from error

    async def picture(self, picture: Picture) -> bytes:
        """The bytes of a picture, got by the guarded client; raises ``PictureError``."""
        return await fetch_picture(self._fetch, picture.url)

    async def answers(self, link: str) -> bool:
        """Whether the link answers 200 now."""
        return await link_answers(self._fetch, link)

    async def page(self, link: str) -> Fetched:
        """The page that the link leads to, got by the guarded client; raises ``SourceError``."""
        return await fetch_page(self._fetch, link)


def read_feed(body: bytes, content_type: str, url: str, zone: str) -> list[Entry]:
    """The entries in a document of any feed format. Runs in a parser process.

    Raises ``SourceError`` with a text that goes on from the host's name.
    """
    return list(gather(body, content_type, url, zone).entries)


def _problems(found: Gathering, url: str) -> tuple[Problem, ...]:
    """What is wrong with a feed that can be read all the same."""
    if not found.left:
        return ()
    what = f"{found.left:,} of {found.total:,} items were left out: nobody can follow so many at once"
    return (Problem(what, url, "name a shorter feed of this site"),)
