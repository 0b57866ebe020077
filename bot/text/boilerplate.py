"""Lines that a site puts before or behind every story: "실시간 뉴스 속보는, https://…", "제보는 …", "Follow us on …".

No list knows them all, so they are learned: `edges` gives keys of a body's first and last lines; whoever counts them
calls a key that stands in three posts of one feed recurring; `without` takes the lines with such keys off again.
Numbers, months and weekdays count as equal, so that a line with today's date has yesterday's key.

Some need no counting, because their form says what they are: datelines, signatures, stamps, "(끝)", a call to follow.
These go too, as lines of their own and as the beginning or end of one.
"""

import hashlib
import unicodedata
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import regex

from bot.document import Block, Document, Heading, Items, Paragraph, Quote, Run
from bot.text.advert import only_tells_to_act, warns
from bot.text.furniture import is_caption, is_tags
from bot.text.lead import ENDS, tidy
from bot.text.letters import squeeze
from bot.text.sentences import spans

_EDGE: Final = 2  # lines at either end
_LONGEST: Final = 160  # characters; a longer line is somebody's own
_BYTES: Final = 16  # of a key: 128 bits, so that no story is lost to a collision (FAILURES.md section 1)
_NUMBER: Final = regex.compile(
    r"(?i)\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)(?:uary|ruary|ch|il|ust|ember|ober)?\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\([월화수목금토일]\)|\d+(?:[.,:/\-]\d+)*"
)

#: What a page says of itself before it asks to be loaded again.
_OF_ITSELF: Final = regex.compile(
    r"(?:이|본)\s?(?:페이지|기사|글|뉴스|코너)[은는]\s[^.!?]{1,80}[.!?]|This page [^.!?]{1,80}[.!?]"
)

_Place = tuple[int, ...]  # block, item, block within it, … line: where a line stands in a document
_ARTICLE: Final = 20_000  # characters; a longer line is the whole story, and no edge
_TAIL: Final = 1_000  # characters of a line's end in which calls to act are looked for
_DATELINE: Final = 6  # lines in which a dateline is looked for; subheads and a caption may stand before it
_OPEN: Final = 2  # numbers in the place of a line that stands in no quotation and no list
_Cuts = dict[_Place, tuple[int, int]]  # how many characters a line loses at its beginning and its end


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
    """The body without the lines at its edges whose key recurs, that begin with or hold one of ``named``, or whose form
    tells that they are none of the story.

    A body that is nothing else stays whole.
    """
    names = tuple(name for name in map(_folded, named) if name)

    def goes(line: _Line) -> bool:
        folded = _folded(line.text)
        if folded.startswith(names) or (len(line.place) == _OPEN and not _told(line.text)):
            return True
        return len(line.text) <= _LONGEST and (_key(line) in recurring or any(name in folded for name in names))

    lines = list(_lines(document.blocks))
    first = _edge(lines, goes)
    last = len(lines) - _edge(reversed(lines), goes)
    kept = list(filter(_says, lines[first:last]))
    if not kept:
        return document
    gone = {line.place for line in (*lines[:first], *lines[last:])}
    cuts = _cuts(kept)
    if not gone and not cuts:
        return document
    return Document(tuple(_headed(list(_kept(document.blocks, gone, cuts)), document.blocks[-1])))


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


def _told(text: str) -> str:
    """What a line at an edge tells, without what stands around it and a closing call to act; "" where it is no more."""
    if len(text) > _ARTICLE:
        return text
    if text.startswith("#") and is_tags(text):
        return ""
    told = tidy(text)
    if "☎" in text and "☎" not in told:  # no lead, but of use to a reader who has come this far
        told = text
    if warns(told):
        return told
    before, tail = told[:-_TAIL], told[-_TAIL:]
    parts = spans(tail)
    last = max((n for n, (start, end) in enumerate(parts, 1) if not only_tells_to_act(tail[start:end])), default=0)
    if last == len(parts):
        return told
    rest = before + (tail[: parts[last - 1][1]] if last else "")
    return "" if _OF_ITSELF.fullmatch(rest) else tidy(rest.rstrip(" |/·"))


def _cuts(lines: Sequence[_Line]) -> _Cuts:
    """What the first line with a dateline loses at its beginning, and the last line at its end."""
    cuts: _Cuts = {}
    for line in lines[:_DATELINE]:
        if len(line.place) == _OPEN and len(line.text) <= _ARTICLE and (front := line.text.find(tidy(line.text))) > 0:
            cuts[line.place] = (front, 0)
        if cuts or (ENDS.search(line.text) and not is_caption(line.text)):
            break
    last = lines[-1]
    told = _told(last.text)
    start = last.text.find(told)
    if len(last.place) == _OPEN and told and start >= 0 and (back := len(last.text) - start - len(told)):
        cuts[last.place] = (cuts.get(last.place, (0, 0))[0], back)
    return cuts


def _headed(blocks: list[Block], last: Block) -> list[Block]:
    """The blocks without headings at their end, whose lines went; one that stood there from the first stays."""
    while len(blocks) > 1 and isinstance(blocks[-1], Heading) and blocks[-1] is not last:
        blocks.pop()
    return blocks


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
                for line, part in enumerate("".join(run.text for run in runs).split("\n")):
                    if text := squeeze(part):
                        yield _Line((*here, line), text)
            case Quote(blocks=inner):
                yield from _lines(inner, here)
            case Items(items=items):
                for item, inner in enumerate(items):
                    yield from _lines(inner, (*here, item))
            case _:
                pass


def _kept(blocks: Iterable[Block], gone: set[_Place], cuts: _Cuts, place: _Place = ()) -> Iterator[Block]:
    """The blocks without the lines that are gone, and without what they leave empty."""
    for number, block in enumerate(blocks):
        here = (*place, number)
        match block:
            case Paragraph(runs=runs):
                parts = _split(runs)
                left = [
                    _cut(part, cuts.get((*here, n), (0, 0))) for n, part in enumerate(parts) if (*here, n) not in gone
                ]
                if left == parts:
                    yield block
                elif rest := _joined(left):
                    yield Paragraph(rest)
            case Quote(blocks=inner):
                if said := tuple(_kept(inner, gone, cuts, here)):
                    yield Quote(said)
            case Items(items=items):
                told = (tuple(_kept(inner, gone, cuts, (*here, item))) for item, inner in enumerate(items))
                if listed := tuple(filter(None, told)):
                    yield replace(block, items=listed)
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


def _cut(line: list[Run], cut: tuple[int, int]) -> list[Run]:
    """The runs of a line without so many characters at its ends; a line whose spaces are not single stays."""
    front, back = cut
    text = "".join(run.text for run in line)
    if cut == (0, 0) or squeeze(text) != text.strip():
        return line
    start, end = len(text) - len(text.lstrip()) + front, len(text.rstrip()) - back
    kept: list[Run] = []
    at = 0
    for run in line:
        piece = run.text[max(start - at, 0) : max(end - at, 0)]
        kept += [replace(run, text=piece)] if piece else []
        at += len(run.text)
    return kept


def _joined(lines: list[list[Run]]) -> tuple[Run, ...]:
    """The lines as runs again, without empty ones at either end."""
    while lines and not lines[0]:
        lines = lines[1:]
    while lines and not lines[-1]:
        lines = lines[:-1]
    return tuple(run for number, line in enumerate(lines) for run in ([Run("\n")] if number else []) + line)
