"""What every store must do (DESIGN.md section 4): one suite, on SQLite and on PostgreSQL."""

import asyncio
import datetime as dt
import sqlite3
from pathlib import Path

import psycopg
import pytest

from bot.detect import fingerprint, keys, lead
from bot.errors import ConfigError, Occupied, StoreError
from bot.model import Change, DeliveryState, Entry, Story, StoryState, Urgency
from bot.ports import Admission
from bot.store import inbox, postgres
from bot.store.database import Connection
from bot.store.sqlite import Database, driven
from tests.contracts.conftest import FEED, Place, Store, account, ended, names, opened

S = DeliveryState
MINUTE = dt.timedelta(minutes=1)


# ── Nothing lost, nothing twice ──────────────────────────────────────────────────────────────────────────────────


async def test_a_story_goes_to_every_target_once(store: Store) -> None:
    await store.meet(account("readers", "@a", "@b"))
    await store.announce("one")
    claims = await store.tick()
    assert sorted(claim.delivery.target.address for claim in claims) == ["@a", "@b"]
    assert len({claim.delivery.key for claim in claims}) == 2
    assert await store.tick(*(ended(claim, S.SENT) for claim in claims)) == ()
    assert set((await store.states()).values()) == {"sent"}


async def test_an_entry_that_another_reading_admitted_first_is_left_out(store: Store) -> None:
    """Limnoria#489: a story is announced once whoever sees it."""
    await store.meet(account())
    assert await store.announce("one") == 1
    assert await store.announce("one") == 0
    assert len(await store.ledger.stories()) == 1


async def test_what_was_admitted_survives_a_stop_before_its_fan_out(place: Place) -> None:
    """RSS-to-Telegram-Bot saved its hashes before it notified, and lost what lay between (FAILURES.md section 1)."""
    async with Store(place) as store:
        await store.meet(account())
        await store.announce("one")
    async with Store(place) as store:
        await store.meet(account())
        assert names(await store.tick()) == ["one"]


async def test_a_reading_is_committed_whole_or_not_at_all(store: Store) -> None:
    await store.meet(account())

    def work(c: Connection) -> None:
        c.rows("insert into meta (key, value) values ('x', 'y')")
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        await store.database.write(work)
    assert await store.rows("select key from meta where key = 'x'") == []


async def test_concurrent_writers_do_not_interleave(store: Store) -> None:
    def count(c: Connection) -> None:
        [row] = c.rows("select count(*) as number from rendition")
        c.rows("insert into rendition (key, picture_json) values (:n, '{}')", n=str(row["number"]))

    await asyncio.gather(*(store.database.write(count) for _ in range(50)))
    assert await store.rows("select count(*) as number from rendition") == [(50,)]


