"""Posting, editing, deleting: a message's form becomes calls of python-telegram-bot, and their answers a receipt.

A picture goes by Telegram's own reference where the account has uploaded it before. What is refused outright was not
posted, so the next best form may follow within the same send: the bytes, for a reference that Telegram no longer knows;
the ordinary message, for an article.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from telegram import (
    Bot,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaPhoto,
    LinkPreviewOptions,
    MessageEntity,
    PhotoSize,
)
from telegram import Message as Posted
from telegram.constants import ChatType

from adapters.telegram.forms import attached
from adapters.telegram.wire import RICH, Wire, decided
from bot.document import Picture
from bot.errors import Rejected
from bot.model import Delivery, Receipt

_UNCHANGED: Final = "message is not modified"
_NO_TEXT: Final = "there is no text in the message"
_GONE: Final = "message to delete not found"
_KEPT: Final = "message can't be deleted"
_TEXT: Final = ("text", "entities", "link_preview_options", "reply_markup")
_CAPTION: Final = ("caption", "caption_entities", "reply_markup")

Where = Mapping[str, Any]
"""The chat and what else a call says of its place, in the API's words."""


@dataclass(frozen=True, slots=True)
class _Photo:
    """A picture to post: Telegram's reference to it, or its bytes."""

    picture: Picture
    content: str | bytes

    @property
    def filename(self) -> str:
        """TDLib goes by the extension."""
        return "picture.png" if self.picture.mime == "image/png" else "picture.jpg"

    @property
    def file(self) -> str | InputFile:
        return self.content if isinstance(self.content, str) else InputFile(self.content, self.filename)

    def media(self, **says: Any) -> InputMediaPhoto:
        return InputMediaPhoto(self.content, filename=self.filename, **says)


Photos = Sequence[_Photo]


async def post(bot: Bot, delivery: Delivery, where: Where) -> Receipt:
    """Post once; an article that is refused becomes the ordinary message."""
    if delivery.after and delivery.after.ids:
        reply = {"message_id": _number(delivery.after.ids[0]), "allow_sending_without_reply": True}
        where = {**where, "reply_parameters": reply}

    async def ordinary(photos: Photos) -> Receipt:
        return await _post(bot, delivery.message.body, _ordinary(delivery, photos), where)

    async def article(photos: Photos) -> Receipt:
        rich = _rich(delivery.message.body, photos)
        with decided():
            posted = await bot.do_api_request(RICH, {**where, **rich}, Posted)
            return _receipt([posted], photos)

    if "rich_message" not in delivery.message.body:
        return await _known_first(ordinary, delivery)
    try:
        return await _known_first(article, delivery)
    except Rejected as refusal:
        receipt = await _known_first(ordinary, delivery)
        return replace(receipt, note=f"an ordinary message instead of an article: {refusal}")


async def edit(bot: Bot, delivery: Delivery, chat: str) -> Receipt:
    """Make what stands there say what the message says; that it says so already is as good.

    An album's words are its first picture's caption, so that is what changes; its pictures stay.
    """
    before = _standing(delivery, "change")
    where = {"chat_id": chat, "message_id": _number(before.ids[0])}
    album = len(before.ids) > 1
    note = "only the album's caption was changed; its pictures stand as they were" if album else ""

    async def ordinary(photos: Photos) -> Receipt:
        return await _edit(bot, delivery.message.body, () if album else _ordinary(delivery, photos)[:1], where)

    async def article(photos: Photos) -> Receipt:
        rich = _rich(delivery.message.body, photos)
        with decided():
            # the library's newest API had no articles yet: an edit had a text then
            edited = await bot.edit_message_text(cast("str", None), **where, api_kwargs=rich)
            return _receipt([edited], photos)

    refused: Rejected | None = None
    for way in (article, ordinary) if "rich_message" in delivery.message.body else (ordinary,):
        try:
            return replace(await _known_first(way, delivery), ids=before.ids, link=before.link, note=note)
        except Rejected as refusal:
            if _UNCHANGED in str(refusal).lower():
                return replace(before, note=note)
            refused = refusal
    raise refused or Rejected("nothing to edit")


async def delete(bot: Bot, delivery: Delivery, chat: str) -> Receipt:
    """Remove all that stands there; that it is gone already is as good.

    One call takes a hundred ids, and an album, the longest receipt, has ten.
    """
    ids = [_number(id_) for id_ in _standing(delivery, "remove").ids]
    try:
        with decided():
            if len(ids) == 1:
                await bot.delete_message(chat, ids[0])
            else:
                await bot.delete_messages(chat, ids)
    except Rejected as refusal:
        said = str(refusal).lower()
        if _GONE in said:
            return Receipt((), note="it was gone already")
        if _KEPT in said:
            why = "a bot may delete for 48 hours only, and only with the right to"
            raise Rejected(f"{refusal}: {why}") from None
        raise
    return Receipt(())


def _standing(delivery: Delivery, purpose: str) -> Receipt:
    """What the delivery is about, as far as it is known."""
    if delivery.posted is None or not delivery.posted.ids:
        raise Rejected(f"it is not known which message this would {purpose}")
    return delivery.posted


async def _known_first(call: Callable[[Photos], Awaitable[Receipt]], delivery: Delivery) -> Receipt:
    """The call with what Telegram has already; with the bytes where it has nothing, or no longer knows of it."""
    pictures = delivery.message.pictures
    if any(picture.sha256 in delivery.uploads for picture in pictures):
        try:
            return await call(list(_photos(delivery, delivery.uploads)))
        except Rejected as refusal:
            if not refusal.picture:
                raise
    return await call(list(_photos(delivery, {})))


