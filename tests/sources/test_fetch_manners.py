"""The guarded client's manners: whom it tells what, where it was led, when it comes again, how it hands in forms."""

import asyncio
import gzip
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from yarl import URL

from bot.errors import SourceError
from bot.model import Secret
from bot.ports import Credentials
from bot.sources.address import secrets_for
from bot.sources.fetch import Client
from bot.sources.hosts import Hosts
from bot.sources.inflate import inflated
from bot.sources.wire import KEPT, Connector
from tests.sources.nowhere import Book

Serve = Callable[[Callable[[web.Request], Awaitable[web.StreamResponse]]], Awaitable[str]]
LOOPBACK = ["127.0.0.0/8"]

# ── Whom it tells what ───────────────────────────────────────────────────────────────────────────────────────────


KEY = Secret("hunter2-key")
LOGIN = Secret("Basic aHVudGVyMjpodW50ZXIy")


class Hop:
    """A server that leads on to another place, or answers, and notes what it was told."""

    def __init__(self, status: int = 200, to: str = "", **headers: str) -> None:
        self.status = status
        self.to = to
        self.headers = headers
        self.heard: list[dict[str, str]] = []
        self.forms: list[dict[str, str]] = []

    async def answer(self, request: web.Request) -> web.Response:
        self.heard.append(dict(request.headers))
        self.forms.append({name: str(value) for name, value in (await request.post()).items()})
        place = {"Location": self.to} if self.to else {}
        return web.Response(status=self.status, headers=place | self.headers)


async def test_credentials_and_headers_of_a_feed_follow_no_redirect_to_another_server(
    client: Client, serve: Serve
) -> None:
    """Not to another host, nor another port of the same; conditions do, for they are that answer's own."""
    there = Hop()
    here = Hop(301, await serve(there.answer) + "/feed")
    home = await serve(here.answer)
    credentials = Credentials(home + "/feed", {"X-Key": KEY, "Authorization": LOGIN})
    await client(home + "/feed", headers={"If-None-Match": '"1"'}, credentials=credentials)
    assert (here.heard[0]["X-Key"], here.heard[0]["Authorization"]) == (KEY.reveal(), LOGIN.reveal())
    assert here.heard[0]["If-None-Match"] == there.heard[0]["If-None-Match"] == '"1"'
    assert not {"X-Key", "Authorization"} & set(there.heard[0])


@pytest.mark.parametrize(
    ("asked", "hears"),
    [
        ("https://a.test/feed", True),
        ("https://a.test:443/elsewhere?x=1", True),
        ("https://A.TEST/", True),
        ("https://user@a.test/", True),
        ("http://a.test/feed", False),
        ("https://a.test:8443/", False),
        ("https://b.a.test/", False),
        ("https://a.test.b.test/", False),
        ("https://a.test@b.test/", False),
        ("https://xn--a-test/", False),
    ],
)
def test_home_is_one_server(asked: str, hears: bool) -> None:
    credentials = Credentials("https://a.test/feed", {"X-Key": KEY})
    assert bool(secrets_for(URL(asked), credentials)) is hears


def test_a_server_that_moved_itself_to_https_hears_them_still() -> None:
    credentials = Credentials("http://a.test/feed", {"X-Key": KEY})
    assert secrets_for(URL("https://a.test/feed"), credentials) == {"X-Key": KEY.reveal()}
    assert not secrets_for(URL("https://a.test:8443/feed"), credentials)
    assert not secrets_for(URL("https://a.test/"), Credentials("http://a.test:8080/", {"X-Key": KEY}))


async def test_a_name_in_the_address_is_used_and_not_shown(client: Client, serve: Serve) -> None:
    hop = Hop()
    answer = await client((await serve(hop.answer)).replace("//", "//desk:hunter2@") + "/feed")
    assert hop.heard[0]["Authorization"].startswith("Basic ")
    assert "hunter2" not in answer.url
    assert answer.url.endswith("/feed")


# ── Where it was led ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [
        ([], ""),
        ([301], "/1"),
        ([308], "/1"),
        ([302], ""),
        ([303], ""),
        ([307], ""),
        ([301, 308, 301], "/3"),
        ([301, 302], "/1"),
        ([302, 301], ""),
        ([301, 307, 301], "/1"),
    ],
)
async def test_only_an_unbroken_chain_of_permanent_redirects_is_a_move(
    client: Client, serve: Serve, statuses: list[int], moved: str
) -> None:
    async def handler(request: web.Request) -> web.Response:
        at = int(request.path[1:])
        if at == len(statuses):
            return web.Response(text="there")
        return web.Response(status=statuses[at], headers={"Location": f"/{at + 1}"})

    base = await serve(handler)
    answer = await client(base + "/0")
    assert answer.url == f"{base}/{len(statuses)}"
    assert answer.moved == (base + moved if moved else "")


# ── What it says about next time ─────────────────────────────────────────────────────────────────────────────────


