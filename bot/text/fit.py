"""Cutting to a limit, at the best place there is: after whole sentences, else after a word (어절), else a grapheme.

An ellipsis stands where a sentence was cut open; whole sentences stand complete without one. Nothing is cut inside an
address or inside what a reader sees as one character.
"""

from collections.abc import Callable, Sequence
from typing import Final

import regex

from bot.text.sentences import spans

ELLIPSIS: Final = "…"
_WORD_END: Final = regex.compile(r"(?<=\S)(?=\s)")
_GRAPHEME: Final = regex.compile(r"\X")
_ADDRESS: Final = regex.compile(r"(?:https?://|www\.)\S*", regex.IGNORECASE)
_LOOSE: Final = " \t\n,;:·、，(‘“"  # what would dangle before an ellipsis

Measure = Callable[[str], int]


def fit(text: str, limit: int, measure: Measure) -> str:
    """The text, or the most of its beginning that measures at most ``limit``; "" where nothing of it and "…" fit.

    ``measure`` is one of `bot.text.measure`; it is called O(log n) times.
    """
    if measure(text) <= limit:
        return text
    if measure(ELLIPSIS) > limit:
        return ""
    return (
        _longest(text, [end for _, end in spans(text)], limit, measure, "")
        or _longest(text, [match.start() for match in _WORD_END.finditer(text)], limit, measure, ELLIPSIS)
        or _longest(text, _grapheme_ends(text), limit, measure, ELLIPSIS)
    )


def _longest(text: str, ends: Sequence[int], limit: int, measure: Measure, mark: str) -> str:
    """The longest beginning that ends at one of ``ends`` and fits with its mark: every candidate taken was measured."""
    best = ""
    low, high = 0, len(ends)
    while low < high:
        middle = (low + high) // 2
        piece = text[: ends[middle]].rstrip(_LOOSE if mark else None)
        if measure(piece + mark) <= limit:
            best = piece + mark if piece.strip() else best
            low = middle + 1
        else:
            high = middle
    return best


def _grapheme_ends(text: str) -> list[int]:
    """Where a character of the first word ends, outside of an address; no later word is asked for when this is."""
    first = _WORD_END.search(text)
    word = text[: first.start()] if first else text
    address = _ADDRESS.search(word)
    reach = address.start() if address else len(word)
    return [match.end() for match in _GRAPHEME.finditer(word) if match.end() <= reach]
