"""Telegram, through python-telegram-bot over our own transport.

    Story ─render▶ text + entities (never a parse mode: no text can break a message)
    Delivery ─send▶ sendPhoto with a caption, or sendMessage with a link preview ─▶ Receipt

Lengths are code points (TDLib counts them), entity offsets UTF-16 units (Bot API). The headline is bold; the address
stands in plain sight, because readers copy alerts into other chats; ``@names`` and ``/commands`` that nobody meant get
a word joiner after the sigil, so that Telegram leaves them alone.

python-telegram-bot builds the requests and reads the answers. The wire under it is ours, and decides there and then
what a refusal means: the library lower-cases descriptions and calls a 413 a network error.
"""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

from telegram import Bot, ChatMember, InputFile, LinkPreviewOptions, MessageEntity
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.request import BaseRequest, RequestData

from bot.document import Picture
from bot.errors import (
    DeliveryError,
    Rejected,
    TargetGone,
    TargetMoved,
    Throttled,
    Unauthorized,
    Unconfirmed,
    Unreachable,
)
from bot.model import Delivery, Entity, Limits, Message, Receipt, Secret, Story, Style, Target
from bot.ports import Part, Place, Reply, Request, Transport
from bot.text.fit import fit
from bot.text.links import encoded, readable
from bot.text.measure import code_points, utf16

CAPTION = 1024  #: code points under a photo (Bot API, sendPhoto)
TEXT = 4096  #: code points of a message (Bot API, sendMessage)
LONGEST_LINK = 512  #: code points; a longer address would leave a caption no room for news
SHORTEST_EXCERPT = 20  #: code points; less than this says nothing
PATIENCE = 60.0  #: seconds to wait after a 429 that names no time

_SIGIL = re.compile(r"(https?://\S+)|(?<![A-Za-z0-9_])@(?=\w)|(?<![\w/<>])/(?=[A-Za-z0-9_])")
_CHAT = re.compile(r"@[a-z][a-z0-9_]{3,31}|-?[1-9]\d{0,18}")

#: What Telegram says when a place is gone or closed to the bot, lower-cased (telegram-bot-api's Client.cpp).
_GONE = (
    "chat not found",
    "blocked by the user",
    "user is deactivated",
    "was kicked from",
    "is not a member of",
    "was deleted",
    "can't initiate conversation",
    "have no write access",
    "need administrator rights",
    "chat_write_forbidden",
    "not enough rights",
)
_TOPIC_GONE = ("message thread not found", "topic_closed", "topic_deleted")
_PICTURE = ("photo", "image", "wrong file", "http url", "media")
_WORD_JOINER = "\u2060"


class _TopicGone(TargetGone):
    """The topic is closed or deleted, its group is there."""


