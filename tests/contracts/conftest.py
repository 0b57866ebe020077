"""A real store, on either database, with a clock that the test turns, and words to say what is in it."""

import datetime as dt
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import psycopg
import pytest

from bot.detect import fingerprint, keys, lead
from bot.document import Picture
from bot.model import (
    UTC,
    Budget,
    Change,
    DeliveryState,
    Entry,
    Feed,
    Limits,
    Message,
    Operation,
    Outcome,
    Priority,
    Receipt,
    Story,
    StoryState,
    Style,
    Target,
    Urgency,
    Window,
)
from bot.ports import Account, Admission, Claim, Paces, Shipment, Subscription
from bot.store import migrations, postgres, sqlite
from bot.store.database import Connection, Database
from bot.store.inbox import Inbox
from bot.store.intents import Intents
from bot.store.ledger import Ledger
from bot.store.outbox import Outbox
from tests.postgres import Server

FEED = Feed("newsdao", "_posts", met=True)
FAST = Limits(rate=1_000_000)
DATABASES = ("sqlite", "postgresql")

Place = Path | str
"""Where a store is: a file, or the URL of a PostgreSQL."""


@dataclass
class Pace:
    """How fast a platform of the test's own may be asked."""

    limits: Limits = FAST
    windows: tuple[Window, ...] = ()

    def per_target(self, target: Target) -> tuple[Window, ...]:
        return self.windows


