"""Discord's limits, strictly, and what its answers tell of them (PLATFORMS.md c; DD topics/rate-limits.mdx)."""

import asyncio
import time
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from bot.sandbox import discord_pace
from bot.sandbox.discord_form import refuse
from bot.sandbox.discord_pace import BANNED, Caller, Cloudflare, keep_pace, tell_pace
from bot.sandbox.reply import Refusal
from bot.sandbox.window import Pace, Rate
from tests.sandbox.conftest import Client, Heard

POST = "/channels/111122223333444455/messages"
HOOK = "/webhooks/333/token"
SAY = {"content": "a"}
TOLD = {f"X-RateLimit-{name}" for name in ("Limit", "Remaining", "Reset", "Reset-After", "Bucket")}


KNOWN = {
    "GLOBAL": Rate(50, 1.0),
    "CHANNEL": Rate(5, 5.0),
    "WEBHOOK": Rate(5, 2.0),
    "WEBHOOK_CHANNEL": Rate(30, 60.0),
    "INVALID": Rate(10_000, 600.0),
}


@pytest.mark.parametrize(("name", "rate"), KNOWN.items())
def test_the_windows_are_those_that_are_known(name: str, rate: Rate) -> None:
    assert getattr(discord_pace, name) == rate


def told(heard: Heard) -> tuple[int, int, float]:
    """Limit, what remains, and after how many seconds all of it does; the time of day must agree."""
    assert heard.headers.keys() >= TOLD
    after = float(heard.headers["X-RateLimit-Reset-After"])
    assert float(heard.headers["X-RateLimit-Reset"]) == pytest.approx(time.time() + after, abs=0.5)
    return int(heard.headers["X-RateLimit-Limit"]), int(heard.headers["X-RateLimit-Remaining"]), after


@pytest.mark.parametrize(
    ("door", "post", "seconds"), [(POST.removesuffix("/messages"), "/messages", 5), (HOOK, "?wait=true", 2)]
)
async def test_posts_edits_and_deletions_have_a_bucket_each(
    client: Client, door: str, post: str, seconds: float
) -> None:
    """Every answer tells of its own, also a yes without words and a refusal."""
    posted = [await client.bot("POST", door + post, json=SAY) for _ in range(5)]
    path = f"{door}/messages/{posted[0].body['id']}"
    edited = [await client.bot("PATCH", path, json=SAY) for _ in range(5)]
    deleted = [await client.bot("DELETE", path) for _ in range(5)]
    for heard in (posted, edited, deleted):
        assert [told(one)[:2] for one in heard] == [(5, left) for left in (4, 3, 2, 1, 0)]
        assert seconds - 1 < told(heard[0])[2] <= seconds
    assert [one.status for one in deleted] == [204, 404, 404, 404, 404]
    assert len({one.headers["X-RateLimit-Bucket"] for one in (*posted, *edited, *deleted)}) == 3
    for verb, where in (("POST", door + post), ("PATCH", path), ("DELETE", path)):
        refused = await client.bot(verb, where, json=SAY)
        assert (refused.status, told(refused)[:2]) == (429, (5, 0))
        assert (refused.headers["X-RateLimit-Scope"], refused.body["global"]) == ("user", False)
        assert isinstance(refused.body["retry_after"], float)
        assert refused.headers["Via"], "or discord.py takes it for a ban (PLATFORMS.md 0.6)"
        assert seconds - 1 < refused.body["retry_after"] <= seconds
        assert refused.body["retry_after"] <= int(refused.headers["Retry-After"]) <= seconds
    elsewhere = "/channels/222/messages" if door != HOOK else "/webhooks/444/token?wait=true"
    assert (await client.bot("POST", elsewhere, json=SAY)).status == 200


async def test_a_bots_fiftieth_request_in_a_second_is_its_last_wherever_it_goes(client: Client) -> None:
    asked = await asyncio.gather(*(client.bot("GET", f"/channels/{n}") for n in range(100, 151)))
    [refused] = [heard for heard in asked if heard.status == 429]
    assert (refused.headers["X-RateLimit-Global"], refused.headers["X-RateLimit-Scope"]) == ("true", "global")
    assert (refused.body["global"], 0 < refused.body["retry_after"] <= 1) == (True, True)
    assert int(refused.headers["Retry-After"]) == 1
    other = {"Authorization": "Bot other"}
    assert (await client.bot("GET", "/users/@me", headers=other)).status == 200
    assert (await client.bot("POST", HOOK, json=SAY)).status == 204, "a webhook is no bot"


