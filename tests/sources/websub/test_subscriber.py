"""A hub is asked to push, asked again in time, and left; every question it asks is answered (WebSub section 5)."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.errors import StoreAway
from bot.ports import Lease, LeaseState
from bot.sources.fetch import Client
from bot.sources.websub.receiver import CHALLENGE
from bot.sources.websub.subscriber import LASTS, TOKEN, TRIES_TO_LEAVE, Subscriber
from tests.sources.websub.conftest import FEED, Town, town, until

SECONDS = LASTS.total_seconds()


async def test_a_feed_that_names_a_hub_is_subscribed_to_with_a_secret_and_a_lease(newspaper: Town) -> None:
    lease = await newspaper.subscribe()
    shown = await newspaper.shown()
    assert shown["requests"] == [
        {"mode": "subscribe", "topic": newspaper.topic, "lease": f"{SECONDS:.0f}", "secret": True}
    ]
    [subscription] = shown["subscriptions"]
    assert (subscription["topic"], subscription["secret"]) == (newspaper.topic, True)
    assert (lease.feed, lease.failures) == (FEED, 0)
    assert (await newspaper.push())["until"] == "2026-12-02T03:00:00.000Z"  # ten days


async def test_callback_and_secret_cannot_be_guessed_and_are_nobody_elses(newspaper: Town) -> None:
    await newspaper.order(feed="other")
    newspaper.subscriber.found("other", [newspaper.hub], f"{newspaper.sandbox.url}/websub/feeds/other")
    await newspaper.subscribe()
    values = [value for row in await newspaper.store.rows("select callback, secret from lease") for value in row]
    assert len(set(values)) == 4
    assert all(len(value) == -(-TOKEN * 4 // 3) for value in values)  # base64 of 256 bits
    shown = repr(await newspaper.lease())
    assert not any(value in shown for value in values)


async def test_behind_a_proxy_the_callback_has_the_prefix_of_the_public_address(tmp_path: Path) -> None:
    async with town(tmp_path, prefix="/in/sokbo") as newspaper:
        lease = await newspaper.subscribe()
        assert "/in/sokbo/websub/" in newspaper.at(lease)


async def test_a_lease_is_renewed_between_eighty_and_ninety_percent_of_it(newspaper: Town) -> None:
    lease = await newspaper.subscribe()
    newspaper.store.clock.forward(0.84 * SECONDS)
    await newspaper.subscriber.once()
    assert len((await newspaper.shown())["requests"]) == 1
    newspaper.store.clock.forward(0.02 * SECONDS)
    await newspaper.subscriber.once()
    await until(newspaper.push, lambda push: push["until"] > "2026-12-10")
    again = await newspaper.lease()
    assert again is not None
    assert again.callback == lease.callback
    assert len((await newspaper.shown())["subscriptions"]) == 1


async def test_a_hub_may_grant_less_than_we_asked_and_no_more_than_we_believe(newspaper: Town) -> None:
    await newspaper.order(lease=3600)
    await newspaper.subscribe()
    assert (await newspaper.push())["until"] == "2026-11-22T04:00:00.000Z"
    lease = await newspaper.lease()
    assert lease is not None
    question = {"mode": "subscribe", "topic": newspaper.topic, "challenge": "c"}
    assert await newspaper.call(lease, **question, lease_seconds="999999999") == (200, "c")
    assert (await newspaper.push())["until"] == "2026-12-02T03:00:00.000Z"


@pytest.mark.parametrize(
    "change",
    [
        {"topic": "https://elsewhere.test/feed.xml"},
        {"mode": "unsubscribe"},
        {"mode": "publish"},
        {"mode": ""},
        {"challenge": ""},
        {"challenge": "x" * (CHALLENGE + 1)},
        {"lease_seconds": ""},
        {"lease_seconds": "0"},
        {"lease_seconds": "-1"},
        {"lease_seconds": "1e9"},
        {"lease_seconds": "٣٦٠٠"},
        {"lease_seconds": "9" * 400},
    ],
)
async def test_what_we_did_not_ask_for_is_not_confirmed(newspaper: Town, change: dict[str, str]) -> None:
    """Section 5.3: else anybody could subscribe us, or end what we have."""
    newspaper.subscriber.found(FEED, ["http://127.0.0.1:9/"], newspaper.topic)
    await newspaper.subscriber.once()
    lease = await newspaper.state(LeaseState.ASKED)
    question = {"mode": "subscribe", "topic": newspaper.topic, "challenge": "c", "lease_seconds": "3600"}
    assert await newspaper.call(lease, **{**question, **change}) == (404, "")
    await newspaper.state(LeaseState.ASKED)
    assert await newspaper.call(lease, **question) == (200, "c")


@pytest.mark.parametrize("path", ["", "x", "a" * 43, "%2e%2e/x", "a" * 43 + "/b"])
async def test_nobody_is_behind_a_callback_that_was_guessed(newspaper: Town, path: str) -> None:
    await newspaper.subscribe()
    for verb in ("GET", "POST", "PUT"):
        url = f"http://127.0.0.1:{newspaper.inbound.port}/websub/{path}"
        async with newspaper.session.request(verb, url, params={"hub.topic": newspaper.topic}) as reply:
            assert (reply.status, await reply.read()) == (404, b"")


async def test_a_denial_is_noted_and_the_hub_is_asked_again_a_day_later(newspaper: Town) -> None:
    await newspaper.order(deny="구독자\n전용")
    newspaper.subscriber.found(FEED, [newspaper.hub], newspaper.topic)
    await newspaper.subscriber.once()
    lease = await newspaper.state(LeaseState.DENIED)
    assert (await newspaper.push())["error"] == "denied: 구독자 전용"
    await newspaper.order(deny="")
    newspaper.store.clock.forward(23 * 3600)
    await newspaper.subscriber.once()
    await newspaper.state(LeaseState.DENIED)
    newspaper.store.clock.forward(3601)
    await newspaper.subscriber.once()
    assert (await newspaper.state(LeaseState.LIVE)).callback == lease.callback
    assert (await newspaper.push())["error"] == ""


async def test_a_hub_may_change_its_mind_about_a_live_lease(newspaper: Town) -> None:
    """Section 5.2: a hub may deny at any time."""
    lease = await newspaper.subscribe()
    assert await newspaper.call(lease, mode="denied", topic="https://elsewhere.test/") == (404, "")
    assert await newspaper.call(lease, mode="denied", topic=newspaper.topic, reason="ㄱ" * 300) == (200, "")
    await newspaper.state(LeaseState.DENIED)
    assert len((await newspaper.push())["error"]) < 250


async def test_a_hub_that_fails_is_asked_again_ever_more_slowly_and_each_in_its_turn(newspaper: Town) -> None:
    dead = f"{newspaper.sandbox.url}/websub/feeds/none"  # answers 405
    newspaper.subscriber.found(FEED, [dead, newspaper.hub], newspaper.topic)
    await newspaper.subscriber.once()
    lease = await newspaper.state(LeaseState.ASKED)
    assert "405" in (await newspaper.push())["error"]
    newspaper.store.clock.forward(59)
    await newspaper.subscriber.once()
    assert (await newspaper.shown())["requests"] == []
    newspaper.store.clock.forward(2)
    await newspaper.subscriber.once()
    assert (await newspaper.state(LeaseState.LIVE)).callback == lease.callback
    waits = [newspaper.subscriber._retry(failures).total_seconds() / 60 for failures in (1, 2, 3, 4, 99)]
    assert waits == [1, 2, 4, 8, 1440]


async def test_a_hub_at_a_private_address_is_not_dialled(newspaper: Town) -> None:
    """Whoever writes a feed names its hub (FAILURES.md section 1, "SSRF"); the stand-in's own address is as private."""
    async with Client() as guarded:
        subscriber = Subscriber(newspaper.leases, guarded.post, "https://a.kr", newspaper.receiver.tally)
        subscriber.found(FEED, [newspaper.hub], newspaper.topic)
        await subscriber.once()
    assert "not a public address" in (await newspaper.push())["error"]
    assert (await newspaper.shown())["requests"] == []


