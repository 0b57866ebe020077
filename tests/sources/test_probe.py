"""What `sokbo feeds test` finds, and what it says is wrong (issue 5, item 8)."""

import datetime as dt
import json
from typing import Any

import pytest

from bot.errors import SourceError
from bot.ports import Fetched
from bot.sources.probe import Probe, probe

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
URL = "https://wire.example/feed"


async def look(body: str | bytes, kind: str = "", url: str = URL, **more: str) -> Probe:
    answer = Fetched(url, 200, {"content-type": kind, **more}, body if isinstance(body, bytes) else body.encode())

    async def fetch(url: str, **_: object) -> Fetched:
        return answer

    async def parse(function: Any, /, *args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return await probe(URL, fetch, parse, "Asia/Seoul", now=NOW)


def rss(*items: str, version: str = "2.0", head: str = "", encoding: str = "UTF-8") -> str:
    channel = f"<channel><title>통신사 소식</title><link>https://wire.example/</link>{head}{''.join(items)}</channel>"
    return f'<?xml version="1.0" encoding="{encoding}"?><rss version="{version}">{channel}</rss>'


def item(name: str, date: str = "Sun, 22 Nov 2026 10:00:00 GMT", more: str = "") -> str:
    link = f"<link>https://wire.example/{name}</link><guid>{name}</guid>"
    said = f"<title>{name}</title>{link}<pubDate>{date}</pubDate>{more}"
    return f"<item>{said}<description>소식이 있다.</description></item>"


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>a</title><id>x</id><link rel="hub" href="https://hub.example/"/>
<link href="https://wire.example/"/><entry><title>t</title><id>1</id><link href="https://wire.example/1"/>
<updated>2026-11-22T10:00:00Z</updated></entry></feed>"""
JSON = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "j",
    "home_page_url": "https://wire.example/",
    "hubs": [{"type": "WebSub", "url": "https://hub.example/"}],
    "items": [{"id": "1", "url": "https://wire.example/1", "title": "t", "date_published": "2026-11-22T10:00:00Z"}],
}


@pytest.mark.parametrize(
    ("body", "form", "hub"),
    [
        (rss(item("하나")), "RSS 2.0", ""),
        (rss(item("하나"), version="0.92"), "RSS 0.92", ""),
        (ATOM, "Atom 1.0", "https://hub.example/"),
        (json.dumps(JSON), "JSON Feed 1.1", "https://hub.example/"),
    ],
)
async def test_a_sound_feed_is_described_and_has_nothing_to_mend(body: str, form: str, hub: str) -> None:
    found = await look(body)
    assert (found.format, found.hub, found.site, found.entries, found.encoding) == (
        form,
        hub,
        "https://wire.example/",
        1,
        "utf-8",
    )
    assert (found.newest, found.problems) == (dt.datetime(2026, 11, 22, 10, tzinfo=dt.UTC), ())


async def test_the_hub_in_the_header_goes_before_the_one_inside() -> None:
    link = '<https://wire.example/feed>; rel="self", <https://other.example/>; rel="hub"'
    assert (await look(ATOM, link=link)).hub == "https://other.example/"


async def test_how_often_it_publishes_is_the_median_and_no_outlier_moves_it() -> None:
    hours = [item(str(hour), f"Sun, 22 Nov 2026 {hour:02}:00:00 GMT") for hour in range(1, 11)]
    found = await look(rss(*hours, item("old", "Sun, 22 Nov 2020 01:00:00 GMT")))
    assert found.every == dt.timedelta(hours=1)
    assert (await look(rss(item("alone")))).every is None


BARE = "<item><description>그저 소식이다.</description></item>"


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (rss(), "", "it holds no posts"),
        (rss(item("a"), item("a", more="<category>x</category>")), "", "posts share an id"),
        (rss(item("a"), BARE), "", "1 of 2 posts have no link"),
        (rss(item("a"), BARE), "", "1 of 2 posts have no date"),
        (rss(item("a"), BARE), "", "1 of 2 posts have no title"),
        (rss(item("a", "Sun, 29 Nov 2026 10:00:00 GMT")), "", "1 of 1 posts are dated ahead of now"),
        (rss(item("a", "Thu, 01 Jan 2026 10:00:00 GMT")), "", "nothing since 2026-01-01"),
        (rss(item("a & b")), "", "no well-formed XML"),
        (rss(item("하나 소식"), encoding="EUC-KR").encode("cp949"), "", None),
        (rss(item("하나 소식")).encode("cp949"), "", "says utf-8 and is cp949"),
    ],
)
async def test_what_is_wrong_is_said_with_its_mend(body: str | bytes, kind: str, words: str | None) -> None:
    found = await look(body, kind)
    said = [problem for problem in found.problems if words and words in problem.what]
    assert len(said) == (words is not None), found.problems
    assert all(problem.mend for problem in found.problems)


async def test_a_feed_that_has_moved_names_its_new_address() -> None:
    [problem] = (await look(rss(item("a")), url="https://new.example/feed")).problems
    assert problem.where == "https://new.example/feed"


HEAD = """<html><head><link rel="Alternate stylesheet" href="/s.css"><link rel=alternate type=text/html href=/en>
<link rel="alternate" type="application/atom+xml" href="../atom.xml"></head></html>"""


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<html><body>no feed</body></html>", "often /feed.xml"),
        (
            HEAD,
            "it names https://wire.example/atom.xml$",
        ),
        ("", "answered with nothing"),
        ('{"error": "no"}', "no JSON Feed"),
        ("<note/>", "neither RSS, Atom, RDF nor JSON Feed"),
    ],
)
async def test_what_is_no_feed_is_an_error_that_helps(body: str, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        await look(body)


async def test_damaged_bytes_are_said_to_be_so() -> None:
    body = rss(item("하나 소식" * 300)).encode()[:-1] + b">"
    assert (await look(body.replace(b"\xec\x86\x8c", b"\xec\x86", 1))).encoding == "utf-8, damaged"
