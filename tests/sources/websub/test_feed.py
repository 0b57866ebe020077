"""A feed says who pushes it, and is heard through its hub."""

from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web

from bot.errors import SourceError
from bot.parsers import Parsers
from bot.ports import Hears, Parse
from bot.sources.feed import FeedSource
from bot.sources.fetch import Client
from tests.sources.websub.conftest import DOCUMENT

Serve = Callable[[Callable[[web.Request], Awaitable[web.StreamResponse]]], Awaitable[str]]
HUB = "https://hub.test/"


@pytest.mark.parametrize("where", ["headers", "body", "neither"])
async def test_a_reading_says_which_hubs_push_under_which_name(
    client: Client, serve: Serve, parsers: Parsers, where: str
) -> None:
    links = f'<link rel="hub" href="{HUB}"/><link rel="self" href="/named.xml"/>' if where == "body" else ""

    async def handler(request: web.Request) -> web.Response:
        headers = {"Link": f'<{HUB}>; rel="hub"'} if where == "headers" else {}
        return web.Response(text=DOCUMENT.replace("<channel>", f"<channel>{links}"), headers=headers)

    base = await serve(handler)
    source = FeedSource(f"{base}/feed.xml", client, parsers)
    reading = await source.read("")
    expected = {"headers": ((HUB,), f"{base}/feed.xml"), "body": ((HUB,), f"{base}/named.xml"), "neither": ((), "")}
    assert (reading.hubs, reading.topic) == expected[where]
    assert not reading.partial
    again = await source.read(reading.cursor)
    assert (again.unchanged, again.hubs, again.topic) == (True, (), "")


async def test_a_delivery_is_read_by_the_same_parsers_and_is_a_part(client: Client, parsers: Parsers) -> None:
    source = FeedSource("https://paper.test/feed.xml", client, parsers)
    assert isinstance(source, Hears)
    item = "<item><link>/2/</link><title>둘째</title></item>"
    reading = await source.hear(f"<rss version='2.0'><channel>{item}</channel></rss>".encode("cp949"), "text/xml")
    assert [(entry.title, entry.link) for entry in reading.entries] == [("둘째", "https://paper.test/2/")]
    assert reading.partial


@pytest.mark.parametrize("body", ["", "ping", "<html></html>", "<rss version='2.0'><channel/></rss>", "{}"])
async def test_a_delivery_without_a_post_says_nothing(client: Client, here: Parse, body: str) -> None:
    with pytest.raises(SourceError):
        await FeedSource("https://paper.test/feed.xml", client, here).hear(body.encode(), "text/plain")
