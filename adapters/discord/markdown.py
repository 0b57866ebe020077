"""Marked text in Discord's Markdown, so that a reader sees the marks and nothing that nobody meant.

Every sign that means something is escaped; mentions are broken; what Discord has no escape for (a code span with a
backtick in it, words that pass for another address) loses its mark and keeps its words.
"""

import re
from itertools import pairwise
from typing import Final

from discord.utils import escape_mentions

from bot.text.marked import Kind, Marked, Span

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
_INLINE: Final = r"(https?://(?:(?!\]\()[^\s<>])+)(?=(\s|\Z)?)|:(?=[\w+\-]+:|//)|\](?=\(|\Z)|[\\*_~`|<>]"
_ANYWHERE: Final = re.compile(_INLINE)
_WITH_LINE_STARTS: Final = re.compile(_INLINE + r"|^[ \t]*(?:#{1,3}|-#?|\+|\d+\.)(?=\s)", re.MULTILINE)
_BRACKET: Final = re.compile(r"(?<!\\)([\[\]])")
_ADDRESS: Final = re.compile(r"https?://", re.IGNORECASE)
_JOINER: Final = "\u2060"  # keeps the end of one mark and the start of the next apart
_FENCE: Final = "```"


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
        and _FENCE not in text.text[span.start : span.end]
        and not any(
            quote.start < span.end and span.start < quote.end
            for quote in text.spans
            if quote.kind in (Kind.QUOTE, Kind.FOLD)
        )
    )


def escaped(text: str, *, begins_line: bool = True) -> str:
    """Plain words with everything inert; addresses stay whole.

    discord.py's own escaping would leave the second of two masked links alive.
    """
    signs = _WITH_LINE_STARTS if begins_line else _ANYWHERE
    return escape_mentions(signs.sub(_inert, text))


def _inert(found: re.Match[str]) -> str:
    """A sign with its escape; an address whole, in brackets where it would take in what follows."""
    if found[1]:
        return found[1] if found[2] is not None else f"<{found[1]}>"
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
    spans = [trimmed for span in line.spans if span.kind in TOKENS and (trimmed := _trimmed(line.text, span))]
    parts: list[str] = []
    open_marks: list[tuple[Kind, str]] = []
    for start, end in pairwise(
        sorted({0, len(line.text), *(span.start for span in spans), *(span.end for span in spans)})
    ):
        wanted = sorted(
            {(span.kind, span.value) for span in spans if span.start <= start and end <= span.end},
            key=lambda mark: _RANK[mark[0]],
        )
        kept = next((n for n, (one, two) in enumerate(zip(open_marks, wanted, strict=False)) if one != two), None)
        shared = min(len(open_marks), len(wanted)) if kept is None else kept
        closing = [_closes(mark) for mark in reversed(open_marks[shared:])]
        opening = [_opens(mark) for mark in wanted[shared:]]
        parts += [*closing, *([_JOINER] if closing and opening else []), *opening]
        open_marks = wanted
        parts.append(_words(line.text[start:end], wanted, first=start == 0))
    return "".join([*parts, *(_closes(mark) for mark in reversed(open_marks))])


def _words(text: str, marks: list[tuple[Kind, str]], *, first: bool) -> str:
    if (Kind.CODE, "") in marks:
        return text
    inert = escaped(text, begins_line=first)
    return _BRACKET.sub(r"\\\1", inert) if any(kind is Kind.LINK for kind, _ in marks) else inert


def _trimmed(text: str, span: Span) -> Span | None:
    """The span without white space at its ends, if Discord can show it."""
    words = text[span.start : span.end]
    core = words.strip()
    start = span.start + len(words) - len(words.lstrip())
    if not core or (span.kind is Kind.CODE and "`" in core):
        return None
    if span.kind is Kind.LINK and _ADDRESS.search(
        core
    ):  # Discord masks no address: it stands as it is, and links itself
        return None
    return Span(start, start + len(core), span.kind, span.value)


def _opens(mark: tuple[Kind, str]) -> str:
    return "[" if mark[0] is Kind.LINK else TOKENS[mark[0]]


def _closes(mark: tuple[Kind, str]) -> str:
    kind, value = mark
    return f"]({_closed(value)})" if kind is Kind.LINK else TOKENS[kind]


def _closed(address: str) -> str:
    """An address without the parentheses that would end it."""
    return address.replace("(", "%28").replace(")", "%29")
