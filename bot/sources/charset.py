"""Bytes become text before any parser of XML, JSON or YAML sees them.

Byte order mark > strict UTF-8 > what the bytes are beyond doubt > what the document declares > what the header does >
what the bytes look like. Labels mean what the WHATWG Encoding Standard says they mean.

Korean, Japanese and Chinese show their encoding, whatever it is labelled: a third of a text are some forty characters
of its language, and under any other encoding their bytes are rare ones. feedparser alone turned CP949 into mojibake
under every label and header tried (FAILURES.md section 2; simplepie#83). What is neither plain nor plausible under its
label is refused: no story is better than an illegible one.
"""

import codecs
import re
from dataclasses import dataclass
from itertools import islice
from typing import Final

from bot.errors import SourceError

#: WHATWG's meaning of labels that Python takes at their word; all others mean the same to both.
ALIASES: Final = {
    **dict.fromkeys(("euc-kr", "euckr", "ks_c_5601-1987", "ks_c_5601-1989", "ksc5601", "ksc_5601", "korean"), "cp949"),
    **dict.fromkeys(("cseuckr", "csksc56011987", "iso-ir-149", "windows-949", "x-windows-949", "uhc"), "cp949"),
    **dict.fromkeys(("gb2312", "gb_2312-80", "gbk", "x-gbk", "chinese", "csgb2312", "iso-ir-58"), "gb18030"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "ms_kanji", "windows-31j", "csshiftjis"), "cp932"),
    **dict.fromkeys(("big5", "big5-hkscs", "cn-big5", "csbig5", "x-x-big5"), "big5hkscs"),
    **dict.fromkeys(("us-ascii", "ascii", "iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "l1"), "cp1252"),
    **dict.fromkeys(("tis-620", "iso-8859-11"), "cp874"),
    **dict.fromkeys(("iso-8859-9", "latin5"), "cp1254"),
}
MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0", "utf-16-le"),  # no mark, but no other encoding begins an element or an object so
    (b"\0<", "utf-16-be"),
    (b"{\0", "utf-16-le"),
    (b"\0{", "utf-16-be"),
)
ESCAPED: Final = (b"\x1b$B", b"\x1b$@")  #: how ISO-2022-JP, which is all ASCII, begins Japanese
DECLARED: Final = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
IN_HEADER: Final = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
SAMPLE: Final = 4096  #: letters that are looked at
COMMON: Final = 0.08  #: share of a language's most common letters in any text of it
ENOUGH: Final = 3  #: such letters are no accident
FEW: Final = 16  #: letters that are too few to say that a label lies
FAR: Final = 2  #: how many times as many as of any other language there must be
WESTERN: Final = frozenset({"cp1252", "iso-8859-15", "windows-1252"})
PAIR: Final = re.compile(rb"[\x80-\xff]{2,}")
ALONE: Final = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])")
DAMAGE: Final = (
    0.001  #: share of characters that may be broken in text that is otherwise UTF-8: a title cut in a letter
)


@dataclass(frozen=True)
class _Script:
    """An encoding by what its language writes in it.

    ``letters`` finds every letter beyond ASCII; ``common`` are the language's most common ones; ``marks`` finds those
    that it mostly has, ``least`` is their least share in a plausible text, ``most`` one that hardly any other reaches.
    """

    encoding: str
    letters: re.Pattern[bytes]
    common: frozenset[bytes]
    marks: re.Pattern[bytes]
    least: float
    most: float

    def commonness(self, data: bytes) -> tuple[float, int]:
        """The share of the language's most common letters, and their number."""
        found = self.sample(data)
        count = sum(letter in self.common for letter in found)
        return count / len(found) if found else 0.0, count

    def likeness(self, data: bytes) -> float:
        """The share of the letters that mark the language."""
        found = self.sample(data)
        return sum(self.marks.fullmatch(letter) is not None for letter in found) / len(found) if found else 0.0

    def sample(self, data: bytes) -> list[bytes]:
        """The first letters beyond ASCII."""
        return [match[0] for match in islice(self.letters.finditer(data), SAMPLE)]


