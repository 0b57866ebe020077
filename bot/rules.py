"""The nouns of a filter: what a feed or an account lets pass. `bot.filters` asks them of a story.

Filter: include, exclude ─▶ Rule: a key and its words ─filters▶ Kept, why a story may not pass
"""

from dataclasses import dataclass, field
from typing import Literal

FilterKey = Literal["keywords", "categories", "authors", "languages", "urgency"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a filter: it finds a story by any of its words. ``where`` is its file and line, if it has any."""

    key: FilterKey
    words: tuple[str, ...]
    unless_breaking: bool = False  #: breaking news is not asked
    where: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Filter:
    """What may pass: no rule of ``exclude`` finds it, and every rule of ``include`` does (`bot.filters`)."""

    include: tuple[Rule, ...] = ()
    exclude: tuple[Rule, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.include or self.exclude)


@dataclass(frozen=True, slots=True)
class Kept:
    """Why a filter kept a story out: the first rule that did, with the word it found; of an include, what it sought."""

    table: Literal["include", "exclude"]
    key: FilterKey
    words: tuple[str, ...]
    where: str = ""
