"""What the store remembers of hubs, on both databases: any worker may renew a lease, and take what a hub delivers."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.model import Secret
from bot.ports import Heard, Lease, LeaseState
from bot.store.leases import Leases
from tests.contracts.conftest import FEED, Clock, Store, emptied

HUB = "https://hub.example/"
TOPIC = "https://newsdao.kr/feed.xml"
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


def lease(callback: str = "c", feed: str = FEED.name, *hubs: str, topic: str = TOPIC) -> Lease:
    return Lease(feed, hubs or (HUB,), topic, Secret(callback), Secret("s"))


def minutes(failures: int) -> dt.timedelta:
    return failures * MINUTE


@pytest.fixture
def leases(store: Store) -> Leases:
    return Leases(store.database)


async def push(store: Store) -> dict[str, object]:
    found: dict[str, object] = (await store.ledger.feeds())[0]["push"]
    return found


async def test_what_is_wanted_is_asked_for_once_until_it_is_due_again(store: Store, leases: Leases) -> None:
    await leases.want([lease()])
    assert await leases.take(9, minutes) == [replace(lease(), failures=1)]
    assert await leases.take(9, minutes) == ()
    store.clock.forward(61)
    [again] = await leases.take(9, minutes)
    assert again.failures == 2
    store.clock.forward(61)
    assert await leases.take(9, minutes) == ()


async def test_a_granted_lease_is_live_and_is_renewed_in_time(store: Store, leases: Leases) -> None:
    await leases.want([lease()])
    await leases.take(9, minutes)
    await leases.grant(Secret("c"), DAY, 0.8 * DAY)
    found = await leases.find("c")
    assert found is not None
    assert (found.state, found.failures) == (LeaseState.LIVE, 0)
    assert (await store.inbox.recall([FEED]))[0].pushed == store.clock() + DAY
    store.clock.forward(0.79 * 86_400)
    assert await leases.take(9, minutes) == ()
    store.clock.forward(0.02 * 86_400)
    [due] = await leases.take(9, minutes)
    assert due.state is LeaseState.LIVE


async def test_a_denial_is_seen_in_the_feeds_health_and_the_feed_counts_as_not_pushed(
    store: Store, leases: Leases
) -> None:
    await leases.want([lease()])
    await leases.grant(Secret("c"), DAY, DAY)
    await leases.deny(Secret("c"), "denied: readers only", DAY)
    shown = await push(store)
    assert (shown["state"], shown["error"], shown["until"]) == ("denied", "denied: readers only", None)
    assert (await store.inbox.recall([FEED]))[0].pushed is None


async def test_what_a_feed_says_again_changes_nothing(leases: Leases) -> None:
    await leases.want([lease("one")])
    await leases.grant(Secret("one"), DAY, DAY)
    await leases.want([lease("two")])
    assert await leases.find("one") is not None
    assert await leases.find("two") is None


@pytest.mark.parametrize("now", [lease("two", topic="https://newsdao.kr/all.xml"), lease("two", FEED.name, f"{HUB}2")])
async def test_another_hub_or_topic_takes_the_place_of_the_old_one_which_is_left(leases: Leases, now: Lease) -> None:
    await leases.want([lease("one")])
    await leases.grant(Secret("one"), DAY, DAY)
    await leases.want([now])
    taken = {each.callback.reveal(): each.state for each in await leases.take(9, minutes)}
    assert taken == {"one": LeaseState.LEAVING, "two": LeaseState.ASKED}


async def test_a_feed_that_names_no_hub_any_more_leaves_its_own(leases: Leases) -> None:
    await leases.want([lease("live"), lease("asked", "other")])
    await leases.grant(Secret("live"), DAY, DAY)
    await leases.want([replace(lease("x"), hubs=()), replace(lease("y", "other"), hubs=())])
    assert await leases.find("asked") is None
    assert [each.state for each in await leases.take(9, minutes)] == [LeaseState.LEAVING]


async def test_a_feed_that_left_the_configuration_is_left_by_us(leases: Leases) -> None:
    await leases.want([lease("one"), lease("two", "other")])
    await leases.grant(Secret("one"), DAY, DAY)
    await leases.retire(["other"])
    found = [await leases.find(callback) for callback in ("one", "two")]
    assert [each and each.state for each in found] == [LeaseState.LEAVING, LeaseState.ASKED]
    await leases.grant(Secret("one"), DAY, DAY)  # a hub that is late brings nothing back
    await leases.deny(Secret("one"), "no", DAY)
    left = await leases.find("one")
    assert left is not None
    assert left.state is LeaseState.LEAVING
    await leases.drop(Secret("one"))
    assert await leases.find("one") is None


async def test_what_came_and_what_went_wrong_is_shown(store: Store, leases: Leases) -> None:
    await leases.want([lease()])
    await leases.fail(Secret("c"), "hub.example answered 500")
    await leases.tally({Secret("c"): Heard(refused=2)})
    shown = await push(store)
    assert (shown["heard"], shown["refused"], shown["error"]) == (None, 2, "hub.example answered 500")
    await leases.tally({Secret("c"): Heard(taken=1, refused=1)})
    shown = await push(store)
    assert (shown["heard"], shown["refused"]) == ("2026-11-22T03:00:00.000Z", 3)


async def test_a_feed_without_a_hub_shows_none(store: Store) -> None:
    assert (await store.ledger.feeds())[0]["push"] is None


@pytest.fixture
async def pair(shared_url: str) -> AsyncIterator[tuple[Leases, Leases]]:
    """Two workers on one PostgreSQL."""
    clock = Clock()
    emptied(shared_url)
    async with Store(shared_url, clock=clock) as one, Store(shared_url, clock=clock) as two:
        yield Leases(one.database), Leases(two.database)


async def test_two_workers_never_ask_for_the_same_lease(pair: tuple[Leases, Leases]) -> None:
    one, two = pair
    await asyncio.gather(*(worker.want([lease(f"{n}", f"feed-{n}") for n in range(40)]) for worker in pair))
    taken = await asyncio.gather(*(worker.take(10, minutes) for worker in (one, two) * 4))
    callbacks = [each.callback.reveal() for many in taken for each in many]
    while more := [*await one.take(10, minutes), *await two.take(10, minutes)]:  # what the other one held is free now
        callbacks += [each.callback.reveal() for each in more]
    assert sorted(callbacks) == sorted(map(str, range(40)))


async def test_two_workers_that_find_a_hub_at_once_have_one_lease(pair: tuple[Leases, Leases]) -> None:
    await asyncio.gather(*(worker.want([lease(name)]) for worker, name in zip(pair, ("one", "two"), strict=True)))
    found = [await pair[0].find(name) for name in ("one", "two")]
    assert [each is None for each in found].count(True) == 1
