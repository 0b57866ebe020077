"""The guarded client: the one way to get what a stranger named, be it a feed, a picture, a link or a hub.

    url ─▶ http(s)? ─▶ its host's turn ─▶ connect (Guard sees the address) ─▶ answer ─▶ redirect? ≤ 5, each from here
                         └─ resting: refused                                    └─▶ body, ≤ 15 MiB packed and unpacked
                                          └──────── 30 s for all of it, awaited turns aside ────────┘

No proxy from the environment, no cookies, no retries. What goes wrong is a ``SourceError`` that names host and cause,
never the whole address: it may hold a key.

With a proxy, which the operator names, it is the proxy that dials, and only it can check what it dials. What is refused
here, before the proxy hears of it, is every address, and every name with an address, that this machine would not dial
itself; a name that changes its answer in between is the proxy's to refuse. It is given the name, not the address that
was found, because most proxies stand there to judge by names. Its own address may be private.
"""

import asyncio
import hashlib
import socket
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver
from multidict import CIMultiDictProxy
from yarl import URL

from bot.errors import SourceError, SourceGone
from bot.model import UTC, Secret
from bot.ports import Credentials, Fetched
from bot.sources.address import host_of, secrets_for, shown
from bot.sources.causes import cause
from bot.sources.guard import ANYWHERE, Guard, Network
from bot.sources.hosts import Hosts
from bot.sources.inflate import ASKED_FOR, inflated
from bot.sources.patience import fresh_for, rest_for
from bot.sources.wire import Connector, Names

DEADLINE = 30.0  #: seconds for the whole of a fetch (FAILURES.md section 1, "gzip bomb")
LARGEST = 15 * 1024 * 1024  #: bytes of a body, packed and unpacked (the same row; what Miniflux allows)
REDIRECTS = 5  #: as many as the RSS readers of FAILURES.md section 1, "SSRF", follow
CHUNK = 64 * 1024  #: bytes read at a time; the cap is checked after each
KEPT_FOR = 5.0  #: seconds that a connection lies idle: a feed's pictures and pages come at once or not at all
VERSION = "0.1"

