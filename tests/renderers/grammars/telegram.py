"""Telegram: entities as the Bot API takes them, and what its server finds in a text by itself.

Sources: PLATFORMS.md a; TDLib's MessageEntity.cpp (what is a mention, a command, a tag, an address; which entities may
nest), misc.cpp (characters that are dropped), Bot API sendMessage, sendPhoto, sendMediaGroup, InlineKeyboardMarkup.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from bot.model import Message
from tests.renderers.grammars import telegram_finds as finds
from tests.renderers.grammars import telegram_rich
from tests.renderers.grammars.seen import Refused, Seen, demand, known, leads, readable, safe, utf16

TEXT, CAPTION = 4096, 1024  #: code points
ALBUM = 10
ENTITIES = 100  #: what comes behind them is dropped in silence

_SPLITTABLE = {"bold", "italic", "underline", "strikethrough", "spoiler"}
_QUOTES = {"blockquote", "expandable_blockquote"}
_PRE = {"code", "pre"}
_CONTINUOUS = {"url", "text_link", "hashtag", "email"}
_KEYS = {
    "text",
    "entities",
    "link_preview_options",
    "caption",
    "caption_entities",
    "media",
    "reply_markup",
    "rich_message",
}
_PREVIEW = {"url", "is_disabled", "prefer_large_media", "prefer_small_media", "show_above_text"}


@dataclass(frozen=True, slots=True)
class _Entity:
    """An entity in code points."""

    kind: str
    start: int
    end: int
    url: str = ""

    def meets(self, other: "_Entity") -> bool:
        return self.start < other.end and other.start < self.end

    def holds(self, other: "_Entity") -> bool:
        return self.start <= other.start and other.end <= self.end


def check(message: Message) -> Seen:
    """The message as Telegram shows it; raises ``Refused``."""
    body = message.body
    known(body, _KEYS, "the body")
    demand(("text" in body) != ("caption" in body), "a message is a text or has a caption, one of the two")
    alert = _alert(body, 1 if "rich_message" in body and "media" not in body else len(message.pictures))
    alert.links += _buttons(body.get("reply_markup"))
    if "rich_message" not in body:
        demand(message.length == len(alert.text), f"{len(alert.text)} code points are declared as {message.length}")
        demand(message.text == alert.text, "the text that is stored is not the one that is sent")
        return alert
    article = telegram_rich.check(body["rich_message"])  # the alert stands by, should the article be refused
    demand(_letters(message.text) == _letters(article.text), "the text that is stored is not the article's")
    demand(message.length == len(message.text), f"{len(message.text)} code points are declared as {message.length}")
    return article


def _letters(text: str) -> str:
    """A text without what may stand between its blocks and cells."""
    return "".join(text.replace("|", "").split())


def _alert(body: Mapping[str, Any], pictures: int) -> Seen:
    if "text" in body:
        _check_preview(body.get("link_preview_options"))
        demand("media" not in body, "a text carries no picture")
        return _shown(readable(body["text"], "the text"), body["entities"], TEXT)
    if "link_preview_options" in body:  # stands by, should the picture be refused
        _check_preview(body["link_preview_options"])
    _check_pictures(body, pictures)
    return _shown(readable(body["caption"], "the caption"), body["caption_entities"], CAPTION)


def _shown(text: str, raw: Sequence[Mapping[str, Any]], limit: int) -> Seen:
    demand(text == text.lstrip(" \n").rstrip(), "white space stands at an end, where Telegram strips it")
    demand(text, "there is no text")
    demand(len(text) <= limit, f"{len(text)} code points are more than {limit}")
    entities = [_entity(one, text) for one in raw]
    demand(len(entities) <= ENTITIES, f"{len(entities)} entities are more than {ENTITIES}; the rest would be dropped")
    _check_nesting(entities)
    seen = Seen(text)
    found = [one for one in finds.entities(text) if not any(_hides(known, one) for known in entities)]
    for one in found:
        _note(seen, one.kind, text[one.start : one.end])
    for entity in entities:
        stretch = text[entity.start : entity.end]
        if entity.kind == "text_link":
            seen.links.append((stretch, leads(entity.url, "a link")))
        elif entity.kind in {"url", "hashtag", "email"}:
            # such an entity is ignored: the server goes by what it finds itself, which had better be the same
            there = any((one.kind, one.start, one.end) == (entity.kind, entity.start, entity.end) for one in found)
            demand(there, f"a {entity.kind} is announced where Telegram finds none: {stretch!r}")
    return seen


def _hides(entity: _Entity, found: finds.Found) -> bool:
    """Whether what the server finds gives way to an entity that was sent."""
    meant = entity.kind == "text_link" or entity.kind in _PRE
    return meant and entity.start < found.end and found.start < entity.end


def _note(seen: Seen, kind: str, stretch: str) -> None:
    match kind:
        case "mention":
            raise Refused(f"a mention is live: {stretch!r}")
        case "bot_command":
            raise Refused(f"a command is live: {stretch!r}")
        case "url":
            url = stretch if "://" in stretch else f"http://{stretch}"
            seen.links.append((stretch, safe(url, "a bare address")))
        case "email":
            seen.links.append((stretch, f"mailto:{stretch}"))
        case "hashtag" | "cashtag":
            seen.tags.append(stretch)
        case _:
            raise AssertionError(kind)


# ── Entities ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _entity(raw: Mapping[str, Any], text: str) -> _Entity:
    known(raw, {"type", "offset", "length", "url", "language"}, "an entity")
    kind, offset, length = raw["type"], raw["offset"], raw["length"]
    demand(kind in _SPLITTABLE | _QUOTES | _PRE | _CONTINUOUS, f"there is no entity {kind!r} that a bot may send")
    demand(offset >= 0 and length > 0, f"an entity of {length} units at {offset} marks nothing")
    places = _places(text)
    demand(offset in places, f"the {kind} begins inside a surrogate pair or behind the text, at {offset}")
    demand(
        offset + length in places, f"the {kind} ends inside a surrogate pair or behind the text, at {offset + length}"
    )
    entity = _Entity(kind, places[offset], places[offset + length], raw.get("url", ""))
    demand(text[entity.start : entity.end].strip(), f"the {kind} marks nothing but white space")
    demand(bool(entity.url) == (kind == "text_link"), f"the {kind} has the address {entity.url!r}")
    return entity


def _places(text: str) -> dict[int, int]:
    """The UTF-16 offsets between characters, and their code points."""
    places, offset = {0: 0}, 0
    for number, character in enumerate(text, start=1):
        offset += utf16(character)
        places[offset] = number
    return places


def _check_nesting(entities: Iterable[_Entity]) -> None:
    """TDLib cuts or drops what nests as it must not."""
    for one, other in combinations(entities, 2):
        if not one.meets(other):
            continue
        # of two that are equally long, TDLib takes the quote for the outer one
        swapped = other.holds(one) and (other.kind in _QUOTES or not one.holds(other))
        outer, inner = (other, one) if swapped else (one, other)
        kinds = f"{inner.kind} and {outer.kind}"
        if one.kind in _SPLITTABLE and other.kind in _SPLITTABLE:
            demand(one.kind != other.kind, f"two stretches of {one.kind} overlap")
        elif inner.kind in _PRE or outer.kind in _PRE:
            demand(outer.kind in _QUOTES and outer.holds(inner), f"{kinds} overlap: code may stand in a quote only")
        elif not {one.kind, other.kind} & _SPLITTABLE:
            demand(outer.holds(inner), f"{kinds} overlap in part")
            demand(outer.kind in _QUOTES and inner.kind in _CONTINUOUS, f"{kinds} must not nest")


# ── What stands around the text ──────────────────────────────────────────────────────────────────────────────────────


def _check_preview(options: Any) -> None:
    known(options, _PREVIEW, "link_preview_options")
    if options.get("is_disabled"):
        demand(set(options) == {"is_disabled"}, "a preview that is off has no further options")
        return
    demand("url" in options, "the preview's address is left to Telegram, which takes the first that it finds")
    leads(options["url"], "the preview")


def _check_pictures(body: Mapping[str, Any], count: int) -> None:
    album = body.get("media")
    demand(count >= 1, "a caption stands under no picture")
    if album is None:
        demand(count == 1, f"{count} pictures are no album")
        return
    demand(2 <= len(album) <= ALBUM, f"an album of {len(album)}")
    demand("rich_message" in body or len(album) == count, f"an album of {len(album)} for {count} pictures")
    for one in album:
        known(one, {"type", "media"}, "a picture of an album")
        demand(one["type"] == "photo", f"an album of {one['type']}")
    demand("reply_markup" not in body, "an album has no buttons")


def _buttons(markup: Any) -> list[tuple[str, str]]:
    if markup is None:
        return []
    known(markup, {"inline_keyboard"}, "reply_markup")
    buttons = [button for row in markup["inline_keyboard"] for button in row]
    demand(buttons, "a keyboard without a button")
    for button in buttons:
        known(button, {"text", "url"}, "a button")
        demand(readable(button["text"], "a button").strip(), "a button says nothing")
    return [(button["text"], leads(button["url"], "a button")) for button in buttons]
