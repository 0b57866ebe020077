"""Retention: what was sent is kept for a while, that it was sent for ever (FAILURES.md section 1; issue 4, point 8)."""

import datetime as dt
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.detect import keys
from bot.document import Picture
from bot.errors import StoreAway
from bot.model import Change, DeliveryState, Outcome, Priority, Receipt, Story, StoryState
from bot.ports import Admission, Shipment
from bot.store import keeping
from bot.store.database import Work
from bot.store.keeping import Forgotten, Keeping
from tests.postgres import Server
from tests.store.site import FEED, S, Site, entry, photo, readers, said, site

YEAR = dt.timedelta(days=365)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a store that is not there yet, on either database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 's.db'}"
        return
    server: Server = request.getfixturevalue("postgres")
    with server.database() as url:
        yield url


@pytest.fixture
async def house(store: str) -> AsyncIterator[Site]:
    async with site(store) as opened:
        await opened.meet(readers())
        yield opened


@pytest.fixture
async def embedded(tmp_path: Path) -> AsyncIterator[Site]:
    async with site(f"sqlite:///{tmp_path / 's.db'}") as opened:
        await opened.meet(readers())
        yield opened


def kept(house: Site, keep: dt.timedelta | None = YEAR) -> Keeping:
    return Keeping(house.database, keep, settled=0)


async def forget(house: Site, keep: dt.timedelta | None = YEAR) -> Forgotten:
    return await kept(house, keep).forget()


# ── What goes, and what stays ────────────────────────────────────────────────────────────────────────────────────


async def test_an_old_story_loses_its_content_and_is_still_known(house: Site) -> None:
    """yarr#87, miniflux#1409: what was purged came back as new with the next poll."""
    old = await house.tell("old")
    house.clock.forward(days=366)
    new = await house.tell("new")
    assert await forget(house) == Forgotten(stories=1, deliveries=2, messages=1)
    assert await house.ledger.deliveries(story=old) == []
    assert len(await house.ledger.deliveries(story=new)) == 2
    assert await house.count("receipt") == 2
    assert set(await house.inbox.told(new)) == {("readers", 0)}
    assert await house.inbox.told(old) == {}
    [known] = {one.story for one in (await house.inbox.known("newsdao", keys(entry("old"), FEED))).values()}
    assert known == old
    assert await house.announce("old") == 0
    assert await house.send() == 0
    assert await forget(house) == Forgotten()


async def test_what_is_not_old_stays(house: Site) -> None:
    await house.tell("one")
    await house.tell("two")
    house.clock.forward(days=364)
    assert await forget(house) == Forgotten()
    assert await forget(house, None) == Forgotten()
    house.clock.forward(days=3650)
    assert await forget(house, None) == Forgotten()
    assert await house.count("delivery") == 4


@pytest.mark.parametrize("state", ["queued", "ready", "sending", "snoozed", "held"])
async def test_a_story_with_anything_under_way_keeps_all_of_it(embedded: Site, state: str) -> None:
    await embedded.tell("before")
    await embedded.announce("old")
    one, two = await embedded.claimed()
    await embedded.end(one)
    if state == "held":
        await embedded.end(two, state=S.HELD, reason="it may have arrived")
    embedded.clock.forward(days=366)
    await embedded.announce("new")
    await embedded.outbox.tick([], 0)
    await embedded.do(
        "update delivery set state = :state where id = :id", state=DeliveryState[state.upper()], id=two.delivery.id
    )
    assert await forget(embedded) == Forgotten(stories=1, deliveries=2, messages=1)
    assert len(await embedded.ledger.deliveries(story=2)) == 2
    assert (await embedded.states())["old", two.delivery.target.address] == state
    assert await embedded.count("telling") == 2


async def test_a_story_that_is_still_fanned_out_keeps_all_of_it(embedded: Site) -> None:
    old = await embedded.announce("old")
    embedded.clock.forward(days=366)
    await embedded.announce("new")
    assert await forget(embedded) == Forgotten()
    assert await embedded.database.write(lambda c: keeping._close(c, [old])) == []
    assert await embedded.send() == 4
    await embedded.tell("newest")
    assert await forget(embedded) == Forgotten(stories=1, deliveries=2, messages=1)
    assert await embedded.inbox.told(old) == {}


async def test_numbers_are_never_given_twice(embedded: Site) -> None:
    """SQLite numbers on from the largest: were the last message dropped, the next would be taken for it from memory."""
    await embedded.tell("heard")
    await embedded.announce("unheard", ("nobody",))
    embedded.clock.forward(days=366)
    assert await forget(embedded) == Forgotten()
    await embedded.announce("next")
    [first, *_] = await embedded.claimed()
    assert (first.delivery.id, first.delivery.message.text) == (3, "next")
    assert await embedded.do("select max(id) as id from message") == [(3,)]


