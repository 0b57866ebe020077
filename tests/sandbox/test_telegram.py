"""The stand-in of the Bot API refuses what Telegram refuses, in its words (PLATFORMS.md a, b, c, e, f, 0.1, 0.8)."""

import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.server import Sandbox
from tests.sandbox.conftest import Client, Form, Paint, Visit

FLAG = "🇰🇷"  # two characters beyond the basic plane: two code points, four UTF-16 units


@pytest.fixture
async def unhurried(client: Client) -> Client:
    """The same client, at a stand-in that lets it post as fast as it likes."""
    await client.ask("POST", "/_sandbox/settings", json={"pace": "off"})
    return client


async def test_a_message_is_answered_as_the_bot_api_answers_and_shown_as_accepted(client: Client) -> None:
    heard = await client.call("sendMessage", chat_id="@newsdao", text=" 속보 ", disable_notification=True)
    message = heard.body["result"]
    assert (heard.status, heard.body["ok"]) == (200, True)
    assert (message["message_id"], message["text"]) == (1, "속보")
    assert (message["chat"]["type"], message["chat"]["username"]) == ("channel", "newsdao")
    [record] = await client.accepted()
    dt.datetime.strptime(record.pop("time"), "%Y-%m-%dT%H:%M:%S.%f%z")
    assert record == {
        "seq": 1,
        "platform": "telegram",
        "account": "7",
        "target": "@newsdao",
        "operation": "send",
        "id": "1",
        "key": None,
        "body": {"chat_id": "@newsdao", "text": " 속보 ", "disable_notification": True},
    }


@pytest.mark.parametrize(
    ("chat", "kind"), [("@newsdao", "channel"), (-1001234567890, "channel"), (-55, "group"), ("55", "private")]
)
async def test_a_chat_is_of_the_kind_that_its_id_says(client: Client, chat: int | str, kind: str) -> None:
    assert (await client.call("getChat", chat_id=chat)).body["result"]["type"] == kind
    assert (await client.call("sendMessage", chat_id=chat, text="a")).body["result"]["chat"]["type"] == kind


async def test_a_channel_is_one_chat_by_name_and_by_number(unhurried: Client) -> None:
    named = (await unhurried.call("sendMessage", chat_id="@newsdao", text="a")).body["result"]
    numbered = (await unhurried.call("sendMessage", chat_id=named["chat"]["id"], text="b")).body["result"]
    other = (await unhurried.call("sendMessage", chat_id="@otherdao", text="b")).body["result"]
    assert (named["message_id"], numbered["message_id"], other["message_id"]) == (1, 2, 1)


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/telegram/bot7:wrong/getMe", 401, "Unauthorized"),
        ("/telegram/botnonsense/getMe", 404, "Not Found"),
        ("/telegram/bot7:good/sendNonsense", 404, "Not Found: method not found"),
        ("/telegram/elsewhere", 404, "Not Found"),
    ],
)
async def test_a_wrong_address_is_refused(client: Client, path: str, status: int, words: Any) -> None:
    heard = await client.ask("GET", path)
    assert (heard.status, heard.body) == (status, {"ok": False, "error_code": status, "description": words})


def entity(offset: object, length: object, kind: str = "bold", **more: Any) -> list[dict[str, Any]]:
    return [{"type": kind, "offset": offset, "length": length, **more}]


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no text": ({"text": " \n "}, "message text is empty"),
    "4097 code points": ({"text": "가" * 4097}, "message is too long"),
    "4097 beyond the plane": ({"text": "😀" * 4097}, "message is too long"),
    "a text that is none": ({"text": 5}, "text must be a string"),
    "half a surrogate": ({"text": "\ud83d"}, "strings must be encoded in UTF-8"),
    "a parse mode": ({"text": "a", "parse_mode": "HTML"}, "can't parse entities"),
    "no chat": ({"chat_id": "", "text": "a"}, "chat_id is empty"),
    "a missing name": ({"chat_id": "@missing_news", "text": "a"}, "chat not found"),
    "a missing number": ({"chat_id": -1001404404, "text": "a"}, "chat not found"),
    "a nameless name": ({"chat_id": "newsdao", "text": "a"}, "chat not found"),
    "a topic that is none": ({"text": "a", "message_thread_id": "x"}, "invalid message_thread_id specified"),
    "a flag that is none": ({"text": "a", "disable_notification": "loud"}, "disable_notification must be a Boolean"),
    "a preview that is none": ({"text": "a", "link_preview_options": "x"}, "can't parse link_preview_options JSON"),
    "entities that are none": ({"text": "a", "entities": {}}, "can't parse entities JSON object"),
    "an entity that is none": ({"text": "a", "entities": ["bold"]}, "can't parse MessageEntity: offset"),
    "an entity of no number": ({"text": "a", "entities": entity("0", 1)}, "can't parse MessageEntity: offset"),
    "an unknown entity": ({"text": "a", "entities": entity(0, 1, "blink")}, "unsupported type"),
    "an entity beyond the end": ({"text": "ab", "entities": entity(1, 2)}, "ends after the end of the text"),
    "an entity before the start": ({"text": "ab", "entities": entity(-1, 2)}, "entity at UTF-16 offset -1"),
    "an entity of nothing": ({"text": "ab", "entities": entity(0, 0)}, "has length 0"),
    "an entity from half a sign": ({"text": FLAG, "entities": entity(1, 1)}, "begins in a middle of a UTF-16 symbol"),
    "an entity to half a sign": ({"text": FLAG, "entities": entity(0, 3)}, "ends in a middle of a UTF-16 symbol"),
    "a link to nowhere": ({"text": "a", "entities": entity(0, 1, "text_link", url="ftp://a")}, "text_link needs"),
    "a link without address": ({"text": "a", "entities": entity(0, 1, "text_link")}, "text_link needs"),
}


