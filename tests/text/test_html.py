"""HTML to Document: what a reader sees, without the blog around it (DESIGN.md section 7; FAILURES.md, injection)."""

import gc
import pickle
import time

import pytest

from bot.document import Block, Code, Figure, Heading, Items, Mark, Paragraph, Picture, Quote, Run, Table
from bot.text.html import document
from bot.text.plain import text_of

BASE = "https://newsdao.kr/news/"
BOLD = frozenset({Mark.BOLD})


def blocks(html: str) -> tuple[Block, ...]:
    return document(html, BASE).blocks


def runs(html: str) -> tuple[Run, ...]:
    (block,) = blocks(html)
    assert isinstance(block, Paragraph)
    return block.runs


def paragraph(text: str) -> Paragraph:
    return Paragraph((Run(text),))


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>가</p><p>나</p>", (paragraph("가"), paragraph("나"))),
        ("<p>가</p>나 <i></i>", (paragraph("가"), paragraph("나"))),
        ("<div>가<div>나</div>다</div>", (paragraph("가"), paragraph("나"), paragraph("다"))),
        ("<h2 data-ke-size='size26'>제목</h2><p>가</p>", (Heading(2, (Run("제목"),)), paragraph("가"))),
        ("<h6>제<br>목</h6>", (Heading(6, (Run("제\n목"),)),)),
        ("<p>&nbsp;</p><p> </p><hr><p>가</p><p><br></p>", (paragraph("가"),)),
        ("<p>  가\n\t 나&nbsp; <b> 다</b> </p>", (Paragraph((Run("가 나 "), Run("다", BOLD))),)),
        ("<p>가 <br> 나</p>", (paragraph("가\n나"),)),
        ("<p>가<br><br>나<br></p>", (paragraph("가"), paragraph("나"))),
        ("<pre>  a\n\n<b>b</b><br>c  \n</pre>", (Code("  a\n\nb\nc"),)),
        ("<pre>a<pre>b</pre></pre><pre> </pre>", (Code("ab"),)),
        ("<ul><li>가<li>나<ol><li>다</ol></ul>", (
            Items(False, ((paragraph("가"),), (paragraph("나"), Items(True, ((paragraph("다"),),))))),
        )),
        ("<ul>가</ul><ul><li></li></ul><li>나</li>", (Items(False, ((paragraph("가"),),)), paragraph("나"))),
        ("<blockquote><p>가</p>나</blockquote><blockquote></blockquote>", (Quote((paragraph("가"), paragraph("나"))),)),
        ("<table><caption>표</caption><tr><th>가<th>나<tr><td>1<br>0<td><p>2</p><p>3</p></table>", (
            paragraph("표"), Table((("가", "나"), ("1 0", "2 3")), head=True),
        )),
        ("<table><tr><td>1<td>2</table>", (Table((("1", "2"),)),)),
        ("<table><tr><td><p>가</p><p>나</p></table>", (paragraph("가"), paragraph("나"))),
        ("<table><tr><td><h2>가</h2><td>나</table>", (Heading(2, (Run("가"),)), paragraph("나"))),
        ("<table></table><figure></figure>", ()),
        ("<details><summary>가</summary>나</details>", (paragraph("가"), paragraph("나"))),
    ],
)  # fmt: skip
def test_blocks_are_what_a_reader_sees(html: str, expected: tuple[Block, ...]) -> None:
    assert blocks(html) == expected


@pytest.mark.parametrize(
    ("html", "mark"),
    [
        *((f"<{tag}>가</{tag}>", Mark.BOLD) for tag in ("b", "strong", "mark")),
        *((f"<{tag}>가</{tag}>", Mark.ITALIC) for tag in ("i", "em", "cite")),
        *((f"<{tag}>가</{tag}>", Mark.UNDERLINE) for tag in ("u", "ins")),
        *((f"<{tag}>가</{tag}>", Mark.STRIKE) for tag in ("s", "del", "strike")),
        ("<code>가</code>", Mark.CODE),
        ('<span style="color: #ee2323;">가</span>', Mark.BOLD),
        ('<span style="background-color: #21538527;">가</span>', Mark.BOLD),
        ('<span style="font-size:1em;BACKGROUND: rgb(1, 2, 3)">가</span>', Mark.BOLD),
        ('<font color="red">가</font>', Mark.BOLD),
        ('<span style="font-weight:700">가</span>', Mark.BOLD),
    ],
)
def test_emphasis_is_a_mark_and_a_colour_is_emphasis(html: str, mark: Mark) -> None:
    assert runs(f"<p>{html}</p>") == (Run("가", frozenset({mark})),)


