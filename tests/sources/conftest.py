"""Real servers on 127.0.0.1 and a guarded client that may reach them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.parsers import Parsers
from bot.ports import Parse
from bot.sources.fetch import Client
from bot.sources.jekyll import JekyllSource
from tests.sources.nowhere import dialled as dialled  # noqa: PLC0414 - a fixture of every test here
from tests.sources.site import Site

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Start a server whose every path is answered by one handler; gives its address without a trailing slash."""
    async with AsyncExitStack() as servers:

        async def start(handler: Handler) -> str:
            app = web.Application()
            app.router.add_route("*", "/{path:.*}", handler)
            server = await servers.enter_async_context(TestServer(app))
            return str(server.make_url("")).rstrip("/")

        yield start


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with Client(allow_private=["127.0.0.0/8"]) as guarded:
        yield guarded


class Here:
    """Parses in this process: what a parser function does, without what a parser process adds."""

    async def __call__(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)


@pytest.fixture
def here() -> Here:
    return Here()


@pytest.fixture
async def parsers() -> AsyncIterator[Parsers]:
    async with Parsers(1) as pool:
        yield pool


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "site")


@pytest.fixture
def source(site: Site, client: Client, here: Parse) -> JekyllSource:
    return JekyllSource(site.posts, site="https://paper.test", zone="Asia/Seoul", fetch=client, parse=here)