# ── By the clock ─────────────────────────────────────────────────────────────────────────────────────────────────────


def refusal_at(pace: Pace, caller: Caller, now: float) -> Refusal | None:
    try:
        keep_pace(pace, caller, now)
    except Refusal as refusal:
        return refusal
    return None


def test_who_waits_for_the_reset_has_the_whole_bucket_again() -> None:
    pace, caller, now = Pace(), Caller("bot", "111", "POST"), 100.0
    for _ in range(20):
        for _ in range(5):
            assert refusal_at(pace, caller, now) is None
            now += 0.2
        headers = tell_pace(pace, caller, now)
        assert headers["X-RateLimit-Remaining"] == "0"
        now += float(headers["X-RateLimit-Reset-After"])


def test_the_minute_of_a_webhooks_channel_is_in_no_header_until_it_is_full() -> None:
    """discord-api-docs #367: 5 in 2 s stand in the headers, 30 a minute are the channel's, "shared"."""
    pace, caller, now = Pace(), Caller("webhook", "webhook:333", "POST"), 100.0
    for _ in range(30):
        assert refusal_at(pace, caller, now) is None
        assert tell_pace(pace, caller, now)["X-RateLimit-Limit"] == "5"
        now += 1
    refused = refusal_at(pace, caller, now)
    assert refused is not None
    assert (refused.headers["X-RateLimit-Scope"], refused.headers["X-RateLimit-Limit"]) == ("shared", "30")
    assert refused.body["retry_after"] == 30.0
    assert refusal_at(pace, Caller("webhook", "webhook:333", "PATCH"), now) is None
    assert refusal_at(pace, Caller("webhook", "webhook:444", "POST"), now) is None
    assert refusal_at(pace, caller, now + 30) is None


# ── Cloudflare ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def raw(client: Client, path: str) -> tuple[int, str, str, Any]:
    async with client.session.get(client.url + path) as reply:
        return reply.status, reply.content_type, await reply.text(), reply.headers


async def test_whoever_is_refused_too_often_meets_a_page_whatever_he_asks(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FAILURES.md section 1, "429 storm"; no JSON, no Via, no time to wait (discord-api-docs #5810)."""
    monkeypatch.setattr(discord_pace, "INVALID", Rate(3, 600.0))
    assert (await client.bot("GET", "/channels/general")).status == 404
    await client.fault("discord", "429", after_s=0)
    refused = [
        await client.bot("GET", "/users/@me", headers={"Authorization": "Bot wrong"}),
        await client.bot("GET", "/users/@me", headers={"User-Agent": "python"}),
        await client.bot("POST", POST, json=SAY),
    ]
    assert [heard.status for heard in refused] == [401, 403, 429]
    for path in ("/discord/api/v10/users/@me", "/discord/elsewhere"):
        status, kind, page, headers = await raw(client, path)
        assert (status, kind, page) == (429, "text/html", BANNED)
        assert headers.keys().isdisjoint({"Via", "Retry-After", *TOLD})
    assert (await client.call("getMe")).status == 200, "the other platforms are elsewhere"
    await client.ask("POST", "/_sandbox/settings", json={"pace": "off"})
    assert (await client.bot("GET", "/users/@me")).status == 200


async def test_a_ban_ends_when_the_oldest_refusal_is_ten_minutes_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discord_pace, "INVALID", Rate(2, 600.0))
    now = [100.0]
    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: now[0])
    answers: list[Refusal | web.Response] = []

    async def handle(_: web.Request) -> web.StreamResponse:
        if isinstance(given := answers.pop(0), Refusal):
            raise given
        return given

    async def ask(given: Refusal | web.Response) -> int:
        answers[:] = [given]
        try:
            return (await door(make_mocked_request("GET", "/"))).status
        except Refusal as refusal:
            return refusal.status

    door = Cloudflare(Pace()).before(handle)
    shared = Refusal(429, {}, headers={"X-RateLimit-Scope": "shared"})
    for harmless in (shared, refuse(404, 10003, "…"), refuse(400, 50035, "…"), web.Response()) * 3:
        assert await ask(harmless) != 0
    assert await ask(web.Response()) == 200
    for status in (401, 403):
        assert await ask(refuse(status, 0, "…")) == status
        now[0] += 299
    assert await ask(web.Response()) == 429, "the first is not ten minutes old"
    now[0] += 2
    assert await ask(web.Response()) == 200
