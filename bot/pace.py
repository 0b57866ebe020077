"""Pace: when the next request of a credential may leave (GCRA, the leaky bucket as one number).

The clock of a credential is the time at which its next token falls due. Taking a token moves it on by one interval, so
that a pause saves nothing up: at most one token stands ready. Pure integers in microseconds; the row holds the clock.
"""

from collections.abc import Iterable

HEADROOM = 0.985  #: share of the published rate that is used (OUTBOX.md section b: 98.7 % kept, no 429)
AHEAD = 100_000  #: µs: how far ahead of their time tokens are taken
LONGEST = 60_000_000  #: µs: no pace reaches further; a clock beyond it was set before the system's clock stepped back


def interval(rate: float) -> int:
    """Microseconds between two requests of one credential that may make ``rate`` a second."""
    return gap(1 / rate)


def gap(seconds: float) -> int:
    """Microseconds to leave where the platform asks for ``seconds``."""
    return round(seconds * 1_000_000 / HEADROOM)


def tokens(next_send: int, every: int, now: int, room: int) -> list[int]:
    """The times of the tokens that fall due within ``AHEAD`` of ``now``, at most ``room``, none before now."""
    first = now if next_send > now + LONGEST else max(next_send, now)
    return list(range(first, now + AHEAD + 1, every)[:room])


def spread(dues: Iterable[int], first: int, every: int, now: int) -> list[int]:
    """When each of some requests leaves: from its lane's due time on, the earliest due first, ``every`` apart.

    A lane that falls due later than ``AHEAD`` is not waited for: its last request was refused and counts for nothing.
    """
    times: list[int] = []
    for due in sorted(dues):
        first = max(first, min(due, now + AHEAD))
        times.append(first)
        first += every
    return times
