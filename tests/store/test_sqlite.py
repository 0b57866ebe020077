"""SQLite as the store has it: the lock, the clock, what its errors mean (DESIGN.md section 4; FAILURES.md row 18)."""

import asyncio
import datetime as dt
import os
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import apsw
import pytest

from bot.errors import ConfigError, Occupied, StoreAway, StoreError
from bot.model import UTC
from bot.store import database, sqlite
from bot.store.database import Connection
from bot.store.sqlite import Database, driven

NOON = dt.datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database(tmp_path / "s.db", driving=True) as opened:
        yield opened


def note(connection: Connection, key: str = "k") -> None:
    connection.rows("insert into meta (key, value) values (:key, 'v')", key=key)


def noted(connection: Connection) -> list[str]:
    return [row["key"] for row in connection.rows("select key from meta where key <> 'store' order by key")]


def test_it_is_what_the_rooms_of_the_store_ask_for(tmp_path: Path) -> None:
    _: database.Database = Database(tmp_path / "s.db")


async def test_what_is_written_is_read_by_another_connection(db: Database) -> None:
    await db.write(note)
    assert await db.read(noted) == ["k"]


async def test_what_fails_leaves_nothing_behind(db: Database) -> None:
    def work(connection: Connection) -> None:
        note(connection)
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        await db.write(work)
    assert await db.read(noted) == []
    await db.write(note)
    assert await db.read(noted) == ["k"]


async def test_a_reader_sees_one_snapshot_and_writes_nothing(db: Database) -> None:
    def work(connection: Connection) -> list[list[str]]:
        before = noted(connection)
        other = apsw.Connection(str(db.path))
        other.execute("insert into meta (key, value) values ('k', 'v')")
        other.close()
        return [before, noted(connection)]

    assert await db.read(work) == [[], []]
    await db.read(lambda c: note(c, "lost"))
    assert await db.read(noted) == ["k"]


async def test_the_driving_process_is_the_only_worker(db: Database) -> None:
    assert (db.worker, db.shared) == (1, False)
    assert await db.write(lambda c: [db.gone(c, worker) for worker in (0, 1)]) == [True, False]
    async with Database(db.path) as beside:
        assert beside.worker == 0
    db.on_wake(lambda: pytest.fail("nobody wakes it"))
    await db.write(lambda c: c.wake())


async def test_the_machines_own_clock_counts(db: Database) -> None:
    micros = await db.write(lambda c: c.now())
    assert abs(micros / 1e6 - time.time()) < 1
    assert abs(db.clock() - dt.datetime.now(UTC)) < dt.timedelta(seconds=1)
    assert abs(db.monotonic(micros) - time.monotonic()) < 1
    assert db.monotonic(micros + 60_000_000) - db.monotonic(micros) == pytest.approx(60, abs=0.01)
    assert 0 <= time.monotonic() - db.connected < 5


async def test_a_test_may_turn_the_clock(tmp_path: Path) -> None:
    async with Database(tmp_path / "s.db", driving=True, clock=lambda: NOON) as db:
        micros = await db.write(lambda c: c.now())
        assert db.clock() == NOON
    assert micros == NOON.timestamp() * 1e6
    assert db.monotonic(micros) == NOON.timestamp()


async def test_who_finds_the_file_locked_tries_again_later(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "PATIENCE", 0.1)
    async with Database(db.path) as beside:
        other = apsw.Connection(str(db.path))
        other.execute("begin immediate")
        with pytest.raises(StoreAway, match="somebody else writes"):
            await beside.write(note)
        other.execute("commit")
        other.close()
        await beside.write(note)


def fill(connection: Connection) -> None:
    connection.rows("pragma max_page_count = 1")  # as many as there are: none may be added
    for number in range(100):
        connection.rows("insert into picture values (:n, 'x', zeroblob(100000))", n=str(number))


def twice(connection: Connection) -> None:
    note(connection)
    note(connection)


def barred(connection: Connection) -> None:
    connection.rows("pragma query_only = on")
    note(connection)


def many(connection: Connection) -> None:
    for number in range(2000):
        note(connection, str(number))


