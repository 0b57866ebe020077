"""The nouns of a text: blocks and marked runs, that no platform has shaped yet."""

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """How a run of text is marked."""

    BOLD = "bold"
    ITALIC = "italic"
    UNDERLINE = "underline"
    STRIKE = "strike"
    CODE = "code"
    SPOILER = "spoiler"


@dataclass(frozen=True)
class Run:
    """A stretch of text with one set of marks, and the address it leads to, if any."""

    text: str
    marks: frozenset[Mark] = frozenset()
    href: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture as its source names it and, once fetched and decoded, what it is.

    ``url`` is absolute (http, https, or file for one under the site's root). ``sha256`` is empty until the bytes are
    kept in the store under that hash; ``width`` and ``height`` are pixels, ``size`` is bytes.
    """

    url: str
    alt: str = ""
    sha256: str = ""
    mime: str = ""
    width: int = 0
    height: int = 0
    size: int = 0


@dataclass(frozen=True)
class Paragraph:
    """Running text; a run may hold line breaks."""

    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 6."""

    level: int
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Items:
    """A list; every item is a sequence of blocks, so that lists nest. ``start`` is an ordered one's first number."""

    ordered: bool
    items: "tuple[tuple[Block, ...], ...]"
    start: int = 1


@dataclass(frozen=True)
class Quote:
    """What somebody else said."""

    blocks: "tuple[Block, ...]"


@dataclass(frozen=True)
class Code:
    """Preformatted text."""

    text: str


@dataclass(frozen=True)
class Table:
    """Rows of cells, plain text; the first row is the head when ``head``.

    What spans several rows stands in each of them; what spans several columns stands in the first, the others are "".
    """

    rows: tuple[tuple[str, ...], ...]
    head: bool = False


@dataclass(frozen=True)
class Figure:
    """A picture in the body, with its caption."""

    picture: Picture
    caption: str = ""


Block = Paragraph | Heading | Items | Quote | Code | Table | Figure


@dataclass(frozen=True)
class Document:
    """A body that no platform has shaped yet."""

    blocks: tuple[Block, ...] = ()
