"""How the signed webhook is sent: standardwebhooks.com, version 1.0.0; issue 4, point 4; PLATFORMS.md c, d and f."""

import base64
import hashlib
import hmac
import itertools
import json
import re
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from typing import Any

import pytest
from aiohttp import web

from adapters.webhook import Adapter
from adapters.webhook.adapter import KEPT
from adapters.webhook.payload import PAYLOAD
from adapters.webhook.signature import Signer, name_of
from bot.document import Document, Paragraph, Run
from bot.errors import DeliveryError, Rejected, TargetGone, Throttled, Unauthorized, Unconfirmed, Unreachable
from bot.model import Delivery, Message, Operation, Receipt, Secret, StoryState, Style, Target
from bot.ports import Checks, Deletes, Edits, Finds, Rehearses, Replies, Reply, Sends
from bot.transport import Http
from tests.adapters.stage import STORY, Canned, deliver, reply

KEY, OLD = b"k" * 24, b"o" * 64
SECRET = Secret("whsec_" + base64.b64encode(KEY).decode())
PREVIOUS = Secret("whsec_" + base64.b64encode(OLD).decode())
ROOM = Target("/newsroom")
ORIGINAL = Receipt(("msg_" + "0" * 32,))


def adapter(*answers: Reply, **more: Any) -> Adapter:
    return Adapter(Canned(*(answers or [reply(204, b"")])), secret=SECRET, base_url="http://127.0.0.1:1/in", **more)


def message(**changes: Any) -> Message:
    [only] = adapter().render(replace(STORY, **changes), Style())
    return only


def delivery(operation: Operation = "send", told: Message | None = None, **more: Any) -> Delivery:
    return replace(deliver(told or message(), ROOM), operation=operation, key=f"news:1:1:7:{operation}:0", **more)


@dataclass
class Receiver:
    """Takes everything, and keeps it as it came over the wire."""

    url: str = ""
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.heard.append(({name.lower(): value for name, value in request.headers.items()}, await request.read()))
        return web.Response(status=204)


@asynccontextmanager
async def serving(receiver: Receiver) -> AsyncIterator[Receiver]:
    app = web.Application()
    app.router.add_post("/{path:.*}", receiver.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield receiver
    finally:
        await runner.cleanup()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with serving(Receiver()) as one:
        yield one


async def post(receiver: Receiver, *deliveries: Delivery, **more: Any) -> list[tuple[dict[str, str], bytes]]:
    """What the receiver got of the deliveries, each told by an adapter of its own, as after a restart."""
    async with Http() as http:
        for one in deliveries:
            verb = {"send": Adapter.send, "edit": Adapter.edit, "delete": Adapter.delete}[one.operation]
            await verb(Adapter(http, secret=SECRET, base_url=receiver.url, **more), one)
    return receiver.heard


def proofs(headers: dict[str, str], body: bytes, *keys: bytes) -> str:
    """The signature as the standard spells it, by the textbook (RFC 2104) and not by our code."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    return " ".join("v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode() for key in keys)


# ── What leaves ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_adapter_has_the_powers_that_a_receiver_of_events_needs() -> None:
    powers = (Sends, Edits, Deletes, Replies, Finds, Checks, Rehearses)
    assert [power for power in powers if isinstance(adapter(), power)] == [Sends, Edits, Deletes, Checks, Rehearses]


def test_the_signature_is_that_of_the_standards_own_libraries() -> None:
    """The vector that the libraries of standard-webhooks are tested with."""
    signer = Signer(Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), None)
    headers = signer.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_the_very_bytes_that_arrive_are_signed(receiver: Receiver) -> None:
    """The standard, "Signature scheme": a stray space would break it."""
    before = int(time.time())
    [(headers, body)] = await post(receiver, delivery())
    assert headers["webhook-signature"] == proofs(headers, body, KEY)
    assert before <= int(headers["webhook-timestamp"]) <= time.time()
    assert headers["content-type"] == "application/json"
    assert re.fullmatch("[A-Za-z0-9_]{1,64}", headers["webhook-id"])
    assert json.loads(body) == {**message().body, "type": "story.published"}
    assert "남해안".encode() in body


async def test_the_old_secret_signs_too_while_it_is_being_changed(receiver: Receiver) -> None:
    [(headers, body)] = await post(receiver, delivery(), previous_secret=PREVIOUS)
    assert headers["webhook-signature"] == proofs(headers, body, KEY, OLD)
    assert adapter(previous_secret=PREVIOUS).credential == adapter().credential


def test_an_old_secret_of_another_form_is_refused() -> None:
    with pytest.raises(ValueError, match="whsec_"):
        adapter(previous_secret=Secret("old"))


async def test_every_try_has_the_same_id_and_bytes_and_a_time_of_its_own(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DESIGN.md section 5: same key again. Another worker read the message from the store, keys in another order."""
    first = delivery("edit", posted=ORIGINAL)
    shuffled = replace(first.message, body=_shuffled(first.message.body))
    stored = replace(first.message, body=json.loads(json.dumps(first.message.body)))
    clock = itertools.count(1_795_000_000, 60)
    monkeypatch.setattr(time, "time", lambda: float(next(clock)))
    tries = await post(receiver, first, replace(first, message=shuffled, tries=1), replace(first, message=stored))
    assert len({headers["webhook-id"] for headers, _ in tries}) == 1
    assert len({body for _, body in tries}) == 1
    assert len({headers["webhook-timestamp"] for headers, _ in tries}) == 3


def _shuffled(value: Any) -> Any:
    match value:
        case dict():
            return {key: _shuffled(value[key]) for key in reversed(list(value))}
        case list():
            return [_shuffled(one) for one in value]
        case _:
            return value


def test_every_delivery_has_an_id_of_its_own() -> None:
    names = {name_of(f"news:{story}:{revision}:7:send:0") for story in range(50) for revision in range(50)}
    assert len(names) == 2500


# ── What is told ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("operation", "changes", "expected"),
    [
        ("send", {}, "story.published"),
        ("send", {"revision": 3}, "story.published"),
        ("send", {"revision": 2, "state": StoryState.CORRECTED}, "story.published"),
        ("edit", {}, "story.updated"),
        ("edit", {"revision": 2}, "story.updated"),
        ("edit", {"revision": 2, "state": StoryState.CORRECTED}, "story.corrected"),
        ("delete", {"revision": 2}, "story.retracted"),
        ("delete", {"state": StoryState.RETRACTED}, "story.retracted"),
    ],
)
async def test_the_type_says_what_happens_at_this_receiver(
    operation: Operation, changes: dict[str, Any], expected: str, receiver: Receiver
) -> None:
    """A story that was corrected before its first send is news to whoever gets it: it has nothing to update."""
    [(_, body)] = await post(receiver, delivery(operation, message(**changes)))
    assert json.loads(body)["type"] == expected


