"""A site's address finds its feed: by what its page names, else where feeds usually stand; and says where it was."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web

from bot.document import Picture
from bot.errors import SourceError
from bot.parsers import Parsers
from bot.ports import Fetch, Parse
from bot.sources import site as site_module
from bot.sources.discover import MOST, Page, feeds_of_page, is_page, usual_places
from bot.sources.feed import FeedSource, read_feed
from bot.sources.fetch import Client
from bot.sources.site import SiteSource
from tests.sources.corpus.made import channel, json_feed, rss, rss_item

Serve = Callable[[Callable[[web.Request], Awaitable[web.StreamResponse]]], Awaitable[str]]
PAGE = "https://paper.test/news/"


def page(*links: str, head: str = "") -> str:
    return f"<!doctype html><html lang=ko><head>{head}{''.join(links)}</head><body><p>소식</p></body></html>"


def link(href: str, kind: str = "application/rss+xml", title: str = "", rel: str = "alternate") -> str:
    return f'<link rel="{rel}" type="{kind}" title="{title}" href="{href}">'


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ((), []),
        ((link("/feed.xml"),), ["https://paper.test/feed.xml"]),
        ((link("feed.xml"),), ["https://paper.test/news/feed.xml"]),
        ((link("https://feeds.test/paper"),), ["https://feeds.test/paper"]),
        ((link("/a.xml", "application/atom+xml"), link("/r.xml")), ["https://paper.test/a.xml", "https://paper.test/r.xml"]),
        ((link("/j.json", "application/feed+json"), link("/r.xml")), ["https://paper.test/r.xml", "https://paper.test/j.json"]),
        ((link("/j.json", "application/feed+json"),), ["https://paper.test/j.json"]),
        ((link("/comments/feed/"), link("/feed/")), ["https://paper.test/feed/"]),
        ((link("/feed/c", title="신문 » 댓글 피드"), link("/feed/")), ["https://paper.test/feed/"]),
        ((link("/feed/c", title="Paper » Comments Feed"),), []),
        ((link("/?feed=comments-rss2"),), []),
        ((link("/feed/"), link("/news/feed/")), ["https://paper.test/news/feed/", "https://paper.test/feed/"]),
        ((link("https://other.test/news/x"), link("/news/feed/")), ["https://paper.test/news/feed/", "https://other.test/news/x"]),
        ((link("/wp-json/", "application/json"), link("/en/", "text/html"), link("/o.xml", "text/xml+oembed")), []),
        ((link("/f.xml", rel="stylesheet"),), []),
        ((link("/f.xml", rel="feed"),), ["https://paper.test/f.xml"]),
        ((link("/f.xml", rel="home ALTERNATE"),), ["https://paper.test/f.xml"]),
        ((link("/f.xml", "Application/RSS+XML; charset=utf-8"),), ["https://paper.test/f.xml"]),
        ((link("/f.xml"), link("/f.xml")), ["https://paper.test/f.xml"]),
        ((link("javascript:x"), link("")), []),
        (tuple(link(f"/{n}.xml") for n in range(9)), [f"https://paper.test/{n}.xml" for n in range(MOST)]),
    ],
)  # fmt: skip
def test_a_page_names_its_feeds_and_the_readers_own_comes_first(links: tuple[str, ...], expected: list[str]) -> None:
    assert list(feeds_of_page(page(*links), PAGE)) == expected


def test_a_pages_base_holds_for_its_feeds_too() -> None:
    assert feeds_of_page(page(link("f.xml"), head='<base href="/kr/">'), PAGE) == ("https://paper.test/kr/f.xml",)


@pytest.mark.parametrize(
    ("url", "first", "count"),
    [
        ("https://paper.test/", "https://paper.test/feed.xml", 6),
        ("https://paper.test", "https://paper.test/feed.xml", 6),
        ("https://paper.test/blog/", "https://paper.test/blog/feed.xml", 12),
        ("https://paper.test/blog", "https://paper.test/blog/feed.xml", 12),
        ("https://paper.test/blog?x=1", "https://paper.test/blog/feed.xml", 12),
    ],
)
def test_feeds_usually_stand_in_a_few_places(url: str, first: str, count: int) -> None:
    assert usual_places(url)[0] == first
    assert len(usual_places(url)) == count


def test_what_a_page_is_goes_with_its_feeds_through_a_process() -> None:
    import pickle

    found = pickle.loads(pickle.dumps(Page("a page", ("https://paper.test/f.xml",))))
    assert (str(found), found.feeds) == ("a page", ("https://paper.test/f.xml",))
    assert is_page("<!-- x --><HTML lang=ko>")
    assert not is_page("<rss><html>")


class Paper:
    """A site: pages and feeds by their paths, and what was asked for."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {"/": page(link("/rss.xml"))}
        self.feeds: dict[str, str] = {"/rss.xml": rss()}
        self.asked: list[str] = []

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        if request.path in self.feeds:
            return web.Response(text=self.feeds[request.path], content_type="application/xml")
        if request.path in self.pages:
            return web.Response(text=self.pages[request.path], content_type="text/html")
        return web.Response(status=404)