@pytest.mark.parametrize(
    ("work", "words"),
    [
        (fill, "is full; make room"),
        (lambda c: c.rows("select no_such_column"), "no such column"),
        (lambda c: c.rows("select :a"), "binding"),
        (twice, "UNIQUE"),
        (barred, "readonly database; let this user write"),
    ],
    ids=["disk full", "a mistake", "a missing parameter", "a constraint", "read-only"],
)
async def test_what_it_never_takes_is_said_with_the_mend(
    db: Database, work: Callable[[Connection], object], words: str
) -> None:
    with pytest.raises(StoreError, match=words) as raised:
        await db.write(work)
    assert not isinstance(raised.value, StoreAway)
    assert str(db.path) in str(raised.value)
    assert await db.read(noted) == []


async def test_a_damaged_file_is_not_written_on(db: Database) -> None:
    await db.write(many)
    await db.write(lambda c: c.rows("select 1"))
    async with Database(db.path) as beside:
        await beside.read(noted)
        raw = apsw.Connection(str(db.path))
        raw.execute("pragma wal_checkpoint(truncate)").fetchall()
        raw.close()
        with db.path.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xff" * (db.path.stat().st_size - 4096))
        with pytest.raises(StoreError, match="malformed; put the newest backup"):
            await beside.read(noted)


async def test_a_store_that_is_not_open_says_so(tmp_path: Path) -> None:
    for call in (Database(tmp_path / "s.db").write, Database(tmp_path / "s.db").read):
        with pytest.raises(RuntimeError, match="not open"):
            await call(noted)


@pytest.mark.parametrize(
    ("found", "words"), [(b"a note to the editor" * 99, "not a database"), (None, "unable to open")]
)
async def test_a_file_that_cannot_be_used_says_why_once(tmp_path: Path, found: bytes | None, words: str) -> None:
    path = tmp_path / "s.db"
    if found is None:
        path.mkdir()
    else:
        path.write_bytes(found)
    with pytest.raises(ConfigError, match=words) as raised:
        await Database(path, driving=True).__aenter__()
    assert str(raised.value).count(str(path)) == 1
    assert not driven(path)


async def test_an_old_store_that_a_bot_drives_is_left_to_it(tmp_path: Path) -> None:
    """A command of a newer Sokbo must not change the tables under a running bot of an older one."""
    path = tmp_path / "s.db"
    with sqlite3.connect(path) as old:
        old.executescript((Path(__file__).parents[1] / "data/schemas/1.sql").read_text("utf-8"))
        old.execute("pragma user_version = 1")
    old.close()
    handle = sqlite._lock(path)
    with pytest.raises(Occupied, match="stop it first"):
        await Database(path).__aenter__()
    os.close(handle)
    async with Database(path) as opened:
        assert await opened.read(lambda c: c.rows("select * from worker")) == []
    assert not driven(path)


async def test_a_lost_caller_does_not_stop_the_next(db: Database) -> None:
    def slow(connection: Connection) -> None:
        time.sleep(0.2)
        note(connection)

    lost = asyncio.create_task(db.write(slow))
    await asyncio.sleep(0.05)
    lost.cancel()
    await db.write(lambda c: note(c, "next"))
    assert "next" in await db.read(noted)


async def test_a_copy_is_taken_beside_a_running_bot(db: Database, tmp_path: Path) -> None:
    await db.write(note)
    sqlite.copy(db.path, tmp_path / "copy.db")
    async with Database(tmp_path / "copy.db") as copied:
        assert await copied.read(noted) == ["k"]
    sqlite.copy(tmp_path / "none.db", tmp_path / "empty.db")
    async with Database(tmp_path / "empty.db", driving=True) as empty:
        assert await empty.read(noted) == []


async def test_the_lock_tells_whether_a_bot_drives_it(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "s.db"
    assert not driven(path)
    async with Database(path, driving=True):
        assert driven(path)
        with pytest.raises(Occupied, match=f"process {os.getpid()}"):
            await Database(path, driving=True).__aenter__()
    assert not driven(path)
    with pytest.raises(ConfigError, match="sokbo run"):
        await Database(tmp_path / "none.db").__aenter__()
