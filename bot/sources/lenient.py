"""feedparser, for what no strict reader can read: its words become items.

It gets text (as UTF-8), a stream (it would open a string as a file), and neither sanitises nor resolves: the Document
does both, once.
"""

import io
from collections.abc import Iterator, Mapping
from typing import Any

import feedparser

from bot.sources.item import Item, Markup
from bot.sources.media import Media, pictures_of
from bot.sources.person import person
from bot.sources.repair import is_whole, repaired

MARKUP = ("text/html", "application/xhtml+xml")


def items_of_feedparser(text: str, url: str) -> list[Item] | None:
    """The items of a feed in XML, as ``url`` gave it; None if feedparser knows none of its formats.

    Of a document that is cut off, the last item is left out: what is half said is not news yet.
    """
    parsed = _parsed(text, url)
    if parsed.get("bozo"):
        parsed = _parsed(repaired(text), url)
    if not parsed.get("version"):
        return None
    items = parsed["entries"] if is_whole(text) else parsed["entries"][:-1]
    base = "" if str(parsed["version"]).startswith("atom") else url
    language = str(parsed["feed"].get("language", ""))
    return [_item(item, base, language) for item in items]


def _parsed(text: str, url: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = feedparser.parse(
        io.BytesIO(text.encode("utf-8", "replace")),
        response_headers={"content-type": "application/xml; charset=utf-8", "content-location": url},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    return found


def _item(item: Mapping[str, Any], base: str, language: str) -> Item:
    body: Mapping[str, Any] = next((part for part in item.get("content", ()) if part.get("value")), {})
    return Item(
        id=str(item.get("id") or ""),
        link=str(item.get("link") or ""),
        title=_markup(item.get("title_detail") or {}, base),
        summary=_markup(item.get("summary_detail") or {}, base),
        body=_markup(body, base),
        categories=tuple(str(tag["term"]) for tag in item.get("tags", ()) if tag.get("term")),
        authors=tuple(person(str(each.get("name") or each.get("email") or "")) for each in item.get("authors", ())),
        published=_date(item, "published"),
        updated=_date(item, "updated"),
        pictures=pictures_of(_media(item)),
        language=str(item.get("language") or language),
    )


def _markup(part: Mapping[str, Any], base: str) -> Markup:
    """A text; one that stands on the address of its document stands on none of its own."""
    own = str(part.get("base") or "")
    value = str(part.get("value") or "")
    if part.get("type") == MARKUP[1]:
        value = value.replace("</br>", "")  # how feedparser closes <br/>; a browser would break the line again
    return Markup(value, part.get("type") in MARKUP, "" if own == base else own, str(part.get("language") or ""))


def _date(item: Mapping[str, Any], name: str) -> str:
    """A date of an entry; feedparser by itself would give one date for the other."""
    return str(item[name]) if name in item else ""


def _media(item: Mapping[str, Any]) -> Iterator[Media]:
    for media in item.get("media_content", ()):
        yield Media(str(media.get("url", "")), str(media.get("type", "")), str(media.get("medium", "")))
    for thumbnail in item.get("media_thumbnail", ()):
        yield Media(str(thumbnail.get("url", "")), medium="image")
    for enclosure in item.get("enclosures", ()):
        yield Media(str(enclosure.get("href", "")), str(enclosure.get("type", "")))
    image = item.get("image")
    yield Media(str(image.get("href", "")) if isinstance(image, Mapping) else "", medium="image")
