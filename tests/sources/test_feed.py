"""RSS, Atom, RDF and JSON Feed become entries; what is none of them is said in words (FAILURES.md section 1)."""

import datetime as dt
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.document import Document, Picture
from bot.errors import PictureError, SourceError
from bot.model import Entry
from bot.parsers import Parsers
from bot.ports import Parse, Watches
from bot.sources import web as web_module
from bot.sources.feed import FeedSource, read_feed
from bot.sources.fetch import Client
from bot.text.plain import text_of

Serve = Callable[[Callable[[web.Request], Awaitable[web.StreamResponse]]], Awaitable[str]]
FEEDS = Path(__file__).parent.parent / "data" / "feeds"
URL = "https://paper.test/feed.xml"
NINE = dt.datetime(2024, 7, 22, 0, 0, tzinfo=dt.UTC)  # nine in Seoul


def read(name: str) -> list[Entry]:
    return read_feed((FEEDS / name).read_bytes(), "", URL, "Asia/Seoul")


def read_text(text: str) -> list[Entry]:
    return read_feed(text.encode(), "", URL, "Asia/Seoul")


def rss(items: str) -> str:
    return f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>'


def test_an_entry_of_rss_says_all_that_its_source_said() -> None:
    entry = read("wordpress.xml")[0]
    assert entry.id == "https://paper.test/?p=101"
    assert entry.link == "https://paper.test/2024/07/fountain/?utm_source=rss"
    assert entry.title == "시청 앞 분수대 & 광장, 8월 <재개장>"
    assert entry.summary == "분수대가 3년 만에 열린다."
    assert text_of(entry.content).startswith("분수대가 3년 만에 열린다.")
    assert entry.categories == ("지역", "Culture")
    assert (entry.published, entry.due, entry.breaking) == (NINE, None, False)
    assert entry.picture == Picture("https://paper.test/img/fountain.jpg", "분수대")
    assert (entry.language.lower(), entry.origin) == ("ko-kr", URL)


def test_a_summary_keeps_the_lines_of_its_markup_and_no_others() -> None:
    """Subheads and captions are lines of their own; so an excerpt can tell them from the lead (issue 3, point 4)."""
    described = "<item><title>가</title><description>{}</description></item>".format
    marked, plain = read_text(
        rss(described("&lt;p&gt;안개 속\n 항로&lt;br&gt;둘째&lt;/p&gt;글") + described("첫\n줄  이어짐"))
    )
    assert (marked.summary, plain.summary) == ("안개 속 항로\n둘째\n글", "첫 줄 이어짐")


def test_a_naive_date_is_read_in_the_feeds_zone_and_an_absurd_one_is_none() -> None:
    assert [entry.published for entry in read("wordpress.xml")] == [NINE, NINE, NINE, None]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Mon, 22 Jul 2024 00:00:00 GMT", NINE),
        ("Mon, 22 Jul 2024 00:00:00 -0000", NINE),
        ("Sun, 21 Jul 2024 20:00:00 EDT", NINE),
        ("2024-07-22T00:00:00Z", NINE),
        ("2024-07-22", NINE - dt.timedelta(hours=9)),
        ("2024-07-22 09:00:00", NINE),
        ("Tue, 22 Jul 2999 09:00:00 +0900", dt.datetime(2999, 7, 22, tzinfo=dt.UTC)),
        ("2024년 07월 22일 09:00:00", NINE),
        ("2024.7.22 오전 9:00", NINE),
        ("2024-07-22 오후 9:00:00", NINE + dt.timedelta(hours=12)),
        ("2024/07/22", NINE - dt.timedelta(hours=9)),
        ("2024.13.22", None),
        ("0000-00-00", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("soon", None),
    ],
)
def test_dates_are_read_as_people_write_them(raw: str, expected: dt.datetime | None) -> None:
    assert read_text(rss(f"<item><guid>1</guid><pubDate>{raw}</pubDate></item>"))[0].published == expected


def test_the_picture_is_the_one_its_source_names_before_any_in_the_body() -> None:
    pictures = [entry.picture.url if entry.picture else "" for entry in read("wordpress.xml")]
    assert pictures == [
        "https://paper.test/img/fountain.jpg",
        "https://paper.test/img/second.jpg",
        "https://cdn.paper.test/small.png",
        "https://cdn.paper.test/four.png",
    ]


