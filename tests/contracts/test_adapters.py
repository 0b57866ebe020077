"""What every adapter must do; a new platform is one more row.

What is rendered is taken by the strict stand-ins, which count for themselves.
"""

import inspect
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

import aiohttp
import pytest

from adapters import discord, telegram, webhook, x
from bot.errors import DeliveryError, TargetGone, Throttled, Unauthorized, Unconfirmed, Unreachable
from bot.model import Message, PictureUse, Receipt, Secret, Story, Style, Urgency
from bot.ports import Checks, Finds, Reply, Request, Sends
from bot.sandbox.server import Sandbox, XKey
from bot.transport import Http
from tests.adapters.stage import ASCII_LINK, BARE, PICTURE, PNG, STORY, Canned, deliver, reply

Adapter = telegram.Adapter | discord.Adapter | x.Adapter | webhook.Adapter


@dataclass(frozen=True)
class Row:
    """One adapter as it is configured, a target, and a yes of its platform; ``wrong`` spoils a secret's value."""

    kind: type[Adapter]
    secrets: Mapping[str, str]
    raw: Mapping[str, Any]
    yes: Any
    receipt: Receipt
    powers: tuple[type, ...] = (Sends, Checks)
    wrong: str = "-wrong"

    def adapter(self, transport: Any, base_url: str = "http://127.0.0.1:1/it") -> Adapter:
        secrets: dict[str, Any] = {name: Secret(value) for name, value in self.secrets.items()}
        return self.kind(transport, base_url=base_url, **secrets)


TELEGRAM_YES = {
    "ok": True,
    "result": {"message_id": 7, "date": 1, "chat": {"id": -1001, "type": "channel", "username": "hanbit"}},
}
KEY = XKey("consumer-q", "consumer-secret-q", "42-access-q", "access-secret-q")
FOUR = {
    "consumer_key": KEY.consumer_key,
    "consumer_secret": KEY.consumer_secret,
    "access_token": KEY.access_token,
    "access_token_secret": KEY.access_token_secret,
}
HOOK = {"webhook": "https://discord.com/api/webhooks/333/hook-token-q"}
X_YES = {"data": {"id": "9", "text": "…"}}
X_RECEIPT = Receipt(("9",), "https://x.com/i/status/9")
SIGNING = "whsec_" + "c2VjcmV0" * 4
NAMED = Receipt(("msg_b9e4af0373f8e413eec6886facb4c066",))  # made of the key: the receiver says none
ROWS = {
    "telegram": Row(
        telegram.Adapter,
        {"token": "4242:token-q"},
        {"id": "@hanbit"},
        TELEGRAM_YES,
        Receipt(("7",), "https://t.me/hanbit/7"),
    ),
    "discord": Row(
        discord.Adapter, {"token": "token-q"}, {"id": 111}, {"id": "8"}, Receipt(("8",)), (Sends, Checks, Finds)
    ),
    "webhook": Row(discord.Adapter, {}, HOOK, {"id": "8"}, Receipt(("8",)), (Sends, Checks, Finds)),
    "x": Row(x.Adapter, FOUR, {"id": "me"}, X_YES, X_RECEIPT),
    "x bearer": Row(x.Adapter, {"bearer_token": "bearer-q"}, {"id": "me"}, X_YES, X_RECEIPT),
    "signed webhook": Row(webhook.Adapter, {"secret": SIGNING}, {"id": "/newsroom"}, None, NAMED, wrong="wron"),
}
rows = pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
UPLOADING = {name: row for name, row in ROWS.items() if row.kind.pictures}
uploading_rows = pytest.mark.parametrize("row", UPLOADING.values(), ids=UPLOADING)

