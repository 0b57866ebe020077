"""What every source does with a body: plain paragraphs, and the pictures in it."""

import re
from typing import Final
from urllib.parse import parse_qs, urlsplit

from bot.document import Document, Figure, Paragraph, Picture, Run
from bot.text.figures import pictures

#: What a content system puts behind a picture's name to say which size of it this is.
_SIZE: Final = re.compile(r"-(?:\d{2,4}x\d{2,4}|scaled|e\d{13})(?=\.\w+\Z)")


def from_plain(text: str) -> Document:
    """Plain text as a body: a blank line ends a paragraph."""
    return Document(tuple(Paragraph((Run(part.strip()),)) for part in text.split("\n\n") if part.strip()))


def first_picture(body: Document) -> Picture | None:
    """The first picture of a body."""
    return next(pictures(body), None)


def without(body: Document, url: str) -> Document:
    """The body without the figures that repeat the picture at ``url``, in whatever size."""
    original = _original(url)
    return Document(
        tuple(b for b in body.blocks if not (isinstance(b, Figure) and _original(b.picture.url) == original))
    )


def _original(url: str) -> tuple[str, str]:
    """What two sizes of one picture have in common: host and path of the original, which resizers name."""
    parts = urlsplit(url)
    if named := next(iter(parse_qs(parts.query).get("fname", ())), ""):
        parts = urlsplit(named)
    return parts.netloc, _SIZE.sub("", parts.path)
