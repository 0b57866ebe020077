"""Marked text: spans stay on their words whatever is put in, cut off or joined."""

import time

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from bot.text.marked import Kind, Marked, Span, joined, link

BOLD, ITALIC = Kind.BOLD, Kind.ITALIC


def covered(text: Marked) -> list[tuple[str, str]]:
    """What each span covers."""
    return [(span.kind.value, text.text[span.start : span.end]) for span in text.spans]


def test_joined_parts_keep_their_spans() -> None:
    text = joined([Marked("속보").as_(BOLD), "다리", link("기사", "https://a.kr/")], " ")
    assert text.text == "속보 다리 기사"
    assert covered(text) == [("bold", "속보"), ("link", "기사")]


def test_marks_that_touch_are_one_and_links_to_two_places_are_two() -> None:
    assert covered(joined([Marked("가").as_(BOLD), Marked("나").as_(BOLD)])) == [("bold", "가나")]
    two = joined([link("가", "https://a.kr/"), link("나", "https://b.kr/")])
    assert covered(two) == [("link", "가"), ("link", "나")]


def test_spans_stand_by_start_and_the_longer_first() -> None:
    text = joined([Marked("가나다").as_(ITALIC)]).as_(BOLD)
    inner = joined(["가", Marked("나").as_(ITALIC), "다"]).as_(BOLD)
    assert covered(text) == [("bold", "가나다"), ("italic", "가나다")]
    assert covered(inner) == [("bold", "가나다"), ("italic", "나")]


def test_an_empty_text_bears_no_mark() -> None:
    assert Marked().as_(BOLD) == Marked()
    assert not Marked()


def test_a_stretch_takes_its_part_of_every_span() -> None:
    text = joined(["가", Marked("나다").as_(BOLD), "라"])
    assert covered(text[0:2]) == [("bold", "나")]
    assert covered(text[2:4]) == [("bold", "다")]
    assert covered(text[3:]) == []


def test_stripping_moves_the_spans_along() -> None:
    text = joined(["  \n", Marked("가").as_(BOLD), " \n"])
    assert (text.strip().text, covered(text.strip())) == ("가", [("bold", "가")])
    assert Marked("  ").strip() == Marked()


def test_lines_are_cut_with_their_marks() -> None:
    text = joined([Marked("가\n나").as_(BOLD), "\n다"])
    assert [(line.text, covered(line)) for line in text.lines()] == [
        ("가", [("bold", "가")]),
        ("나", [("bold", "나")]),
        ("다", []),
    ]


def test_many_lines_with_many_marks_are_cut_in_no_time() -> None:
    text = joined([Marked("가").as_(BOLD)] * 20_000, "\n").as_(Kind.QUOTE)
    started = time.process_time()
    assert all(covered(line) == [("quote", "가"), ("bold", "가")] for line in text.lines())
    assert time.process_time() - started < 2, "linear; a look at every mark for every line is a minute"


def test_a_breaker_goes_behind_what_nobody_meant_and_leaves_links_and_tags_whole() -> None:
    """DESIGN section 7: unmeant @mentions are broken."""
    meant = joined(["@누구 ", link("@채널", "https://t.me/c"), " ", Marked("#태그").as_(Kind.TAG, "태그"), " #말"]).as_(
        BOLD
    )
    broken = meant.broken(regex.compile("[@#](?=\\w)"), "\u2060")
    assert broken.text == "@\u2060누구 @채널 #태그 #\u2060말"
    assert ("bold", broken.text) in covered(broken)
    assert ("link", "@채널") in covered(broken)
    assert meant.broken(regex.compile("%"), "\u2060") is meant


def test_what_is_put_in_at_an_edge_is_outside_of_the_span() -> None:
    text = joined(["가", Marked("나").as_(BOLD), "다"])
    assert covered(text.inserted([1], "_")) == [("bold", "나")]
    assert covered(text.inserted([2], "_")) == [("bold", "나")]
    assert text.inserted([], "_") is text


@st.composite
def texts(draw: st.DrawFn) -> Marked:
    text = draw(st.text("가나 @.\n", min_size=1, max_size=30))
    ends = st.integers(0, len(text))
    pairs = draw(st.lists(st.tuples(ends, ends), max_size=5))
    spans = [Span(min(pair), max(pair), draw(st.sampled_from(list(Kind))), "") for pair in pairs if pair[0] != pair[1]]
    return Marked(text, tuple(sorted(spans, key=lambda span: (span.start, -span.end))))


@given(texts(), st.lists(st.integers(0, 30)))
def test_putting_in_and_taking_out_again_changes_nothing(text: Marked, places: list[int]) -> None:
    put = text.inserted(sorted({place for place in places if place <= len(text.text)}), "\u2060")
    assert put.text.replace("\u2060", "") == text.text
    assert [words.replace("\u2060", "") for _, words in covered(put)] == [words for _, words in covered(text)]


@given(texts(), st.integers(0, 30))
def test_cutting_and_joining_keeps_every_mark_on_its_letters(text: Marked, at: int) -> None:
    again = joined([text[:at], text[at:]])
    assert again.text == text.text
    assert _letters(again) == _letters(text)


def _letters(text: Marked) -> set[tuple[int, Kind]]:
    return {(at, span.kind) for span in text.spans for at in range(span.start, span.end)}


@pytest.mark.parametrize("kinds", [(Kind.BOLD,), (Kind.BOLD, Kind.QUOTE)])
def test_marks_of_a_kind_can_be_left_out(kinds: tuple[Kind, ...]) -> None:
    assert Marked("가").as_(Kind.BOLD).as_(Kind.QUOTE).without(*kinds).spans == tuple(
        Span(0, 1, kind) for kind in (Kind.QUOTE, Kind.BOLD) if kind not in kinds
    )
