"""A Telegram that always says yes, in a process of its own: what it costs is not in the sender's processor time."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from aiohttp import web

from tests.bench.leash import leashed

CHAT = {"id": -1001234567890, "title": "새벽일보", "username": "newsdao", "type": "channel"}
POSTED = {"message_id": 4711, "sender_chat": CHAT, "chat": CHAT, "date": 1795312800, "text": "속보 " * 100}
YES = json.dumps({"ok": True, "result": POSTED}).encode()


@contextmanager
def telegram() -> Iterator[str]:
    """Its address, while this is open."""
    with leashed("tests.bench.canned") as process:
        if process.stdout is None:
            raise RuntimeError("the pipe was asked for")
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"


async def _yes(request: web.Request) -> web.Response:
    with suppress(ConnectionResetError):  # a sender that was interrupted
        await request.read()
    return web.Response(body=YES, content_type="application/json")


def main() -> None:
    """Answer until stopped; the port is said first."""
    app = web.Application()
    app.router.add_post("/{path:.*}", _yes)
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    web.run_app(app, sock=listener, print=None, access_log=None)


if __name__ == "__main__":
    main()
