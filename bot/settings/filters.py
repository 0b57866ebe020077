"""The tables ``include`` and ``exclude`` of a feed or an account: what of it is told.

    [feeds.exclude]
    keywords = ["운세", '"AI"']       # '"…"': only as a word of its own
    categories = ["광고"]
    unless_breaking = true            # this table does not ask breaking news

They stand behind the other keys of their feed or account, as TOML wants it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from bot.rules import Filter, FilterKey, Rule
from bot.settings import values
from bot.settings.table import Table
from bot.settings.values import Complaint
from bot.text.keywords import sought

_LONGEST = 100  #: characters of a word that is looked for: the time to look grows with it
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


def word(raw: object) -> str:
    """Read something to look for."""
    value = values.name(raw)
    if not sought(value):
        raise Complaint("holds nothing to look for", "a word or more, in quotes of its own if it stands alone")
    if len(value) > _LONGEST:
        raise Complaint("is too long to look for", f"at most {_LONGEST} characters")
    return value


def language(raw: object) -> str:
    """Read a language's tag, "ko" or "en-GB"."""
    value = values.name(raw)
    if not _LANGUAGE.fullmatch(value):
        raise Complaint("is no language", 'write its tag: "ko", "en", "en-GB"')
    return value


_READERS: Mapping[FilterKey, Callable[[object], Any]] = {
    "keywords": word,
    "categories": values.name,
    "authors": word,
    "languages": language,
    "urgency": values.one_of(Literal["breaking", "normal", "low"]),
}


def read_filter(table: Table) -> Filter:
    """Read what a feed or an account lets pass."""
    return Filter(tuple(_rules(table.table("include"))), tuple(_rules(table.table("exclude"))))


def _rules(table: Table) -> Iterator[Rule]:
    spared = table.take("unless_breaking", values.switch, default=False)
    for key, read in _READERS.items():
        words = table.each(key, read)
        if table.data.get(key) == []:
            table.complain(key, f"{key} is empty: it finds nothing", "name what to look for, or take it out")
        if words:
            where = f"{table.sheet.path}:{table.sheet.line((*table.place, key))}"
            yield Rule(key, tuple(dict.fromkeys(words)), spared, where)
    if "unless_breaking" in table.data and not any(key in table.data for key in _READERS):
        table.complain("unless_breaking", "unless_breaking stands alone", "say what is looked for beside it")
    table.close()
