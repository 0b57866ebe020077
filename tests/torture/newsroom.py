"""A newsroom in one process that can die at any boundary: every statement, every commit, every send.

`Fuse` counts the boundaries and blows at one of them; from then on nothing that this process does reaches the disk or
the platform. What outlives it is the file, the platform, and what the newsroom has published.
"""

import asyncio
import datetime as dt
import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw

from bot import dispatch
from bot.carrier import Carrier
from bot.dispatch import Dispatch
from bot.document import Picture
from bot.errors import PictureError, SourceError, Throttled, Unconfirmed
from bot.ingest import Ingest
from bot.model import Bounds, Delivery, Entry, Feed, Limits, Message, Receipt, Story, Style, Target, Window
from bot.ports import Account, Fetched, Reading, Subscription
from bot.store import sqlite
from bot.store.codec import moment
from bot.store.inbox import Inbox
from bot.store.ledger import Ledger
from bot.store.outbox import Outbox
from bot.store.sqlite import Database
from tests.contracts.conftest import said

SOON = dt.timedelta(seconds=30)
STEP = 100_000  #: µs that the clock goes on each time that somebody looks at it
BEGAN = 1_000_000  #: µs since 1970: before any monotonic clock, so that no token lies ahead of it


class Crash(BaseException):
    """The process dies here: nobody catches it."""


@dataclass
class Fuse:
    """Blows at boundary number ``at``; 0 is never."""

    at: int = 0
    passed: int = 0
    blown: bool = False

    def boundary(self) -> None:
        """One more; raises ``Crash`` if it is the one, or lies behind it."""
        self.passed += 1
        if self.passed == self.at:
            self.blown = True
        if self.blown:
            raise Crash


class Wire:
    """SQLite's connection, cut when the fuse blows: what was not committed is then as gone as after a kill."""

    def __init__(self, raw: apsw.Connection, fuse: Fuse) -> None:
        self._raw = raw
        self._fuse = fuse

    @property
    def in_transaction(self) -> bool:
        return not self._fuse.blown and self._raw.in_transaction

    def execute(self, sql: str, parameters: Mapping[str, Any] | tuple[()] = ()) -> Any:
        self._fuse.boundary()
        done = self._raw.execute(sql, parameters)
        if sql == "commit":
            self._fuse.boundary()  # committed, and nobody is told
        return done

    def close(self) -> None:
        self._raw.close()


@dataclass
class Platform:
    """What readers see. It knows each key for ever, loses some answers and asks to wait now and then."""

    fuse: Fuse = field(default_factory=Fuse)
    trouble: Mapping[int, str] = field(default_factory=dict)  #: of which requests: "lost" or "429"
    arrivals: list[Delivery] = field(default_factory=list)  #: each key once
    seen: dict[str, str] = field(default_factory=dict)  #: id → text
    ids: dict[str, str] = field(default_factory=dict)  #: key → id
    requests: int = 0
    limits = Limits(rate=1_000_000)
    platform = "telegram"
    styles: frozenset[str] = frozenset()
    template = ""
    pictures: Bounds | None = None

    def __post_init__(self) -> None:
        self.credential = ""

    def render(self, story: Story, style: Style) -> tuple[Message, ...]:
        return (said(story.headline),)

    @staticmethod
    def target(raw: Mapping[str, Any]) -> Target:
        return Target(str(raw["id"]))

    def per_target(self, target: Target) -> tuple[Window, ...]:
        return ()

    def plain(self, message: Message) -> Message | None:
        return None

    def safe_again(self, target: Target) -> dt.timedelta:
        return dt.timedelta(days=1)

    async def send(self, delivery: Delivery) -> Receipt:
        return self._take(delivery, lambda number: self.seen.update({number: delivery.message.text}))

    async def edit(self, delivery: Delivery) -> Receipt:
        assert delivery.posted is not None
        number = delivery.posted.ids[0]
        return self._take(delivery, lambda _: self.seen.update({number: delivery.message.text}))

    async def delete(self, delivery: Delivery) -> Receipt:
        assert delivery.posted is not None
        number = delivery.posted.ids[0]
        self._take(delivery, lambda _: self.seen.pop(number, ""))
        return Receipt(())

    async def find(self, delivery: Delivery) -> Receipt | None:
        number = self.ids.get(delivery.key)
        return None if number is None else Receipt((number,))

    def _take(self, delivery: Delivery, act: Callable[[str], Any]) -> Receipt:
        self.fuse.boundary()
        self.requests += 1
        trouble = self.trouble.get(self.requests, "")
        if trouble == "429":
            raise Throttled("slow down", after=0.5, scope="account")
        if delivery.key not in self.ids:
            number = self.ids[delivery.key] = f"{len(self.ids)}"
            act(number)
            self.arrivals.append(delivery)
        self.fuse.boundary()  # taken, and nobody is told
        if trouble == "lost":
            raise Unconfirmed("no answer")
        return Receipt((self.ids[delivery.key],))


class Paper:
    """A feed that shows what its newsroom has published so far."""

    def __init__(self, editions: tuple[tuple[Entry, ...], ...]) -> None:
        self.editions = editions
        self.edition = 0

    async def read(self, cursor: str) -> Reading:
        entries = self.editions[min(self.edition, len(self.editions) - 1)]
        return Reading(entries, total=len(entries), cursor=f"edition {self.edition}")

    async def picture(self, picture: Picture) -> bytes:
        raise PictureError("there is none")

    async def answers(self, link: str) -> bool:
        return True

    async def page(self, link: str) -> Fetched:
        raise SourceError("there is none")


class NoPictures:
    """The stories of this newsroom have none."""

    def key(self, data: bytes, bounds: Bounds) -> str:
        return hashlib.sha256(data).hexdigest()

    async def prepare(self, data: bytes, bounds: Bounds) -> tuple[Picture, bytes]:
        raise PictureError("there is none")

    async def shared(self, html: bytes, base: str, content_type: str) -> Picture | None:
        return None


