"""One event, one alert: what other feeds have told already is answered, or joined (issue 5, point 6)."""

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.ingest import Ingest
from bot.model import DeliveryState, Entry, Feed, SameEvent
from bot.ports import Account, Claim, Reading
from tests.contracts.conftest import Clock, Store, account, ended
from tests.newsdao import Darkroom, Plain, Wire, post

FIRST = ("경주 남남서쪽서 규모 4.3 지진…“피해 접수 없어”", "22일 오전 경북 경주시 남남서쪽에서 규모 4.3의 지진이 났다.")
AGAIN = ("경주 남남서쪽 규모 4.3 지진, 인명 피해 없어", "경북 경주시에서 22일 오전 규모 4.3 지진이 발생했다.")
OTHER = ("포항 앞바다서 규모 2.1 지진", "22일 오후 경북 포항시 앞바다에서 규모 2.1의 지진이 났다.")
ONE, TWO = Feed("one", "x", first_run=9), Feed("two", "y", first_run=9)
HOUR = dt.timedelta(hours=1)


def told(slug: str, words: tuple[str, str], **more: Any) -> Entry:
    headline, excerpt = words
    return post(slug, title=headline, summary=excerpt, link=f"https://{slug}.kr/1", **more)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store(tmp_path / "sokbo.db") as opened:
        await opened.inbox.meet([(ONE, "feed"), (TWO, "feed")])
        yield opened


class Newsroom:
    """Two feeds of one bot; what each publishes, and what its readers get."""

    def __init__(self, store: Store, policy: SameEvent = "thread", *accounts: Account) -> None:
        self.store = store
        self.wires = {feed.name: Wire([Reading((), cursor="0")]) for feed in (ONE, TWO)}
        self.feeds = [ONE, replace(TWO, same_event=policy)]
        self.accounts = accounts or (account(),)
        self.ingest = self.started()

    def started(self) -> Ingest:
        return Ingest(
            self.store.inbox,
            [(feed, self.wires[feed.name]) for feed in self.feeds],
            self.accounts,
            {each.name: Plain() for each in self.accounts},
            Darkroom(),
            lambda: None,
            self.store.clock,
            steady=self.store.clock.monotonic,
        )

    async def publish(self, feed: str, *entries: Entry) -> list[Claim]:
        """The feed has these now: what goes out."""
        cursor = str(len(self.wires[feed].cursors) + 1)
        for name, wire in self.wires.items():
            found = Reading(entries, total=len(entries), cursor=cursor) if name == feed else None
            wire.readings = [found or Reading(cursor="0", unchanged=True)]
        await self.ingest.once()
        return await self.sent()

    async def sent(self) -> list[Claim]:
        await self.store.spread()
        claims = [*await self.store.tick()]
        await self.store.tick(*(ended(claim, DeliveryState.SENT) for claim in claims), room=0)
        return claims


@pytest.fixture
async def met(store: Store) -> None:
    await store.meet(account())


def answered(claims: list[Claim]) -> list[bool]:
    return [claim.delivery.after is not None for claim in claims]


@pytest.mark.usefixtures("met")
async def test_what_another_feed_has_told_answers_it(store: Store) -> None:
    """The default: a false match costs a reply, not a story."""
    house = Newsroom(store)
    assert answered(await house.publish("one", told("a", FIRST))) == [False]
    [reply] = await house.publish("two", told("b", AGAIN))
    assert reply.delivery.after is not None
    assert reply.delivery.after.ids == ("1",)
    assert reply.delivery.operation == "send"
    [second, first] = await store.ledger.stories()
    assert (second["head"], first["head"]) == (first["id"], None)


@pytest.mark.usefixtures("met")
async def test_another_event_of_the_same_kind_stands_alone(store: Store) -> None:
    house = Newsroom(store)
    await house.publish("one", told("a", FIRST))
    assert answered(await house.publish("two", told("b", OTHER))) == [False]


@pytest.mark.usefixtures("met")
async def test_where_a_feed_joins_nothing_more_is_told_and_both_feeds_are_named(store: Store) -> None:
    house = Newsroom(store, "join")
    await house.publish("one", told("a", FIRST))
    assert await house.publish("two", told("b", AGAIN)) == []
    [story] = await store.ledger.stories()
    assert (story["headline"], story["feeds"]) == (FIRST[0], ["one", "two"])


