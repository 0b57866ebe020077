"""The inbound listener: strangers reach the routes that are offered, and nothing else (DESIGN.md sections 2 and 8)."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest

from bot.errors import ConfigError, StoreAway
from bot.newsroom import inbound as listener
from bot.newsroom.inbound import Inbound
from bot.ports import Answer, Call, Route

LARGEST = 100_000


@dataclass
class Room:
    """A room that offers one route, and notes what comes."""

    calls: list[Call] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    answers: Callable[[], Answer] = lambda: Answer(202)
    reads: bool = True
    gate: asyncio.Event | None = None

    async def answer(self, call: Call) -> Answer:
        self.calls.append(call)
        if self.gate is not None:
            await self.gate.wait()
        if self.reads:
            self.bodies.append(await call.body())
        return self.answers()


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.fixture
async def opened(room: Room) -> AsyncIterator[Inbound]:
    routes = [Route("websub", LARGEST, room.answer)]
    address = "https://paper.test/sokbo"
    async with Inbound("127.0.0.1:0", address, routes, headers_within=0.3, body_within=0.3) as door:
        yield door


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened_session:
        yield opened_session


@pytest.fixture
def url(opened: Inbound) -> str:
    return f"http://127.0.0.1:{opened.port}"


async def said(port: int, request: bytes, *, more: bytes = b"", after: float = 0.0) -> bytes:
    """What the listener answers to these bytes, to the end of the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        await asyncio.sleep(after)
        writer.write(more)
        with contextlib.suppress(ConnectionError):
            return await asyncio.wait_for(reader.read(), 5)
        return b""
    finally:
        writer.close()


@pytest.mark.parametrize("path", ["/websub/abc", "/sokbo/websub/abc"])
async def test_a_route_is_reached_whether_or_not_the_proxy_leaves_the_prefix(
    path: str, url: str, room: Room, session: aiohttp.ClientSession
) -> None:
    async with session.post(f"{url}{path}?a=1&b=%ED%95%9C&a=2", data=b"body", headers={"X-Y": "1"}) as reply:
        assert (reply.status, await reply.read()) == (202, b"")
    [call] = room.calls
    assert (call.verb, call.path, call.query, call.headers["x-y"]) == ("POST", "abc", {"a": "1", "b": "한"}, "1")
    assert room.bodies == [b"body"]


