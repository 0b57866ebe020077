"""The guarded client against servers that misbehave (FAILURES.md section 1; PEERS.md 14)."""

import asyncio
import gzip
import time
import traceback
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web

from bot.errors import SourceError, SourceGone
from bot.sources.fetch import Client
from bot.sources.wire import Names
from tests.sources.nowhere import Book
from tests.torture.scale import within

Serve = Callable[[Callable[[web.Request], Awaitable[web.StreamResponse]]], Awaitable[str]]
LOOPBACK = ["127.0.0.0/8"]


async def test_an_answer_comes_with_its_address_status_headers_and_body(client: Client, serve: Serve) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(text="속보", headers={"ETag": '"1"'})

    base = await serve(handler)
    answer = await client(base + "/feed?key=1")
    assert (answer.url, answer.status, answer.body.decode()) == (base + "/feed?key=1", 200, "속보")
    assert answer.headers["etag"] == '"1"'


async def test_the_client_says_who_it_is_and_keeps_nothing(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    seen: list[web.Request] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append(request)
        return web.Response(headers={"Set-Cookie": "a=b"})

    base = await serve(handler)
    async with Client(allow_private=LOOPBACK, contact="mailto:desk@newsdao.kr") as client:
        await client(base)
        await client(base, headers={"If-None-Match": '"1"'})
    assert seen[1].headers["User-Agent"] == "Sokbo/0.1 (+mailto:desk@newsdao.kr)"
    assert seen[1].headers["If-None-Match"] == '"1"'
    assert "Cookie" not in seen[1].headers


async def test_not_modified_is_an_answer(client: Client, serve: Serve) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=304)

    assert (await client(await serve(handler))).status == 304


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (404, SourceError, "127.0.0.1 answered 404"),
        (410, SourceGone, "127.0.0.1 answered 410"),
        (429, SourceError, "answered 429"),
        (503, SourceError, "answered 503"),
        (302, SourceError, "without saying where to go"),
        (300, SourceError, "answered 300"),
    ],
)
async def test_every_other_answer_is_an_error_that_names_host_and_status(
    client: Client, serve: Serve, status: int, error: type[SourceError], words: str
) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=status)

    with pytest.raises(error, match=words) as raised:
        await client(await serve(handler) + "/feed?token=hunter2")
    assert type(raised.value) is error
    assert "hunter2" not in str(raised.value)


async def test_five_redirects_are_followed_and_not_a_sixth(client: Client, serve: Serve) -> None:
    async def handler(request: web.Request) -> web.Response:
        left = int(request.path[1:])
        if not left:
            return web.Response(text="there")
        raise web.HTTPFound(f"/{left - 1}")

    base = await serve(handler)
    assert (await client(base + "/5")).url == base + "/0"
    with pytest.raises(SourceError, match="redirects more than 5 times"):
        await client(base + "/6")


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("http://10.0.0.1/", "10.0.0.1 is not a public address"),
        ("http://[::ffff:127.0.0.1]/", "is not a public address"),
        ("file:///etc/passwd", "“file:” is not http or https"),
        ("gopher://127.0.0.1/", "“gopher:” is not http or https"),
    ],
)
async def test_a_redirect_is_checked_like_an_address(client: Client, serve: Serve, location: str, words: str) -> None:
    # stringer GHSA-496x-437q-h35q
    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": location})

    with pytest.raises(SourceError, match=words):
        await client(await serve(handler))


@pytest.mark.parametrize("url", ["ftp://newsdao.kr/feed", "file:///etc/passwd", "feed.xml", "", "http://"])
async def test_what_is_no_web_address_is_not_asked(client: Client, url: str) -> None:
    with pytest.raises(SourceError, match=r"not http or https|names no host|not an address"):
        await client(url)


