"""What dispatch needs of the store: what may leave now, claimed durably before its first byte does.

    Outcome ─▶ Outbox.tick ─▶ Claim ─▶ the wire ─▶ Outcome, for the next tick

A tick is one transaction, so what has ended and what begins cost one sync together, however many messages they are.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.model import Delivery, Outcome, Priority


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery to be sent at ``at`` (seconds of the monotonic clock) by ``account`` (its configured name).

    ``due`` is when its lane lets it leave, ``at`` or before. ``void`` says why it is not to be sent any more;
    ``paced``: its platform counts, so that what is late holds up what comes after it.
    """

    account: str
    at: float
    priority: Priority
    delivery: Delivery
    due: float = 0.0
    void: str = ""
    paced: bool = False


class Outbox(Protocol):
    """What dispatch needs of the store."""

    @property
    def shared(self) -> bool:
        """Whether other workers drive it, too."""
        ...

    @property
    def alone(self) -> bool:
        """Whether nobody else drives it, as seen within the last second or two."""
        ...

    @property
    def fanning_out(self) -> bool:
        """Whether the last tick left a fan-out unfinished: tick again at once."""
        ...

    @property
    def soon(self) -> bool:
        """Whether the last tick claimed nothing, though something falls due within a second."""
        ...

    async def doubts(self) -> tuple[Claim, ...]:
        """Deliveries that a worker had claimed and never reported before it died: they may have been posted."""
        ...

    async def forget(self, known: Collection[int]) -> int:
        """Give back claims of ours that were committed while the connection was lost; ``known`` are those we hold."""
        ...

    async def pending(self, within: dt.timedelta) -> int:
        """How much is on its way now or will be ``within`` that time."""
        ...

    async def tick(self, outcomes: Sequence[Outcome], room: int) -> tuple[Claim, ...]:
        """Finish what ended and promote, in one transaction with the claim of at most ``room`` deliveries."""
        ...
