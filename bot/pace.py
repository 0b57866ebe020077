"""Pace: when the next request of a credential may leave (GCRA, the leaky bucket as one number).

The clock of a credential is the time at which its next token falls due. Taking a token moves it on by one interval, so
that a pause saves nothing up: at most one token stands ready. Pure integers in microseconds; the row holds the clock.
"""

from bot.model import Limits

HEADROOM = 0.985  #: share of the published rate that is used (OUTBOX.md section b: 98.7 % kept, no 429)
AHEAD = 100_000  #: µs: how far ahead of their time tokens are taken
LONGEST = 60_000_000  #: µs: no pace reaches further; a clock beyond it was set before the system's clock stepped back


def interval(limits: Limits) -> int:
    """Microseconds between two requests of one credential."""
    return round(1_000_000 / (limits.rate * HEADROOM))


def tokens(next_send: int, every: int, now: int, room: int) -> list[int]:
    """The times of the tokens that fall due within ``AHEAD`` of ``now``, at most ``room``, none before now."""
    first = now if next_send > now + LONGEST else max(next_send, now)
    return list(range(first, now + AHEAD + 1, every)[:room])