@dataclass
class House:
    """All that outlives a process, and ``live``: one process from its start to its end, or to its crash."""

    path: Path
    papers: Mapping[str, Paper]
    accounts: tuple[Account, ...]
    platform: Platform
    ticks: int = 0

    def __post_init__(self) -> None:
        self.feeds = [(Feed(name, name, met=True, first_run=100), paper) for name, paper in self.papers.items()]

    def clock(self) -> dt.datetime:
        self.ticks += 1
        return moment(BEGAN + self.ticks * STEP)

    async def live(self, fuse: Fuse, steps: int) -> bool:
        """Start, and do what is left of so many editions; false if it crashed."""
        self.platform.fuse = fuse
        real = sqlite._connect
        database = Database(self.path, driving=True, clock=self.clock)
        sqlite._connect = lambda path: Wire(real(path), fuse)  # type: ignore[assignment,return-value]  # cut with the fuse
        try:
            async with database:
                await self._work(database, steps)
        except BaseException:
            if not fuse.blown:
                raise
            return False
        else:
            return True
        finally:
            sqlite._connect = real
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

    async def _work(self, database: Database, steps: int) -> None:
        inbox, outbox = Inbox(database), Outbox(database)
        await inbox.meet([(feed, "jekyll") for feed, _ in self.feeds])
        await outbox.meet([(account, self.platform) for account in self.accounts])
        renderers = {account.name: self.platform for account in self.accounts}
        ingest = Ingest(inbox, self.feeds, self.accounts, renderers, NoPictures(), lambda: None, self.clock)
        carriers = {account.name: Carrier(self.platform) for account in self.accounts}
        sending = Dispatch(outbox, carriers, Ledger(database).picture, _shrink, self.clock)
        paper = next(iter(self.papers.values()))
        for edition in range(paper.edition, steps):
            for one in self.papers.values():
                one.edition = edition
            await ingest.once()
            await sending.once(SOON)


async def _shrink(data: bytes, bounds: Bounds) -> tuple[Picture, bytes]:
    raise PictureError("there is none")


def hasten() -> Callable[[], None]:
    """Dispatch without its pauses; what puts them back."""
    before = dispatch.BUSY
    dispatch.BUSY = 0.0

    def restore() -> None:
        dispatch.BUSY = before

    return restore


def reader(name: str, *addresses: str) -> Account:
    subscriptions = tuple(Subscription(Target(address)) for address in addresses)
    return Account(name, "telegram", name, "https://platform.example", Style(), None, "", subscriptions)


# ── What must be true at the end ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Owed:
    """What readers see of a story at the end: its headline, None if it was taken back."""

    slug: str
    text: str | None


def violations(house: House, owed: tuple[Owed, ...]) -> list[str]:
    """What is wrong with what readers have seen, and with what the ledger says; empty if nothing is."""
    wrong: list[str] = []
    targets = [s.target.address for account in house.accounts for s in account.subscriptions]
    for target in targets:
        here = [one for one in house.platform.arrivals if one.target.address == target]
        wrong += _of_target(house, target, here, owed)
    wrong += _of_file(house, owed)
    return wrong


def _of_target(house: House, target: str, here: list[Delivery], owed: tuple[Owed, ...]) -> list[str]:
    wrong = []
    sends = [one for one in here if one.operation == "send"]
    stories = Counter(_story(one) for one in sends)
    wrong += [f"{target}: story {story} came {count} times" for story, count in stories.items() if count > 1]
    seen = sorted(house.platform.seen[house.platform.ids[one.key]] for one in sends if _stands(house, one))
    expected = sorted(one.text for one in owed if one.text is not None)
    if seen != expected:
        wrong.append(f"{target}: readers see {seen}, not {expected}")
    orders = defaultdict(list)
    for one in sends:
        orders[one.message.text.startswith("속보")].append(int(_story(one)))
    wrong += [f"{target}: {told} is out of order" for told in orders.values() if told != sorted(told)]
    revisions = defaultdict(list)
    for one in here:
        revisions[_story(one)].append(int(one.key.split(":")[3]) if one.operation != "delete" else 99)
    wrong += [f"{target}: {told} of story {s} is out of order" for s, told in revisions.items() if told != sorted(told)]
    return wrong


def _story(one: Delivery) -> str:
    return one.key.split(":")[2]


def _stands(house: House, one: Delivery) -> bool:
    return house.platform.ids[one.key] in house.platform.seen


def _of_file(house: House, owed: tuple[Owed, ...]) -> list[str]:
    with closing(apsw.Connection(str(house.path))) as file:
        open_ = file.execute("select id, state, reason from delivery where state not in (3, 7)").fetchall()
        [(fanouts,)] = file.execute("select count(*) from fanout").fetchall()
        [(stories,)] = file.execute("select count(*) from story").fetchall()
        cursors = {str(name): str(cursor) for name, cursor in file.execute("select name, cursor from feed")}
        whole = str(file.execute("pragma integrity_check").fetchall()[0][0])
        astray = file.execute("pragma foreign_key_check").fetchall()
    wrong = [f"delivery {row[0]} is in state {row[1]}: {row[2]}" for row in open_]
    wrong += [f"{fanouts} fan-outs are left"] if fanouts else []
    wrong += [] if stories == len(owed) else [f"there are {stories} stories, not {len(owed)}"]
    for name, paper in house.papers.items():
        wrong += [] if cursors[name] == f"edition {paper.edition}" else [f"feed {name} stands at {cursors[name]}"]
    return [*wrong, *([] if whole == "ok" else [whole]), *(str(row) for row in astray)]
