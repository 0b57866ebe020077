"""Which parts of a text X takes for addresses, and shortens to 23 characters each.

    (서울시) https://newsdao.kr:443/news/a_(b)?page=1 에서
            ╰scheme╯╰──host──╯╰port╯╰─path──╯╰query╯

The rules are those of twitter-text 3.1.0 (PLATFORMS.md a), told another way. There one pattern tries every character
as a beginning and may read a text over and over; here we go from dot to dot, since every address has one, and look
each time at the label before it and the name after it, so that no text costs more than its length:

1. labels: what stands before each dot, the top-level domain that may follow it, and how far the labels behind reach;
2. a label with ``https://`` before it, or with a character that may stand before a bare host, begins an address;
3. a bare host is an address as far as it is Latin letters; "서울newsdao.kr" has one, from the n on.

Offsets are UTF-16 code units, and a text comes with its surrogate pairs taken apart, because those rules count so.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import regex

from bot.text.x_domains import FOREIGN, LATIN

LONGEST: Final = 4096  #: units; an address beyond that is none (its scheme counts twice)
LONGEST_LABEL: Final = 63  #: characters of a host's label in Punycode
LONGEST_SLUG: Final = 40  #: of t.co
SCHEMES: Final = ("https://", "http://")

# What JavaScript's patterns take under their flag "i": also letters whose other case is among those named, such as ι
_ACCENTS: Final = (
    r"\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u024F\u0253\u0254\u0256\u0257\u0259\u025B\u0260\u0263\u0268\u0269\u026F\u0272"
    r"\u0275\u0280\u0283\u0288-\u028C\u0292\u02BB\u0300-\u036F\u0399\u03B9\u1E00-\u1EFF\u1FBE\u2C65\u2C66\u2C7E\u2C7F"
    r"\uA7DC"
)
_NEVER: Final = r"\uFFFE\uFEFF\uFFFF"
_LETTER: Final = (  # a letter of a host: all but punctuation, spaces and direction marks
    rf"[^!'#%&()*+,\\\-./:;<=>?@\[\]^_{{|}}~$\t-\r \x85\xA0\u1680\u180E\u2000-\u200A\u200E\u200F\u2028-\u202F\u205F"
    rf"\u2066-\u2069\u3000\u061C{_NEVER}]"
)
_SAFE: Final = rf"0-9A-Za-z\-_=\#/+\u0400-\u04FF\u1C80-\u1C87{_ACCENTS}"  # may end a path
_LOOSE: Final = r"!*';:,.$%\[\]\u2013~@|&"  # may only stand in it
_PARENS: Final = (
    rf"\( (?: [{_SAFE}{_LOOSE}]++ \) | [{_SAFE}{_LOOSE}]*+ \( [{_SAFE}{_LOOSE}]++ \) [{_SAFE}{_LOOSE}]*+ \) )"
)
_PATH: Final = rf"(?: [{_SAFE}]++ | {_PARENS} | [{_LOOSE}]++ (?= [{_SAFE}] | {_PARENS} ) )"
_QUERY: Final = r"(?: \? (?: [0-9A-Za-z\-_&=\#/]++ | [!?*'@();:+$%\[\].,~|]++ (?= [0-9A-Za-z\-_&=\#/] ) )++ )"

_KNOWN: Final = frozenset(LATIN.split())
_RUN: Final = regex.compile(rf"(?r)(?:{_LETTER}|[\-_])*")
_START: Final = regex.compile(rf"(?: (?<= [^0-9A-Za-z@＠$\#＃{_NEVER}] ) | \A ) {_LETTER}", regex.VERBOSE)
_LATIN_RUN: Final = regex.compile(rf"(?r)[\-0-9A-Za-z{_ACCENTS}]*")
_WORD: Final = regex.compile(r"[A-Za-z]{2,18}+(?![0-9A-Za-z@+\-])")
_FOREIGN: Final = regex.compile(rf"(?i: {'|'.join(FOREIGN.split())} ) (?![0-9A-Za-z@+\-])", regex.VERBOSE)
_PUNYCODE: Final = regex.compile(r"[Xx][Nn]--[\-0-9A-Za-z]++")
_REST: Final = regex.compile(rf"(?: : [0-9]++ )? (?P<path> / {_PATH}*+ )? {_QUERY}?", regex.VERBOSE)
_SHORTENED: Final = regex.compile(rf"(?i: https?://t\.co/ ) (?P<slug> [0-9A-Za-z]++ ) {_QUERY}?", regex.VERBOSE)
_ASTRAL: Final = regex.compile("[\U00010000-\U0010ffff]")
_SEPARATORS: Final = regex.compile(r"[.\u3002\uFF0E\uFF61]")
_PLAIN: Final = regex.compile(r"[ -~]*+")


class Label(NamedTuple):
    """What stands between ``start`` and the dot at ``dot``; empty where no host can have it.

    ``tail`` is where a top-level domain right after the dot ends, ``reach`` where the furthest one ends that further
    labels lead to; 0 where there is none.
    """

    start: int
    dot: int
    tail: int
    reach: int


class Found(NamedTuple):
    """An address in the making: it goes from ``start`` to ``end``, its host from ``host`` to ``rest``."""

    start: int
    host: int
    rest: int
    end: int
    path: bool


def addresses(units: str) -> Iterator[tuple[int, int]]:
    """Start and end of every address, in order; linear in the length of the text."""
    for found, latin in _all(units, _REST):
        yield from _bare(units, found, latin) if found.start == found.host else _with_scheme(units, found)


def links(units: str, rest: regex.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Those with a scheme, by a platform whose port, path and query are ``rest`` (path in a group of that name)."""
    for found, _ in _all(units, rest):
        if found.start < found.host:
            yield found.start, found.end


