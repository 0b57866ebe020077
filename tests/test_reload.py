"""Accounts and feeds change under running loops: what stays goes on, what is on its way ends as it began (issue 5)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from bot.carrier import Carrier
from bot.dispatch import NOBODY, Dispatch
from bot.document import Picture
from bot.errors import StoreAway, Throttled, Unconfirmed
from bot.ingest import Ingest
from bot.model import Feed
from bot.ports import Reading
from tests.contracts.conftest import FEED, Clock, Store, account
from tests.newsdao import Darkroom, Plain, Wire, post
from tests.test_dispatch import SOON, Postbox, dispatch, real, shrink
from tests.torture.scale import within

OTHER = Feed("other", "https://other.example/feed.xml", met=True)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store(tmp_path / "sokbo.db", clock=Clock(None)) as opened:
        await opened.meet(account())
        await opened.inbox.meet([(FEED, "jekyll"), (OTHER, "feed")])
        yield opened


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(within(5)):
        while not condition():
            await asyncio.sleep(0.01)


async def until_ledger(read: Callable[[], Awaitable[list[dict[str, Any]]]], key: str, *values: str) -> None:
    """Wait until the rows that the ledger gives have these values."""
    async with asyncio.timeout(within(5)):
        while sorted(row[key] for row in await read()) != sorted(values):
            await asyncio.sleep(0.02)


def followed() -> bool:
    """Whether a feed is being followed."""
    return any(task.get_name().startswith("feed ") for task in asyncio.all_tasks())


@asynccontextmanager
async def running(loop: Dispatch) -> AsyncIterator[None]:
    task = asyncio.create_task(loop.run())
    yield
    loop.drain()
    await task


# ── Accounts ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_what_is_on_its_way_ends_with_the_carrier_it_was_claimed_for(store: Store) -> None:
    """A token was changed while a delivery was in the air: it is neither sent with the new one nor lost."""
    old, new = Postbox(takes=0.5), Postbox()
    sending = dispatch(store, old)
    async with running(sending):
        await store.announce("one")
        await until(lambda: old.tried)
        renewed = account(credential="another")
        await sending.change({"readers": Carrier(new)}, lambda: store.meet(renewed))
        await store.announce("two")
        await until(lambda: len(old.posted) == len(new.posted) == 1)
    assert [each.message.text for each in (*old.posted, *new.posted)] == ["one", "two"]
    assert {row["state"] for row in await store.ledger.deliveries()} == {"sent"}


async def test_a_doubt_is_settled_by_the_policy_it_was_claimed_under(store: Store) -> None:
    old, new = Postbox(takes=0.3, failures=[Unconfirmed("no answer")]), Postbox()
    sending = dispatch(store, old, "hold")
    async with running(sending):
        await store.announce("one")
        await until(lambda: old.tried)
        await sending.change({"readers": Carrier(new, "resend")}, lambda: store.meet(account()))
        await until_ledger(store.ledger.deliveries, "state", "held")
    [row] = await store.ledger.deliveries()
    assert (row["state"], new.tried) == ("held", [])


async def test_what_was_on_its_way_for_an_account_that_went_ends_too(store: Store) -> None:
    """Another account of the same credential stays: what is tried again for the one that went is cancelled by it."""
    await store.meet(account(), account("second", "@b"))
    second = Postbox(takes=0.3, failures=[Throttled("slow down", after=0.1, scope="target")])
    sending = Dispatch(
        store.outbox, {"readers": Carrier(Postbox()), "second": Carrier(second)}, store.ledger.picture, shrink, real
    )
    async with running(sending):
        await store.announce("one", accounts=("second",))
        await until(lambda: second.tried)
        await sending.change({"readers": Carrier(Postbox())}, lambda: store.meet(account()))
        await until_ledger(store.ledger.deliveries, "state", "cancelled")
    [row] = await store.ledger.deliveries()
    assert (row["state"], row["reason"]) == ("cancelled", "the target is no longer subscribed")


async def test_a_store_that_goes_away_meanwhile_changes_nothing(store: Store) -> None:
    old, new = Postbox(), Postbox()
    sending = dispatch(store, old)

    async def away() -> None:
        raise StoreAway("locked")

    with pytest.raises(StoreAway):
        await sending.change({"readers": Carrier(new)}, away)
    await store.announce("one")
    await sending.once(SOON)
    assert (len(old.posted), len(new.posted)) == (1, 0)


async def test_half_a_meeting_leaves_the_claimant_as_it_was(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """An account that cannot be met midway: what was known before is still claimed."""

    class Broken(Plain):
        @property
        def limits(self) -> None:  # type: ignore[override]  # it is asked for when the account is met
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        await store.meet(account("other", "@o", credential="x"), paces=Broken())  # type: ignore[arg-type]  # see above
    await store.announce("one")
    assert len(await store.tick()) == 1


async def test_a_bot_starts_without_an_account_that_had_something_on_its_way(store: Store) -> None:
    """It was killed in mid-send, and the account was taken out before the next start."""
    await store.meet(account(), account("gone", "@g", credential="d"))
    story = await store.announce("one", accounts=("gone",))
    assert len(await store.tick()) == 1
    await store.restart()
    await store.meet(account())
    await dispatch(store, Postbox()).once(SOON)
    [row] = await store.ledger.deliveries()
    assert row["state"] == "cancelled"
    assert NOBODY in row["reason"] or "no longer subscribed" in row["reason"]
    assert story == row["story"]


# ── Feeds ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Slow(Wire):
    """A source that answers when it is let."""

    let: asyncio.Event = field(default_factory=asyncio.Event)

    async def read(self, cursor: str) -> Reading:
        self.cursors.append(cursor)
        await self.let.wait()
        return await Wire([*self.readings]).read(cursor)


def reader(store: Store, *sources: tuple[Feed, Wire]) -> Ingest:
    return Ingest(store.inbox, list(sources), (account(),), {"readers": Plain()}, Darkroom(), lambda: None, store.clock)


@asynccontextmanager
async def reading(ingest: Ingest) -> AsyncIterator[Ingest]:
    task = asyncio.create_task(ingest.run())
    yield ingest
    assert not task.done()
    task.cancel()
    await asyncio.wait([task])


async def test_a_feed_that_comes_is_read_at_once_and_one_that_stays_is_not_disturbed(store: Store) -> None:
    here, new = Wire([Reading((), cursor="1")]), Wire([Reading((), cursor="1")])
    async with reading(reader(store, (FEED, here))) as ingest:
        await until(lambda: here.cursors)
        for _ in range(5):
            await ingest.watch([(replace(FEED), here), (OTHER, new)])
            await until(lambda: new.cursors)
            await asyncio.sleep(0.02)
    assert (len(here.cursors), len(new.cursors)) == (1, 1)


async def test_a_feed_that_goes_is_read_no_more(store: Store) -> None:
    brisk = replace(FEED, every=FEED.every / 6000)
    here = Wire([Reading((), cursor="1")])
    async with reading(reader(store, (brisk, here))) as ingest:
        await until(lambda: len(here.cursors) > 2)
        await ingest.watch([])
        await until(lambda: not followed())
        asked = len(here.cursors)
        await asyncio.sleep(0.1)
        assert len(here.cursors) == asked
        await ingest.watch([(brisk, here)])
        await until(lambda: len(here.cursors) > asked)


async def test_a_feed_that_changes_is_read_again_when_its_reading_has_ended(store: Store) -> None:
    """Nothing that was read is thrown away, and never are two readings of one feed under way."""
    slow, new = Slow([Reading((post("a"),), cursor="1")]), Wire([Reading((post("a"), post("b")), cursor="2")])
    async with reading(reader(store, (replace(FEED, first_run=1), slow))) as ingest:
        await until(lambda: slow.cursors)
        await ingest.watch([(FEED, new)])
        await asyncio.sleep(0.05)
        assert not new.cursors
        slow.let.set()
        await until_ledger(store.ledger.stories, "headline", "a", "b")
    assert new.cursors == ["1"]


async def test_posts_that_wait_for_their_link_go_on_waiting(store: Store) -> None:
    here = Wire([Reading((), cursor="0"), Reading((post("a"),), cursor="1")], link_answers=False)
    patient = replace(FEED, every=FEED.every / 6000, link_wait=FEED.every)
    ingest = reader(store, (patient, here))
    await ingest.once()
    await ingest.once()
    await ingest.watch([(replace(patient, link_wait=FEED.every * 2), here)])
    here.readings = [Reading(cursor="1", unchanged=True)]
    here.link_answers = True
    await ingest.once()
    assert [story["headline"] for story in await store.ledger.stories()] == ["a"]


async def test_an_account_that_comes_is_told_from_then_on(store: Store) -> None:
    here = Wire(
        [Reading((), cursor="0"), Reading((post("a"),), cursor="1"), Reading((post("a"), post("b")), cursor="2")]
    )
    ingest = reader(store, (FEED, here))
    await ingest.once()
    await ingest.once()
    both = (account(), account("others", "@o", credential="d"))
    await ingest.change(both, {"readers": Plain(), "others": Plain()}, lambda: store.meet(*both))
    await ingest.once()
    await store.spread()
    told = {(row["story"], row["account"]) for row in await store.ledger.deliveries()}
    assert told == {(1, "readers"), (2, "readers"), (2, "others")}


async def test_a_story_that_is_being_drafted_goes_to_the_accounts_that_there_are_when_it_is_committed(
    store: Store,
) -> None:
    """Its picture takes a while; meanwhile the account gets another name, and a second one comes."""
    picture = Picture("https://newsdao.kr/a.jpg")
    here = Wire([Reading((post("a", picture=picture),), cursor="1")], {picture.url: b"jpeg"}, slow=0.3)
    ingest = reader(store, (replace(FEED, first_run=1), here))
    async with reading(ingest):
        await until(lambda: here.fetched)
        both = (account("renamed"), account("others", "@o", credential="d"))
        await ingest.change(both, {"renamed": Plain(), "others": Plain()}, lambda: store.meet(*both))
        await until_ledger(store.ledger.stories, "headline", "a")
    await store.spread()
    assert {row["account"] for row in await store.ledger.deliveries()} == {"renamed", "others"}


async def test_what_was_to_go_to_an_account_goes_to_it_under_its_new_name(store: Store) -> None:
    await store.announce("one")  # committed, and not yet fanned out
    await store.meet(account("renamed"))
    await store.spread()
    assert [row["account"] for row in await store.ledger.deliveries()] == ["renamed"]