async def test_tallies_orders_and_missing_posts_go_with_time(house: Site) -> None:
    old = await house.tell("old")
    now = int(house.clock.now.timestamp()) // 3600
    for days in (0, 39, 41):
        await house.do("insert into tally (scope, hour, sent) values ('app', :hour, 1)", hour=now - 24 * days)
    await house.do("insert into missing (feed, story, since) values ('newsdao', :story, 0)", story=old)
    first = await house.intents.intend("pause", {"account": "readers"})
    await house.outbox.tick([], 0)
    last = await house.intents.intend("resume", {"account": "readers"})
    assert await forget(house) == Forgotten()
    assert await house.count("tally") == 2
    await house.outbox.tick([], 0)
    house.clock.forward(days=366)
    await house.tell("new")
    assert (await forget(house)).stories == 1
    assert [await house.count(table) for table in ("tally", "missing", "intent")] == [0, 0, 1]
    assert await house.intents.result(first) is None
    assert await house.intents.result(last) == "done"


# ── Nothing goes out again ───────────────────────────────────────────────────────────────────────────────────────


async def test_a_forgotten_story_can_be_corrected_and_retracted_and_nobody_hears_of_it(house: Site) -> None:
    old = await house.tell("old")
    house.clock.forward(days=366)
    await house.tell("new")
    await forget(house)
    edited = Story(old, "old!", "", "https://a.kr/old/", FEED.name, revision=2, state=StoryState.CORRECTED)
    [known] = [one for key, one in (await house.inbox.known("newsdao", keys(entry("old"), FEED))).items()][:1]
    shipments = (Shipment(("readers",), said("old!"), Priority.CORRECTION, "edit"),)
    change = Change("edited", entry("old"), StoryState.CORRECTED, known)
    admission = Admission(change, edited, keys(entry("old"), FEED), "f", "l", shipments)
    assert await house.inbox.admit(FEED, [admission]) == (old,)
    assert await house.send() == 0
    assert await house.do("select state from story where id = :id", id=old) == [("corrected",)]
    await house.inbox.retract(old, (Shipment(("readers",), said("gone"), Priority.RETRACTION, "delete"),))
    assert await house.send() == 0
    assert await house.do("select state from story where id = :id", id=old) == [("retracted",)]


async def replay(house: Site, story: int) -> None:
    order = {"story": story, "failed": True, "held": True, "missed": True, "account": "", "target": ""}
    await house.intents.intend("replay", order)


async def test_a_forgotten_story_cannot_be_replayed(house: Site) -> None:
    """Who has it is no longer known: to replay it would send it to all a second time."""
    old = await house.tell("old")
    house.clock.forward(days=366)
    await house.tell("new")
    await forget(house)
    await replay(house, old)
    assert await house.send() == 0


class Cut:
    """A database that is away from the n-th write on."""

    def __init__(self, database: Any, writes: int) -> None:
        self._database = database
        self.left = writes
        self.read = database.read

    async def write(self, work: Work[Any]) -> Any:
        if not self.left:
            raise StoreAway("the database is away")
        self.left -= 1
        return await self._database.write(work)


async def test_a_round_that_is_cut_off_anywhere_sends_nothing_twice_and_is_finished_by_the_next(
    house: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "DELIVERIES", 3)
    await house.meet(readers(*(f"@{n}" for n in range(7))))
    for writes in range(7):  # tidy, close, and five times to drop 14 deliveries
        stories = [await house.tell(f"{slug} {writes}") for slug in ("one", "two")]
        house.clock.forward(days=366)
        await house.tell(f"new {writes}")
        with pytest.raises(StoreAway):
            await Keeping(Cut(house.database, writes), YEAR).forget()  # type: ignore[arg-type]  # all it needs
        for story in stories:
            await replay(house, story)
        assert await house.send() == 0
        await forget(house)
        counts = [await house.count(table) for table in ("delivery", "receipt", "message", "telling", "story")]
        assert counts == [7, 7, 1, 1, 3 * writes + 3]


async def test_a_dead_delivery_that_is_replayed_meanwhile_goes_out_and_is_forgotten_later(house: Site) -> None:
    await house.tell("before")
    old = await house.announce("old")
    one, two = await house.claimed()
    await house.end(one)
    await house.end(two, state=S.DEAD, reason="no")
    house.clock.forward(days=366)
    await house.tell("new")
    with pytest.raises(StoreAway):
        await Keeping(Cut(house.database, 2), YEAR).forget()  # type: ignore[arg-type]  # closed, and cut off
    await replay(house, old)
    await house.outbox.tick([], 0)
    assert (await forget(house)).deliveries == 2
    assert await house.send() == 1
    assert await forget(house) == Forgotten(stories=1, deliveries=2, messages=1)


async def test_a_story_that_is_corrected_between_two_steps_keeps_what_is_left(house: Site) -> None:
    """Ingest had asked what was told before it was closed: told again, it could be replayed to all who have it."""
    old = await house.tell("old")
    house.clock.forward(days=366)
    await house.tell("new")
    closed = await house.database.write(lambda c: keeping._close(c, [old]))
    story = Story(old, "old!", "", "https://a.kr/old/", FEED.name, revision=2, state=StoryState.CORRECTED)
    await house.inbox.revise(story, (Shipment(("readers",), said("old!"), Priority.CORRECTION, "edit"),))
    for _ in range(2):  # before it is fanned out, and after
        assert await house.database.write(lambda c: keeping._drop(c, closed)) == Forgotten()
        await house.outbox.tick([], 0)
    assert await house.send() == 2
    await replay(house, old)
    assert await house.send() == 0
    await house.tell("newest")
    assert await forget(house) == Forgotten(stories=1, deliveries=4, messages=2)


