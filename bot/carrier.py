"""The carrier of an account's deliveries: its adapter, what that can do about one that may have arrived, and how it
edits, answers or takes back what was posted.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot import ports
from bot.errors import Rejected
from bot.model import Delivery, Message, Receipt, Target
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


async def changed(adapter: ports.Sends, delivery: Delivery) -> Receipt:
    """Edit, answer or take back what was posted; what cannot be deleted is edited to say so."""
    operation = "edit" if delivery.operation == "delete" and delivery.degraded else delivery.operation
    if operation == "delete" and delivery.posted is None and delivery.sought and isinstance(adapter, ports.Finds):
        delivery = replace(delivery, posted=await adapter.find(delivery.sought))
        if delivery.posted is None:
            return Receipt((), note="it had not arrived")
    match adapter:
        case ports.Deletes() if operation == "delete":
            return await adapter.delete(delivery)
        case ports.Edits() if operation in ("edit", "delete"):
            receipt = await adapter.edit(delivery)
            note = "it cannot be deleted there; edited to say so" if delivery.operation == "delete" else ""
            return replace(receipt, note="; ".join(filter(None, (note, receipt.note))))
        case ports.Replies() if operation == "reply":
            return await adapter.reply(delivery)
    what = {"edit": "edit", "delete": "take back", "reply": "answer"}[operation]
    raise Rejected(f"{delivery.message.platform} cannot {what} what it posted")


def groundless(delivery: Delivery) -> str:
    """Why there is nothing for this delivery to build on, "" if there is."""
    known = delivery.posted is not None and bool(delivery.posted.ids)
    if delivery.operation in ("edit", "reply") and not known:
        return f"what it {'changes' if delivery.operation == 'edit' else 'answers'} is not known to have gone out"
    if delivery.operation == "delete" and delivery.posted is None and delivery.sought is None:
        return "nothing was posted"
    if delivery.message.part and delivery.operation == "send" and delivery.after is None:
        return "the part before it did not go out"
    return ""
