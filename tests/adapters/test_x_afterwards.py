"""What becomes of a post on X: it is answered where it was wrong, and taken back (issue 4, points 5 and 6)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from adapters.x import Adapter
from bot.errors import Rejected, Throttled, Unauthorized, Unconfirmed, Unreachable
from bot.model import Delivery, Receipt, Secret, Style, Target
from bot.ports import Costs, Deletes, Edits, Replies, Sends
from bot.sandbox.server import Sandbox
from bot.transport import Http
from tests.adapters.stage import BARE, STORY, Canned, deliver, reply

ME = Target("me")
POSTED = reply(201, {"data": {"id": "9", "text": "…"}})
DELETED = reply(200, {"data": {"deleted": True}})
DUPLICATE = reply(403, {"detail": "You are not allowed to create a Tweet with duplicate content.", "status": 403})
UNSEEN = reply(403, {"detail": "You attempted to reply to a Tweet that is deleted or not visible to you."})
MISSING = {"title": "Not Found Error", "detail": "Could not find tweet with id: [8]."}
CORRECTION = replace(BARE, headline="[정정] 남해안 고속철 15년 만에 첫 삽")


def adapter(*answers: Any) -> tuple[Adapter, Canned]:
    transport = Canned(*answers)
    return Adapter(transport, bearer_token=Secret("q"), base_url="http://127.0.0.1:1/x"), transport


def about(x: Adapter, *ids: str, story: Any = CORRECTION, **more: Any) -> Delivery:
    return deliver(x.render(story, Style())[0], ME, posted=Receipt(ids), **more)


def test_x_is_answered_and_takes_back_but_never_edits() -> None:
    """PLATFORMS e: edits want Premium, give a new id each time, and what is documented contradicts itself."""
    x, _ = adapter(POSTED)
    powers = (Sends, Deletes, Replies, Costs, Edits)
    assert [power for power in powers if isinstance(x, power)] == [Sends, Deletes, Replies, Costs]


# ── Answering ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_correction_answers_the_last_post_that_went_out() -> None:
    x, transport = adapter(POSTED)
    receipt = await x.reply(about(x, "7", "8"))
    text = x.render(CORRECTION, Style())[0].text
    assert transport.requests[0].json == {"text": text, "reply": {"in_reply_to_tweet_id": "8"}}
    assert receipt == Receipt(("9",), "https://x.com/i/status/9")


async def test_an_answer_takes_its_pictures_along() -> None:
    described = reply(200, {"data": {}})
    x, transport = adapter(reply(200, {"data": {"id": "77"}}), described, POSTED)
    await x.reply(about(x, "8", story=STORY))
    tweet = transport.requests[-1].json
    assert (tweet["media"], tweet["reply"]) == ({"media_ids": ["77"]}, {"in_reply_to_tweet_id": "8"})


@pytest.mark.parametrize("method", ["reply", "delete"])
@pytest.mark.parametrize("posted", [None, Receipt(())])
async def test_what_has_no_id_can_be_neither_answered_nor_deleted(method: str, posted: Receipt | None) -> None:
    x, transport = adapter(POSTED)
    with pytest.raises(Rejected, match="never reached us"):
        await getattr(x, method)(replace(about(x), posted=posted))
    assert not transport.requests


async def test_a_post_that_x_does_not_see_yet_is_answered_again_a_few_times() -> None:
    """node-twitter-api-v2#366."""
    x, _ = adapter(UNSEEN)
    for tries in range(3):
        with pytest.raises(Unreachable, match="deleted or not visible"):
            await x.reply(about(x, "8", tries=tries))
    with pytest.raises(Rejected, match="deleted or not visible"):
        await x.reply(about(x, "8", tries=3))


async def test_an_answer_that_x_has_already_is_sent_on_a_retry_alone() -> None:
    who = reply(200, {"data": {"id": "5"}})
    x, _ = adapter(DUPLICATE)
    with pytest.raises(Rejected, match="duplicate content"):
        await x.reply(about(x, "8"))
    text = x.render(CORRECTION, Style())[0].text
    x, _ = adapter(DUPLICATE, who, reply(200, {"data": [{"id": "12", "text": text}]}))
    assert (await x.reply(about(x, "8", again=True))).ids == ("12",)


# ── Taking back ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_every_post_that_is_named_is_deleted() -> None:
    x, transport = adapter(DELETED)
    assert await x.delete(about(x, "7", "8")) == Receipt(())
    paths = [(one.verb, one.url.removeprefix("http://127.0.0.1:1/x"), one.json) for one in transport.requests]
    assert paths == [("DELETE", "/2/tweets/7", None), ("DELETE", "/2/tweets/8", None)]
    assert {one.headers["Authorization"] for one in transport.requests} == {"Bearer q"}


GONE = {
    "a 404": reply(404, MISSING),
    "a 200 with the problem in it": reply(
        200, {"errors": [{**MISSING, "type": "https://api.twitter.com/2/problems/resource-not-found"}]}
    ),
}


@pytest.mark.parametrize("answer", GONE.values(), ids=GONE)
async def test_what_is_gone_already_is_well_and_does_not_keep_the_rest(answer: Any) -> None:
    x, transport = adapter(answer, DELETED)
    assert await x.delete(about(x, "7", "8")) == Receipt(())
    assert len(transport.requests) == 2


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (reply(200, {"data": {"deleted": False}}), Unconfirmed),
        (reply(200, {"data": "8"}), Unconfirmed),
        (reply(200, {}), Unconfirmed),
        (reply(503, b"<html>"), Unconfirmed),
        (reply(404, b"<html>"), Unreachable),
        (reply(429, {"title": "Too Many Requests"}), Throttled),
        (reply(401, {"title": "Unauthorized"}), Unauthorized),
        (Unreachable("no name"), Unreachable),
    ],
)
async def test_a_post_is_not_called_deleted_before_x_says_so(answer: Any, kind: type[Exception]) -> None:
    x, _ = adapter(answer)
    with pytest.raises(kind):
        await x.delete(about(x, "8"))


# ── Against the stand-in ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[Sandbox]:
    async with Sandbox(listen="127.0.0.1:0", log=tmp_path / "log.jsonl") as standing:
        yield standing


async def test_a_post_is_corrected_then_taken_back_with_its_correction(sandbox: Sandbox) -> None:
    async with Http() as http:
        x = Adapter(http, bearer_token=Secret("q"), base_url=f"{sandbox.url}/x")
        first = await x.send(deliver(x.render(BARE, Style())[0], ME))
        second = await x.reply(about(x, *first.ids))
        for posted in (second, first, first):  # the last time it is gone already
            assert await x.delete(about(x, *posted.ids)) == Receipt(())
        with pytest.raises(Unreachable, match="deleted or not visible"):
            await x.reply(about(x, *first.ids))
        again = await x.send(deliver(x.render(BARE, Style())[0], ME))
    async with aiohttp.ClientSession() as session, session.get(f"{sandbox.url}/_sandbox/accepted") as answer:
        accepted = await answer.json()
    assert [(one["operation"], one["id"]) for one in accepted] == [
        ("send", first.ids[0]),
        ("send", second.ids[0]),
        ("delete", second.ids[0]),
        ("delete", first.ids[0]),
        ("send", again.ids[0]),
    ]
    assert accepted[1]["body"]["reply"] == {"in_reply_to_tweet_id": first.ids[0]}
