"""Telegram's Bot API: /telegram/bot<token>/<method> (PLATFORMS.md a to f, 0.1, 0.8).

A chat named ``@newsdao`` has a numeric id derived from its name; named either way it is one chat.
"""

import asyncio
import datetime as dt
import hashlib
import math
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, assert_never

from aiohttp import web

from bot.sandbox.backstage import Backstage
from bot.sandbox.faults import Kind, Refused
from bot.sandbox.intake import Dimensions, TooLarge, Unreadable, Upload, picture, read
from bot.sandbox.ledger import Accepted, Operation
from bot.sandbox.reply import Refusal, answer
from bot.sandbox.telegram_call import CHANNEL, Call, Chat, authenticate, read_call
from bot.sandbox.telegram_text import Field, check_text, is_address, refuse
from bot.sandbox.window import Rate

PACE = Rate(30, 1.0)  #: messages of one bot; PLATFORMS.md c
MOST_BODY = 50 << 20  #: bytes of a request; PLATFORMS.md b
MOST_PHOTO = 10 << 20  #: bytes of an uploaded photo; PLATFORMS.md b
MOST_SIDES = 10_000  #: pixels, width and height together; PLATFORMS.md b
MOST_RATIO = 20  #: of the longer side to the shorter; PLATFORMS.md b
SIDES = (90, 320, 800, 1280)  #: pixels of the longer side of each scaled copy, Telegram's s, m, x and y
DELETABLE = dt.timedelta(hours=48)  #: how long a bot may delete what it sent; PLATFORMS.md e

RIGHTS = ("can_manage_chat", "can_post_messages", "can_edit_messages", "can_delete_messages")
NO_RIGHTS = (
    *("is_anonymous", "can_manage_video_chats", "can_restrict_members", "can_promote_members", "can_change_info"),
    *("can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories"),
)

FILE_ID = re.compile(r"sandbox-([0-9a-f]{64})-(\d+)x(\d+)")


@dataclass(slots=True)
class Posted:
    """A message as it stands: when it was sent, what it says now, and the sizes of its photo."""

    sent: dt.datetime
    says: Mapping[str, Any]
    photo: list[dict[str, Any]] | None  #: None: a text; empty: a photo of an earlier start, its size forgotten


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
            "editmessagetext": self._edit_text,
            "editmessagecaption": self._edit_caption,
            "deletemessage": self._delete,
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
        if name.startswith("send"):
            self._keep_pace(bot)
        try:
            intake = await read(request, MOST_BODY)
        except TooLarge as error:
            raise refuse(413, "Request Entity Too Large") from error
        except Unreadable as error:
            raise refuse(400, "Bad Request: can't parse the request: it must be JSON or a form, in UTF-8") from error
        result = await method(read_call(bot, request.query, intake))
        return answer({"ok": True, "result": result})

    def _keep_pace(self, bot: str) -> None:
        window = self._backstage.pace.window(PACE, "telegram", bot)
        if wait := self._backstage.pace.admit(window, asyncio.get_running_loop().time()):
            raise _refuse_hurry(wait)

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
        if chat.id > 0:
            return {"status": "member", "user": _bot_card(call.bot)}
        rights = dict.fromkeys(RIGHTS, True) | dict.fromkeys(NO_RIGHTS, False)
        return {"status": "administrator", "user": _bot_card(call.bot), "can_be_edited": False, **rights}

    # ── Posting ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def _send_message(self, call: Call) -> dict[str, Any]:
        return await self._send(call, "text")

    async def _send_photo(self, call: Call) -> dict[str, Any]:
        return await self._send(call, "caption")

    async def _send(self, call: Call, field: Field) -> dict[str, Any]:
        chat = call.chat()

        def refuse_fault(kind: Refused, after: float) -> Refusal:
            return _refuse_fault(kind, after, chat)

        async with self._backstage.faults.around("telegram", call.bot, call.target(), refuse_fault):
            shown = check_text(call.fields, field)
            photo = self._check_photo(call) if field == "caption" else None
            message_id = self._last.get(chat.id, 0) + 1
            self._record(call, "send", message_id, photo)
            return self._message(call, message_id, shown)

    def _check_photo(self, call: Call) -> list[dict[str, Any]]:
        named = call.fields.get("photo", "")
        upload = call.uploads.get(str(named).removeprefix("attach://") if named else "photo")
        if upload is not None:
            return _sizes(upload.sha256(), _check_upload(upload))
        if not named:
            raise refuse(400, "Bad Request: there is no photo in the request")
        if known := FILE_ID.fullmatch(str(named)):
            if known[1] in self._files:
                return _sizes(known[1], Dimensions(int(known[2]), int(known[3])))
        elif is_address(named):
            # nothing is fetched from here: any address is taken for a picture of the common size
            return _sizes(hashlib.sha256(str(named).encode()).hexdigest(), Dimensions(1200, 630))
        raise refuse(400, "Bad Request: wrong remote file identifier specified: Wrong string length")

    def _message(self, call: Call, message_id: int, shown: Mapping[str, Any]) -> dict[str, Any]:
        chat = call.chat()
        posted = self._posted[call.bot, chat.id, message_id]
        sender = {"from": _bot_card(call.bot)} if chat.id > CHANNEL else {"sender_chat": chat.card()}
        message = {
            "message_id": message_id,
            **sender,
            "chat": chat.card(),
            "date": int(posted.sent.timestamp()),
            **shown,
        }
        for extra in ("message_thread_id", "link_preview_options"):
            if extra in call.fields:
                message[extra] = call.fields[extra]
        return message if posted.photo is None else message | {"photo": posted.photo}

    # ── Keeping it true ──────────────────────────────────────────────────────────────────────────────────────────

    async def _edit_text(self, call: Call) -> dict[str, Any]:
        return self._edit(call, "text")

    async def _edit_caption(self, call: Call) -> dict[str, Any]:
        return self._edit(call, "caption")

    def _edit(self, call: Call, field: Field) -> dict[str, Any]:
        posted = self._find(call, "edit")
        if (field == "caption") != (posted.photo is not None):
            raise refuse(400, f"Bad Request: there is no {field} in the message to edit")
        shown = check_text(call.fields, field)
        if shown == check_text(posted.says, field):
            content = (
                "specified new message content and reply markup are exactly the same as a current content and reply"
            )
            raise refuse(400, f"Bad Request: message is not modified: {content} markup of the message")
        message_id = call.fields["message_id"]
        edited = self._record(call, "edit", message_id).when()
        return self._message(call, message_id, shown) | {"edit_date": int(edited.timestamp())}

    async def _delete(self, call: Call) -> bool:
        posted = self._find(call, "delete")
        if self._backstage.ledger.now() - posted.sent > DELETABLE:
            raise refuse(400, "Bad Request: message can't be deleted for everyone")
        self._record(call, "delete", call.fields["message_id"])
        return True

    def _find(self, call: Call, purpose: str) -> Posted:
        posted = self._posted.get((call.bot, call.chat().id, call.fields.get("message_id", 0)))
        if posted is None:
            raise refuse(400, f"Bad Request: message to {purpose} not found")
        return posted

    # ── Remembering ──────────────────────────────────────────────────────────────────────────────────────────────

    def _record(
        self, call: Call, operation: Operation, message_id: int, photo: list[dict[str, Any]] | None = None
    ) -> Accepted:
        record = self._backstage.ledger.accept(
            "telegram",
            operation,
            account=call.bot,
            target=call.target(),
            id=str(message_id),
            body=call.body(),
        )
        self._remember(record, photo)
        return record

    def _remember(self, record: Accepted, photo: list[dict[str, Any]] | None = None) -> None:
        chat, message_id = Chat.read(record.target.partition(":")[0]).id, int(record.id)
        key = record.account, chat, message_id
        match record.operation:
            case "send":
                files = record.body.get("files", [])
                has_photo = bool(files) or "photo" in record.body
                self._posted[key] = Posted(record.when(), record.body, photo or [] if has_photo else None)
                self._last[chat] = max(self._last.get(chat, 0), message_id)
                self._files.update(file["sha256"] for file in files)
            case "edit":
                self._posted[key].says = record.body
            case "delete":
                del self._posted[key]


