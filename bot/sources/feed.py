"""A feed by its address: RSS, Atom, RDF or JSON Feed, told apart by content.

cursor ─▶ conditional GET ─▶ 304, or the very body of last time? ─▶ unchanged
                               └─▶ parser process: bytes ─▶ text ─▶ entries
"""

import hashlib
import json
import re

from yarl import URL

from bot.document import Picture
from bot.errors import SourceError
from bot.model import Entry
from bot.ports import Fetch, Fetched, Parse, Reading
from bot.sources.charset import text_of_bytes
from bot.sources.jsonfeed import entries_of_json
from bot.sources.web import fetch_page, fetch_picture, link_answers
from bot.sources.xmlfeed import entries_of_xml

HTML = re.compile(r"(?:\s|<!--.*?-->)*<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE | re.DOTALL)


class FeedSource:
    """One feed; naive dates in it are read in ``zone``, an IANA name."""

    def __init__(self, url: str, fetch: Fetch, parse: Parse, zone: str = "UTC") -> None:
        self._url = url
        self._fetch = fetch
        self._parse = parse
        self._zone = zone

    async def read(self, cursor: str) -> Reading:
        """What the feed holds now, or that it has not changed; raises ``SourceError``."""
        before = self._remembered(cursor)
        answer = await self._fetch(self._url, headers=_conditions(before))
        if answer.status == 304:  # noqa: PLR2004 - Not Modified
            if not before:
                raise SourceError("the feed answered 304 to an unconditional question")
            return Reading(cursor=cursor, unchanged=True)
        digest = hashlib.sha256(answer.body).hexdigest()
        cursor = self._cursor(answer, digest)
        if digest == before.get("sha256"):
            return Reading(cursor=cursor, unchanged=True)
        kind = answer.headers.get("content-type", "")
        try:
            entries = await self._parse(read_feed, answer.body, kind, answer.url, self._zone)
        except SourceError as error:
            raise SourceError(f"{URL(answer.url).host} {error}") from error
        return Reading(entries=tuple(entries), total=len(entries), cursor=cursor)

    async def picture(self, picture: Picture) -> bytes:
        """The bytes of a picture, got by the guarded client; raises ``PictureError``."""
        return await fetch_picture(self._fetch, picture.url)

    async def answers(self, link: str) -> bool:
        """Whether the link answers 200 now."""
        return await link_answers(self._fetch, link)

    async def page(self, link: str) -> Fetched:
        """The page that the link leads to, got by the guarded client; raises ``SourceError``."""
        return await fetch_page(self._fetch, link)

    def _remembered(self, cursor: str) -> dict[str, str]:
        """What an earlier reading of this same address left behind."""
        before: dict[str, str] = json.loads(cursor) if cursor else {}
        return before if before.get("url") == self._url else {}

    def _cursor(self, answer: Fetched, digest: str) -> str:
        headers = answer.headers
        return json.dumps(
            {
                "url": self._url,
                "etag": headers.get("etag", ""),
                "last_modified": headers.get("last-modified", ""),
                "sha256": digest,
            }
        )


def read_feed(body: bytes, content_type: str, url: str, zone: str) -> list[Entry]:
    """The entries in a document of any feed format. Runs in a parser process.

    Raises ``SourceError`` with a text that goes on from the host's name.
    """
    text = text_of_bytes(body, content_type)
    if not text.strip():
        raise SourceError("answered with nothing")
    if HTML.match(text):
        raise SourceError("answered with an HTML page, not a feed: look for the feed's address (often /feed.xml)")
    if text.lstrip()[0] in "{[":
        return entries_of_json(text, url, zone)
    return entries_of_xml(text, url, zone)


def _conditions(before: dict[str, str]) -> dict[str, str]:
    asked = {"If-None-Match": before.get("etag", ""), "If-Modified-Since": before.get("last_modified", "")}
    return {name: value for name, value in asked.items() if value}
