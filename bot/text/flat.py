"""A Document as one marked text: paragraphs with a blank line between them, lists and tables drawn with characters.

• item                     1. item                  항목: 값 (two columns)      a | b | c (more)
  • item inside            2. item                  ▲ a picture's caption

Quotes and preformatted text stay spans of whole lines, for the platforms that have them.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, assert_never

from bot.document import Block, Code, Document, Figure, Heading, Items, Mark, Paragraph, Quote, Run, Table
from bot.text.letters import clean, squeeze
from bot.text.marked import Kind, Marked, joined

_INDENT: Final = "  "
_PAIR: Final = 2  # columns of a table that reads as "name: value"
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
    for part in _parts(document.blocks):
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
    inner = Marked(core)
    for mark in sorted(run.marks):
        inner = inner.as_(_KINDS[mark])
    if run.href:
        inner = inner.as_(Kind.LINK, run.href)
    start = text.index(core)
    return joined((text[:start], inner, text[start + len(core) :]))


def _parts(blocks: Iterable[Block]) -> Iterator[Marked]:
    for block in blocks:
        if part := _part(block):
            yield part


def _part(block: Block) -> Marked:
    match block:
        case Paragraph(runs=runs):
            return inked(runs).strip()
        case Heading(runs=runs):
            return inked(runs).strip().without(Kind.BOLD).as_(Kind.BOLD)
        case Items():
            return joined(_items(block), "\n")
        case Quote(blocks=inner):
            return joined(_parts(inner), "\n\n").without(Kind.QUOTE).as_(Kind.QUOTE)
        case Code(text=text):
            return Marked(clean(text)).as_(Kind.PRE)
        case Table():
            return joined(_rows(block), "\n")
        case Figure(caption=caption):
            return Marked(f"▲ {squeeze(caption)}") if caption else Marked()
        case _:
            assert_never(block)


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
    return " | ".join(cells).strip(" |") if not all(cells) else " | ".join(cells)
