"""A title and its labels. Newsrooms mark urgency in the title itself, in brackets ([속보], 【단독·속보】) or before a
separator ("속보:", "BREAKING |"); the bare word means nothing ("속보 경쟁이 낳은 오보").
"""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

import regex

from bot.text.letters import squeeze

_BRACKETED: Final = regex.compile(
    r"\[([^\[\]]{1,30})\]|【([^【】]{1,30})】|\(([^()]{1,30})\)|<([^<>]{1,30})>|［([^［］]{1,30})］|（([^（）]{1,30})）"
    r"|〈([^〈〉]{1,30})〉|《([^《》]{1,30})》|〔([^〔〕]{1,30})〕|＜([^＜＞]{1,30})＞|「([^「」]{1,30})」"
)
_LEADING: Final = regex.compile(
    r"\W*([^\s:：|｜\[\](){}<>]{1,20}(?: [^\s:：|｜\[\](){}<>]{1,20})?)(?:\s*[:：|｜]|\s+[-–—]\s)"
)
_BETWEEN: Final = regex.compile(r"[·ㆍ・/,|、]")


def headline(title: str) -> str:
    """The title as it is told: cleaned, composed, on one line."""
    return squeeze(title)


def labels(title: str) -> tuple[str, ...]:
    """The title's labels, casefolded, in order: those in brackets anywhere, and a leading one before a separator."""
    return tuple(dict.fromkeys(label for label in map(_folded, _labels(squeeze(title))) if label))


def is_breaking(title: str, categories: Iterable[str], words: Iterable[str]) -> bool:
    """Whether a label of the title or a category is one of the words; nothing else ever counts."""
    marks = {*labels(title), *map(_folded, categories)}
    return not marks.isdisjoint(map(_folded, words))


def _labels(title: str) -> Iterator[str]:
    for match in _BRACKETED.finditer(title):
        yield from _BETWEEN.split(next(filter(None, match.groups())))
    if leading := _LEADING.match(_BRACKETED.sub(" ", title)):
        yield from _BETWEEN.split(leading[1])


def _folded(label: str) -> str:
    return unicodedata.normalize("NFKC", squeeze(label)).casefold()
