"""Sending to Telegram and editing there, against the strict stand-in over real HTTP (PLATFORMS: a, b, e, f, i)."""

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from PIL import Image

from adapters.telegram import Adapter
from bot.document import Document, Figure, Heading, Items, Paragraph, Picture, Quote, Run, Table
from bot.errors import DeliveryError, Rejected, TargetGone, Unauthorized, Unconfirmed
from bot.model import Delivery, Message, Receipt, Secret, Story, Style, Target
from bot.ports import Edits, Reply, Request
from bot.sandbox.server import Sandbox
from bot.transport import Http
from tests.adapters.stage import ASCII_LINK, BARE, STORY, Canned, deliver, reply

TARGET = Target("@hanbit")


def paint(shade: int) -> bytes:
    out = io.BytesIO()
    Image.new("L", (1200, 630), shade).save(out, "PNG")
    return out.getvalue()


FILES = {name * 32: paint(shade) for name, shade in (("ab", 50), ("cd", 100), ("ef", 150))}
PICTURES = tuple(
    Picture(f"https://hanbit.example/{sha[:2]}.png", sha256=sha, mime="image/png", width=1200, height=630)
    for sha in FILES
)
PHOTO = replace(STORY, pictures=PICTURES[:1])
ALBUM = replace(STORY, pictures=PICTURES)
BODY = Document(
    (
        Heading(2, (Run("소제목"),)),
        Paragraph((Run("문단이다."),)),
        Items(False, ((Paragraph((Run("하나"),)),), (Paragraph((Run("둘"),)),))),
        Quote((Paragraph((Run("인용"),)),)),
        Table((("가", "나"), ("1", "2")), head=True),
        Figure(PICTURES[1], "둘째 사진"),
    )
)
RICH = replace(STORY, pictures=PICTURES[:2], body=BODY)


class Watched:
    """The real transport, and what went over it; a method can be closed, as on an old server."""

    def __init__(self, http: Http) -> None:
        self.http = http
        self.requests: list[Request] = []
        self.closed: dict[str, Reply] = {}

    async def __call__(self, request: Request, /) -> Reply:
        self.requests.append(request)
        return self.closed.get(self.methods[-1]) or await self.http(request)

    @property
    def methods(self) -> list[str]:
        return [request.url.rpartition("/")[2] for request in self.requests]


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[Sandbox]:
    async with Sandbox("127.0.0.1:0", tmp_path / "log.jsonl") as standing, aiohttp.ClientSession() as session:
        async with session.post(f"{standing.url}/_sandbox/settings", json={"pace": "off"}) as answer:
            assert answer.status == 200
        yield standing


@pytest.fixture
async def wire() -> AsyncIterator[Watched]:
    async with Http() as http:
        yield Watched(http)


@pytest.fixture
def telegram(sandbox: Sandbox, wire: Watched) -> Adapter:
    return Adapter(wire, token=Secret("7:good"), base_url=f"{sandbox.url}/telegram")


async def accepted(sandbox: Sandbox) -> list[dict[str, Any]]:
    async with aiohttp.ClientSession() as session, session.get(f"{sandbox.url}/_sandbox/accepted") as answer:
        return list(await answer.json())


def delivery(message: Message, **more: Any) -> Delivery:
    return replace(deliver(message, TARGET), files=FILES, **more)


def render(telegram: Adapter, story: Story, **style: Any) -> Message:
    return telegram.render(story, Style(**style))[0]


# ── Sending ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("story", "style", "method", "count"),
    [
        (BARE, {"button": True, "preview": "above"}, "sendMessage", 1),
        (replace(PHOTO, card=True), {}, "sendMessage", 1),
        (PHOTO, {"button": True, "hashtags": 2}, "sendPhoto", 1),
        (ALBUM, {"pictures": 3}, "sendMediaGroup", 3),
        (RICH, {"rich": True, "button": True}, "sendRichMessage", 1),
        (replace(RICH, pictures=()), {"rich": True}, "sendRichMessage", 1),
        (replace(RICH, pictures=()), {"body": "quote"}, "sendMessage", 1),
    ],
    ids=["a text", "a card", "a photo", "an album", "an article", "an article without pictures", "a quote"],
)
async def test_each_form_is_taken_by_its_method(
    telegram: Adapter, sandbox: Sandbox, wire: Watched, story: Story, style: Any, method: str, count: int
) -> None:
    receipt = await telegram.send(delivery(render(telegram, story, **style)))
    assert wire.methods == [method]
    assert receipt.ids == tuple(str(number + 1) for number in range(count))
    assert receipt.link == "https://t.me/hanbit/1"
    [record] = await accepted(sandbox)
    assert record["operation"] == "send"


