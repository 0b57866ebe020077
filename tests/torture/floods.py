"""What publishers do to whoever reads them, as a table: FAILURES.md section 3, row 20. Each poll of a case is written
down with what it may tell; pages are what a server answers, by their address.
"""

import datetime as dt
import gzip
import html
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain

from bot.model import UTC

SITE = "http://paper.test/"
FEED = f"{SITE}feed.xml"
MOVED = "http://www.paper.test/rss"
BEGAN = dt.datetime(2026, 11, 20, 21, 0, tzinfo=UTC)  #: when story 0 was published; one a minute
KIND = "application/rss+xml"


@dataclass(frozen=True)
class Page:
    """An answer; of its body only a ``share`` arrives before the connection breaks."""

    body: bytes = b""
    status: int = 200
    kind: str = KIND
    headers: Mapping[str, str] = field(default_factory=dict)
    share: float = 1.0


@dataclass(frozen=True)
class Poll:
    """What is answered, and the numbers of the stories that are told then: just these, or ``most`` with these."""

    pages: Mapping[str, Page]
    told: frozenset[int] = frozenset()
    most: int | None = None
    holds: frozenset[int] = frozenset()  #: the stories that can be read there
    times: int = 2  #: how often it is answered so; what is told is told at the first


@dataclass(frozen=True)
class Case:
    """What a publisher does, poll by poll, and who met it."""

    name: str
    polls: tuple[Poll, ...]
    first_run: int = 0
    taught: str = ""
    url: str = FEED
    gaps: int = 0  #: how often it must be said that stories may have been missed


# ── Documents ────────────────────────────────────────────────────────────────────────────────────────────────────


def numbered(number: int) -> str:
    """The address of a story."""
    return f"{SITE}{number}/"


def rebuilt(number: int) -> str:
    """Its address after a rebuild."""
    return f"{SITE}news/story-{number}.html"


def minute(number: int) -> str:
    """When a story was published."""
    return (BEGAN + dt.timedelta(minutes=number)).isoformat()


def told_so(number: int) -> str:
    """What a story says."""
    return f"{number}번째 이야기는 이렇게 시작한다."


def paper(
    numbers: Iterable[int],
    *,
    guid: Callable[[int], str] = lambda number: f"tag:paper.test,2026:{number}",
    link: Callable[[int], str] = numbered,
    date: Callable[[int], str] = minute,
    says: Callable[[int], str] = told_so,
) -> bytes:
    """A feed of these stories, the newest first."""
    items = "".join(
        f"<item><guid isPermaLink='false'>{html.escape(guid(n))}</guid><link>{html.escape(link(n))}</link>"
        f"<title>소식 {n}</title><description>{says(n)}</description><pubDate>{date(n)}</pubDate></item>"
        for n in sorted(numbers, reverse=True)
    )
    return f"<rss version='2.0'><channel><title>신문</title><link>{SITE}</link>{items}</channel></rss>".encode()


def news(numbers: Iterable[int], *told: int, most: int | None = None, **how: Callable[[int], str]) -> Poll:
    """A poll that finds these stories."""
    holds = frozenset(numbers)
    return Poll({FEED: Page(paper(holds, **how))}, frozenset(told), most, holds)


def answered(page: Page, *told: int) -> Poll:
    """A poll that is answered with something else."""
    return Poll({FEED: page}, frozenset(told))


def leads(to: str, status: int = 301) -> Page:
    """A redirect."""
    return Page(status=status, headers={"Location": to})


OLD = range(1, 31)
WHOLE = paper(range(2, 32))
SEEN = news(OLD)
FLOOD = 3  #: as many of a flood are sent
HTML = b"<!doctype html><title>502</title><h1>Bad Gateway</h1><p>nginx"
OTHER = paper(range(900, 930), link=lambda n: f"http://other.test/{n}", guid=lambda n: f"other-{n}")

# ── Floods ───────────────────────────────────────────────────────────────────────────────────────────────────────


def anew(*numbers: int, most: int | None = FLOOD, told: tuple[int, ...] = (), name: str = "new") -> Poll:
    """A site that was built anew, all of it: other ids, addresses, dates and words."""
    return news(
        numbers,
        *told,
        most=most,
        guid=lambda n: f"{name}-{n}",
        link=lambda n: f"{SITE}{name}/{n}.html",
        date=lambda n: (BEGAN + dt.timedelta(days=1, seconds=n)).isoformat(),
        says=lambda n: f"{name}: {n}번째를 다시 쓴다.",
    )


