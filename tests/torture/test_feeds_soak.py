"""Feeds that misbehave at random, for a long time: nothing lost, nothing twice, memory flat (issue 5, "done when").

The publishers are real HTTP servers in a process of their own, each on its host name; client, parsers, rounds, ingest,
store and dispatch are as they are. What is delivered ends at an adapter of the test's own: sending has its own soak.
"""

import asyncio
import datetime as dt
import gc
import logging
import os
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.carrier import Carrier
from bot.dispatch import Dispatch
from bot.ingest import Ingest
from bot.model import Delivery, Feed, Receipt
from bot.parsers import Parsers, Wholes
from bot.pictures.prepare import Pictures
from bot.sources.feed import FeedSource
from bot.sources.fetch import Client
from tests.bench.pollers import Here
from tests.bench.soak import SLOPE, Soaked, beat, look
from tests.contracts.conftest import Clock, Store, account
from tests.newsdao import Plain
from tests.torture.misbehaving import misbehaving
from tests.torture.scale import LONG, scale, within

FEEDS = scale(60, 1_000)
LASTS = scale(20.0, 600.0)  #: seconds
EVERY = dt.timedelta(seconds=scale(1, 10))
SETTLES = scale(60.0, 300.0)  #: seconds, for what backed off: every is doubled after each failure


class Reader(Plain):
    """Takes everything, and remembers what it was sent."""

    def __init__(self) -> None:
        self.got: Counter[str] = Counter()

    async def send(self, delivery: Delivery) -> Receipt:
        self.got[name(delivery.message.text)] += 1
        return Receipt((str(len(self.got)),))

    def safe_again(self, target: object) -> dt.timedelta:
        return dt.timedelta(0)

    def plain(self, message: object) -> None:
        return None


@asynccontextmanager
async def newsroom(folder: Path, port: int, reader: Reader) -> AsyncIterator[Store]:
    """A bot that reads the feeds and sends what they tell, while this is open."""
    async with (
        Store(folder / "sokbo.db", clock=Clock(None)) as store,
        Parsers() as parsers,
        Client(allow_private=["127.0.0.0/8"], resolver=Here(port)) as client,
    ):
        feeds = [
            Feed(f"feed{n}", f"http://paper{n}.example/feed", every=EVERY, first_run=999, same_event="separate")
            for n in range(FEEDS)
        ]
        await store.inbox.meet([(feed, "feed") for feed in feeds])
        await store.meet(account())
        pictures, wholes = Pictures(parsers), Wholes(parsers)
        sources = [(feed, FeedSource(feed.url, client, parsers, whole=wholes)) for feed in feeds]
        dispatch = Dispatch(
            store.outbox, {"readers": Carrier(reader)}, store.ledger.picture, pictures.shrink, store.database.clock
        )
        ingest = Ingest(
            store.inbox, sources, (account(),), {"readers": reader}, pictures, dispatch.wake, store.database.clock
        )
        async with asyncio.TaskGroup() as group:
            reading = group.create_task(ingest.run())
            sending = group.create_task(dispatch.run())
            yield store
            reading.cancel()
            dispatch.drain()
            await sending


@pytest.mark.alone
async def test_feeds_that_misbehave_lose_nothing_and_repeat_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, logger="bot")  # what is logged, pytest keeps: fifty warnings a second
    seed = int(os.environ.get("SOKBO_SEED", random.randrange(1_000_000)))
    print(f"seed {seed}")
    reader, soaked = Reader(), Soaked()
    with misbehaving(seed) as port:
        async with newsroom(tmp_path, port, reader) as store:
            await asyncio.sleep(LASTS * 0.4)
            gc.collect()
            beating = asyncio.create_task(beat(soaked))
            await look(soaked, LASTS * 0.6)
            beating.cancel()
            async with (
                aiohttp.ClientSession() as session,
                session.get(f"http://127.0.0.1:{port}/_well") as answer,
            ):
                published = {
                    f"{host} {number}호"
                    for host, count in (await answer.json()).items()
                    for number in range(1, count + 1)
                }
            missing, held = published, set[str]()
            until = asyncio.get_running_loop().time() + SETTLES
            while missing and asyncio.get_running_loop().time() < until:
                await asyncio.sleep(0.5)
                held = {
                    name(story["headline"]) for story in await store.ledger.stories() if story["state"] == "quarantined"
                }
                missing = published - reader.got.keys() - held
    twice = {what: count for what, count in reader.got.items() if count > 1}
    print(
        f"soak of feeds: {FEEDS:,} for {LASTS:g} s, {len(published):,} stories, {len(reader.got):,} sent, {len(held)}"
        f" quarantined, {len(missing)} lost, {len(twice)} twice; {soaked.slope:+.2f} MB a minute ({soaked.grown:+.2f}"
        f" in all), descriptors {min(soaked.descriptors)} to {max(soaked.descriptors)}, loop {soaked.late:.1f} ms late"
    )
    assert not missing
    assert not twice
    assert (soaked.slope if LONG else soaked.grown / 10) < SLOPE
    assert soaked.late <= within(50.0)


def name(headline: str) -> str:
    """A story's host and number, which stand at the end of its headline."""
    return " ".join(headline.split()[-2:])