class Adapter:
    """One bot: about 30 messages a second, and one a second in a chat (core.telegram.org/bots/faq)."""

    platform = "telegram"
    limits = Limits(rate=30.0, interval=1.0, timeout=20.0)

    def __init__(self, transport: Transport, /, *, token: Secret, base_url: str = "https://api.telegram.org") -> None:
        if not token.reveal():
            raise ValueError("a Telegram account needs the token that @BotFather gave for its bot")
        self.credential = hashlib.sha256(f"telegram:{token.reveal()}".encode()).hexdigest()[:16]
        wire = _Wire(transport, self.limits.timeout)
        root, key = f"{base_url.rstrip('/')}/bot", quote(token.reveal(), safe=":")
        self._bot = Bot(key, base_url=root, request=wire, get_updates_request=wire)

    @staticmethod
    def target(raw: Mapping[str, Any]) -> Target:
        """Read ``{"id": "@name" | number, "thread": number}`` into "@name", "-100123" or "-100123:5"."""
        chat, thread = str(raw.get("id", "")).strip().lower(), raw.get("thread")
        if not _CHAT.fullmatch(chat):
            mend = 'name a public channel like "@newsdao", or give the numeric id, -100… for channels and groups'
            raise ValueError(f'"{chat}" is no Telegram chat: {mend}')
        if thread is None:
            return Target(chat)
        if not re.fullmatch(r"[1-9]\d{0,18}", str(thread)):
            raise ValueError(f'"{thread}" is no topic: a topic\'s number is the last one in a link to it')
        return Target(f"{chat}:{thread}")

    # ── Rendering ────────────────────────────────────────────────────────────────────────────────────────────────

    def render(self, story: Story, style: Style) -> Message:
        """Bold headline, excerpt and link, under the photo or above the link's preview."""
        notes: list[str] = []
        picture = story.picture if style.picture == "photo" else None
        if picture and not picture.sha256:
            picture = None
            notes.append("without its picture, which could not be had")
        link = encoded(story.link) if story.link.startswith(("http://", "https://")) else ""
        if code_points(readable(link)) > LONGEST_LINK:
            link = ""
            notes.append(f"without its link, which is longer than {LONGEST_LINK} characters")
        text, entities = _compose(story, link, CAPTION if picture else TEXT)
        return _message(text, entities, style, (picture,) if picture else (), tuple(notes))

    def plain(self, message: Message) -> Message:
        """Give the same message as a text with its link's preview, for when the photo is refused."""
        note = "Telegram refused the photo; sent with the link's preview"
        return _message(message.text, message.entities, message.style, (), (*message.notes, note))

    # ── Sending ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def send(self, delivery: Delivery) -> Receipt:
        """Post once; into the group's General if the topic is closed or deleted, and the receipt says so."""
        chat, thread = _address(delivery.target)
        try:
            return await self._post(delivery, chat, thread)
        except _TopicGone:
            receipt = await self._post(delivery, chat, None)
            return replace(receipt, note="the topic is closed or deleted; posted to the group's General")

    async def _post(self, delivery: Delivery, chat: str, thread: int | None) -> Receipt:
        body = delivery.message.body
        where: dict[str, Any] = {"chat_id": chat, "message_thread_id": thread, "disable_notification": delivery.silent}
        if pictures := delivery.message.pictures:
            name = "picture.png" if pictures[0].mime == "image/png" else "picture.jpg"  # TDLib goes by the extension
            photo = InputFile(delivery.files[pictures[0].sha256], name)
            marks = [MessageEntity(**mark) for mark in body["caption_entities"]]
            posting = self._bot.send_photo(photo=photo, caption=body["caption"], caption_entities=marks, **where)
        else:
            marks = [MessageEntity(**mark) for mark in body["entities"]]
            preview = LinkPreviewOptions(**body["link_preview_options"])
            posting = self._bot.send_message(text=body["text"], entities=marks, link_preview_options=preview, **where)
        with _decided():
            posted = await posting
            return Receipt(ids=(str(posted.message_id),), link=posted.link or "")

    def safe_again(self, target: Target) -> dt.timedelta:  # noqa: ARG002 - the port's signature
        """Never: the Bot API knows no key (its random_id stays inside the server)."""
        return dt.timedelta(0)

    # ── Checking and rehearsing ──────────────────────────────────────────────────────────────────────────────────

    async def whoami(self) -> str:
        """Ask for the bot's @name."""
        with _decided():
            return f"@{(await self._bot.get_me()).username}"

    async def place(self, target: Target) -> Place:
        """Ask whether the chat exists and the bot may post there: administrator in a channel, else member."""
        named, thread = _address(target)
        with _decided():
            chat = await self._bot.get_chat(named)
            place = Place(f"{chat.id}:{thread}" if thread else str(chat.id), chat.effective_name or named)
            if chat.type == ChatType.PRIVATE:
                return place
            member = await self._bot.get_chat_member(named, (await self._bot.get_me()).id)
        return replace(place, problem=_obstacle(chat.type, member))

    def rehearse(self, request: Request, number: int) -> Reply:  # noqa: ARG002 - every request here is a post
        """Answer as a Telegram that takes everything."""
        posted = {"message_id": f"${number}.id", "date": 0, "chat": {"id": 1, "type": ChatType.PRIVATE}}
        return Reply(200, {}, json.dumps({"ok": True, "result": posted}).encode())


# ── Text ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _compose(story: Story, link: str, limit: int) -> tuple[str, tuple[Entity, ...]]:
    """Lay the three blocks out within ``limit`` code points: the excerpt gives way first, the link never."""
    address = readable(link)
    below = f"\n\n{address}" if address else ""
    headline = fit(_inert(" ".join(story.headline.split())), limit - code_points(below), code_points) or story.source
    room = limit - code_points(headline + below) - len("\n\n")
    excerpt = fit(_inert(story.excerpt.strip()), room, code_points) if room >= SHORTEST_EXCERPT else ""
    text = "\n\n".join(block for block in (headline, excerpt, address) if block)
    bold = Entity("bold", 0, utf16(headline))
    if not address:
        return text, (bold,)
    return text, (bold, Entity("url", utf16(text) - utf16(address), utf16(address), link))


def _inert(text: str) -> str:
    """Break what Telegram would turn into a mention or a command; addresses stay whole."""
    return _SIGIL.sub(lambda found: found[0] if found[1] else found[0] + _WORD_JOINER, text)


def _message(
    text: str, entities: tuple[Entity, ...], style: Style, pictures: tuple[Picture, ...], notes: tuple[str, ...]
) -> Message:
    """Wrap a composed text in the parameters of sendPhoto or of sendMessage."""
    marks = [{"type": one.kind, "offset": one.offset, "length": one.length} for one in entities]
    body: dict[str, Any] = {"caption": text, "caption_entities": marks}
    if not pictures:
        link = next((one.url for one in entities if one.url), "") if style.picture != "none" else ""
        # with the page named, Telegram does not preview another address that stands in the excerpt
        preview = {"url": link, "prefer_large_media": True} if link else {"is_disabled": True}
        body = {"text": text, "entities": marks, "link_preview_options": preview}
    return Message(
        platform=Adapter.platform,
        style=style,
        text=text,
        length=code_points(text),
        limit=CAPTION if pictures else TEXT,
        unit="code points",
        body=body,
        entities=entities,
        pictures=pictures,
        notes=notes,
    )


