"""A transaction that stays open is told of, whoever's it is (FAILURES.md, row 17)."""

import asyncio
import datetime as dt
import logging
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest

from bot.store.ledger import Ledger
from bot.store.lingering import LONGEST, Lingering
from bot.store.postgres import Database
from tests.postgres import NoPostgres, Server, serving
from tests.store.site import site

ANY = -1.0  #: seconds that every transaction is older than


@asynccontextmanager
async def sitting(url: str) -> AsyncIterator[int]:
    """Somebody who looked once, and sits in the transaction; the pid."""
    stranger = await psycopg.AsyncConnection.connect(url, autocommit=True, application_name="reports")
    try:
        await stranger.execute("begin isolation level repeatable read")
        await stranger.execute("select 1")
        yield stranger.info.backend_pid
    finally:
        await stranger.close()


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


async def test_it_is_told_once_and_stands_on_the_page_until_it_ends(
    postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with Database(postgres_url, driving=True) as database, Database(postgres_url, driving=True) as other:
        ledger = Ledger(other)
        async with sitting(postgres_url) as pid:
            for worker in (database, other, database):  # any worker looks next
                await Lingering(worker, ANY).look()
            [alarm] = await ledger.alarms()
            [said] = warnings(caplog)
        assert alarm["text"] == said
        assert re.fullmatch(
            rf"a transaction of sokbo \(by reports, pid {pid}\) is open since 20[-0-9T:.]*Z and slows deliveries down;"
            rf" end it: select pg_terminate_backend\({pid}\)",
            said,
        )
        assert alarm["where"] == "the database"
        await ended(postgres_url, pid)
        await Lingering(database, ANY).look()
        assert await ledger.alarms() == []


async def ended(url: str, pid: int) -> None:
    """The server has noticed that the session is over."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        for _ in range(200):
            found = await connection.execute("select 1 from pg_stat_activity where pid = %s", [pid])
            if await found.fetchone() is None:
                return
            await asyncio.sleep(0.01)
    pytest.fail("its session does not end")


async def test_what_it_says_ends_it(postgres: Server, caplog: pytest.LogCaptureFixture) -> None:
    with postgres.database() as url:
        async with Database(url, driving=True) as database, sitting(url) as pid:
            await Lingering(database, ANY).look()
            [said] = warnings(caplog)
            postgres.say(said.partition("end it: ")[2])
            await ended(url, pid)
            await Lingering(database, ANY).look()
            assert await Ledger(database).alarms() == []


async def test_a_minute_is_not_too_long_nor_is_a_transaction_that_holds_nothing_up(
    postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """One that only began, or has let go of what it looked at, keeps no vacuum from its work."""
    assert LONGEST == 60
    async with Database(postgres_url, driving=True) as database, sitting(postgres_url):
        await Lingering(database).look()
        assert await Ledger(database).alarms() == []
    stranger = await psycopg.AsyncConnection.connect(postgres_url, autocommit=True, application_name="idler")
    async with Database(postgres_url, driving=True) as database, stranger:
        await stranger.execute("begin")
        await stranger.execute("select 1")
        await Lingering(database, ANY).look()
        assert [said for said in warnings(caplog) if "idler" in said] == []


async def test_where_nobody_looks_any_more_nothing_is_said(postgres_url: str) -> None:
    """The page may be a process of its own, and outlive the workers."""
    async with Database(postgres_url, driving=True) as database, sitting(postgres_url):
        await Lingering(database, ANY).look()
        ledger = Ledger(database)
        assert await ledger.alarms()
        await database.write(
            lambda c: c.rows(
                "update meta set value = regexp_replace(value, '\"now\":[0-9]+', '\"now\":0')"
                " where key = 'open transactions'"
            )
        )
        assert await ledger.alarms() == []


async def test_a_bot_that_may_not_see_how_old_it_is_counts_from_its_first_look(
    postgres: Server, caplog: pytest.LogCaptureFixture
) -> None:
    """Another user's session shows neither its beginning nor its kind."""
    with postgres.database() as url:
        name = url.rpartition("/")[2]
        postgres.say("drop role if exists plain")
        postgres.say("create role plain login")
        postgres.say(f"grant create on database {name} to plain")
        async with Database(url.replace("sokbo@", "plain@"), driving=True) as database:
            async with sitting(url) as pid:
                await Lingering(database, 0.3).look()
                assert warnings(caplog) == []
                await asyncio.sleep(0.4)
                for _ in range(2):
                    await Lingering(database, 0.3).look()
                [said] = warnings(caplog)
                [alarm] = await Ledger(database).alarms()
            assert f"a transaction of sokbo (by reports, pid {pid}) is open since" in said
            assert dt.datetime.fromisoformat(alarm["at"]).tzinfo is not None
    postgres.say("drop role plain")


@pytest.fixture
def preparing() -> Iterator[Server]:
    """A server that keeps transactions which nobody is at any more."""
    try:
        with serving({"max_prepared_transactions": "2"}) as server:
            yield server
    except NoPostgres as error:  # `postgres` says what that means here
        pytest.skip(str(error))


async def test_a_prepared_transaction_is_told_of_by_its_name(
    preparing: Server, caplog: pytest.LogCaptureFixture
) -> None:
    with preparing.database() as url:
        async with Database(url, driving=True) as database:
            preparing.say(
                "begin; create table left_behind (a int); prepare transaction 'it''s mine'", url.rpartition("/")[2]
            )
            await Lingering(database, ANY).look()
            [said] = warnings(caplog)
            assert "a transaction of sokbo (prepared as it's mine) is open since" in said
            preparing.say(said.partition("end it: ")[2], url.rpartition("/")[2])
            await Lingering(database, ANY).look()
            assert await Ledger(database).alarms() == []


async def test_a_file_has_no_such_alarm(tmp_path: Path) -> None:
    async with site(f"sqlite:///{tmp_path / 's.db'}") as house:
        assert await house.ledger.alarms() == []
