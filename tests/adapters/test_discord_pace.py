"""How fast Discord may be asked, and what it says when that was too fast (PLATFORMS: section c; FAILURES section 1)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.discord import Adapter
from adapters.discord.standing import INVALID, LONGEST, WINDOW, Standing
from bot.errors import DeliveryError, Throttled, Unauthorized
from bot.model import Receipt, Secret, Style, Target, Window
from bot.sandbox.server import Sandbox
from bot.transport import Http
from tests.adapters.stage import BARE, Canned, deliver, reply

CHANNEL, HOOK = Target("111"), Target("webhook:333", Secret("hook-token-q"))
PAGE = b"<html>error 1015</html>"
BLOCKED = {"code": 0, "message": "You are being blocked from accessing our API temporarily due to …"}
USER = {"x-ratelimit-scope": "user", "via": "1.1 google"}


def adapter(*answers: Any) -> tuple[Adapter, Canned]:
    transport = Canned(*answers)
    return Adapter(transport, token=Secret("token-q"), base_url="http://127.0.0.1:1/discord"), transport


def delivery(discord: Adapter, target: Target = CHANNEL) -> Any:
    return replace(deliver(discord.render(BARE, Style())[0], target), posted=Receipt(("7",)))


async def throttled(discord: Adapter) -> Throttled:
    with pytest.raises(Throttled) as caught:
        await discord.send(delivery(discord))
    return caught.value


def test_a_channel_takes_five_in_five_seconds_and_a_webhook_five_in_two_and_thirty_a_minute() -> None:
    discord, _ = adapter(reply(200))
    assert discord.per_target(CHANNEL) == (Window(5, 5.0),)
    assert discord.per_target(HOOK) == (Window(5, 2.0), Window(30, 60.0))


# ── Buckets, as the answers tell of them ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset-after": "4.123"}, 4.123),
        ({"x-ratelimit-remaining": "1", "x-ratelimit-reset-after": "4.123"}, 0.0),
        ({"x-ratelimit-remaining": "0"}, 0.0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset-after": "soon"}, 0.0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset-after": "nan"}, 0.0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset-after": "-1"}, 0.0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset-after": "inf"}, 7 * 86_400.0),
        ({}, 0.0),
    ],
)
@pytest.mark.parametrize("target", [CHANNEL, HOOK], ids=["a channel", "a webhook"])
async def test_an_empty_bucket_is_left_alone_after_every_operation(
    headers: dict[str, str], wait: float, target: Target
) -> None:
    yes = reply(200, {"id": "8"}, headers)
    discord, _ = adapter(yes, yes, reply(204, b"", headers))
    this = delivery(discord, target)
    assert [(await do(this)).wait for do in (discord.send, discord.edit, discord.delete)] == [wait] * 3


@pytest.fixture
async def real(tmp_path: Path) -> AsyncIterator[Adapter]:
    async with Sandbox("127.0.0.1:0", tmp_path / "log.jsonl") as sandbox, Http() as http:
        yield Adapter(http, token=Secret("token-q"), base_url=f"{sandbox.url}/discord")


@pytest.mark.parametrize(("target", "seconds"), [(CHANNEL, 5.0), (HOOK, 2.0)], ids=["a channel", "a webhook"])
async def test_the_stand_ins_fifth_answer_says_how_long_to_wait(target: Target, seconds: float, real: Adapter) -> None:
    this = delivery(real, target)
    receipts = [await real.send(replace(this, key=str(n))) for n in range(5)]
    assert [receipt.wait for receipt in receipts[:4]] == [0.0] * 4
    assert seconds - 1 < receipts[4].wait <= seconds
    refused = await real_refusal(real, target)
    assert refused.scope == "target"
    assert 0 < refused.after <= seconds


async def real_refusal(real: Adapter, target: Target) -> Throttled:
    with pytest.raises(Throttled) as caught:
        await real.send(replace(delivery(real, target), key="one too many"))
    return caught.value


# ── Bans, which speak for Cloudflare and not for Discord ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("answer", "after", "scope"),
    [
        (reply(429, PAGE), 60.0, "host"),
        (reply(429, PAGE, {"via": "1.1 proxy"}), 60.0, "host"),
        (reply(429, PAGE, {"retry-after": "99"}), 99.0, "host"),
        (reply(429, PAGE, {"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}), 60.0, "host"),
        (reply(429, BLOCKED), 60.0, "host"),
        (reply(429, {"error_code": 1015, "retry_after": 30}, {"retry-after": "30"}), 30.0, "host"),
        (reply(429, {"message": "…", "retry_after": 0.5, "global": False}, USER), 0.5, "target"),
        (reply(429, {"message": "…", "retry_after": 0.5}, {"via": "1.1 google"}), 0.5, "target"),
    ],
)
async def test_a_429_without_a_word_of_discords_is_for_the_whole_host(answer: Any, after: float, scope: str) -> None:
    """discord-api-docs #5810: a ban may come as JSON, without headers and without a time."""
    discord, _ = adapter(answer)
    error = await throttled(discord)
    assert error.scope == scope
    assert error.after == pytest.approx(after, abs=0.5)


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_ban_that_is_met_again_lasts_twice_as_long_up_to_an_hour() -> None:
    """FAILURES section 1, "429 storm": a missing header is 60 s, doubling."""
    clock = Clock()
    standing = Standing(clock)
    waits = []
    for _ in range(8):
        waits.append(standing.banned(None))
        clock.now += waits[-1]
    assert waits == [60.0, 120.0, 240.0, 480.0, 960.0, 1920.0, 3600.0, 3600.0]
    assert waits[-1] == LONGEST
    standing.pardon()
    assert standing.banned(None) == 60.0


