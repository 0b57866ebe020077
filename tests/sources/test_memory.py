"""What a feed remembers: validators, bodies, and where it moved (fastladder#575; FAILURES.md, "error page with 200")"""

import base64
import gzip
import itertools
import json
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web

from bot.errors import SourceError, SourceGone
from bot.model import Entry, Secret
from bot.ports import Credentials, Parse
from bot.sources.feed import FeedSource
from bot.sources.fetch import Client
from bot.sources.gather import NAMED, REMEMBERED, gather
from bot.sources.item import MARK
from bot.sources.memory import AFRESH, Memory, marks

Serve = Callable[[Callable[[web.Request], Awaitable[web.StreamResponse]]], Awaitable[str]]


def rss(*guids: str) -> str:
    items = "".join(f'<item><guid isPermaLink="false">{guid}</guid><title>{guid}</title></item>' for guid in guids)
    return f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>'


class Clock:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


class Town:
    """One server whose paths are places that a feed may live at; each answers as it is told to."""

    def __init__(self, base: str = "") -> None:
        self.base = base
        self.places: dict[str, Callable[[web.Request], web.Response]] = {}
        self.asked: list[str] = []
        self.heard: list[dict[str, str]] = []

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        self.heard.append(dict(request.headers))
        return self.places[request.path](request)

    def feed(self, path: str, *guids: str, **headers: str) -> None:
        self.places[path] = lambda _: web.Response(text=rss(*guids), headers=headers)

    def status(self, path: str, status: int, to: str = "") -> None:
        self.places[path] = lambda _: web.Response(status=status, headers={"Location": to} if to else {})

    def page(self, path: str) -> None:
        self.places[path] = lambda _: web.Response(text="<html>This domain is for sale</html>")

    def since(self) -> list[str]:
        """The paths that were asked for since this was last asked."""
        asked, self.asked = self.asked, []
        return asked


@pytest.fixture
async def town(serve: Serve) -> Town:
    town = Town()
    town.base = await serve(town.answer)
    return town


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def source(town: Town, client: Client, here: Parse, clock: Clock) -> FeedSource:
    return FeedSource(town.base + "/own", client, here, now=clock)


def moved(cursor: str) -> str:
    return str(json.loads(cursor)["moved"])


# ── Moves ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def settle(town: Town, source: FeedSource) -> str:
    """The feed has moved from /own to /new, was read twice, and the move is remembered."""
    town.feed("/own", "a", "b")
    cursor = (await source.read("")).cursor
    town.status("/own", 301, "/new")
    town.feed("/new", "b", "c")
    reading = await source.read(cursor)
    assert [entry.id for entry in reading.entries] == ["c"]
    assert moved(reading.cursor) == town.base + "/new"
    assert town.since() == ["/own", "/own", "/new"]
    return reading.cursor


async def test_a_feed_that_moved_for_good_is_asked_where_it_lives_now(town: Town, source: FeedSource) -> None:
    cursor = await settle(town, source)
    town.feed("/new", "c", "d")
    reading = await source.read(cursor)
    assert town.since() == ["/new"]
    assert moved(reading.cursor) == town.base + "/new"
    town.status("/new", 308, "/newer")
    town.feed("/newer", "d", "e")
    reading = await source.read(reading.cursor)
    assert town.since() == ["/new", "/newer"]
    assert moved(reading.cursor) == town.base + "/newer"


async def test_the_same_body_at_its_new_place_is_the_same_feed(town: Town, source: FeedSource) -> None:
    town.feed("/own", "a")
    cursor = (await source.read("")).cursor
    town.status("/own", 301, "/new")
    town.feed("/new", "a")
    reading = await source.read(cursor)
    assert (reading.unchanged, moved(reading.cursor)) == (True, town.base + "/new")


@pytest.mark.parametrize("status", [302, 303, 307])
async def test_a_detour_is_not_remembered(town: Town, source: FeedSource, status: int) -> None:
    town.feed("/own", "a")
    cursor = (await source.read("")).cursor
    town.status("/own", status, "/new")
    town.feed("/new", "a", "b")
    assert moved((await source.read(cursor)).cursor) == ""


async def test_another_feed_at_the_new_place_is_read_and_not_remembered(town: Town, source: FeedSource) -> None:
    town.feed("/own", "a")
    cursor = (await source.read("")).cursor
    town.status("/own", 301, "/new")
    town.feed("/new", "x", "y")
    assert moved((await source.read(cursor)).cursor) == ""