def _bot_card(bot: str) -> dict[str, Any]:
    return {"id": int(bot), "is_bot": True, "first_name": "Sandbox", "username": f"sandbox_{bot}_bot"}


def _check_upload(upload: Upload) -> Dimensions:
    if len(upload.data) > MOST_PHOTO:
        raise refuse(413, "Request Entity Too Large")
    size = picture(upload.data, ("JPEG", "PNG", "GIF"))
    if size is None:
        raise refuse(400, "Bad Request: IMAGE_PROCESS_FAILED")
    short, long = sorted((size.width, size.height))
    if short + long > MOST_SIDES or long > MOST_RATIO * short:
        raise refuse(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
    return size


def _sizes(sha256: str, size: Dimensions) -> list[dict[str, Any]]:
    """The photo as Telegram keeps it: scaled copies, smallest first; each one's file_id names the whole."""
    longest = max(size.width, size.height)
    scales = [side / longest for side in SIDES[:-1] if side < longest]
    return [
        {
            "file_id": f"sandbox-{sha256}-{size.width}x{size.height}",
            "file_unique_id": f"{sha256[:16]}-{number}",
            "width": max(1, round(size.width * scale)),
            "height": max(1, round(size.height * scale)),
        }
        for number, scale in enumerate([*scales, min(1.0, SIDES[-1] / longest)])
    ]


def _refuse_fault(kind: Refused, after: float, chat: Chat) -> Refusal:
    match kind:
        case Kind.TOO_MANY:
            return _refuse_hurry(after)
        case Kind.UNAUTHORIZED:
            return refuse(401, "Unauthorized")
        case Kind.BROKEN:
            return refuse(500, "Internal Server Error")
        case Kind.GONE if chat.id > 0:
            return refuse(403, "Forbidden: bot was blocked by the user")
        case Kind.GONE:
            return refuse(403, f"Forbidden: bot was kicked from the {chat.card()['type']} chat")
        case _:
            assert_never(kind)


def _refuse_hurry(wait: float) -> Refusal:
    seconds = max(1, math.ceil(wait))
    return refuse(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
