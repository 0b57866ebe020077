"""The stand-in of Discord refuses what Discord refuses, in its form (PLATFORMS.md a to f, 0.5, 0.6)."""

import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.discord_rooms import Rooms
from bot.sandbox.ledger import Accepted
from bot.sandbox.server import Sandbox
from tests.sandbox.conftest import Client, Form, Paint, Visit

ROOM = "111122223333444455"
POST = f"/channels/{ROOM}/messages"
HOOK = "/discord/api/v10/webhooks/333333333333333333/token-of-the-hook"


async def test_a_message_is_answered_without_charset_and_with_its_bucket(client: Client) -> None:
    heard = await client.bot("POST", POST, json={"content": "속보", "nonce": "n1"})
    assert (heard.status, heard.body["content"], heard.body["nonce"]) == (200, "속보", "n1")
    assert heard.headers["Content-Type"] == "application/json"
    assert heard.headers["X-RateLimit-Limit"] == "5"
    assert heard.headers["X-RateLimit-Remaining"] == "4"
    assert 4 < float(heard.headers["X-RateLimit-Reset-After"]) <= 5
    [record] = await client.accepted()
    assert (record["account"], record["target"], record["key"]) == ("770e6076", ROOM, "n1")
    assert record["id"] == heard.body["id"]


@pytest.mark.parametrize(
    ("headers", "status", "body"),
    [
        ({"Authorization": "Bot wrong"}, 401, {"message": "401: Unauthorized", "code": 0}),
        ({"Authorization": "Bearer good"}, 401, {"message": "401: Unauthorized", "code": 0}),
        ({"Authorization": ""}, 401, {"message": "401: Unauthorized", "code": 0}),
        ({"User-Agent": "python"}, 403, {"message": "internal network error", "code": 40333}),
    ],
)
async def test_a_stranger_is_refused(client: Client, headers: dict[str, str], status: int, body: Any) -> None:
    heard = await client.bot("GET", "/users/@me", headers=headers)
    assert (heard.status, heard.body) == (status, body)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/channels/111404404", 404, 10003),
        ("/channels/general", 404, 10003),
        (f"{POST}/1", 404, 10008),
        (f"{POST}?limit=0", 400, 50035),
        (f"{POST}?limit=101", 400, 50035),
        (f"{POST}?before=x", 400, 50035),
        ("/webhooks/333404404/token", 404, 10015),
        ("/webhooks/333/wrong", 401, 50027),
        ("/elsewhere", 404, 0),
    ],
)
async def test_what_is_not_there_is_refused_in_discords_numbers(
    client: Client, path: str, status: int, code: int
) -> None:
    heard = await client.bot("GET", path)
    assert (heard.status, heard.body["code"]) == (status, code)


def long(length: int) -> str:
    return "가" * length