@pytest.mark.parametrize(
    "style",
    ["color: #333", "color:#333333;", "color: black", "color: rgb(0, 0, 0)", "background-color: rgba(255,255,255,1)",
     "background:transparent", "color: inherit !important", "border-color: red", "font-weight: 400", ""],
)  # fmt: skip
def test_greys_and_what_pasting_leaves_behind_are_no_emphasis(style: str) -> None:
    assert runs(f'<p><span style="{style}">가</span></p>') == (Run("가"),)


def test_marks_nest_and_neighbours_of_one_kind_are_one_run() -> None:
    nested = (
        '<p>가<b>나<span style="color:#ee2323">다</span><i>라</i></b><b>마</b><b style="font-weight:normal">바</b></p>'
    )
    both = frozenset({Mark.BOLD, Mark.ITALIC})
    assert runs(nested) == (Run("가"), Run("나다", BOLD), Run("라", both), Run("마", BOLD), Run("바"))


@pytest.mark.parametrize(
    ("href", "expected"),
    [("/a?b=가", "https://newsdao.kr/a?b=%EA%B0%80"), ("mailto:a@b.kr", "mailto:a@b.kr"), ("//x.kr", "https://x.kr"),
     ("javascript:alert(1)", ""), (" JaVa&#10;Script:alert(1)", ""), ("data:text/html,x", ""), ("tg:x", ""), ("", "")],
)  # fmt: skip
def test_links_are_absolute_and_safe_or_plain_text(href: str, expected: str) -> None:
    assert runs(f'<p><a href="{href}">가<b>나</b></a></p>') == (Run("가", href=expected), Run("나", BOLD, expected))


@pytest.mark.parametrize(
    ("html", "figures"),
    [
        ('<p>앞<img src="/a.jpg" alt=" 대체\n글 ">뒤</p>', [("/a.jpg", "대체 글", "")]),
        ('<figure><img src="/a.jpg"><figcaption>설명 <b>글</b></figcaption></figure>', [("/a.jpg", "", "설명 글")]),
        ('<figure><figcaption>설명</figcaption><img src="/a.jpg"><img src="/b.jpg"></figure>',
         [("/a.jpg", "", ""), ("/b.jpg", "", "설명")]),
        ('<img src="data:image/gif;base64,R0" data-src="/late.jpg">', [("/late.jpg", "", "")]),
        ('<img src="/pixel.gif" width="1" height="1px"><img src="/x" width=0>', []),
        ('<img src="file:///etc/passwd"><img src="mailto:a@b.kr"><img><img src="">', []),
        ('<figure><div><img src="/a.jpg"></div><p><figcaption>설명</figcaption></figure>', [("/a.jpg", "", "설명")]),
        ("<figure>글<figcaption>설명</figcaption></figure>", []),
    ],
)  # fmt: skip
def test_pictures_have_their_alt_text_and_caption(html: str, figures: list[tuple[str, str, str]]) -> None:
    found = [block for block in blocks(html) if isinstance(block, Figure)]
    assert found == [Figure(Picture(f"https://newsdao.kr{path}", alt), caption) for path, alt, caption in figures]


def test_a_caption_without_a_picture_is_a_paragraph_and_an_emoji_picture_is_its_emoji() -> None:
    assert blocks("<figure>글<figcaption>설명</figcaption></figure>") == (paragraph("글"), paragraph("설명"))
    assert blocks("<figcaption>설명</figcaption>") == (paragraph("설명"),)
    assert runs('<p>좋다 <img class="emoji" alt="👍" src="/1f44d.png"></p>') == (Run("좋다 👍"),)


