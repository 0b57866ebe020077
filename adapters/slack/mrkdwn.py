"""Marked text as Slack's text objects take it: in mrkdwn where that can say it, else in plain words.

mrkdwn has no escape for its signs, and no invisible character disarms one: between zero-width spaces a pair marks all
the better (jsx-slack, docs/about-escape-and-exact-mode). So a paragraph is in mrkdwn where it has something to show and
no sign of its own that could act, else in *plain_text*, where every sign is itself: rather a mark lost than a word
changed.

A mark holds between word boundaries only, and in Korean 조사 stand right behind a word. There, and nowhere else, a
zero-width space stands outside of the mark: ``*굵게*``, then U+200B, then ``은``.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Final, NamedTuple

import regex

from bot.text.fit import pieces
from bot.text.marked import Kind, Marked, Span
from bot.text.post import WEB

SECTION = 3000  #: characters of a text object, with & < > escaped (SL reference/block-kit/composition-objects)
MARKS = 200  #: in one section; whoever marks more of it marks nothing, and a renderer's time grows with them

_BOUNDARY: Final = "\u200b"
_TOKENS: Final = {Kind.CODE: "`", Kind.STRIKE: "~", Kind.ITALIC: "_", Kind.BOLD: "*"}  # the inner first
_QUOTING: Final = frozenset({Kind.QUOTE, Kind.FOLD})
_HARMLESS: Final = frozenset(".,!?:;()'\"/-")  # beside a mark, these are a boundary by themselves
#: What is a letter beyond doubt. Whether ¼, ① or a lone accent is one to Slack is written nowhere: a sign beside those
#: counts as one that acts.
_LETTER: Final = r"[\p{L}\p{Nd}]"
_NAME: Final = r":(?=[\w+'＋-]{1,100}:)"
#: What Slack acts upon, in full width too (jsx-slack, src/mrkdwn/escape.ts). A sign between two letters does nothing
#: (3~4월, snake_case), nor does one between two spaces; but it ends a mark of its own kind that it stands in.
_ACTS: Final = regex.compile(
    rf"(?<!{_LETTER})[*_~＊＿](?!\s|$)|(?<!\s|^)[*_~＊＿](?!{_LETTER})|[`｀]|{_NAME}|^{_BOUNDARY}?\s*[>＞]"
)
_ENDS: Final = {Kind.STRIKE: "~", Kind.ITALIC: "_＿", Kind.BOLD: "*＊"}
EMOJI: Final = regex.compile(_NAME)  #: the colon that opens a name which Slack draws as an emoji


class Said(NamedTuple):
    """A text as Slack takes it: ``kind`` is that of the text object."""

    kind: str
    text: str
    quoted: bool = False

    def followed(self, other: "Said") -> "Said | None":
        """Both as one, if they are of one kind and there is room."""
        text = self.text + ("\n>\n" if self.quoted else "\n\n") + other.text
        alike = (self.kind, self.quoted) == (other.kind, other.quoted)
        return self._replace(text=text) if alike and len(text) <= SECTION else None


def sections(text: Marked) -> Iterator[Said]:
    """The text in as few pieces as hold it, each of at most ``SECTION`` characters unless it cannot be cut."""
    before: Said | None = None
    for one in (one for paragraph in _paragraphs(text) for one in _in_pieces(paragraph)):
        together = before.followed(one) if before else None
        if before and not together:
            yield before
        before = together or one
    if before:
        yield before


def said(text: Marked) -> Said:
    """A paragraph in mrkdwn, if that has something to show and nothing to get wrong; else in plain words."""
    quoted = any(span.kind in _QUOTING for span in text.spans)
    if not (quoted or _shows(text)) or len(text.spans) > MARKS or acts(text):
        return Said("plain_text", escaped(text.text))
    if _is_code(text):
        return Said("mrkdwn", f"```\n{escaped(text.text)}\n```")
    begin = "> " if quoted else ""
    return Said("mrkdwn", "\n".join(begin + _line(line) for line in _split(text, "\n")), quoted)


def acts(text: Marked) -> bool:
    """Whether a sign of the text's own could act in mrkdwn."""
    if _is_code(text):
        return "`" in text.text
    return any(_live(stretch, *edges) for line in _split(text, "\n") for stretch, edges in _edged(line))


def links(text: Marked) -> list[str]:
    """Where its words lead, on the web."""
    return [span.value for span in text.spans if _is_web(span)]


def leads(markup: str, address: str) -> bool:
    """Whether words in mrkdwn lead to the address."""
    return f"<{escaped(address)}|" in markup


