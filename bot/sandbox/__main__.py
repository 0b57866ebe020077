"""The stand-ins in a process of their own, which ends with the one that started it.

One line of JSON comes in on stdin, ``{"listen", "log", "keys": [{"consumer_key", …}], "secrets": ["whsec_…"]}``
(arguments could be read by anybody on the machine); ``ready URL`` goes out on stdout. The end of stdin, which comes
even when the other side is killed, ends this process, as do SIGTERM and SIGINT. Exit 2: the order, the address or the
log is of no use.
"""

import asyncio
import gc
import json
import os
import signal
import sys
import threading
from pathlib import Path

from bot.errors import SokboError
from bot.sandbox.server import Sandbox, XKey

STDIN = 0
CHUNK = 1 << 16
ORPHAN = 0.25  #: seconds between two looks at whether the parent still lives


def main() -> int:
    """Serve as ordered; the exit code."""
    try:
        order = json.loads(_read_line())
        listen, log = order["listen"], Path(order["log"])
        keys, secrets = [XKey(**key) for key in order.get("keys", ())], [*order.get("secrets", ())]
        sandbox = Sandbox(listen, log, keys, secrets=secrets)
    except (ValueError, KeyError, TypeError):
        return _fail(
            'the order on stdin is one line of JSON: {"listen": "host:port", "log": "path", "keys": [], "secrets": []}'
        )
    try:
        asyncio.run(_serve(sandbox))
    except (OSError, ValueError) as error:
        return _fail(f"the sandbox cannot listen on {order['listen']} or write {order['log']}: {error}")
    except SokboError as error:
        return _fail(str(error))
    return 0


def _fail(why: str) -> int:
    sys.stderr.write(f"{why}\n")
    return 2


def _read_line() -> bytes:
    """The first line of stdin, unbuffered, so that the watch on its end reads the rest."""
    line = b""
    while not line.endswith(b"\n") and (byte := os.read(STDIN, 1)):
        line += byte
    return line


async def _serve(sandbox: Sandbox) -> None:
    loop, stop, parent = asyncio.get_running_loop(), asyncio.Event(), os.getppid()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with sandbox:
        sys.stdout.write(f"ready {sandbox.url}\n")
        sys.stdout.flush()
        threading.Thread(target=_watch_stdin, args=(loop, stop), daemon=True).start()
        # a fork of the parent may hold the pipe open after the parent's end
        while not stop.is_set() and os.getppid() == parent:
            await _pause(stop)
            # what was accepted is kept for good; a collection that walked 100,000 of it would stop all for 0.25 s
            gc.collect(1)
            gc.freeze()


async def _pause(stop: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stop.wait(), ORPHAN)
    except TimeoutError:
        return


def _watch_stdin(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    while os.read(STDIN, CHUNK):
        pass
    loop.call_soon_threadsafe(stop.set)


if __name__ == "__main__":
    sys.exit(main())
