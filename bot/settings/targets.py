"""One item of an account's ``targets``: a place to post to, with its preferences."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.model import Notify
from bot.ports import Subscription
from bot.settings import values
from bot.settings.lines import Place
from bot.settings.nouns import Kind, Only
from bot.settings.sheet import Sheet
from bot.settings.table import Table


def read_target(sheet: Sheet, place: Place, raw: object, kind: Kind, notify: Notify) -> Subscription | None:
    """Read a target: an id or a name by itself, or a table of it, its preferences and the platform's own keys."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | dict):
        sheet.complain(place, "a target is a name in quotes, a number, or a table", '{ id = …, only = "breaking" }')
        return None
    before = sheet.found
    table = Table(sheet, place, "the target", raw if isinstance(raw, dict) else {"id": raw})
    only: Only = table.take("only", values.one_of(Only), "all")
    own_notify: Notify = table.take("notify", values.notify, notify)
    webhook = table.secret("webhook", required=False)
    keys = _Keys(table.rest() | ({"webhook": webhook} if webhook else {}))
    if sheet.found > before:
        return None
    _hide_addresses(sheet, keys)
    try:
        target = kind.target(keys)
    except ValueError as error:
        sheet.complain(place, str(error))
        return None
    for key in sorted(keys.data.keys() - keys.asked):
        table.complain(key, f"the target has no use for {key}", values.nearest(key, keys.asked))
    if target.secret:
        sheet.hide(target.secret.reveal())
    return Subscription(target, only, own_notify)


class _Keys(Mapping[str, Any]):
    """What a target's table says to its platform; ``asked`` is what the platform looked at, the rest is a mistake."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.asked: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        self.asked.add(key)
        return self.data[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)


def _hide_addresses(sheet: Sheet, keys: _Keys) -> None:
    """Keep addresses out of problems: a webhook pasted as a plain target is a secret in the wrong place."""
    for value in keys.data.values():
        if isinstance(value, str) and "://" in value:
            sheet.hide(value)
