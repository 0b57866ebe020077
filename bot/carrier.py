"""The carrier of an account's deliveries: its adapter, and what that can do about one that may have arrived."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from bot import ports
from bot.model import Delivery, Message, Target
from bot.outbox import Policy, Powers


@dataclass(frozen=True, slots=True)
class Carrier:
    """What carries an account's deliveries: its adapter, and its policy for outcomes that stay unknown."""

    adapter: ports.Sends
    policy: Policy = ""

    def powers(self, delivery: Delivery) -> Powers:
        """What the adapter can do about this delivery; to make the same edit or delete again does no harm."""
        if delivery.operation in ("edit", "delete"):
            edits = isinstance(self.adapter, ports.Edits) and isinstance(self.adapter, ports.Deletes)
            return Powers(safe_again=dt.timedelta.max, edits=edits)
        again = self.adapter.safe_again(delivery.target)
        return Powers(again, self.searches(delivery.target), len(list(self.plainer(delivery.message))))

    def searches(self, target: Target) -> bool:
        """Whether what is in doubt can be looked up there."""
        return isinstance(self.adapter, ports.Finds) and self.adapter.searches(target)

    def plainer(self, message: Message) -> Iterator[Message]:
        """What a refused picture leaves of a message, step by step; the first is with a smaller picture."""
        plain: Message | None = message if message.pictures else None
        while plain is not None:
            yield plain
            plain = self.adapter.plain(plain)
