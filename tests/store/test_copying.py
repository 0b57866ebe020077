"""A store that moves: row by row the same, whole or not at all, and driven by nobody (FAILURES.md, row 29)."""

import asyncio
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import apsw
import psycopg
import pytest

from bot.errors import ConfigError, Occupied, StoreAway, StoreError
from bot.store import copying, sides
from bot.store.copying import Print
from bot.store.sides import Row, Side, side, tables
from tests.store.full import TARGETS, Places, fill, path, seen
from tests.store.site import FEED, Clock, S, Site, opened, readers, site


async def go_on(house: Site) -> dict[tuple[str, str], str]:
    """What the bot does with what it finds, and how it all stands in the end."""
    await house.meet(readers(*TARGETS), readers("@x", name="others", credential="d"))
    doubts = await house.outbox.doubts()
    assert [doubt.delivery.target.address for doubt in doubts] == ["@e"]
    await house.end(*doubts, state=S.HELD, reason="in doubt")
    await house.send()
    house.clock.forward(hours=2)
    await house.send()
    return await house.states()


# ── Row by row ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_table_is_copied_but_the_workers() -> None:
    assert len(tables()) == 21
    assert "delivery" in tables()
    assert "worker" not in tables()


@pytest.mark.parametrize(
    ("here", "there"), [("sqlite", "postgresql"), ("postgresql", "sqlite"), ("postgresql", "postgresql")]
)
async def test_a_moved_site_has_every_row_and_does_what_the_old_one_would_have_done(
    places: Places, here: str, there: str
) -> None:
    """Row 29: nothing lost, nothing twice; the old one's twin says what is right."""
    old, new, twin = places.of(here), places.of(there), places.folder / "twin.db"
    clock = Clock()
    async with site(old, clock) as house:
        await fill(house)
        before = house.sent
    async with opened(new, clock):
        pass
    was = seen(old)
    assert all(was[table].rows for table in was), was
    async with opened(f"sqlite:///{twin}", clock):
        pass
    copying.snapshot(side(old, alone=False), side(f"sqlite:///{twin}"))
    assert copying.move(side(old), side(new), new) == sum(each.rows for each in was.values())
    assert seen(old) == seen(new) == was == seen(f"sqlite:///{twin}")

    async with site(f"sqlite:///{twin}", Clock()) as house:
        right = await go_on(house)
        expected = sorted(house.sent)
    async with site(new, Clock()) as house:
        assert await go_on(house) == right
        assert sorted(house.sent) == expected
        assert not set(house.sent) & set(before)
        unsent = {("first", "@c"), ("first", "@d"), ("first", "@e"), ("second", "@d"), ("third", "@x")}
        assert {key for key, state in right.items() if state != "sent"} == unsent
        assert await house.tell("fourth") > 3  # numbers go on after the largest
        assert await house.inbox.rendition("key") is not None
    print(f"row 29: {here} to {there}: {sum(each.rows for each in was.values())} rows, lost 0, twice 0")


def test_prints_tell_rows_apart_and_not_their_order() -> None:
    def of(*rows: Row) -> Print:
        found = Print()
        assert list(found.passing(rows)) == list(rows)
        return found

    assert of((1, "a"), (2, b"b")) == of((2, b"b"), (1, "a"))
    for other in (((1, "a"),), ((1, "a"), (2, b"c")), ((1, "a"), (1, "a")), ((1, "a"), (2, "b"))):
        assert of(*other) != of((1, "a"), (2, b"b"))


