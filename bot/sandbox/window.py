"""Who came too often: the exact arrival times of the last seconds, so that no burst hides between two counters."""

from collections import deque
from dataclasses import dataclass

JITTER = 0.05  #: seconds that a request may arrive early, since a sender cannot know how long it travels


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``limit`` arrivals in any ``seconds``."""

    limit: int
    seconds: float


class SlidingLog:
    """The arrivals within one window; times are seconds of one monotonic clock and never go back."""

    def __init__(self, rate: Rate) -> None:
        self.rate = rate
        self._arrivals: deque[float] = deque()

    def admit(self, now: float) -> float:
        """Take a place and return 0.0, or return the seconds until a place is free."""
        horizon = now - self.rate.seconds + JITTER
        while self._arrivals and self._arrivals[0] <= horizon:
            self._arrivals.popleft()
        if len(self._arrivals) >= self.rate.limit:
            return self._arrivals[0] + self.rate.seconds - now
        self._arrivals.append(now)
        return 0.0

    def remaining(self) -> int:
        """Places that were left after the latest arrival."""
        return self.rate.limit - len(self._arrivals)

    def clear_after(self, now: float) -> float:
        """Seconds until every place is free again: who waits that long may send ``limit`` at once."""
        return max(0.0, self._arrivals[-1] + self.rate.seconds - now) if self._arrivals else 0.0


class Pace:
    """All windows, by whom or what they watch; ``strict`` off lets everything through."""

    def __init__(self) -> None:
        self.strict = True
        self._logs: dict[tuple[str, ...], SlidingLog] = {}

    def window(self, rate: Rate, *key: str) -> SlidingLog:
        """The window of this key, made at first sight."""
        log = self._logs.get(key)
        if log is None:
            log = self._logs[key] = SlidingLog(rate)
        return log

    def admit(self, window: SlidingLog, now: float) -> float:
        """As ``SlidingLog.admit``; always 0.0, and no place taken, while the pace is off."""
        return window.admit(now) if self.strict else 0.0