STORIES = {
    "as usual": STORY,
    "breaking": replace(STORY, urgency=Urgency.BREAKING, headline="[속보] 남해안 고속철 착공"),
    "no excerpt": replace(STORY, excerpt=""),
    "no link": replace(STORY, link=""),
    "a link that is none": replace(STORY, link="javascript:alert(1)"),
    "no headline": replace(STORY, headline=" \n "),
    "no source, no category, no time": replace(STORY, source="", categories=(), published=None),
    "3,000 characters of headline": replace(STORY, headline="아주 긴 제목 " * 375),
    "one word of 3,000 characters": replace(STORY, headline="가" * 3000),
    "20,000 characters of excerpt": replace(STORY, excerpt="문장 하나가 여기 있다. " * 1500),
    "emoji": replace(STORY, headline="👨‍👩‍👧‍👦 가족의 날 🇰🇷", excerpt="😀" * 3000),
    "markup": replace(
        STORY, headline="*굵게* _기울임_ `코드` ||가림||", excerpt="# 제목\n- 목록\n1. 하나\n> 인용 [a](b) [c](d)"
    ),
    "only markup": replace(STORY, headline="*" * 300, excerpt="_" * 5000),
    "tags": replace(STORY, headline="<b>굵게</b> &amp; <script>", excerpt="a < b && c > d"),
    "mentions": replace(STORY, headline="@hanbit @everyone <@123456789012345678>", excerpt="/start $AAPL $TSLA @here"),
    "spaces": replace(STORY, headline="  앞뒤 \n 공백  ", excerpt="\n\n 가운데  공백 \n\n"),
    "a headline that is one long address": replace(STORY, headline="https://hanbit.example/" + "a" * 4000),
    "an alt text of 5,000 characters": replace(STORY, pictures=(replace(PICTURE, alt="설명 " * 1666),)),
    "an address of 3,000 characters": replace(STORY, link="https://hanbit.example/" + "a" * 3000),
}


@rows
def test_an_adapter_has_the_powers_that_its_row_names(row: Row) -> None:
    adapter = row.adapter(Canned(reply(200)))
    assert [power for power in (Sends, Checks, Finds) if isinstance(adapter, power)] == list(row.powers)
    assert adapter.limits.rate > 0
    assert adapter.limits.timeout > 0


@rows
def test_the_constructor_is_the_schema_of_its_account(row: Row) -> None:
    """ports.Adapter: the transport by position, all else by keyword; ``Secret`` marks what may come from a file."""
    transport, *keywords = inspect.signature(row.kind).parameters.values()
    assert transport.kind is inspect.Parameter.POSITIONAL_ONLY
    assert {one.kind for one in keywords} == {inspect.Parameter.KEYWORD_ONLY}
    annotations = {one.name: one.annotation for one in keywords}
    assert annotations.pop("base_url") is str
    assert set(annotations.values()) <= {Secret, Secret | None, bool, float}


@rows
def test_credentials_tell_accounts_apart_and_give_nothing_away(row: Row) -> None:
    one = row.adapter(Canned(reply(200))).credential
    assert len(one) == 16
    assert one == row.adapter(Canned(reply(200))).credential
    others = [other.adapter(Canned(reply(200))).credential for other in ROWS.values() if other is not row]
    assert one not in others
    assert not any(secret in one for secret in row.secrets.values())


PICTURE_USES: tuple[PictureUse, ...] = get_args(PictureUse)


@rows
@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_what_is_rendered_fits_and_can_be_stored(row: Row, story: Story) -> None:
    adapter = row.adapter(Canned(reply(200)))
    for picture in PICTURE_USES:
        message = adapter.render(story, Style(picture=picture))[0]
        assert bool(message.pictures) == (picture == "photo" and row in UPLOADING.values())
        assert_well_formed(adapter, message)
        plain = adapter.plain(message)
        assert plain is not None or not message.pictures
        if plain is not None:
            assert plain.pictures == ()
            assert_well_formed(adapter, plain)


