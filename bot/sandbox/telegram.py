"""Telegram's Bot API: /telegram/bot<token>/<method> (PLATFORMS.md a to f, 0.1, 0.8).

A chat named ``@newsdao`` has a numeric id derived from its name; named either way it is one chat.
"""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, assert_never

from aiohttp import web

from bot.sandbox.backstage import Backstage
from bot.sandbox.faults import Kind, Refused
from bot.sandbox.intake import TooLarge, Unreadable, read
from bot.sandbox.ledger import Accepted, Operation
from bot.sandbox.reply import Refusal, answer
from bot.sandbox.telegram_call import CHANNEL, Call, Chat, authenticate, read_call
from bot.sandbox.telegram_extras import check_extras
from bot.sandbox.telegram_pace import keep_pace, refuse_hurry
from bot.sandbox.telegram_photo import Sizes, album, check_media, check_photo
from bot.sandbox.telegram_rich import check_rich
from bot.sandbox.telegram_text import check_text, refuse

MOST_BODY = 50 << 20  #: bytes of a request; PLATFORMS.md b
DELETABLE = dt.timedelta(hours=48)  #: how long a bot may delete what it sent; PLATFORMS.md e

UNCHANGED = (
    "specified new message content and reply markup are exactly the same as a current content and reply markup of the"
    " message"
)
RIGHTS = ("can_manage_chat", "can_post_messages", "can_edit_messages", "can_delete_messages")
NO_RIGHTS = (
    *("is_anonymous", "can_manage_video_chats", "can_restrict_members", "can_promote_members", "can_change_info"),
    *("can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories"),
)


@dataclass(slots=True)
class Posted:
    """A message as it stands: when it was sent, what it says now, and the sizes of its photo."""

    sent: dt.datetime
    says: Mapping[str, Any]
    photo: Sizes | None  #: None: a text; empty: a photo of an earlier start, its size forgotten


@dataclass(frozen=True, slots=True)
class Content:
    """What a message will say, as the answer shows it, and its photo."""

    says: Mapping[str, Any]
    photo: Sizes | None = None


