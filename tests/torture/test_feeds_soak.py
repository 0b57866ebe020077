"""Read feeds that misbehave at random, for a long time: issue 5, and every failure of FAILURES.md section 1 that a feed
can have. Ten minutes with 1,000 feeds at full length; ``SOKBO_SOAK`` makes it so many seconds, ``SOKBO_SEED`` another.

    papers ─HTTP▶ client ▶ parsers ▶ ingest ▶ SQLite ▶ dispatch ─webhook▶ a reader, who keeps an account
       └────────────────────── the same process keeps an account of what was published ──────────┘

Each paper is a host of its own, by a resolver, because a host that wants rest gets it from all of its feeds. In the end
all is answered well, and both accounts are compared. A site that is built anew tells all its stories again under other
addresses: three of them may go out each time, the others must lie in quarantine. Nobody edits a story, so whatever is
told twice, or in other words than it was published in, is a defect: text that was mistaken, or cut off.
"""

import asyncio
import datetime as dt
import gc
import json
import logging
import os
import random
import re
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.detect import fingerprint, keys, lead
from bot.events.recent import CAPACITY
from bot.ingest import Ingest
from bot.model import Change, Entry, Feed, StoryState
from bot.parsers import Parsers
from bot.pictures.prepare import Pictures
from bot.ports import Admission, Transport
from bot.sources.feed import FeedSource
from bot.sources.fetch import Client
from bot.sources.site import SiteSource
from tests.adapters.stage import BARE
from tests.bench.pollers import Here
from tests.bench.site import FEED, SECRET, Site, UnpacedHook, account, driving, opened
from tests.bench.soak import SLOPE, Soaked, beat, look
from tests.torture.misbehaving import HANGS, papers
from tests.torture.newsprint import Story
from tests.torture.scale import LONG, scale

SEED = int(os.environ.get("SOKBO_SEED", "5"))
SECONDS = float(os.environ.get("SOKBO_SOAK", scale(20.0, 600.0)))
FEEDS = scale(60, 1_000)
STORY = scale(4.0, 300.0)  #: seconds between two stories of a feed
BEFORE = scale(0, CAPACITY * 5 // 4)  #: stories that were told before: what is kept of them is full then
AT_ONCE = 500  #: of them are written at once
EVERY = dt.timedelta(seconds=scale(1.0, 15.0))
SETTLED = 60.0  #: seconds after which whatever is missing is lost
WARM = 0.3  #: share of the time that is not looked at
REPEATS = 3  #: stories of a flood that go out

KEPT = 2  #: descriptors of what tracks the parsers' processes, which outlives them

LINK = re.compile(r"/g(\d+)/(\d+)$")


@dataclass
class Account:
    """What was published, what a reader was told, and what the ledger says, compared."""

    published: int = 0
    told: int = 0
    quarantined: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)  #: told, and never published so; or edited, which nobody did
    repeated: int = 0  #: stories of sites that were built anew
    flooded: list[str] = field(default_factory=list)  #: generations of which more went out than of a flood may
    answers: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, said: dict[str, Any], ledger: list[tuple[str, StoryState]]) -> "Account":
        """``ledger`` are headline and state of every story."""
        found = cls(answers=said["answers"])
        events = Counter(tuple(event) for event in said["told"])
        told = Counter(headline for _, headline, _ in events)
        kept = {headline for headline, state in ledger if state is StoryState.QUARANTINED}
        for paper in said["papers"]:
            news = paper["stories"][paper["initial"] :]
            found.published += len(news)
            found.told += sum(headline in told for headline in news)
            found.quarantined += sum(headline in kept and headline not in told for headline in news)
            found.lost += [headline for headline in news if headline not in told and headline not in kept]
        found.twice = [headline for (_, headline, _), count in events.items() if count > 1]
        every = {headline for paper in said["papers"] for headline in paper["stories"]}
        found.odd = [
            f"{kind}: {headline}" for kind, headline, _ in events if kind != "story.published" or headline not in every
        ]
        found._repeats(said, list(events))
        return found

    def _repeats(self, said: dict[str, Any], events: list[tuple[str, ...]]) -> None:
        """Of each generation the stories that were there before it."""
        repeats = Counter[tuple[int, int]]()
        for _, headline, link in events:
            paper, match = int(headline.partition("호")[0]), LINK.search(link)
            assert match is not None, link
            generation, number = int(match[1]), int(match[2])
            if number <= said["papers"][paper]["born"][generation]:
                repeats[paper, generation] += 1
        self.repeated = repeats.total()
        self.flooded = [f"{each}: {count}" for each, count in repeats.items() if count > REPEATS]

    @property
    def verdict(self) -> str:
        """The figures, in words."""
        return (
            f"{self.published:,} stories published, {self.told:,} told, {self.quarantined:,} in quarantine, "
            f"{len(self.lost)} lost, {len(self.twice)} twice, {len(self.odd)} otherwise than published, "
            f"{self.repeated} again by sites built anew"
        )


