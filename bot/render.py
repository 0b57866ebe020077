"""Render: one message per platform and style, shared by every account of that style. Pure; the adapters draw."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import assert_never

from bot.model import Priority, Story, Style, Urgency
from bot.ports import Account, Renders, Shipment


def render(
    story: Story, accounts: Sequence[Account], renderers: Mapping[str, Renders], notes: Sequence[str] = ()
) -> tuple[Shipment, ...]:
    """The shipments of a story; ``renderers`` are by account name, ``notes`` say what was degraded before."""
    sharing: dict[tuple[str, str, Style], list[str]] = {}
    for account in accounts:
        sharing.setdefault((account.platform, account.base_url, account.style), []).append(account.name)
    shipments = []
    for (_, _, style), names in sharing.items():
        message = renderers[names[0]].render(story, style)
        shipments.append(
            Shipment(tuple(names), replace(message, notes=(*notes, *message.notes)), priority(story.urgency))
        )
    return tuple(shipments)


def priority(urgency: Urgency) -> Priority:
    """Where a new story stands in its account's queue."""
    match urgency:
        case Urgency.BREAKING:
            return Priority.BREAKING
        case Urgency.NORMAL:
            return Priority.NORMAL
        case Urgency.LOW:
            return Priority.DIGEST
        case _:
            assert_never(urgency)
