"""Discord's REST API and incoming webhooks: /discord/api/v10/… (PLATFORMS.md a to f, 0.5, 0.6).

A bot's messages lie in the channel they were posted to, a webhook's in the channel whose id follows the webhook's own.
"""

import asyncio
import datetime as dt
import math
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, assert_never

from aiohttp import web

from bot.sandbox.backstage import Backstage
from bot.sandbox.discord_cards import bot_card, channel_of, iso, message_card, owner_of
from bot.sandbox.discord_form import check_message, pings, refuse
from bot.sandbox.faults import Kind, Refused
from bot.sandbox.intake import Intake, TooLarge, Unreadable, read, read_object
from bot.sandbox.ledger import Accepted, Operation, Snowflakes, nickname
from bot.sandbox.reply import Refusal, answer
from bot.sandbox.window import Rate, SlidingLog

PREFIX = "/discord/api/v10"
GLOBAL = Rate(50, 1.0)  #: requests of one bot; DD topics/rate-limits.mdx
CHANNEL_POSTS = Rate(5, 5.0)  #: messages in one channel; PLATFORMS.md c
WEBHOOK_POSTS = Rate(5, 2.0)  #: messages of one webhook; PLATFORMS.md c
OTHERWISE = Rate(50, 1.0)  #: every other route; the real numbers are not published
MOST_BODY = 25 << 20  #: bytes of a request; DD change-log 2025-04-03
NONCE_LIVES = dt.timedelta(minutes=5)  #: "past few minutes" in DD message.mdx
MOST_LISTED = 100  #: messages in one answer
EPOCH = 1_420_070_400_000  #: milliseconds, 2015-01-01; DD reference.mdx
GUILD = "900000000000000001"
VIA = {"Via": "1.1 google"}  #: without it discord.py takes a 429 for a ban
AGENT = re.compile(r"DiscordBot \(\S+,? [^)\s]+\)")
KEPT = ("content", "embeds", "attachments", "flags", "components")  #: what an edit changes


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a bot by its token's nickname, or the webhook; ``bucket`` counts what it does."""

    account: str
    bucket: SlidingLog
    name: str


@dataclass(slots=True)
class Posted:
    """A message as it stands, and whose it is: a bot's account, or ``webhook:ID``."""

    owner: str
    body: dict[str, Any]


