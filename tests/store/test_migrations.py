"""A store of any released schema comes to this one with all that is in it (issue 4; FAILURES.md row 29)."""

import asyncio
import re
import sqlite3
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.errors import ConfigError, StoreError
from bot.store import sqlite
from bot.store.database import statements
from bot.store.dialect import definition, split
from bot.store.migrations import SCHEMA, migrate
from bot.store.postgres import Database
from tests.postgres import Server

SCHEMAS = Path(__file__).parents[1] / "data/schemas"

#: One site of schema 1, with a row or more in every table.
ROWS: Mapping[str, list[dict[str, Any]]] = {
    "meta": [{"key": "store", "value": "0123"}],
    "feed": [{"name": "newsdao", "kind": "jekyll", "url": "_posts", "cursor": "{}", "known": 3, "met": 1, "polled": 7}],
    "story": [
        {
            "id": number,
            "headline": f"h{number}",
            "excerpt": "e",
            "link": "l",
            "source": "newsdao",
            "urgency": "normal",
            "revision": 2,
            "state": "announced",
            "seen": number * 100,
        }
        for number in (1, 2, 3)
    ],
    "entry": [{"id": 4, "feed": "newsdao", "story": 1, "title": "t", "link": "l", "lead": "x", "fingerprint": "f"}],
    "identity": [{"key": "guid:1", "story": 1}, {"key": "guid:2", "story": 2}],
    "trait": [{"feed": "newsdao", "trait": "a", "post": "guid:1"}],
    "picture": [{"sha256": "aa", "mime": "image/png", "data": b"\x00png"}],
    "rendition": [{"key": "r", "picture_json": "{}"}],
    "message": [
        {"id": number, "story": story, "revision": 1, "message_json": f'{{"text":"{number}"}}'}
        for number, story in ((10, 1), (11, 1), (12, 2), (13, 3), (14, 1))
    ],
    "account": [
        {"id": 1, "platform": "telegram", "base_url": "b", "credential": "c", "next_send": 5, "paused_until": 9},
        {"id": 2, "platform": "x", "base_url": "b", "credential": "d", "reason": "why"},
    ],
    "subscription": [
        {"id": 1, "account": 1, "name": "readers", "address": "@a", "next_send": 6, "only_urgency": "breaking"},
        {"id": 2, "account": 1, "name": "readers", "address": "@b", "state": "paused", "reason": "gone"},
        {"id": 3, "account": 2, "name": "followers", "address": "me", "notify": "none"},
    ],
    "upload": [{"account": 1, "sha256": "aa", "reference": "file"}],
    "fanout": [
        {
            "id": 5,
            "account": 2,
            "name": "followers",
            "story": 3,
            "revision": 1,
            "message": 13,
            "urgency": "normal",
            "priority": 3,
            "cursor": 1,
            "upper": 3,
        }
    ],
    "delivery": [
        {"id": number, "account": account, "lane": lane, "story": story, "revision": revision, "operation": operation}
        | {"part": part, "message": message, "priority": priority, "silent": 0, "state": state, "claim": claim}
        | {"tries": claim, "due": 4, "queued": 8, "since": 9 if claim else None, "reason": f"r{number}"}
        for number, account, lane, story, revision, operation, part, message, priority, state, claim in (
            (20, 1, 1, 1, 1, "send", 0, 10, 1, 3, 1),
            (21, 1, 1, 1, 2, "edit", 0, 11, 2, 2, 2),
            (22, 1, 2, 1, 1, "send", 0, 10, 1, 5, 1),
            (23, 1, 2, 1, 1, "send", 1, 14, 1, 0, 0),
            (24, 1, 1, 2, 1, "send", 0, 12, 3, 0, 0),
            (25, 2, 3, 2, 1, "send", 0, 12, 3, 6, 0),
        )
    ],
    "receipt": [{"delivery": 20, "account": 1, "ids_json": '["7"]', "link": "https://t.me/a/7", "note": "n"}],
    "intent": [{"id": 1, "verb": "send_again", "arguments_json": "{}", "written": 3}],
}

