"""What only Telegram does (PLATFORMS: sections a, f, h; DESIGN section 7)."""

import datetime as dt
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from adapters.telegram import CAPTION, TEXT, Adapter
from bot.document import Document, Paragraph, Run
from bot.errors import Rejected, TargetGone, TargetMoved, Throttled, Unauthorized, Unconfirmed
from bot.model import Receipt, Secret, Style, Target, Window
from bot.ports import Shares
from tests.adapters.stage import ASCII_LINK, BARE, PICTURE, PNG, STORY, Canned, deliver, reply

YES = reply(200, {"ok": True, "result": {"message_id": 7, "date": 1, "chat": {"id": -1001234, "type": "channel"}}})
LINK = "https://hanbit.example/news/2026/11/22/남해안-고속철/"
WORD_JOINER = "\u2060"


def adapter(*answers: Any) -> tuple[Adapter, Canned]:
    transport = Canned(*(answers or (YES,)))
    return Adapter(transport, token=Secret("4242:token-q"), base_url="http://127.0.0.1:1/telegram/"), transport


def says(code: int, description: str, **parameters: Any) -> Any:
    return reply(code, {"ok": False, "error_code": code, "description": description, "parameters": parameters})


def test_an_alert_is_a_bold_headline_an_excerpt_and_the_address_as_readers_read_it() -> None:
    message = adapter()[0].render(STORY, Style())[0]
    assert message.text == f"{STORY.headline}\n\n{STORY.excerpt}\n\n{LINK}"
    assert [(one.kind, message.text[one.offset : one.offset + one.length]) for one in message.entities] == [
        ("bold", STORY.headline),
        ("url", LINK),
    ]
    assert (message.length, message.limit, message.unit) == (len(message.text), CAPTION, "code points")


def test_entities_count_utf16_units_and_the_limit_counts_code_points() -> None:
    """PLATFORMS 0.1."""
    message = adapter()[0].render(replace(BARE, headline="😀 속보", excerpt="👍"), Style())[0]
    assert message.length == len(message.text)
    bold, url = message.entities
    assert (bold.offset, bold.length) == (0, 5)
    assert url.offset == len(message.text) - len(LINK) + 2


async def test_a_photo_is_uploaded_once_with_its_caption() -> None:
    telegram, transport = adapter()
    target = Target("-1001234:5")
    await telegram.send(deliver(telegram.render(STORY, Style())[0], target, silent=True))
    [request] = transport.requests
    assert request.url == "http://127.0.0.1:1/telegram/bot4242:token-q/sendPhoto"
    fields = {part.name: part.data.decode() for part in request.parts if not part.filename}
    [photo] = [part for part in request.parts if part.filename]
    assert (photo.name, photo.data, photo.content_type, photo.filename) == ("photo", PNG, "image/png", "picture.png")
    assert fields["chat_id"] == "-1001234"
    assert fields["message_thread_id"] == "5"
    assert fields["disable_notification"] == "true"
    assert fields["caption"] == f"{STORY.headline}\n\n{STORY.excerpt}\n\n{LINK}"
    assert "parse_mode" not in fields


@pytest.mark.parametrize(
    ("story", "picture", "preview"),
    [
        (BARE, "photo", {"url": ASCII_LINK, "prefer_large_media": True}),
        (STORY, "preview", {"url": ASCII_LINK, "prefer_large_media": True}),
        (STORY, "none", {"is_disabled": True}),
        (replace(BARE, link=""), "preview", {"is_disabled": True}),
    ],
)
async def test_a_text_names_the_page_to_preview_or_none(story: Any, picture: Any, preview: Any) -> None:
    """Else Telegram previews the first address that it finds in the excerpt."""
    telegram, transport = adapter()
    await telegram.send(deliver(telegram.render(story, Style(picture=picture))[0], Target("@hanbit")))
    assert transport.requests[0].json["link_preview_options"] == preview
    assert transport.requests[0].json["disable_notification"] is False
    assert "message_thread_id" not in transport.requests[0].json