@pytest.mark.parametrize(
    ("html", "text", "href"),
    [
        ('<iframe src="https://v.kr/embed/1" title="브리핑 영상"></iframe>', "브리핑 영상", "https://v.kr/embed/1"),
        ('<video><source src="/a.mp4">못 봅니다</video>', "영상", "https://newsdao.kr/a.mp4"),
        ('<video src="/b.mp4"></video>', "Video", "https://newsdao.kr/b.mp4"),
        ('<audio><source src="/c">못 듣습니다</audio>', "음성", "https://newsdao.kr/c"),
        ('<object data="/d.WEBM"></object>', "Video", "https://newsdao.kr/d.WEBM"),
    ],
)
def test_videos_become_links(html: str, text: str, href: str) -> None:
    assert runs(html) == (Run(text, href=href),)


@pytest.mark.parametrize(
    "hidden",
    [
        *(f"<{tag}>숨김</{tag}>" for tag in ("script", "style", "template", "noscript", "svg", "button", "textarea")),
        "<p hidden>숨김</p>", '<div style="display : none">숨김</div>', '<span style="visibility:hidden">숨김</span>',
        '<span style="font-size:0px">숨김</span>', '<span style="opacity:0.0;color:red">숨김</span>', "<!-- 숨김 -->",
        '<iframe src="https://ads.kr" width="0"></iframe>', "<video></video>", "<head><title>숨김</title></head>",
    ],
)  # fmt: skip
def test_what_a_reader_does_not_see_is_dropped(hidden: str) -> None:
    assert text_of(document(f"<p>앞</p>{hidden}<p>뒤</p>", BASE)) == "앞\n뒤"


def test_slight_transparency_hides_nothing() -> None:
    assert runs('<span style="opacity:0.9;font-size:0.9em">보임</span>') == (Run("보임"),)


def test_entities_cannot_bring_hidden_characters_back() -> None:
    assert text_of(document("<p>가&#x202e;나\x00다&#8203;라&zwj;마\ud83d</p>")) == "가나다라마\ufffd"


@pytest.mark.parametrize(
    ("name", "html"),
    [
        ("100 deep", "<div>" * 100 + "가" + "</div>" * 100),
        ("100 quotes", "<blockquote>" * 100 + "가"),
        ("100 lists", "<ul><li>" * 100 + "가"),
        ("100 tables", "<table><tr><td>" * 100 + "가"),
        ("endless divs", "<div>" * 150_000 + "가"),
        ("endless marks", "<b>" * 150_000 + "가"),
        ("marks in every paragraph", "".join(f"<p><font size={number}>가" for number in range(3000))),
        ("a megabyte of paragraphs", "<p>가나다 <b>라</b>마</p>" * 15_000),
        ("a megabyte of runs", "<p>" + "가<b>나</b>" * 20_000),
        ("a megabyte of breaks", "<p>" + "가<br>" * 30_000),
        ("unclosed", "<a" * 300_000 + ">가"),
    ],
)
def test_depth_and_size_neither_recurse_nor_explode(name: str, html: str) -> None:
    started = time.process_time()
    read = document(html)
    assert "가" in text_of(read) or name == "unclosed"
    assert pickle.loads(pickle.dumps(read)) == read
    assert time.process_time() - started < 6, "a bound for quadratic cost (tried: 34 s for 100,000 nested divs)"


@pytest.mark.parametrize("html", ["<blockquote>" * 100 + "가", "<ul><li>" * 100 + "가"])
def test_blocks_nest_at_most_twelve_deep(html: str) -> None:
    depth, (block,) = 1, blocks(html)
    while isinstance(block, Quote | Items):
        depth, block = depth + 1, (block.blocks if isinstance(block, Quote) else block.items[0])[0]
    assert depth <= 13


def test_closing_tags_that_close_nothing_do_no_harm() -> None:
    assert (
        text_of(document("</div></b>" * 200 + "<div>" * 150 + "<b>가</b>" + "</div>" * 150 + "<p>나</p>")) == "가\n나"
    )


def test_nothing_is_nothing() -> None:
    assert blocks("") == blocks(" \n ") == ()


def test_a_tree_is_let_go_as_soon_as_it_is_read() -> None:
    """A cycle through the reader would keep the tree of each page until the collector comes by."""
    gc.collect()
    gc.disable()
    try:
        document(
            "<p>글 <b>굵게</b> 10<sup>2</sup> <q>말</q></p><ul><li><a href='/x'>링크</a></li></ul>",
            "https://newsdao.kr/",
        )
        assert gc.collect() == 0
    finally:
        gc.enable()
