"""A title and its labels.

Newsrooms mark urgency in the title itself, in brackets ([속보], 【단독·속보】) or before a separator ("속보:",
"BREAKING |"); the bare word means nothing ("속보 경쟁이 낳은 오보"). Each newsroom writes them in its own way; we tell
them in one, the custom of Korea's wire desks. What hurries, what is exclusive and what is numbered stands in front, in
square brackets; a round-up stands behind, in round ones, without a space:

    [속보] [단독] [2보] 시, 심야버스 노선 14개로(종합2보)

A label in English is written as English desks do, before a colon:

    BREAKING: EXCLUSIVE: City adds night buses
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import regex

from bot.text.labels import BETWEEN, BRACKETS, Kind, Label, folded, once, read
from bot.text.letters import squeeze

_BRACKETED: Final = regex.compile(BRACKETS)
_LEADING: Final = regex.compile(
    r"\W*([^\s:：|｜\[\](){}<>]{1,20}(?: [^\s:：|｜\[\](){}<>]{1,20})?)(?:\s*[:：|｜]|\s+[-–—]\s)"
)
_SEPARATORS: Final = r"(?:\s*(?:[:：|｜]|[-–—](?=\s)))"
#: What a title may begin with, be it behind a symbol (🚨, ■): a bracket, or words before a separator.
_IN_FRONT: Final = regex.compile(
    rf"(?P<gap>[\p{{So}}\uFE0F\s…·]*)(?:(?P<bracket>{BRACKETS})|(?P<words>[\p{{L}}\d·ㆍ/, ]{{2,24}}?)(?={_SEPARATORS}))"
)
_BEHIND: Final = regex.compile(rf"(?P<bracket>{BRACKETS})\s?\Z")
_SEPARATED: Final = regex.compile(rf"{_SEPARATORS}+\s*|\s+")
_DANGLING: Final = regex.compile(rf"\A{_SEPARATORS}+")
_LOOSE: Final = " …·"
_QUOTING: Final = "〈《「"  # these quote a title rather than label one: 《속보》를 쓴 작가
_LONGEST: Final = 32  # code points of a bracket


@dataclass(frozen=True, slots=True)
class Title:
    """A title whose labels are understood; ``urgency`` and ``words``, with a space between, are it as it is told.

    ``words`` is all but the urgency. ``urgency`` is as it is shown: "[속보]", "[긴급] [속보]", "BREAKING:", or "".
    ``series`` is "1보", "종합", "종합2보" …, or "". ``labels`` are all that were understood, in the order told.
    """

    words: str
    urgency: str = ""
    series: str = ""
    labels: tuple[str, ...] = ()


def headline(title: str) -> str:
    """The title as its source wrote it: cleaned, composed, on one line."""
    return squeeze(title)


def normalised(title: str) -> str:
    """The title as it is told: its labels once each and in one form, all else to the character (see the module)."""
    told = understood(title)
    return f"{told.urgency} {told.words}".strip()


@lru_cache(maxsize=256)  # every platform asks the same of the same title
def understood(title: str) -> Title:
    """The title taken apart. Labels are understood at its two ends; in the middle they are part of what it says."""
    found, words = _taken_apart(squeeze(title))
    in_front = [label for label in found if label.kind in {Kind.EXCLUSIVE, Kind.FLASH}]
    behind = [label for label in found if label.kind is Kind.ROUND_UP]
    series = [label.word for label in found if label.kind in {Kind.FLASH, Kind.ROUND_UP}]
    return Title(
        words=" ".join([*map(Label.shown, in_front), words]).strip() + "".join(map(Label.shown, behind)),
        urgency=" ".join(label.shown() for label in found if label.kind is Kind.URGENCY),
        series=series[-1] if series else "",
        labels=tuple(label.word for label in found),
    )


def bare(title: str) -> str:
    """What the title says, without any label that is understood."""
    return _taken_apart(squeeze(title))[1]


def labels(title: str) -> tuple[str, ...]:
    """The title's labels, casefolded, in order: those in brackets anywhere, and a leading one before a separator."""
    return tuple(dict.fromkeys(label for label in map(_folded, _labels(squeeze(title))) if label))


def is_breaking(title: str, categories: Iterable[str], words: Iterable[str]) -> bool:
    """Whether a label of the title or a category is one of the words; nothing else ever counts."""
    marks = {*labels(title), *map(_folded, categories)}
    return not marks.isdisjoint(map(_folded, words))


def _labels(title: str) -> Iterator[str]:
    for match in _BRACKETED.finditer(title):
        yield from BETWEEN.split(next(filter(None, match.groups())))
    if leading := _LEADING.match(_BRACKETED.sub(" ", title)):
        yield from BETWEEN.split(leading[1])


def _folded(label: str) -> str:
    return folded(squeeze(label))


def _taken_apart(title: str) -> tuple[list[Label], str]:
    """The labels of a title, and what is left when there are no more."""
    found: list[Label] = []
    while True:
        behind, rest = _back(title)
        in_front, rest = _front(squeeze(rest))
        if not in_front and not behind:
            return once(found), title
        found += [*in_front, *behind]
        title = _DANGLING.sub("", squeeze(rest), count=1).lstrip()


def _front(title: str) -> tuple[list[Label], str]:
    """The labels that a title begins with, and the rest: brackets that are no labels are passed over and stay."""
    found: list[Label] = []
    passed = ""
    at = 0
    while match := _IN_FRONT.match(title, at):
        bracket, gap = match["bracket"], match["gap"]
        known, others = read(bracket[1:-1] if bracket else match["words"])
        if not bracket and (others or not known):
            break
        at = match.end()
        if known and not (bracket and _quotes(bracket, title[at : at + 1])):
            found += known
            passed += f" {gap.strip(_LOOSE)} {_bracket(bracket, others)} "
            separated = _SEPARATED.match(title, at)
            at = separated.end() if separated else at
        else:
            passed += match[0]
    return found, passed + title[at:]


def _back(title: str) -> tuple[list[Label], str]:
    """The labels that a title ends with, and the rest."""
    found: list[Label] = []
    passed: list[str] = []
    end = len(title)
    while match := _BEHIND.search(title, max(end - _LONGEST - 1, 0), end):
        bracket = match["bracket"]
        known, others = read(bracket[1:-1])
        if known and bracket[0] not in _QUOTING:
            found[:0] = known
            passed.append(f" {_bracket(bracket, others)} ")
        else:
            passed.append(match[0])
        end = match.start()
    return found, title[:end] + "".join(reversed(passed))


def _quotes(bracket: str, following: str) -> bool:
    """Whether the bracket stands for a title in a sentence rather than before one."""
    return bracket[0] in _QUOTING and following.isalnum()


def _bracket(bracket: str | None, others: list[str]) -> str:
    """The bracket with what is left in it, if anything is."""
    return f"{bracket[0]}{'·'.join(others)}{bracket[-1]}" if bracket and others else ""
