"""What happened, or what somebody did or decided, by the words that newsrooms have for it (`bot.events.lexicon`).

Two reports of one event mostly share such a word. A verdict and the demand before it do not, nor do a rate that is held
and one that is cut, whatever else they share.
"""

import re
from functools import reduce
from operator import or_
from typing import Final

from bot.events.lexicon import ACTS, OPPOSED, STEPS

_HANGUL: Final = re.compile("[가-힣]")
_NO_LETTER: Final = re.compile(r"[^a-z]+")
_START: Final = 2  #: letters by which a form is looked up; with the space before it, three in English
_ARROWS: Final = {"↑": "up", "↓": "down"}

#: The forms that begin with some letters, the longest first, each with its act's bit.
_Forms = dict[str, list[tuple[str, int]]]


def _read(table: str) -> dict[str, list[str]]:
    """The acts of a table, each with its forms; a space before one in Latin letters, and behind a whole word."""
    found: dict[str, list[str]] = {}
    for name, _, forms in (row.lstrip().partition(": ") for row in table.strip("\n").splitlines()):
        found.setdefault(name, []).extend(
            f" {form}".replace(".", " ") if form.isascii() else form for form in forms.split(", ")
        )
    return found


def _by_start(acts: dict[str, list[str]], size: int, *, english: bool) -> _Forms:
    found: _Forms = {}
    for name, forms in acts.items():
        for form in forms:
            if form.isascii() == english:
                found.setdefault(form[:size], []).append((form, _BIT[name]))
    for each in found.values():
        each.sort(key=lambda entry: -len(entry[0]))
    return found


_STEPS: Final = _read(STEPS)
_ALL: Final = _read(ACTS) | _STEPS
_BIT: Final = {name: 1 << at for at, name in enumerate(_ALL)}
_ENGLISH: Final = _by_start(_ALL, _START + 1, english=True)
_KOREAN: Final = _by_start(_ALL, _START, english=False)
_PAIRS: Final = tuple((_BIT[one], _BIT[other]) for one, _, other in (p.partition("/") for p in OPPOSED.split()))
_AGAINST: Final = {
    bit: reduce(or_, (one if other == bit else other for one, other in _PAIRS if bit in {one, other}), 0)
    for bit in _BIT.values()
}
FOLLOWING: Final = reduce(or_, (_BIT[name] for name in _STEPS))  #: the acts that follow from others, as a set of bits


def acts(text: str) -> int:
    """The acts that a text tells of, a bit each; a Korean one is read as Korean only."""
    if text.isascii() or not _HANGUL.search(text):
        return _found(f" {_NO_LETTER.sub(' ', text.lower())} ", _ENGLISH, _START + 1)
    arrows = (_BIT[act] for arrow, act in _ARROWS.items() if arrow in text)
    return reduce(or_, arrows, _found(text, _KOREAN, _START))


def opposed(one: int, other: int) -> bool:
    """Whether one text has an act whose opposite the other has, and neither has both."""
    mine, theirs = one & ~other, other & ~one
    while theirs and mine:
        lowest = mine & -mine
        if _AGAINST[lowest] & theirs:
            return True
        mine ^= lowest
    return False


def _found(text: str, forms: _Forms, size: int) -> int:
    """The acts by the forms that stand in a text, none within another."""
    found = at = 0
    while at < len(text):
        form, bit = " ", 0
        if entries := forms.get(text[at : at + size]):
            form, bit = next((each for each in entries if text.startswith(each[0], at)), (" ", 0))
        found |= bit
        at += max(1, len(form.rstrip()))
    return found
