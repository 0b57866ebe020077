"""How each platform counts: PLATFORMS.md a. What others count stands in test_measure_oracles.py and test_x.py."""

import functools
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.x_text import library
from bot.text.measure import code_points, graphemes, utf8, utf16, x_weight

FAMILY = "👨‍👩‍👧"
LINK = "https://newsdao.kr/news/2026/11/20/night-bus/"


@functools.cache
def counted(text: str) -> int:
    return int(library().parse_tweet(text).weightedLength)


@pytest.mark.parametrize(
    ("text", "points", "units", "octets", "clusters", "weight"),
    [
        ("", 0, 0, 0, 0, 0),
        ("a\r\nb", 4, 4, 4, 3, 4),
        ("속보", 2, 2, 6, 2, 4),
        (unicodedata.normalize("NFD", "속보"), 5, 5, 15, 2, 4),
        (f"한{FAMILY}", 6, 9, 21, 2, 4),
        ("🇰🇷👍🏽#️⃣", 7, 11, 23, 3, 6),
        ("…—“”₩", 5, 5, 15, 5, 7),
        ("\ud83d", 1, 1, 3, 1, 2),
    ],
)
def test_one_text_has_a_length_in_every_unit(
    text: str, points: int, units: int, octets: int, clusters: int, weight: int
) -> None:
    measures = (code_points, utf16, utf8, graphemes, x_weight)
    assert [measure(text) for measure in measures] == [points, units, octets, clusters, weight]


HANDWRITTEN = [
    "", "속보", "AI 도입률 40%", "한글 140자" * 20, "…", "•", "₩86억", "“인용” — 그는", "é",
    "e\u0301", "각", LINK, f"제목\n\n요약이다.\n\n{LINK}", f"({LINK})", f"{LINK}에서",
    f"{LINK}, 그리고 {LINK}.", "https://newsdao.kr/뉴스/한글", "https://newsdao.kr/%EB%89%B4%EC%8A%A4/",
    "http://a.kr", "https://뉴스.한국/a", "https://xn--3e0b707e.kr/", "newsdao.kr", "newsdao.kr/a/b?c=d",
    "지금 newsdao.kr에서", "서울newsdao.kr", "나는 naver.com, daum.net을 본다", "www.bbc.co.uk/news",
    "U.S. and U.K.", "3.5% 2024. 7. 22.", "했다.그는", "https://", "http://localhost:8700/x",
    "https://newsdao.kr:8080/a?b=c#d", "https://a.kr/(괄호)", "https://en.wikipedia.org/wiki/A_(b)",
    "https://a.kr/x?y=", "https://a.kr/x.", "https://a.kr/x!", "https://a.kr", "a.kr.", "https://A.KR/X",
    "™", "❤", "❤️", "☺️", "👍", "👍🏽", "🇰🇷", "🇰🇷🇯🇵", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "1️⃣", "#️⃣", FAMILY, "👩‍❤️‍💋‍👨",
    "🏃🏽‍♀️", "🏳️‍🌈", "👩🏻‍🚒",
]  # fmt: skip


@pytest.mark.parametrize("text", HANDWRITTEN)
def test_what_a_newsroom_writes_weighs_what_x_says(text: str) -> None:
    assert x_weight(text) == counted(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a\r\nb", "a line's end of two characters, which npm's twitter-text counts as two"),
        ("https://foo.zuerich/a", "a rare top-level domain"),
        ("foo.zuerich", "the same, bare"),
        ("README.md과 Node.js", "names that look like domains"),
        ("https://t.co/abcdef/ghi-jkl", "t.co, which ends at its first part"),
        ("@éabc.com", "an accent that begins a host"),
        ("desk@newsdao.kr", "an e-mail address"),
        ("#newsdao.kr", "a hashtag"),
        ("xhttps://a.kr", "a word that runs into an address"),
        ("desk@a-rather-long-host-name-for-a-newsroom.kr", "an e-mail address"),
        ("🧑🏻‍🤝‍🧑🏻", "people holding hands"),
        ("🐻‍❄️", "an emoji of 2020"),
        ("🐕‍🦺", "an emoji of 2019: npm's twitter-text knows those of 2018"),
        ("🇦🇦", "two letters that are no flag"),
        ("https://" + "a" * 70 + ".kr", "a label of more than 63 letters"),
        ("https://a.kr/" + "b" * 4200, "an address longer than 4,096"),
        ("https://" + "가" * 60 + ".한국/", "a label that is too long in ASCII"),
        ("https://" + "abc." * 80 + "kr", "a host of more than 253 letters"),
        ("www.éfoo.zuerich", "an accent under a strange top-level domain"),
    ],
)
def test_in_doubt_x_weight_is_the_larger(text: str, why: str) -> None:
    assert x_weight(text) >= counted(text), why


WORDS = st.sampled_from([text for text in HANDWRITTEN if len(text) < 60 and text])
#: © and ® are emoji to the sandbox's library, and characters to X.
ANY = st.text(st.characters(codec="utf-8", exclude_characters="©®"), max_size=30)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(WORDS, min_size=1, max_size=8), st.sampled_from([" ", "\n", "\n\n", ", ", " … "]))
def test_words_and_addresses_in_any_order_weigh_what_x_says(words: list[str], between: str) -> None:
    text = between.join(words)
    weight = counted(text)
    assert weight <= x_weight(text) <= weight + 10 * len(words)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(ANY)
def test_x_weight_of_any_text_is_never_less_than_x_says(text: str) -> None:
    assert x_weight(text) >= counted(text)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(ANY)
def test_the_units_contain_each_other(text: str) -> None:
    assert graphemes(text) <= code_points(text) <= utf16(text) <= max(utf8(text), utf16(text)) <= 4 * code_points(text)


@pytest.mark.parametrize(
    "text", ["가" * 500_000, "a" * 500_000 + ".", "a." * 250_000, "http://" * 70_000, "1.가" * 150_000]
)
def test_a_megabyte_is_weighed_in_linear_time(text: str) -> None:
    assert x_weight(text) >= len(text)
