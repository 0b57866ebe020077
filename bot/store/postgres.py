"""PostgreSQL under the store: any number of equal workers, each with a session to write, one to read, one to listen.

A transaction is a function of a connection, run whole in its session's thread; the locks of account rows, taken by the
statements themselves, keep workers apart. The clock is the database's: read with every begin, so that asking for the
time costs nothing.

    writer    read committed: after a lock is had, a statement sees what its former holder wrote (OUTBOX.md, trap 1);
              holds the worker's session lock
    reader    one snapshot, read only
    listener  `postgres_wakes`
"""

import asyncio
import contextlib
import datetime as dt
import math
import os
import socket
import time
from collections.abc import Callable, Sequence
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict

from bot.errors import ConfigError, Problem, StoreAway, StoreError
from bot.store import database, migrations, workers
from bot.store.codec import micros, moment
from bot.store.database import Row, Work
from bot.store.dialect import statement
from bot.store.offset import Offset
from bot.store.postgres_errors import WHERE, refusal, words
from bot.store.postgres_session import WAIT, Session
from bot.store.postgres_wakes import CHANNEL, listen

T = TypeVar("T")

LONG = 600.0  #: seconds that each step of a migration may take
SILENT = 1.5  #: seconds after which whoever sits in a transaction without a word is ended (OUTBOX.md, trap 6)
PINGS = 5  #: exchanges by which a new connection learns what time it is there

#: What a session of ours is set to. A lock is waited for a second, then what was to be written is tried again later;
#: plans must not turn with statistics that are older than a fan-out (OUTBOX.md section d: 57.5 s instead of 0.6).
_SETTINGS = f"""
set search_path = {migrations.HOME};
set timezone = 'UTC';
set synchronous_commit = on;
set lock_timeout = '1s';
set statement_timeout = '{{wait:g}}s';
set idle_in_transaction_session_timeout = '{SILENT:g}s';
set enable_seqscan = off;
set enable_hashjoin = off;
set enable_mergejoin = off;
set jit = off
"""
_BEGINS = {True: "begin isolation level read committed", False: "begin isolation level repeatable read read only"}
_NOW = "select cast(extract(epoch from clock_timestamp()) * 1000000 as bigint) as micros"


class Connection:
    """One transaction on a session; see `database.Connection`."""

    dialect = "postgresql"

    def __init__(self, session: Session, seconds: float | None, now: Callable[[], int]) -> None:
        self._session = session
        self._seconds = seconds
        self._now = now
        self.wakes = False

    def rows(self, sql: str, **parameters: Any) -> Sequence[Row]:
        """Every row of one statement."""
        cursor = self._session.execute(statement(sql), parameters, self._seconds)
        return cursor.fetchall() if cursor.description is not None else ()

    def tuples(self, sql: str, **parameters: Any) -> Sequence[tuple[Any, ...]]:
        """Every row of one statement without the names of its columns."""
        return self._session.tuples(statement(sql), parameters, self._seconds)

    def row(self, sql: str, **parameters: Any) -> Row | None:
        """The first row of one statement, or None."""
        found = self.rows(sql, **parameters)
        return found[0] if found else None

    def now(self) -> int:
        """Microseconds since 1970, by the database's clock: as it was read at the beginning, and what passed since."""
        return self._now()

    def wake(self) -> None:
        """Once this is committed, tell every other worker that there is work."""
        self.wakes = True


