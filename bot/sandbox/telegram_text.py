"""Telegram's text: length in code points after trimming, entities in UTF-16 units (PLATFORMS.md 0.1, a)."""

from collections.abc import Container, Mapping
from itertools import combinations
from typing import Any, Literal

from bot.sandbox.reply import Refusal

LIMITS = {"text": 4096, "caption": 1024}  #: code points; TGS sendMessage, sendPhoto
MOST_ENTITIES = 100  #: what comes after them is ignored; TDL MessageEntity
KINDS = frozenset(
    {
        *("mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"),
        *("bold", "italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote"),
        *("code", "pre", "text_link", "text_mention", "custom_emoji", "date_time"),
    }
)  #: TGS MessageEntity

MARKS = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})
MONOSPACE = frozenset({"pre", "code"})
QUOTES = frozenset({"blockquote", "expandable_blockquote"})

Field = Literal["text", "caption"]


def refuse(status: int, description: str, **parameters: int) -> Refusal:
    """An error as the Bot API words it."""
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    headers = {}
    if parameters:
        body["parameters"] = parameters
    if "retry_after" in parameters:
        headers["Retry-After"] = str(parameters["retry_after"])
    return Refusal(status, body, headers=headers)


def check_text(fields: Mapping[str, Any], field: Field) -> dict[str, Any]:
    """The message's ``text`` or ``caption`` with its entities, as Telegram will show them, or a refusal."""
    raw = fields.get(field, "")
    if not isinstance(raw, str):
        raise refuse(400, f"Bad Request: {field} must be a string")
    try:
        raw.encode()
    except UnicodeEncodeError as error:
        raise refuse(400, "Bad Request: strings must be encoded in UTF-8") from error
    if fields.get("parse_mode"):
        raise refuse(400, "Bad Request: can't parse entities: the stand-in reads entities only, no parse_mode")
    entities = _check_entities(raw, fields.get("entities" if field == "text" else "caption_entities", []))
    text = raw.lstrip(" \n").rstrip()
    if field == "text" and not text:
        raise refuse(400, "Bad Request: message text is empty")
    if len(text) > LIMITS[field]:
        raise refuse(
            400, "Bad Request: message is too long" if field == "text" else "Bad Request: message caption is too long"
        )
    shown = _shift(entities, _units(raw) - _units(raw.lstrip(" \n")), _units(text))
    named = {field: text} if text else {}
    return named | ({"entities" if field == "text" else "caption_entities": shown} if shown else {})


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _boundaries(text: str, units: int) -> Container[int]:
    """The UTF-16 offsets between characters: the only places where an entity may begin or end."""
    if units == len(text):
        return range(units + 1)
    offset, found = 0, {0}
    for character in text:
        offset += 1 + (ord(character) > 0xFFFF)  # noqa: PLR2004 - the end of the basic plane
        found.add(offset)
    return frozenset(found)


def _check_entities(text: str, entities: object) -> list[dict[str, Any]]:
    if not isinstance(entities, list):
        raise refuse(400, "Bad Request: can't parse entities: expected an Array of MessageEntity")
    units = _units(text)
    boundaries = _boundaries(text, units) if entities else ()
    checked = [_check_entity(entity, boundaries, units) for entity in entities[:MOST_ENTITIES]]
    for one, other in combinations(checked, 2):
        _check_pair(one, other)
    return checked


def _check_pair(one: Mapping[str, Any], other: Mapping[str, Any]) -> None:
    """Whether two entities may have characters in common (Bot API, formatting options).

    The real one cuts or drops what may not, in silence; a lost mark is worth a word.
    """
    (start, end), (begins, stops) = _stretch(one), _stretch(other)
    if end <= begins or stops <= start:
        return
    first, second = one["type"], other["type"]
    holds, held = start <= begins and stops <= end, begins <= start and end <= stops
    if not ((holds and _may_hold(first, second)) or (held and _may_hold(second, first))):
        raise refuse(400, f"Bad Request: can't parse entities: {second} at UTF-16 offset {begins} crosses {first}")


def _may_hold(outer: str, inner: str) -> bool:
    if {outer, inner} & MONOSPACE or not {outer, inner} & MARKS:
        return outer in QUOTES and inner not in QUOTES
    return True


def _stretch(entity: Mapping[str, Any]) -> tuple[int, int]:
    return entity["offset"], entity["offset"] + entity["length"]


def _check_entity(entity: object, boundaries: Container[int], end: int) -> dict[str, Any]:
    if not isinstance(entity, dict) or not all(_is_whole(entity.get(name)) for name in ("offset", "length")):
        raise refuse(400, "Bad Request: can't parse MessageEntity: offset and length must be of type Number")
    if entity.get("type") not in KINDS:
        raise refuse(400, "Bad Request: can't parse MessageEntity: unsupported type specified")
    start, stop = entity["offset"], entity["offset"] + entity["length"]
    if start < 0 or entity["length"] <= 0:
        raise refuse(400, f"Bad Request: entity at UTF-16 offset {start} has length {entity['length']}")
    if stop > end:
        where = f"beginning at UTF-16 offset {start} ends after the end of the text at UTF-16 offset {stop}"
        raise refuse(400, f"Bad Request: entity {where}")
    if start not in boundaries:
        raise refuse(400, f"Bad Request: entity begins in a middle of a UTF-16 symbol at byte offset {start}")
    if stop not in boundaries:
        where = f"beginning at UTF-16 offset {start} ends in a middle of a UTF-16 symbol at byte offset {stop}"
        raise refuse(400, f"Bad Request: entity {where}")
    if entity["type"] == "text_link" and not is_address(entity.get("url")):
        # the real one drops such a link in silence; a lost link is worth a word
        raise refuse(400, "Bad Request: can't parse MessageEntity: text_link needs an HTTP URL")
    return entity


def is_address(value: object) -> bool:
    """Whether it is a web address."""
    return isinstance(value, str) and value.startswith(("http://", "https://"))


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _shift(entities: list[dict[str, Any]], cut: int, end: int) -> list[dict[str, Any]]:
    """The entities of the trimmed text: ``cut`` units less in front, none beyond ``end``."""
    if not cut and all(_stretch(entity)[1] <= end for entity in entities):
        return entities
    moved = []
    for entity in entities:
        start = max(0, entity["offset"] - cut)
        stop = min(end, entity["offset"] + entity["length"] - cut)
        if start < stop:
            moved.append(entity | {"offset": start, "length": stop - start})
    return moved
