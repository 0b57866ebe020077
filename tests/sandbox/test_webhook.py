"""The stand-in of a receiver checks what the standard tells one to (standardwebhooks.com, version 1.0.0)."""

import base64
import datetime as dt
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.sandbox.ledger import nickname
from bot.sandbox.server import Sandbox
from bot.sandbox.webhook import MOST_BODY
from tests.sandbox.conftest import Client, Heard, Visit

KEY, OTHER = b"k" * 24, b"o" * 32
SECRET = "whsec_" + base64.b64encode(KEY).decode()
STORY: dict[str, Any] = {"type": "story.published", "timestamp": "2026-11-22T00:00:00Z", "data": {"headline": "속보"}}


def sign(body: bytes, name: str = "msg_1", moment: float | str = "", *keys: bytes) -> dict[str, str]:
    """The headers as the standard spells them, by the textbook (RFC 2104)."""
    stamp = moment if isinstance(moment, str) and moment else str(int(moment or time.time()))
    signed = f"{name}.{stamp}.".encode() + body
    proofs = [base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode() for key in keys or (KEY,)]
    return {
        "Content-Type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(f"v1,{proof}" for proof in proofs),
    }


async def tell(
    client: Client, what: Any = STORY, *, name: str = "msg_1", path: str = "/newsroom", **more: str
) -> Heard:
    body = what if isinstance(what, bytes) else json.dumps(what, ensure_ascii=False).encode()
    headers = {key: value for key, value in {**sign(body, name), **more}.items() if value}
    return await client.ask("POST", f"/webhook{path}", data=body, headers=headers)


@pytest.fixture
async def known(log: Path, visit: Visit) -> AsyncIterator[Client]:
    """A client of a sandbox that was told the secret."""
    async with Sandbox("127.0.0.1:0", log, secrets=[SECRET, "whsec_no base64"]) as sandbox:
        yield visit(sandbox.url)


async def test_a_story_is_taken_and_written_down(known: Client) -> None:
    heard = await tell(known, path="/%EB%89%B4%EC%8A%A4%EB%A3%B8?token=secret")
    assert (heard.status, heard.body) == (200, {"received": "msg_1"})
    [record] = await known.accepted()
    assert (record["platform"], record["account"], record["target"]) == ("webhook", nickname(SECRET), "/뉴스룸")
    assert (record["operation"], record["id"], record["key"]) == ("send", "msg_1", "msg_1")
    assert record["body"]["payload"] == STORY
    assert "secret" not in json.dumps(record)


@pytest.mark.parametrize(
    ("kind", "operation"),
    [("story.updated", "edit"), ("story.corrected", "edit"), ("story.retracted", "delete")],
)
async def test_what_follows_is_an_edit_or_a_delete(known: Client, kind: str, operation: str) -> None:
    assert (await tell(known, {**STORY, "type": kind, "original": "msg_0"})).status == 200
    [record] = await known.accepted()
    assert record["operation"] == operation


# ── Who signed, and when ─────────────────────────────────────────────────────────────────────────────────────────────

BODY = json.dumps(STORY, ensure_ascii=False).encode()
PROOF = "v1," + base64.b64encode(b"x" * 32).decode()
#: Signed when they are sent: a run of all tests takes longer than a signature is good for.
REFUSED: dict[str, tuple[int, Callable[[], dict[str, str]]]] = {
    "another key": (401, lambda: sign(BODY, "msg_1", "", OTHER)),
    "another body": (401, lambda: sign(BODY + b" ")),
    "another id": (401, lambda: {**sign(BODY), "webhook-id": "msg_2"}),
    "another time": (401, lambda: {**sign(BODY), "webhook-timestamp": str(int(time.time()) + 9)}),
    "six minutes ago": (401, lambda: sign(BODY, "msg_1", time.time() - 360)),
    "in six minutes": (401, lambda: sign(BODY, "msg_1", time.time() + 360)),
    "no time": (400, lambda: sign(BODY, "msg_1", "now")),
    "half a second": (400, lambda: sign(BODY, "msg_1", "1795312800.5")),
    "an id with a full stop": (400, lambda: sign(BODY, "msg.1")),
    "an id that is too long": (400, lambda: sign(BODY, "m" * 65)),
    "no id": (400, lambda: {**sign(BODY), "webhook-id": ""}),
    "no signature": (400, lambda: {**sign(BODY), "webhook-signature": ""}),
    "a signature without its version": (400, lambda: {**sign(BODY), "webhook-signature": PROOF[3:]}),
    "half a signature": (400, lambda: {**sign(BODY), "webhook-signature": PROOF[:20]}),
    "two commas": (400, lambda: {**sign(BODY), "webhook-signature": f"{PROOF},{PROOF}"}),
    "a form": (415, lambda: {**sign(BODY), "Content-Type": "application/x-www-form-urlencoded"}),
}


@pytest.mark.parametrize(("status", "headers"), REFUSED.values(), ids=REFUSED)
async def test_whoever_does_not_sign_as_the_standard_does_is_refused(
    known: Client, status: int, headers: Callable[[], dict[str, str]]
) -> None:
    heard = await known.ask("POST", "/webhook/newsroom", data=BODY, headers=headers())
    assert (heard.status, list(heard.body)) == (status, ["error"])
    assert await known.accepted() == []


