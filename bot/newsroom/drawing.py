"""What stands around a message's text on each platform: cards, previews, buttons, pictures that are fetched elsewhere.

Everything here may come from a stranger. Nothing here makes HTML: the templates do, and they escape.
"""

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

from bot.document import Picture
from bot.model import Message
from bot.newsroom.addresses import web_address
from bot.newsroom.markup import markdown, mrkdwn, unescaped
from bot.text.marked import Marked

_ATTACHED: Final = "attachment://"
_WHITE: Final = 0xFFFFFF


@dataclass(frozen=True, slots=True)
class Button:
    """A labelled link."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Distant:
    """A picture that the platform itself fetches from its address; the page does not."""

    url: str
    alt: str = ""


Shot = Picture | Distant


# ── Telegram ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class LinkPreview:
    """The page that Telegram previews: beside its text a small picture or a large one, above or below the message."""

    url: str
    large: bool
    above: bool

    @property
    def host(self) -> str:
        """The site, as the preview names it."""
        return _host(self.url)


def link_preview(body: Mapping[str, Any]) -> LinkPreview | None:
    """The preview that a Telegram message asks for; None for none, and beside a photo, where none is shown."""
    options = _mapping(body.get("link_preview_options"))
    url = web_address(options.get("url"))
    if not url or options.get("is_disabled") or "caption" in body:
        return None
    return LinkPreview(url, bool(options.get("prefer_large_media")), bool(options.get("show_above_text")))


def keyboard(body: Mapping[str, Any]) -> tuple[Button, ...]:
    """The buttons below a Telegram message."""
    rows = _sequence(_mapping(body.get("reply_markup")).get("inline_keyboard"))
    return tuple(_button(one, one.get("text")) for row in rows for one in _mappings(row))


# ── Discord ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Card:
    """One of Discord's embeds, or several of one address, which are shown as one with all their pictures.

    ``color`` is ``#rrggbb``, or "" for Discord's own grey; ``at`` is its timestamp; ``small`` stands at its side.
    """

    author: str
    title: Marked
    url: str
    description: Marked
    color: str
    footer: str
    at: dt.datetime | None
    pictures: tuple[Shot, ...]
    small: Shot | None


def cards(message: Message) -> tuple[Card, ...]:
    """The cards of a Discord message; uploads are shown in the order of the embeds, the first with all left over."""
    uploads = iter(message.pictures)
    found: list[Card] = []
    for raw in _mappings(message.body.get("embeds") or [message.body.get("embed")]):
        card = _card(raw, uploads)
        if found and card.url and card.url == found[-1].url and not card.title:
            found[-1] = replace(found[-1], pictures=(*found[-1].pictures, *card.pictures))
        else:
            found.append(card)
    return tuple(replace(card, pictures=(*card.pictures, *uploads)) for card in found)


def _card(raw: Mapping[str, Any], uploads: Iterator[Picture]) -> Card:
    image, thumbnail = (_shot(_mapping(raw.get(name)).get("url"), uploads) for name in ("image", "thumbnail"))
    return Card(
        author=_text(_mapping(raw.get("author")).get("name")),
        title=markdown(_text(raw.get("title"))),
        url=web_address(raw.get("url")),
        description=markdown(_text(raw.get("description"))),
        color=_color(raw.get("color")),
        footer=_text(_mapping(raw.get("footer")).get("text")),
        at=moment(raw.get("timestamp")),
        pictures=(image,) if image else (),
        small=thumbnail,
    )


def _shot(url: object, uploads: Iterator[Picture]) -> Shot | None:
    if _text(url).startswith(_ATTACHED):
        return next(uploads, None)
    address = web_address(url)
    return Distant(address) if address else None


def _color(number: object) -> str:
    return f"#{number:06x}" if isinstance(number, int) and 0 <= number <= _WHITE else ""


def moment(text: object) -> dt.datetime | None:
    """An RFC 3339 time; None for what is none or has no zone."""
    try:
        at = dt.datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return at if at and at.tzinfo else None


# ── Bluesky ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class LinkCard:
    """A link's card, whose words the post brings along."""

    url: str
    title: str
    description: str

    @property
    def host(self) -> str:
        """The site, as the card names it."""
        return _host(self.url)


def link_card(body: Mapping[str, Any]) -> LinkCard | None:
    """The card below a Bluesky post, if it has one."""
    external = _mapping(_mapping(_mapping(body.get("record")).get("embed")).get("external"))
    url = web_address(external.get("uri"))
    return LinkCard(url, _text(external.get("title")), _text(external.get("description"))) if url else None


# ── Slack ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Section:
    """One of Slack's blocks: ``kind`` in Slack's words, and all that it holds."""

    kind: str
    texts: tuple[Marked, ...] = ()
    pictures: tuple[Distant, ...] = ()
    buttons: tuple[Button, ...] = ()


def sections(body: Mapping[str, Any]) -> tuple[Section, ...]:
    """The blocks of a Slack message, in order."""
    return tuple(_section(block) for block in _mappings(body.get("blocks")))


def _section(block: Mapping[str, Any]) -> Section:
    held = [block, _mapping(block.get("text")), _mapping(block.get("accessory"))]
    held += [*_mappings(block.get("fields")), *_mappings(block.get("elements"))]

    def of(*kinds: str) -> Iterator[Mapping[str, Any]]:
        return (one for one in held if one.get("type") in kinds)

    return Section(
        kind=_text(block.get("type")),
        texts=tuple(_words(one) for one in of("plain_text", "mrkdwn")),
        pictures=tuple(Distant(web_address(one.get("image_url")), _text(one.get("alt_text"))) for one in of("image")),
        buttons=tuple(_button(one, _mapping(one.get("text")).get("text")) for one in of("button")),
    )


def _words(part: Mapping[str, Any]) -> Marked:
    text = _text(part.get("text"))
    return mrkdwn(text) if part["type"] == "mrkdwn" else Marked(unescaped(text))


# ── Any ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def pretty(body: Mapping[str, Any]) -> str:
    """A body as JSON that a person can read."""
    return json.dumps(body, ensure_ascii=False, indent=2, default=str)


def _button(raw: Mapping[str, Any], label: object) -> Button:
    return Button(_text(label), web_address(raw.get("url")))


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return url


def _text(text: object) -> str:
    return text if isinstance(text, str) else ""


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _sequence(value: object) -> Sequence[object]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def _mappings(value: object) -> list[Mapping[str, Any]]:
    return [one for one in _sequence(value) if isinstance(one, Mapping)]
