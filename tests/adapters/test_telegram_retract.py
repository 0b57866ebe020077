"""Taking back what Telegram was told, against the strict stand-in: deleted, or else it says so (PLATFORMS: e, f)."""

import datetime as dt
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from adapters.telegram import Adapter
from bot.errors import DeliveryError, Rejected, TargetGone, TargetMoved, Throttled, Unauthorized, Unconfirmed
from bot.model import UTC, Delivery, Receipt, Secret, Story, Target
from bot.ports import Deletes, Reply, Request
from bot.sandbox.server import Sandbox
from bot.transport import Http
from tests.adapters.stage import BARE, Canned, reply
from tests.adapters.test_telegram_post import ALBUM, PHOTO, RICH, Watched, accepted, delivery, render, says

SORRY = "이 기사는 철회되었습니다"
NOTICE = replace(BARE, headline=SORRY, excerpt="사실과 다른 내용이 있었습니다.", link="")
TOO_OLD = dt.timedelta(hours=48, seconds=1)


@dataclass(frozen=True)
class Form:
    """A story as it was posted, how the notice gets into its place, and where its words stand then."""

    story: Story
    style: Mapping[str, Any]
    edits: tuple[str, ...]
    field: str


FORMS = {
    "a text": Form(BARE, {"button": True}, ("editMessageText",), "text"),
    "a photo": Form(PHOTO, {"button": True}, ("editMessageText", "editMessageCaption"), "caption"),
    "an album": Form(ALBUM, {"pictures": 3}, ("editMessageText", "editMessageCaption"), "caption"),
    "an article": Form(RICH, {"rich": True, "button": True}, ("editMessageText",), "text"),
}
forms = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
chats = pytest.mark.parametrize("chat", ["@hanbit", "42"], ids=["a channel", "a reader"])


@dataclass
class Clock:
    """The stand-in's time, as the test turns it."""

    now: dt.datetime = dt.datetime(2026, 11, 22, 3, 0, tzinfo=UTC)

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def sandbox(tmp_path: Path, clock: Clock) -> AsyncIterator[Sandbox]:
    async with Sandbox("127.0.0.1:0", tmp_path / "log.jsonl", now=clock) as standing:
        yield standing


@pytest.fixture
async def wire() -> AsyncIterator[Watched]:
    async with Http() as http:
        yield Watched(http)


@pytest.fixture
def telegram(sandbox: Sandbox, wire: Watched) -> Adapter:
    return Adapter(wire, token=Secret("7:good"), base_url=f"{sandbox.url}/telegram")


def takes_back(telegram: Adapter, posted: Receipt | None, chat: str = "@hanbit") -> Delivery:
    """A delivery as it comes of a retraction: its message is what shall stand there if nothing else can be done."""
    ordered = delivery(render(telegram, NOTICE), operation="delete", posted=posted)
    return replace(ordered, target=Target(chat))


async def post(telegram: Adapter, form: Form, chat: str = "@hanbit") -> Receipt:
    message = render(telegram, form.story, **form.style)
    return await telegram.send(replace(delivery(message), target=Target(chat)))


# ── Deleted ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@forms
@chats
async def test_what_was_posted_is_removed_whole_in_one_request(
    telegram: Adapter, sandbox: Sandbox, wire: Watched, chat: str, form: Form
) -> None:
    assert isinstance(telegram, Deletes)
    sent = await post(telegram, form, chat)
    order = takes_back(telegram, sent, chat)
    assert await telegram.delete(order) == Receipt(())
    assert wire.methods[1:] == ["deleteMessages" if len(sent.ids) > 1 else "deleteMessage"]
    _, *records = await accepted(sandbox)
    assert [(one["operation"], one["id"]) for one in records] == [("delete", id_) for id_ in sent.ids]
    with pytest.raises(Rejected, match="message to edit not found"):
        await telegram.edit(order)


@forms
async def test_what_is_gone_already_is_well(telegram: Adapter, sandbox: Sandbox, form: Form) -> None:
    """A delete that is tried again, its answer lost, finds nothing."""
    order = takes_back(telegram, await post(telegram, form))
    await telegram.delete(order)
    before = await accepted(sandbox)
    again = await telegram.delete(order)
    assert again.ids == ()
    assert again.note == ("" if form.story is ALBUM else "it was gone already")
    assert await accepted(sandbox) == before


