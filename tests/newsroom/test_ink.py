"""Text as it is drawn: PLATFORMS.md a (units), FAILURES.md section 1 (injection)."""

from typing import TYPE_CHECKING

import pytest

from bot.model import Entity
from bot.newsroom.addresses import address_in, linked, web_address
from bot.newsroom.ink import Block, Ink, blocks, ink
from bot.newsroom.reading import marked
from bot.text.marked import Kind, Marked, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

BOLD = frozenset({Kind.BOLD})


@pytest.mark.parametrize(
    ("text", "entities", "expected"),
    [
        ("속보 본문", [Entity("bold", 0, 2)], [Ink("속보", BOLD), Ink(" 본문")]),
        ("🚀🚀 발사 성공", [Entity("bold", 5, 2)], [Ink("🚀🚀 "), Ink("발사", BOLD), Ink(" 성공")]),
        (
            "가나다",
            [Entity("bold", 0, 2), Entity("italic", 1, 2)],
            [Ink("가", BOLD), Ink("나", BOLD | {Kind.ITALIC}), Ink("다", frozenset({Kind.ITALIC}))],
        ),
        ("가", [Entity("bold", 0, 99)], [Ink("가", BOLD)]),
        ("가", [Entity("bold", -3, 4)], [Ink("가", BOLD)]),
        ("여기", [Entity("text_link", 0, 2, "https://a.kr/")], [Ink("여기", frozenset(), "https://a.kr/")]),
        ("여기", [Entity("text_link", 0, 2, "javascript:alert(1)")], [Ink("여기")]),
        ("여기", [Entity("custom_emoji", 0, 2)], [Ink("여기")]),
        (
            "보라 https://a.kr/x. 끝",
            [],
            [Ink("보라 "), Ink("https://a.kr/x", frozenset(), "https://a.kr/x"), Ink(". 끝")],
        ),
        ("http:// https://.", [], [Ink("http:// https://.")]),
        ("", [], []),
    ],
)
def test_text_is_cut_where_its_look_changes(text: str, entities: "Sequence[Entity]", expected: list[Ink]) -> None:
    assert list(ink(linked(marked(text, entities)))) == expected


def test_an_entity_that_ends_inside_a_surrogate_pair_breaks_nothing() -> None:
    assert ink(marked("🚀", [Entity("bold", 0, 1)])) == (Ink("🚀"),)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " https://a.kr/",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "//a.kr/",
        "https:///x",
        "",
        None,
        7,
    ],
)
def test_only_web_addresses_become_links(url: object) -> None:
    assert web_address(url) == ""


@pytest.mark.parametrize(
    ("words", "address"),
    [("https://a.kr/x).", "https://a.kr/x"), ("https://a.kr/**", "https://a.kr/"), ("https://…", ""), ("가", "")],
)
def test_what_closes_a_sentence_is_none_of_its_address(words: str, address: str) -> None:
    assert address_in(words) == address


def test_no_address_is_looked_for_in_code_or_in_a_link() -> None:
    text = Marked("https://a.kr/1 https://a.kr/2", (Span(0, 14, Kind.CODE), Span(15, 29, Kind.LINK, "https://b.kr/")))
    assert linked(text) == text


def shape(block: Block) -> object:
    held = [shape(inner) for inner in block.blocks] or "".join(stretch.text for stretch in block.ink)
    return (block.kind, held) if block.kind else held


@pytest.mark.parametrize(
    ("text", "spans", "expected"),
    [
        ("가\n\n나", [], ["가\n\n나"]),
        ("가\n인용\n\n나", [Span(2, 4, Kind.QUOTE)], ["가", (Kind.QUOTE, ["인용"]), "나"]),
        ("  x = 1\n", [Span(0, 7, Kind.PRE)], [(Kind.PRE, "  x = 1")]),
        (
            "말\nx = 1\n끝",
            [Span(0, 9, Kind.FOLD), Span(2, 7, Kind.PRE)],
            [(Kind.FOLD, ["말", (Kind.PRE, "x = 1"), "끝"])],
        ),
        ("인용", [Span(0, 2, Kind.QUOTE), Span(0, 1, Kind.FOLD)], [(Kind.QUOTE, ["인용"])]),
        ("\n\n", [Span(0, 2, Kind.QUOTE)], []),
        ("", [], []),
    ],
)
def test_text_is_cut_where_its_shape_changes(text: str, spans: list[Span], expected: list[object]) -> None:
    assert [shape(block) for block in blocks(Marked(text, tuple(spans)))] == expected


@pytest.mark.parametrize(("text", "long"), [("가\n나\n다", False), ("가\n나\n다\n라", True), ("가" * 95, True)])
def test_a_quote_of_more_than_three_lines_is_long(text: str, long: bool) -> None:
    [block] = blocks(Marked(text).as_(Kind.FOLD))
    assert block.long == long


def test_a_mark_begins_anew_in_a_block_of_its_own() -> None:
    text = Marked("가\n나", (Span(0, 3, Kind.BOLD), Span(2, 3, Kind.QUOTE)))
    plain, quote = blocks(text)
    assert plain.ink == (Ink("가", BOLD),)
    assert quote.blocks == (Block(None, (Ink("나", BOLD),)),)
