"""Thirty articles as newsrooms of all kinds publish them, read as the house reads them (issue 3, the gallery).

tests/data/articles/
    01-straight-news.md             a Jekyll post                                ─▶ read_post
    02-flash.html, 02-flash.toml    a page's body, and what stands around it     ─▶ document
    15-euc-kr.xml                   a feed of one entry, its bytes as they came  ─▶ read_feed

All of them are invented. The twelfth is a megabyte: the minutes of a council grow from the debate of one item.
"""

import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, Final

from bot.document import Picture
from bot.model import UTC, Entry, Feed
from bot.sources.body import first_picture
from bot.sources.feed import read_feed
from bot.sources.jekyll_post import read_post
from bot.sources.jekyll_site import Site
from bot.text.html import document
from bot.text.links import TRACKING, encoded

FOLDER: Final = Path(__file__).parents[1] / "data" / "articles"
#: When the articles are told: the morning after the youngest of them.
NOW: Final = dt.datetime(2026, 11, 22, tzinfo=UTC)
SITE: Final = Site(
    url="https://newsdao.kr",
    permalink="/:categories/:year/:month/:day/:title/",
    zone="Asia/Seoul",
    language="ko",
)
KOREAN: Final = Feed(
    name="예시뉴스",
    url="https://newsdao.kr/feed.xml",
    boilerplate=("실시간 뉴스 속보는",),
    tracking=TRACKING,
)
ENGLISH: Final = Feed(name="Example Wire", url="https://wire.example.com/feed.xml", tracking=TRACKING)

_BEGIN: Final = "<!-- from here on, once for each item of the budget -->"
_END: Final = "<!-- until here -->"
_PLACES: Final = [
    "새별구",
    "강변구",
    "중앙구",
    "솔마루구",
    "항만구",
    "나루동",
    "둑길동",
    "물레동",
    "갈대동",
    "시장동",
    "등대동",
]
_SUBJECTS: Final = (
    ("작은 도서관", "도서관정책과"),
    ("어르신 점심", "노인복지과"),
    ("보도 눈 녹임", "도로관리과"),
    ("마을버스 적자 보전", "버스정책과"),
    ("청년 작업실", "청년정책과"),
    ("하천 둑 보강", "하천관리과"),
    ("야간 소아과", "보건정책과"),
    ("빈집 고치기", "주택정책과"),
    ("학교 앞 신호등", "교통안전과"),
    ("전통시장 지붕", "지역경제과"),
    ("가로수 바꿔 심기", "공원녹지과"),
    ("음식물 쓰레기 줄이기", "자원순환과"),
    ("장애인 콜택시", "택시정책과"),
)


@dataclass(frozen=True, slots=True)
class Article:
    """One article: its number as two digits, its kind as its file is named, and what its source gives."""

    id: str
    name: str
    entry: Entry
    feed: Feed


def articles() -> list[Article]:
    """All of them, in order."""
    return list(_articles())


def page(path: Path) -> str:
    """The HTML of a page's body, grown to its full length where its sidecar says so."""
    html, size = path.read_text(encoding="utf-8"), _about(path).get("grows_to", 0)
    return _grown(html, size) if size else html


@cache
def _articles() -> tuple[Article, ...]:
    return tuple(_article(path) for path in sorted(FOLDER.iterdir()) if path.suffix != ".toml")


def _article(path: Path) -> Article:
    number, _, name = path.stem.partition("-")
    entry = _entry(path)
    return Article(number, name, entry, ENGLISH if entry.language == "en" else KOREAN)


def _entry(path: Path) -> Entry:
    if path.suffix == ".html":
        return _page_entry(path)
    data = path.read_bytes()
    if path.suffix == ".md":
        post = read_post(f"_posts/{path.name}", data, SITE, path.name, "file:///site", NOW)
        assert isinstance(post, Entry), post
        return post
    (entry,) = read_feed(data, "", KOREAN.url, SITE.zone)
    return entry


def _page_entry(path: Path) -> Entry:
    about = _about(path)
    link = encoded(about["link"])
    content = document(page(path), link)
    named = Picture(about["picture"], about.get("alt", "")) if "picture" in about else None
    return Entry(
        id=link,
        link=link,
        title=about["title"],
        summary=about.get("excerpt", ""),
        content=content,
        categories=tuple(about["categories"]),
        published=about["published"].astimezone(UTC),
        picture=named or first_picture(content),
        breaking=about.get("breaking", False),
        language=about.get("language", "ko"),
        origin=path.name,
    )


def _about(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.with_suffix(".toml").read_text(encoding="utf-8"))


def _grown(seed: str, size: int) -> str:
    """The seed with the debate of one item held again and again, until it has ``size`` bytes."""
    opening, _, rest = seed.partition(_BEGIN)
    debate, _, closing = rest.partition(_END)
    missing = size - len((opening + closing).encode())
    return opening + "".join(_debates(debate, missing)) + closing


def _debates(debate: str, missing: int) -> Iterator[str]:
    for number in count(1):
        if missing <= 0:
            return
        held = debate.format_map(_figures(number))
        missing -= len(held.encode())
        yield held


def _figures(number: int) -> Mapping[str, object]:
    """What the council hears of one item: the same every time, and of no two items quite the same."""
    subject, office = _SUBJECTS[number % len(_SUBJECTS)]
    won, share, people = 1_200 + number * 1_379 % 97_003, 3 + number % 17, 800 + number * 613 % 45_007
    hour, minute = divmod(10 * 60 + 5 + number * 5 // 4, 60)
    no, abstained = number % 14, number % 3
    return {
        "number": number,
        "place": _PLACES[number % len(_PLACES)],
        "subject": subject,
        "office": office,
        "won": f"{won:,}",
        "before": f"{won * 100 // (100 + share):,}",
        "share": share,
        "people": f"{people:,}",
        "each": f"{won * 10_000 // people:,}",
        "page": 20 + number * 3,
        "rate": 55 + number % 29,
        "tenth": number % 10,
        "better": 88 + number % 9,
        "time": f"{hour}시 {minute}분",
        "yes": 41 - no - abstained,
        "no": no,
        "abstained": abstained,
    }
