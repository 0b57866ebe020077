"""What stands around a text, taken from what adapters made: PLATFORMS.md b, i; FAILURES.md section 1 (injection)."""

from typing import Any

import pytest

from bot.document import Picture
from bot.model import Message, Style
from bot.newsroom.drawing import (
    Button,
    Distant,
    LinkCard,
    LinkPreview,
    Section,
    cards,
    keyboard,
    link_card,
    link_preview,
    moment,
    pretty,
    sections,
)
from bot.text.marked import Kind, Marked, Span

BAD = "javascript:alert(1)"


def message(body: dict[str, Any], *pictures: Picture) -> Message:
    return Message("discord", Style(), "", 0, 6000, "characters", body, pictures=pictures)


# ── Telegram ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"url": "https://a.kr/x"}, LinkPreview("https://a.kr/x", large=False, above=False)),
        ({"url": "https://a.kr/x", "prefer_large_media": True}, LinkPreview("https://a.kr/x", large=True, above=False)),
        ({"url": "https://a.kr/x", "show_above_text": True}, LinkPreview("https://a.kr/x", large=False, above=True)),
        ({"url": "https://a.kr/x", "is_disabled": True}, None),
        ({"is_disabled": True}, None),
        ({"url": BAD}, None),
        ("x", None),
    ],
)
def test_a_link_preview_is_where_and_as_large_as_it_was_asked_for(
    options: object, expected: LinkPreview | None
) -> None:
    assert link_preview({"text": "", "link_preview_options": options}) == expected
    assert link_preview({"caption": "", "link_preview_options": options}) is None


def test_a_preview_is_named_after_its_site() -> None:
    assert LinkPreview("https://뉴스.kr:8080/x", large=False, above=False).host == "뉴스.kr:8080"
    assert LinkPreview("https://[x/", large=False, above=False).host == "https://[x/"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ({"inline_keyboard": [[{"text": "보기", "url": "https://a.kr/"}]]}, (Button("보기", "https://a.kr/"),)),
        ({"inline_keyboard": [[{"text": "보기", "url": BAD}], "x", [7]]}, (Button("보기", ""),)),
        ({}, ()),
        (None, ()),
    ],
)
def test_buttons_lead_to_the_web_or_nowhere(markup: object, expected: tuple[Button, ...]) -> None:
    assert keyboard({"reply_markup": markup}) == expected


# ── Discord ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_embeds_markdown_escapes_are_undone_but_not_those_of_its_plain_fields() -> None:
    [card] = cards(
        message(
            {
                "embeds": [
                    {
                        "author": {"name": r"a\*b"},
                        "title": r"\[속보\] 1\. \*급\*",
                        "url": "https://a.kr/",
                        "description": r"가\_나 \#1 \가",
                        "color": 0xED4245,
                        "footer": {"text": r"c\_d"},
                        "image": {"url": "attachment://1.png"},
                        "timestamp": "2026-11-22T05:00:00+00:00",
                    }
                ]
            }
        )
    )
    assert (card.author, card.title.text, card.footer) == (r"a\*b", "[속보] 1. *급*", r"c\_d")
    assert (card.description, card.color, card.url) == (Marked("가_나 #1 \\가"), "#ed4245", "https://a.kr/")
    assert card.pictures == ()  # an upload that the message does not have
    assert card.at == moment("2026-11-22T05:00:00Z")


@pytest.mark.parametrize(
    "body",
    [
        {"embeds": [{"title": "제목"}]},
        {
            "embed": {
                "title": "제목",
                "color": -1,
                "author": "x",
                "url": BAD,
                "timestamp": "soon",
                "image": {"url": BAD},
            }
        },
    ],
)
def test_an_embed_may_lack_anything(body: dict[str, Any]) -> None:
    [card] = cards(message(body))
    assert card.title.text == "제목"
    assert not any((card.author, card.url, card.color, card.footer, card.at, card.pictures, card.small))


@pytest.mark.parametrize("body", [{}, {"embeds": []}, {"embeds": ["x"]}, {"embeds": "xy"}, {"content": "x"}])
def test_a_message_without_an_embed_has_none(body: dict[str, Any]) -> None:
    assert cards(message(body)) == ()


