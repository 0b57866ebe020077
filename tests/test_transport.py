"""The transport against servers that misbehave as real ones do (FAILURES section 1: "timeout after success")."""

import asyncio
import socket
import ssl
import struct
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import aiohttp
import pytest
from aiohttp import web

from bot.errors import DeliveryError, Unconfirmed, Unreachable
from bot.ports import Part, Request
from bot.transport import Http, _why

SECRET = "42:qZ7-token"
Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(behave: Behaviour) -> AsyncIterator[str]:
    """A server that does with each connection what it is told, once it has read a request's head."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await behave(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client went away, as some of these tests want
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def answering(raw: bytes) -> Behaviour:
    async def behave(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        await writer.drain()

    return behave


async def reset(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def silence(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


POST = Request("POST", "", json={"text": "속보"}, timeout=5.0)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@pytest.mark.parametrize(
    "behave",
    [
        pytest.param(answering(b""), id="closed without an answer"),
        pytest.param(reset, id="reset"),
        pytest.param(silence, id="read timeout"),
        pytest.param(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"), id="cut off within the body"),
        pytest.param(answering(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), id="broken chunk"),
        pytest.param(
            answering(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 16\r\n\r\nxxxxxxxxxxxxxxxx"),
            id="no gzip",
        ),
        pytest.param(answering(b"SSH-2.0-OpenSSH\r\n\r\n"), id="no HTTP"),
    ],
)
async def test_once_the_request_may_have_left_its_outcome_is_unknown(behave: Behaviour) -> None:
    async with serving(behave) as url, Http() as transport:
        with pytest.raises(Unconfirmed) as caught:
            await transport(replace(POST, url=f"{url}/bot{SECRET}/sendMessage", timeout=0.3))
    assert_secretive(caught.value)


@pytest.mark.parametrize("verb", ["GET", "POST", "PATCH", "PUT", "DELETE"])
async def test_whatever_breaks_off_leaves_once(verb: str) -> None:
    """DESIGN section 3: one layer retries. aiohttp would make what HTTP calls idempotent again, past every pace."""
    heard = 0

    async def answer_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal heard
        writer.write(OK)
        await writer.drain()
        await reader.readuntil(b"\r\n\r\n")
        heard += 1

    async with serving(answer_once) as url, Http() as transport:
        request = Request(verb, url, timeout=5.0)
        await transport(request)
        with pytest.raises(Unconfirmed):
            await transport(request)
    assert heard == 1


async def test_a_refused_connection_means_that_nothing_was_posted() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound and not listening: nobody else can take the port, nobody answers
        async with Http() as transport:
            with pytest.raises(Unreachable, match=r"127\.0\.0\.1: no connection \(.+\)") as caught:
                await transport(replace(POST, url=f"http://127.0.0.1:{held.getsockname()[1]}/bot{SECRET}/x"))
    assert_secretive(caught.value)


async def test_a_connection_that_never_comes_about_means_that_nothing_was_posted() -> None:
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)  # Linux completes one more than the backlog, then leaves every SYN unanswered
        for filler in (first, second):
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        async with Http() as transport:
            with pytest.raises(Unreachable, match="timed out") as caught:
                await transport(
                    replace(POST, url=f"http://127.0.0.1:{listener.getsockname()[1]}/{SECRET}", timeout=0.4)
                )
    assert_secretive(caught.value)


async def test_a_name_that_is_not_found_means_that_nothing_was_posted(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", fail)
    async with Http() as transport:
        with pytest.raises(Unreachable, match="Name or service not known") as caught:
            await transport(replace(POST, url=f"http://platform.example/{SECRET}"))
    assert_secretive(caught.value)


async def test_a_failed_handshake_means_that_nothing_was_posted() -> None:
    async def speak_plainly(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 this is no TLS\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(speak_plainly, "127.0.0.1", 0)
    async with server, Http() as transport:
        with pytest.raises(Unreachable) as caught:
            await transport(replace(POST, url=f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/{SECRET}"))
    assert_secretive(caught.value)


@pytest.mark.parametrize("url", ["", "nonsense", "http://", "ftp://127.0.0.1/x", "http://127.0.0.1:99999999/x"])
async def test_an_address_that_is_none_means_that_nothing_was_posted(url: str) -> None:
    async with Http() as transport:
        with pytest.raises(Unreachable):
            await transport(replace(POST, url=url))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (aiohttp.ClientConnectorCertificateError(None, ssl.CertificateError("x")), "its certificate is not valid"),  # type: ignore[arg-type]  # the key is not looked at
        (ConnectionResetError(104, "Connection reset by peer"), "Connection reset by peer"),
        (ConnectionResetError(), "ConnectionResetError"),
    ],
)
def test_reasons_are_given_in_words(error: Exception, words: str) -> None:
    assert _why(error) == words


async def test_a_request_goes_out_as_it_was_made_and_its_answer_comes_back_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")  # no proxy from the environment
    seen: list[tuple[web.Request, bytes]] = []

    async def handle(request: web.Request) -> web.Response:
        seen.append((request, await request.read()))
        return web.Response(status=302, body=b"\x00whole", headers={"Location": "/else", "Set-Cookie": "a=b"})

    async with answered(handle) as url, Http() as transport:
        # a jar would not keep the cookies of a bare IP address, so that only a name can tell
        named = url.replace("127.0.0.1", "localhost")
        request = Request("POST", f"{named}/a%2Fb?c=%3A", headers={"X-Own": "1"}, json={"text": "속보 😀"})
        replies = [await transport(request) for _ in range(2)]

    assert [(one.status, one.body, one.headers["set-cookie"]) for one in replies] == [(302, b"\x00whole", "a=b")] * 2
    assert len(seen) == 2, "a redirect is an answer, not a way to go"
    for got, body in seen:
        assert got.raw_path == "/a%2Fb?c=%3A"
        assert got.headers["X-Own"] == "1"
        assert got.headers["User-Agent"] == "Sokbo"
        assert "Cookie" not in got.headers
        assert got.content_type == "application/json"
        assert body == '{"text":"속보 😀"}'.encode()


async def test_forms_and_parts_keep_their_names_types_and_bytes() -> None:
    seen: list[object] = []

    async def handle(request: web.Request) -> web.Response:
        if request.path == "/raw":
            seen.append(b'name="files[0]"' in await request.read())  # Discord takes no percent signs there
            return web.Response()
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                seen.append((name, value.filename, value.content_type, value.file.read()))
            else:
                seen.append((name, value))
        return web.Response()

    async with answered(handle) as url, Http() as transport:
        await transport(Request("POST", url, form={"text": "속보 & more"}))
        parts = (Part("plain", "속보".encode()), Part("files[0]", b"\x89PNG", "image/png", "picture.png"))
        await transport(Request("POST", url, parts=parts))
        await transport(Request("POST", f"{url}/raw", parts=parts))
        await transport(Request("GET", url))

    assert seen == [
        ("text", "속보 & more"),
        ("plain", "속보"),
        ("files[0]", "picture.png", "image/png", b"\x89PNG"),
        True,
    ]


@asynccontextmanager
async def answered(handle: Callable[[web.Request], Awaitable[web.Response]]) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def assert_secretive(error: DeliveryError) -> None:
    """str() and repr() of aiohttp's errors hold the URL (FAILURES section 1, "token in logs")."""
    told = "".join(traceback.format_exception(error)) + str(error) + repr(error)
    assert SECRET not in told
