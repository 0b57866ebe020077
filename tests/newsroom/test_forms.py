"""Every form of an alert on the page (issue 3: "the page shows all of it"), and what no form may become."""

import dataclasses
from typing import TYPE_CHECKING, Any

import aiohttp
from selectolax.lexbor import LexborHTMLParser as Html

from bot.model import Entity, Message, Style
from bot.ports import Alert
from tests.newsroom.forms import forms
from tests.newsroom.reader import attributes, read, text
from tests.renderers.corpus import corpus

if TYPE_CHECKING:
    from tests.newsroom.conftest import PaperLedger


async def test_every_form_of_an_alert_is_drawn(ledger: "PaperLedger", visitor: aiohttp.ClientSession) -> None:
    """Issue 3: the page shows all of it, as its readers see it."""
    ledger.publish(*forms(ledger))
    page = await read(visitor)
    column = {text(one, "h4 span"): one for one in map(Html, (item.html or "" for item in page.css(".alert")))}

    assert len(column["album"].css(".bubble .gallery.count-5.odd img")) == 5
    assert [tag.text() for tag in column["album"].css(".tag")] == ["#경제", "#철도정책"]
    assert [mark.text() for mark in column["folded"].css(".fold .bold")][:1] == ["22일"]
    assert text(column["folded"], ".fold details summary") == "펼치기접기"
    assert text(column["above"], ".bubble > .link-preview.small + .text")
    assert attributes(column["button"], ".key a")["href"] == "https://news.example.kr/%EA%B2%BD%EC%A0%9C/rail/"
    assert text(column["button"], ".link-preview.large b") == "news.example.kr"
    assert text(column["article"], ".article .title") == "[속보] 남해안 고속철 첫 삽"
    assert len(column["article"].css(".article figure img, .article > img")) == 2
    assert (text(column["article"], ".article th"), text(column["article"], ".article .spoiler")) == ("구간", "집사")
    assert text(column["further"], ".rest pre").startswith("curl https://")

    assert len(column["gallery"].css(".embed .gallery.count-4 img")) == 4
    assert not column["gallery"].css(".rest .embed .title")
    assert text(column["quoted"], ".embed blockquote .spoiler") == "집사"
    assert attributes(column["small"], ".with-small .small img")["alt"]
    assert attributes(column["posts"], ".x .gallery")["class"] == "gallery count-4"
    assert text(column["toots"], ".rest .visibility") == "조용히 공개"
    assert [tag.text() for tag in column["sky"].css(".bluesky .tag")] == ["#경제", "#철도정책"]
    assert text(column["card"], ".link-card .host") == "news.example.kr"
    assert not column["card"].css(".link-card img")
    assert text(column["slack"], ".block.section a") == "[속보] 남해안 고속철 첫 삽"
    assert text(column["slack"], ".no-picture").startswith("Slack에서")
    assert text(column["label"], ".block.actions a.key") == "기사 보기"
    assert '"headline": "남해안 고속철 첫 삽"' in text(column["hook"], "details pre")
    for name in ("further", "gallery", "posts", "toots", "sky", "label"):
        parts = len(column[name].css(".rest li .preview"))
        assert text(column[name], ".rest > summary").startswith(f"이어지는 글 {parts}개 전송됨 {parts}")
        assert text(column[name], ".rest h5").startswith(f"{parts + 1}개 중 2번째")


async def test_a_part_that_needs_a_person_is_open_to_see(ledger: "PaperLedger", visitor: aiohttp.ClientSession) -> None:
    first, *rest = (alert for alert in forms(ledger) if alert.account == "posts")
    held = dataclasses.replace(rest[0], deliveries=(ledger.row(5, "held", reason="읽기 시간 초과"),))
    reason = "the part before it was not sent"
    ended = dataclasses.replace(rest[1], deliveries=(ledger.row(6, "cancelled", reason=reason),))
    ledger.publish(first, held, ended)
    ledger.publish(first, *rest)
    page = await read(visitor)
    assert "open" in attributes(page, "#story-1 .rest")
    assert "open" not in attributes(page, "#story-2 .rest")
    assert text(page, "#story-1 .rest > summary") == "이어지는 글 2개 보류 1 취소 1"
    assert len(page.css("#story-1 .rest #delivery-5 button")) == 2
    assert text(page, "#delivery-6 .reason").endswith(reason)
    assert text(page, "title").startswith("(1)")


