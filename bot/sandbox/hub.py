"""A newspaper and its WebSub hub (W3C Recommendation): /websub/feeds/{name} and /websub/hub.

    POST /_sandbox/websub {"feed", "document", …} ─▶ the feed at its address, with its Link headers
                                                  └▶ delivered to everybody who subscribed, signed
    POST /websub/hub hub.mode=subscribe ─▶ 202 ─▶ GET callback?hub.challenge=… ─▶ subscribed, until the lease ends
    GET  /_sandbox/websub                  who is subscribed, and what became of each delivery

It takes what the Recommendation requires and nothing less: a form without doubles, a topic of its own, a callback on
this machine that nobody could guess and that no other topic has, a secret of less than 200 bytes. Who subscribes, and
what was published, is forgotten when the stand-ins stop.
"""

import asyncio
import hmac
import io
import logging
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import web
from yarl import URL

from bot.sandbox.faults import Nonsense
from bot.sandbox.reply import Refusal, answer

LOG = logging.getLogger(__name__)
PREFIX = "/websub"
HOME = frozenset({"127.0.0.1", "::1", "localhost"})  #: a stand-in reaches this machine and no other
UNGUESSABLE = re.compile(r"[A-Za-z0-9_-]{22,}")  #: 128 bits in base64url
MODES = ("subscribe", "unsubscribe")
METHODS = ("sha1", "sha256", "sha384", "sha512")
SECRET = 200  #: bytes that a secret stays below (section 5.1)
LEASE = 864_000  #: seconds, where the subscriber names none
PATIENCE = 5.0  #: seconds for a callback to answer
RETRIES = (0.3, 1.0)  #: seconds until a delivery that was not taken is tried again
ORDER = {
    "feed": str,
    "document": str,
    "delivery": str,
    "type": str,
    "signature": str,
    "topic": str,
    "times": int,
    "pad": int,
}
SETTINGS = {"lease": int, "deny": str}


@dataclass(slots=True)
class Subscription:
    """Who wants a topic, until when (seconds of the monotonic clock)."""

    topic: str
    callback: str
    secret: str
    until: float


@dataclass(slots=True)
class Published:
    """A feed as it stands at its address."""

    document: str = ""
    type: str = "application/rss+xml"


