"""What publishers do to whoever reads them, end to end: FAILURES.md section 3, row 20."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.ingest import Ingest
from bot.model import Feed
from bot.parsers import Parsers
from bot.pictures.prepare import Pictures
from bot.sources.feed import FeedSource
from bot.sources.fetch import Client
from bot.sources.hosts import Hosts
from bot.sources.site import SiteSource
from tests.bench.pollers import Here
from tests.contracts.conftest import Store, account
from tests.contracts.conftest import place as place  # noqa: PLC0414 - fixtures of the tests here
from tests.contracts.conftest import shared_url as shared_url  # noqa: PLC0414
from tests.contracts.conftest import store as store  # noqa: PLC0414
from tests.newsdao import Plain, told
from tests.torture.floods import CASES, FLOOD, Case, Page, Poll

LATER = 7_200.0  #: seconds between two polls: more than any backoff, and than 429 asks for here


@pytest.fixture(scope="module")
def parsers() -> Iterator[Parsers]:
    """One pool for all; it starts in this thread, because a child ends with the thread that has started it."""
    pool = Parsers(1, reads=["bot.sources.gather"])
    pool._schedule(partial(len, b""))[1].result()
    yield pool
    pool._pool.stop()  # type: ignore[no-untyped-call]  # pebble types only what it returns
    pool._pool.join()


@dataclass
class Publisher:
    """Answers whatever host is asked as its pages say now."""

    pages: dict[str, Page] = field(default_factory=dict)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        page = self.pages.get(f"http://{request.host}{request.path}", Page(status=404))
        response = web.StreamResponse(status=page.status, headers={"Content-Type": page.kind, **page.headers})
        response.content_length = len(page.body)
        await response.prepare(request)
        if page.share < 1:
            await response.write(page.body[: int(len(page.body) * page.share)])
            assert request.transport is not None
            request.transport.abort()
        elif page.body:
            await response.write(page.body)
        return response


@dataclass
class Bot:
    """One feed, read by real parts, and what its readers would get."""

    store: Store
    ingest: Ingest
    publisher: Publisher

    async def poll(self, pages: Poll) -> list[int]:
        """The numbers of the stories that are told, when this is what there is."""
        self.publisher.pages = dict(pages.pages)
        self.store.clock.forward(LATER)
        await self.ingest.once()
        return [_number(text) for text in await told(self.store)]

    async def states(self) -> list[tuple[int, str]]:
        """The number and the state of every story in the ledger."""
        stories = await self.store.ledger.stories(limit=1_000, known=True)
        return [(_number(story["headline"]), story["state"]) for story in stories]


def _number(headline: str) -> int:
    return int(headline.removeprefix("소식 "))


@asynccontextmanager
async def started(store: Store, parsers: Parsers, case: Case) -> AsyncIterator[Bot]:
    """A bot that watches the feed of a case."""
    publisher = Publisher()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", publisher.answer)
    feed = Feed("paper", case.url, first_run=case.first_run)
    await store.inbox.meet([(feed, "feed")])
    await store.meet(account())
    async with TestServer(app) as server:
        assert server.port is not None
        hosts = Hosts(clock=store.clock.monotonic)
        async with Client(allow_private=["127.0.0.0/8"], resolver=Here(server.port), hosts=hosts) as client:
            source = SiteSource(case.url, lambda url: FeedSource(url, client, parsers, now=store.clock.monotonic))
            parts = ((account(),), {"readers": Plain()}, Pictures(parsers), lambda: None)
            watched = [(feed, source)]
            ingest = Ingest(store.inbox, watched, *parts, store.clock, steady=store.clock.monotonic)
            yield Bot(store, ingest, publisher)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_at_most_three_of_a_flood_are_sent_and_nothing_is_lost_or_forgotten(
    store: Store, parsers: Parsers, case: Case
) -> None:
    """What is there is read twice: the second time there is nothing to tell."""
    sent = Counter[int]()
    async with started(store, parsers, case) as bot:
        for number, poll in enumerate(case.polls):
            found, *again = [await bot.poll(poll) for _ in range(poll.times)]
            assert not any(again), f"poll {number}: {again} were told again"
            _judge(poll, found, f"poll {number}")
            sent.update(found)
        states = await bot.states()
        [health] = [feed for feed in await store.ledger.feeds() if feed["name"] == "paper"]
    first = case.polls[0].holds
    published = frozenset[int]().union(*(poll.holds for poll in case.polls))
    kept = {number for number, state in states if state == "quarantined"}
    lost = published - first - set(sent) - kept
    forgotten = published - {number for number, _ in states}
    assert not lost
    assert not forgotten
    assert health["gaps"] == case.gaps
    assert health["failures"] == 0, "it recovers with the first good answer"
    polls = sum(poll.times for poll in case.polls)
    print(
        f"row 20: {case.name}: {sent.total()} sent in {polls} polls, {sent.total() - len(sent)} of them again, "
        f"{len(kept)} quarantined, {len(lost)} lost, {len(forgotten)} forgotten"
    )


def _judge(poll: Poll, found: Sequence[int], where: str) -> None:
    if poll.most is None:
        assert sorted(found) == sorted(poll.told), where
    else:
        assert len(found) <= poll.most <= FLOOD, where
        assert poll.told <= set(found), where