def _photos(delivery: Delivery, known: Mapping[str, str]) -> Iterator[_Photo]:
    for picture in delivery.message.pictures:
        yield _Photo(picture, known.get(picture.sha256) or delivery.files[picture.sha256])


def _ordinary(delivery: Delivery, photos: Photos) -> Photos:
    """The pictures of the ordinary message; an article may have more."""
    body = delivery.message.body
    return photos[: len(body["media"])] if "media" in body else photos[:1] if "caption" in body else ()


# ── Calls ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def _post(bot: Bot, body: Mapping[str, Any], photos: Photos, where: Where) -> Receipt:
    with decided():
        if len(photos) > 1:
            first, *others = photos
            album = [first.media(**_caption(body)), *(photo.media() for photo in others)]
            return _receipt(await bot.send_media_group(media=album, **where), photos)
        if photos and isinstance(photos[0].content, bytes):
            photo = photos[0].file
            return _receipt([await bot.send_photo(photo=photo, **_caption(body), **_button(body), **where)], photos)
        return await _ask(bot, body, photos, where)


async def _ask(bot: Bot, body: Mapping[str, Any], photos: Photos, where: Where) -> Receipt:
    """What uploads nothing goes as the JSON that it is, and its answer is read for what a receipt says.

    The library's objects are gone around here: to build and to read them took 45 % of a delivery's processor time
    (`python -m tests.bench throughput`: 560 µs each with them, 310 µs without).
    """
    method, fields = ("sendPhoto", _CAPTION) if photos else ("sendMessage", _TEXT)
    says = {name: body[name] for name in fields if name in body}
    photo = {"photo": photos[0].content} if photos else {}
    posted = await cast("Wire", bot.request).ask(f"{bot.base_url}/{method}", {**where, **says, **photo})
    return Receipt((str(posted["message_id"]),), _link(posted))


def _link(posted: Mapping[str, Any]) -> str:
    """The address of a message, as the library computes it; private chats and plain groups have none."""
    chat = posted["chat"]
    if chat["type"] in (ChatType.PRIVATE, ChatType.GROUP):
        return ""
    place = chat.get("username") or f"c/{str(chat['id'])[4:]}"  # a channel's number begins with -100
    thread = posted.get("message_thread_id")
    threaded = (posted.get("is_topic_message") and thread) or "reply_to_message" in posted
    return f"https://t.me/{place}/{posted['message_id']}" + (f"?thread={thread}" if threaded else "")


async def _edit(bot: Bot, body: Mapping[str, Any], photos: Photos, where: Where) -> Receipt:
    """A picture is put in even where there was none; a text becomes the caption where there is a picture."""
    with decided():
        if photos:
            media = photos[0].media(**_caption(body))
            return _receipt([await bot.edit_message_media(media, **_button(body), **where)], photos)
    if "text" in body:
        try:
            with decided():
                return _receipt([await bot.edit_message_text(**_text(body), **_button(body), **where)], ())
        except Rejected as refusal:
            if _NO_TEXT not in str(refusal).lower():
                raise
    with decided():
        return _receipt([await bot.edit_message_caption(**_caption(body), **_button(body), **where)], ())


def _text(body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "text": body["text"],
        "entities": [MessageEntity(**mark) for mark in body["entities"]],
        "link_preview_options": LinkPreviewOptions(**body["link_preview_options"]),
    }


def _caption(body: Mapping[str, Any]) -> dict[str, Any]:
    marks = body["caption_entities"] if "caption" in body else body["entities"]
    return {
        "caption": body["caption"] if "caption" in body else body["text"],
        "caption_entities": [MessageEntity(**mark) for mark in marks],
    }


def _button(body: Mapping[str, Any]) -> dict[str, Any]:
    keyboard = InlineKeyboardMarkup.de_json(body["reply_markup"]) if "reply_markup" in body else None
    return {"reply_markup": keyboard}


def _rich(body: Mapping[str, Any], photos: Photos) -> dict[str, Any]:
    """An article's parameters; the library attaches a file under the name of its parameter."""
    named = {attached(number): photo for number, photo in enumerate(photos)}
    shown = {each["id"]: named[each["id"]] for each in body["rich_message"].get("media", ())}
    media = [
        {
            "id": name,
            "media": {
                "type": "photo",
                "media": photo.content if isinstance(photo.content, str) else f"attach://{name}",
            },
        }
        for name, photo in shown.items()
    ]
    files = {name: photo.file for name, photo in shown.items() if isinstance(photo.content, bytes)}
    article = {**body["rich_message"], **({"media": media} if media else {})}
    markup = {"reply_markup": body["reply_markup"]} if "reply_markup" in body else {}
    return {"rich_message": article, **markup, **files}


# ── Answers ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _receipt(posted: Sequence[Posted | bool], photos: Photos) -> Receipt:
    """What was posted, in order, and how Telegram calls its pictures now."""
    messages = [message for message in posted if isinstance(message, Posted)]
    sizes = [message.photo for message in messages if message.photo]
    uploads = {photo.picture.sha256: max(each, key=_area).file_id for photo, each in zip(photos, sizes, strict=False)}
    link = messages[0].link if messages else ""
    return Receipt(tuple(str(message.message_id) for message in messages), link or "", uploads=uploads)


def _area(size: PhotoSize) -> int:
    return size.width * size.height


def _number(id_: str) -> Any:
    """A message's id as the API wants it; in a rehearsal it is the name of one."""
    return int(id_) if id_.isdecimal() else id_
