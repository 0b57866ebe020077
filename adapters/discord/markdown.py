"""Marked text in Discord's Markdown, so that a reader sees the marks and nothing that nobody meant.

Every sign that means something is escaped; mentions are broken; what Discord has no escape for (a code span with a
backtick in it, or with a sign in it that would end a mark around it; words that pass for another address) loses its
mark and keeps its words.
"""

import re
from collections.abc import Iterator
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Final

from discord.utils import escape_mentions

from bot.text.marked import Kind, Marked, Span

Mark = tuple[Kind, str]

#: Inline marks, the outer first, and what opens and closes them.
TOKENS: Final = {
    Kind.LINK: "",
    Kind.SPOILER: "||",
    Kind.STRIKE: "~~",
    Kind.UNDERLINE: "__",
    Kind.BOLD: "**",
    Kind.ITALIC: "*",
    Kind.CODE: "`",
}
_RANK: Final = {kind: rank for rank, kind in enumerate(TOKENS)}
_SIGNS: Final = {kind: token[:1] for kind, token in TOKENS.items()} | {Kind.LINK: "[]"}
_WEB: Final = r"https?://(?:(?!\]\()[^\s<>\\])+"
_INLINE: Final = rf"({_WEB})(?=(\s)?)|:(?=[\w+\-]+:|//)|\](?=\(|\Z)|[\\*_~`|<>]"
_ANYWHERE: Final = re.compile(_INLINE)
_WITH_LINE_STARTS: Final = re.compile(_INLINE + r"|^[ \t]*(?:#{1,3}|-#?|\+|\d+\.)(?=\s)", re.MULTILINE)
_BRACKET: Final = re.compile(rf"{_WEB}|\\.|([\[\]])")
_ADDRESS: Final = re.compile(r"https?://", re.IGNORECASE)
_ADDRESSES: Final = re.compile(_WEB)
_JOINER: Final = "\u2060"  # keeps the end of one mark and the start of the next apart
_FENCE: Final = "```"
_LINKS: Final = "]("  # makes a link of all behind an open bracket, in code too


def written(text: Marked) -> str:
    """The text in Markdown: what a reader then sees is the text."""
    parts: list[str] = []
    at = 0
    for span in text.spans:
        if span.start >= at and _fenced(text, span):
            parts += [_lines(text[at : span.start]), f"{_FENCE}\n{text.text[span.start : span.end]}\n{_FENCE}"]
            at = span.end
    return "".join([*parts, _lines(text[at:])])


def _fenced(text: Marked, span: Span) -> bool:
    """Whether a stretch becomes a code block of its own: within a quote its lines would end outside of the fence."""
    return (
        span.kind is Kind.PRE
        and not any(sign in text.text[span.start : span.end] for sign in (_FENCE, _LINKS))
        and not any(
            quote.start < span.end and span.start < quote.end
            for quote in text.spans
            if quote.kind in (Kind.QUOTE, Kind.FOLD)
        )
    )


def escaped(text: str, *, begins_line: bool = True, followed: bool = False) -> str:
    """Plain words with everything inert; addresses stay whole. ``followed``: more stands right behind them.

    discord.py's own escaping would leave the second of two masked links alive.
    """
    signs = _WITH_LINE_STARTS if begins_line else _ANYWHERE
    return escape_mentions(signs.sub(lambda found: _inert(found, followed), text))


def _inert(found: re.Match[str], followed: bool) -> str:
    """A sign with its escape; an address whole, in brackets where it would take in what follows."""
    if found[1]:
        alone = found[2] or (found.end() == len(found.string) and not followed)
        return found[1] if alone else f"<{found[1]}>"
    if found[0] == ":":  # of a name that Discord shows as an emoji
        return f":{_JOINER}"
    return f"{found[0][:-1]}\\{found[0][-1]}"


def _lines(text: Marked) -> str:
    quoted = [span for span in text.spans if span.kind in (Kind.QUOTE, Kind.FOLD)]
    written_lines: list[str] = []
    start = 0
    for line in text.lines():
        end = start + len(line.text)
        inside = any(span.start <= start < span.end or span.start < end <= span.end for span in quoted)
        written_lines.append(("> " if inside else "") + _line(line))
        start = end + 1
    return "\n".join(written_lines)


