"""The adapter: one bot, what it may be told, and what it can do."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote

from telegram import Bot, ChatMember
from telegram.constants import ChatType

from adapters.telegram import alert, forms, post
from adapters.telegram.wire import TopicGone, Wire, decided
from bot.model import Bounds, Delivery, Limits, Message, Receipt, Secret, Story, Style, Target, Window
from bot.ports import Place, Reply, Request, Transport

_CHAT: Final = re.compile(r"@[a-z][a-z0-9_]{3,31}|-?[1-9]\d{0,18}")

FREE: Final = 30.0  #: messages a second of one bot (core.telegram.org/bots/faq)
PAID: Final = 1_000.0  #: the same with ``allow_paid_broadcast`` (Bot API, sendMessage)
CHAT: Final = Window(1, 1.0)  #: messages in one chat (the same page), less than what it lets pass in a burst
CROWD: Final = Window(20, 60.0)  #: the same in a group (the same page), or a channel (said by @BotSupport alone)


class Adapter:
    """One bot: about 30 messages a second, one a second in a chat, 20 a minute in a group or channel.

    With ``paid_broadcast`` it is 1,000 a second, and Telegram takes 0.1 Star a message from the bot's balance (Bot
    API, sendMessage); what balance it asks for first is not verified. Edits and deletions can't be paid for and have no
    published pace: one too many is a 429, and waits.
    """

    platform = forms.PLATFORM
    pictures = Bounds(size=10_000_000, side=5000, count=alert.ALBUM, reusable=True)
    styles = frozenset({"picture", "hashtags", "body", "pictures", "preview", "button", "rich", "utm"})
    template = alert.LAYOUT

    def __init__(
        self,
        transport: Transport,
        /,
        *,
        token: Secret,
        base_url: str = "https://api.telegram.org",
        paid_broadcast: bool = False,
    ) -> None:
        if not token.reveal():
            raise ValueError("a Telegram account needs the token that @BotFather gave for its bot")
        self.credential = hashlib.sha256(f"telegram:{token.reveal()}".encode()).hexdigest()[:16]
        self.limits = Limits(rate=PAID if paid_broadcast else FREE, timeout=20.0)
        self._paid = {"allow_paid_broadcast": True} if paid_broadcast else {}
        wire = Wire(transport, self.limits.timeout)
        root, key = f"{base_url.rstrip('/')}/bot", quote(token.reveal(), safe=":")
        self._bot = Bot(key, base_url=root, request=wire, get_updates_request=wire)

    @staticmethod
    def target(raw: Mapping[str, Any]) -> Target:
        """Read ``{"id": "@name" | number, "thread": number}`` into "@name", "-100123" or "-100123:5".

        A positive number is a reader's own chat.
        """
        chat, thread = str(raw.get("id", "")).strip().lower(), raw.get("thread")
        if not _CHAT.fullmatch(chat):
            mend = 'name a public channel like "@newsdao", or give the numeric id, -100… for channels and groups'
            raise ValueError(f'"{chat}" is no Telegram chat: {mend}')
        if thread is None:
            return Target(chat, personal=_private(chat))
        if not re.fullmatch(r"[1-9]\d{0,18}", str(thread)):
            raise ValueError(f'"{thread}" is no topic: a topic\'s number is the last one in a link to it')
        return Target(f"{chat}:{thread}", personal=_private(chat))

    def render(self, story: Story, style: Style) -> tuple[Message, ...]:
        """Bold headline, excerpt, body, tags and link, under the photo or beside the link's preview."""
        return alert.render(story, style)

    def plain(self, message: Message) -> Message | None:
        """Give the same message as a text with its link's preview, for when the photo is refused; then without it."""
        return forms.plainer(message)

    async def send(self, delivery: Delivery) -> Receipt:
        """Post once; into the group's General if the topic is closed or deleted, and the receipt says so."""
        chat, thread = _address(delivery.target)
        where = {"chat_id": chat, "disable_notification": delivery.silent, **self._paid}
        if thread is None:
            return await post.post(self._bot, delivery, where)
        try:
            return await post.post(self._bot, delivery, {**where, "message_thread_id": thread})
        except TopicGone:
            receipt = await post.post(self._bot, delivery, where)
            note = "the topic is closed or deleted; posted to the group's General"
            return replace(receipt, note="; ".join(filter(None, (note, receipt.note))))

    async def edit(self, delivery: Delivery) -> Receipt:
        """Change what was posted, in its place; its ids stay."""
        return await post.edit(self._bot, delivery, _address(delivery.target)[0])

    async def delete(self, delivery: Delivery) -> Receipt:
        """Remove what was posted, an album whole; ``Rejected`` where Telegram lets it stand."""
        return await post.delete(self._bot, delivery, _address(delivery.target)[0])

    def per_target(self, target: Target) -> tuple[Window, ...]:
        """One message a second in a chat; where many read, 20 a minute too."""
        return (CHAT,) if _private(_address(target)[0]) else (CHAT, CROWD)

    def counted_as(self, target: Target) -> str:
        """The chat: a group's topics share what it takes."""
        return str(_address(target)[0])

    def safe_again(self, target: Target) -> dt.timedelta:  # noqa: ARG002 - the port's signature
        """Never: the Bot API knows no key (its random_id stays inside the server)."""
        return dt.timedelta(0)

    async def whoami(self) -> str:
        """Ask for the bot's @name."""
        with decided():
            return f"@{(await self._bot.get_me()).username}"

    async def place(self, target: Target) -> Place:
        """Ask whether the chat exists and the bot may post there: administrator in a channel, else member."""
        named, thread = _address(target)
        with decided():
            chat = await self._bot.get_chat(named)
            place = Place(f"{chat.id}:{thread}" if thread else str(chat.id), chat.effective_name or named)
            if chat.type == ChatType.PRIVATE:
                return place
            member = await self._bot.get_chat_member(named, (await self._bot.get_me()).id)
        return replace(place, problem=_obstacle(chat.type, member))

    def rehearse(self, request: Request, number: int) -> Reply:
        """Answer as a Telegram that takes everything."""
        if request.url.endswith(("/deleteMessage", "/deleteMessages")):
            return Reply(200, {}, json.dumps({"ok": True, "result": True}).encode())
        ids = [f"${number}.id", *(f"${number}.id+{more}" for more in range(1, _album(request)))]
        posted = [{"message_id": each, "date": 0, "chat": {"id": 1, "type": ChatType.PRIVATE}} for each in ids]
        result = posted if request.url.endswith("/sendMediaGroup") else posted[0]
        return Reply(200, {}, json.dumps({"ok": True, "result": result}).encode())


def _album(request: Request) -> int:
    """How many messages a request posts."""
    if request.json is not None:
        media = request.json.get("media")
    else:
        media = next((json.loads(part.data) for part in request.parts if part.name == "media"), None)
    return len(media) if isinstance(media, list) else 1


def _address(target: Target) -> tuple[str, int | None]:
    """Split chat and topic."""
    chat, _, thread = target.address.partition(":")
    return chat, int(thread) if thread else None


def _private(chat: str) -> bool:
    """Tell a reader's own chat: users have positive ids, groups and channels have names or negative ones."""
    return chat.isdecimal()


def _obstacle(kind: str, member: ChatMember) -> str:
    """Say what keeps the bot from posting, or nothing."""
    if kind == ChatType.CHANNEL:
        may = member.status == ChatMember.OWNER or getattr(member, "can_post_messages", False)
        return "" if may else "make the bot an administrator of the channel who may post messages"
    if member.status in (ChatMember.LEFT, ChatMember.BANNED):
        return "add the bot to the group"
    return "" if getattr(member, "can_send_messages", True) else "allow the bot to send messages in the group"
