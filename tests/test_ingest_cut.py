"""A feed that broke off may be a site that is just being built anew; how many posts it has cannot be seen then."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.detect import FLOOD, FLOOD_GOES
from bot.ports import Reading
from tests.contracts.conftest import Store, account
from tests.newsdao import Wire, ingest, post, told

OLD = Reading(tuple(post(f"old{number}") for number in range(30)), total=30, cursor="1")
REBUILT = Reading(tuple(post(f"new{number}") for number in range(30)), total=30, cursor="3")
CUT = Reading(REBUILT.entries[:FLOOD], total=FLOOD, cursor="2", cut=True)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store(tmp_path / "sokbo.db") as opened:
        await opened.meet(account())
        yield opened


async def test_what_is_read_while_a_site_is_built_anew_is_a_failure_and_its_flood_stays_one(store: Store) -> None:
    """newrelic/docs-website#1271; FAILURES.md row 20: a soak of feeds that misbehave had all ten posts told."""
    wire = Wire([OLD, CUT, REBUILT])
    reading = ingest(store, wire)
    await reading.once()
    await reading.once()
    assert await told(store) == []
    [feed] = await store.ledger.feeds()
    assert (feed["failures"], "broke off" in feed["error"]) == (1, True)
    await reading.once()
    assert len(await told(store)) == FLOOD_GOES
    assert wire.cursors == ["", "1", "1"], "what was not believed is asked for as if it had not been seen"


async def test_a_feed_that_always_breaks_off_is_believed_when_it_does_so_again(store: Store) -> None:
    reading = ingest(store, Wire([OLD, CUT]))
    for _ in range(3):
        await reading.once()
    assert len(await told(store)) == FLOOD


@pytest.mark.parametrize("new", [FLOOD_GOES, FLOOD], ids=["few are new", "most were there before"])
async def test_what_can_be_no_flood_is_told_though_it_broke_off(store: Store, new: int) -> None:
    entries = (*REBUILT.entries[:new], *OLD.entries[: 0 if new == FLOOD_GOES else FLOOD])
    cut = replace(CUT, entries=entries, total=len(entries))
    reading = ingest(store, Wire([OLD, cut]))
    await reading.once()
    await reading.once()
    assert len(await told(store)) == new


async def test_a_first_sight_of_a_feed_is_of_the_whole(store: Store) -> None:
    """Who met a part of it would take the rest for news."""
    reading = ingest(store, Wire([replace(OLD, entries=OLD.entries[:9], cut=True), OLD]), met=False, first_run=2)
    await reading.once()
    assert await told(store) == []
    await reading.once()
    assert len(await told(store)) == 2
