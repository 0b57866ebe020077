"""What every source does with a body: plain paragraphs, and the pictures in it."""

from bot.document import Document, Figure, Paragraph, Picture, Run
from bot.text.figures import original, pictures


def from_plain(text: str) -> Document:
    """Plain text as a body: a blank line ends a paragraph."""
    return Document(tuple(Paragraph((Run(part.strip()),)) for part in text.split("\n\n") if part.strip()))


def first_picture(body: Document) -> Picture | None:
    """The first picture of a body."""
    return next(pictures(body), None)


def without(body: Document, url: str) -> Document:
    """The body without the figures that repeat the picture at ``url``, in whatever size."""
    shown = original(url)
    return Document(
        tuple(
            block for block in body.blocks if not (isinstance(block, Figure) and original(block.picture.url) == shown)
        )
    )
