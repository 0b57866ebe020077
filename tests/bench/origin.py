"""A site that has nothing new, in a process of its own: 304 to whoever asks on a condition, else one packed feed.

It reads no more of HTTP than where a request ends, so that it is never what a benchmark waits for.
"""

import asyncio
import gzip
import random
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench.canned import BACKLOG
from tests.bench.leash import leashed

WORDS = (
    "시청",
    "앞",
    "분수대",
    "광장",
    "재개장",
    "속보",
    "시민",
    "예산",
    "도로",
    "버스",
    "공사",
    "축제",
    "the",
    "city",
)
LETTERS = 80_000  #: in a feed: 162 KB, 30 KB packed, as those of PERFORMANCE.md section 2
NOTHING_NEW = b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'


@contextmanager
def site() -> Iterator[int]:
    """Its port on 127.0.0.1, while this is open."""
    with leashed("tests.bench.origin") as process:
        if process.stdout is None:
            raise RuntimeError("the pipe was asked for")
        yield int(process.stdout.readline())


def feed() -> bytes:
    """An answer of 200, packed."""
    chance, text = random.Random(7), ""
    while len(text) < LETTERS:
        text += f"<item><guid>{chance.getrandbits(64):x}</guid>{' '.join(chance.choices(WORDS, k=40))}</item>\n"
    body = gzip.compress(f"<rss><channel>{text}</channel></rss>".encode())
    head = f'HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n'
    return head.encode() + body


class Answering(asyncio.Protocol):
    """One connection; none of its requests has a body."""

    def __init__(self, whole: bytes) -> None:
        self._whole = whole
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while (end := self._heard.find(b"\r\n\r\n")) >= 0:
            conditional = b"If-None-Match" in self._heard[:end]
            self._heard = self._heard[end + 4 :]
            self._transport.write(NOTHING_NEW if conditional else self._whole)


async def serve() -> None:
    """Answer until stopped; the port is said first."""
    loop, whole, stopped = asyncio.get_running_loop(), feed(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    server = await loop.create_server(lambda: Answering(whole), "127.0.0.1", 0, backlog=BACKLOG)
    print(server.sockets[0].getsockname()[1], flush=True)
    await stopped.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve())
