"""The stand-ins on one address: their routes, the doors under /_sandbox, latency, and hanging up.

GET  /_sandbox/accepted    what was accepted, in order
POST /_sandbox/faults      what shall go wrong next
POST /_sandbox/settings    {"latency_ms"?, "pace"?: "strict" | "off"}
     /_sandbox/websub      what the newspaper publishes, and who is told (hub.py)
"""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from bot.sandbox.backstage import Backstage
from bot.sandbox.discord import Discord
from bot.sandbox.faults import Nonsense
from bot.sandbox.hub import Hub
from bot.sandbox.intake import TooLarge, Unreadable, read
from bot.sandbox.ledger import Clock, Ledger, utc_now
from bot.sandbox.reply import HangUp, Refusal, answer
from bot.sandbox.telegram import Telegram
from bot.sandbox.webhook import Webhook
from bot.sandbox.x import X
from bot.sandbox.x_signature import XKey
from bot.sandbox.x_text import library

DOORS = "/_sandbox"
BACKLOG = 1024  #: connections that may wait to be taken
HIGHEST_PORT = 65_535
MOST_ORDER = 1 << 16  #: bytes of an order at a door
GRACE = 0.05  #: seconds that answers under way get when the stand-ins stop
SLOWEST = 600_000  #: milliseconds of latency that make sense
RESET = struct.pack("ii", 1, 0)  #: SO_LINGER with no time to linger: the close becomes a TCP reset

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

__all__ = ["Sandbox", "XKey"]


class Sandbox:
    """The stand-ins, answering while this is open.

    ``listen`` is ``host:port`` (port 0: any free one). Raises ``ValueError`` where it is not, ``OSError`` where it is
    taken, before the log is touched, and ``SokboError`` where the log cannot be read back.
    ``keys`` are those that X's signatures are verified with, ``secrets`` ("whsec_…") those of signed webhooks.
    """

    def __init__(
        self,
        listen: str,
        log: Path,
        keys: Sequence[XKey] = (),
        *,
        secrets: Sequence[str] = (),
        now: Clock = utc_now,
    ) -> None:
        self._listen = listen
        self._log = log
        self._keys = keys
        self._secrets = secrets
        self._now = now
        self._url = ""

    @property
    def url(self) -> str:
        """Where it answers: ``http://127.0.0.1:8701``."""
        return self._url

    async def __aenter__(self) -> Self:
        host, port = _address(self._listen)
        with ExitStack() as stack:
            # the address is the lock on the log: who has it is alone
            door = stack.enter_context(socket.create_server((host, port), backlog=BACKLOG))
            self._url = f"http://{host}:{door.getsockname()[1]}"
            self._hub = Hub(lambda: self._url)
            self._backstage = Backstage(stack.enter_context(Ledger(self._log, self._now)))
            self._runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=GRACE)
            await self._runner.setup()
            await asyncio.to_thread(library)
            await web.SockSite(self._runner, door, backlog=BACKLOG).start()
            self._open = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._open:
            await self._hub.close()
            await self._runner.cleanup()

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[self._wrap])
        app.add_routes(
            [
                web.get(f"{DOORS}/accepted", self._accepted),
                web.post(f"{DOORS}/faults", self._faults),
                web.post(f"{DOORS}/settings", self._settings),
                *Telegram(self._backstage).routes(),
                *Discord(self._backstage).routes(),
                *X(self._backstage, self._keys, lambda: self._url).routes(),
                *Webhook(self._backstage, self._secrets).routes(),
                *self._hub.routes(),
            ]
        )
        return app

    @web.middleware
    async def _wrap(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            reply = await handler(request)
        except Refusal as refusal:
            reply = refusal.answer()
        except (Nonsense, Unreadable) as error:
            return answer({"error": str(error)}, status=400)
        except HangUp as how:
            _hang_up(request, how)
            return web.Response()  # nobody is left to read it
        if self._backstage.latency_ms and not request.path.startswith(DOORS):
            await asyncio.sleep(self._backstage.latency_ms / 1000)
        return reply

    # ── The doors ────────────────────────────────────────────────────────────────────────────────────────────────

    async def _accepted(self, _: web.Request) -> web.Response:
        return answer([record.shape() for record in self._backstage.ledger.records])

    async def _faults(self, request: web.Request) -> web.Response:
        return answer({"planned": self._backstage.faults.order(await _order(request))})

    async def _settings(self, request: web.Request) -> web.Response:
        order = await _order(request)
        if strange := sorted(order.keys() - {"latency_ms", "pace"}):
            raise Nonsense(f"unknown: {', '.join(strange)}; settings are latency_ms and pace")
        latency = order.get("latency_ms", self._backstage.latency_ms)
        pace = order.get("pace", "strict" if self._backstage.pace.strict else "off")
        if not isinstance(latency, int | float) or isinstance(latency, bool) or not 0 <= latency <= SLOWEST:
            raise Nonsense(f"latency_ms is a number of milliseconds, 0 to {SLOWEST}")
        if pace not in ("strict", "off"):
            raise Nonsense('pace is "strict" or "off"')
        self._backstage.latency_ms = latency
        self._backstage.pace.strict = pace == "strict"
        return answer({"latency_ms": latency, "pace": pace})


def _address(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    if not host or not port.isdecimal() or int(port) > HIGHEST_PORT:
        raise ValueError(f"{listen} is not host:port")
    return host, int(port)


async def _order(request: web.Request) -> dict[str, Any]:
    try:
        return (await read(request, MOST_ORDER)).fields
    except TooLarge as error:
        raise Nonsense("an order is a small JSON object") from error


def _hang_up(request: web.Request, how: HangUp) -> None:
    if request.transport is None:
        return
    if how.reset:
        with contextlib.suppress(OSError):  # the other side was faster
            request.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    request.transport.abort()
