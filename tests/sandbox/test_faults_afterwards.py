"""Planned faults meet what changes and takes back, too (FAILURES.md section 3, row 8; INTERFACE.md, Sandbox)."""

from typing import Any

import aiohttp
import pytest

from tests.sandbox.conftest import Client
from tests.sandbox.test_server import HOOK, ROOM, platform_of, say

TODO = [
    *((door, what) for door in ("telegram", "discord", "webhook") for what in ("edit", "delete")),
    ("telegram", "delete several"),
    ("x", "delete"),
]


async def told(client: Client, door: str) -> str:
    """Post one message; its id."""
    await client.ask("POST", "/_sandbox/settings", json={"pace": "off"})
    await say(client, door)
    return str((await client.accepted())[-1]["id"])


async def afterwards(client: Client, door: str, what: str, number: str) -> Any:
    """Change or take back that message."""
    match door, what:
        case "telegram", "edit":
            return await client.call("editMessageText", chat_id="@newsdao", message_id=int(number), text="b")
        case "telegram", "delete":
            return await client.call("deleteMessage", chat_id="@newsdao", message_id=int(number))
        case "telegram", _:
            return await client.call("deleteMessages", chat_id="@newsdao", message_ids=[int(number)])
        case "discord", "edit":
            return await client.bot("PATCH", f"/channels/{ROOM}/messages/{number}", json={"content": "b"})
        case "discord", _:
            return await client.bot("DELETE", f"/channels/{ROOM}/messages/{number}")
        case "webhook", "edit":
            return await client.ask("PATCH", f"{HOOK}/messages/{number}", json={"content": "b"})
        case "webhook", _:
            return await client.ask("DELETE", f"{HOOK}/messages/{number}")
        case _:
            return await client.x("DELETE", f"/tweets/{number}")


@pytest.mark.parametrize(("door", "what"), TODO)
async def test_a_fault_meets_what_changes_and_takes_back(client: Client, door: str, what: str) -> None:
    number = await told(client, door)
    await client.fault(platform_of(door), "500")
    assert (await afterwards(client, door, what, number)).status == 500
    assert len(await client.accepted()) == 1
    assert (await afterwards(client, door, what, number)).status in {200, 204}
    assert [record["operation"] for record in await client.accepted()] == ["send", what.split(maxsplit=1)[0]]


@pytest.mark.parametrize(("door", "what"), TODO)
async def test_a_change_whose_answer_is_lost_was_made_and_one_that_is_cut_off_was_not(
    client: Client, door: str, what: str
) -> None:
    number = await told(client, door)
    await client.fault(platform_of(door), "reset")
    with pytest.raises(aiohttp.ClientOSError, match="reset by peer"):
        await afterwards(client, door, what, number)
    assert len(await client.accepted()) == 1
    await client.fault(platform_of(door), "lost_reply")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await afterwards(client, door, what, number)
    assert len(await client.accepted()) == 2


async def test_who_only_asks_meets_no_fault(client: Client) -> None:
    for platform in ("telegram", "discord", "x"):
        await client.fault(platform, "500")
    asked = [
        await client.call("getMe"),
        await client.call("getChat", chat_id="@newsdao"),
        await client.bot("GET", f"/channels/{ROOM}/messages"),
        await client.x("GET", "/users/me"),
    ]
    assert [heard.status for heard in asked] == [200] * 4


async def test_a_no_is_lost_as_an_answer_is(client: Client) -> None:
    await client.fault("x", "lost_reply")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await client.x("DELETE", "/tweets/404")
    assert (await client.x("DELETE", "/tweets/404")).status == 404
