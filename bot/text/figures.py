"""What stands in a Document beside its words: its pictures, and where its words lead."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import assert_never

from bot.document import Block, Code, Document, Figure, Heading, Items, Paragraph, Picture, Quote, Run, Table


def pictures(document: Document) -> Iterator[Picture]:
    """All pictures, in reading order."""
    return _pictures(document.blocks)


def _pictures(blocks: Iterable[Block]) -> Iterator[Picture]:
    for block in blocks:
        match block:
            case Figure(picture):
                yield picture
            case Quote(inner):
                yield from _pictures(inner)
            case Items(items=items):
                for item in items:
                    yield from _pictures(item)
            case _:
                pass


def relinked(document: Document, change: Callable[[str], str]) -> Document:
    """The document with every link's address changed; one that becomes "" is plain text."""
    return Document(tuple(_relinked(block, change) for block in document.blocks))


def _relinked(block: Block, change: Callable[[str], str]) -> Block:
    match block:
        case Paragraph(runs=runs) | Heading(runs=runs):
            return replace(block, runs=tuple(_run(run, change) for run in runs))
        case Quote(blocks=inner):
            return replace(block, blocks=tuple(_relinked(each, change) for each in inner))
        case Items(items=items):
            return replace(block, items=tuple(tuple(_relinked(each, change) for each in item) for item in items))
        case Code() | Table() | Figure():
            return block
        case _:
            assert_never(block)


def _run(run: Run, change: Callable[[str], str]) -> Run:
    return replace(run, href=change(run.href)) if run.href else run
