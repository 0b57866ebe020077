"""What goes past python-telegram-bot's objects says and reads what they would: the library itself is asked.

The reason is the throughput that FAILURES.md section 3 row 14 asks for.
"""

import datetime as dt
from typing import Any

import pytest
import telegram
from telegram import InlineKeyboardMarkup, LinkPreviewOptions, MessageEntity, ReplyParameters

from adapters.telegram import Adapter
from adapters.telegram.wire import Wire
from bot.errors import Unconfirmed
from bot.model import UTC, Receipt, Secret, Style, Target
from tests.adapters.stage import BARE, PICTURE, STORY, Canned, deliver, reply

TOKEN = "7:good"
CHANNEL = {"id": -1001234567890, "type": "channel", "title": "한빛일보", "username": "hanbit"}
DATE = int(dt.datetime(2026, 11, 22, tzinfo=UTC).timestamp())


def says(posted: Any) -> Canned:
    return Canned(reply(200, {"ok": True, "result": posted}))


def library(wire: Canned) -> telegram.Bot:
    return telegram.Bot(TOKEN, base_url="http://127.0.0.1:9/bot", request=Wire(wire, 20.0))


def adapter(wire: Canned, **options: Any) -> Adapter:
    return Adapter(wire, token=Secret(TOKEN), base_url="http://127.0.0.1:9", **options)


@pytest.mark.parametrize("style", [Style(), Style(button=True, hashtags=2, preview="above"), Style(picture="none")])
async def test_a_text_is_what_the_library_would_send(style: Style) -> None:
    ours, theirs = says({"message_id": 5, "date": DATE, "chat": CHANNEL}), says({})
    telling = adapter(ours, paid_broadcast=True)
    [message, *_] = telling.render(BARE, style)
    await telling.send(deliver(message, Target("-1001234567890:3"), silent=True, after=Receipt(("4",))))
    body = message.body
    with pytest.raises(KeyError):  # the stand-in's answer is no message
        await library(theirs).send_message(
            "-1001234567890",
            body["text"],
            entities=[MessageEntity(**mark) for mark in body["entities"]],
            link_preview_options=LinkPreviewOptions(**body["link_preview_options"]),
            reply_markup=InlineKeyboardMarkup.de_json(body["reply_markup"]) if style.button else None,
            disable_notification=True,
            message_thread_id=3,
            allow_paid_broadcast=True,
            reply_parameters=ReplyParameters(4, allow_sending_without_reply=True),
        )
    [mine], [its] = ours.requests, theirs.requests
    assert (mine.url, mine.json, mine.headers) == (its.url, its.json, its.headers)


async def test_a_known_photo_is_what_the_library_would_send() -> None:
    ours, theirs = says({"message_id": 5, "date": DATE, "chat": CHANNEL}), says({})
    telling = adapter(ours)
    [message, *_] = telling.render(STORY, Style(button=True))
    await telling.send(deliver(message, Target("@hanbit"), uploads={PICTURE.sha256: "AgAC"}))
    body = message.body
    with pytest.raises(KeyError):
        await library(theirs).send_photo(
            "@hanbit",
            "AgAC",
            caption=body["caption"],
            caption_entities=[MessageEntity(**mark) for mark in body["caption_entities"]],
            reply_markup=InlineKeyboardMarkup.de_json(body["reply_markup"]),
            disable_notification=False,
        )
    [mine], [its] = ours.requests, theirs.requests
    assert (mine.url, mine.json) == (its.url, its.json)


@pytest.mark.parametrize(
    "more",
    [
        {"chat": CHANNEL},
        {"chat": {"id": -1001234567890, "type": "channel", "title": "비공개"}},
        {
            "chat": {"id": -100999, "type": "supergroup", "title": "모임"},
            "message_thread_id": 3,
            "is_topic_message": True,
        },
        {"chat": {"id": -100999, "type": "supergroup", "title": "모임", "username": "moim"}, "message_thread_id": 3},
        {
            "chat": {"id": -100999, "type": "supergroup", "title": "모임"},
            "message_thread_id": 4,
            "reply_to_message": {"message_id": 4, "date": DATE, "chat": {"id": -100999, "type": "supergroup"}},
        },
        {"chat": {"id": -5, "type": "group", "title": "작은 모임"}},
        {"chat": {"id": 5, "type": "private", "first_name": "독자"}},
    ],
    ids=["channel", "private channel", "topic", "public group", "answer", "plain group", "reader"],
)
async def test_a_receipts_link_is_the_librarys(more: Any) -> None:
    posted = {"message_id": 42, "date": DATE, **more}
    telling = adapter(says(posted))
    receipt = await telling.send(deliver(telling.render(BARE, Style())[0], Target("@hanbit")))
    read = telegram.Message.de_json(posted)
    assert receipt == Receipt((str(read.message_id),), read.link or "")


@pytest.mark.parametrize("posted", [{}, True, [], {"message_id": 5}, {"message_id": 5, "chat": 7}])
async def test_a_yes_that_cannot_be_read_is_in_doubt(posted: Any) -> None:
    telling = adapter(says(posted))
    message = telling.render(BARE, Style())[0]
    with pytest.raises(Unconfirmed, match="cannot be read"):
        await telling.send(deliver(message, Target("@hanbit")))
