"""Which picture an <img> shows once every script has run, and which are not for a reader: counters, spacers, icons.

Editors write a small or empty picture first and the real one beside it: in ``data-src`` and its kin, in ``srcset``,
in the <source>s around, in a <noscript> behind.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import chain, pairwise
from typing import Final

from selectolax.lexbor import LexborNode

from bot.document import Picture
from bot.text.letters import squeeze
from bot.text.links import absolute

Attributes = Mapping[str, str | None]

_LATE: Final = ("data-lazy-src", "data-src", "data-original", "data-lazy", "data-actualsrc", "data-url")
_SETS: Final = ("data-srcset", "data-lazy-srcset", "srcset")
_PLACEHOLDER: Final = re.compile(
    r"/(?:1x1|blank|clear|dot|empty|lazy|loading|pixel|placeholder|space|spacer|transparent|trans)[\w.\-]*"
    r"\.(?:gif|png|svg|jpg)(?:\?|\Z)",
    re.IGNORECASE,
)
_DESCRIPTOR: Final = re.compile(r"(\d+(?:\.\d+)?)([wx]),?")
_WIDE: Final = 1200  # pixels; what a platform shows of a picture (PLATFORMS.md b: Telegram's photos end at 1280)
_DENSITY: Final = 1000.0  # pixels that "1x" counts as
_SOURCES: Final = 16  # a <picture> has two to eight, and white space between them
_ICON: Final = 32  # pixels; no picture of news is smaller


def picture(node: LexborNode, attributes: Attributes, base: str) -> Picture | None:
    """The picture that a reader would see; None for a counter, a spacer, an icon or nothing that can be fetched."""
    if is_tiny(attributes):
        return None
    for candidate in chain(_named(attributes), _around(node)):
        address = absolute(base, candidate)
        if address.startswith("http") and not _PLACEHOLDER.search(address):
            return Picture(address, squeeze(attributes.get("alt") or ""))
    return None


def is_tiny(attributes: Attributes) -> bool:
    """Whether an element is too small to be looked at: a counter, a spacer, an icon."""
    sides = [(attributes.get(side) or "").strip().removesuffix("px") for side in ("width", "height")]
    if "0" in sides or "1" in sides:
        return True
    return all(side.isdecimal() and len(side) <= len(str(_ICON)) and int(side) <= _ICON for side in sides)


def _named(attributes: Attributes) -> Iterator[str]:
    """What the element itself names, the most likely first."""
    yield from (attributes[name] or "" for name in _LATE if name in attributes)
    yield from (_widest(attributes[name] or "") for name in _SETS if name in attributes)
    yield attributes.get("src") or ""


def _around(node: LexborNode) -> Iterator[str]:
    """What the <source>s right before it in a <picture> name."""
    before = node.prev
    for _ in range(_SOURCES):
        if before is None:
            return
        if before.tag == "source":
            yield from _named(before.attributes)
        before = before.prev


def _widest(srcset: str) -> str:
    """Of a srcset, the narrowest that is wide enough, else the widest; "" if it gives no choice."""
    found: list[tuple[float, str]] = []
    tokens = srcset.split()
    for address, descriptor in pairwise(tokens):
        if match := _DESCRIPTOR.fullmatch(descriptor):
            found.append((float(match[1]) * (1 if match[2] == "w" else _DENSITY), address))
    enough = [choice for choice in found if choice[0] >= _WIDE]
    return min(enough)[1] if enough else max(found)[1] if found else tokens[0].rstrip(",") if tokens else ""
