"""Who is to get what: a credential, and the places that it posts to, as the configuration names them.

    Account ─▶ Subscription ─▶ Target

They come from the configuration at each start; the store keeps them, so that a delivery can name them.
"""

from dataclasses import dataclass, field
from typing import Literal

from bot.model import Corrections, Notify, Style, Target
from bot.rules import Filter


@dataclass(frozen=True, slots=True)
class Subscription:
    """A target with its preferences, as the configuration names it."""

    target: Target
    only: Literal["all", "breaking"] = "all"
    notify: Notify = "all"


@dataclass(frozen=True, slots=True)
class Account:
    """A configured credential with its subscriptions."""

    name: str
    platform: str
    credential: str
    base_url: str
    style: Style
    feeds: tuple[str, ...] | None
    unconfirmed: Literal["", "resend", "hold"]
    subscriptions: tuple[Subscription, ...]
    corrections: Corrections = "auto"
    filter: Filter = field(default_factory=Filter)
