"""What hubs push: WebSub's parts on one store, and the inbound listener that they are reached by."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager

from bot.newsroom.inbound import Inbound
from bot.ports import Leases, Post
from bot.settings import Settings
from bot.sources.websub.receiver import Receiver
from bot.sources.websub.subscriber import Subscriber
from bot.sources.websub.waiting import Waiting


class Pushes:
    """WebSub for these feeds, to be opened where strangers may reach it, and then run."""

    def __init__(self, settings: Settings, leases: Leases, post: Post, feeds: Collection[str]) -> None:
        self._settings = settings
        self._waiting = Waiting()
        self._receiver = Receiver(leases, self._waiting)
        self._subscriber = Subscriber(leases, post, settings.public_url, self._receiver.tally)
        self.keep(feeds)

    def keep(self, feeds: Collection[str]) -> None:
        """No others are watched any more: their hubs need not push them."""
        self._subscriber.keep(feeds)

    def found(self, feed: str, hubs: Sequence[str], topic: str) -> None:
        """A feed says who pushes it, under which name."""
        self._subscriber.found(feed, hubs, topic)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Inbound]:
        """The listener, open; raises ``ConfigError`` where its address cannot be used."""
        async with Inbound(self._settings.inbound, self._settings.public_url, self._receiver.routes()) as inbound:
            yield inbound

    async def run(self, hear: Callable[[str, bytes, str], Awaitable[None]]) -> None:
        """Keep the leases and hand on what comes, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._subscriber.run(), name="leases")
            group.create_task(self._waiting.run(hear), name="deliveries of hubs")