class Telegram:
    """All bots and chats."""

    def __init__(self, backstage: Backstage) -> None:
        self._backstage = backstage
        self._posted: dict[tuple[str, int, int], Posted] = {}
        self._last: dict[int, int] = {}
        self._files: set[str] = set()
        self._methods: Mapping[str, Callable[[Call], Awaitable[Any]]] = {
            "getme": self._get_me,
            "getchat": self._get_chat,
            "getchatmember": self._get_chat_member,
            "sendmessage": self._send_message,
            "sendphoto": self._send_photo,
            "sendmediagroup": self._send_album,
            "sendrichmessage": self._send_rich,
            "editmessagetext": self._edit_text,
            "editmessagecaption": self._edit_caption,
            "editmessagemedia": self._edit_media,
            "deletemessage": self._delete,
            "deletemessages": self._delete_several,
        }
        for record in backstage.ledger.of("telegram"):
            self._remember(record)

    def routes(self) -> list[web.RouteDef]:
        """Where it is reached."""
        return [
            web.route("*", "/telegram/bot{token}/{method}", self._handle),
            web.route("*", "/telegram/{tail:.*}", self._nowhere),
        ]

    async def _nowhere(self, _: web.Request) -> web.Response:
        raise refuse(404, "Not Found")

    async def _handle(self, request: web.Request) -> web.Response:
        bot = authenticate(request.match_info["token"])
        name = request.match_info["method"].lower()
        method = self._methods.get(name)
        if method is None:
            raise refuse(404, "Not Found: method not found")
        try:
            intake = await read(request, MOST_BODY)
        except TooLarge as error:
            raise refuse(413, "Request Entity Too Large") from error
        except Unreadable as error:
            raise refuse(400, "Bad Request: can't parse the request: it must be JSON or a form, in UTF-8") from error
        call = read_call(bot, request.query, intake)
        if name.startswith("get"):
            return answer({"ok": True, "result": await method(call)})
        chat = call.chat()

        def refuse_fault(kind: Refused, after: float) -> Refusal:
            return _refuse_fault(kind, after, chat)

        async with self._backstage.faults.around("telegram", bot, call.target(), refuse_fault):
            return answer({"ok": True, "result": await method(call)})

    # ── Asking ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def _get_me(self, call: Call) -> dict[str, Any]:
        return _bot_card(call.bot) | {"can_join_groups": True, "can_read_all_group_messages": False}

    async def _get_chat(self, call: Call) -> dict[str, Any]:
        return call.chat().card() | {"accent_color_id": 0, "max_reaction_count": 11}

    async def _get_chat_member(self, call: Call) -> dict[str, Any]:
        chat, user = call.chat(), call.fields.get("user_id")
        if not isinstance(user, int):
            raise refuse(400, "Bad Request: invalid user_id specified")
        if str(user) != call.bot:
            return {"status": "left", "user": {"id": user, "is_bot": False, "first_name": f"Reader {user}"}}
        if chat.private:
            return {"status": "member", "user": _bot_card(call.bot)}
        rights = dict.fromkeys(RIGHTS, True) | dict.fromkeys(NO_RIGHTS, False)
        return {"status": "administrator", "user": _bot_card(call.bot), "can_be_edited": False, **rights}

    # ── Posting ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def _send_message(self, call: Call) -> dict[str, Any]:
        return (await self._send(call, lambda: [Content(check_text(call.fields, "text"))]))[0]

    async def _send_photo(self, call: Call) -> dict[str, Any]:
        def content() -> list[Content]:
            says = check_text(call.fields, "caption")
            return [Content(says, check_photo(call, call.fields.get("photo", ""), self._files))]

        return (await self._send(call, content))[0]

    async def _send_album(self, call: Call) -> list[dict[str, Any]]:
        return await self._send(call, lambda: [self._media(call, each) for each in album(call)])

    async def _send_rich(self, call: Call) -> dict[str, Any]:
        return (await self._send(call, lambda: [self._rich(call)]))[0]

    async def _send(self, call: Call, check: Callable[[], list[Content]]) -> list[dict[str, Any]]:
        chat, contents = call.chat(), check()
        extras = check_extras(call.fields, lambda number: (call.bot, chat.id, number) in self._posted)
        keep_pace(self._backstage.pace, call, chat, asyncio.get_running_loop().time())
        first = self._last.get(chat.id, 0) + 1
        self._record(call, "send", first, contents)
        return [self._message(call, first + more, content, extras) for more, content in enumerate(contents)]

    def _media(self, call: Call, media: Mapping[str, Any]) -> Content:
        photo = check_media(call, media, self._files)
        return Content(check_text(media, "caption"), photo)

    def _rich(self, call: Call) -> Content:
        return Content(check_rich(call.fields, lambda media: check_media(call, media, self._files)))

    def _message(self, call: Call, message_id: int, content: Content, extras: Mapping[str, Any]) -> dict[str, Any]:
        chat = call.chat()
        posted = self._posted[call.bot, chat.id, message_id]
        sender = {"from": _bot_card(call.bot)} if chat.id > CHANNEL else {"sender_chat": chat.card()}
        message = {
            "message_id": message_id,
            **sender,
            "chat": chat.card(),
            "date": int(posted.sent.timestamp()),
            **{name: said for name, said in content.says.items() if name != "rich_message"},
            **extras,
        }
        if "rich_message" in content.says:
            message["rich_message"] = {"blocks": []}  # what the server reads of it is nobody's business here
        if "message_thread_id" in call.fields:
            message["message_thread_id"] = call.fields["message_thread_id"]
        return message if posted.photo is None else message | {"photo": posted.photo}

    # ── Keeping it true ──────────────────────────────────────────────────────────────────────────────────────────

    async def _edit_text(self, call: Call) -> dict[str, Any]:
        if self._find(call, "edit").photo is not None:
            raise refuse(400, "Bad Request: there is no text in the message to edit")
        if "rich_message" in call.fields and "text" in call.fields:
            raise refuse(400, "Bad Request: exactly one of text and rich_message must be used")
        rich = "rich_message" in call.fields
        return self._edit(call, self._rich(call) if rich else Content(check_text(call.fields, "text")))

    async def _edit_caption(self, call: Call) -> dict[str, Any]:
        photo = self._find(call, "edit").photo
        if photo is None:
            raise refuse(400, "Bad Request: there is no caption in the message to edit")
        return self._edit(call, Content(check_text(call.fields, "caption"), photo))

    async def _edit_media(self, call: Call) -> dict[str, Any]:
        """A photo takes another's place, or is put to a text."""
        if "rich_message" in self._find(call, "edit").says:
            raise refuse(400, "Bad Request: there is no media in the message to edit")
        return self._edit(call, self._media(call, call.fields.get("media") or {}))

    def _edit(self, call: Call, content: Content) -> dict[str, Any]:
        posted, message_id = self._find(call, "edit"), call.fields["message_id"]
        extras = check_extras(call.fields, lambda _: True)
        if _says(content.says, call.fields) == _says(posted.says, posted.says) and content.photo == posted.photo:
            raise refuse(400, f"Bad Request: message is not modified: {UNCHANGED}")
        edited = self._record(call, "edit", message_id, [content]).when()
        return self._message(call, message_id, content, extras) | {"edit_date": int(edited.timestamp())}

    async def _delete(self, call: Call) -> bool:
        self._find(call, "delete")
        return self._remove(call, [call.fields["message_id"]])

    async def _delete_several(self, call: Call) -> bool:
        """All of them or none; those that stand no more are skipped."""
        chat = call.chat().id
        return self._remove(call, [one for one in call.message_ids() if (call.bot, chat, one) in self._posted])

    def _remove(self, call: Call, message_ids: Sequence[int]) -> bool:
        chat, now = call.chat().id, self._backstage.ledger.now()
        if any(now - self._posted[call.bot, chat, one].sent > DELETABLE for one in message_ids):
            raise refuse(400, "Bad Request: message can't be deleted for everyone")
        for one in message_ids:
            self._record(call, "delete", one)
        return True

    def _find(self, call: Call, purpose: str) -> Posted:
        posted = self._posted.get((call.bot, call.chat().id, call.fields.get("message_id", 0)))
        if posted is None:
            raise refuse(400, f"Bad Request: message to {purpose} not found")
        return posted

    # ── Remembering ──────────────────────────────────────────────────────────────────────────────────────────────

    def _record(self, call: Call, operation: Operation, message_id: int, contents: Sequence[Content] = ()) -> Accepted:
        record = self._backstage.ledger.accept(
            "telegram",
            operation,
            account=call.bot,
            target=call.target(),
            id=str(message_id),
            body=call.body(),
        )
        self._remember(record, contents)
        return record

    def _remember(self, record: Accepted, contents: Sequence[Content] = ()) -> None:
        chat, message_id = Chat.read(record.target.partition(":")[0]).id, int(record.id)
        if record.operation == "delete":
            del self._posted[record.account, chat, message_id]
            return
        self._files.update(file["sha256"] for file in record.body.get("files", []))
        for more, content in enumerate(contents or _read_back(record.body)):
            key = record.account, chat, message_id + more
            markup = {name: record.body[name] for name in ("reply_markup",) if name in record.body}
            before = self._posted.get(key)
            keeps = before and content.photo is None and not record.body.keys() & {"text", "rich_message"}
            photo = before.photo if before and keeps else content.photo
            sent = before.sent if before else record.when()
            self._posted[key] = Posted(sent, {**content.says, **markup}, photo)
            self._last[chat] = max(self._last.get(chat, 0), message_id + more)


