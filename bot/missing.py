"""Missing: a post has left its folder. Whether that takes its story back is a rule that never hurries. Pure.

    the feed keeps what is removed ─┐
    nobody can tell what is there ──┴▶ nothing follows
    gone ─▶ for ten minutes ─▶ at most three posts and a tenth of the folder ─▶ retract
      └─ back: as if never gone                    └─ more ─▶ quarantined: an alarm, and a person decides

An editor who renames a file, a checkout, a copy that is still running: all of them make posts vanish for a while.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.errors import Problem
from bot.model import UTC, Feed

PATIENCE: Final = dt.timedelta(minutes=10)  #: issue 4, point 6; so the two bounds below
MOST: Final = 3  #: posts
SHARE: Final = 10  #: one in so many
NAMED: Final = 10  #: stories that an alarm names

#: Since when a quarantined story is missing, as far as the clock is concerned: only a person ends that.
NEVER: Final = dt.datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Missing:
    """What follows from one reading, by the stories' numbers.

    ``newly`` is to be remembered, over what was: since when each is missing (``NEVER``: quarantined). What is ``back``,
    or is no longer told, is to be forgotten. ``problem`` stands as long as anything is quarantined.
    """

    newly: Mapping[int, dt.datetime] = field(default_factory=dict)
    back: frozenset[int] = frozenset()
    retract: tuple[int, ...] = ()
    problem: Problem | None = None


def missing(
    feed: Feed,
    present: frozenset[str] | None,
    known: Mapping[str, int],
    since: Mapping[int, dt.datetime],
    *,
    total: int,
    now: dt.datetime,
) -> Missing:
    """What becomes of the feed's stories whose post is gone.

    ``present`` are the ids in the folder, None if that cannot be told; ``known`` is by id the story that it became, of
    those that readers still have (a story of several ids is there while any of them is); ``since`` is what earlier
    readings had remembered; ``total`` counts the posts in the folder now.
    """
    if feed.removed == "keep":
        return Missing(back=frozenset(since))
    if present is None or feed.distrusts_ids:  # a guid that stood twice tells no post from another
        return Missing(problem=_alarm(feed, _quarantined(since)))
    gone = set(known.values()) - {known[name] for name in present & known.keys()}
    due = {story for story in gone & since.keys() if now - since[story] >= PATIENCE}
    quarantined = gone & _quarantined(since)
    newly = dict.fromkeys(gone - since.keys(), now)
    if due and (len(gone) > MOST or SHARE * len(gone) > total + len(gone)):
        newly |= dict.fromkeys(due, NEVER)
        quarantined, due = quarantined | due, set()
    return Missing(
        newly=newly,
        back=frozenset(since.keys() - gone),
        retract=tuple(sorted(due)),
        problem=_alarm(feed, quarantined),
    )


def _quarantined(since: Mapping[int, dt.datetime]) -> set[int]:
    return {story for story, moment in since.items() if moment == NEVER}


def _alarm(feed: Feed, quarantined: Collection[int]) -> Problem | None:
    """What a person must know while anything is quarantined: so many gone at once are rather an accident."""
    if not quarantined:
        return None
    gone = f"{len(quarantined)} posts have" if len(quarantined) > 1 else "1 post has"
    some = ", ".join(map(str, sorted(quarantined)[:NAMED])) + (", …" if len(quarantined) > NAMED else "")
    return Problem(
        f"{gone} left the folder, too many to take their stories back without asking",
        feed.name,
        f"put them back, or take back what is meant: sokbo retract STORY; the stories are {some}",
    )
