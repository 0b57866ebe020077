"""The polls of many feeds in few transactions: ten thousand feeds that have nothing new cost a sync a second.

    take   feeds that are due, and nobody else's, become this worker's until it has read them
    note   how polls ended: health, rhythm, when each is due again

What follows from news is `inbox`'s, and is never put off.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.model import Feed
from bot.ports import Polled, Taken
from bot.store.codec import column, dump, moment, span
from bot.store.database import Connection, Row, statements

SQL = statements("polling")
SOONEST = timedelta(milliseconds=100)  #: between two tries to take a feed


def recall(connection: Connection, *, feeds: Sequence[Feed]) -> tuple[Feed, ...]:
    """The feeds with what is remembered of their polling."""
    rows = _rows(connection, feeds)
    return tuple(_recalled(feed, rows[feed.name]) if feed.name in rows else feed for feed in feeds)


def take(connection: Connection, *, feeds: Sequence[Feed], told: Collection[str], lease: int, worker: int) -> Taken:
    """The feeds that are the worker's to read for ``lease`` µs; of the others, how long to wait."""
    now = connection.now()
    until = now + lease
    wanted = dump([[feed.name, int(feed.name in told)] for feed in feeds])
    ours = {row["name"] for row in connection.rows(SQL["take"], worker=worker, now=now, until=until, wanted=wanted)}
    rows = _rows(connection, feeds)
    taken = [feed for feed in feeds if feed.name in ours]
    waits = {feed.name: _wait(rows.get(feed.name), now, until) for feed in feeds if feed.name not in ours}
    return Taken(tuple(_recalled(feed, rows[feed.name]) for feed in taken), waits)


def note(connection: Connection, *, polls: Sequence[Polled], worker: int | None) -> None:
    """Write how polls ended. ``worker`` is None where nobody shares the store, so that no feed is anybody's."""
    noted = [{**_noted(poll), "poller": worker} for poll in polls]
    connection.rows(SQL["note"], now=connection.now(), polls=dump(noted))


def _rows(connection: Connection, feeds: Sequence[Feed]) -> dict[str, Row]:
    found = connection.rows(SQL["recall"], names=column(feed.name for feed in feeds))
    return {row["name"]: row for row in found}


def _recalled(feed: Feed, row: Row) -> Feed:
    return replace(
        feed,
        cursor=row["cursor"],
        known=row["known"],
        met=bool(row["met"]),
        distrusts_ids=bool(row["distrusts_ids"]),
        arrivals=tuple(json.loads(row["arrivals_json"])),
        succeeded=None if row["succeeded"] is None else moment(row["succeeded"]),
        failures=row["failures"],
        due=moment(row["due"]) if row["due"] > 0 else None,
        pushed=None if row["pushed"] is None else moment(row["pushed"]),
    )


def _wait(row: Row | None, now: int, until: int) -> timedelta:
    """How long to leave alone what is not due, or somebody else's; a lease of the future was given before a shift."""
    due = 0 if row is None else max(row["due"], min(row["poll_until"], until))
    return max(SOONEST, timedelta(microseconds=due - now))


def _noted(poll: Polled) -> dict[str, object]:
    problems = [{"what": p.what, "where": p.where, "mend": p.mend} for p in poll.problems]
    return {
        "feed": poll.feed,
        "error": poll.error,
        "problems": None if poll.error else dump(problems),
        "cursor": poll.cursor,
        "after": span(poll.after),
        "rhythm": None if poll.rhythm is None else span(poll.rhythm),
        "arrivals": None if poll.arrivals is None else dump(poll.arrivals),
        "size": poll.size,
        "gap": int(poll.gap),
    }