class Discord:
    """All bots, channels and webhooks."""

    def __init__(self, backstage: Backstage) -> None:
        self._backstage = backstage
        self._channels: dict[str, dict[int, Posted]] = {}
        self._nonces: dict[tuple[str, str, str], tuple[dt.datetime, int]] = {}
        self._ids = Snowflakes(EPOCH)
        for record in backstage.ledger.of("discord"):
            self._remember(record)

    def routes(self) -> list[web.RouteDef]:
        """Where it is reached."""
        channel, hook = f"{PREFIX}/channels/{{id}}", f"{PREFIX}/webhooks/{{id}}/{{token}}"
        doors: list[tuple[str, str, Door]] = [
            ("GET", f"{PREFIX}/users/@me", self._me),
            ("GET", f"{PREFIX}/oauth2/applications/@me", self._application),
            ("GET", channel, self._channel),
            ("GET", f"{channel}/messages", self._list),
            ("GET", f"{channel}/messages/{{message}}", self._get),
            ("POST", f"{channel}/messages", self._post),
            ("PATCH", f"{channel}/messages/{{message}}", self._edit),
            ("DELETE", f"{channel}/messages/{{message}}", self._delete),
            ("GET", hook, self._webhook),
            ("POST", hook, self._post),
            ("GET", f"{hook}/messages/{{message}}", self._get),
            ("PATCH", f"{hook}/messages/{{message}}", self._edit),
            ("DELETE", f"{hook}/messages/{{message}}", self._delete),
        ]
        found = [web.route(verb, path, self._guard(door)) for verb, path, door in doors]
        return [*found, web.route("*", "/discord/{tail:.*}", self._nowhere)]

    async def _nowhere(self, _: web.Request) -> web.Response:
        raise refuse(404, 0, "404: Not Found")

    # ── Who asks, and how often ──────────────────────────────────────────────────────────────────────────────────

    def _guard(self, door: "Door") -> Callable[[web.Request], Awaitable[web.Response]]:
        """The door, behind credentials, pace and the headers that tell of it."""

        async def handle(request: web.Request) -> web.Response:
            caller = self._identify(request)
            self._keep_pace(caller)
            try:
                reply = await door(request, caller)
            except Refusal as refusal:
                refusal.headers = _rate_headers(caller) | refusal.headers
                raise
            reply.headers.update(_rate_headers(caller))
            return reply

        return handle

    def _identify(self, request: web.Request) -> Caller:
        token, place = request.match_info.get("token"), request.match_info.get("id", "")
        if token is not None:
            if "wrong" in token.lower():
                raise refuse(401, 50027, "Invalid Webhook Token")
            if _is_missing(place):
                raise refuse(404, 10015, "Unknown Webhook")
            return self._caller("webhook", f"webhook:{place}", request, WEBHOOK_POSTS)
        if not AGENT.match(request.headers.get("User-Agent", "")):
            raise refuse(403, 40333, "internal network error")
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bot" or not secret or "wrong" in secret.lower():
            raise refuse(401, 0, "401: Unauthorized")
        if place and _is_missing(place):
            raise refuse(404, 10003, "Unknown Channel")
        return self._caller(nickname(secret), place, request, CHANNEL_POSTS)

    def _caller(self, account: str, place: str, request: web.Request, posts: Rate) -> Caller:
        route = "posts" if request.method == "POST" else "other"
        rate = posts if request.method == "POST" else OTHERWISE
        return Caller(account, self._backstage.pace.window(rate, "discord", route, account, place), f"{route}:{place}")

    def _keep_pace(self, caller: Caller) -> None:
        pace, now = self._backstage.pace, asyncio.get_running_loop().time()
        if caller.account != "webhook":
            everything = pace.window(GLOBAL, "discord", "global", caller.account)
            if wait := pace.admit(everything, now):
                raise _refuse_hurry(wait, scope="global", headers={"X-RateLimit-Global": "true"})
        if wait := pace.admit(caller.bucket, now):
            raise _refuse_hurry(wait, scope="user", headers=_rate_headers(caller))

    # ── Asking ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def _me(self, _: web.Request, caller: Caller) -> web.Response:
        return answer(bot_card(caller.account))

    async def _application(self, _: web.Request, caller: Caller) -> web.Response:
        bot = bot_card(caller.account)
        rights = {"bot_public": False, "bot_require_code_grant": False, "owner": bot, "team": None, "verify_key": ""}
        return answer({"id": bot["id"], "name": "Sandbox", "icon": None, "description": "", "flags": 0, **rights})

    async def _channel(self, request: web.Request, _: Caller) -> web.Response:
        place = request.match_info["id"]
        return answer({"id": place, "type": 0, "guild_id": GUILD, "name": f"channel-{place}", "position": 0})

    async def _webhook(self, request: web.Request, _: Caller) -> web.Response:
        place = request.match_info["id"]
        card = {"id": place, "type": 1, "guild_id": GUILD, "channel_id": channel_of(f"webhook:{place}")}
        return answer(card | {"name": "Sandbox", "avatar": None, "application_id": None})

    async def _list(self, request: web.Request, _: Caller) -> web.Response:
        query = request.query
        try:
            limit, before, after = (int(query.get(name, preset)) for name, preset in LISTING.items())
        except ValueError as error:
            raise refuse(400, 50035, "Invalid Form Body") from error
        if not 1 <= limit <= MOST_LISTED:
            raise refuse(400, 50035, "Invalid Form Body")
        place = request.match_info["id"]
        known = [number for number in self._channels.get(place, {}) if after < number < before]
        chosen = known[:limit] if "after" in query else known[-limit:]
        return answer([self._channels[place][number].body for number in reversed(chosen)])

    async def _get(self, request: web.Request, caller: Caller) -> web.Response:
        return answer(self._find(request, caller).body)

    # ── Posting ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def _post(self, request: web.Request, caller: Caller) -> web.Response:
        target = _target(request)

        def refuse_fault(kind: Refused, after: float) -> Refusal:
            return _refuse_fault(kind, after, caller)

        async with self._backstage.faults.around("discord", caller.account, target, refuse_fault):
            body, intake = await _read(request)
            check_message(body, intake.uploads.values())
            nonce = str(body["nonce"]) if body.get("nonce") and caller.account != "webhook" else None
            message_id = self._said_before(caller, target, nonce) if body.get("enforce_nonce") else None
            if message_id is None:
                message_id = self._ids.next(self._backstage.ledger.now())
                self._record("send", caller, target, str(message_id), _logged(body, intake), nonce)
            if caller.account == "webhook" and request.query.get("wait") != "true":
                return web.Response(status=204)
            return answer(self._channels[channel_of(target)][message_id].body)

    def _said_before(self, caller: Caller, target: str, nonce: str | None) -> int | None:
        """The message that this nonce stands for, while Discord remembers it."""
        since, message_id = self._nonces.get((caller.account, target, nonce or ""), (None, None))
        return message_id if since and self._backstage.ledger.now() - since < NONCE_LIVES else None

    # ── Keeping it true ──────────────────────────────────────────────────────────────────────────────────────────

    async def _edit(self, request: web.Request, caller: Caller) -> web.Response:
        posted = self._find(request, caller)
        if posted.owner != owner_of(caller.account, _target(request)):
            raise refuse(403, 50005, "Cannot edit a message authored by another user")
        body, intake = await _read(request)
        as_it_will_be = {"content": posted.body["content"], "embeds": posted.body["embeds"], **body}
        names = [attachment["filename"] for attachment in posted.body["attachments"]]
        check_message(as_it_will_be, intake.uploads.values(), names)
        self._record("edit", caller, _target(request), posted.body["id"], _logged(body, intake))
        return answer(posted.body)

    async def _delete(self, request: web.Request, caller: Caller) -> web.Response:
        posted = self._find(request, caller)
        self._record("delete", caller, _target(request), posted.body["id"], {})
        return web.Response(status=204)

    def _find(self, request: web.Request, caller: Caller) -> Posted:
        target, named = _target(request), request.match_info["message"]
        posted = self._channels.get(channel_of(target), {}).get(int(named) if named.isdigit() else 0)
        if posted is None or (caller.account == "webhook" and posted.owner != target):
            raise refuse(404, 10008, "Unknown Message")
        return posted

    # ── Remembering ──────────────────────────────────────────────────────────────────────────────────────────────

    def _record(
        self,
        operation: Operation,
        caller: Caller,
        target: str,
        message_id: str,
        body: Mapping[str, Any],
        nonce: str | None = None,
    ) -> None:
        accept = self._backstage.ledger.accept
        self._remember(
            accept("discord", operation, account=caller.account, target=target, id=message_id, body=body, key=nonce)
        )

    def _remember(self, record: Accepted) -> None:
        place, number = channel_of(record.target), int(record.id)
        messages = self._channels.setdefault(place, {})
        match record.operation:
            case "send":
                self._ids.seen(number)
                messages[number] = Posted(owner_of(record.account, record.target), message_card(record, place))
                if record.key:
                    self._nonces[record.account, record.target, record.key] = record.when(), number
            case "edit":
                changed = {name: record.body[name] for name in KEPT if name in record.body}
                messages[number].body.update(changed, edited_timestamp=iso(record.when()))
            case "delete":
                del messages[number]