#: What the upgrade writes that was nowhere before.
NEW: Mapping[str, list[dict[str, Any]]] = {
    "feed": [
        {"poller": 0, "poll_until": 0, "due": 0, "origin": "config", "said_json": "{}"}
        | {"rhythm": 0, "arrivals_json": "[]", "size": 0, "gaps": 0, "missed": None}
    ],
    "identity": [{"seen": 100}, {"seen": 200}],
    "account": [{"turn": 22, "app": "", "stopped": 0, "recent_json": "[]"}, {"turn": 0}],
    "subscription": [{"personal": 0, "recent_json": "[]"}] * 3,
    "fanout": [{"turn": None, "target": ""}],
    "delivery": [
        {"rank": 2, "turn": 20, "worker": 0},
        {"rank": 4, "turn": 21, "worker": 0},
        {"rank": 2, "turn": 22, "worker": 0},
        {"rank": 2, "turn": 23, "worker": 0},
        {"rank": 6, "turn": 24, "worker": 0},
        {"rank": 6, "turn": 25, "worker": 0},
    ],
    "missing": [],
    "filtered": [],
    "lease": [],
    "tally": [],
    "worker": [],
    "telling": [
        {"story": 1, "name": "readers", "part": 0, "message": 11},
        {"story": 1, "name": "readers", "part": 1, "message": 14},
        {"story": 2, "name": "followers", "part": 0, "message": 12},
        {"story": 2, "name": "readers", "part": 0, "message": 12},
        {"story": 3, "name": "followers", "part": 0, "message": 13},
    ],
}


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A store of schema 1."""
    path = tmp_path / "old.db"
    connection = sqlite3.connect(path)
    connection.executescript((SCHEMAS / "1.sql").read_text("utf-8"))
    for table, rows in ROWS.items():
        for row in rows:
            names, marks = ", ".join(row), ", ".join("?" * len(row))
            connection.execute(f"insert into {table} ({names}) values ({marks})", [*row.values()])
    connection.execute("pragma user_version = 1")
    connection.commit()
    connection.close()
    return path


def looked(path: Path, sql: str) -> list[dict[str, Any]]:
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    rows = [dict(row) for row in connection.execute(sql)]
    connection.close()
    return rows


def shape(path: Path) -> dict[str, str]:
    """Every table and index as its statement, spelled alike."""
    spelled = {}
    for row in looked(path, "select name, sql from sqlite_master where sql is not null"):
        sql = re.sub(r"--[^\n]*", "", row["sql"]).replace('"', "").lower()
        spelled[row["name"]] = re.sub(r"\s*([(),])\s*", r"\1", " ".join(sql.split()))
    return spelled


def test_every_table_of_the_first_schema_is_tried() -> None:
    assert set(ROWS) == set(re.findall(r"create table (\w+)", (SCHEMAS / "1.sql").read_text("utf-8")))


async def test_an_old_store_and_a_new_one_are_the_same_to_the_letter(old: Path, tmp_path: Path) -> None:
    for path in (old, tmp_path / "new.db"):
        async with sqlite.Database(path, driving=True):
            pass
    assert shape(old) == shape(tmp_path / "new.db")
    assert looked(old, "pragma user_version") == [{"user_version": SCHEMA}]
    assert looked(old, "pragma integrity_check") == [{"integrity_check": "ok"}]
    assert looked(old, "pragma foreign_key_check") == []


async def test_nothing_is_lost_on_the_way(old: Path) -> None:
    async with sqlite.Database(old, driving=True):
        pass
    for table in ROWS.keys() | NEW.keys():
        before, new = ROWS.get(table), NEW.get(table, [])
        after = looked(old, f"select * from {table} order by 1, 2")
        assert len(after) == len(new if before is None else before), table
        for row, *expected in zip(after, before or new, new or before or (), strict=True):
            for fields in expected:
                assert row | fields == row


async def test_what_refers_to_nothing_stops_the_upgrade_and_changes_nothing(old: Path) -> None:
    connection = sqlite3.connect(old)
    connection.execute("delete from story where id = 3")
    connection.commit()
    connection.close()
    before = shape(old)
    with pytest.raises(ConfigError, match="backup"):
        await sqlite.Database(old, driving=True).__aenter__()
    assert shape(old) == before
    assert looked(old, "pragma user_version") == [{"user_version": 1}]


async def test_references_are_kept_after_the_upgrade(old: Path) -> None:
    async with sqlite.Database(old, driving=True) as store:
        with pytest.raises(StoreError, match="FOREIGN KEY"):
            await store.write(lambda c: c.rows("insert into identity (key, story) values ('x', 99)"))


async def test_a_store_of_a_later_schema_is_left_alone(tmp_path: Path, postgres_url: str) -> None:
    path = tmp_path / "s.db"
    later = sqlite3.connect(path)
    later.execute("pragma user_version = 99")
    later.close()
    async with Database(postgres_url, driving=True) as store:
        await store.write(lambda c: c.rows("update meta set value = '99' where key = 'schema'"))
    for database in (sqlite.Database(path, driving=True), Database(postgres_url, driving=True)):
        with pytest.raises(ConfigError, match=r"schema is 99, .* use the Sokbo that wrote it"):
            await database.__aenter__()


async def test_the_next_step_will_run_on_both(tmp_path: Path, postgres_url: str) -> None:
    """From schema 3 on one file serves both databases."""
    (tmp_path / f"{SCHEMA + 1}.sql").write_text(
        "-- A step; with a comment.\ncreate table thing (\n  id integer primary key,\n  data blob\n) strict;\n\n"
        "alter table meta add column more integer not null default 0;\nupdate meta set more = 2;\n",
        "utf-8",
    )
    for opened in (
        lambda: sqlite.Database(tmp_path / "s.db", driving=True),
        lambda: Database(postgres_url, driving=True),
    ):
        async with opened() as store:
            await store.write(lambda c: migrate(c, SCHEMA + 1, tmp_path))
            rows = await store.read(lambda c: c.rows("select more from meta where key = 'store'"))
            assert [row["more"] for row in rows] == [2]
            added = await store.write(
                lambda c: c.row("insert into thing (data) values (:data) returning id", data=b"x")
            )
            assert added is not None
            assert added["id"] == 1
        with pytest.raises(ConfigError, match=f"schema is {SCHEMA + 1}"):
            await opened().__aenter__()


async def test_two_workers_that_start_at_once_make_one_schema(postgres_url: str) -> None:
    stores = [Database(postgres_url, driving=True) for _ in range(3)]
    try:
        await asyncio.gather(*(store.__aenter__() for store in stores))
        assert sorted(store.worker for store in stores) == [1, 2, 3]
        [row] = await stores[0].read(lambda c: c.rows("select count(*) as n from meta where key = 'store'"))
        assert row["n"] == 1
    finally:
        await asyncio.gather(*(store.__aexit__(None, None, None) for store in stores))


async def test_a_postgresql_of_the_schema_before_comes_to_this_one(postgres: Server) -> None:
    """PostgreSQL begins with schema 2."""
    names = ("table_name", "column_name", "data_type", "column_default", "is_nullable")
    columns = f"""
        select {", ".join(names)} from information_schema.columns
        where table_schema = 'sokbo' order by table_name, ordinal_position
    """
    shapes = []
    with postgres.database() as old, postgres.database() as new:
        with psycopg.connect(old) as connection:
            connection.execute("create schema sokbo")
            connection.execute("set search_path = sokbo")
            for sql in split((SCHEMAS / "2.sql").read_text("utf-8")):
                connection.execute(definition(sql))
            for sql in statements("postgresql").values():
                connection.execute(sql)
            connection.execute("insert into meta (key, value) values ('schema', '2'), ('store', '0123')")
            connection.execute(
                "insert into feed (name, kind, url, cursor, due) values ('newsdao', 'feed', 'x', 'c', 7)"
            )
        for url in (old, new):
            async with Database(url, driving=True) as store:
                shapes.append(
                    [tuple(map(row.__getitem__, names)) for row in await store.read(lambda c: c.rows(columns))]
                )
                [row] = await store.read(lambda c: c.rows("select value from meta where key = 'schema'"))
                assert row["value"] == str(SCHEMA)
        with psycopg.connect(old) as connection:
            rows = connection.execute("select cursor, due, rhythm, missed from sokbo.feed").fetchall()
    assert rows == [("c", 7, 0, None)]
    assert shapes[0] == shapes[1]


async def test_both_databases_have_the_same_tables_and_columns(tmp_path: Path, postgres_url: str) -> None:
    path = tmp_path / "s.db"
    async with sqlite.Database(path, driving=True), Database(postgres_url, driving=True) as store:
        found = await store.read(
            lambda c: c.rows(
                "select table_name, column_name, data_type, is_nullable from information_schema.columns "
                "where table_schema = 'sokbo' order by table_name, ordinal_position"
            )
        )
    types = {"bigint": "integer", "text": "text", "bytea": "blob"}
    theirs = [(row["table_name"], row["column_name"], types[row["data_type"]], row["is_nullable"]) for row in found]
    ours = [
        (table["name"], column["name"], column["type"].lower(), "NO" if column["notnull"] or column["pk"] else "YES")
        for table in looked(path, "select name from sqlite_master where type = 'table' order by name")
        for column in looked(path, f"pragma table_info({table['name']})")
    ]
    assert theirs == ours


async def test_both_databases_have_the_same_indexes(postgres_url: str) -> None:
    text = resources.files("bot.store").joinpath("schema.sql").read_text("utf-8")
    named = {match[1] for sql in split(text) if (match := re.match(r"create (?:unique )?index (\w+)", sql))}
    async with Database(postgres_url, driving=True) as store:
        found = await store.read(lambda c: c.rows("select indexname from pg_indexes where schemaname = 'sokbo'"))
    assert named <= {row["indexname"] for row in found}


async def test_a_schema_that_was_made_for_us_is_used(postgres: Server, postgres_url: str) -> None:
    """Where the user may not create one, whoever runs the server does: create schema sokbo authorization …"""
    name = postgres_url.rpartition("/")[2]
    postgres.say("create role guest login")
    guest = postgres_url.replace("sokbo@", "guest@")
    try:
        with pytest.raises(ConfigError, match="grant create on database"):
            await Database(guest, driving=True).__aenter__()
        postgres.say("create schema sokbo authorization guest", name)
        async with Database(guest, driving=True) as store:
            assert store.worker == 1
    finally:
        postgres.say("drop owned by guest cascade", name)
        postgres.say("drop role guest")
