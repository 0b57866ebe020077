"""Take over: what a worker had on its way when it died or was cut off is somebody's again; nothing is sent here.

A worker is gone when nobody holds the session lock of its id (PostgreSQL lets go of it with the connection), or when
its last sign of life is too old: then it is frozen or cut off, and its own fenced writes will be refused. An embedded
store has one worker: what it finds on its way at its start is its predecessor's.
"""

import time
from collections.abc import Collection, Iterator

from bot.ports import Claim
from bot.store.claiming import Claimant
from bot.store.codec import column
from bot.store.database import Connection, Database, statements

SQL = statements("outbox")
GRACE = 2.0  #: seconds after our own connection was lost in which the others may be coming back, too


def take_over(connection: Connection, *, database: Database, claimant: Claimant) -> tuple[Claim, ...]:
    """Everything that a dead worker had on its way, as claims of ours; each may have been posted."""
    taken: list[int] = []
    for dead, gone in _dead(connection, database):
        for row in connection.rows(SQL["abandoned_accounts"], worker=dead):
            connection.rows(SQL["lock_account"], account=row["account"])
            mine = {"worker": database.worker, "dead": dead, "account": row["account"]}
            taken += [one["id"] for one in connection.rows(SQL["adopt"], **mine)]
        if gone:
            connection.rows(SQL["bury_worker"], dead=dead)
    rows = connection.rows(SQL["doubts"], ids=column(taken)) if taken else ()
    return tuple(claimant.claims(connection, rows, [connection.now()] * len(rows)))


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
    return len(connection.rows(SQL["forgotten"], worker=worker, known=column(known)))


def shift(connection: Connection, by: int, now: int) -> None:
    """The clock was set ``by`` microseconds forward: what waits, waits as long as it would have."""
    connection.rows(SQL["shift"], by=by)
    connection.rows(SQL["shift_accounts"], by=by)
    connection.rows(SQL["shift_lanes"], by=by, now=now)
