"""A Document as one marked text: paragraphs with a blank line between them, lists and tables drawn with characters.

• item                     1. item                  항목: 값 (two columns)      a | b | c (more)
  • item inside            2. item                  ▲ a picture's caption

Quotes and preformatted text stay spans of whole lines, for the platforms that have them.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final, assert_never

from bot.document import Block, Code, Document, Figure, Heading, Items, Mark, Paragraph, Quote, Run, Table
from bot.text.furniture import without_arrow
from bot.text.letters import clean, squeeze
from bot.text.marked import Kind, Marked, Span, joined

_INDENT: Final = "  "
_PAIR: Final = 2  # columns of a table that reads as "name: value"
_NAME: Final = 40  # code points; a longer last line of a quotation is part of it
_ENDS: Final = ".!?…\"'”’」』)"
_KINDS: Final = {
    Mark.BOLD: Kind.BOLD,
    Mark.ITALIC: Kind.ITALIC,
    Mark.UNDERLINE: Kind.UNDERLINE,
    Mark.STRIKE: Kind.STRIKE,
    Mark.CODE: Kind.CODE,
    Mark.SPOILER: Kind.SPOILER,
}


def flat(document: Document, most: int | None = None) -> Marked:
    """The document as one text, of whole blocks; no further block is begun beyond ``most`` code points."""
    parts: list[Marked] = []
    length = 0
    for part in chain(_parts(document.blocks[:-1]), _last(document.blocks[-1:])):
        parts.append(part)
        length += len(part.text)
        if most is not None and length > most:
            break
    return joined(parts, "\n\n")


def inked(runs: Iterable[Run]) -> Marked:
    """Runs with their marks and links; white space at the edge of a run is not marked."""
    return joined(_inked(run) for run in runs)


def _inked(run: Run) -> Marked:
    text = clean(run.text)
    core = text.strip()
    if not core or not (run.marks or run.href):
        return Marked(text)
    start = len(text) - len(text.lstrip())
    end = start + len(core)
    links = (Span(start, end, Kind.LINK, run.href),) if run.href else ()
    return Marked(text, (*links, *(Span(start, end, _KINDS[mark]) for mark in sorted(run.marks, reverse=True))))


def _parts(blocks: Iterable[Block]) -> Iterator[Marked]:
    for block in blocks:
        if part := _part(block):
            yield part


def _last(blocks: tuple[Block, ...]) -> Iterator[Marked]:
    """The last block; a list of one, below everything else, is a note."""
    match blocks:
        case (Items(ordered=True, items=(note,), start=1),):
            yield joined(("* ", joined(_parts(note), "\n")))
        case _:
            yield from _parts(blocks)


def _part(block: Block) -> Marked:
    match block:
        case Paragraph(runs=runs):
            return inked(runs).strip()
        case Heading(runs=runs):
            return inked(runs).strip().without(Kind.BOLD).as_(Kind.BOLD)
        case Items():
            return joined(_items(block), "\n")
        case Quote(blocks=inner):
            return joined(_quoted(inner), "\n\n").without(Kind.QUOTE).as_(Kind.QUOTE)
        case Code(text=text):
            return Marked(clean(text)).as_(Kind.PRE)
        case Table():
            return joined(_rows(block), "\n")
        case Figure(caption=caption):
            return Marked(f"▲ {without_arrow(squeeze(caption))}") if caption else Marked()
        case _:
            assert_never(block)


def _quoted(blocks: Sequence[Block]) -> Iterator[Marked]:
    """What is quoted; a name below it stands behind a dash."""
    said = list(_parts(blocks))
    yield from said[:-1]
    for last in said[-1:]:
        yield joined(("— ", last)) if said[:-1] and _signs(last.text, said[-2].text) else last


def _signs(name: str, said: str) -> bool:
    """Whether a line is the name of whoever said what stands above it."""
    return len(name) <= _NAME and said[-1] in _ENDS and name[0].isalnum() and name[-1].isalnum()


def _items(items: Items) -> Iterator[Marked]:
    for number, item in enumerate(items.items, start=items.start):
        text = joined(_parts(item), "\n").without(Kind.QUOTE, Kind.PRE)
        if text:
            bullet = f"{number}. " if items.ordered else "• "
            yield joined(
                (joined((bullet, line)) if first else joined((_INDENT, line)) for first, line in _numbered(text)), "\n"
            )


def _numbered(text: Marked) -> Iterator[tuple[bool, Marked]]:
    for number, line in enumerate(text.lines()):
        yield number == 0, line


def _rows(table: Table) -> Iterator[Marked]:
    for number, row in enumerate(table.rows):
        line = Marked(
            _row([squeeze(cell) for cell in row], pair=len(row) == _PAIR and not (table.head and number == 0))
        )
        yield line.as_(Kind.BOLD) if table.head and number == 0 else line


def _row(cells: Sequence[str], *, pair: bool) -> str:
    if pair and all(cells):
        return f"{cells[0]}: {cells[1]}"
    return " | ".join(cells).rstrip(" |").lstrip()
