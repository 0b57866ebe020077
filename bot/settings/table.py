"""One table of the file, read key by key: what is wrong with a key is noted, and reading goes on.

A key that is wrong leaves a stand-in behind. Nobody ever acts on one, because ``Sheet.settle`` raises before any
setting is handed out; so a mistake costs one line of the report, never the rest of it.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from bot.model import Secret
from bot.settings.lines import Place
from bot.settings.sheet import Sheet
from bot.settings.values import Complaint, name, nearest, text

T = TypeVar("T")

_QUOTABLE = 40  #: characters; what is longer says less than its line number does


class Table:
    """A table, where it stands, and which of its keys somebody has asked for."""

    def __init__(
        self, sheet: Sheet, place: Place = (), label: str = "the file", data: Mapping[str, Any] | None = None
    ) -> None:
        self.sheet = sheet
        self.place = place
        self.label = label
        self.data: Mapping[str, Any] = sheet.data if data is None else data
        self.asked: set[str] = set()

    @property
    def line(self) -> int:
        """Where the table begins."""
        return self.sheet.line(self.place)

    def complain(self, key: str, what: str, mend: str = "") -> None:
        """Note a problem at a key; at the table if it has no such key."""
        self.sheet.complain((*self.place, key), what, mend)

    def take(self, key: str, read: Callable[[object], T], default: T) -> T:
        """Read the key's value; the default stands in where it is missing or wrong."""
        self.asked.add(key)
        if key not in self.data:
            return default
        raw = self.data[key]
        return self.read((*self.place, key), _quote(key, raw), raw, read, default)

    def need(self, key: str, read: Callable[[object], T], stand_in: T, mend: str) -> T:
        """Read the value of a key that must be there."""
        if key not in self.data:
            self.complain(key, f"{self.label} lacks {key}", mend)
        return self.take(key, read, stand_in)

    def unique_name(self, seen: dict[str, int]) -> str:
        """Read the table's name, which none of ``seen`` (names and their lines) may have; it is added there."""
        said = self.need("name", name, "", 'give it one: name = "…"')
        if said in seen:
            self.complain("name", f'name = "{said}" is taken: line {seen[said]} has it', "give each its own")
        elif said:
            seen[said] = self.sheet.line((*self.place, "name"))
        return said

    def each(self, key: str, read: Callable[[object], T]) -> tuple[T, ...]:
        """Read the items of a list; those that are right come back."""
        read_all = (self.read(place, _quote(key, raw), raw, read, None) for place, raw in self.items(key))
        return tuple(item for item in read_all if item is not None)

    def items(self, key: str) -> Iterator[tuple[Place, Any]]:
        """Go through the items of a list as they stand there, each with its place."""
        self.asked.add(key)
        items = self.data.get(key, [])
        if not isinstance(items, list):
            self.complain(key, f"{key} should be a list", f"{key} = [ … ]")
            return
        for index, raw in enumerate(items):
            yield (*self.place, key, index), raw

    def table(self, key: str) -> "Table":
        """Open the table ``[key]`` in this one, an empty one where it is missing."""
        self.asked.add(key)
        raw = self.data.get(key, {})
        if not isinstance(raw, dict):
            self.complain(key, f"{key} should be a table", f"write it [{key}], once")
            raw = {}
        place = (*self.place, key)
        return Table(self.sheet, place, f"[{'.'.join(name for name in place if isinstance(name, str))}]", raw)

    def tables(self, key: str) -> Iterator["Table"]:
        """Open every ``[[key]]`` in the order of the file, labelled with its name."""
        self.asked.add(key)
        raw = self.data.get(key, [])
        if not isinstance(raw, list) or not all(isinstance(item, dict) for item in raw):
            self.complain(key, f"{key} should be a list of tables", f"begin each with [[{key}]]")
            return
        for index, item in enumerate(raw):
            label = f'[[{key}]] "{item["name"]}"' if isinstance(item.get("name"), str) else f"[[{key}]]"
            yield Table(self.sheet, (*self.place, key, index), label, item)

    def secret(self, key: str, *, required: bool) -> Secret | None:
        """Read a secret from the key itself, or from the file that ``<key>_file`` names."""
        key_file = f"{key}_file"
        self.asked |= {key, key_file}
        if key in self.data and key_file in self.data:
            self.complain(key_file, f"{key} and {key_file} are both there", "keep one of them")
        elif key in self.data:
            return self.read((*self.place, key), key, self.data[key], self._hide, None)
        elif key_file in self.data:
            return self.take(key_file, self._hide_file, None)
        elif required:
            mend = f'{key} = "${{…}}" takes it from the environment, {key_file} = "…" from a file'
            self.complain(key, f"{self.label} lacks {key}", mend)
        return None

    def _hide(self, raw: object) -> Secret:
        value = text(raw).strip()
        if not value:
            raise Complaint("is empty", "fill it in")
        return self.sheet.hide(value)

    def _hide_file(self, raw: object) -> Secret:
        path = Path(name(raw))
        self.sheet.files.setdefault(path)
        try:
            return self._hide(path.read_text("utf-8"))
        except OSError as error:
            raise Complaint(f"cannot be read: {error.strerror}", f"relative paths count from {Path.cwd()}") from error
        except UnicodeDecodeError as error:
            raise Complaint("holds no UTF-8 text", "the file holds the secret and nothing else") from error

    def rest(self) -> dict[str, Any]:
        """Read all that nobody has asked for, its variables filled in."""
        return {key: self.take(key, lambda raw: raw, None) for key in self.data if key not in self.asked}

    def close(self) -> None:
        """Complain about every key that nobody has asked for."""
        for key in (key for key in self.data if key not in self.asked):
            self.complain(key, f"{self.label} knows no {key}", nearest(key, self.asked))

    def read(self, place: Place, subject: str, raw: object, read: Callable[[object], T], default: T) -> T:
        """Read a value; a complaint about the subject leaves the default."""
        try:
            return read(self.sheet.expand(raw))
        except Complaint as complaint:
            self.sheet.complain(place, f"{subject} {complaint.what}", complaint.mend)
            return default


def _quote(key: str, raw: object) -> str:
    """Say ``key = value`` as the file has it, never what a variable holds; only the key where a token may hide."""
    said = json.dumps(raw, ensure_ascii=False) if isinstance(raw, str | int | float) else ""
    return f"{key} = {said}" if said and len(said) <= _QUOTABLE and "://" not in said else key
