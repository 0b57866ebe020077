"""OPML 2.0 (opml.org/spec2.opml): the feeds of another reader in, ours out. Reading runs in a parser process.

    <outline text="경제">                               a folder: its feeds get its name as their label
      <outline type="rss" text="…" xmlUrl="…"/>          a feed

A document type is refused before anything in it is read, so that no entity is ever expanded.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from bot.errors import SourceError
from bot.sources.charset import text_of_bytes
from bot.sources.discover import is_page
from bot.text.letters import squeeze

LARGEST: Final = 15 * 1024 * 1024  #: bytes: as of a feed (FAILURES.md section 1, "gzip bomb")
MOST: Final = 100_000  #: outlines; ten times the largest list that we carry
DEEPEST: Final = 50  #: outlines in outlines: nobody sorts deeper
_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]{0,400}\?>")
_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n  <head><title>Sokbo</title></head>\n  <body>\n'
)
_FOOT: Final = "  </body>\n</opml>\n"


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed of a list: its address as it stands there, the page that it belongs to, and the folders around it."""

    title: str
    feed: str
    site: str = ""
    label: tuple[str, ...] = ()
    line: int = field(default=0, compare=False)


def read_opml(data: bytes) -> list[Outline]:
    """The feeds of a list, in its order; an outline that calls itself a feed may lack its address: ``feed`` is "".

    Raises ``SourceError``, whose text goes on from the file's name.
    """
    if len(data) > LARGEST:
        raise SourceError(f"has more than {LARGEST >> 20} MiB")
    try:
        text = _DECLARATION.sub(_blank, text_of_bytes(data).removeprefix("\ufeff"), count=1)
    except SourceError as error:
        raise SourceError("is text in no encoding that is known or declared") from error
    if not text.strip():
        raise SourceError("is empty")
    if is_page(text):
        raise SourceError("is an HTML page, no OPML")
    reading = _Reading()
    try:
        reading.parse(text)
    except expat.ExpatError as error:
        raise SourceError(f"is no well-formed XML: {error}") from error
    if not reading.root:
        raise SourceError("is no OPML")
    return reading.found


def _blank(declaration: re.Match[str]) -> str:
    """As many lines as it was, so that all others keep their numbers."""
    return "\n" * declaration[0].count("\n")


class _Reading:
    """One pass over the document."""

    def __init__(self) -> None:
        self.found: list[Outline] = []
        self.root = False
        self._open: list[str] = []  # the titles of the outlines around here
        self._count = 0
        self._parser = expat.ParserCreate("utf-8")
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def parse(self, text: str) -> None:
        self._parser.Parse(text.encode("utf-8", "replace"), True)

    def _doctype(self, *_: object) -> None:
        raise SourceError("declares a document type, which OPML has not")

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if not self.root:
            if name.lower() != "opml":
                raise SourceError(f"is no OPML: its first element is <{name[:40]}>")
            self.root = True
        if name.lower() == "outline":
            self._outline({key.lower(): value for key, value in attributes.items()})

    def _end(self, name: str) -> None:
        if name.lower() == "outline":
            self._open.pop()

    def _outline(self, said: Mapping[str, str]) -> None:
        title = squeeze(said.get("title") or said.get("text", ""))
        feed = said.get("xmlurl", "").strip()
        self._count += 1
        if self._count > MOST or len(self._open) >= DEEPEST:
            raise SourceError(f"has more than {MOST:,} outlines, or more than {DEEPEST} in each other")
        if feed or said.get("type", "").lower() in {"rss", "atom"}:
            label = tuple(filter(None, self._open))
            line = self._parser.CurrentLineNumber
            self.found.append(Outline(title, feed, said.get("htmlurl", "").strip(), label, line))
        self._open.append(title)


def write_opml(outlines: Iterable[Outline]) -> str:
    """A list that any reader takes, the feeds of one label together."""
    lines: list[str] = []
    in_order = sorted(outlines, key=lambda outline: (outline.label, outline.title, outline.feed))
    for label, group in groupby(in_order, key=lambda outline: outline.label):
        depth = len(label)
        lines += [f"{_indent(level)}<outline text={_quoted(name)}>" for level, name in enumerate(label)]
        lines += [f"{_indent(depth)}<outline {_attributes(outline)}/>" for outline in group]
        lines += [f"{_indent(level)}</outline>" for level in reversed(range(depth))]
    return _HEAD + "".join(f"{line}\n" for line in lines) + _FOOT


def _indent(level: int) -> str:
    return "  " * (level + 2)


def _attributes(outline: Outline) -> str:
    said = {
        "type": "rss",
        "text": outline.title,
        "title": outline.title,
        "xmlUrl": outline.feed,
        "htmlUrl": outline.site,
    }
    return " ".join(f"{name}={_quoted(value)}" for name, value in said.items() if value)


def _quoted(value: str) -> str:
    return quoteattr(value, {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
