"""The doors, the planned faults, the pace and the log that is read back (INTERFACE.md, section Sandbox)."""

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.errors import SokboError
from bot.sandbox.server import Sandbox
from tests.sandbox.conftest import Client, Form, Paint, Visit
from tests.torture.scale import within

ROOM = "111122223333444455"
HOOK = "/discord/api/v10/webhooks/333/token-of-the-hook"


async def say(client: Any, platform: str, text: str = "a") -> Any:
    """Post one message, whatever the platform."""
    match platform:
        case "telegram":
            return await client.call("sendMessage", chat_id="@newsdao", text=text)
        case "discord":
            return await client.bot("POST", f"/channels/{ROOM}/messages", json={"content": text})
        case "webhook":
            return await client.ask("POST", f"{HOOK}?wait=true", json={"content": text})
        case _:
            return await client.x("POST", "/tweets", json={"text": text})


def platform_of(door: str) -> str:
    return "discord" if door == "webhook" else door


EVERYWHERE = ("telegram", "discord", "webhook", "x")

# ── Faults ───────────────────────────────────────────────────────────────────────────────────────────────────────────

ANSWERS = [
    ("telegram", "429", 429, ["retry after 3"]),
    ("discord", "429", 429, ["You are being rate limited."]),
    ("webhook", "429", 429, ["You are being rate limited."]),
    ("x", "429", 429, ["Too Many Requests"]),
    ("telegram", "500", 500, ["Internal Server Error"]),
    ("discord", "500", 500, ["500: Internal Server Error"]),
    ("x", "500", 500, ["Something is broken"]),
    ("telegram", "401", 401, ["Unauthorized"]),
    ("discord", "401", 401, ["401: Unauthorized"]),
    ("webhook", "401", 401, ["50027"]),
    ("x", "401", 401, ["Unauthorized"]),
    ("telegram", "gone", 403, ["Forbidden: bot was kicked from the channel chat"]),
    ("discord", "gone", 404, ["10003"]),
    ("webhook", "gone", 404, ["10015"]),
    ("x", "gone", 403, ["user-suspended"]),
]


@pytest.mark.parametrize(("door", "kind", "status", "words"), ANSWERS)
async def test_a_fault_is_told_in_the_platforms_words_once_and_nothing_is_accepted(
    client: Client, door: str, kind: str, status: int, words: Any
) -> None:
    """PLATFORMS.md c and f."""
    assert (await client.fault(platform_of(door), kind, after_s=3)).body == {"planned": 1}
    heard = await say(client, door)
    assert heard.status == status
    assert all(word in json.dumps(heard.body) for word in words)
    assert await client.accepted() == []
    assert (await say(client, door)).status in {200, 201}


async def test_each_429_has_its_platforms_headers(client: Client) -> None:
    """PLATFORMS.md 0.6: without Via, discord.py takes a 429 for a ban."""
    for platform in ("telegram", "discord", "x"):
        await client.fault(platform, "429", after_s=2.5)
    asked = time.time()
    telegram, discord, x = [await say(client, platform) for platform in ("telegram", "discord", "x")]
    assert (telegram.headers["Retry-After"], telegram.body["parameters"]) == ("3", {"retry_after": 3})
    assert (discord.headers["Retry-After"], discord.body["retry_after"]) == ("3", 2.5)
    assert discord.headers["Via"]
    assert discord.headers["X-RateLimit-Scope"] == "user"
    assert 2 <= int(x.headers["x-rate-limit-reset"]) - asked <= 2 + within(2)


async def test_a_reader_who_blocked_the_bot_is_gone_in_other_words(client: Client) -> None:
    await client.fault("telegram", "gone", target="55")
    heard = await client.call("sendMessage", chat_id=55, text="a")
    assert heard.body["description"] == "Forbidden: bot was blocked by the user"


@pytest.mark.parametrize("door", EVERYWHERE)
async def test_a_lost_reply_is_accepted_and_a_reset_is_not(client: Client, door: str) -> None:
    """FAILURES.md section 1, timeout after success: python-telegram-bot #1045."""
    await client.fault(platform_of(door), "lost_reply")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await say(client, door)
    assert len(await client.accepted()) == 1
    await client.fault(platform_of(door), "reset")
    with pytest.raises(aiohttp.ClientOSError, match="reset by peer"):
        await say(client, door, "b")
    assert len(await client.accepted()) == 1


async def test_the_lost_reply_of_x_hits_the_tweet_and_not_its_picture(
    client: Client, picture: Paint, form: Form
) -> None:
    await client.fault("x", "lost_reply")
    media = form(media=("a", picture(), "image/png"), media_category="tweet_image")
    assert (await client.x("POST", "/media/upload", data=media)).status == 200
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await say(client, "x")


