"""A proxy that the operator names: what it is asked for, what it never hears of, and who hears its password."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from bot.errors import SourceError
from bot.model import Secret
from bot.sources.fetch import Client
from tests.sources.nowhere import PRIVATE, PUBLIC, Book, inside


class Proxy:
    """Notes what it is asked for; it tunnels nowhere, and answers for all plain hosts."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.heard: list[str] = []
        self.refuses = ""
        self.port = 0

    @property
    def address(self) -> Secret:
        return Secret(f"http://desk:hunter2@127.0.0.1:{self.port}")

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        asked, _, headers = head.partition("\r\n")
        self.asked.append(asked)
        self.heard.append(headers)
        if self.refuses:
            writer.write(f"HTTP/1.1 {self.refuses}\r\nContent-Length: 0\r\n\r\n".encode())
        elif asked.startswith("CONNECT"):
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await reader.read(1)
            writer.write(b"no TLS at all")
        else:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nplain")
        await writer.drain()
        writer.close()


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    async with AsyncExitStack() as stack:
        serving = Proxy()
        server = await stack.enter_async_context(await asyncio.start_server(serving.serve, "127.0.0.1", 0))
        serving.port = server.sockets[0].getsockname()[1]
        yield serving


NEWSDAO = Book({"newsdao.test": [[PUBLIC]], "mixed.test": [[PUBLIC, "10.0.0.1"]]})


async def test_a_plain_address_is_asked_for_by_its_name(proxy: Proxy) -> None:
    async with Client(proxy=proxy.address, resolver=NEWSDAO) as client:
        assert (await client("http://newsdao.test/feed?a=1")).body == b"plain"
    assert proxy.asked == ["GET http://newsdao.test/feed?a=1 HTTP/1.1"]
    assert "Proxy-Authorization: Basic " in proxy.heard[0]
    assert "hunter2" not in proxy.heard[0]


async def test_an_encrypted_one_by_a_tunnel_in_which_the_proxy_hears_nothing_else(proxy: Proxy) -> None:
    async with Client(proxy=proxy.address, resolver=NEWSDAO) as client:
        with pytest.raises(SourceError, match=r"newsdao\.test offers no TLS connection"):
            await client("https://newsdao.test/feed?key=1")
    assert proxy.asked == ["CONNECT newsdao.test:443 HTTP/1.1"]
    assert "key=1" not in proxy.heard[0]


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", [*PRIVATE, "mixed.test", "nowhere.test"])
async def test_it_never_hears_of_a_private_address(proxy: Proxy, scheme: str, host: str) -> None:
    book = inside()
    book.pages |= NEWSDAO.pages
    async with Client(proxy=proxy.address, resolver=book) as client:
        with pytest.raises(SourceError):
            await client(f"{scheme}://{host}/")
    assert proxy.asked == []


async def test_what_the_operator_allows_is_asked_for(proxy: Proxy) -> None:
    async with Client(proxy=proxy.address, resolver=inside(), allow_private=["10.0.0.0/8"]) as client:
        await client("http://inside.test/")
        await client("http://10.2.3.4/")
    assert len(proxy.asked) == 2


async def test_only_the_proxy_is_dialled(dialled: list[str]) -> None:
    async with Client(proxy=Secret("http://192.168.7.7:3128"), resolver=NEWSDAO) as client:
        for url in ("http://newsdao.test/", "https://newsdao.test/", f"http://{PUBLIC}/"):
            with pytest.raises(SourceError, match="cannot be reached through the proxy"):
                await client(url)
    assert set(dialled) == {"192.168.7.7"}


async def test_what_goes_wrong_with_it_is_said_of_it(proxy: Proxy) -> None:
    proxy.refuses = "403 Forbidden"
    async with Client(proxy=proxy.address, resolver=NEWSDAO) as client:
        with pytest.raises(SourceError, match=r"newsdao\.test cannot be reached through the proxy: it answered 403"):
            await client("https://newsdao.test/")
    async with Client(proxy=Secret("http://desk:hunter2@gone.test:1"), resolver=NEWSDAO) as client:
        with pytest.raises(SourceError, match="through the proxy: that is a name without an address") as told:
            await client("https://newsdao.test/")
    assert "hunter2" not in str(told.value)
