"""A backup: one moment of a store that goes on, whole in one file (FAILURES.md section 3, row 29)."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.store import copying
from bot.store.sides import side
from tests.store.full import TARGETS, Places, path, seen
from tests.store.site import Clock, opened, readers, site
from tests.torture.scale import scale


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_backup_under_load_is_one_moment_and_nothing_is_lost_of_it(places: Places, kind: str) -> None:
    """Row 29: the bot announces and sends all the while; what is restored goes on from that moment."""
    store, copy = places.of(kind), places.folder / "copy.db"
    async with opened(f"sqlite:///{copy}", None):
        pass
    async with site(store) as house:
        await house.meet(readers(*TARGETS))
        told: list[str] = []

        async def newsroom() -> None:
            while True:
                slug = f"story {len(told)}"
                await house.announce(slug)
                told.append(slug)
                claims = await house.claimed()
                await house.end(*claims[: len(claims) // 2])
                await house.end(*claims[len(claims) // 2 :])

        busy = asyncio.create_task(newsroom())
        part, before, after = places.folder / "part.db", 0, 0
        for number in range(scale(2, 30)):
            while len(told) < scale(20, 200) * (number + 1):
                await asyncio.sleep(0.01)
            before = len(told)
            part.unlink(missing_ok=True)
            if kind == "sqlite":
                await asyncio.to_thread(copying.backup, path(store), part)
            else:
                part.write_bytes(copy.read_bytes())
                source, target = side(store, alone=False), side(f"sqlite:///{part}")
                await asyncio.to_thread(copying.snapshot, source, target)
            after = len(told)
            counts = await asyncio.to_thread(copying.look_through, part)
            assert before <= counts["story"] <= after + 1
            with closing(sqlite3.connect(part)) as found:
                one_moment = """
                select (select count(*) from story) = (select known from feed)
                   and (select count(*) from story) = (select count(*) from entry)
                   and (select count(*) from delivery where state = 3) = (select count(*) from receipt)
                """
                assert found.execute(one_moment).fetchone() == (1,)
        busy.cancel()
        with pytest.raises(asyncio.CancelledError):
            await busy
        gone = set(house.sent)
    async with site(f"sqlite:///{part}", Clock()) as house:
        restored = {row["headline"] for row in await house.ledger.stories()}
        assert set(told[:before]) <= restored
        await house.meet(readers(*TARGETS))
        await house.end(*await house.outbox.doubts())
        await house.send()
        states = await house.states()
        assert set(states.values()) == {"sent"}
        assert set(states) == {(slug, target) for slug in restored for target in TARGETS}
        print(
            f"row 29: {kind}: backup of {len(restored)} stories of {after}, lost 0, {len(gone & set(house.sent))} again"
        )


async def test_a_backup_stands_alone(pair: tuple[str, str], tmp_path: Path) -> None:
    part = tmp_path / "part.db"
    copying.backup(path(pair[0]), part)
    assert copying.look_through(part) == {"story": 3, "message": 3, "delivery": 12, "picture": 1}
    assert not [each for each in tmp_path.iterdir() if each.name.startswith("part.db-")]
    to = tmp_path / "copy.db"
    stale = tmp_path / "copy.db-wal"
    stale.write_bytes(b"of an older file of that name")
    copying.put_in_place(part, to)
    assert not stale.exists()
    assert not part.exists()
    assert seen(f"sqlite:///{to}") == seen(pair[0])


async def test_a_copy_that_is_not_what_it_says_is_seen(pair: tuple[str, str], tmp_path: Path) -> None:
    part = tmp_path / "part.db"
    copying.backup(path(pair[0]), part)
    with closing(sqlite3.connect(part)) as file, file:
        file.execute("pragma writable_schema = on")
        file.execute("update sqlite_schema set sql = replace(sql, 'published integer', 'published integer not null')")
    with pytest.raises(StoreError, match=r"not whole: NULL value in story.published"):
        copying.look_through(part)


async def test_a_damaged_copy_is_seen(pair: tuple[str, str], tmp_path: Path) -> None:
    part = tmp_path / "part.db"
    copying.backup(path(pair[0]), part)
    data = bytearray(part.read_bytes())
    size = int.from_bytes(data[16:18])
    for page in range(10 * size, len(data), size):
        data[page : page + 64] = bytes(64)
    part.write_bytes(data)
    with pytest.raises(StoreError, match=r"not whole|malformed"):
        copying.look_through(part)


@pytest.mark.parametrize("schema", [0, 99])
def test_a_file_of_another_kind_is_no_backup(tmp_path: Path, schema: int) -> None:
    with closing(sqlite3.connect(tmp_path / "x.db")) as file:
        file.execute(f"pragma user_version = {schema}")
    with pytest.raises(StoreError, match="no store that this Sokbo knows"):
        copying.look_through(tmp_path / "x.db")
