"""Marked text in Discord's Markdown."""

import pytest

from adapters.discord.markdown import written
from bot.document import Code, Document, Items, Mark, Paragraph, Quote, Run
from bot.text.flat import flat
from bot.text.marked import Kind, Marked, joined, link

BOLD, ITALIC, CODE = Kind.BOLD, Kind.ITALIC, Kind.CODE


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        (joined(["정부가 ", Marked("40%").as_(BOLD), "로"]), "정부가 **40%**로"),
        (Marked("굵고 기운").as_(ITALIC).as_(BOLD), "***굵고 기운***"),
        (joined([Marked("가").as_(ITALIC), Marked("나").as_(BOLD)]), "*가*\u2060**나**"),
        (joined([Marked("가").as_(ITALIC), Marked("나")]).as_(BOLD), "***가*나**"),
        (Marked("밑줄").as_(Kind.UNDERLINE), "__밑줄__"),
        (Marked("줄").as_(Kind.STRIKE), "~~줄~~"),
        (Marked("가림").as_(Kind.SPOILER), "||가림||"),
        (Marked("a_b").as_(CODE), "`a_b`"),
        (Marked("a`b").as_(CODE), "a\\`b"),
        (Marked(" 가 ").as_(BOLD), " **가** "),
        (Marked("  ").as_(BOLD), "  "),
        (Marked("첫 줄\n둘째 줄").as_(BOLD), "**첫 줄**\n**둘째 줄**"),
        (Marked("인용\n두 줄").as_(Kind.QUOTE), "> 인용\n> 두 줄"),
        (joined(["앞", Marked("접힌 글").as_(Kind.FOLD)], "\n\n"), "앞\n\n> 접힌 글"),
        (Marked("x = *1*").as_(Kind.PRE), "```\nx = *1*\n```"),
        (Marked("a ``` b").as_(Kind.PRE), "a \\`\\`\\` b"),
        (Marked("<tel:+82>\n*1*").as_(Kind.PRE).as_(Kind.QUOTE), "> \\<tel:+82\\>\n> \\*1\\*"),
        (link("기사 [전문]", "https://a.kr/b_(c)"), r"[기사 \[전문\]](https://a.kr/b_%28c%29)"),
        (link("https://newsdao.kr/도의회", "https://newsdao.kr/%EB"), "https://newsdao.kr/도의회"),
        (link("기사", "https://a.kr/").as_(BOLD), "[**기사**](https://a.kr/)"),
        (Marked("# 제목"), "\\# 제목"),
        (joined([Marked("가").as_(BOLD), "- 나"]), "**가**- 나"),
        (Marked("https://a.kr/<b>"), r"<https://a.kr/>\<b\>"),
        (Marked("12:100:30 :fire:"), "12:\u2060100:30 :\u2060fire:"),
        (Marked("steam://run/1"), "steam:\u2060//run/1"),
    ],
)
def test_a_reader_sees_the_marks_and_nothing_that_nobody_meant(text: Marked, markdown: str) -> None:
    assert written(text) == markdown


def test_a_document_reads_as_it_was_written() -> None:
    document = Document(
        (
            Paragraph(
                (
                    Run("정부가 "),
                    Run("200개", frozenset({Mark.BOLD})),
                    Run(" 사업을 "),
                    Run("연다", href="https://a.kr/"),
                )
            ),
            Items(False, ((Paragraph((Run("하나"),)),), (Paragraph((Run("둘"),)),))),
            Quote((Paragraph((Run("*별*이 있는 말"),)),)),
            Code("print(1)"),
        )
    )
    assert written(flat(document)) == (
        "정부가 **200개** 사업을 [연다](https://a.kr/)\n\n• 하나\n• 둘\n\n> \\*별\\*이 있는 말\n\n```\nprint(1)\n```"
    )