@pytest.mark.parametrize("path", ["/", "/websubs/abc", "/other", "/sokbo", "/sokbowebsub/a", "/healthz", "/../websub"])
async def test_anything_else_is_404_without_a_word(path: str, opened: Inbound, room: Room) -> None:
    answer = await said(opened.port, f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 404")
    assert b"Server: Sokbo" in head
    assert body == b""
    assert room.calls == []


async def test_it_says_nothing_of_what_it_is_made_of(url: str, session: aiohttp.ClientSession, room: Room) -> None:
    room.answers = lambda: Answer(200, "<b>challenge</b>")
    async with session.get(f"{url}/websub/x") as reply:
        assert await reply.text() == "<b>challenge</b>"
        assert reply.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert reply.headers["Server"] == "Sokbo"


async def test_a_body_that_says_it_is_too_large_is_refused_before_it_is_read(opened: Inbound, room: Room) -> None:
    """FAILURES.md row 27: 20 MB."""
    head = f"POST /websub/x HTTP/1.1\r\nHost: x\r\nContent-Length: {20 * 2**20}\r\n\r\n".encode()
    answer = await said(opened.port, head, more=b"x" * 1000)
    assert answer.startswith(b"HTTP/1.1 413")
    assert room.bodies == []


async def test_a_body_that_does_not_say_how_large_it_is_is_cut_at_the_bound(
    url: str, session: aiohttp.ClientSession, room: Room
) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(4):
            yield b"x" * (LARGEST // 3)

    async with session.post(f"{url}/websub/x", data=pieces()) as reply:
        assert reply.status == 413
    assert room.bodies == []


async def test_a_body_is_what_was_sent_and_a_packed_one_is_refused(
    url: str, session: aiohttp.ClientSession, room: Room
) -> None:
    """A signature is of the bytes sent; and a bomb is never unpacked (FAILURES.md row 22)."""
    async with session.post(f"{url}/websub/x", data=b"x", headers={"Content-Encoding": "gzip"}) as reply:
        assert reply.status == 415
    assert room.bodies == []


async def test_who_waits_to_be_told_to_go_on_is_told(opened: Inbound, room: Room) -> None:
    """curl, and so many a hub, asks before it sends a larger body, and waits a second for the answer."""
    head = (
        b"POST /websub/x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\nConnection: close\r\n\r\n"
    )
    answer = await said(opened.port, head, more=b"body", after=0.05)
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202")
    assert room.bodies == [b"body"]


async def test_slow_headers_end_the_connection(opened: Inbound, room: Room) -> None:
    """FAILURES.md row 22: slow-loris."""
    assert await said(opened.port, b"POST /websub/x HTTP/1.1\r\nHost:") == b""
    assert room.calls == []


async def test_a_slow_body_is_not_waited_for(opened: Inbound, room: Room) -> None:
    head = b"POST /websub/x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nbo"
    assert (await said(opened.port, head)).startswith(b"HTTP/1.1 408")


@pytest.mark.parametrize(
    "request_",
    [
        b"POST /websub/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"no HTTP at all\r\n\r\n",
        b"GET /websub/" + b"x" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
)
async def test_what_is_no_http_is_refused_without_repeating_it(
    request_: bytes, opened: Inbound, room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await said(opened.port, request_)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b" 400 " in head
    assert b"Server: Sokbo" in head
    assert body == b""
    assert room.bodies == []
    assert caplog.text == ""


async def test_a_sender_that_hangs_up_in_the_middle_is_no_trouble(
    opened: Inbound, room: Room, session: aiohttp.ClientSession, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", opened.port)
    writer.write(b"POST /websub/x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nbo")
    while not room.calls:
        await asyncio.sleep(0.01)
    writer.transport.abort()
    assert await status(session, f"{url}/websub/x") == 202
    assert caplog.text == ""


async def test_so_many_are_answered_at_once_and_the_rest_wait_or_come_again(
    url: str, session: aiohttp.ClientSession, room: Room, opened: Inbound, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened._places = asyncio.Semaphore(2)
    room.gate = asyncio.Event()
    waiting = [asyncio.create_task(status(session, f"{url}/websub/{n}")) for n in range(4)]
    await asyncio.sleep(0.1)
    assert len(room.calls) == 2
    assert await status(session, f"{url}/other") == 404  # who is at the wrong door need not wait
    monkeypatch.setattr(listener, "TURN_WITHIN", 0.05)
    async with session.post(f"{url}/websub/x") as reply:
        assert (reply.status, reply.headers["Retry-After"]) == (503, "5")
    room.gate.set()
    assert await asyncio.gather(*waiting) == [202] * 4


async def test_whoever_is_too_many_is_hung_up_on(opened: Inbound, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "CONNECTIONS", 2)
    lines = [await asyncio.open_connection("127.0.0.1", opened.port) for _ in range(2)]
    assert await said(opened.port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n") == b""
    for _, writer in lines:
        writer.close()


@pytest.mark.parametrize(("error", "expected"), [(StoreAway("not now"), 503), (ZeroDivisionError("ours"), 500)])
async def test_what_goes_wrong_is_told_to_nobody(
    error: Exception, expected: int, url: str, session: aiohttp.ClientSession, room: Room, caplog: Any
) -> None:
    def fail() -> Answer:
        raise error

    room.answers = fail
    async with session.post(f"{url}/websub/a-secret-path") as reply:
        assert (reply.status, await reply.read()) == (expected, b"")
    assert "a-secret-path" not in caplog.text
    room.answers = lambda: Answer(202)
    assert await status(session, f"{url}/websub/x") == 202


async def test_an_address_that_is_taken_says_so() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ConfigError, match=r"cannot listen on 127\.0\.0\.1"):
            await Inbound(f"127.0.0.1:{taken.getsockname()[1]}", "https://a.kr", []).__aenter__()


async def test_it_listens_on_ipv6_too() -> None:
    async with Inbound("[::1]:0", "https://a.kr", []) as door:
        reader, writer = await asyncio.open_connection("::1", door.port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 404")
        writer.close()


async def status(session: aiohttp.ClientSession, url: str) -> int:
    async with session.post(url) as reply:
        return reply.status