def _script(
    encoding: str, common: str, marks: bytes, least: float, most: float, lead: bytes = rb"\x81-\xfe"
) -> _Script:
    letters = re.compile(rb"[" + lead + rb"][\x40-\xfe]|[\x80-\xff]")
    return _Script(
        encoding, letters, frozenset(letter.encode(encoding) for letter in common), re.compile(marks), least, most
    )


_KANA: Final = "のにはをがでとしたてるなもれすいっらりくこまんかきあそどけさめよだせうえおじばつ"
_HANGUL: Final = (
    "이다는의에을가고한하로지사기시서도은인정부자대일어리해를으수전원장국제보있나상과"
    "아주라구경소공그신여계동방비스안들연조게면년와유민개무세선관성"
)
_SIMPLE: Final = "的一是不了在人有我他这中大来上个国和地到说们为子年会出要以时生可学自家市日月公行对开发成部政新加经能"
_TRADITIONAL: Final = (
    "的一是不了在人有我他這中大來上個國和地到說們為子年會出要以時生可學自家市日月公行對開發成部政新加經能"
)
#: In the order in which a guess is made: kana are where others have next to nothing.
SCRIPTS: Final = (
    _script("cp932", _KANA, rb"\x82[\x9f-\xf1]|\x83[\x40-\x96]", 0.05, 0.25, rb"\x81-\x9f\xe0-\xfc"),
    _script("euc_jp", _KANA, rb"[\xa4\xa5][\xa1-\xf6]", 0.05, 0.25),
    _script("cp949", _HANGUL, rb"[\xb0-\xc8][\xa1-\xfe]", 0.5, 0.9),
    _script("gb18030", _SIMPLE, rb"[\xb0-\xd7][\xa1-\xfe]|[\xa1\xa3][\xa1-\xfe]", 0.7, 0.9),
    _script("big5hkscs", _TRADITIONAL, rb"[\xa1\xa4-\xc6][\x40-\x7e\xa1-\xfe]", 0.7, 0.95),
)


def text_of_bytes(data: bytes, content_type: str = "") -> str:
    """The text of a document; raises ``SourceError`` if no encoding fits."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    japanese = ["iso2022_jp"] if any(escape in data for escape in ESCAPED) and data.isascii() else []
    for encoding in (*japanese, "utf-8"):
        if (text := _decoded(data, encoding)) is not None:
            return text
    for encoding in (*_sure(data), *_labels(data, content_type), *_guessed(data)):
        if (text := _decoded(data, encoding)) is not None and _is_plausible(data, encoding):
            return text
    text = data.decode("utf-8", "replace")
    if text.count("�") > DAMAGE * len(text):
        raise SourceError("answered with text in no encoding that is known or declared")
    return text


def _decoded(data: bytes, encoding: str) -> str | None:
    """The text, None if the bytes are not all of this encoding, or nobody knows it."""
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _sure(data: bytes) -> list[str]:
    """The encoding that the bytes are in beyond doubt, if they are."""
    ranked = sorted(((*script.commonness(data), script.encoding) for script in SCRIPTS), reverse=True)
    (first, count, encoding), (second, *_) = ranked[:2]
    return [encoding] if count >= ENOUGH and first >= max(COMMON, FAR * second) else []


def _guessed(data: bytes) -> list[str]:
    """The encodings that bytes without a label look like, as those of a short headline may."""
    return [script.encoding for script in SCRIPTS if script.likeness(data) >= script.most]


def _is_plausible(data: bytes, encoding: str) -> bool:
    """Whether a text of this encoding may look like this."""
    if encoding.lower().startswith(("utf-16", "utf-32")):  # whose marks would have been seen
        return False
    script = next((script for script in SCRIPTS if script.encoding == encoding), None)
    if script is None:  # it has one byte a letter, and in most of them ASCII between the others
        return encoding not in WESTERN or len(PAIR.findall(data)) <= len(ALONE.findall(data))
    return len(script.sample(data)) < FEW or script.likeness(data) >= script.least


def _labels(data: bytes, content_type: str) -> list[str]:
    """The declared encodings by their Python names, the document's before the header's."""
    found = [match[1].decode("ascii") for match in [DECLARED.match(data)] if match]
    found += [match[1] for match in [IN_HEADER.search(content_type)] if match]
    return [ALIASES.get(label.lower(), label) for label in found]
