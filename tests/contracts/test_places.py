"""Lanes that the platform counts as one, on both databases: the topics of a group (PLATFORMS.md c: 1 a second in a
chat, 20 a minute in a group; the stand-in counts a topic as its group).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import pytest

from bot.model import DeliveryState, Target, Urgency, Window
from bot.ports import Claim
from tests.contracts.conftest import Pace, Place, Store, account, ended, names, targets

S = DeliveryState
CHAT, CROWD = Window(1, 1.0), Window(20, 60.0)


@dataclass
class Topics(Pace):
    """A platform whose groups have topics: "-5:1" and "-5:2" are one chat."""

    windows: tuple[Window, ...] = (CHAT, CROWD)

    def counted_as(self, target: Target) -> str:
        return target.address.partition(":")[0]


async def taken(store: Store, seconds: float, step: float = 0.05) -> list[Claim]:
    """What leaves in so many seconds, each try well."""
    claims: tuple[Claim, ...] = ()
    told: list[Claim] = []
    end = store.clock.monotonic() + seconds
    while store.clock.monotonic() < end:
        claims = await store.tick(*(ended(claim, S.SENT) for claim in claims))
        told += claims
        store.clock.forward(step)
    return told


def assert_kept(claims: Sequence[Claim]) -> None:
    times = sorted(claim.at for claim in claims)
    assert all(after - before > CHAT.seconds for before, after in pairwise(times))
    first, last = times, times[CROWD.count :]
    assert all(after - before > CROWD.seconds for before, after in zip(first, last, strict=False))


async def test_the_topics_of_a_group_share_its_second_and_its_minute(store: Store) -> None:
    await store.meet(account("readers", "-5", "-5:1", "-5:2"), paces=Topics())
    for number in range(8):
        await store.announce(f"story {number}")
    told = await taken(store, 90)
    assert len(told) == 24
    assert_kept(told)
    assert {targets(told).count(place) for place in ("-5", "-5:1", "-5:2")} == {8}


async def test_who_has_a_chat_alone_waits_for_nobody(store: Store) -> None:
    await store.meet(account("readers", "-5:1", "-5:2", "-6:1", "-7"), paces=Topics())
    await store.announce("one")
    assert sorted(targets(await store.tick())) in (["-5:1", "-6:1", "-7"], ["-5:2", "-6:1", "-7"])


async def test_accounts_of_one_credential_share_a_chat(store: Store) -> None:
    await store.outbox.meet([(account("readers", "-5:1"), Topics()), (account("others", "-5:2"), Topics())])
    await store.announce("one", accounts=("readers", "others"))
    told = await taken(store, 3)
    assert len(told) == 2
    assert_kept(told)


async def test_the_shared_pace_survives_a_restart(place: Place) -> None:
    there = account("readers", "-5:1", "-5:2")
    async with Store(place) as store:
        await store.meet(there, paces=Topics())
        await store.announce("one")
        [first] = await store.tick()
        await store.tick(ended(first, S.SENT), room=0)
        await store.restart()
        await store.meet(there, paces=Topics())
        assert_kept([first, *await taken(store, 3)])


async def test_news_goes_first_within_a_chat_and_breaks_no_pace(store: Store) -> None:
    await store.meet(account("readers", "-5:1", "-5:2"), paces=Topics())
    await store.announce("slow")
    [first] = await store.tick()
    await store.announce("fast", urgency=Urgency.BREAKING)
    told = [first, *await store.tick(ended(first, S.SENT)), *await taken(store, 5)]
    assert names(told) == ["slow", "fast", "fast", "slow"]
    assert_kept(told)


@pytest.mark.parametrize("seconds", [0.3, 30.0])
async def test_what_came_too_fast_lets_the_whole_chat_rest(store: Store, seconds: float) -> None:
    """A 429 of one topic is one of its group."""
    await store.meet(account("readers", "-5:1", "-5:2", "-6"), paces=Topics())
    await store.announce("one")
    first = next(claim for claim in await store.tick() if claim.delivery.target.address != "-6")
    due = store.clock() + dt.timedelta(seconds=seconds)
    await store.tick(ended(first, S.SNOOZED, due=due, spent=False, reason="429"), room=0)
    told = await taken(store, seconds + 5)
    at = due.timestamp()
    assert len([claim for claim in told if claim.delivery.target.address != "-6"]) == 2
    assert all(claim.at >= at - 0.1 for claim in told)


async def test_what_left_late_lets_the_whole_chat_rest_as_much_longer(store: Store) -> None:
    await store.meet(account("readers", "-5:1", "-5:2"), paces=Topics())
    await store.announce("one")
    [first] = await store.tick()
    await store.tick(ended(first, S.SENT, late=0.4), room=0)
    [second] = await taken(store, 3)
    assert second.at - first.at > 1.4


async def test_what_is_given_back_does_not_go_with_its_neighbour(store: Store) -> None:
    await store.meet(account("readers", "-5:1", "-5:2"), paces=Topics())
    await store.announce("one")
    [first] = await store.tick()
    told = await store.tick(ended(first, S.READY, spent=False))
    assert len(told) <= 1
    told += tuple(await taken(store, 5))
    assert sorted(targets(told)) == ["-5:1", "-5:2"]
    assert_kept(told)


async def test_a_retry_that_waits_for_longer_is_not_hurried_by_its_neighbour(store: Store) -> None:
    await store.meet(account("readers", "-5:1", "-5:2"), paces=Topics())
    await store.announce("one")
    [first] = await store.tick()
    due = store.clock() + dt.timedelta(seconds=30)
    await store.tick(ended(first, S.SNOOZED, due=due, trouble=True, reason="no route"), room=0)
    [_, again] = await taken(store, 40)
    assert again.delivery.id == first.delivery.id
    assert again.at >= due.timestamp() - 0.1
