"""SQLite under the store: one thread that writes, one that reads, and the lock on driving.

WAL with synchronous=FULL: a commit is on the disk before it is believed (OUTBOX.md: NORMAL did 8 fdatasync for 200
commits, FULL 209). A transaction is a function of a connection, run whole in its thread, so that no two writes
interleave.
"""

import asyncio
import fcntl
import os
import re
import sqlite3
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import resources
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from bot.errors import ConfigError, Occupied, Problem

T = TypeVar("T")
Row = sqlite3.Row
Work = Callable[["Connection"], T]

SCHEMA = 1  #: PRAGMA user_version of schema.sql


@cache
def statements(name: str) -> Mapping[str, str]:
    """The named statements of ``name``.sql: each stands under its ``-- name:`` line."""
    text = resources.files("bot.store").joinpath(f"{name}.sql").read_text("utf-8")
    parts = re.split(r"^-- name: (\w+)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


class Connection:
    """One connection and the statements of one file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.raw = connection

    def rows(self, sql: str, **parameters: Any) -> list[Row]:
        """Every row of one statement."""
        return self.raw.execute(sql, parameters).fetchall()

    def row(self, sql: str, **parameters: Any) -> Row | None:
        """The first row of one statement, or None."""
        found = self.raw.execute(sql, parameters).fetchall()
        return found[0] if found else None


class Database:
    """One SQLite file: ``async with Database(path) as database: await database.write(work)``.

    ``driving`` takes the lock beside the file and raises ``Occupied`` when another process holds it; without it the
    file may be read and intents be written, beside a running bot. A path that cannot be used is a ``ConfigError``.
    """

    def __init__(self, path: Path, *, driving: bool = False) -> None:
        self.path = path
        self._driving = driving
        self._lock: int | None = None
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="store-write")
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="store-read")
        self._write: sqlite3.Connection | None = None
        self._read: sqlite3.Connection | None = None

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        try:
            if self._driving:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._lock = _lock(self.path)
            elif not self.path.exists():
                raise ConfigError(
                    [Problem(f"there is no store at {self.path} yet", "[sokbo] store", "start the bot once: sokbo run")]
                )
            self._write = await loop.run_in_executor(self._writer, _connect, self.path)
            await self.write(_migrate)
            self._read = await loop.run_in_executor(self._reader, _connect, self.path)
        except (OSError, sqlite3.Error) as error:
            await self._close()
            raise ConfigError(
                [
                    Problem(
                        f"the store {self.path} cannot be used: {error}",
                        "[sokbo] store",
                        "name a path in a folder that this user may write to, on a disk with room",
                    )
                ]
            ) from error
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._close()

    async def write(self, work: Work[T]) -> T:
        """Run ``work`` in one transaction: all of it is committed to the disk, or none."""
        if self._write is None:
            raise RuntimeError("the store is not open")
        return await asyncio.get_running_loop().run_in_executor(self._writer, _transact, self._write, work)

    async def read(self, work: Work[T]) -> T:
        """Run ``work`` on the reading connection, on one snapshot."""
        if self._read is None:
            raise RuntimeError("the store is not open")
        return await asyncio.get_running_loop().run_in_executor(self._reader, _look, self._read, work)

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


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=5.0, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    try:
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = full")
        connection.execute("pragma foreign_keys = on")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _transact(connection: sqlite3.Connection, work: Work[T]) -> T:
    connection.execute("begin immediate")
    try:
        result = work(Connection(connection))
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")
    return result


def _look(connection: sqlite3.Connection, work: Work[T]) -> T:
    connection.execute("begin")
    try:
        return work(Connection(connection))
    finally:
        connection.execute("rollback")


def _migrate(connection: Connection) -> None:
    """Bring an empty file to this schema; refuse one that a later Sokbo has written."""
    found = connection.rows("pragma user_version")[0][0]
    if found == SCHEMA:
        return
    if found != 0:
        raise sqlite3.DatabaseError(f"its schema is {found}, this Sokbo knows {SCHEMA}; use the Sokbo that wrote it")
    text = resources.files("bot.store").joinpath("schema.sql").read_text("utf-8")
    for statement in text.split(";\n"):
        if statement.strip():
            connection.raw.execute(statement)
    connection.raw.execute(f"pragma user_version = {SCHEMA}")
    connection.raw.execute("insert into meta (key, value) values ('store', ?)", (uuid.uuid4().hex,))


def copy(path: Path, to: Path) -> None:
    """Copy a store, beside a running bot too; a store that isn't there yet is copied as an empty file."""
    target = sqlite3.connect(to)
    if path.exists():
        source = sqlite3.connect(path)
        source.backup(target)
        source.close()
    target.close()
