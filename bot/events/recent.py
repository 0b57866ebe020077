"""Recent: the stories that a new one may repeat, in memory.

    add ─▶ the newest generation ─(full)▶ an older one ─(full)▶ … ─▶ forgotten, a generation at a time
    find ─▶ the same link? else proposals: stories that share uncommon grams, the rarest first ─▶ likeness ─▶ the best

A generation is an inverted index: of each gram, which of its stories have it. Nothing is ever taken out of one; the
oldest goes as a whole. What one `find` may cost is bounded by the entries that it adds up and the stories that it
compares, whatever it is asked.
"""

import datetime as dt
from array import array
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Final, NamedTuple

from bot.events.company import Company
from bot.events.figures import compare
from bot.events.joining import WINDOW, Match
from bot.events.likeness import likeness
from bot.events.telling import RAW, Telling, telling
from bot.events.weights import THRESHOLD
from bot.text.links import canonical

CAPACITY: Final = 10_000  #: stories, at least; what 1,000 feeds of ten stories a day tell
_GENERATIONS: Final = 5
_MOST: Final = 65_536  #: stories of a generation, whose slots are two bytes each
_ENTRIES: Final = 3_000  #: entries of the index that one search adds up, the rarest grams' first
_PROPOSED: Final = 80  #: stories that are looked at …
_SHARED: Final = 2  #: … all of which share so many grams, the newest of equals first: a flash has no more
_COMPARED: Final = 4  #: … and those of them, in the window and of another feed, that are compared
_REMEMBERED: Final = 1_000  #: stories that were found and are not kept yet
_LONGER: Final = 4  #: grams that a headline is taken to have more, or one of three words would be in every story
_LONGEST: Final = 2_000  #: characters of a link that is kept
_SHOWN: Final = 4  #: words of a reason
_SERIES: Final = 0.7  #: within one feed, where a mark (2보, 종합) says the rest


class _Kept(NamedTuple):
    """A story as it is kept."""

    story: int
    feed: str
    at: dt.datetime
    telling: Telling
    event: int  #: the story that it was taken to tell again, or itself


class _Generation:
    """Some stories, and where each gram stands."""

    def __init__(self) -> None:
        self.kept: list[_Kept | None] = []
        self.links: dict[str, int] = {}
        self.postings: dict[int, array[int]] = {}

    def add(self, kept: _Kept, link: str) -> None:
        """Keep a story."""
        slot = len(self.kept)
        self.kept.append(kept)
        if link:
            self.links[link] = slot
        for gram in kept.telling.whole.grams:
            known = self.postings.get(gram)
            if known is None:
                known = self.postings[gram] = array("H")
            known.append(slot)


