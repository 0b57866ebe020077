"""Render: one message per platform and style, shared by every account of that style. Pure; the adapters draw."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import assert_never

from bot.model import Plates, Priority, Story, Style, Urgency
from bot.ports import Account, Adapter, Shipment


def render(
    story: Story, accounts: Sequence[Account], renderers: Mapping[str, Adapter], plates: Plates | None = None
) -> tuple[Shipment, ...]:
    """The shipments of a story; ``renderers`` are by account name. Without ``plates`` pictures are addresses only."""
    plates = plates or Plates()
    sharing: dict[tuple[str, str, Style], list[str]] = {}
    for account in accounts:
        sharing.setdefault((account.platform, account.base_url, account.style), []).append(account.name)
    urgent = priority(story.urgency)
    shipments = []
    for (_, _, style), names in sharing.items():
        renderer = renderers[names[0]]
        for message in renderer.render(plates.onto(story, renderer.pictures), style):
            first = message.part == 0
            told = replace(message, notes=(*plates.notes, *message.notes)) if first else message
            shipments.append(Shipment(tuple(names), told, urgent if first else max(urgent, Priority.NORMAL)))
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
