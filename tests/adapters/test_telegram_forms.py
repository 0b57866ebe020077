"""What a Telegram account may ask for, rendered: issue 3, points 5 and 7 (PLATFORMS: sections a, b, i)."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.telegram import CAPTION, TEXT, Adapter
from adapters.telegram.entities import inert
from bot.document import (
    Block,
    Document,
    Figure,
    Heading,
    Paragraph,
    Run,
)
from bot.model import Message, Secret, Story, Style, Urgency
from bot.text.marked import Marked
from tests.adapters.stage import ASCII_LINK, BARE, PICTURE, STORY, Canned, reply

LINK = "https://hanbit.example/news/2026/11/22/남해안-고속철/"
SECOND = replace(PICTURE, url="https://hanbit.example/img/b.png", sha256="cd" * 32)
THIRD = replace(PICTURE, url="https://hanbit.example/img/c.png", sha256="")
GOLDEN = Path(__file__).parents[1] / "data/golden/sample.telegram.json"
KEYBOARD = {"inline_keyboard": [[{"text": "기사 보기", "url": ASCII_LINK}]]}


def render(story: Story, **style: Any) -> tuple[Message, ...]:
    return Adapter(Canned(reply(200)), token=Secret("4242:token-q")).render(story, Style(**style))


def paragraph(text: str) -> Paragraph:
    return Paragraph((Run(text),))


def told(*blocks: Block, story: Story = STORY) -> Story:
    return replace(story, body=Document(blocks))


def marks(message: Message) -> list[tuple[str, str]]:
    units = message.text.encode("utf-16-le")
    return [
        (one.kind, units[2 * one.offset : 2 * (one.offset + one.length)].decode("utf-16-le"))
        for one in message.entities
    ]


RICH = replace(told(paragraph("본문."), Figure(SECOND)), pictures=(PICTURE, SECOND))
LONG = told(*(paragraph(f"{number}번째 문단이다. " + "이어지는 문장이 있다. " * 9) for number in range(1, 13)))


# ── The alert ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_layout_has_urgency_headline_excerpt_body_tags_and_link_in_this_order() -> None:
    story = replace(told(paragraph("본문이다.")), urgency=Urgency.BREAKING)
    [message] = render(story, body="quote", hashtags=3)
    assert message.text == f"[속보] {STORY.headline}\n\n{STORY.excerpt}\n\n본문이다.\n\n#Rail\n\n{LINK}"
    assert marks(message) == [
        ("bold", f"[속보] {STORY.headline}"),
        ("expandable_blockquote", "본문이다."),
        ("url", LINK),
    ]


def test_a_story_is_told_as_ever_where_its_account_asks_for_nothing() -> None:
    """The golden alert, to the character."""
    golden = json.loads(GOLDEN.read_text("utf-8"))
    headline, excerpt, link = golden["text"].split("\n\n")
    [message] = render(replace(STORY, headline=headline, excerpt=excerpt, link=link))
    assert message.text == golden["text"]
    assert {name: message.body[name] for name in golden["accepted"]} == golden["accepted"]


def test_a_layout_that_leaves_no_room_gives_way_to_ours() -> None:
    [message] = render(STORY, template="말이 많다. " * 1000 + "{headline}")
    assert message.text == render(STORY)[0].text


def test_words_that_lead_to_the_link_are_a_link_and_a_heading_is_bold() -> None:
    [message] = render(STORY, template="# {headline}\n\n> {excerpt}\n\n[기사 읽기]({link})")
    assert marks(message) == [
        ("bold", STORY.headline),
        ("blockquote", STORY.excerpt),
        ("text_link", "기사 읽기"),
    ]
    assert message.body["caption_entities"][-1]["url"] == ASCII_LINK


def test_an_address_that_telegram_would_end_elsewhere_is_linked_as_words_are() -> None:
    """TDLib takes the bracket for the end."""
    [message] = render(replace(BARE, link="https://hanbit.example/a_(b"))
    assert message.entities[-1].kind == "text_link"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("#태그 하나", "#\u2060태그 하나"),
        ("1위 #1 C#", "1위 #1 C#"),
        ("$AAPL 5$ $5", "$\u2060AAPL 5$ $5"),
        ("tg://resolve?domain=a", "tg:\u2060//resolve?domain=a"),
        ("https://hanbit.example/#절", "https://hanbit.example/#절"),
        ("https://hanbit.example)@kim", "https://hanbit.example)@\u2060kim"),
        ("http://내부/@kim", "http://내부/@\u2060kim"),
    ],
)
def test_tags_and_schemes_that_nobody_meant_are_broken(said: str, shown: str) -> None:
    """DESIGN section 7; a live tag would lead readers out of the story into a search."""
    assert inert(Marked(said)).text == shown


def test_tags_that_the_account_asks_for_are_whole() -> None:
    [message] = render(replace(STORY, categories=("인공지능 반도체",)), hashtags=1)
    assert "\n\n#인공지능반도체\n\n" in message.text


def test_the_accounts_parameters_are_on_the_link() -> None:
    [message] = render(BARE, utm="utm_source=telegram")
    assert message.body["link_preview_options"]["url"] == f"{ASCII_LINK}?utm_source=telegram"


def test_a_link_that_would_leave_no_room_is_left_out_and_noted() -> None:
    [message] = render(replace(STORY, link="https://hanbit.example/" + "a" * 600))
    assert "hanbit.example" not in message.text
    assert message.notes == ("without its link, which is longer than 512 characters",)


# ── Pictures, previews, buttons ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("story", "style", "preview"),
    [
        (BARE, {}, {"url": ASCII_LINK, "prefer_large_media": True}),
        (BARE, {"preview": "above"}, {"url": ASCII_LINK, "prefer_large_media": True, "show_above_text": True}),
        (replace(STORY, card=True), {}, {"url": ASCII_LINK, "prefer_small_media": True}),
        (replace(STORY, card=True), {"picture": "none"}, {"is_disabled": True}),
    ],
    ids=["below", "above", "a card", "a card, no preview"],
)
def test_a_preview_stands_where_it_shall_and_a_sites_card_is_small(story: Story, style: Any, preview: Any) -> None:
    """Issue 3, point 7: a picture that stands on many posts is its site's card."""
    [message] = render(story, **style)
    assert message.body["link_preview_options"] == preview
    assert message.pictures == ()


