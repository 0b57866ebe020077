"""The tables ``[[accounts]]``: a credential on a platform, and the places it posts to.

What an account may say beyond the common keys is the keyword signature of its adapter (``options``), so a new platform
needs no line here.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from bot.model import Corrections, Notify, Style
from bot.ports import Subscription
from bot.settings import values
from bot.settings.filters import read_filter
from bot.settings.lines import Place
from bot.settings.looks import read_style
from bot.settings.nouns import AccountSettings, Kind, Unconfirmed
from bot.settings.options import credential, read_options
from bot.settings.sheet import Sheet
from bot.settings.table import Table
from bot.settings.targets import read_target
from bot.settings.values import Complaint, nearest

Kinds = Callable[[str], Kind]
"""Raises ``LookupError`` for a kind that there is not; its message names those that there are."""

Owner = tuple[Any, ...]
"""Whose targets are compared with each other: a platform's kind, and what tells a credential from others."""


class Accounts:
    """Reads every account, and remembers which names and places are taken."""

    def __init__(self, kinds: Kinds, feeds: Sequence[str], style: Style) -> None:
        self.kinds = kinds
        self.feeds = feeds
        self.style = style
        self.names: dict[str, int] = {}
        self.taken: dict[tuple[Any, ...], int] = {}

    def read(self, top: Table) -> tuple[AccountSettings, ...]:
        """Read every account; two of one name, or two targets that are one place, are a mistake."""
        return tuple(self._account(table, table.unique_name(self.names)) for table in top.tables("accounts"))

    def _account(self, table: Table, name: str) -> AccountSettings:
        word = table.need("kind", values.name, "", 'name the platform: kind = "telegram"')
        kind = self._kind(table, word)
        before = table.sheet.found
        options = read_options(table, kind.signature) if kind else {}
        owner = (word, credential(options)) if table.sheet.found == before else (word, name)
        notify: Notify = table.take("notify", values.notify, "all")
        unconfirmed: Unconfirmed = table.take("unconfirmed", values.one_of(Unconfirmed), "")
        corrections: Corrections = table.take("corrections", values.one_of(Corrections), "auto")
        feeds = table.each("feeds", self._feed)
        asked = read_filter(table)
        style = read_style(table, word, kind, self.style)
        subscriptions = tuple(self._subscriptions(table, kind, notify, owner))
        if kind:
            table.close()
        return AccountSettings(
            name=name,
            kind=word,
            options=options,
            feeds=feeds if "feeds" in table.data else None,
            style=style,
            notify=notify,
            unconfirmed=unconfirmed,
            subscriptions=subscriptions,
            line=table.line,
            corrections=corrections,
            filter=asked,
        )

    def _kind(self, table: Table, word: str) -> Kind | None:
        try:
            return self.kinds(word) if word else None
        except LookupError as error:
            table.complain("kind", f'kind = "{word}" is no platform that Sokbo knows', str(error.args[0]))
            return None

    def _feed(self, raw: object) -> str:
        feed = values.name(raw)
        if feed not in self.feeds:
            raise Complaint("is no feed of this file", nearest(feed, self.feeds) or "there is none yet: add [[feeds]]")
        return feed

    def _subscriptions(self, table: Table, kind: Kind | None, notify: Notify, owner: Owner) -> Iterator[Subscription]:
        """Give the targets that are right; without a platform nobody can tell."""
        if table.data.get("targets", []) == []:
            table.complain("targets", f"{table.label} has no targets", "targets = [ … ]: at least one place to post to")
        for place, raw in table.items("targets"):
            subscription = read_target(table.sheet, place, raw, kind, notify) if kind else None
            if subscription and self._is_free(table.sheet, place, (*owner, subscription.target.address)):
                yield subscription

    def _is_free(self, sheet: Sheet, place: Place, target: tuple[Any, ...]) -> bool:
        if target not in self.taken:
            self.taken[target] = sheet.line(place)
            return True
        what = f"{target[-1]} is the same place as the target on line {self.taken[target]}, for the same credential"
        sheet.complain(place, what, "keep one: two would tell its readers everything twice")
        return False
