"""Where Discord's messages lie and how they are found again: by id, by their order, by a nonce for a few minutes."""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from bot.sandbox.discord_cards import changed, channel_of, message_card, owner_of
from bot.sandbox.ledger import Accepted

NONCE_LIVES = dt.timedelta(minutes=5)  #: "past few minutes" in DD message.mdx

Nonce = tuple[str, str, str]  #: author, channel and what the author said


@dataclass(slots=True)
class Posted:
    """A message as it stands, and whose it is: a bot's account, or ``webhook:ID``."""

    owner: str
    body: dict[str, Any]


class Room:
    """One channel. The ids of deleted messages keep their places in the order, so that nothing is ever moved."""

    def __init__(self) -> None:
        self._order: list[int] = []
        self._standing: dict[int, Posted] = {}

    def __getitem__(self, number: int) -> Posted:
        return self._standing[number]

    def get(self, number: int) -> Posted | None:
        """The message of this id, if it stands."""
        return self._standing.get(number)

    def post(self, number: int, posted: Posted) -> None:
        """Put a message behind all others."""
        self._order.append(number)
        self._standing[number] = posted

    def delete(self, number: int) -> None:
        """Take a message away."""
        del self._standing[number]

    def before(self, number: int, limit: int) -> list[dict[str, Any]]:
        """The newest that are older than this one, newest first."""
        return self._bodies(reversed(range(bisect_left(self._order, number))), limit)

    def after(self, number: int, limit: int) -> list[dict[str, Any]]:
        """The oldest that are newer than this one, newest first."""
        return self._bodies(range(bisect_right(self._order, number), len(self._order)), limit)[::-1]

    def _bodies(self, places: Iterable[int], limit: int) -> list[dict[str, Any]]:
        found = (self._standing.get(self._order[place]) for place in places)
        return list(islice((posted.body for posted in found if posted), limit))


class Rooms:
    """All channels, as the ledger's records made them."""

    def __init__(self) -> None:
        self._rooms: dict[str, Room] = {}
        self._nonces: OrderedDict[Nonce, tuple[dt.datetime, int]] = OrderedDict()

    def of(self, target: str) -> Room:
        """The channel in which a target's messages lie."""
        return self._rooms.setdefault(channel_of(target), Room())

    def said(self, nonce: Nonce, now: dt.datetime) -> Posted | None:
        """The message that a nonce stands for, as long as that is remembered and the message stands."""
        since, number = self._nonces.get(nonce, (now - NONCE_LIVES, 0))
        return self.of(nonce[1]).get(number) if now - since < NONCE_LIVES else None

    def remember(self, record: Accepted) -> None:
        """Do what a record tells of."""
        room, number = self.of(record.target), int(record.id)
        match record.operation:
            case "send":
                body = message_card(record, channel_of(record.target))
                room.post(number, Posted(owner_of(record.account, record.target), body))
                if record.key:
                    self._learn((record.account, record.target, record.key), record.when(), number)
            case "edit":
                room[number].body.update(changed(room[number].body, record))
            case "delete":
                room.delete(number)

    def _learn(self, nonce: Nonce, now: dt.datetime, number: int) -> None:
        self._nonces[nonce] = now, number
        self._nonces.move_to_end(nonce)
        while now - next(iter(self._nonces.values()))[0] >= NONCE_LIVES:
            self._nonces.popitem(last=False)
