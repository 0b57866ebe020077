"""A Document as running text."""

import pytest

from bot.document import Block, Code, Document, Figure, Heading, Items, Mark, Paragraph, Picture, Quote, Run, Table
from bot.text.flat import flat
from bot.text.marked import Kind


def p(text: str) -> Paragraph:
    return Paragraph((Run(text),))


@pytest.mark.parametrize(
    ("blocks", "text"),
    [
        ([p("하나."), p("둘.")], "하나.\n\n둘."),
        ([Heading(2, (Run("제목"),)), p("글.")], "제목\n\n글."),
        ([Items(False, ((p("가"),), (p("나"),)))], "• 가\n• 나"),
        ([Items(True, ((p("가"),), (p("나"),)))], "1. 가\n2. 나"),
        ([Items(False, ((p("가"), Items(False, ((p("속"),), (p("둘"),)))), (p("나"),)))], "• 가\n  • 속\n  • 둘\n• 나"),
        ([Table((("항목", "값"), ("인구", "12만"), ("면적", "40㎢")), head=True)], "항목 | 값\n인구: 12만\n면적: 40㎢"),
        ([Table((("가", "나", "다"), ("1", "", "3")))], "가 | 나 | 다\n1 |  | 3"),
        ([Quote((p("말했다."), p("또 말했다.")))], "말했다.\n\n또 말했다."),
        ([Code("a = 1\nb = 2")], "a = 1\nb = 2"),
        ([Figure(Picture("https://a.kr/p.jpg"), "다리 전경"), p("글.")], "▲ 다리 전경\n\n글."),
        ([Figure(Picture("https://a.kr/p.jpg")), p("글.")], "글."),
        ([Figure(Picture("https://a.kr/p.jpg"), "▲ 다리 전경")], "▲ 다리 전경"),
        ([Quote((p("“안전이 먼저다.”"), p("하늘시장")))], "“안전이 먼저다.”\n\n— 하늘시장"),
        ([Quote((p("안전이 먼저다."), p("— 하늘시장")))], "안전이 먼저다.\n\n— 하늘시장"),
        ([Quote((p("산은 높고"), p("물은 깊다")))], "산은 높고\n\n물은 깊다"),
        ([Quote((p("하늘시장"),)), Quote(())], "하늘시장"),
        ([Table((("", "8월"), ("출생", "40")), head=True)], "| 8월\n출생: 40"),
        ([Table((("가", "나", "다"), ("합계", "", "")))], "가 | 나 | 다\n합계"),
        ([p("글."), Items(True, ((p("부가세 별도"),),))], "글.\n\n* 부가세 별도"),
        ([Items(True, ((p("가"),),)), p("글."), Items(True, ((p("나"),),), 2)], "1. 가\n\n글.\n\n2. 나"),
        ([Paragraph((Run("첫 줄\n둘째 줄"),))], "첫 줄\n둘째 줄"),
        ([], ""),
    ],
)
def test_blocks_become_lines(blocks: list[Block], text: str) -> None:
    assert flat(Document(tuple(blocks))).text == text


def test_marks_and_links_lie_on_their_words_and_not_on_the_space_beside_them() -> None:
    runs = (
        Run("정부가 "),
        Run(" 40% ", frozenset({Mark.BOLD})),
        Run("로 "),
        Run("올린다", frozenset(), "https://a.kr/"),
    )
    text = flat(Document((Paragraph(runs),)))
    assert [(span.kind, text.text[span.start : span.end], span.value) for span in text.spans] == [
        (Kind.BOLD, "40%", ""),
        (Kind.LINK, "올린다", "https://a.kr/"),
    ]


def test_quotes_in_quotes_are_one_and_code_keeps_no_marks() -> None:
    text = flat(Document((Quote((p("바깥"), Quote((p("안"),)))), Code("x"))))
    assert [span.kind for span in text.spans] == [Kind.QUOTE, Kind.PRE]


def test_no_block_is_begun_beyond_what_can_matter() -> None:
    """A 1 MB article is not laid out for an alert of 280 characters."""
    long = Document(tuple(p("문장이 이어진다. " * 10) for _ in range(1000)))
    assert 300 <= len(flat(long, 300).text) < 500