def _line(line: Marked) -> str:
    """One line, its marks opened and closed in order."""
    stretches = list(_stretches(line))
    linked = any(kind is Kind.LINK for _, _, marks in stretches for kind, _ in marks)
    parts = [""]
    open_marks: list[Mark] = []
    for start, end, wanted in stretches:
        kept = next((n for n, (one, two) in enumerate(zip(open_marks, wanted, strict=False)) if one != two), None)
        shared = min(len(open_marks), len(wanted)) if kept is None else kept
        closing = _closing(parts[-1], open_marks[shared:])
        opening = "".join(map(_opens, wanted[shared:]))
        between = _JOINER if closing and opening else ""
        parts += [closing + between + opening, _words(line.text, start, end, wanted, beside_links=linked)]
        open_marks = wanted
    return "".join([*parts, _closing(parts[-1], open_marks)])


def _stretches(line: Marked) -> Iterator[tuple[int, int, list[Mark]]]:
    """From where to where which marks stand, the outer first."""
    text, addresses = line.text, _addresses(line.text)
    spans = [trimmed for span in line.spans if span.kind in TOKENS and (trimmed := _trimmed(text, span))]
    edges = sorted({0, len(text), *(span.start for span in spans), *(span.end for span in spans)})
    pieces = (
        (start, end, _shown(text[start:end], addresses[start:end], _over(spans, start, end)))
        for start, end in pairwise(edges)
    )
    for marks, alike in groupby(pieces, itemgetter(2)):
        (start, end, _), *more = alike
        yield start, more[-1][1] if more else end, marks


def _addresses(text: str) -> str:
    """The addresses of a text where they stand, with blanks for all before and between them."""
    there = ""
    for found in _ADDRESSES.finditer(text):
        there = there.ljust(found.start()) + found[0]
    return there


def _over(spans: list[Span], start: int, end: int) -> list[Mark]:
    marks = {(span.kind, span.value) for span in spans if span.start <= start and end <= span.end}
    return sorted(marks, key=lambda mark: _RANK[mark[0]])


def _words(text: str, start: int, end: int, marks: list[Mark], *, beside_links: bool) -> str:
    """A stretch of a line as it is written; beside links its brackets could be taken for theirs."""
    words = text[start:end]
    if (Kind.CODE, "") in marks:
        return words
    inert = escaped(words, begins_line=start == 0, followed=not (text[end : end + 1] or " ").isspace())
    return _BRACKET.sub(lambda found: rf"\{found[0]}" if found[1] else found[0], inert) if beside_links else inert


def _shown(words: str, addresses: str, marks: list[Mark]) -> list[Mark]:
    """Those marks of words that Discord can show.

    It looks for the end of a mark before it looks for code and addresses, and these know no escapes: the star in
    ``*`2 * 3`*`` would end the italics, and all behind it come alive.
    """
    marks = [mark for mark in marks if not _ends_in(addresses, mark)]
    ended = any(_ends_in(words, mark) for mark in marks)
    return [mark for mark in marks if not (ended and mark[0] is Kind.CODE)]


def _ends_in(verbatim: str, mark: Mark) -> bool:
    return any(sign in verbatim for sign in _SIGNS[mark[0]])


def _trimmed(text: str, span: Span) -> Span | None:
    """The span without white space at its ends, if Discord can show it."""
    words = text[span.start : span.end]
    core = words.strip()
    start = span.start + len(words) - len(words.lstrip())
    if not core or (span.kind is Kind.CODE and ("`" in core or _LINKS in text)):
        return None
    if span.kind is Kind.LINK and _ADDRESS.search(
        core
    ):  # Discord masks no address: it stands as it is, and links itself
        return None
    return Span(start, start + len(core), span.kind, span.value)


def _opens(mark: Mark) -> str:
    return "[" if mark[0] is Kind.LINK else TOKENS[mark[0]]


def _closing(words: str, marks: list[Mark]) -> str:
    """What ends marks behind words, the inner first; a sign of the words' own keeps apart from theirs."""
    apart = _JOINER if marks and words.endswith(f"\\{_SIGNS[marks[-1][0]]}") else ""
    return apart + "".join(map(_closes, reversed(marks)))


def _closes(mark: Mark) -> str:
    kind, value = mark
    return f"]({_closed(value)})" if kind is Kind.LINK else TOKENS[kind]


def _closed(address: str) -> str:
    """An address without the parentheses that would end it."""
    return address.replace("(", "%28").replace(")", "%29")