def test_several_pictures_are_an_album_without_a_button() -> None:
    [message] = render(replace(STORY, pictures=(PICTURE, SECOND, THIRD)), pictures=10, button=True)
    assert message.pictures == (PICTURE, SECOND)
    assert [one["media"] for one in message.body["media"]] == ["attach://picture1", "attach://picture2"]
    assert "reply_markup" not in message.body
    assert message.text.endswith(LINK)
    assert message.notes == (
        "without 1 of its pictures, which could not be had",
        "without its button, which an album cannot have",
    )


def test_an_album_has_ten_pictures_at_most() -> None:
    many = tuple(replace(PICTURE, sha256=f"{number:064x}") for number in range(12))
    assert len(render(replace(STORY, pictures=many), pictures=20)[0].pictures) == 10


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ({}, f"{STORY.headline}\n\n{STORY.excerpt}"),
        ({"template": "{headline}\n\n{link}"}, f"{STORY.headline}\n\n{LINK}"),
    ],
    ids=["our layout", "the account's own"],
)
def test_a_button_takes_the_links_place_but_in_a_template_of_the_accounts_own(style: Any, text: str) -> None:
    [message] = render(STORY, button=True, **style)
    assert message.body["reply_markup"] == KEYBOARD
    assert message.text == text


def test_a_button_speaks_the_accounts_language_and_needs_a_link() -> None:
    [message] = render(STORY, button=True, language="en")
    assert message.body["reply_markup"]["inline_keyboard"][0][0]["text"] == "Read the story"
    assert "reply_markup" not in render(replace(STORY, link=""), button=True)[0].body


