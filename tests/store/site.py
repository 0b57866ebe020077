"""A newsroom's store on either database, with a clock that the test turns, and words to fill it with."""

import datetime as dt
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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
    Window,
)
from bot.ports import Account, Admission, Claim, Shipment, Subscription
from bot.store import postgres, sqlite
from bot.store.database import Database
from bot.store.inbox import Inbox
from bot.store.intents import Intents
from bot.store.ledger import Ledger
from bot.store.outbox import Outbox

FEED = Feed("newsdao", "_posts", met=True)
S = DeliveryState


class Fast:
    """As fast as anybody asks."""

    limits = Limits(rate=1_000_000)

    def per_target(self, target: Target) -> tuple[Window, ...]:
        return ()


@dataclass
class Clock:
    now: dt.datetime = dt.datetime(2026, 11, 22, 3, 0, tzinfo=UTC)

    def __call__(self) -> dt.datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += dt.timedelta(**by)


def said(text: str, **more: Any) -> Message:
    return Message("telegram", Style(), text, len(text), 4096, "code points", {"text": text}, **more)


def readers(*addresses: str, name: str = "readers", credential: str = "c") -> Account:
    subscriptions = tuple(Subscription(Target(address)) for address in addresses or ("@a", "@b"))
    return Account(name, "telegram", credential, "https://api.telegram.org", Style(), None, "", subscriptions)


def entry(slug: str) -> Entry:
    return Entry(id=slug, link=f"https://a.kr/{slug}/", title=slug, summary=f"{slug} 이야기가 들어왔다.")


def photo(name: str) -> Picture:
    return Picture(f"https://a.kr/{name}.jpg", "alt", name * 8, "image/jpeg", 10, 10)


@dataclass
class Site:
    """Every reader and writer of one open database."""

    database: Database
    clock: Clock
    sent: list[str] = field(default_factory=list)  #: keys, in order

    def __post_init__(self) -> None:
        self.inbox = Inbox(self.database)
        self.outbox = Outbox(self.database)
        self.ledger = Ledger(self.database)
        self.intents = Intents(self.database)

    async def meet(self, *accounts: Account) -> None:
        await self.inbox.meet([(FEED, "jekyll")])
        await self.outbox.meet([(account, Fast()) for account in accounts])

    def admission(self, slug: str, accounts: Sequence[str] = ("readers",), **more: Any) -> Admission:
        post = entry(slug)
        return Admission(
            change=Change("new", post, StoryState.ANNOUNCED),
            story=Story(0, slug, "", post.link, FEED.name, state=StoryState.ANNOUNCED),
            keys=keys(post, FEED),
            fingerprint=fingerprint(post),
            lead=lead(post),
            shipments=(Shipment(tuple(accounts), said(slug, **more), Priority.NORMAL),),
            traits=(f"first:{slug}",),
        )

    async def announce(self, slug: str, accounts: Sequence[str] = ("readers",), **more: Any) -> int:
        [story] = await self.inbox.admit(FEED, [self.admission(slug, accounts, **more)])
        return story

    async def claimed(self) -> tuple[Claim, ...]:
        """Whatever can be sent now."""
        claims = await self.outbox.tick([], 1000)
        while not claims and self.outbox.fanning_out:
            claims = await self.outbox.tick([], 1000)
        return claims

    async def end(self, *claims: Claim, state: DeliveryState = S.SENT, **more: Any) -> None:
        if state is S.SENT:
            self.sent += [claim.delivery.key for claim in claims]
            more.setdefault("receipt", Receipt(("1",), "https://t.me/a/1"))
        outcomes = [Outcome(claim.delivery.id, claim.delivery.claim, state, **more) for claim in claims]
        await self.outbox.tick(outcomes, 0)

    async def send(self) -> int:
        """Send whatever can be sent, to the end; how many went."""
        number = 0
        while claims := await self.claimed():
            await self.end(*claims)
            number += len(claims)
        return number

    async def tell(self, slug: str, **more: Any) -> int:
        """Announce a story, and send it to all."""
        story = await self.announce(slug, **more)
        await self.send()
        return story

    async def do(self, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """One statement of the test's own; its first column stands for a row."""

        def work(connection: Any) -> list[Any]:
            return [tuple(row[name] for name in row.keys()) for row in connection.rows(sql, **parameters)]  # noqa: SIM118 - sqlite3's rows go over values

        return await self.database.write(work)

    async def count(self, table: str) -> int:
        [(number,)] = await self.do(f"select count(*) as number from {table}")
        return int(number)

    async def states(self) -> dict[tuple[str, str], str]:
        """(headline, target) → state."""
        headlines = {story["id"]: story["headline"] for story in await self.ledger.stories(known=True)}
        return {(headlines[row["story"]], row["target"]): row["state"] for row in await self.ledger.deliveries()}


def opened(store: str, clock: Clock | None, *, driving: bool = True) -> Database:
    if store.startswith("sqlite:"):
        return sqlite.Database(Path(store.removeprefix("sqlite:///")), driving=driving, clock=clock)
    return postgres.Database(store, driving=driving, clock=clock, wait=20.0)  # the disk may be busy with other tests


@asynccontextmanager
async def site(store: str, clock: Clock | None = None) -> AsyncIterator[Site]:
    clock = clock or Clock()
    async with opened(store, clock) as database:
        yield Site(database, clock)