class Recent:
    """The stories of late, of which a new one may tell again. It is filled anew from the store when the bot starts."""

    def __init__(self, capacity: int = CAPACITY, window: dt.timedelta = WINDOW) -> None:
        self._size = min(_MOST, max(1, capacity // (_GENERATIONS - 1)))
        self._window = window
        self._matched: dict[tuple[str, str], int] = {}  #: what was found and is not kept yet: its event
        self._generations: deque[_Generation] = deque([_Generation()], maxlen=_GENERATIONS)

    def __len__(self) -> int:
        return sum(len(generation.kept) for generation in self._generations)

    def add(
        self, story: int, feed: str, headline: str, lead: str, link: str, at: dt.datetime, *, head: int = 0
    ) -> None:
        """Keep one telling of a story; ``head`` is the story that had told its event, as far as the store knows."""
        if len(self._generations[-1].kept) >= self._size:
            self._generations.append(_Generation())  # the oldest goes
        event = self._matched.pop((headline[:RAW], lead[:RAW]), head or story)
        self._generations[-1].add(_Kept(story, feed, at, telling(headline, lead), event), _key(link))

    def forget(self, story: int) -> None:
        """Match this story no more: it was retracted, or killed."""
        for generation in self._generations:
            generation.kept = [None if kept and kept.story == story else kept for kept in generation.kept]

    def find(self, headline: str, lead: str, link: str, feed: str, at: dt.datetime) -> Match | None:
        """The story that has told the event of this one, or None; the more alike of several, then the first.

        ``at`` is aware. The same link matches at any time and in any feed; all else within the window, and within one
        feed only if one of the two bears a mark of a series.
        """
        if (told := self._linked(_key(link))) is not None:
            return Match(told.story, 1.0, "the same link", same_link=True)
        new = _Kept(0, feed, at, telling(headline, lead), 0)
        if not new.telling.says_enough:
            return None
        proposed = self._proposed(new.telling)
        company = _company(new.telling, proposed)
        near = islice((kept for kept in proposed if self._may_be(kept, new)), _COMPARED)
        matches = [(match, kept.event) for kept in near if (match := _matched(kept, new, company))]
        if not matches:
            return None
        match, event = max(matches, key=lambda each: (each[0].score, -each[0].story))
        self._remember((headline[:RAW], lead[:RAW]), event)
        return match

    def company(self, new: Telling) -> Company:
        """The stories nearest to a new one, of any feed and time."""
        return _company(new, self._proposed(new))

    def _remember(self, told: tuple[str, str], event: int) -> None:
        """Which event a story is of, until it is kept; what is not told after all goes in time."""
        self._matched[told] = event
        if len(self._matched) > _REMEMBERED:
            del self._matched[next(iter(self._matched))]

    def _linked(self, link: str) -> _Kept | None:
        """The story with this link."""
        found = (g.kept[slot] for g in self._generations if (slot := g.links.get(link, -1)) >= 0)
        return next(filter(None, found), None)

    def _may_be(self, kept: _Kept, new: _Kept) -> bool:
        """Whether a story is near enough, and another feed's or one of the same series."""
        near = abs(new.at - kept.at) <= self._window
        return near and (kept.feed != new.feed or kept.telling.series or new.telling.series)

    def _proposed(self, new: Telling) -> list[_Kept]:
        """The stories that share most with a new one, going by its rarest grams, the nearest first."""
        chosen: list[list[array[int]]] = [[] for _ in self._generations]
        left = _ENTRIES
        for number, slots in sorted(self._entries(new), key=lambda entry: len(entry[1])):
            left -= len(slots)
            if left < 0:
                break
            chosen[number].append(slots)
        found = [
            (count, number, slot)
            for number, rare in enumerate(chosen)
            for slot, count in Counter(chain.from_iterable(rare)).items()
            if count >= _SHARED
        ]
        kept = (self._generations[number].kept[slot] for _, number, slot in sorted(found, reverse=True)[:_PROPOSED])
        known = {*new.whole.grams}
        return sorted(filter(None, kept), key=lambda each: _told(each.telling, known), reverse=True)

    def _entries(self, new: Telling) -> Iterator[tuple[int, "array[int]"]]:
        """Where the grams of a new story stand: the generation's number, and its stories."""
        for number, generation in enumerate(self._generations):
            for gram in new.whole.grams:
                if slots := generation.postings.get(gram):
                    yield number, slots


def _company(new: Telling, near: Iterable[_Kept]) -> Company:
    """The nearest telling of each event, or what all outlets have would be taken for the kind of report."""
    first: dict[int, Telling] = {}
    for kept in near:
        first.setdefault(kept.event, kept.telling)
    return Company(new, [*first.values()])


def _told(kept: Telling, known: set[int]) -> float:
    """How much of a headline another story has, by its grams; a short headline counts as if it were longer."""
    return len(known.intersection(kept.headline.grams)) / (len(kept.headline.grams) + _LONGER)


def _matched(kept: _Kept, new: _Kept, company: Company) -> Match | None:
    """The match with one story, if they are of one event."""
    within = kept.feed == new.feed
    score = likeness(kept.telling, new.telling, abs(new.at - kept.at), company.without(kept.telling))
    if score < (_SERIES if within else THRESHOLD):
        return None
    shared = ", ".join(islice(_shared(kept.telling, new.telling), _SHOWN))
    return Match(kept.story, score, f"{score:.0%}" + (f": {shared}" if shared else ""))


def _shared(one: Telling, other: Telling) -> Iterable[str]:
    """What both name: towns, names, figures."""
    agreeing = compare(one.whole.figures, other.whole.figures).hard_agreeing
    return dict.fromkeys(
        chain(
            (town for town in one.whole.towns if town in other.whole.towns),
            (name for name in one.whole.names if name in other.whole.names),
            (f"{one.whole.figures[unit][0]:g}" for unit in agreeing),
        )
    )


def _key(link: str) -> str:
    """What two addresses of one page have in common; "" for none."""
    return canonical(link) if 0 < len(link) <= _LONGEST else ""
