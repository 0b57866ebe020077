"""Copies of a store beside the bots that drive it, and its move to another database.

    backup   one file: SQLite's by its own online backup, PostgreSQL's from a snapshot, row by row; it can be read,
             moved or put in place anywhere, and gets its name only when it has been looked through
    move     every row, compared on both sides; then, and only then, the old store notes where it has gone

All of it is written, or nothing. What is here blocks, and belongs into a thread.
"""

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import apsw
import psycopg

from bot.errors import ConfigError, Problem, StoreAway, StoreError
from bot.store.migrations import SCHEMA
from bot.store.postgres_errors import translated
from bot.store.sides import Row, Side, storable, tables

WIDTH: Final = 16  #: bytes of a row's hash
BESIDE: Final = ("-wal", "-shm", "-journal")  #: what SQLite keeps beside a file
COUNTED: Final = ("story", "message", "delivery", "picture")  #: what a person is told the numbers of

Copy = AbstractContextManager[Side]


@dataclass(slots=True)
class Print:
    """What tells a table's rows from any others, in whatever order they come."""

    rows: int = 0
    total: int = 0

    def passing(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows as they come, counted and hashed."""
        for row in rows:
            self.rows += 1
            self.total = (self.total + _hash(row)) % (1 << 8 * WIDTH)
            yield row


def _hash(row: Row) -> int:
    plain = [hashlib.sha256(value).digest() if isinstance(value, bytes) else storable(value) for value in row]
    return int.from_bytes(hashlib.blake2b(repr(plain).encode(), digest_size=WIDTH).digest())


def prints(side: Side) -> Mapping[str, Print]:
    """The print of every table."""
    found = {table: Print() for table in tables()}
    for table, seen in found.items():
        for _ in seen.passing(side.rows(table, _columns(side, table))):
            pass
    return found


def transfer(source: Side, target: Side, stopped: Callable[[], bool] = lambda: False) -> Mapping[str, Print]:
    """Copy every row into a store that holds nothing, and compare: what came. Nothing is committed.

    Raises ``StoreError`` where the two differ, or ``stopped`` says so.
    """
    target.clear()
    sent = {table: Print() for table in tables()}
    for table, seen in sent.items():
        columns = _columns(source, table)
        target.put(table, columns, _until(stopped, seen.passing(source.rows(table, columns))))
    target.settle()
    came = prints(target)
    if differing := [table for table in sent if sent[table] != came[table]]:
        raise StoreError(f"the copy differs from what was read, in {', '.join(differing)}: nothing was written")
    return came


def move(source: Copy, target: Copy, to: str, stopped: Callable[[], bool] = lambda: False) -> int:
    """Move all that ``source`` holds, and note there that it is ``to`` now; how many rows there are.

    ``target`` must be empty, or the very same already: a move that was cut off before its note is finished by another.
    Raises ``ConfigError`` if it is neither, ``Occupied`` if a bot drives one of them, ``StoreError`` if anything else
    fails; then nothing has moved.
    """
    with understood(), source as here, target as there:
        if not any(there.holds(table) for table in tables() if table != "meta"):
            came = transfer(here, there, stopped)
        elif (came := prints(there)) != prints(here):
            mend = "name a new database or file, or empty this one first"
            raise ConfigError([Problem(f"the store {to} is not empty", "move", mend)])
        here.leave(to)
        there.commit()
        here.commit()
    return sum(seen.rows for seen in came.values())


# ── Backup ───────────────────────────────────────────────────────────────────────────────────────────────────────


def backup(path: Path, to: Path) -> None:
    """Copy a SQLite store as it is at one moment; whoever drives it goes on writing."""
    with (
        understood(),
        closing(apsw.Connection(str(path))) as source,
        closing(apsw.Connection(str(to))) as target,
        target.backup("main", source, "main") as copying,
    ):
        copying.step()  # in one: of several, each would begin anew after somebody has written


def snapshot(source: Copy, target: Copy) -> None:
    """Copy a store as it is at one moment, row by row."""
    with understood(), source as here, target as there:
        transfer(here, there)
        there.commit()


def look_through(path: Path) -> Mapping[str, int]:
    """See that a copy is whole and of a schema that this Sokbo knows; how much of what people ask for it holds.

    It stands alone afterwards: nothing of it is left in a file beside it.
    """
    with understood(), closing(apsw.Connection(str(path))) as copy:
        copy.execute("pragma journal_mode = delete").fetchall()
        found = [text for (text,) in copy.execute("pragma integrity_check")]
        if found != ["ok"] or copy.execute("pragma foreign_key_check").fetchall():
            raise StoreError(f"the copy is not whole: {found[0]}")
        schema = _number(copy, "pragma user_version")
        if not 0 < schema <= SCHEMA:
            raise StoreError(f"the copy is no store that this Sokbo knows: its schema is {schema}")
        return {name: _number(copy, f"select count(*) from {name}") for name in COUNTED}  # noqa: S608 - ours


def _number(connection: apsw.Connection, sql: str) -> int:
    number: Any
    [(number,)] = connection.execute(sql).fetchall()
    return int(number)


def put_in_place(part: Path, to: Path) -> None:
    """Give a finished copy its name, on the disk; what stood beside an older file of that name would spoil it."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    for suffix in BESIDE:
        Path(f"{to}{suffix}").unlink(missing_ok=True)
    part.replace(to)
    folder = os.open(to.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def throw_away(part: Path) -> None:
    """Remove an unfinished copy, and what stands beside it."""
    for suffix in ("", *BESIDE, ".lock"):
        Path(f"{part}{suffix}").unlink(missing_ok=True)


@contextlib.contextmanager
def understood() -> Iterator[None]:
    """Both databases' errors as ours."""
    try:
        yield
    except apsw.Error as error:
        raise (StoreAway if isinstance(error, apsw.BusyError) else StoreError)(f"SQLite says: {error}") from error
    except psycopg.Error as error:
        raise translated(error) from error


def _columns(side: Side, table: str) -> tuple[str, ...]:
    """In the order of the alphabet: that of an upgraded store may be another."""
    return tuple(sorted(side.columns(table)))


def _until(stopped: Callable[[], bool], rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        if stopped():
            raise StoreError("stopped half-way: nothing was written")
        yield row
