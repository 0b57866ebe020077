"""The audit: what the stand-ins accepted, compared with what the ledger says. Pure: lists in, findings out.

    owed      which story belongs to which place, as the test published it
    ledger    what Sokbo says became of each
    accepted  what really arrived, in order

A story is known by its mark, a word that stands in every message about it; a place by platform and target.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

Place = tuple[str, str]
"""Platform and target: ("telegram", "-1001")."""

Telling = tuple[str, Place]
"""A story's mark and a place that it belongs to."""


def keyless(place: Place) -> bool:
    """Whether nothing tells that place that it has had a message before (DESIGN.md section 5)."""
    platform, target = place
    return platform == "telegram" or (platform == "discord" and target.startswith("webhook:"))


@dataclass(frozen=True, slots=True)
class Entry:
    """One delivery in the ledger. ``again``: an earlier try is in doubt; ``story`` rises in order of admission."""

    story: int
    mark: str
    place: Place
    state: str
    again: bool = False
    reason: str = ""
    priority: int = 0

    @property
    def telling(self) -> Telling:
        """What it tells whom."""
        return self.mark, self.place

    @property
    def doubted(self) -> bool:
        """Whether the ledger says that it may have arrived more often than it says, or less."""
        return self.state == "held" or self.again


@dataclass(frozen=True, slots=True)
class Arrival:
    """One accepted message."""

    mark: str
    place: Place

    @property
    def telling(self) -> Telling:
        """What it told whom."""
        return self.mark, self.place


@dataclass(frozen=True, slots=True)
class Audit:
    """What was found. All but ``doubts`` and ``listed`` is a defect."""

    owed: int
    accepted: int
    lost: tuple[Telling, ...] = ()  #: owed, and neither accepted nor listed as in doubt
    untold: tuple[Telling, ...] = ()  #: sent by the ledger, and never accepted
    unowed: tuple[Telling, ...] = ()  #: accepted, and never owed
    twice: tuple[Telling, ...] = ()  #: accepted more than once, where there is a key
    unlisted: tuple[Telling, ...] = ()  #: accepted more than once where there is none, and the ledger doesn't say so
    disorder: tuple[tuple[Telling, Telling], ...] = ()  #: in one place the later story came first
    listed: tuple[Telling, ...] = ()  #: accepted more than once where there is no key, and the ledger says so
    doubts: tuple[Entry, ...] = field(default=(), repr=False)  #: every keyless delivery that the ledger doubts

    @property
    def clean(self) -> bool:
        """Whether nothing was lost, nothing came twice that has a key, in order, and every doubt is listed."""
        return not (self.lost or self.untold or self.unowed or self.twice or self.unlisted or self.disorder)

    def defects(self) -> str:
        """What is wrong, a few of each kind."""
        names = ("lost", "untold", "unowed", "twice", "unlisted", "disorder")
        return "; ".join(f"{name}: {found[:5]}" for name in names if (found := getattr(self, name)))

    def __str__(self) -> str:
        held = sum(entry.state == "held" for entry in self.doubts)
        return (
            f"{self.owed} owed, {self.accepted} accepted: {len(self.lost) + len(self.untold)} lost, "
            f"{len(self.twice)} twice on keyed platforms, {len(self.disorder)} out of order; "
            f"keyless: {len(self.doubts)} doubts listed ({held} held), {len(self.listed)} of them arrived twice, "
            f"{len(self.unlisted)} twice and not listed"
        )


def audit(owed: Collection[Telling], ledger: Iterable[Entry], accepted: Iterable[Arrival]) -> Audit:
    """Compare.

    Order is judged by first arrivals, in each place among stories of one priority; without a key, what is in doubt is
    passed over, and may arrive late.
    """
    entries = {entry.telling: entry for entry in ledger}
    arrivals = list(accepted)
    times = Counter(arrival.telling for arrival in arrivals)
    doubted = {telling for telling, entry in entries.items() if entry.doubted and keyless(entry.place)}
    often = [telling for telling, count in times.items() if count > 1]
    return Audit(
        owed=len(owed),
        accepted=len(arrivals),
        lost=tuple(telling for telling in sorted(owed) if telling not in times and telling not in doubted),
        untold=tuple(sorted(t for t, entry in entries.items() if entry.state == "sent" and t not in times)),
        unowed=tuple(sorted(times.keys() - set(owed))),
        twice=tuple(sorted(t for t in often if not keyless(t[1]))),
        unlisted=tuple(sorted(t for t in often if keyless(t[1]) and t not in doubted)),
        disorder=_disorder(entries, (telling for telling in times if telling not in doubted)),
        listed=tuple(sorted(t for t in often if t in doubted)),
        doubts=tuple(entries[telling] for telling in sorted(doubted)),
    )


def _disorder(
    entries: Mapping[Telling, Entry], first_arrivals: Iterable[Telling]
) -> tuple[tuple[Telling, Telling], ...]:
    """Neighbours in one lane of which the later story came first; a counter keeps the order of first arrivals."""
    lanes: dict[tuple[Place, int], list[Entry]] = defaultdict(list)
    for telling in first_arrivals:
        if (entry := entries.get(telling)) is not None:
            lanes[entry.place, entry.priority].append(entry)
    return tuple(
        (before.telling, after.telling)
        for lane in lanes.values()
        for before, after in pairwise(lane)
        if before.story > after.story
    )
