"""Who and what a text names, as far as that can be told without a dictionary: by a title behind it, by quotes, by
capital letters, by what a place's name ends in, and the days.

    김모씨 · 홍길동 의원 · 법무부 장관 · 배우 성춘향    영화 '춘향전'   KBS · Jane Doe   강릉시 · 전남   월요일
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from bot.text.sentences import sentences

_TITLES: Final = """
    씨 대통령 총리 장관 차관 의원 대표 회장 부회장 사장 부사장 총재 위원장 위원 시장 지사 군수 구청장 교수 감독 코치
    선수 검사 판사 변호사 총장 청장 국장 실장 원장 이사장 이사 행장 대사 후보 수석 비서관 대변인 기자 목사 신부 스님
    박사 작가 배우 가수
"""
_BEFORE: Final = "배우 가수 감독 작가 선수 코치 아나운서 개그맨 시인 화가 피아니스트"
_PARTICLE: Final = r"(?:은|는|이|가|을|를|에게|에|의|로|으로|와|과|도|께서|만|라며|라고|측|등)"
_TITLE: Final = "|".join(sorted(_TITLES.split(), key=len, reverse=True))
_TITLED: Final = re.compile(
    rf"(?<![가-힣\w])(?P<name>[가-힣○A-Z]{{1,8}}?)\s?(?:(?:전|현|신임|당시)\s)?(?P<title>{_TITLE})(?={_PARTICLE}|[^가-힣]|\Z)"
)
_INTRODUCED: Final = re.compile(
    rf"(?<![가-힣])(?:{'|'.join(_BEFORE.split())})\s(?P<name>[가-힣]{{2,4}}?)(?={_PARTICLE}|[^가-힣]|\Z)"
)
_NOBODY: Final = frozenset(
    {"전", "현", "신임", "당시", "날", "솜", "글", "불", "말", "맵", "맘", "마음", "아저", "아가"}
)  #: 날씨, 솜씨, 아저씨 …
_QUOTED: Final = re.compile(
    r"""'([^'\n]{1,20})'|"([^"\n]{1,20})"|‘([^‘’\n]{1,20})’|“([^“”\n]{1,20})”|[《〈「『]([^《》〈〉「」『』\n]{1,20})[》〉」』]"""
)
_CAPITALS: Final = re.compile(r"[A-Z][A-Za-z0-9&.\-]*[A-Za-z0-9]|[A-Z]")
_PROVINCE: Final = "서울 부산 대구 인천 광주 대전 울산 세종 경기 강원 충북 충남 전북 전남 경북 경남 제주"
_PLACE: Final = re.compile(
    rf"(?<![가-힣])(?:(?P<province>{'|'.join(_PROVINCE.split())})(?={_PARTICLE}|[^가-힣]|\Z|도|시)"
    rf"|(?P<town>[가-힣]{{2,4}}?[시군구읍])(?={_PARTICLE}|[^가-힣]|\Z))"
)
_NO_PLACE: Final = re.compile(
    r"(?:야구|축구|농구|배구|탁구|연구|요구|기구|도구|가구|친구|입구|출구|인구|지구|복구|도시|당시|임시|표시|지시|제시|장군|육군|해군|공군|미군)\Z"
)
_DAY: Final = re.compile(
    r"[월화수목금토일]요일|(?<![가-힣])(?:오늘|내일|모레|어제)|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b(?:today|tomorrow|yesterday)\b",
    re.IGNORECASE,
)
_SPOKEN: Final = 5  #: letters of a word that even a headline in capitals would begin with one
_KOREAN: Final = re.compile("[가-힣]")


class Mention(NamedTuple):
    """One thing that is named: what kind, what, and with a person the title."""

    kind: str
    name: str
    title: str = ""


def mentions(text: str) -> frozenset[Mention]:
    """All that the text names."""
    return frozenset((*_people(text), *_quoted(text), *_capitals(text), *_places(text), *_days(text)))


def names(text: str) -> frozenset[str]:
    """What stands for a person or is written with a capital inside a sentence: another letter, another name."""
    return frozenset(mention.name for mention in (*_people(text), *_capitals(text)) if len(mention.name) > 1)


def renamed(before: Iterable[Mention], after: Iterable[Mention]) -> bool:
    """Whether something named has made way for another of its kind."""
    one, other = frozenset(before), frozenset(after)
    lost = {mention.kind for mention in one - other if not any(_same(mention, there) for there in other)}
    return any(mention.kind in lost and not any(_same(mention, there) for there in one) for mention in other - one)


def _same(one: Mention, other: Mention) -> bool:
    """Whether two mentions may be of the same person: by a shorter name and a longer (김 의원, 김춘향 의원)."""
    if one.kind != "person" or other.kind != "person" or one.title != other.title:
        return False
    return one.name.startswith(other.name) or other.name.startswith(one.name)


def _people(text: str) -> Iterator[Mention]:
    for match in _TITLED.finditer(text):
        if match["name"] not in _NOBODY:
            yield Mention("person", match["name"], match["title"])
    for match in _INTRODUCED.finditer(text):
        yield Mention("person", match["name"])


def _quoted(text: str) -> Iterator[Mention]:
    for match in _QUOTED.finditer(text):
        yield Mention("quote", "".join(next(filter(None, match.groups())).casefold().split()))


def _capitals(text: str) -> Iterator[Mention]:
    """Words with a capital; in an English sentence not the first, unless another follows; none where all have."""
    text = _DAY.sub("", text)
    if _KOREAN.search(text):
        yield from (Mention("name", word) for word in _CAPITALS.findall(text))
        return
    for sentence in sentences(text):
        spoken = sentence.split()
        if not any(word[:1].islower() and len(word) >= _SPOKEN for word in spoken):
            continue
        for at, word in enumerate(spoken):
            follows = spoken[at + 1][:1].isupper() if at + 1 < len(spoken) else False
            if (at or follows) and (found := _CAPITALS.match(word)):
                yield Mention("name", found[0])


def _places(text: str) -> Iterator[Mention]:
    for match in _PLACE.finditer(text):
        name = match["province"] or match["town"]
        if not _NO_PLACE.search(name):
            yield Mention("place", name)


def _days(text: str) -> Iterator[Mention]:
    for match in _DAY.finditer(text):
        yield Mention("day", match[0].casefold())
