"""Who a text names: in English what has a capital inside a sentence, in Korean who has a title behind the name, and
what a sentence is about.

    옹고집 전 시장 · 누리전자는 · 코스피가        Elizabeth Bennet · Leeds · the Fed
"""

import re
from typing import Final

_HANGUL: Final = re.compile("[가-힣]")
_TITLES: Final = "장관|차관|시장|대표|회장|행장|감독|의원|총리|교수|시인|가수"
_TITLED: Final = re.compile(rf"(?<![가-힣])([가-힣]{{2,4}})\s(?:전\s|후보자?|[가-힣]{{0,4}}(?:{_TITLES}))")
_SUBJECT: Final = re.compile(r"([가-힣A-Za-z]{2,12}?)(?:은|는|이|가|께서|에서)(?=\s)")
#: Who announces, whatever it is, and what sentences are about besides.
_ANNOUNCERS: Final = """
    기상청 대통령실 대통령 중앙선거관리위원회 경찰 소방당국 산림당국 합동참모본부 통계청 법원 검찰 정부 배급사 회사
    주민 승객 기사 당국 이날
"""
_CAPITAL: Final = re.compile(r"\b(?:[A-Z][A-Za-z&]+|[A-Z]{2,})\b")
_START: Final = r"(?:\A|(?<=[.!?:]\s))"
_INITIAL: Final = re.compile(rf"{_START}[A-Z][A-Za-z'&]*")
_FIRST_OF_TWO: Final = re.compile(rf"{_START}([A-Z][A-Za-z&]+)(?=\s[A-Z][a-z])")
_DAYS: Final = "monday tuesday wednesday thursday friday saturday sunday"
_NOBODY: Final = frozenset(("the", *_DAYS.split()))
_ANYBODY: Final = frozenset(_ANNOUNCERS.split())


def names(text: str) -> tuple[str, ...]:
    """The names in a text, none twice; the first word of an English sentence only where a second capital follows."""
    if _HANGUL.search(text):
        found = [match[1] for pattern in (_SUBJECT, _TITLED) for match in pattern.finditer(text)]
        return tuple(name for name in dict.fromkeys(found) if name not in _ANYBODY)
    found = [*_FIRST_OF_TWO.findall(text), *_CAPITAL.findall(_INITIAL.sub(" ", text))]
    return tuple(name for name in dict.fromkeys(map(str.casefold, found)) if name not in _NOBODY)
