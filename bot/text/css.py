"""What a style attribute means to a reader. Colours and backgrounds are how Korean blog editors emphasise."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.document import Mark

_ZERO: Final = re.compile(r"0(?:\.0+)?(?:px|em|rem|pt|%)?")
_AWAY: Final = re.compile(r"-\d{4,}")  # pixels to the left: where nobody looks
_CLIPPED: Final = re.compile(r"(?:rect|inset)\((?:[01](?:px)?[\s,]*){4}\)|inset\((?:50|100)%\)")
_HEAVY: Final = re.compile(r"bold(?:er)?|[6-9]00")
_LIGHT: Final = re.compile(r"normal|lighter|[1-5]00")

_URL: Final = re.compile(r"url\([^)]*\)?")
_HEX: Final = re.compile(r"#(?:[0-9a-f]{6}(?:[0-9a-f]{2})?|[0-9a-f]{3,4})\b")
_FUNCTION: Final = re.compile(r"\b(rgb|hsl)a?\(([^()]*)\)")
_NUMBER: Final = re.compile(r"[\d.]+%?")
_NAMED: Final = re.compile(
    r"\b\w*(?:red|orange|yellow|green|blue|purple|pink|violet|magenta|fuchsia|brown|gold|goldenrod|cyan|aqua|teal|navy"
    r"|maroon|lime|olive|crimson|coral|salmon|tomato|khaki|orchid|indigo|turquoise|plum|sienna|chocolate|firebrick)\b"
)
#: Of a colour, the strongest of red, green and blue less the weakest (0 to 255): below these, an eye sees a grey. Near
#: white the bound is lower: a pale yellow behind a word is a highlighter. Tried on what Tailwind's, Bootstrap's and
#: Wikipedia's greys leave behind when text is pasted: slate is 34 apart.
_CHROMA: Final = 36
_PALE, _PALE_CHROMA = 0xE0, 16
_SATURATED: Final = 20.0  # per cent
_FAINT: Final = 0.05  # opacity


@dataclass(frozen=True, slots=True)
class Style:
    """What a style attribute does to a reader: hide the element, add and take back marks, colour what it covers."""

    hides: bool = False
    adds: frozenset[Mark] = frozenset()
    removes: frozenset[Mark] = frozenset()
    tints: bool = False


_PLAIN: Final = Style()


@lru_cache(maxsize=1024)
def style(css: str) -> Style:
    """Read the value of a style attribute."""
    if not css:
        return _PLAIN
    declared: dict[str, str] = {}
    for declaration in css.lower().split(";"):
        name, _, value = declaration.partition(":")
        declared[name.strip()] = value.partition("!")[0].strip()
    adds, removes = _marks(declared)
    tints = is_colour(declared.get("color", "")) or any(
        is_background(declared.get(name, "")) for name in ("background", "background-color")
    )
    return Style(_hides(declared), adds, removes, tints)


def _hides(declared: dict[str, str]) -> bool:
    return (
        declared.get("display") == "none"
        or declared.get("visibility") in {"hidden", "collapse"}
        or declared.get("mso-hide") == "all"
        or any(_ZERO.fullmatch(declared.get(name, "")) for name in ("font-size", "opacity"))
        or any(_AWAY.match(declared.get(name, "")) for name in ("text-indent", "left", "top"))
        or any(_CLIPPED.fullmatch(declared.get(name, "")) for name in ("clip", "clip-path"))
    )


def _marks(declared: dict[str, str]) -> tuple[frozenset[Mark], frozenset[Mark]]:
    weight, slant = declared.get("font-weight", ""), declared.get("font-style", "")
    lines = f"{declared.get('text-decoration', '')} {declared.get('text-decoration-line', '')}".split()
    said = {
        Mark.BOLD: True if _HEAVY.fullmatch(weight) else False if _LIGHT.fullmatch(weight) else None,
        Mark.ITALIC: True if slant.startswith(("italic", "oblique")) else False if slant == "normal" else None,
        Mark.UNDERLINE: "underline" in lines or None,
        Mark.STRIKE: "line-through" in lines or None,
    }
    return (
        frozenset(mark for mark, on in said.items() if on),
        frozenset(mark for mark, on in said.items() if on is False),
    )


def is_colour(value: str) -> bool:
    """Whether text in this CSS colour stands out; blacks and greys are what pasting leaves behind."""
    return _shows(value, dark=False)


def is_background(value: str) -> bool:
    """Whether text on this CSS background stands out; so it does on anything dark that is no plain grey."""
    return _shows(value, dark=True)


def _shows(value: str, *, dark: bool) -> bool:
    if not value:
        return False
    value = _URL.sub("", value.lower())
    return bool(
        any(_stands_out(*_channels(found), dark=dark) for found in _HEX.findall(value))
        or any(_computed(name, numbers, dark=dark) for name, numbers in _FUNCTION.findall(value))
        or _NAMED.search(value)
    )


def _channels(code: str) -> tuple[float, float, float, float]:
    """Red, green and blue of 255, and opacity, of ``#rgb`` to ``#rrggbbaa``."""
    digits = code[1:] if len(code) > len("#rgba") else "".join(digit * 2 for digit in code[1:])
    red, green, blue, alpha = bytes.fromhex(digits.ljust(8, "f"))
    return red, green, blue, alpha / 255


def _computed(name: str, numbers: str, *, dark: bool) -> bool:
    parts = [_scaled(number) for number in _NUMBER.findall(numbers)] + [1.0]
    if len(parts) < len("rgb") + 1:
        return False
    first, second, third, alpha = parts[:4]
    if name == "rgb":
        return _stands_out(first, second, third, alpha, dark=dark)
    return alpha > _FAINT and second / 2.55 >= _SATURATED


def _scaled(number: str) -> float:
    """A number; a percentage of 255."""
    try:
        return float(number[:-1]) * 2.55 if number.endswith("%") else float(number)
    except ValueError:  # "1.2.3"
        return 0.0


def _stands_out(red: float, green: float, blue: float, alpha: float, *, dark: bool) -> bool:
    strongest, weakest = max(red, green, blue), min(red, green, blue)
    if alpha <= _FAINT or strongest == weakest:
        return False
    if strongest >= _PALE:
        return strongest - weakest >= _PALE_CHROMA
    return dark or strongest - weakest >= _CHROMA
