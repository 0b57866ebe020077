"""Which line each key stands on: tomllib reads the values, but gives no positions.

The text is known to be valid TOML when it comes here, so the scan only follows its shape: headers, keys, and how arrays
and inline tables nest. What a value means is none of its business.
"""

import re
import tomllib
from collections import deque
from collections.abc import Iterator, Mapping

Place = tuple[str | int, ...]
"""A key's way from the top: ``("accounts", 0, "targets", 1, "only")``."""

_TOKEN = re.compile(
    r'''
      (?P<blank>   [\ \t\r]+ | \#[^\n]* )
    | (?P<sign>    [\[\]{}=,.\n] )
    | (?P<word>    """ (?:\\.|[^\\])*? """ (?!")  |  " (?:\\.|[^"\\])* "
                 | \'\'\' .*? \'\'\' (?!\')       |  \' [^\']* \'
                 | [^\s\[\]{}=,.\#"\']+ )
    ''',
    re.VERBOSE | re.DOTALL,
)
_END = ("", 0)


def locate(text: str) -> Mapping[Place, int]:
    """Find the line, counted from 1, of every key, table and array item of a valid TOML text."""
    scan = _Scan(text)
    scan.document()
    return scan.lines


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    line = 1
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "blank":
            yield match.group(), line
        line += match.group().count("\n")


class _Scan:
    """One pass over the tokens; ``lines`` is what it learns."""

    def __init__(self, text: str) -> None:
        self.tokens = deque(_tokens(text))
        self.lines: dict[Place, int] = {}
        self.last: dict[Place, int] = {}  # of each array of tables, the index of its newest

    def document(self) -> None:
        table: Place = ()
        while self.tokens:
            if self.skip("\n"):
                continue
            if self.head[0] == "[":
                table = self.header()
            else:
                self.pair(table)

    def header(self) -> Place:
        _, line = self.tokens.popleft()
        repeats = self.skip("[")
        *parents, name = self.key()
        place: Place = ()
        for parent in parents:
            place = (*place, parent)
            if place in self.last:
                place = (*place, self.last[place])
        place = (*place, name)
        if repeats:
            self.last[place] = self.last.get(place, -1) + 1
            place = (*place, self.last[place])
        while self.skip("]"):
            pass
        self.mark(place, line)
        return place

    def pair(self, table: Place) -> None:
        line = self.head[1]
        place = (*table, *self.key())
        self.mark(place, line)
        self.skip("=")
        self.value(place)

    def key(self) -> list[str]:
        names = [_name(self.tokens.popleft()[0])]
        while self.skip("."):
            names.append(_name(self.tokens.popleft()[0]))
        return names

    def value(self, place: Place) -> None:
        if self.skip("["):
            self.array(place)
        elif self.skip("{"):
            while not self.skip("}"):
                if not self.skip(",", "\n"):
                    self.pair(place)
        else:
            while self.head[0] not in {",", "]", "}", "\n", ""}:
                self.tokens.popleft()

    def array(self, place: Place) -> None:
        index = 0
        while not self.skip("]"):
            if not self.skip(",", "\n"):
                item = (*place, index)
                self.mark(item, self.head[1])
                self.value(item)
                index += 1

    def mark(self, place: Place, line: int) -> None:
        """Note the line, and that of the tables which a dotted key brings into being."""
        for length in range(1, len(place) + 1):
            self.lines.setdefault(place[:length], line)

    @property
    def head(self) -> tuple[str, int]:
        return self.tokens[0] if self.tokens else _END

    def skip(self, *signs: str) -> bool:
        if self.head[0] not in signs:
            return False
        self.tokens.popleft()
        return True


def _name(token: str) -> str:
    """Take a key out of its quotes and escapes; most have none."""
    if token[0] not in "\"'":
        return token
    return next(iter(tomllib.loads(f"{token} = 0")))
