"""JSON Feed 1.0 and 1.1 (jsonfeed.org): its items become entries. Runs in a parser process."""

import json
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from bot.document import Document, Picture
from bot.errors import SourceError
from bot.model import Entry
from bot.sources.body import first_picture, from_plain
from bot.sources.dates import moment
from bot.text.html import document
from bot.text.links import absolute

VERSION = "https://jsonfeed.org/version/1"  #: 1.0 and 1.1 begin so


def entries_of_json(text: str, url: str, zone: str) -> list[Entry]:
    """The entries of a JSON Feed, as ``url`` gave it; naive dates are in ``zone``. Raises ``SourceError``."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"answered with broken JSON: {error}") from error
    if not isinstance(feed, dict) or not str(feed.get("version", "")).startswith(VERSION):
        raise SourceError("answered with JSON that is no JSON Feed: an error message, perhaps")
    items = [item for item in feed.get("items") or () if isinstance(item, dict)]
    return [_entry(item, url, ZoneInfo(zone), _text(feed, "language")) for item in items]


def _entry(item: Mapping[str, Any], url: str, zone: ZoneInfo, language: str) -> Entry:
    address = _text(item, "url") or _text(item, "external_url")
    link = absolute(url, address) if address else ""
    content = _content(item, link or url)
    named = _text(item, "image") or _text(item, "banner_image")
    return Entry(
        id=_text(item, "id") or link,
        link=link,
        title=" ".join(_text(item, "title").split()),
        summary=" ".join(_text(item, "summary").split()),
        content=content,
        categories=tuple(tag for tag in item.get("tags") or () if isinstance(tag, str)),
        published=moment(_text(item, "date_published"), zone),
        updated=moment(_text(item, "date_modified"), zone),
        picture=Picture(absolute(link or url, named)) if named else first_picture(content),
        language=_text(item, "language") or language,
        origin=url,
    )


def _text(item: Mapping[str, Any], key: str) -> str:
    """A text, "" where there is none; version 1.0 let ids be numbers."""
    value = item.get(key)
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _content(item: Mapping[str, Any], base: str) -> Document:
    html = _text(item, "content_html")
    return document(html, base) if html else from_plain(_text(item, "content_text"))
