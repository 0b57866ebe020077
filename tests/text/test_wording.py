"""Words that are the same but for a particle or a slip; and those that only look so."""

import pytest

from bot.text import wording
from bot.text.wording import same_word, same_wording, words


@pytest.mark.parametrize("text", [wording._TWINS, wording._ENGLISH_TWINS])
def test_every_twin_is_one_letter_from_the_other_and_listed_once(text: str) -> None:
    """A pair that is further apart needs no table, and one that is listed twice is a slip of ours."""
    pairs = [tuple(pair.split("/")) for pair in text.split()]
    assert len({frozenset(pair) for pair in pairs}) == len(pairs)
    for one, other in pairs:
        assert wording._near(wording._jamo(one), wording._jamo(other)), (one, other)
        assert not same_word(one, other), (one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("정부는", "정부가"),
        ("시", "시가"),
        ("강원에", "강원에서"),
        ("국회서", "국회에서"),
        ("발셍", "발생"),
        ("대피려", "대피령"),
        ("넘겻다", "넘겼다"),
        ("Goverment", "Government"),
        ("Minsiter", "minister"),
        ("announcess", "announces"),
    ],
)
def test_particles_and_slips_make_no_other_word(one: str, other: str) -> None:
    assert same_word(one, other)
    assert same_word(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("결의", "결과"),
        ("전문의", "전문가"),
        ("보고", "보고서"),
        ("이씨가", "이씨를"),
        ("서울로", "서울도"),
        ("서울만", "서울은"),
        ("내일부터", "내일까지"),
        ("여당이", "야당이"),
        ("전주시", "진주시"),
        ("남", "난"),
        ("유죄", "무죄"),
        ("hires", "fires"),
        ("rose", "nose"),
        ("KBS", "MBC"),
        ("A씨", "B씨"),
        ("buses", "busses2"),
    ],
)
def test_what_means_something_else_is_another_word(one: str, other: str) -> None:
    assert not same_word(one, other)
    assert not same_word(other, one)


@pytest.mark.parametrize(("one", "other"), [("홍길동", "홍길둥"), ("홍길동이", "홍길둥이"), ("Watson", "Watkon")])
def test_there_are_no_slips_in_a_name(one: str, other: str) -> None:
    assert same_word(one, other)
    assert not same_word(one, other, {"홍길동", "Watson"})


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("심야 버스 노선을 늘린다", "심야버스노선 늘린다", True),
        ("'확대'를 약속", "확대 약속", True),
        ("The city’s buses", "city buses", True),
        ("# 로 늘린다", "# 늘린다", True),
        ("늘린다 시가", "시가 늘린다", False),
        ("시가 늘린다", "시가 늘린다 곧", False),
        ("시가 늘린다 곧", "시가 늘린다", False),
        ("", "", True),
    ],
)
def test_words_are_compared_in_order_whatever_the_spaces(before: str, after: str, expected: bool) -> None:
    assert same_wording(before, after) is expected


def test_words_are_known_by_their_beginning() -> None:
    assert words("체포했다, # 를 The Mayor") == ["체포", "#", "mayor"]