# ── The whole story ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_body_that_fits_is_quoted_under_the_photo() -> None:
    [message] = render(told(paragraph("짧은 본문.")), body="quote")
    assert message.pictures == (PICTURE,)
    assert message.limit == CAPTION


def test_a_body_longer_than_a_caption_goes_out_as_a_text_with_the_links_preview() -> None:
    """Who asked for the whole story gets it."""
    [message] = render(LONG, body="quote")
    assert message.pictures == ()
    assert CAPTION < message.length <= message.limit == TEXT
    assert "12번째 문단이다." in message.text
    assert message.body["link_preview_options"] == {"url": ASCII_LINK, "prefer_large_media": True}
    assert message.notes == ("with its link's preview: the whole story is longer than a photo's caption",)


@pytest.mark.parametrize(
    ("story", "style"),
    [
        (replace(LONG, link=""), {"body": "quote"}),
        (replace(LONG, pictures=(PICTURE, SECOND)), {"body": "quote", "pictures": 2}),
        (replace(LONG, excerpt="문장이다. " * 300), {"body": "quote", "template": "{headline}\n\n{excerpt}\n\n{link}"}),
    ],
    ids=["no link to preview", "an album", "a template without the body"],
)
def test_a_photo_stays_where_a_text_would_tell_no_better(story: Story, style: Any) -> None:
    [message] = render(story, **style)
    assert message.pictures
    assert message.length <= CAPTION


def test_a_thread_tells_the_body_in_messages_of_its_own_from_where_the_alert_leaves_off() -> None:
    story = told(paragraph(STORY.excerpt), Heading(2, (Run("그다음"),)), *LONG.body.blocks * 4)
    alert, *parts = render(story, body="thread")
    assert [message.part for message in (alert, *parts)] == list(range(len(parts) + 1))
    assert alert.pictures == (PICTURE,)
    assert len(parts) > 1
    assert parts[0].text.startswith("그다음\n\n1번째")
    assert all(part.length <= TEXT and part.body["link_preview_options"] == {"is_disabled": True} for part in parts)
    assert not any(STORY.excerpt in part.text for part in parts)


def test_a_thread_ends_before_it_drowns_the_channel() -> None:
    _, *parts = render(told(*LONG.body.blocks * 40), body="thread")
    assert len(parts) == 8
    assert parts[-1].text.endswith("…")


# ── One step plainer ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("story", "style", "pictures"),
    [
        (STORY, {}, 1),
        (STORY, {"button": True}, 1),
        (replace(STORY, pictures=(PICTURE, SECOND)), {"pictures": 2}, 2),
        (RICH, {"rich": True}, 2),
    ],
    ids=["a photo", "a photo with a button", "an album", "an article"],
)
def test_each_step_leaves_one_thing_out_and_keeps_the_words(story: Story, style: Any, pictures: int) -> None:
    """DESIGN section 7: degrade, never drop."""
    telegram = Adapter(Canned(reply(200)), token=Secret("4242:token-q"))
    [message] = telegram.render(story, Style(**style))
    assert len(message.pictures) == pictures
    card = telegram.plain(message)
    assert card is not None
    assert card.pictures == ()
    assert card.text == message.body["caption"]
    assert card.body["entities"] == message.body["caption_entities"]
    assert card.body.get("reply_markup") == message.body.get("reply_markup")
    assert card.body["link_preview_options"]["url"] == ASCII_LINK
    bare = telegram.plain(card)
    assert bare is not None
    assert (bare.text, bare.entities) == (card.text, card.entities)
    assert bare.body["link_preview_options"] == {"is_disabled": True}
    assert telegram.plain(bare) is None
    assert [len(step.notes) - len(message.notes) for step in (card, bare)] == [1, 2]


def test_a_photo_without_a_link_is_a_bare_text_at_once() -> None:
    telegram = Adapter(Canned(reply(200)), token=Secret("4242:token-q"))
    bare = telegram.plain(render(replace(STORY, link=""))[0])
    assert bare is not None
    assert bare.notes == ("Telegram refused the photo; sent without it",)
    assert telegram.plain(bare) is None
