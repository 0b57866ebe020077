"""Dispatch while claims wait for their tokens: news that hurries takes those of what was claimed before it, a platform
that asks for peace gets it at once, and nothing is confused by either (FAILURES.md section 3, rows 5, 11 and 12).
"""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.errors import StoreAway, Throttled
from bot.model import Limits, Urgency
from tests.contracts.conftest import Clock, Store, account
from tests.test_dispatch import Postbox, dispatch

SLOW = Limits(rate=20)  #: three tokens are taken ahead
TARGETS = [f"@{number:02}" for number in range(30)]


async def until(postbox: Postbox, number: int) -> None:
    async with asyncio.timeout(10):
        while len(postbox.posted) < number:
            await asyncio.sleep(0.005)


@pytest.mark.alone  # how many leave while a claim is under way is how long its commit takes
async def test_news_takes_the_tokens_of_what_was_claimed_before_it(tmp_path: Path) -> None:
    async with Store(tmp_path / "s.db", clock=Clock(None), limits=SLOW) as store:
        await store.meet(account("readers", *TARGETS))
        await store.announce("digest")
        postbox = Postbox()
        driving = dispatch(store, postbox)
        running = asyncio.create_task(driving.run())
        await until(postbox, 5)
        await store.announce("news", urgency=Urgency.BREAKING)
        driving.wake()
        told = len(postbox.posted)
        await until(postbox, told + 6)
        driving.drain()
        await asyncio.wait_for(running, 5)
        said = [delivery.message.text for delivery in postbox.posted[told:]]
        assert said.index("news") <= 1  # one may leave while the claim is under way; three were claimed
        assert said[said.index("news") :] == ["news"] * (len(said) - said.index("news"))
        assert len({(d.target.address, d.message.text) for d in postbox.posted}) == len(postbox.posted)


async def test_what_waits_for_a_token_is_known_to_be_ours_whoever_took_its_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What we forget of would be given back, claimed once more and sent twice."""
    async with Store(tmp_path / "s.db", clock=Clock(None), limits=SLOW) as store:
        await store.meet(account("readers", *TARGETS))
        await store.announce("digest")
        postbox = Postbox(takes=0.02)
        driving = dispatch(store, postbox)
        tick, forget = store.outbox.tick, store.outbox.forget
        given_back: list[int] = []
        ticks = 0

        async def away(outcomes: Any, room: int) -> Any:
            nonlocal ticks
            ticks += 1
            if ticks % 3 == 0:
                raise StoreAway("the database does not answer")
            return await tick(outcomes, room)

        async def watched(known: Any) -> int:
            given_back.append(await forget(known))
            return given_back[-1]

        monkeypatch.setattr(store.outbox, "tick", away)
        monkeypatch.setattr(store.outbox, "forget", watched)
        running = asyncio.create_task(driving.run())
        await until(postbox, 3)
        await store.announce("news", urgency=Urgency.BREAKING)
        await until(postbox, 20)
        driving.drain()
        await asyncio.wait_for(running, 5)
        assert len(given_back) > 1
        assert sum(given_back) == 0
        assert len({(d.target.address, d.message.text) for d in postbox.posted}) == len(postbox.posted)


async def test_what_was_claimed_ahead_stays_here_once_the_platform_asks_for_peace(tmp_path: Path) -> None:
    """Row 11: even before the store knows of it, which may take a while."""
    async with Store(tmp_path / "s.db", clock=Clock(None), limits=SLOW) as store:
        await store.meet(account("readers", *TARGETS))
        await store.announce("digest")
        postbox = Postbox(failures=[Throttled("Too Many Requests", after=5, scope="account")])
        driving = dispatch(store, postbox)
        running = asyncio.create_task(driving.run())
        await asyncio.sleep(0.6)
        driving.drain()
        await asyncio.wait_for(running, 5)
        assert len(postbox.tried) == 1
        states = [row["state"] for row in await store.ledger.deliveries()]
        assert states.count("snoozed") == 1
        assert states.count("ready") == len(TARGETS) - 1
