"""A server that answers with far too much, or for far too long: each of its paths is the name of a bomb."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from functools import cache

MIB = 1 << 20
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
DRIP = 0.02  #: seconds between two bytes: each in time, the whole never

Writer = asyncio.StreamWriter
Bomb = Callable[[Writer], Awaitable[None]]


def packed(encoding: str, body: Callable[[], bytes]) -> Bomb:
    """A whole answer, with a body that says how it is packed."""

    async def send(writer: Writer) -> None:
        data = body()
        writer.write(OK + f"Content-Encoding: {encoding}\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data)
        await writer.drain()

    return send


def endless(head: bytes, piece: bytes, pause: float = 0.0) -> Bomb:
    """A beginning, and then the same again and again."""

    async def send(writer: Writer) -> None:
        writer.write(head)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    return send


@cache
def _zeros() -> bytes:
    return gzip.compress(bytes(32 * MIB))


@cache
def _raw() -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return b"".join([packer.compress(bytes(MIB)) for _ in range(32)]) + packer.flush()


#: What ends by itself, as soon as it is too much or plainly wrong.
LARGE: Mapping[str, Bomb] = {
    "gzip": packed("gzip", lambda: _zeros() * 16),
    "gzip-14-gib": packed("gzip", lambda: _zeros() * 448),
    "gzip-in-gzip": packed("gzip, gzip", lambda: gzip.compress(_zeros())),
    "gzip-of-nothings": packed("gzip", lambda: gzip.compress(b"") * 200_000),
    "deflate": packed("deflate", lambda: zlib.compress(bytes(32 * MIB))),
    "deflate-raw": packed("deflate", _raw),
    "brotli": packed("br", lambda: b"\x8b\x03\x80" * 1000),
    "chunks": endless(CHUNKED, b"10000\r\n" + bytes(1 << 16) + b"\r\n"),
    "chunk-without-end": endless(CHUNKED + b"fffffffff\r\n", bytes(1 << 16)),
    "trailers": endless(CHUNKED + b"0\r\n", b"X-More: more\r\n" * 4096),
    "length": endless(OK + b"Content-Length: 16106127360\r\n\r\n", bytes(1 << 16)),
    "no-length": endless(OK + b"Connection: close\r\n\r\n", bytes(1 << 16)),
    "header": endless(OK + b"X-Long: ", b"long" * 4096),
    "headers": endless(OK, b"X-More: more\r\n" * 4096),
}

#: What only a deadline ends.
LONG: Mapping[str, Bomb] = {
    "chunks-of-one": endless(CHUNKED, b"1\r\n.\r\n" * 4096),
    "chunk-of-words": endless(CHUNKED + b"1;", b"word" * 4096),
    "continue": endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 64, 0.01),
    "silence": endless(b"", b"", 0.1),
    "slow-headers": endless(OK + b"X-Slow: ", b".", DRIP),
    "slow-body": endless(OK + b"Content-Length: 1000000\r\n\r\n", b".", DRIP),
    "slow-chunks": endless(CHUNKED, b"1\r\n.\r\n", DRIP),
    "slow-gzip": endless(OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"")[:10], b"\x00", DRIP),
}


@asynccontextmanager
async def serving() -> AsyncIterator[str]:
    """The server's address, without a slash at its end; whoever still hangs on it is cut off at the end."""
    hanging: set[asyncio.Task[None]] = set()

    async def answer(reader: asyncio.StreamReader, writer: Writer) -> None:
        task = asyncio.current_task()
        assert task is not None
        hanging.add(task)
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            await {**LARGE, **LONG}[head.split()[1].strip("/")](writer)
        hanging.discard(task)
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        for task in hanging:
            task.cancel()
        await asyncio.gather(*hanging)
