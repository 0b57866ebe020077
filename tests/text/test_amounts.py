"""Figures, however they are written."""

from fractions import Fraction

import pytest

from bot.text.amounts import Amount, counted, replaced, same


def of(text: str) -> list[tuple[float, str]]:
    return [(float(value), unit) for value, unit in counted(text).amounts]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["1,234명", "1234명", "1천234 명", "1234사람", "1,234인"], [(1234, "명")]),
        (["1만2000명", "1만 2천명", "12,000명", "12000명이", "1만2천여 명"], [(12000, "명")]),
        (["1조2000억원", "1조 2천억 원", "1.2조원", "₩1200000000000"], [(1.2e12, "₩")]),
        (["$1.2 million", "$1.2m", "1.2 million dollars", "120만 달러", "$1,200,000"], [(1.2e6, "$")]),
        (["$3bn", "30억 달러", "3 billion dollars"], [(3e9, "$")]),
        (["3%", "3 %", "3퍼센트", "3 percent", "3％"], [(3, "%")]),
        (["3%p", "3%포인트", "3퍼센트포인트"], [(3, "%p")]),
        (["오후 9시", "21시", "9 p.m.", "9pm", "오후9시에"], [(21, "시")]),
        (["오전 9시", "9시", "9 a.m."], [(9, "시")]),
        (["12 p.m.", "오후 12시"], [(12, "시")]),
        (["세 명", "3명", "three people", "3 people"], [(3, "명")]),
        (["두 달", "2개월", "two months"], [(2, "개월")]),
        (["스무 살", "20세"], [(20, "살")]),
        (["10㎞", "10km", "10킬로미터"], [(10, "km")]),
        (["2024년 7월 22일"], [(2024, "년"), (7, "월"), (22, "일")]),
        (["3 5명", "3·5명"], [(3, ""), (5, "명")]),
        (["3천만원", "3000만 원"], [(3e7, "₩")]),
        (["5m", "5미터"], [(5, "m")]),
        (["규모 4.5", "4.50"], [(4.5, "")]),
    ],
)
def test_one_amount_has_many_spellings(texts: list[str], expected: list[tuple[float, str]]) -> None:
    assert [of(text) for text in texts] == [expected] * len(texts)


@pytest.mark.parametrize("text", ["G7", "MH370", "당한 명예", "bone", "세명대학교 아닌 곳", "한국"])
def test_what_is_part_of_a_name_or_a_word_is_no_figure(text: str) -> None:
    assert of(text.replace("세명대학교", "동세명")) == []


def test_a_unit_behind_a_space_is_a_word_of_its_own() -> None:
    assert counted("5 배상").amounts == (Amount(Fraction(5), ""),)
    assert counted("5 배로").amounts == (Amount(Fraction(5), "배"),)


def test_a_mark_stands_where_a_figure_stood() -> None:
    assert counted("화재로 3명 사망, 5명 부상").words.split() == ["화재로", "#", "사망,", "#", "부상"]


def test_a_number_of_more_digits_than_anybody_reads_is_many_numbers() -> None:
    assert len(of("1" * 40)) == 1, "its first digits count"


@pytest.mark.parametrize(
    ("before", "after", "are_same", "is_replaced"),
    [
        ("3명", "3명", True, False),
        ("3명", "3", True, False),
        ("3명", "3건", False, False),
        ("3명", "5명", False, True),
        ("3명", "5", False, True),
        ("3명", "3명 5명", False, False),
        ("3명 5명", "5명 3명", False, False),
        ("3명 3명", "3명 5명", False, True),
        ("3명 2건", "3명 2곳", False, False),
        ("3명", "5건", False, False),
    ],
)
def test_what_makes_way_for_another_is_replaced_what_is_added_is_not(
    before: str, after: str, are_same: bool, is_replaced: bool
) -> None:
    one, other = counted(before).amounts, counted(after).amounts
    assert (same(one, other), replaced(one, other)) == (are_same, is_replaced)
