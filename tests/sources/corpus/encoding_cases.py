"""Korean in all encodings and formats, under right labels, wrong ones and none; other languages as they say."""

import codecs
from collections.abc import Iterator

from tests.sources.corpus.made import (
    TEXT,
    Case,
    Told,
    atom,
    case,
    json_feed,
    of_rdf,
    of_rss,
    of_sitemap,
    rdf,
    rss,
    sitemap,
    told,
)

MADE: dict[str, tuple[str, Told]] = {
    "rss": (rss(), of_rss()),
    "atom": (atom(), told()),
    "rdf": (rdf(), of_rdf()),
    "json": (json_feed(), told()),
    "sitemap": (sitemap(), of_sitemap()),
}
#: How a text becomes bytes, and the labels that its document or its header may bear.
WRITTEN = (
    ("utf-8", b"", ("", "utf-8", "euc-kr", "iso-8859-1")),
    ("utf-8", codecs.BOM_UTF8, ("", "euc-kr")),
    ("cp949", b"", ("", "euc-kr", "ks_c_5601-1987", "utf-8", "iso-8859-1", "shift_jis")),
    ("utf-16-le", codecs.BOM_UTF16_LE, ("", "utf-16", "utf-8")),
    ("utf-16-be", codecs.BOM_UTF16_BE, ("utf-16",)),
    ("utf-16-le", b"", ("utf-16",)),
    ("utf-16-be", b"", ("utf-16",)),
)
RARE = "똠방각하 펲시 뷁"  #: syllables of CP949 that EUC-KR, the label it goes under, has not
JAPANESE = "終電後のバスを増やす、来月から運行"
CHINESE = "夜间公交线路增至十四条，下月开始运行"
FRENCH = "L’été à Orléans : déjà très chaud"


def labelled(text: str, label: str) -> str:
    return f'<?xml version="1.0" encoding="{label}"?>\n{text}' if label else text


def _korean() -> Iterator[Case]:
    for format_, (document, expected) in MADE.items():
        for encoding, mark, labels in WRITTEN:
            for label in labels if format_ != "json" else labels[:1]:
                text = document if format_ == "json" else labelled(document, label)
                name = f"{format_} in {encoding}{' with its mark' if mark else ''}, labelled {label or 'nothing'}"
                yield case(name, mark + text.encode(encoding), expected)


def _of(text: str) -> str:
    return rss(title=f"<title>{text}</title>", description="").replace("신문", "paper")


def _told(text: str) -> Told:
    return of_rss(title=text, summary="", text="")


CASES = (
    *_korean(),
    case("the header's label", rss().encode("cp949"), of_rss(), header="text/xml; charset=euc-kr"),
    case("a header that lies", rss().encode(), of_rss(), header="text/xml; charset=euc-kr"),
    case("a header of nothing", rss().encode("cp949"), of_rss(), header='text/xml; charset=""'),
    case("rare syllables", labelled(_of(RARE), "euc-kr").encode("cp949"), _told(RARE)),
    case("encoded twice", rss().encode().decode("latin-1"), of_rss(link=of_rss().link)),
    case("Shift_JIS", labelled(_of(JAPANESE), "Shift_JIS").encode("cp932"), _told(JAPANESE)),
    case(
        "Shift_JIS by its header", _of(JAPANESE).encode("cp932"), _told(JAPANESE), header="text/xml; charset=Shift_JIS"
    ),
    case("Shift_JIS by nothing", _of(JAPANESE * 3).encode("cp932"), _told(JAPANESE * 3)),
    case("EUC-JP", labelled(_of(JAPANESE), "EUC-JP").encode("euc-jp"), _told(JAPANESE)),
    case("ISO-2022-JP", labelled(_of(JAPANESE), "iso-2022-jp").encode("iso-2022-jp"), _told(JAPANESE)),
    case("GB18030", labelled(_of(CHINESE), "gb2312").encode("gb18030"), _told(CHINESE)),
    case("GB18030 by nothing", _of(CHINESE * 3).encode("gb18030"), _told(CHINESE * 3)),
    case("Big5", labelled(_of("夜間公車路線增至十四條"), "big5").encode("cp950"), _told("夜間公車路線增至十四條")),
    case("windows-1252 as Latin-1", labelled(_of(FRENCH), "iso-8859-1").encode("cp1252"), _told(FRENCH)),
    case("windows-1252 in UTF-8", _of(FRENCH).encode("cp1252").decode("latin-1"), _told(FRENCH)),
    case("an unknown label", labelled(rss(), "x-none").encode(), of_rss()),
    case("UTF-16 that is UTF-8", labelled(rss(), "utf-16").encode(), of_rss()),
    case(
        "a title cut within a letter",
        rss(description="").encode().replace(b"<pubDate>", b"<x>\xec\x86</x><pubDate>") + b" " * 4000,
        of_rss(summary="", text=""),
    ),
    case("bytes that are no text", bytes(range(128, 256)) * 9, error="no encoding"),
    case("text of several lines", labelled(rss(), "euc-kr").replace("><", ">\r\n<").encode("cp949"), of_rss(text=TEXT)),
)
