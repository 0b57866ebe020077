"""The inbound listener: what strangers reach, on an address of its own, with nothing else on it.

    stranger ─▶ 128 connections ─▶ headers within 10 s ─▶ a known route? ─▶ body within 30 s, within its bound ─▶ answer
                 └─ more: hung up                          └─ no: 404, empty      └─ larger: 413, mostly unread

It has no page, reads no cookie, follows nothing and logs no path: a path may be a key. TLS and the name of the host are
the reverse proxy's; whether that takes the prefix of ``public_url`` off or leaves it, both are understood.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from http import HTTPStatus
from types import TracebackType
from typing import Final, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from aiohttp import hdrs, web

from bot.errors import ConfigError, Problem, StoreError
from bot.ports import Answer, Call, Route

LOG = logging.getLogger(__name__)
CONNECTIONS: Final = 128  #: at once; a hub opens one a delivery, and slow ones hold theirs for half a minute at most
REQUESTS: Final = 16  #: answered at once: so many bodies are in memory; the others wait, unread
TURN_WITHIN: Final = 10.0  #: seconds that they wait
HEADERS_WITHIN: Final = 10.0  #: seconds from connecting, or from the last answer, to the end of the headers
BODY_WITHIN: Final = 30.0  #: seconds for a body
LINGERING: Final = 1.0  #: seconds in which a body that nobody wants is thrown away, so that its sender hears why
CLOSING: Final = 2.0  #: seconds that answers under way get when the bot stops
SOON: Final = 5  #: seconds until a stranger who found no place may come again
CHUNK: Final = 64 * 1024  #: bytes read at a time; the bound is checked after each
QUIET: Final = {"Server": "Sokbo", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


class Inbound:
    """The listener, open while the context is; raises ``ConfigError`` where its address cannot be used.

    ``listen`` is host:port, port 0 any free one; ``public_url`` is the address under which strangers reach it.
    """

    def __init__(
        self,
        listen: str,
        public_url: str,
        routes: Iterable[Route],
        *,
        headers_within: float = HEADERS_WITHIN,
        body_within: float = BODY_WITHIN,
    ) -> None:
        host, _, port = listen.rpartition(":")
        self._host, self._port = host.removeprefix("[").removesuffix("]"), int(port)
        self._prefix = urlsplit(public_url).path.rstrip("/")
        self._routes = {route.name: route for route in routes}
        self._headers_within = headers_within
        self._body_within = body_within

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._port

    async def __aenter__(self) -> Self:
        self._places = asyncio.Semaphore(REQUESTS)
        self._runner = web.ServerRunner(_Door(self._answer, self._headers_within), shutdown_timeout=CLOSING)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as error:
            await self._runner.cleanup()
            problem = f"cannot listen on {self._host}:{self._port}: {error.strerror or error}"
            raise ConfigError([Problem(problem, "[sokbo] inbound", "choose another address or port")]) from error
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.BaseRequest) -> web.Response:
        """Answer one request, whatever happens; nothing of what went wrong is told."""
        route, path = self._find(request.rel_url.raw_path)
        if route is None:
            return _response(Answer(HTTPStatus.NOT_FOUND))
        try:
            async with asyncio.timeout(TURN_WITHIN):
                await self._places.acquire()
        except TimeoutError:
            return _response(Answer(HTTPStatus.SERVICE_UNAVAILABLE, after=SOON))
        try:
            return _response(await route.answer(_call(request, path, _Body(request, route.largest, self._body_within))))
        except _Refused as refused:
            return _response(Answer(refused.status))
        except StoreError as error:
            LOG.warning("%s could not be answered: %s", route.name, error)
            return _response(Answer(HTTPStatus.SERVICE_UNAVAILABLE, after=SOON))
        except ConnectionError:
            raise  # nobody is left to be answered
        except Exception:
            LOG.exception("%s could not be answered", route.name)
            return _response(Answer(HTTPStatus.INTERNAL_SERVER_ERROR))
        finally:
            self._places.release()

    def _find(self, path: str) -> tuple[Route | None, str]:
        path = path.removeprefix(self._prefix) if path.startswith(f"{self._prefix}/") else path
        name, _, rest = path.removeprefix("/").partition("/")
        return self._routes.get(name), unquote(rest)


class _Door(web.Server):
    """aiohttp's server, that hangs up on whoever is too many."""

    def __init__(self, answer: Callable[[web.BaseRequest], Awaitable[web.Response]], headers_within: float) -> None:
        super().__init__(answer)
        self._headers_within = headers_within

    def __call__(self) -> web.RequestHandler:
        return _Line(
            self,
            loop=asyncio.get_running_loop(),
            access_log=None,  # type: ignore[arg-type]  # as its own documentation has it
            keepalive_timeout=self._headers_within,  # also the time from connecting to the end of the headers
            lingering_time=LINGERING,
            auto_decompress=False,  # what is signed is what was sent
        )

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        super().connection_made(handler, transport)
        if len(self.connections) > CONNECTIONS:
            transport.abort()


class _Line(web.RequestHandler):
    """One connection; what is no HTTP is refused without repeating it, and without a word in the log."""

    def handle_error(
        self,
        request: web.BaseRequest,  # noqa: ARG002 - as aiohttp calls it; what is known here is for nobody
        status: int = 500,
        exc: BaseException | None = None,  # noqa: ARG002
        message: str | None = None,  # noqa: ARG002
    ) -> web.StreamResponse:
        return _response(Answer(status))


class _Refused(Exception):  # noqa: N818 - an answer, no failure of ours
    """A body that is not read to its end."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class _Body:
    """A request's body, of at most ``largest`` bytes and within so many seconds; read when it is asked for."""

    def __init__(self, request: web.BaseRequest, largest: int, within: float) -> None:
        self._request = request
        self._largest = largest
        self._within = within

    async def __call__(self) -> bytes:
        request = self._request
        if (request.content_length or 0) > self._largest:
            raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if request.headers.get(hdrs.CONTENT_ENCODING, "identity").lower() != "identity":
            raise _Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)  # a signature is of what was meant, or of what was sent?
        if request.headers.get(hdrs.EXPECT, "").lower() == "100-continue" and request.transport is not None:
            request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")  # curl waits a second for it
        body = bytearray()
        try:
            async with asyncio.timeout(self._within):
                async for chunk in request.content.iter_chunked(CHUNK):
                    body += chunk
                    if len(body) > self._largest:
                        raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        except TimeoutError as error:
            raise _Refused(HTTPStatus.REQUEST_TIMEOUT) from error
        except web.RequestPayloadError as error:
            raise _Refused(HTTPStatus.BAD_REQUEST) from error
        return bytes(body)


def _call(request: web.BaseRequest, path: str, body: _Body) -> Call:
    query: dict[str, str] = {}
    for name, value in parse_qsl(request.rel_url.raw_query_string, keep_blank_values=True):
        query.setdefault(name, value)
    return Call(request.method, path, query, _lowered(request), body)


def _lowered(request: web.BaseRequest) -> Mapping[str, str]:
    return {name.lower(): ", ".join(request.headers.getall(name)) for name in request.headers}


def _response(answer: Answer) -> web.Response:
    """Text or nothing; a refusal ends the connection, whatever of its body is still under way."""
    again = {"Retry-After": str(answer.after)} if answer.after else {}
    response = web.Response(status=answer.status, text=answer.text or None, headers={**QUIET, **again})
    if answer.status >= HTTPStatus.BAD_REQUEST:
        response.force_close()
    return response
