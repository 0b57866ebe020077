"""A newsroom of the tests' own, for ingest: a source, its pictures and a platform, each as a test wants it."""

import asyncio
import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.document import Picture
from bot.errors import PictureError, SourceError
from bot.ingest import Ingest
from bot.model import Bounds, Delivery, DeliveryState, Entry, Limits, Message, Receipt, Story, Style, Target, Window
from bot.ports import Account, Fetched, Reading
from tests.contracts.conftest import FEED, Store, account, ended, said


@dataclass
class Wire:
    """A source of the test's own: gives what it is told to."""

    readings: list[Reading | Exception] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)
    link_answers: bool = True
    cursors: list[str] = field(default_factory=list)
    pages: dict[str, bytes] = field(default_factory=dict)
    slow: float = 0.0
    fetched: list[str] = field(default_factory=list)

    async def read(self, cursor: str) -> Reading:
        self.cursors.append(cursor)
        reading = self.readings.pop(0) if len(self.readings) > 1 else self.readings[0]
        if isinstance(reading, Exception):
            raise reading
        return reading

    async def picture(self, picture: Picture) -> bytes:
        self.fetched.append(picture.url)
        await asyncio.sleep(self.slow)
        if picture.url not in self.pictures:
            raise PictureError(f"{picture.url} answered 404")
        return self.pictures[picture.url]

    async def answers(self, link: str) -> bool:
        return self.link_answers

    async def page(self, link: str) -> Fetched:
        if link not in self.pages:
            raise SourceError("the page answered 404")
        return Fetched(link, 200, {"content-type": "text/html"}, self.pages[link])


class Plain:
    """A renderer of the test's own: the headline, the pictures; a body makes a second part."""

    platform = "telegram"
    credential = "c"
    limits = Limits(rate=1)
    pictures: Bounds | None = Bounds(size=1000, side=100, count=3)
    styles = frozenset({"pictures"})
    template = "{headline}"

    def render(self, story: Story, style: Style) -> tuple[Message, ...]:
        text = f"{story.headline} (card)" if story.card else story.headline
        alert = said(text, pictures=story.pictures[: style.pictures])
        return (alert, said("and on", part=1)) if style.body == "thread" else (alert,)

    @staticmethod
    def target(raw: Mapping[str, Any]) -> Target:
        return Target(str(raw["id"]))

    def per_target(self, target: Target) -> tuple[Window, ...]:
        return ()


class Editing(Plain):
    """One that can change what it posted."""

    async def edit(self, delivery: Delivery) -> Receipt:
        raise AssertionError("ingest never sends")


class Darkroom:
    """Pictures without a parser: what it is given is right already."""

    def __init__(self) -> None:
        self.prepared: list[bytes] = []

    def key(self, data: bytes, bounds: Bounds) -> str:
        return hashlib.sha256(data + str(bounds).encode()).hexdigest()

    async def prepare(self, data: bytes, bounds: Bounds) -> tuple[Picture, bytes]:
        self.prepared.append(data)
        if data == b"text":
            raise PictureError("is not a picture: it starts with “text”")
        sha256 = "ab" if data == b"jpeg" else data.decode()
        return Picture("", sha256=sha256, mime="image/jpeg", width=1, height=1, size=len(data)), data

    async def shared(self, html: bytes, base: str, content_type: str) -> Picture | None:
        return Picture(html.decode()) if html else None


def post(slug: str, **more: Any) -> Entry:
    fields: dict[str, Any] = {
        "id": f"guid-{slug}",
        "link": f"https://newsdao.kr/{slug}/",
        "title": slug,
        "summary": f"{slug} 요약이다.",
        "published": dt.datetime(2026, 11, 22, 1, 0, tzinfo=dt.UTC),
    }
    return Entry(**{**fields, **more})


def ingest(
    store: Store,
    wire: Wire,
    accounts: tuple[Account, ...] = (),
    darkroom: Darkroom | None = None,
    renderer: type[Plain] = Plain,
    **feed: Any,
) -> Ingest:
    return Ingest(
        store.inbox,
        [(replace(FEED, **feed), wire)],
        accounts or (account(),),
        {"readers": renderer(), "others": renderer()},
        darkroom or Darkroom(),
        lambda: None,
        store.clock,
        steady=store.clock.monotonic,
    )


async def told(store: Store) -> list[str]:
    """Headlines that dispatch would send, in order."""
    names = []
    while claims := await store.tick():
        names += [claim.delivery.message.text for claim in claims]
        await store.tick(*(ended(claim, DeliveryState.SENT) for claim in claims), room=0)
    return names


def styled(**style: Any) -> Account:
    return replace(account(), style=Style(**style))
