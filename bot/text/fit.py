"""Cutting to a limit, at the best place there is: after whole paragraphs and sentences, else after a clause or a word
(어절), else after a grapheme.

An ellipsis stands where a sentence was cut open; whole sentences stand complete without one. Nothing is cut inside an
address, a tag, or what a reader sees as one character, and a heading is not cut off from what it heads.

A better place is worth a third of the room: a paragraph's end before a sentence's, a clause's before a word's.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import regex

from bot.text.marked import WHOLE, Kind, Marked
from bot.text.sentences import spans

ELLIPSIS: Final = "…"
_WORD_END: Final = regex.compile(r"(?<=\S)(?=\s)")
_GRAPHEME: Final = regex.compile(r"\X")
_ADDRESS: Final = regex.compile(r"(?:https?://|www\.)\S*", regex.IGNORECASE)
_LOOSE: Final = " \t\n,;:·、，(‘“"  # what would dangle before an ellipsis
_LOOK: Final = 512  # code points looked at first; a quotation that a sentence end may hide in is no longer
_PARAGRAPH_END: Final = "\n\n"
#: Where a sentence that is cut open reads best: before a comma, a dash or a conjunction, behind a connective ending.
_CLAUSE_END: Final = regex.compile(
    r"""(?x) (?<=\S) (?: (?= \s?[,;、·—–|]\s | … ) | (?<= 지만|으나|으며|면서|는데|하고|했고|이고|이며|므로 ) (?=\s)
    | (?= \s (?: and|as|but|because|while|which|who|after|before|when ) \s ) )"""
)
_OPENED: Final = regex.compile(r"\s?[(\[【〈《（][^()\[\]【】〈〉《》（）]*\Z")

Measure = Callable[[str], int]
Fits = Callable[[Marked], bool]
Heads = frozenset[str]


def fit(text: str, limit: int, measure: Measure) -> str:
    """The text, or the most of its beginning that measures at most ``limit``; "" where nothing of it and "…" fit.

    ``measure`` is one of `bot.text.measure`; it is called O(log n) times.
    """
    if measure(text) > limit and measure(ELLIPSIS) > limit:
        return ""
    return cut(Marked(text), lambda piece: measure(piece.text) <= limit).text


def cut(text: Marked, fits: Fits, heads: Heads = frozenset()) -> Marked:
    """The text, or the most of its beginning that ``fits``; empty where nothing of it and "…" do.

    ``heads`` are paragraphs that nothing may end with. ``fits`` is asked O(log n) times, of texts about as long as what
    fits; what fits must fit when it is shorter.
    """
    if fits(text):
        return text
    near = _near(text, fits)
    ends = [end for _, end in spans(near.text)]
    return (
        _whole(near, [end for end in ends if not _heads(near.text, end, heads)], fits)
        or _opened(near, fits)
        or longest(near, ends, fits)
        or longest(near, _grapheme_ends(near.text), fits, ELLIPSIS)
    )


def headings(text: Marked) -> Heads:
    """The paragraphs that introduce what follows: bold from end to end, as headings and an interview's questions."""
    bold = {(span.start, span.end) for span in text.spans if span.kind is Kind.BOLD}
    return frozenset(text.text[start:end] for start, end in bold if _stands_alone(text.text, start, end))


def pieces(text: Marked, fits: Fits, most: int, heads: Heads | None = None) -> list[Marked]:
    """The text in at most ``most`` pieces that each fit, cut where ``cut`` cuts; an ellipsis stands for the rest.

    ``heads`` are the text's ``headings``, where it no longer has the marks that tell them.
    """
    heads = headings(text) if heads is None else heads
    found: list[Marked] = []
    while text := text.strip():
        if len(found) == most:
            found[-1] = longest(found[-1], _ends(found[-1].text), fits, " " + ELLIPSIS) or found[-1]
            break
        piece = cut(text, fits, heads)
        if not piece:
            break
        found.append(piece)
        text = text[_taken(text, piece) :]
    return found


