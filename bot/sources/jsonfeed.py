"""JSON Feed 1.0 and 1.1 (jsonfeed.org): its items, in this house's words. Runs in a parser process."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bot.errors import SourceError
from bot.sources.item import Item, Markup
from bot.sources.media import Media, pictures_of

VERSION = "jsonfeed.org/version/1"  #: 1.0 and 1.1 begin so, behind https:// or http://


def items_of_json(text: str) -> list[Item]:
    """The items of a JSON Feed. Raises ``SourceError``."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"answered with broken JSON: {error}") from error
    if not isinstance(feed, dict) or not _text(feed, "version").partition("://")[2].startswith(VERSION):
        raise SourceError("answered with JSON that is no JSON Feed: an error message, perhaps")
    return [_item(item, feed) for item in _dicts(feed, "items")]


def _item(item: Mapping[str, Any], feed: Mapping[str, Any]) -> Item:
    html = _text(item, "content_html")
    return Item(
        id=_text(item, "id"),
        link=_text(item, "url") or _text(item, "external_url"),
        title=Markup(_text(item, "title")),
        summary=Markup(_text(item, "summary")),
        body=Markup(html, html=True) if html else Markup(_text(item, "content_text")),
        categories=tuple(tag for tag in _list(item, "tags") if isinstance(tag, str)),
        authors=tuple(_authors(item)) or tuple(_authors(feed)),
        published=_text(item, "date_published"),
        updated=_text(item, "date_modified"),
        pictures=pictures_of(_media(item)),
        language=_text(item, "language") or _text(feed, "language"),
    )


def _authors(said: Mapping[str, Any]) -> Iterator[str]:
    """Their names; 1.0 had one author, 1.1 has several."""
    one = said.get("author")
    for author in (*_dicts(said, "authors"), *([one] if isinstance(one, dict) else [])):
        yield _text(author, "name")


def _media(item: Mapping[str, Any]) -> Iterator[Media]:
    yield Media(_text(item, "image"), medium="image")
    yield Media(_text(item, "banner_image"), medium="image")
    for attached in _dicts(item, "attachments"):
        yield Media(_text(attached, "url"), _text(attached, "mime_type"))


def _text(said: Mapping[str, Any], key: str) -> str:
    """A text, "" where there is none; version 1.0 let ids be numbers."""
    value = said.get(key)
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _dicts(said: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    return [value for value in _list(said, key) if isinstance(value, dict)]


def _list(said: Mapping[str, Any], key: str) -> list[Any]:
    value = said.get(key)
    return value if isinstance(value, list) else []
