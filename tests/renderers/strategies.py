"""Random documents, stories and styles: Korean and English prose, the injection corpus, any Unicode at all.

A field that `Story` or `Style` gains needs a strategy here: until it has one, building one fails and names it.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from itertools import combinations
from random import Random
from typing import Any

from hypothesis import strategies as st

from bot.document import Code, Document, Figure, Heading, Items, Mark, Paragraph, Picture, Quote, Run, Table
from bot.model import Story, StoryState, Style, Urgency
from tests.renderers.corpus import corpus

_PROSE = (
    "시가 노선을 늘린다. 배차 간격은 25분이다.",
    "“요금은 그대로다.” 시장은 2026.11.22. 이렇게 말했다. 정말 그럴까?",
    "국토교통부가 남해안 고속철 착공식을 열고 2031년 개통을 약속했다.",
    "漢字를 섞은 題目과 3.5% 오른 物價",
    "The council raised fares by 3.5 per cent on Friday, Mr. Hong said.",
    "코스피 2,700선… ‘사자’ 돌아선 外人",
    "👨‍👩‍👧‍👦 가족의 날 🇰🇷 행사",
)
_HREFS = (
    "https://newsdao.kr/a",
    "https://newsdao.kr/%EA%B8%B0%EC%82%AC/?a=1&b=2#c",
    "http://xn--3e0b707e.xn--3e0b707e/",
    "mailto:desk@newsdao.kr",
)
_LINKS = (*_HREFS[:2], "https://hanbit.example/news/2026/11/22/남해안-고속철/", "https://newsdao.kr/" + "가" * 200, "")
#: Whatever they say, every one tells the headline, so that it can be looked for.
_TEMPLATES = (
    "",
    "**{urgency} {headline}**\n\n{excerpt}\n\n{link}",
    "# {headline}\n\n> {body}\n\n{source} · {published}\n{hashtags}\n\n[읽기]({link})",
    "{source}: *{headline}*\n{link}\n{hashtags}",
    "`{headline}` ~~{excerpt}~~ {{literal}} @everyone \\*별\\*\n\n{link}",
)


_MARKS = [frozenset(marks) for count in range(4) for marks in combinations(Mark, count)]
_MIXTURES = 2000


@cache
def _pool() -> list[str]:
    """Texts, the plainest first: hypothesis goes back to those when something fails.

    Drawing one of them is ten times as fast as drawing its letters, and a document is many texts.
    """
    dice = Random(3)
    attacks = [attack.text for attack in corpus()]
    return [*_PROSE, *attacks, *("".join(_stretches(dice, attacks)) for _ in range(_MIXTURES))]


def _stretches(dice: Random, attacks: list[str]) -> Iterator[str]:
    for _ in range(dice.randint(2, 4)):
        match dice.randrange(4):
            case 0:
                yield dice.choice(_PROSE)
            case 1:
                yield dice.choice(attacks)[:3000]
            case 2:
                yield "".join(dice.choices("*_~`|[]()<>@#/:. \n\\&$", k=dice.randint(1, 9)))
            case _:
                yield "".join(chr(dice.choice((dice.randrange(0x3000), dice.randrange(0x110000)))) for _ in range(6))


def texts() -> st.SearchStrategy[str]:
    """A prose, an attack, or a few stretches of anything, one behind the other."""
    return st.sampled_from(_pool())


def runs() -> st.SearchStrategy[tuple[Run, ...]]:
    """Runs with any marks; an address is one that `bot.text.links.absolute` may have given."""
    run = st.builds(Run, texts(), st.sampled_from(_MARKS), st.sampled_from(["", "", *_HREFS]))
    return st.lists(run, max_size=3).map(tuple)


def pictures() -> st.SearchStrategy[Picture]:
    """Fetched or not; the address is the web's."""
    return st.builds(
        Picture,
        url=st.sampled_from(["https://newsdao.kr/img/a.jpg", "https://newsdao.kr/%EA%B0%80.png"]),
        alt=texts(),
        sha256=st.sampled_from(["ab" * 32, "cd" * 32, ""]),
        mime=st.sampled_from(["image/jpeg", "image/png"]),
        width=st.just(1200),
        height=st.just(800),
        size=st.just(90_000),
    )


