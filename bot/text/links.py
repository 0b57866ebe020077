"""Addresses. One address has three forms: for machines (`encoded`, ASCII), for readers (`readable`, Hangul where it
cannot mislead), and for telling whether two are the same page (`canonical`).

For every address ``encoded(readable(url)) == encoded(url)``: what a reader copies leads to the same page.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

import idna
import regex

from bot.text.parameters import TRACKING, stripped, tracks, with_parameters

__all__ = ["TRACKING", "absolute", "canonical", "encoded", "readable", "stripped", "with_parameters"]

_SAFE: Final = "/:@!$&'()*+,;=~-._%"  # what RFC 3986 lets stand in a path
#: An address that is encoded as it stands, as most are.
_TIDY: Final = re.compile(r"https?://[a-z0-9.\-]+(?:/(?:[A-Za-z0-9/._~\-]|%[0-9A-F]{2})*+)?(?:\?[A-Za-z0-9=&._~\-]++)?")
_STRAY_PERCENT: Final = re.compile("%(?![0-9A-Fa-f]{2})")
_ENCODED: Final = re.compile("(?:%[89A-F][0-9A-F])+")
_PERCENT: Final = re.compile("%[0-9A-Fa-f]{2}")
_PLAIN_WORD: Final = regex.compile(r"(?V1)[[\p{Hangul}\p{Han}\p{Hiragana}\p{Katakana}\p{Latin}]--[ᅟᅠㅤﾠ]]")
_HANGUL_LABEL: Final = re.compile(r"[가-힣0-9-]+")
_LATIN_LABEL: Final = re.compile(r"[a-z0-9æœøß\u0300-\u0302\u0308\u030A-\u030C\u0327-]+")  # decomposed: é ô ü å ő č ç
_HOST: Final = re.compile(r"[A-Za-z0-9._~:@!$&'()*+,;=%\[\]-]*")  # what RFC 3986 lets stand there
_PORTS: Final = {"http": 80, "https": 443}


@lru_cache(maxsize=1024)
def absolute(base: str, url: str) -> str:
    """The encoded address that ``url`` means on a page at ``base``; "" unless it is http, https or mailto.

    An address with a user name is refused: it is there to look like another host's. So is one that stays on the page.
    """
    url = url.strip()
    if not url or url.startswith("#"):
        return ""
    try:
        joined = encoded(urljoin(base, url))
        parts = urlsplit(joined)
        host = parts.hostname
    except ValueError:
        return ""
    if parts.scheme == "mailto":
        return joined if "@" in parts.path else ""
    return joined if parts.scheme in _PORTS and host and "@" not in parts.netloc else ""


@lru_cache(maxsize=1024)
def encoded(url: str) -> str:
    """The address in ASCII: Punycode host, percent-encoded UTF-8 path and query; encoding twice changes nothing.

    Percent signs that encode nothing are encoded, hexadecimal digits are capitals; nothing else that was ASCII changes.

    "" for what is no address at all.
    """
    if _TIDY.fullmatch(url):
        return url
    try:
        parts = urlsplit(url.strip().encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
        netloc = _in_ascii(parts)
    except ValueError:  # idna's and the codec's errors are ValueErrors too
        return ""
    return parts._replace(
        netloc=netloc,
        path=_quoted(parts.path, _SAFE),
        query=_quoted(parts.query, _SAFE + "?"),
        fragment=_quoted(parts.fragment, _SAFE + "?"),
    ).geturl()


@lru_cache(maxsize=1024)
def readable(url: str) -> str:
    """The address as a reader would write it: letters of a path decoded, an IDN host where it is of one script.

    Reserved characters, spaces, controls and whatever is not composed stay encoded, so that ``encoded`` leads back.
    """
    parts = urlsplit(encoded(url))
    return parts._replace(
        netloc=".".join(map(_shown, parts.netloc.split("."))),
        path=_ENCODED.sub(_decoded, parts.path),
        query=_ENCODED.sub(_decoded, parts.query),
        fragment=_ENCODED.sub(_decoded, parts.fragment),
    ).geturl()


def canonical(url: str) -> str:
    """What two addresses of one page have in common: ``host/path?query``, no scheme, www., fragment or trackers."""
    parts = urlsplit(encoded(url))
    if parts.scheme not in _PORTS or not parts.hostname:
        return url.strip()
    host = parts.hostname.rstrip(".").removeprefix("www.")
    if parts.port not in (None, *_PORTS.values()):
        host += f":{parts.port}"
    kept = [pair for pair in parts.query.split("&") if pair and not tracks(pair)]
    query = "?" + _PERCENT.sub(_normalised, "&".join(kept)) if kept else ""
    return host + _PERCENT.sub(_normalised, parts.path).rstrip("/") + query


def _in_ascii(parts: SplitResult) -> str:
    user, at, host = parts.netloc.rpartition("@")
    if not host.isascii():
        name, colon, port = host.partition(":")
        host = idna.encode(name, uts46=True).decode("ascii") + colon + port
    netloc = quote(user, safe=":%!$&'()*+,;=~") + at + host.lower()
    slashed = not netloc and parts.path.startswith("//")  # written out again, its path would become a host
    if slashed or not _HOST.fullmatch(netloc) or parts.port == 0:  # an impossible port raises by itself
        raise ValueError("no host is spelled like that")
    return netloc


def _quoted(text: str, safe: str) -> str:
    return _PERCENT.sub(lambda found: found[0].upper(), quote(_STRAY_PERCENT.sub("%25", text), safe=safe))


def _decoded(match: re.Match[str]) -> str:
    try:
        text = unquote(match.group(), errors="strict")
    except UnicodeDecodeError:
        return match.group()
    if not unicodedata.is_normalized("NFC", text):
        return match.group()
    return "".join(letter if _PLAIN_WORD.match(letter) else quote(letter) for letter in text)


def _shown(label: str) -> str:
    """A Punycode label in its own script, if that is one script that cannot pass for another."""
    if not label.startswith("xn--"):
        return label
    name, colon, port = label.partition(":")
    try:
        text = idna.decode(name)
    except idna.IDNAError:
        return label
    return text + colon + port if _misleads_nobody(text) else label


def _misleads_nobody(label: str) -> bool:
    """Whether it is all Hangul, or all Latin letters of the alphabet with common marks (no ɑ for a, no ı for i)."""
    return bool(_HANGUL_LABEL.fullmatch(label) or _LATIN_LABEL.fullmatch(unicodedata.normalize("NFD", label)))


def _normalised(match: re.Match[str]) -> str:
    """One %XX: the character itself where that means the same, else in capitals."""
    character = chr(int(match.group()[1:], 16))
    return character if character.isascii() and (character.isalnum() or character in "-._~") else match.group().upper()
