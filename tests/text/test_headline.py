"""What is breaking: a bracketed or leading label or a category, never a mere word (INTERFACE.md, `breaking`)."""

import unicodedata

import pytest

from bot.text.headline import headline, is_breaking, labels

WORDS = ("속보", "breaking")


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("[속보] 시, 노선 확대", ("속보",)),
        ("【속보】 시, 노선 확대", ("속보",)),
        ("(속보) 시, 노선 확대", ("속보",)),
        ("<속보> 시, 노선 확대", ("속보",)),
        ("［속보］ 시, 노선 확대", ("속보",)),
        ("시, 노선 확대 [속보]", ("속보",)),
        ("[단독·속보] 시, 노선 확대", ("단독", "속보")),
        ("[속보/2보|종합, 사진] 시", ("속보", "2보", "종합", "사진")),
        ("속보: 시, 노선 확대", ("속보",)),
        ("속보 | 시, 노선 확대", ("속보",)),
        ("속보 - 시, 노선 확대", ("속보",)),
        ("BREAKING: City adds buses", ("breaking",)),
        ("[종합] 속보: 시, 노선 확대", ("종합", "속보")),
        (unicodedata.normalize("NFD", "[속보] 시"), ("속보",)),
        ("[ 속보 ][속보] 시", ("속보",)),
        ("[속\u200b보] 시", ("속보",)),
        ("속보 경쟁이 낳은 오보", ()),
        ("시의 속보: 경쟁이 낳은 오보", ("시의 속보",)),
        ("버스-지하철 환승", ()),
        ("[] 시", ()),
    ],
)
def test_labels_stand_in_brackets_or_before_a_separator(title: str, expected: tuple[str, ...]) -> None:
    assert labels(title) == expected
    assert is_breaking(title, (), WORDS) == (not {"속보", "breaking"}.isdisjoint(expected))


@pytest.mark.parametrize(("categories", "expected"), [((), False), (("News",), False), (("News", "Breaking"), True)])
def test_a_category_makes_a_story_breaking(categories: tuple[str, ...], expected: bool) -> None:
    assert is_breaking("시, 노선 확대", categories, WORDS) is expected


def test_a_headline_is_composed_and_on_one_line() -> None:
    assert headline(unicodedata.normalize("NFD", " 심야버스 \n\u202e노선\u00a0 14개 ")) == "심야버스 노선 14개"
