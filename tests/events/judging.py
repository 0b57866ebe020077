"""Judges likeness by the labelled set: precision and recall, each with its 95 % interval.

`python -m tests.events.judging later` scores a folder by the weights as they are committed. Score a set that they have
not seen once, when you are done: who looks at it and mends the weights has fitted them on it, and needs another.
"""

import argparse
import math
from collections.abc import Sequence
from typing import NamedTuple, get_args

from bot.events.weights import BIAS, THRESHOLD, WEIGHTS
from tests.events.fitting import Judged, labelled, probability
from tests.events.labelled import Half, pairs

Z = 1.96  #: standard deviations on either side of 95 %


class Share(NamedTuple):
    """So many of so many."""

    part: int
    whole: int

    @property
    def value(self) -> float:
        """The share, 1 of nothing."""
        return self.part / self.whole if self.whole else 1.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval: where the true share lies with 95 %."""
        if not self.whole:
            return 0.0, 1.0
        middle = self.value + Z * Z / (2 * self.whole)
        spread = Z * math.sqrt(self.value * (1 - self.value) / self.whole + (Z / (2 * self.whole)) ** 2)
        below = 1 + Z * Z / self.whole
        return (middle - spread) / below, (middle + spread) / below

    def __str__(self) -> str:
        least, most = self.interval
        return f"{self.value:.3f} ({least:.3f}–{most:.3f}), {self.part} of {self.whole}"


class Verdict(NamedTuple):
    """Of what joined, how much was of one event; of what is of one event, how much joined."""

    precision: Share
    recall: Share


def verdict(halves: Sequence[Half], judged: Sequence[Judged], threshold: float = THRESHOLD) -> Verdict:
    """Every labelled pair of these halves counts; those beyond the window are not judged, and don't join."""
    joined = [each.pair.same for each in judged if each.probability >= threshold]
    same = sum(pair.same for half in halves for pair in pairs(half))
    return Verdict(Share(sum(joined), len(joined)), Share(sum(joined), same))


def as_committed(half: Half) -> list[Judged]:
    """The pairs of a half, judged by the weights as they stand in the code."""
    return [Judged(pair, probability(row, (BIAS, *WEIGHTS))) for pair, row in labelled(half)]


def main() -> None:
    """Print what a folder says, and what joined that should not have."""
    parser = argparse.ArgumentParser(prog="python -m tests.events.judging", description=__doc__)
    parser.add_argument("half", choices=get_args(Half))
    half: Half = parser.parse_args().half
    judged = as_committed(half)
    found = verdict([half], judged)
    print(f"{half}: precision {found.precision}; recall {found.recall}")
    for each in judged:
        if each.probability >= THRESHOLD and not each.pair.same:
            print(f"{each.probability:.3f} {each.pair.why}: {each.pair.one.headline} | {each.pair.other.headline}")


if __name__ == "__main__":
    main()
