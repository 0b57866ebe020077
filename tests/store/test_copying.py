"""Backup, restore and move: row by row the same, while the bot goes on (FAILURES.md section 3, row 29)."""

import asyncio
import datetime as dt
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.errors import ConfigError, Occupied, StoreAway, StoreError
from bot.store import copying, sides
from bot.store.copying import Print, prints
from bot.store.sides import Row, Side, side, tables
from tests.store.site import FEED, Clock, S, Site, opened, photo, readers, site
from tests.torture.scale import scale

TARGETS = ("@a", "@b", "@c", "@d", "@e", "@f")


@dataclass
class Places:
    """Where stores can be."""

    folder: Path
    postgres: Callable[[], str]

    def of(self, kind: str) -> str:
        """The address of a new one."""
        if kind == "postgresql":
            return self.postgres()
        return f"sqlite:///{self.folder / f'{len(list(self.folder.iterdir()))}.db'}"


@pytest.fixture
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Places]:
    with ExitStack() as stack:
        yield Places(tmp_path, lambda: stack.enter_context(request.getfixturevalue("postgres").database()))


def path(store: str) -> Path:
    return Path(store.removeprefix("sqlite:///"))


def seen(store: str) -> Mapping[str, Print]:
    with side(store, alone=False) as found:
        return prints(found)


async def fill(house: Site) -> None:
    """Something in every table, and a delivery in every state."""
    await house.meet(readers(*TARGETS), readers("@x", name="others", credential="d"))
    await house.inbox.keep("key", photo("p"), bytes(range(256)))
    await house.announce("first", pictures=(photo("p"),))
    for claim in await house.claimed():
        match claim.delivery.target.address:
            case "@b":
                await house.end(claim, state=S.SNOOZED, due=house.clock.now + dt.timedelta(hours=1))
            case "@c":
                await house.end(claim, state=S.HELD, reason="도착했는지 모른다: 100 %\n\\N")
            case "@d":
                await house.end(claim, state=S.DEAD, reason="no")
            case "@e":
                pass  # on its way when the bot stops
            case _:
                await house.end(claim)
    await house.do("update delivery set worker = 7 where state = 2")  # whoever that was
    await house.announce("second")
    await house.outbox.tick([], 0)
    while house.outbox.fanning_out:
        await house.outbox.tick([], 0)
    cancel = (
        "update delivery set state = 7 where state = 1 and lane in (select id from subscription where address = :at)"
    )
    await house.do(cancel, at="@d")
    await house.announce("third", ("readers", "others"))
    await house.intents.intend("pause", {"account": "others"})
    await house.do("insert into upload (account, sha256, reference) values (1, 'p', 'AgAC')")
    await house.do("insert into tally (scope, hour, sent, cost) values ('app', 1, 2, 3)")
    await house.do("insert into missing (feed, story, since) values ('newsdao', 1, 5)")


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
    assert len(tables()) == 19
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
            raise sqlite3.OperationalError("disk I/O error")
        self.whole.commit()


@contextmanager
def broken(store: str, **how: Any) -> Iterator[Side]:
    with side(store) as whole:
        yield Broken(whole, **how)  # type: ignore[misc]  # the rest of it is the whole one's


@pytest.fixture
async def pair(tmp_path: Path) -> tuple[str, str]:
    """A store that is full and one that is empty."""
    old, new = (f"sqlite:///{tmp_path / name}" for name in ("old.db", "new.db"))
    async with site(old) as house:
        await fill(house)
    async with opened(new, None):
        pass
    return old, new


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


# ── The file of a backup ─────────────────────────────────────────────────────────────────────────────────────────


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


def test_prints_tell_rows_apart_and_not_their_order() -> None:
    def of(*rows: Row) -> Print:
        found = Print()
        assert list(found.passing(rows)) == list(rows)
        return found

    assert of((1, "a"), (2, b"b")) == of((2, b"b"), (1, "a"))
    for other in (((1, "a"),), ((1, "a"), (2, b"c")), ((1, "a"), (1, "a")), ((1, "a"), (2, "b"))):
        assert of(*other) != of((1, "a"), (2, b"b"))
