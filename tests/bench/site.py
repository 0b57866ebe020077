"""A bot to measure, of real parts: a store, adapters on the shared transport, dispatch; feeds and page are left out.

Subscriptions by the hundred thousand are written into the store as `Outbox.meet` would write them, in one go.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from adapters import telegram, webhook
from bot.app.build import open_store
from bot.carrier import Carrier
from bot.detect import fingerprint, keys, lead
from bot.dispatch import ROOM, Dispatch
from bot.document import Picture
from bot.errors import PictureError
from bot.model import (
    Bounds,
    Change,
    Entry,
    Feed,
    Limits,
    Message,
    Operation,
    Priority,
    Secret,
    Story,
    StoryState,
    Style,
    Target,
    Window,
)
from bot.ports import Account, Admission, Reply, Request, Shipment, Subscription, Transport
from bot.store.database import Connection, Database
from bot.store.inbox import Inbox
from bot.store.ledger import Ledger
from bot.store.outbox import Outbox
from bot.transport import Http
from tests.adapters.stage import BARE
from tests.postgres import serving

FEED = Feed("newsdao", "_posts", met=True)
FIRST = 1_000_001  #: the first reader's chat
AT_ONCE = 5_000  #: subscriptions that one statement writes
UNPACED = 1_000_000.0  #: requests a second: no pace at all
SECRET = Secret("whsec_" + "QUJD" * 8)

Adapter = telegram.Adapter | webhook.Adapter


class Unpaced(telegram.Adapter):
    """Our Telegram adapter for a Telegram that lets everything through."""

    def __init__(self, transport: Transport, /, *, token: Secret, base_url: str) -> None:
        super().__init__(transport, token=token, base_url=base_url)
        self.limits = Limits(rate=UNPACED, timeout=20.0)

    def per_target(self, target: Target) -> tuple[Window, ...]:
        return ()


class UnpacedHook(webhook.Adapter):
    """Our webhook adapter without a pace."""

    limits = Limits(rate=UNPACED, timeout=20.0)


def token(number: int) -> Secret:
    """The token of one of several bots."""
    return Secret(f"{1_000_001 + number}:no-real-token")


class Tally:
    """A transport that counts what comes back, by status, and says when there is enough."""

    def __init__(self, carry: Transport) -> None:
        self._carry = carry
        self.statuses: dict[int, int] = {}
        self.heard: Callable[[Request, Reply], None] = lambda request, reply: None

    async def __call__(self, request: Request, /) -> Reply:
        reply = await self._carry(request)
        self.statuses[reply.status] = self.statuses.get(reply.status, 0) + 1
        self.heard(request, reply)
        return reply

    @property
    def well(self) -> int:
        """How many requests were taken."""
        return self.statuses.get(200, 0)

    @property
    def throttled(self) -> int:
        """How many were too fast."""
        return self.statuses.get(429, 0)


@dataclass
class Site:
    """One worker's parts on an open store. Accounts are known by name; ``tally`` counts what they hear."""

    database: Database
    adapters: Mapping[str, Adapter]
    tally: Tally
    policy: str = ""
    _slugs: "count[int]" = field(default_factory=count)

    def __post_init__(self) -> None:
        self.inbox, self.outbox, self.ledger = Inbox(self.database), Outbox(self.database), Ledger(self.database)

    async def meet(self, targets: Mapping[str, Sequence[Target]] | None = None) -> None:
        """The accounts meet the store, each with these targets."""
        await self.inbox.meet([(FEED, "jekyll")])
        named = targets or {}
        await self.outbox.meet(
            [(account(name, adapter, named.get(name, ())), adapter) for name, adapter in self.adapters.items()]
        )

    async def subscribe(self, name: str, number: int, address: Callable[[int], str] = lambda n: str(FIRST + n)) -> None:
        """So many readers of one account."""
        for first in range(0, number, AT_ONCE):
            addresses = json.dumps([[address(n)] for n in range(first, min(first + AT_ONCE, number))])
            await self.database.write(lambda c: _subscribe(c, self.adapters[name], name, addresses))  # noqa: B023 - run at once

    def dispatch(self, room: int = ROOM) -> Dispatch:
        """Drives the store, with so many deliveries in flight at most."""
        carriers = {name: Carrier(adapter, self.policy) for name, adapter in self.adapters.items()}  # type: ignore[arg-type]  # one of three words
        return Dispatch(self.outbox, carriers, self.ledger.picture, _shrink, self.database.clock, room=room)

    async def announce(self, *names: str, priority: Priority = Priority.NORMAL) -> int:
        """One story to all readers of these accounts; its number."""
        slug = f"story-{next(self._slugs)}-{time.time_ns()}"
        entry = Entry(id=slug, link=f"https://newsdao.kr/{slug}/", title=slug)
        story = replace(BARE, id=0, headline=f"{BARE.headline} {slug}", link=entry.link, source=FEED.name)
        shipments = tuple(Shipment((name,), self.message(name, story), priority) for name in names)
        change = Change("new", entry, StoryState.ANNOUNCED)
        told = replace(story, state=StoryState.ANNOUNCED)
        admission = Admission(change, told, keys(entry, FEED), fingerprint(entry), lead(entry), shipments)
        return (await self.inbox.admit(FEED, [admission]))[0]

    async def retract(self, story: int, *names: str) -> None:
        """Take it back from all readers."""
        notice = replace(BARE, headline="이 기사는 취소되었습니다", link="")
        operation: Operation = "delete"
        shipments = [Shipment((n,), self.message(n, notice), Priority.RETRACTION, operation) for n in names]
        await self.inbox.retract(story, shipments)

    def message(self, name: str, story: Story) -> Message:
        """The story as one account tells it."""
        return self.adapters[name].render(story, Style())[0]

    async def spread(self) -> None:
        """Tick until every subscription has its delivery; nothing is claimed."""
        await self.outbox.tick([], 0)
        while self.outbox.fanning_out:
            await self.outbox.tick([], 0)

    async def states(self) -> Mapping[int, int]:
        """How many deliveries are in each state."""
        rows = await self.database.read(lambda c: c.rows("select state, count(*) as n from delivery group by state"))
        return {row["state"]: row["n"] for row in rows}


