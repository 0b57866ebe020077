"""A site's own first and last lines go, its stories stay: issue 3, point 1; DESIGN.md section 7."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.document import Block, Document, Figure, Heading, Items, Mark, Paragraph, Picture, Quote, Run, Table
from bot.text.boilerplate import edges, without
from bot.text.plain import text_of

FIRST = "하늘시가 심야버스를 14개 노선으로 늘린다고 밝혔다."
SECOND = "배차 간격은 40분에서 25분으로 줄어든다."
THIRD = "요금은 지금과 같은 2,500원이다."
PROMO = "실시간 뉴스 속보는, https://newsdao.kr"
BOLD = frozenset({Mark.BOLD})


def paragraph(text: str) -> Paragraph:
    return Paragraph((Run(text),))


def body(*lines: str | Block) -> Document:
    return Document(tuple(paragraph(line) if isinstance(line, str) else line for line in lines))


def key(line: str) -> str:
    return edges(body(line, FIRST))[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (PROMO, PROMO),
        (PROMO, "  실시간 뉴스 속보는,\u00a0HTTPS://NewsDAO.kr "),
        ("2026년 11월 20일 뉴스다오 아침 소식입니다", "2026년 11월 3일 뉴스다오 아침 소식입니다"),
        ("2026. 11. 20. (금) 뉴스다오 브리핑", "2026. 11. 23. (월) 뉴스다오 브리핑"),
        ("Newsdao, Friday, November 20, 2026", "Newsdao, Monday, March 3, 2027"),
        ("구독자 12,345명이 함께 봅니다", "구독자 9명이 함께 봅니다"),
        ("▶ 제보는 02-123-4567", "★ 제보는 02-123-4567 ★"),
        ("Ｎｅｗｓｄａｏ 뉴스레터", "newsdao 뉴스레터"),
    ],
)
def test_a_line_keeps_its_key_whatever_the_date_or_number(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(
    "other", ["실시간 뉴스 속보는, https://newsdao.com", "실시간 뉴스는, https://newsdao.kr", FIRST]
)
def test_other_lines_have_other_keys(other: str) -> None:
    assert key(other) != key(PROMO)


def test_keys_are_the_same_in_every_process() -> None:
    assert key(PROMO) == "6f8abe72cacd31a2379dfdae3e4c1853"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((), ()),
        ((PROMO,), ()),
        (("★★★", PROMO), ()),
        ((PROMO, FIRST), (PROMO, FIRST)),
        ((PROMO, FIRST, SECOND), (PROMO, FIRST, SECOND)),
        ((PROMO, FIRST, SECOND, THIRD, "끝"), (PROMO, FIRST, THIRD, "끝")),
        ((PROMO, FIRST, PROMO), (PROMO, FIRST)),
        (("가" * 161, FIRST, "나" * 161), (FIRST,)),
        (("★★★", PROMO, FIRST, SECOND, THIRD, "* * *"), (PROMO, FIRST, SECOND, THIRD)),
        ((f"{PROMO}\n{FIRST}", SECOND, f"{THIRD}\n\n끝"), (PROMO, FIRST, THIRD, "끝")),
    ],
)
def test_only_two_lines_at_either_end_have_keys(lines: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert edges(body(*lines)) == tuple(map(key, expected))


def test_headings_tables_and_pictures_are_no_lines() -> None:
    around = (Heading(2, (Run("제목"),)), Figure(Picture("https://a.kr/a.jpg"), "설명"), Table((("1", "2"),)))
    assert edges(body(*around, PROMO, FIRST, *around)) == edges(body(PROMO, FIRST))


ITEMS = Items(False, ((paragraph(THIRD),), (paragraph(PROMO),)))
LINKED = Paragraph((Run("실시간 뉴스 속보는, "), Run("https://newsdao.kr", BOLD, "https://newsdao.kr")))
PICTURE = Figure(Picture("https://a.kr/a.jpg"), "설명")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (body(FIRST, SECOND, PROMO), body(FIRST, SECOND)),
        (body(PROMO, FIRST, SECOND), body(FIRST, SECOND)),
        (body(PROMO, FIRST, SECOND, PROMO), body(FIRST, SECOND)),
        (body(PROMO, PROMO, PROMO, FIRST), body(FIRST)),
        (body(FIRST, SECOND, LINKED), body(FIRST, SECOND)),
        (body(FIRST, PROMO, SECOND), body(FIRST, PROMO, SECOND)),
        (body(FIRST, SECOND), body(FIRST, SECOND)),
        (body(PROMO), body(PROMO)),
        (body(PROMO, PROMO), body(PROMO, PROMO)),
        (body(PROMO, "★★★"), body(PROMO, "★★★")),
        (body(PICTURE, PROMO), body(PICTURE, PROMO)),
        (body(), body()),
        # decorations
        (body(FIRST, "* * *", PROMO, "★★★"), body(FIRST)),
        (body(FIRST, "* * *"), body(FIRST, "* * *")),
        # pictures and headings stay
        (body(PICTURE, PROMO, FIRST, PROMO, PICTURE), body(PICTURE, FIRST, PICTURE)),
        # within a block
        (body(FIRST, ITEMS), body(FIRST, Items(False, ((paragraph(THIRD),),)))),
        (body(FIRST, Items(True, ((paragraph(PROMO),),))), body(FIRST)),
        (body(FIRST, Quote((paragraph(SECOND), paragraph(PROMO)))), body(FIRST, Quote((paragraph(SECOND),)))),
        (body(FIRST, Quote((ITEMS,))), body(FIRST, Quote((Items(False, ((paragraph(THIRD),),)),)))),
        (body(Quote((paragraph(PROMO),)), FIRST), body(FIRST)),
        # within a paragraph
        (body(f"{FIRST}\n{PROMO}"), body(FIRST)),
        (body(f"{PROMO}\n\n{FIRST}\n{SECOND}"), Document((Paragraph((Run(FIRST), Run("\n"), Run(SECOND))),))),
        (
            body(Paragraph((Run(FIRST, BOLD), Run("\n\n실시간 뉴스 속보는, https://newsdao.kr")))),
            Document((Paragraph((Run(FIRST, BOLD),)),)),
        ),
    ],
)
def test_recurring_lines_at_the_edges_go(before: Document, after: Document) -> None:
    assert without(before, {key(PROMO)}) == after
    assert without(before, ()) == before


@pytest.mark.parametrize(
    ("line", "named", "goes"),
    [
        ("뉴스다오 제보는 카카오톡으로", "뉴스다오 제보", True),
        ("▶ 뉴스다오  제보는 카카오톡으로", "뉴스다오 제보", True),
        ("▶ 뉴스다오제보는 카카오톡으로", "뉴스다오 제보", True),
        ("Follow NEWSDAO on X", "follow newsdao", True),
        ("Ｆollow Newsdao on X", "FOLLOW NEWSDAO", True),
        ("뉴스다오 제보는 " + "가" * 200, "뉴스다오 제보", True),
        ("시는 " + "가" * 200 + " 뉴스다오 제보", "뉴스다오 제보", False),
        ("제보는 카카오톡으로", "뉴스다오 제보", False),
        ("뉴스다오 제보는 카카오톡으로", "", False),
        ("뉴스다오 제보는 카카오톡으로", " ", False),
    ],
)
def test_lines_that_the_config_names_go(line: str, named: str, goes: bool) -> None:
    assert without(body(FIRST, SECOND, line), (), [named]) == (
        body(FIRST, SECOND) if goes else body(FIRST, SECOND, line)
    )
    assert without(body(FIRST, line, SECOND), (), [named]) == body(FIRST, line, SECOND)
    assert without(body(line), (), [named]) == body(line)


LINES = st.sampled_from([FIRST, SECOND, PROMO, "★", " ", f"{PROMO}\n{SECOND}", "가\n"])
BLOCKS = st.recursive(
    LINES.map(paragraph),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda blocks: Quote(tuple(blocks))),
        st.lists(inner, max_size=3).map(lambda blocks: Items(False, tuple((block,) for block in blocks))),
    ),
    max_leaves=6,
)


@given(st.lists(BLOCKS, max_size=5).map(lambda blocks: Document(tuple(blocks))))
def test_a_story_is_never_emptied_and_clean_edges_stay(document: Document) -> None:
    cleaned = without(document, {key(PROMO)})
    said, left = text_of(document), text_of(cleaned)
    assert without(cleaned, {key(PROMO)}) == cleaned
    assert left.strip() or not said.strip()
    for line in (FIRST, SECOND):
        assert left.count(line) == said.count(line)


def test_a_megabyte_is_cleaned_at_once() -> None:
    document = body(*[FIRST] * 35_000, PROMO)
    began = time.process_time()
    assert len(without(document, {key(PROMO)}).blocks) == 35_000
    assert time.process_time() - began < 2
