"""The wire under python-telegram-bot: our transport, and what an answer means, decided there and then.

The library lower-cases descriptions, takes an unknown method for a wrong token and a 413 for a broken network; so it
never gets to see a refusal.

A 429 says how long to wait and not for whom. What is known of its causes is a chat's (one message a second, 20 a
minute, more than 310 queued; PLATFORMS section c), and one chat must not stop the others: it is the chat's wherever
the call names one, else the account's. In a flood of the whole bot each chat that is asked waits by itself.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Final, cast

from telegram.error import TelegramError
from telegram.request import BaseRequest, RequestData

from bot.errors import (
    DeliveryError,
    Rejected,
    Scope,
    TargetGone,
    TargetMoved,
    Throttled,
    Unauthorized,
    Unconfirmed,
    Unreachable,
)
from bot.ports import Part, Reply, Request, Transport

PATIENCE: Final = 60.0  #: seconds to wait after a 429 that names no time
RICH: Final = "sendRichMessage"  #: since Bot API 10.1
_PICTURED: Final = frozenset({"sendPhoto", "sendMediaGroup", "editMessageMedia", RICH})

#: What Telegram says when a place is gone or closed to the bot, lower-cased (telegram-bot-api's Client.cpp).
_GONE: Final = (
    "chat not found",
    "blocked by the user",
    "user is deactivated",
    "was kicked from",
    "is not a member of",
    "chat was deleted",
    "can't initiate conversation",
    "have no write access",
    "need administrator rights",
    "chat_write_forbidden",
    "not enough rights to send",
)
_TOPIC_GONE: Final = ("message thread not found", "topic_closed", "topic_deleted")
_PICTURE: Final = ("photo", "image", "file", "http url", "media", "web page content", "webpage_")
_BROKE: Final = "balance_too_low"  # of Stars (MTProto, messages.sendMessage); unverified that the Bot API says it so
_IN_PART: Final = "failed to send message #"  # of an album; what came before it may stand there


class TopicGone(TargetGone):
    """The topic is closed or deleted, its group is there."""


class _Decided(TelegramError):  # noqa: N818 - a messenger, no error of its own
    """Carries our decision through the library, which lets its own errors pass untouched."""

    def __init__(self, decision: DeliveryError) -> None:
        super().__init__(str(decision))
        self.decision = decision


@contextmanager
def decided() -> Iterator[None]:
    """Let nothing but a ``DeliveryError`` out; what the library stumbles over comes after a 200."""
    try:
        yield
    except _Decided as refusal:
        raise refusal.decision from None
    except (TelegramError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise Unconfirmed(f"Telegram said yes in a form that cannot be read ({type(error).__name__})") from None


class Wire(BaseRequest):
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
            reply = (await self._yes(request, data.parameters))[0]
        except DeliveryError as error:
            raise _Decided(error) from None
        return reply.status, reply.body

    async def ask(self, url: str, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        """Call a method with plain JSON, past the library, and give its result as it stands."""
        request = Request("POST", url, {"User-Agent": self.USER_AGENT}, timeout=self._timeout, json=parameters)
        _, answer = await self._yes(request, parameters)
        return cast("Mapping[str, Any]", answer["result"])

    async def _yes(self, request: Request, parameters: Mapping[str, Any]) -> tuple[Reply, Mapping[str, Any]]:
        """The answer, and what it says, if it is a yes."""
        reply = await self._transport(request)
        answer = reply.object
        scope: Scope = "target" if "chat_id" in parameters else "account"
        if refusal := _refusal(reply, answer, request.url.rpartition("/")[2], scope):
            raise refusal
        return reply, answer


def _refusal(reply: Reply, answer: Mapping[str, Any], method: str, scope: Scope) -> DeliveryError | None:
    """Decide what an answer means; None is a yes (PLATFORMS: section f, Telegram)."""
    said = str(answer.get("description") or f"HTTP {reply.status}")
    more = answer.get("parameters") or {}
    match reply.status:
        case status if status < HTTPStatus.MULTIPLE_CHOICES:
            return None if answer.get("ok") and "result" in answer else Unconfirmed("Telegram's yes cannot be read")
        case status if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return Unconfirmed(f"Telegram failed: {said}")
        case HTTPStatus.TOO_MANY_REQUESTS:
            return Throttled(f"Telegram: {said}", after=_patience(reply, more), scope=scope)
        case HTTPStatus.NOT_FOUND if method == RICH:
            return Rejected(
                "this Telegram server knows no rich messages"
            )  # and if it is the token, the next call tells
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.NOT_FOUND | HTTPStatus.CONFLICT:
            return Unauthorized(f"Telegram refuses the token ({said}); get it from @BotFather again")
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return Rejected("Telegram: the upload is too large", picture=method in _PICTURED)
    if not answer:
        return Unreachable(f"something that is not Telegram answered {reply.status}")
    if moved := more.get("migrate_to_chat_id"):
        return TargetMoved(f"Telegram: {said}", to=str(moved))
    return _words(said, pictured=method in _PICTURED)


def _patience(reply: Reply, more: Mapping[str, Any]) -> float:
    """Seconds to wait: the Bot API names them in its JSON; a front end's 429 is a page, with a header at most."""
    header = reply.headers.get("retry-after", "")
    return float(more.get("retry_after") or (header if header.isdecimal() else 0)) or PATIENCE


def _words(said: str, *, pictured: bool) -> DeliveryError:
    """Decide by what Telegram says in words."""
    heard = said.lower()
    about_picture = pictured and any(words in heard for words in _PICTURE)
    if _IN_PART in heard:
        return Unconfirmed(f"a part of the album may stand there: {said}")
    if _BROKE in heard:
        return Unauthorized(f"the bot's Stars are used up ({said}); add some, or turn paid_broadcast off")
    if any(words in heard for words in _TOPIC_GONE):
        return TopicGone(f"Telegram: {said}")
    if any(words in heard for words in _GONE) and not about_picture:
        return TargetGone(f"Telegram: {said}")
    return Rejected(f"Telegram: {said}", picture=about_picture)