def longest(text: Marked, ends: Sequence[int], fits: Fits, mark: str = "") -> Marked:
    """The longest beginning that ends at one of ``ends`` (ascending) and fits with ``mark`` behind it."""
    ends = list(_outside(ends, text))
    best = Marked()
    low, high = 0, len(ends)
    while low < high:
        middle = (low + high) // 2
        kept = text.text[: ends[middle]].rstrip(_LOOSE if mark else None)
        piece = text[: len(kept)] + mark
        if fits(piece):
            best = piece if kept.strip() else best
            low = middle + 1
        else:
            high = middle
    return best


def _whole(text: Marked, ends: Sequence[int], fits: Fits) -> Marked:
    """As many sentences as fit; as many paragraphs where hardly less of it is whole."""
    kept = longest(text, ends, fits)
    end = max((end for end in ends if end <= len(kept.text) and text.text.startswith(_PARAGRAPH_END, end)), default=0)
    return kept[:end] if end and _is_most(end, kept) else kept


def _opened(text: Marked, fits: Fits) -> Marked:
    """As many words as fit; to the end of a clause, and not into brackets, where that is hardly less."""
    kept = longest(text, [match.start() for match in _WORD_END.finditer(text.text)], fits, ELLIPSIS)
    words = kept.text.removesuffix(ELLIPSIS)
    bracket = _OPENED.search(words)
    reach = bracket.start() if bracket and _is_most(bracket.start(), kept) else len(words)
    clauses = list(_outside([match.start() for match in _CLAUSE_END.finditer(words, 0, reach + 1)], text))
    end = next((end for end in reversed(clauses) if end <= reach and _is_most(end, kept)), reach)
    return kept if end == len(words) else text[:end] + ELLIPSIS


def _is_most(length: int, kept: Marked) -> bool:
    """Whether a better place is worth what it costs."""
    return 3 * length >= 2 * len(kept.text)


def _heads(text: str, end: int, heads: Heads) -> bool:
    """Whether what ends here is, or is within, one of the paragraphs that introduce others."""
    if not heads:
        return False
    start = text.rfind(_PARAGRAPH_END, 0, end)
    return text[0 if start < 0 else start + len(_PARAGRAPH_END) :].split(_PARAGRAPH_END, 1)[0] in heads


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a stretch is a paragraph with another behind it."""
    return text.startswith(_PARAGRAPH_END, end) and (start == 0 or text.endswith(_PARAGRAPH_END, 0, start))


def _near(text: Marked, fits: Fits) -> Marked:
    """As much of the beginning as can matter: a little more than what fits."""
    look = _LOOK
    while look < len(text.text) and fits(text[:look]):
        look *= 2
    return text[: look + _LOOK]


def _outside(ends: Sequence[int], text: Marked) -> Iterator[int]:
    """The ends that lie in no link and in no tag."""
    closed = sorted((span.start, span.end) for span in text.spans if span.kind in WHOLE)
    starts = [start for start, _ in closed]
    for end in ends:
        number = bisect_right(starts, end - 1)
        if number == 0 or closed[number - 1][1] <= end:
            yield end


def _ends(text: str) -> list[int]:
    return [match.start() for match in _WORD_END.finditer(text)] + [len(text)]


def _taken(text: Marked, piece: Marked) -> int:
    """How far into the text a piece of it reaches."""
    kept = piece.text
    return len(kept) if text.text.startswith(kept) else len(kept.removesuffix(ELLIPSIS))


def _grapheme_ends(text: str) -> list[int]:
    """Where a character of the first word ends, outside of an address; no later word is asked for when this is."""
    first = _WORD_END.search(text)
    word = text[: first.start()] if first else text
    address = _ADDRESS.search(word)
    reach = address.start() if address else len(word)
    return [match.end() for match in _GRAPHEME.finditer(word) if match.end() <= reach]
