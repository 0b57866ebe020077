"""The stand-in of Discord lets one change and delete what Discord lets one change and delete (PLATFORMS.md e)."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.sandbox.conftest import Client, Form, Paint

ROOM = "111122223333444455"
POST = f"/channels/{ROOM}/messages"


@pytest.mark.parametrize("door", [f"/channels/{ROOM}", "/webhooks/333/token"], ids=["a bot", "a webhook"])
async def test_what_is_deleted_is_gone_from_everywhere(client: Client, door: str) -> None:
    """Issue 4, point 6: gone from the history, unknown to whoever edits, deletes or asks for it; and logged."""
    post = "/messages" if "channels" in door else "?wait=true"
    first, second = [(await client.bot("POST", door + post, json={"content": word})).body for word in "ab"]
    path = f"{door}/messages/{first['id']}"
    assert (await client.bot("DELETE", path)).status == 204
    for verb in ("GET", "PATCH", "DELETE"):
        heard = await client.bot(verb, path, json={"content": "c"})
        assert (heard.status, heard.body["code"]) == (404, 10008)
    history = await client.bot("GET", f"/channels/{second['channel_id']}/messages")
    assert [message["id"] for message in history.body] == [second["id"]]
    records = await client.accepted()
    assert [(record["operation"], record["id"]) for record in records] == [
        ("send", first["id"]),
        ("send", second["id"]),
        ("delete", first["id"]),
    ]


async def test_a_webhook_reaches_its_own_messages_and_a_bot_all_of_the_channel(client: Client) -> None:
    bots = (await client.bot("POST", "/channels/334/messages", json={"content": "a"})).body["id"]
    hooks = (await client.bot("POST", "/webhooks/333/token?wait=true", json={"content": "b"})).body["id"]
    for verb in ("GET", "PATCH", "DELETE"):
        heard = await client.bot(verb, f"/webhooks/333/token/messages/{bots}", json={"content": "c"})
        assert (heard.status, heard.body["code"]) == (404, 10008)
    heard = await client.bot("PATCH", f"/channels/334/messages/{hooks}", json={"content": "c"})
    assert (heard.status, heard.body["code"]) == (403, 50005)
    assert (await client.bot("DELETE", f"/channels/334/messages/{hooks}")).status == 204


async def test_a_history_with_gaps_is_read_in_both_directions(client: Client) -> None:
    await client.ask("POST", "/_sandbox/settings", json={"pace": "off"})
    ids = [(await client.bot("POST", POST, json={"content": str(n)})).body["id"] for n in range(8)]
    for gone in (0, 3, 4, 7):
        await client.bot("DELETE", f"{POST}/{ids[gone]}")

    async def listed(query: str) -> list[int]:
        return [ids.index(message["id"]) for message in (await client.bot("GET", POST + query)).body]

    assert await listed("") == [6, 5, 2, 1]
    assert await listed("?limit=3") == [6, 5, 2]
    assert await listed(f"?limit=2&before={ids[5]}") == [2, 1]
    assert await listed(f"?limit=2&after={ids[1]}") == [5, 2]
    assert await listed(f"?after={ids[4]}") == [6, 5]
    assert await listed(f"?after={ids[7]}") == []


async def test_an_edit_leaves_the_attachments_that_it_names(client: Client, picture: Paint, form: Form) -> None:
    """DD message.mdx: those that ``attachments`` does not name are removed; without the field all stay."""
    files = {f"files[{n}]": (f"{n}.png", picture(), "image/png") for n in range(2)}
    message = (await client.bot("POST", POST, data=form(payload_json='{"content": "a"}', **files))).body
    path = f"{POST}/{message['id']}"

    async def left(**fields: Any) -> list[str]:
        heard = await client.bot("PATCH", path, **fields)
        assert heard.status == 200
        assert len({attachment["id"] for attachment in heard.body["attachments"]}) == len(heard.body["attachments"])
        return [attachment["filename"] for attachment in heard.body["attachments"]]

    assert await left(json={"content": "b"}) == ["0.png", "1.png"]
    more = {"files[0]": ("2.png", picture(), "image/png")}
    assert await left(data=form(payload_json="{}", **more)) == ["0.png", "1.png", "2.png"]
    assert await left(json={"attachments": [{"id": message["attachments"][1]["id"]}]}) == ["1.png"]
    swapped = {"attachments": [{"id": 0, "description": "새 그림"}]}
    assert await left(data=form(payload_json=json.dumps(swapped), **more)) == ["2.png"]
    kept = (await client.bot("GET", path)).body["attachments"]
    assert [attachment["description"] for attachment in kept] == ["새 그림"]


@pytest.mark.parametrize("attachments", [5, "x", ["x"], [None]])
async def test_attachments_that_are_none_are_refused_in_an_edit_too(client: Client, attachments: Any) -> None:
    message = (await client.bot("POST", POST, json={"content": "a"})).body
    heard = await client.bot("PATCH", f"{POST}/{message['id']}", json={"attachments": attachments})
    assert (heard.status, heard.body["code"]) == (400, 50035)


async def test_an_edit_whose_picture_goes_away_with_it_is_refused(client: Client, picture: Paint, form: Form) -> None:
    """An embed must not point to a file that the same edit removes."""
    payload = {"embeds": [{"title": "a", "image": {"url": "attachment://a.png"}}]}
    fields = {"payload_json": json.dumps(payload), "files[0]": ("a.png", picture(), "image/png")}
    message = (await client.bot("POST", POST, data=form(**fields))).body
    path = f"{POST}/{message['id']}"
    assert (await client.bot("PATCH", path, json={"attachments": []})).body["code"] == 50035
    heard = await client.bot("PATCH", path, json={"attachments": [], "embeds": [{"title": "철회"}]})
    assert (heard.status, heard.body["attachments"], heard.body["embeds"]) == (200, [], [{"title": "철회"}])


async def test_what_is_deleted_while_its_edit_is_on_its_way_stays_deleted(client: Client) -> None:
    message = (await client.bot("POST", POST, json={"content": "a"})).body
    path = f"{POST}/{message['id']}"
    arrived = asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield b'{"content": '
        await arrived.wait()
        yield b'"b"}'

    editing = asyncio.create_task(
        client.bot("PATCH", path, data=slowly(), headers={"Content-Type": "application/json"})
    )
    await asyncio.sleep(0.1)
    assert (await client.bot("DELETE", path)).status == 204
    arrived.set()
    assert (await editing).body["code"] == 10008
    assert [record["operation"] for record in await client.accepted()] == ["send", "delete"]
