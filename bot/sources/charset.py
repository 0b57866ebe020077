"""Bytes become text before any parser of XML, JSON or YAML sees them.

Byte order mark > strict UTF-8 > what the document declares > what the header declares > CP949. Labels mean what the
WHATWG Encoding Standard says they mean. Bytes that are plainly Korean are read as CP949 whatever they are labelled:
feedparser alone turned them into mojibake under every label and header tried (FAILURES.md section 2; simplepie#83).
"""

import codecs
import re

from bot.errors import SourceError

#: WHATWG's meaning of labels that Python takes at their word; all others mean the same to both.
ALIASES = {
    **dict.fromkeys(("euc-kr", "euckr", "ks_c_5601-1987", "ks_c_5601-1989", "ksc5601", "ksc_5601", "korean"), "cp949"),
    **dict.fromkeys(("gb2312", "gb_2312-80", "gbk", "x-gbk", "chinese"), "gb18030"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "ms_kanji"), "cp932"),
    **dict.fromkeys(("us-ascii", "ascii", "iso-8859-1", "iso8859-1", "latin1", "l1"), "cp1252"),
}
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0", "utf-16-le"),  # no mark, but no other encoding begins an element so
    (b"\0<", "utf-16-be"),
)
DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
IN_HEADER = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
HANGUL = re.compile(rb"[\xb0-\xc8][\xa1-\xfe]")  #: the syllables of KS X 1001
NOT_ASCII = re.compile(rb"[\x80-\xff]")
MOSTLY = 0.9  #: share of Hangul among what is not ASCII; Chinese and Japanese bytes read as Korean stay well below
DAMAGE = 0.001  #: share of characters that may be broken in text that is otherwise UTF-8: a title cut within a letter


def text_of_bytes(data: bytes, content_type: str = "") -> str:
    """The text of a document; raises ``SourceError`` if no encoding fits."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    for encoding in ("utf-8", *(["cp949"] if _is_korean(data) else []), *_labels(data, content_type), "cp949"):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    text = data.decode("utf-8", "replace")
    if text.count("�") > DAMAGE * len(text):
        raise SourceError("answered with text in no encoding that is known or declared")
    return text


def _is_korean(data: bytes) -> bool:
    others = len(NOT_ASCII.findall(data))
    return 2 * len(HANGUL.findall(data)) >= MOSTLY * others


def _labels(data: bytes, content_type: str) -> list[str]:
    """The declared encodings by their Python names, the document's before the header's."""
    found = [match[1].decode("ascii") for match in [DECLARED.match(data)] if match]
    found += [match[1] for match in [IN_HEADER.search(content_type)] if match]
    return [ALIASES.get(label.lower(), label) for label in found]