class Database:
    """A PostgreSQL database: ``async with Database(url) as database: await database.write(work)``.

    ``driving`` joins the workers; without it the store may be read and intents be written, beside them. ``clock`` is
    what tests turn; without it the database's own counts. ``wait`` are the seconds that one statement may
    take. A database that cannot be used is a ``ConfigError``.
    """

    shared = True

    def __init__(
        self,
        url: str,
        *,
        driving: bool = False,
        clock: Callable[[], dt.datetime] | None = None,
        wait: float = WAIT,
    ) -> None:
        self._address = _address(url)
        self._driving = driving
        self._clock = clock
        self._offset = Offset()
        self._worker = 0
        self._connected = -math.inf
        self._writer = Session(self._address, "store-write", self._arrive, wait)
        self._reader = Session(self._address, "store-read", self._settle, wait)
        self._listener: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        try:
            await self._writer.open()
            if not await self.write(self._ready):
                await self.write(migrations.migrate, seconds=LONG)
            if self._driving:
                self._worker = await self.write(_join)
                await self._writer.run(partial(_introduce, self._writer, self._worker))
            await self._reader.open()
        except (psycopg.Error, StoreError) as error:
            await self._close()
            reason = words(error) if isinstance(error, psycopg.Error) else str(error)
            raise refusal(reason, self._address) from None  # its trace may hold what the address does
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._close()

    @property
    def worker(self) -> int:
        """The number of this process among those that share the store; 0 where it only looks."""
        return self._worker

    @property
    def connected(self) -> float:
        """When the writer was last connected anew, in seconds of the monotonic clock; long ago, if it never was."""
        return self._connected

    def clock(self) -> dt.datetime:
        """The time by the database's clock, as far as it is known here without asking."""
        return moment(self._offset.micros(time.monotonic())) if self._clock is None else self._clock()

    def monotonic(self, micros: int) -> float:
        """A time of the database's clock as seconds of this process's monotonic clock."""
        return self._offset.monotonic(micros) if self._clock is None else micros / 1_000_000

    def gone(self, connection: database.Connection, worker: int) -> bool:
        """Whether nobody holds that worker's session lock; if so, it stays away until this transaction ends."""
        return worker != self._worker and workers.gone(connection, worker)

    def on_wake(self, wake: Callable[[], None]) -> None:
        """Call this, in the event loop, whenever another worker has committed work."""
        self._listener = asyncio.create_task(listen(self._address, self._worker, wake), name="store-wakes")

    async def write(self, work: Work[T], *, seconds: float | None = None) -> T:
        """Run ``work`` in one transaction; no statement of it may take longer than ``seconds``, or ``wait``.

        After ``StoreAway`` nothing was written, unless the connection was lost in the very commit: then nobody knows.
        """
        return await self._writer.run(partial(self._transact, self._writer, work, seconds, writes=True))

    async def read(self, work: Work[T], *, seconds: float | None = None) -> T:
        """Run ``work`` on one snapshot."""
        return await self._reader.run(partial(self._transact, self._reader, work, seconds, writes=False))

    async def _close(self) -> None:
        if self._listener is not None:
            self._listener.cancel()
            await asyncio.wait([self._listener])
        with contextlib.suppress(StoreError, ConfigError):  # the others find out by its lock; or it has moved
            if self._worker:
                await self.write(partial(workers.leave, worker=self._worker))
        self._worker = 0
        for session in (self._reader, self._writer):
            with contextlib.suppress(StoreAway):
                await session.close()

    # ── In a session's thread ────────────────────────────────────────────────────────────────────────────────────

    def _transact(self, session: Session, work: Work[T], seconds: float | None, *, writes: bool) -> T:
        connection = Connection(session, seconds, self._begin(session, seconds, writes=writes))
        try:
            result = work(connection)
            self._commit(session, connection)
        except BaseException as error:
            with contextlib.suppress(psycopg.Error, StoreAway):  # the first error says why; what is broken is closed
                session.execute("rollback")
                if isinstance(error, psycopg.errors.LockNotAvailable):
                    session.execute(statement(workers.SQL["end_stuck"]), {"silent": SILENT})
            raise
        return result

    def _begin(self, session: Session, seconds: float | None, *, writes: bool) -> Callable[[], int]:
        """Begin, and read the clock in the same round trip; what tells the time from now on."""
        parts = [_BEGINS[writes], _NOW]
        if seconds is not None:
            bounds = {"lock": seconds / 2, "statement": seconds, "idle_in_transaction_session": seconds}
            parts[1:1] = [f"set local {name}_timeout = {bound * 1000:.0f}" for name, bound in bounds.items()]
        asked = time.monotonic()
        cursor = session.execute("; ".join(parts))
        answered = time.monotonic()
        while cursor.nextset():
            pass
        [row] = cursor.fetchall()
        there: int = row["micros"]
        if writes:
            self._offset.learn(asked, there, answered)
        if (clock := self._clock) is not None:
            return lambda: micros(clock())
        return lambda: there + round((time.monotonic() - answered) * 1_000_000)

    def _commit(self, session: Session, connection: Connection) -> None:
        """Commit, and wake the others in the same round trip."""
        notify = f"notify {CHANNEL}, '{self._worker}'; " if connection.wakes else ""
        cursor = session.execute(f"{notify}commit")
        while cursor.nextset():
            pass
        if cursor.statusmessage != "COMMIT":
            raise StoreError("the transaction had failed before its end: nothing of it was written")

    def _settle(self, session: Session) -> None:
        """Make a new connection one of ours."""
        session.execute(_SETTINGS.format(wait=session.wait))
        _introduce(session, self._worker)

    def _arrive(self, session: Session) -> None:
        """The writer is connected, once more perhaps: then this is the same worker, and its lock is taken again."""
        self._settle(session)
        for _ in range(PINGS):
            self._begin(session, None, writes=True)
            session.execute("commit")
        if self._worker:
            self._rejoin(session)
        elif not self._is_young(session):
            return
        self._connected = time.monotonic()

    @staticmethod
    def _is_young(session: Session) -> bool:
        """Whether the server has just been started: then all its workers are on their way back."""
        words = "select clock_timestamp() - pg_postmaster_start_time() < interval '5 seconds' as young"
        [row] = session.execute(words).fetchall()
        return bool(row["young"])

    def _rejoin(self, session: Session) -> None:
        mine = {"locks": workers.LOCKS, "worker": self._worker}
        try:
            session.execute(statement(workers.SQL["lock"]), mine)
        except psycopg.errors.LockNotAvailable:
            session.execute(statement(workers.SQL["end_former_self"]), mine)
            session.execute(statement(workers.SQL["lock"]), mine)
        self._transact(session, self._return, None, writes=True)

    def _return(self, connection: database.Connection) -> None:
        now = connection.now()
        alive = {"now": now, "until": now + workers.LIFE}
        connection.rows(workers.SQL["rejoin"], worker=self._worker, name=_name(), **alive)
        migrations.version(connection)  # the store may have moved meanwhile

    def _ready(self, connection: database.Connection) -> bool:
        """Whether the schema is ours; ``ConfigError`` where it cannot be, or where only a bot may make it so."""
        [row] = connection.rows("select current_setting('server_encoding') as encoding")
        if row["encoding"] != "UTF8":
            mend = "make another database: createdb --encoding UTF8 --template template0 NAME"
            raise refusal(f"its encoding is {row['encoding']}, which not every story fits in", self._address, mend)
        found = migrations.version(connection)
        if found != migrations.SCHEMA and not self._driving:
            reason = (
                f"its schema is {found}, this Sokbo's is {migrations.SCHEMA}" if found else "there is none in it yet"
            )
            raise refusal(reason, self._address, "start the bot once: sokbo run")
        return found == migrations.SCHEMA


def _join(connection: database.Connection) -> int:
    """Become a worker, unless the store has moved: a move keeps everybody out of that table until it is done."""
    worker = workers.join(connection, _name())
    migrations.version(connection)
    return worker


def _introduce(session: Session, worker: int) -> None:
    """Name the session for whoever looks at the server, and for `workers.sql`."""
    session.execute(f"set application_name = 'sokbo {worker}'")


def _name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def _address(url: str) -> dict[str, Any]:
    """What the library connects with. What the URL says goes before our own: a dead peer is noticed within seconds."""
    try:
        named = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        mend = "write it so, with other characters percent-encoded: postgresql://user:password@host:5432/name"
        raise ConfigError([Problem("the address of the store cannot be read", WHERE, mend)]) from None
    ours = {
        "connect_timeout": 2,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "tcp_user_timeout": 10_000,
        "gssencmode": "disable",
        "application_name": "sokbo",
    }
    return {**ours, **named, "client_encoding": "utf8"}