@pytest.mark.parametrize(("fields", "words"), REFUSED.values(), ids=REFUSED)
async def test_what_telegram_would_not_take_is_refused_and_not_accepted(
    client: Client, fields: dict[str, Any], words: Any
) -> None:
    heard = await client.call("sendMessage", **({"chat_id": "@newsdao"} | fields))
    assert heard.status == heard.body["error_code"] == 400
    assert heard.body["description"].startswith("Bad Request: ")
    assert words in heard.body["description"]
    assert await client.accepted() == []


TAKEN: dict[str, dict[str, Any]] = {
    "4096 code points, of two units each": {"text": "😀" * 4096},
    "4096 code points between blanks": {"text": "\n " + "가" * 4096 + " \n"},
    "an entity around a flag": {"text": FLAG, "entities": entity(0, 4)},
    "a link": {"text": "a", "entities": entity(0, 1, "text_link", url="https://newsdao.kr")},
    "a bad entity after a hundred, which Telegram ignores": {
        "text": "a",
        "entities": entity(0, 1) * 100 + entity(9, 9),
    },
    "a topic and a preview": {"text": "a", "message_thread_id": 5, "link_preview_options": {"is_disabled": True}},
}


@pytest.mark.parametrize("fields", TAKEN.values(), ids=TAKEN)
async def test_what_telegram_takes_is_taken(client: Client, fields: dict[str, Any]) -> None:
    assert (await client.call("sendMessage", chat_id="@newsdao", **fields)).status == 200


async def test_entities_move_with_the_text_that_is_trimmed(client: Client) -> None:
    heard = await client.call(
        "sendMessage", chat_id="1", text=" \nab ", entities=[*entity(2, 3), *entity(0, 2, "code")]
    )
    assert heard.body["result"]["entities"] == entity(0, 2)
    heard = await client.call("sendMessage", chat_id="2", text="ab \n", entities=[*entity(0, 4), *entity(1, 1)])
    assert heard.body["result"]["entities"] == [*entity(0, 2), *entity(1, 1)]


async def test_a_form_is_read_as_json_is_and_a_topic_is_part_of_the_target(client: Client) -> None:
    fields = {
        "chat_id": "-1001",
        "text": "ab",
        "entities": json.dumps(entity(0, 1)),
        "message_thread_id": "5",
        "disable_notification": "True",
    }
    heard = await client.ask("POST", f"{client.telegram}/sendMessage", data=fields)
    assert heard.body["result"]["message_thread_id"] == 5
    [record] = await client.accepted()
    assert record["target"] == "-1001:5"
    assert record["body"] == {
        "chat_id": -1001,
        "text": "ab",
        "entities": entity(0, 1),
        "message_thread_id": 5,
        "disable_notification": True,
    }


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff"])
async def test_a_body_that_is_no_object_is_refused(client: Client, body: Any) -> None:
    headers = {"Content-Type": "application/json"}
    heard = await client.ask("POST", f"{client.telegram}/sendMessage", data=body, headers=headers)
    assert heard.status == 400


async def test_a_form_that_is_not_utf8_is_refused(client: Client) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    heard = await client.ask("POST", f"{client.telegram}/sendMessage", data=b"text=\xff", headers=headers)
    assert heard.status == 400


async def test_who_the_bot_is_and_what_it_may(client: Client) -> None:
    me = (await client.call("getMe")).body["result"]
    assert (me["id"], me["is_bot"]) == (7, True)
    for chat, user, status in [("@newsdao", 7, "administrator"), (5, 7, "member"), ("@newsdao", 8, "left")]:
        heard = await client.call("getChatMember", chat_id=chat, user_id=user)
        assert heard.body["result"]["status"] == status
    assert (await client.call("getChatMember", chat_id=5)).status == 400


