"""Chores: what is due by the clock is done once, by whoever asks first, whatever else fails."""

import asyncio
import datetime as dt
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.chores import Chore, Chores
from bot.errors import StoreAway
from bot.store.diary import Diary
from tests.store.site import Clock, Site, opened, site

HOUR = dt.timedelta(hours=1)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Site]:
    async with site(f"sqlite:///{tmp_path / 's.db'}") as opened:
        yield opened


def noted(done: list[str], name: str, says: object = "", error: Exception | None = None) -> Chore:
    async def work() -> object:
        done.append(name)
        if error is not None:
            raise error
        return says

    return Chore(name, HOUR, work)


async def test_a_chore_is_done_when_it_is_due_and_not_before(house: Site) -> None:
    done: list[str] = []
    chores = Chores(Diary(house.database), [noted(done, "one"), noted(done, "two")])
    await chores.once()
    await chores.once()
    assert done == ["one", "two"]
    house.clock.forward(minutes=59)
    await chores.once()
    assert done == ["one", "two"]
    house.clock.forward(minutes=1)
    await chores.once()
    assert done == ["one", "two"] * 2


async def test_what_is_due_survives_a_restart(tmp_path: Path) -> None:
    """Else a bot that is started every five minutes by cron would do its chores every five minutes."""
    done: list[str] = []
    clock = Clock()
    for _ in range(2):
        async with site(f"sqlite:///{tmp_path / 's.db'}", clock) as house:
            await Chores(Diary(house.database), [noted(done, "one")]).once()
    assert done == ["one"]


async def test_of_several_workers_one_does_it(postgres_url: str) -> None:
    done: list[str] = []
    clock = Clock()
    async with opened(postgres_url, clock) as one, opened(postgres_url, clock) as two:
        for _ in range(3):
            await asyncio.gather(*(Chores(Diary(each), [noted(done, "one")]).once() for each in (one, two)))
            clock.forward(hours=1)
    assert done == ["one"] * 3


async def test_a_clock_that_was_set_back_puts_nothing_off_for_longer_than_its_time(house: Site) -> None:
    """A clock an hour back after a crash stalled a queue for an hour (FAILURES.md section 1, clock step)."""
    done: list[str] = []
    chores = Chores(Diary(house.database), [noted(done, "one")])
    await chores.once()
    house.clock.forward(days=-1)
    await chores.once()
    await chores.once()
    assert done == ["one"] * 2


@pytest.mark.parametrize("error", [StoreAway("the database is away"), RuntimeError("a mistake of ours")])
async def test_a_chore_that_fails_stops_no_other_and_waits_for_its_next_time(
    house: Site, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []
    chores = Chores(Diary(house.database), [noted(done, "one", error=error), noted(done, "two")])
    await chores.once()
    await chores.once()
    assert done == ["one", "two"]
    assert [record.levelno for record in caplog.records] == [
        logging.WARNING if isinstance(error, StoreAway) else logging.ERROR
    ]


async def test_what_a_chore_did_is_logged_and_nothing_is_not(house: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "bot.chores")
    done: list[str] = []
    await Chores(Diary(house.database), [noted(done, "one", "let go of 3 stories"), noted(done, "two")]).once()
    assert [record.getMessage() for record in caplog.records] == ["one: let go of 3 stories"]


async def test_the_loop_looks_into_the_diary_until_it_is_cancelled(house: Site) -> None:
    done: list[str] = []
    loop = asyncio.create_task(Chores(Diary(house.database), [noted(done, "one")], look=0.001).run())
    async with asyncio.timeout(5):
        while len(done) < 3:
            await asyncio.sleep(0.01)
            house.clock.forward(hours=1)
    loop.cancel()
    with pytest.raises(asyncio.CancelledError):
        await loop
