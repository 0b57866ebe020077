"""Web addresses: which text is one, and where they stand in a text that does not say so."""

import re
from typing import Final

from bot.text.marked import Kind, Marked, Span

_WEB: Final = re.compile(r"https?://[^\s/]", re.IGNORECASE)
_IN_TEXT: Final = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_NOT_OF_AN_ADDRESS: Final = ".,!?:;)]}'\"…」』”’*_~|"
_CLOSED: Final = frozenset({Kind.LINK, Kind.TAG, Kind.CODE, Kind.PRE})  # nothing is looked for inside


def web_address(url: object) -> str:
    """The address if it leads to the web, else "": nothing else may become a link."""
    return url if isinstance(url, str) and _WEB.match(url) else ""


def address_in(words: str) -> str:
    """The web address that ``words`` begin with, without what only closes the sentence; "" where there is none."""
    return web_address(words.rstrip(_NOT_OF_AN_ADDRESS))


def linked(text: Marked) -> Marked:
    """The text with the addresses in it live, as most platforms make them."""
    found = ((match.start(), address_in(match[0])) for match in _IN_TEXT.finditer(text.text))
    return live(text, [Span(start, start + len(one), Kind.LINK, one) for start, one in found if one])


def live(text: Marked, found: list[Span]) -> Marked:
    """The text with further spans, where they don't touch a link, a tag or code."""
    closed = [span for span in text.spans if span.kind in _CLOSED]
    free = [one for one in found if not any(span.start < one.end and one.start < span.end for span in closed)]
    return Marked(text.text, tuple(sorted((*text.spans, *free), key=lambda span: (span.start, -span.end))))
