"""Handover: what stands first in its lane, read by the hundred, becomes what dispatch gets.

heads, doubts (outbox.sql) ─▶ Head ─▶ Claim: its time, its Delivery, Target and Message
"""

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from bot.model import Delivery, Message, Operation, Priority, Receipt, Target, Window
from bot.ports import Claim, Paces
from bot.store.codec import column, load_message, moment
from bot.store.database import Connection, Database, statements

SQL = statements("outbox")
MESSAGES = 256  #: messages kept in memory: stories on their way at once; each is a few kilobytes
MILLION = 1_000_000


class Head(NamedTuple):
    """A delivery that its lane gives next, with what it needs of its lane and its story: the columns of `heads`."""

    id: int
    claim: int
    account: int
    lane: int
    name: str
    address: str
    lane_state: str
    story: int
    revision: int
    operation: Operation
    part: int
    message: int
    silent: int
    tries: int
    again: int
    degraded: int
    since: int | None
    priority: int
    reason: str
    rank: int
    turn: int
    lane_due: int
    recent_json: str
    story_state: str
    answers: int  #: the story that told its event first; 0: none


def read(connection: Connection, statement: str, **parameters: object) -> list[Head]:
    """The heads that a statement finds."""
    return [Head._make(row) for row in connection.tuples(SQL[statement], **parameters)]


class Before(NamedTuple):
    """What a delivery builds on; see `model.Delivery`."""

    after: Receipt | None = None
    posted: Receipt | None = None
    sought: Delivery | None = None


class Handover:
    """Makes claims of heads. It remembers what the configuration says of lanes, and the messages on their way."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._paces: Mapping[int, Paces] = {}
        self._paced: frozenset[int] = frozenset()
        self._targets: Mapping[tuple[str, str], Target] = {}
        self._lanes: dict[int, Target] = {}
        self.windows: dict[int, tuple[Window, ...]] = {}  #: of the lanes that claims were made of, where they have any
        self._messages: dict[int, Message] = {}
        self._store = ""

    def meet(
        self,
        store: str,
        paces: Mapping[int, Paces],
        paced: frozenset[int],
        targets: Mapping[tuple[str, str], Target],
    ) -> None:
        """Remember the accounts by number, those of them whose platform counts, and targets by account and address."""
        self._store, self._paces, self._paced, self._targets = store, paces, paced, targets
        self._lanes, self.windows = {}, {}

    def claims(
        self, connection: Connection, heads: Sequence[Head], times: Sequence[int], claimed: int | None = None
    ) -> list[Claim]:
        """The heads as dispatch gets them, each with its time; with ``claimed`` they were read before this claim."""
        zero = self._database.monotonic(0)
        first = None if claimed is None else moment(claimed)
        return [
            Claim(
                account=head.name,
                at=zero + at / MILLION,
                priority=_PRIORITIES[head.priority],
                delivery=self._delivery(connection, head, first),
                due=zero + min(head.lane_due, at) / MILLION,
                void=_void(head),
                paced=head.account in self._paced,
            )
            for head, at in zip(heads, times, strict=True)
        ]

    def message(self, connection: Connection, number: int) -> Message:
        """A stored message."""
        message = self._messages.get(number)
        if message is None:
            [row] = connection.rows(SQL["message"], id=number)
            message = load_message(row["message_json"])
            if len(self._messages) >= MESSAGES:
                self._messages.clear()
            self._messages[number] = message
        return message

    def _delivery(self, connection: Connection, head: Head, claimed: dt.datetime | None) -> Delivery:
        message = self.message(connection, head.message)
        first = head.operation == "send" and not head.part and not head.answers
        after, posted, sought = _NOTHING if first else self._before(connection, head)
        return Delivery(
            id=head.id,
            key=self._key(head, head.revision, head.operation),
            operation=head.operation,
            target=self._target(head),
            message=message,
            silent=head.silent == 1,
            again=head.again == 1,
            degraded=head.degraded,
            since=claimed if head.since is None else moment(head.since),
            tries=head.tries,
            claim=head.claim + (claimed is not None),
            reason=head.reason,
            after=after,
            posted=posted,
            sought=sought,
            uploads=_uploads(connection, head.account, message) if message.pictures else _NONE,
        )

    def _target(self, head: Head) -> Target:
        """What the configuration says of a head's lane."""
        target = self._lanes.get(head.lane)
        if target is None or target.address != head.address:  # a chat may move
            target = self._targets.get((head.name, head.address)) or Target(head.address)
            paces = self._paces.get(head.account)  # None: what a dead worker had on its way for an account now gone
            self._lanes[head.lane] = target
            self.windows.pop(head.lane, None)
            if windows := paces.per_target(target) if paces else ():
                self.windows[head.lane] = windows
        return target

    def _key(self, head: Head, revision: int, operation: str) -> str:
        return f"{self._store}:story:{head.story}:{revision}:{head.lane}:{operation}:{head.part}"

    def _before(self, connection: Connection, head: Head) -> Before:
        """What it follows, changes, answers or takes back."""
        if head.operation == "send":
            return Before(
                after=_sent(connection, head, head.story, head.part - 1)
                if head.part
                else _sent(connection, head, head.answers, 0)
            )
        posted = _sent(connection, head, head.story, head.part)
        if head.operation != "delete":
            return Before(posted=posted)
        if posted is None:
            return Before(sought=self._sought(connection, head))
        return Before(posted=posted if head.degraded else _with_answers(connection, head, posted))

    def _sought(self, connection: Connection, head: Head) -> Delivery | None:
        """The send in doubt that a delete is about."""
        sent = connection.row(SQL["in_doubt"], story=head.story, lane=head.lane, part=head.part)
        if sent is None:
            return None
        return Delivery(
            id=head.id,
            key=self._key(head, sent["revision"], "send"),
            operation="send",
            target=self._target(head),
            message=self.message(connection, sent["message"]),
            again=True,
            since=None if sent["since"] is None else moment(sent["since"]),
        )


_PRIORITIES = tuple(Priority)
_NONE: Mapping[str, str] = {}
_NOTHING = Before()


def _void(head: Head) -> str:
    """Why this is not to be sent any more, "" if it is."""
    if head.operation == "delete":  # what stands there is taken back wherever it is
        return ""
    if head.lane_state == "retired":
        return "the target is no longer subscribed"
    return "retracted" if head.story_state == "retracted" else ""


def _sent(connection: Connection, head: Head, story: int, part: int) -> Receipt | None:
    """What a part of a story became in the same place."""
    sent = connection.row(SQL["sent_before"], story=story, lane=head.lane, part=part)
    return None if sent is None else Receipt(tuple(json.loads(sent["ids_json"])), sent["link"])


def _with_answers(connection: Connection, head: Head, posted: Receipt) -> Receipt:
    """What was posted, and whatever answers it in the same place."""
    return replace(posted, ids=(*posted.ids, *_answers(connection, head)))


def _answers(connection: Connection, head: Head) -> Iterator[str]:
    answers = connection.rows(SQL["answers"], story=head.story, lane=head.lane, part=head.part)
    return (number for answer in answers for number in json.loads(answer["ids_json"]))


def _uploads(connection: Connection, account: int, message: Message) -> Mapping[str, str]:
    hashes = column(picture.sha256 for picture in message.pictures)
    return {row["sha256"]: row["reference"] for row in connection.rows(SQL["uploads"], account=account, hashes=hashes)}
