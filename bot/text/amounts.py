"""The figures in a text: how much of what. Two texts that say the same amounts may write them in many ways.

    1,234명 · 1234명 · 1천234 명        세 명 · 3명 · 3인        오후 9시 · 21시        $1.2 million · 120만 달러

Labels that number a report (제3보, 종합2보) are no figures: take them off first (`bot.text.headline.bare`).
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Final, NamedTuple

MARK: Final = "#"  #: what stands in a text in a figure's place

_SCALES: Final = {"": 1, "십": 10, "백": 100, "천": 1000, "만": 10**4, "억": 10**8, "조": 10**12}
_ENGLISH_SCALES: Final = {
    written: 1000**power
    for power, forms in enumerate(["", "k thousand", "m million", "b bn billion", "t trillion"])
    for written in forms.split() or [""]
}
_SIGNS: Final = "$€£¥₩"
_NOON: Final = 12

#: What is written as several words, and those words; in Latin letters only what no English sentence says otherwise.
_SYNONYMS: Final = {
    "명": "명 사람 인 people",
    "%": "% 퍼센트 프로 percent",
    "%p": "%p %포인트 퍼센트포인트",
    "$": "달러 dollars dollar",
    "₩": "원 won",
    "€": "유로 euros euro",
    "¥": "엔 yen",
    "£": "파운드 pounds",
    "km": "km 킬로미터 kilometers kilometres",
    "m": "m 미터 meters metres",
    "kg": "kg 킬로그램",
    "t": "t 톤 tons tonnes",
    "살": "살 세",
    "번": "번 회 차례 times",
    "곳": "곳 군데",
    "개월": "개월 달 months month",
    "년": "년 years year",
    "일": "일 days day",
    "시간": "시간 hours hour",
    "분": "분 minutes minute",
    "가구": "가구 세대",
}
_OTHERS: Final = """
    위안 개 개국 건 대 마리 배 위 등 차 차전 번째 시 초 월 주 주년 주간 층 동 호 호선 호기 분기 점 골 표 석 선 심
    승 패 무 쪽 평 도 학년 년대 년생 년간 일간 팀 쌍 가지 종 채 권 편 곡 장 병 cm mm g ha 헥타르 리터 m2
