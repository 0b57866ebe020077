"""Tables: rows of figures stay a table, a table that only lays out a page dissolves into what stands in its cells.

한빛강 다리                       ─▶  한빛강 다리
구간 |     길이                       구간 | 길이 육지 | 길이 물      heads that stand on each other are one
     | 육지  |  물                    본교 | 60m | 260m
본교 | 60m   | 260m                   자료: 하늘시                   a first or last row of one wide cell is a paragraph
자료: 하늘시
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Final

from bot.document import Block, Document, Figure, Heading, Mark, Paragraph, Run, Table
from bot.text.plain import text_of

_WIDEST: Final = 64  # columns that one cell may span
_MOST: Final = 20_000  # cells; beyond them spans are let go, or a page of 1 MB could ask for a billion
_CAPTION: Final = 300  # characters; a longer text below a picture is the story


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell, and how many columns and rows it covers."""

    blocks: tuple[Block, ...] = ()
    columns: int = 1
    rows: int = 1
    head: bool = False


def table_of(rows: Sequence[Sequence[Cell]], *, head: bool) -> list[Block]:
    """A Table, or the blocks in its cells, row by row."""
    told = [row for row in rows if any(cell.blocks for cell in row)]
    first = next((number for number, row in enumerate(rows) if row and not _is_wide(row)), len(rows))
    last = len(rows) - next((number for number, row in enumerate(reversed(rows)) if row and not _is_wide(row)), 0)
    if not _holds_figures(told) or first >= last:
        return _captioned(_inside(told))
    heads = _heads(rows[first:last], head=head and first == 0)
    grid = [row for row in _grid(rows[first:last], heads) if any(row)]
    width = max(map(len, grid))
    table = Table(tuple(row + ("",) * (width - len(row)) for row in grid), head=heads > 0)
    return [*_inside(rows[:first]), table, *_inside(rows[last:])]


def _is_wide(row: Sequence[Cell]) -> bool:
    """Whether a row is one cell across the table, which tells of the others."""
    return len(row) == 1 and row[0].columns > 1 and row[0].rows == 1


def _inside(rows: Sequence[Sequence[Cell]]) -> list[Block]:
    return [block for row in rows for cell in row for block in cell.blocks]


def _heads(rows: Sequence[Sequence[Cell]], *, head: bool) -> int:
    """How many rows at the top say what stands below them: of head cells, else one in a <thead>, else a bold one."""
    count = next((number for number, row in enumerate(rows) if not all(cell.head for cell in row)), 1)
    return count or int(head or (len(rows) > 1 and _is_bold(rows[0]) and not _is_bold(rows[1])))


def _is_bold(row: Sequence[Cell]) -> bool:
    """Whether all that a row says is bold, in more than one cell."""
    told = [block for cell in row for block in cell.blocks]
    runs = [run for block in told if isinstance(block, Paragraph) for run in block.runs if run.text.strip()]
    return len(told) > 1 and bool(runs) and all(Mark.BOLD in run.marks for run in runs)


def _holds_figures(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether cells are to be read side by side: short texts, or whatever stands below and beside head cells."""
    cells = [cell for row in rows for cell in row]
    if max(map(len, rows), default=0) < len("ab"):
        return False
    if any(cell.head for cell in cells):
        return not any(isinstance(block, Figure | Heading | Table) for cell in cells for block in cell.blocks)
    return all(isinstance(block, Paragraph) for cell in cells for block in cell.blocks)


def _grid(rows: Sequence[Sequence[Cell]], heads: int) -> list[tuple[str, ...]]:
    """The texts of the cells, each where it is seen; what spans several rows stands in each of them.

    Several rows of ``heads`` become one, in which each column has all that stands above it.
    """
    if heads > 1:
        columns = zip_longest(*_seen(rows[:heads], repeated=True), fillvalue="")
        return [tuple(" ".join(dict.fromkeys(filter(None, column))) for column in columns), *_seen(rows[heads:])]
    return _seen(rows)


def _seen(rows: Sequence[Sequence[Cell]], *, repeated: bool = False) -> list[tuple[str, ...]]:
    """The texts row by row; what spans several columns stands in the first alone, or is repeated."""
    grid: list[tuple[str, ...]] = []
    hanging: dict[int, tuple[int, str]] = {}  # column: for how many rows, and what hangs into them from above
    count = 0
    for cells in rows:
        row: list[str] = []
        below: dict[int, tuple[int, str]] = {}
        for cell in cells:
            _let_hang(row, hanging, below)
            columns, further = (min(cell.columns, _WIDEST), cell.rows - 1) if count + len(row) < _MOST else (1, 0)
            told = _flat(cell.blocks)
            for text in (told, *[told if repeated else ""] * (columns - 1)):
                if further > 0:
                    below[len(row)] = (further, text)
                row.append(text)
        _let_hang(row, hanging, below)
        count += len(row)
        hanging = below if count < _MOST else {}
        grid.append(tuple(row))
    return grid


def _let_hang(row: list[str], hanging: dict[int, tuple[int, str]], below: dict[int, tuple[int, str]]) -> None:
    """Fill the next places of a row with what hangs into them."""
    while place := hanging.get(len(row)):
        further, text = place
        if further > 1:
            below[len(row)] = (further - 1, text)
        row.append(text)


def _flat(blocks: tuple[Block, ...]) -> str:
    return " ".join(text_of(Document(blocks)).split("\n"))


def _captioned(blocks: list[Block]) -> list[Block]:
    """A picture with a short text in the cell below it: that text is its caption, as newsrooms lay out photographs."""
    match blocks:
        case [Figure(caption="") as figure, Paragraph() as text]:
            caption = text_of(Document((text,)))
            return [replace(figure, caption=caption)] if len(caption) <= _CAPTION else blocks
        case _:
            return blocks


def captioned(blocks: Sequence[Block], caption: str) -> list[Block]:
    """The blocks with ``caption`` at their last picture, or as a paragraph where there is none."""
    for number, block in reversed(list(enumerate(blocks))):
        if isinstance(block, Figure):
            return [*blocks[:number], replace(block, caption=caption), *blocks[number + 1 :]]
    return [*blocks, Paragraph((Run(caption),))]