def _read_back(body: Mapping[str, Any]) -> list[Content]:
    """What a request of an earlier start put there; the sizes of its photos are forgotten."""
    media = body.get("media", [])
    if media:
        return [Content(check_text(each, "caption"), []) for each in (media if isinstance(media, list) else [media])]
    if "rich_message" in body:
        return [Content({"rich_message": body["rich_message"]})]
    if "text" in body:
        return [Content(check_text(body, "text"))]
    return [Content(check_text(body, "caption"), [] if body.keys() & {"photo", "files"} else None)]


def _says(says: Mapping[str, Any], around: Mapping[str, Any]) -> tuple[dict[str, Any], object]:
    """Words with their marks, and the buttons: what an edit can change besides a photo."""
    return {name: said for name, said in says.items() if name != "reply_markup"}, around.get("reply_markup")


def _bot_card(bot: str) -> dict[str, Any]:
    return {"id": int(bot), "is_bot": True, "first_name": "Sandbox", "username": f"sandbox_{bot}_bot"}


def _refuse_fault(kind: Refused, after: float, chat: Chat) -> Refusal:
    match kind:
        case Kind.TOO_MANY:
            return refuse_hurry(after)
        case Kind.UNAUTHORIZED:
            return refuse(401, "Unauthorized")
        case Kind.BROKEN:
            return refuse(500, "Internal Server Error")
        case Kind.GONE if chat.private:
            return refuse(403, "Forbidden: bot was blocked by the user")
        case Kind.GONE:
            return refuse(403, f"Forbidden: bot was kicked from the {chat.card()['type']} chat")
        case _:
            assert_never(kind)
