"""Keywords are found as a Korean reader would find them, in time that grows with the text alone.

Keyword filters are what users ask for most (PEERS.md, 15: RSS-to-Telegram-Bot#202, #543, iovxw#422, miniflux#3429), and
what RSS-to-Telegram-Bot#159 refused for fear of regular expressions that never end.
"""

import unicodedata
from itertools import islice, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.keywords import Keywords, Text, plain, sought


def first(text: str, *keywords: str) -> str:
    return Keywords(keywords).first(Text(text))


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        ("지진", "새벽에 지진이 났다"),
        ("지진", "대지진 이후"),
        ("지진", unicodedata.normalize("NFD", "새벽의 지진")),
        ("지진", "지\u200b진이 났다"),
        ("Earthquake", "EARTHQUAKES shake the coast"),
        ("심야 버스", "심야\n  버스가 는다"),
        ("STRASSE", "die Straße"),
        ('"지진"', "지진"),
        ('"지진"', "“지진”, 또 왔다"),
        ('"지진"', "큰 지진이 났다"),
        ('"지진"', "지진까지도 견딘다"),
        ('"지진"', "지진에서는"),
        ('"인천"', "인천으로부터 온 배"),
        ('"AI"', "AI가 쓴 기사"),
        ('"AI"', "(ai)"),
        ('"G20"', "G20 정상회의"),
        ('"코로나19"', "코로나19가 다시"),
        ('"C++"', "새 C++ 표준"),
        ('"south korea"', "In South Korea, rain"),
        ("“속보”", "속보를 전합니다"),
        ('"', 'he said "no"'),
        ('"경기"', "경기도 수원"),  # 도 may be a particle: nobody can tell without a dictionary
    ],
)
def test_a_keyword_is_found(keyword: str, text: str) -> None:
    assert first(text, "없는 말", keyword) == keyword


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        ("지진", "지하 진입로"),
        ('"지진"', "대지진 이후"),
        ('"지진"', "지진해일 경보"),
        ('"지진"', "지진은행"),
        ('"AI"', "OpenAI가 said"),
        ('"AI"', "air and rain"),
        ('"south korea"', "south koreans"),
        ('"C++"', "C+ 학점"),
    ],
)
def test_a_keyword_is_not_found(keyword: str, text: str) -> None:
    assert first(text, keyword) == ""


def test_one_word_that_goes_on_hides_no_other() -> None:
    """All that begin somewhere are looked at, not only the first: the longer one ends inside another word here."""
    assert first("south koreans and a south-korea desk", '"south korea"', '"south"') == '"south"'
    assert first("in southern seas", '"in south"', '"southern seas"') == '"southern seas"'


def test_what_was_written_is_said_not_what_was_sought() -> None:
    assert first("earthquake", " EarthQuake ") == " EarthQuake "


@pytest.mark.parametrize("nothing", ["", "  ", '""', "\u200b", '" "'])
def test_a_keyword_may_come_to_nothing(nothing: str) -> None:
    assert sought(nothing) == ""


WORDS = st.text("가나다 ab.", min_size=1, max_size=4).filter(lambda word: sought(word) != "")


@given(st.lists(WORDS, min_size=1, max_size=8), st.text("가나다 ab.", max_size=40))
def test_all_at_once_find_what_each_by_itself_would(words: list[str], text: str) -> None:
    found = first(text, *words)
    assert bool(found) == any(sought(word) in plain(text) for word in words)
    assert not found or sought(found) in plain(text)


@given(st.lists(WORDS, min_size=1, max_size=8), st.text("가나다 ab.", max_size=40))
def test_words_alone_at_once_find_what_each_by_itself_would(words: list[str], text: str) -> None:
    quoted = [f'"{word}"' for word in words]
    assert bool(first(text, *quoted)) == any(first(text, word) for word in quoted)


def test_a_thousand_keywords_made_to_be_slow_cost_as_many_matches_as_one() -> None:
    """Counts, not times: whatever the keywords are, no more is looked at than the text is long."""
    text = Text("가" * 10_000)
    hostile = ["".join(word) for word in islice(product("가나", repeat=12), 1, 1001)]
    assert Keywords(hostile).first(text) == ""
    everywhere = Keywords(["가" * length for length in range(1, 101)])
    assert len(everywhere._find.find_matches_as_indexes(text.plain)) <= len(text.plain)
    alone = Keywords([f'"{"가" * length}"' for length in range(1, 101)])
    assert len(alone._find_words.find_matches_as_indexes(text.edged, overlapping=True)) <= 100
