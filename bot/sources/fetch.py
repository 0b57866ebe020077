"""The guarded client: the one way to get what a stranger named, be it a feed, a picture or a link.

    url ─▶ http(s)? ─▶ connect (Guard sees the address) ─▶ answer ─▶ redirect? ≤ 5, each from the start again
                                                             └─▶ body, inflated, ≤ 15 MiB ─▶ Fetched
           └────────────────────────── 30 s for all of it ──────────────────────────┘

No proxy from the environment, no cookies, no retries. What goes wrong is a ``SourceError`` that names host and cause,
never the whole address: it may hold a key.
"""

import asyncio
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Self

import aiohttp
from multidict import CIMultiDictProxy
from yarl import URL

from bot.errors import SourceError, SourceGone
from bot.ports import Fetched
from bot.sources.guard import Guard, Network

DEADLINE = 30.0  #: seconds for the whole of a fetch (FAILURES.md section 1, "gzip bomb")
LARGEST = 15 * 1024 * 1024  #: bytes of an inflated body (the same row; what Miniflux allows)
REDIRECTS = 5  #: as many as the RSS readers of FAILURES.md section 1, "SSRF", follow
CHUNK = 64 * 1024  #: bytes read at a time; the cap is checked after each
VERSION = "0.1"

OK = 200
NOT_MODIFIED = 304
REDIRECTING = frozenset({301, 302, 303, 307, 308})
GONE = 410


class Client:
    """The guarded client, as an async context manager; implements ``Fetch``.

    ``allow_private`` are networks that may be dialled although private; ``contact`` goes into the User-Agent;
    ``deadline`` is in seconds, ``largest`` in bytes.
    """

    def __init__(
        self,
        *,
        allow_private: Iterable[Network | str] = (),
        contact: str = "",
        deadline: float = DEADLINE,
        largest: int = LARGEST,
    ) -> None:
        self._guard = Guard(allow_private)
        self._agent = f"Sokbo/{VERSION} (+{contact})" if contact else f"Sokbo/{VERSION}"
        self._deadline = deadline
        self._largest = largest
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(socket_factory=self._guard.socket_for, resolver=aiohttp.ThreadedResolver()),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self._agent},
            timeout=aiohttp.ClientTimeout(total=None),  # one deadline stands around redirects and body
            trust_env=False,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def __call__(self, url: str, *, headers: Mapping[str, str] | None = None) -> Fetched:
        """Get ``url``: an answer of 2xx, or 304 to conditional ``headers``.

        Raises ``SourceError`` for everything else, ``SourceGone`` for 410.
        """
        host = "the address"
        try:
            async with asyncio.timeout(self._deadline):
                target = URL(url)
                for _ in range(REDIRECTS + 1):
                    host = _checked_host(target)
                    answer = await self._ask(target, headers or {})
                    if isinstance(answer, Fetched):
                        return answer
                    target = answer
        except TimeoutError as error:
            raise SourceError(f"{host} did not finish answering within {self._deadline:g} s") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            # Without its own text, which holds the whole address, and not chained, for the same reason.
            raise SourceError(f"{host} {_cause(error)}") from None
        raise SourceError(f"{host} redirects more than {REDIRECTS} times")

    async def _ask(self, target: URL, headers: Mapping[str, str]) -> Fetched | URL:
        """One request: the answer, or where it redirects to."""
        if self._session is None:
            raise RuntimeError("the client is used outside its async with")
        async with self._session.get(target, headers=headers, allow_redirects=False) as response:
            status, host = response.status, target.host
            if status in REDIRECTING:
                if "Location" not in response.headers:
                    raise SourceError(f"{host} answered {status} without saying where to go")
                return target.join(URL(response.headers["Location"]))
            if status == GONE:
                raise SourceGone(f"{host} answered 410: it is gone for good")
            if status // 100 * 100 != OK and status != NOT_MODIFIED:
                raise SourceError(f"{host} answered {status} {response.reason or ''}".rstrip())
            body = await self._body(response, str(host))
            return Fetched(url=str(target), status=status, headers=_lowered(response.headers), body=body)

    async def _body(self, response: aiohttp.ClientResponse, host: str) -> bytes:
        """The inflated body; raises ``SourceError`` as soon as it is too large."""
        body = bytearray()
        async for chunk in response.content.iter_chunked(CHUNK):
            body += chunk
            if len(body) > self._largest:
                raise SourceError(f"{host} sends more than {self._largest / 2**20:g} MiB")
        return bytes(body)


def _checked_host(target: URL) -> str:
    """The host of an address that may be asked at all; raises ``SourceError``."""
    if target.scheme not in {"http", "https"}:
        raise SourceError(f"“{target.scheme}:” is not http or https")
    if not target.host:
        raise SourceError("the address names no host")
    return target.host


def _lowered(headers: CIMultiDictProxy[str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _cause(error: Exception) -> str:
    """What went wrong, in words that follow the host's name and hold no address."""
    match error:
        case aiohttp.ClientConnectorDNSError():
            return "is a name without an address"
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientSSLError():
            return "offers no TLS connection that can be trusted"
        case aiohttp.ClientConnectorError():
            return f"cannot be reached: {error.os_error}"
        case aiohttp.ServerDisconnectedError() | ConnectionError():
            return "hung up without an answer"
        case aiohttp.ClientPayloadError():
            return "broke off in the middle of its answer"
        case aiohttp.InvalidURL() | ValueError():
            return "is not an address that can be asked"
        case _:
            return f"gave an answer that is no good HTTP ({type(error).__name__})"
