"""Places that the platform counts as one: the topics of a group are lanes of their own, and share the group's pace.

What one of them sends counts in all of them: their clocks go on together, and of a chat one lane at a time has a claim.
All of it happens under the account's lock, as everything that moves a lane's clock.
"""

from collections.abc import Iterable, Sequence

from bot.model import Target
from bot.ports import Paces, Shares
from bot.store.codec import column
from bot.store.database import Connection, statements
from bot.store.fronts import readmit
from bot.store.handover import Head

SQL = statements("outbox")


class Places:
    """Which lanes share a pace, as the adapters say."""

    def __init__(self) -> None:
        self._lanes: dict[tuple[int, str], list[int]] = {}
        self._beside: dict[int, Sequence[int]] = {}

    def meet(self, account: int, paces: Paces, targets: Iterable[tuple[int, Target]]) -> None:
        """Remember these lanes and their targets, where any of them may share a pace."""
        if not isinstance(paces, Shares):
            return
        for lane, target in targets:
            together = self._lanes.setdefault((account, paces.counted_as(target)), [])
            together.append(lane)
            if len(together) > 1:
                self._beside |= dict.fromkeys(together, together)

    def beside(self, lane: int) -> Sequence[int]:
        """The lanes that share this one's pace, itself included; empty if it has its pace for itself."""
        return self._beside.get(lane, ())

    def one_each(self, heads: Sequence[Head]) -> Sequence[Head]:
        """The heads, of each place only the first: the next one waits for its pace."""
        if not self._beside:
            return heads
        seen: set[int] = set()
        chosen = []
        for head in heads:
            if head.lane not in seen:
                chosen.append(head)
                seen.update(self.beside(head.lane))
        return chosen

    def wait(self, connection: Connection, lanes: Iterable[int], now: int) -> None:
        """Let what is to be sent beside these lanes wait until its own is due."""
        if waiting := {other for lane in lanes for other in self.beside(lane)}:
            snoozed = connection.rows(SQL["snooze_places"], lanes=column(sorted(waiting)), now=now)
            readmit(connection, snoozed, now)

    def rest(self, connection: Connection, lane: int, until: int, now: int) -> None:
        """Let all that shares this lane's pace wait until then: the platform has asked for it."""
        if beside := self.beside(lane):
            connection.rows(SQL["rest_places"], lanes=column(beside), until=until)
            self.wait(connection, [lane], now)
