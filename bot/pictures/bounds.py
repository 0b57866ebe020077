"""How large a picture may be: within a platform's bounds, a step smaller, and under which key the result is kept.

refused ─▶ smaller ─▶ refused ─▶ smaller ─▶ … ─▶ no smaller bounds than these: the link's card, then text
"""

import hashlib
import math
from dataclasses import replace

from bot.model import Bounds

TIGHTEST = Bounds(size=5_000_000, side=4096)  #: what Telegram, Discord and X all take (PLATFORMS.md b)
SMALLEST = Bounds(size=50_000, side=320)  #: below this a picture in a chat is a stamp, and the link's card is better


def smaller(bounds: Bounds) -> Bounds:
    """The next step when a platform refuses a picture: half the bytes, two thirds of the side, and JPEG only.

    The steps end: at ``SMALLEST`` the bounds come back as they are. Where the refused file lies within the next bounds
    already, preparing it again gives the same hash, and that step can be left out.
    """
    return replace(
        bounds,
        size=_down(bounds.size, bounds.size // 2, SMALLEST.size),
        side=_down(bounds.side, bounds.side * 2 // 3, SMALLEST.side),
        mimes=("image/jpeg",),
    )


def rendition_key(data: bytes, bounds: Bounds) -> str:
    """Under which key the file made of ``data`` for ``bounds`` is kept: 64 hexadecimal digits.

    Bounds that lead to the same file have the same key: the order of ``mimes`` and the ``count`` don't matter.
    """
    mimes = ",".join(sorted(set(bounds.mimes)))
    form = f"{bounds.size} {bounds.side} {bounds.pixels} {float(bounds.ratio)!r} {mimes}"
    return hashlib.sha256(hashlib.sha256(data).digest() + form.encode()).hexdigest()


def lies_within(size: tuple[int, int], bounds: Bounds) -> bool:
    """Whether a picture of this width and height can stay as it is."""
    return scaled(size, bounds) == (size, size)


def scaled(size: tuple[int, int], bounds: Bounds) -> tuple[tuple[int, int], tuple[int, int]]:
    """Width and height to draw the picture in, and those of the ground that it stands on so that it isn't too slim."""
    scale = min(1.0, bounds.side / max(size))
    while True:
        inner = max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
        least = math.ceil(max(inner) / bounds.ratio)
        ground = max(inner[0], least), max(inner[1], least)
        area = ground[0] * ground[1]
        if area <= bounds.pixels:
            return inner, ground
        scale *= min(0.999, math.sqrt(bounds.pixels / area))


def _down(now: int, next_: int, floor: int) -> int:
    return min(now, max(next_, floor))
