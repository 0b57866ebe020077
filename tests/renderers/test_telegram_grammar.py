"""The grammar of Telegram takes what the Bot API takes, and can refuse (see test_grammars)."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.model import Message
from tests.renderers.grammars import Refused, check
from tests.renderers.test_grammars import LINK, message


def telegram(text: str, *entities: Mapping[str, Any], **more: Any) -> Message:
    body = {"text": text, "entities": list(entities), "link_preview_options": {"is_disabled": True}} | more
    return message("telegram", body, len(text), text)


def under_picture(caption: str, pictures: int = 1, **more: Any) -> Message:
    return message("telegram", {"caption": caption, "caption_entities": []} | more, len(caption), caption, pictures)


def mark(kind: str, offset: int, length: int, **more: str) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length} | more


def rich(html: str) -> Message:
    return message("telegram", {"rich_message": {"html": html}, **telegram("a").body}, 1, "a")


BUTTON = {"inline_keyboard": [[{"text": "읽기", "url": LINK}]]}


def test_telegram_shows_entities_links_and_tags() -> None:
    seen = check(telegram(f"제목 👍 #해시\n{LINK}", mark("bold", 0, 5), mark("hashtag", 6, 3), mark("url", 10, 20)))
    assert (seen.links, seen.tags, seen.mentions) == ([(LINK, LINK)], ["#해시"], [])
    assert check(telegram("본문", mark("text_link", 0, 2, url=LINK))).links == [("본문", LINK)]
    assert check(telegram("본문", reply_markup=BUTTON)).links == [("읽기", LINK)]
    assert check(telegram("a@newsdao.kr")).links == [("a@newsdao.kr", "mailto:a@newsdao.kr")]
    assert check(telegram("/start @hanbit", mark("pre", 0, 14))).mentions == []
    assert check(telegram("인용 코드", mark("blockquote", 0, 5), mark("code", 3, 2), mark("bold", 0, 2))).text
    assert check(telegram("a", link_preview_options={"url": LINK, "show_above_text": True})).text == "a"
    album = [{"type": "photo", "media": "a"}, {"type": "photo", "media": "b"}]
    article: dict[str, Any] = {
        "html": "<h1>제&amp;목</h1><p><b>가<br>나</b> <a href='https://newsdao.kr/a'>읽기</a></p><img src='tg://photo?id=p'/>"
    }
    article |= {
        "skip_entity_detection": True,
        "media": [{"id": "p", "media": {"type": "photo", "media": "attach://p"}}],
    }
    seen = check(message("telegram", {"rich_message": article, **telegram("a").body}, 11, "제&목\n\n가\n나 읽기", 1))
    assert (seen.text, seen.links) == ("제&목\n가\n나 읽기", [("읽기", LINK)])
    assert check(under_picture("설명")).text == check(under_picture("설명", 2, media=album)).text == "설명"


@pytest.mark.parametrize(
    ("refused", "why"),
    [
        (telegram("a @hanbit"), "a mention is live: '@hanbit'"),
        (telegram('https://a.kr/"@hanbit'), "a mention is live"),
        (telegram("(/start@hanbit_bot)"), "a command is live"),
        (telegram("tg://resolve?domain=a"), "unsafe scheme"),
        (telegram(" a"), "white space stands at an end"),
        (telegram(""), "no text"),
        (telegram("가" * 4097), "4097 code points are more than 4096"),
        (under_picture("가" * 1025), "more than 1024"),
        (telegram("a\x00"), r"U\+0000"),
        (telegram("a\u202eb"), r"U\+202E"),
        (telegram("a\ud800"), r"U\+D800"),
        (telegram("a", parse_mode="HTML"), "does not know: parse_mode"),
        (telegram("a", caption="b"), "one of the two"),
        (telegram("👍a", mark("bold", 1, 1)), "begins inside a surrogate pair"),
        (telegram("a👍", mark("bold", 0, 2)), "ends inside a surrogate pair"),
        (telegram("a", mark("bold", 0, 2)), "ends inside a surrogate pair or behind the text"),
        (telegram("a", mark("bold", 0, 0)), "marks nothing"),
        (telegram("a b", mark("bold", 1, 1)), "nothing but white space"),
        (telegram("a", mark("mention", 0, 1)), "no entity 'mention'"),
        (telegram("a", mark("text_link", 0, 1, url="javascript:alert(1)")), "unsafe scheme"),
        (telegram("a", mark("text_link", 0, 1)), "has the address ''"),
        (telegram("a.", mark("url", 0, 2)), "Telegram finds none"),
        (telegram(f"{LINK}.", mark("url", 0, 21)), "Telegram finds none"),
        (telegram("abc", mark("code", 0, 3), mark("bold", 1, 1)), "code may stand in a quote only"),
        (telegram("abc", mark("blockquote", 0, 3), mark("expandable_blockquote", 1, 1)), "must not nest"),
        (telegram("abc", mark("blockquote", 0, 2), mark("text_link", 1, 2, url=LINK)), "overlap in part"),
        (telegram("abc", mark("bold", 0, 2), mark("bold", 1, 2)), "two stretches of bold overlap"),
        (telegram("a" * 101, *(mark("bold", n, 1) for n in range(101))), "101 entities are more than 100"),
        (telegram("a", link_preview_options={"prefer_large_media": True}), "left to Telegram"),
        (telegram("a", link_preview_options={"is_disabled": True, "url": LINK}), "has no further options"),
        (telegram("a", reply_markup={"inline_keyboard": []}), "keyboard without a button"),
        (telegram("a", reply_markup={"inline_keyboard": [[{"text": " ", "url": LINK}]]}), "a button says nothing"),
        (rich("<p>a</p><script>"), "has a <script>"),
        (rich("<p onclick='a'>a</p>"), "does not know: onclick"),
        (rich("<p><b>a</p></b>"), "closes what is not open"),
        (rich("<p>a"), "never closed"),
        (rich("<p>a</p><!-- b -->"), "a remark"),
        (rich("<p>a</p><img src='https://a.kr/b.png'>"), "no picture"),
        (rich("<p>a <a href='tg://b'>c</a></p>"), "unsafe scheme"),
        (rich("<p>@hanbit</p>"), "a mention or a command is live"),
        (rich("<p>" + "a" * 32_769 + "</p>"), "more than 32768"),
        (rich("<p>a</p>" * 501), "501 blocks"),
        (rich("<blockquote>" * 17 + "a" + "</blockquote>" * 17), "more than 16 deep"),
        (rich("<table><tr>" + "<td>a</td>" * 21 + "</tr></table>"), "more than 20 columns"),
        (rich("<p> </p>"), "there is no text"),
        (rich("<p>b</p>"), "not the article's"),
        (under_picture("a", 0), "under no picture"),
        (under_picture("a", 2), "2 pictures are no album"),
        (under_picture("a", 1, media=[{"type": "photo", "media": "a"}]), "an album of 1"),
        (message("telegram", telegram("ab").body, 1, "ab"), "2 code points are declared as 1"),
        (message("telegram", telegram("ab").body, 2, "a"), "not the one that is sent"),
    ],
)
def test_telegram_refuses(refused: Message, why: str) -> None:
    with pytest.raises(Refused, match=why):
        check(refused)