def part_of(poll: Poll, share: float) -> Poll:
    """The same, cut off."""
    whole = poll.pages[FEED].body
    return Poll({FEED: Page(whole[: int(share * len(whole))])}, times=1)


FLOODS = (
    Case("a new feed tells what its first run allows", (news(OLD, 28, 29, 30), news(range(2, 32), 31)), first_run=3),
    Case("a new feed that begins empty", (news(()), news(OLD, most=FLOOD), news(range(2, 32), 31))),
    Case(
        "a new feed that begins cut off",
        (
            Poll({FEED: Page(paper(OLD)[: len(paper(OLD)) // 2])}, holds=frozenset(range(16, 31))),
            news(OLD, most=FLOOD),
            news(range(2, 32), 31),
        ),
    ),
    Case(
        "other ids, nothing else",
        (SEEN, news(OLD, guid=lambda n: f"https://paper.test/?p={n}"), news(range(2, 32), 31)),
        taught="liferea#1195, FreshRSS#5151",
    ),
    Case(
        "other ids on the very poll that brings news",
        (SEEN, news(range(2, 32), 31, guid=lambda n: f"urn:uuid:{n}"), news(range(3, 33), 32)),
        taught="NetNewsWire#4520",
    ),
    Case(
        "other ids, and addresses that say the same",
        (SEEN, news(OLD, guid=str, link=lambda n: f"https://www.paper.test/{n}?utm_source=rss#more"), news((31,), 31)),
        taught="miniflux#797",
    ),
    Case(
        "other ids and other addresses under the same words",
        (SEEN, news(OLD, guid=rebuilt, link=rebuilt), news(range(2, 32), 31, guid=rebuilt, link=rebuilt)),
        taught="newrelic/docs-website#1271",
    ),
    Case(
        "a session's id in every id and address, another one with each poll",
        (
            SEEN,
            *(
                news(OLD, guid=lambda n, s=s: f"{numbered(n)}?sid={s}", link=lambda n, s=s: f"{numbered(n)}?sid={s}")  # type: ignore[misc]
                for s in "abc"
            ),
        ),
        taught="rssguard#343",
    ),
    Case(
        "a date that is always now",
        (SEEN, *(news(OLD, date=lambda n, h=h: f"2026-11-22T0{h}:00:00Z") for h in range(3))),  # type: ignore[misc]
        taught="miniflux#2358",
    ),
    Case("built anew, all of it", (SEEN, anew(*OLD), anew(*range(2, 32), told=(31,), most=None)), gaps=1),
    Case(
        "built anew, with news in it",
        (SEEN, anew(*range(2, 32), told=(31,)), anew(*range(3, 33), told=(32,), most=None)),
        gaps=1,
    ),
    Case(
        "built anew twice, and back", (SEEN, anew(*OLD), anew(*OLD, name="newer"), SEEN, news(range(2, 32), 31)), gaps=2
    ),
    Case(
        "read while it is built anew",
        (SEEN, part_of(anew(*OLD), 0.3), anew(*OLD), anew(*range(2, 32), told=(31,), most=None)),
        gaps=1,
    ),
    Case("three hundred stories of an archive", (SEEN, news(range(1, 331), most=FLOOD), news(range(2, 332), 331))),
)

# ── What turns over, and what comes back ─────────────────────────────────────────────────────────────────────────

ROTATIONS = (
    Case(
        "a short document that turns over between two polls",
        (news(range(1, 11)), *(news(range(n, n + 10), *range(n, n + 10)) for n in (11, 21, 31, 41))),
        taught="RSS-to-Telegram-Bot#200",
        gaps=4,
    ),
    Case("half of a document is new", (SEEN, news(range(16, 46), *range(31, 46)))),
    Case("a long document that turns over is a flood", (SEEN, news(range(31, 61), most=FLOOD)), gaps=1),
    Case(
        "old stories come back",
        (SEEN, news(range(11, 41), *range(31, 41)), news(OLD), news(range(2, 42), 41)),
        taught="yarr#87, miniflux#4075",
    ),
    Case(
        "one id for all stories",
        (news(OLD, guid=lambda _: "paper"), news(range(2, 33), 31, 32, guid=lambda _: "paper"), news((33,), 33)),
        taught="miniflux#4197, feedbin#604",
    ),
    Case(
        "an id is used again for another story",
        (SEEN, news(range(2, 32), 31, guid=lambda n: "tag:paper.test,2026:1" if n == 31 else str(n))),
        taught="miniflux#3186",
    ),
    Case(
        "no dates, no ids",
        (news(OLD, guid=lambda _: "", date=lambda _: ""), news((30, 31, 32), 31, 32, date=lambda _: "")),
    ),
    Case(
        "dates ahead of their time",
        (SEEN, news(range(2, 33), 31, 32, date=lambda n: "2099-01-01T00:00:00Z" if n > 30 else minute(n))),
        taught="NetNewsWire#2808",
    ),
)

# ── What is no feed ──────────────────────────────────────────────────────────────────────────────────────────────

#: What a server answers instead of a feed; of the last ones a part can be read, which was known.
INSTEAD: Mapping[str, Mapping[str, Page]] = {
    "an empty body": {FEED: Page()},
    "a feed without an item": {FEED: Page(paper(()))},
    "502 with a page": {FEED: Page(HTML, 502, "text/html")},
    "200 with a page": {FEED: Page(HTML, kind="text/html")},
    "200 with a page that says it is a feed": {FEED: Page(HTML)},
    "a proxy's words": {FEED: Page(b"upstream connect error", kind="text/plain")},
    "an error in JSON": {FEED: Page(b'{"error": 502}', kind="application/json")},
    "404": {FEED: Page(HTML, 404, "text/html")},
    "429": {FEED: Page(b"", 429, headers={"Retry-After": "3600"})},
    "a 304 for ever": {FEED: Page(status=304)},
    "for good to a page": {FEED: leads("http://parked.test/"), "http://parked.test/": Page(HTML, kind="text/html")},
    "for good to another feed": {FEED: leads("http://other.test/feed"), "http://other.test/feed": Page(b"nothing")},
    "round in circles": {FEED: leads(SITE), SITE: leads(FEED)},
    "gzip that breaks off": {FEED: Page(gzip.compress(WHOLE)[:-40], headers={"Content-Encoding": "gzip"})},
    "bytes that are no gzip": {FEED: Page(WHOLE, headers={"Content-Encoding": "gzip"})},
    "a body that breaks off": {FEED: Page(WHOLE, share=0.5)},
    "half a document": {FEED: Page(paper(OLD)[: len(paper(OLD)) // 2])},
    "a document cut in its last line": {FEED: Page(paper(OLD)[:-20])},
    "a document cut in its first line": {FEED: Page(WHOLE[:30])},
    "one attribute of a million letters": {FEED: Page(b"<rss a='" + b"x" * 1_000_000)},
}
BROKEN = tuple(
    Case(f"{name}, and well again", (SEEN, Poll(pages), news(range(2, 32), 31))) for name, pages in INSTEAD.items()
)

# ── Where it stands ──────────────────────────────────────────────────────────────────────────────────────────────


def at(place: str, numbers: Iterable[int], *told: int, **also: Page) -> Poll:
    """A poll that finds these stories at another address."""
    holds = frozenset(numbers)
    pages = {
        place: Page(paper(holds)),
        **{address: also[name] for name, address in (("feed", FEED), ("site", SITE)) if name in also},
    }
    return Poll(pages, frozenset(told), None, holds)


def names(feed: str) -> Page:
    """A site's page that names its feed."""
    return Page(f"<html><head><link rel=alternate type={KIND} href={feed}></head></html>".encode(), kind="text/html")


MOVES = (
    Case("it moves for good, and back", (SEEN, at(MOVED, range(2, 32), 31, feed=leads(MOVED)), news(range(3, 33), 32))),
    Case(
        "what it moved to is another feed later",
        (SEEN, at(MOVED, OLD, feed=leads(MOVED)), Poll({MOVED: Page(OTHER), FEED: Page(WHOLE)}, frozenset({31}))),
    ),
    Case(
        "a site whose feed is found, fails, and is found elsewhere",
        (
            at(FEED, OLD, site=names(FEED)),
            Poll({SITE: names(FEED), FEED: Page(HTML, 502)}),
            at(FEED, range(2, 32), 31, site=Page(HTML, 502)),
            at(MOVED, range(3, 33), 32, site=names(MOVED)),
        ),
        url=SITE,
    ),
)

CASES = tuple(chain(FLOODS, ROTATIONS, BROKEN, MOVES))
