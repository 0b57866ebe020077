"""PostgreSQL as the store has it: never waited for without end, found again, and its troubles told in words (OUTBOX.md,
traps; DESIGN.md section 4, liveness). All of it on a real server.
"""

import asyncio
import datetime as dt
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import psycopg
import pytest

from bot.errors import StoreAway, StoreError
from bot.model import UTC
from bot.store import database
from bot.store import postgres as postgres_store
from bot.store.database import Connection
from bot.store.postgres import Database
from bot.store.workers import LOCKS
from tests.postgres import Server
from tests.store.conftest import Wire, note, noted, session, timed, until
from tests.torture.scale import within

NOON = dt.datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


# ── Transactions ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_is_what_the_rooms_of_the_store_ask_for() -> None:
    _: database.Database = Database("postgresql://a@b/c")


async def test_what_fails_leaves_nothing_behind(pg: Database) -> None:
    def work(connection: Connection) -> None:
        note(connection, "k-lost")
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        await pg.write(work)
    assert "k-lost" not in await pg.read(noted)


async def test_a_failure_that_is_passed_over_is_no_commit(pg: Database) -> None:
    """PostgreSQL answers COMMIT with ROLLBACK after an error: that must not pass for written."""

    def work(connection: Connection) -> None:
        note(connection, "k-lost")
        with pytest.raises(psycopg.Error):
            connection.rows("select no_such_column")

    with pytest.raises(StoreError, match="nothing of it was written"):
        await pg.write(work)
    assert "k-lost" not in await pg.read(noted)


async def test_a_reader_sees_one_snapshot_and_writes_nothing(pg: Database, url: str) -> None:
    def work(connection: Connection) -> list[list[str]]:
        before = noted(connection)
        with psycopg.connect(url) as other:
            other.execute("insert into sokbo.meta (key, value) values ('k-new', 'v')")
        return [before, noted(connection)]

    first, second = await pg.read(work)
    assert first == second
    assert "k-new" in await pg.read(noted)
    with pytest.raises(StoreError, match="read-only"):
        await pg.read(note)


async def test_a_writer_sees_what_was_committed_while_it_waited_for_a_lock(pg: Database, url: str) -> None:
    """OUTBOX.md, trap 1: in the same statement as the lock it would see the past."""
    await pg.write(lambda c: c.rows("insert into meta (key, value) values ('lock', 'old') on conflict do nothing"))
    other = await psycopg.AsyncConnection.connect(url)
    async with other:
        await other.execute("update sokbo.meta set value = 'new' where key = 'lock'")

        def work(connection: Connection) -> Any:
            connection.rows("select key from meta where key = 'lock' /*pg for update */")
            found = connection.row("select value from meta where key = 'lock'")
            return found and found["value"]

        waiting = asyncio.create_task(pg.write(work))
        await asyncio.sleep(0.1)
        await other.commit()
    assert await waiting == "new"


async def test_one_connection_serves_and_keeps_its_statements(pg: Database) -> None:
    connected, pid = pg.connected, await pg.write(session)
    for number in range(30):
        await pg.write(partial(note, key=f"k{number}"))
    with pytest.raises(StoreError):
        await pg.write(lambda c: c.rows("select no_such_column"))
    assert (pg.connected, await pg.write(session)) == (connected, pid)
    reads = await pg.read(session)
    await pg.read(noted)
    kept = await pg.read(lambda c: c.rows("select statement from pg_prepared_statements"))
    assert any("key like" in row["statement"] for row in kept)
    assert await pg.read(session) == reads


async def test_a_session_is_set_as_the_prototypes_taught(pg: Database) -> None:
    wanted = {
        "search_path": "sokbo",
        "application_name": f"sokbo {pg.worker}",
        "synchronous_commit": "on",
        "lock_timeout": "1s",
        "statement_timeout": "2s",
        "idle_in_transaction_session_timeout": "1500ms",
        "enable_seqscan": "off",
        "enable_hashjoin": "off",
        "enable_mergejoin": "off",
        "jit": "off",
        "TimeZone": "UTC",
        "client_encoding": "UTF8",
    }

    def work(connection: Connection) -> dict[str, str]:
        rows = {name: connection.row("select current_setting(:name) as is", name=name) for name in wanted}
        return {name: row["is"] for name, row in rows.items() if row is not None}

    assert await pg.write(work) == wanted
    assert await pg.read(work) == wanted


