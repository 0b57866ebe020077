"""Marked text as it is drawn: blocks of ink, each stretch with its marks and the address it leads to.

    Marked ─blocks▶ running text · pre · quote or fold (with blocks inside) ─▶ Ink, Ink, …

Everything here may come from a stranger. Nothing here makes HTML: the templates do, and they escape.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from bot.newsroom.addresses import web_address
from bot.text.marked import Kind, Marked, Span

QUOTES: Final = frozenset({Kind.QUOTE, Kind.FOLD})
#: Marks within a line; a link is none, it has an address.
INLINE: Final = frozenset(
    {Kind.BOLD, Kind.ITALIC, Kind.UNDERLINE, Kind.STRIKE, Kind.CODE, Kind.SPOILER, Kind.TAG},
)
#: What Telegram shows of a quote that unfolds: three lines, of about thirty Hangul each on a phone.
FOLDED_LINES: Final = 3
LINE: Final = 30


@dataclass(frozen=True, slots=True)
class Ink:
    """A stretch of text with one look; ``href`` is a web address or ""."""

    text: str
    marks: frozenset[Kind] = frozenset()
    href: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that stand together: ``kind`` is PRE, QUOTE, FOLD, or None for running text.

    A quote holds blocks, everything else ink. ``long``: it would take more than the lines that a fold shows.
    """

    kind: Kind | None
    ink: tuple[Ink, ...] = ()
    blocks: tuple["Block", ...] = ()
    long: bool = False


def blocks(text: Marked) -> tuple[Block, ...]:
    """The text cut where its shape changes; line ends between two blocks are theirs."""
    return tuple(_blocks(text))


def _blocks(text: Marked) -> Iterator[Block]:
    for kind, stretch in _cut(text, QUOTES):
        inside = tuple(_passages(stretch))
        if kind is None:
            yield from inside
        elif inside:
            yield Block(kind, blocks=inside, long=_is_long(stretch.text))


def _passages(text: Marked) -> Iterator[Block]:
    for kind, stretch in _cut(text, frozenset({Kind.PRE})):
        passage = _without_empty_edges(stretch)
        if passage:
            yield Block(kind, ink(passage))


def _cut(text: Marked, kinds: frozenset[Kind]) -> Iterator[tuple[Kind | None, Marked]]:
    """Its stretches inside and outside of the outermost spans of these kinds."""
    at = 0
    for span in text.spans:
        if span.kind in kinds and span.start >= at:
            yield None, text[at : span.start]
            yield span.kind, text[span.start : span.end]
            at = span.end
    yield None, text[at:]


def _without_empty_edges(text: Marked) -> Marked:
    start = len(text.text) - len(text.text.lstrip("\n"))
    return text[start : max(start, len(text.text.rstrip("\n")))]


def _is_long(text: str) -> bool:
    return sum(1 + len(line) // LINE for line in text.split("\n")) > FOLDED_LINES


def ink(text: Marked) -> tuple[Ink, ...]:
    """The text cut where its look changes."""
    edges = sorted({0, len(text.text), *(edge for span in text.spans for edge in (span.start, span.end))})
    ahead = sorted(text.spans, key=lambda span: span.start, reverse=True)
    inks: list[Ink] = []
    running: list[Span] = []
    for start, end in pairwise(edges):
        running = [span for span in running if span.end > start]
        while ahead and ahead[-1].start <= start:
            running.append(ahead.pop())
        marks = frozenset(span.kind for span in running if span.kind in INLINE)
        address = next((span.value for span in running if span.kind is Kind.LINK), "")
        inks.append(Ink(text.text[start:end], marks, web_address(address)))
    return tuple(inks)
