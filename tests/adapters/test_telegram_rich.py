"""A story as Telegram's article, and what stands by in case it is refused (PLATFORMS: sections a and i)."""

from dataclasses import replace
from typing import Any

import pytest

from adapters.telegram import Adapter
from bot.document import Block, Code, Document, Figure, Heading, Items, Mark, Paragraph, Quote, Run, Table
from bot.model import Message, Secret, Story, Style
from tests.adapters.stage import ASCII_LINK, BARE, PICTURE, STORY, Canned, reply

LINK = "https://hanbit.example/news/2026/11/22/남해안-고속철/"
SECOND = replace(PICTURE, url="https://hanbit.example/img/b.png", sha256="cd" * 32)
THIRD = replace(PICTURE, url="https://hanbit.example/img/c.png", sha256="")


def render(story: Story, **style: Any) -> tuple[Message, ...]:
    return Adapter(Canned(reply(200)), token=Secret("4242:token-q")).render(story, Style(**style))


def paragraph(text: str) -> Paragraph:
    return Paragraph((Run(text),))


def told(*blocks: Block, story: Story = STORY) -> Story:
    return replace(story, body=Document(blocks))


BODY = (
    Heading(1, (Run("소제목"),)),
    Paragraph((Run("굵게 ", frozenset({Mark.BOLD})), Run("기울여", frozenset({Mark.ITALIC}), "https://a.kr/?a=1&b=2"))),
    Items(True, ((paragraph("하나"),), (paragraph("둘"), Items(False, ((paragraph("속"),),))))),
    Quote((paragraph("첫 줄\n둘째 줄"),)),
    Code("a < b"),
    Table((("가", "나"), ("1", "<2>")), head=True),
    Figure(SECOND, "둘째 사진"),
    Figure(THIRD, "없는 사진"),
)
ARTICLE = (
    f"<h1>{STORY.headline}</h1>"
    '<img src="tg://photo?id=picture1"/>'
    f"<p><b>{STORY.excerpt}</b></p>"
    "<h2>소제목</h2>"
    '<p><b>굵게</b> <a href="https://a.kr/?a=1&amp;b=2"><i>기울여</i></a></p>'
    "<ol><li>하나</li><li><p>둘</p><ul><li>속</li></ul></li></ol>"
    "<blockquote>첫 줄<br>둘째 줄</blockquote>"
    "<pre>a &lt; b</pre>"
    "<table bordered><tr><th>가</th><th>나</th></tr><tr><td>1</td><td>&lt;2&gt;</td></tr></table>"
    '<figure><img src="tg://photo?id=picture2"/><figcaption>둘째 사진</figcaption></figure>'
    "<p>▲ 없는 사진</p>"
    "<footer>hanbit · 2026년 11월 22일 12:00 · #Rail</footer>"
    f'<p><a href="{ASCII_LINK}">{LINK}</a></p>'
)
RICH = replace(told(*BODY), pictures=(PICTURE, SECOND, THIRD))


def test_an_article_tells_the_whole_document_with_its_pictures() -> None:
    [message] = render(RICH, rich=True, hashtags=1)
    assert message.markup == message.body["rich_message"]["html"] == ARTICLE
    assert message.body["rich_message"]["media"] == [
        {"id": f"picture{n}", "media": {"type": "photo", "media": f"attach://picture{n}"}} for n in (1, 2)
    ]
    assert message.pictures == (PICTURE, SECOND)
    assert (message.length, message.limit) == (len(message.text), 32_768)
    assert "<" not in message.text.replace("a < b", "").replace("<2>", "")


def test_an_article_has_the_alert_beside_it() -> None:
    """For a server that refuses it."""
    [message], [alert] = render(RICH, rich=True, button=True), render(RICH, button=True)
    assert {name: message.body[name] for name in alert.body} == alert.body
    assert "<a href" not in message.markup.rpartition("<footer>")[2], "the button leads to the story"


@pytest.mark.parametrize(("hashtags", "silent"), [(0, True), (1, False)])
def test_nothing_in_an_article_comes_alive_by_itself_unless_its_tags_shall(hashtags: int, silent: bool) -> None:
    [message] = render(told(paragraph("@kim #태그")), rich=True, hashtags=hashtags)
    assert message.body["rich_message"]["skip_entity_detection"] is silent
    assert "@\u2060kim #\u2060태그" in message.markup


def test_an_excerpt_that_the_body_begins_with_is_told_once() -> None:
    [message] = render(told(paragraph(f"{STORY.excerpt} 그다음.")), rich=True)
    assert message.text.count(STORY.excerpt) == 1


def test_a_story_without_a_body_is_no_article() -> None:
    assert "rich_message" not in render(STORY, rich=True)[0].body


def test_an_article_is_not_continued() -> None:
    assert len(render(RICH, rich=True, body="thread")) == 1


WIDE = Table((tuple("abcdefghijklmnopqrstu"),))


@pytest.mark.parametrize(
    ("block", "html"),
    [
        (WIDE, "<p>a | b | c | d | e | f | g | h | i | j | k | l | m | n | o | p | q | r | s | t | u</p>"),
        (
            Quote((Quote((Quote((Quote((paragraph("tief"),)),)),)),)),
            "<blockquote><blockquote><blockquote>tief</blockquote></blockquote></blockquote>",
        ),
        (Items(False, ((), (paragraph("하나"),))), "<ul><li>하나</li></ul>"),
        (Items(False, ((),)), ""),
        (Figure(THIRD), ""),
    ],
    ids=["too wide", "too deep", "an empty item", "an empty list", "nothing to show"],
)
def test_what_an_article_cannot_hold_is_drawn_or_left_out(block: Block, html: str) -> None:
    [message] = render(told(paragraph("앞."), block, paragraph("뒤."), story=BARE), rich=True)
    assert f"<p>앞.</p>{html}<p>뒤.</p>" in message.markup


@pytest.mark.parametrize(
    ("blocks", "ending"),
    [
        ([paragraph("문장이다. " * 3000)] * 4, "문장이다.</p>"),
        ([paragraph("가"), Code("가" * 40_000), paragraph("나")], "<p>가</p><p>…</p>"),
        ([paragraph("가")] * 900, "<p>가</p><p>…</p>"),
        ([Items(False, ((paragraph("가"),),) * 600)], "</b></p><p>…</p>"),
    ],
    ids=["characters", "a block that cannot be cut", "blocks", "items"],
)
def test_an_article_ends_where_its_room_does(blocks: Any, ending: str) -> None:
    [message] = render(told(*blocks, story=BARE), rich=True)
    assert message.length <= 32_768
    assert message.markup.partition("<footer>")[0].endswith(ending)
    assert message.text.endswith(LINK)
