"""What stands in a Document beside its words: its pictures, and where its words lead."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final, assert_never
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from bot.document import Block, Code, Document, Figure, Heading, Items, Paragraph, Picture, Quote, Run, Table
from bot.text.furniture import without_arrow
from bot.text.lead import tidy
from bot.text.links import absolute

#: What content systems and resizers write into a picture's address to say which size of it this is, in its folders …
_FOLDER: Final = re.compile(
    r"(?<=/)(?:size/w\d+(?:h\d+)?|(?:freeze/)?(?:max|fit/c)/\d+(?:/\d+)?|(?:v2/)?resize:[\w:]+|format:\w+)/"
)
#: … in its name …
_NAME: Final = re.compile(r"-(?:\d{2,4}x\d{2,4}|scaled|e\d{13})(?=\.\w+\Z)")
#: … and behind it; the others may well be what tells one picture from another ("/image.php?id=3").
_SIZES: Final = frozenset({
    "auto", "blur", "crop", "dpr", "fit", "fm", "format", "h", "height", "q", "quality", "resize", "s", "size", "ssl",
    "type", "w", "width", "zoom",
})  # fmt: skip
_INNER: Final = ("fname", "url", "src")  # parameters in which a resizer names the picture that it makes smaller
_PROXY: Final = re.compile(r"i\d\.wp\.com")  # stands before the address of the picture


def pictures(document: Document) -> Iterator[Picture]:
    """All pictures, in reading order."""
    return (figure.picture for figure in figures(document))


def figures(document: Document) -> Iterator[Figure]:
    """All pictures with their captions, in reading order."""
    return _figures(document.blocks)


def _figures(blocks: Iterable[Block]) -> Iterator[Figure]:
    for block in blocks:
        match block:
            case Figure():
                yield block
            case Quote(inner):
                yield from _figures(inner)
            case Items(items=items):
                for item in items:
                    yield from _figures(item)
            case _:
                pass


def described(figure: Figure) -> Picture:
    """The picture with an alternative text: its own, else what its caption says."""
    alt = figure.picture.alt or without_arrow(tidy(figure.caption))
    return replace(figure.picture, alt=alt)


def each(shown: Iterable[Picture]) -> tuple[Picture, ...]:
    """Every picture once, in the first size that it came in, and described as soon as one of its sizes is."""
    found: dict[str, Picture] = {}
    for picture in shown:
        first = found.setdefault(original(picture.url), picture)
        if picture.alt and not first.alt:
            found[original(picture.url)] = replace(first, alt=picture.alt)
    return tuple(found.values())


def original(url: str) -> str:
    """What all sizes of one picture have in common."""
    parts = urlsplit(url)
    named = parse_qs(parts.query)
    inner = next((named[name][0] for name in _INNER if name in named and "/" in named[name][0]), "")
    if inner and (address := absolute(url, inner)):
        parts = urlsplit(address)
    if _PROXY.fullmatch(parts.netloc):
        parts = urlsplit("/" + parts.path)
    tells = [(name, value) for name, value in parse_qsl(parts.query) if name not in _SIZES]
    return f"{parts.netloc}{_NAME.sub('', _FOLDER.sub('', parts.path))}?{urlencode(tells)}"


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