async def test_long_work_has_its_own_patience(pg: Database) -> None:
    def work(connection: Connection) -> list[str]:
        names = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
        rows = [connection.rows("select current_setting(:name) as is", name=name) for name in names]
        return [row["is"] for [row] in rows]

    assert await pg.write(work, seconds=600) == ["5min", "10min", "10min"]
    assert await pg.write(work) == ["1s", "2s", "1500ms"]
    assert await pg.read(work, seconds=600) == ["5min", "10min", "10min"]


async def test_a_lost_caller_does_not_stop_the_next(pg: Database) -> None:
    lost = asyncio.create_task(pg.write(lambda c: c.rows("select pg_sleep(0.3)")))
    never = asyncio.create_task(pg.write(lambda c: note(c, "k-never")))
    await asyncio.sleep(0.05)
    lost.cancel()
    never.cancel()
    await pg.write(lambda c: note(c, "k-next"))
    assert {"k-next", "k-never"} & {*await pg.read(noted)} == {"k-next"}


# ── Plans ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["claim", "finish", "finish_sent"])
async def test_what_is_named_is_looked_up_by_its_id_whatever_statistics_say(pg: Database, name: str) -> None:
    """OUTBOX.md, section d: while a first fan-out is vacuumed, its thousands of deliveries look like three."""
    sql = database.statements("outbox")[name]
    values = {word: "[]" if word in ("ids", "outcomes") else 1 for word in re.findall(r"(?<!:):(\w+)", sql)}
    fill = """insert into delivery (account, lane, story, revision, message, priority, rank, turn, silent, queued)
              select 1, n, 1, 1, 1, 3, 6, n, 0, 0 from generate_series(1, 4000) n"""

    def plan(connection: Connection) -> None:
        connection.rows(fill)
        connection.rows("update pg_class set reltuples = 3, relpages = 40 where relname like 'delivery%'")
        told = "\n".join(str(row["QUERY PLAN"]) for row in connection.rows(f"explain {sql}", **values))
        assert "Index Cond: (id = " in told
        assert "Join Filter" not in told
        raise ValueError("it looks up")  # and nothing of all this is kept

    with pytest.raises(ValueError, match="it looks up"):
        await pg.write(plan)


# ── Clocks ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_databases_clock_counts(pg: Database) -> None:
    def work(connection: Connection) -> tuple[int, int]:
        connection.rows("select pg_sleep(0.05)")
        [row] = connection.rows("select cast(extract(epoch from clock_timestamp()) * 1000000 as bigint) as now")
        return connection.now(), row["now"]

    ours, theirs = await pg.write(work)
    assert abs(ours - theirs) < 20_000
    assert abs(pg.monotonic(ours) - time.monotonic()) < within(0.1)
    assert abs(pg.clock() - dt.datetime.now(UTC)) < dt.timedelta(seconds=within(0.1))


async def test_a_test_may_turn_the_clock(url: str) -> None:
    async with Database(url, clock=lambda: NOON) as pg:
        micros = await pg.write(lambda c: c.now())
        assert pg.clock() == NOON
    assert micros == NOON.timestamp() * 1e6
    assert pg.monotonic(micros) == NOON.timestamp()


# ── Away and back ────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_server_that_crashed_is_found_again(postgres: Server, pg: Database, url: str) -> None:
    """FAILURES.md row 4: it resumes within 5 s, as the same worker."""
    worker, connected = pg.worker, pg.connected
    woken: list[float] = []
    pg.on_wake(lambda: woken.append(time.monotonic()))
    await until(lambda: woken)
    await pg.write(lambda c: note(c, "k-before"))
    postgres.stop("immediate")
    try:
        for _ in range(3):
            with pytest.raises(StoreAway, match="the store is away"):
                await pg.write(note)
            with pytest.raises(StoreAway):
                await pg.read(noted)
    finally:
        postgres.start()
    back = time.monotonic()
    async with asyncio.timeout(5):
        while True:
            try:
                await pg.write(lambda c: note(c, "k-after"))
                break
            except StoreAway:
                await asyncio.sleep(0.05)
    assert {"k-before", "k-after"} <= {*await pg.read(noted)}
    assert pg.worker == worker
    assert pg.connected >= back > connected
    async with Database(url) as beside:
        assert not await beside.write(lambda c: beside.gone(c, worker))
    await until(lambda: woken[-1] > back)  # it listens again


