"""Asks hubs to push, asks again before their leases end, and leaves when a feed is no longer wanted.

    found(feed, hubs, topic) ─▶ lease: due now ─▶ POST to a hub ─▶ (it verifies with the receiver) ─▶ live
                                   ▲                                                                 │
                                   ├──── 80 to 90 % of the lease ◀───────────────────────────────────┘
                                   └──── 1, 2, 4 … minutes, a day at most, while nothing verifies

To ask *is* to count a failure, until the hub verifies: so a hub that refuses, that accepts and forgets, and a worker
that dies in between are one case. Of several hubs each is asked in its turn.
"""

import asyncio
import datetime as dt
import logging
import random
import secrets
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Final

from bot.errors import SourceError, StoreAway
from bot.model import Secret
from bot.ports import Lease, Leases, LeaseState, Post

LOG = logging.getLogger(__name__)
NAME: Final = "websub"  #: of the route, and so a part of every callback
LASTS: Final = dt.timedelta(
    days=10
)  #: the lease that is asked for, the longest that hubs commonly give (FreshRSS#4286)
FIRST: Final = dt.timedelta(minutes=1)  #: from the first try to the second
LONGEST: Final = dt.timedelta(days=1)  #: between two tries
JITTER: Final = 0.2  #: part of that time, so that what was found together is not asked together for ever
TRIES_TO_LEAVE: Final = 3  #: then the lease ends by itself
LOOK: Final = 5.0  #: seconds between two looks at what is due
AT_ONCE: Final = 8  #: hubs asked side by side; many feeds have the same one
TOKEN: Final = 32  #: random bytes of a callback, and of a secret (43 characters; the Recommendation allows 199)


class Subscriber:
    """Keeps the leases of this store, as one of any number of workers.

    ``public_url`` is where strangers reach our inbound listener; ``tally`` is called with every look, to have written
    down what came meanwhile; ``chance`` gives numbers from 0 to 1.
    """

    def __init__(
        self,
        leases: Leases,
        post: Post,
        public_url: str,
        tally: Callable[[], Awaitable[None]],
        *,
        look: float = LOOK,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._leases = leases
        self._post = post
        self._tally = tally
        self._callbacks = f"{public_url.rstrip('/')}/{NAME}/"
        self._look = look
        self._chance = chance
        self._found: dict[str, tuple[tuple[str, ...], str]] = {}
        self._known: dict[str, int] = {}
        self._wanted: frozenset[str] | None = None
        self._bell = asyncio.Event()

    def found(self, feed: str, hubs: Sequence[str], topic: str) -> None:
        """A feed says who pushes it, under which name; nobody, if there are no hubs."""
        said = (tuple(hubs), topic)
        if self._known.get(feed) != hash(said):
            self._found[feed] = said
            self._bell.set()

    def keep(self, feeds: Collection[str]) -> None:
        """No others are wanted: with the next look their leases are left."""
        self._wanted = frozenset(feeds)
        self._known = {feed: said for feed, said in self._known.items() if feed in self._wanted}
        self._bell.set()

    async def run(self) -> None:
        """Keep the leases until cancelled."""
        while True:
            try:
                await self.once()
            except StoreAway as error:
                LOG.warning("WebSub waits for the store: %s", error)
                self._bell.clear()
            try:
                await asyncio.wait_for(self._bell.wait(), self._look)
            except TimeoutError:
                pass

    async def once(self) -> None:
        """Ask whoever is to be asked now."""
        self._bell.clear()
        await self._tally()
        if self._wanted is not None:
            await self._leases.retire(self._wanted)
            self._wanted = None
        await self._note()
        while leases := await self._leases.take(AT_ONCE, self._retry):
            await asyncio.gather(*map(self._ask, leases))

    async def _note(self) -> None:
        found = dict(self._found)
        if not found:
            return
        fresh = [Lease(feed, hubs, topic, _token(), _token()) for feed, (hubs, topic) in found.items()]
        await self._leases.want(fresh)
        for feed, said in found.items():
            self._known[feed] = hash(said)
            if self._found.get(feed) == said:
                del self._found[feed]

    def _retry(self, failures: int) -> dt.timedelta:
        patience = min(FIRST * 2.0 ** min(failures - 1, 16), LONGEST)
        return patience * (1 + JITTER * (2 * self._chance() - 1))

    async def _ask(self, lease: Lease) -> None:
        """One request to a hub; what it does not answer well is noted, and asked again when it is due."""
        leaving = lease.state is LeaseState.LEAVING
        if leaving and lease.failures > TRIES_TO_LEAVE:
            await self._leases.drop(lease.callback)
            return
        hub = lease.hubs[(lease.failures - 1) % len(lease.hubs)]
        try:
            await self._post(hub, self._form(lease, "unsubscribe" if leaving else "subscribe"))
        except SourceError as error:
            LOG.warning("feed %s: its hub was asked in vain: %s", lease.feed, error)
            await self._leases.fail(lease.callback, str(error))

    def _form(self, lease: Lease, mode: str) -> dict[str, str]:
        form = {
            "hub.mode": mode,
            "hub.topic": lease.topic,
            "hub.callback": self._callbacks + lease.callback.reveal(),
            "hub.verify": "async",  # of PubSubHubbub 0.3, which some hubs still insist on (Automattic/pushpress#2)
        }
        if mode == "subscribe":
            # The secret goes to plain http too: there it is worth little, but no more of a secret is the callback.
            form |= {
                "hub.lease_seconds": str(int(LASTS.total_seconds())),
                "hub.secret": lease.secret.reveal(),
            }
        return form


def _token() -> Secret:
    return Secret(secrets.token_urlsafe(TOKEN))
