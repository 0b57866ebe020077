"""Collects what a reader of HTML sees into blocks: lines of marked runs, and the containers they stand in.

Whitespace collapses as in a browser, but for the no-break space, which editors use to push things about: it is a space
here. A paragraph of nothing is none, and two line breaks in a row end a paragraph.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from bot.document import Block, Code, Document, Figure, Heading, Items, Mark, Paragraph, Picture, Quote, Run, Table
from bot.text.plain import text_of, words_of

#: Containers inside each other beyond this are transparent, so that whoever reads the blocks may recurse.
_DEEPEST: Final = 12
_SPACE: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Ink:
    """What text is written with: its marks, and the address it leads to."""

    marks: frozenset[Mark] = frozenset()
    href: str = ""


@dataclass(slots=True)
class _Container:
    """An open element that holds blocks; ``parts`` are a list's items, a table's rows, a row's cells."""

    tag: str
    blocks: list[Block] = field(default_factory=list)
    parts: list[tuple[Block, ...]] = field(default_factory=list)
    rows: list[list[tuple[Block, ...]]] = field(default_factory=list)
    caption: str = ""
    heads: int = 0


class Writer:
    """Takes text, line breaks, pictures and containers in reading order; ``finish`` gives the Document.

    What opens something returns what closes it.
    """

    def __init__(self) -> None:
        self._open = [_Container("body")]
        self._line: list[tuple[Ink, list[str]]] = []
        self._verbatim: list[str] | None = None
        self._level = 0

    def finish(self) -> Document:
        """Everything written."""
        self.end_line()
        return Document(tuple(self._open[0].blocks))

    def text(self, text: str, ink: Ink) -> None:
        """More text on the line."""
        if self._verbatim is not None:
            self._verbatim.append(text)
            return
        text = _SPACE.sub(" ", text)
        if not self._line or self._line[-1][1][-1][-1] in " \n":
            text = text.lstrip(" ")
        if not text:
            return
        if self._line and self._line[-1][0] == ink:
            self._line[-1][1].append(text)
        else:
            self._line.append((ink, [text]))

    def line_break(self) -> None:
        """A new line in the same paragraph; a second one ends it."""
        if self._verbatim is not None:
            self._verbatim.append("\n")
        elif self._line and self._line[-1][1][-1] == "\n":
            self.end_line()
        elif self._line:
            self._line[-1][1].append("\n")

    def end_line(self) -> None:
        """The end of a paragraph or heading."""
        line, self._line = self._line, []
        if runs := _trimmed(line):
            self._add(Heading(self._level, runs) if self._level else Paragraph(runs))

    def heading(self, level: int) -> Callable[[], None]:
        """What follows is a heading."""
        self.end_line()
        self._level = level
        return self._end_heading

    def verbatim(self) -> Callable[[], None]:
        """What follows is preformatted."""
        self.end_line()
        if self._verbatim is not None:
            return self.end_line
        self._verbatim = []
        return self._end_verbatim

    def picture(self, picture: Picture) -> None:
        """A picture, on a line of its own."""
        self.end_line()
        self._add(Figure(picture))

    def caption(self) -> Callable[[], None]:
        """What follows explains the figure or table around it."""
        self.end_line()
        self._open.append(_Container("caption"))
        return self._end_caption

    def container(self, tag: str) -> Callable[[], None]:
        """A list, item, quote, table, row, cell or figure."""
        self.end_line()
        if len(self._open) > _DEEPEST:
            return self.end_line
        self._open.append(_Container(tag))
        return self._end_container

    def _add(self, block: Block) -> None:
        self._open[-1].blocks.append(block)

    def _end_heading(self) -> None:
        self.end_line()
        self._level = 0

    def _end_verbatim(self) -> None:
        text = "".join(self._verbatim or []).strip("\n").rstrip()
        self._verbatim = None
        if text:
            self._add(Code(text))

    def _end_caption(self) -> None:
        self.end_line()
        blocks = tuple(self._open.pop().blocks)
        if self._open[-1].tag in {"figure", "table"}:
            self._open[-1].caption = text_of(Document(blocks))
        else:
            self._open[-1].blocks += blocks

    def _end_container(self) -> None:
        self.end_line()
        done = self._open.pop()
        around = self._open[-1]
        blocks = tuple(done.blocks)
        match done.tag:
            case "li" if around.tag in {"ul", "ol"}:
                around.parts += [blocks] if blocks else []
            case "ul" | "ol":
                items = (*done.parts, *((block,) for block in blocks))
                around.blocks += [Items(done.tag == "ol", items)] if items else []
            case "blockquote":
                around.blocks += [Quote(blocks)] if blocks else []
            case "td" | "th" if around.tag == "tr":
                around.parts.append(blocks)
                around.heads += done.tag == "th"
            case "tr" if around.tag == "table":
                around.heads += bool(done.parts) and done.heads == len(done.parts) and not around.rows
                around.rows.append(done.parts)
            case "table":
                around.blocks += _table(done)
            case "figure":
                around.blocks += _figure(done)
            case _:
                around.blocks += blocks


def _trimmed(line: list[tuple[Ink, list[str]]]) -> tuple[Run, ...]:
    """The runs of a line without space at its ends and around its breaks; () if nothing is left."""
    runs: list[Run] = []
    following = "\n"
    for ink, pieces in reversed(line):
        text = "".join(pieces).replace(" \n", "\n")
        text = text.rstrip(" ") if following == "\n" else text
        text = text.rstrip() if not runs else text
        if text:
            runs.append(Run(text, ink.marks, ink.href))
            following = text[0]
    return tuple(reversed(runs))


def _table(table: _Container) -> list[Block]:
    """A table of figures is a Table; one that only lays out a page is what stands in its cells."""
    caption: list[Block] = [Paragraph((Run(table.caption),))] if table.caption else []
    rows = [row for row in table.rows if any(row)]
    cells = [cell for row in rows for cell in row]
    loose = list(table.blocks)
    if max(map(len, rows), default=0) > 1 and all(isinstance(block, Paragraph) for cell in cells for block in cell):
        texts = tuple(tuple(_flat(cell) for cell in row) for row in rows)
        return [*caption, Table(texts, head=bool(table.heads)), *loose]
    return [*caption, *(block for cell in cells for block in cell), *loose]


def _flat(cell: tuple[Block, ...]) -> str:
    return " ".join(words_of(block.runs).replace("\n", " ") for block in cell if isinstance(block, Paragraph))


def _figure(figure: _Container) -> list[Block]:
    """The figure's caption goes to its last picture; without a picture it is a paragraph."""
    blocks = list(figure.blocks)
    if not figure.caption:
        return blocks
    for number, block in reversed(list(enumerate(blocks))):
        if isinstance(block, Figure):
            blocks[number] = replace(block, caption=figure.caption)
            return blocks
    return [*blocks, Paragraph((Run(figure.caption),))]
