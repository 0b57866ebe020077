"""A platform that always says yes, in a process of its own: what it costs is not in the sender's processor time.

It reads no more of HTTP than where a request ends, so that it is never what a benchmark waits for; every answer takes
``latency``, however many are asked at once.
"""

import asyncio
import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from tests.bench.leash import leashed

CHAT = {"id": -1001234567890, "title": "새벽일보", "username": "newsdao", "type": "channel"}
POSTED = {"message_id": 4711, "sender_chat": CHAT, "chat": CHAT, "date": 1795312800, "text": "속보 " * 100}
BODY = json.dumps({"ok": True, "result": POSTED}).encode()
YES = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY)
BACKLOG = 1024  #: connections that may wait to be taken
LENGTH = b"\r\ncontent-length:"


@contextmanager
def telegram(latency: float = 0.0) -> Iterator[str]:
    """Its address, while this is open; it answers after ``latency`` seconds."""
    with leashed("tests.bench.canned", str(latency)) as process:
        if process.stdout is None:
            raise RuntimeError("the pipe was asked for")
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"


class Answering(asyncio.Protocol):
    """One connection; its requests are answered in order."""

    def __init__(self, latency: float) -> None:
        self._latency = latency
        self._loop = asyncio.get_running_loop()
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while (end := self._heard.find(b"\r\n\r\n")) >= 0 and len(self._heard) >= (whole := end + 4 + self._body(end)):
            self._heard = self._heard[whole:]
            self._loop.call_later(self._latency, self._answer)

    def _body(self, end: int) -> int:
        """Bytes that follow the headers."""
        at = self._heard.lower().find(LENGTH, 0, end)
        return int(self._heard[at + len(LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0

    def _answer(self) -> None:
        if not self._transport.is_closing():
            self._transport.write(YES)


async def serve(latency: float) -> None:
    """Answer until stopped; the port is said first."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    server = await loop.create_server(partial(Answering, latency), "127.0.0.1", 0, backlog=BACKLOG)
    print(server.sockets[0].getsockname()[1], flush=True)
    await stopped.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1])))
