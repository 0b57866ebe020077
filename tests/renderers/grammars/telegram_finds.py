"""What Telegram's server makes live in a text by itself, by TDLib's rules (MessageEntity.cpp, ``find_entities``).

A word is letters and numbers of any script and the underscore; what was found earlier in the text, or is longer, wins.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import regex

_WORD = r"[\p{L}\p{N}_]"
_TAG = r"[\p{L}\p{Nd}_\u200c\u00b7\u0d80-\u0dff]"
_MENTION = regex.compile(rf"(?<!{_WORD})@([A-Za-z0-9_]++)(?!{_WORD})")
_COMMAND = regex.compile(rf"(?<!{_WORD}|[/<>])/[A-Za-z0-9_]{{1,64}}+(?:@[A-Za-z0-9_]{{3,32}}+|(?!@))(?!{_WORD}|[/<>])")
_HASHTAG = regex.compile(rf"(?<!{_TAG})#(?=[\p{{Nd}}_\u200c\u00b7\u0d80-\u0dff]*\p{{L}}){_TAG}++(?!#)")
_CASHTAG = regex.compile(rf"(?<!{_TAG}|\$)\$(?:1INCH|[A-Z]{{1,8}}+)(?!{_TAG}|\$)")
_SHORT = {"gif", "vid", "pic"}  # the only names of less than four letters

_UNSEEN = r"\s\p{Z}\u2000-\u200b\u200e\u200f\u2016-\u206f"
_PATH = rf"[^{_UNSEEN}<>\"«»\n]"
_SCHEMES = regex.compile(rf"(?i:tg|ton)://[A-Za-z0-9_-]{{1,253}}(?:[/?#]{_PATH}*)?")
_HOST_LETTER = rf"(?:[.A-Za-z0-9_~-]|[^\x00-\xbf{_UNSEEN}])"
_USER = rf"[^{_UNSEEN}\n/\[\]{{}}()'`<>\"@«»]"
_URL = regex.compile(
    rf"""(?x)
    (?: (?P<scheme> (?<! [A-Za-z0-9+-] ) (?i: https?|ftp) ://) | (?<! {_WORD} | [/\#@] ) )
    (?: (?P<user> {_USER}+ ) @ )?
    (?P<host> {_HOST_LETTER}+ )
    (?: : (?P<port> [0-9]{{1,5}} ) (?! [0-9] ) )?
    (?P<path> [/?\#] {_PATH}* )?
    """
)
_TRAILING = ".:;,('?!`"
_EMAIL = regex.compile(
    r"(?i)(?:[a-z0-9_-]{0,26}[.+]){0,10}[a-z0-9_-]{1,35}@(?:(?:[a-z0-9][a-z0-9_-]{0,28})?[a-z0-9]\.){1,6}[a-z]{2,8}"
)
#: Enough of the top-level domains that are taken for one without "https://" to notice what matters to a newsroom.
_COMMON = frozenset(
    ["app", "biz", "cn", "co", "com", "de", "dev", "eu", "fr", "info", "io", "jp", "kr", "md", "me", "net", "news"]
).union(["org", "py", "ru", "sh", "tv", "uk", "us", "닷넷", "닷컴", "한국"])


@dataclass(frozen=True, slots=True)
class Found:
    """Something live, in code points."""

    kind: str
    start: int
    end: int


def entities(text: str) -> list[Found]:
    """All that is live, in order, nothing within another."""
    found = sorted(_all(text), key=lambda one: (one.start, -one.end))
    kept: list[Found] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _all(text: str) -> Iterator[Found]:
    if "@" in text:
        for match in _MENTION.finditer(text):
            if 4 <= len(match[1]) <= 32 or match[1].lower() in _SHORT:
                yield Found("mention", *match.span())
    for sign, kind, pattern in (
        ("/", "bot_command", _COMMAND),
        ("#", "hashtag", _HASHTAG),
        ("$", "cashtag", _CASHTAG),
        ("://", "url", _SCHEMES),
    ):
        if sign in text:
            yield from (Found(kind, *match.span()) for match in pattern.finditer(text))
    if "." in text:
        yield from _addresses(text)


def _addresses(text: str) -> Iterator[Found]:
    at = 0
    while match := _URL.search(text, at):
        at = max(match.end("host"), match.start() + 1)
        email = (
            _EMAIL.fullmatch(text, match.start(), match.end("host")) if match["user"] and not match["scheme"] else None
        )
        if email:
            yield Found("email", *email.span())
        elif "." in match["host"].strip(".") and _is_host(match["host"].rstrip("."), bare=not match["scheme"]):
            end = _end(match)
            yield Found("url", match.start(), end)
            at = end


def _is_host(host: str, *, bare: bool) -> bool:
    labels = host.split(".")
    if any(not label or len(label) > 63 or label.endswith("-") for label in labels):
        return False
    if len(labels) == 4 and all(label.isdecimal() and int(label) < 256 for label in labels):
        return True
    last = labels[-1].lower()
    if last.startswith("xn--"):
        return len(last) > 5
    named = len(last) > 1 and not last.isdecimal() and not {"_", "-"} & set(last) and "_" not in labels[-2]
    return named and (not bare or last in _COMMON)


def _end(match: "regex.Match[str]") -> int:
    """Where an address ends: before a bracket that it did not open, and before punctuation."""
    path = match["path"]
    if not path:
        host: int = match.start("host") + len(match["host"].rstrip("."))
        return match.end() if match["port"] else host
    depth = {")": 0, "]": 0, "}": 0}
    length = len(path)
    for number, character in enumerate(path):
        if character in "([{":
            depth[{"(": ")", "[": "]", "{": "}"}[character]] += 1
        elif character in depth:
            depth[character] -= 1
            if depth[character] < 0:
                length = number
                break
    end: int = match.start("path") + len(path[:length].rstrip(_TRAILING))
    return end