async def test_a_known_body_is_told_by_its_bytes_and_not_unpacked(
    client: Client, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpacked = 0

    async def count(*arguments: Any) -> bytes:
        nonlocal unpacked
        unpacked += 1
        return await inflated(*arguments)

    monkeypatch.setattr("bot.sources.fetch.inflated", count)
    body = [gzip.compress("속보".encode(), mtime=0)]

    async def handler(request: web.Request) -> web.Response:
        assert request.headers["Accept-Encoding"] == "gzip, deflate"
        return web.Response(body=body[0], headers={"Content-Encoding": "gzip"})

    base = await serve(handler)
    first = await client(base)
    assert (first.body.decode(), first.same, unpacked) == ("속보", False, 1)
    again = await client(base, known=first.digest)
    assert (again.body, again.same, again.digest, unpacked) == (b"", True, first.digest, 1)
    body[0] = gzip.compress("속보입니다".encode(), mtime=0)
    other = await client(base, known=first.digest)
    assert (other.body.decode(), other.same) == ("속보입니다", False)
    assert other.digest != first.digest


@pytest.mark.parametrize(("status", "seconds"), [(429, 7200.0), (503, 7200.0), (500, 0.0), (404, 0.0)])
async def test_a_host_that_asks_for_rest_gets_it_for_all_its_feeds(
    client: Client, serve: Serve, status: int, seconds: float
) -> None:
    hop = Hop(status, **{"Retry-After": "7200"})
    base = await serve(hop.answer)
    with pytest.raises(SourceError, match=f"answered {status}") as told:
        await client(base + "/one")
    assert told.value.retry_after == seconds
    with pytest.raises(SourceError) as refused:
        await client(base + "/two")
    assert refused.value.retry_after == pytest.approx(seconds, abs=5)
    assert len(hop.heard) == (1 if seconds else 2)


@pytest.mark.parametrize("status", [200, 304])
async def test_an_answer_says_how_long_it_stays_fresh(client: Client, serve: Serve, status: int) -> None:
    hop = Hop(status, **{"Cache-Control": "max-age=600", "Age": "100"})
    assert (await client(await serve(hop.answer), headers={"If-None-Match": '"1"'})).fresh_for == 500


async def test_waiting_for_a_turn_costs_no_deadline(serve: Serve) -> None:
    async def handler(request: web.Request) -> web.Response:
        await asyncio.sleep(0.1)
        return web.Response()

    base = await serve(handler)
    async with Client(allow_private=LOOPBACK, deadline=0.3, hosts=Hosts(at_once=1)) as client:
        answers = await asyncio.gather(*(client(f"{base}/{number}") for number in range(6)))
    assert len(answers) == 6, "six tenths of a second, one after the other"


async def test_of_ten_thousand_hosts_few_connections_are_kept(serve: Serve) -> None:
    base = await serve(Hop().answer)
    port = URL(base).port
    names = {f"{number}.test": [["127.0.0.1"]] for number in range(3 * KEPT)}
    async with Client(allow_private=LOOPBACK, resolver=Book(names)) as client:
        await asyncio.gather(*(client(f"http://{name}:{port}/") for name in names))
        connector = client._session.connector  # type: ignore[union-attr]  # it is entered
        assert isinstance(connector, Connector)
        assert sum(map(len, connector._conns.values())) == KEPT
        newest = list(names)[-1]
        assert newest in {key.host for key in connector._conns}, "the one that has lain longest is closed"


async def test_a_connection_is_used_again(client: Client, serve: Serve) -> None:
    peers = set()

    async def handler(request: web.Request) -> web.Response:
        assert request.transport is not None
        peers.add(request.transport.get_extra_info("peername"))
        return web.Response()

    base = await serve(handler)
    for number in range(5):
        await client(f"{base}/{number}")
    assert len(peers) == 1


# ── Forms ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [307, 308])
async def test_a_form_is_posted_and_led_on_whole(client: Client, serve: Serve, status: int) -> None:
    """W3C WebSub, section 5.1: a hub may redirect a subscription with 307 or 308."""
    hub = Hop(202)
    first = Hop(status, await serve(hub.answer))
    form = {"hub.mode": "subscribe", "hub.topic": "https://paper.test/feed?a=1&b=2"}
    assert (await client.post(await serve(first.answer), form)).status == 202
    assert first.forms == hub.forms == [form]


@pytest.mark.parametrize("status", [301, 302, 303])
async def test_a_form_is_not_lost_on_the_way(client: Client, serve: Serve, status: int) -> None:
    with pytest.raises(SourceError, match=f"answered {status} to what was posted"):
        await client.post(await serve(Hop(status, "/there").answer), {"a": "b"})


async def test_a_form_that_is_refused_says_so(client: Client, serve: Serve) -> None:
    with pytest.raises(SourceError, match="answered 404"):
        await client.post(await serve(Hop(404).answer), {"a": "b"})
