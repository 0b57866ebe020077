"""How long a text is. Every platform counts in a unit of its own; a text that fits in one may not fit in another
("한👨‍👩‍👧" is 2 graphemes, 6 code points, 9 UTF-16 units, 21 bytes, 4 for X). PLATFORMS.md a says who counts how.

Units first, then the platforms that count otherwise. A measure is a number to hold against the platform's limit; where
a document leaves a doubt, the measure is the larger reading, so that what fits here fits there.
"""

import json
from typing import Final

import regex

from bot.text.x import weigh
from bot.text.x_addresses import halved, joined, links

_GRAPHEME = regex.compile(r"\X")


def code_points(text: str) -> int:
    """Unicode code points: Telegram's texts and captions (tdlib, ``utf8_length`` in MessageContent.cpp)."""
    return len(text)


def utf16(text: str) -> int:
    """UTF-16 code units: Telegram's entity offsets (Bot API, ``MessageEntity``)."""
    return len(text) + sum(character > "\uffff" for character in text) if not text.isascii() else len(text)


def utf8(text: str) -> int:
    """UTF-8 bytes: Telegram's callback data, Bluesky's second limit; half a surrogate pair counts 3."""
    return len(text.encode("utf-8", "surrogatepass"))


def graphemes(text: str) -> int:
    """Extended grapheme clusters, what a reader calls characters (Unicode 18, annex 29).

    Platforms that are still at Unicode 17 count more only for scripts of South Asia: there a virama joins the letter
    after it only if a letter stands before it.
    """
    return len(text) if text.isascii() and "\r" not in text else sum(1 for _ in _GRAPHEME.finditer(text))


def x_weight(text: str) -> int:
    """X's weighted length, at most 280 for a post: Hangul 2, Latin 1, an emoji 2, an address 23 (see `bot.text.x`)."""
    return weigh(text)


# ── Mastodon ─────────────────────────────────────────────────────────────────────────────────────────────────────

_SPACE: Final = r"\t-\r\ \x85\xA0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000"
_LOOSE: Final = r"""[!*"'「」;:=,.$%\[\]~&|@]"""  # may stand in a path, not end it
_SAFE: Final = rf"""[^{_SPACE}()?!*"'「」<>;:=,.$%\[\]~&|@]"""
_ANY: Final = rf"(?:{_SAFE}|{_LOOSE})"
_PARENS: Final = rf"(?: \( (?: {_ANY}++ \) | {_ANY}*+ \( {_ANY}++ \) {_ANY}*+ \) ) )"
_LETTERS: Final = r"\xA0-\uFDCF\uFDF0-\uFFEF"  # and all surrogates, so whatever lies beyond
_REST: Final = regex.compile(
    rf"""(?x) (?: : [0-9]++ )?
    (?P<path> / (?: {_SAFE}++ | {_PARENS} | {_LOOSE}++ (?= {_SAFE} | {_PARENS} ) )*+ )?
    (?: \? (?: [0-9A-Za-z_&=\#/\-{_LETTERS}]++ | [!?*'();:+$%\[\].,~|@^]++ (?= [0-9A-Za-z_&=\#/\-{_LETTERS}] ) )++ )?"""
)
_WORD: Final = r"\p{L}\p{M}\p{Nd}\p{Pc}"  # of Ruby; Python's has the joiner, too
_MENTION: Final = regex.compile(
    rf"""(?x) (?<! [=/{_WORD}] ) (?P<user> @ (?: [0-9A-Za-z_]++ (?: [.\-]++ (?= [0-9A-Za-z_] ) )?+ )++ )
    @ [{_WORD}]++ (?: [.\-]++ [{_WORD}]++ )*+ (?! [@＠\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u024F] | :// )"""
)


def mastodon(text: str, *, url: int = 23) -> int:
    """Mastodon's characters, at most 500 unless the instance says otherwise, content warning included.

    Grapheme clusters; a link that begins with ``http(s)://`` counts ``url`` (the instance's
    ``characters_reserved_per_url``), ``@user@host`` as much as ``@user``. Source: the documentation's user/posting and
    entities/Instance; what is a link and a mention: the server's twitter_regex.rb and ``MENTION_RE``.
    """
    if "://" in text and "." in text:
        units, pieces, read = halved(text), list[str](), 0
        for start, end in links(units, _REST):
            pieces += units[read:start], "x" * url
            read = end
        text = joined("".join([*pieces, units[read:]]))
    return graphemes(_MENTION.sub(r"\g<user>", text) if "@" in text else text)


# ── The others ───────────────────────────────────────────────────────────────────────────────────────────────────

#: Emoji, parts of emoji, and what makes one of another character.
_PICTORIAL: Final = regex.compile(r"[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}\uFE0F\u20E3]")


def bluesky(text: str) -> int:
    """Bluesky's length, at most 300: graphemes, or a tenth of the UTF-8 bytes (3,000 at most) if that is more.

    Source: the lexicon app.bsky.feed.post, ``maxGraphemes`` 300 and ``maxLength`` 3000.
    """
    return max(graphemes(text), -(-utf8(text) // 10))


def threads(text: str) -> int:
    """Threads' characters, at most 500: code points, of an emoji its UTF-8 bytes.

    Source: the Threads API's page on posts. What it calls an emoji is read widely, as the whole grapheme of anything
    pictorial, "©" and "™" too.
    """
    plain = len(text)
    return plain + sum(utf8(one) - len(one) for one in _GRAPHEME.findall(text) if _PICTORIAL.search(one))


def discord(text: str) -> int:
    """Discord's characters, at most 2,000 for a message's content: UTF-16 code units.

    The page on messages says "characters". Discord's server counts code points (an engineer, discord-api-docs issue
    1315), its clients UTF-16, which is never less. It trims the text first; the ends are counted here all the same.
    """
    return utf16(text)


def slack(text: str) -> int:
    """Slack's characters, best at most 4,000, cut by Slack at 40,000: code points once & < > are escaped.

    Source: ``chat.postMessage`` and the page on escaping. ``text`` is the plain text, before that.
    """
    return len(text) + 4 * text.count("&") + 3 * (text.count("<") + text.count(">"))


def matrix(body: str, formatted_body: str = "") -> int:
    """Bytes that a message adds to its Matrix event, best below 60,000: the whole event may have 65,536.

    Source: the client-server API's "Size limits", and "Canonical JSON" of the appendices: UTF-8, no spaces, escapes for
    quotation marks, backslashes and controls alone.
    """
    content = {"body": body} | ({"formatted_body": formatted_body} if formatted_body else {})
    return utf8(json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True))


def web_push(text: str) -> int:
    """Bytes of a Web Push payload, at most 3,993.

    Source: RFC 8291 section 4, 4,096 with encryption, whose header takes 86, whose tag 16 and whose padding at least 1.
    """
    return utf8(text)


def line(text: str) -> int:
    """LINE's characters, at most 5,000: UTF-16 code units (Messaging API, "Counting characters in a text")."""
    return utf16(text)


def email_line(text: str) -> int:
    """Octets of the longest line without its end, at most 998 (RFC 5322 section 2.1.1, RFC 6532 section 3.4).

    What is longer must be encoded (quoted-printable, base64), which folds it.
    """
    return max(map(utf8, text.replace("\r", "\n").split("\n")))


def email_subject(text: str) -> int:
    """Characters of the line ``Subject: …``, best at most 78 (RFC 5322 section 2.1.1; in characters: RFC 6532 3.4)."""
    return len("Subject: ") + len(text)