@pytest.mark.usefixtures("met")
async def test_what_was_joined_keeps_its_words_to_itself(store: Store) -> None:
    """Its edits are not the story's, and neither is its end."""
    house = Newsroom(store, "join")
    await house.publish("one", told("a", FIRST))
    await house.publish("two", told("b", AGAIN))
    assert await house.publish("two", told("b", ("전혀 다른 이야기가 되었다", "새 요약이다."))) == []
    assert await house.publish("two", told("b", AGAIN, retracted=True)) == []
    [story] = await store.ledger.stories()
    assert (story["headline"], story["state"]) == (FIRST[0], "announced")


@pytest.mark.usefixtures("met")
async def test_a_feed_that_stands_apart_is_told_by_itself(store: Store) -> None:
    house = Newsroom(store, "separate")
    await house.publish("one", told("a", FIRST))
    assert answered(await house.publish("two", told("b", AGAIN))) == [False]


async def test_who_was_not_told_the_first_is_told_the_second_though_it_joins(store: Store) -> None:
    """Better two alerts than a lost one (DESIGN.md section 6)."""
    ones = replace(account("ones", "@one"), feeds=("one",))
    all_ = account("others", "@all", credential="d")
    await store.meet(ones, all_)
    house = Newsroom(store, "join", ones, all_)
    await house.publish("one", told("a", FIRST))
    assert await house.publish("two", told("b", AGAIN)) == [], "both accounts that carry it were told"
    twos = replace(account("twos", "@two", credential="e"), feeds=("two",))
    await store.meet(ones, all_, twos)
    late = Newsroom(store, "join", ones, all_, twos)
    claims = await late.publish("two", told("c", (f"{AGAIN[0]}…기상청 발표", AGAIN[1])))
    assert {claim.account: claim.delivery.after is not None for claim in claims} == {"others": True, "twos": False}


@pytest.mark.usefixtures("met")
async def test_breaking_news_is_never_joined_to_what_was_none(store: Store) -> None:
    house = Newsroom(store, "join")
    await house.publish("one", told("a", FIRST))
    [reply] = await house.publish("two", told("b", AGAIN, breaking=True))
    assert reply.delivery.after is not None


@pytest.mark.usefixtures("met")
async def test_what_was_taken_back_is_answered_no_more(store: Store) -> None:
    house = Newsroom(store)
    await house.publish("one", told("a", FIRST))
    [story] = await store.ledger.stories()
    await store.retract(story["id"])
    await house.sent()
    assert answered(await house.publish("two", told("b", AGAIN))) == [False]


@pytest.mark.usefixtures("met")
async def test_within_one_feed_only_a_series_answers(store: Store) -> None:
    """DESIGN.md section 6: only the same link or 1보/2보/종합."""
    house = Newsroom(store)
    first, second = (f"[{mark}] {FIRST[0]}" for mark in ("1보", "2보"))
    claims = await house.publish(
        "one", told("a", (first, FIRST[1])), told("b", (second, FIRST[1]), published=post("x").published)
    )
    await house.sent()
    assert len(claims) == 1, "one lane, one at a time"
    stories = {story["headline"]: story for story in await store.ledger.stories()}
    assert stories[second]["head"] == stories[first]["id"], "they came together, and had no numbers yet"
    await house.publish("one", told("c", OTHER))
    await house.publish("one", told("d", (f"{OTHER[0]}…피해 없어", OTHER[1])))
    assert [story["head"] for story in (await store.ledger.stories())[:2]] == [None, None]


@pytest.mark.usefixtures("met")
async def test_after_a_restart_what_was_told_is_known(store: Store) -> None:
    await Newsroom(store).publish("one", told("a", FIRST))
    assert answered(await Newsroom(store).publish("two", told("b", AGAIN))) == [True]


@pytest.mark.usefixtures("met")
async def test_what_was_told_too_long_ago_is_no_head(store: Store) -> None:
    house = Newsroom(store)
    await house.publish("one", told("a", FIRST))
    store.clock.forward(40 * 3600)
    late = told("b", AGAIN, published=store.clock() - HOUR)
    assert answered(await house.publish("two", late)) == [False]


async def test_two_workers_know_of_each_others_stories(postgres_url: str) -> None:
    clock = Clock()
    async with Store(postgres_url, clock=clock) as one, Store(postgres_url, clock=clock) as two:
        for each in (one, two):
            await each.inbox.meet([(ONE, "feed"), (TWO, "feed")])
            await each.meet(account())
        here, there = Newsroom(one), Newsroom(two)
        await here.publish("two", told("x", OTHER))
        clock.forward(100)
        await there.publish("one", told("a", FIRST))
        clock.forward(100)
        assert answered(await here.publish("two", told("b", AGAIN))) == [True]
