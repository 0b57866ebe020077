"""Fits the weights of likeness on all three sets: `python -m tests.events.fitting` prints them as weights.py has them.

A logistic regression by Newton's method, each weight drawn a little to 0. Beside the labelled pairs stand, for each
story, the stories of other groups that sound most like it, as the index would propose them: they are of other events,
too. Their time apart is what is left of it within a day, so that the fit does not learn it from the dates in the set.
Nor from the hours: all tellings of an event in the set follow each other within half a day, where the next edition
tells it once more. So each pair of one event is also shown as it would be if the second had come eight hours later.

How rare a word is depends on what else is in memory. Judged is as the bot meets the stories: the earlier ones of the
set are in memory, no others. Fitted is also with all of the set in memory, and with nothing, so that the weights hold
for a memory that is better or worse filled.

Judged is with a part left out, be it some groups or a set: its pairs are scored by weights that were fitted without any
story of it.
"""

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from operator import mul
from typing import Literal, NamedTuple, get_args

from bot.events.company import Company
from bot.events.joining import WINDOW
from bot.events.likeness import Features, features
from bot.events.recent import Recent
from bot.events.telling import Telling as Taken
from bot.events.telling import telling
from tests.events.labelled import Half, Pair, Telling, pairs, tellings

FITTED: tuple[Half, ...] = ("open", "frozen", "later")  #: all that has been scored
Memory = Literal["earlier", "all", "nothing"]  #: which stories of a set the second of two finds in memory
MEMORIES: tuple[Memory, ...] = get_args(Memory)
PULL = 3.0  #: towards 0, of each weight but the bias: one for each memory
PARTS = 10  #: the groups are left out so many times
PROPOSED = 4  #: stories of other groups beside each
STEPS = 12
CLOSE = 1e-6
DAY = dt.timedelta(days=1)
EDITION = 8 / 24  #: days after which a story is told once more
APART = 1 + Features._fields.index("apart")
KOREAN = re.compile("[가-힣]")
Weights = list[float]


class Example(NamedTuple):
    """A pair's features, with a 1 before them for the bias; its label; the groups of its stories."""

    features: Sequence[float]
    same: bool
    groups: frozenset[str]


class Judged(NamedTuple):
    """A labelled pair and the probability that weights gave it which have not seen its group."""

    pair: Pair
    probability: float


def example(half: Half, pair: Pair, apart: dt.timedelta, memory: Memory) -> Example:
    """A pair as the fit sees it: the later of the two is the new one."""
    kept, new = sorted(pair[:2], key=_order)
    told = taken_apart(kept)
    found = features(told, taken_apart(new), apart, companies(half, memory)[new].without(told))
    return Example((1.0, *map(float, found)), pair.same, frozenset((pair.one.group, pair.other.group)))


@cache
def taken_apart(each: Telling) -> Taken:
    """A story as it is compared."""
    return telling(each.headline, each.lead)


@cache
def companies(half: Half, memory: Memory) -> Mapping[Telling, Company]:
    """The stories nearest to each story of a half, of those in memory."""
    recent, found = Recent(), {}
    told = sorted(tellings(half).values(), key=_order)
    for at, each in enumerate(told):
        found[each] = recent.company(taken_apart(each))
        if memory != "nothing":
            recent.add(at, each.feed, each.headline, each.lead, "", each.at)
    return {each: recent.company(taken_apart(each)) for each in told} if memory == "all" else found


@cache
def labelled(half: Half, memory: Memory = "earlier") -> tuple[tuple[Pair, Example], ...]:
    """The labelled pairs within the window; those further apart are never compared."""
    apart = {pair: abs(pair.one.at - pair.other.at) for pair in pairs(half)}
    return tuple((pair, example(half, pair, time, memory)) for pair, time in apart.items() if time <= WINDOW)


@cache
def unrelated(half: Half, memory: Memory = "earlier") -> tuple[Example, ...]:
    """Stories of different groups that sound alike."""
    return tuple(example(half, pair, abs(pair.one.at - pair.other.at) % DAY, memory) for pair in _alike(half))


