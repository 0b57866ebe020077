"""The gate of an account: which of its claims leaves at which token's time.

A token is a time, taken in advance with each claim. The two are not bound to each other: when a token's time comes, the
most urgent claim that its lane lets go leaves, so that news which was claimed last does not wait for what was claimed
before it.

Tokens that come late (this process was busy) must not leave together: that would squeeze the platform's window. So all
that follows is shifted by as much, and catches up slowly, within what `pace` leaves as head-room. Shifted too far, it
begins anew: tokens that are past by then are never used, and those after them come at their own times.

Where other workers share the account, nothing is shifted: they would go on at their own times beside what came late
(a commit that took 350 ms let twelve tokens leave among theirs, and eleven were answered by 429). A late token is
forfeited there.
"""

from bisect import insort

from bot import pace
from bot.ports import Claim

WINDOW = 1.0  #: seconds that the platforms' shortest windows last
CATCH_UP = 0.005  #: seconds a second: with ``LATE`` it is what `pace.HEADROOM` leaves of one, 15 ms
SHIFT = pace.FARTHEST / 1_000_000  #: seconds by which sends may be behind: as far as tokens are taken ahead
LATE = pace.LATE / 1_000_000  #: seconds


Waiting = tuple[Claim, float]
"""A claim, and when it was claimed."""


def urgency(waiting: Waiting) -> tuple[int, bool, float]:
    """What goes first: as in the outbox, by priority, then what many read, then by the time it was claimed for."""
    claim, _ = waiting
    return claim.priority, claim.delivery.target.personal, claim.at


class Gate:
    """One account's claims that wait for a token, and how far its sends are behind, in seconds."""

    def __init__(self) -> None:
        self._waiting: list[Waiting] = []  #: the most urgent first
        self._behind = 0.0
        self._at = 0.0  #: when the last one left
        self._past = 0.0  #: tokens before this are not used any more

    def enter(self, claim: Claim, born: float) -> None:
        """Let it wait for whichever token is the first that may take it; as many take one out as enter."""
        insort(self._waiting, (claim, born), key=urgency)

    def first(self, at: float) -> Waiting:
        """Take out the most urgent claim that its lane lets go at that time; else the one that it lets go first."""
        for number, (claim, _) in enumerate(self._waiting):
            if claim.due <= at:
                return self._waiting.pop(number)
        soonest = min(self._waiting, key=lambda waiting: waiting[0].due)
        self._waiting.remove(soonest)
        return soonest

    def last(self) -> Waiting:
        """Take out the least urgent claim, to be given back for want of a token."""
        return self._waiting.pop()

    def shut(self, now: float, seconds: float) -> None:
        """Give back what was claimed in advance: the platform asks for so many seconds of peace, account-wide."""
        self._past = max(self._past, now + min(seconds, SHIFT))

    def ahead(self, at: float, now: float) -> float:
        """Seconds until a token of that time may leave."""
        if now - self._at > WINDOW:
            self._behind = 0.0
        return at + self._behind - now

    def leaves(self, at: float, now: float, *, alone: bool = True) -> bool:
        """Whether a token of that time still leaves now; ``alone``: no other worker sends by the same clock."""
        if not alone:
            self._behind = 0.0
        late = now - at - self._behind
        behind = max(0.0, self._behind - CATCH_UP * min(now - self._at, WINDOW))
        if late > LATE:
            if not alone:
                return False
            behind += late
        if behind > SHIFT:
            self._behind, self._past = 0.0, max(self._past, now)
        if at < self._past:
            return False
        self._behind, self._at = behind, now
        return True
