"""A telling: what is kept of a story's headline and lead so that it can be compared with another's.

    headline, lead ─clipped, labels off─┬─ figures    of what, how much
                                        ├─ words ─┬─ grams      how it sounds: hashes of pairs of syllables
                                        │         └─ towns, countries
                                        ├─ acts       what happened, what was decided
                                        └─ names      who

About 4 KB each with its place in the index, whatever the story's length.
"""

import zlib
from array import array
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple, TypeVar

from bot.events.acts import acts
from bot.events.figures import Figures, figures, together
from bot.events.names import names
from bot.events.places import places
from bot.events.words import grams, stems
from bot.text.headline import bare, understood
from bot.text.letters import squeeze

T = TypeVar("T")
HEADLINE: Final = 160  #: characters that are compared; the longest headline of the labelled set has 84
LEAD: Final = 400
RAW: Final = 1_000  #: characters that are looked at at all: a stranger's headline may have a hundred thousand
_FIRST: Final = 2  #: words of a headline that say what it is about
_ENOUGH: Final = 4  #: grams of a headline that can be told from another: "지진" and "Fire" are too short to say


Word = tuple[int, ...]  #: a word as its grams


class Said(NamedTuple):
    """What a text says; ``grams`` is a sorted ``array("I")``, none twice."""

    grams: "array[int]"
    figures: Figures
    towns: tuple[str, ...]
    countries: tuple[str, ...]
    acts: int
    names: tuple[str, ...]
    named: tuple[Word, ...]  #: the names that have grams


class Telling(NamedTuple):
    """A story, taken apart: its headline, all that it says with its lead, and its headline's words, none twice."""

    headline: Said
    whole: Said
    words: tuple[Word, ...]
    flash: bool  #: it has no lead
    series: bool  #: its title bears 1보, 2보, 종합 …

    @property
    def first(self) -> tuple[Word, ...]:
        """The words that say what it is about."""
        return self.words[:_FIRST]

    @property
    def says_enough(self) -> bool:
        """Whether its headline is long enough to be told from another's."""
        return len(self.headline.grams) >= _ENOUGH


def telling(headline: str, lead: str) -> Telling:
    """Take a headline and a lead apart; both may be a stranger's, of any length and script."""
    return _telling(headline[:RAW], lead[:RAW])


@lru_cache(maxsize=64)  # what is looked for is kept next
def _telling(headline: str, lead: str) -> Telling:
    title, below = squeeze(headline)[:HEADLINE], squeeze(lead)[:LEAD]
    above, words = _said(bare(title))
    return Telling(above, _together(above, _said(below)[0]), _words(words), not below, bool(understood(title).series))


def _said(text: str) -> tuple[Said, list[str]]:
    """What a text says, and its words in order."""
    amounts, rest = figures(text)
    words = stems(rest.casefold())
    where = places(words)
    who = names(text)
    named = tuple(map(_word, filter(None, map(stems, map(str.casefold, who)))))
    return Said(_hashes(grams(words)), amounts, where.towns, where.countries, acts(text), who, named), words


def _together(one: Said, other: Said) -> Said:
    return Said(
        array("I", sorted({*one.grams, *other.grams})),
        together(one.figures, other.figures),
        _joined(one.towns, other.towns),
        _joined(one.countries, other.countries),
        one.acts | other.acts,
        _joined(one.names, other.names),
        _joined(one.named, other.named),
    )


def _joined(one: tuple[T, ...], other: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys((*one, *other)))


def _words(words: Iterable[str]) -> tuple[Word, ...]:
    return tuple(_word([word]) for word in dict.fromkeys(words))


def _word(parts: list[str]) -> Word:
    return tuple(map(_hashed, grams(parts)))


def _hashes(found: Iterable[str]) -> "array[int]":
    return array("I", sorted({_hashed(gram) for gram in found}))


@lru_cache(maxsize=65_536)  # common grams are one object in all stories
def _hashed(gram: str) -> int:
    """32 bits, the same in every process: of 60,000 grams, one in 70,000 meets another."""
    return zlib.crc32(gram.encode("utf-8", "surrogatepass"))
