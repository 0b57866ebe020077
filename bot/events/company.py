"""Company: the stories of late that sound most like a new one, and what they say of its words.

A word that the others have, too, belongs to the kind of report; one that only two stories have is what they tell of.
So the words of two stories count the less the more of those nearest to the new one share them: of "대통령, 주미대사에
박동혁 내정" among other nominations, 박동혁 counts and 내정 does not.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Final

from bot.events.telling import Telling

NEAR: Final = 8  #: stories that are asked; 12, 20 and 40 tell the labelled pairs apart no better
#: How common a gram is that so many others have: 0 where none has it, 0.33 where one has, 1 from seven on.
COMMON: Final = tuple(min(1.0, math.log(1 + others) / math.log(NEAR)) for others in range(NEAR + 1))

Others = Mapping[int, int]  #: of a gram, how many others have it
NOBODY: Final[Others] = {}


class Company:
    """The stories nearest to a new one, the nearest first; what says the same word for word is no company."""

    def __init__(self, new: Telling, near: Sequence[Telling]) -> None:
        self._near = [each for each in near if each != new][: NEAR + 1]
        self._counts = Counter(chain.from_iterable(each.whole.grams for each in self._near[:NEAR]))

    def without(self, told: Telling) -> Others:
        """How many of the nearest, but for this one, have each gram."""
        if told not in self._near[:NEAR]:
            return self._counts
        counts = self._counts.copy()
        counts.subtract(told.whole.grams)
        for each in self._near[NEAR:]:  # another in its place
            counts.update(each.whole.grams)
        return counts