async def test_an_edit_and_a_delete_name_what_they_are_about(receiver: Receiver) -> None:
    sent = delivery()
    receipt = await adapter().send(sent)
    edited = await adapter().edit(delivery("edit", posted=receipt))
    deleted = await adapter().delete(delivery("delete", posted=edited))
    in_doubt = delivery("delete", sought=sent)
    heard = await post(receiver, sent, delivery("edit", posted=receipt), delivery("delete", posted=edited), in_doubt)
    published, *about = [(headers["webhook-id"], json.loads(body)) for headers, body in heard]
    assert receipt == Receipt((published[0],))
    assert (edited, deleted) == (receipt, Receipt(()))
    assert "original" not in published[1]
    assert [body["original"] for _, body in about] == [published[0]] * 3
    assert published[0] not in [name for name, _ in about]


async def test_a_retraction_is_told_although_it_is_not_known_what_was_posted(receiver: Receiver) -> None:
    [(_, body)] = await post(receiver, delivery("delete", posted=Receipt(())))
    assert json.loads(body)["type"] == "story.retracted"
    assert "original" not in json.loads(body)
    assert await adapter().edit(delivery("edit")) == Receipt(())


async def test_what_sending_adds_leaves_the_payload_as_small_as_it_should_be(receiver: Receiver) -> None:
    """SW:119: below 20 kB, the original's name in it."""
    long = Document(tuple(Paragraph((Run(f"{number} 문장 하나가 여기 있다."),)) for number in range(2000)))
    told = message(body=long, revision=2)
    [(_, body)] = await post(receiver, delivery("delete", told, posted=ORIGINAL))
    assert PAYLOAD * 0.97 < told.length < len(body) <= PAYLOAD


async def test_events_that_go_to_many_are_made_once_and_never_mistaken_for_another() -> None:
    """FAILURES.md section 3 row 14: 5,000 a second. Messages come and go, and their ids in memory are used again."""
    transport = Canned(reply(204, b""))
    sender = Adapter(transport, secret=SECRET, base_url="http://127.0.0.1:1")
    one = message()
    for _ in range(3):
        await sender.send(delivery(told=one))
    assert len(sender._events._kept) == 1
    for number in range(2 * KEPT):
        await sender.send(delivery(told=replace(one, body={**one.body, "timestamp": str(number)})))
        body = transport.requests.pop().body
        assert body is not None
        assert json.loads(body)["timestamp"] == str(number)
    assert len(sender._events._kept) == KEPT


# ── Where it goes ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("raw", "url"),
    [
        ("/newsroom", "https://hub.example/in/newsroom"),
        ("/뉴스룸", "https://hub.example/in/%EB%89%B4%EC%8A%A4%EB%A3%B8"),
        ("https://a.kr/hook?token=1", "https://a.kr/hook?token=1"),
    ],
)
async def test_a_path_lies_below_the_accounts_base_and_an_address_is_one(raw: str, url: str) -> None:
    transport = Canned(reply(200, b"ok"))
    sender = Adapter(transport, secret=SECRET, base_url="https://hub.example/in/")
    await sender.send(replace(delivery(), target=Adapter.target({"id": raw})))
    assert (transport.requests[0].verb, transport.requests[0].url) == ("POST", url)


