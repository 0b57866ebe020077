"""What Discord lets one change, take back and find again, also at the strict stand-in (PLATFORMS: sections d, e)."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from adapters.discord import Adapter
from bot.errors import DeliveryError, Rejected, TargetGone, Throttled, Unauthorized, Unconfirmed
from bot.model import Delivery, Receipt, Secret, Story, Style, Target
from bot.ports import Deletes, Edits, Finds, Request
from bot.sandbox.server import Sandbox
from bot.transport import Http
from tests.adapters.stage import BARE, STORY, Canned, deliver, reply

CHANNEL, HOOK = Target("111"), Target("webhook:333", Secret("hook-token-q"))
NOTICE = replace(BARE, headline="[철회] 남해안 고속철 14년 만에 첫 삽", excerpt="이 소식은 거두었습니다.", link="")
places = pytest.mark.parametrize("target", [CHANNEL, HOOK], ids=["a channel", "a webhook"])


def adapter(*answers: Any) -> tuple[Adapter, Canned]:
    transport = Canned(*(answers or (reply(204, b""),)))
    return Adapter(transport, token=Secret("token-q"), base_url="http://127.0.0.1:1/discord"), transport


def about(posted: Receipt | None, target: Target = CHANNEL, story: Story = NOTICE, **more: Any) -> Delivery:
    """A delete, with its notice as the message."""
    message = adapter()[0].render(story, Style())[0]
    return replace(deliver(message, target), key="delete/1", operation="delete", posted=posted, **more)


def missing() -> Any:
    return reply(404, {"code": 10008, "message": "Unknown Message"})


def test_discord_can_change_take_back_and_look_up() -> None:
    assert all(isinstance(adapter()[0], power) for power in (Edits, Deletes, Finds))


# ── Deleting ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("target", "path"),
    [(CHANNEL, "/channels/111/messages/7"), (HOOK, "/webhooks/333/hook-token-q/messages/7")],
    ids=["a channel", "a webhook"],
)
async def test_a_message_is_deleted_where_it_was_posted(target: Target, path: str) -> None:
    discord, transport = adapter()
    assert await discord.delete(about(Receipt(("7",)), target)) == Receipt(())
    [request] = transport.requests
    assert (request.verb, request.url) == ("DELETE", f"http://127.0.0.1:1/discord/api/v10{path}")
    assert (request.json, request.parts) == (None, ())
    assert ("Authorization" in request.headers) == (target is CHANNEL)


@places
async def test_every_id_goes_and_what_is_gone_already_is_well(target: Target) -> None:
    """An earlier try, or a moderator, was faster: 10008. It does not mean that the webhook is gone."""
    discord, transport = adapter(missing(), reply(204, b""))
    assert (await discord.delete(about(Receipt(("7", "8")), target))).ids == ()
    assert [request.url.rpartition("/")[2] for request in transport.requests] == ["7", "8"]


@pytest.mark.parametrize("posted", [None, Receipt(())])
async def test_what_has_no_id_cannot_be_deleted_or_edited(posted: Receipt | None) -> None:
    discord, transport = adapter()
    for change in (discord.delete, discord.edit):
        with pytest.raises(Rejected, match="no message to"):
            await change(about(posted))
    assert transport.requests == []


@pytest.mark.parametrize(
    ("target", "status", "problem", "kind"),
    [
        (CHANNEL, 403, {"code": 50013, "message": "Missing Permissions"}, TargetGone),
        (CHANNEL, 404, {"code": 10003, "message": "Unknown Channel"}, TargetGone),
        (CHANNEL, 403, {"code": 50021, "message": "Cannot execute action on a system message"}, Rejected),
        (CHANNEL, 401, {"code": 0, "message": "401: Unauthorized"}, Unauthorized),
        (CHANNEL, 429, {"message": "…", "retry_after": 2.5, "global": False}, Throttled),
        (CHANNEL, 500, {"code": 0, "message": "500: Internal Server Error"}, Unconfirmed),
        (CHANNEL, 200, "not Discord", Unconfirmed),
        (HOOK, 404, {"code": 10015, "message": "Unknown Webhook"}, TargetGone),
        (HOOK, 401, {"code": 50027, "message": "Invalid Webhook Token"}, TargetGone),
    ],
)
async def test_a_refusal_to_delete_has_its_class(target: Target, status: int, problem: Any, kind: Any) -> None:
    """PLATFORMS, section f."""
    discord, _ = adapter(reply(status, problem))
    with pytest.raises(DeliveryError) as caught:
        await discord.delete(about(Receipt(("7",)), target))
    assert type(caught.value) is kind


@places
async def test_an_edit_of_what_is_gone_is_refused_and_the_place_is_not_gone(target: Target) -> None:
    discord, _ = adapter(missing())
    with pytest.raises(Rejected, match="Unknown Message") as caught:
        await discord.edit(about(Receipt(("7",)), target))
    assert not caught.value.picture


async def test_a_rehearsed_delete_is_taken() -> None:
    made: list[Request] = []

    async def rehearse(request: Request, /) -> Any:
        made.append(request)
        return discord.rehearse(request, len(made))

    discord = Adapter(rehearse, token=Secret("token-q"))
    assert await discord.delete(about(Receipt(("$1.id",)))) == Receipt(())
    assert made[0].url.endswith("/channels/111/messages/$1.id")


# ── The notice in its place ──────────────────────────────────────────────────────────────────────────────────────────


async def test_a_notice_has_no_link_and_no_picture_and_takes_the_old_ones_away() -> None:
    """Issue 4, point 6: where it cannot be deleted it is edited to say so."""
    discord, transport = adapter(reply(200, {"id": "7"}))
    posted = Receipt(("7",), "https://discord.com/channels/9/111/7")
    assert await discord.edit(about(posted)) == posted
    [request] = transport.requests
    assert (request.verb, request.parts) == ("PATCH", ())
    assert request.json["attachments"] == []
    [shown] = request.json["embeds"]
    assert shown["title"] == NOTICE.headline
    assert shown.keys().isdisjoint({"url", "image", "thumbnail"})


# ── Finding ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_send_that_a_delete_is_about_is_found_by_its_own_key_alone() -> None:
    """A retraction may find its story still in doubt; the look-up then has the send's key, and says nothing else."""
    discord, transport = adapter(reply(200, {"id": "8"}))
    send = deliver(discord.render(STORY, Style())[0], CHANNEL)
    await discord.send(send)
    nonce = json.loads(transport.requests[0].parts[0].data)["nonce"]
    transport.answers = [reply(200, [{"id": "8", "nonce": nonce, "author": {"bot": True}, "embeds": []}])]
    assert await discord.find(replace(about(None), key=send.key)) == Receipt(("8",))
    assert await discord.find(about(None)) is None, "the delete's own key has posted nothing"


