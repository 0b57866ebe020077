"""The two sides of a copy: a whole store, read or written table by table in one transaction, on its own connection.

What is copied is what schema.sql names, in its order, which puts first what is referred to. Not the workers: who drives
a store is no part of what it remembers.
"""

import contextlib
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from importlib import resources
from pathlib import Path
from typing import Any, Final, Protocol

import apsw
import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from bot.errors import Occupied, StoreError
from bot.store.migrations import HOME
from bot.store.sqlite import locked
from bot.store.workers import LOCKS

Row = tuple[Any, ...]

#: What a store says of itself that is not true of its copy: the number of its schema, and where it has moved.
OWN: Final = {"meta": "where key not in ('schema', 'moved_to')"}
WAIT: Final = 10  #: seconds for whoever still writes, before a copy gives up
NEXT: Final = "select setval(pg_get_serial_sequence({name}, 'id'), coalesce(max(id), 0) + 1, false) from {table}"
DRIVEN: Final = """
select 1 from pg_locks where locktype = 'advisory' and granted and objsubid = 2 and objid > 0
  and cast(classid as bigint) = %s and database = (select oid from pg_database where datname = current_database())
"""
NOTICED: Final = 1.0  #: seconds until a server has noticed that a session has ended
#: What the library connects with. The name is unlike a bot's, whose session is ended when it sits in a transaction
#: (`workers.sql`); a dead peer is noticed within seconds.
LINE: Final[Mapping[str, str | int]] = {
    "application_name": "sokbo-copy",
    "connect_timeout": 10,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
PRESENT: Final = re.compile(r"^create table (\w+)", re.MULTILINE)


def tables() -> tuple[str, ...]:
    """The names of all tables that are copied."""
    text = resources.files("bot.store").joinpath("schema.sql").read_text("utf-8")
    return tuple(name for name in PRESENT.findall(text) if name != "worker")


def storable(value: Any) -> Any:
    """A value as both databases have it: U+0000, which PostgreSQL refuses, is U+FFFD there."""
    return value.replace("\0", "\ufffd") if isinstance(value, str) else value


class Side(Protocol):
    """One store in one transaction; what is not committed is as if it had never been. Errors are the database's own."""

    def columns(self, table: str) -> tuple[str, ...]:
        """The table's columns, in their order."""
        ...

    def rows(self, table: str, columns: Sequence[str]) -> Iterator[Row]:
        """Every row, in no order, one after the other: pictures are large."""
        ...

    def holds(self, table: str) -> bool:
        """Whether the table has any row."""
        ...

    def clear(self) -> None:
        """Take out what a new store says of itself."""
        ...

    def put(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """Add these rows to the table."""
        ...

    def settle(self) -> None:
        """Make a store of what was put, ready to be driven."""
        ...

    def leave(self, to: str) -> None:
        """Note where this store has moved: nobody drives it any more."""
        ...

    def commit(self) -> None: ...


# ── SQLite ───────────────────────────────────────────────────────────────────────────────────────────────────────


class Sqlite:
    """A file; nobody else writes to it meanwhile."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._raw = connection

    def columns(self, table: str) -> tuple[str, ...]:
        """The table's columns, in their order."""
        return tuple(name for (name,) in self._raw.execute("select name from pragma_table_info(?)", (table,)))

    def rows(self, table: str, columns: Sequence[str]) -> Iterator[Row]:
        """Every row, as it lies on the disk."""
        return self._raw.execute(f"select {', '.join(columns)} from {table} {OWN.get(table, '')}")  # noqa: S608 - our names

    def holds(self, table: str) -> bool:
        """Whether the table has any row."""
        return self._raw.execute(f"select 1 from {table} limit 1").fetchall() != []  # noqa: S608 - our names

    def clear(self) -> None:
        """Take out the new store's name."""
        self._raw.execute("delete from meta")

    def put(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """Add these rows to the table."""
        marks = ", ".join("?" * len(columns))
        self._raw.executemany(f"insert into {table} ({', '.join(columns)}) values ({marks})", rows)  # noqa: S608 - our names

    def settle(self) -> None:
        """See that every reference leads somewhere; numbers go on after the largest by themselves."""
        if self._raw.execute("pragma foreign_key_check").fetchall():
            raise StoreError("something in it refers to what is not there: put the newest backup in its place")

    def leave(self, to: str) -> None:
        """Note where this store has moved."""
        self._raw.execute("insert into meta (key, value) values ('moved_to', ?)", (to,))

    def commit(self) -> None:
        """Write it all."""
        self._raw.execute("commit")


@contextlib.contextmanager
def sqlite(path: Path) -> Iterator[Side]:
    """The file, to copy from it or into it; nobody else writes to it meanwhile.

    Raises ``Occupied`` if a bot drives it.
    """
    with locked(path), contextlib.closing(apsw.Connection(str(path))) as raw:
        raw.set_busy_timeout(round(WAIT * 1000))
        raw.execute("pragma synchronous = full")
        raw.execute("begin immediate")
        yield Sqlite(raw)


# ── PostgreSQL ───────────────────────────────────────────────────────────────────────────────────────────────────


class Postgres:
    """A database, on one snapshot."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._raw = connection

    def columns(self, table: str) -> tuple[str, ...]:
        """The table's columns, in their order."""
        return tuple(name for name, _ in self._described(table))

    def rows(self, table: str, columns: Sequence[str]) -> Iterator[Row]:
        """Every row, streamed."""
        types = dict(self._described(table))
        words = sql.SQL("copy (select {} from {} {}) to stdout").format(
            sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(table), sql.SQL(OWN.get(table, ""))
        )
        with self._raw.cursor() as cursor, cursor.copy(words) as copy:
            copy.set_types([types[name] for name in columns])
            yield from copy.rows()

    def holds(self, table: str) -> bool:
        """Whether the table has any row."""
        return self._say("select 1 from {table} limit 1", table) is not None

    def clear(self) -> None:
        """Take out the new store's name."""
        self._raw.execute("delete from meta where key <> 'schema'")

    def put(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """Add these rows to the table."""
        words = sql.SQL("copy {} ({}) from stdin").format(
            sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
        )
        with self._raw.cursor() as cursor, cursor.copy(words) as copy:
            for row in rows:
                copy.write_row(tuple(map(storable, row)))

    def settle(self) -> None:
        """Let numbers go on after the largest, name the workers whose claims are anybody's, and count what is there:
        with the statistics of an empty table a fan-out takes a hundred times as long (OUTBOX.md, section d).
        """
        self._raw.execute(
            "insert into worker (id, name, started, alive_until)"
            " select distinct worker, 'before the move', 0, 0 from delivery where state = 2 on conflict (id) do nothing"
        )
        for table in (*tables(), "worker"):
            if "id" in self.columns(table):
                self._say(NEXT, table)
            self._say("analyze {table}", table)

    def leave(self, to: str) -> None:
        """Note where this store has moved."""
        self._raw.execute("insert into meta (key, value) values ('moved_to', %s)", (to,))

    def commit(self) -> None:
        """Write it all."""
        self._raw.execute("commit")

    def _described(self, table: str) -> list[tuple[str, int]]:
        cursor = self._raw.execute(sql.SQL("select * from {} limit 0").format(sql.Identifier(table)))
        return [(column.name, column.type_code) for column in cursor.description or ()]

    def _say(self, words: str, table: str) -> Row | None:
        cursor = self._raw.execute(sql.SQL(words).format(table=sql.Identifier(table), name=sql.Literal(table)))
        return cursor.fetchone() if cursor.description else None


@contextlib.contextmanager
def postgres(url: str, *, alone: bool) -> Iterator[Side]:
    """The database, as it is at one moment; ``alone``: nobody else writes to it meanwhile, or comes to drive it.

    Raises ``Occupied`` if a bot drives it already.
    """
    with psycopg.connect(make_conninfo(url, **LINE), autocommit=True) as raw:
        raw.execute(f"set search_path = {HOME}; set lock_timeout = '{WAIT}s'")
        raw.execute("begin isolation level repeatable read")
        if alone:  # before anything is read: what was written until now belongs to the snapshot
            names = sql.SQL(", ").join(map(sql.Identifier, (*tables(), "worker")))
            raw.execute(sql.SQL("lock table {} in share row exclusive mode").format(names))
            _refuse_if_driven(raw)
        yield Postgres(raw)


def _refuse_if_driven(raw: psycopg.Connection) -> None:
    """Whoever drives holds the lock of its number; it may have ended just now, without the server's noticing yet."""
    patience = time.monotonic() + NOTICED
    while raw.execute(DRIVEN, (LOCKS,)).fetchone() is not None:
        if time.monotonic() > patience:
            raise Occupied("a bot drives this store: stop all of them first")
        time.sleep(0.05)


def side(store: str, *, alone: bool = True) -> AbstractContextManager[Side]:
    """The store that an address names."""
    if store.startswith("sqlite:"):
        return sqlite(Path(store.removeprefix("sqlite:///")))
    return postgres(store, alone=alone)