def test_the_plain_form_of_a_photo_is_a_text_with_the_links_preview() -> None:
    telegram, _ = adapter()
    plain = telegram.plain(telegram.render(STORY, Style())[0])
    assert plain is not None
    assert plain.body["text"] == telegram.render(STORY, Style())[0].text
    assert plain.body["link_preview_options"]["url"] == ASCII_LINK
    assert plain.limit == TEXT


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("@newsdao 와 @x", f"@{WORD_JOINER}newsdao 와 @{WORD_JOINER}x"),
        ("(@newsdao)", f"(@{WORD_JOINER}newsdao)"),
        ("/start 하라, (/stop)", f"/{WORD_JOINER}start 하라, (/{WORD_JOINER}stop)"),
        ("kim@hanbit.example, AI/ML, 3/4, 그리고/또는", "kim@hanbit.example, AI/ML, 3/4, 그리고/또는"),
        ("https://t.me/@newsdao/start", "https://t.me/@newsdao/start"),
        ("@ 와 / 만", "@ 와 / 만"),
    ],
)
def test_unmeant_mentions_and_commands_are_broken_and_all_else_is_left_alone(said: str, shown: str) -> None:
    message = adapter()[0].render(replace(BARE, headline=said, excerpt=said), Style())[0]
    assert message.text == f"{shown}\n\n{shown}\n\n{LINK}"


def test_what_is_too_long_loses_excerpt_first_and_the_link_never() -> None:
    telegram, _ = adapter()
    long = telegram.render(replace(STORY, excerpt="문장이 하나 더 있다. " * 200), Style())[0]
    assert long.text.startswith(f"{STORY.headline}\n\n문장이")
    assert long.text.endswith(f"\n\n{LINK}")
    assert CAPTION - 50 < long.length <= CAPTION
    absurd = telegram.render(replace(STORY, headline="제목 " * 1000), Style())[0]
    assert STORY.excerpt not in absurd.text
    assert absurd.text.endswith(f"\n\n{LINK}")


@pytest.mark.parametrize(
    ("raw", "address", "personal"),
    [
        ({"id": "@NewsDAO"}, "@newsdao", False),
        ({"id": -1001234567890}, "-1001234567890", False),
        ({"id": "-1001234567890", "thread": 5}, "-1001234567890:5", False),
        ({"id": -55}, "-55", False),
        ({"id": " 42 "}, "42", True),
        ({"id": 42, "thread": "7"}, "42:7", True),
    ],
)
def test_targets_are_read_into_their_canonical_address(raw: Any, address: str, personal: bool) -> None:
    """A positive number is one reader's own chat, which goes after those that many read (DESIGN section 4)."""
    assert Adapter.target(raw) == Target(address, personal=personal)


SECOND, MINUTE = Window(1, 1.0), Window(20, 60.0)


@pytest.mark.parametrize(
    ("address", "windows"),
    [
        ("@hanbit", (SECOND, MINUTE)),
        ("-1001234567890", (SECOND, MINUTE)),
        ("-1001234567890:5", (SECOND, MINUTE)),
        ("-55", (SECOND, MINUTE)),
        ("42", (SECOND,)),
        ("42:7", (SECOND,)),
    ],
)
def test_a_chat_takes_one_a_second_and_where_many_read_twenty_a_minute(address: str, windows: Any) -> None:
    """PLATFORMS section c; a target that the store gives back has its address alone."""
    assert adapter()[0].per_target(Target(address)) == windows


@pytest.mark.parametrize(
    ("one", "other", "same"), [("-5:1", "-5:2", True), ("-5", "-5:1", True), ("-5:1", "-6:1", False)]
)
def test_the_topics_of_a_group_are_one_chat_for_its_pace(one: str, other: str, same: bool) -> None:
    """PLATFORMS section c: the limits are of a chat."""
    telegram = adapter()[0]
    assert isinstance(telegram, Shares)
    assert (telegram.counted_as(Target(one)) == telegram.counted_as(Target(other))) is same


# ── Paid broadcasts ──────────────────────────────────────────────────────────────────────────────────────────────────

TWO = replace(STORY, pictures=(PICTURE, PICTURE))
ARTICLE = replace(STORY, body=Document((Paragraph((Run("본문이다."),)),)))
FORMS = pytest.mark.parametrize(
    ("story", "style", "method"),
    [
        (BARE, {}, "sendMessage"),
        (STORY, {}, "sendPhoto"),
        (TWO, {"pictures": 2}, "sendMediaGroup"),
        (ARTICLE, {"rich": True}, "sendRichMessage"),
    ],
)


@FORMS
@pytest.mark.parametrize("paid", [False, True])
async def test_every_form_is_paid_for_where_the_account_says_so_and_else_none(
    story: Any, style: Any, method: str, paid: bool
) -> None:
    """PLATFORMS sections c and i: 1,000 a second at 0.1 Star each."""
    transport = Canned(YES)
    telegram = Adapter(transport, token=Secret("4242:token-q"), paid_broadcast=paid)
    assert telegram.limits.rate == (1000.0 if paid else 30.0)
    message = telegram.render(story, Style(**style))[0]
    with suppress(Unconfirmed):  # the canned yes is that of one message
        await telegram.send(deliver(message, Target("@hanbit")))
    [request] = transport.requests
    assert request.url.endswith(f"/{method}")
    said = request.json or {part.name: part.data.decode() for part in request.parts if not part.filename}
    assert said.get("allow_paid_broadcast") in ((True, "true") if paid else (None,))


