"""The minutes of a reading: what it came to, a line in the log for what a person may want to know."""

import logging
from collections.abc import Collection, Sequence

from bot.errors import Problem
from bot.model import Change, Entry, StoryState
from bot.ports import Admission

LOG = logging.getLogger(__name__)


def report(feed: str, admissions: Sequence[Admission], stories: Sequence[int]) -> None:
    """Say what a reading came to; ``stories`` are the numbers that the store gave, 0 where another was first."""
    for admission, story in zip(admissions, stories, strict=True):
        if story and admission.change.kind == "retracted":
            LOG.info("feed %s: story %d is retracted: %s", feed, story, admission.story.headline)
        elif story and admission.change.kind == "edited":
            sent = "it is corrected" if admission.shipments else "nothing to tell"
            LOG.info("feed %s: story %d was edited, %s: %s", feed, story, sent, admission.story.headline)
        elif story and admission.change.state is not StoryState.KNOWN:
            LOG.info("feed %s: story %d %s: %s", feed, story, admission.change.state, admission.story.headline)
    known = [change for change in (admission.change for admission in admissions) if _is_known(change)]
    if kept := sum(change.kept is not None for change in known):
        LOG.info("feed %s: its filter keeps %d posts out", feed, kept)
    if known[kept:]:
        LOG.info("feed %s: %d posts are taken as known", feed, len(known) - kept)


def strangers(entries: Sequence[Entry], accounts: Collection[str]) -> tuple[Problem, ...]:
    """What posts say of accounts that do not exist: most often a slip, and then nobody gets the post."""
    mend = f"the configuration has {', '.join(sorted(accounts))}" if accounts else "the configuration has none"
    return tuple(
        Problem(f"its accounts name “{name}”, which is none", entry.origin, mend)
        for entry in entries
        for name in entry.accounts or ()
        if name not in accounts
    )


def _is_known(change: Change) -> bool:
    return change.kind == "new" and change.state is StoryState.KNOWN