def escaped(text: str) -> str:
    """The text with the three characters that Slack reads as markup everywhere as the entities that it wants."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# ── Paragraphs ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _paragraphs(text: Marked) -> Iterator[Marked]:
    return (paragraph.strip() for paragraph in _split(text, "\n\n") if paragraph.text.strip())


def _split(text: Marked, between: str) -> Iterator[Marked]:
    """What stands between, in one walk over the spans: a slice of a text would look at all of them."""
    start = 0
    near, ahead = list[Span](), deque(text.spans)
    for words in text.text.split(between):
        end = start + len(words)
        near = _over(near, ahead, start, end)
        yield Marked(words, tuple(_clipped(span, start, end) for span in near) if words else ())
        start = end + len(between)


def _clipped(span: Span, start: int, end: int) -> Span:
    return Span(max(span.start, start) - start, min(span.end, end) - start, span.kind, span.value)


def _over(near: Iterable[Span], ahead: deque[Span], start: int, end: int) -> list[Span]:
    """The spans over a stretch: those over the one before that reach it, and those that begin in it."""
    found = [span for span in near if span.end > start]
    while ahead and ahead[0].start < end:
        span = ahead.popleft()
        found += [span] if span.end > start else []
    return found


@lru_cache(maxsize=256)
def _in_pieces(paragraph: Marked) -> tuple[Said, ...]:
    """A paragraph, in pieces if it is too long; one that cannot be cut stays too long.

    While a text is cut to what fits, all of its paragraphs but the last are asked for again and again.
    """
    told = [paragraph]
    if not _holds(paragraph):
        cut = pieces(paragraph, _holds, len(paragraph.text))
        told = cut if sum(map(_ink, cut)) >= _ink(paragraph) else told
    return tuple(map(said, told))


def _holds(paragraph: Marked) -> bool:
    return len(paragraph.text) <= SECTION and len(said(paragraph).text) <= SECTION


def _ink(text: Marked) -> int:
    return len("".join(text.text.split()))


def _shows(text: Marked) -> bool:
    return any(span.kind in _TOKENS or _is_web(span) for span in text.spans) or _is_code(text)


def _is_code(text: Marked) -> bool:
    return any(span.kind is Kind.PRE and (span.start, span.end) == (0, len(text.text)) for span in text.spans)


def _is_web(span: Span) -> bool:
    return span.kind is Kind.LINK and span.value.startswith(WEB)


# ── Lines ────────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Stretch(NamedTuple):
    """Characters of a line that are marked alike."""

    text: str
    marks: frozenset[Kind]
    address: str

    @property
    def dressed(self) -> str:
        """The stretch in its marks, the white space at its ends outside of them."""
        words = escaped(self.text)
        core = words.strip()
        if not core:
            return words
        dressed = f"<{escaped(self.address)}|{core}>" if self.address else core
        for kind, token in _TOKENS.items():
            dressed = f"{token}{dressed}{token}" if kind in self.marks else dressed
        return words.replace(core, dressed, 1)


def _edged(line: Marked) -> Iterator[tuple[_Stretch, tuple[str, str]]]:
    """The stretches of a line with what stands on either side of each: white space, a mark's boundary, or nothing."""
    stretches = list(_stretches(line))
    before = ["", *(stretch.text[-1] for stretch in stretches)]
    behind = [*(stretch.text[0] for stretch in stretches[1:]), ""]
    for stretch, *edges in zip(stretches, before, behind, strict=False):
        left, right = (edge if not edge or edge.isspace() else _BOUNDARY for edge in edges)
        yield stretch, (left, right)


def _live(stretch: _Stretch, before: str, behind: str) -> bool:
    """Whether a sign of a stretch acts between what stands around it."""
    if Kind.CODE in stretch.marks:
        return "`" in stretch.text
    ends = any(sign in stretch.text for kind in stretch.marks for sign in _ENDS[kind])
    return ends or _ACTS.search(before + stretch.text + behind) is not None


def _line(line: Marked) -> str:
    """One line, each of its stretches marked by itself, so that no mark begins or ends inside of another."""
    stretches = list(_stretches(line))
    between = [_BOUNDARY if _grown_together(one, two) else "" for one, two in pairwise(stretches)]
    return "".join(stretch.dressed + gap for stretch, gap in zip(stretches, [*between, ""], strict=False))


def _stretches(line: Marked) -> Iterator[_Stretch]:
    """The line in as few stretches as are marked alike."""
    for (marks, address), alike in groupby(_pieces(line), itemgetter(0)):
        yield _Stretch("".join(words for _, words in alike), marks, address)


def _pieces(line: Marked) -> Iterator[tuple[tuple[frozenset[Kind], str], str]]:
    edges = {0, len(line.text), *(span.start for span in line.spans), *(span.end for span in line.spans)}
    over, ahead = list[Span](), deque(line.spans)
    for start, end in pairwise(sorted(edges)):
        over = _over(over, ahead, start, end)
        address = next((span.value for span in over if _is_web(span)), "")
        yield (_together(frozenset(span.kind for span in over), linked=bool(address)), address), line.text[start:end]


def _together(kinds: frozenset[Kind], *, linked: bool) -> frozenset[Kind]:
    """The marks that Slack shows together: no code in a link, nor in italics, whose sign may count as a letter."""
    marks = kinds & _TOKENS.keys()
    if linked:
        return marks - {Kind.CODE}
    return marks - {Kind.ITALIC} if Kind.CODE in marks else marks


def _grown_together(one: _Stretch, two: _Stretch) -> bool:
    """Whether a mark ends or begins here without a boundary."""
    if not (one.marks or two.marks) or one.text[-1].isspace() or two.text[0].isspace():
        return False
    if one.marks and two.marks:
        return True
    return (two.text[0] if one.marks else one.text[-1]) not in _HARMLESS