async def test_a_server_that_falls_silent_is_not_waited_for(wire: tuple[Wire, int], postgres: Server, url: str) -> None:
    """OUTBOX.md: without a deadline a worker hung for ever on a reply, seen twice."""
    proxy, port = wire
    async with Database(url.replace(f":{postgres.port}", f":{port}"), driving=True) as pg:
        worker = pg.worker
        proxy.silence()
        async with timed(1.9, 2.6):
            answers = await asyncio.gather(pg.write(note), pg.read(noted), return_exceptions=True)
        assert [*map(type, answers)] == [StoreAway, StoreAway]
        async with timed(0, 3):  # the server still believes in the former session: it is ended
            await pg.write(lambda c: note(c, "k-silence"))
        assert pg.worker == worker
        held = await pg.write(
            lambda c: c.rows("select pid from pg_locks where classid = :c and objid = :w", c=LOCKS, w=worker)
        )
        assert [row["pid"] for row in held] == [await pg.write(session)]
        await pg.read(noted)


async def test_a_statement_that_takes_too_long_is_given_up_and_the_connection_kept(pg: Database) -> None:
    pid = await pg.write(session)
    async with timed(0.3, 0.9):
        with pytest.raises(StoreAway, match="statement timeout"):
            await pg.write(lambda c: c.rows("select pg_sleep(9)"), seconds=0.3)
    assert await pg.write(session) == pid


@pytest.mark.parametrize("silent", ["between statements", "mid-pipeline"])
async def test_whoever_sits_on_a_lock_without_a_word_is_ended(pg: Database, url: str, silent: str) -> None:
    """OUTBOX.md, trap 6: a frozen worker's row lock would hold its account up for ever."""
    await pg.write(lambda c: c.rows("insert into meta (key, value) values ('row', '') on conflict do nothing"))
    with holding(url, f"sokbo {pg.worker + 1}", silent):
        tries = 0
        async with timed(0.9, 3.2):
            while True:
                tries += 1
                try:
                    await pg.write(lambda c: c.rows("update meta set value = 'mine' where key = 'row'"))
                    break
                except StoreAway as error:
                    assert "lock timeout" in str(error)
        assert tries > 1


async def test_who_is_no_worker_of_ours_is_left_alone(pg: Database, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An operator may look into the database for as long as it takes."""
    monkeypatch.setattr(postgres_store, "SILENT", 0.1)
    await pg.write(lambda c: c.rows("insert into meta (key, value) values ('row', '') on conflict do nothing"))
    with holding(url, "psql", "between statements") as holder:
        for _ in range(2):
            with pytest.raises(StoreAway, match="lock timeout"):
                await pg.write(lambda c: c.rows("update meta set value = 'mine' where key = 'row'"), seconds=0.2)
        assert not holder.closed
        holder.execute("select 1")


@contextmanager
def holding(url: str, name: str, silent: str) -> Iterator[psycopg.Connection]:
    """A session that has a row's lock, and says nothing more."""
    holder = psycopg.connect(url, application_name=name)
    try:
        lock = "select * from sokbo.meta where key = 'row' for update"
        if silent == "between statements":
            holder.execute(lock)
        else:
            raw = holder.pgconn
            raw.enter_pipeline_mode()
            for sql in ("begin", lock):
                raw.send_query_params(sql.encode(), None)
            raw.send_flush_request()
            raw.flush()
            time.sleep(0.1)
        yield holder
    finally:
        holder.close()


@pytest.mark.parametrize(
    ("code", "away"),
    [
        ("08006", True),
        ("25P03", True),
        ("40001", True),
        ("40P01", True),
        ("53100", True),
        ("53300", True),
        ("55P03", True),
        ("57014", True),
        ("57P01", True),
        ("57P03", True),
        ("22003", False),
        ("23505", False),
        ("25006", False),
        ("42501", False),
        ("42P01", False),
        ("57P04", False),
        ("58030", False),
        ("XX001", False),
    ],
)
async def test_an_error_may_pass_or_may_not(pg: Database, code: str, away: bool) -> None:
    block = f"do $$ begin raise exception 'said so' using errcode = '{code}'; end $$"
    with pytest.raises(StoreError, match="said so") as raised:
        await pg.write(lambda c: c.rows(block))
    assert isinstance(raised.value, StoreAway) == away


async def test_a_missing_parameter_is_a_mistake_and_not_an_absence(pg: Database) -> None:
    with pytest.raises(StoreError, match="missing") as raised:
        await pg.write(lambda c: c.rows("select :a"))
    assert not isinstance(raised.value, StoreAway)
