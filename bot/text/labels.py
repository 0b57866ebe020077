"""The labels that newsrooms put around a title, as far as they say how it hurries, whose it is, and which report it is.

    urgency    속보 · 긴급 · 특보 · BREAKING · URGENT …      how it hurries
    exclusive  단독 · 특종 · EXCLUSIVE                       whose it is
    flash      1보 · 2보 · 3보 …                             a numbered report of an event that goes on
    round-up   종합 · 종합2보 …                              all that the reports before it said

All other brackets ([인터뷰], [포토], (서울), [제4차 회의]) belong to the title.
"""

import unicodedata
from collections.abc import Iterable
from enum import IntEnum
from typing import Final, NamedTuple, assert_never

import regex

#: Every kind of bracket that titles have, with what stands in it as its only group.
BRACKETS: Final = (
    r"\[([^\[\]]{1,30})\]|【([^【】]{1,30})】|\(([^()]{1,30})\)|<([^<>]{1,30})>|［([^［］]{1,30})］|（([^（）]{1,30})）"
    r"|〈([^〈〉]{1,30})〉|《([^《》]{1,30})》|〔([^〔〕]{1,30})〕|＜([^＜＞]{1,30})＞|「([^「」]{1,30})」"
)
BETWEEN: Final = regex.compile(r"[·ㆍ・/,|、]")

_SERIES: Final = regex.compile(
    r"(?:제\s?)?(?P<flash>[1-9]\d?)\s?보"
    r"|종합(?:\s?보|\s?(?P<number>[1-9]\d?)\s?보)?"
    r"|(?P<number>[1-9]\d?)\s?보\s?종합"
)


class Kind(IntEnum):
    """What a label says, in the order in which labels are told."""

    URGENCY = 0
    EXCLUSIVE = 1
    FLASH = 2
    ROUND_UP = 3


class Label(NamedTuple):
    """A label that is understood, as one word: "속보", "2보", "종합2보", "BREAKING"."""

    kind: Kind
    word: str

    def shown(self) -> str:
        """The label as it is told: [속보], (종합2보), BREAKING:."""
        match self.kind:
            case Kind.ROUND_UP:
                return f"({self.word})"
            case Kind.URGENCY | Kind.EXCLUSIVE | Kind.FLASH:
                return f"{self.word}:" if self.word.isascii() else f"[{self.word}]"
            case _:
                assert_never(self.kind)


_KNOWN: Final = {
    "속보": Label(Kind.URGENCY, "속보"),
    "뉴스속보": Label(Kind.URGENCY, "속보"),
    "긴급": Label(Kind.URGENCY, "긴급"),
    "긴급속보": Label(Kind.URGENCY, "긴급속보"),
    "특보": Label(Kind.URGENCY, "특보"),
    "뉴스특보": Label(Kind.URGENCY, "특보"),
    "breaking": Label(Kind.URGENCY, "BREAKING"),
    "breaking news": Label(Kind.URGENCY, "BREAKING"),
    "urgent": Label(Kind.URGENCY, "URGENT"),
    "just in": Label(Kind.URGENCY, "JUST IN"),
    "단독": Label(Kind.EXCLUSIVE, "단독"),
    "특종": Label(Kind.EXCLUSIVE, "특종"),
    "exclusive": Label(Kind.EXCLUSIVE, "EXCLUSIVE"),
}
_TRANSLATED: Final = {"BREAKING": "속보", "URGENT": "긴급", "EXCLUSIVE": "단독"}


def folded(text: str) -> str:
    """A label's text as it is compared: compatible forms made one, lower case."""
    return unicodedata.normalize("NFKC", text.strip()).casefold()


def read(text: str) -> tuple[list[Label], list[str]]:
    """What a bracket says: the labels in it that are understood, and its other parts as they stand."""
    known: list[Label] = []
    others: list[str] = []
    for part in BETWEEN.split(text):
        if found := _understood(part):
            known += found
        elif part.strip():
            others.append(part.strip())
    return known, others


def once(labels: Iterable[Label]) -> list[Label]:
    """The labels in the order in which they are told, none twice; the same in two languages is the first of them."""
    different: dict[str, Label] = {}
    for label in labels:
        different.setdefault(_TRANSLATED.get(label.word, label.word), label)
    return sorted(different.values(), key=lambda label: label.kind)


def _understood(part: str) -> list[Label]:
    """The labels of a part; a space may stand between two ("긴급 속보"), or within one ("종합 2보")."""
    whole = _label(part)
    if whole:
        return [whole]
    words = list(map(_label, part.split()))
    return [label for label in words if label] if all(words) else []


def _label(text: str) -> Label | None:
    word = folded(text)
    if not (series := _SERIES.fullmatch(word)):
        return _KNOWN.get(word)
    if series["flash"]:
        return Label(Kind.FLASH, f"{series['flash']}보")
    return Label(Kind.ROUND_UP, f"종합{series['number']}보" if series["number"] else "종합")
