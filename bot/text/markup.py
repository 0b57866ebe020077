"""Markup as a parser can bear it: no half characters, no shortcodes, nothing deeper or longer than news."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from bot.text.shortcodes import without_shortcodes


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Elements inside each other beyond this are let go: a parser's work grows with depth times length (tried: 34 s for
#: 100,000 nested divs), and no page of news is a tenth as deep. What is left open of these is opened anew in every
#: paragraph, so they have a bound of their own, the second.
_DEEPEST: Final = (128, 16)
_FORMATTING: Final = _words("a b big code em font i nobr s small strike strong tt u")
#: The parser compares each attribute with all before it (tried: 2.6 s for 40,000). Editors write one or two thousand
#: characters into a tag, and a picture's own bytes, which nobody reads.
_LONG: Final = re.compile(r"<([A-Za-z][^\s/>]{0,40})[^>]{4000,}+")
_BYTES: Final = re.compile(r"data:[^\s\"'>]*+", re.IGNORECASE)
_LONGEST: Final = 4000
_TAG: Final = re.compile(r"<(/?[A-Za-z][^\s/>]*+)[^>]*+>")
_UNNESTED: Final = _words("""
    p li td th tr tbody thead tfoot dt dd option br hr img input meta link source wbr col area base embed track
""")


def bearable(html: str) -> str:
    """The markup, ready for a parser."""
    text = _LONG.sub(_shortened, without_shortcodes(clean_markup(html)))
    return _shallow(text) if text.count("<") > max(_DEEPEST) else text


def clean_markup(html: str) -> str:
    """Markup that a parser takes: no NUL, no half of a surrogate pair."""
    return html.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _shortened(tag: re.Match[str]) -> str:
    text = _BYTES.sub("", tag[0])
    return text if len(text) < _LONGEST else f"<{tag[1]} "


def _shallow(html: str) -> str:
    """The same without the tags that nest too deep."""
    kept = _kept(_TAG.findall(html))
    if all(kept):
        return html
    told = iter(kept)
    return _TAG.sub(lambda tag: tag[0] if next(told) else "", html)


def _kept(tags: Iterable[str]) -> list[bool]:
    """Which tags, such as ``b`` and ``/b``, are no deeper than they may be."""
    kept: list[bool] = []
    depths = [0, 0]
    for nests in map(_nests, tags):
        if nests is None:
            kept.append(True)
            continue
        formats, opens = nests
        depth = depths[formats] + opens
        depths[formats] = depth if opens or not depth else depth - 1
        kept.append(depth <= _DEEPEST[formats])
    return kept


@lru_cache(maxsize=256)
def _nests(tag: str) -> tuple[bool, bool] | None:
    """Whether a tag formats, and whether it opens its element; None if it nests nothing."""
    name = tag.removeprefix("/").lower()
    return None if name in _UNNESTED else (name in _FORMATTING, tag[0] != "/")