class Stage:
    """A paper on a server, and the source that reads it."""

    def __init__(self, paper: Paper, base: str, fetch: Fetch, parse: Parse) -> None:
        self.paper = paper
        self.base = base
        self._fetch = fetch
        self._parse = parse

    def source(self, path: str = "/") -> SiteSource:
        return SiteSource(self.base + path, self._feed)

    def _feed(self, url: str) -> FeedSource:
        return FeedSource(url, self._fetch, self._parse)


@pytest.fixture
async def stage(client: Client, serve: Serve, here: Parse) -> AsyncIterator[Stage]:
    paper = Paper()
    yield Stage(paper, await serve(paper.answer), client, here)


async def test_a_feeds_own_address_is_read_as_ever(stage: Stage) -> None:
    source = stage.source("/rss.xml")
    first = await source.read("")
    assert (len(first.entries), first.problems) == (1, ())
    assert (await source.read(first.cursor)).unchanged
    assert stage.paper.asked == ["/rss.xml", "/rss.xml"]


async def test_a_page_leads_to_its_feed_which_is_remembered_and_said_once(stage: Stage) -> None:
    source = stage.source()
    first = await source.read("")
    assert len(first.entries) == 1
    (problem,) = first.problems
    assert str(problem) == (
        f'{stage.base}/rss.xml: its address is a page\'s; the feed was found (write url = "{stage.base}/rss.xml")'
    )
    again = await source.read(first.cursor)
    assert (again.unchanged, again.problems) == (True, ())
    stage.paper.feeds["/rss.xml"] = channel(rss_item(guid="", link="<link>/2</link>") + rss_item())
    assert len((await source.read(again.cursor)).entries) == 1, "the feed's own memory is kept"
    assert stage.paper.asked == ["/", "/rss.xml", "/rss.xml", "/rss.xml"]


async def test_a_page_without_links_leads_to_where_feeds_usually_stand(stage: Stage) -> None:
    stage.paper.pages = {"/": page(), "/feed.xml": page()}
    stage.paper.feeds = {"/atom.xml": rss()}
    assert len((await stage.source().read("")).entries) == 1
    assert stage.paper.asked == ["/", "/feed.xml", "/feed", "/rss", "/rss.xml", "/atom.xml"]


async def test_a_feed_that_is_none_is_passed_over(stage: Stage) -> None:
    stage.paper.pages["/"] = page(link("/gone.xml"), link("/feed.json", "application/feed+json"))
    stage.paper.feeds = {"/feed.json": json_feed()}
    assert (await stage.source().read("")).total == 1


async def test_a_site_without_a_feed_is_an_error_after_a_bounded_search(stage: Stage) -> None:
    stage.paper.pages["/"] = page(*(link(f"/{n}.xml") for n in range(30)))
    stage.paper.feeds = {}
    with pytest.raises(Page, match=r"^127\.0\.0\.1 answered with an HTML page"):
        await stage.source().read("")
    assert len(stage.paper.asked) == 1 + MOST + 6


