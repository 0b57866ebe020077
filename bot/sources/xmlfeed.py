"""RSS, Atom and RDF: feedparser's words become entries. Runs in a parser process.

feedparser gets text (as UTF-8), a stream (it would open a string as a file), and neither sanitises nor resolves: the
Document does both, once.
"""

import datetime as dt
import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from html import escape, unescape
from typing import Any
from zoneinfo import ZoneInfo

import feedparser

from bot.document import Document, Picture
from bot.errors import SourceError
from bot.model import Entry
from bot.sources.body import first_picture, from_plain
from bot.sources.dates import moment
from bot.text.html import document
from bot.text.links import absolute
from bot.text.plain import text_of

DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,400}\?>")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
LOOSE = re.compile(r"<!\[CDATA\[.*?\]\]>|&(#\d{1,7};|#x[\da-f]{1,6};|[a-z]\w{1,30};)?", re.IGNORECASE | re.DOTALL)
XML_NAMES = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
END = re.compile(r"</(?:\w+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
MARKUP = ("text/html", "application/xhtml+xml")


def entries_of_xml(text: str, url: str, zone: str) -> list[Entry]:
    """The entries of a feed in XML, as ``url`` gave it; naive dates are in ``zone``. Raises ``SourceError``."""
    text = DECLARATION.sub("", text, count=1)
    parsed = _parsed(text, url)
    if parsed.get("bozo"):
        parsed = _parsed(_repaired(text), url)
    if not parsed.get("version"):
        raise SourceError("answered with something that is neither RSS, Atom, RDF nor JSON Feed")
    items = parsed["entries"]
    if not _is_whole(text):
        items = items[:-1]  # cut off within its last entry; what is half said is not news yet
    return [_entry(item, url, ZoneInfo(zone), str(parsed["feed"].get("language", ""))) for item in items]


def _parsed(text: str, url: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = feedparser.parse(
        io.BytesIO(text.encode("utf-8", "replace")),
        response_headers={"content-type": "application/xml; charset=utf-8", "content-location": url},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    return found


def _repaired(text: str) -> str:
    """The text with what breaks XML most often put right; feedparser's own repair makes R&D; of R&D."""
    return LOOSE.sub(_escaped, CONTROL.sub("", text))


def _escaped(found: re.Match[str]) -> str:
    """An ampersand, with the name that follows it, as XML wants it; a CDATA section as it is."""
    name = found[1]
    if (
        found[0].startswith("<")
        or name in XML_NAMES
        or (name and name[0] == "#" and unescape(f"&{name}").isprintable())
    ):
        return found[0]
    return escape(unescape(found[0])) if name else "&amp;"


def _is_whole(text: str) -> bool:
    """Whether the root element is closed; a comment may follow it."""
    return END.search(text[-1000:]) is not None


def _entry(item: Mapping[str, Any], url: str, zone: ZoneInfo, language: str) -> Entry:
    link = absolute(_base(item, "link", url), str(item.get("link", ""))) if item.get("link") else ""
    body = next((part for part in item.get("content", ()) if part.get("value")), None)
    summary = item.get("summary_detail") or {}
    content = _document(body or summary, link or url)
    title = _plain(item.get("title_detail") or {}, link or url)
    excerpt = _lines(summary, link or url)
    updated = _moment(item, "updated", zone)
    return Entry(
        id=str(item.get("id") or link or _hash(title, excerpt)),
        link=link,
        title=title,
        summary=excerpt,
        content=content,
        categories=tuple(dict.fromkeys(str(tag["term"]).strip() for tag in item.get("tags", ()) if tag.get("term"))),
        published=_moment(item, "published", zone) or updated,  # dc:date is an update to feedparser
        updated=updated,
        picture=_picture(item, content, link or url),
        language=str((body or summary).get("language") or language),
        origin=url,
    )


def _base(part: Mapping[str, Any], detail: str, otherwise: str) -> str:
    return str((part.get(f"{detail}_detail") or {}).get("base") or otherwise)


def _document(part: Mapping[str, Any], base: str) -> Document:
    value = str(part.get("value", ""))
    return document(value, str(part.get("base") or base)) if part.get("type") in MARKUP else from_plain(value)


def _plain(part: Mapping[str, Any], base: str) -> str:
    """A title as plain text, white space folded."""
    return " ".join(_lines(part, base).split())


def _lines(part: Mapping[str, Any], base: str) -> str:
    """A summary as plain text; its lines are those of its markup, and one where it has none."""
    value = str(part.get("value", ""))
    lines = text_of(document(value, base)).split("\n") if part.get("type") in MARKUP else [value]
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))


def _moment(item: Mapping[str, Any], name: str, zone: ZoneInfo) -> dt.datetime | None:
    """A date of an entry; feedparser by itself would give one date for the other."""
    return moment(str(item[name]), zone) if name in item else None


def _picture(item: Mapping[str, Any], content: Document, base: str) -> Picture | None:
    """The entry's picture: Media RSS, else an enclosure, else the first of the body."""
    for address in _named_pictures(item):
        return Picture(absolute(base, address))
    return first_picture(content)


def _named_pictures(item: Mapping[str, Any]) -> Iterator[str]:
    for media in item.get("media_content", ()):
        if media.get("url") and "image" in (media.get("medium"), str(media.get("type", "")).partition("/")[0]):
            yield str(media["url"])
    for thumbnail in item.get("media_thumbnail", ()):
        if thumbnail.get("url"):
            yield str(thumbnail["url"])
    for enclosure in item.get("enclosures", ()):
        if enclosure.get("href") and str(enclosure.get("type", "")).startswith("image/"):
            yield str(enclosure["href"])


def _hash(*parts: str) -> str:
    """An id for an entry that has neither guid nor link."""
    return "sha256:" + hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
