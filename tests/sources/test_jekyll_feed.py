"""A site known by its folder and by its own feed is one (issue 5, point 4; DESIGN.md section 6).

jekyll-feed writes each entry's id as ``post.id | absolute_url`` and its link as ``post.url | absolute_url``
(github.com/jekyll/jekyll-feed, lib/jekyll-feed/feed.xml). ``post.id`` is the folder of the URL and the slug
(github.com/jekyll/jekyll, lib/jekyll/document.rb, ``id``); ``absolute_url`` sets the site's address and baseurl before
it, percent-encodes, and composes letters (lib/jekyll/filters/url_filters.rb; Addressable's ``normalize``).
"""

import unicodedata
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from aiohttp import web

from bot.ingest import Ingest
from bot.model import Feed
from bot.ports import Parse, Source
from bot.sources.feed import FeedSource
from bot.sources.fetch import Client
from bot.sources.jekyll import JekyllSource
from tests.contracts.conftest import Store, account
from tests.newsdao import Darkroom, Plain, told
from tests.sources.site import Site

Serve = Callable[[Callable[[web.Request], Awaitable[web.StreamResponse]]], Awaitable[str]]
FOLDER, FEED = Feed("folder", "_posts", first_run=9), Feed("feed", "https://paper.test/feed.xml", first_run=9)
HANGUL = quote("한강-수위")


@pytest.mark.parametrize(
    "case",
    [
        ("2024-07-22-a.md", "", "", "/2024/07/22/a.html", "/2024/07/22/a"),
        ("2024-07-22-a.md", "", "permalink: pretty", "/2024/07/22/a/", "/2024/07/22/a"),
        ("2024-07-22-a.md", "", "permalink: none", "/a.html", "/a"),
        ("2024-07-22-a.md", "", "permalink: ordinal", "/2024/204/a.html", "/2024/204/a"),
        ("2024-07-22-a.md", "", "permalink: weekdate", "/2024/W30/Mon/a.html", "/2024/W30/Mon/a"),
        ("2024-07-22-a.md", "", "permalink: /:title", "/a", "/a"),
        ("2024-07-22-a.md", "", "baseurl: /blog", "/blog/2024/07/22/a.html", "/blog/2024/07/22/a"),
        ("2024-07-22-a.md", "permalink: /about/us/", "", "/about/us/", "/about/a"),
        ("2024-07-22-a.md", "permalink: /about.html", "", "/about.html", "/a"),
        ("2024-07-22-A b.md", "", "", "/2024/07/22/A-b.html", "/2024/07/22/A%20b"),
        ("2024-07-22-a.b.md", "", "", "/2024/07/22/a.b.html", "/2024/07/22/a.b"),
        ("2024-07-22-a.md", "slug: B c!", "", "/2024/07/22/B-c!.html", "/2024/07/22/B%20c!"),
        ("2024-07-22-a.md", "categories: [News, 정치]", "", f"/news/{quote('정치')}/2024/07/22/a.html", None),
        ("2024-07-22-한강-수위.md", "", "", f"/2024/07/22/{HANGUL}.html", f"/2024/07/22/{HANGUL}"),
        ("2024-07-22-한강 수위.md", "", "", f"/2024/07/22/{HANGUL}.html", f"/2024/07/22/{quote('한강 수위')}"),
        (
            unicodedata.normalize("NFD", "2024-07-22-한강-수위.md"),
            "",
            "",
            f"/2024/07/22/{HANGUL}.html",
            f"/2024/07/22/{HANGUL}",
        ),
        ("2024-07-22-a.md", "date: 2024-07-21 23:30:00 +0000", "", "/2024/07/22/a.html", "/2024/07/22/a"),
    ],
)
async def test_the_folder_gives_the_ids_of_the_sites_own_feed(
    site: Site, client: Client, here: Parse, case: tuple[str, str, str, str, str | None]
) -> None:
    name, front, config, link, identity = case
    (site.root / "_config.yml").write_text(f"url: https://paper.test\ntimezone: Asia/Seoul\n{config}", "utf-8")
    site.write(name, f"title: 제목\n{front}")
    [entry] = (await JekyllSource(site.posts, fetch=client, parse=here).read("")).entries
    assert quote(entry.link, safe=":/%!") == f"https://paper.test{link}"
    assert entry.id == f"https://paper.test{identity or link.removesuffix('.html')}"


ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title type="html">신문</title><id>https://paper.test/</id>
<updated>2024-07-22T10:00:00+09:00</updated>{entries}</feed>"""
ENTRY = """<entry><title type="html">“둑이 {slug}에서 무너졌다”</title>
<link href="https://paper.test/2024/07/22/{path}.html" rel="alternate" type="text/html" title="둑"/>
<published>2024-07-22T00:00:00+09:00</published><updated>2024-07-22T00:00:00+09:00</updated>
<id>https://paper.test/2024/07/22/{path}</id>
<content type="html">&lt;p&gt;{slug} 주민이 &lt;b&gt;대피했다&lt;/b&gt;.&lt;/p&gt;</content>
<summary type="html">{slug} 주민이 대피했다.</summary></entry>"""
SLUGS = ("여주", "이천", "plain")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store(tmp_path / "sokbo.db") as opened:
        await opened.meet(account())
        await opened.inbox.meet([(FOLDER, "jekyll"), (FEED, "feed")])
        yield opened


@pytest.mark.parametrize("first", ["folder", "feed"])
async def test_a_site_known_by_its_folder_and_its_feed_is_told_once_in_either_order(
    first: str, site: Site, client: Client, here: Parse, serve: Serve, store: Store
) -> None:
    for slug in SLUGS:
        site.write(f"2024-07-22-{slug}.md", f"title: '\"둑이 {slug}에서 무너졌다\"'", f"{slug} 주민이 **대피했다**.")

    async def handler(_: web.Request) -> web.Response:
        entries = "".join(ENTRY.format(slug=slug, path=quote(slug)) for slug in SLUGS)
        return web.Response(text=ATOM.format(entries=entries), content_type="application/atom+xml")

    sources: dict[str, tuple[Feed, Source]] = {
        "folder": (
            FOLDER,
            JekyllSource(site.posts, site="https://paper.test", zone="Asia/Seoul", fetch=client, parse=here),
        ),
        "feed": (FEED, FeedSource(await serve(handler) + "/feed.xml", client, here, "Asia/Seoul")),
    }
    second = {"folder": "feed", "feed": "folder"}[first]
    heard = []
    for name in (first, second, first, second):
        reading = Ingest(
            store.inbox, [sources[name]], (account(),), {"readers": Plain()}, Darkroom(), lambda: None, store.clock
        )
        await reading.once()
        heard.append(len(await told(store)))
    assert heard == [len(SLUGS), 0, 0, 0]
    stories = await store.ledger.stories(known=True)
    assert len(stories) == len(SLUGS)
    assert all(sorted(story["feeds"]) == ["feed", "folder"] for story in stories)
    assert {story["revision"] for story in stories} == {1}
