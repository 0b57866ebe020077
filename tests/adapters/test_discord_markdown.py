"""Marked text in Discord's Markdown."""

import pytest

from adapters.discord.markdown import written
from bot.document import Code, Document, Items, Mark, Paragraph, Quote, Run
from bot.text.flat import flat
from bot.text.marked import Kind, Marked, joined, link
from tests.renderers.grammars.discord_reads import read

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
        (joined([Marked("@every").as_(BOLD), Marked("one").as_(BOLD)]), "**@\u200beveryone**"),
        (joined(["https://a.kr/", Marked("굵게").as_(BOLD)]), "<https://a.kr/>**굵게**"),
        (joined(["https://a.kr/ ", Marked("굵게").as_(BOLD)]), "https://a.kr/ **굵게**"),
        (Marked("https://a.kr/x*y").as_(ITALIC).as_(BOLD), "https://a.kr/x*y"),
        (Marked("https://a.kr/x_y").as_(BOLD), "**https://a.kr/x_y**"),
        (Marked("https://a.kr/\\").as_(BOLD), "**<https://a.kr/>\\\\**"),
        (Marked("3~").as_(Kind.STRIKE), "~~3\\~\u2060~~"),
        (link("기사\\[전문", "https://a.kr/"), r"[기사\\\[전문](https://a.kr/)"),
        (
            joined(["[속보] https://a.kr/[1] ", link("기사", "https://b.kr/")]),
            r"\[속보\] https://a.kr/[1] [기사](https://b.kr/)",
        ),
    ],
)
def test_a_reader_sees_the_marks_and_nothing_that_nobody_meant(text: Marked, markdown: str) -> None:
    assert written(text) == markdown


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        (Marked("* <+821012345678>").as_(CODE).as_(ITALIC).as_(Kind.UNDERLINE), r"__*\* \<+821012345678\>*__"),
        (Marked("a__b").as_(CODE).as_(Kind.UNDERLINE), r"__a\_\_b__"),
        (Marked("a|b").as_(CODE).as_(Kind.SPOILER), r"||a\|b||"),
        (Marked("[1]").as_(CODE).as_(Kind.LINK, "https://a.kr/"), r"[\[1\]](https://a.kr/)"),
        (Marked("](https://a.kr)").as_(CODE), r"\](https://a.kr)"),
        (Marked("[a](tel:1)").as_(Kind.PRE), r"[a\](tel:1)"),
        (Marked("snake_case").as_(CODE).as_(ITALIC), "*`snake_case`*"),
        (Marked("2 * 3").as_(CODE).as_(Kind.UNDERLINE), "__`2 * 3`__"),
    ],
)
def test_code_that_would_end_what_it_stands_in_is_plain_words(text: Marked, markdown: str) -> None:
    """FAILURES.md section 3 row 24: Discord finds the end of a mark before it finds code, which knows no escapes."""
    assert written(text) == markdown


@pytest.mark.parametrize(
    "kinds", [set(), {BOLD}, {ITALIC, Kind.UNDERLINE}, {Kind.STRIKE, Kind.SPOILER}, {CODE, ITALIC}]
)
@pytest.mark.parametrize(
    "words", ["* <+821012345678>", "~~a~~", "||", "[a](tel:1)", "https://a.kr/x*y_z", "a\\", "@everyone :fire:", "**__"]
)
@pytest.mark.parametrize("beside", ["", " 글", "글", "*", "\\"])
def test_what_is_written_is_read_again(words: str, kinds: set[Kind], beside: str) -> None:
    text = Marked(words)
    for kind in sorted(kinds):
        text = text.as_(kind)
    text = joined([beside, text, beside])
    reading = read(written(text))
    assert reading.text.translate({0x2060: None, 0x200B: None}) == text.text
    assert not (reading.mentions or reading.drawn or [url for _, url in reading.links if not url.startswith("https:")])


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
