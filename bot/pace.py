"""Pace: when the next request may leave. Pure integers in microseconds; the rows hold the clocks.

a credential's rate       GCRA, the leaky bucket as one number: the time at which its next token falls due. Taking a
                          token moves it on by one interval, so that a pause saves nothing up
windows                   at most so many in so many seconds: exact, from the times of the last ones
"""

from collections.abc import Iterable, Sequence

from bot.model import Window

HEADROOM = 0.985  #: share of the published rate that is used (OUTBOX.md section b: 98.7 % kept, no 429)
AHEAD = 100_000  #: µs: how far ahead of their time tokens are taken, at least
FARTHEST = 400_000  #: µs: the same at most, where ticks take long
LATE = 10_000  #: µs after its time that a token is still good; later it would squeeze a window (OUTBOX.md, trap 10)
LONGEST = 90_000_000  #: µs: no pace reaches further than a minute; beyond it, the clock stepped back since


def interval(rate: float) -> int:
    """Microseconds between two requests of one credential that may make ``rate`` a second."""
    return gap(1 / rate)


def gap(seconds: float) -> int:
    """Microseconds to leave where the platform asks for ``seconds``."""
    return round(seconds * 1_000_000 / HEADROOM)


def reach(tick: int) -> int:
    """How far ahead to take tokens where the last tick was so long ago: what falls due until the next is lost."""
    return min(max(AHEAD, 2 * tick), FARTHEST)


def tokens(next_send: int, every: int, now: int, room: int, ahead: int = AHEAD) -> list[int]:
    """The times of the tokens that fall due within ``ahead`` of ``now``, at most ``room``, none before now."""
    first = now if next_send > now + LONGEST else max(next_send, now)
    return list(range(first, now + ahead + 1, every)[:room])


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


def free(recent: Sequence[int], windows: Sequence[Window]) -> int:
    """When the windows let the next request leave, after those at ``recent`` (rising); 0: at once."""
    return max(
        (recent[-window.count] + gap(window.seconds) for window in windows if len(recent) >= window.count), default=0
    )


def room(recent: Sequence[int], windows: Sequence[Window], now: int, most: int) -> int:
    """How many requests, of at most ``most``, may leave at ``now`` as far as the windows go."""
    for window in windows:
        since = now - gap(window.seconds)
        most = min(most, max(0, window.count - sum(at > since for at in recent[-window.count :])))
    return most


def remembered(recent: Sequence[int], times: Iterable[int], windows: Sequence[Window], now: int) -> list[int]:
    """The times to keep for these windows; those that lie far ahead were set before the clock stepped back."""
    most = max((window.count for window in windows), default=0)
    known = [at for at in recent if at <= now + LONGEST]
    return sorted([*known, *times])[-most:] if most else []