def test_an_entry_without_guid_goes_by_its_link_and_without_link_by_a_hash() -> None:
    _, by_link, by_hash, _ = read("wordpress.xml")
    assert by_link.id == by_link.link == "https://paper.test/2024/07/second/"
    assert by_hash.id.startswith("sha256:")
    assert by_hash.id == read("wordpress.xml")[2].id
    assert by_hash.link == ""


def test_atom_brings_its_own_base_and_marks() -> None:
    one, two = read("atom.xml")
    assert one.id == "https://paper.test/blog/2024/07/22/one"
    assert one.link == "https://paper.test/blog/2024/07/22/one/"
    assert one.title == "Bread & roses"
    assert one.summary == "A short one"
    assert one.picture == Picture("https://paper.test/blog/2024/07/22/one/one.jpg", "one")
    assert (one.published, one.updated) == (NINE, NINE + dt.timedelta(hours=1, minutes=30))
    assert one.language == "en"
    assert two.title == "Plain < simple"
    assert text_of(two.content) == "First.\nSecond."


def test_rdf_is_read_too() -> None:
    (entry,) = read("rdf.xml")
    assert (entry.title, entry.link) == ("An old kind of feed", "https://paper.test/old")
    assert (entry.published or entry.updated) == NINE


def test_json_feed_is_read_by_its_own_words() -> None:
    seven, eight, nine = read("feed.json")
    assert (seven.id, seven.link, seven.title) == ("7", "https://paper.test/seven", "일곱 번째")
    assert (seven.summary, seven.categories, seven.language) == ("한 줄 요약", ("지역",), "ko")
    assert (seven.published, seven.updated) == (NINE, NINE + dt.timedelta(hours=1))
    assert seven.picture == Picture("https://paper.test/img/hero.jpg")
    assert (eight.link, eight.language, eight.title) == ("https://elsewhere.test/8", "en", "")
    assert text_of(eight.content) == "첫째.\n둘째 <b>."
    assert (eight.published, eight.picture) == (None, None)
    assert (nine.id, nine.title) == ("https://paper.test/9", "")
    assert nine.picture == Picture("https://paper.test/img/9.jpg")


