"""What a place that a newsroom publishes to must do; whether it is a folder or a feed, ingest can't tell.

    cursor ─▶ Source.read ─▶ Reading: entries, and the cursor to come back with

The cursor's words are the source's own; the store keeps it, and moves it in the transaction that commits the entries.
"""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from bot.document import Picture
from bot.errors import Problem
from bot.model import Entry
from bot.ports.strangers import Fetched


@dataclass(frozen=True, slots=True)
class Reading:
    """What one poll gave. ``cursor`` goes into the store with the entries. ``problems`` are posts that could not be
    read while the rest could; ``unchanged`` means that there was nothing to read. ``fresh_for`` are seconds, an hour at
    most, in which there will be nothing new by the server's own word. ``hubs`` are those that push what is published
    under ``topic`` (W3C WebSub), as the source itself says; of one that is unchanged nothing is said. ``partial``: it
    came by a hub and holds what is new, not all that the source holds.
    """

    entries: tuple[Entry, ...] = ()
    total: int = 0  #: entries that the source holds now, read this time or not
    cursor: str = ""
    unchanged: bool = False
    problems: tuple[Problem, ...] = ()
    fresh_for: float = 0.0
    hubs: tuple[str, ...] = ()
    topic: str = ""
    partial: bool = False
    present: frozenset[str] | None = None  #: ids of all posts that a folder holds now; None: it cannot be told
    size: int = 0  #: bytes of the document; 0 where there was none to weigh
    cut: bool = False  #: the document broke off, so that it is not known what else it would have held


class Source(Protocol):
    """A place that a newsroom publishes to."""

    async def read(self, cursor: str) -> Reading:
        """What is there now; ``cursor`` is what an earlier reading returned. Raises ``SourceError``."""
        ...

    async def picture(self, picture: Picture) -> bytes:
        """The bytes of a picture that an entry names; raises ``PictureError``."""
        ...

    async def answers(self, link: str) -> bool:
        """Whether the link answers 200 now."""
        ...

    async def page(self, link: str) -> Fetched:
        """The page that the link leads to; raises ``SourceError`` unless it answers 200."""
        ...


@runtime_checkable
class Watches(Protocol):
    """A source that knows when it changed, and need not be asked."""

    async def changed(self) -> None:
        """Return after the next change."""
        ...


@runtime_checkable
class Hears(Protocol):
    """A source that somebody may tell what is new, instead of being asked."""

    async def hear(self, body: bytes, content_type: str) -> Reading:
        """What a delivery says, a partial reading; raises ``SourceError`` if it says nothing."""
        ...