async def test_a_slow_answer_comes_late_and_is_accepted(client: Client) -> None:
    await client.fault("telegram", "slow", after_s=0.2)
    start = time.monotonic()
    assert (await say(client, "telegram")).status == 200
    assert time.monotonic() - start >= 0.2
    assert len(await client.accepted()) == 1


async def test_a_fault_meets_only_whom_it_is_meant_for_and_as_often_as_planned(client: Client) -> None:
    await client.ask("POST", "/_sandbox/settings", json={"pace": "off"})
    await client.fault("telegram", "500", count=2, account="7", target="@newsdao:5")
    assert (await client.call("getMe")).status == 200
    assert (await client.call("sendMessage", chat_id="@newsdao", text="a")).status == 200
    assert (await say(client, "discord")).status == 200
    said = [await client.call("sendMessage", chat_id="@newsdao", message_thread_id=5, text="a") for _ in range(3)]
    assert [heard.status for heard in said] == [500, 500, 200]


async def test_what_is_planned_can_be_taken_back(client: Client) -> None:
    for platform, kind in [("telegram", "500"), ("telegram", "429"), ("x", "500")]:
        await client.fault(platform, kind)
    left = await client.ask("POST", "/_sandbox/faults", json={"count": 0, "platform": "telegram", "kind": "500"})
    assert left.body == {"planned": 2}
    assert (await client.ask("POST", "/_sandbox/faults", json={"count": 0})).body == {"planned": 0}
    assert (await say(client, "telegram")).status == 200


NONSENSE: dict[str, tuple[str, Any]] = {
    "a fault without a count": ("faults", {"platform": "x", "kind": "500"}),
    "a count below nothing": ("faults", {"platform": "x", "kind": "500", "count": -1}),
    "a true count": ("faults", {"platform": "x", "kind": "500", "count": True}),
    "no platform": ("faults", {"kind": "500", "count": 1}),
    "another platform": ("faults", {"platform": "mastodon", "kind": "500", "count": 1}),
    "another kind": ("faults", {"platform": "x", "kind": "502", "count": 1}),
    "no kind": ("faults", {"platform": "x", "count": 1}),
    "a number for an account": ("faults", {"platform": "x", "kind": "500", "count": 1, "account": 7}),
    "a time before now": ("faults", {"platform": "x", "kind": "429", "count": 1, "after_s": -1}),
    "an unknown word": ("faults", {"platform": "x", "kind": "500", "count": 1, "often": 1}),
    "an order that is none": ("faults", ["500"]),
    "a latency before now": ("settings", {"latency_ms": -1}),
    "a latency that is none": ("settings", {"latency_ms": "slow"}),
    "another pace": ("settings", {"pace": "fast"}),
    "an unknown setting": ("settings", {"speed": 1}),
    "an order too long": ("settings", {"pace": "x" * (1 << 16)}),
}


@pytest.mark.parametrize(("door", "order"), NONSENSE.values(), ids=NONSENSE)
async def test_a_nonsensical_order_is_answered_with_a_sentence(client: Client, door: str, order: Any) -> None:
    heard = await client.ask("POST", f"/_sandbox/{door}", json=order)
    assert heard.status == 400
    assert len(heard.body["error"].split()) > 3


# ── Settings and pace ────────────────────────────────────────────────────────────────────────────────────────────────


async def test_latency_delays_platforms_and_not_the_doors(client: Client) -> None:
    heard = await client.ask("POST", "/_sandbox/settings", json={"latency_ms": 1500})
    assert heard.body == {"latency_ms": 1500, "pace": "strict"}
    start = time.monotonic()
    await client.accepted()
    assert time.monotonic() - start < 1.4
    await say(client, "telegram")
    assert time.monotonic() - start >= 1.5


@pytest.mark.parametrize(("door", "limit"), [("telegram", 1), ("discord", 5), ("webhook", 5), ("x", 100)])
async def test_who_comes_too_often_is_told_when_to_come_again(client: Client, door: str, limit: int) -> None:
    """PLATFORMS.md c."""
    said = await asyncio.gather(*(say(client, door, str(n)) for n in range(limit + 1)))
    refused = [heard for heard in said if heard.status == 429]
    assert (len(refused), len(await client.accepted())) == (1, limit)
    await client.ask("POST", "/_sandbox/settings", json={"pace": "off"})
    assert (await say(client, door, "once more")).status in {200, 201}
    await client.ask("POST", "/_sandbox/settings", json={"pace": "strict"})
    assert (await say(client, door, "and again")).status == 429


async def test_a_bot_of_discord_asks_fifty_times_a_second_in_all(client: Client) -> None:
    asked = await asyncio.gather(*(client.bot("GET", f"/channels/{n}") for n in range(100, 151)))
    [refused] = [heard for heard in asked if heard.status == 429]
    assert (refused.body["global"], refused.headers["X-RateLimit-Global"]) == (True, "true")