@pytest.mark.parametrize(
    "empty",
    [
        rss(""),
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title></feed>',
        '{"version": "https://jsonfeed.org/version/1", "items": []}',
        '{"version": "https://jsonfeed.org/version/1"}',
    ],
)
def test_a_feed_without_entries_is_a_feed(empty: str) -> None:
    assert read_text(empty) == []


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("<!DOCTYPE html><html><body>502 Bad Gateway</body></html>", "answered with an HTML page, not a feed"),
        ("\n<!-- theme --><html lang=ko><rss>", "answered with an HTML page, not a feed"),
        ("", "answered with nothing"),
        ("  \n", "answered with nothing"),
        ('{"error": "rate limit"}', "no JSON Feed"),
        ('{"version": "2.0"}', "no JSON Feed"),
        ("[1, 2]", "no JSON Feed"),
        ('{"version": ', "broken JSON"),
        ("[" * 100_000, "broken JSON"),
        ("Not found", "neither RSS, Atom, RDF nor JSON Feed"),
        ("<svg xmlns='http://www.w3.org/2000/svg'/>", "neither RSS"),
        ("/etc/passwd", "neither RSS"),  # feedparser opens a string that names a file
    ],
)
def test_what_is_no_feed_is_said_in_words(document: str, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        read_text(document)


def test_an_entry_that_is_cut_off_is_not_told() -> None:
    whole = rss("<item><guid>1</guid><title>첫째</title></item><item><guid>2</guid><title>둘째 소식</title></item>")
    assert [entry.title for entry in read_text(whole + "<!-- cached -->")] == ["첫째", "둘째 소식"]
    assert [entry.title for entry in read_text(whole[: whole.index(" 소식")])] == ["첫째"]


def test_a_bare_ampersand_and_a_control_character_cost_nothing() -> None:
    # lxml in recovery drops every later entity; feedparser-rs loses the entry (PERFORMANCE.md section 1, "Traps found")
    broken = "R&D&nbsp;&lt;예산&gt;\x0b &#11;&#54620;글 &none; <![CDATA[A&B]]>"
    text = rss(f"<item><guid>1</guid><title>{broken}</title></item><item><guid>2</guid><title>b</title></item>")
    assert [entry.title for entry in read_text(text)] == ["R&D <예산> 한글 &none; A&B", "b"]


LAUGHS = (
    '<!DOCTYPE rss [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]>"
)


@pytest.mark.parametrize(
    "hostile",
    [
        LAUGHS + rss("<item><guid>1</guid><title>&j;</title></item>"),
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        + rss("<item><guid>1</guid><title>&x;</title></item>"),
        '<!DOCTYPE rss SYSTEM "file:///etc/passwd">' + rss("<item><guid>1</guid></item>"),
        rss("<item><guid>1</guid><description>" + "<b>" * 5_000 + "</description></item>"),
        "<rss><channel>" + "<item>" * 2_000,
        '<rss><channel><item a="' + "x" * 1_000_000,
    ],
)
async def test_hostile_xml_ends_soon_and_says_nothing_of_this_machine(parsers: Parsers, hostile: str) -> None:
    # FAILURES.md section 1, "XML bombs / CPU"; feedparser#107
    try:
        entries = await parsers(read_feed, hostile.encode(), "", URL, "UTC")
    except SourceError:
        return
    assert sum(len(entry.title) for entry in entries) < 10_000
    assert not any("root:" in entry.title + entry.summary for entry in entries)


class Site:
    """A feed on a server, with validators, and what it was asked."""

    def __init__(self) -> None:
        self.text = rss("<item><guid>1</guid><title>첫째</title></item>")
        self.tag = '"1"'
        self.conditional = True
        self.asked: list[dict[str, str]] = []

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(dict(request.headers))
        if self.conditional and self.tag and request.headers.get("If-None-Match") == self.tag:
            return web.Response(status=304)
        headers = {"ETag": self.tag, "Last-Modified": "Mon, 22 Jul 2024 00:00:00 GMT"} if self.tag else {}
        return web.Response(text=self.text, content_type="application/rss+xml", headers=headers)


async def test_a_feed_is_asked_for_what_is_new_and_parsed_only_when_it_changed(
    client: Client, serve: Serve, parsers: Parsers
) -> None:
    site, parsed = Site(), []

    async def parse(function: Any, /, *arguments: Any) -> Any:
        parsed.append(function)
        return await parsers(function, *arguments)

    source = FeedSource(await serve(site.answer), client, parse)  # type: ignore[arg-type]
    assert not isinstance(source, Watches)
    first = await source.read("")
    assert [entry.title for entry in first.entries] == ["첫째"]
    assert (first.total, first.unchanged) == (1, False)
    again = await source.read(first.cursor)
    assert (again.unchanged, again.cursor, again.entries) == (True, first.cursor, ())
    assert site.asked[1]["If-None-Match"] == '"1"'
    assert site.asked[1]["If-Modified-Since"] == "Mon, 22 Jul 2024 00:00:00 GMT"
    site.conditional = False
    assert (await source.read(again.cursor)).unchanged, "the very same body is not parsed again"
    assert len(parsed) == 1
    site.text = site.text.replace("첫째", "둘째")
    assert (await source.read(again.cursor)).entries[0].title == "둘째"


async def test_a_feed_without_validators_is_told_apart_by_its_body(client: Client, serve: Serve, here: Parse) -> None:
    site = Site()
    site.tag = ""
    source = FeedSource(await serve(site.answer), client, here)
    cursor = (await source.read("")).cursor
    assert (await source.read(cursor)).unchanged
    assert "If-None-Match" not in site.asked[1]


async def test_a_cursor_of_another_address_is_not_used(client: Client, serve: Serve, here: Parse) -> None:
    site = Site()
    base = await serve(site.answer)
    cursor = (await FeedSource(base + "/old", client, here).read("")).cursor
    reading = await FeedSource(base + "/new", client, here).read(cursor)
    assert not reading.unchanged
    assert "If-None-Match" not in site.asked[1]
    assert json.loads(reading.cursor)["url"] == base + "/new"


def numbered(*numbers: int) -> str:
    return rss("".join(f"<item><guid isPermaLink='false'>{n}</guid><title>소식 {n}</title></item>" for n in numbers))


async def test_of_a_feed_that_changed_only_what_is_new_is_given_and_all_is_counted(
    client: Client, serve: Serve, parsers: Parsers
) -> None:
    """Most of a changed feed was there before; its bodies would cost ten times what the document does."""
    site = Site()
    source = FeedSource(await serve(site.answer), client, parsers)
    site.text, site.tag = numbered(2, 1), '"1"'
    cursor = (await source.read("")).cursor
    cursor = (await source.read(cursor)).cursor  # 304
    site.conditional = False
    cursor = (await source.read(cursor)).cursor  # the very same body
    site.text = numbered(3, 2, 1)
    reading = await source.read(cursor)
    assert ([entry.id for entry in reading.entries], reading.total, reading.unchanged) == (["3"], 3, False)
    site.text = site.text.replace("소식 2", "고친 소식 2")
    assert [entry.title for entry in (await source.read(reading.cursor)).entries] == ["고친 소식 2"]
    assert [entry.id for entry in (await source.read("")).entries] == ["3", "2", "1"], "who remembers nothing gets all"


async def test_a_failed_answer_forgets_nothing(client: Client, serve: Serve, parsers: Parsers) -> None:
    """FAILURES.md section 3, row 20: empty, 502 page, truncated XML: 0 forgotten (yarr#87, miniflux#1409)."""
    site = Site()
    site.tag = ""
    source = FeedSource(await serve(site.answer), client, parsers)
    site.text = numbered(3, 2, 1)
    cursor, given = (await source.read("")).cursor, 0
    for answer in ("", "<!doctype html><h1>502 Bad Gateway</h1>", "upstream connect error", '{"error": 502}'):
        site.text = answer
        with pytest.raises(SourceError):
            await source.read(cursor)
        site.text = numbered(3, 2, 1)
        assert (await source.read(cursor)).unchanged
    for length in range(60, len(numbered(3, 2, 1)), 40):
        site.text = numbered(3, 2, 1)[:length]
        try:
            cut = await source.read(cursor)
        except SourceError:
            continue
        given += len(cut.entries)
        site.text = numbered(4, 3, 2, 1)
        assert "4" in [entry.id for entry in (await source.read(cut.cursor)).entries]
    assert given == 0, "what is left of them was known"
    print("row 20: empty, 502 page, truncated XML: 0 forgotten, 0 told again")


async def test_a_feed_that_is_too_long_says_so(client: Client, serve: Serve, parsers: Parsers) -> None:
    site = Site()
    site.text = numbered(*range(2_010))
    reading = await FeedSource(await serve(site.answer), client, parsers).read("")
    assert (len(reading.entries), reading.total) == (2_000, 2_010)
    assert "10 of 2,010 items were left out" in str(reading.problems[0])


async def test_a_304_that_nobody_asked_for_is_an_error(client: Client, serve: Serve, here: Parse) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=304)

    with pytest.raises(SourceError, match="304 to an unconditional"):
        await FeedSource(await serve(handler), client, here).read("")


async def test_an_error_names_the_host(client: Client, serve: Serve, parsers: Parsers) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(text="<html>", content_type="text/html")

    with pytest.raises(SourceError, match=r"^127\.0\.0\.1 answered with an HTML page"):
        await FeedSource(await serve(handler) + "/feed?key=hunter2", client, parsers).read("")


async def test_pictures_and_links_are_asked_for_by_the_guarded_client(
    client: Client, serve: Serve, here: Parse, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def handler(request: web.Request) -> web.Response:
        if request.path != "/there":
            raise web.HTTPNotFound
        return web.Response(body=b"12345")

    base = await serve(handler)
    source = FeedSource(base, client, here)
    assert await source.picture(Picture(base + "/there")) == b"12345"
    assert await source.answers(base + "/there")
    assert not await source.answers(base + "/elsewhere")
    with pytest.raises(PictureError, match="answered 404"):
        await source.picture(Picture(base + "/elsewhere"))
    monkeypatch.setattr(web_module, "LARGEST_PICTURE", 4)
    with pytest.raises(PictureError, match="more than"):
        await source.picture(Picture(base + "/there"))


def test_a_body_without_words_is_an_empty_document() -> None:
    assert read_text(rss("<item><guid>1</guid></item>"))[0].content == Document()