async def test_an_edit_shows_what_readers_see_now_and_what_was_there_before(
    ledger: "PaperLedger", visitor: aiohttp.ClientSession
) -> None:
    note = "with a smaller picture: the original has 14,200,331 bytes"
    before = ledger.alert("telegram", ledger.row(1), ledger.row(2, target="@sports"))
    after = ledger.alert(
        "telegram",
        ledger.row(3, operation="edit", reason=note),
        ledger.row(4, "dead", target="@sports", operation="edit", reason="message can't be edited"),
        pictures=(ledger.keep(),),
    )
    ledger.publish(before, after)
    page = await read(visitor)
    assert len(page.css(".alert > .preview img")) == 1
    assert text(page, ".versions summary") == "고치기 전후의 모습 1개"
    assert page.css(".versions .preview")
    assert not page.css(".versions img")
    rows = [row.attributes["id"] for row in page.css(".delivery")]
    assert rows == ["delivery-4", "delivery-2", "delivery-3"]  # what is edited since is told once
    assert text(page, "#delivery-3 .operation") == "수정"
    assert text(page, "#delivery-3 .reason") == f"달라진 점: {note}"
    assert text(page, "#delivery-4 .reason") == "사유: message can't be edited"


async def test_a_long_message_can_be_unfolded(ledger: "PaperLedger", visitor: aiohttp.ClientSession) -> None:
    quote = Entity("expandable_blockquote", 0, 850)
    for name, length, entities in (("short", 30, ()), ("long", 900, ()), ("folded", 900, (quote,))):
        message = Message("telegram", Style(), "가" * length, length, 4096, "code points", {}, entities)
        ledger.publish(Alert(name, message, (ledger.row(1),)))
    page = await read(visitor)
    assert len(page.css(".preview")) == 3
    assert [text(page, "#story-2 .tall > .preview + details summary")] == ["펼치기접기"]
    assert not page.css("#story-1 .tall, #story-3 .tall")
    assert page.css("#story-3 .fold details")


async def test_a_spoiler_is_one_veil_and_a_link_one_link_whatever_marks_are_inside(
    ledger: "PaperLedger", visitor: aiohttp.ClientSession
) -> None:
    entities = (
        Entity("text_link", 0, 4, "https://a.kr/"),
        Entity("bold", 1, 2),
        Entity("spoiler", 5, 4),
        Entity("italic", 6, 1),
        Entity("text_link", 8, 3, "https://b.kr/"),
    )
    text_of = "가나다라 마바사아자차카"
    ledger.publish(Alert("readers", Message("telegram", Style(), text_of, 12, 4096, "", {}, entities), ()))
    page = await read(visitor)
    assert [anchor.text() for anchor in page.css(".telegram .text a")] == ["가나다라", "아", "자차"]
    assert [veil.text() for veil in page.css(".spoiler")] == ["마바사아"]
    assert attributes(page, ".spoiler")["tabindex"] == "0"
    assert attributes(page, ".spoiler")["aria-label"]
    assert text(page, ".telegram .text") == text_of


async def test_the_injection_corpus_never_becomes_markup(ledger: "PaperLedger", visitor: aiohttp.ClientSession) -> None:
    """FAILURES.md section 1; every string in every place where a platform's form holds one."""
    bad = "javascript:alert(1)"
    for attack in corpus():
        words = attack.text[:2000].encode("utf-8", "replace").decode()
        marks = [Entity("text_link", 0, 4, bad), Entity("spoiler", 2, 40), Entity("expandable_blockquote", 0, 99)]
        bodies: dict[str, dict[str, Any]] = {
            "telegram": {"rich_message": {"html": words}, "reply_markup": {"inline_keyboard": [[{"text": words}]]}},
            "discord": {"embeds": [{"title": words, "description": words, "url": bad, "footer": {"text": words}}]},
            "bluesky": {"record": {"text": words, "embed": {"external": {"uri": bad, "title": words}}}},
            "slack": {
                "blocks": [{"type": words, "text": {"type": "mrkdwn", "text": words}, "elements": [{"url": bad}]}]
            },
            "mastodon": {"visibility": words},
            "webhook": {"data": words},
            "x": {"text": words},
            words: {},
        }
        ledger.publish(
            *(
                Alert(f"{platform} ", Message(platform, Style(), words, 1, 1, words, body, tuple(marks)), ())
                for platform, body in bodies.items()
            )
        )
    page = await read(visitor)
    assert [script.attributes.get("src") for script in page.css("script")] == ["/static/live.js"]
    assert len(page.css("article")) == len(corpus())
    assert not page.css("img, style, iframe, object, embed, base, form, [style]")
    addresses = [anchor.attributes["href"] or "" for anchor in page.css("a")]
    assert not [address for address in addresses if not address.startswith(("/", "#", "http://", "https://"))]
    names = {name for element in page.css("main *") for name in element.attributes}
    assert names <= {"id", "class", "lang", "href", "target", "rel", "title", "tabindex", "role", "datetime", *SVG} | {
        name for name in names if name.startswith("aria-")
    }


SVG = {"width", "height", "fill", "viewbox"}
