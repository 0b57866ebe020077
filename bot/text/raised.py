"""Superscripts and subscripts as the characters that Unicode has for them: m², H₂O, 10⁻³."""

import re
from collections.abc import Mapping
from typing import Final

RAISED: Final = dict(zip("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ", strict=True))
LOWERED: Final = dict(zip("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎", strict=True))
_EXPONENT: Final = re.compile(r"[+\-−]?\d")


def shifted(text: str, letters: Mapping[str, str]) -> str:
    """The text in ``letters`` (`RAISED` or `LOWERED`) if each of its characters has one, else as it is.

    An exponent that has none is written with ``^``: 10 to the power of 1.5 must not become 101.5.
    """
    core = text.strip()
    if all(character in letters for character in core):
        return "".join(letters.get(character, character) for character in text)
    return f"^{text}" if letters is RAISED and _EXPONENT.match(core) else text