@cache
def _alike(half: Half) -> tuple[Pair, ...]:
    grams = {each: {*taken_apart(each).whole.grams} for each in tellings(half).values()}
    found = []
    for one, mine in grams.items():
        others = [each for each in grams if each.group != one.group and _korean(each) == _korean(one)]
        others.sort(key=lambda each: -len(mine & grams[each]) / (len(mine | grams[each]) + 1))
        found += [Pair(one, other, False, "unrelated") for other in others[:PROPOSED]]
    return tuple(found)


def examples(*halves: Half) -> list[Example]:
    """All of these halves that is fitted on."""
    shown = [(half, memory) for half in halves for memory in MEMORIES]
    rows = [row for each in shown for _, row in labelled(*each)]
    return [*rows, *(later(row) for row in rows if row.same), *(row for each in shown for row in unrelated(*each))]


def later(row: Example, days: float = EDITION) -> Example:
    """A pair as it would be if its second story had come later."""
    return row._replace(features=(*row.features[:APART], row.features[APART] + days, *row.features[APART + 1 :]))


def fit(rows: Sequence[Example], start: Sequence[float] = ()) -> Weights:
    """The weights, the bias first, that explain the examples best."""
    size = len(rows[0].features)
    weights = list(start) or [0.0] * size
    for _ in range(STEPS):
        slope = [PULL * weight if at else 0.0 for at, weight in enumerate(weights)]
        bend = [[PULL * (row == at > 0) for at in range(size)] for row in range(size)]
        for row in rows:
            _lean(row, weights, slope, bend)
        step = _solve(bend, slope)
        weights = [weight - change for weight, change in zip(weights, step, strict=True)]
        if max(map(abs, step)) < CLOSE:
            break
    return weights


def left_out() -> list[Judged]:
    """Every labelled pair within the window, judged without its group and a tenth of the others."""
    rows = [each for half in FITTED for each in labelled(half)]
    shown = examples(*FITTED)
    start = fit(shown)
    groups = sorted({pair.one.group for pair, _ in rows})
    judged = []
    for part in (frozenset(groups[at::PARTS]) for at in range(PARTS)):
        weights = fit([row for row in shown if part.isdisjoint(row.groups)], start)
        judged += [Judged(pair, probability(row, weights)) for pair, row in rows if pair.one.group in part]
    return judged


def set_left_out(asked: Half) -> list[Judged]:
    """Every labelled pair of a set within the window, judged by weights that were fitted on the other sets."""
    weights = fit(examples(*(half for half in FITTED if half != asked)))
    return [Judged(pair, probability(row, weights)) for pair, row in labelled(asked)]


def probability(row: Example, weights: Sequence[float]) -> float:
    """What the weights say of an example."""
    return 1 / (1 + math.exp(-sum(map(mul, weights, row.features))))


def _lean(row: Example, weights: Sequence[float], slope: list[float], bend: list[list[float]]) -> None:
    """Add one example's part to the slope and the bend of the loss."""
    said = probability(row, weights)
    present = [(at, value) for at, value in enumerate(row.features) if value]
    for at, value in present:
        slope[at] += (said - row.same) * value
        scaled, line = said * (1 - said) * value, bend[at]
        for other, its in present:
            line[other] += scaled * its


def _solve(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """Gauss, with the greatest pivot."""
    rows = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for at in range(size):
        best = max(range(at, size), key=lambda row: abs(rows[row][at]))
        rows[at], rows[best] = rows[best], rows[at]
        pivot = rows[at]
        for below in rows[at + 1 :]:
            share = below[at] / pivot[at]
            below[at:] = [value - share * above for value, above in zip(below[at:], pivot[at:], strict=True)]
    found = [0.0] * size
    for at in reversed(range(size)):
        rest = sum(map(mul, rows[at][at + 1 : size], found[at + 1 :]))
        found[at] = (rows[at][size] - rest) / rows[at][at]
    return found


def _order(each: Telling) -> tuple[dt.datetime, str]:
    return each.at, each.story


def _korean(each: Telling) -> bool:
    return bool(KOREAN.search(each.headline))


def main() -> None:
    """Print the weights."""
    bias, *weights = fit(examples(*FITTED))
    print(f"BIAS: Final = {bias:.2f}\nWEIGHTS: Final = (")
    for name, weight in zip(Features._fields, weights, strict=True):
        print(f"    {weight:.2f},  # {name}")
    print(")")


if __name__ == "__main__":
    main()
