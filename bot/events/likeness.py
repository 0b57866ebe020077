"""Likeness: the probability that two tellings are of one event, from what agrees and what conflicts. Symmetric.

    two Tellings, time apart, what others say ─▶ Features ─· weights▶ a sum ─▶ 0 … 1

A figure or a town agrees where one headline's stands anywhere in the other story; it conflicts where both have one, and
none in common. A name or a word is known where the other story has all its grams. Rare is what few others have
(`bot.events.company`). A feature is 0 or 1, a small count, a share, or the logarithm of a sum.
"""

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from operator import mul
from typing import Final, NamedTuple

from bot.events.acts import FOLLOWING, opposed
from bot.events.company import COMMON, NOBODY, Others
from bot.events.figures import compare
from bot.events.telling import Said, Telling, Word
from bot.events.weights import BIAS, WEIGHTS

_MOST: Final = 3  #: names, acts or units in which two differ that count
_FIGURES: Final = 2  #: units that count in which two agree
_TENS: Final = 10  #: grams, in which what is missing is counted
_DAY: Final = dt.timedelta(days=1)


class Features(NamedTuple):
    """What two tellings have in common, and what not."""

    covered: float  #: share of one headline's grams that the other story has, the greater of the two
    told: float  #: share of one story's grams that the other has, the smaller
    rare: float  #: ``covered``, each gram counting as far as it is rare
    rare_both: float  #: the same, the smaller
    rare_told: float  #: ``told``, by what is rare
    rare_missing: float  #: rare grams of a headline that the other story does not have, the fewer
    words: float  #: rare words of one headline that the other story has, the more
    words_missing: float  #: rare words of both headlines that the other story does not have
    figures: float  #: units in which the whole stories agree
    figures_differ: float  #: units in which the whole stories differ
    toll: float
    day_differs: float
    town_differs: float
    country: float
    country_differs: float  #: each headline names one that the other story doesn't know
    act: float  #: acts of one headline that the other story knows
    opposed: float
    follows: float  #: one headline tells of a step that the other story doesn't know
    names: float  #: that the other story knows
    names_rare: float  #: how rare the rarest of those is
    names_differ: float  #: both name somebody, and nobody whom the other knows
    first: float  #: share of one headline's first words that the other story has, the greater
    first_both: float  #: the smaller
    apart: float  #: days
    template: float  #: ``covered``, where the headlines conflict: the more the words are the same, the more that says
    template_rare: float  #: the same of ``rare``


class _Shares(NamedTuple):
    """How much of two stories is common to both: of the headlines, the greater and the smaller; of all."""

    most: float
    least: float
    told: float
    missing: float  #: tens of grams


def likeness(one: Telling, other: Telling, apart: dt.timedelta, others: Others = NOBODY) -> float:
    """How probable it is that both are of one event: 0 … 1. The same words are, whatever they are about."""
    if one == other:
        return 1.0
    total = BIAS + sum(map(mul, WEIGHTS, features(one, other, apart, others)))
    return 1 / (1 + math.exp(-total))