async def test_a_first_reading_knows_nothing_and_remembers_no_move(town: Town, source: FeedSource) -> None:
    town.status("/own", 301, "/new")
    town.feed("/new", "a")
    cursor = (await source.read("")).cursor
    assert moved(cursor) == ""
    town.feed("/new", "a", "b")
    assert moved((await source.read(cursor)).cursor) == town.base + "/new"


async def test_what_is_no_feed_never_becomes_the_address(town: Town, source: FeedSource) -> None:
    town.feed("/own", "a")
    cursor = (await source.read("")).cursor
    town.status("/own", 301, "/new")
    town.page("/new")
    with pytest.raises(SourceError, match="HTML page"):
        await source.read(cursor)
    town.feed("/own", "a", "b")
    assert [entry.id for entry in (await source.read(cursor)).entries] == ["b"]


@pytest.mark.parametrize("trouble", ["404", "410", "500", "page", "another feed"])
async def test_a_new_place_that_fails_costs_nothing_for_the_feeds_own_is_asked_at_once(
    town: Town, source: FeedSource, trouble: str
) -> None:
    """Not even a 410, after which a feed would be retired: it is the place that is gone."""
    cursor = await settle(town, source)
    match trouble:
        case "page":
            town.page("/new")
        case "another feed":
            town.feed("/new", "x", "y")
        case status:
            town.status("/new", int(status))
    town.feed("/own", "c", "d")
    reading = await source.read(cursor)
    assert town.since() == ["/new", "/own"]
    assert [entry.id for entry in reading.entries] == ["d"]
    assert moved(reading.cursor) == ""


async def test_when_both_fail_it_is_the_feeds_own_that_is_told_of(town: Town, source: FeedSource) -> None:
    cursor = await settle(town, source)
    town.status("/new", 410)
    town.status("/own", 500)
    with pytest.raises(SourceError, match="500") as told:
        await source.read(cursor)
    assert not isinstance(told.value, SourceGone)
    town.status("/own", 410)
    with pytest.raises(SourceGone):
        await source.read(cursor)


async def test_once_a_day_the_address_of_the_configuration_is_asked_again(
    town: Town, source: FeedSource, clock: Clock
) -> None:
    cursor = await settle(town, source)
    clock.now += AFRESH
    town.feed("/own", "c", "d")
    reading = await source.read(cursor)
    assert town.since() == ["/own"]
    assert moved(reading.cursor) == ""


async def test_an_address_that_died_after_the_move_is_asked_once_a_day_and_no_more(
    town: Town, source: FeedSource, clock: Clock
) -> None:
    cursor = await settle(town, source)
    town.status("/own", 404)
    clock.now += AFRESH
    reading = await source.read(cursor)
    assert (reading.unchanged, moved(reading.cursor)) == (True, town.base + "/new")
    assert town.since() == ["/own", "/new"]
    await source.read(reading.cursor)
    assert town.since() == ["/new"]


async def test_credentials_stay_at_home_though_the_move_is_remembered(
    town: Town, client: Client, here: Parse, serve: Serve, clock: Clock
) -> None:
    other = Town()
    other.base = await serve(other.answer)
    credentials = Credentials(town.base + "/own", {"X-Key": Secret("hunter2")})
    source = FeedSource(town.base + "/own", client, here, credentials=credentials, now=clock)
    town.feed("/own", "a")
    cursor = (await source.read("")).cursor
    town.status("/own", 301, other.base + "/new")
    other.feed("/new", "a", "b")
    cursor = (await source.read(cursor)).cursor
    other.feed("/new", "b", "c")
    assert (await source.read(cursor)).entries
    assert [heard.get("X-Key") for heard in town.heard] == ["hunter2", "hunter2"]
    assert [heard.get("X-Key") for heard in other.heard] == [None, None]


# ── Validators ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("etag", "asked"),
    [
        ('"1"', '"1"'),
        ('W/"1"', 'W/"1"'),
        ('"1-gzip"', '"1-gzip", "1"'),
        ('W/"1--gzip"', 'W/"1--gzip", W/"1"'),
        ('"1;gzip"', '"1;gzip", "1"'),
        ('"gzip"', '"gzip"'),
        ("unquoted", "unquoted"),
        ("", None),
    ],
)
async def test_an_etag_is_given_back_as_it_came_and_as_it_was_before_it_was_packed(
    town: Town, source: FeedSource, etag: str, asked: str | None
) -> None:
    town.feed("/own", "a", **{"ETag": etag} if etag else {})
    await source.read((await source.read("")).cursor)
    assert town.heard[1].get("If-None-Match") == asked