# ── All or nothing ───────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Broken:
    """A side of which one thing is broken."""

    whole: Side
    losing: str = ""
    uncommitted: bool = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.whole, name)

    def put(self, table: str, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
        kept = list(rows)
        self.whole.put(table, columns, kept[1:] if table == self.losing else kept)

    def commit(self) -> None:
        if self.uncommitted:
            raise apsw.IOError("disk I/O error")
        self.whole.commit()


@contextmanager
def broken(store: str, **how: Any) -> Iterator[Side]:
    with side(store) as whole:
        yield Broken(whole, **how)  # type: ignore[misc]  # the rest of it is the whole one's


async def test_a_copy_that_lacks_a_row_moves_nothing(pair: tuple[str, str]) -> None:
    old, new = pair
    was = seen(new)
    with pytest.raises(StoreError, match="differs from what was read, in receipt"):
        copying.move(side(old), broken(new, losing="receipt"), new)
    assert seen(new) == was
    copying.move(side(old), side(new), new)
    assert seen(new) == seen(old)


async def test_a_move_that_is_stopped_half_way_moves_nothing(pair: tuple[str, str]) -> None:
    old, new = pair
    was = seen(new)
    left = iter([False] * 20)
    with pytest.raises(StoreError, match="stopped half-way"):
        copying.move(side(old), side(new), new, lambda: next(left, True))
    assert seen(new) == was
    async with opened(old, None):
        pass  # it has not moved


async def test_a_move_that_was_cut_off_before_its_note_is_finished_by_another(pair: tuple[str, str]) -> None:
    old, new = pair
    with pytest.raises(StoreError, match="disk I/O error"):
        copying.move(broken(old, uncommitted=True), side(new), new)
    assert seen(new) == seen(old)
    copying.move(side(old), side(new), new)
    with pytest.raises(ConfigError, match="moved to"):
        async with opened(old, None):
            pass


async def test_a_store_that_holds_something_else_is_not_moved_into(pair: tuple[str, str]) -> None:
    old, new = pair
    async with site(new) as house:
        await house.inbox.meet([(FEED, "jekyll")])
    with pytest.raises(ConfigError, match="is not empty"):
        copying.move(side(old), side(new), new)
    async with opened(old, None):
        pass


async def test_a_reference_that_leads_nowhere_is_not_copied(pair: tuple[str, str]) -> None:
    old, new = pair
    with closing(sqlite3.connect(path(old))) as file, file:
        file.execute("delete from message")
    with pytest.raises(StoreError, match="refers to what is not there"):
        copying.move(side(old), side(new), new)


async def test_what_postgresql_refuses_is_shown_as_what_cannot_be_shown(places: Places) -> None:
    old, new = places.of("sqlite"), places.of("postgresql")
    async with site(old) as house:
        await house.inbox.meet([(FEED, "jekyll")])
        await house.do("insert into meta (key, value) values ('nul', 'a' || char(0) || 'b')")
    async with opened(new, None):
        pass
    copying.move(side(old), side(new), new)
    async with site(new) as house:
        assert await house.do("select value from meta where key = 'nul'") == [("a\ufffdb",)]


# ── Nobody drives what moves, or has moved ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_store_that_a_bot_drives_is_not_moved(
    places: Places, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sides, "NOTICED", 0.1)
    old, new = places.of(kind), f"sqlite:///{places.folder / 'new.db'}"
    async with opened(new, None):
        pass
    async with opened(old, None):
        with pytest.raises(Occupied, match="drives"):
            copying.move(side(old), side(new), new)
    copying.move(side(old), side(new), new)


async def test_whoever_still_writes_is_waited_for_and_then_nothing_moves(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What somebody is writing now would not be in the copy."""
    monkeypatch.setattr(sides, "WAIT", 1)
    old, new = places.of("postgresql"), places.of("sqlite")
    for store in (old, new):
        async with opened(store, None):
            pass
    with psycopg.connect(old) as other:
        other.execute("insert into sokbo.meta (key, value) values ('late', 'word')")
        with pytest.raises(StoreAway):
            copying.move(side(old), side(new), new)
    copying.move(side(old), side(new), new)
    assert seen(old) == seen(new)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_store_that_has_moved_says_where_and_is_opened_by_nobody(places: Places, kind: str) -> None:
    old = places.of(kind)
    async with opened(old, None):
        pass
    with side(old) as here:
        here.leave("postgresql://news@db/sokbo")
        here.commit()
    for driving in (True, False):
        with pytest.raises(ConfigError) as refused:
            async with opened(old, None, driving=driving):
                pass
        [problem] = refused.value.problems
        assert "moved to postgresql://news@db/sokbo" in problem.what
        assert problem.mend == 'store = "postgresql://news@db/sokbo"'


async def test_a_bot_that_starts_in_the_middle_of_a_move_finds_that_it_has_moved(places: Places) -> None:
    """It has found the store as it was, and joins when the move is over."""
    old = places.of("postgresql")
    async with opened(old, None):
        pass
    with side(old) as here:
        starting = asyncio.create_task(opened(old, None).__aenter__())
        await asyncio.sleep(0.3)
        assert not starting.done()
        here.leave("sqlite:///new.db")
        here.commit()
        with pytest.raises(ConfigError, match="moved to"):
            await starting


async def test_a_bot_that_was_cut_off_during_a_move_finds_that_it_has_moved(places: Places) -> None:
    old = places.of("postgresql")
    async with site(old) as house:
        with psycopg.connect(old, autocommit=True) as other:
            other.execute("insert into sokbo.meta (key, value) values ('moved_to', 'sqlite:///new.db')")
            sessions = "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'sokbo %'"
            other.execute(sessions)
        with pytest.raises((ConfigError, StoreAway)):
            await house.count("story")
        with pytest.raises(ConfigError, match="moved to"):
            await house.count("story")