@dataclass
class Costly(Pace):
    """A platform that asks money for each message, and some of it for taking one back."""

    app: str = ""
    budget: Budget = field(default_factory=Budget)
    price: float = 0.0
    deleted: float = 0.0

    def cost(self, operation: Operation, message: Message) -> float:
        return {"send": self.price, "reply": self.price, "delete": self.deleted, "edit": 0.0}[operation]


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
    """Every reader of one database: a file, or a PostgreSQL by its URL."""

    place: Place
    clock: Clock = field(default_factory=Clock)
    limits: Limits = FAST
    windows: tuple[Window, ...] = ()
    steady: Callable[[], float] | None = None

    async def __aenter__(self) -> Self:
        clock = None if self.clock.now is None else self.clock
        self.database = await opened(self.place, driving=True, clock=clock).__aenter__()
        self.inbox = Inbox(self.database)
        self.outbox = Outbox(self.database, self.steady)
        self.ledger = Ledger(self.database)
        self.intents = Intents(self.database)
        await self.inbox.meet([(FEED, "jekyll")])
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.database.__aexit__(None, None, None)

    async def restart(self) -> None:
        """Stop, and start again as another process would."""
        await self.database.__aexit__(None, None, None)
        await self.__aenter__()

    async def meet(self, *accounts: Account, paces: Paces | None = None) -> None:
        await self.outbox.meet([(account, paces or Pace(self.limits, self.windows)) for account in accounts])

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

    async def revise(
        self,
        story: int,
        text: str,
        revision: int = 2,
        *,
        operation: Operation = "edit",
        accounts: tuple[str, ...] = ("readers",),
    ) -> None:
        """Make what a story's readers see into this."""
        await self.inbox.revise(
            Story(story, text, "", "", FEED.name, revision=revision, state=StoryState.CORRECTED),
            [Shipment(accounts, said(text), Priority.CORRECTION, operation)],
        )

    async def retract(self, story: int, *, accounts: tuple[str, ...] = ("readers",), parts: int = 1) -> bool:
        """Take a story back."""
        notices = [said("취소되었습니다", part=part) for part in range(parts)]
        shipments = [Shipment(accounts, notice, Priority.RETRACTION, "delete") for notice in notices]
        return await self.inbox.retract(story, shipments)

    async def tick(self, *outcomes: Outcome, room: int = 100) -> tuple[Claim, ...]:
        return await self.outbox.tick(outcomes, room)

    async def spread(self) -> None:
        """Fan out whatever is to be fanned out, and act on what people want."""
        await self.tick(room=0)
        while self.outbox.fanning_out:
            await self.tick(room=0)

    async def send(self, *, room: int = 1000) -> list[Claim]:
        """Send whatever can be sent, to the end."""
        told: list[Claim] = []
        await self.spread()
        while claims := await self.tick(room=room):
            told += claims
            await self.tick(*(ended(claim, DeliveryState.SENT) for claim in claims), room=0)
        return told

    async def intend(self, verb: str, **order: Any) -> str | None:
        """What a person wants; what came of it."""
        number = await self.intents.intend(verb, order)
        await self.tick(room=0)
        return await self.intents.result(number)

    async def rows(self, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """The rows of one statement of the test's own, in its columns' order."""

        def work(connection: Connection) -> list[tuple[Any, ...]]:
            rows: Sequence[Any] = connection.rows(sql, **parameters)
            return [tuple(row[name] for name in row.keys()) for row in rows]  # noqa: SIM118 - sqlite3's rows go over values

        return await self.database.write(work)

    async def states(self) -> dict[tuple[str, str], str]:
        """(headline, target) → state."""
        headlines = {story["id"]: story["headline"] for story in await self.ledger.stories(known=True)}
        return {(headlines[row["story"]], row["target"]): row["state"] for row in await self.ledger.deliveries()}

    async def all_states(self) -> dict[tuple[str, str], DeliveryState]:
        """(what it says, operation) → state, of a store with one target."""
        rows = await self.rows("""
            select m.message_json, d.operation, d.state from delivery d join message m on m.id = d.message order by d.id
        """)
        return {(_text(message), operation): DeliveryState(state) for message, operation, state in rows}


def _text(message_json: str) -> str:
    from bot.store.codec import load_message

    return load_message(message_json).text


PATIENT = (
    20.0  #: seconds that a statement may take here: a commit has waited more than two for a disk that others filled
)


def opened(place: Place, *, driving: bool = False, clock: Callable[[], dt.datetime] | None = None) -> Database:
    """The database at that place, not yet open."""
    if isinstance(place, Path):
        return sqlite.Database(place, driving=driving, clock=clock)
    return postgres.Database(place, driving=driving, clock=clock, wait=PATIENT)


def said(text: str, **more: Any) -> Message:
    """A message that says this."""
    return Message("telegram", Style(), text, len(text), 4096, "code points", {"text": text}, **more)


def account(name: str = "readers", *addresses: str, credential: str = "c", **more: Any) -> Account:
    only = more.pop("only", "all")
    notify = more.pop("notify", "all")
    personal = more.pop("personal", ())
    return Account(
        name=name,
        platform="telegram",
        credential=credential,
        base_url=more.pop("base_url", "https://api.telegram.org"),
        style=Style(),
        feeds=None,
        unconfirmed="",
        subscriptions=tuple(
            Subscription(Target(address, personal=address in personal), only, notify)
            for address in addresses or ("@a",)
        ),
    )


def ended(claim: Claim, state: DeliveryState, **more: Any) -> Outcome:
    if state is DeliveryState.SENT:
        more.setdefault("receipt", Receipt(("1",), "https://t.me/a/1"))
    return Outcome(claim.delivery.id, claim.delivery.claim, state, **more)


def names(claims: Sequence[Claim]) -> list[str]:
    return [claim.delivery.message.text for claim in claims]


def targets(claims: Sequence[Claim]) -> list[str]:
    return [claim.delivery.target.address for claim in claims]


# ── Places ───────────────────────────────────────────────────────────────────────────────────────────────────────

#: Everything but what the schema itself has written; what refers to others goes first.
EMPTY: Mapping[str, bool] = {
    **dict.fromkeys(
        ("receipt", "upload", "tally", "telling", "identity", "trait", "missing", "rendition", "filtered", "lease"),
        False,
    ),
    **dict.fromkeys(("delivery", "fanout", "message", "entry", "story", "subscription", "account"), True),
    **dict.fromkeys(("intent", "worker"), True),
    **dict.fromkeys(("picture", "feed"), False),
}


@pytest.fixture(scope="session")
def shared_url(postgres: Server) -> Iterator[str]:
    """One database for the whole run: a new one takes half a second, an emptied one none."""
    with postgres.database() as url:
        yield url


def emptied(url: str) -> str:
    """The same database as new."""
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute("select 1 from pg_namespace where nspname = %s", [migrations.HOME]).fetchone()
        if found is not None:
            deletes = [f"delete from {migrations.HOME}.{table}" for table in EMPTY]
            numbers = [
                f"select setval(pg_get_serial_sequence('{migrations.HOME}.{table}', 'id'), 1, false)"
                for table, numbered in EMPTY.items()
                if numbered
            ]
            connection.execute("; ".join([*deletes, *numbers]))
    return url


@pytest.fixture(params=DATABASES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Where a new store can be: on one database, then on the other."""
    if request.param == "sqlite":
        return tmp_path / "sokbo.db"
    return emptied(request.getfixturevalue("shared_url"))


@pytest.fixture
async def store(place: Place) -> AsyncIterator[Store]:
    async with Store(place) as opened_store:
        yield opened_store
