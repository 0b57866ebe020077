"""Answers hubs at our callbacks: makes sure that what they say was asked for, or signed with our secret.

    GET  ?hub.mode=subscribe|unsubscribe     did we ask for it? ─▶ the challenge, else 404
         ?hub.mode=denied                    noted
    POST the new posts                       202, whatever it holds: a forger learns nothing
         └─ not signed, another topic, seen a moment ago ─▶ nothing follows

Nothing of a delivery is read before its callback is known, and nothing of it is believed before its signature is.
"""

import datetime as dt
import hashlib
import logging
import random
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Final, Protocol, assert_never

from bot.model import Secret
from bot.ports import Answer, Call, Heard, Lease, Leases, LeaseState, Route
from bot.sources.websub.links import in_headers
from bot.sources.websub.signature import is_signed
from bot.sources.websub.subscriber import LASTS, NAME
from bot.sources.websub.waiting import Ping

LOG = logging.getLogger(__name__)
LARGEST: Final = 5 * 1024 * 1024  #: bytes of a delivery, a hundred long posts; polling reads what is larger
CHALLENGE: Final = 1024  #: characters that are given back; hubs send some dozens
REASON: Final = 200  #: characters of a hub's reason that are kept
SHORTEST: Final = dt.timedelta(minutes=1)  #: a lease that is worth the asking
DENIED: Final = dt.timedelta(days=1)  #: until a hub that denied us is asked again
RENEWED: Final = (0.8, 0.9)  #: parts of a lease, between which it is renewed
REMEMBERED: Final = 1000  #: bodies that are known when they come again
THIN: Final = 256  #: bytes; what is shorter tells no post, but asks us to look, each time that it comes
SOON: Final = 5  #: seconds after which a hub that found no room may come again
NOTHING: Final = Answer(HTTPStatus.NOT_FOUND)
TAKEN: Final = Answer(HTTPStatus.ACCEPTED)

_CALLBACK = re.compile(r"[A-Za-z0-9_-]{43}")
_SECONDS = re.compile(r"[0-9]{1,10}")


class Waits(Protocol):
    """Where deliveries wait for ingest."""

    def put(self, ping: Ping) -> bool:
        """Take a delivery; false if there is no room."""
        ...


class Receiver:
    """Answers at ``/websub/…`` for every lease of the store; ``shortest`` is the shortest lease that is taken."""

    def __init__(
        self,
        leases: Leases,
        waiting: Waits,
        *,
        shortest: dt.timedelta = SHORTEST,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._leases = leases
        self._waiting = waiting
        self._shortest = shortest
        self._chance = chance
        self._seen: OrderedDict[bytes, None] = OrderedDict()
        self._heard: dict[Secret, Heard] = {}

    def routes(self) -> Sequence[Route]:
        """Where hubs reach us."""
        return [Route(NAME, LARGEST, self._answer)]

    async def tally(self) -> None:
        """Write down what came since the last time."""
        heard, self._heard = self._heard, {}
        if heard:
            await self._leases.tally(heard)

    async def _answer(self, call: Call) -> Answer:
        lease = await self._leases.find(call.path) if _CALLBACK.fullmatch(call.path) else None
        if lease is None:
            return NOTHING
        match call.verb:
            case "GET":
                return await self._verify(lease, call.query)
            case "POST":
                return await self._receive(lease, call)
            case _:
                return NOTHING

    # ── What we asked for ────────────────────────────────────────────────────────────────────────────────────────

    async def _verify(self, lease: Lease, query: Mapping[str, str]) -> Answer:
        """A hub makes sure that it was us who asked; or says that it won't (WebSub sections 5.2 and 5.3)."""
        if query.get("hub.topic") != lease.topic:
            return NOTHING
        wanted = lease.state is not LeaseState.LEAVING
        match query.get("hub.mode"):
            case "subscribe" if wanted:
                return await self._granted(lease, query)
            case "unsubscribe" if not wanted and (said := _challenge(query)):
                await self._leases.drop(lease.callback)
                return Answer(HTTPStatus.OK, said)
            case "denied" if wanted:
                reason = _told(query.get("hub.reason", ""))
                LOG.warning("feed %s: its hub does not push it%s", lease.feed, f": {reason}" if reason else "")
                await self._leases.deny(lease.callback, f"denied{f': {reason}' if reason else ''}", DENIED)
                return Answer(HTTPStatus.OK)
            case _:
                return NOTHING

    async def _granted(self, lease: Lease, query: Mapping[str, str]) -> Answer:
        """Whether we asked for this; a lease that is longer than we asked for is as long to us as we asked."""
        seconds, said = query.get("hub.lease_seconds", ""), _challenge(query)
        lasts = dt.timedelta(seconds=int(seconds)) if _SECONDS.fullmatch(seconds) else dt.timedelta(0)
        if not said or lasts < self._shortest:
            return NOTHING
        lasts = min(lasts, LASTS)
        least, most = RENEWED
        await self._leases.grant(lease.callback, lasts, lasts * (least + (most - least) * self._chance()))
        LOG.info("feed %s is pushed by its hub for %.3g days", lease.feed, lasts / dt.timedelta(days=1))
        return Answer(HTTPStatus.OK, said)

    # ── What is new ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _receive(self, lease: Lease, call: Call) -> Answer:
        """A delivery. What is not believed is answered as if it were (WebSub section 7.1)."""
        match lease.state:
            case LeaseState.LEAVING:
                return Answer(HTTPStatus.GONE)  # the hub may forget us (section 7)
            case LeaseState.ASKED | LeaseState.DENIED:
                return NOTHING
            case LeaseState.LIVE:
                pass
            case _:
                assert_never(lease.state)
        body = await call.body()
        problem = _problem(lease, call.headers, body)
        if problem:
            if not self._heard.get(lease.callback, Heard()).refused:  # once between two looks: it may be a flood
                LOG.warning("feed %s: a delivery was not taken: %s", lease.feed, problem)
            self._count(lease, Heard(refused=1))
            return TAKEN
        mark = hashlib.blake2b(body, key=lease.callback.reveal().encode(), digest_size=16).digest()
        if mark in self._seen and len(body) > THIN:
            return TAKEN
        if not self._waiting.put(Ping(lease.feed, body, call.headers.get("content-type", ""))):
            return Answer(HTTPStatus.SERVICE_UNAVAILABLE, after=SOON)
        self._remember(mark)
        self._count(lease, Heard(taken=1))
        return TAKEN

    def _remember(self, mark: bytes) -> None:
        self._seen[mark] = None
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)

    def _count(self, lease: Lease, more: Heard) -> None:
        before = self._heard.get(lease.callback, Heard())
        self._heard[lease.callback] = Heard(before.taken + more.taken, before.refused + more.refused)


def _problem(lease: Lease, headers: Mapping[str, str], body: bytes) -> str:
    """Why a delivery is not believed, "" if it is."""
    header = headers.get("x-hub-signature", "")
    if not header:
        return "it is not signed"
    if not is_signed(body, header, lease.secret.reveal()):
        return "its signature is wrong"
    topic = in_headers(headers.get("link", ""), lease.topic).topic
    if topic and topic != lease.topic:
        return "it is of another topic"
    return ""


def _challenge(query: Mapping[str, str]) -> str:
    """What a hub wants to read again; "" if that is more than we repeat to strangers."""
    said = query.get("hub.challenge", "")
    return said if len(said) <= CHALLENGE else ""


def _told(reason: str) -> str:
    """A hub's reason as one short line."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in reason).split())
    return line if len(line) <= REASON else f"{line[: REASON - 1]}…"
