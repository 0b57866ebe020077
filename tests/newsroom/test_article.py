"""Telegram's article as the page draws it (PLATFORMS.md i; FAILURES.md section 1, injection)."""

import pytest

from bot.document import Picture
from bot.model import Message, Style
from bot.newsroom.article import DEEPEST, DRAWN, Element, article

PICTURES = tuple(Picture(f"https://a.kr/{number}.jpg") for number in range(2))


def read(html: object) -> tuple[Element | str, ...]:
    body = {"rich_message": {"html": html}}
    return article(Message("telegram", Style(), "", 0, 32768, "code points", body, pictures=PICTURES))


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<h1>제목</h1>", (Element("p", "title", ("제목",)),)),
        ("<h4>절</h4>", (Element("p", "subtitle", ("절",)),)),
        ("<p>가<br>나</p>", (Element("p", "", ("가", Element("br"), "나")),)),
        (
            "<p><b>가<i>나</i></b></p>",
            (Element("p", "", (Element("span", "bold", ("가", Element("span", "italic", ("나",)))),)),),
        ),
        ("<tg-spoiler>가</tg-spoiler>", (Element("span", "spoiler", ("가",)),)),
        ('<a href="https://a.kr/?a=1&amp;b=2">가</a>', (Element("a", "", ("가",), "https://a.kr/?a=1&b=2"),)),
        ('<a href="javascript:alert(1)">가</a>', (Element("a", "", ("가",)),)),
        ('<img src="tg://photo?id=picture2"/>', (Element("img", picture=PICTURES[1]),)),
        ('<img src="tg://photo?id=picture3"/>', (Element("img"),)),
        ('<img src="https://a.kr/x.jpg" onerror="x">', (Element("img"),)),
        (
            "<table bordered><tr><th>가</th></tr></table>",
            (Element("table", "", (Element("tr", "", (Element("th", "", ("가",)),)),)),),
        ),
        ("&lt;script&gt;가", ("<script>가",)),
        ("<script>가</script><style>나</style>", ("가", "나")),
        ("<div onclick=x>가</div></p>나", ("가", "나")),
        ("<p>가<b>나", (Element("p", "", ("가", Element("span", "bold", ("나",)))),)),
        ("<p><b>가</p>나", (Element("p", "", (Element("span", "bold", ("가",)),)), "나")),
        ("", ()),
        (None, ()),
    ],
)
def test_an_article_is_read_into_what_the_page_may_draw(html: object, expected: tuple[Element | str, ...]) -> None:
    assert read(html) == expected


def test_no_tag_reaches_the_page_but_those_that_are_named() -> None:
    assert {tag for tag, _ in DRAWN.values()} == {
        *("p", "ul", "ol", "li", "blockquote", "table", "tr", "th", "td", "figure", "figcaption"),
        *("pre", "code", "br", "img", "a", "span"),
    }


def test_what_lies_too_deep_keeps_its_words() -> None:
    def depth(node: Element | str) -> int:
        return 0 if isinstance(node, str) else 1 + max(map(depth, node.inside), default=0)

    [outer] = read("<ul>" * 200 + "가" + "</ul>" * 200)
    assert depth(outer) == DEEPEST


@pytest.mark.parametrize("body", [{}, {"rich_message": "x"}, {"rich_message": {}}])
def test_an_ordinary_message_is_no_article(body: dict[str, object]) -> None:
    assert article(Message("telegram", Style(), "", 0, 4096, "code points", body)) == ()
