"""A sandbox on a free port, and a client that speaks to it over real sockets."""

import io
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from PIL import Image

from bot.sandbox.server import Sandbox

AGENT = "DiscordBot (https://example.org, 1.0)"


@dataclass(frozen=True)
class Heard:
    status: int
    headers: Any
    body: Any


class Client:
    """Speaks HTTP to one sandbox; credentials of each platform are at hand."""

    telegram = "/telegram/bot7:good"
    discord = "/discord/api/v10"

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session = session
        self.url = url

    async def ask(self, verb: str, path: str, **more: Any) -> Heard:
        async with self.session.request(verb, self.url + path, **more) as reply:
            data = await reply.read()
            return Heard(reply.status, reply.headers, json.loads(data) if data else None)

    async def call(self, method: str, **fields: Any) -> Heard:
        return await self.ask("POST", f"{self.telegram}/{method}", json=fields)

    async def bot(self, verb: str, path: str, **more: Any) -> Heard:
        headers = {"Authorization": "Bot good", "User-Agent": AGENT} | more.pop("headers", {})
        return await self.ask(verb, self.discord + path, headers=headers, **more)

    async def x(self, verb: str, path: str, **more: Any) -> Heard:
        headers = {"Authorization": "Bearer 42-good"} | more.pop("headers", {})
        return await self.ask(verb, f"/x/2{path}", headers=headers, **more)

    async def fault(self, platform: str, kind: str, count: int = 1, **more: Any) -> Heard:
        order = {"platform": platform, "kind": kind, "count": count, **more}
        return await self.ask("POST", "/_sandbox/faults", json=order)

    async def accepted(self) -> list[dict[str, Any]]:
        heard: list[dict[str, Any]] = (await self.ask("GET", "/_sandbox/accepted")).body
        return heard


def form(**fields: str | tuple[str, bytes, str]) -> aiohttp.FormData:
    """A multipart body; a triple is a file: name, bytes, MIME type."""
    data = aiohttp.FormData(default_to_multipart=True)
    for name, value in fields.items():
        if isinstance(value, str):
            data.add_field(name, value)
        else:
            data.add_field(name, io.BytesIO(value[1]), filename=value[0], content_type=value[2])
    return data


Form = Callable[..., aiohttp.FormData]
Paint = Callable[..., bytes]
Visit = Callable[[str], Client]


@pytest.fixture(name="form")
def _form() -> Form:
    return form


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "var" / "sandbox.jsonl"


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(5)) as session:
        session._retry_connection = False  # else a DELETE that broke off is made again, and no test would see it
        yield session


@pytest.fixture
async def sandbox(log: Path) -> AsyncIterator[Sandbox]:
    async with Sandbox("127.0.0.1:0", log) as sandbox:
        yield sandbox


@pytest.fixture
def client(sandbox: Sandbox, session: aiohttp.ClientSession) -> Client:
    return Client(session, sandbox.url)


@pytest.fixture
def visit(session: aiohttp.ClientSession) -> Visit:
    """A client of a sandbox that the test opened itself."""
    return lambda url: Client(session, url)


@pytest.fixture
def picture() -> Paint:
    """A real picture of any size, in one of Pillow's formats."""

    def paint(width: int = 1200, height: int = 630, kind: str = "PNG") -> bytes:
        out = io.BytesIO()
        Image.new("L", (width, height), 200).save(out, kind)
        return out.getvalue()

    return paint
