"""What the rounds learn from what feeds tell: breaking news, gaps, the server's word, health (issue 5, item 2)."""

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot import rhythm
from bot.errors import SourceError
from bot.model import Feed
from bot.ports import Reading
from bot.rounds import Found
from tests.clockwork import Readers, feeds, going, published
from tests.contracts.conftest import Store, account
from tests.newsdao import Wire, post, told

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store(tmp_path / "sokbo.db") as opened:
        await opened.meet(account())
        yield opened


async def test_after_breaking_news_its_feed_and_the_others_are_asked_as_often_as_may_be(store: Store) -> None:
    """DESIGN.md: "polls its feed faster"; calm returns by itself."""
    wires = {"calm": Wire([Reading(cursor="1", unchanged=True)]), "quick": Wire([Reading((post("a"),), cursor="1")])}
    async with published(store, wires) as house:
        await house.goes_on(120)
        before = {name: len(wire.cursors) for name, wire in wires.items()}
        assert max(before.values()) <= 4
        wires["quick"].readings = [Reading((post("a"), post("b", title="[속보] b")), cursor="2")]
        await house.goes_on(60)
        wires["quick"].readings = [Reading(cursor="2", unchanged=True)]
        told_at = {name: len(wire.cursors) for name, wire in wires.items()}
        await house.goes_on(300)
        hurried = {name: len(wire.cursors) - told_at[name] for name, wire in wires.items()}
        assert min(hurried.values()) >= 28  # every ten seconds, which is the floor
        assert max(hurried.values()) <= 32
        await house.goes_on(1200, step=1)
        calm = {name: len(wire.cursors) for name, wire in wires.items()}
        await house.goes_on(300)
        assert max(len(wire.cursors) - calm[name] for name, wire in wires.items()) <= 7
    assert "[속보] b" in await told(store)


async def test_ten_thousand_feeds_do_not_hurry_because_one_of_them_breaks(store: Store) -> None:
    assert rhythm.elsewhere(10_000) > rhythm.ceiling(Feed("a", "x"))
    read = Readers(store, {"feed 7": Found(breaking=True)})
    async with going(store, feeds(10_000), read) as house:
        house.rounds.hurry(house.rounds._watches["feed 7"])
        await house.goes_on(2)
    assert len(read.asked) <= 350


async def test_a_document_that_turned_over_is_an_alarm_for_a_day_and_makes_its_feed_asked_more_often(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """FAILURES.md section 1, "feed rotates fast": RSS-to-Telegram-Bot#200; hookshot#844, #893, #1075."""
    first, then = (Reading(tuple(post(f"{name}{n}") for n in range(8)), total=8, cursor=name) for name in "ab")
    later = Reading((*then.entries[1:], post("c")), total=8, cursor="c")
    wires = {"wire": Wire([first])}
    async with published(store, wires) as house:
        await house.goes_on(120)
        assert await store.ledger.alarms() == []
        wires["wire"].readings = [then]
        await house.goes_on(58)
        wires["wire"].readings = [later]
        await house.goes_on(60)
        feed = await health(store, "wire")
        assert feed["gaps"] == 1
        assert feed["interval_s"] == 10
        assert [problem["where"] for problem in feed["problems"]] == ["wire"]
        [alarm] = await store.ledger.alarms()
        assert "posts may have been missed" in alarm["text"]
        assert "shorter every or fastest" in alarm["text"]
        assert caplog.text.count("posts may have been missed") == 1
    store.clock.forward(86_400)
    assert await store.ledger.alarms() == []
    assert (await health(store, "wire"))["gaps"] == 1


async def health(store: Store, name: str) -> dict[str, Any]:
    [feed] = [feed for feed in await store.ledger.feeds() if feed["name"] == name]
    return feed


async def test_posts_that_wait_for_their_links_are_no_gap_with_every_look(store: Store) -> None:
    known = Reading((post("old"),), total=1, cursor="1")
    fresh = Reading(tuple(post(f"p{n}") for n in range(8)), total=8, cursor="2")
    wire = Wire([known])
    async with published(store, {"wire": wire}, link_wait=dt.timedelta(hours=1)) as house:
        await house.goes_on(30)
        wire.readings, wire.link_answers = [fresh], False
        await house.goes_on(100)
        assert len(wire.cursors) > 20  # asked for the link every two seconds
    assert (await health(store, "wire"))["gaps"] == 1  # nothing of "old" is in the other; once, not with every look


async def test_the_servers_word_on_how_long_nothing_is_new_counts_within_the_bounds(store: Store) -> None:
    read = Readers(store, {"feed 0": Found(fresh_for=3600.0)})
    async with going(store, feeds(1, slowest=dt.timedelta(minutes=10)), read) as house:
        await house.goes_on(1300, step=1)
    assert len(read.asked["feed 0"]) == 3
    assert all(599 <= gap <= 601 for gap in read.gaps("feed 0"))


async def test_a_feeds_health_is_told(store: Store) -> None:
    """Issue 5: last success, next poll, rhythm, failures, size."""
    wire = Wire([Reading((post("a"),), total=1, cursor="1", size=4096), SourceError("answered 502")])
    async with published(store, {"wire": wire}) as house:
        await house.goes_on(3)
        feed = await health(store, "wire")
        assert {key: feed[key] for key in ("bytes", "entries", "failures", "gaps", "interval_s", "missed")} == {
            "bytes": 4096,
            "entries": 1,
            "failures": 0,
            "gaps": 0,
            "interval_s": 60,
            "missed": None,
        }
        wait = dt.datetime.fromisoformat(feed["next"]) - dt.datetime.fromisoformat(feed["succeeded"])
        assert 0.8 * MINUTE <= wait <= MINUTE
        await house.goes_on(60)
    feed = await health(store, "wire")
    assert (feed["failures"], feed["bytes"], feed["error"]) == (1, 4096, "answered 502")