def features(one: Telling, other: Telling, apart: dt.timedelta, others: Others = NOBODY) -> Features:
    """What two tellings, published so long apart, have in common, and how many of ``others`` have it, too."""
    above, below = (one.headline, other.headline), (one.whole, other.whole)
    crossed = ((above[0], below[1]), (above[1], below[0]))
    known = {*one.whole.grams}, {*other.whole.grams}
    common = {gram: COMMON[others[gram]] for gram in (known[0] | known[1]) & others.keys()}
    heads = {*above[0].grams}, {*above[1].grams}
    plain, rare = _shares(heads, known, len), _shares(heads, known, partial(_rare, common))
    told = compare(below[0].figures, below[1].figures)
    first = sorted((_stand(one.first, known[1]), _stand(other.first, known[0])))
    words = [_rarities(common, a.words, grams) for a, grams in ((one, known[1]), (other, known[0]))]
    missing = [sum(_rarities(common, each.words)) - sum(found) for each, found in zip((one, other), words, strict=True)]
    names = [*_rarities(common, below[0].named, known[1]), *_rarities(common, below[1].named, known[0])]
    conflict = _conflicting(above, crossed, known)
    return Features(
        covered=plain.most,
        told=plain.told,
        rare=rare.most,
        rare_both=rare.least,
        rare_told=rare.told,
        rare_missing=rare.missing,
        words=math.log1p(max(map(sum, words))),
        words_missing=math.log1p(max(0.0, sum(missing))),
        figures=min(_FIGURES, len(told.hard_agreeing)),
        figures_differ=min(_MOST, len(told.hard_differing)),
        toll=any(compare(a.figures, b.figures).tolls for a, b in crossed),
        day_differs=told.days[1],
        town_differs=_conflict(below[0].towns, below[1].towns),
        country=any(_meet(a.countries, b.countries) for a, b in crossed),
        country_differs=_foreign(crossed),
        act=min(_MOST, ((above[0].acts & below[1].acts) | (above[1].acts & below[0].acts)).bit_count()),
        opposed=opposed(above[0].acts, above[1].acts),
        follows=any(a.acts & ~b.acts & FOLLOWING for a, b in crossed),
        names=min(_MOST, len(names)),
        names_rare=max(names, default=0.0),
        names_differ=bool(below[0].named and below[1].named and not names),
        first=first[1],
        first_both=first[0],
        apart=apart / _DAY,
        template=plain.most * conflict,
        template_rare=rare.most * conflict,
    )


def _shares(heads: Sequence[set[int]], known: Sequence[set[int]], total: Callable[[set[int]], float]) -> _Shares:
    """What is common to two stories, by what their grams count in total."""
    all_of = [*map(total, heads)]
    shared = [total(heads[0] & known[1]), total(heads[1] & known[0])]
    shares = [part / whole if whole else 0.0 for part, whole in zip(shared, all_of, strict=True)]
    longer = max(map(total, known))
    return _Shares(
        max(shares),
        min(shares),
        total(known[0] & known[1]) / longer if longer else 0.0,
        min(whole - part for part, whole in zip(shared, all_of, strict=True)) / _TENS,
    )


def _rare(common: Mapping[int, float], grams: set[int]) -> float:
    """How many grams there are, each as far as it is rare."""
    return len(grams) - math.fsum(map(common.__getitem__, grams & common.keys()))


def _rarities(common: Mapping[int, float], words: Iterable[Word], known: set[int] | None = None) -> list[float]:
    """How rare each word is by its rarest gram: of all, or of those that are known."""
    everywhere = {*common}
    return [
        1 - min(map(common.__getitem__, word)) if everywhere.issuperset(word) else 1.0
        for word in words
        if known is None or known.issuperset(word)
    ]


def _conflicting(above: Sequence[Said], crossed: Sequence[tuple[Said, Said]], known: Sequence[set[int]]) -> bool:
    """Whether the headlines are of different towns, countries, figures or people."""
    return bool(
        _conflict(above[0].towns, above[1].towns)
        or _foreign(crossed)
        or compare(above[0].figures, above[1].figures).hard_differing
        or all(
            said.named and not any(map(grams.issuperset, said.named))
            for said, grams in zip(above, reversed(known), strict=True)
        )
    )


def _foreign(crossed: Iterable[tuple[Said, Said]]) -> bool:
    """Whether each headline names a country that the other story does not know."""
    return all(not {*b.countries}.issuperset(a.countries) for a, b in crossed)


def _stand(words: Sequence[Word], others: set[int]) -> float:
    """The share of words whose grams are all among the others'."""
    return sum(others.issuperset(word) for word in words) / len(words) if words else 0.0


def _meet(one: Sequence[str], other: Sequence[str]) -> bool:
    return not {*one}.isdisjoint(other)


def _conflict(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether both have some, and none in common."""
    return bool(one and other) and not _meet(one, other)
