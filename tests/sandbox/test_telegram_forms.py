"""What stands around a text at the stand-in of the Bot API: nesting, buttons, replies, albums, articles, edits."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.server import Sandbox
from tests.sandbox.conftest import Client, Form, Paint, Visit

URL = "https://newsdao.kr/"


@pytest.fixture
async def unhurried(client: Client) -> Client:
    """The same client, at a stand-in that lets it post as fast as it likes."""
    await client.ask("POST", "/_sandbox/settings", json={"pace": "off"})
    return client


def mark(kind: str, offset: int, length: int) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length} | ({"url": URL} if kind == "text_link" else {})


NESTED: dict[str, list[dict[str, Any]]] = {
    "marks in marks": [mark("bold", 0, 6), mark("italic", 2, 2), mark("spoiler", 2, 2)],
    "a mark twice": [mark("bold", 0, 6), mark("bold", 0, 6)],
    "a link in a quote": [mark("expandable_blockquote", 0, 6), mark("text_link", 2, 2)],
    "code in a quote": [mark("code", 0, 6), mark("blockquote", 0, 6)],
    "a bold quote": [mark("bold", 0, 6), mark("blockquote", 0, 6)],
    "neighbours": [mark("pre", 0, 3), mark("bold", 3, 3)],
}
CROSSED: dict[str, list[dict[str, Any]]] = {
    "marks that cross": [mark("bold", 0, 4), mark("italic", 2, 4)],
    "bold code": [mark("bold", 0, 6), mark("code", 2, 2)],
    "bold in code": [mark("pre", 0, 6), mark("bold", 2, 2)],
    "code in code": [mark("pre", 0, 6), mark("code", 2, 2)],
    "code in a link": [mark("text_link", 0, 6), mark("code", 2, 2)],
    "a quote in a quote": [mark("blockquote", 0, 6), mark("expandable_blockquote", 2, 2)],
    "a quote in code": [mark("pre", 0, 6), mark("blockquote", 2, 2)],
    "a link in a link": [mark("text_link", 0, 6), mark("text_link", 2, 2)],
    "a link across a quote": [mark("blockquote", 0, 4), mark("text_link", 2, 4)],
}


@pytest.mark.parametrize("entities", NESTED.values(), ids=NESTED)
async def test_entities_that_nest_as_the_api_says_are_taken(client: Client, entities: Any) -> None:
    assert (await client.call("sendMessage", chat_id="@newsdao", text="abcdef", entities=entities)).status == 200


@pytest.mark.parametrize("entities", CROSSED.values(), ids=CROSSED)
async def test_entities_that_telegram_would_cut_or_drop_are_refused(client: Client, entities: Any) -> None:
    heard = await client.call("sendMessage", chat_id="@newsdao", text="abcdef", entities=entities)
    assert heard.status == 400
    assert heard.body["description"].startswith("Bad Request: can't parse entities: ")


def button(**fields: Any) -> dict[str, Any]:
    return {"reply_markup": {"inline_keyboard": [[fields]]}}


EXTRAS: dict[str, tuple[dict[str, Any], str]] = {
    "a keyboard of nothing": ({"reply_markup": {"keyboard": []}}, "object expected as reply markup"),
    "a keyboard of no rows": ({"reply_markup": {"inline_keyboard": [{}]}}, "object expected as reply markup"),
    "a button that says nothing": (button(text=" ", url=URL), "BUTTON_TEXT_INVALID"),
    "a button that says a lot": (button(text="가" * 65, url=URL), "BUTTON_TEXT_INVALID"),
    "a button without words": (button(url=URL), 'can\'t find field "text"'),
    "a button without a purpose": (button(text="a"), "Text buttons are unallowed"),
    "a button that leads nowhere": (button(text="a", url="javascript:1"), "URL 'javascript:1' is invalid"),
    "a preview of nothing": ({"link_preview_options": {"url": "newsdao"}}, "wrong HTTP URL"),
    "a preview that is no flag": ({"link_preview_options": {"is_disabled": 1}}, "must be of type Boolean"),
    "a preview of an unknown kind": ({"link_preview_options": {"large": True}}, "unknown field large"),
    "an answer to nothing": ({"reply_parameters": {}}, 'can\'t find field "message_id"'),
    "an answer to no message": ({"reply_parameters": {"message_id": 9}}, "message to be replied not found"),
}


@pytest.mark.parametrize(("fields", "words"), EXTRAS.values(), ids=EXTRAS)
async def test_what_stands_around_a_text_is_looked_at_too(client: Client, fields: Any, words: str) -> None:
    heard = await client.call("sendMessage", chat_id="@newsdao", text="a", **fields)
    assert heard.status == 400
    assert words in heard.body["description"]
    assert await client.accepted() == []


async def test_what_stands_around_a_text_is_shown(unhurried: Client) -> None:
    await unhurried.call("sendMessage", chat_id="@newsdao", text="a")
    extras = button(text="기사 보기", url=URL) | {"link_preview_options": {"url": URL, "show_above_text": True}}
    answers = {"reply_parameters": {"message_id": 1}}
    heard = await unhurried.call("sendMessage", chat_id="@newsdao", text="b", **extras, **answers)
    assert {name: heard.body["result"][name] for name in extras} == extras
    orphan = {"reply_parameters": {"message_id": 99, "allow_sending_without_reply": True}}
    assert (await unhurried.call("sendMessage", chat_id="@newsdao", text="c", **orphan)).status == 200


# ── Albums ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_an_album_is_as_many_messages_in_a_row(unhurried: Client, picture: Paint, form: Form) -> None:
    media = [{"type": "photo", "media": "attach://a", "caption": "제목"}, {"type": "photo", "media": "attach://b"}]
    files = {name: (f"{name}.png", picture(width=width), "image/png") for name, width in (("a", 800), ("b", 900))}
    data = form(chat_id="@newsdao", media=json.dumps(media), **files)
    first, second = (await unhurried.ask("POST", f"{unhurried.telegram}/sendMediaGroup", data=data)).body["result"]
    assert (first["message_id"], first["caption"], second["message_id"]) == (1, "제목", 2)
    assert "caption" not in second
    assert [message["photo"][-1]["width"] for message in (first, second)] == [800, 900]
    [record] = await unhurried.accepted()
    assert (record["id"], len(record["body"]["files"])) == ("1", 2)
    known = [{"type": "photo", "media": message["photo"][-1]["file_id"]} for message in (first, second)]
    again = await unhurried.call("sendMediaGroup", chat_id="@newsdao", media=known)
    assert [message["message_id"] for message in again.body["result"]] == [3, 4]


PHOTO = {"type": "photo", "media": "https://a.kr/a.png"}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "2-10"),
        ({"media": [PHOTO]}, "2-10"),
        ({"media": [PHOTO] * 11}, "2-10"),
        ({"media": PHOTO}, "2-10"),
        ({"media": "x"}, "can't parse media JSON object"),
        ({"media": [PHOTO, {"type": "video", "media": URL}]}, "photos only"),
        ({"media": [PHOTO, {"type": "photo"}]}, "media not found"),
        ({"media": [PHOTO, {**PHOTO, "media": "attach://none"}]}, "wrong remote file identifier"),
        ({"media": [PHOTO, {**PHOTO, "caption": "가" * 1025}]}, "message caption is too long"),
        ({"media": [PHOTO, PHOTO], **button(text="a", url=URL)}, "reply markup"),
    ],
)
async def test_an_album_that_is_none_is_refused(client: Client, fields: Any, words: str) -> None:
    heard = await client.call("sendMediaGroup", chat_id="@newsdao", **fields)
    assert heard.status == 400
    assert words in heard.body["description"]


# ── Articles ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def rich(html: str, **more: Any) -> dict[str, Any]:
    return {"rich_message": {"html": html, **more}}


OWN = '<img src="tg://photo?id=a"/>'
MEDIA = {"media": [{"id": "a", "media": PHOTO}]}


@pytest.mark.parametrize(
    "fields",
    [
        rich("<h1>제목</h1><p>a<br>b &amp; c</p><ul><li>가</li></ul><hr/>"),
        rich(f"<figure>{OWN}<figcaption>설명</figcaption></figure>", **MEDIA),
        rich(f'<img src="{URL}a.png"/><p><a href="{URL}">a</a></p>'),
        rich("<p>" + "가" * 32_768 + "</p>"),
        rich("<p>a</p>" * 500),
        rich("<b>" * 15 + "<p>a</p>" + "</b>" * 15),
        rich("<table><tr>" + "<td>a</td>" * 20 + "</tr></table>"),
    ],
)
async def test_an_article_is_taken(client: Client, fields: Any) -> None:
    heard = await client.call("sendRichMessage", chat_id="@newsdao", **fields)
    assert (heard.status, heard.body["result"]["message_id"]) == (200, 1)
    [record] = await client.accepted()
    assert record["body"]["rich_message"] == fields["rich_message"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "rich message is empty"),
        (rich(""), "rich message is empty"),
        (rich("<b></b>"), "rich message is empty"),
        ({"rich_message": {"markdown": "a"}}, "exactly one of"),
        (rich("<p>a</p>", markdown="a"), "exactly one of"),
        (rich("<div>a</div>"), 'unsupported start tag "div"'),
        (rich("<p>a"), 'can\'t find end tag corresponding to start tag "p"'),
        (rich("<p><b>a</p></b>"), 'unexpected end tag "p"'),
        (rich("</p>"), 'unexpected end tag "p"'),
        (rich("<p>&copy;</p>"), "unsupported entity &copy;"),
        (rich("<p>a</p><!-- b -->"), "unsupported remark"),
        (rich('<p><a href="javascript:1">a</a></p>'), "wrong HTTP URL"),
        (rich("<p><a>a</a></p>"), "wrong HTTP URL"),
        (rich(OWN), "media not found"),
        (rich('<img src="a.png"/>'), "wrong HTTP URL"),
        (rich(f"<p>{OWN}</p>", **MEDIA), "only as a separate block"),
        (rich(OWN, media=[{"id": "a b", "media": PHOTO}]), "invalid id"),
        (rich(OWN, media=[{"id": "a", "media": {"type": "photo"}}]), "media not found"),
        (rich(OWN, media=[{"id": "a", "media": PHOTO}] * 51), "at most 50 media"),
        (rich("<p>" + "가" * 32_769 + "</p>"), "32769 characters are more"),
        (rich("<p>a</p>" * 501), "501 blocks are more"),
        (rich("<b>" * 16 + "<p>a</p>" + "</b>" * 16), "nested too deep"),
        (rich("<table><tr>" + "<td>a</td>" * 21 + "</tr></table>"), "too many columns"),
    ],
)
async def test_an_article_that_the_api_would_not_read_is_refused(client: Client, fields: Any, words: str) -> None:
    heard = await client.call("sendRichMessage", chat_id="@newsdao", **fields)
    assert heard.status == 400
    assert words in heard.body["description"]
    assert await client.accepted() == []


# ── Edits ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_photo_is_put_to_a_text_and_changed_there(client: Client) -> None:
    place = {"chat_id": "@newsdao", "message_id": 1}
    await client.call("sendMessage", chat_id="@newsdao", text="a")
    media = PHOTO | {"caption": "b"}
    edited = (await client.call("editMessageMedia", **place, media=media)).body["result"]
    assert (edited["caption"], len(edited["photo"])) == ("b", 4)
    assert "text" not in edited
    same = await client.call("editMessageMedia", **place, media=media)
    assert "message is not modified" in same.body["description"]
    assert (await client.call("editMessageMedia", **place, media=media | {"media": f"{URL}b.png"})).status == 200
    words = await client.call("editMessageText", **place, text="c")
    assert words.body["description"] == "Bad Request: there is no text in the message to edit"
    assert [(one["operation"], one["id"]) for one in await client.accepted()] == [("send", "1"), *[("edit", "1")] * 2]


async def test_buttons_are_a_part_of_what_an_edit_changes(client: Client) -> None:
    place = {"chat_id": "@newsdao", "message_id": 1}
    keyboard = button(text="a", url=URL)
    await client.call("sendMessage", chat_id="@newsdao", text="a", **keyboard)
    assert (await client.call("editMessageText", **place, text="a", **keyboard)).status == 400
    assert (await client.call("editMessageText", **place, text="a")).status == 200
    assert (await client.call("editMessageText", **place, text="a")).status == 400


async def test_a_text_becomes_an_article_and_an_article_has_no_media(client: Client) -> None:
    place = {"chat_id": "@newsdao", "message_id": 1}
    await client.call("sendMessage", chat_id="@newsdao", text="a")
    both = await client.call("editMessageText", **place, text="a", **rich("<p>a</p>"))
    assert "exactly one of text and rich_message" in both.body["description"]
    assert (await client.call("editMessageText", **place, **rich("<p>a</p>"))).status == 200
    same = await client.call("editMessageText", **place, **rich("<p>a</p>"))
    assert "message is not modified" in same.body["description"]
    media = await client.call("editMessageMedia", **place, media=PHOTO)
    assert media.body["description"] == "Bad Request: there is no media in the message to edit"


async def test_each_message_of_an_album_is_edited_by_its_own_id(client: Client) -> None:
    await client.call("sendMediaGroup", chat_id="@newsdao", media=[PHOTO | {"caption": "a"}, PHOTO])
    for number in (1, 2):
        place = {"chat_id": "@newsdao", "message_id": number}
        heard = await client.call("editMessageCaption", **place, caption="b")
        assert heard.body["result"]["caption"] == "b"
    gone = await client.call("editMessageCaption", chat_id="@newsdao", message_id=3, caption="b")
    assert gone.body["description"] == "Bad Request: message to edit not found"


async def test_what_stands_there_is_known_after_a_new_start(log: Path, visit: Visit) -> None:
    """All state is a fold over the log."""
    chat = {"chat_id": "@newsdao"}
    async with Sandbox("127.0.0.1:0", log) as sandbox:
        client = visit(sandbox.url)
        await client.ask("POST", "/_sandbox/settings", json={"pace": "off"})
        await client.call("sendMediaGroup", **chat, media=[PHOTO, PHOTO])
        await client.call("sendRichMessage", **chat, **rich("<p>a</p>"))
        await client.call("sendMessage", **chat, text="a")
        await client.call("editMessageMedia", **chat, message_id=4, media=PHOTO)
        await client.call("editMessageCaption", **chat, message_id=4)
        await client.call("sendMessage", **chat, text="b")
        await client.call("editMessageCaption", **chat, message_id=1, caption="c")
    async with Sandbox("127.0.0.1:0", log) as sandbox:
        client = visit(sandbox.url)
        await client.ask("POST", "/_sandbox/settings", json={"pace": "off"})
        for number in (1, 2, 4):
            heard = await client.call("editMessageText", **chat, message_id=number, text="x")
            assert heard.body["description"] == "Bad Request: there is no text in the message to edit", number
        same = await client.call("editMessageText", **chat, message_id=3, **rich("<p>a</p>"))
        assert "message is not modified" in same.body["description"]
        assert (await client.call("editMessageText", **chat, message_id=5, text="x")).status == 200
        assert (await client.call("sendMessage", **chat, text="c")).body["result"]["message_id"] == 6