@pytest.mark.alone
async def test_of_feeds_that_misbehave_at_random_nothing_is_lost_or_told_twice_and_nothing_grows(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)  # ten thousand warnings are what is expected, and would be kept
    soaked = Soaked()
    before = len(list(Path("/proc/self/fd").iterdir()))
    with papers(FEEDS, SEED, STORY) as port:
        found = await _soak(port, f"sqlite:///{tmp_path / 's.db'}", soaked)
    after = len(list(Path("/proc/self/fd").iterdir()))
    answers = sum(found.answers.values())
    print(
        f"soak of feeds: {FEEDS:,} feeds, {SECONDS:g} s (seed {SEED}), {answers:,} polls, {found.verdict}; "
        f"{soaked.slope:+.2f} MB a minute ({soaked.grown:+.2f} MB in all), descriptors {before} before, "
        f"{min(soaked.descriptors)} to {max(soaked.descriptors)}, {after} after, the loop {soaked.late:.1f} ms late"
    )
    print(f"soak of feeds: {', '.join(f'{count} × {kind}' for kind, count in sorted(found.answers.items()))}")
    assert (found.lost, found.twice, found.odd, found.flooded) == ([], [], [], [])
    assert found.told > FEEDS * SECONDS / scale(20.0, 600.0)
    assert after <= before + KEPT
    if LONG:
        assert soaked.slope < SLOPE


async def _soak(port: int, store: str, soaked: Soaked) -> Account:
    """Read so many feeds for so long, then let everything settle."""

    def hooks(transport: Transport) -> dict[str, UnpacedHook]:
        return {"hook": UnpacedHook(transport, secret=SECRET)}

    desk = f"http://127.0.0.1:{port}"
    async with (
        opened(store, hooks) as site,
        Parsers(reads=["bot.sources.gather"]) as parsers,
        Client(allow_private=["127.0.0.0/8"], resolver=Here(port), deadline=HANGS / 2) as client,
        aiohttp.ClientSession(desk) as office,
    ):
        target = UnpacedHook.target({"webhook": f"{desk}/told"})
        await site.meet({"hook": [target]})
        watched = [
            (feed, SiteSource(feed.url, lambda url: FeedSource(url, client, parsers)))
            for feed in map(_feed, range(FEEDS))
        ]
        await site.inbox.meet([(feed, "feed") for feed, _ in watched])
        reader = account("hook", site.adapters["hook"], [target])
        await _remembers(site, BEFORE)
        dispatch = site.dispatch()
        ingest = Ingest(
            site.inbox, watched, [reader], site.adapters, Pictures(parsers), dispatch.wake, site.database.clock
        )
        async with driving(dispatch), asyncio.TaskGroup() as group:
            reading = group.create_task(ingest.run())
            await asyncio.sleep(SECONDS * WARM)
            gc.collect()
            beating = group.create_task(beat(soaked))
            await look(soaked, SECONDS * (1 - WARM))
            beating.cancel()
            found = await _settled(site, ingest, office)
            reading.cancel()
    return found


async def _remembers(site: Site, count: int) -> None:
    """Have so many stories told before, as many as are looked at for the same event: from here on it grows no more."""
    drawn = random.Random(SEED)
    stories = [Story.drawn(FEEDS, number, drawn) for number in range(count)]
    for first in range(0, count, AT_ONCE):
        await site.inbox.admit(FEED, [_told(story) for story in stories[first : first + AT_ONCE]])


def _told(told: Story) -> Admission:
    entry = Entry(
        id=f"archive {told.number}", link=f"http://archive.test/{told.number}", title=told.headline, summary=told.lead
    )
    story = replace(BARE, id=0, headline=told.headline, excerpt=told.lead, link=entry.link, published=None)
    story = replace(story, state=StoryState.ANNOUNCED)
    change = Change("new", entry, StoryState.ANNOUNCED)
    return Admission(change, story, keys(entry, FEED), fingerprint(entry), lead(entry), ())


def _feed(number: int) -> Feed:
    return Feed(f"{number}", f"http://paper{number}.test/feed", every=EVERY, fastest=EVERY)


async def _settled(site: Site, ingest: Ingest, office: aiohttp.ClientSession) -> Account:
    """The account, once nothing more is missing; or after a while, whatever is."""
    await office.post("/calm")
    until = time.monotonic() + SETTLED
    while True:
        for number in range(FEEDS):
            ingest.nudge(str(number))
        await asyncio.sleep(2.0)
        async with office.get("/account") as answer:
            said = json.loads(await answer.read())
        rows = await site.database.read(lambda c: c.rows("select headline, state from story"))
        found = Account.of(said, [(row["headline"], StoryState(row["state"])) for row in rows])
        if not found.lost or time.monotonic() > until:
            return found