FULL = {"title": long(256), "description": long(4096), "footer": {"text": long(1648)}}

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "2001 characters": ({"content": long(2001)}, "content"),
    "1001 emoji, counted in UTF-16": ({"content": "😀" * 1001}, "content"),
    "a content that is none": ({"content": 5}, "content"),
    "eleven embeds": ({"embeds": [{"title": "a"}] * 11}, "embeds"),
    "embeds that are none": ({"embeds": {"title": "a"}}, "embeds"),
    "an embed that is none": ({"embeds": ["a"]}, "embeds.0"),
    "an empty embed": ({"embeds": [{}]}, "embeds.0.description"),
    "a long title": ({"embeds": [{"title": long(257)}]}, "embeds.0.title"),
    "a long description": ({"embeds": [{"description": long(4097)}]}, "embeds.0.description"),
    "a long footer": ({"embeds": [{"title": "a", "footer": {"text": long(2049)}}]}, "embeds.0.footer.text"),
    "a footer of nothing": ({"embeds": [{"title": "a", "footer": {}}]}, "embeds.0.footer.text"),
    "a long author": ({"embeds": [{"title": "a", "author": {"name": long(257)}}]}, "embeds.0.author.name"),
    "a nameless author": ({"embeds": [{"title": "a", "author": {"name": " "}}]}, "embeds.0.author.name"),
    "26 fields": ({"embeds": [{"fields": [{"name": "a", "value": "b"}] * 26}]}, "embeds.0.fields"),
    "a long name": ({"embeds": [{"fields": [{"name": long(257), "value": "b"}]}]}, "embeds.0.fields.0.name"),
    "a long value": ({"embeds": [{"fields": [{"name": "a", "value": long(1025)}]}]}, "embeds.0.fields.0.value"),
    "6001 in all": ({"embeds": [FULL, {"title": "a"}]}, "embeds"),
    "a link to nowhere": ({"embeds": [{"title": "a", "url": "newsdao.kr"}]}, "embeds.0.url"),
    "a picture from nowhere": ({"embeds": [{"title": "a", "image": {"url": "ftp://a"}}]}, "embeds.0.image.url"),
    "a picture not uploaded": (
        {"embeds": [{"title": "a", "image": {"url": "attachment://a.png"}}]},
        "embeds.0.image.url",
    ),
    "no colour": ({"embeds": [{"title": "a", "color": 1 << 24}]}, "embeds.0.color"),
    "no time": ({"embeds": [{"title": "a", "timestamp": "now"}]}, "embeds.0.timestamp"),
    "a long nonce": ({"content": "a", "nonce": "n" * 26}, "nonce"),
    "a nameless webhook": ({"content": "a", "username": ""}, "username"),
    "no flags": ({"content": "a", "flags": "x"}, "flags"),
    "no mentions": ({"content": "a", "allowed_mentions": []}, "allowed_mentions"),
    "an unknown mention": ({"content": "a", "allowed_mentions": {"parse": ["all"]}}, "allowed_mentions.parse"),
    "an attachment not uploaded": ({"content": "a", "attachments": [{"id": 0}]}, "attachments.0"),
    "an attachment of no number": ({"content": "a", "attachments": [{"id": "x"}]}, "attachments.0.id"),
    "a long alt text": ({"attachments": [{"id": "123456", "description": long(1025)}]}, "attachments.0.description"),
}


@pytest.mark.parametrize(("body", "where"), REFUSED.values(), ids=REFUSED)
async def test_a_form_that_does_not_hold_is_refused_where_it_is_wrong(client: Client, body: Any, where: str) -> None:
    heard = await client.bot("POST", POST, json=body)
    assert (heard.status, heard.body["code"], heard.body["message"]) == (400, 50035, "Invalid Form Body")
    place = heard.body["errors"]
    for step in where.split("."):
        place = place[step]
    assert place["_errors"][0]["code"]
    assert await client.accepted() == []


TAKEN: dict[str, dict[str, Any]] = {
    "2000 characters between blanks": {"content": f" {long(2000)}\n"},
    "6000 in all": {"embeds": [FULL]},
    "an embed with everything": {
        "embeds": [
            {
                "title": "a",
                "url": "https://newsdao.kr",
                "color": 0xFFFFFF,
                "timestamp": "2026-11-22T00:00:00Z",
                "image": {"url": "https://newsdao.kr/a.png"},
                "footer": {"text": "News"},
                "author": {"name": "a"},
                "fields": [{"name": "a", "value": "b"}],
            }
        ]
    },
    "a nonce of 25, mentions shut": {"content": "a", "nonce": "n" * 25, "allowed_mentions": {"parse": []}},
}


@pytest.mark.parametrize("body", TAKEN.values(), ids=TAKEN)
async def test_what_discord_takes_is_taken(client: Client, body: Any) -> None:
    assert (await client.bot("POST", POST, json=body)).status == 200


async def test_an_answer_is_to_something(client: Client) -> None:
    posted = await client.bot("POST", POST, json={"content": "a"})
    known = {"content": "b", "message_reference": {"message_id": posted.body["id"]}}
    assert (await client.bot("POST", POST, json=known)).status == 200
    unknown = {"content": "c", "message_reference": {"message_id": "5"}}
    refused = await client.bot("POST", POST, json=unknown)
    assert refused.status == 400
    assert refused.body["errors"]["message_reference"]["_errors"][0]["code"] == "REPLIES_UNKNOWN_MESSAGE"
    unknown["message_reference"]["fail_if_not_exists"] = False  # type: ignore[index]  # a mapping
    assert (await client.bot("POST", POST, json=unknown)).status == 200


async def test_an_empty_message_and_a_broken_body_are_refused(client: Client) -> None:
    for body, code in [(b"{}", 50006), (b'{"content":" "}', 50006), (b"{", 50109)]:
        heard = await client.bot("POST", POST, data=body, headers={"Content-Type": "application/json"})
        assert (heard.status, heard.body["code"]) == (400, code)