async def test_who_is_at_a_story_keeps_it(postgres_url: str) -> None:
    """An ingest in the middle of a correction holds the story's row: its turn comes again with the next round."""
    async with site(postgres_url) as house:
        await house.meet(readers())
        await house.tell("old")
        house.clock.forward(days=366)
        await house.tell("new")
        with psycopg.connect(postgres_url) as other:
            other.execute("select id from sokbo.story where headline = 'old' for key share")
            assert await forget(house) == Forgotten()
        assert (await forget(house)).stories == 1


async def test_who_is_at_an_account_is_waited_for(postgres_url: str) -> None:
    """A replay in its middle holds the account's row; nothing is closed beside it."""
    async with site(postgres_url) as house:
        await house.meet(readers())
        await house.tell("old")
        house.clock.forward(days=366)
        await house.tell("new")
        with psycopg.connect(postgres_url) as other:
            other.execute("select id from sokbo.account for update")
            with pytest.raises(StoreAway):
                await forget(house)
        assert await house.count("telling") == 2
        assert (await forget(house)).stories == 1


# ── Pictures ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def keep(house: Site, picture: Picture) -> None:
    await house.inbox.keep(f"key of {picture.sha256}", picture, picture.sha256.encode())


async def test_a_picture_goes_with_the_last_message_that_names_it(house: Site) -> None:
    card, lead = photo("card"), photo("lead")
    for picture in (card, lead):
        await keep(house, picture)
    await house.announce("old", pictures=(card, lead))
    uploaded = {card.sha256: "a", lead.sha256: "b"}
    for claim in await house.claimed():
        await house.end(claim, receipt=Receipt(("1",), "", uploads=uploaded))
    house.clock.forward(days=366)
    await house.tell("new", pictures=(card,))
    assert await kept(house).sweep() == Forgotten()
    assert (await forget(house)).stories == 1
    assert await kept(house).sweep() == Forgotten(pictures=1)
    assert await house.ledger.picture(lead.sha256) is None
    assert await house.inbox.rendition(f"key of {lead.sha256}") is None
    assert await house.ledger.picture(card.sha256) == ("image/jpeg", card.sha256.encode())
    assert await house.inbox.rendition(f"key of {card.sha256}") is not None
    assert await house.do("select sha256 from upload") == [(card.sha256,)]
    assert await house.count("rendition") == 1
    await keep(house, lead)
    assert await house.inbox.rendition(f"key of {lead.sha256}") is not None


async def test_a_picture_whose_story_is_being_prepared_stays(embedded: Site) -> None:
    """It is kept before its story is admitted: who looks between the two sees a picture that nobody names."""
    await keep(embedded, photo("old"))
    await keep(embedded, photo("late"))
    hashes = [photo(name).sha256 for name in ("old", "late")]
    [(last,)] = await embedded.do("select coalesce(max(id), 0) as id from message")
    await embedded.announce("late", pictures=(photo("late"),))
    dropped = await embedded.database.write(lambda c: keeping._drop_pictures(c, hashes, after=last))
    assert dropped == Forgotten(pictures=1)
    assert await embedded.ledger.picture(photo("late").sha256) is not None


async def test_a_message_that_holds_what_postgresql_refuses_is_looked_through_too(house: Site) -> None:
    await keep(house, photo("x"))
    await house.tell("nul", pictures=(photo("x"),))
    await house.do("update message set message_json = replace(message_json, 'nul', 'n\\u0000l')")
    assert await kept(house).sweep() == Forgotten()


# ── Beside a bot ─────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_large_story_goes_in_short_steps(embedded: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """No step holds the one writer for long: here, how many deliveries each drops at most."""
    await embedded.meet(readers(*(f"@{n}" for n in range(2500))))
    await embedded.announce("large")
    while claims := await embedded.claimed():
        await embedded.outbox.tick(
            [Outcome(c.delivery.id, c.delivery.claim, S.SENT, receipt=Receipt(("1",))) for c in claims], 0
        )
    embedded.clock.forward(days=366)
    await embedded.announce("new")
    await embedded.claimed()
    steps: list[int] = []
    drop = keeping._drop

    def watched(connection: Any, stories: list[int]) -> Forgotten:
        steps.append((dropped := drop(connection, stories)).deliveries)
        return dropped

    monkeypatch.setattr(keeping, "_drop", watched)
    assert (await forget(embedded)).deliveries == 2500
    assert steps == [500, 500, 500, 500, 500, 0]


def test_what_was_let_go_of_reads_as_a_sentence() -> None:
    assert str(Forgotten(stories=1, deliveries=2500)) == "let go of 1 stories, 2,500 deliveries"
    assert str(Forgotten()) == "let go of nothing"
    assert not Forgotten()