def _all(units: str, rest: regex.Pattern[str]) -> Iterator[tuple[Found, list[tuple[int, int]]]]:
    """Every valid address, with the Latin hosts within its host."""
    labels = _labels(units)
    free = 0  # where the last one ended; the next needs a character between them
    for number, label in enumerate(labels):
        if label.dot >= free and (found := _find(units, label, free, rest)):
            free = found.end
            latin = _latin_hosts(units, labels, number, found)
            if _is_valid(units, found, latin):
                yield found, latin


def halved(text: str) -> str:
    """The text as UTF-16 code units: every character beyond U+FFFF as its two surrogates."""
    return text if text.isascii() else _ASTRAL.sub(_halves, text)


def joined(units: str) -> str:
    """The reverse."""
    return units if units.isascii() else units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _halves(match: regex.Match[str]) -> str:
    number = ord(match[0]) - 0x10000
    return chr(0xD800 + (number >> 10)) + chr(0xDC00 + (number & 0x3FF))


# ── Labels ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _labels(units: str) -> list[Label]:
    """One label for every dot."""
    labels: list[Label] = []
    reach, dot = 0, units.rfind(".")
    while dot >= 0:
        before = units.rfind(".", 0, dot)
        start = _RUN.match(units, before + 1, dot).start()  # type: ignore[union-attr] # may be empty, matches always
        if units[dot - 1 : dot] in {"-", "_"}:
            start = dot
        tail = _tail(units, dot + 1) if start < dot else 0
        labels.append(Label(start, dot, tail, reach))
        whole = start < dot and 0 <= before == start - 1 and units[start] not in "-_"
        reach = (reach or (0 if "_" in units[start:dot] else tail)) if whole else 0
        dot = before
    return labels[::-1]


def _tail(units: str, at: int) -> int:
    """Where the top-level domain at ``at`` ends; 0 where none stands there."""
    word = _WORD.match(units, at)
    if word and word.group().lower() in _KNOWN:
        return word.end()
    other = _FOREIGN.match(units, at) or _PUNYCODE.match(units, at)
    return other.end() if other else 0


# ── Beginnings ───────────────────────────────────────────────────────────────────────────────────────────────────


