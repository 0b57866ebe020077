"""Workers: the bot processes that drive one store together, on PostgreSQL.

Each has a row, and holds the session lock of its number for as long as it is connected: PostgreSQL lets go of it with
the connection, however the process ends. Whoever can take that lock knows that the worker is gone.
"""

from bot.store.database import Connection, statements

SQL = statements("workers")
LOCKS = 0x736F6B62  #: the class of our advisory locks: "sokb"; number 0 is the schema's, the others are workers
LIFE = 5_000_000  #: µs that a sign of life counts (DESIGN.md section 4)


def join(connection: Connection, name: str) -> int:
    """Become a worker and hold its lock; ``name`` is host and process. Nobody sees the row before the lock is held."""
    now = connection.now()
    [row] = connection.rows(SQL["join"], name=name, now=now, until=now + LIFE)
    connection.rows(SQL["lock"], locks=LOCKS, worker=row["id"])
    return int(row["id"])


def leave(connection: Connection, worker: int) -> None:
    """Say that this worker has gone: what it left on its way is somebody else's at once."""
    connection.rows(SQL["leave"], worker=worker)


def gone(connection: Connection, worker: int) -> bool:
    """Whether nobody holds that worker's lock; if so, it cannot come back before this transaction ends."""
    [row] = connection.rows(SQL["gone"], locks=LOCKS, worker=worker)
    return bool(row["gone"])