@pytest.mark.parametrize("posted", [None, Receipt(())])
async def test_what_is_not_known_cannot_be_removed(posted: Receipt | None) -> None:
    canned = Canned(reply(200))
    telegram = Adapter(canned, token=Secret("7:good"))
    with pytest.raises(Rejected, match="not known which message this would remove"):
        await telegram.delete(takes_back(telegram, posted))
    assert canned.requests == []


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (says(400, "Bad Request: message can't be deleted"), Rejected, "48 hours"),
        (says(400, "Bad Request: message can't be deleted for everyone"), Rejected, "with the right to"),
        (says(400, "Bad Request: MESSAGE_DELETE_FORBIDDEN"), Rejected, "MESSAGE_DELETE_FORBIDDEN"),
        (says(400, "Bad Request: not enough rights to delete messages"), Rejected, "not enough rights"),
        (says(403, "Forbidden: bot was kicked from the channel chat"), TargetGone, "kicked"),
        (says(400, "Bad Request: need administrator rights in the channel chat"), TargetGone, "administrator"),
        (says(401, "Unauthorized"), Unauthorized, "token"),
        (says(500, "Internal Server Error"), Unconfirmed, "failed"),
        (says(429, "Too Many Requests: retry after 7"), Throttled, "retry after 7"),
        (reply(200, {"ok": True}), Unconfirmed, "cannot be read"),
    ],
)
@pytest.mark.parametrize("ids", [("1",), ("1", "2")], ids=["one", "several"])
async def test_a_refused_delete_has_the_class_of_every_refusal(
    answer: Reply, error: type[DeliveryError], words: str, ids: tuple[str, ...]
) -> None:
    """PLATFORMS section f."""
    telegram = Adapter(Canned(answer), token=Secret("7:good"))
    with pytest.raises(error, match=words):
        await telegram.delete(takes_back(telegram, Receipt(ids)))


async def test_a_chat_that_moved_says_where_to() -> None:
    moved = {"ok": False, "error_code": 400, "description": "Bad Request: group chat was upgraded"}
    telegram = Adapter(
        Canned(reply(400, {**moved, "parameters": {"migrate_to_chat_id": -1009}})), token=Secret("7:good")
    )
    with pytest.raises(TargetMoved):
        await telegram.delete(takes_back(telegram, Receipt(("1",)), "-55"))


# ── Or else it says so ───────────────────────────────────────────────────────────────────────────────────────────────


@forms
@chats
async def test_what_telegram_keeps_becomes_the_notice_in_its_place(
    telegram: Adapter, sandbox: Sandbox, wire: Watched, clock: Clock, chat: str, form: Form
) -> None:
    """Issue 4, point 6: after 48 hours nothing is deleted, an album neither whole nor in part."""
    sent = await post(telegram, form, chat)
    clock.now += TOO_OLD
    order = takes_back(telegram, sent, chat)
    with pytest.raises(Rejected, match="48 hours"):
        await telegram.delete(order)
    assert len(await accepted(sandbox)) == 1

    receipt = await telegram.edit(order)
    assert tuple(wire.methods[2:]) == form.edits
    assert (receipt.ids, receipt.link) == (sent.ids, sent.link)
    assert ("its pictures stand as they were" in receipt.note) == (form.story is ALBUM)

    _, record = await accepted(sandbox)
    body = record["body"]
    assert (record["operation"], record["id"]) == ("edit", sent.ids[0])
    assert body[form.field] == f"{SORRY}\n\n{NOTICE.excerpt}"
    marks = body["entities" if form.field == "text" else "caption_entities"]
    assert [(mark["type"], mark["offset"], mark["length"]) for mark in marks] == [("bold", 0, len(SORRY))]
    assert body.get("link_preview_options") == ({"is_disabled": True} if form.field == "text" else None)
    assert not body.keys() & {"reply_markup", "rich_message", "media"}, "no button leads to what was taken back"

    again = await telegram.edit(order)
    assert (again.ids, again.note) == (receipt.ids, receipt.note)
    assert len(await accepted(sandbox)) == 2


async def test_a_notice_that_leads_somewhere_is_previewed_as_any_text_is(telegram: Adapter, sandbox: Sandbox) -> None:
    sent = await post(telegram, FORMS["a text"])
    told = render(telegram, replace(NOTICE, link="https://hanbit.example/corrections/"))
    await telegram.edit(replace(takes_back(telegram, sent), message=told))
    _, record = await accepted(sandbox)
    assert record["body"]["link_preview_options"]["url"] == "https://hanbit.example/corrections/"


# ── Rehearsed ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("ids", "said"),
    [
        (("$1.id",), {"message_id": "$1.id"}),
        (("$1.id", "$1.id+1"), {"message_ids": ["$1.id", "$1.id+1"]}),
        (("7",), {"message_id": 7}),
    ],
)
async def test_a_delete_is_rehearsed(ids: tuple[str, ...], said: dict[str, Any]) -> None:
    made: list[Request] = []

    async def rehearse(request: Request, /) -> Reply:
        made.append(request)
        return adapter.rehearse(request, len(made))

    adapter = Adapter(rehearse, token=Secret("7:good"))
    assert await adapter.delete(takes_back(adapter, Receipt(ids))) == Receipt(())
    assert [request.json for request in made] == [{"chat_id": "@hanbit", **said}]
    assert adapter.rehearse(made[0], 2).object["result"] is True