async def test_stories_and_their_feeds_cursor_are_one_commit(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a crash between them tells a story twice, or never (FAILURES.md section 1, first row)."""
    await store.meet(account())
    with monkeypatch.context() as broken:
        broken.setitem(inbox.SQL, "advance_feed", "update nowhere set cursor = :cursor")
        with pytest.raises((StoreError, psycopg.Error), match="nowhere"):
            await store.announce("one")
    assert await store.ledger.stories() == []
    assert await store.tick() == ()
    assert await store.announce("one")


async def test_what_was_on_its_way_when_the_bot_was_killed_is_in_doubt_with_the_same_key(place: Place) -> None:
    async with Store(place) as store:
        await store.meet(account())
        await store.announce("one")
        [before] = await store.tick()
    async with Store(place) as store:
        await store.meet(account())
        assert await store.tick() == ()  # it is nobody's to claim
        [doubt] = await store.outbox.doubts()
        assert (doubt.delivery.key, doubt.delivery.claim) == (before.delivery.key, before.delivery.claim)
        [again] = await store.tick(ended(doubt, S.SNOOZED, due=store.clock(), again=True))
        assert (again.delivery.key, again.delivery.again) == (before.delivery.key, True)
        assert again.delivery.claim == before.delivery.claim + 1


async def test_a_late_outcome_of_an_earlier_claim_changes_nothing(store: Store) -> None:
    """The fence: a worker that was thought dead must not overwrite what its successor found."""
    await store.meet(account())
    await store.announce("one")
    [first] = await store.tick()
    [second] = await store.tick(ended(first, S.SNOOZED, due=store.clock()))
    await store.tick(ended(first, S.DEAD, reason="from the past"))
    assert await store.states() == {("one", "@a"): "sending"}
    await store.tick(ended(second, S.SENT))
    assert await store.states() == {("one", "@a"): "sent"}


# ── Who gets what ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("notify", "urgency", "silent"),
    [
        ("all", Urgency.NORMAL, False),
        ("breaking", Urgency.NORMAL, True),
        ("breaking", Urgency.BREAKING, False),
        ("none", Urgency.BREAKING, True),
    ],
)
async def test_which_alerts_make_a_sound(store: Store, notify: str, urgency: Urgency, silent: bool) -> None:
    await store.meet(account("readers", "@a", notify=notify))
    await store.announce("one", urgency=urgency)
    [claim] = await store.tick()
    assert claim.delivery.silent is silent


async def test_a_target_for_breaking_only_gets_breaking_only(store: Store) -> None:
    await store.meet(account("readers", "@a", only="breaking"))
    await store.announce("slow")
    assert await store.tick() == ()
    await store.announce("fast", urgency=Urgency.BREAKING)
    assert names(await store.tick()) == ["fast"]


async def test_a_target_that_left_the_configuration_gets_nothing_more_and_its_ledger_stays(place: Place) -> None:
    async with Store(place) as store:
        await store.meet(account("readers", "@a", "@b"))
        await store.announce("one")
        await store.tick(room=0)
    async with Store(place) as store:
        await store.meet(account("readers", "@a"))
        assert [claim.delivery.target.address for claim in await store.tick()] == ["@a"]
        assert (await store.states())["one", "@b"] == "cancelled"


async def test_what_was_on_its_way_to_a_target_that_left_the_configuration_is_not_sent_again(place: Place) -> None:
    async with Store(place) as store:
        await store.meet(account("readers", "@a", "@b"))
        await store.announce("one")
        assert len(await store.tick()) == 2
    async with Store(place) as store:
        await store.meet(account("readers", "@a"))
        kept, gone = sorted(await store.outbox.doubts(), key=lambda doubt: doubt.delivery.target.address)
        assert (kept.void, gone.void) == ("", "the target is no longer subscribed")
        await store.tick(ended(gone, S.CANCELLED, reason="in doubt when the bot stopped"))
        assert (await store.states())["one", "@b"] == "cancelled"


# ── People ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_held_delivery_is_sent_again_when_a_person_says_so(store: Store) -> None:
    await store.meet(account())
    await store.announce("one")
    [claim] = await store.tick()
    await store.tick(ended(claim, S.HELD, reason="?", again=True))
    await store.intents.intend("send_again", {"delivery": claim.delivery.id})
    [again] = await store.tick()
    assert (again.delivery.key, again.delivery.again) == (claim.delivery.key, False)


async def test_a_held_delivery_is_settled_when_a_person_says_that_it_arrived(store: Store) -> None:
    await store.meet(account())
    await store.announce("one")
    [claim] = await store.tick()
    await store.tick(ended(claim, S.HELD, reason="?", again=True))
    await store.intents.intend("it_arrived", {"delivery": claim.delivery.id})
    assert await store.tick() == ()
    [row] = await store.ledger.deliveries()
    assert (row["state"], row["ids"], row["reason"]) == ("sent", [], "a person says that it arrived")


@pytest.mark.parametrize("verb", ["send_again", "it_arrived", "dance"])
async def test_an_intent_about_what_is_not_held_does_nothing(store: Store, verb: str) -> None:
    await store.meet(account())
    await store.announce("one")
    [claim] = await store.tick()
    await store.tick(ended(claim, S.SENT))
    await store.intents.intend(verb, {"delivery": claim.delivery.id})
    assert await store.tick() == ()
    assert await store.states() == {("one", "@a"): "sent"}


# ── Many ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_large_fan_out_goes_in_chunks_and_reaches_everybody_once(store: Store) -> None:
    await store.meet(account("readers", *(f"@{n}" for n in range(6_001))))
    await store.announce("one")
    reached: list[str] = []
    claims = await store.tick(room=1_000)
    while claims or store.outbox.fanning_out:
        reached += [claim.delivery.target.address for claim in claims]
        claims = await store.tick(*(ended(claim, S.SENT) for claim in claims), room=1_000)
    assert len(reached) == len(set(reached)) == 6_001


async def test_what_is_pending_counts_what_can_still_be_done(store: Store) -> None:
    await store.meet(account())
    assert await store.outbox.pending(MINUTE) == 0
    await store.announce("one")
    assert await store.outbox.pending(MINUTE) == 1
    [claim] = await store.tick()
    await store.tick(ended(claim, S.SNOOZED, due=store.clock() + 2 * MINUTE))
    assert await store.outbox.pending(MINUTE) == 0
    assert await store.outbox.pending(3 * MINUTE) == 1


# ── SQLite's file ───────────────────────────────────────────────────────────────────────────────────────────────


async def test_every_commit_is_on_the_disk_before_it_is_believed(tmp_path: Path) -> None:
    """OUTBOX.md: with synchronous=NORMAL a power cut forgets what was sent (FAILURES.md section 3 row 30)."""
    async with Database(tmp_path / "s.db", driving=True) as file:
        for work in (file.write, file.read):
            assert (await work(lambda c: c.rows("pragma synchronous")))[0]["synchronous"] == 2
            assert (await work(lambda c: c.rows("pragma journal_mode")))[0]["journal_mode"] == "wal"


async def test_every_commit_of_postgresql_is_on_the_disk_before_it_is_believed(postgres_url: str) -> None:
    """The same there: `synchronous_commit`; a server that was told not to sync is none of ours to mend."""
    async with postgres.Database(postgres_url, driving=True) as server:
        [row] = await server.write(lambda c: c.rows("select current_setting('synchronous_commit') as word"))
        assert row["word"] == "on"


async def test_a_second_bot_on_the_same_store_is_refused(tmp_path: Path) -> None:
    async with Store(tmp_path / "s.db"):
        with pytest.raises(Occupied, match="another bot"):
            await Database(tmp_path / "s.db", driving=True).__aenter__()
        assert driven(tmp_path / "s.db")


async def test_the_lock_is_free_once_the_bot_is_gone(tmp_path: Path) -> None:
    assert not driven(tmp_path / "s.db")
    async with Store(tmp_path / "s.db"):
        pass
    assert not driven(tmp_path / "s.db")


async def test_commands_read_beside_a_running_bot(store: Store) -> None:
    async with opened(store.place) as beside:
        assert len(await beside.read(lambda c: c.rows("select name from feed"))) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"this is no database, it is a note to the editor" * 40, "not a database"), (None, "unable to open")],
)
async def test_a_store_that_cannot_be_used_says_why(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "s.db"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match=words):
        await Database(path, driving=True).__aenter__()


async def test_a_store_of_a_later_schema_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    connection = sqlite3.connect(path)
    connection.execute("pragma user_version = 99")
    connection.close()
    with pytest.raises(ConfigError, match="schema is 99"):
        await Database(path, driving=True).__aenter__()


async def test_a_ledger_that_is_not_there_yet_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="sokbo run"):
        await Database(tmp_path / "s.db").__aenter__()


async def test_two_feeds_whose_posts_share_a_guid_and_come_at_once_are_both_told(store: Store) -> None:
    """A guid of "1" is nobody's own (FAILURES.md section 1); neither post knew of the other when it was looked for."""
    await store.meet(account())

    def news(slug: str) -> Admission:
        entry = Entry(id="1", link=f"https://{slug}.kr/1", title=f"{slug} 소식", summary=f"{slug} 이야기다.")
        story = Story(0, entry.title, "", entry.link, FEED.name, state=StoryState.ANNOUNCED)
        change = Change("new", entry, StoryState.ANNOUNCED)
        return Admission(change, story, keys(entry, FEED), fingerprint(entry), lead(entry), ())

    first, other = news("haneul"), news("maeari")
    assert set(first.keys) & set(other.keys), "the guid is one"
    assert [bool(number) for number in await store.inbox.admit(FEED, [first])] == [True]
    assert [bool(number) for number in await store.inbox.admit(FEED, [other])] == [True]
    assert [bool(number) for number in await store.inbox.admit(FEED, [news("maeari")])] == [False], "told already"
