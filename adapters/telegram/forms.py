"""The forms that a message takes: a text with its link's preview, a photo or an album with a caption.

    {"text", "entities", "link_preview_options"}                        sendMessage
    {"caption", "caption_entities", "link_preview_options"}             sendPhoto; the preview stands by, should it fail
    {"caption", "caption_entities", "link_preview_options", "media"}    sendMediaGroup
    {"rich_message", … one of these}                                    sendRichMessage, or else that one

Each may have "reply_markup", but for an album, which has no buttons.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.document import Picture
from bot.model import Entity, Message, Style
from bot.text.links import encoded
from bot.text.measure import code_points

PLATFORM: Final = "telegram"
UNIT: Final = "code points"
CAPTION: Final = 1024  #: code points under a photo (Bot API, sendPhoto)
TEXT: Final = 4096  #: code points of a message (Bot API, sendMessage)
BUTTON: Final = {"ko": "기사 보기", "en": "Read the story"}
NO_PREVIEW: Final = {"is_disabled": True}


@dataclass(frozen=True, slots=True)
class Told:
    """What a message says and what stands around it; ``button`` is where one leads, "" for none."""

    text: str
    entities: tuple[Entity, ...]
    style: Style
    preview: Mapping[str, Any]
    button: str = ""
    notes: tuple[str, ...] = ()


def preview(link: str, style: Style, *, small: bool) -> Mapping[str, Any]:
    """The preview of a page: named, or Telegram would preview another address that stands in the excerpt."""
    if not link or style.picture == "none":
        return NO_PREVIEW
    size = "prefer_small_media" if small else "prefer_large_media"
    place = {"show_above_text": True} if style.preview == "above" else {}
    return {"url": link, size: True, **place}


def as_text(told: Told, part: int = 0) -> Message:
    """A text."""
    body = {"text": told.text, "entities": _marks(told.entities), "link_preview_options": dict(told.preview)}
    return _message(told, {**body, **_keyboard(told)}, TEXT, part=part)


def as_caption(told: Told, pictures: Sequence[Picture]) -> Message:
    """A photo with a caption; several are an album, whose first one has it."""
    body: dict[str, Any] = {"caption": told.text, "caption_entities": _marks(told.entities)}
    body["link_preview_options"] = dict(told.preview)
    if len(pictures) > 1:
        body["media"] = [{"type": "photo", "media": f"attach://{name}"} for name in map(attached, range(len(pictures)))]
    return _message(told, {**body, **_keyboard(told)}, CAPTION, pictures)


def attached(number: int) -> str:
    """The name of a picture's part in the form that carries it."""
    return f"picture{number + 1}"


def plainer(message: Message) -> Message | None:
    """The text of a photo, an album or an article with the link's preview, then without it; then nothing is left."""
    body = message.body
    options = body["link_preview_options"]
    if "caption" not in body and "rich_message" not in body:
        if options == NO_PREVIEW:
            return None
        options, note = NO_PREVIEW, "sent without a preview of its link"
    elif options == NO_PREVIEW:
        note = "Telegram refused the photo; sent without it"
    else:
        note = "Telegram refused the photo; sent with the link's preview"
    text = body.get("caption") or body["text"]
    marks = body.get("caption_entities") or body.get("entities", ())
    entities = tuple(_entity(mark, text) for mark in marks)
    keyboard = body.get("reply_markup", {}).get("inline_keyboard", [[{"url": ""}]])
    told = Told(text, entities, message.style, options, keyboard[0][0]["url"], (*message.notes, note))
    return as_text(told, message.part)


def _marks(entities: Sequence[Entity]) -> list[dict[str, Any]]:
    return [
        {"type": one.kind, "offset": one.offset, "length": one.length}
        | ({"url": one.url} if one.kind == "text_link" else {})
        for one in entities
    ]


def _entity(mark: Mapping[str, Any], text: str) -> Entity:
    """A mark read back; a bare address leads where it says."""
    kind, offset, length = mark["type"], mark["offset"], mark["length"]
    url = mark.get("url", "")
    if kind == "url":
        url = encoded(text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le"))
    return Entity(kind, offset, length, url)


def _keyboard(told: Told) -> dict[str, Any]:
    if not told.button:
        return {}
    return {"reply_markup": {"inline_keyboard": [[{"text": BUTTON[told.style.language], "url": told.button}]]}}


def _message(
    told: Told, body: Mapping[str, Any], limit: int, pictures: Sequence[Picture] = (), part: int = 0
) -> Message:
    return Message(
        platform=PLATFORM,
        style=told.style,
        text=told.text,
        length=code_points(told.text),
        limit=limit,
        unit=UNIT,
        body=body,
        entities=told.entities,
        pictures=tuple(pictures),
        notes=told.notes,
        part=part,
    )
