"""Lines that a site puts before or behind every story: "실시간 뉴스 속보는, https://…", "제보는 …", "Follow us on …".

No list knows them all, so they are learned: `edges` gives keys of a body's first and last lines; whoever counts them
calls a key that stands in three posts of one feed recurring; `without` takes the lines with such keys off again.
Numbers, months and weekdays count as equal, so that a line with today's date has yesterday's key.
"""

import hashlib
import unicodedata
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import regex

from bot.document import Block, Document, Items, Paragraph, Quote, Run
from bot.text.letters import squeeze

_EDGE: Final = 2  # lines at either end
_LONGEST: Final = 160  # characters; a longer line is somebody's own
_BYTES: Final = 16  # of a key: 128 bits, so that no story is lost to a collision (FAILURES.md section 1)
_NUMBER: Final = regex.compile(
    r"(?i)\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)(?:uary|ruary|ch|il|ust|ember|ober)?\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\([월화수목금토일]\)|\d+(?:[.,:/\-]\d+)*"
)

_Place = tuple[int, ...]  # block, item, block within it, … line: where a line stands in a document


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of prose, and where it stands."""

    place: _Place
    text: str


def edges(document: Document) -> tuple[str, ...]:
    """Keys (32 hexadecimal digits) of at most the two first and the two last lines, of those that can be boilerplate.

    A body of one line has none.
    """
    lines = [line for line in _lines(document.blocks) if _says(line)]
    if len(lines) < 2:  # noqa: PLR2004 — its only line is the story
        return ()
    outer = {line.place: line for line in (*lines[:_EDGE], *lines[-_EDGE:])}
    return tuple(dict.fromkeys(_key(line) for line in outer.values() if len(line.text) <= _LONGEST))


def without(document: Document, recurring: Container[str], named: Sequence[str] = ()) -> Document:
    """The body without the lines at its edges whose key recurs, or that begin with or hold one of ``named``.

    A body that is nothing else stays whole.
    """
    names = tuple(name for name in map(_folded, named) if name)

    def goes(line: _Line) -> bool:
        folded = _folded(line.text)
        if folded.startswith(names):
            return True
        return len(line.text) <= _LONGEST and (_key(line) in recurring or any(name in folded for name in names))

    lines = list(_lines(document.blocks))
    first = _edge(lines, goes)
    last = len(lines) - _edge(reversed(lines), goes)
    if (first, last) == (0, len(lines)) or not any(map(_says, lines[first:last])):
        return document
    gone = {line.place for line in (*lines[:first], *lines[last:])}
    return Document(tuple(_kept(document.blocks, gone)))


def _edge(lines: Iterable[_Line], goes: Callable[[_Line], bool]) -> int:
    """How many lines from here on go; a decoration (★★★) goes with the line beside it."""
    count = 0
    for number, line in enumerate(lines, 1):
        if _says(line):
            if not goes(line):
                break
            count = number
        elif count:
            count = number
    return count


def _says(line: _Line) -> bool:
    return any(map(str.isalnum, line.text))


def _key(line: _Line) -> str:
    folded = _NUMBER.sub("0", unicodedata.normalize("NFKC", line.text).casefold())
    return hashlib.blake2b("".join(filter(str.isalnum, folded)).encode(), digest_size=_BYTES).hexdigest()


def _folded(text: str) -> str:
    """The text as names are compared with it: compatible forms, case and spaces made one."""
    return unicodedata.normalize("NFKC", squeeze(text)).casefold().replace(" ", "")


def _lines(blocks: Iterable[Block], place: _Place = ()) -> Iterator[_Line]:
    """The lines of all prose, in order; headings, tables, code and pictures are none."""
    for number, block in enumerate(blocks):
        here = (*place, number)
        match block:
            case Paragraph(runs=runs):
                for line, part in enumerate(_split(runs)):
                    text = squeeze("".join(run.text for run in part))
                    if text:
                        yield _Line((*here, line), text)
            case Quote(blocks=inner):
                yield from _lines(inner, here)
            case Items(items=items):
                for item, inner in enumerate(items):
                    yield from _lines(inner, (*here, item))
            case _:
                pass


def _kept(blocks: Iterable[Block], gone: set[_Place], place: _Place = ()) -> Iterator[Block]:
    """The blocks without the lines that are gone, and without what they leave empty."""
    for number, block in enumerate(blocks):
        here = (*place, number)
        match block:
            case Paragraph(runs=runs):
                parts = _split(runs)
                left = [part for line, part in enumerate(parts) if (*here, line) not in gone]
                if len(left) == len(parts):
                    yield block
                elif rest := _joined(left):
                    yield Paragraph(rest)
            case Quote(blocks=inner):
                if said := tuple(_kept(inner, gone, here)):
                    yield Quote(said)
            case Items(ordered=ordered, items=items):
                told = (tuple(_kept(inner, gone, (*here, item))) for item, inner in enumerate(items))
                if listed := tuple(filter(None, told)):
                    yield Items(ordered, listed)
            case _:
                yield block


def _split(runs: Iterable[Run]) -> list[list[Run]]:
    """The runs of each line."""
    lines: list[list[Run]] = [[]]
    for run in runs:
        first, *others = run.text.split("\n")
        lines[-1].append(replace(run, text=first))
        lines += ([replace(run, text=other)] for other in others)
    return [[run for run in line if run.text] for line in lines]


def _joined(lines: list[list[Run]]) -> tuple[Run, ...]:
    """The lines as runs again, without empty ones at either end."""
    while lines and not lines[0]:
        lines = lines[1:]
    while lines and not lines[-1]:
        lines = lines[:-1]
    return tuple(run for number, line in enumerate(lines) for run in ([Run("\n")] if number else []) + line)
