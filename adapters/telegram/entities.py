"""A marked text as Telegram's text and entities: valid by construction, at most 100, offsets in UTF-16 units.

    LINK                     whole or not at all; a bare address is a "url" where Telegram finds the same by itself
    PRE, CODE                nothing stands inside them, and they stand in nothing but a quote
    QUOTE, FOLD              never in each other
    BOLD, ITALIC, …          cut where they would cross something, so that one always holds the other

(Bot API, MessageEntity and formatting options.) Where there are more than fit, what shapes the text goes before what
adorns it. What Telegram would make live by itself although nobody meant it is broken with a word joiner: mentions,
commands, addresses of its own schemes, and tags too, which would lead readers out of the story into a search.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Final

import regex

from bot.model import Entity
from bot.text.links import encoded
from bot.text.marked import Kind, Marked, Span

MOST: Final = 100  #: what comes behind them is ignored (TDLib, MessageEntity)
BREAKER: Final = "\u2060"

_LINKS: Final = {Kind.LINK: "text_link"}
_CODES: Final = {Kind.PRE: "pre", Kind.CODE: "code"}
_QUOTES: Final = {Kind.QUOTE: "blockquote", Kind.FOLD: "expandable_blockquote"}
_MARKS: Final = {
    Kind.BOLD: "bold",
    Kind.ITALIC: "italic",
    Kind.UNDERLINE: "underline",
    Kind.STRIKE: "strikethrough",
    Kind.SPOILER: "spoiler",
}
_NAMES: Final = {**_LINKS, **_CODES, **_QUOTES, **_MARKS}

#: An address that ends, for Telegram too, where it ends for us.
_BARE: Final = regex.compile(
    r"https?://(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+\p{L}{2,63}(?::\d{1,5})?(?:/(?:[\w/.%~+&=?#:,!-]*[\w/%~+&=-])?)?"
)
#: What Telegram drops, draws as nothing or turns the text around with; something unseen keeps every offset.
_UNSEEN: Final = {
    **dict.fromkeys((*range(10), *range(11, 32), *range(127, 160), 0x2028, 0x2029), " "),
    **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), BREAKER),
    **dict.fromkeys((*range(0xD800, 0xE000), *range(0xFFF9, 0xFFFC), 0xFFFE, 0xFFFF), "\ufffd"),
}

_WIDE: Final = re.compile("[\U00010000-\U0010ffff]")  # two units of UTF-16
_ANY_UNSEEN: Final = re.compile("[" + "".join(map(chr, _UNSEEN)) + "]")

#: What Telegram makes live by itself (TDLib, MessageEntity.cpp); what stands in a web address is the address's.
_LIVE: Final = regex.compile(
    r"""(?x)
    (?<![A-Za-z0-9+-]) (?i:https?)://
        (?:[\p{L}\p{N}] (?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])? \.)+ \p{L}{2,63} (?::\d{1,5}(?!\d))?
        (?:[/?\#] (?:[\w/.%~+&=?\#@:;,!$*'-] | \([\w/.%~+&=?\#@:;,!$*'-]*\))*)?  (*SKIP)(*FAIL)
  | (?<![A-Za-z0-9_]) @ (?=\w)
  | (?<![\p{L}\p{N}_/<>]) / (?=[A-Za-z0-9_])
  | (?<![\p{L}\p{Nd}_\u200c\u00b7\u0d80-\u0dff]) \# (?=[\p{Nd}_\u200c\u00b7\u0d80-\u0dff]*\p{L})
  | (?<![\p{L}\p{Nd}_\u200c\u00b7\u0d80-\u0dff$]) \$ (?=1INCH|[A-Z])
  | (?i:tg|ton|ftp) : (?=//)
    """
)


def inert(text: Marked) -> Marked:
    """The same with whatever would come alive broken, but for tags that are meant."""
    meant = [span for span in text.spans if span.kind is Kind.TAG]
    ends = [
        match.end()
        for match in _LIVE.finditer(text.text)
        if not any(span.start <= match.start() < span.end for span in meant)
    ]
    return text.inserted(ends, BREAKER)


def visible(text: str) -> str:
    """The text with something harmless for every character that no reader should be sent; its length stays."""
    return text.translate(_UNSEEN) if _ANY_UNSEEN.search(text) else text


def written(marked: Marked) -> tuple[str, tuple[Entity, ...]]:
    """The text as it is sent, trimmed as Telegram trims it, and its entities by offset, the longer first."""
    marked = replace(marked, text=visible(marked.text)).strip()
    text = marked.text
    wide = [found.start() for found in _WIDE.finditer(text)]

    def units(place: int) -> int:
        return place + bisect_left(wide, place)

    return text, tuple(
        Entity(_name(span, text), units(span.start), units(span.end) - units(span.start), span.value)
        for span in _nested(marked)
    )


def _name(span: Span, text: str) -> str:
    shown = text[span.start : span.end]
    if span.kind is Kind.LINK and _BARE.fullmatch(shown) and encoded(shown) == span.value:
        return "url"
    return _NAMES[span.kind]


def _nested(marked: Marked) -> list[Span]:
    """The spans that Telegram takes as they are."""
    spans = _most_telling(_trimmed(marked.text, (span for span in marked.spans if _is_known(span))), marked.text)
    solid: list[Span] = []
    for names in (_LINKS, _CODES, _QUOTES):
        for span in (span for span in spans if span.kind in names):
            if all(_agree(span, other) for other in solid):
                solid.append(span)
    codes = [span for span in solid if span.kind in _CODES]
    placed = solid
    for kind in _MARKS:
        marks = _merged(span for span in spans if span.kind is kind)
        clear = (piece for mark in marks for piece in _without(mark, codes))
        placed = [*placed, *_trimmed(marked.text, (piece for mark in clear for piece in _cut(mark, placed)))]
    return sorted(_most_telling(placed, marked.text), key=lambda span: (span.start, -span.end))


def _is_known(span: Span) -> bool:
    return span.value.startswith(("http://", "https://")) if span.kind is Kind.LINK else span.kind in _NAMES


def _trimmed(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    """The spans without white space at their ends."""
    for span in spans:
        shown = text[span.start : span.end]
        if shown[0].isspace() or shown[-1].isspace():
            start = span.start + len(shown) - len(shown.lstrip())
            if start < span.end:
                yield span._replace(start=start, end=start + len(shown.strip()))
        else:
            yield span


def _most_telling(spans: Iterable[Span], text: str) -> list[Span]:
    """As many as Telegram takes: shape first, then what leads somewhere, then what adorns."""
    spans = list(spans)
    if len(spans) <= MOST:
        return spans
    folds = [span for span in spans if span.kind is Kind.FOLD]

    def weight(span: Span) -> tuple[int, int]:
        folded = any(fold.start <= span.start and span.end <= fold.end for fold in folds)
        lone = not text[: span.start].rpartition("\n")[2] and not text[span.end :].partition("\n")[0]
        shapes = span.kind in _QUOTES or span.kind is Kind.PRE or (span.kind is Kind.BOLD and lone)
        leads = span.kind is Kind.LINK
        return (0 if shapes or (leads and not folded) else 1 if leads else 2), span.start

    return sorted(spans, key=weight)[:MOST]


def _agree(one: Span, other: Span) -> bool:
    """Whether two spans that aren't mere marks lie apart, or one is the quote that holds the other."""
    if one.end <= other.start or other.end <= one.start:
        return True
    quotes = (one.kind in _QUOTES) + (other.kind in _QUOTES)
    quote, inner = (one, other) if one.kind in _QUOTES else (other, one)
    return quotes == 1 and quote.start <= inner.start and inner.end <= quote.end


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    """Spans of one kind, those that meet as one."""
    last: Span | None = None
    for span in sorted(spans, key=lambda span: span.start):
        if last and span.start <= last.end:
            last = last._replace(end=max(last.end, span.end))
            continue
        if last:
            yield last
        last = span
    if last:
        yield last


def _without(mark: Span, codes: Iterable[Span]) -> Iterator[Span]:
    """What is left of a mark outside of code."""
    start = mark.start
    for code in sorted(codes, key=lambda code: code.start):
        if code.end <= start or mark.end <= code.start:
            continue
        if start < code.start:
            yield mark._replace(start=start, end=code.start)
        start = code.end
    if start < mark.end:
        yield mark._replace(start=start)


def _cut(mark: Span, placed: Iterable[Span]) -> Iterator[Span]:
    """A mark in pieces that cross nothing."""
    edges = {mark.start, mark.end}
    for other in placed:
        if other.start < mark.start < other.end < mark.end:
            edges.add(other.end)
        if mark.start < other.start < mark.end < other.end:
            edges.add(other.start)
    for start, end in pairwise(sorted(edges)):
        yield mark._replace(start=start, end=end)