Door = Callable[[web.Request, Caller], Awaitable[web.Response]]
LISTING = {"limit": 50, "before": 1 << 63, "after": 0}  #: the query of a list of messages, and its presets


async def _read(request: web.Request) -> tuple[dict[str, Any], Intake]:
    try:
        intake = await read(request, MOST_BODY)
        payload = intake.fields.get("payload_json")
        return (intake.fields if payload is None else read_object(payload)), intake
    except TooLarge as error:
        raise refuse(413, 40005, "Request entity too large") from error
    except Unreadable as error:
        raise refuse(400, 50109, "The request body contains invalid JSON.") from error


def _logged(body: Mapping[str, Any], intake: Intake) -> dict[str, Any]:
    files = [upload.card() for upload in intake.uploads.values()]
    return {**body, **({"files": files} if files else {}), **({"pinged": True} if pings(body) else {})}


def _target(request: web.Request) -> str:
    place = request.match_info["id"]
    return f"webhook:{place}" if "token" in request.match_info else place


def _is_missing(place: str) -> bool:
    return not place.isdigit() or place.endswith("404404")


def _rate_headers(caller: Caller) -> dict[str, str]:
    bucket = caller.bucket
    after = bucket.clear_after(asyncio.get_running_loop().time())
    return {
        "X-RateLimit-Limit": str(bucket.rate.limit),
        "X-RateLimit-Remaining": str(bucket.remaining()),
        "X-RateLimit-Reset": f"{time.time() + after:.3f}",
        "X-RateLimit-Reset-After": f"{after:.3f}",
        "X-RateLimit-Bucket": nickname(caller.name),
    }


def _refuse_hurry(wait: float, *, scope: str, headers: Mapping[str, str]) -> Refusal:
    seconds = math.ceil(wait * 1000) / 1000
    body = {"message": "You are being rate limited.", "retry_after": seconds, "global": scope == "global"}
    told = {**headers, **VIA, "Retry-After": str(math.ceil(seconds)), "X-RateLimit-Scope": scope}
    return Refusal(429, body, headers=told)


def _refuse_fault(kind: Refused, after: float, caller: Caller) -> Refusal:
    hook = caller.account == "webhook"
    match kind:
        case Kind.TOO_MANY:
            return _refuse_hurry(after, scope="user", headers={"X-RateLimit-Remaining": "0"})
        case Kind.UNAUTHORIZED:
            return refuse(401, 50027, "Invalid Webhook Token") if hook else refuse(401, 0, "401: Unauthorized")
        case Kind.GONE:
            return refuse(404, 10015, "Unknown Webhook") if hook else refuse(404, 10003, "Unknown Channel")
        case Kind.BROKEN:
            return refuse(500, 0, "500: Internal Server Error")
        case _:
            assert_never(kind)
