"""The figures of a report, each with its unit, and whether two reports' agree.

    규모 4.0 · a 6.8 quake → magnitude     7-3 · 7대 3 → score     on Thursday → weekday     2.50% · 4.2조원 → amounts

A toll rises while an event goes on, and a flash rounds what a report counts; a magnitude, a price or a score does not
change. So units come in three sorts.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from bot.text.amounts import MARK, counted

_TOLLS: Final = frozenset({"명", "건", "곳", "가구", ""})
_CLOCK: Final = frozenset({"시", "분"})
_DAYS: Final = frozenset({"일", "weekday"})
_SOFT: Final = _TOLLS | _CLOCK | _DAYS | {"월", "년"}
_ROUNDED: Final = 0.003  #: part by which two writings of one figure differ at most: 727.9조 and 728조, 2745 and 2745.10
_MAGNITUDE: Final = re.compile(
    r"(?i)(?:규모\s?|magnitude[\s-]?)(\d\.\d)|(?<![\d.,])(\d\.\d)(?=\s?(?:강진|지진|여진|earthquake|quake|aftershock))"
)
_SCORE: Final = re.compile(r"(?<![\d.,-])(\d{1,3})\s?(?:-|:|–|대)\s?(\d{1,3})(?![\d.,%$-]|\s?[명건])")
_WEEKDAY: Final = re.compile(r"(?i)\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b")
_WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


#: How much of what, none twice: {"magnitude": (4.0,), "score": (7003.0,), "명": (32.0, 109.0), "weekday": (0.0,)};
#: 7003 is 7 to 3.
Figures = Mapping[str, tuple[float, ...]]


class Compared(NamedTuple):
    """The units that both of two texts have: those with a figure in common, and those without."""

    agreeing: frozenset[str]
    differing: frozenset[str]

    @property
    def hard_agreeing(self) -> frozenset[str]:
        """Those with a figure in common that does not change while an event goes on."""
        return self.agreeing - _SOFT

    @property
    def hard_differing(self) -> frozenset[str]:
        """Those without one that would not change while an event goes on."""
        return self.differing - _SOFT

    @property
    def tolls(self) -> bool:
        """Whether a count agrees: of people, of reports, or of something that has no unit."""
        return not self.agreeing.isdisjoint(_TOLLS)

    @property
    def days(self) -> tuple[bool, bool]:
        """Whether the day agrees, and whether it differs."""
        return not self.agreeing.isdisjoint(_DAYS), not self.differing.isdisjoint(_DAYS)

    @property
    def other_hour(self) -> bool:
        """Whether the time of day differs."""
        return not self.differing.isdisjoint(_CLOCK)


def figures(text: str) -> tuple[Figures, str]:
    """The figures of a text, and its words without them."""
    found = [("weekday", float(_WEEK.index(day[:3].lower()))) for day in _WEEKDAY.findall(text)]
    found += [("magnitude", float(before or behind)) for before, behind in _MAGNITUDE.findall(text)]
    text = _MAGNITUDE.sub(" ", text)
    found += [("score", _score(int(one), int(other))) for one, other in _SCORE.findall(text)]
    told = counted(_SCORE.sub(" ", text))
    found += [(amount.unit, float(amount.value)) for amount in told.amounts]
    return _by_unit(found), told.words.replace(MARK, " ")


def together(one: Figures, other: Figures) -> Figures:
    """The figures of two texts."""
    return _by_unit((unit, value) for each in (one, other) for unit, values in each.items() for value in values)


def compare(one: Figures, other: Figures) -> Compared:
    """Which units agree, and which differ."""
    shared = one.keys() & other.keys()
    agreeing = frozenset(unit for unit in shared if any(_is(x, y) for x in one[unit] for y in other[unit]))
    return Compared(agreeing, frozenset(shared) - agreeing)


def _score(one: int, other: int) -> float:
    return 1000.0 * max(one, other) + min(one, other)


def _by_unit(found: Iterable[tuple[str, float]]) -> Figures:
    units: dict[str, tuple[float, ...]] = {}
    for unit, value in dict.fromkeys(found):
        units[unit] = (*units.get(unit, ()), value)
    return units


def _is(one: float, other: float) -> bool:
    return abs(one - other) <= _ROUNDED * max(abs(one), abs(other))