async def test_a_feed_that_left_the_configuration_is_unsubscribed_from(newspaper: Town) -> None:
    await newspaper.subscribe()
    newspaper.subscriber.keep(["other"])
    await newspaper.subscriber.once()
    await until(newspaper.lease, lambda lease: lease is None)
    shown = await until(newspaper.shown, lambda shown: not shown["subscriptions"])
    assert [request["mode"] for request in shown["requests"]] == ["subscribe", "unsubscribe"]


async def test_a_hub_that_does_not_let_go_is_left_to_itself(newspaper: Town) -> None:
    newspaper.subscriber.found(FEED, ["http://127.0.0.1:9/"], newspaper.topic)
    await newspaper.subscriber.once()
    newspaper.subscriber.keep([])
    for _ in range(TRIES_TO_LEAVE):
        await newspaper.subscriber.once()
        assert await newspaper.lease() is not None
        newspaper.store.clock.forward(3600)
    await newspaper.subscriber.once()
    assert await newspaper.lease() is None


async def test_a_feed_that_moves_to_another_topic_takes_its_subscription_along(newspaper: Town) -> None:
    await newspaper.subscribe()
    await newspaper.order(feed="new")
    topic = f"{newspaper.sandbox.url}/websub/feeds/new"
    newspaper.subscriber.found(FEED, [newspaper.hub], topic)
    await newspaper.subscriber.once()
    shown = await until(newspaper.shown, lambda shown: [each["topic"] for each in shown["subscriptions"]] == [topic])
    assert sorted(request["mode"] for request in shown["requests"]) == ["subscribe", "subscribe", "unsubscribe"]


async def test_what_is_said_again_and_again_is_written_once(newspaper: Town) -> None:
    await newspaper.subscribe()
    version = await newspaper.store.ledger.version()
    for _ in range(3):
        newspaper.subscriber.found(FEED, [newspaper.hub], newspaper.topic)
        await newspaper.subscriber.once()
    assert await newspaper.store.ledger.version() == version
    assert len((await newspaper.shown())["requests"]) == 1


async def test_a_store_that_is_away_is_waited_for(newspaper: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    want, asked = newspaper.leases.want, []

    async def away(leases: Sequence[Lease]) -> None:
        asked.append(leases)
        if len(asked) == 1:
            raise StoreAway("its server restarts")
        await want(leases)

    monkeypatch.setattr(newspaper.leases, "want", away)
    newspaper.subscriber.found(FEED, [newspaper.hub], newspaper.topic)
    running = asyncio.create_task(newspaper.subscriber.run())
    await newspaper.state(LeaseState.LIVE)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_it_runs_by_itself_until_it_is_stopped(newspaper: Town) -> None:
    running = asyncio.create_task(newspaper.subscriber.run())
    newspaper.subscriber.found(FEED, [newspaper.hub], newspaper.topic)
    await newspaper.state(LeaseState.LIVE)
    newspaper.subscriber.keep([])
    await until(newspaper.lease, lambda lease: lease is None)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
