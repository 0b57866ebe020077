"""Ten thousand publishers in a process of their own: one server that answers to every host name, so that what it costs
is not in the processor time of whoever polls it.

Of the polls after the first, 70 % are answered with 304, 25 % with the very body of last time (a server that forgot its
ETags), 5 % with one post more; which of them, a host's name and the number of its poll decide. Bodies are RSS as blogs
write it, as large as those that PERFORMANCE.md section 1 was measured with: 20 to 50 posts of HTML in Korean, 120 to
260 KB, gzipped.
"""

import asyncio
import gzip
import random
import signal
import ssl
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from zlib import crc32

from tests.bench.leash import leashed

BACKLOG = 1024  #: connections that may wait to be taken
SAME, NEWS = 70, 95  #: of a hundred polls: from here on the same body, from here on one with news
LONGEST = 30  #: different bodies that are written beforehand; hosts share them, but for their links
WORDS = ("항만", "화재", "당국", "대피", "복구", "주민", "회의", "예산", "도로", "하천", "수위", "경보", "조사", "수출")

NOT_MODIFIED = b"HTTP/1.1 304 Not Modified\r\nETag: %b\r\nConnection: close\r\n\r\n"
OK = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml; charset=utf-8\r\nContent-Encoding: gzip\r\n"
    b"ETag: %b\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b"
)


@contextmanager
def publishers(certificate: str = "") -> Iterator[int]:
    """The port that they answer on, while this is open; by TLS, if there is a file with certificate and key."""
    with leashed("tests.bench.publishers", certificate) as process:
        if process.stdout is None:
            raise RuntimeError("the pipe was asked for")
        yield int(process.stdout.readline())


def answer(host: str, poll: int) -> str:
    """How a host answers its so manieth poll after the first: "304", "same" or "news"."""
    drawn = crc32(f"{host} {poll}".encode()) % 100
    return "304" if drawn < SAME else "same" if drawn < NEWS else "news"


@cache
def items(number: int) -> str:
    """The posts of one of the bodies that are written beforehand; ``HOST`` stands for the host."""
    drawn = random.Random(number)
    return "".join(_item(f"p{number}-{post}", drawn) for post in range(drawn.randint(20, 50)))


def _item(slug: str, drawn: random.Random) -> str:
    sentences = (" ".join(drawn.choices(WORDS, k=12)) for _ in range(drawn.randint(20, 64)))
    text = "".join(f"<p>{sentence}이다.</p>" for sentence in sentences)
    title = " ".join(drawn.choices(WORDS, k=6))
    day = f"{drawn.randint(1, 20):02} Nov 2026 0{drawn.randint(0, 9)}:00:00 +0900"
    return (
        f"<item><title>{title} {slug}</title><link>https://HOST/{slug}</link><guid>https://HOST/{slug}</guid>"
        f"<pubDate>{day}</pubDate><description><![CDATA[{text[:300]}]]></description>"
        f"<content:encoded><![CDATA[{text}]]></content:encoded></item>"
    )


def body(host: str, news: int) -> bytes:
    """A host's feed with so many posts more than at first, gzipped."""
    more = "".join(_item(f"new-{number}", random.Random(number)) for number in range(news, max(0, news - 20), -1))
    text = (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{host}</title><link>https://{host}/</link>{more}{items(crc32(host.encode()) % LONGEST)}"
        "</channel></rss>"
    )
    return gzip.compress(text.replace("HOST", host).encode(), 1, mtime=0)  # as servers do: else no two are the same


class Publishing(asyncio.Protocol):
    """One connection, for one question."""

    def __init__(self, polls: "Counter[str]", news: "Counter[str]") -> None:
        self._polls, self._news = polls, news
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        if self._heard.endswith(b"\r\n\r\n"):
            self._transport.write(self._answer(_host(self._heard)))
            self._transport.close()

    def _answer(self, host: str) -> bytes:
        told = answer(host, self._polls[host]) if self._polls[host] else "same"
        conditional = b"if-none-match" in self._heard.lower()
        self._polls[host] += 1
        self._news[host] += told == "news"
        etag = b'"%d"' % self._news[host]
        if told == "304" and conditional:
            return NOT_MODIFIED % etag
        packed = body(host, self._news[host])
        return OK % (etag, len(packed), packed)


def _host(heard: bytes) -> str:
    at = heard.lower().index(b"\r\nhost:") + len(b"\r\nhost:")
    return heard[at : heard.index(b"\r\n", at)].strip().decode().partition(":")[0]


async def serve(certificate: str) -> None:
    """Answer until stopped; the port is said first."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    counted = Counter[str](), Counter[str]()
    tls = None
    if certificate:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(certificate)
    server = await loop.create_server(partial(Publishing, *counted), "127.0.0.1", 0, backlog=BACKLOG, ssl=tls)
    print(server.sockets[0].getsockname()[1], flush=True)
    await stopped.wait()
    server.close()


if __name__ == "__main__":
    sys.exit(asyncio.run(serve(sys.argv[1])))