def account(name: str, adapter: Adapter, targets: Sequence[Target] = ()) -> Account:
    """An account as the configuration would name it."""
    return Account(
        name=name,
        platform=adapter.platform,
        credential=adapter.credential,
        base_url="http://stand-in",
        style=Style(),
        feeds=None,
        unconfirmed="",
        subscriptions=tuple(map(Subscription, targets)),
    )


def readers(number: int) -> tuple[Target, ...]:
    """So many readers' own chats."""
    return tuple(Target(str(FIRST + n), personal=True) for n in range(number))


@asynccontextmanager
async def opened(
    store: str,
    build: Callable[[Transport], Mapping[str, Adapter]],
    transport: Transport | None = None,
    *,
    driving: bool = True,
) -> AsyncIterator[Site]:
    """A worker on this store; ``build`` makes its adapters, by their accounts' names."""
    async with Http() as http, open_store(store, driving=driving) as database:
        tally = Tally(transport or http)
        yield Site(database, build(tally), tally)


@asynccontextmanager
async def driving(dispatch: Dispatch) -> AsyncIterator[None]:
    """Dispatch at work while this is open; then it drains."""
    running = asyncio.create_task(dispatch.run())
    try:
        yield
    finally:
        dispatch.drain()
        await running


async def taken(site: Site, number: int, within: float = 60.0) -> None:
    """Return when so many requests more have been taken; raises ``TimeoutError``."""
    enough = asyncio.Event()
    until = site.tally.well + number

    def heard(request: Request, reply: Reply) -> None:
        if site.tally.well >= until:
            enough.set()

    site.tally.heard = heard
    await asyncio.wait_for(enough.wait(), within)


@contextmanager
def stores() -> Iterator[Mapping[str, str]]:
    """An empty store on either database, by its name."""
    with (
        tempfile.TemporaryDirectory(prefix="sokbo-bench-") as folder,
        serving() as server,
        server.database() as url,
    ):
        yield {"SQLite": f"sqlite:///{Path(folder) / 'sokbo.db'}", "PostgreSQL": url}


def _subscribe(connection: Connection, adapter: Adapter, name: str, addresses: str) -> None:
    connection.rows(
        "insert into subscription (account, name, address, personal)"
        " select a.id, :name, value->>0, 1 from json_each(:addresses) join account a on a.credential = :credential",
        name=name,
        addresses=addresses,
        credential=adapter.credential,
    )


async def _shrink(data: bytes, bounds: Bounds) -> tuple[Picture, bytes]:
    raise PictureError("nothing here has a picture")