def test_embeds_of_one_address_are_one_card_with_all_their_pictures() -> None:
    one, two = Picture("https://a.kr/1.jpg", "하나"), Picture("https://a.kr/2.jpg", "둘")
    upload = {"url": "https://a.kr/", "image": {"url": "attachment://picture.jpg"}}
    [card] = cards(message({"embeds": [{**upload, "title": "제목"}, upload]}, one, two))
    assert card.pictures == (one, two)


def test_embeds_of_different_addresses_stay_apart() -> None:
    embeds = [{"title": "가", "url": "https://a.kr/"}, {"description": "나"}, {"description": "다"}]
    assert [card.description.text for card in cards(message({"embeds": embeds}))] == ["", "나", "다"]


def test_a_sites_card_stands_small_and_what_discord_fetches_is_not_here() -> None:
    own = Picture("https://a.kr/card.png")
    [small] = cards(message({"embeds": [{"thumbnail": {"url": "attachment://picture.png"}}]}, own))
    assert (small.small, small.pictures) == (own, ())
    [far] = cards(message({"embeds": [{"image": {"url": "https://a.kr/far.png"}}]}))
    assert far.pictures == (Distant("https://a.kr/far.png"),)


def test_an_upload_that_no_embed_names_is_shown_all_the_same() -> None:
    own = Picture("https://a.kr/1.png")
    [card] = cards(message({"embed": {"title": "가"}}, own))
    assert card.pictures == (own,)


@pytest.mark.parametrize("text", [None, 5, "", "soon", "2026-11-22T05:00:00"])
def test_what_is_no_moment_is_none(text: object) -> None:
    assert moment(text) is None


# ── Bluesky, Slack, webhook ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("external", "expected"),
    [
        ({"uri": "https://a.kr/x", "title": "제목", "description": "말"}, LinkCard("https://a.kr/x", "제목", "말")),
        ({"uri": "https://a.kr/x", "title": 7}, LinkCard("https://a.kr/x", "", "")),
        ({"uri": BAD, "title": "제목"}, None),
        (None, None),
    ],
)
def test_a_links_card_has_the_words_that_the_post_brings(external: object, expected: LinkCard | None) -> None:
    card = link_card({"record": {"embed": {"external": external}}})
    assert card == expected
    assert card is None or card.host == "a.kr"


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


IMAGE = {"type": "image", "image_url": "https://a.kr/1.jpg", "alt_text": "공장"}
SHOWN = Distant("https://a.kr/1.jpg", "공장")
BUTTON = {"type": "button", "text": plain("보기"), "url": "https://a.kr/"}


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ({"type": "header", "text": plain("*별* &amp;")}, Section("header", (Marked("*별* &"),))),
        (
            {"type": "section", "text": {"type": "mrkdwn", "text": "*굵게*"}, "accessory": IMAGE},
            Section("section", (Marked("굵게", (Span(0, 2, Kind.BOLD),)),), (SHOWN,)),
        ),
        ({"type": "section", "fields": [plain("가"), plain("나")]}, Section("section", (Marked("가"), Marked("나")))),
        ({"type": "context", "elements": [IMAGE, plain("나")]}, Section("context", (Marked("나"),), (SHOWN,))),
        (IMAGE, Section("image", (), (SHOWN,))),
        (
            {"type": "actions", "elements": [BUTTON, {**BUTTON, "url": BAD}]},
            Section("actions", buttons=(Button("보기", "https://a.kr/"), Button("보기", ""))),
        ),
        ({"type": "divider"}, Section("divider")),
        ({"type": ["x"], "elements": "xy"}, Section("")),
    ],
)
def test_slacks_blocks_hold_texts_pictures_and_buttons(block: dict[str, Any], expected: Section) -> None:
    assert sections({"blocks": [block, "x"]}) == (expected,)


def test_a_body_is_json_that_a_person_can_read() -> None:
    assert pretty({"제목": ["<b>"], "at": message}).startswith('{\n  "제목": [\n    "<b>"')
