"""Joining: what becomes of a story that matches another, by its feed's policy. Pure.

nothing matches           told on its own
the same link             not told again, whatever the policy: it is the same post
thread (the default)      told as a reply to the first: a false match costs a reply, not a story
join                      not told; the first story shows "also in: …"
separate                  told on its own
"""

import datetime as dt
from enum import StrEnum
from typing import Final, NamedTuple, assert_never

from bot.model import SameEvent

#: How far apart two stories of one event may be. Outlets follow each other within the hour, and what happened in the
#: evening stands on the sites and in the papers of the next morning and noon: twelve to thirty hours. What comes a day
#: and a half later is a follow-up, or the same kind of news of another day: of the 215 labelled pairs that are further
#: apart than this, none is of one event, while every close of the market, poll and lottery looks like the one before.
WINDOW: Final = dt.timedelta(hours=36)


class Joining(StrEnum):
    """What becomes of a story."""

    TELL = "tell"
    REPLY = "reply"
    JOIN = "join"


class Match(NamedTuple):
    """The story that has told the event first, how sure that is (0 … 1), and by what: "91%: 경주, 4.3"."""

    story: int
    score: float
    why: str
    same_link: bool = False


def joining(match: Match | None, policy: SameEvent) -> Joining:
    """What becomes of a story that matches this, or nothing."""
    if match is None:
        return Joining.TELL
    if match.same_link:
        return Joining.JOIN
    match policy:
        case "thread":
            return Joining.REPLY
        case "join":
            return Joining.JOIN
        case "separate":
            return Joining.TELL
        case _:
            assert_never(policy)
