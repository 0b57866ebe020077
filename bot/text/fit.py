"""Cutting to a limit, at the best place there is: after whole paragraphs and sentences, else after a word (어절), else
after a grapheme.

An ellipsis stands where a sentence was cut open; whole sentences stand complete without one. Nothing is cut inside an
address, a tag, or what a reader sees as one character.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import regex

from bot.text.marked import WHOLE, Marked
from bot.text.sentences import spans

ELLIPSIS: Final = "…"
_WORD_END: Final = regex.compile(r"(?<=\S)(?=\s)")
_GRAPHEME: Final = regex.compile(r"\X")
_ADDRESS: Final = regex.compile(r"(?:https?://|www\.)\S*", regex.IGNORECASE)
_LOOSE: Final = " \t\n,;:·、，(‘“"  # what would dangle before an ellipsis
_LOOK: Final = 512  # code points looked at first; a quotation that a sentence end may hide in is no longer

Measure = Callable[[str], int]
Fits = Callable[[Marked], bool]


def fit(text: str, limit: int, measure: Measure) -> str:
    """The text, or the most of its beginning that measures at most ``limit``; "" where nothing of it and "…" fit.

    ``measure`` is one of `bot.text.measure`; it is called O(log n) times.
    """
    if measure(text) > limit and measure(ELLIPSIS) > limit:
        return ""
    return cut(Marked(text), lambda piece: measure(piece.text) <= limit).text


def cut(text: Marked, fits: Fits) -> Marked:
    """The text, or the longest beginning of it that ``fits``; empty where nothing of it and "…" do.

    ``fits`` is asked O(log n) times, of texts about as long as what fits; what fits must fit when it is shorter.
    """
    if fits(text):
        return text
    near = _near(text, fits)
    return (
        longest(near, [end for _, end in spans(near.text)], fits)
        or longest(near, [match.start() for match in _WORD_END.finditer(near.text)], fits, ELLIPSIS)
        or longest(near, _grapheme_ends(near.text), fits, ELLIPSIS)
    )


def pieces(text: Marked, fits: Fits, most: int) -> list[Marked]:
    """The text in at most ``most`` pieces that each fit, cut where ``cut`` cuts; an ellipsis stands for the rest."""
    found: list[Marked] = []
    while text := text.strip():
        if len(found) == most:
            found[-1] = longest(found[-1], _ends(found[-1].text), fits, " " + ELLIPSIS) or found[-1]
            break
        piece = cut(text, fits)
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