async def test_one_right_signature_of_several_is_enough(known: Client) -> None:
    """The standard: a list, so that a secret can be changed while both sides go on."""
    heard = await known.ask("POST", "/webhook/newsroom", data=BODY, headers=sign(BODY, "msg_1", "", OTHER, KEY))
    assert heard.status == 200


async def test_where_no_secret_was_told_only_the_form_and_the_time_are_checked(client: Client) -> None:
    wrong = {"webhook-signature": PROOF}
    assert (await tell(client, **wrong)).status == 200
    assert (await tell(client, **{"webhook-signature": "v1,short"})).status == 400
    assert (await tell(client, **{"webhook-timestamp": "1700000000"})).status == 401
    assert [record["account"] for record in await client.accepted()] == ["unverified"]


# ── What is told ─────────────────────────────────────────────────────────────────────────────────────────────────────

NO_STORY: dict[str, tuple[int, Any]] = {
    "no JSON": (400, b"{"),
    "a list": (400, [STORY]),
    "no data": (400, {"type": "story.published", "timestamp": "2026-11-22T00:00:00Z"}),
    "data that are none": (400, {**STORY, "data": "속보"}),
    "something more": (400, {**STORY, "target": "/newsroom"}),
    "another type": (400, {**STORY, "type": "story.shouted"}),
    "an original that is no id": (400, {**STORY, "original": "msg.0"}),
    "an original that is none": (400, {**STORY, "original": 7}),
    "more than 20 kB": (413, {**STORY, "data": {"headline": "a" * MOST_BODY}}),
}


@pytest.mark.parametrize(("status", "what"), NO_STORY.values(), ids=NO_STORY)
async def test_what_sokbo_never_promised_is_refused(known: Client, status: int, what: Any) -> None:
    assert (await tell(known, what)).status == status
    assert await known.accepted() == []


async def test_the_same_id_and_bytes_are_taken_once_and_other_bytes_are_a_defect(known: Client) -> None:
    """DESIGN.md section 5: resend. PLATFORMS.md d: the id is the receiver's means."""
    for status, what in ((200, STORY), (200, STORY), (409, {**STORY, "data": {"headline": "정정"}})):
        assert (await tell(known, what)).status == status
    assert (await tell(known, path="/another")).status == 200
    assert (await tell(known, name="msg_2")).status == 200
    told = [(record["target"], record["key"]) for record in await known.accepted()]
    assert told == [("/newsroom", "msg_1"), ("/another", "msg_1"), ("/newsroom", "msg_2")]


async def test_an_id_is_still_known_after_a_restart(log: Path, visit: Visit) -> None:
    for _ in range(2):
        async with Sandbox("127.0.0.1:0", log, secrets=[SECRET, "whsec_no base64"]) as sandbox:
            client = visit(sandbox.url)
            assert (await tell(client)).status == 200
            assert len(await client.accepted()) == 1


async def test_time_is_that_of_the_ledger(log: Path, visit: Visit) -> None:
    """A test may say what time it is."""
    moment = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
    async with Sandbox("127.0.0.1:0", log, secrets=[SECRET], now=lambda: moment) as sandbox:
        headers = sign(BODY, "msg_1", moment.timestamp())
        heard = await visit(sandbox.url).ask("POST", "/webhook/newsroom", data=BODY, headers=headers)
        assert heard.status == 200


# ── What goes wrong on purpose ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("kind", "status"), [("429", 429), ("500", 500), ("401", 401), ("gone", 410)])
async def test_a_fault_is_told_once_and_nothing_is_accepted(known: Client, kind: str, status: int) -> None:
    await known.fault("webhook", kind, after_s=2.5, account=nickname(SECRET), target="/newsroom")
    assert (await tell(known, path="/another")).status == 200
    heard = await tell(known)
    assert heard.status == status
    assert heard.headers.get("Retry-After") == ("3" if kind == "429" else None)
    assert len(await known.accepted()) == 1
    assert (await tell(known)).status == 200


async def test_a_lost_reply_is_accepted_once_and_a_reset_is_not(known: Client) -> None:
    """FAILURES.md section 1, timeout after success: what was accepted is sent again, and stays one."""
    await known.fault("webhook", "reset")
    with pytest.raises(aiohttp.ClientOSError, match="reset by peer"):
        await tell(known)
    assert await known.accepted() == []
    await known.fault("webhook", "lost_reply")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await tell(known)
    assert (await tell(known)).status == 200
    assert len(await known.accepted()) == 1


async def test_a_slow_answer_comes_late(known: Client) -> None:
    await known.fault("webhook", "slow", after_s=0.1)
    start = time.monotonic()
    assert (await tell(known)).status == 200
    assert time.monotonic() - start >= 0.1


@pytest.mark.parametrize("path", ["", "/"])
async def test_a_receiver_has_a_name(known: Client, path: str) -> None:
    async with known.session.post(f"{known.url}/webhook{path}", data=BODY) as reply:
        assert reply.status == 404
