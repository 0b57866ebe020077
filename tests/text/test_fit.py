"""Cutting: DESIGN.md section 7 (a sentence, else a word, never in a grapheme or a link), apprise#198."""

import time
from collections.abc import Callable

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.text.fit import fit
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