def _find(units: str, label: Label, free: int, rest: regex.Pattern[str]) -> Found | None:
    """The address whose first label this is, if there is one."""
    if label.start == label.dot or not (label.reach or label.tail):
        return None
    # a host has "_" in any label but its last
    fit = label.start if label.reach else units.rfind("_", label.start, label.dot) + 1 or label.start
    start = _scheme(units, label.start, free) if fit == label.start and units[fit] not in "-_" else None
    host = label.start
    if start is None:
        if (at := _first(units, max(fit, free + 1 if free else 0), label.dot)) is None:
            return None
        start = host = at
    end = label.reach or label.tail
    match = rest.match(units, end)
    return Found(start, host, end, match.end(), match["path"] is not None) if match else None


def _scheme(units: str, host: int, free: int) -> int | None:
    """Where the ``https://`` of a host begins, if one is there and may be."""
    for scheme in SCHEMES:
        start = host - len(scheme)
        if start >= 0 and units[start:host].lower() == scheme:
            may = start == 0 or ((start > free or free == 0) and _START.match(units, start))
            return start if may else None
    return None


def _first(units: str, start: int, dot: int) -> int | None:
    """Where a bare host can begin."""
    match = _START.search(units, start, dot)
    if not match:
        return None
    if match.start() == 0 and _START.match(units, 1, dot):
        return 1  # rather with a character before it than without
    return int(match.start())


# ── Judgement ────────────────────────────────────────────────────────────────────────────────────────────────────


def _is_valid(units: str, found: Found, latin: Sequence[tuple[int, int]]) -> bool:
    """Whether an address is not too long, nor a label of it, and not Punycode and other letters at once."""
    host = units[found.host : found.rest]
    scheme = found.host - found.start or len(SCHEMES[0])
    return (
        scheme + found.end - found.start <= LONGEST
        and (bool(latin) or not host.startswith("xn--"))
        and all(_punycode_length(label) <= LONGEST_LABEL for label in host.split("."))
    )


def _punycode_length(label: str) -> int:
    if len(label) > 2 * LONGEST_LABEL:
        return len(label)  # too long in any case
    parts = _SEPARATORS.split(joined(label))
    return (
        len(parts)
        - 1
        + sum(len(part) if _PLAIN.fullmatch(part) else len("xn--") + len(part.encode("punycode")) for part in parts)
    )


def _with_scheme(units: str, found: Found) -> Iterator[tuple[int, int]]:
    """One address; of t.co only as much as its own links have."""
    shortened = _SHORTENED.match(units, found.start, found.end)
    if not shortened:
        yield found.start, found.end
    elif len(shortened["slug"]) <= LONGEST_SLUG:
        yield found.start, shortened.end()


def _bare(units: str, found: Found, latin: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The Latin hosts within; the last one takes path and query along if there is a path."""
    if found.start and units[found.start - 1] in "-_./":
        return
    free = found.host
    for number, (start, end) in enumerate(latin, 1):
        at = units.find(units[start:end], free)  # sought by its name, which may stand further to the left, too
        free = at + end - start
        yield at, free + (found.end - found.rest if found.path and number == len(latin) else 0)  # whatever stands there


def _latin_hosts(units: str, labels: Sequence[Label], number: int, found: Found) -> list[tuple[int, int]]:
    """Start and end of every host within one (from label ``number`` on) that is Latin up to its top-level domain."""
    hosts: list[tuple[int, int]] = []
    first = last = 0
    free, runs_on = found.host, False
    while number < len(labels) and (label := labels[number]).dot < found.rest:
        start = _LATIN_RUN.match(units, free, label.dot).start()  # type: ignore[union-attr] # as above
        if not (runs_on and start == free):
            hosts += [(first, last)] if last else []
            first, last = start, 0
        runs_on = start < label.dot
        last = label.tail if runs_on and label.tail else last
        free = label.dot + 1
        number += 1
    return hosts + ([(first, last)] if last else [])
