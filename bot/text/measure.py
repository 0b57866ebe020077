"""How long a text is. Every platform counts in a unit of its own; a text that fits in one may not fit in another
("한👨‍👩‍👧" is 2 graphemes, 6 code points, 9 UTF-16 units, 21 bytes, 4 for X). PLATFORMS.md a says who counts how.
"""

import regex

from bot.text.x import weigh

_GRAPHEME = regex.compile(r"\X")


def code_points(text: str) -> int:
    """Unicode code points: Telegram's texts and captions."""
    return len(text)


def utf16(text: str) -> int:
    """UTF-16 code units: Telegram's entity offsets, LINE, and the safe reading of Discord's "characters"."""
    return len(text) + sum(character > "\uffff" for character in text) if not text.isascii() else len(text)


def utf8(text: str) -> int:
    """UTF-8 bytes: Bluesky's second limit, Matrix, Web Push; half a surrogate pair counts 3."""
    return len(text.encode("utf-8", "surrogatepass"))


def graphemes(text: str) -> int:
    """Grapheme clusters, what a reader calls characters: Mastodon and Bluesky."""
    return len(text) if text.isascii() and "\r" not in text else sum(1 for _ in _GRAPHEME.finditer(text))


def x_weight(text: str) -> int:
    """X's weighted length, at most 280 for a post: Hangul 2, Latin 1, an emoji 2, an address 23 (see `bot.text.x`)."""
    return weigh(text)
