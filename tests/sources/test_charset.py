"""No mojibake, whatever a document or a header says of itself (FAILURES.md section 1, "charset mislabel"; bound 28)."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import product

import pytest

from bot.errors import SourceError
from bot.sources.charset import ALIASES, SCRIPTS, text_of_bytes

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


# ── Row 28 ──────────────────────────────────────────────────────────────────────────────────────────────────────────

#: Headlines, and a paragraph with what headlines don't have: quotation marks, figures, characters of its neighbours.
TEXTS = {
    "ko": (
        "막차 뒤 버스 늘린다",
        "[속보] 강풍에 여객선 통제",
        "도서관 새벽까지 불 켠다",
        "물가 3% 올랐다",
        "첫눈",
        "R&amp;D 예산 깎인다",
        "항구에 새 부두 완공",
        "韓·日 외교장관 23일 회담",
        "“늦었지만 다행” 주민들 반색",
        "골목 시장, 주차장 40면 연다",
        "서울시가 다음 달부터 심야버스 노선을 9개에서 14개로 늘린다. 이용자는 “반갑다”고 했다… 韓日 회담은 23일.",
    ),
    "ja": (
        "終電後のバスを増やす",
        "強風でフェリー欠航",
        "図書館、深夜まで開館へ",
        "初雪を観測",
        "物価３％上昇",
        "新しい岸壁が完成",
        "商店街に駐車場ができる",
        "外相会談は23日に",
        "「遅いが、よかった」住民ら",
        "東京都は来月から深夜バスの路線を九本から十四本に増やすと発表した。利用者は「助かる」と話す。",
    ),
    "zh": (
        "夜间公交增至十四条",
        "大风致渡轮全部停航",
        "图书馆开放至凌晨两点",
        "物价上涨百分之三",
        "第一场雪",
        "新码头建成",
        "菜市场旁将建停车场",
        "外长会谈定于二十三日举行",
        "“虽然晚了，但是好事”",
        "市政府宣布，下月起夜间公交线路由九条增至十四条，覆盖主要医院和火车站。乘客表示“很方便”。",
    ),
}
WRITTEN = {
    "ko": ("cp949", "euc-kr", "utf-8", "utf-16", "utf-16-le"),
    "ja": ("shift_jis", "utf-8", "utf-16", "utf-16-be", "euc-jp"),
    "zh": ("gb18030", "utf-8", "utf-16", "utf-16-le"),
}
SAID = ("", "utf-8", "euc-kr", "shift_jis", "gb18030", "utf-16", "iso-8859-1", "x-none")


def outcome(texts: Sequence[str], encoding: str, label: str, header: str) -> str:
    """What becomes of a feed with these headlines: right, flagged or mojibake."""
    items = "".join(f"<item><title>{text}</title></item>" for text in texts)
    document = labelled(f"<rss><channel>{items}</channel></rss>", label)
    try:
        read = text_of_bytes(document.encode(encoding), f"text/xml; charset={header}" if header else "")
    except SourceError:
        return "flagged"
    return "right" if read == document else "mojibake"


def outcomes(feeds: Callable[[Sequence[str]], Iterable[Sequence[str]]]) -> Counter[str]:
    """What becomes of feeds under every label and header."""
    return Counter(
        outcome(feed, encoding, label, header)
        for language, texts in TEXTS.items()
        for feed, encoding, label, header in product(feeds(texts), WRITTEN[language], SAID, SAID)
    )


def test_no_encoding_under_any_label_and_header_becomes_mojibake() -> None:
    """FAILURES.md section 3, row 28."""
    found = outcomes(lambda texts: [texts, texts[::2], texts[1::2], texts[-1:]])
    right, flagged, mojibake = (found[became] for became in ("right", "flagged", "mojibake"))
    print(f"row 28: {found.total():,} feeds: {right:,} right, {flagged} flagged, {mojibake} mojibake")
    assert found["mojibake"] == 0
    assert found["right"] > 0.99 * found.total()


def test_a_single_headline_under_false_labels_is_mostly_right_all_the_same() -> None:
    """Two syllables show no encoding; a feed that holds nothing else, and lies twice, may win."""
    found = outcomes(lambda texts: [[text] for text in texts[:-1]])
    right = found["right"] / found.total()
    print(f"row 28: {found.total():,} single headlines: {right:.1%} right, {found['flagged']} flagged")
    assert found["right"] > 0.75 * found.total()


@pytest.mark.parametrize("language", TEXTS)
def test_a_document_that_says_what_it_is_is_never_flagged(language: str) -> None:
    for text, encoding in product(TEXTS[language], WRITTEN[language]):
        label = encoding.replace("-le", "").replace("-be", "")
        assert outcome([text], encoding, label, "") == outcome([text], encoding, "", label) == "right"


def test_whatever_is_asked_for_exists() -> None:
    for encoding in {*ALIASES.values(), *(script.encoding for script in SCRIPTS)}:
        assert "a".encode(encoding) == b"a"


def test_escapes_that_begin_japanese_are_read_only_where_all_is_ascii() -> None:
    """They are controls: in any other encoding they stand for nothing."""
    assert text_of_bytes(labelled(JAPANESE, "iso-2022-jp").encode("iso-2022-jp")) == labelled(JAPANESE, "iso-2022-jp")
    assert text_of_bytes(f"{KOREAN}\x1b$B".encode()) == f"{KOREAN}\x1b$B"
