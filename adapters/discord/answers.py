"""What Discord's answers mean: a receipt, how long its bucket is empty, or which error a refusal is."""

import datetime as dt
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from discord.utils import snowflake_time

from adapters.discord.payload import nonce
from adapters.discord.standing import PATIENCE, Standing
from bot.errors import DeliveryError, Rejected, TargetGone, Throttled, Unauthorized, Unconfirmed, Unreachable
from bot.model import Delivery, Receipt
from bot.ports import Reply

LONGEST = 7 * 86_400.0  #: seconds; no answer keeps us waiting for more

#: Discord's JSON error codes (docs: topics/opcodes-and-status-codes) by what follows from them.
_MISSING = 10008
_GONE = {10003, 10004, 10015, 50001, 50007, 50013, 50027, 50083, 160005}
_CREDENTIAL = {40001, 50014}
_BUSY = {20016, 20028, 20029, 30046, 40004, 40333, 160006}
#: Too large, or 50013: without "Attach Files" a picture is a missing permission; the plain message tells if it is more.
_TOO_MUCH = {40005, 50045, 50013}


class Missing(Rejected):
    """The message that was to be changed or removed is not there."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A yes: its JSON, and for how many seconds the bucket that it was taken from is empty."""

    said: Any
    wait: float

    @property
    def receipt(self) -> Receipt:
        """Of what was posted: its id; the link needs the server's id, which Discord seldom tells in an answer."""
        return receipt(self.said, self.wait)


def receipt(posted: Mapping[str, Any], wait: float = 0.0) -> Receipt:
    """A Message object's id and, where it names its server, its link."""
    guild, channel, message = posted.get("guild_id"), posted.get("channel_id"), posted["id"]
    link = f"https://discord.com/channels/{guild}/{channel}/{message}" if guild else ""
    return Receipt((str(message),), link, wait=wait)


def understood(verb: str, reply: Reply, standing: Standing, *, hook: bool, pictured: bool) -> Answer:
    """Read an answer; raises the ``DeliveryError`` that a refusal is (PLATFORMS: section f, Discord)."""
    standing.hear(reply)
    said = _parse(reply.body)
    if _is_yes(verb, reply.status, said):
        standing.pardon()
        return Answer(said, _wait(reply))
    problem: dict[str, Any] = said if isinstance(said, dict) else {}
    if _is_ban(reply, problem):
        after = standing.banned(_seconds(reply.headers.get("retry-after")))
        raise Throttled(f"{_words(reply, problem)}; Cloudflare keeps us off Discord", after=after, scope="host")
    if problem:
        standing.pardon()
    raise _refusal(reply, problem, hook=hook, pictured=pictured)


def _is_yes(verb: str, status: int, said: object) -> bool:
    match verb:
        case "DELETE":
            return status == HTTPStatus.NO_CONTENT
        case "GET" if isinstance(said, list):
            return status == HTTPStatus.OK
        case _:
            return status < HTTPStatus.MULTIPLE_CHOICES and isinstance(said, dict) and "id" in said


def _is_ban(reply: Reply, problem: Mapping[str, Any]) -> bool:
    """A 429 that has nothing of Discord's own: no JSON, or one without its fields, headers and front end.

    It need not be a page: discord-api-docs #5810 shows a JSON object with a code and a sentence. "Via" is of the front
    end behind Cloudflare.
    """
    if reply.status != HTTPStatus.TOO_MANY_REQUESTS:
        return False
    by_discord = "global" in problem or any(name == "via" or name.startswith("x-ratelimit-") for name in reply.headers)
    return not (problem and by_discord)


def _refusal(reply: Reply, problem: Mapping[str, Any], *, hook: bool, pictured: bool) -> DeliveryError:
    code, said = problem.get("code", 0), _words(reply, problem)
    if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR or reply.status < HTTPStatus.MULTIPLE_CHOICES:
        return Unconfirmed(said)
    if reply.status == HTTPStatus.TOO_MANY_REQUESTS or code in _BUSY:
        return _throttled(said, reply, problem)
    if code == _MISSING:
        return Missing(said)
    if pictured and (reply.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE or code in _TOO_MUCH):
        return Rejected(said, picture=True)
    if hook and (reply.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND) or code in _CREDENTIAL):
        return TargetGone(f"{said}; make a new webhook and put its address into the configuration")
    if code in _GONE:
        return TargetGone(said)
    if reply.status == HTTPStatus.UNAUTHORIZED or code in _CREDENTIAL:
        return Unauthorized(f"{said}; the bot's token is wrong or was reset")
    if not problem:
        return Unreachable(f"something that is not Discord answered {reply.status}")
    about_picture = pictured and any(word in str(problem.get("errors")) for word in ("attachments", "image", "files"))
    return Rejected(said, picture=about_picture)


def _throttled(said: str, reply: Reply, problem: Mapping[str, Any]) -> Throttled:
    """Read how long to wait, and who: the bot everywhere, or one bucket, be it ours or shared with others."""
    after = _seconds(problem.get("retry_after"), reply.headers.get("retry-after"))
    is_global = problem.get("global") or reply.headers.get("x-ratelimit-scope") == "global"
    return Throttled(said, after=PATIENCE if after is None else after, scope="account" if is_global else "target")


def _words(reply: Reply, problem: Mapping[str, Any]) -> str:
    code = problem.get("code", 0)
    return f"Discord: {problem.get('message') or f'HTTP {reply.status}'}" + (f" ({code})" if code else "")


def _wait(reply: Reply) -> float:
    """For how long the bucket has nothing left. Which targets share it (``x-ratelimit-bucket``) is not looked at: one
    that meets another's empty bucket hears of it by a 429.
    """
    if reply.headers.get("x-ratelimit-remaining") != "0":
        return 0.0
    return _seconds(reply.headers.get("x-ratelimit-reset-after")) or 0.0


def _seconds(*named: object) -> float | None:
    """Take the first that is a number of seconds."""
    for value in named:
        with suppress(TypeError, ValueError):
            seconds = float(value)  # type: ignore[arg-type]  # what is no number raises
            if seconds >= 0:  # which NaN is not
                return min(seconds, LONGEST)
    return None


def _parse(body: bytes) -> Any:
    """Read a JSON object or list; anything else is as good as nothing."""
    with suppress(ValueError):
        answer = json.loads(body)
        return answer if isinstance(answer, dict | list) else {}
    return {}


# ── Looking up ───────────────────────────────────────────────────────────────────────────────────────────────────────


def made(posted: Mapping[str, Any]) -> dt.datetime:
    """When a message was made, as its id tells."""
    return snowflake_time(int(posted["id"]))


def is_same(posted: Mapping[str, Any], delivery: Delivery, since: dt.datetime) -> bool:
    """Tell by the nonce; else it is a bot's, not older than the delivery, of equal title and address.

    A message that is fetched later need not have its nonce any more (Rapptz/discord.py #2451).
    """
    if posted.get("nonce") == nonce(delivery.key):
        return True
    if not posted.get("author", {}).get("bot") or made(posted) < since:
        return False
    ours = _said(delivery.message.body["embeds"][0])
    return any(_said(found) == ours for found in posted.get("embeds", ()))


def _said(embed: Mapping[str, Any]) -> tuple[object, ...]:
    """What tells an alert from others, or one part of a story."""
    title = embed.get("title")
    return (embed.get("url"), title) if title else (embed.get("description"),)