async def test_an_albums_first_picture_has_the_caption(telegram: Adapter, sandbox: Sandbox) -> None:
    message = render(telegram, ALBUM, pictures=3)
    await telegram.send(delivery(message))
    [record] = await accepted(sandbox)
    first, *others = record["body"]["media"]
    assert first["caption"] == message.text
    assert [mark["type"] for mark in first["caption_entities"]] == ["bold", "url"]
    assert not any("caption" in other for other in others)
    assert len(record["body"]["files"]) == 3


async def test_what_continues_an_alert_answers_the_message_before(telegram: Adapter, sandbox: Sandbox) -> None:
    body = Document(tuple(Paragraph((Run("문장이다. " * 300),)) for _ in range(5)))
    receipt = None
    for message in telegram.render(replace(PHOTO, body=body), Style(body="thread")):
        receipt = await telegram.send(delivery(message, after=receipt))
    _, *parts = await accepted(sandbox)
    assert [part["body"]["reply_parameters"] for part in parts] == [
        {"message_id": number + 1, "allow_sending_without_reply": True} for number in range(len(parts))
    ]
    assert len(parts) > 1


async def test_a_part_goes_out_although_the_one_before_is_unknown_or_gone(telegram: Adapter, sandbox: Sandbox) -> None:
    message = render(telegram, BARE)
    for before in (Receipt(()), Receipt(("999",))):
        assert (await telegram.send(delivery(message, after=before))).ids


# ── Pictures that Telegram has ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("story", "style"),
    [(PHOTO, {}), (ALBUM, {"pictures": 3}), (RICH, {"rich": True})],
    ids=["a photo", "an album", "an article"],
)
async def test_what_is_uploaded_once_goes_by_reference_from_then_on(
    telegram: Adapter, wire: Watched, story: Story, style: Any
) -> None:
    """Issue 3, point 7; PLATFORMS section b: no limit, no second upload."""
    known = dict((await telegram.send(delivery(render(telegram, ALBUM, pictures=3)))).uploads)
    assert known.keys() == FILES.keys()
    again = await telegram.send(delivery(render(telegram, story, **style), uploads=known))
    assert wire.requests[-1].parts == ()
    assert again.uploads.items() <= known.items()


@pytest.mark.parametrize(
    ("story", "style"),
    [(PHOTO, {}), (ALBUM, {"pictures": 3}), (RICH, {"rich": True})],
    ids=["a photo", "an album", "an article"],
)
async def test_a_reference_that_telegram_does_not_know_gives_way_to_the_bytes_within_the_send(
    telegram: Adapter, wire: Watched, sandbox: Sandbox, story: Story, style: Any
) -> None:
    """Nothing was posted, so nothing can come twice."""
    strange = dict.fromkeys(FILES, f"sandbox-{'0' * 64}-9x9")
    receipt = await telegram.send(delivery(render(telegram, story, **style), uploads=strange))
    assert receipt.ids[0] == "1"
    assert receipt.note == ""
    assert len(wire.requests) == 2
    assert len(await accepted(sandbox)) == 1


async def test_the_largest_size_is_the_reference() -> None:
    sizes = [{"file_id": str(side), "file_unique_id": "u", "width": side, "height": side} for side in (90, 1280, 320)]
    posted = {"message_id": 7, "date": 1, "chat": {"id": 1, "type": "private"}, "photo": sizes}
    telegram = Adapter(Canned(reply(200, {"ok": True, "result": posted})), token=Secret("7:good"))
    receipt = await telegram.send(delivery(render(telegram, PHOTO)))
    assert receipt.uploads == {PICTURES[0].sha256: "1280"}


def says(code: int, description: str) -> Reply:
    return reply(code, {"ok": False, "error_code": code, "description": description})


