"""Route: which accounts a story goes to. Pure. Which of an account's targets get it is decided at fan-out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.filters import Subject, kept_out
from bot.model import Story
from bot.ports import Account
from bot.rules import Kept


@dataclass(frozen=True, slots=True)
class Routed:
    """The accounts that a story goes to; and by name those whose own filter keeps it from them, with the reason."""

    accounts: tuple[Account, ...]
    kept: Mapping[str, Kept]


def route(story: Story, accounts: Sequence[Account]) -> Routed:
    """The accounts that carry the story's feed, are not left out by its newsroom, have a target that wants its urgency,
    and let it pass.
    """
    wanting = [
        account
        for account in accounts
        if (account.feeds is None or story.source in account.feeds)
        and (story.accounts is None or account.name in story.accounts)
        and any(subscription.only in ("all", story.urgency) for subscription in account.subscriptions)
    ]
    subject = Subject(story, story.urgency)
    asked = ((account.name, kept_out(subject, account.filter)) for account in wanting if account.filter)
    kept = {name: why for name, why in asked if why is not None}
    return Routed(tuple(account for account in wanting if account.name not in kept), kept)
