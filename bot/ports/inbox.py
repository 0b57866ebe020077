"""What ingest needs of the store: to know what was told, and to commit a reading with all that follows from it.

    Change, Story, Shipment … ─▶ Admission ─▶ Inbox.admit: one transaction, so that nothing is half told
    prepared picture ─▶ Album: kept once, by its content
    feeds that are due ─▶ Inbox.take ─▶ Taken … Polled ─▶ Inbox.polled: many at a time

Several readers may work on one store: what another has admitted meanwhile is left out, so that nothing is told twice.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.document import Picture
from bot.errors import Problem
from bot.model import Change, Feed, Known, Message, Operation, Priority, Story, Urgency
from bot.rules import Kept


@dataclass(frozen=True, slots=True)
class Shipment:
    """One message on its way to all subscriptions of the accounts that share it (by their configured names).

    An edit, a delete or a reply goes to those who have what it is about, or are getting it.
    """

    accounts: tuple[str, ...]
    message: Message
    priority: Priority
    operation: Operation = "send"


@dataclass(frozen=True, slots=True)
class Admission:
    """One change with all that follows from it, ready to be committed."""

    change: Change
    story: Story
    keys: tuple[str, ...]
    fingerprint: str
    lead: str
    shipments: tuple[Shipment, ...] = ()
    traits: tuple[str, ...] = ()  #: what its feed's other posts may share with it
    revised: bool = True  #: of an edit: whether there is anything that a reader could see
    kept: Mapping[str, Kept] = field(default_factory=dict)  #: from which account a filter keeps it, "" from all: why


@dataclass(frozen=True, slots=True)
class Announced:
    """A story that was told, as far as others can be told from it."""

    story: int
    feed: str
    headline: str
    lead: str
    link: str
    at: dt.datetime  #: when it was published, or else first seen
    head: int = 0  #: the story that had told its event; 0: none


@dataclass(frozen=True, slots=True)
class Head:
    """The first story of an event: how urgent it was, and the accounts that were told."""

    urgency: Urgency
    accounts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Taken:
    """Feeds that are ours to read now, as they are remembered; of the others, how long to wait before asking again."""

    feeds: tuple[Feed, ...]
    waits: Mapping[str, dt.timedelta] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Polled:
    """How a poll of a feed ended: well if ``error`` is empty. What is None stays as it is remembered.

    It is written a moment later, together with others: a crash in between forgets no more than a feed's health, and a
    cursor that nothing else hangs on.
    """

    feed: str
    error: str = ""
    problems: tuple[Problem, ...] = ()
    after: dt.timedelta = dt.timedelta(0)  #: until it is due again
    rhythm: dt.timedelta | None = None  #: how often it is asked, but for jitter and what hurries or delays it once
    cursor: str | None = None
    arrivals: tuple[int, ...] | None = None  #: as `model.Feed` has them
    size: int | None = None  #: bytes of its document
    gap: bool = False  #: posts may have been missed since the poll before


class Album(Protocol):
    """Keeps prepared pictures."""

    async def rendition(self, key: str) -> Picture | None:
        """The picture that was kept under this key, without address and alternative text."""
        ...

    async def keep(self, key: str, picture: Picture, data: bytes) -> None:
        """Keep a prepared picture's bytes under its hash, and that it is what ``key`` becomes."""
        ...


class Inbox(Album, Protocol):
    """What ingest needs of the store."""

    async def recall(self, feeds: Sequence[Feed]) -> tuple[Feed, ...]:
        """The feeds with what is remembered of their polling."""
        ...

    async def known(self, feed: str, keys: Sequence[str]) -> Mapping[str, Known]:
        """Those of the identity keys that are known, over all feeds; ``entry`` is 0 where this feed has not told it."""
        ...

    async def admit(self, feed: Feed, admissions: Sequence[Admission]) -> tuple[int, ...]:
        """Feed cursor, entries, stories, messages and fan-outs in ONE transaction; the stories' ids.

        An admission whose key another reading has admitted meanwhile is left out (its id is 0).
        """
        ...

    async def traits(self, feed: str, traits: Sequence[str], posts: Sequence[str]) -> Mapping[str, int]:
        """On how many posts of the feed, beside ``posts`` (their identity keys), each trait stands."""
        ...

    async def announced(self, after: int, since: dt.datetime, limit: int) -> Sequence[Announced]:
        """Stories that readers have, of numbers beyond ``after``, first seen after ``since``: the lowest numbers."""
        ...

    async def head(self, story: int) -> Head | None:
        """Who was told a story; None if it was taken back."""
        ...

    async def take(self, feeds: Sequence[Feed], told: Collection[str], lease: dt.timedelta) -> Taken:
        """Take feeds to read them: each is ours until it was ``polled``, or for as long as ``lease``.

        Of those ``told`` we know that there is something new; the others are to be read only when they are due.
        """
        ...

    async def told(self, story: int) -> Mapping[tuple[str, int], Message]:
        """What each account's readers (by its configured name) see of a story, or will see, by part."""
        ...

    async def retract(self, story: int, shipments: Sequence[Shipment]) -> bool:
        """Take a story back: stop its fan-outs, delete what went out; false if it is taken back already."""
        ...

    async def own(self, feed: str) -> Mapping[str, int]:
        """The stories of a feed that readers still have, by the identity keys of its ids."""
        ...

    async def missing(self, feed: str) -> Mapping[int, dt.datetime]:
        """Stories whose post has gone from a folder, since when."""
        ...

    async def miss(self, feed: str, newly: Mapping[int, dt.datetime], back: Collection[int]) -> None:
        """Remember since when posts are missing; forget those that are back."""
        ...

    async def revise(self, story: Story, shipments: Sequence[Shipment]) -> None:
        """Make an announced story's messages into these: by an edit where they were tried, else before they go."""
        ...

    async def polled(self, polls: Sequence[Polled]) -> None:
        """Note how polls ended, each of another feed, and let go of the feeds; all in one transaction."""
        ...
