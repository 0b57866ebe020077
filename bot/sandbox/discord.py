"""Discord's REST API and incoming webhooks: /discord/api/v10/… (PLATFORMS.md a to f, 0.5, 0.6).

A bot's messages lie in the channel they were posted to, a webhook's in the channel whose id follows the webhook's own.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, assert_never

from aiohttp import web

from bot.sandbox.backstage import Backstage
from bot.sandbox.discord_cards import bot_card, channel_of, kept, owner_of
from bot.sandbox.discord_form import Form, check_message, pings, refuse
from bot.sandbox.discord_pace import Caller, Cloudflare, keep_pace, refuse_hurry, tell_pace
from bot.sandbox.discord_rooms import Posted, Rooms
from bot.sandbox.faults import Kind, Refused
from bot.sandbox.intake import Intake, TooLarge, Unreadable, read, read_object
from bot.sandbox.ledger import Operation, Snowflakes, nickname
from bot.sandbox.reply import Refusal, answer

PREFIX = "/discord/api/v10"
MOST_BODY = 25 << 20  #: bytes of a request; DD change-log 2025-04-03
MOST_LISTED = 100  #: messages in one answer
EPOCH = 1_420_070_400_000  #: milliseconds, 2015-01-01; DD reference.mdx
GUILD = "900000000000000001"
AGENT = re.compile(r"DiscordBot \(\S+,? [^)\s]+\)")


class Discord:
    """All bots, channels and webhooks."""

    def __init__(self, backstage: Backstage) -> None:
        self._backstage = backstage
        self._cloudflare = Cloudflare(backstage.pace)
        self._rooms = Rooms()
        self._ids = Snowflakes(EPOCH)
        for record in backstage.ledger.of("discord"):
            self._ids.seen(int(record.id))
            self._rooms.remember(record)

    def routes(self) -> list[web.RouteDef]:
        """Where it is reached."""
        channel, hook = f"{PREFIX}/channels/{{id}}", f"{PREFIX}/webhooks/{{id}}/{{token}}"
        doors: list[tuple[str, str, Door]] = [
            ("GET", f"{PREFIX}/users/@me", self._me),
            ("GET", f"{PREFIX}/oauth2/applications/@me", self._application),
            ("GET", channel, self._channel),
            ("GET", f"{channel}/messages", self._list),
            ("GET", f"{channel}/messages/{{message}}", self._get),
            ("POST", f"{channel}/messages", self._played(self._post)),
            ("PATCH", f"{channel}/messages/{{message}}", self._played(self._edit)),
            ("DELETE", f"{channel}/messages/{{message}}", self._played(self._delete)),
            ("GET", hook, self._webhook),
            ("POST", hook, self._played(self._post)),
            ("GET", f"{hook}/messages/{{message}}", self._get),
            ("PATCH", f"{hook}/messages/{{message}}", self._played(self._edit)),
            ("DELETE", f"{hook}/messages/{{message}}", self._played(self._delete)),
        ]
        found = [(verb, path, self._guard(door)) for verb, path, door in doors]
        everything = [*found, ("*", "/discord/{tail:.*}", self._nowhere)]
        return [web.route(verb, path, self._cloudflare.before(handler)) for verb, path, handler in everything]

    async def _nowhere(self, _: web.Request) -> web.Response:
        raise refuse(404, 0, "404: Not Found")

    # ── Who asks, and how often ──────────────────────────────────────────────────────────────────────────────────

    def _guard(self, door: "Door") -> Callable[[web.Request], Awaitable[web.Response]]:
        """The door, behind credentials, pace and the headers that tell of it."""

        async def handle(request: web.Request) -> web.Response:
            caller, clock, pace = _identify(request), asyncio.get_running_loop().time, self._backstage.pace
            keep_pace(pace, caller, clock())
            try:
                reply = await door(request, caller)
            except Refusal as refusal:
                refusal.headers = tell_pace(pace, caller, clock()) | refusal.headers
                raise
            reply.headers.update(tell_pace(pace, caller, clock()))
            return reply

        return handle

    def _played(self, door: "Door") -> "Door":
        """The door, with what is planned to go wrong there."""

        async def handle(request: web.Request, caller: Caller) -> web.Response:
            def refuse_fault(kind: Refused, after: float) -> Refusal:
                return _refuse_fault(kind, after, caller)

            async with self._backstage.faults.around("discord", caller.account, caller.target, refuse_fault):
                return await door(request, caller)

        return handle

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
        room = self._rooms.of(request.match_info["id"])
        return answer(room.after(after, limit) if "after" in query else room.before(before, limit))

    async def _get(self, request: web.Request, caller: Caller) -> web.Response:
        return answer(self._find(request, caller).body)

    # ── Posting ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def _post(self, request: web.Request, caller: Caller) -> web.Response:
        body, intake = await _read(request)
        check_message(body, intake.uploads.values())
        if not caller.hook:  # of a webhook Discord takes no such field
            self._check_reference(body, caller)
        nonce = str(body["nonce"]) if body.get("nonce") and not caller.hook else None
        posted = self._said_before(caller, nonce) if nonce and body.get("enforce_nonce") else None
        if posted is None:
            message_id = self._ids.next(self._backstage.ledger.now())
            self._record("send", caller, str(message_id), _logged(body, intake), nonce)
            posted = self._rooms.of(caller.target)[message_id]
        if caller.hook and request.query.get("wait") != "true":
            return web.Response(status=204)
        return answer(posted.body)

    def _check_reference(self, body: Mapping[str, Any], caller: Caller) -> None:
        """Refuse an answer to what is not there, unless it says that it may stand alone."""
        reference = body.get("message_reference") or {}
        named = str(reference.get("message_id", ""))
        known = named.isdecimal() and self._rooms.of(caller.target).get(int(named)) is not None
        if reference and not known and reference.get("fail_if_not_exists", True):
            form = Form()
            form.wrong("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
            form.raise_if_wrong()

    def _said_before(self, caller: Caller, nonce: str) -> Posted | None:
        return self._rooms.said((caller.account, caller.target, nonce), self._backstage.ledger.now())

    # ── Keeping it true ──────────────────────────────────────────────────────────────────────────────────────────

    async def _edit(self, request: web.Request, caller: Caller) -> web.Response:
        body, intake = await _read(request)
        posted = self._find(request, caller)  # only now: meanwhile it may have been deleted
        if posted.owner != owner_of(caller.account, caller.target):
            raise refuse(403, 50005, "Cannot edit a message authored by another user")
        as_it_will_be = {"content": posted.body["content"], "embeds": posted.body["embeds"], **body}
        names = [attachment["filename"] for attachment in kept(posted.body, body)]
        check_message(as_it_will_be, intake.uploads.values(), names)
        self._record("edit", caller, posted.body["id"], _logged(body, intake))
        return answer(posted.body)

    async def _delete(self, request: web.Request, caller: Caller) -> web.Response:
        posted = self._find(request, caller)
        self._record("delete", caller, posted.body["id"], {})
        return web.Response(status=204)

    def _find(self, request: web.Request, caller: Caller) -> Posted:
        named = request.match_info["message"]
        posted = self._rooms.of(caller.target).get(int(named) if named.isdecimal() else 0)
        if posted is None or (caller.hook and posted.owner != caller.target):
            raise refuse(404, 10008, "Unknown Message")
        return posted

    def _record(
        self, operation: Operation, caller: Caller, message_id: str, body: Mapping[str, Any], nonce: str | None = None
    ) -> None:
        accept, target = self._backstage.ledger.accept, caller.target
        self._rooms.remember(
            accept("discord", operation, account=caller.account, target=target, id=message_id, body=body, key=nonce)
        )


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


def _identify(request: web.Request) -> Caller:
    """Who asks, or the refusal of who must not."""
    token, place = request.match_info.get("token"), request.match_info.get("id", "")
    if token is not None:
        if "wrong" in token.lower():
            raise refuse(401, 50027, "Invalid Webhook Token")
        if _is_missing(place):
            raise refuse(404, 10015, "Unknown Webhook")
        return Caller("webhook", f"webhook:{place}", request.method)
    if not AGENT.match(request.headers.get("User-Agent", "")):
        raise refuse(403, 40333, "internal network error")
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bot" or not secret or "wrong" in secret.lower():
        raise refuse(401, 0, "401: Unauthorized")
    if place and _is_missing(place):
        raise refuse(404, 10003, "Unknown Channel")
    return Caller(nickname(secret), place, request.method)


def _is_missing(place: str) -> bool:
    return not place.isdecimal() or place.endswith("404404")


def _refuse_fault(kind: Refused, after: float, caller: Caller) -> Refusal:
    match kind:
        case Kind.TOO_MANY:
            told = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": f"{after:.3f}"}
            return refuse_hurry(after, scope="user", headers=told)
        case Kind.UNAUTHORIZED:
            return refuse(401, 50027, "Invalid Webhook Token") if caller.hook else refuse(401, 0, "401: Unauthorized")
        case Kind.GONE:
            return refuse(404, 10015, "Unknown Webhook") if caller.hook else refuse(404, 10003, "Unknown Channel")
        case Kind.BROKEN:
            return refuse(500, 0, "500: Internal Server Error")
        case _:
            assert_never(kind)
