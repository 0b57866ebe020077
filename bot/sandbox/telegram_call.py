"""One request to the Bot API: whose it is, which chat it means, what its fields are."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.intake import Intake, Upload
from bot.sandbox.telegram_text import refuse

CHANNEL = -1_000_000_000_000  #: ids of channels and supergroups lie below this
TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{2,}")
NAME = re.compile(r"@[A-Za-z][A-Za-z0-9_]{3,31}")

WHOLE = frozenset({"message_id", "message_thread_id", "user_id"})
FLAGS = frozenset(
    {"allow_paid_broadcast", "disable_notification", "protect_content", "has_spoiler", "show_caption_above_media"}
)
MOST_DELETED = 100  #: messages that one request deletes; TGS deleteMessages
SHAPES: Mapping[str, type | tuple[type, ...]] = {
    "entities": list,
    "caption_entities": list,
    "link_preview_options": dict,
    "reply_parameters": dict,
    "reply_markup": dict,
    "rich_message": dict,
    "media": (list, dict),
    "message_ids": list,
}


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat by its numeric id and, if the request gave it, its public name."""

    id: int
    name: str = ""

    @classmethod
    def read(cls, raw: object) -> "Chat":
        """The chat that ``chat_id`` names, or the refusal that there is none."""
        if raw in (None, ""):
            raise refuse(400, "Bad Request: chat_id is empty")
        named = str(raw)
        if re.fullmatch(r"-?\d{1,15}", named) and not named.endswith("404404") and int(named):
            return cls(int(named))
        if NAME.fullmatch(named) and "missing" not in named.lower():
            number = int(hashlib.sha256(named.lower().encode()).hexdigest()[:12], 16) % 10**10
            return cls(CHANNEL - number, named[1:])
        raise refuse(400, "Bad Request: chat not found")

    @property
    def private(self) -> bool:
        """Whether it is one reader's own."""
        return self.id > 0

    def card(self) -> dict[str, Any]:
        """A Chat object."""
        if self.private:
            return {"id": self.id, "type": "private", "first_name": f"Reader {self.id}"}
        kind = "channel" if self.id <= CHANNEL else "group"
        name = {"username": self.name} if self.name else {}
        return {"id": self.id, "type": kind, "title": self.name or f"Chat {self.id}", **name}


@dataclass(frozen=True, slots=True)
class Call:
    """One request, its fields decoded."""

    bot: str
    fields: Mapping[str, Any]
    uploads: Mapping[str, Upload]

    def chat(self) -> Chat:
        """The chat that it names."""
        return Chat.read(self.fields.get("chat_id"))

    def target(self) -> str:
        """The chat as it was named, with its topic."""
        thread = self.fields.get("message_thread_id")
        return f"{self.fields.get('chat_id')}:{thread}" if thread else str(self.fields.get("chat_id"))

    def message_ids(self) -> list[int]:
        """The messages that it names, each once."""
        numbers = self.fields.get("message_ids", [])
        if not numbers:
            raise refuse(400, "Bad Request: message identifiers are not specified")
        if len(numbers) > MOST_DELETED:
            raise refuse(400, "Bad Request: too many message identifiers specified")
        if not all(map(_is_whole, numbers)):
            raise refuse(400, "Bad Request: invalid message identifier specified")
        return list(dict.fromkeys(numbers))

    def body(self) -> dict[str, Any]:
        """What the log keeps of it."""
        files = [upload.card() for upload in self.uploads.values()]
        return dict(self.fields) | ({"files": files} if files else {})


def authenticate(token: str) -> str:
    """The bot's id, the public part of its token, or the refusal of the token."""
    if not TOKEN.fullmatch(token):
        raise refuse(404, "Not Found")
    if "wrong" in token.lower():
        raise refuse(401, "Unauthorized")
    return token.partition(":")[0]


def read_call(bot: str, query: Mapping[str, str], intake: Intake) -> Call:
    """The request with its fields decoded: a form sends numbers, flags and objects as text."""
    fields = {name: _decode(name, value) for name, value in {**query, **intake.fields}.items()}
    return Call(bot, fields, intake.uploads)


def _decode(name: str, value: object) -> object:
    if name == "chat_id":
        return int(value) if isinstance(value, str) and re.fullmatch(r"-?\d{1,15}", value) else value
    if name in WHOLE and not _is_whole(value := _loads(value)):
        raise refuse(400, f"Bad Request: invalid {name} specified")
    if name in FLAGS and not isinstance(value := _loads(value), bool):
        raise refuse(400, f"Bad Request: {name} must be a Boolean")
    if name in SHAPES and not isinstance(value := _loads(value), SHAPES[name]):
        raise refuse(400, f"Bad Request: can't parse {name} JSON object")
    return value


def _loads(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value.lower() if value in ("True", "False") else value)
    except ValueError:
        return value


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0
