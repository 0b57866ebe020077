"""Likeness: the probability that two tellings are of one event, from what agrees and what conflicts. Symmetric.

    two Tellings, time apart ─▶ Features ─· weights▶ a sum ─▶ 0 … 1

A figure, a town, a name agrees where one headline's stands anywhere in the other story; it conflicts where both have
one, and none in common. A feature is 0 or 1, a small count, or a share.
"""

import datetime as dt
import math
from collections.abc import Sequence
from operator import mul
from typing import Final, NamedTuple

from bot.events.acts import DECISIONS, opposed
from bot.events.figures import compare
from bot.events.telling import Said, Telling
from bot.events.weights import BIAS, WEIGHTS

_MOST: Final = 3  #: agreeing or differing units or names that count
_DAY: Final = dt.timedelta(days=1)


class Features(NamedTuple):
    """What two tellings have in common, and what not."""

    covered: float  #: share of one headline's grams that the other story has, the greater of the two
    figures: float  #: units in which a headline's figure stands in the other story
    figures_told: float  #: units in which the whole stories agree
    figures_differ: float  #: units in which the headlines differ
    figures_differ_told: float  #: units in which the whole stories differ
    toll: float
    day: float
    day_differs: float
    hour_differs: float
    town: float
    town_differs: float
    town_differs_above: float  #: in the headlines
    country: float
    country_differs: float  #: each headline names one that the other story doesn't know; so the next two
    act: float
    act_differs: float  #: a headline's acts and all the other's
    act_differs_above: float
    opposed: float
    decided: float  #: a headline tells of a decision that the other story doesn't know
    names: float
    names_differ: float
    names_differ_above: float
    first: float  #: share of one headline's first words that the other story has, the greater
    first_both: float  #: the smaller
    apart: float  #: days
    flash: float  #: one has no lead
    template: float  #: ``covered``, where the headlines conflict: the more the words are the same, the more that says


def likeness(one: Telling, other: Telling, apart: dt.timedelta) -> float:
    """How probable it is that both are of one event: 0 … 1. The same words are, whatever they are about."""
    if one == other:
        return 1.0
    total = BIAS + sum(map(mul, WEIGHTS, features(one, other, apart)))
    return 1 / (1 + math.exp(-total))


def features(one: Telling, other: Telling, apart: dt.timedelta) -> Features:
    """What two tellings, published so long apart, have in common."""
    above, below = (one.headline, other.headline), (one.whole, other.whole)
    crossed = ((above[0], below[1]), (above[1], below[0]))
    head, told = compare(above[0].figures, above[1].figures), compare(below[0].figures, below[1].figures)
    either = [compare(a.figures, b.figures) for a, b in crossed]
    known = {*one.whole.grams}, {*other.whole.grams}
    first = sorted((_stand(one.first, known[1]), _stand(other.first, known[0])))
    names = len({*below[0].names}.intersection(below[1].names))
    covered = max(_share(above[0].grams, known[1]), _share(above[1].grams, known[0]))
    towns_differ = _conflict(above[0].towns, above[1].towns)
    countries_differ = all(_strange(a.countries, b.countries) for a, b in crossed)
    names_differ = all(_strange(a.names, b.names) for a, b in crossed)
    return Features(
        covered=covered,
        figures=min(_MOST - 1, len(either[0].hard_agreeing | either[1].hard_agreeing)),
        figures_told=min(_MOST, len(told.hard_agreeing)),
        figures_differ=min(_MOST - 1, len(head.hard_differing)),
        figures_differ_told=min(_MOST, len(told.hard_differing)),
        toll=any(each.tolls for each in either),
        day=told.days[0],
        day_differs=told.days[1],
        hour_differs=told.other_hour,
        town=any(_meet(a.towns, b.towns) for a, b in crossed),
        town_differs=_conflict(below[0].towns, below[1].towns),
        town_differs_above=towns_differ,
        country=any(_meet(a.countries, b.countries) for a, b in crossed),
        country_differs=countries_differ,
        act=any(a.acts & b.acts for a, b in crossed),
        act_differs=any(_at_odds(a, b) for a, b in crossed),
        act_differs_above=_at_odds(*above),
        opposed=opposed(above[0].acts, above[1].acts),
        decided=any(a.acts & ~b.acts & DECISIONS for a, b in crossed),
        names=min(_MOST, names),
        names_differ=_conflict(below[0].names, below[1].names),
        names_differ_above=names_differ,
        first=first[1],
        first_both=first[0],
        apart=apart / _DAY,
        flash=one.flash or other.flash,
        template=covered * (towns_differ or countries_differ or names_differ or bool(head.hard_differing)),
    )


def _share(grams: Sequence[int], others: set[int]) -> float:
    return len(others.intersection(grams)) / len(grams) if grams else 0.0


def _stand(words: Sequence[Sequence[int]], others: set[int]) -> float:
    """The share of words whose grams are all among the others'."""
    return sum(others.issuperset(word) for word in words) / len(words) if words else 0.0


def _at_odds(one: Said, other: Said) -> bool:
    """Whether both tell of acts, and of none in common."""
    return bool(one.acts and other.acts) and not one.acts & other.acts


def _meet(one: Sequence[str], other: Sequence[str]) -> bool:
    return not {*one}.isdisjoint(other)


def _strange(one: Sequence[str], known: Sequence[str]) -> bool:
    """Whether any of these is not known."""
    return not {*known}.issuperset(one)


def _conflict(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether both have some, and none in common."""
    return bool(one and other) and not _meet(one, other)