"""
_UNITS: Final = {word: unit for unit, words in _SYNONYMS.items() for word in words.split()} | {
    word: word for word in _OTHERS.split()
}
_NATIVE_WORDS: Final = "한 두 세 네 다섯 여섯 일곱 여덟 아홉 열 열한 열두 열세 열네 열다섯"
_NATIVE: Final = {word: number for number, word in enumerate(_NATIVE_WORDS.split(), start=1)} | {"스무": 20}
_ENGLISH_WORDS: Final = "one two three four five six seven eight nine ten eleven twelve"
_ENGLISH: Final = {word: number for number, word in enumerate(_ENGLISH_WORDS.split(), start=1)}


def _either(words: Iterable[str]) -> str:
    """A pattern of words, the longest first; one in Latin letters ends where its letters do."""
    longest = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word) + (r"(?![A-Za-z])" if word[-1:].isascii() else "") for word in longest)


_ENDS: Final = r"(?![가-힣])|(?=[은는이가을를의에로만도과와])"  # a unit behind a space is a word of its own: "5 배상"
_PART: Final = r"(?:\d{1,3}(?:,\d{3}){1,4}(?!\d)|\d{1,15})(?:\.\d{1,9})?(?:[십백천]?[만억조]|[십백천])?"
_FIGURE: Final = re.compile(
    rf"""(?xi)
    (?:(?P<half>오전|오후)\s?)? (?P<sign>[{_SIGNS}])? (?<![A-Za-z\d]) (?P<parts>{_PART}(?:\s?{_PART}){{0,4}})
        (?: \s?(?P<scale>thousand|million|billion|trillion)\b | (?(sign)(?P<short>bn|[kmbt])(?![A-Za-z])|(?!)) )?
        (?: \s?(?P<meridiem>[ap])\.?m\b\.?
          | 여? (?P<unit>{_either(_UNITS)}) | 여? \s (?P<apart>{_either(_UNITS)}) (?:{_ENDS}) )?
    | (?<![가-힣]) (?P<native>{_either(_NATIVE)})
        (?: \s?(?P<counted>명|사람|살|곳|군데|건|마리|가지|번째|번|차례|쌍|시간|달)
          | \s (?P<spaced>개|대|시|팀|골|배|주|곡|편|권|채|장) )
    | \b (?P<english>{"|".join(_ENGLISH)}) \b (?: \s(?P<counts>{_either(filter(str.isascii, _UNITS))}) )?
    """
)
_ONE_PART: Final = re.compile(r"([\d,]+(?:\.\d+)?)([십백천]?)([만억조]?)")


class Amount(NamedTuple):
    """So many of something; ``unit`` is "" where the text names none that is known."""

    value: Fraction
    unit: str


class Counted(NamedTuple):
    """The amounts of a text in order, and its words, with a mark where each amount stands."""

    amounts: tuple[Amount, ...]
    words: str


def counted(text: str) -> Counted:
    """The text taken apart, in compatibility form (㎞ is km)."""
    text = unicodedata.normalize("NFKC", text)
    found: list[Amount] = []
    words: list[str] = []
    end = 0
    for match in _FIGURE.finditer(text):
        amounts = list(_amounts(match))
        found += amounts
        words += [text[end : match.start()], f" {MARK} " * len(amounts)]
        end = match.end()
    return Counted(tuple(found), "".join(words) + text[end:])


def same(before: Sequence[Amount], after: Sequence[Amount]) -> bool:
    """Whether the amounts are the same in the same order; a unit that only one of two texts names is no difference."""
    return len(before) == len(after) and all(
        one.value == other.value and _agree(one, other) for one, other in zip(before, after, strict=True)
    )


def replaced(before: Sequence[Amount], after: Sequence[Amount]) -> bool:
    """Whether, in whatever order, one amount has made way for another of the same unit."""
    lost, gained = _without(before, after), _without(after, before)
    return any(_agree(one, other) for one in set(lost) for other in set(gained))


def _without(amounts: Sequence[Amount], others: Sequence[Amount]) -> list[Amount]:
    """The amounts that are not among the others, each as often as it stands there more often."""
    left = Counter(amount.value for amount in others)
    missing = []
    for amount in amounts:
        if left[amount.value] > 0:
            left[amount.value] -= 1
        else:
            missing.append(amount)
    return missing


def _agree(one: Amount, other: Amount) -> bool:
    return one.unit == other.unit or not (one.unit and other.unit)


def _amounts(match: re.Match[str]) -> Iterator[Amount]:
    """The amounts of one match: several where numbers only stand beside each other ("3 5명")."""
    if match["native"]:
        yield Amount(Fraction(_NATIVE[match["native"]]), _unit(match["counted"] or match["spaced"]))
    elif match["english"]:
        yield Amount(Fraction(_ENGLISH[match["english"].lower()]), _unit(match["counts"]))
    else:
        *others, last = _numbers(match["parts"])
        yield from (Amount(value, "") for value in others)
        unit = "시" if match["meridiem"] else _unit(match["unit"] or match["apart"]) or match["sign"] or ""
        late = match["half"] == "오후" or match["meridiem"] in {"p", "P"}
        scale = _ENGLISH_SCALES[(match["scale"] or match["short"] or "").lower()]
        yield Amount(last * scale + (_NOON if late and unit == "시" and last < _NOON else 0), unit)


def _unit(written: str | None) -> str:
    written = written or ""
    return _UNITS.get(written) or _UNITS.get(written.lower(), "")


def _numbers(text: str) -> list[Fraction]:
    """The numbers of "1조 2천억", which is one, or of "3 5", which are two: a smaller scale goes on, else none does."""
    numbers: list[Fraction] = []
    smallest = 0
    for digits, thousand, scale in _ONE_PART.findall(text):
        factor = _SCALES[thousand] * _SCALES[scale]
        value = Fraction(digits.replace(",", "")) * factor
        if numbers and value < smallest:
            numbers[-1] += value
        else:
            numbers.append(value)
        smallest = factor if factor > 1 else 0
    return numbers
