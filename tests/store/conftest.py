"""Two real databases side by side, and a wire between one of them and us that can fall silent."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.store import sqlite
from bot.store.database import Connection
from bot.store.postgres import Database
from tests.postgres import Server
from tests.store.full import Places, fill
from tests.store.site import opened, site

Run = Callable[[Callable[[Connection], Any]], Awaitable[list[Any]]]


class TakeBack(Exception):  # noqa: N818 - no error
    """What a piece of work came to, and nothing of it stays."""


class Wire:
    """A proxy that carries bytes; silenced, it keeps its connections and says nothing more."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._flows = asyncio.Event()
        self._flows.set()
        self._pumps: set[asyncio.Task[None]] = set()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        flows = self._flows  # of this connection: a later one may flow again
        there = await asyncio.open_connection("127.0.0.1", self._to)
        for source, sink in ((reader, there[1]), (there[0], writer)):
            pump = asyncio.create_task(self._carry(source, sink, flows))
            self._pumps.add(pump)
            pump.add_done_callback(self._pumps.discard)

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, flows: asyncio.Event) -> None:
        try:
            while data := await source.read(65536):
                await flows.wait()
                sink.write(data)
                await sink.drain()
            await flows.wait()  # the end of it is not told either
        except OSError:
            pass  # one end has gone: so goes the other
        finally:
            sink.close()

    def silence(self) -> None:
        """What is connected falls silent; new connections flow."""
        self._flows.clear()
        self._flows = asyncio.Event()
        self._flows.set()

    @asynccontextmanager
    async def laid(self) -> AsyncIterator[int]:
        """The port of this end."""
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            for pump in self._pumps:
                pump.cancel()
            await asyncio.gather(*self._pumps, return_exceptions=True)
            await server.wait_closed()


@pytest.fixture
async def wire(postgres: Server) -> AsyncIterator[tuple[Wire, int]]:
    wire = Wire(postgres.port)
    async with wire.laid() as port:
        yield wire, port


@pytest.fixture(scope="module")
def url(postgres: Server) -> Iterator[str]:
    """One database for a whole module."""
    with postgres.database() as address:
        yield address


@pytest.fixture
async def pg(url: str) -> AsyncIterator[Database]:
    async with Database(url, driving=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file for a whole module."""
    return tmp_path_factory.mktemp("store") / "s.db"


@pytest.fixture
async def both(path: Path, url: str) -> AsyncIterator[Run]:
    """Do the same in both databases; the two results. Nothing of it stays."""
    async with sqlite.Database(path, driving=True) as file, Database(url, driving=True) as server:

        async def run(work: Callable[[Connection], Any]) -> list[Any]:
            def rehearsed(connection: Connection) -> None:
                raise TakeBack(work(connection))

            results = []
            for database in (file, server):
                with pytest.raises(TakeBack) as taken:
                    await database.write(rehearsed)
                results.append(taken.value.args[0])
            return results

        yield run


# ── Stores to be copied ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Places]:
    with ExitStack() as stack:
        yield Places(tmp_path, lambda: stack.enter_context(request.getfixturevalue("postgres").database()))


@pytest.fixture
async def pair(tmp_path: Path) -> tuple[str, str]:
    """A store that is full and one that is empty."""
    old, new = (f"sqlite:///{tmp_path / name}" for name in ("old.db", "new.db"))
    async with site(old) as house:
        await fill(house)
    async with opened(new, None):
        pass
    return old, new


# ── Words for tests ──────────────────────────────────────────────────────────────────────────────────────────────


def note(connection: Connection, key: str = "k") -> None:
    connection.rows("insert into meta (key, value) values (:key, 'v') on conflict (key) do nothing", key=key)


def noted(connection: Connection) -> list[str]:
    return [row["key"] for row in connection.rows("select key from meta where key like 'k%' order by key")]


def session(connection: Connection) -> int:
    [row] = connection.rows("select pg_backend_pid() as pid")
    return int(row["pid"])


async def until(ready: Callable[[], Any], seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while not ready():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def timed(least: float, most: float) -> AsyncIterator[None]:
    began = time.monotonic()
    async with asyncio.timeout(most):
        yield
    assert least <= time.monotonic() - began
