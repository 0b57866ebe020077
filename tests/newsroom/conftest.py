"""A page on 127.0.0.1 over a handwritten ledger.

The stub stands for the port, not for the store: it answers what a test wrote into it. The store's own ledger is read by
the end-to-end tests.
"""

import datetime as dt
import io
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from PIL import Image

import bot.desk
from bot.desk import Decision, Replay, Switch
from bot.document import Picture
from bot.model import Entity, Message, Style
from bot.newsroom.page import Newsroom
from bot.ports import Alert, Shown

LOCALES = Path(__file__).parents[2] / "config" / "locales"

HEADLINE = "반도체 수출 석 달째 늘어"
EXCERPT = "지난달 반도체 수출이 한 해 전보다 12% 늘었다. 정부는 올해 목표를 높여 잡았다."
LINK = "https://news.example.kr/economy/2026/11/20/chips/"


def stamp(minutes: float = 0) -> str:
    """So many minutes ago, as the ledger says it."""
    return (dt.datetime.now(dt.UTC) - dt.timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


def delivery(number: int, state: str = "sent", **more: Any) -> dict[str, Any]:
    arrived = state == "sent"
    return {
        "delivery": number,
        "story": 1,
        "account": "readers",
        "target": "@newsroom",
        "operation": "send",
        "state": state,
        "tries": 1,
        "reason": "",
        "queued": stamp(3),
        "sent": stamp(2) if arrived else None,
        "ids": [str(number)] if arrived else [],
        "link": f"https://t.example/newsroom/{number}" if arrived else "",
        **more,
    }


def message(platform: str, text: str, **more: Any) -> Message:
    fields: dict[str, Any] = {"body": {}, "limit": 1024, "unit": "characters", "length": len(text), **more}
    return Message(platform=platform, style=Style(), text=text, **fields)


def telegram(headline: str, excerpt: str, link: str, pictures: Sequence[Picture] = ()) -> Message:
    bold = len(headline.encode("utf-16-le")) // 2
    text = f"{headline}\n\n{excerpt}\n\n{link}"
    return message(
        "telegram", text, entities=(Entity("bold", 0, bold),), pictures=tuple(pictures), body={"caption": text}
    )


def discord(headline: str, excerpt: str, link: str, pictures: Sequence[Picture] = (), **more: Any) -> Message:
    embed = {
        "author": {"name": "newsroom"},
        "title": headline,
        "url": link,
        "description": excerpt,
        "color": 0x4F545C,
        "footer": {"text": "Economy"},
        "timestamp": stamp(5),
        **more,
    }
    text = f"{headline}\n\n{excerpt}"
    return message("discord", text, limit=6000, body={"embed": embed}, pictures=tuple(pictures))


def x(headline: str, excerpt: str, link: str, pictures: Sequence[Picture] = ()) -> Message:
    return message("x", f"{headline}\n\n{excerpt}\n\n{link}", limit=280, unit="weighted", pictures=tuple(pictures))


@dataclass
class PaperLedger:
    """Answers what was written into it; ``broken`` makes it fail."""

    shown: list[Shown] = field(default_factory=list)
    alarmed: list[dict[str, Any]] = field(default_factory=list)
    fed: list[dict[str, Any]] = field(default_factory=list)
    accounted: list[dict[str, Any]] = field(default_factory=list)
    pictures: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    commits: int = 1
    broken: Exception | None = None
    looks: int = 0

    def publish(self, *alerts: Alert, headline: str = HEADLINE, link: str = LINK, **more: Any) -> int:
        """Commit a story with its alerts; gives its id."""
        number = len(self.shown) + 1
        story = {
            "id": number,
            "headline": headline,
            "link": link,
            "urgency": "normal",
            "revision": 1,
            "state": "announced",
            "feeds": ["newsroom"],
            "head": None,
            "alike": "",
            "accounts": None,
            "published": stamp(4),
            "seen": stamp(4),
            **more,
        }
        self.shown.insert(0, Shown(story, alerts))
        self.commits += 1
        return number

    def announce(self, *deliveries: Mapping[str, Any], **more: Any) -> int:
        """Commit a story with a Telegram alert."""
        return self.publish(self.alert("telegram", *deliveries), **more)

    @staticmethod
    def row(number: int, state: str = "sent", **more: Any) -> dict[str, Any]:
        """A delivery as the ledger tells it."""
        return delivery(number, state, **more)

    @staticmethod
    def alert(platform: str, *deliveries: Mapping[str, Any], headline: str = HEADLINE, **more: Any) -> Alert:
        """An alert of one platform, with one delivery that arrived if none is given."""
        make = {"telegram": telegram, "discord": discord, "x": x}[platform]
        told = {"excerpt": EXCERPT, "link": LINK, **more}
        return Alert("readers", make(headline, **told), deliveries or (delivery(1),))

    def keep(self, *, width: int = 120, height: int = 63, alt: str = "공장의 조립 라인") -> Picture:
        """Keep a picture's bytes, and give what names it."""
        file = io.BytesIO()
        Image.new("RGB", (width, height), (52, 74, 94)).save(file, "PNG")
        digest = sha256(file.getvalue()).hexdigest()
        self.pictures[digest] = ("image/png", file.getvalue())
        return Picture("https://news.example.kr/a.png", alt, digest, "image/png", width, height, len(file.getvalue()))

    async def stories(self, *, known: bool = False, limit: int = 200) -> list[dict[str, Any]]:
        return [dict(shown.story) for shown in self.shown]

    async def deliveries(self, *, story: int | None = None, limit: int = 1000) -> list[dict[str, Any]]:
        return [dict(row) for shown in self.shown for alert in shown.alerts for row in alert.deliveries]

    async def story(self, number: int) -> dict[str, Any] | None:
        return next((dict(shown.story) for shown in self.shown if shown.story["id"] == number), None)

    async def recall(self, story: int) -> list[dict[str, Any]]:
        alerts = [alert for shown in self.shown if shown.story["id"] == story for alert in shown.alerts]
        rows = [dict(row) for alert in alerts for row in alert.deliveries]
        return [row for row in rows if row["operation"] == "delete"] or rows

    async def facts(self, story: int, target: str) -> dict[str, Any]:
        raise AssertionError("the desk of these tests answers by itself")

    async def feeds(self, *, limit: int = 1000, ailing: bool = False) -> list[dict[str, Any]]:
        return self.fed[:limit]

    async def watched(self) -> int:
        return sum(not feed.get("retired") for feed in self.fed)

    async def accounts(self) -> list[dict[str, Any]]:
        return self.accounted

    async def board(self, limit: int = 50) -> list[Shown]:
        return list(self.shown)

    async def alarms(self) -> list[dict[str, Any]]:
        return self.alarmed

    async def picture(self, sha256: str) -> tuple[str, bytes] | None:
        return self.pictures.get(sha256)

    async def version(self) -> int:
        self.looks += 1
        if self.broken:
            raise self.broken
        return self.commits


@dataclass
class Desk(bot.desk.Desk):
    """Takes decisions as the bot would, and remembers them; the bot may be ``idle``, and the desk may refuse."""

    ledger: PaperLedger
    decisions: list[tuple[object, ...]] = field(default_factory=list)
    refuses: Exception | None = None
    idle: bool = False

    async def settle(self, delivery: int, decision: Decision) -> int:
        number = self._decide(delivery, decision)
        if not self.idle:
            self._redraw(lambda alert: _settled(alert, delivery, decision))
        return number

    async def switch(self, account: str, what: Switch) -> int:
        number = self._decide(what, account)
        self.ledger.accounted = [
            {**each, "stopped": what == "pause", "reason": "paused by a person" if what == "pause" else ""}
            for each in self.ledger.accounted
        ]
        return number

    async def replay(self, order: Replay) -> int:
        return self._decide("replay", order.story, order.failed, order.held)

    async def retract(self, number: int) -> bool:
        self._decide("retract", number)
        self.ledger.shown = [
            Shown({**shown.story, "state": "retracted"}, shown.alerts) if shown.story["id"] == number else shown
            for shown in self.ledger.shown
        ]
        self.ledger.commits += 1
        return True

    async def why(self, story: int, target: str, language: str, zone: str) -> str:
        self._decide("why", story, target, language, zone)
        return f"{target} got story {story} <b>at once</b>."

    async def result(self, intent: int) -> str | None:
        return None if self.idle else "done"

    def _decide(self, *decision: object) -> int:
        if self.refuses:
            raise self.refuses
        self.decisions.append(decision)
        return len(self.decisions)

    def _redraw(self, draw: Callable[[Alert], Alert]) -> None:
        self.ledger.shown = [Shown(shown.story, tuple(map(draw, shown.alerts))) for shown in self.ledger.shown]
        self.ledger.commits += 1


def _settled(alert: Alert, number: int, decision: Decision) -> Alert:
    state = "sent" if decision == "it_arrived" else "ready"
    rows = tuple({**row, "state": state} if row["delivery"] == number else row for row in alert.deliveries)
    return Alert(alert.account, alert.message, rows)


@pytest.fixture
def ledger() -> PaperLedger:
    return PaperLedger()


@pytest.fixture
def desk(ledger: PaperLedger) -> Desk:
    return Desk(ledger)


Open = Callable[..., AbstractAsyncContextManager[Newsroom]]


@pytest.fixture
def open_page(ledger: PaperLedger, desk: Desk) -> Open:
    """Give a page that is not yet open; options are the constructor's."""

    def build(listen: str = "127.0.0.1:0", **options: Any) -> Newsroom:
        usual: dict[str, Any] = {"language": "ko", "zone": "Asia/Seoul", "sandbox": False, "locales": LOCALES}
        return Newsroom(listen, ledger, desk, **{**usual, **options})

    return build


@pytest.fixture
async def page(open_page: Open) -> AsyncIterator[Newsroom]:
    async with open_page() as newsroom:
        yield newsroom


@pytest.fixture
async def visitor(page: Newsroom) -> AsyncIterator[aiohttp.ClientSession]:
    """A browser of sorts: keeps cookies for an address, follows nothing by itself."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(page.url, cookie_jar=jar) as session:
        yield session