async def test_a_server_that_answers_304_for_ever_costs_a_day_at_most(
    town: Town, source: FeedSource, clock: Clock
) -> None:
    """Some compare dates that never change, some cache the 304 itself."""
    town.feed("/own", "a", ETag='"1"')
    cursor = (await source.read("")).cursor
    fresh = web.Response

    def stuck(request: web.Request) -> web.Response:
        return fresh(status=304) if "If-None-Match" in request.headers else fresh(text=rss("a", "b"))

    town.places["/own"] = stuck
    for _ in range(3):
        clock.now += AFRESH / 4
        reading = await source.read(cursor)
        assert (reading.unchanged, reading.cursor) == (True, cursor), "an unchanged cursor is not written"
    clock.now += AFRESH / 4
    assert [entry.id for entry in (await source.read(cursor)).entries] == ["a", "b"]


async def test_a_304_to_a_question_without_conditions_is_an_error(town: Town, source: FeedSource) -> None:
    town.feed("/own", "a")
    cursor = (await source.read("")).cursor
    town.status("/own", 304)
    with pytest.raises(SourceError, match="304 to an unconditional"):
        await source.read(cursor)


async def test_the_same_body_packed_anew_is_not_parsed(town: Town, client: Client, clock: Clock) -> None:
    """Some servers write the time into every gzip header: other bytes, same body."""
    parsed, times = [], itertools.count(1)

    async def parse(function: Callable[..., list[Entry]], /, *arguments: object) -> list[Entry]:
        parsed.append(function)
        return function(*arguments)

    def packed(_: web.Request) -> web.Response:
        body = gzip.compress(rss("a").encode(), mtime=next(times))
        return web.Response(body=body, headers={"Content-Encoding": "gzip"})

    town.places["/own"] = packed
    source = FeedSource(town.base + "/own", client, parse, now=clock)  # type: ignore[arg-type]  # a parser of one function
    cursor = (await source.read("")).cursor
    assert (await source.read(cursor)).unchanged
    assert len(parsed) == 1


async def test_a_reading_says_how_long_it_stays_fresh(town: Town, source: FeedSource) -> None:
    town.feed("/own", "a", **{"Cache-Control": "max-age=900"})
    first = await source.read("")
    assert (first.fresh_for, (await source.read(first.cursor)).fresh_for) == (900, 900)


# ── The cursor itself ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_cursor_comes_back_as_it_was_and_stays_small() -> None:
    rss = "".join(f"<item><guid>{n}</guid><link>https://paper.test/{n}/</link></item>" for n in range(500))
    found = gather(f"<rss><channel>{rss}</channel></rss>".encode(), "application/xml", "https://paper.test/", "UTC")
    items = base64.b64encode(found.marks).decode()
    memory = Memory(
        "https://paper.test/feed", '"1"', "x", "0" * 64, "1" * 64, "https://b.test/", marks(found.names), items, 7.5
    )
    assert Memory.of(memory.cursor, memory.url) == memory
    assert (len(memory.seen), len(memory.items)) == (2 * NAMED, REMEMBERED * MARK * 4 // 3)
    assert len(memory.cursor) < 3_000, "three kilobytes a feed is all that ten thousand may take (issue 5)"


@pytest.mark.parametrize("cursor", ["", '{"url": "https://other.test/", "etag": "1"}'])
def test_a_cursor_of_another_address_says_nothing(cursor: str) -> None:
    assert Memory.of(cursor, "https://paper.test/") == Memory("https://paper.test/")


def test_a_cursor_of_an_older_version_says_what_it_knows() -> None:
    old = '{"url": "https://paper.test/", "etag": "1", "last_modified": "", "sha256": "2"}'
    assert Memory.of(old, "https://paper.test/") == Memory("https://paper.test/", etag="1", sha256="2")


def test_a_clock_that_was_set_back_is_no_reason_to_wait() -> None:
    assert Memory(afresh=1_000_000.0).is_stale(999_999.0)
    assert not Memory(afresh=1_000_000.0).is_stale(1_000_001.0)