async def test_a_mention_that_calls_people_is_marked(client: Client) -> None:
    """FAILURES.md section 1, mention injection: hermes-agent #11339, DiceMaiden #96."""
    shut: dict[str, Any] = {"allowed_mentions": {"parse": []}}
    bodies: list[dict[str, Any]] = [
        {"content": "@everyone"},
        {"content": "@everyone", **shut},
        {"embeds": [{"description": "<@123>"}], "allowed_mentions": {"parse": ["users"]}},
        {"content": "everyone"},
    ]
    for body in bodies:
        assert (await client.bot("POST", POST, json=body)).status == 200
    assert [record["body"].get("pinged", False) for record in await client.accepted()] == [True, False, True, False]


# ── Files ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_picture_is_uploaded_and_shown_in_the_embed(client: Client, picture: Paint, form: Form) -> None:
    payload = {
        "embeds": [{"title": "a", "image": {"url": "attachment://card.png"}}],
        "attachments": [{"id": 0, "filename": "card.png", "description": "카드"}],
    }
    fields = {"payload_json": json.dumps(payload), "files[0]": ("card.png", picture(), "image/png")}
    heard = await client.bot("POST", POST, data=form(**fields))
    [attachment] = heard.body["attachments"]
    assert (attachment["filename"], attachment["description"]) == ("card.png", "카드")
    [record] = await client.accepted()
    assert record["body"]["files"][0]["bytes"] == len(picture())
    assert record["body"]["embeds"] == payload["embeds"]
    edited = await client.bot("PATCH", f"{POST}/{heard.body['id']}", json={"content": "b"})
    assert (edited.status, edited.body["content"]) == (200, "b")


async def test_a_file_that_is_too_large_or_no_picture_is_refused(client: Client, picture: Paint, form: Form) -> None:
    cases = [
        ({"a": ("a.txt", bytes((10 << 20) + 1), "text/plain")}, 413, 40005),
        ({"a": ("a.png", b"plain text", "image/png")}, 400, 50046),
        ({str(n): ("a.txt", b"a", "text/plain") for n in range(11)}, 400, 30015),
        ({str(n): ("a.txt", bytes(9 << 20), "text/plain") for n in range(3)}, 413, 40005),
    ]
    for files, status, code in cases:
        heard = await client.bot("POST", POST, data=form(**files))
        assert (heard.status, heard.body["code"]) == (status, code)
    headers = {"Content-Type": "application/json"}
    heard = await client.bot("POST", POST, data=io.BytesIO(bytes((25 << 20) + 1)), headers=headers)
    assert (heard.status, heard.body["code"]) == (413, 40005)
    assert await client.accepted() == []


# ── Nonces ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_an_enforced_nonce_is_answered_with_the_message_it_belongs_to(client: Client) -> None:
    """PLATFORMS.md d: by author and channel, and only where it is enforced."""
    say = {"content": "a", "nonce": "n1", "enforce_nonce": True}
    first = await client.bot("POST", POST, json=say)
    again = await client.bot("POST", POST, json=say | {"content": "b"})
    assert (again.status, again.body) == (200, first.body)
    elsewhere = await client.bot("POST", "/channels/222/messages", json=say)
    by_another = await client.bot("POST", POST, json=say, headers={"Authorization": "Bot other"})
    loose = await client.bot("POST", POST, json=say | {"enforce_nonce": False})
    assert len({heard.body["id"] for heard in (first, elsewhere, by_another, loose)}) == 4
    assert len(await client.accepted()) == 4


async def test_a_nonce_is_forgotten_after_five_minutes(log: Path, visit: Visit) -> None:
    time = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    say = {"content": "a", "nonce": 5, "enforce_nonce": True}
    async with Sandbox("127.0.0.1:0", log, now=lambda: time) as sandbox:
        client = visit(sandbox.url)
        ids = []
        for later in (0, 299, 1):
            time += dt.timedelta(seconds=later)
            ids.append((await client.bot("POST", POST, json=say)).body["id"])
    assert ids[0] == ids[1]
    assert ids[1] != ids[2]