def test_answers_that_were_on_their_way_together_are_one_ban() -> None:
    clock = Clock()
    standing = Standing(clock)
    assert standing.banned(None) == 60.0
    clock.now += 10
    assert [standing.banned(None) for _ in range(5)] == [50.0] * 5
    clock.now += 49.9
    assert standing.banned(None) == 1.0
    clock.now += 1
    assert standing.banned(None) == 120.0


def test_a_time_that_is_named_is_taken_and_the_next_without_one_is_longer() -> None:
    clock = Clock()
    standing = Standing(clock)
    assert standing.banned(7.0) == 7.0
    clock.now += 7
    assert standing.banned(None) == 120.0
    assert standing.banned(3_000.0) == 3_000.0
    clock.now += 1_000
    assert standing.banned(None) == 2_000.0
    assert standing.banned(0.2) == 1.0


async def test_an_answer_of_discords_own_ends_the_ban() -> None:
    discord, transport = adapter(reply(429, PAGE))
    discord._standing._clock = clock = Clock()
    waits = []
    for answer in (reply(429, PAGE), reply(502, PAGE), reply(429, PAGE), reply(200, {"id": "8"}), reply(429, PAGE)):
        transport.answers = [answer]
        try:
            await discord.send(delivery(discord))
        except Throttled as error:
            waits.append(error.after)
        except DeliveryError:
            pass
        clock.now += 3_600
    assert waits == [60.0, 120.0, 60.0]


# ── What was refused, and when we stop asking ────────────────────────────────────────────────────────────────────────

REFUSED = {
    "401": (reply(401, {"code": 0, "message": "401: Unauthorized"}), True),
    "403": (reply(403, {"code": 50001, "message": "Missing Access"}), True),
    "429": (reply(429, {"message": "…", "retry_after": 1.0, "global": False}, USER), True),
    "global 429": (reply(429, {"message": "…", "retry_after": 1.0, "global": True}), True),
    "a ban": (reply(429, PAGE), True),
    "shared 429": (reply(429, {"message": "…", "retry_after": 1.0}, {"x-ratelimit-scope": "shared"}), False),
    "404": (reply(404, {"code": 10003, "message": "Unknown Channel"}), False),
    "400": (reply(400, {"code": 50035, "message": "Invalid Form Body"}), False),
    "yes": (reply(200, {"id": "8"}), False),
}


@pytest.mark.parametrize(("answer", "counts"), REFUSED.values(), ids=REFUSED)
async def test_a_tenth_of_what_discord_bans_for_is_all_that_is_risked(answer: Any, counts: bool) -> None:
    """FAILURES section 1, "429 storm": 10,000 of 401, 403 and 429 in ten minutes are a ban; shared ones don't count."""
    discord, transport = adapter(answer)
    discord._standing._clock = clock = Clock()
    this = delivery(discord)
    for _ in range(INVALID):
        try:
            await discord.send(this)
        except DeliveryError:
            pass
        clock.now += 0.1
    assert len(transport.requests) == INVALID == 1_000
    transport.answers = [reply(200, {"id": "8"})]
    if not counts:
        assert (await discord.send(this)).ids == ("8",)
        return
    error = await throttled(discord)
    assert (error.scope, len(transport.requests)) == ("host", INVALID), "it was not asked"
    assert error.after == pytest.approx(WINDOW - 100.0)
    clock.now += error.after
    assert (await discord.send(this)).ids == ("8",)


async def test_every_request_counts_whatever_it_asks() -> None:
    discord, transport = adapter(reply(401, {"code": 0, "message": "401: Unauthorized"}))
    this = delivery(discord)
    asked = (discord.whoami, lambda: discord.place(CHANNEL), lambda: discord.find(this), lambda: discord.delete(this))
    for n in range(INVALID):
        with pytest.raises(Unauthorized):
            await asked[n % 4]()
    for ask in asked:
        with pytest.raises(Throttled, match="ten minutes"):
            await ask()
    assert len(transport.requests) == INVALID
