"""A newspaper with its hub (the stand-in), and a subscriber of real parts: store, guarded client, inbound listener."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import aiohttp
import pytest

from bot.newsroom.inbound import Inbound
from bot.ports import Lease, LeaseState
from bot.sandbox.server import Sandbox
from bot.sources.fetch import Client
from bot.sources.websub.receiver import Receiver
from bot.sources.websub.subscriber import Subscriber
from bot.sources.websub.waiting import Waiting
from bot.store.leases import Leases
from tests.contracts.conftest import Clock, Store

FEED = "newsdao"
DOCUMENT = (
    '<rss version="2.0"><channel><title>t</title><item><guid>1</guid><title>첫 소식</title></item></channel></rss>'
)


@dataclass
class Town:
    """Everything between a newspaper and ingest; ``heard`` is what would be taken in."""

    folder: Path
    store: Store
    prefix: str = ""
    shortest: float = 1.0
    heard: list[tuple[str, bytes, str]] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            self.session = await stack.enter_async_context(aiohttp.ClientSession())
            self.sandbox = await stack.enter_async_context(Sandbox("127.0.0.1:0", self.folder / "sandbox.jsonl"))
            self.client = await stack.enter_async_context(Client(allow_private=["127.0.0.0/8"]))
            self.leases = Leases(self.store.database)
            self.waiting = Waiting()
            self.receiver = Receiver(
                self.leases, self.waiting, shortest=dt.timedelta(seconds=self.shortest), chance=lambda: 0.5
            )
            self.inbound = await stack.enter_async_context(
                Inbound("127.0.0.1:0", f"https://a.kr{self.prefix}", self.receiver.routes())
            )
            self.subscriber = self.subscribing()
            group = await stack.enter_async_context(asyncio.TaskGroup())
            stack.callback(group.create_task(self.waiting.run(self.hear)).cancel)
            await self.order(feed=FEED, document=DOCUMENT)
            self._open = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    def subscribing(self) -> Subscriber:
        """A worker's subscriber."""
        url = f"http://127.0.0.1:{self.inbound.port}{self.prefix}"
        return Subscriber(self.leases, self.client.post, url, self.receiver.tally, look=0.02, chance=lambda: 0.5)

    async def hear(self, feed: str, body: bytes, content_type: str) -> None:
        self.heard.append((feed, body, content_type))

    @property
    def topic(self) -> str:
        return f"{self.sandbox.url}/websub/feeds/{FEED}"

    @property
    def hub(self) -> str:
        return f"{self.sandbox.url}/websub/hub"

    async def order(self, **order: Any) -> None:
        """What the newspaper and its hub do next."""
        async with self.session.post(f"{self.sandbox.url}/_sandbox/websub", json=order) as reply:
            assert reply.status == 200, await reply.text()

    async def shown(self) -> Any:
        """What the hub knows."""
        async with self.session.get(f"{self.sandbox.url}/_sandbox/websub") as reply:
            return await reply.json()

    async def subscribe(self) -> Lease:
        """The feed's lease, live, and the hub knows it, too."""
        self.subscriber.found(FEED, [self.hub], self.topic)
        await self.subscriber.once()
        await until(self.shown, lambda shown: self.topic in [each["topic"] for each in shown["subscriptions"]])
        return await self.state(LeaseState.LIVE)

    async def lease(self) -> Lease | None:
        rows = await self.store.rows("select callback from lease order by due desc, callback")
        return await self.leases.find(rows[0][0]) if rows else None

    async def state(self, state: LeaseState) -> Lease:
        """The lease, as soon as it stands so."""
        found: Lease = await until(self.lease, lambda lease: lease is not None and lease.state is state)
        return found

    async def push(self) -> Any:
        """How the feed's hub stands, as people see it."""
        await self.receiver.tally()
        feeds = {feed["name"]: feed for feed in await self.store.ledger.feeds()}
        return feeds[FEED]["push"]

    async def delivered(self, number: int) -> list[list[int]]:
        """How that many deliveries were answered."""
        found = await until(
            self.shown, lambda shown: sum(bool(each["statuses"]) for each in shown["deliveries"]) >= number
        )
        await asyncio.sleep(0.02)  # what was taken is handed on
        return [each["statuses"] for each in found["deliveries"]]

    def at(self, lease: Lease) -> str:
        """Its callback, as the hub calls it."""
        return f"http://127.0.0.1:{self.inbound.port}{self.prefix}/websub/{lease.callback.reveal()}"

    async def call(self, lease: Lease, **query: str) -> tuple[int, str]:
        """A hub's question."""
        params = {f"hub.{name}": value for name, value in query.items()}
        async with self.session.get(self.at(lease), params=params) as reply:
            return reply.status, await reply.text()


async def until(look: Any, well: Callable[[Any], bool], seconds: float = 5) -> Any:
    """What a look finds, as soon as it is well."""
    async with asyncio.timeout(seconds):
        while not well(found := await look()):
            await asyncio.sleep(0.01)
    return found


@asynccontextmanager
async def town(folder: Path, **more: Any) -> AsyncIterator[Town]:
    """A town on a store whose clock the test turns."""
    async with Store(folder / "sokbo.db", Clock()) as store, Town(folder, store, **more) as opened:
        yield opened


@pytest.fixture
async def newspaper(tmp_path: Path) -> AsyncIterator[Town]:
    async with town(tmp_path) as opened:
        yield opened
