"""The database's clock as this process's monotonic one: where between question and answer the time was read is unknown,
so the quickest exchange knows best (OUTBOX.md, trap 4), and less with every second that passes.
"""

from typing import NamedTuple

DRIFT = 0.0001  #: seconds by which two clocks may part each second: quartz does less


class _Sample(NamedTuple):
    ahead: float  #: seconds that the monotonic clock counts more than the database's
    doubt: float  #: it is that, give or take
    at: float  #: of the monotonic clock

    def doubt_by(self, now: float) -> float:
        return self.doubt + (now - self.at) * DRIFT


class Offset:
    """How far apart the two clocks are: ``learn`` from every exchange, ``monotonic`` to convert."""

    def __init__(self) -> None:
        self._best: _Sample | None = None

    def learn(self, asked: float, micros: int, answered: float) -> None:
        """The database read ``micros`` on its clock somewhere between two times of the monotonic one."""
        new = _Sample((asked + answered) / 2 - micros / 1_000_000, (answered - asked) / 2, answered)
        best = self._best
        if best is not None and new.doubt > (doubt := best.doubt_by(answered)):
            stepped = abs(new.ahead - best.ahead) > new.doubt + doubt  # both cannot be true: a clock was set
            if not stepped:
                return
        self._best = new

    def micros(self, monotonic: float) -> int:
        """A time of the monotonic clock, in microseconds since 1970 of the database's."""
        if self._best is None:
            raise RuntimeError("the database's clock was never read")
        return round((monotonic - self._best.ahead) * 1_000_000)

    def monotonic(self, micros: int) -> float:
        """A time of the database's clock, in seconds of the monotonic one."""
        if self._best is None:
            raise RuntimeError("the database's clock was never read")
        return micros / 1_000_000 + self._best.ahead