OK = 200
NOT_MODIFIED = 304
FOR_GOOD = frozenset({301, 308})
REDIRECTING = FOR_GOOD | {302, 303, 307}
SAME_VERB = frozenset({307, 308})
GONE = 410


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked at every address that redirects lead to."""

    headers: Mapping[str, str]
    credentials: Credentials | None = None
    known: str = ""
    body: Mapping[str, str] | bytes | None = None  #: a form, or what is none; None: nothing is posted


@dataclass(frozen=True, slots=True)
class _Redirect:
    """Where an answer leads to, and whether for good."""

    to: URL
    for_good: bool


class Client:
    """The guarded client, as an async context manager; implements ``Fetch`` and ``Asks``, and ``Post`` by its ``post``.

    ``allow_private`` are networks that may be dialled although private; ``contact`` goes into the User-Agent; ``proxy``
    is the address of an http(s) proxy, a name and a password in it perhaps; ``deadline`` is in seconds, ``largest`` in
    bytes. ``resolver`` looks names up, by default as this machine does; ``hosts`` keeps the manners towards them.
    """

    def __init__(
        self,
        *,
        allow_private: Iterable[Network | str] = (),
        contact: str = "",
        proxy: Secret | None = None,
        deadline: float = DEADLINE,
        largest: int = LARGEST,
        resolver: AbstractResolver | None = None,
        hosts: Hosts | None = None,
    ) -> None:
        self._guard = Guard(allow_private)
        self._proxy = None if proxy is None else URL(proxy.reveal())
        self._agent = f"Sokbo/{VERSION} (+{contact})" if contact else f"Sokbo/{VERSION}"
        self._deadline = deadline
        self._largest = largest
        self._resolver = resolver or Names()
        self._hosts = hosts or Hosts()
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        dialled = self._guard if self._proxy is None else Guard(ANYWHERE)  # nothing is dialled but the proxy
        self._session = aiohttp.ClientSession(
            connector=Connector(
                socket_factory=dialled.socket_for,
                resolver=self._resolver,
                use_dns_cache=False,  # a look-up for each connection; the machine's own cache is the better one
                limit=0,  # Hosts bounds them, where waiting costs no deadline
                keepalive_timeout=KEPT_FOR,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self._agent, "Accept-Encoding": ASKED_FOR},
            timeout=aiohttp.ClientTimeout(total=None),  # one deadline stands around redirects and body
            auto_decompress=False,  # a known body needs no unpacking: a fifth of the cost (PERFORMANCE.md section 2)
            proxy=self._proxy,
            trust_env=False,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()
        await self._resolver.close()

    async def __call__(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        credentials: Credentials | None = None,
        known: str = "",
    ) -> Fetched:
        """Get ``url``: an answer of 2xx, or 304 to conditional ``headers``.

        A body whose digest is ``known`` is not unpacked. Raises ``SourceError`` for everything else, ``SourceGone`` for
        410.
        """
        return await self._follow(url, _Question(headers or {}, credentials, known))

    async def post(
        self,
        url: str,
        body: Mapping[str, str] | bytes,
        *,
        headers: Mapping[str, str] | None = None,
        credentials: Credentials | None = None,
    ) -> Fetched:
        """Post a form, or bytes: an answer of 2xx. Only 307 and 308 are followed, which keep it."""
        return await self._follow(url, _Question(headers or {}, credentials, body=body))

    async def _follow(self, url: str, question: _Question) -> Fetched:
        """Ask, and go where the answers lead; raises ``SourceError``."""
        target = URL()
        try:
            target, moved, for_good, left = URL(url), "", True, self._deadline
            for _ in range(REDIRECTS + 1):
                async with self._hosts.turn(host_of(target)):
                    began = time.monotonic()  # what was waited for the turn is not the host's fault
                    async with asyncio.timeout(left):
                        answer = await self._ask(target, question)
                    left -= time.monotonic() - began
                if isinstance(answer, Fetched):
                    return replace(answer, moved=moved) if moved else answer
                target, for_good = answer.to, for_good and answer.for_good
                moved = str(target) if for_good else moved
            problem = SourceError(f"{target.host} redirects more than {REDIRECTS} times")
        except SourceError as error:
            problem = type(error)(str(error), retry_after=error.retry_after)
        except TimeoutError:
            problem = SourceError(f"{target.host} did not finish answering within {self._deadline:g} s")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            why = cause(error, proxied=self._proxy is not None)
            problem = SourceError(f"{target.host or 'the address'} {why}")
        # Anew, and not from within: aiohttp's own words hold the address, and the frames below hold what was read of a
        # bomb, for as long as anybody keeps the error.
        raise problem

    async def _ask(self, target: URL, question: _Question) -> Fetched | _Redirect:
        """One request: the answer, or where it redirects to."""
        if self._session is None:
            raise RuntimeError("the client is used outside its async with")
        if self._proxy is not None:
            await self._judge(target)
        async with self._session.request(
            "GET" if question.body is None else "POST",
            target,
            headers={**question.headers, **secrets_for(target, question.credentials)},
            data=question.body,
            allow_redirects=False,
        ) as response:
            if response.status in REDIRECTING:
                return _redirect(target, question, response)
            return await self._answer(target, question, response)

    async def _answer(self, target: URL, question: _Question, response: aiohttp.ClientResponse) -> Fetched:
        """What is no redirect: read, and unpacked unless it is known."""
        status, said, now = response.status, _lowered(response.headers), datetime.now(UTC)
        if status == GONE:
            raise SourceGone(f"{target.host} answered 410: it is gone for good")
        rest = rest_for(status, said, now)
        if rest:
            self._hosts.rest(host_of(target), rest)
        if status // 100 * 100 != OK and status != NOT_MODIFIED:
            raise SourceError(f"{target.host} answered {status} {response.reason or ''}".rstrip(), retry_after=rest)
        answer = Fetched(shown(target), status, said, b"", fresh_for=fresh_for(said, now))
        if status == NOT_MODIFIED:
            return answer
        try:
            wire = await self._wire(response)
            digest = hashlib.sha256(wire).hexdigest()
            if digest == question.known:
                return replace(answer, digest=digest, same=True)
            body = await inflated(wire, said.get("content-encoding", ""), self._largest)
        except SourceError as error:
            raise SourceError(f"{target.host} {error}") from None
        return replace(answer, digest=digest, body=body)

    async def _wire(self, response: aiohttp.ClientResponse) -> bytes:
        """The body as it came; raises ``SourceError`` as soon as it is too large, or says that it will be."""
        chunks, size = list[bytes](), 0
        if (response.content_length or 0) <= self._largest:
            async for chunk in response.content.iter_chunked(CHUNK):
                chunks.append(chunk)
                size += len(chunk)
                if size > self._largest:
                    break
            else:
                return b"".join(chunks)
        raise SourceError(f"sends more than {self._largest / 2**20:g} MiB")

    async def _judge(self, target: URL) -> None:
        """Refuse what a proxy must not be asked for: an address, or a name with one, that may not be dialled."""
        host = host_of(target)
        try:
            self._guard.check(host)
        except ValueError:  # a name
            for found in await self._resolver.resolve(host, family=socket.AF_UNSPEC):
                self._guard.check(found["host"])


def _redirect(target: URL, question: _Question, response: aiohttp.ClientResponse) -> _Redirect:
    """Where an answer leads to; raises ``SourceError`` if it leads nowhere, or would lose what is posted."""
    if question.body is not None and response.status not in SAME_VERB:
        raise SourceError(f"{target.host} answered {response.status} to what was posted, which would lose it")
    if "Location" not in response.headers:
        raise SourceError(f"{target.host} answered {response.status} without saying where to go")
    return _Redirect(target.join(URL(response.headers["Location"])), response.status in FOR_GOOD)


def _lowered(headers: CIMultiDictProxy[str]) -> dict[str, str]:
    """Lower-case names; what a name says several times (Link often does) is joined, as RFC 9110 section 5.3 allows."""
    return {name.lower(): ", ".join(headers.getall(name)) for name in headers}