# ── Photos ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_photo_is_kept_in_scaled_copies_and_can_be_sent_again_by_its_id(
    unhurried: Client, picture: Paint, form: Form
) -> None:
    data = form(chat_id="@newsdao", caption="제목", photo=("card.png", picture(), "image/png"))
    photo = (await unhurried.ask("POST", f"{unhurried.telegram}/sendPhoto", data=data)).body["result"]["photo"]
    assert [(size["width"], size["height"]) for size in photo] == [(90, 47), (320, 168), (800, 420), (1200, 630)]
    [record] = await unhurried.accepted()
    [file] = record["body"]["files"]
    assert (file["name"], file["bytes"], file["type"]) == ("card.png", len(picture()), "image/png")
    assert len(file["sha256"]) == 64
    again = await unhurried.call("sendPhoto", chat_id="@newsdao", photo=photo[-1]["file_id"])
    assert again.body["result"]["photo"] == photo


async def test_a_photo_can_be_attached_under_any_name_or_named_by_address(
    unhurried: Client, picture: Paint, form: Form
) -> None:
    data = form(chat_id="@newsdao", photo="attach://card", card=("card.jpg", picture(200, 100, "JPEG"), "image/jpeg"))
    heard = await unhurried.ask("POST", f"{unhurried.telegram}/sendPhoto", data=data)
    assert heard.body["result"]["photo"][-1]["width"] == 200
    assert (await unhurried.call("sendPhoto", chat_id="@newsdao", photo="https://newsdao.kr/a.jpg")).status == 200


async def test_a_photo_that_is_none_is_refused(client: Client, picture: Paint, form: Form) -> None:
    cases = [
        (b"plain text", 400, "Bad Request: IMAGE_PROCESS_FAILED"),
        (picture(50, 50, "WEBP"), 400, "Bad Request: IMAGE_PROCESS_FAILED"),
        (picture(1, 21), 400, "Bad Request: PHOTO_INVALID_DIMENSIONS"),
        (picture(5001, 5000), 400, "Bad Request: PHOTO_INVALID_DIMENSIONS"),
        (picture() + bytes(10 << 20), 413, "Request Entity Too Large"),
    ]
    for data, status, words in cases:
        body = form(chat_id="@newsdao", photo=("a.png", data, "image/png"))
        heard = await client.ask("POST", f"{client.telegram}/sendPhoto", data=body)
        assert (heard.status, heard.body["description"]) == (status, words)
    assert await client.accepted() == []


async def test_a_photo_of_no_known_name_or_too_long_a_caption_is_refused(client: Client) -> None:
    for fields, words in [
        ({}, "there is no photo"),
        ({"photo": "nonsense"}, "wrong remote file"),
        ({"photo": f"sandbox-{'0' * 64}-9x9"}, "wrong remote file"),
        ({"photo": "https://a.kr/a.png", "caption": "가" * 1025}, "message caption is too long"),
    ]:
        heard = await client.call("sendPhoto", chat_id="@newsdao", **fields)
        assert (heard.status, words in heard.body["description"]) == (400, True)
    taken = await client.call("sendPhoto", chat_id="@newsdao", photo="https://a.kr/a.png", caption="가" * 1024)
    assert taken.status == 200


async def test_a_request_of_more_than_fifty_megabytes_is_refused(client: Client) -> None:
    headers = {"Content-Type": "application/json"}
    path = f"{client.telegram}/sendMessage"
    heard = await client.ask("POST", path, data=io.BytesIO(bytes((50 << 20) + 1)), headers=headers)
    assert (heard.status, heard.body["error_code"]) == (413, 413)


async def test_a_nameless_part_of_a_form_is_refused(client: Client) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    body = b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--\r\n"
    assert (await client.ask("POST", f"{client.telegram}/sendPhoto", data=body, headers=headers)).status == 400


# ── Keeping it true ──────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_message_is_edited_and_deleted_where_it_stands(client: Client) -> None:
    await client.call("sendMessage", chat_id="@newsdao", text="a")
    place = {"chat_id": "@newsdao", "message_id": 1}
    same = await client.call("editMessageText", **place, text="a")
    assert same.body["description"].startswith("Bad Request: message is not modified")
    edited = await client.call("editMessageText", **place, text="b")
    assert (edited.body["result"]["text"], "edit_date" in edited.body["result"]) == ("b", True)
    assert (await client.call("editMessageCaption", **place, caption="b")).body["description"] == (
        "Bad Request: there is no caption in the message to edit"
    )
    assert (await client.call("deleteMessage", **place)).body == {"ok": True, "result": True}
    for method, purpose in [("deleteMessage", "delete"), ("editMessageText", "edit")]:
        gone = await client.call(method, **place, text="c")
        assert gone.body["description"] == f"Bad Request: message to {purpose} not found"
    assert [record["operation"] for record in await client.accepted()] == ["send", "edit", "delete"]


