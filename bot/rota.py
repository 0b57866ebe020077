"""The rota: which feed is to be asked when. Pure: `now` is passed in, in seconds of a clock that nobody sets.

planned ─(due)─▶ waiting ─(room; the earliest deadline first)─▶ asked ─▶ planned anew by whoever asked it

Due is when a feed had best be asked, its deadline when it must have been: while all that is due finds room the two
make no difference, and where it doesn't, what only wished to be asked early gives way to what was promised (earliest
deadline first loses no deadline that any order could keep). A feed that is being asked is in no plan, so it is never
asked twice at once.
"""

from heapq import heappop, heappush
from typing import NamedTuple


class Plan(NamedTuple):
    """One feed's next turn; a newer plan makes it void."""

    due: float
    deadline: float
    name: str


class Rota:
    """Plans by name: two heaps, each turn in logarithmic time; 300 bytes a feed."""

    def __init__(self) -> None:
        self._plans: dict[str, Plan] = {}
        self._ahead: list[Plan] = []  #: the earliest first
        self._waiting: list[tuple[float, Plan]] = []  #: due, by deadline

    def plan(self, name: str, due: float, deadline: float | None = None) -> None:
        """Ask a feed at ``due``, and by ``deadline`` however much else there is (by default the same)."""
        plan = Plan(due, due if deadline is None else deadline, name)
        self._plans[name] = plan
        heappush(self._ahead, plan)

    def hasten(self, name: str, due: float) -> None:
        """Ask a feed at ``due``, unless it is to be asked before, or is being asked now."""
        plan = self._plans.get(name)
        if plan is not None and plan.due > due:
            self.plan(name, due)

    def drop(self, name: str) -> None:
        """Ask a feed no more."""
        self._plans.pop(name, None)

    def take(self, now: float, room: int) -> list[str]:
        """Take out the feeds whose turn it is, as many as there is room for."""
        while self._ahead and self._ahead[0].due <= now:
            plan = heappop(self._ahead)
            if self._plans.get(plan.name) is plan:
                heappush(self._waiting, (plan.deadline, plan))
        taken: list[str] = []
        while self._waiting and len(taken) < room:
            _, plan = heappop(self._waiting)
            if self._plans.get(plan.name) is plan:
                del self._plans[plan.name]
                taken.append(plan.name)
        return taken
