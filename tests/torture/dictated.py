"""A platform that answers as it is told, at once and in this process, and the bots that speak to it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple

from bot.errors import Throttled
from bot.model import Delivery, Limits, Receipt, Secret, Target, Window
from bot.ports import Reply, Request, Transport
from tests.adapters.stage import reply
from tests.bench.site import Adapter, Site, Unpaced, opened, token


class Asked(NamedTuple):
    """One request: seconds of the monotonic clock, whose chat, which method, and its text if it has one."""

    at: float
    chat: str
    method: str
    text: str


class Dictated:
    """A Telegram whose readers' chats are refused as the test says."""

    def __init__(self) -> None:
        self.seen: list[Asked] = []
        self.refused: dict[str, float] = {}  #: seconds to wait, by chat; "" is every chat
        self.told: Asked | None = None  #: who was refused last

    async def __call__(self, request: Request, /) -> Reply:
        chat = str(request.json["chat_id"])
        method = request.url.rpartition("/")[2]
        asked = Asked(time.monotonic(), chat, method, str(request.json.get("text", "")))
        self.seen.append(asked)
        if (wait := self.refused.pop(chat, None) or self.refused.pop("", None)) is not None:
            self.told = asked
            return reply(429, {"ok": False, "description": "Too Many Requests", "parameters": {"retry_after": wait}})
        reader = {"id": int(chat), "type": "private"}
        return reply(200, {"ok": True, "result": {"message_id": 1, "date": 0, "chat": reader}})

    def between(self, since: float, until: float = float("inf")) -> list[Asked]:
        """What was asked from then on, and before ``until``."""
        return [one for one in self.seen if since <= one.at < until]

    async def hears(self, number: int, wanted: Callable[[Asked], bool], since: float, within: float) -> list[Asked]:
        """What was asked from then on, up to the so many-th that is wanted; raises ``TimeoutError``."""
        async with asyncio.timeout(within):
            while True:
                found = self.between(since)
                places = [place for place, one in enumerate(found) if wanted(one)]
                if len(places) >= number:
                    return found[: places[number - 1] + 1]
                await asyncio.sleep(0.01)


class Paced(Unpaced):
    """As Telegram: 30 a second."""

    def __init__(self, transport: Transport, /, *, token: Secret, base_url: str) -> None:
        super().__init__(transport, token=token, base_url=base_url)
        self.limits = Limits(rate=30, timeout=20.0)


class Wide(Paced):
    """A platform whose 429 is about the whole account."""

    async def send(self, delivery: Delivery) -> Receipt:
        try:
            return await super().send(delivery)
        except Throttled as refusal:
            raise Throttled(str(refusal), after=refusal.after, scope="account") from None


class Chatty(Unpaced):
    """A platform that takes 1,000 a second, and 100 of them in one chat."""

    def __init__(self, transport: Transport, /, *, token: Secret, base_url: str) -> None:
        super().__init__(transport, token=token, base_url=base_url)
        self.limits = Limits(rate=1000, timeout=20.0)

    def per_target(self, target: Target) -> tuple[Window, ...]:
        return (Window(1, 0.01),)


@asynccontextmanager
async def parts(store: str, platform: Dictated, kind: type[Unpaced] = Paced) -> AsyncIterator[Site]:
    """A worker whose one bot, "bot 0", speaks to the platform that the test dictates."""

    def bots(transport: Transport) -> Mapping[str, Adapter]:
        return {"bot 0": kind(transport, token=token(0), base_url="http://127.0.0.1:1")}

    async with opened(store, bots, platform) as site:
        yield site