def _address(target: Target) -> tuple[str, int | None]:
    """Split chat and topic."""
    chat, _, thread = target.address.partition(":")
    return chat, int(thread) if thread else None


def _obstacle(kind: str, member: ChatMember) -> str:
    """Say what keeps the bot from posting, or nothing."""
    if kind == ChatType.CHANNEL:
        may = member.status == ChatMember.OWNER or getattr(member, "can_post_messages", False)
        return "" if may else "make the bot an administrator of the channel who may post messages"
    if member.status in (ChatMember.LEFT, ChatMember.BANNED):
        return "add the bot to the group"
    return "" if getattr(member, "can_send_messages", True) else "allow the bot to send messages in the group"


# ── The wire ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Decided(TelegramError):  # noqa: N818 - a messenger, no error of its own
    """Carries our decision through the library, which lets its own errors pass untouched."""

    def __init__(self, decision: DeliveryError) -> None:
        super().__init__(str(decision))
        self.decision = decision


@contextmanager
def _decided() -> Iterator[None]:
    """Let nothing but a ``DeliveryError`` out; what the library stumbles over comes after a 200."""
    try:
        yield
    except _Decided as refusal:
        raise refusal.decision from None
    except (TelegramError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise Unconfirmed(f"Telegram said yes in a form that cannot be read ({type(error).__name__})") from None


class _Wire(BaseRequest):
    """python-telegram-bot's way out, over the shared transport."""

    def __init__(self, transport: Transport, timeout: float) -> None:
        self._transport = transport
        self._timeout = timeout

    @property
    def read_timeout(self) -> float:
        return self._timeout

    async def initialize(self) -> None:
        """Do nothing: the transport belongs to the app."""

    shutdown = initialize

    async def do_request(  # type: ignore[override]  # its four timeouts are one here
        self, url: str, method: str, request_data: RequestData | None = None, **_: object
    ) -> tuple[int, bytes]:
        data = request_data or RequestData()
        request = Request(method, url, {"User-Agent": self.USER_AGENT}, timeout=self._timeout)
        if data.contains_files:
            files = cast("dict[str, tuple[str, bytes, str]]", data.multipart_data)  # of bytes, never a handle
            parts = [Part(name, value.encode()) for name, value in data.json_parameters.items()]
            parts += [Part(name, content, mime, file) for name, (file, content, mime) in files.items()]
            request = replace(request, parts=tuple(parts))
        else:
            request = replace(request, json=data.parameters)
        try:
            reply = await self._transport(request)
        except DeliveryError as error:
            raise _Decided(error) from None
        if refusal := _refusal(reply, pictured=data.contains_files):
            raise _Decided(refusal)
        return reply.status, reply.body


def _refusal(reply: Reply, *, pictured: bool) -> DeliveryError | None:
    """Decide what an answer means; None is a yes (PLATFORMS: section f, Telegram)."""
    answer = reply.object
    said = str(answer.get("description") or f"HTTP {reply.status}")
    more = answer.get("parameters") or {}
    match reply.status:
        case status if status < HTTPStatus.MULTIPLE_CHOICES:
            return None if answer.get("ok") and "result" in answer else Unconfirmed("Telegram's yes cannot be read")
        case status if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return Unconfirmed(f"Telegram failed: {said}")
        case HTTPStatus.TOO_MANY_REQUESTS:
            # the Bot API names the time in its JSON; a front end's 429 is a page without one
            after = more.get("retry_after") or PATIENCE
            return Throttled(f"Telegram: {said}", after=float(after), scope="target")
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.NOT_FOUND | HTTPStatus.CONFLICT:
            return Unauthorized(f"Telegram refuses the token ({said}); get it from @BotFather again")
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return Rejected("Telegram: the upload is too large", picture=pictured)
    if not answer:
        return Unreachable(f"something that is not Telegram answered {reply.status}")
    if moved := more.get("migrate_to_chat_id"):
        return TargetMoved(f"Telegram: {said}", to=str(moved))
    return _words(said, pictured=pictured)


def _words(said: str, *, pictured: bool) -> DeliveryError:
    """Decide by what Telegram says in words."""
    heard = said.lower()
    about_picture = pictured and any(words in heard for words in _PICTURE)
    if any(words in heard for words in _TOPIC_GONE):
        return _TopicGone(f"Telegram: {said}")
    if any(words in heard for words in _GONE) and not about_picture:
        return TargetGone(f"Telegram: {said}")
    return Rejected(f"Telegram: {said}", picture=about_picture)
