"""Take over: what a worker had on its way when it died or was cut off is somebody's again; nothing is sent here.
What waited for a time of a clock that was set meanwhile waits for the same of the new one.

A worker is gone when nobody holds the session lock of its id (PostgreSQL lets go of it with the connection), or when
its last sign of life is too old: then it is frozen or cut off, and its own fenced writes will be refused. An embedded
store has one worker: what it finds on its way at its start is its predecessor's.
"""

import logging
import time
from collections.abc import Collection, Iterator

from bot.ports import Claim
from bot.store.codec import column
from bot.store.database import Connection, Database, statements
from bot.store.fronts import readmit
from bot.store.handover import Handover, read
from bot.store.workers import LIFE, LOCKS

LOG = logging.getLogger(__name__)
SQL = statements("outbox")
LOCK_ACCOUNTS = statements("keeping")["lock_accounts"]
GRACE = 2.0  #: seconds after our own connection was lost in which the others may be coming back, too
STEP = 2.0  #: seconds by which the clock must be set for what waits to be shifted
LATELY = 120_000_000  #: µs: a lane that fell due longer ago has no pace left to keep
UNSEEN = 3_600_000_000  #: µs: nobody knows how long the bot was down; no key of minutes is trusted, those of days are


def take_over(connection: Connection, *, database: Database, handover: Handover) -> tuple[Claim, ...]:
    """Everything that a dead worker had on its way, as claims of ours; each may have been posted."""
    taken: list[int] = []
    for dead, gone in _dead(connection, database):
        for row in connection.rows(SQL["abandoned_accounts"], worker=dead):
            connection.rows(SQL["lock_account"], account=row["account"])
            mine = {"worker": database.worker, "dead": dead, "account": row["account"]}
            taken += [one["id"] for one in connection.rows(SQL["adopt"], **mine)]
        if gone:
            connection.rows(SQL["bury_worker"], dead=dead)
    heads = read(connection, "doubts", ids=column(taken)) if taken else ()
    return tuple(handover.claims(connection, heads, [connection.now()] * len(heads)))


def _dead(connection: Connection, database: Database) -> Iterator[tuple[int, bool]]:
    """Workers whose claims are anybody's, and whether nothing of them is left."""
    if not database.shared:
        for row in connection.rows(SQL["embedded"]):
            yield row["worker"], False
        return
    settled = time.monotonic() - database.connected > GRACE
    now = connection.now()
    for row in connection.rows(SQL["others"], worker=database.worker):
        gone = settled and database.gone(connection, row["id"])
        if gone or row["alive_until"] < now:
            yield row["id"], gone


def give_back(connection: Connection, *, worker: int, known: Collection[int]) -> int:
    """Make our claims that we do not know of ready again; how many there were."""
    for row in connection.rows(SQL["abandoned_accounts"], worker=worker):
        connection.rows(SQL["lock_account"], account=row["account"])
    forgotten = connection.rows(SQL["forgotten"], worker=worker, known=column(known))
    readmit(connection, forgotten, connection.now())
    return len(forgotten)


def shift(connection: Connection, by: int, now: int, unseen: int = 0) -> None:
    """The clock was set ``by`` microseconds forward: what waits, waits as long as it would have.

    ``unseen`` microseconds may have passed besides: so much older is what platforms remember of our keys.
    """
    connection.rows(SQL["shift"], by=by)
    connection.rows(SQL["shift_accounts"], by=by)
    connection.rows(SQL["shift_lanes"], by=by, past=min(now, now - by) - LATELY)
    connection.rows(SQL["shift_doubts"], by=by - unseen)
    connection.rows(SQL["shift_feeds"], by=by, now=now)
    connection.rows(SQL["shift_missing"], by=by)
    connection.rows(SQL["shift_chores"], by=by)
    connection.rows(SQL["shift_workers"], until=now + LIFE)
    connection.rows(SQL["shift_time"], now=now)


def set_right(connection: Connection) -> None:
    """Shift what waits if the clock was set back while nobody looked: the store has written later times than now.

    One that was set forward cannot be told from a long pause, after which all that waited is due, too.
    """
    if not _behind(connection):
        return
    if connection.dialect == "postgresql":  # of several workers that find it at once, one does it
        connection.rows(SQL["lock_start"], locks=LOCKS)
    connection.rows(LOCK_ACCOUNTS)
    if behind := _behind(connection):
        LOG.warning("the clock stands %.0f s before what was last written: what waits is shifted", behind / 1_000_000)
        shift(connection, -behind, connection.now(), UNSEEN)


def _behind(connection: Connection) -> int:
    """By how many microseconds the clock is behind what the store has seen of it; 0 for as good as none."""
    [last] = connection.rows(SQL["last_time"], life=LIFE)
    behind = int(last["at"]) - connection.now()
    return behind if behind > STEP * 1_000_000 else 0


def note_time(connection: Connection, now: int) -> None:
    """Leave the time for a successor to compare his clock with."""
    connection.rows(SQL["note_time"], now=now)
