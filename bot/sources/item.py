"""An item: one post as its document wrote it, markup and dates unread. Every format is read into items first.

    XML, JSON ─▶ Item ─▶ mark: said so last time? ─▶ nothing more to do
                          └─▶ Entry: addresses absolute, dates in UTC, markup a Document

Most of what a changed feed says it has said before. To read an item costs microseconds, to make its markup a Document
about a millisecond.
"""

import datetime as dt
import hashlib
import re
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from bot.document import Document, Picture
from bot.model import Entry
from bot.sources.body import first_picture, from_plain
from bot.sources.dates import moment
from bot.text.html import document
from bot.text.links import absolute
from bot.text.plain import text_of

MARK = 16  #: bytes of an item's mark (FAILURES.md section 1, "hash collision drops news": 128 bits at least)
LONGEST = 2_000_000  #: characters of a text that are read; a book has half of that
DATA = re.compile(r"data:[^\s\"'>]*+", re.IGNORECASE)  #: a picture's own bytes, which nobody reads
C1 = re.compile("[\x80-\x9f]")  #: what stands there was meant in windows-1252


@dataclass(frozen=True, slots=True)
class Markup:
    """A text, HTML or plain. ``base`` is what its relative addresses stand on, "" for the item's own link."""

    value: str = ""
    html: bool = False
    base: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One post, as written. ``link`` may be relative to the document; ``pictures`` are addresses, the best first."""

    id: str = ""
    link: str = ""
    title: Markup = field(default_factory=Markup)
    summary: Markup = field(default_factory=Markup)
    body: Markup = field(default_factory=Markup)
    categories: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    published: str = ""
    updated: str = ""
    pictures: tuple[str, ...] = ()
    language: str = ""

    @property
    def name(self) -> str:
        """What tells it from the other items of its document, "" where it says nothing of the kind."""
        return self.id or self.link

    @property
    def mark(self) -> bytes:
        """A hash of all that it says, of ``MARK`` bytes; the same in every process."""
        texts = (self.title, self.summary, self.body)
        said = (
            *(self.id, self.link, self.published, self.updated, self.language, ""),
            *(word for text in texts for word in (text.value, str(text.html), text.base, text.language)),
            *("", *self.categories, "", *self.authors, "", *self.pictures),
        )
        return hashlib.blake2b("\x1f".join(said).encode("utf-8", "surrogatepass"), digest_size=MARK).digest()


def entry_of(item: Item, url: str, zone: ZoneInfo) -> Entry:
    """The entry that an item of the document at ``url`` makes; naive dates are in ``zone``."""
    link = absolute(url, item.link)
    title = " ".join(_lines(item.title).split())
    summary = _lines(item.summary)
    body = item.body if item.body.value else item.summary
    content = _document(body, link or url)
    updated = _moment(item.updated, zone)
    return Entry(
        id=item.id or link or _hash(title, summary),
        link=link,
        title=title,
        summary=summary,
        content=content,
        categories=_folded(item.categories),
        published=_moment(item.published, zone) or updated,
        updated=updated,
        picture=_picture(item, content, link or url),
        language=body.language or item.language,
        origin=url,
        author=", ".join(_folded(item.authors)),
    )


def _document(part: Markup, base: str) -> Document:
    value = _mended(part.value)
    return document(value, part.base or base) if part.html else from_plain(value)


def _lines(part: Markup) -> str:
    """The words of a text; its lines are those of its markup, and one where it has none."""
    value = _mended(part.value)
    lines = text_of(document(value)).split("\n") if part.html else [value]
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))


def _folded(names: tuple[str, ...]) -> tuple[str, ...]:
    """Each name once, on one line."""
    return tuple(dict.fromkeys(filter(None, (" ".join(_mended(name).split()) for name in names))))


def _moment(raw: str, zone: ZoneInfo) -> dt.datetime | None:
    return moment(raw, zone) if raw else None


def _picture(item: Item, content: Document, base: str) -> Picture | None:
    """The picture that its source names, else the first of the body."""
    for named in item.pictures:
        if address := absolute(base, named):
            return Picture(address)
    return first_picture(content)


def _mended(text: str) -> str:
    """The text without the two accidents that its bytes no longer show: encoded twice, or windows-1252 as Latin-1."""
    if len(text) > LONGEST:
        text = DATA.sub("", text)[:LONGEST]
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return C1.sub(lambda found: found[0].encode("latin-1").decode("cp1252", "replace"), text)


def _hash(*parts: str) -> str:
    """An id for an entry that has neither id nor link."""
    return "sha256:" + hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