async def test_a_refusal_that_is_not_the_references_fault_stands() -> None:
    canned = Canned(says(403, "Forbidden: bot was blocked by the user"))
    telegram = Adapter(canned, token=Secret("7:good"))
    with pytest.raises(TargetGone):
        await telegram.send(delivery(render(telegram, PHOTO), uploads={PICTURES[0].sha256: "known"}))
    canned = Canned(says(400, "Bad Request: message caption is too long"))
    telegram = Adapter(canned, token=Secret("7:good"))
    with pytest.raises(Rejected):
        await telegram.send(delivery(render(telegram, PHOTO), uploads={PICTURES[0].sha256: "known"}))
    assert len(canned.requests) == 1


async def test_an_album_that_failed_halfway_may_stand_there_in_part() -> None:
    """PLATFORMS section f."""
    words = 'Bad Request: failed to send message #2 with the error message "WEBPAGE_MEDIA_EMPTY"'
    canned = Canned(says(400, words))
    telegram = Adapter(canned, token=Secret("7:good"))
    with pytest.raises(Unconfirmed, match="#2"):
        await telegram.send(delivery(render(telegram, ALBUM, pictures=3)))
    assert len(canned.requests) == 1


# ── Articles that are refused ────────────────────────────────────────────────────────────────────────────────────────

UNKNOWN = says(404, "Not Found: method not found")
REFUSED = says(400, "Bad Request: RICH_MESSAGE_EMAIL_INVALID")


@pytest.mark.parametrize("refusal", [UNKNOWN, REFUSED], ids=["an old server", "words that it does not take"])
async def test_a_refused_article_is_an_ordinary_message_within_the_same_send(
    telegram: Adapter, wire: Watched, sandbox: Sandbox, refusal: Reply
) -> None:
    wire.closed = {"sendRichMessage": refusal}
    receipt = await telegram.send(delivery(render(telegram, RICH, rich=True)))
    assert wire.methods == ["sendRichMessage", "sendPhoto"]
    assert receipt.ids == ("1",)
    assert receipt.note.startswith("an ordinary message instead of an article: ")
    [record] = await accepted(sandbox)
    assert record["body"]["caption"].startswith(STORY.headline)
    assert len(record["body"]["files"]) == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (says(401, "Unauthorized"), Unauthorized),
        (says(403, "Forbidden: bot was kicked from the channel chat"), TargetGone),
        (says(500, "Internal Server Error"), Unconfirmed),
    ],
)
async def test_an_article_that_met_another_fate_has_no_second_form(answer: Reply, error: type[DeliveryError]) -> None:
    canned = Canned(answer)
    telegram = Adapter(canned, token=Secret("7:good"))
    with pytest.raises(error):
        await telegram.send(delivery(render(telegram, RICH, rich=True)))
    assert len(canned.requests) == 1


async def test_a_wrong_token_is_found_out_behind_an_article() -> None:
    """404 is what an unknown method and a malformed token have in common (PLATFORMS 0.8)."""
    telegram = Adapter(Canned(says(404, "Not Found")), token=Secret("7:good"))
    with pytest.raises(Unauthorized):
        await telegram.send(delivery(render(telegram, RICH, rich=True)))


# ── Editing ──────────────────────────────────────────────────────────────────────────────────────────────────────────

NEWS = "고친 제목이다"


