"""From the bytes of a document to the entries that are worth a look. Runs in a parser process.

bytes ─charset▶ text ─▶ JSON Feed · XML feed · news sitemap ─▶ items ─▶ those that say something new ─▶ entries
                         └─ an HTML page: Page, with the feeds that it names

Of a changed feed most items say what they said last time. Their entries would change nothing, and to make them costs
several times what it costs to read the document, so they are left out: what is left is what is new, edited, or repeated
within the document (an id that stands twice is a sign that must be seen).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.errors import SourceError
from bot.model import Entry
from bot.sources.charset import text_of_bytes
from bot.sources.discover import Page, feeds_of_page, is_page
from bot.sources.item import MARK, Item, entry_of
from bot.sources.jsonfeed import items_of_json
from bot.sources.repair import is_whole
from bot.sources.websub.links import Links, in_document
from bot.sources.xmlfeed import items_of_xml
from bot.text.links import absolute

MOST = 2_000  #: entries that are given at once, half of them from the end: who lists the newest last has them there
NAMED = 16  #: items whose names are told; a feed that moves shows most of them at its new place
REMEMBERED = 96  #: items of a feed whose marks are kept: 2 kB of its 3 kB of state, and more than most feeds have


@dataclass(frozen=True, slots=True)
class Gathering:
    """What a document held: the entries worth a look, of ``total`` items; of the first ones their names, which are ids
    and absolute links, and their marks; and what it says of the hubs that push it.
    """

    entries: tuple[Entry, ...]
    total: int
    left: int  #: items that would have been worth a look, but are more than anybody can look at
    names: tuple[str, ...]
    marks: bytes
    links: Links
    cut: bool  #: it broke off: who knows what else it would have held


def gather(body: bytes, content_type: str, url: str, zone: str, seen: bytes = b"") -> Gathering:
    """What a document of any feed format holds. ``seen`` are the marks of an earlier gathering.

    Raises ``SourceError`` with a text that goes on from the host's name, ``Page`` for an HTML page.
    """
    text = text_of_bytes(body, content_type).lstrip("\ufeff \t\r\n")
    items = _items(text, url)
    before = {seen[start : start + MARK] for start in range(0, len(seen), MARK)}
    marks = [item.mark for item in items]
    repeated = _repeated(items)
    fresh = [
        item for item, mark in zip(items, marks, strict=True) if mark not in before or {item.id, item.link} & repeated
    ]
    read = fresh if len(fresh) <= MOST else fresh[: MOST // 2] + fresh[-MOST // 2 :]
    return Gathering(
        entries=tuple(entry_of(item, url, ZoneInfo(zone)) for item in read),
        total=len(items),
        left=len(fresh) - len(read),
        names=tuple(
            name for item in items[:NAMED] for name in dict.fromkeys((item.id, absolute(url, item.link))) if name
        ),
        marks=b"".join(marks[:REMEMBERED]),
        links=in_document(text, url),
        cut=not _is_json(text) and not is_whole(text),
    )


def _items(text: str, url: str) -> list[Item]:
    if not text:
        raise SourceError("answered with nothing")
    if is_page(text):
        feeds = feeds_of_page(text, url)
        where = f"it names {feeds[0]}" if feeds else "look for the feed's address (often /feed.xml)"
        raise Page(f"answered with an HTML page, not a feed: {where}", feeds)
    return items_of_json(text) if _is_json(text) else items_of_xml(text, url)


def _is_json(text: str) -> bool:
    return text.startswith(("{", "["))


def _repeated(items: Sequence[Item]) -> frozenset[str]:
    """Ids and links that more than one item has."""
    counted = Counter(name for item in items for name in {item.id, item.link} if name)
    return frozenset(name for name, count in counted.items() if count > 1)
