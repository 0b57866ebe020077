"""Collects what a reader of HTML sees into blocks: lines of marked runs, and the containers they stand in.

Whitespace collapses as in a browser, but for the no-break space, which editors use to push things about: it is a space
here. A paragraph of nothing is none, and two line breaks in a row end a paragraph.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from bot.document import Block, Code, Document, Figure, Heading, Items, Mark, Paragraph, Picture, Quote, Run
from bot.text.plain import text_of
from bot.text.tables import Cell, captioned, table_of

#: Containers inside each other beyond this are transparent, so that whoever reads the blocks may recurse.
_DEEPEST: Final = 12
_SPACE: Final = re.compile(r"\s+")
_PLAIN: Final[frozenset[Mark]] = frozenset()


class Ink(NamedTuple):
    """What text is written with: its marks, and the address it leads to."""

    marks: frozenset[Mark] = frozenset()
    href: str = ""
    tinted: bool = False  #: in a colour of its own


@dataclass(frozen=True, slots=True)
class Shape:
    """What a container's attributes say: a list's first number, what a cell spans."""

    start: int = 1
    columns: int = 1
    rows: int = 1


@dataclass(slots=True)
class _Container:
    """An open element that holds blocks; ``items`` are a list's, ``cells`` a row's, ``rows`` a table's."""

    tag: str
    shape: Shape = Shape()
    blocks: list[Block] = field(default_factory=list)
    items: list[tuple[Block, ...]] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)
    caption: str = ""
    head: bool = False


