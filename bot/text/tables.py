"""Tables: rows of figures stay a table, a table that only lays out a page dissolves into what stands in its cells."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.document import Block, Document, Figure, Heading, Paragraph, Run, Table
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
    if not _holds_figures(told):
        return _captioned([block for row in told for cell in row for block in cell.blocks])
    grid = [row for row in _grid(rows) if any(row)]
    width = max(map(len, grid))
    return [Table(tuple(row + ("",) * (width - len(row)) for row in grid), head=head)]


def _holds_figures(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether cells are to be read side by side: short texts, or whatever stands below and beside head cells."""
    cells = [cell for row in rows for cell in row]
    if max(map(len, rows), default=0) < len("ab"):
        return False
    if any(cell.head for cell in cells):
        return not any(isinstance(block, Figure | Heading | Table) for cell in cells for block in cell.blocks)
    return all(isinstance(block, Paragraph) for cell in cells for block in cell.blocks)


def _grid(rows: Sequence[Sequence[Cell]]) -> list[tuple[str, ...]]:
    """The texts of the cells, each where it is seen; what spans several rows stands in each of them."""
    grid: list[tuple[str, ...]] = []
    hanging: dict[int, tuple[int, str]] = {}  # column: for how many rows, and what hangs into them from above
    count = 0
    for cells in rows:
        row: list[str] = []
        below: dict[int, tuple[int, str]] = {}
        for cell in cells:
            _let_hang(row, hanging, below)
            columns, further = (min(cell.columns, _WIDEST), cell.rows - 1) if count + len(row) < _MOST else (1, 0)
            for text in (_flat(cell.blocks), *[""] * (columns - 1)):
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
