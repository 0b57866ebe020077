"""A feed that a command has added: the same keys as in ``[[feeds]]``, as far as a command can say them."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.errors import ConfigError, Problem
from bot.model import Feed
from bot.ports import AddedFeed
from bot.settings import places, values
from bot.settings.feeds import EVERY
from bot.settings.nouns import FeedSettings
from bot.settings.values import Complaint

#: Fields of ``Feed`` that may be said, and what reads them.
_READERS: Mapping[str, Callable[[object], Any]] = {"every": EVERY, "first_run": values.first_run}


def read_added(added: AddedFeed, tracking: tuple[str, ...]) -> FeedSettings:
    """Read a feed as it was said; raises ``ConfigError``. ``tracking`` are the parameters that its links lose."""
    problems: list[Problem] = []

    def read(key: str, raw: object, reader: Callable[[object], Any]) -> Any:
        try:
            return reader(raw)
        except Complaint as complaint:
            problems.append(Problem(f"{key} {complaint.what}", f"feed {added.name}", complaint.mend))
            return None

    name = read("its name", added.name, values.name)
    url = read("its address", added.url, places.feed_address)
    said = {key: read(key, added.said[key], reader) for key, reader in _READERS.items() if key in added.said}
    site = read("site", added.said["site"], places.web_address) if added.said.get("site") else None
    if problems:
        raise ConfigError(problems)
    return FeedSettings("feed", url, site, None, Feed(name, url, tracking=tracking, **said), line=0)
