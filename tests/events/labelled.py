"""The labelled set of `tests/data/events`, read."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

DATA = Path(__file__).parents[1] / "data/events"
Half = Literal["open", "frozen", "later", "fourth"]  #: the last two are sets of their own, read like the halves


@dataclass(frozen=True, slots=True)
class Telling:
    """One outlet's story of an event."""

    story: str
    feed: str
    at: dt.datetime
    headline: str
    lead: str

    @property
    def group(self) -> str:
        """The events that could be taken for each other."""
        return self.story.split("/")[0]

    @property
    def event(self) -> str:
        """Its event, with the group."""
        return self.story.rpartition("/")[0]


class Pair(NamedTuple):
    """Two tellings, whether they are of the same event, and why."""

    one: Telling
    other: Telling
    same: bool
    why: str


@cache
def tellings(half: Half) -> Mapping[str, Telling]:
    """The stories of a half by their name."""
    return {
        row["story"]: Telling(row["story"], row["feed"], dt.datetime.fromisoformat(row["at"]), *_words(row))
        for row in rows(half, "stories")
    }


@cache
def pairs(half: Half) -> tuple[Pair, ...]:
    """The pairs of a half."""
    named = tellings(half)
    return tuple(Pair(named[row["one"]], named[row["other"]], row["same"], row["why"]) for row in rows(half, "pairs"))


def rows(half: Half, name: str) -> list[dict[str, Any]]:
    """The lines of a file as they stand."""
    return [json.loads(line) for line in (DATA / half / f"{name}.jsonl").read_text("utf-8").splitlines()]


def _words(row: Mapping[str, str]) -> tuple[str, str]:
    return row["headline"], row["lead"]
