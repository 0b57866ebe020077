"""SQLite under the store: one thread that writes, one that reads, and the lock on driving.

WAL with synchronous=FULL: a commit is on the disk before it is believed (OUTBOX.md: NORMAL did 8 fdatasync for 200
commits, FULL 209). A transaction is a function of a connection, run whole in its thread, so that no two writes
interleave.

APSW brings an SQLite of today with it: the same statements cost a third less than by Python's own module, which has
whichever the system has (7.3 µs a delivery against 11, claimed and finished by 400; `python -m tests.bench outbox`).
No other SQLite may open the same file in this process: the first that closes it would let go of the other's locks.
"""

import asyncio
import contextlib
import datetime as dt
import fcntl
import os
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import apsw

from bot.errors import ConfigError, Occupied, Problem, StoreAway, StoreError
from bot.store import database, migrations
from bot.store.codec import micros
from bot.store.database import Work

T = TypeVar("T")
Row = dict[str, Any]

WHERE = "[sokbo] store"
ABSENT = "start the bot once: sokbo run"
STATEMENTS = 256  #: kept ready on each connection: more than the store has
PATIENCE = 5.0  #: seconds to wait for a command that writes beside the bot

#: What to do about what SQLite says.
_MENDS: Mapping[type[apsw.Error], str] = {
    apsw.ReadOnlyError: "let this user write to the file and its folder",
    apsw.IOError: "see to the disk that it is on",
    apsw.CorruptError: "put the newest backup in its place",
    apsw.FullError: "make room on the disk that it is on",
    apsw.CantOpenError: "name a file in a folder that this user may write to",
    apsw.NotADBError: "name another file, or put the newest backup in its place",
}


class Connection:
    """One transaction on a connection; see `database.Connection`."""

    dialect = "sqlite"

    def __init__(self, raw: apsw.Connection, clock: Callable[[], dt.datetime] | None) -> None:
        self.raw = raw
        self._clock = clock

    def rows(self, sql: str, **parameters: Any) -> list[Row]:
        """Every row of one statement."""
        cursor = self._execute(sql, parameters)
        cursor.row_trace = _Names()
        return cursor.fetchall()  # type: ignore[return-value]  # what the trace makes of them

    def tuples(self, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """Every row of one statement without the names of its columns."""
        return self._execute(sql, parameters).fetchall()

    def row(self, sql: str, **parameters: Any) -> Row | None:
        """The first row of one statement, or None."""
        found = self.rows(sql, **parameters)
        return found[0] if found else None

    def _execute(self, sql: str, parameters: Mapping[str, Any]) -> apsw.Cursor:
        try:
            return self.raw.execute(sql, parameters)
        except KeyError as error:
            raise apsw.BindingsError(f"no binding is given for {error}, which a statement names") from error

    def now(self) -> int:
        """Microseconds since 1970, by this machine's clock."""
        return time.time_ns() // 1000 if self._clock is None else micros(self._clock())

    def wake(self) -> None:
        """Nobody else drives this store."""


class Database:
    """One SQLite file: ``async with Database(path) as database: await database.write(work)``.

    ``driving`` takes the lock beside the file and raises ``Occupied`` when another process holds it; without it the
    file may be read and intents be written, beside a running bot. ``clock`` is what tests turn; without it this
    machine's own counts. A path that cannot be used is a ``ConfigError``.
    """

    shared = False

    def __init__(self, path: Path, *, driving: bool = False, clock: Callable[[], dt.datetime] | None = None) -> None:
        self.path = path
        self._driving = driving
        self._clock = clock
        self._lock: int | None = None
        self._connected = 0.0
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="store-write")
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="store-read")
        self._write: apsw.Connection | None = None
        self._read: apsw.Connection | None = None

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        try:
            if self._driving:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._lock = _lock(self.path)
            elif not self.path.exists():
                raise ConfigError([Problem(f"there is no store at {self.path} yet", WHERE, ABSENT)])
            self._write = await loop.run_in_executor(self._writer, _connect, self.path)
            await loop.run_in_executor(self._writer, self._migrate, self._write)
            self._read = await loop.run_in_executor(self._reader, _connect, self.path)
        except (OSError, apsw.Error, StoreError) as error:
            await self._close()
            mend = "name a path in a folder that this user may write to, on a disk with room"
            reason = error.__cause__ or error  # SQLite's own words, where they are wrapped already
            raise ConfigError([Problem(f"the store {self.path} cannot be used: {reason}", WHERE, mend)]) from error
        except BaseException:
            await self._close()
            raise
        self._connected = time.monotonic()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._close()

    @property
    def worker(self) -> int:
        """1 for the one process that drives this store, 0 for those that look."""
        return int(self._driving)

    @property
    def connected(self) -> float:
        """When it was opened, in seconds of the monotonic clock."""
        return self._connected

    def clock(self) -> dt.datetime:
        """The time by this machine's clock."""
        return dt.datetime.now(dt.UTC) if self._clock is None else self._clock()

    def monotonic(self, micros: int) -> float:
        """A time of this machine's clock as seconds of its monotonic clock."""
        seconds = micros / 1_000_000
        return time.monotonic() + seconds - time.time() if self._clock is None else seconds

    def gone(self, connection: database.Connection, worker: int) -> bool:  # noqa: ARG002 - the file's lock has told
        """Whether that is not the one process that drives this store."""
        return worker != self.worker

    def on_wake(self, wake: Callable[[], None]) -> None:
        """Nobody else drives this store: there is nobody to be woken by."""

    async def write(self, work: Work[T]) -> T:
        """Run ``work`` in one transaction: all of it is committed to the disk, or none."""
        if self._write is None:
            raise RuntimeError("the store is not open")
        job = partial(self._transact, self._write, work)
        return await asyncio.get_running_loop().run_in_executor(self._writer, job)

    async def read(self, work: Work[T]) -> T:
        """Run ``work`` on the reading connection, on one snapshot."""
        if self._read is None:
            raise RuntimeError("the store is not open")
        job = partial(self._look, self._read, work)
        return await asyncio.get_running_loop().run_in_executor(self._reader, job)

    async def _close(self) -> None:
        loop = asyncio.get_running_loop()
        for executor, connection in ((self._reader, self._read), (self._writer, self._write)):
            if connection is not None:
                await loop.run_in_executor(executor, connection.close)
            executor.shutdown()
        self._read = self._write = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    # ── In a connection's thread ─────────────────────────────────────────────────────────────────────────────────

    def _transact(self, raw: apsw.Connection, work: Work[T]) -> T:
        with self._understood():
            raw.execute("begin immediate")
            try:
                result = work(Connection(raw, self._clock))
                raw.execute("commit")
            except BaseException:
                if raw.in_transaction:  # SQLite has ended it by itself where the disk failed
                    raw.execute("rollback")
                raise
            return result

    def _look(self, raw: apsw.Connection, work: Work[T]) -> T:
        with self._understood():
            raw.execute("begin")
            try:
                return work(Connection(raw, self._clock))
            finally:
                if raw.in_transaction:
                    raw.execute("rollback")

    def _migrate(self, raw: apsw.Connection) -> None:
        """Bring the file to this schema; an older one that another bot drives is left alone, which it would break."""
        found = self._transact(raw, migrations.version)
        if found != migrations.SCHEMA:
            with contextlib.nullcontext() if self._driving or found == 0 else locked(self.path):
                raw.execute("pragma foreign_keys = off")  # a table that is written anew is gone for a moment
                self._transact(raw, migrations.migrate)
        raw.execute("pragma foreign_keys = on")

    @contextlib.contextmanager
    def _understood(self) -> Iterator[None]:
        """SQLite's errors as ours."""
        try:
            yield
        except apsw.Error as error:
            if isinstance(error, apsw.BusyError | apsw.LockedError):
                raise StoreAway(f"somebody else writes to {self.path}: {error}") from error
            mend = f"; {_MENDS[type(error)]}" if type(error) in _MENDS else ""
            raise StoreError(f"the store {self.path} cannot be used: {error}{mend}") from error


