"""Illustrate: a story's pictures: found, fetched once, prepared once for each platform's bounds, kept by their hash.

    named by the post ─┐
    the page's og:image ├─▶ source.picture ─▶ pictures.prepare (in a parser) ─▶ store ─▶ Plates ─▶ render
    the feed's card   ─┘                       unless the store has the rendition

Nothing here fails a story: what could not be had is a note.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from bot.document import Picture
from bot.errors import PictureError, SourceError
from bot.model import Bounds, Feed, Plates, Story, Style
from bot.ports import Album, Pictures, Source

LOG = logging.getLogger(__name__)


class Illustrator:
    """Finds and prepares pictures. ``album`` keeps them."""

    def __init__(self, album: Album, pictures: Pictures) -> None:
        self._album = album
        self._pictures = pictures

    async def plates(self, source: Source, feed: Feed, story: Story, wanted: Mapping[Bounds, int]) -> Plates:
        """The story's pictures for each of the bounds, at most as many as ``wanted`` says."""
        named = await self._named(source, feed, story)
        most = max(wanted.values(), default=0)
        fetched = await asyncio.gather(*(self._fetched(source, feed, picture) for picture in named[:most]))
        notes = [_without(number, result) for number, result in enumerate(fetched) if isinstance(result, PictureError)]
        plates: dict[Bounds, tuple[Picture, ...]] = {}
        for bounds, count in wanted.items():
            prepared: list[Picture] = []
            for number, (picture, data) in enumerate(pair for pair in fetched if not isinstance(pair, PictureError)):
                try:
                    prepared += [await self._prepared(picture, data, bounds)] if len(prepared) < count else []
                except (PictureError, SourceError) as error:
                    notes.append(_without(number, error))
            plates[bounds] = tuple(prepared)
        return Plates(plates, tuple(dict.fromkeys(notes)))

    async def _named(self, source: Source, feed: Feed, story: Story) -> Sequence[Picture]:
        """The post's own pictures, else the one that its page shares, else its feed's card."""
        if story.pictures:
            return story.pictures
        shared = await self._shared(source, story)
        return [picture for picture in (shared, feed.card) if picture][:1]

    async def _shared(self, source: Source, story: Story) -> Picture | None:
        """What the story's own page gives to others; a page that is not there yet gives nothing."""
        if not story.link.startswith(("http://", "https://")):
            return None
        try:
            page = await source.page(story.link)
            return await self._pictures.shared(page.body, page.url, page.headers.get("content-type", ""))
        except (PictureError, SourceError) as error:
            LOG.debug("story “%s”: its page gives no picture: %s", story.headline, error)
            return None

    async def _fetched(self, source: Source, feed: Feed, picture: Picture) -> tuple[Picture, bytes] | PictureError:
        try:
            if picture == feed.card and picture.url.startswith("file:"):  # named by the operator, not by a stranger
                return picture, await asyncio.to_thread(Path(url2pathname(urlsplit(picture.url).path)).read_bytes)
            return picture, await source.picture(picture)
        except (PictureError, SourceError, OSError) as error:
            return PictureError(str(error))

    async def _prepared(self, named: Picture, data: bytes, bounds: Bounds) -> Picture:
        """The picture within these bounds, from the store if it has been there before."""
        key = self._pictures.key(data, bounds)
        prepared = await self._album.rendition(key)
        if prepared is None:
            prepared, fitted = await self._pictures.prepare(data, bounds)
            await self._album.keep(key, prepared, fitted)
        return replace(prepared, url=named.url, alt=named.alt)


def shown(style: Style, bounds: Bounds) -> int:
    """How many pictures a message of this style can show."""
    return bounds.count if style.rich else min(style.pictures, bounds.count)


def _without(number: int, why: Exception) -> str:
    return f"without {'one of its pictures' if number else 'its picture'}: {why}"
