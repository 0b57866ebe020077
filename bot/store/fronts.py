"""Fronts: how far an account has come, so that nobody looks again at what was served before.

    ready    the ranks, a bit each, in which anything may be ready
    served   in each rank, turn and number of the delivery that was claimed last: what is ready stands behind it
    woken    nothing that is snoozed falls due before

What was claimed leaves its entry in the index of what is ready until a vacuum takes it out, and PostgreSQL's vacuum
takes out nothing that an open transaction might still look at: anybody's, however long it idles. Whoever looked for the
first ready row would pass all those entries: 10 ms after 90,000 deliveries, twice a tick (FAILURES.md, row 17). So
whatever becomes ready takes a turn behind the front. It waits no longer for that, since the front is where the account
is served, and its lane keeps its order, which is by priority and number: of a lane one row at a time is ready.

Whoever reads or writes these holds the account's lock.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from bot import pace
from bot.model import DeliveryState, Priority
from bot.store.codec import column, dump
from bot.store.database import Connection, Row, statements
from bot.store.handover import Head, read

SQL = statements("outbox")
RANKS: Final = range(2 * len(Priority))
START: Final = (0, 0)  #: before every turn and delivery


@dataclass(frozen=True, slots=True)
class Front:
    """Where an account stands; ``served`` has (turn, delivery) by rank."""

    account: int
    turn: int
    ready: int
    served: Mapping[str, Sequence[int]]
    woken: int

    @classmethod
    def of(cls, row: Row, now: int) -> Self:
        """As the account's row says; nobody can have woken so early what is due, but by a clock that was set back."""
        woken = row["woken"] if row["woken"] <= now + pace.AHEAD else 0
        return cls(row["id"], row["turn"], row["ready"], json.loads(row["served_json"]), woken)

    def last(self, rank: int) -> Sequence[int]:
        """Turn and number of the delivery that was served last in this rank."""
        return self.served.get(str(rank), START)

    def after(self, heads: Iterable[Head]) -> Self:
        """Where it stands once these heads are served, which come in their order."""
        return replace(self, served={**self.served, **{str(head.rank): (head.turn, head.id) for head in heads}})


def fronts(connection: Connection, accounts: Collection[int], now: int) -> dict[int, Front]:
    """Where these accounts stand; afterwards, what falls due later than ``pace.AHEAD`` from now may be snoozed."""
    rows = connection.rows(SQL["fronts"], accounts=column(sorted(accounts)))
    found = {row["id"]: Front.of(row, now) for row in rows}
    if early := [[row["id"], 0] for row in rows if row["woken"] > found[row["id"]].woken]:
        connection.rows(SQL["wake_from"], accounts=dump(early))
    return found


def floors(of: Iterable[Front]) -> str:
    """The first turns behind these fronts, by account and rank, as statements look them up."""
    return dump({f"a{front.account}_{rank}": turn + 1 for front in of for rank, (turn, _) in front.served.items()})


# ── What becomes ready ───────────────────────────────────────────────────────────────────────────────────────────


def admit(connection: Connection, of: Mapping[int, Front], ready: Iterable[tuple[int, int]]) -> None:
    """Note that something is ready, by account and rank, where that is not known yet."""
    news: dict[int, int] = {}
    for account, rank in ready:
        if not of[account].ready & 1 << rank:
            news[account] = news.get(account, 0) | 1 << rank
    if news:
        connection.rows(SQL["admit"], accounts=dump(list(news.items())))


def lift(connection: Connection, of: Iterable[Front], deliveries: Iterable[int]) -> None:
    """Put these behind the fronts of their accounts, as far as they are ready."""
    connection.rows(SQL["lift"], ids=column(deliveries), floors=floors(of))


def readmit(connection: Connection, rows: Sequence[Row], now: int) -> None:
    """What was tried is ready again, or snoozed: put it behind the front, and the front before what is due."""
    if not rows:
        return
    found = fronts(connection, {row["account"] for row in rows}, now)
    if ready := [row for row in rows if row["state"] == DeliveryState.READY]:
        lift(connection, found.values(), [row["id"] for row in ready])
        admit(connection, found, {(row["account"], row["rank"]) for row in ready})
    latest_first = sorted(rows, key=lambda row: -row["due"])
    snoozed = {row["account"]: row["due"] for row in latest_first if row["state"] == DeliveryState.SNOOZED}
    if early := [[account, due] for account, due in snoozed.items() if due < found[account].woken]:
        connection.rows(SQL["wake_from"], accounts=dump(early))


# ── An account's turn ────────────────────────────────────────────────────────────────────────────────────────────


def wake(connection: Connection, front: Front, now: int) -> Front:
    """Wake what is due; with it, where the account stands."""
    due = {"woken": front.woken, "horizon": now + pace.AHEAD}
    rows = connection.rows(SQL["wake"], account=front.account, floors=floors([front]), **due)
    ready = front.ready
    for row in rows:
        ready |= 1 << row["rank"]
    return replace(front, ready=ready)


def heads(connection: Connection, front: Front, most: int, worst: int) -> tuple[Front, list[Head]]:
    """What the account would send next, up to that rank; with it, where the account stands before it does."""
    first: list[Head] = []
    ready = front.ready
    for rank in RANKS:
        if ready & 1 << rank and rank <= worst and len(first) < most:
            turn, last = front.last(rank)
            begin = {"account": front.account, "rank": rank, "turn": turn, "last": last}
            found = read(connection, "heads", limit=most - len(first), **begin)
            first += found
            ready &= ~(0 if found else 1 << rank)
    return replace(front, ready=ready), first