@pytest.mark.parametrize(
    ("target", "why"), [(ROOM, "give its account a base_url"), (Target("a.kr:1f2e3d"), "stands no longer")]
)
async def test_a_receiver_without_an_address_waits_for_one(target: Target, why: str) -> None:
    """An address comes from the configuration each time: a row that is gone takes it along."""
    lost = Adapter(Canned(reply(200)), secret=SECRET)
    with pytest.raises(TargetGone, match=why):
        await lost.send(replace(delivery(), target=target))
    with pytest.raises(TargetGone, match=why):
        await lost.place(target)


async def test_one_receiver_named_in_two_ways_is_one_place_and_nobody_is_called() -> None:
    transport = Canned(Unreachable("called"))
    asked = Adapter(transport, secret=SECRET, base_url="https://a.kr")
    by_path = await asked.place(Adapter.target({"id": "/t0ken"}))
    by_address = await asked.place(Adapter.target({"id": "https://a.kr/t0ken"}))
    assert by_path == by_address
    assert (by_path.name, by_path.problem) == ("a.kr", "")
    assert "t0ken" not in by_path.id
    assert asked.credential[:8] in await asked.whoami()
    assert transport.requests == []


def test_the_same_webhook_id_is_repeated_for_as_long_as_the_standard_does() -> None:
    assert adapter().safe_again(ROOM).days == 3
    assert adapter().per_target(ROOM) == ()
    assert adapter().plain(message()) is None  # type: ignore[func-returns-value]  # that it is None is the point


# ── What the answer means ────────────────────────────────────────────────────────────────────────────────────────────

PAGE = b"<html>whatever stands here</html>"
ANSWERS: Sequence[tuple[int, type[DeliveryError]]] = [
    (301, Unreachable),
    (302, Unreachable),
    (308, Unreachable),
    (400, Rejected),
    (401, TargetGone),
    (403, TargetGone),
    (404, Unreachable),
    (408, Unreachable),
    (409, Rejected),
    (410, TargetGone),
    (413, Rejected),
    (415, Rejected),
    (422, Rejected),
    (425, Unreachable),
    (429, Throttled),
    (500, Unconfirmed),
    (502, Unconfirmed),
    (503, Unconfirmed),
    (504, Unconfirmed),
]


@pytest.mark.parametrize(("status", "kind"), ANSWERS)
async def test_every_answer_has_its_class_and_names_no_address(status: int, kind: type[DeliveryError]) -> None:
    """PLATFORMS.md f; the standard, "Delivery success and failure"."""
    hidden = Adapter.target({"id": "https://a.kr/t0ken"})
    with pytest.raises(kind, match=f"a.kr answered {status}") as caught:
        await adapter(reply(status, PAGE)).send(replace(delivery(), target=hidden))
    assert not isinstance(caught.value, Unauthorized)
    assert "t0ken" not in str(caught.value)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
async def test_any_2xx_is_a_yes_whatever_it_says(status: int) -> None:
    assert await adapter(reply(status, PAGE)).send(delivery()) == Receipt((name_of(delivery().key),))


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
@pytest.mark.parametrize(
    ("said", "after"), [("7", 7.0), ("0", 1.0), ("43838", 43_838.0), ("9" * 400, 86_400.0), ("DATE", 90.0)]
)
async def test_a_receiver_is_left_alone_for_as_long_as_it_says(status: int, said: str, after: float) -> None:
    """RFC 9110 section 10.2.3 knows seconds and a date; FAILURES.md section 1, 43,838 s."""
    said = formatdate(time.time() + 90, usegmt=True) if said == "DATE" else said
    with pytest.raises(Throttled) as caught:
        await adapter(reply(status, headers={"retry-after": said})).send(delivery())
    assert caught.value.after == pytest.approx(after, abs=2)
    assert caught.value.scope == "target"


@pytest.mark.parametrize("said", ["soon", "-5", "7.5", "٣", ""])
async def test_a_429_that_names_no_time_waits_a_minute(said: str) -> None:
    with pytest.raises(Throttled) as caught:
        await adapter(reply(429, headers={"retry-after": said})).send(delivery())
    assert caught.value.after == 60


async def test_a_date_without_a_zone_is_in_utc() -> None:
    said = formatdate(time.time() + 90).replace("-0000", "").strip()
    with pytest.raises(Throttled) as caught:
        await adapter(reply(503, headers={"retry-after": said})).send(delivery())
    assert caught.value.after == pytest.approx(90, abs=2)


async def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    """The standard: no redirects; the story would leave for wherever the first receiver says."""

    class Elsewhere(Receiver):
        async def take(self, request: web.Request) -> web.Response:
            return web.Response(status=307, headers={"Location": f"{receiver.url}{request.path}"})

    async with serving(Elsewhere()) as first:
        with pytest.raises(Unreachable, match="not followed"):
            await post(first, delivery())
    assert receiver.heard == []
