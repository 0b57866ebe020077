"""What a style attribute means to a reader. Colours and backgrounds are how Korean blog editors emphasise."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_HIDES: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:font-size|opacity)\s*:\s*0(?:\.0+)?(?:px|em|rem|pt|%)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
_COLOUR: Final = re.compile(r"(?:^|;)\s*(?:background-)?(?:color|background)\s*:\s*([^;!]+)", re.IGNORECASE)
_WEIGHT: Final = re.compile(r"(?:^|;)\s*font-weight\s*:\s*(bold|[6-9]00|normal|[1-5]00)", re.IGNORECASE)
_HEX: Final = re.compile("#([0-9a-f]{1,2})\\1\\1(?:[0-9a-f]{1,2})?", re.IGNORECASE)
_RGB: Final = re.compile(r"rgba?\(\s*(\d+)[\s,]+\1[\s,]+\1\b.*", re.IGNORECASE)
_NO_COLOURS: Final = (
    "black",
    "white",
    "gray",
    "grey",
    "silver",
    "inherit",
    "initial",
    "unset",
    "transparent",
    "currentcolor",
    "windowtext",
    "none",
)


@dataclass(frozen=True, slots=True)
class Style:
    """What a style attribute does to a reader: hide the element, embolden it or take that back (None: neither)."""

    hides: bool = False
    bold: bool | None = None


@lru_cache(maxsize=1024)
def style(css: str) -> Style:
    """Read the value of a style attribute."""
    if not css:
        return Style()
    bold = True if any(map(is_colour, _COLOUR.findall(css))) else None
    if weight := _WEIGHT.search(css):
        bold = weight[1].lower() in {"bold", "600", "700", "800", "900"}
    return Style(bool(_HIDES.search(css)), bold)


def is_colour(value: str) -> bool:
    """Whether a CSS colour stands out; black, white and greys are what editors leave behind when text is pasted."""
    value = value.strip().lower()
    return bool(value) and value not in _NO_COLOURS and not _HEX.fullmatch(value) and not _RGB.fullmatch(value)
