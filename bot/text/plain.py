"""The words of a Document, without its shape."""

from collections.abc import Iterable, Iterator
from typing import assert_never

from bot.document import Block, Code, Document, Figure, Heading, Items, Paragraph, Quote, Run, Table


def text_of(document: Document) -> str:
    """Everything that can be read in the document, one line for each paragraph, item, row and caption."""
    return "\n".join(line for line in _lines(document.blocks) if line)


def words_of(runs: Iterable[Run]) -> str:
    """The text of runs, without their marks."""
    return "".join(run.text for run in runs)


def _lines(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Paragraph(runs=runs) | Heading(runs=runs):
                yield words_of(runs)
            case Items(items=items):
                for item in items:
                    yield from _lines(item)
            case Quote(blocks=inner):
                yield from _lines(inner)
            case Code(text=text):
                yield text
            case Table(rows=rows):
                yield from (" | ".join(row) for row in rows)
            case Figure(caption=caption):
                yield caption
            case _:
                assert_never(block)