# ── At the stand-in ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[Sandbox]:
    async with Sandbox("127.0.0.1:0", tmp_path / "log.jsonl") as standing:
        yield standing


@pytest.fixture
async def real(sandbox: Sandbox) -> AsyncIterator[Adapter]:
    async with Http() as http:
        yield Adapter(http, token=Secret("token-q"), base_url=f"{sandbox.url}/discord")


async def operations(sandbox: Sandbox) -> list[str]:
    async with aiohttp.ClientSession() as session, session.get(f"{sandbox.url}/_sandbox/accepted") as answer:
        return [record["operation"] for record in await answer.json()]


async def history(discord: Adapter, target: Target) -> list[dict[str, Any]]:
    """What a reader sees in the channel; a webhook's lies in the one whose number follows."""
    channel = "334" if target is HOOK else "111"
    page: list[dict[str, Any]] = (await discord._ask("GET", "/messages", Target(channel))).said
    return page


@places
async def test_a_retraction_leaves_nothing_behind_however_often_it_is_tried(
    target: Target, sandbox: Sandbox, real: Adapter
) -> None:
    posted = await real.send(deliver(real.render(STORY, Style())[0], target))
    for _ in range(2):
        assert (await real.delete(about(posted, target))).ids == ()
    assert await history(real, target) == []
    with pytest.raises(Rejected):
        await real.edit(about(posted, target))
    assert await operations(sandbox) == ["send", "delete"]


@places
async def test_a_notice_stands_in_the_posts_place_without_its_picture(
    target: Target, sandbox: Sandbox, real: Adapter
) -> None:
    posted = await real.send(deliver(real.render(STORY, Style())[0], target))
    [before] = await history(real, target)
    assert [file["filename"] for file in before["attachments"]] == ["picture.png"]
    assert (await real.edit(about(posted, target))).ids == posted.ids
    [after] = await history(real, target)
    assert (after["id"], after["attachments"]) == (before["id"], [])
    assert [embed.get("title") for embed in after["embeds"]] == [NOTICE.headline]
    assert await operations(sandbox) == ["send", "edit"]


async def test_a_send_whose_answer_was_lost_is_found_and_deleted(sandbox: Sandbox, real: Adapter) -> None:
    async with aiohttp.ClientSession() as session:
        fault = {"platform": "discord", "kind": "lost_reply", "count": 1}
        async with session.post(f"{sandbox.url}/_sandbox/faults", json=fault) as answer:
            assert answer.status == 200
    send = deliver(real.render(STORY, Style())[0], CHANNEL)
    with pytest.raises(Unconfirmed):
        await real.send(send)
    found = await real.find(replace(about(None), key=send.key))
    assert found is not None
    await real.delete(about(found))
    assert await history(real, CHANNEL) == []
