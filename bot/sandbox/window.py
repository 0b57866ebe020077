"""Who came too often: the exact arrival times of the last seconds, so that no burst hides between two counters."""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

JITTER = 0.05  #: seconds that a request may arrive early, since a sender cannot know how long it travels

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``limit`` arrivals in any ``seconds``."""

    limit: int
    seconds: float


class SlidingLog:
    """The arrivals within one window; times are seconds of one monotonic clock and never go back.

    The arrivals are a list, not a deque: of a hundred thousand chats most have one, and a deque begins with room for
    sixty-four.
    """

    __slots__ = ("_arrivals", "key", "rate")

    def __init__(self, rate: Rate, key: Key = ()) -> None:
        self.rate = rate
        self.key = key
        self._arrivals: list[float] = []

    def wait(self, now: float) -> float:
        """Seconds until a place is free, 0.0 if one is."""
        del self._arrivals[: bisect_right(self._arrivals, now - self.rate.seconds + JITTER)]
        if len(self._arrivals) >= self.rate.limit:
            return self._arrivals[0] + self.rate.seconds - now
        return 0.0

    def take(self, now: float) -> None:
        """Take a place."""
        self._arrivals.append(now)

    def admit(self, now: float) -> float:
        """Take a place and return 0.0, or return the seconds until a place is free."""
        wait = self.wait(now)
        if not wait:
            self.take(now)
        return wait

    def remaining(self) -> int:
        """Places that were left after the latest arrival."""
        return self.rate.limit - len(self._arrivals)

    def clear_after(self, now: float) -> float:
        """Seconds until every place is free again: who waits that long may send ``limit`` at once."""
        return max(0.0, self._arrivals[-1] + self.rate.seconds - now) if self._arrivals else 0.0


class Pace:
    """All windows, by whom or what they watch; ``strict`` off lets everything through.

    Those of one rate stand in the order of their latest arrivals, so whoever has been quiet for a whole window stands
    first, and is forgotten at the next arrival: there are never more than there are senders within one window.
    """

    def __init__(self) -> None:
        self.strict = True
        self._logs: dict[Rate, OrderedDict[Key, SlidingLog]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._logs.values()))

    def window(self, rate: Rate, *key: str) -> SlidingLog:
        """The window of this key, an empty one if it has been quiet."""
        return self._of(rate).get(key) or SlidingLog(rate, key)

    def admit(self, window: SlidingLog, now: float) -> float:
        """As ``SlidingLog.admit``; always 0.0, and no place taken, while the pace is off."""
        return self.admit_all((window,), now)

    def admit_all(self, windows: Sequence[SlidingLog], now: float) -> float:
        """Take a place in each window, or in none and return the longest wait."""
        if not self.strict:
            return 0.0
        if wait := max(window.wait(now) for window in windows):
            return wait
        for window in windows:
            window.take(now)
            self._keep(window, now)
        return 0.0

    def _of(self, rate: Rate) -> OrderedDict[Key, SlidingLog]:
        return self._logs.setdefault(rate, OrderedDict())

    def _keep(self, window: SlidingLog, now: float) -> None:
        logs = self._of(window.rate)
        logs[window.key] = window
        logs.move_to_end(window.key)
        while not next(iter(logs.values())).clear_after(now):
            logs.popitem(last=False)