async def test_a_bot_without_stars_is_its_operators_concern_and_no_message_dies_of_it() -> None:
    telegram, _ = adapter(says(400, "Bad Request: BALANCE_TOO_LOW"))
    with pytest.raises(Unauthorized, match="Stars"):
        await telegram.send(deliver(telegram.render(BARE, Style())[0], Target("42")))


@pytest.mark.parametrize(
    "raw",
    [{}, {"id": ""}, {"id": "newsdao"}, {"id": "@a b"}, {"id": 0}, {"id": 1.5}, {"id": "@newsdao", "thread": "x"}],
)
def test_a_target_that_is_none_is_refused_with_a_lesson(raw: Any) -> None:
    with pytest.raises(ValueError, match=r"is no (Telegram chat: name|topic: a topic's number)"):
        Adapter.target(raw)


@pytest.mark.parametrize(
    ("chat", "link"),
    [
        ({"id": -1001234, "type": "channel", "username": "hanbit"}, "https://t.me/hanbit/7"),
        ({"id": -1001234, "type": "supergroup"}, "https://t.me/c/1234/7"),
        ({"id": 42, "type": "private"}, ""),
    ],
)
async def test_a_receipt_links_to_what_was_posted_where_it_can(chat: Any, link: str) -> None:
    telegram, _ = adapter(reply(200, {"ok": True, "result": {"message_id": 7, "date": 1, "chat": chat}}))
    receipt = await telegram.send(deliver(telegram.render(BARE, Style())[0], Target("@hanbit")))
    assert (receipt.ids, receipt.link) == (("7",), link)


@pytest.mark.parametrize("description", ["Bad Request: message thread not found", "Bad Request: TOPIC_CLOSED"])
async def test_a_closed_topic_falls_back_to_general_and_the_receipt_says_so(description: str) -> None:
    telegram, transport = adapter(says(400, description), YES)
    receipt = await telegram.send(deliver(telegram.render(BARE, Style())[0], Target("-1001234:5")))
    assert [request.json.get("message_thread_id") for request in transport.requests] == [5, None]
    assert "General" in receipt.note


async def test_a_group_that_became_a_supergroup_names_its_new_address() -> None:
    telegram, _ = adapter(says(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-100777))
    with pytest.raises(TargetMoved) as caught:
        await telegram.send(deliver(telegram.render(BARE, Style())[0], Target("-777")))
    assert caught.value.to == "-100777"


@pytest.mark.parametrize(
    ("answer", "after"),
    [
        (says(429, "Too Many Requests: retry after 43838", retry_after=43838), 43838.0),
        (reply(429, b"<html>"), 60.0),
        (reply(429, b"<html>", {"retry-after": "7"}), 7.0),
        (reply(429, b"<html>", {"retry-after": "Sun, 22 Nov 2026 03:00:00 GMT"}), 60.0),
        (reply(429, b"<html>", {"retry-after": "0"}), 60.0),
    ],
)
async def test_a_flood_wait_is_the_chats_and_as_long_as_telegram_says(answer: Any, after: float) -> None:
    """PLATFORMS 0.7 (b): one chat's 429 must not stop the others; 0.8: a front end's 429 is a page."""
    telegram, _ = adapter(answer)
    with pytest.raises(Throttled) as caught:
        await telegram.send(deliver(telegram.render(BARE, Style())[0], Target("@hanbit")))
    assert (caught.value.after, caught.value.scope) == (after, "target")


async def test_a_flood_that_names_no_chat_is_the_accounts() -> None:
    telegram, _ = adapter(says(429, "Too Many Requests: retry after 7", retry_after=7))
    with pytest.raises(Throttled) as caught:
        await telegram.whoami()
    assert (caught.value.after, caught.value.scope) == (7.0, "account")
    with pytest.raises(Throttled) as caught:
        await telegram.place(Target("@hanbit"))
    assert caught.value.scope == "target"


async def test_a_right_that_posting_does_not_need_ends_no_target() -> None:
    """PLATFORMS section f: only "not enough rights to send …" closes a place."""
    telegram, _ = adapter(says(400, "Bad Request: not enough rights to edit messages in the chat"))
    edit = deliver(telegram.render(BARE, Style())[0], Target("@hanbit"), posted=Receipt(("1",)))
    with pytest.raises(Rejected):
        await telegram.edit(edit)


