"""`sokbo backup` and `sokbo move` as an operator meets them, and the chores of a bot (issue 4, points 2 and 8)."""

import asyncio
import datetime as dt
import json
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.app import upkeep
from bot.app.build import build_chores
from bot.errors import StoreError
from bot.settings import Settings, load
from bot.store import copying
from bot.store.sqlite import locked
from tests.app.conftest import Newsroom, until
from tests.store.site import Clock, readers, site

SCHEMA_1 = Path(__file__).parents[1] / "data/schemas/1.sql"


def settings(newsroom: Newsroom) -> Settings:
    from bot.app.kinds import kind

    return load(newsroom.config, {}, kind)


def sqlite_(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.fixture
def store(newsroom: Newsroom) -> Path:
    return newsroom.folder / "sokbo.db"


def made(store: str, *stories: str) -> None:
    """A store with these stories, as a bot that has stopped leaves it."""

    async def make() -> None:
        async with site(store) as house:
            await house.meet(readers("@a"))
            for story in stories:
                await house.tell(story)

    asyncio.run(make())


def use(newsroom: Newsroom, line: str) -> None:
    """Change the store in the configuration, as the command says."""
    text = newsroom.config.read_text("utf-8").splitlines()
    newsroom.config.write_text("\n".join(line if old.startswith("store =") else old for old in text), "utf-8")


# ── Backup ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_backup_beside_a_running_bot_can_be_put_in_its_place(newsroom: Newsroom, store: Path) -> None:
    newsroom.post("one")
    bot = newsroom.start()
    until(lambda: len(newsroom.accepted()) == 3 and all(row["sent"] for row in newsroom.ledger("deliveries")))
    done = newsroom.sokbo("backup", str(newsroom.folder / "copy.db"))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{newsroom.folder / 'copy.db'}: 0.")
    assert "MB, whole; it holds story 1, message 3, delivery 3, picture 0" in done.stdout
    assert newsroom.stop(bot) == 0
    for path in newsroom.folder.glob("sokbo.db*"):
        path.unlink()
    shutil.copy(newsroom.folder / "copy.db", store)
    assert newsroom.sokbo("run", "--once").returncode == 0
    assert len(newsroom.accepted()) == 3
    assert [story["headline"] for story in newsroom.json("stories")] == ["one"]


def test_a_backup_of_postgresql_is_a_file_of_the_same_kind(newsroom: Newsroom, store: Path, postgres_url: str) -> None:
    made(postgres_url, "bridge")
    use(newsroom, f'store = "{postgres_url}"')
    done = newsroom.sokbo("backup", str(store))
    assert (done.returncode, done.stderr) == (0, "")
    use(newsroom, f'store = "{sqlite_(store)}"')
    assert [story["headline"] for story in newsroom.json("stories")] == ["bridge"]
    assert [delivery["state"] for delivery in newsroom.json("deliveries")] == ["sent"]


def test_a_backup_replaces_nothing_unless_it_is_told_to(newsroom: Newsroom) -> None:
    made(sqlite_(newsroom.folder / "sokbo.db"))
    copy = newsroom.folder / "copy.db"
    copy.write_text("precious")
    refused = newsroom.sokbo("backup", str(copy))
    assert refused.returncode == 2
    assert "is there already (name another file, or say --force)" in refused.stderr
    assert copy.read_text() == "precious"
    assert newsroom.sokbo("backup", str(copy), "--force").returncode == 0
    with closing(sqlite3.connect(copy)) as file:
        assert file.execute("pragma integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize(
    ("file", "code", "says"),
    [
        ("sokbo.db", 2, "is the store itself"),
        ("nowhere/copy.db", 2, "there is no folder"),
        ("_posts", 2, "is no file"),
        ("driven.db", 3, "a bot drives"),
    ],
)
def test_a_backup_never_replaces(newsroom: Newsroom, file: str, code: int, says: str) -> None:
    made(sqlite_(newsroom.folder / "sokbo.db"))
    (newsroom.folder / "driven.db").touch()
    with locked(newsroom.folder / "driven.db"):
        refused = newsroom.sokbo("backup", str(newsroom.folder / file), "--force")
    assert refused.returncode == code
    assert says in refused.stderr


def test_where_there_is_no_store_there_is_no_backup(newsroom: Newsroom) -> None:
    refused = newsroom.sokbo("backup", str(newsroom.folder / "copy.db"))
    assert refused.returncode == 2
    assert "there is no store at" in refused.stderr
    assert not (newsroom.folder / "copy.db").exists()


def test_a_backup_that_is_not_whole_gets_no_name(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    made(sqlite_(newsroom.folder / "sokbo.db"))

    def damaged(path: Path) -> dict[str, int]:
        raise StoreError("the copy is not whole: row 3 missing from index")

    monkeypatch.setattr(copying, "look_through", damaged)
    failed = newsroom.sokbo("backup", str(newsroom.folder / "copy.db"))
    assert failed.returncode == 1
    assert "not whole" in failed.stderr
    assert not [path.name for path in newsroom.folder.iterdir() if "copy.db" in path.name]


# ── Move ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_moved_site_sends_what_is_new_and_nothing_twice(newsroom: Newsroom, store: Path, postgres_url: str) -> None:
    """Stop, move, change one line, start."""
    newsroom.post("bridge")
    assert newsroom.sokbo("run", "--once").returncode == 0
    moved = newsroom.sokbo("move", sqlite_(store), postgres_url)
    assert (moved.returncode, moved.stderr) == (0, "")
    line = next(line.strip() for line in moved.stdout.splitlines() if "store =" in line)
    assert line == f'store = "{postgres_url}"'

    stale = newsroom.sokbo("run", "--once")
    assert stale.returncode == 2
    assert f"this store has moved to {postgres_url}" in stale.stderr

    use(newsroom, line)
    newsroom.post("tunnel")
    assert newsroom.sokbo("run", "--once").returncode == 0
    told = [
        (record["platform"], slug)
        for record in newsroom.accepted()
        for slug in ("bridge", "tunnel")
        if slug in str(record)
    ]
    assert sorted(told) == sorted(
        (name, slug) for name in ("discord", "telegram", "x") for slug in ("bridge", "tunnel")
    )


def test_an_old_store_is_brought_to_this_schema_on_its_way(newsroom: Newsroom, store: Path, postgres_url: str) -> None:
    """Row 29: schema up, and over to PostgreSQL."""
    with closing(sqlite3.connect(store)) as old:
        old.executescript(SCHEMA_1.read_text("utf-8"))
        old.execute("insert into meta (key, value) values ('store', '0123')")
        old.execute(
            "insert into story (headline, excerpt, link, source, urgency, revision, state, seen)"
            " values ('옛 소식', '', '', '', 'normal', 1, 'announced', 1)"
        )
        old.execute("pragma user_version = 1")
        old.commit()
    assert newsroom.sokbo("move", sqlite_(store), postgres_url).returncode == 0
    use(newsroom, f'store = "{postgres_url}"')
    assert [story["headline"] for story in newsroom.json("stories")] == ["옛 소식"]


@pytest.mark.parametrize(
    ("source", "target", "says"),
    [
        ("sqlite:///{0}/none.db", "sqlite:///{0}/new.db", "there is no store at"),
        ("sqlite:///{0}/sokbo.db", "sqlite:///{0}/sokbo.db", "FROM and TO are one"),
        ("sqlite:///{0}/sokbo.db", "mysql://db/sokbo", "TO names no store"),
        ("var/sokbo.db", "sqlite:///{0}/new.db", "FROM names no store"),
        ("sqlite:///{0}/sokbo.db", "postgresql://sokbo:s3cret@127.0.0.1:1/sokbo", "cannot be used"),
        ("sqlite:///{0}/sokbo.db", "sqlite:///{0}/full.db", "is not empty"),
    ],
)
def test_what_cannot_be_moved_is_refused_and_stays(newsroom: Newsroom, source: str, target: str, says: str) -> None:
    made(sqlite_(newsroom.folder / "sokbo.db"), "one")
    made(sqlite_(newsroom.folder / "full.db"), "two")
    refused = newsroom.sokbo("move", *(each.format(newsroom.folder) for each in (source, target)))
    assert refused.returncode == 2
    assert says in refused.stderr
    assert "s3cret" not in refused.stderr
    assert newsroom.sokbo("status").returncode == 0


def test_a_store_that_a_bot_drives_is_not_moved(newsroom: Newsroom, store: Path) -> None:
    made(sqlite_(newsroom.folder / "sokbo.db"))
    with locked(store):
        refused = newsroom.sokbo("move", sqlite_(store), sqlite_(newsroom.folder / "new.db"))
    assert refused.returncode == 3
    assert "drives" in refused.stderr


def test_a_password_is_neither_shown_nor_kept() -> None:
    shown = upkeep._shown("postgresql://news:s3cret@db.example:5432/sokbo")
    assert shown == "postgresql://news:${SOKBO_STORE_PASSWORD}@db.example:5432/sokbo"
    assert upkeep._shown("postgresql://news@db.example/sokbo") == "postgresql://news@db.example/sokbo"


async def test_a_move_that_is_interrupted_has_ended_when_the_command_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it would go on behind the operator's back, and the store be gone under the bot that is started again."""
    ended = []

    def endless(source: object, target: object, to: str, stopped: Callable[[], bool]) -> int:
        while not stopped():
            time.sleep(0.01)
        ended.append("stopped")
        raise StoreError("stopped half-way")

    monkeypatch.setattr(copying, "move", endless)
    async with site(sqlite_(tmp_path / "old.db")):
        pass
    moving = asyncio.create_task(upkeep.move(sqlite_(tmp_path / "old.db"), sqlite_(tmp_path / "new.db")))
    await asyncio.sleep(0.3)
    moving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await moving
    assert ended == ["stopped"]


# ── Chores ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("keep", "left"), [('keep = "7d"', 1), ('keep = "forever"', 2), ("", 2)])
async def test_chores_let_go_of_what_the_configuration_does_not_keep(newsroom: Newsroom, keep: str, left: int) -> None:
    use(newsroom, f'store = "sqlite:///x"\n{keep}')
    clock = Clock()
    async with site(sqlite_(newsroom.folder / "kept.db"), clock) as house:
        await house.meet(readers("@a"))
        await house.tell("old")
        clock.now += dt.timedelta(days=8)
        await house.tell("new")
        await build_chores(settings(newsroom), house.database, settled=0).once()
        assert await house.count("delivery") == left


async def test_where_others_may_open_transactions_those_are_looked_for(newsroom: Newsroom, postgres_url: str) -> None:
    """FAILURES.md row 17."""
    use(newsroom, f'store = "{postgres_url}"')
    async with site(postgres_url) as house:
        await build_chores(settings(newsroom), house.database, settled=0).once()
        planned = await house.do("select key from meta where key like 'due %' order by key")
        assert [key for (key,) in planned] == ["due open transactions", "due pictures", "due retention"]


@pytest.mark.parametrize(
    ("keep", "says"),
    [
        ("6d", 'is too short (at least "7d")'),
        ("3651d", "is too long"),
        ("for ever", "is no duration"),
        (90, "is no duration"),
    ],
)
def test_what_is_kept_is_kept_a_week_at_least(newsroom: Newsroom, keep: object, says: str) -> None:
    use(newsroom, f'store = "sqlite:///x"\nkeep = {json.dumps(keep)}')
    refused = newsroom.sokbo("status")
    assert refused.returncode == 2
    assert says in refused.stderr
