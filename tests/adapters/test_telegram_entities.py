"""Marked text as Telegram's entities: nested, counted, trimmed (PLATFORMS: sections 0.1 and a; FAILURES section 3)."""

from typing import Any

import pytest

from adapters.telegram.entities import MOST, written
from bot.text.marked import Kind, Marked, Span


def spans(text: str, *spans: tuple[int, int, Kind]) -> list[tuple[str, int, int]]:
    value = {Kind.LINK: "https://a.kr/"}
    marked = Marked(text, tuple(Span(start, end, kind, value.get(kind, "")) for start, end, kind in spans))
    return [(one.kind, one.offset, one.length) for one in written(marked)[1]]


BOLD, ITALIC, LINKED = Kind.BOLD, Kind.ITALIC, Kind.LINK


@pytest.mark.parametrize(
    ("text", "marked", "expected"),
    [
        ("abc def", [(0, 7, BOLD), (4, 7, ITALIC)], [("bold", 0, 7), ("italic", 4, 3)]),
        ("abcdef", [(0, 4, BOLD), (2, 6, ITALIC)], [("bold", 0, 4), ("italic", 2, 2), ("italic", 4, 2)]),
        ("abcdef", [(0, 4, BOLD), (2, 6, LINKED)], [("bold", 0, 2), ("text_link", 2, 4), ("bold", 2, 2)]),
        ("abcdef", [(0, 3, BOLD), (2, 6, BOLD)], [("bold", 0, 6)]),
        ("abcdef", [(0, 6, BOLD), (2, 4, Kind.CODE)], [("bold", 0, 2), ("code", 2, 2), ("bold", 4, 2)]),
        ("abcdef", [(0, 6, BOLD), (0, 6, Kind.CODE)], [("code", 0, 6)]),
        ("abcdef", [(0, 4, LINKED), (2, 6, Kind.CODE)], [("text_link", 0, 4)]),
        ("abcdef", [(0, 6, Kind.PRE), (2, 4, Kind.CODE)], [("pre", 0, 6)]),
        ("abcdef", [(0, 6, Kind.QUOTE), (2, 4, Kind.FOLD)], [("blockquote", 0, 6)]),
        ("abcdef", [(0, 4, Kind.QUOTE), (2, 6, LINKED)], [("text_link", 2, 4)]),
        ("abcdef", [(0, 6, Kind.FOLD), (2, 4, LINKED), (4, 6, Kind.CODE)],
         [("expandable_blockquote", 0, 6), ("text_link", 2, 2), ("code", 4, 2)]),
        (" \nab  c \n", [(0, 9, BOLD), (4, 6, ITALIC)], [("bold", 0, 5)]),
        ("😀ab", [(1, 3, Kind.SPOILER), (0, 1, Kind.STRIKE)], [("strikethrough", 0, 2), ("spoiler", 2, 2)]),
        ("ab", [(0, 2, Kind.UNDERLINE), (0, 2, Kind.TAG)], [("underline", 0, 2)]),
    ],
)  # fmt: skip
def test_entities_nest_as_the_api_says(text: str, marked: Any, expected: Any) -> None:
    assert spans(text, *marked) == expected


def test_only_the_web_is_linked() -> None:
    assert written(Marked("a b").as_(Kind.LINK, "mailto:a@b.kr"))[1] == ()


def test_of_too_many_entities_shape_and_links_stay() -> None:
    words = tuple(Span(3 * n, 3 * n + 2, ITALIC) for n in range(1, 150))
    links = tuple(Span(3 * n, 3 * n + 2, LINKED, "https://a.kr/") for n in range(150, 180))
    head = Span(0, 2, BOLD)
    quote = Span(3, 600, Kind.QUOTE)
    text = "ab\n" + "ab " * 199
    kinds = [one.kind for one in written(Marked(text, (head, quote, *words, *links)))[1]]
    assert len(kinds) == MOST
    assert kinds[:2] == ["bold", "blockquote"]
    assert kinds.count("text_link") == 30


def test_of_too_many_links_those_of_a_folded_body_go_first() -> None:
    folded = tuple(Span(3 * n, 3 * n + 2, LINKED, "https://a.kr/") for n in range(120))
    last = Span(360, 362, LINKED, "https://b.kr/")
    _, entities = written(Marked("ab " * 121, (Span(0, 359, Kind.FOLD), *folded, last)))
    assert len(entities) == MOST
    assert entities[-1].url == "https://b.kr/"


def test_what_no_reader_should_be_sent_is_taken_out_and_moves_nothing() -> None:
    """FAILURES section 3, row 24: controls, halves of surrogate pairs, direction overrides."""
    text, [bold] = written(Marked("a\x00\ud800\u202eb\u2028c", (Span(4, 7, BOLD),)))
    assert text == "a \ufffd\u2060b c"
    assert (bold.offset, bold.length) == (4, 3)
