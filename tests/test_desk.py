"""The desk over a real store: what it reads, and what it refuses."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.desk import Desk, Refused, Replay
from bot.store.ledger import Ledger
from tests.contracts.conftest import Store, account


class OneStory(Ledger):
    """A ledger of so many stories that nobody should read them all for one."""

    async def stories(self, *, known: bool = False, limit: int = 0) -> list[dict[str, Any]]:
        raise AssertionError(f"asked for all stories: known={known}, limit={limit}")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store(tmp_path / "s.db") as store:
        await store.meet(account())
        yield store


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store.intents, store.inbox, OneStory(store.database), [account()], {})


async def test_a_decision_about_one_story_reads_one_story(store: Store, desk: Desk) -> None:
    story = await store.announce("one")
    intent = await desk.replay(Replay(story))
    await store.tick(room=0)
    assert await desk.result(intent) is not None


async def test_a_story_that_is_not_there_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused, match="there is no story 404"):
        await desk.replay(Replay(404))
    with pytest.raises(Refused, match="there is no story 404"):
        await desk.retract(404)


async def test_nothing_of_a_retracted_story_is_sent_again(store: Store, desk: Desk) -> None:
    story = await store.announce("one")
    await store.retract(story)
    with pytest.raises(Refused, match="retracted"):
        await desk.replay(Replay(story))
