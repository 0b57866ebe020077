"""What a hub delivers is taken if it is signed and of our topic, and answered in any case (WebSub section 7)."""

import hmac
from typing import Any

import pytest

from bot.ports import LeaseState
from bot.sources.websub import receiver
from bot.sources.websub.receiver import LARGEST
from bot.sources.websub.signature import METHODS
from bot.sources.websub.waiting import Waiting
from tests.sources.websub.conftest import DOCUMENT, FEED, Town, until

POST = DOCUMENT.replace("첫", "새").replace("<guid>1", "<guid>2")


@pytest.mark.parametrize("method", METHODS)
async def test_a_signed_delivery_is_taken_whatever_the_hub_signs_with(newspaper: Town, method: str) -> None:
    await newspaper.subscribe()
    await newspaper.order(feed=FEED, document=POST, signature=method)
    assert await newspaper.delivered(1) == [[202]]
    assert newspaper.heard == [(FEED, POST.encode(), "application/rss+xml; charset=utf-8")]
    assert (await newspaper.push())["heard"] is not None


@pytest.mark.parametrize(
    "order",
    [{"signature": "wrong"}, {"signature": "none"}, {"topic": "https://elsewhere.test/feed.xml"}],
    ids=["wrong", "none", "topic"],
)
async def test_what_is_not_believed_is_answered_alike_counted_and_dropped(
    newspaper: Town, order: dict[str, Any]
) -> None:
    """FAILURES.md row 27. Section 7.1: a forger learns nothing from the answer."""
    await newspaper.subscribe()
    await newspaper.order(feed=FEED, document=POST, times=2, **order)
    assert await newspaper.delivered(2) == [[202], [202]]
    assert newspaper.heard == []
    shown = await newspaper.push()
    assert (shown["refused"], shown["heard"]) == (2, None)


async def test_a_topic_that_is_not_named_is_ours_by_its_signature(newspaper: Town) -> None:
    lease = await newspaper.subscribe()
    signature = hmac.digest(lease.secret.reveal().encode(), b"x", "sha256").hex()
    headers = {"X-Hub-Signature": f"sha256={signature}"}
    async with newspaper.session.post(newspaper.at(lease), data=b"x", headers=headers) as reply:
        assert reply.status == 202
    await until(newspaper.push, lambda push: push["heard"] is not None)
    assert newspaper.heard == [(FEED, b"x", "application/octet-stream")]


async def test_a_replayed_delivery_is_answered_and_goes_no_further(newspaper: Town) -> None:
    await newspaper.subscribe()
    long = POST + "<!-- " + "x" * 300 + " -->"
    await newspaper.order(feed=FEED, document=long, times=3)
    assert await newspaper.delivered(3) == [[202]] * 3
    assert len(newspaper.heard) == 1


async def test_a_thin_delivery_asks_us_to_look_each_time_that_it_comes(newspaper: Town) -> None:
    await newspaper.subscribe()
    await newspaper.order(feed=FEED, document=POST, delivery="", times=2)
    assert await newspaper.delivered(2) == [[202]] * 2
    assert [body for _, body, _ in newspaper.heard] == [b"", b""]


async def test_so_many_bodies_are_remembered_and_no_more(newspaper: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiver, "REMEMBERED", 2)
    await newspaper.subscribe()
    for number, body in enumerate(("a", "b", "c", "c", "a"), 1):
        await newspaper.order(feed=FEED, document=body * 300)
        await newspaper.delivered(number)
    assert [body[:1] for _, body, _ in newspaper.heard] == [b"a", b"b", b"c", b"a"]


async def test_a_delivery_that_is_too_large_is_refused_unread(newspaper: Town) -> None:
    """FAILURES.md row 27: 20 MB."""
    await newspaper.subscribe()
    await newspaper.order(feed=FEED, document=POST, pad=LARGEST)
    assert await newspaper.delivered(1) in ([[413]], [[0, 0, 0]])  # or it was still sending when we hung up
    assert newspaper.heard == []


async def test_a_hub_that_finds_no_room_comes_again(newspaper: Town) -> None:
    newspaper.receiver._waiting = Waiting(most=0)
    await newspaper.subscribe()
    await newspaper.order(feed=FEED, document=POST)
    await until(newspaper.shown, lambda shown: shown["deliveries"] and shown["deliveries"][0]["statuses"] == [503])
    newspaper.receiver._waiting = newspaper.waiting
    await until(newspaper.shown, lambda shown: shown["deliveries"][0]["statuses"] == [503, 202])
    await until(newspaper.push, lambda push: push["heard"] is not None)
    assert len(newspaper.heard) == 1


async def test_a_hub_that_was_left_hears_that_we_are_gone(newspaper: Town) -> None:
    lease = await newspaper.subscribe()
    await newspaper.leases.retire([])
    await newspaper.order(feed=FEED, document=POST)
    assert await newspaper.delivered(1) == [[410]]
    assert (await newspaper.shown())["subscriptions"] == []
    assert newspaper.heard == []
    left = await newspaper.lease()
    assert left is not None
    assert left.callback == lease.callback


async def test_nothing_is_taken_before_the_hub_has_made_sure(newspaper: Town) -> None:
    newspaper.subscriber.found(FEED, ["http://127.0.0.1:9/"], newspaper.topic)
    await newspaper.subscriber.once()
    lease = await newspaper.state(LeaseState.ASKED)
    signature = hmac.digest(lease.secret.reveal().encode(), b"x", "sha256").hex()
    headers = {"X-Hub-Signature": f"sha256={signature}"}
    async with newspaper.session.post(newspaper.at(lease), data=b"x", headers=headers) as reply:
        assert reply.status == 404
    assert newspaper.heard == []


async def test_another_verb_is_no_question_of_a_hub(newspaper: Town) -> None:
    lease = await newspaper.subscribe()
    async with newspaper.session.put(newspaper.at(lease)) as reply:
        assert reply.status == 404