class Writer:
    """Takes text, line breaks, pictures and containers in reading order; ``finish`` gives the Document.

    What opens something returns what closes it. ``means`` says what is left of an ink's marks; it is told how many
    characters are written with it.
    """

    def __init__(self, means: Callable[[Ink, int], frozenset[Mark]] = lambda ink, _: ink.marks) -> None:
        self._open = [_Container("body")]
        self._line: list[tuple[Ink, list[str]]] = []
        self._verbatim: list[str] | None = None
        self._level = 0
        self._means = means

    def finish(self) -> Document:
        """Everything written."""
        self.end_line()
        return Document(tuple(self._open[0].blocks))

    def text(self, text: str, ink: Ink) -> None:
        """More text on the line."""
        if self._verbatim is not None:
            self._verbatim.append(text)
            return
        line = self._line
        if not line or line[-1][1][-1][-1] in " \n":
            text = text.lstrip()
        if not text:
            return
        if "  " in text or not text.isprintable():  # of all white space, the space alone is printable
            text = _SPACE.sub(" ", text)
        if line and line[-1][0] == ink:
            line[-1][1].append(text)
        else:
            line.append((ink, [text]))

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
        if not self._line:
            return
        line, self._line = self._line, []
        if runs := self._trimmed(line):
            self._add(Heading(self._level, runs) if self._level else Paragraph(runs))

    def inline(self) -> Callable[[], None]:
        """What follows stands in the line."""
        return _nothing

    def spaced(self) -> Callable[[], None]:
        """What follows stands in the line, and a space behind it."""
        return self._end_spaced

    def block(self) -> Callable[[], None]:
        """What follows is a paragraph, or several."""
        self.end_line()
        return self.end_line

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

    def picture(self, picture: Picture, *, instead: bool = False) -> None:
        """A picture, on a line of its own; ``instead`` of one that stands right before it."""
        self.end_line()
        blocks = self._open[-1].blocks
        if instead and blocks and isinstance(blocks[-1], Figure):
            blocks[-1] = replace(blocks[-1], picture=replace(picture, alt=picture.alt or blocks[-1].picture.alt))
        else:
            self._add(Figure(picture))

    def caption(self) -> Callable[[], None]:
        """What follows explains the figure or table around it, or the picture before it."""
        return self._opened(_Container("caption"), self._end_caption)

    def container(self, tag: str, shape: Shape = Shape()) -> Callable[[], None]:
        """A list, item, quote, table, head of a table, row, cell or figure."""
        self.end_line()
        if len(self._open) > _DEEPEST:
            return self.end_line
        return self._opened(_Container(tag, shape), self._end_container)

    def _opened(self, container: _Container, close: Callable[[], None]) -> Callable[[], None]:
        self.end_line()
        self._open.append(container)
        return close

    def _add(self, block: Block) -> None:
        self._open[-1].blocks.append(block)

    def _end_spaced(self) -> None:
        self.text(" ", Ink())

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
        around = self._open[-1]
        text = text_of(Document(blocks))
        if around.tag in {"figure", "table"}:
            around.caption = text
        elif text and around.blocks and isinstance(last := around.blocks[-1], Figure) and not last.caption:
            around.blocks[-1] = replace(last, caption=text)
        else:
            around.blocks += blocks

    def _end_container(self) -> None:
        self.end_line()
        done = self._open.pop()
        around = self._open[-1]
        blocks = tuple(done.blocks)
        match done.tag:
            case "li" if around.tag in {"ul", "ol"}:
                _gather(around)
                around.items += [blocks] if blocks else []
            case "ul" | "ol":
                _gather(done)
                ordered = done.tag == "ol"
                around.blocks += [Items(ordered, tuple(done.items), done.shape.start)] if done.items else []
            case "blockquote":
                around.blocks += [Quote(blocks)] if blocks else []
            case "td" | "th" if around.tag == "tr":
                around.cells.append(Cell(blocks, done.shape.columns, done.shape.rows, done.tag == "th"))
            case "tr" if around.tag in {"table", "thead"}:
                heads = bool(done.cells) and all(cell.head for cell in done.cells)
                around.head |= not around.rows and heads
                around.rows.append(done.cells)
            case "thead" if around.tag == "table":
                around.head |= not around.rows and any(any(cell.blocks for cell in row) for row in done.rows)
                around.rows += done.rows
                around.blocks += blocks
            case "table":
                around.blocks += [Paragraph((Run(done.caption),))] if done.caption else []
                around.blocks += [*table_of(done.rows, head=done.head), *blocks]
            case "figure":
                around.blocks += captioned(blocks, done.caption) if done.caption else blocks
            case _:
                around.blocks += blocks

    def _trimmed(self, line: list[tuple[Ink, list[str]]]) -> tuple[Run, ...]:
        """The runs of a line without space at its ends and around its breaks; () if nothing is left.

        A mark ends before a line break: a platform's markup often ends there too, and a sign left over would show.
        """
        runs: list[Run] = []
        following = "\n"
        for ink, pieces in reversed(line):
            text = "".join(pieces).replace(" \n", "\n") if len(pieces) > 1 else pieces[0]
            if following == "\n":
                text = text.rstrip(" ") if runs else text.rstrip()
            if not text:
                continue
            following = text[0]
            marks, href = self._means(ink, len(text)), ink.href
            if text[-1] == "\n" and (marks or href):
                text = text[:-1]
                _prepend(runs, "\n", _PLAIN, "")
            if text:
                _prepend(runs, text, marks, href)
        runs.reverse()
        return tuple(runs)


def _prepend(runs: list[Run], text: str, marks: frozenset[Mark], href: str) -> None:
    """Put a run before those collected so far, last first; neighbours that look alike are one."""
    if runs and runs[-1].marks == marks and runs[-1].href == href:
        text += runs.pop().text
    runs.append(Run(text, marks, href))


def _gather(around: _Container) -> None:
    """What stands in a list beside its items belongs to the item before it: editors nest lists that way."""
    if around.blocks and around.items:
        around.items[-1] += tuple(around.blocks)
    else:
        around.items += [(block,) for block in around.blocks]
    around.blocks.clear()


def _nothing() -> None:
    """What the end of an element without a block of its own does."""
