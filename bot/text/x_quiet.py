"""A text that X makes nothing live of but what was meant: links, tags, and what is written out as ``https://…``.

    quiet("@kim: naver.com")  ─▶  "@|kim: naver.|com", where | is a word joiner: nothing to see, 2 to weigh

``@names`` would notify strangers, more than one ``$TAG`` is refused, ``#words`` are of no category, and "naver.com" or
"1.삼성전자" would be links: of a post for $0.015 they make one for $0.20 (PLATFORMS.md 0.2). The rules are those of
twitter-text 3.1.0, and a little more.
"""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

import regex

from bot.text.marked import Kind, Marked
from bot.text.x_addresses import addresses, halved, joined

_WORD_JOINER = "\u2060"
_LETTER = r"\p{L}\p{M}"
_SPECIAL = r"_\u200c\u200d\ua67e\u05be\u05f3\u05f4\uff5e\u301c\u309b\u309c\u30a0\u30fb\u3003\u0f0b\u0f0c\u00b7"
_OF_A_TAG = rf"[{_LETTER}\p{{Nd}}{_SPECIAL}]"
#: What begins a mention (also right behind "RT"), a cashtag or a hashtag.
_SIGIL: Final = regex.compile(
    rf"""(?x)
      (?: (?<! [0-9A-Za-z_] ) | (?<= (?<! [0-9A-Za-z_+~.\-] ) [Rr][Tt] ) ) [@＠] (?= [0-9A-Za-z_] )
    | \$ (?= [A-Za-z] )
    | (?<! (?! [\uFE0E\uFE0F] ) {_OF_A_TAG} | & ) [\#＃] (?! [\uFE0F\u20E3] ) (?= {_OF_A_TAG}* [{_LETTER}] )
    """
)
_DOT: Final = re.compile(r"\.(?=[^\W\d])")
_WRITTEN_OUT: Final = re.compile(r"https?://", re.IGNORECASE)
_LEFT_OFF: Final = re.compile(r"[!*'();:,.$\[\]~|@]")  # what X may leave off at an address's end


def quiet(text: Marked) -> Marked:
    """The text with word joiners in what nobody meant; its spans of links and tags stay whole.

    Signs go first: without its sign, "$t.co" is a domain. So is what stands behind a broken one in "t.cokrt.co".
    """
    signs = [match.end() for match in _SIGIL.finditer(_unmeant(text))]
    text = text.inserted(signs, _WORD_JOINER)
    if dots := _dots(text):
        text = text.inserted(dots, _WORD_JOINER)
        text = text.inserted(_dots(text, of_all=True), _WORD_JOINER) if _dots(text) else text
    return text


def _dots(text: Marked, *, of_all: bool = False) -> list[int]:
    """Behind which characters the bare domains of a text are broken, or all that might be one."""
    words = _unmeant(text)
    stretches = [(0, len(words))] if of_all else _addresses(words)
    return [dot.end() for start, end in stretches for dot in _DOT.finditer(words, start, end)]


def _unmeant(text: Marked) -> str:
    """The text with blanks for what may live: links, tags, and addresses that are written out as ``https://…``."""
    words = text.text
    meant = [(span.start, span.end) for span in text.spans if span.kind in {Kind.LINK, Kind.TAG}]
    if "://" in words:
        meant += [(start, end) for start, end in _addresses(words) if _WRITTEN_OUT.match(words, start)]
    for start, end in meant:
        words = f"{words[:start]}{' ' * (end - start)}{words[end:]}"
    return words


def _addresses(words: str) -> Iterator[tuple[int, int]]:
    """Start and end of what X takes for an address."""
    units = halved(words)
    for start, end in addresses(units):
        yield len(joined(units[:start])), len(joined(units[:end]))


def closed(address: str) -> str:
    """The address in a form whose end X does not leave off: "/a.)" becomes "/a%2E%29"."""
    end = next((end for start, end in addresses(address) if start == 0), len(address))
    if urlsplit(address[:end]).netloc != urlsplit(address).netloc:
        return address
    return address[:end] + _LEFT_OFF.sub(lambda found: f"%{ord(found[0]):02X}", address[end:])