def assert_well_formed(adapter: Adapter, message: Message) -> None:
    assert message.platform == adapter.platform
    assert 0 < message.length <= message.limit
    assert message.unit
    assert json.loads(json.dumps(message.body)) == message.body
    assert message.text == message.text.strip()
    assert "\n\n\n" not in message.text
    units = message.text.encode("utf-16-le")
    for entity in message.entities:
        marked = units[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le")
        assert marked == marked.strip() != ""


@uploading_rows
def test_a_picture_that_could_not_be_had_is_left_out_and_noted(row: Row) -> None:
    unprepared = replace(STORY, pictures=(replace(PICTURE, sha256=""),))
    message = row.adapter(Canned(reply(200))).render(unprepared, Style())[0]
    assert message.pictures == ()
    assert len(message.notes) == 1


@rows
@pytest.mark.parametrize("story", [STORY, BARE], ids=["with picture", "without"])
async def test_a_rehearsal_makes_the_requests_of_the_real_thing(row: Row, story: Story) -> None:
    """INTERFACE, preview: ids that an earlier answer gives stand as "$1.id"."""
    made: list[Request] = []

    async def rehearse(request: Request, /) -> Reply:
        made.append(request)
        return adapter.rehearse(request, len(made))

    adapter = row.adapter(rehearse)
    receipt = await adapter.send(deliver(adapter.render(story, Style())[0], adapter.target(row.raw)))
    assert receipt.ids == (row.receipt.ids if row.receipt is NAMED else (f"${len(made)}.id",))
    assert len(made) == (3 if adapter.platform == "x" and story.pictures else 1)
    if len(made) == 3:
        assert made[1].json["id"] == "$1.id"
        assert made[2].json["media"] == {"media_ids": ["$1.id"]}
    uploads = [part for request in made for part in request.parts if part.filename]
    assert [part.data for part in uploads] == ([PNG] if story.pictures and row in UPLOADING.values() else [])


@rows
async def test_a_yes_is_a_receipt(row: Row) -> None:
    transport = Canned(reply(200, row.yes))
    adapter = row.adapter(transport)
    receipt = await adapter.send(deliver(adapter.render(BARE, Style())[0], adapter.target(row.raw)))
    assert receipt == row.receipt
    assert transport.requests[0].timeout == adapter.limits.timeout


@rows
@pytest.mark.parametrize("error", [Unreachable("no name"), Unconfirmed("no answer")])
async def test_what_the_transport_decides_stands(row: Row, error: DeliveryError) -> None:
    adapter = row.adapter(Canned(error))
    with pytest.raises(DeliveryError) as caught:
        await adapter.send(deliver(adapter.render(BARE, Style())[0], adapter.target(row.raw)))
    assert caught.value is error


# ── Against the stand-ins ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[Sandbox]:
    async with Sandbox(listen="127.0.0.1:0", log=tmp_path / "log.jsonl", keys=[KEY], secrets=[SIGNING]) as standing:
        await order(standing, "settings", {"pace": "off"})
        yield standing


@pytest.fixture
async def transport() -> AsyncIterator[Http]:
    async with Http() as http:
        yield http


async def order(sandbox: Sandbox, door: str, what: Mapping[str, Any]) -> None:
    async with aiohttp.ClientSession() as session, session.post(f"{sandbox.url}/_sandbox/{door}", json=what) as answer:
        assert answer.status == 200, await answer.text()


async def accepted(sandbox: Sandbox) -> list[dict[str, Any]]:
    async with aiohttp.ClientSession() as session, session.get(f"{sandbox.url}/_sandbox/accepted") as answer:
        return list(await answer.json())


def stand(row: Row, transport: Any, sandbox: Sandbox) -> Adapter:
    return row.adapter(transport, f"{sandbox.url}/{row.kind.platform}")


@rows
@pytest.mark.parametrize("picture", PICTURE_USES)
async def test_the_stand_ins_take_all_that_is_rendered(
    row: Row, picture: PictureUse, sandbox: Sandbox, transport: Http
) -> None:
    adapter = stand(row, transport, sandbox)
    messages = {name: adapter.render(story, Style(picture=picture))[0] for name, story in STORIES.items()}
    if adapter.platform == "x":  # which refuses a text that it has
        messages = {message.text: message for message in messages.values()}
    for name, message in messages.items():
        receipt = await adapter.send(replace(deliver(message, adapter.target(row.raw)), key=name))
        assert all(receipt.ids), name
    assert len(await accepted(sandbox)) == len(messages) > 12


@rows
async def test_an_account_and_a_place_are_asked_for_by_name(row: Row, sandbox: Sandbox, transport: Http) -> None:
    adapter = stand(row, transport, sandbox)
    assert await adapter.whoami()
    place = await adapter.place(adapter.target(row.raw))
    assert place.id
    assert place.name
    assert not place.problem


FAULTS = [
    ("429", Throttled, 0),
    ("500", Unconfirmed, 0),
    ("401", (Unauthorized, TargetGone), 0),
    ("gone", (TargetGone, Unauthorized), 0),
    ("reset", Unconfirmed, 0),
    ("lost_reply", Unconfirmed, 1),
]


@rows
@pytest.mark.parametrize(("fault", "kind", "arrived"), FAULTS)
async def test_what_goes_wrong_at_the_stand_ins_has_its_class(
    row: Row, fault: str, kind: Any, arrived: int, sandbox: Sandbox, transport: Http
) -> None:
    """FAILURES section 3, bound 8."""
    adapter = stand(row, transport, sandbox)
    await order(sandbox, "faults", {"platform": adapter.platform, "kind": fault, "count": 1})
    delivery = deliver(adapter.render(STORY, Style())[0], adapter.target(row.raw))
    with pytest.raises(kind):
        await adapter.send(delivery)
    assert len(await accepted(sandbox)) == arrived


@pytest.mark.parametrize("name", ["discord", "x", "x bearer", "signed webhook"])
async def test_the_same_key_sent_again_makes_no_second_copy(name: str, sandbox: Sandbox, transport: Http) -> None:
    """DESIGN section 5: Discord by its nonce, X because it refuses the same text, a receiver by the webhook-id."""
    row = ROWS[name]
    adapter = stand(row, transport, sandbox)
    await order(sandbox, "faults", {"platform": adapter.platform, "kind": "lost_reply", "count": 1})
    delivery = deliver(adapter.render(STORY, Style())[0], adapter.target(row.raw))
    with pytest.raises(Unconfirmed):
        await adapter.send(delivery)
    receipt = await adapter.send(replace(delivery, again=True))
    assert [one["id"] for one in await accepted(sandbox)] == list(receipt.ids)
    assert adapter.safe_again(delivery.target)


@pytest.mark.parametrize("name", ["telegram", "webhook"])
def test_where_there_is_no_key_nothing_is_safe_to_send_again(name: str) -> None:
    row = ROWS[name]
    assert not row.adapter(Canned(reply(200))).safe_again(row.kind.target(row.raw))


@rows
async def test_a_wrong_secret_is_the_accounts_fault_or_the_webhooks(
    row: Row, sandbox: Sandbox, transport: Http
) -> None:
    wrong = replace(row, secrets={name: f"{value}{row.wrong}" for name, value in row.secrets.items()})
    adapter = stand(wrong, transport, sandbox)
    target = adapter.target({"webhook": HOOK["webhook"] + "-wrong"} if "webhook" in row.raw else row.raw)
    with pytest.raises(TargetGone if target.secret or row.receipt is NAMED else Unauthorized):
        await adapter.send(deliver(adapter.render(BARE, Style())[0], target))


@rows
def test_the_address_is_one_that_the_platform_makes_a_link_of(row: Row) -> None:
    message = row.adapter(Canned(reply(200))).render(BARE, Style())[0]
    assert ASCII_LINK in json.dumps(message.body)
