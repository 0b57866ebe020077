"""What a WebSub subscriber needs of the store: which hubs were asked to push which feeds, and until when they will.

    asked ─▶ the hub verifies ─▶ live ─▶ asked again before it ends ─▶ live …
      └──────▶ denied ─▶ asked again, much later
    not wanted any more (from any of these) ─▶ leaving ─▶ the hub verifies, or nobody answers ─▶ gone

A lease is known by its callback, so that any worker may take what a hub sends to it.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.secret import Secret


class LeaseState(StrEnum):
    """Where a lease stands."""

    ASKED = "asked"
    LIVE = "live"
    DENIED = "denied"
    LEAVING = "leaving"


@dataclass(frozen=True, slots=True)
class Lease:
    """A hub's promise to push a feed. ``failures`` counts how often it was asked in a row without being granted.

    ``callback`` is the unguessable end of the address that the hub calls; ``secret`` is what it signs with.
    """

    feed: str
    hubs: tuple[str, ...]
    topic: str
    callback: Secret
    secret: Secret
    state: LeaseState = LeaseState.ASKED
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Heard:
    """What came to one callback since it was last written down: deliveries that were taken, and that were not."""

    taken: int = 0
    refused: int = 0


class Leases(Protocol):
    """What a WebSub subscriber needs of the store. A lease goes by its callback; one that is gone is passed over."""

    async def want(self, leases: Sequence[Lease]) -> None:
        """Have these, in place of others of their feeds; what a feed has already of the same hubs and topic stays.

        Without hubs the feed is to have none.
        """
        ...

    async def retire(self, feeds: Collection[str]) -> None:
        """Leave the leases of all but these feeds."""
        ...

    async def take(self, most: int, retry: Callable[[int], dt.timedelta]) -> Sequence[Lease]:
        """Leases whose hub is to be asked now, for us alone; they are due again as ``retry`` says of their failures."""
        ...

    async def find(self, callback: str) -> Lease | None: ...

    async def grant(self, callback: Secret, lasts: dt.timedelta, renew: dt.timedelta) -> None:
        """The hub pushes from now on, so long; it is to be asked again after ``renew``."""
        ...

    async def deny(self, callback: Secret, reason: str, again: dt.timedelta) -> None:
        """The hub does not push, or no longer; it may be asked ``again`` after that time."""
        ...

    async def fail(self, callback: Secret, error: str) -> None:
        """Note what went wrong when the hub was asked."""
        ...

    async def drop(self, callback: Secret) -> None:
        """Forget a lease."""
        ...

    async def tally(self, heard: Mapping[Secret, Heard]) -> None:
        """Write down what came."""
        ...