@dataclass(slots=True)
class Hub:
    """The newspaper and its hub. ``url`` says where the stand-ins answer."""

    url: Callable[[], str]
    lease: int = 0  #: seconds that it grants whatever was asked for; 0: as asked
    deny: str = ""  #: the reason for which it denies whoever asks
    feeds: dict[str, Published] = field(default_factory=dict)
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    requests: list[dict[str, Any]] = field(default_factory=list)
    deliveries: list[dict[str, Any]] = field(default_factory=list)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def routes(self) -> list[web.RouteDef]:
        """Where it is reached."""
        return [
            web.get(PREFIX + "/feeds/{name}", self._feed),
            web.post(PREFIX + "/hub", self._ask),
            web.get("/_sandbox/websub", self._shown),
            web.post("/_sandbox/websub", self._order),
        ]

    async def close(self) -> None:
        """Stop what is under way."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def topic(self, name: str) -> str:
        """A feed's own address."""
        return f"{self.url()}{PREFIX}/feeds/{name}"

    def _links(self, topic: str) -> str:
        return f'<{self.url()}{PREFIX}/hub>; rel="hub", <{topic}>; rel="self"'

    async def _feed(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in self.feeds:
            raise Refusal(404, {"error": "there is no such feed"})
        feed = self.feeds[name]
        return web.Response(
            text=feed.document, content_type=feed.type, charset="utf-8", headers={"Link": self._links(self.topic(name))}
        )

    # ── Subscribing ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _ask(self, request: web.Request) -> web.Response:
        if request.content_type != "application/x-www-form-urlencoded":
            raise _no("a subscription is a form")
        pairs = parse_qsl(await request.text(), keep_blank_values=True)
        form = dict(pairs)
        if len(form) != len(pairs):
            raise _no("a field stands there twice")
        mode, topic, callback = (form.get(f"hub.{name}", "") for name in ("mode", "topic", "callback"))
        if mode not in MODES:
            raise _no(f"hub.mode is one of {', '.join(MODES)}")
        if topic not in map(self.topic, self.feeds):
            raise _no("hub.topic is no feed of this hub")
        self._check_callback(callback, topic)
        seconds, secret = form.get("hub.lease_seconds", ""), form.get("hub.secret", "")
        if seconds and not re.fullmatch("[1-9][0-9]{0,9}", seconds):
            raise _no("hub.lease_seconds is a positive number of seconds")
        if len(secret.encode()) >= SECRET:
            raise _no(f"hub.secret has less than {SECRET} bytes")
        self.requests.append({"mode": mode, "topic": topic, "lease": seconds, "secret": bool(secret)})
        granted = self.lease or int(seconds or LEASE)
        wanted = Subscription(topic, callback, secret, time.monotonic() + granted)
        self._begin(self._deny(wanted) if self.deny else self._verify(mode, wanted, granted))
        return web.Response(status=HTTPStatus.ACCEPTED)

    def _check_callback(self, callback: str, topic: str) -> None:
        try:
            address = URL(callback)
        except ValueError as error:
            raise _no("hub.callback is no address") from error
        if address.scheme != "http" or address.host not in HOME or address.fragment:
            raise _no("hub.callback is on this machine, for a stand-in")
        if not any(UNGUESSABLE.fullmatch(part) for part in address.parts):
            raise _no("hub.callback can be guessed")
        if (known := self.subscriptions.get(callback)) is not None and known.topic != topic:
            raise _no("hub.callback belongs to another topic")

    async def _verify(self, mode: str, wanted: Subscription, granted: int) -> None:
        """Ask the subscriber whether it was them (section 5.3); what they do not confirm has not happened."""
        challenge = secrets.token_urlsafe(24)
        more = {"hub.lease_seconds": str(granted)} if mode == "subscribe" else {}
        said = await self._call(
            wanted.callback, {"hub.mode": mode, "hub.topic": wanted.topic, "hub.challenge": challenge, **more}
        )
        if said == challenge and mode == "subscribe":
            self.subscriptions[wanted.callback] = wanted
        elif said == challenge:
            self.subscriptions.pop(wanted.callback, None)

    async def _deny(self, wanted: Subscription) -> None:
        self.subscriptions.pop(wanted.callback, None)
        await self._call(wanted.callback, {"hub.mode": "denied", "hub.topic": wanted.topic, "hub.reason": self.deny})

    async def _call(self, callback: str, query: Mapping[str, str]) -> str:
        """What a callback answers with 2xx, else ""."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(PATIENCE)) as session:
            try:
                async with session.get(URL(callback).update_query(query), allow_redirects=False) as reply:
                    return await reply.text() if reply.ok else ""
            except (aiohttp.ClientError, TimeoutError) as error:
                LOG.warning("a callback did not answer: %s", type(error).__name__)
                return ""

    # ── Publishing ───────────────────────────────────────────────────────────────────────────────────────────────

    async def _order(self, request: web.Request) -> web.Response:
        """Publish, or set what the hub does: ``lease`` seconds that it grants, ``deny`` with a reason.

        ``document`` becomes the feed; ``delivery`` is what is sent of it (all of it, where it is not said), so many
        ``times``, longer by ``pad`` bytes. ``signature``: a method, "none" or "wrong"; ``topic``: what it claims to be.
        """
        order = await _checked(request)
        self.lease = order.get("lease", self.lease)
        self.deny = order.get("deny", self.deny)
        if "feed" in order:
            self._publish(order)
        return answer({"subscriptions": len(self._live(self.topic(order.get("feed", ""))))})

    def _publish(self, order: Mapping[str, Any]) -> None:
        feed = self.feeds.setdefault(order["feed"], Published())
        feed.document, feed.type = order.get("document", feed.document), order.get("type", feed.type)
        body = order.get("delivery", feed.document).encode() + b" " * order.get("pad", 0)
        topic = self.topic(order["feed"])
        for subscription in self._live(topic):
            for _ in range(order.get("times", 1)):
                headers = {
                    "Content-Type": f"{feed.type}; charset=utf-8",
                    "Link": self._links(order.get("topic", topic)),
                    **_signed(body, subscription.secret, order.get("signature", "sha256")),
                }
                self._begin(self._deliver(subscription, body, headers))

    def _live(self, topic: str) -> list[Subscription]:
        now = time.monotonic()
        return [one for one in self.subscriptions.values() if one.topic == topic and one.until > now]

    async def _deliver(self, subscription: Subscription, body: bytes, headers: Mapping[str, str]) -> None:
        """Send until it is taken; 410 ends the subscription (section 7)."""
        record: dict[str, Any] = {"topic": subscription.topic, "time": time.time(), "bytes": len(body), "statuses": []}
        self.deliveries.append(record)
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(PATIENCE)) as session:
            for pause in (*RETRIES, None):
                try:
                    async with session.post(
                        subscription.callback, data=io.BytesIO(body), headers=headers, allow_redirects=False
                    ) as reply:
                        status = reply.status
                except (aiohttp.ClientError, TimeoutError):
                    status = 0
                record["statuses"].append(status)
                if status == HTTPStatus.GONE:
                    self.subscriptions.pop(subscription.callback, None)
                if pause is None or 200 <= status < 500:  # noqa: PLR2004 - it was taken, or never will be
                    return
                await asyncio.sleep(pause)

    def _begin(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _shown(self, _: web.Request) -> web.Response:
        now = time.monotonic()
        subscriptions = [
            {"topic": one.topic, "seconds_left": round(one.until - now, 1), "secret": bool(one.secret)}
            for one in self.subscriptions.values()
        ]
        return answer({"subscriptions": subscriptions, "requests": self.requests, "deliveries": self.deliveries})


def _signed(body: bytes, secret: str, method: str) -> Mapping[str, str]:
    if not secret or method == "none":
        return {}
    key = b"another secret" if method == "wrong" else secret.encode()
    name = "sha256" if method == "wrong" else method
    return {"X-Hub-Signature": f"{name}={hmac.digest(key, body, name).hex()}"}


async def _checked(request: web.Request) -> dict[str, Any]:
    try:
        order = await request.json()
    except ValueError as error:
        raise Nonsense("an order is a JSON object") from error
    known = ORDER | SETTINGS
    if not isinstance(order, dict) or order.keys() - known.keys():
        raise Nonsense(f"an order has some of {', '.join(known)}")
    for name, value in order.items():
        if not isinstance(value, known[name]) or isinstance(value, bool):
            raise Nonsense(f"{name} is {'a number' if known[name] is int else 'text'}")
    if not re.fullmatch("[a-z0-9-]+", order.get("feed", "feed")):
        raise Nonsense("a feed's name is of small letters, digits and hyphens")
    if order.get("signature", "none") not in (*METHODS, "none", "wrong"):
        raise Nonsense(f"signature is one of {', '.join(METHODS)}, none, wrong")
    return order


def _no(why: str) -> Refusal:
    return Refusal(400, {"error": why})