async def test_a_search_that_takes_too_long_ends(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_module, "DEADLINE", 0.0)
    with pytest.raises(Page):
        await stage.source().read("")


async def test_a_feed_that_vanishes_is_looked_for_again(stage: Stage) -> None:
    source = stage.source()
    cursor = (await source.read("")).cursor
    stage.paper.feeds = {"/new.xml": rss()}
    stage.paper.pages["/"] = page(link("/new.xml"))
    reading = await source.read(cursor)
    assert reading.problems[0].where == f"{stage.base}/new.xml"
    assert (await source.read(reading.cursor)).unchanged


@pytest.mark.parametrize("links", [(link("/rss.xml"),), (), (link("/other.xml"),)])
async def test_a_feed_that_only_fails_stays_the_one(stage: Stage, links: tuple[str, ...]) -> None:
    source = stage.source()
    cursor = (await source.read("")).cursor
    stage.paper.feeds = {"/rss.xml": "<broken"}
    stage.paper.pages["/"] = page(*links)
    with pytest.raises(SourceError, match="neither RSS"):
        await source.read(cursor)
    stage.paper.feeds = {"/rss.xml": rss()}
    assert (await source.read(cursor)).unchanged


async def test_a_page_that_fails_too_leaves_the_feeds_own_error(stage: Stage) -> None:
    source = stage.source()
    cursor = (await source.read("")).cursor
    stage.paper.feeds, stage.paper.pages = {}, {}
    with pytest.raises(SourceError, match="answered 404"):
        await source.read(cursor)


async def test_a_site_that_becomes_a_feed_is_one(stage: Stage) -> None:
    source = stage.source()
    cursor = (await source.read("")).cursor
    stage.paper.feeds = {"/": rss()}
    reading = await source.read(cursor)
    assert (len(reading.entries), reading.problems) == (1, ())
    assert (await source.read(reading.cursor)).unchanged


async def test_a_page_in_a_feeds_place_is_a_failure_and_no_site(stage: Stage) -> None:
    """FAILURES.md section 1, "error page with 200": never follow what is not the same feed."""
    source = stage.source("/rss.xml")
    cursor = (await source.read("")).cursor
    stage.paper.feeds = {"/other.xml": rss()}
    stage.paper.pages["/rss.xml"] = page(link("/other.xml"))
    with pytest.raises(Page):
        await source.read(cursor)
    assert "/other.xml" not in stage.paper.asked


async def test_a_site_that_was_renamed_is_looked_at_afresh(stage: Stage) -> None:
    cursor = (await stage.source().read("")).cursor
    stage.paper.pages["/kr/"] = page(link("/rss.xml"))
    assert len((await stage.source("/kr/").read(cursor)).entries) == 1


async def test_pictures_and_pages_are_the_feeds(stage: Stage) -> None:
    source = stage.source()
    assert await source.picture(Picture(stage.base + "/rss.xml")) == rss().encode()
    assert await source.answers(stage.base + "/")
    assert b"<p>" in (await source.page(stage.base + "/")).body


async def test_a_page_is_read_in_a_parser_and_its_feeds_come_back(parsers: Parsers) -> None:
    with pytest.raises(Page) as found:
        await parsers(read_feed, page(link("/f.xml")).encode(), "text/html", PAGE, "UTC")
    assert found.value.feeds == ("https://paper.test/f.xml",)


async def test_what_a_hub_delivers_stands_where_the_feed_was_found(stage: Stage) -> None:
    stage.paper.pages["/"] = page(link("/blog/rss.xml"))
    stage.paper.feeds = {"/blog/rss.xml": rss()}
    source = stage.source()
    await source.read("")
    delivered = "<rss><channel><item><guid>7</guid><link>7.html</link></item></channel></rss>"
    [entry] = (await source.hear(delivered.encode(), "application/rss+xml")).entries
    assert entry.link == f"{stage.base}/blog/7.html"
