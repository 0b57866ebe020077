"""Cutting: DESIGN.md section 7 (a sentence, else a word, never in a grapheme or a link), apprise#198."""

import time
from collections.abc import Callable

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.text.fit import cut, fit, headings, pieces
from bot.text.marked import Kind, Marked, joined
from bot.text.measure import code_points, graphemes, utf8, utf16, x_weight

MEASURES = [code_points, utf16, utf8, graphemes, x_weight]
NEWS = "시가 노선을 늘린다. 배차 간격은 25분이다. 요금은 그대로다."


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        (NEWS, 99, NEWS),
        (NEWS, len(NEWS), NEWS),
        (NEWS, len(NEWS) - 1, "시가 노선을 늘린다. 배차 간격은 25분이다."),
        (NEWS, 12, "시가 노선을 늘린다."),
        (NEWS, 10, "시가 노선을…"),
        (NEWS, 7, "시가 노선을…"),
        (NEWS, 6, "시가…"),
        (NEWS, 2, "시…"),
        (NEWS, 1, ""),
        (NEWS, 0, ""),
        ("버스, 지하철, 택시", 8, "버스, 지하철…"),
        ("버스, 지하철, 택시", 5, "버스…"),
        ("👨‍👩‍👧👨‍👩‍👧", 8, "👨‍👩‍👧…"),
        ("👨‍👩‍👧👨‍👩‍👧", 5, ""),
        ("https://newsdao.kr/a 기사", 10, ""),
        ("링크:https://newsdao.kr/a", 10, "링크…"),
        ("보기 https://newsdao.kr/a", 15, "보기…"),
        ("   👨‍👩‍👧", 3, ""),
        ("", 0, ""),
    ],
)
def test_the_best_place_to_cut(text: str, limit: int, expected: str) -> None:
    assert fit(text, limit, code_points) == expected


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("여객선이 암초에 걸렸으나 해경과 어민이 모두 구했다", 19, "여객선이 암초에 걸렸으나…"),
        ("오늘 처음 들른 항구는 달빛항, 다음은 솔내항이다", 22, "오늘 처음 들른 항구는 달빛항…"),
        ("첫 항구는 달빛항, 다음은 솔내항과 항만역 앞이다", 17, "첫 항구는 달빛항, 다음은…"),
        ("심야버스 14개로…배차 간격도 줄어", 15, "심야버스 14개로…"),
        ("○○○씨 별세, ○○○(하늘대학교 교수)씨 부친상", 17, "○○○씨 별세…"),
        ("그 다리 이름은 무지개다리(한빛강을 건너는 보행교)다", 20, "그 다리 이름은 무지개다리…"),
        ("Some 41,000 people were told to leave as the storm neared.", 50, "Some 41,000 people were told to leave…"),
        ("NASA, which runs it", 12, "NASA, which…"),
    ],
)
def test_a_sentence_is_cut_open_where_it_pauses_if_that_costs_little(text: str, limit: int, expected: str) -> None:
    assert fit(text, limit, code_points) == expected


def within(limit: int) -> Callable[[Marked], bool]:
    return lambda piece: len(piece.text) <= limit


def test_a_paragraph_s_end_is_worth_a_third_of_the_room_and_no_more() -> None:
    text = Marked("첫 문단은 여기까지다.\n\n둘째다. 셋째 문장이 이어진다.")
    assert cut(text, within(18)).text == "첫 문단은 여기까지다."
    text = Marked("짧다.\n\n둘째 문장이다. 셋째 문장이 이어진다.")
    assert cut(text, within(18)).text == "짧다.\n\n둘째 문장이다."


HEADED = joined(["첫 문단은 여기까지다.", Marked("둘째 절").as_(Kind.BOLD), "둘째 절의 글이 이어진다. 끝이다."], "\n\n")


def test_no_piece_ends_with_a_heading_and_none_is_empty() -> None:
    assert headings(HEADED) == {"둘째 절"}
    assert [piece.text for piece in pieces(HEADED, within(20), 9)] == [
        "첫 문단은 여기까지다.",
        "둘째 절\n\n둘째 절의 글이 이어진다.",
        "끝이다.",
    ]
    plain = [piece.text for piece in pieces(Marked(HEADED.text), within(30), 9, headings(HEADED))]
    assert plain == ["첫 문단은 여기까지다.", "둘째 절\n\n둘째 절의 글이 이어진다. 끝이다."]


def test_what_is_bold_within_a_paragraph_or_at_the_end_heads_nothing() -> None:
    assert headings(joined(["가", Marked("나다").as_(Kind.BOLD)], " ")) == frozenset()
    assert headings(joined(["가", Marked("나").as_(Kind.BOLD)], "\n\n")) == frozenset()
    alone = joined([Marked("제목뿐이다").as_(Kind.BOLD), "길고 긴 글"], "\n\n")
    assert cut(alone, within(6)).text == "제목뿐이다"


def test_an_ellipsis_counts_in_the_unit_of_the_limit() -> None:
    assert fit("가나다라", 6, x_weight) == "가나…"
    assert fit("가나다라", 2, x_weight) == ""
    assert fit("a\nbcd", 2, x_weight) == "a"
    assert fit("a\nbcd", 1, x_weight) == ""


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.one_of(st.text(max_size=60), st.text("가나 다.!?…a\n👨\u200d👩🏽e\u0301 ", max_size=80)),
    st.integers(0, 60),
    st.sampled_from(MEASURES),
)
def test_a_cut_fits_is_a_beginning_and_splits_no_grapheme(text: str, limit: int, measure: Callable[[str], int]) -> None:
    cut = fit(text, limit, measure)
    assert measure(cut) <= limit
    if cut != text:
        kept = cut if text.startswith(cut) else cut.removesuffix("…")
        assert text.startswith(kept)
        ends = {match.end() for match in regex.finditer(r"\X", text)} | {0}
        assert len(kept) in ends or not text[len(kept)].strip() or kept != kept.rstrip()


@pytest.mark.parametrize("text", ["가 " * 300_000, "가" * 600_000, "갔다. " * 150_000, '"' * 500_000, "a.b " * 150_000])
def test_a_megabyte_is_cut_without_quadratic_cost(text: str) -> None:
    started = time.process_time()
    assert 0 < code_points(fit(text, 280, code_points)) <= 280
    assert time.process_time() - started < 5, "a bound for quadratic cost, not a benchmark"
