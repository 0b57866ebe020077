"""Workers: who lives, who has gone, who is woken (DESIGN.md section 4, liveness)."""

import asyncio
import time

import pytest

from bot.errors import StoreAway
from bot.store.database import Connection
from bot.store.postgres import Database
from tests.postgres import Server
from tests.store.conftest import note, session, until
from tests.torture.scale import within


async def test_a_worker_that_lives_is_not_gone_and_one_that_died_is(pg: Database, url: str, postgres: Server) -> None:
    other = await Database(url, driving=True).__aenter__()
    assert pg.shared
    assert 0 < pg.worker < other.worker
    assert not await pg.write(lambda c: pg.gone(c, other.worker))
    assert not await pg.write(lambda c: pg.gone(c, pg.worker))
    for pid in {await other.write(session), await other.read(session)}:
        postgres.say(f"select pg_terminate_backend({pid})")
    async with asyncio.timeout(2):
        while not await pg.write(lambda c: pg.gone(c, other.worker)):
            await asyncio.sleep(0.01)
    with pytest.raises(StoreAway):
        await other.write(note)
    await other.write(note)
    assert not await pg.write(lambda c: pg.gone(c, other.worker))
    await other.__aexit__(None, None, None)


async def test_a_worker_that_was_buried_while_it_was_cut_off_comes_back_as_itself(pg: Database, url: str) -> None:
    worker = pg.worker
    async with Database(url) as beside:
        pid = await pg.write(session)
        await beside.write(lambda c: c.rows("select pg_terminate_backend(cast(:pid as integer))", pid=pid))
        await beside.write(lambda c: c.rows("delete from worker where id = :w", w=worker))
        with pytest.raises(StoreAway):
            await pg.write(note)
        await pg.write(note)
        [row] = await beside.read(lambda c: c.rows("select name, alive_until from worker where id = :w", w=worker))
    assert row["name"]
    assert row["alive_until"] > time.time() * 1e6


async def test_who_stops_says_so(url: str) -> None:
    async with Database(url, driving=True) as pg:
        worker = pg.worker
    async with Database(url) as beside:
        assert beside.worker == 0
        [row] = await beside.read(lambda c: c.rows("select alive_until from worker where id = :w", w=worker))
        assert row["alive_until"] == 0
        async with asyncio.timeout(2):  # the server takes note of a closed connection in its own time
            while not await beside.write(lambda c: beside.gone(c, worker)):
                await asyncio.sleep(0.01)


async def test_a_worker_may_stop_while_the_database_is_away(postgres: Server, url: str) -> None:
    async with Database(url, driving=True):
        postgres.stop("immediate")
    postgres.start()


def told_too_early(connection: Connection) -> None:
    connection.wake()
    raise ValueError("no more")


async def test_work_wakes_the_others_and_not_oneself(pg: Database, url: str) -> None:
    heard: dict[str, list[float]] = {"own": [], "other": []}
    async with Database(url, driving=True) as other:
        pg.on_wake(lambda: heard["own"].append(time.monotonic()))
        other.on_wake(lambda: heard["other"].append(time.monotonic()))
        await until(lambda: heard["own"] and heard["other"])  # both listen, and look once
        waits = []
        for _ in range(10):
            told, began = len(heard["other"]), time.monotonic()
            await pg.write(lambda c: c.wake())
            while len(heard["other"]) == told:
                await asyncio.sleep(0)
            waits.append(heard["other"][-1] - began)
        assert sorted(waits)[5] < within(0.05)
        assert len(heard["own"]) == 1
        with pytest.raises(ValueError, match="no more"):
            await pg.write(told_too_early)
        await asyncio.sleep(0.05)
        assert len(heard["other"]) == 11
