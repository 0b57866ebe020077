"""The labelled stories as the bot meets them: one after the other, the others of their half and many more in memory."""

import random
from collections import Counter
from typing import NamedTuple

from bot.events.recent import Recent
from tests.events.labelled import Half, tellings

OTHERS = 30_000  #: words that the half does not have, drawn the less often the further down
KNOWN = 0.5  #: of the crowd's words that are the half's own


class Stream(NamedTuple):
    """What was found for the stories of a half, fed in order of time."""

    right: int  #: told again, and found
    missed: int  #: told again, and not found
    wrong: tuple[tuple[str, str], ...]  #: taken for another event's: the headlines
    new: int  #: first of their event, and taken for that


def crowd(half: Half, number: int, seed: int = 5, share: float = KNOWN) -> list[tuple[str, str]]:
    """Headlines and leads of nothing: half of the half's own words, so that they are near, and half of many others."""
    dice = random.Random(seed)
    known = {korean: _words(half, korean=korean) for korean in (True, False)}
    others = {korean: [_word(korean, dice) for _ in range(OTHERS)] for korean in (True, False)}
    found = []
    for _ in range(number):
        korean = dice.random() < 0.75
        words = [
            dice.choice(known[korean]) if dice.random() < share else others[korean][int(OTHERS ** dice.random()) - 1]
            for _ in range(30)
        ]
        found.append((" ".join(words[:8]), " ".join(words[8:])))
    return found


def stream(half: Half, others: int = 0) -> Stream:
    """Feed the stories of a half, each with ``others`` of nothing in memory that are as old as it."""
    told = sorted(tellings(half).values(), key=lambda each: each.at)
    recent = Recent(capacity=max(10_000, others + len(told)))
    noise = crowd(half, others)
    for at, (headline, lead) in enumerate(noise):
        recent.add(-1 - at, f"crowd-{at % 100}", headline, lead, "", told[0].at)
    known: set[str] = set()
    counts: Counter[str] = Counter()
    wrong = []
    for number, each in enumerate(told):
        match = recent.find(each.headline, each.lead, "", each.feed, each.at)
        if match is None:
            counts["missed" if each.event in known else "new"] += 1
        elif match.story >= 0 and told[match.story].event == each.event:
            counts["right"] += 1
        else:
            wrong.append(
                (each.headline, told[match.story].headline if match.story >= 0 else noise[-1 - match.story][0])
            )
        known.add(each.event)
        recent.add(number, each.feed, each.headline, each.lead, "", each.at)
    return Stream(counts["right"], counts["missed"], tuple(wrong), counts["new"])


def _words(half: Half, *, korean: bool) -> list[str]:
    told = [each for each in tellings(half).values() if each.story.startswith("en-") != korean]
    return [word for each in told for word in f"{each.headline} {each.lead}".split()]


def _word(korean: bool, dice: random.Random) -> str:
    """A word of two to four syllables that nobody knows."""
    if korean:
        return "".join(chr(0xAC00 + 28 * int(400 * dice.random() ** 2) % 11172) for _ in range(dice.randint(2, 4)))
    return "".join(dice.choice("bdfgklmnprstv") + dice.choice("aeiou") for _ in range(dice.randint(2, 4)))
