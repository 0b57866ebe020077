"""Lead it into the operator's network: FAILURES.md section 3, row 23. What would be dialled is noted instead."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, suppress
from ipaddress import ip_address
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.document import Picture
from bot.errors import DeliveryError, PictureError, SourceError
from bot.ports import Request
from bot.sources.feed import FeedSource
from bot.sources.fetch import Client
from bot.sources.guard import Guard
from bot.transport import Http
from tests.sources.nowhere import PRIVATE, PUBLIC, Book, inside

Enter = Callable[[str], Awaitable[object]]
OUTSIDE = "127.0.0.2"  #: stands for the public internet: a server that redirects wherever it is told to
OWN = "http://outside.test/"


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every address that somebody began to dial; only `OUTSIDE` is reached."""
    addresses: list[str] = []
    connect = socket.socket.connect

    def note(sock: socket.socket, address: tuple[Any, ...]) -> None:
        addresses.append(address[0])
        if address[0] != OUTSIDE:
            raise ConnectionRefusedError("no test dials")
        connect(sock, address)

    monkeypatch.setattr(socket.socket, "connect", note)  # whatever event loop calls it
    return addresses


class Entrances:
    """Every way in which an address of a stranger's comes to be asked."""

    def __init__(self, client: Client, http: Http, redirector: str) -> None:
        self.client = client
        self.http = http
        self.redirector = redirector

    @property
    def all(self) -> Mapping[str, Enter]:
        return {
            "feed": lambda url: self._feed(url).read(""),
            "feed that moved": lambda url: self._feed(OWN).read(json.dumps({"url": OWN, "moved": url, "afresh": 1e9})),
            "picture": lambda url: self._feed(OWN).picture(Picture(url)),
            "link that is waited for": lambda url: self._feed(OWN).answers(url),
            "page, or a site's feed": lambda url: self._feed(OWN).page(url),
            "redirect": lambda url: self.client(f"{self.redirector}/302?{url}"),
            "permanent redirect of a feed": lambda url: self._feed(f"{self.redirector}/301?{url}").read(""),
            "WebSub hub": lambda url: self.client.post(url, {"hub.mode": "subscribe"}),
            "redirect of a hub": lambda url: self.client.post(
                f"{self.redirector}/307?{url}", {"hub.mode": "subscribe"}
            ),
            "webhook of a stranger": lambda url: self.http(Request("POST", url, body=b"{}")),
        }

    def _feed(self, url: str) -> FeedSource:
        return FeedSource(url, self.client, _nobody, now=lambda: 1e9)


async def _nobody(*_: Any, **__: Any) -> Any:
    raise AssertionError("nothing is ever read that a parser could see")


async def _redirect(request: web.Request) -> web.Response:
    return web.Response(status=int(request.path[1:]), headers={"Location": request.raw_path.partition("?")[2]})


@pytest.fixture
async def entrances(
    noted: list[str], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Callable[[Book], Awaitable[Entrances]]]:
    async with AsyncExitStack() as stack:
        app = web.Application()
        app.router.add_route("*", "/{status}", _redirect)
        server = await stack.enter_async_context(TestServer(app, host=OUTSIDE))

        async def enter(book: Book) -> Entrances:
            async def look_up(_: Any, host: str, port: int, **__: Any) -> list[Any]:
                with suppress(socket.gaierror):  # as the machine would, of numbers
                    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
                found = await book.resolve(host)
                kinds = (socket.AF_INET6 if ":" in one["host"] else socket.AF_INET for one in found)
                return [
                    (kind, socket.SOCK_STREAM, 6, "", (one["host"], port, 0, 0)[: 4 if kind == socket.AF_INET6 else 2])
                    for kind, one in zip(kinds, found, strict=True)
                ]

            monkeypatch.setattr(type(asyncio.get_running_loop()), "getaddrinfo", look_up)
            client = await stack.enter_async_context(Client(allow_private=[f"{OUTSIDE}/32"], resolver=book))
            http = await stack.enter_async_context(Http(socket_factory=Guard([f"{OUTSIDE}/32"]).socket_for))
            return Entrances(client, http, f"http://{OUTSIDE}:{server.port}")

        yield enter


async def _try(enter: Enter, url: str) -> None:
    with suppress(SourceError, PictureError, DeliveryError):
        assert not await enter(url)


def _address(host: str) -> str:
    """The address that a host in brackets or with dots is; "" for a name."""
    with suppress(ValueError):
        return str(ip_address(host.strip("[]").partition("%")[0]))
    return ""


async def test_no_form_of_a_private_address_is_dialled_whoever_names_it(
    entrances: Callable[[Book], Awaitable[Entrances]], noted: list[str]
) -> None:
    """Row 23: by its number in whatever form, and by a name that leads to it."""
    book = inside()
    named = {f"{index}.test": address for index, host in enumerate(PRIVATE) if (address := _address(host))}
    book.pages["outside.test"] = [[OUTSIDE]]
    book.pages |= {name: [[address]] for name, address in named.items()}
    doors = (await entrances(book)).all
    asked = 0
    for enter in doors.values():
        for host in (*PRIVATE, *named):
            for scheme in ("http", "https"):
                await _try(enter, f"{scheme}://{host}/")
                asked += 1
    print(
        f"row 23: {len(PRIVATE)} forms and {len(named)} names by {len(doors)} ways in: {asked:,} asked, "
        f"{len(set(noted) - {OUTSIDE})} dialled"
    )
    assert len(PRIVATE) >= 60
    assert set(noted) == {OUTSIDE}


async def test_every_way_in_leads_out_to_a_public_address(
    entrances: Callable[[Book], Awaitable[Entrances]], noted: list[str]
) -> None:
    """The test above proves nothing of a way that would dial nobody at all."""
    doors = (await entrances(Book({"paper.test": [[PUBLIC]], "outside.test": [[OUTSIDE]]}))).all
    for name, enter in doors.items():
        for host in (PUBLIC, "paper.test"):
            noted.clear()
            await _try(enter, f"http://{host}/")
            assert PUBLIC in noted, name


async def test_a_name_that_changes_its_answer_is_dialled_where_it_is_public(
    entrances: Callable[[Book], Awaitable[Entrances]], noted: list[str]
) -> None:
    """Row 23, a rebinding resolver: each look-up finds what the last one did not."""
    turns = [[PUBLIC], ["127.0.0.1"], ["169.254.169.254", PUBLIC], ["::1"], ["::ffff:10.0.0.1"]] * 40
    doors = (await entrances(Book({"rebind.test": turns, "outside.test": [[OUTSIDE]]}))).all
    for enter in doors.values():
        for _ in range(10):
            await _try(enter, "http://rebind.test/")
    assert set(noted) == {PUBLIC, OUTSIDE}