async def test_the_pace_of_one_is_not_the_pace_of_another(client: Client) -> None:
    await asyncio.gather(*(say(client, "telegram") for _ in range(30)))
    assert (
        await client.ask("POST", "/telegram/bot8:other/sendMessage", json={"chat_id": 5, "text": "a"})
    ).status == 200
    assert (await say(client, "telegram")).status == 429


# ── The log ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_sandbox_that_starts_again_remembers_all_that_it_accepted(
    log: Path, visit: Visit, picture: Paint, form: Form
) -> None:
    """So that after a kill Discord and X never get a second copy."""
    nonce = {"content": "a", "nonce": "n1", "enforce_nonce": True}
    room = f"/channels/{ROOM}/messages"
    async with Sandbox("127.0.0.1:0", log) as sandbox:
        client = visit(sandbox.url)
        photo = form(chat_id="@newsdao", photo=("a.png", picture(), "image/png"))
        sent = (await client.ask("POST", f"{client.telegram}/sendPhoto", data=photo)).body["result"]
        said = (await client.bot("POST", room, json=nonce)).body
        await client.bot("PATCH", f"{room}/{said['id']}", json={"content": "b"})
        hooked = (await client.ask("POST", f"{HOOK}?wait=true", json={"content": "c"})).body
        tweet = (await say(client, "x")).body["data"]
        gone = (await say(client, "x", "gone")).body["data"]
        await client.x("DELETE", f"/tweets/{gone['id']}")
        before = await client.accepted()
    async with Sandbox("127.0.0.1:0", log) as sandbox:
        client = visit(sandbox.url)
        assert await client.accepted() == before
        edit = {"chat_id": "@newsdao", "message_id": sent["message_id"], "caption": "b"}
        assert (await client.call("editMessageCaption", **edit)).body["result"]["photo"] == []
        again = await client.call("sendPhoto", chat_id="@newsdao", photo=sent["photo"][-1]["file_id"])
        assert again.body["result"]["message_id"] == sent["message_id"] + 1
        answered = (await client.bot("POST", room, json=nonce)).body
        assert (answered["id"], answered["content"]) == (said["id"], "b")
        assert (await client.ask("GET", f"{HOOK}/messages/{hooked['id']}")).body["content"] == "c"
        assert (await say(client, "x")).status == 403
        assert (await say(client, "x", "gone")).status == 201
        listed = (await client.x("GET", "/users/42/tweets")).body["data"]
        assert listed[-1] == tweet
        assert [record["seq"] for record in await client.accepted()] == list(range(1, len(before) + 4))


async def test_every_record_is_in_the_log_before_its_answer(client: Client, log: Path) -> None:
    await client.ask("POST", "/_sandbox/settings", json={"pace": "off"})
    for n in range(3):
        await say(client, "telegram", str(n))
        assert len(log.read_bytes().splitlines()) == n + 1
    assert [json.loads(line) for line in log.read_bytes().splitlines()] == await client.accepted()


async def test_no_secret_is_written_down(client: Client, log: Path) -> None:
    """FAILURES.md section 1, token in logs."""
    for door in EVERYWHERE:
        await say(client, door, door)
    written = log.read_text() + json.dumps(await client.accepted())
    assert not [secret for secret in ("7:good", "good", "token-of-the-hook", "42-good") if secret in written]


async def test_a_torn_last_line_is_cut_off(log: Path, visit: Visit) -> None:
    async with Sandbox("127.0.0.1:0", log) as sandbox:
        await say(visit(sandbox.url), "telegram")
    whole = log.read_bytes()
    log.write_bytes(whole + whole[: len(whole) // 2])
    async with Sandbox("127.0.0.1:0", log) as sandbox:
        await say(visit(sandbox.url), "telegram")
    assert log.read_bytes().startswith(whole)
    async with Sandbox("127.0.0.1:0", log) as sandbox:
        assert [record["seq"] for record in await visit(sandbox.url).accepted()] == [1, 2]


@pytest.mark.parametrize("line", [b"nonsense", b"{}", b"[1]"])
async def test_a_log_that_is_none_is_not_written_over(log: Path, line: Any) -> None:
    log.parent.mkdir()
    log.write_bytes(line + b"\n")
    with pytest.raises(SokboError, match="line 1 is no record"):
        async with Sandbox("127.0.0.1:0", log):
            pass
    assert log.read_bytes() == line + b"\n"


async def test_an_address_that_is_taken_is_refused_before_the_log_is_touched(sandbox: Sandbox, tmp_path: Path) -> None:
    log = tmp_path / "other.jsonl"
    with pytest.raises(OSError, match="in use"):
        async with Sandbox(sandbox.url.removeprefix("http://"), log):
            pass
    assert not log.exists()