async def test_a_gzip_bomb_stops_at_the_cap(serve: Serve) -> None:
    # 256 MiB in 256 KiB: stopped by what it inflates to, not by what it weighs (FAILURES.md section 3, bound 22)
    bomb = gzip.compress(bytes(64 << 20), 9) * 4

    async def handler(request: web.Request) -> web.Response:
        return web.Response(body=bomb, headers={"Content-Encoding": "gzip"})

    started = time.monotonic()
    async with Client(allow_private=LOOPBACK) as client:
        with pytest.raises(SourceError, match=r"sends more than 15 MiB|broke off"):
            await client(await serve(handler))
    assert time.monotonic() - started < within(5)


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
async def test_an_error_keeps_nothing_alive_of_what_was_read(serve: Serve, encoding: str) -> None:
    """Errors stay in cycles until a collector comes by, and with them every frame of their traceback (row 22)."""

    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Encoding": encoding})
        await response.prepare(request)
        await response.write(gzip.compress(bytes(2 << 20)) if encoding == "gzip" else bytes(2 << 20))
        return response

    async with Client(allow_private=LOOPBACK, largest=(1 << 20) - 1) as client:
        with pytest.raises(SourceError, match="sends more than") as told:
            await client(await serve(handler))
    assert (told.value.__context__, told.value.__cause__) == (None, None)
    frames = [frame for frame, _ in traceback.walk_tb(told.tb) if "bot" in frame.f_code.co_filename]
    held = [value for frame in frames for value in frame.f_locals.values()]
    read = [one for value in held for one in (value if isinstance(value, list) else [value]) if isinstance(one, bytes)]
    assert frames
    assert sum(map(len, read)) == 0


async def test_an_endless_body_stops_at_the_cap(serve: Serve) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(bytes(1 << 16))

    async with Client(allow_private=LOOPBACK, largest=1 << 20) as client:
        with pytest.raises(SourceError, match="sends more than 1 MiB"):
            await client(await serve(handler))


async def test_a_body_that_drips_meets_the_deadline(serve: Serve) -> None:
    # slow-loris: every byte in time, the whole never
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b".")
            await asyncio.sleep(0.02)

    async with Client(allow_private=LOOPBACK, deadline=0.3) as client:
        with pytest.raises(SourceError, match=r"127.0.0.1 did not finish answering within 0\.3 s"):
            await client(await serve(handler))


async def test_redirects_share_one_deadline(serve: Serve) -> None:
    async def handler(request: web.Request) -> web.Response:
        await asyncio.sleep(0.12)
        raise web.HTTPFound(request.path + "0")

    async with Client(allow_private=LOOPBACK, deadline=0.3) as client:
        with pytest.raises(SourceError, match="within"):
            await client(await serve(handler))


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "hung up"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "no good HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", "broke off"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain", "broke off"),
    ],
)
async def test_a_server_that_speaks_no_http_is_an_error_in_words(client: Client, raw: bytes, words: str) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(raw)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(SourceError, match=words):
            await client(f"http://127.0.0.1:{port}/key=hunter2")


async def test_https_without_a_certificate_to_trust_is_refused(client: Client, serve: Serve) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response()

    plain = await serve(handler)
    with pytest.raises(SourceError, match=r"127\.0\.0\.1 offers no TLS connection"):
        await client(plain.replace("http:", "https:"))


async def test_a_name_without_an_address_is_said_so() -> None:
    async with Client(resolver=Book({})) as client:
        with pytest.raises(SourceError, match=r"newsdao\.test is a name without an address"):
            await client("https://newsdao.test/feed.xml")


async def test_names_are_looked_up_as_this_machine_does() -> None:
    names = Names(threads=1)
    assert "127.0.0.1" in {found["host"] for found in await names.resolve("localhost", 80)}
    await names.close()


async def test_a_closed_port_is_named(client: Client) -> None:
    with pytest.raises(SourceError, match=r"127.0.0.1 cannot be reached: "):
        await client("http://127.0.0.1:1/")


async def test_the_client_belongs_into_its_context() -> None:
    with pytest.raises(RuntimeError, match="async with"):
        await Client()("http://127.0.0.1/")
    async with Client():
        pass