async def test_a_missing_chat_is_gone_even_for_a_photo() -> None:
    telegram, _ = adapter(says(400, "Bad Request: chat not found"))
    with pytest.raises(TargetGone):
        await telegram.send(deliver(telegram.render(STORY, Style())[0], Target("@hanbit")))


async def test_a_caption_that_is_refused_is_no_refused_picture() -> None:
    telegram, _ = adapter(says(400, "Bad Request: message caption is too long"))
    with pytest.raises(Rejected) as caught:
        await telegram.send(deliver(telegram.render(STORY, Style())[0], Target("@hanbit")))
    assert not caught.value.picture


ME = reply(200, {"ok": True, "result": {"id": 4242, "is_bot": True, "first_name": "N", "username": "news_bot"}})
USER = {"id": 4242, "is_bot": True, "first_name": "N"}
RIGHTS = dict.fromkeys(
    [
        "can_manage_chat",
        "can_delete_messages",
        "can_manage_video_chats",
        "can_restrict_members",
        "can_promote_members",
        "can_change_info",
        "can_invite_users",
        "can_post_stories",
        "can_edit_stories",
        "can_delete_stories",
        "can_be_edited",
        "is_anonymous",
    ],
    False,
)
MUTED = dict.fromkeys(
    [
        "is_member",
        "can_send_messages",
        "can_send_audios",
        "can_send_documents",
        "can_send_photos",
        "can_send_videos",
        "can_send_video_notes",
        "can_send_voice_notes",
        "can_send_polls",
        "can_send_other_messages",
        "can_add_web_page_previews",
        "can_change_info",
        "can_invite_users",
        "can_pin_messages",
        "can_manage_topics",
        "can_react_to_messages",
        "can_edit_tag",
    ],
    False,
)


@pytest.mark.parametrize(
    ("kind", "member", "problem"),
    [
        ("channel", {"status": "administrator", "can_post_messages": True, **RIGHTS}, ""),
        ("channel", {"status": "administrator", "can_post_messages": False, **RIGHTS}, "administrator"),
        ("channel", {"status": "creator", "is_anonymous": False}, ""),
        ("channel", {"status": "member"}, "administrator"),
        ("supergroup", {"status": "member"}, ""),
        ("supergroup", {"status": "left"}, "add the bot"),
        ("supergroup", {"status": "restricted", "until_date": 0, **MUTED}, "allow the bot"),
        ("private", None, ""),
    ],
)
async def test_a_place_is_asked_for_what_keeps_the_bot_from_posting(kind: str, member: Any, problem: str) -> None:
    chat = {
        "id": -1001,
        "type": kind,
        "title": "한빛",
        "first_name": "한빛",
        "accent_color_id": 0,
        "max_reaction_count": 1,
    }
    answers = [reply(200, {"ok": True, "result": chat}), ME]
    if member:
        answers.append(reply(200, {"ok": True, "result": {"user": USER, **member}}))
    place = await adapter(*answers)[0].place(Target("@hanbit"))
    assert (place.id, place.name) == ("-1001", "한빛")
    assert problem in place.problem
    assert bool(place.problem) == bool(problem)


async def test_two_topics_of_one_group_are_two_places() -> None:
    chat = {"id": 42, "type": "private", "first_name": "한빛", "accent_color_id": 0, "max_reaction_count": 1}
    telegram, _ = adapter(reply(200, {"ok": True, "result": chat}))
    assert (await telegram.place(Target("42:5"))).id == "42:5"


async def test_the_bot_tells_its_name() -> None:
    assert await adapter(ME)[0].whoami() == "@news_bot"


async def test_a_token_cannot_lead_elsewhere() -> None:
    transport = Canned(says(401, "Unauthorized"))
    with pytest.raises(Unauthorized):
        await Adapter(transport, token=Secret("42:a/../../b?c")).whoami()
    assert transport.requests[0].url == "https://api.telegram.org/bot42:a%2F..%2F..%2Fb%3Fc/getMe"


def test_an_empty_token_is_refused_with_a_lesson() -> None:
    with pytest.raises(ValueError, match="BotFather"):
        Adapter(Canned(YES), token=Secret(""))


def test_nothing_is_safe_to_send_again() -> None:
    assert adapter()[0].safe_again(Target("@hanbit")) == dt.timedelta(0)


def test_a_picture_is_named_for_what_it_is() -> None:
    message = adapter()[0].render(replace(STORY, pictures=(replace(PICTURE, mime="image/jpeg"),)), Style())[0]
    assert message.pictures[0].mime == "image/jpeg"
