"""Bring a store to this schema: an empty one by schema.sql, an older one step by step.

    empty ──schema.sql──▶ SCHEMA        1 ──upgrades/2.sql──▶ 2 ──upgrades/3.sql──▶ 3 …

All of it is one transaction, and both databases read the same steps (`dialect`). A file keeps its number in
``pragma user_version``, PostgreSQL in the table meta; two workers that start at once wait for each other there.
"""

import uuid
from importlib import resources
from importlib.resources.abc import Traversable

from bot.errors import ConfigError, Problem, StoreError
from bot.store.database import Connection, statements
from bot.store.dialect import definition, split
from bot.store.workers import LOCKS

SCHEMA = 3  #: of schema.sql
HOME = "sokbo"  #: the name of our own schema on PostgreSQL, so that the database may hold other things too
_STORE = resources.files("bot.store")


def version(connection: Connection) -> int:
    """The schema that is there; 0 where nothing is.

    Raises ``StoreError`` for one that a later Sokbo has written, ``ConfigError`` for a store that has moved.
    """
    if connection.dialect == "sqlite":
        [row] = connection.rows("pragma user_version")
        found = int(row["user_version"])
    else:
        found = _version_there(connection)
    if found > SCHEMA:
        raise StoreError(f"its schema is {found}, this Sokbo knows {SCHEMA}; use the Sokbo that wrote it")
    if found and (moved := connection.row("select value from meta where key = 'moved_to'")) is not None:
        to = moved["value"]  # `sokbo move` notes it, without a password
        raise ConfigError([Problem(f"this store has moved to {to}", "[sokbo] store", f'store = "{to}"')])
    return found


def migrate(connection: Connection, to: int = SCHEMA, upgrades: Traversable = _STORE / "upgrades") -> None:
    """Make the store's schema ``to``, with all that is in it; ``upgrades`` holds a file for each number.

    Raises ``StoreError`` for a store of a later Sokbo, and where a reference leads nowhere afterwards.
    """
    if connection.dialect == "postgresql":
        connection.rows("select pg_advisory_xact_lock(cast(:locks as integer), 0)", locks=LOCKS)
    found = version(connection)
    if found == 0:
        _create(connection)
        found = SCHEMA
    for number in range(found + 1, to + 1):
        _run(connection, upgrades / f"{number}.sql")
    if connection.dialect == "sqlite":
        if connection.rows("pragma foreign_key_check"):
            raise StoreError("something in it refers to what is not there: put the newest backup in its place")
        connection.rows(f"pragma user_version = {to}")
    else:
        note = "insert into meta (key, value) values ('schema', :to) on conflict (key) do update set value = :to"
        connection.rows(note, to=str(to))


def _version_there(connection: Connection) -> int:
    if connection.row("select 1 from pg_tables where schemaname = :home and tablename = 'meta'", home=HOME) is None:
        return 0
    row = connection.row("select value from meta where key = 'schema'")
    return 0 if row is None else int(row["value"])


def _create(connection: Connection) -> None:
    words = statements("postgresql") if connection.dialect == "postgresql" else {}
    if words and connection.row("select 1 from pg_namespace where nspname = :home", home=HOME) is None:
        connection.rows(f"create schema {HOME}")
    _run(connection, _STORE / "schema.sql")
    for sql in words.values():
        connection.rows(sql)
    connection.rows("insert into meta (key, value) values ('store', :name)", name=uuid.uuid4().hex)


def _run(connection: Connection, file: Traversable) -> None:
    for sql in split(file.read_text("utf-8")):
        connection.rows(sql if connection.dialect == "sqlite" else definition(sql))
