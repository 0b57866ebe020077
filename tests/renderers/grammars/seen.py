"""What a grammar sees in a message, and how it refuses one."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import regex


class Refused(AssertionError):  # noqa: N818 - it says what the platform does
    """The platform would refuse the message, or make something live of it that nobody meant."""


@dataclass(slots=True)
class Seen:
    """What a reader sees as text, and what is live in it.

    ``links`` are (what stands there, where it leads), those that the platform makes by itself too; ``mentions`` and
    ``tags`` stand with their signs.
    """

    text: str
    links: list[tuple[str, str]] = field(default_factory=list)
    mentions: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)


def demand(holds: object, sentence: str) -> None:
    """Refuse the message with a sentence unless something holds."""
    if not holds:
        raise Refused(sentence)


def known(body: Mapping[str, Any], keys: Collection[str], what: str) -> None:
    """Refuse keys that the grammar does not look at."""
    demand(isinstance(body, Mapping), f"{what} is no object: {body!r}")
    strange = sorted(set(body) - set(keys))
    demand(not strange, f"{what} has keys that its grammar does not know: {', '.join(strange)}")


# ── Characters ───────────────────────────────────────────────────────────────────────────────────────────────────────

_UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]")
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def readable(text: object, what: str) -> str:
    """The text, if it can be encoded, drawn and read: no halves of surrogate pairs, controls or direction overrides."""
    demand(isinstance(text, str), f"{what} is no text: {text!r}")
    text = str(text)
    if found := _UNREADABLE.search(text):
        raise Refused(f"{what} holds U+{ord(found[0]):04X}, which no reader should be sent")
    if found := _TURNING.search(text):
        raise Refused(f"{what} holds U+{ord(found[0]):04X}, which turns around what stands behind it")
    return text


def utf16(text: str) -> int:
    """UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def graphemes(text: str) -> int:
    """What a reader counts as characters (UAX 29)."""
    return len(regex.findall(r"\X", text))


# ── Addresses ────────────────────────────────────────────────────────────────────────────────────────────────────────

_ADDRESS = re.compile(r"[!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~]+")  # RFC 3986, percent signs checked apart
_STRAY_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_HOST = re.compile(r"(?=.{1,253}$)(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?|[0-9a-f.]*:[0-9a-f:.]+")


def leads(url: object, what: str) -> str:
    """An address that the message itself gives: whole, in ASCII, of the web, and of no other host than it seems."""
    demand(isinstance(url, str) and url, f"{what} leads nowhere: {url!r}")
    url = str(url)
    demand(url.lower().startswith(("http://", "https://")), f"{what} has an unsafe scheme: {url!r}")
    demand(_ADDRESS.fullmatch(url) and not _STRAY_PERCENT.search(url), f"{what} is no address by RFC 3986: {url!r}")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused(f"{what} is no address ({error}): {url!r}") from error
    demand("@" not in parts.netloc, f"{what} names a user to look like another host: {url!r}")
    demand(port is None or port > 0, f"{what} has a port that is none: {url!r}")
    demand(_HOST.fullmatch(parts.hostname or ""), f"{what} has no host: {url!r}")
    return url


_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")


def safe(url: str, what: str) -> str:
    """An address that the platform makes a link of by itself: whatever it is, its scheme does no harm."""
    found = _SCHEME.match(url)
    demand(
        found and found[1].lower() in {"http", "https", "mailto"},
        f"{what} would become a link of an unsafe scheme: {url[:80]!r}",
    )
    return url
