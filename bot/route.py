"""Route: which accounts a story goes to. Pure. Which of an account's targets get it is decided at fan-out."""

from collections.abc import Sequence

from bot.model import Story
from bot.ports import Account


def route(story: Story, accounts: Sequence[Account]) -> tuple[Account, ...]:
    """The accounts that carry the story's feed, are not left out by its newsroom, and have a target that wants it."""
    return tuple(
        account
        for account in accounts
        if (account.feeds is None or story.source in account.feeds)
        and (story.accounts is None or account.name in story.accounts)
        and any(subscription.only in ("all", story.urgency) for subscription in account.subscriptions)
    )
