"""What every source does with a body: plain paragraphs, and the pictures in it."""

from collections.abc import Iterable, Iterator

from bot.document import Block, Document, Figure, Items, Paragraph, Picture, Quote, Run


def from_plain(text: str) -> Document:
    """Plain text as a body: a blank line ends a paragraph."""
    return Document(tuple(Paragraph((Run(part.strip()),)) for part in text.split("\n\n") if part.strip()))


def first_picture(body: Document) -> Picture | None:
    """The first picture of a body."""
    return next(pictures(body.blocks), None)


def pictures(blocks: Iterable[Block]) -> Iterator[Picture]:
    """All pictures, in reading order."""
    for block in blocks:
        match block:
            case Figure(picture):
                yield picture
            case Quote(inner):
                yield from pictures(inner)
            case Items(_, items):
                for item in items:
                    yield from pictures(item)
            case _:
                pass


def without(body: Document, url: str) -> Document:
    """The body without the figures that repeat the picture at ``url``."""
    return Document(tuple(b for b in body.blocks if not (isinstance(b, Figure) and b.picture.url == url)))
