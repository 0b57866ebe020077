"""No mojibake, whatever a document or a header says of itself (FAILURES.md section 1, "charset mislabel"; bound 28)."""

import pytest

from bot.errors import SourceError
from bot.sources.charset import text_of_bytes

KOREAN = "<rss><title>제조업 인공지능 도입률이 크게 오른다</title></rss>"
JAPANESE = "<rss><title>ニュース速報をお伝えします、今日の天気</title></rss>"
CHINESE = "<rss><title>最新消息：今天的经济新闻和国际形势分析</title></rss>"
FRENCH = "<rss><title>L’été arrive à Orléans, déjà très chaud</title></rss>"
LABELS = ["", "utf-8", "euc-kr", "ks_c_5601-1987", "cp949", "iso-8859-1", "shift_jis", "no-such-thing"]

HEADERS = ["", "text/xml; charset=utf-8", 'text/xml; charset="EUC-KR"', "text/xml; charset=x-y"]


def labelled(text: str, label: str) -> str:
    return f'<?xml version="1.0" encoding="{label}"?>{text}' if label else text


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "euc-kr", "utf-16", "utf-16-le", "utf-16-be"])
def test_korean_is_read_right_under_every_label(encoding: str, label: str) -> None:
    text = labelled(KOREAN, label)
    for header in HEADERS:
        assert text_of_bytes(text.encode(encoding), header) == text


@pytest.mark.parametrize(
    ("text", "encoding", "label"),
    [
        (JAPANESE, "cp932", "Shift_JIS"),
        (JAPANESE, "euc-jp", "euc-jp"),
        (CHINESE, "gb18030", "gb2312"),
        (CHINESE, "gbk", "GBK"),
        (FRENCH, "cp1252", "iso-8859-1"),
        (FRENCH, "cp1252", "us-ascii"),
        (FRENCH.replace("’", "'"), "iso-8859-15", "ISO-8859-15"),
    ],
)
def test_other_languages_are_read_as_they_are_labelled(text: str, encoding: str, label: str) -> None:
    document = labelled(text, label)
    assert text_of_bytes(document.encode(encoding)) == document
    assert text_of_bytes(text.encode(encoding), f"text/xml; charset={label}") == text


def test_the_documents_own_label_goes_before_the_headers() -> None:
    document = labelled(JAPANESE, "shift_jis")
    assert text_of_bytes(document.encode("cp932"), "text/xml; charset=euc-jp") == document


def test_letters_that_only_windows_knows_are_read_under_the_old_label() -> None:
    # 똠 and 펲 stand in CP949 but not in EUC-KR, the label it goes under (simplepie#83)
    document = labelled(KOREAN + "똠방각하 펲시", "euc-kr")
    assert text_of_bytes(document.encode("cp949")) == document


def test_one_letter_cut_in_two_does_not_spoil_a_document() -> None:
    data = KOREAN.encode() * 40 + "속".encode()[:2]
    assert text_of_bytes(data).startswith(KOREAN)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(SourceError, match="no encoding"):
        text_of_bytes(bytes(range(256)) * 8, "text/xml; charset=utf-8")