async def test_a_nonce_whose_message_was_deleted_says_it_anew(client: Client) -> None:
    """No document tells; this way a stale post after a retraction shows up as what it is, a second copy."""
    say = {"content": "a", "nonce": "n1", "enforce_nonce": True}
    first = (await client.bot("POST", POST, json=say)).body
    await client.bot("DELETE", f"{POST}/{first['id']}")
    again = await client.bot("POST", POST, json=say)
    assert (again.status, again.body["id"] != first["id"]) == (200, True)


def test_nonces_that_are_forgotten_take_no_room() -> None:
    rooms, time = Rooms(), dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    for n in range(1_000):
        when = (time + dt.timedelta(seconds=n)).isoformat()
        body = {"content": "a", "nonce": f"n{n}"}
        rooms.remember(Accepted(n, when, "discord", "1", ROOM, "send", str(n), f"n{n}", body))
    assert len(rooms._nonces) == 300


# ── Asking, keeping it true ──────────────────────────────────────────────────────────────────────────────────────────


async def test_messages_are_listed_newest_first(client: Client) -> None:
    sent = [(await client.bot("POST", POST, json={"content": str(n), "nonce": n})).body for n in range(4)]
    ids = [message["id"] for message in sent]

    async def listed(query: str = "") -> list[str]:
        return [message["id"] for message in (await client.bot("GET", POST + query)).body]

    assert await listed() == ids[::-1]
    assert await listed("?limit=2") == [ids[3], ids[2]]
    assert await listed(f"?limit=2&before={ids[2]}") == [ids[1], ids[0]]
    assert await listed(f"?limit=2&after={ids[0]}") == [ids[2], ids[1]]
    assert (await client.bot("GET", f"{POST}/{ids[1]}")).body == sent[1]


async def test_who_asks_and_where(client: Client) -> None:
    me = (await client.bot("GET", "/users/@me")).body
    message = (await client.bot("POST", POST, json={"content": "a"})).body
    assert message["author"] == me
    assert (await client.bot("GET", "/oauth2/applications/@me")).body["id"] == me["id"]
    assert (await client.bot("GET", f"/channels/{ROOM}")).body["id"] == ROOM
    assert (await client.ask("GET", HOOK)).body["type"] == 1


async def test_a_message_is_edited_by_its_author_and_deleted(client: Client) -> None:
    message = (await client.bot("POST", POST, json={"content": "a"})).body
    path = f"{POST}/{message['id']}"
    by_another = await client.bot("PATCH", path, json={"content": "b"}, headers={"Authorization": "Bot other"})
    assert (by_another.status, by_another.body["code"]) == (403, 50005)
    assert (await client.bot("PATCH", path, json={"content": ""})).body["code"] == 50006
    edited = await client.bot("PATCH", path, json={"content": "b", "embeds": [{"title": "c"}]})
    assert (edited.body["content"], edited.body["embeds"]) == ("b", [{"title": "c"}])
    assert edited.body["edited_timestamp"] is not None
    assert (await client.bot("DELETE", path)).status == 204
    assert (await client.bot("GET", path)).body["code"] == 10008


async def test_a_webhook_says_what_it_said_only_when_asked_to_wait(client: Client) -> None:
    """PLATFORMS.md 0.5: no nonce, so the same words twice are two messages."""
    assert (await client.ask("POST", HOOK, json={"content": "a"})).status == 204
    said = [(await client.ask("POST", f"{HOOK}?wait=true", json={"content": "a", "nonce": "n"})) for _ in range(2)]
    assert [heard.status for heard in said] == [200, 200]
    assert said[0].headers["X-RateLimit-Limit"] == "5"
    path = f"{HOOK}/messages/{said[0].body['id']}"
    assert (await client.ask("GET", path)).body["webhook_id"] == "333333333333333333"
    assert (await client.ask("PATCH", path, json={"content": "b"})).body["content"] == "b"
    assert (await client.ask("GET", path.replace("333333333333333333", "444"))).body["code"] == 10008
    assert (await client.ask("DELETE", path)).status == 204
    records = await client.accepted()
    assert [record["operation"] for record in records] == ["send", "send", "send", "edit", "delete"]
    assert {(record["account"], record["target"], record["key"]) for record in records} == {
        ("webhook", "webhook:333333333333333333", None)
    }
    assert "token-of-the-hook" not in json.dumps(records)
