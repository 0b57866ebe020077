"""The one HTTP client that speaks to platforms: it carries a request and answers with what came back.

It decides one thing only, the thing nobody above it can know: whether a request that failed may have arrived.

    name, connection or TLS failed, or nobody answered the call  → Unreachable   nothing was posted
    anything after the first byte may have left                  → Unconfirmed   it may have been posted

No retry, no redirect, no pace, no cookies, no proxy from the environment: each of those would post twice, post
elsewhere or hide an answer. Its errors name the host alone, because an address may hold a token (Telegram's does) and
aiohttp's own errors hold the address.
"""

import json
from contextlib import suppress
from functools import cache
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp.connector import SocketFactoryType
from yarl import URL

from bot.errors import Unconfirmed, Unreachable
from bot.ports import Part, Reply, Request

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))  # `json.dumps` would make one each time
_NEVER_LEFT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


class Http:
    """``ports.Transport`` over one shared session; ``async with`` opens and closes it.

    ``socket_factory`` makes the sockets: with the one of ``sources.guard.Guard`` it dials public addresses alone, for
    receivers that strangers have named. By default it dials any, for whom the operator names.

    Connections are kept for 15 s (aiohttp's default), less than a front end usually lets one idle, so that a post
    seldom meets a connection that is just being closed and comes back ``Unconfirmed`` for nothing.
    """

    _session: aiohttp.ClientSession

    def __init__(self, *, socket_factory: SocketFactoryType | None = None) -> None:
        self._socket_factory = socket_factory

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            # pace is kept elsewhere; a queue here would eat the timeout
            connector=aiohttp.TCPConnector(limit=0, socket_factory=self._socket_factory),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": "Sokbo"},
        )
        self._session._retry_connection = False  # noqa: SLF001 - else a DELETE that broke off leaves twice; no option says it
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def __call__(self, request: Request, /) -> Reply:
        """Carry one request; half of ``request.timeout`` (seconds) is for the connection."""
        url, (body, content_type) = _url(request), _body(request)
        try:
            async with self._session.request(
                request.verb,
                url,
                headers={**content_type, **request.headers},
                data=body,
                allow_redirects=False,
                timeout=_timeout(request.timeout),
            ) as answer:
                content = await answer.read()
                return Reply(answer.status, {name.lower(): value for name, value in answer.headers.items()}, content)
        except _NEVER_LEFT as error:
            raise Unreachable(f"{url.host}: no connection ({_why(error)})") from None
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Unconfirmed(f"{url.host}: no answer ({_why(error)}); it may have arrived") from None


@cache
def _timeout(seconds: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=seconds, connect=seconds / 2)


def _url(request: Request) -> URL:
    """Take the address as it stands: the very bytes that were signed."""
    with suppress(ValueError):
        url = URL(request.url, encoded=True)
        if url.scheme in {"http", "https"} and url.host and url.port:
            return url
    raise Unreachable("the platform's address is none that can be called; see base_url")


def _body(request: Request) -> tuple[bytes | aiohttp.FormData | None, dict[str, str]]:
    """Encode the body as aiohttp takes it, with the headers that it needs."""
    if request.body is not None:
        return request.body, {"Content-Type": "application/json"}
    if request.json is not None:
        # readable in a log of the wire, and half the bytes of \uXXXX for Korean
        return _JSON.encode(request.json).encode(), {"Content-Type": "application/json"}
    if request.form is not None:
        return aiohttp.FormData(dict(request.form)), {}
    if request.parts:
        return _multipart(request.parts), {}
    return None, {}


def _multipart(parts: tuple[Part, ...]) -> aiohttp.FormData:
    form = aiohttp.FormData(quote_fields=False)  # Discord wants "files[0]" as it stands
    for part in parts:
        if part.filename:
            form.add_field(part.name, part.data, content_type=part.content_type, filename=part.filename)
        else:
            form.add_field(part.name, part.data.decode(), content_type=part.content_type)
    return form


def _why(error: Exception) -> str:
    """Say the reason without the address, which aiohttp's own words hold."""
    if isinstance(error, TimeoutError):
        return "timed out"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return "its certificate is not valid"
    if isinstance(error, aiohttp.ClientConnectorError):
        return error.os_error.strerror or type(error.os_error).__name__
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return type(error).__name__