async def test_the_caption_of_a_photo_is_edited_as_a_caption(client: Client) -> None:
    await client.call("sendPhoto", chat_id="5", photo="https://a.kr/a.png", caption="a")
    heard = await client.call("editMessageCaption", chat_id=5, message_id=1, caption="b")
    assert (heard.body["result"]["caption"], len(heard.body["result"]["photo"])) == ("b", 4)
    assert (await client.call("editMessageText", chat_id=5, message_id=1, text="b")).status == 400


async def test_what_is_older_than_two_days_cannot_be_deleted(log: Path, visit: Visit) -> None:
    time = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    async with Sandbox("127.0.0.1:0", log, now=lambda: time) as sandbox:
        client = visit(sandbox.url)
        await client.call("sendMessage", chat_id="@newsdao", text="a")
        time += dt.timedelta(hours=48, seconds=1)
        heard = await client.call("deleteMessage", chat_id="@newsdao", message_id=1)
        assert heard.body["description"] == "Bad Request: message can't be deleted for everyone"
        time -= dt.timedelta(seconds=1)
        assert (await client.call("deleteMessage", chat_id="@newsdao", message_id=1)).status == 200


async def test_several_messages_are_deleted_at_once_and_those_that_stand_no_more_are_skipped(unhurried: Client) -> None:
    """PLATFORMS.md e: up to a hundred."""
    for text in "abc":
        await unhurried.call("sendMessage", chat_id="@newsdao", text=text)
    assert (await unhurried.call("deleteMessage", chat_id="@newsdao", message_id=2)).status == 200
    heard = await unhurried.call("deleteMessages", chat_id="@newsdao", message_ids=[1, 2, 1, 99])
    assert heard.body == {"ok": True, "result": True}
    *_, second, first = await unhurried.accepted()
    assert [(one["operation"], one["id"], one["target"]) for one in (second, first)] == [
        ("delete", "2", "@newsdao"),
        ("delete", "1", "@newsdao"),
    ]
    for number, status in [(1, 400), (3, 200)]:
        edited = await unhurried.call("editMessageText", chat_id="@newsdao", message_id=number, text="d")
        assert edited.status == status
    nothing = await unhurried.call("deleteMessages", chat_id="@newsdao", message_ids=[1, 2])
    assert nothing.body == {"ok": True, "result": True}
    assert len(await unhurried.accepted()) == 6


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "message identifiers are not specified"),
        ({"message_ids": []}, "message identifiers are not specified"),
        ({"message_ids": list(range(1, 102))}, "too many message identifiers specified"),
        ({"message_ids": [1, "x"]}, "invalid message identifier specified"),
        ({"message_ids": [0]}, "invalid message identifier specified"),
        ({"message_ids": 1}, "can't parse message_ids JSON object"),
    ],
)
async def test_what_names_no_messages_deletes_none(client: Client, fields: dict[str, Any], words: str) -> None:
    heard = await client.call("deleteMessages", chat_id="@newsdao", **fields)
    assert (heard.status, heard.body["description"]) == (400, f"Bad Request: {words}")


async def test_of_several_messages_one_that_is_too_old_keeps_all(log: Path, visit: Visit) -> None:
    time = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    async with Sandbox("127.0.0.1:0", log, now=lambda: time) as sandbox:
        client = visit(sandbox.url)
        await client.call("sendMessage", chat_id=-1001, text="a")
        await client.call("sendMessage", chat_id=5, text="a")
        time += dt.timedelta(hours=48, seconds=1)
        await client.ask("POST", "/_sandbox/settings", json={"pace": "off"})
        await client.call("sendMessage", chat_id=-1001, text="b")
        for chat, ids in [(-1001, [1, 2]), (5, [1])]:
            heard = await client.call("deleteMessages", chat_id=chat, message_ids=ids)
            assert heard.body["description"] == "Bad Request: message can't be deleted for everyone"
        assert (await client.call("deleteMessages", chat_id=-1001, message_ids=[2])).status == 200


async def test_what_was_deleted_is_gone_after_a_new_start_too(log: Path, visit: Visit) -> None:
    async with Sandbox("127.0.0.1:0", log) as sandbox:
        client = visit(sandbox.url)
        await client.call("sendMediaGroup", chat_id=5, media=[{"type": "photo", "media": "https://a.kr/a.png"}] * 2)
        await client.call("deleteMessages", chat_id=5, message_ids=[1, 2])
    async with Sandbox("127.0.0.1:0", log) as sandbox:
        client = visit(sandbox.url)
        heard = await client.call("editMessageCaption", chat_id=5, message_id=2, caption="a")
        assert heard.body["description"] == "Bad Request: message to edit not found"
        assert (await client.call("sendMessage", chat_id=5, text="a")).body["result"]["message_id"] == 3