def documents(blocks: int = 3) -> st.SearchStrategy[Document]:
    """Blocks of every kind, lists and quotes in each other to any depth."""
    return st.builds(Document, st.lists(_blocks(), max_size=blocks).map(tuple))


def _blocks() -> st.SearchStrategy[Any]:
    row = st.lists(texts(), min_size=1, max_size=4).map(tuple)
    leaf = st.one_of(
        st.builds(Paragraph, runs()),
        st.builds(Heading, st.sampled_from(range(1, 7)), runs()),
        st.builds(Code, texts()),
        st.builds(Table, st.lists(row, max_size=4).map(tuple), st.booleans()),
        st.builds(Figure, pictures(), texts()),
    )
    return st.recursive(leaf, _nested, max_leaves=4)


def _nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    some = st.lists(inner, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Items, st.booleans(), st.lists(some, max_size=4).map(tuple), st.integers(0, 99)),
        st.builds(Quote, some),
    )


def stories() -> st.SearchStrategy[Story]:
    """Stories of any text; link and pictures are such as the sources give."""
    moments = st.integers(0, 2_840_140_800).map(lambda seconds: dt.datetime.fromtimestamp(seconds, dt.UTC))
    times = st.one_of(st.none(), moments)
    drawn: dict[str, st.SearchStrategy[Any]] = {
        "id": st.integers(0, 10),
        "headline": st.one_of(texts(), st.text(max_size=40)),
        "excerpt": st.one_of(st.just(""), texts()),
        "link": st.sampled_from(_LINKS),
        "source": st.sampled_from(["newsdao", "뉴스다오", "hanbit @hanbit *별*"]),
        "body": documents(),
        "pictures": st.lists(pictures(), max_size=4).map(tuple),
        "card": st.booleans(),
        "categories": st.lists(texts(), max_size=4).map(tuple),
        "urgency": st.sampled_from(Urgency),
        "language": st.sampled_from(["", "ko", "en"]),
        "revision": st.integers(1, 3),
        "state": st.just(StoryState.ANNOUNCED),
        "published": times,
        "seen": times,
        "accounts": st.none(),
        "author": st.one_of(st.just(""), texts()),
        "head": st.integers(0, 10),
        "alike": st.one_of(st.just(""), texts()),
    }
    return st.builds(Story, **_of(Story, drawn))


def styles(adapter: Any = None) -> st.SearchStrategy[Style]:
    """Styles that an account of this adapter could say; all that there are without one."""
    drawn: dict[str, st.SearchStrategy[Any]] = {
        "language": st.sampled_from(["ko", "en"]),
        "picture": st.sampled_from(["photo", "preview", "none"]),
        "zone": st.sampled_from(["Asia/Seoul", "UTC"]),
        "template": st.sampled_from(_TEMPLATES),
        "hashtags": st.integers(0, 5),
        "body": st.sampled_from(["none", "quote", "thread"]),
        "pictures": st.integers(1, 10),
        "preview": st.sampled_from(["below", "above"]),
        "button": st.booleans(),
        "rich": st.booleans(),
        "utm": st.sampled_from(["", "utm_source=sokbo&utm_medium=social"]),
    }
    chosen = _of(Style, drawn)
    if adapter is not None:
        everyone = {"language", "zone"}
        chosen = {name: each for name, each in chosen.items() if name in everyone | set(adapter.styles)}
    return st.builds(Style, **chosen)


def _of(noun: type, drawn: dict[str, st.SearchStrategy[Any]]) -> dict[str, st.SearchStrategy[Any]]:
    """The strategies of a noun's fields; both must name the same."""
    names = {field.name for field in fields(noun)}
    if names != set(drawn):
        raise TypeError(f"{noun.__name__} and its strategy differ in {', '.join(sorted(names ^ set(drawn)))}")
    return drawn