@pytest.mark.parametrize(
    ("first", "then", "style", "methods"),
    [
        (BARE, BARE, {}, ["editMessageText"]),
        (BARE, PHOTO, {}, ["editMessageMedia"]),
        (PHOTO, PHOTO, {"button": True}, ["editMessageMedia"]),
        (PHOTO, BARE, {}, ["editMessageText", "editMessageCaption"]),
        (ALBUM, ALBUM, {"pictures": 3}, ["editMessageCaption"]),
        (BARE, ALBUM, {"pictures": 3}, ["editMessageMedia"]),
        (RICH, RICH, {"rich": True}, ["editMessageText"]),
        (BARE, RICH, {"rich": True}, ["editMessageText"]),
    ],
    ids=[
        "a text",
        "a picture that came late",
        "a photo",
        "a photo whose picture is not to be had",
        "an album",
        "a text that an album came too late for",
        "an article",
        "a text that becomes an article",
    ],
)
async def test_what_stands_there_is_changed_in_its_place(
    telegram: Adapter, sandbox: Sandbox, wire: Watched, first: Story, then: Story, style: Any, methods: list[str]
) -> None:
    """Issue 3, point 7: a breaking story that went without its picture gets it later."""
    assert isinstance(telegram, Edits)
    sent = await telegram.send(delivery(render(telegram, first, **style)))
    message = render(telegram, replace(then, headline=NEWS), **style)
    receipt = await telegram.edit(delivery(message, operation="edit", posted=sent))
    assert wire.methods[1:] == methods
    assert (receipt.ids, receipt.link) == (sent.ids, sent.link)
    *_, record = await accepted(sandbox)
    assert (record["operation"], record["id"]) == ("edit", sent.ids[0])
    assert NEWS in str(record["body"])
    again = await telegram.edit(delivery(message, operation="edit", posted=sent, uploads=receipt.uploads))
    assert again.ids == sent.ids, "that it says so already is as good"
    assert len(await accepted(sandbox)) == 2


async def test_a_picture_that_is_put_in_is_told_for_its_next_use(telegram: Adapter, wire: Watched) -> None:
    sent = await telegram.send(delivery(render(telegram, BARE)))
    edited = await telegram.edit(delivery(render(telegram, PHOTO), operation="edit", posted=sent))
    assert edited.uploads.keys() == {PICTURES[0].sha256}
    await telegram.edit(delivery(render(telegram, PHOTO), operation="edit", posted=sent, uploads=edited.uploads))
    assert wire.requests[-1].parts == ()


async def test_an_article_that_fell_back_is_edited_as_what_it_is(telegram: Adapter, wire: Watched) -> None:
    wire.closed = {"sendRichMessage": UNKNOWN}
    sent = await telegram.send(delivery(render(telegram, RICH, rich=True)))
    message = render(telegram, replace(RICH, headline=NEWS), rich=True)
    assert (await telegram.edit(delivery(message, operation="edit", posted=sent))).ids == sent.ids
    assert wire.methods[-2:] == ["editMessageText", "editMessageMedia"]


@pytest.mark.parametrize(
    "words",
    ["message to edit not found", "message can't be edited", "MESSAGE_ID_INVALID"],
)
async def test_a_message_that_can_no_longer_be_edited_says_why(words: str) -> None:
    telegram = Adapter(Canned(says(400, f"Bad Request: {words}")), token=Secret("7:good"))
    with pytest.raises(Rejected, match=words):
        await telegram.edit(delivery(render(telegram, BARE), operation="edit", posted=Receipt(("1",))))


async def test_a_gone_message_says_so_at_the_stand_in(telegram: Adapter) -> None:
    with pytest.raises(Rejected, match="message to edit not found"):
        await telegram.edit(delivery(render(telegram, PHOTO), operation="edit", posted=Receipt(("77",))))


@pytest.mark.parametrize("before", [None, Receipt(())])
async def test_what_is_not_known_cannot_be_edited(before: Receipt | None) -> None:
    canned = Canned(UNKNOWN)
    telegram = Adapter(canned, token=Secret("7:good"))
    with pytest.raises(Rejected, match="not known"):
        await telegram.edit(delivery(render(telegram, BARE), operation="edit", posted=before))
    assert canned.requests == []


# ── Rehearsing ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("known", [{}, dict.fromkeys(FILES, "known")], ids=["uploaded", "known"])
async def test_an_album_and_what_follows_it_are_rehearsed(known: dict[str, str]) -> None:
    """INTERFACE, preview: ids that an earlier answer gives stand as "$1.id"."""
    made: list[Request] = []

    async def rehearse(request: Request, /) -> Reply:
        made.append(request)
        return adapter.rehearse(request, len(made))

    adapter = Adapter(rehearse, token=Secret("7:good"))
    receipt = await adapter.send(delivery(render(adapter, ALBUM, pictures=3), uploads=known))
    assert receipt.ids == ("$1.id", "$1.id+1", "$1.id+2")
    await adapter.send(delivery(render(adapter, BARE), after=receipt))
    assert made[-1].json["reply_parameters"]["message_id"] == "$1.id"
    assert made[-1].json["link_preview_options"]["url"] == ASCII_LINK
