"""One text with marked stretches: what a Document becomes where a platform shows running text.

    Document ─flat▶ Marked ─template, fit▶ Marked ─adapter▶ entities · escaped markup · facets

Offsets are code points of a Python string; each platform translates them into its own unit. Spans may nest and overlap;
what a value says of itself (bold, a link) and what a template says of it are spans alike. Pure.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import regex


class Kind(StrEnum):
    """What a span says of its stretch."""

    BOLD = "bold"
    ITALIC = "italic"
    UNDERLINE = "underline"
    STRIKE = "strike"
    CODE = "code"
    SPOILER = "spoiler"
    LINK = "link"  #: ``value`` is where it leads: an encoded http, https or mailto address
    TAG = "tag"  #: a hashtag, sign included; ``value`` is without
    QUOTE = "quote"  #: whole lines
    FOLD = "fold"  #: whole lines, a quote that a reader unfolds where the platform can fold
    PRE = "pre"  #: whole lines of preformatted text


#: What no cut may open: half an address leads elsewhere, half a tag is another tag.
WHOLE = frozenset({Kind.LINK, Kind.TAG})


class Span(NamedTuple):
    """What is said of ``text[start:end]``; never empty. A tuple, because a long story makes thousands of them."""

    start: int
    end: int
    kind: Kind
    value: str = ""


@dataclass(frozen=True, slots=True)
class Marked:
    """A text and its spans, by start and then the longer first."""

    text: str = ""
    spans: tuple[Span, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text)

    def __add__(self, other: "Marked | str") -> "Marked":
        return joined((self, other))

    def as_(self, kind: Kind, value: str = "") -> "Marked":
        """The same, all of it marked."""
        if not self.text:
            return self
        return Marked(self.text, (Span(0, len(self.text), kind, value), *self.spans))

    def without(self, *kinds: Kind) -> "Marked":
        """The same without the marks of these kinds."""
        return Marked(self.text, tuple(span for span in self.spans if span.kind not in kinds)) if self.spans else self

    def __getitem__(self, stretch: slice) -> "Marked":
        """A stretch, its spans clipped to it."""
        start, end, _ = stretch.indices(len(self.text))
        return Marked(self.text[start:end], _clipped(self.spans, start, end))

    def strip(self) -> "Marked":
        """The same without white space at its ends."""
        text = self.text
        if not text or not (text[0].isspace() or text[-1].isspace()):
            return self
        start = len(text) - len(text.lstrip())
        return self[start : max(start, len(text.rstrip()))]

    def broken(self, pattern: "regex.Pattern[str]", breaker: str) -> "Marked":
        """The same with ``breaker`` behind every match outside of links and tags, which mean what they do.

        For what a platform would make a mention, a command or a tag of although nobody meant it.
        """
        if pattern.search(self.text) is None:
            return self
        meant = [span for span in self.spans if span.kind in WHOLE]
        ends = [
            match.end()
            for match in pattern.finditer(self.text)
            if match.end() > match.start() and not any(span.start <= match.start() < span.end for span in meant)
        ]
        return self.inserted(ends, breaker)

    def inserted(self, places: Sequence[int], text: str) -> "Marked":
        """The same with ``text`` at each of ``places`` (offsets of this text, ascending); spans move and grow along."""
        if not places:
            return self
        pieces = [self.text[start:end] for start, end in zip((0, *places), (*places, len(self.text)), strict=True)]
        shift = _Shift(places, len(text))
        spans = tuple(Span(shift.start(s.start), shift.end(s.end), s.kind, s.value) for s in self.spans)
        return Marked(text.join(pieces), spans)

    def lines(self) -> Iterator["Marked"]:
        """Its lines, without their ends; linear, however many spans there are."""
        start = number = 0
        near: list[Span] = []
        for line in self.text.split("\n"):
            end = start + len(line)
            near = [span for span in near if span.end > start]
            while number < len(self.spans) and self.spans[number].start < end:
                near.append(self.spans[number])
                number += 1
            yield Marked(line, _clipped(near, start, end) if near else ())
            start = end + 1


def joined(parts: Iterable[Marked | str], between: str = "") -> Marked:
    """The parts one behind the other, with ``between`` in between."""
    if not between:
        parts = [part for part in parts if part]
        if len(parts) == 1:
            return parts[0] if isinstance(parts[0], Marked) else Marked(parts[0])
    texts: list[str] = []
    spans: list[Span] = []
    at = 0
    edge = touching = False  # whether a span ends where the next part begins, and whether one begins there too
    for part in parts:
        if texts and between:
            texts.append(between)
            at += len(between)
            edge = False
        if isinstance(part, str):
            texts.append(part)
            at += len(part)
            edge = edge and not part
            continue
        texts.append(part.text)
        if part.spans:
            touching = touching or (edge and part.spans[0].start == 0)
            spans += [Span(s.start + at, s.end + at, s.kind, s.value) for s in part.spans] if at else part.spans
        at += len(part.text)
        edge = any(span.end == len(part.text) for span in part.spans) or (edge and not part.text)
    return Marked("".join(texts), tuple(sorted(_merged(spans), key=_order) if touching else spans))


def link(text: str, address: str) -> Marked:
    """A text that leads to an encoded address."""
    return Marked(text).as_(Kind.LINK, address)


def _order(span: Span) -> tuple[int, int]:
    return span.start, -span.end


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    """Spans of a kind that touch are one."""
    last: dict[tuple[Kind, str], Span] = {}
    for span in spans:
        key = span.kind, span.value
        before = last.get(key)
        if before and before.end == span.start and span.kind in _MERGING:
            last[key] = before._replace(end=span.end)
            continue
        if before:
            yield before
        last[key] = span
    yield from last.values()


_MERGING = frozenset({Kind.BOLD, Kind.ITALIC, Kind.UNDERLINE, Kind.STRIKE, Kind.CODE, Kind.SPOILER, Kind.LINK})


def _clipped(spans: Sequence[Span], start: int, end: int) -> tuple[Span, ...]:
    """What the spans, in their order, say of a stretch."""
    clipped: list[Span] = []
    for first, last, kind, value in spans:
        if first >= end:
            break
        if last > start:
            clipped.append(Span(max(first - start, 0), min(last, end) - start, kind, value))
    return tuple(sorted(clipped, key=_order) if start and len(clipped) > 1 else clipped)


class _Shift:
    """Where offsets go when ``width`` code points are put in at each of ``places``."""

    def __init__(self, places: Sequence[int], width: int) -> None:
        self._places = places
        self._width = width

    def start(self, offset: int) -> int:
        """A span that starts at a place starts behind what is put there."""
        return offset + self._width * bisect_right(self._places, offset)

    def end(self, offset: int) -> int:
        """A span that ends at a place ends before what is put there."""
        return offset + self._width * bisect_left(self._places, offset)
