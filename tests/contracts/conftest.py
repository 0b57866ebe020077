"""A real store with a clock that the test turns, and words to say what is in it."""

import datetime as dt
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import pytest

from bot.detect import fingerprint, keys, lead
from bot.document import Picture
from bot.model import (
    UTC,
    Change,
    DeliveryState,
    Entry,
    Feed,
    Limits,
    Message,
    Outcome,
    Priority,
    Receipt,
    Story,
    StoryState,
    Style,
    Target,
    Urgency,
)
from bot.ports import Account, Admission, Claim, Shipment, Subscription
from bot.store.inbox import Inbox
from bot.store.intents import Intents
from bot.store.ledger import Ledger
from bot.store.outbox import Outbox
from bot.store.sqlite import Database

FEED = Feed("newsdao", "_posts", met=True)
FAST = Limits(rate=1_000_000, interval=0)


@dataclass
class Clock:
    """The time as the test turns it; with ``now`` None, the real time."""

    now: dt.datetime | None = dt.datetime(2026, 11, 22, 3, 0, tzinfo=UTC)

    def __call__(self) -> dt.datetime:
        return self.now or dt.datetime.now(UTC)

    def monotonic(self) -> float:
        return self.now.timestamp() if self.now else time.monotonic()

    def forward(self, seconds: float) -> None:
        assert self.now is not None
        self.now += dt.timedelta(seconds=seconds)


@dataclass
class Store:
    """Every reader of one database."""

    path: Path
    clock: Clock = field(default_factory=Clock)
    limits: Limits = FAST

    async def __aenter__(self) -> Self:
        self.database = await Database(self.path, driving=True).__aenter__()
        self.inbox = Inbox(self.database, self.clock)
        self.outbox = Outbox(self.database, self.clock, self.clock.monotonic)
        self.ledger = Ledger(self.database, self.clock)
        self.intents = Intents(self.database, self.clock)
        await self.inbox.meet([(FEED, "jekyll")])
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.database.__aexit__(None, None, None)

    async def meet(self, *accounts: Account) -> None:
        await self.outbox.meet([(account, self.limits) for account in accounts])

    async def announce(
        self,
        slug: str,
        *,
        urgency: Urgency = Urgency.NORMAL,
        accounts: tuple[str, ...] = ("readers",),
        pictures: tuple[Picture, ...] = (),
        parts: tuple[str, ...] = (),
    ) -> int:
        entry = Entry(id=slug, link=f"https://a.kr/{slug}/", title=slug, summary=f"{slug} 이야기")
        priority = Priority.BREAKING if urgency is Urgency.BREAKING else Priority.NORMAL
        messages = [said(slug, pictures=pictures), *(said(text, part=part) for part, text in enumerate(parts, 1))]
        admission = Admission(
            change=Change("new", entry, StoryState.ANNOUNCED),
            story=Story(0, slug, "", entry.link, FEED.name, urgency=urgency, state=StoryState.ANNOUNCED),
            keys=keys(entry, FEED),
            fingerprint=fingerprint(entry),
            lead=lead(entry),
            shipments=tuple(Shipment(accounts, message, priority) for message in messages),
        )
        [story] = await self.inbox.admit(FEED, [admission])
        return story

    async def tick(self, *outcomes: Outcome, room: int = 100) -> tuple[Claim, ...]:
        return await self.outbox.tick(outcomes, room)

    async def states(self) -> dict[tuple[str, str], str]:
        """(headline, target) → state."""
        headlines = {story["id"]: story["headline"] for story in await self.ledger.stories(known=True)}
        return {(headlines[row["story"]], row["target"]): row["state"] for row in await self.ledger.deliveries()}


def said(text: str, **more: Any) -> Message:
    """A message that says this."""
    return Message("telegram", Style(), text, len(text), 4096, "code points", {"text": text}, **more)


def account(name: str = "readers", *addresses: str, credential: str = "c", **more: Any) -> Account:
    only = more.pop("only", "all")
    notify = more.pop("notify", "all")
    return Account(
        name=name,
        platform="telegram",
        credential=credential,
        base_url=more.pop("base_url", "https://api.telegram.org"),
        style=Style(),
        feeds=None,
        unconfirmed="",
        subscriptions=tuple(Subscription(Target(address), only, notify) for address in addresses or ("@a",)),
    )


def ended(claim: Claim, state: DeliveryState, **more: Any) -> Outcome:
    if state is DeliveryState.SENT:
        more.setdefault("receipt", Receipt(("1",), "https://t.me/a/1"))
    return Outcome(claim.delivery.id, claim.delivery.claim, state, **more)


def names(claims: tuple[Claim, ...]) -> list[str]:
    return [claim.delivery.message.text for claim in claims]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store(tmp_path / "sokbo.db") as opened:
        yield opened
