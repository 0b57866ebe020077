"""How often Discord lets one ask, and what its answers tell of that (PLATFORMS.md c; DD topics/rate-limits.mdx).

    of a bot        50 a second in all ("global")
    in a channel    5 in 5 s; posts, edits and deletions each in a bucket of their own
    of a webhook    5 in 2 s, likewise; and 30 posts a minute in its channel ("shared"), of which no header tells
    of an address   10,000 answers of 401, 403 and 429 in 10 minutes; then Cloudflare's page, whatever is asked

The windows slide: whoever finds nothing remaining and waits for Reset-After has the whole bucket again, and only then.
"""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web

from bot.sandbox.discord_cards import channel_of
from bot.sandbox.ledger import nickname
from bot.sandbox.reply import Refusal
from bot.sandbox.window import Pace, Rate, SlidingLog

GLOBAL = Rate(50, 1.0)  #: requests of one bot
CHANNEL = Rate(5, 5.0)  #: known for posts; for edits and deletions the strictest guess, since no number is published
WEBHOOK = Rate(5, 2.0)  #: known for posts, likewise
WEBHOOK_CHANNEL = Rate(30, 60.0)  #: posts of all webhooks in one channel; discord-api-docs #367
OTHERWISE = Rate(50, 1.0)  #: every other route; the real numbers are not published
INVALID = Rate(10_000, 600.0)  #: refused requests of one address
COUNTED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)
VIA = {"Via": "1.1 google"}  #: of the front end behind Cloudflare; without it discord.py takes a 429 for a ban
BANNED = "<!DOCTYPE html><title>Access denied | discord.com used Cloudflare to restrict access</title>Error 1015"
ROUTES = {"POST": "posts", "PATCH": "edits", "DELETE": "deletions"}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks for what: a bot by its token's nickname, or "webhook"; a channel or ``webhook:ID``; by which verb."""

    account: str
    target: str
    verb: str

    @property
    def hook(self) -> bool:
        """Whether it is a webhook."""
        return self.account == "webhook"

    @property
    def route(self) -> str:
        """What has a bucket of its own."""
        return ROUTES.get(self.verb, "others")


def keep_pace(pace: Pace, caller: Caller, now: float) -> None:
    """Take a place in every window that counts this request, or refuse it; ``now`` is of a monotonic clock."""
    windows = {"user": _bucket(pace, caller)}
    if not caller.hook:
        windows["global"] = pace.window(GLOBAL, "discord", caller.account)
    elif caller.verb == "POST":
        windows["shared"] = pace.window(WEBHOOK_CHANNEL, "discord", channel_of(caller.target))
    if wait := pace.admit_all(tuple(windows.values()), now):
        scope = max(windows, key=lambda scope: windows[scope].wait(now))
        told = {"X-RateLimit-Global": "true"} if scope == "global" else _tell(windows[scope], caller, now)
        raise refuse_hurry(wait, scope=scope, headers=told)


def tell_pace(pace: Pace, caller: Caller, now: float) -> dict[str, str]:
    """The headers of every answer."""
    return _tell(_bucket(pace, caller), caller, now)


def refuse_hurry(wait: float, *, scope: str, headers: Mapping[str, str]) -> Refusal:
    """Discord's own 429: seconds with their fraction in the body, whole ones in the header."""
    seconds = math.ceil(wait * 1000) / 1000
    body = {"message": "You are being rate limited.", "retry_after": seconds, "global": scope == "global"}
    told = {**headers, **VIA, "Retry-After": str(math.ceil(seconds)), "X-RateLimit-Scope": scope}
    return Refusal(HTTPStatus.TOO_MANY_REQUESTS, body, headers=told)


def _bucket(pace: Pace, caller: Caller) -> SlidingLog:
    rate = OTHERWISE if caller.verb not in ROUTES else WEBHOOK if caller.hook else CHANNEL
    return pace.window(rate, "discord", caller.route, caller.account, caller.target)


def _tell(window: SlidingLog, caller: Caller, now: float) -> dict[str, str]:
    """A bucket's headers; its id names the route and not the place."""
    after = window.clear_after(now)
    return {
        "X-RateLimit-Limit": str(window.rate.limit),
        "X-RateLimit-Remaining": str(window.remaining()),
        "X-RateLimit-Reset": f"{time.time() + after:.3f}",
        "X-RateLimit-Reset-After": f"{after:.3f}",
        "X-RateLimit-Bucket": nickname(f"{'webhook' if caller.hook else 'channel'} {caller.route}"),
    }


class Cloudflare:
    """Stands before all doors, counts what each address was refused, and bans it; a pace that is off bans nobody."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace

    def before(self, handler: Handler) -> Handler:
        """The handler as the outside reaches it."""

        async def handle(request: web.Request) -> web.StreamResponse:
            clock, refused = asyncio.get_running_loop().time, ("discord", request.remote or "")
            if self._pace.strict and self._pace.window(INVALID, *refused).wait(clock()):
                told = {"Server": "cloudflare"}
                return web.Response(status=429, text=BANNED, content_type="text/html", headers=told)
            try:
                return await handler(request)
            except Refusal as refusal:
                if refusal.status in COUNTED and refusal.headers.get("X-RateLimit-Scope") != "shared":
                    self._pace.admit(self._pace.window(INVALID, *refused), clock())
                raise

        return handle
