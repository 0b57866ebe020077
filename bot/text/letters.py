"""What a character may be. A title or a body comes from strangers: characters that nobody sees can hide words, turn a
line around or make two equal titles differ, so they go before anything else looks at the text.
"""

import re
import unicodedata

import regex

#: Controls, direction overrides, zero-width characters, Hangul fillers and tags. Tags may stay in a flag, a joiner in
#: an emoji. ZWNJ (U+200C) stays: Persian is misspelt without it.
_HIDDEN = regex.compile(
    r"""(?x)
      [\x00-\x08\x0E-\x1F\x7F-\x84\x86-\x9F\uFFF9-\uFFFB\uFFFE\uFFFF]
    | [\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\u206A-\u206F]
    | [\u00AD\u034F\u180E\u200B\u2060-\u2064\uFEFF\u115F\u1160\u3164\uFFA0]
    | (?<! \p{Extended_Pictographic} [\uFE0F\U0001F3FB-\U0001F3FF]? ) \u200D
    | \u200D (?! \p{Extended_Pictographic} )
    | (?<! \U0001F3F4 [\U000E0020-\U000E007E]{0,6} ) [\U000E0000-\U000E007F]
    """
)
#: Whether there is any of them to look at: one class of `re` is ten times as fast as the rule, and mostly says no.
_SUSPECT = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u180e\u200b\u200d-\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
#: Those of them that Python calls printable; whether a text is printable is told before any rule is asked.
_PRINTED = re.compile("[\u034f\u115f\u1160\u3164\uffa0]")
#: What some programs take for the end of a line, and others for nothing.
_LINE_END = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """The text in NFC without characters that hide something; a line ends in one way, halves of surrogate pairs are
    joined or replaced.
    """
    if text.isprintable() and not _PRINTED.search(text):
        return text if text.isascii() else unicodedata.normalize("NFC", text)
    if _SURROGATE.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = _LINE_END.sub("\n", text)
    if _SUSPECT.search(text):
        text = _HIDDEN.sub("", text)
    return unicodedata.normalize("NFC", text)


def squeeze(text: str) -> str:
    """The text cleaned, on one line, with single spaces; a no-break space is a space."""
    return " ".join(clean(text).split())