def _lock(path: Path) -> int:
    """Hold ``path``.lock for the life of this process; the system lets go of it however the process ends."""
    handle = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(handle, 32).decode(errors="replace").strip()
        os.close(handle)
        raise Occupied(
            f"another bot (process {holder or 'unknown'}) drives {path}: stop it first, or use its page"
        ) from None
    os.ftruncate(handle, 0)
    os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
    return handle


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep everybody else from driving this store; raises ``Occupied`` when somebody does."""
    handle = _lock(path)
    try:
        yield
    finally:
        os.close(handle)


def driven(path: Path) -> bool:
    """Whether a bot holds the lock on this store now."""
    try:
        handle = os.open(f"{path}.lock", os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _connect(path: Path) -> apsw.Connection:
    connection = apsw.Connection(str(path), statementcachesize=STATEMENTS)
    try:
        connection.set_busy_timeout(round(PATIENCE * 1000))
        connection.execute("pragma journal_mode = wal").fetchall()
        connection.execute("pragma synchronous = full")
        connection.execute("pragma foreign_keys = on")
    except apsw.Error:
        connection.close()
        raise
    return connection


class _Names:
    """Makes rows of tuples: their columns go by name."""

    def __init__(self) -> None:
        self._names: tuple[str, ...] = ()

    def __call__(self, cursor: apsw.Cursor, row: tuple[Any, ...]) -> Row:
        self._names = self._names or tuple(name for name, _ in cursor.get_description())
        return dict(zip(self._names, row, strict=True))


def copy(path: Path, to: Path) -> None:
    """Copy a store, beside a running bot too; a store that isn't there yet is copied as an empty file."""
    with contextlib.closing(apsw.Connection(str(to))) as target:
        if path.exists():
            with (
                contextlib.closing(apsw.Connection(str(path))) as source,
                target.backup("main", source, "main") as copying,
            ):
                copying.step()
