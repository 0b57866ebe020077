"""Dispatch on a real store: what left is accounted for, whatever the platform does and whenever we stop."""

import asyncio
import datetime as dt
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from bot.carrier import Carrier
from bot.dispatch import IDLE, Dispatch
from bot.document import Picture
from bot.errors import (
    DeliveryError,
    PictureError,
    Rejected,
    TargetGone,
    Throttled,
    Unauthorized,
    Unconfirmed,
    Unreachable,
)
from bot.model import UTC, Bounds, Delivery, Limits, Message, Priority, Receipt, Story, Target, Urgency
from bot.ports import Shipment
from tests.contracts.conftest import Clock, Store, account, said

SOON = dt.timedelta(seconds=3)
BOUNDS = Bounds(size=1000, side=100)
REUSED = replace(BOUNDS, reusable=True)


def real() -> dt.datetime:
    return dt.datetime.now(UTC)


@dataclass
class Postbox:
    """An adapter of the test's own: notes what was posted and fails as it is told."""

    posted: list[Delivery] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)
    window: dt.timedelta = dt.timedelta(0)
    takes: float = 0.0
    pictures: Bounds | None = BOUNDS
    tried: list[Delivery] = field(default_factory=list)

    async def send(self, delivery: Delivery) -> Receipt:
        self.tried.append(delivery)
        await asyncio.sleep(self.takes)
        failure = self.failures.pop(0) if self.failures else None
        if failure is None or isinstance(failure, Unconfirmed):
            self.posted.append(delivery)
        if failure is not None:
            raise failure
        return Receipt((str(len(self.posted)),))

    def plain(self, message: Message) -> Message | None:
        if not message.pictures:
            return None if message.text.endswith("(bare)") else replace(message, text=message.text[:-8] + " (bare)")
        return replace(message, pictures=(), text=f"{message.text} (plain)")

    def safe_again(self, target: Target) -> dt.timedelta:
        return self.window


@dataclass
class Editor(Postbox):
    """A postbox that takes a photo by reference, and can change what is in it."""

    pictures: Bounds | None = REUSED
    edited: list[Delivery] = field(default_factory=list)

    async def send(self, delivery: Delivery) -> Receipt:
        receipt = await super().send(delivery)
        fresh = [one.sha256 for one in delivery.message.pictures if one.sha256 not in delivery.uploads]
        return replace(receipt, uploads={sha256: f"file-{sha256}" for sha256 in fresh})

    async def edit(self, delivery: Delivery) -> Receipt:
        self.edited.append(delivery)
        assert delivery.posted is not None
        return delivery.posted


@dataclass
class Archive(Postbox):
    """A postbox that can be searched."""

    blind: DeliveryError | None = None

    def searches(self, target: Target) -> bool:
        return True

    async def find(self, delivery: Delivery) -> Receipt | None:
        if self.blind is not None:
            raise self.blind
        return next((Receipt(("found",)) for each in self.posted if each.key == delivery.key), None)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store(tmp_path / "sokbo.db", clock=Clock(None)) as opened:
        await opened.meet(account())
        yield opened


def dispatch(
    store: Store, postbox: Postbox, policy: Any = "", clock: Callable[[], dt.datetime] | None = None
) -> Dispatch:
    return Dispatch(store.outbox, {"readers": Carrier(postbox, policy)}, store.ledger.picture, shrink, clock or real)


async def shrink(data: bytes, bounds: Bounds) -> tuple[Picture, bytes]:
    if data == b"stubborn":
        raise PictureError("it cannot be made smaller")
    return Picture("", sha256="small", mime="image/jpeg"), b"small"


async def with_picture(store: Store, sha256: str) -> None:
    sql = "update message set message_json = json_set(message_json, '$.pictures', json(:pictures))"
    pictures = json.dumps([{"url": "u", "sha256": sha256}])
    await store.database.write(lambda c: c.rows(sql, pictures=pictures))


async def outcome(store: Store) -> tuple[str, str]:
    [row] = await store.ledger.deliveries()
    return row["state"], row["reason"]


async def test_a_story_is_posted_and_its_receipt_kept(store: Store) -> None:
    await store.announce("one")
    postbox = Postbox()
    await dispatch(store, postbox).once(SOON)
    [row] = await store.ledger.deliveries()
    assert (row["state"], row["ids"], len(postbox.posted)) == ("sent", ["1"], 1)


@pytest.mark.parametrize(
    ("failure", "state", "posted"),
    [
        (Unreachable("no route"), "sent", 1),  # again after a second
        (Throttled("slow down", after=1, scope="target"), "sent", 1),
        (Throttled("slow down", after=1, scope="account"), "sent", 1),
        (Throttled("slow down", after=43_838, scope="account"), "snoozed", 0),
        (Rejected("too long"), "dead", 0),
        (TargetGone("chat not found"), "snoozed", 0),
        (Unauthorized("401"), "ready", 0),
        (Unconfirmed("no answer"), "held", 1),
        (ZeroDivisionError("a bug in an adapter"), "held", 0),
    ],
)
async def test_what_becomes_of_a_try_that_fails(store: Store, failure: Exception, state: str, posted: int) -> None:
    await store.announce("one")
    postbox = Postbox(failures=[failure])
    await dispatch(store, postbox).once(SOON)
    assert (await outcome(store))[0] == state
    assert len(postbox.posted) == posted


async def test_a_delivery_in_doubt_is_sent_again_with_its_key_while_the_platform_dedupes(store: Store) -> None:
    await store.announce("one")
    postbox = Postbox(failures=[Unconfirmed("no answer")], window=dt.timedelta(minutes=2))
    await dispatch(store, postbox).once(SOON)
    first, second = postbox.posted
    assert first.key == second.key
    assert (first.again, second.again) == (False, True)
    assert (await outcome(store))[0] == "sent"


async def test_a_delivery_in_doubt_is_looked_up_before_it_is_sent_again(store: Store) -> None:
    """Discord forgets a nonce after minutes; the channel's history does not (DESIGN.md section 5)."""
    await store.announce("one")
    archive = Archive(failures=[Unconfirmed("no answer")])
    await dispatch(store, archive).once(SOON)
    [row] = await store.ledger.deliveries()
    assert (row["state"], row["ids"], len(archive.posted)) == ("sent", ["found"], 1)


async def test_a_delivery_in_doubt_that_surely_did_not_arrive_is_sent(store: Store) -> None:
    await store.announce("one")
    archive = Archive(failures=[ConnectionError("a bug: nothing was posted")])
    await dispatch(store, archive).once(SOON)
    assert (await outcome(store))[0] == "sent"
    assert len(archive.posted) == 1


@pytest.mark.parametrize(
    ("blind", "state"),
    [
        (Unconfirmed("the history cannot be read"), "held"),  # a person decides, and soon
        (Throttled("slow down", after=900, scope="target"), "snoozed"),  # it will be looked up then
    ],
)
async def test_a_history_that_cannot_be_read_never_leads_to_a_second_copy(
    store: Store, blind: DeliveryError, state: str
) -> None:
    await store.announce("one")
    archive = Archive(failures=[Unconfirmed("no answer")], blind=blind)
    await dispatch(store, archive).once(SOON)
    assert (await outcome(store))[0] == state
    assert len(archive.posted) == 1


async def test_what_a_killed_bot_had_on_its_way_is_held_not_repeated(tmp_path: Path) -> None:
    """DESIGN.md section 5: Telegram has no key; `hold` is the default for what is not breaking."""
    async with Store(tmp_path / "s.db") as store:
        await store.meet(account())
        await store.announce("one")
        await store.tick()
    async with Store(tmp_path / "s.db") as store:
        await store.meet(account())
        postbox = Postbox()
        await dispatch(store, postbox).once(SOON)
        state, reason = await outcome(store)
        assert (state, postbox.posted) == ("held", [])
        assert "may have arrived" in reason


async def test_breaking_news_that_a_killed_bot_had_on_its_way_goes_again(tmp_path: Path) -> None:
    async with Store(tmp_path / "s.db", clock=Clock(None)) as store:
        await store.meet(account())
        await store.announce("one", urgency=Urgency.BREAKING)
        await store.tick()
    async with Store(tmp_path / "s.db", clock=Clock(None)) as store:
        await store.meet(account())
        postbox = Postbox()
        await dispatch(store, postbox).once(SOON)
        assert (await outcome(store))[0] == "sent"
        [delivery] = postbox.posted
        assert delivery.again


async def test_a_stop_waits_for_what_is_on_its_way_and_gives_the_rest_back(store: Store) -> None:
    await store.meet(account("readers", "@a"))
    await store.announce("one")
    postbox = Postbox(takes=0.3)
    driving = dispatch(store, postbox)
    running = asyncio.create_task(driving.run())
    await asyncio.sleep(0.15)
    driving.drain()
    await asyncio.wait_for(running, 5)
    assert (await outcome(store))[0] == "sent"
    await store.announce("two")
    assert len(postbox.posted) == 1


async def test_a_claim_that_waits_for_its_token_is_given_back_unsent(tmp_path: Path) -> None:
    async with Store(tmp_path / "s.db", clock=Clock(None), limits=Limits(rate=15)) as store:
        await store.meet(account("readers", "@a", "@b"))
        await store.announce("one")
        driving = dispatch(store, Postbox(takes=0.02))
        running = asyncio.create_task(driving.run())
        await asyncio.sleep(0.03)
        driving.drain()
        await asyncio.wait_for(running, 5)
        rows = await store.ledger.deliveries()
        assert sorted(row["state"] for row in rows) == ["ready", "sent"]
        assert all(row["tries"] <= 1 for row in rows)


async def test_a_person_is_obeyed_although_nothing_else_wakes_the_bot(store: Store) -> None:
    await store.announce("one")
    postbox = Postbox(failures=[Unconfirmed("no answer")])
    driving = dispatch(store, postbox)
    running = asyncio.create_task(driving.run())
    while (await store.ledger.status())["held"] == 0:
        await asyncio.sleep(0.01)
    [row] = await store.ledger.deliveries()
    await store.intents.intend("send_again", {"delivery": row["delivery"]})
    async with asyncio.timeout(5):
        while (await store.ledger.status())["sent"] == 0:
            await asyncio.sleep(0.005)
    driving.drain()
    await running
    assert len(postbox.posted) == 2
    assert IDLE < 0.25  # INTERFACE.md: the bot acts within 250 ms


REFUSED = Rejected("IMAGE_PROCESS_FAILED", picture=True)


async def pictured(store: Store, slug: str = "one", data: bytes = b"bytes", **more: Any) -> int:
    """A story announced with a picture that the store keeps."""
    picture = Picture("https://a.kr/p.jpg", "다리", sha256="ab", mime="image/jpeg")
    await store.inbox.keep("key", picture, data)
    return await store.announce(slug, pictures=(picture,), **more)


@pytest.mark.parametrize(
    ("refusals", "text", "files", "reason"),
    [
        (0, "one", {"ab": b"bytes"}, ""),
        (1, "one", {"small": b"small"}, "with a smaller picture: IMAGE_PROCESS_FAILED"),
        (2, "one (plain)", {}, "without its picture: IMAGE_PROCESS_FAILED"),
        (3, "one (bare)", {}, "without a preview: IMAGE_PROCESS_FAILED"),
    ],
)
async def test_a_refused_picture_is_degraded_step_by_step_and_each_step_is_recorded(
    store: Store, refusals: int, text: str, files: dict[str, bytes], reason: str
) -> None:
    """DESIGN section 7: picture → smaller picture → link card → text."""
    await pictured(store)
    postbox = Postbox(failures=[REFUSED] * refusals)
    await dispatch(store, postbox).once(SOON)
    [posted] = postbox.posted
    assert (posted.message.text, posted.files) == (text, files)
    assert [picture.alt for picture in posted.message.pictures] == ["다리"] * len(files)
    assert await outcome(store) == ("sent", reason)


async def test_a_picture_that_is_refused_in_every_form_ends_in_a_reason(store: Store) -> None:
    await pictured(store)
    await dispatch(store, Postbox(failures=[REFUSED] * 4)).once(SOON)
    assert await outcome(store) == ("dead", "IMAGE_PROCESS_FAILED")


async def test_a_picture_that_cannot_be_made_smaller_is_left_out(store: Store) -> None:
    await pictured(store, data=b"stubborn")
    postbox = Postbox(failures=[REFUSED])
    await dispatch(store, postbox).once(SOON)
    assert postbox.posted[0].message.text == "one (plain)"


async def test_a_picture_is_uploaded_once_and_posted_again_by_its_reference(store: Store) -> None:
    """Issue 3: uploaded once per account where the platform allows reuse (Telegram's file_id)."""
    await store.meet(account("readers", "@a", "@b", "@c"))
    await pictured(store)
    postbox = Editor(takes=0.05)
    await dispatch(store, postbox).once(SOON)
    assert sorted(len(delivery.uploads) for delivery in postbox.posted) == [0, 1, 1]
    await pictured(store, "two")
    after_a_restart = Editor()
    await dispatch(store, after_a_restart).once(SOON)
    assert [delivery.uploads for delivery in after_a_restart.posted] == [{"ab": "file-ab"}] * 3


async def test_an_upload_that_fails_lets_the_next_one_try(store: Store) -> None:
    await store.meet(account("readers", "@a", "@b"))
    await pictured(store)
    postbox = Editor(failures=[Unreachable("no route")], takes=0.02)
    await dispatch(store, postbox).once(SOON)
    assert len(postbox.posted) == 2


def alert(text: str, **more: Any) -> Shipment:
    return Shipment(("readers",), said(text, **more), Priority.TOUCH_UP, "edit")


async def revised(store: Store, number: int, text: str) -> None:
    """The same story's alert in other words, for instance with the picture that came late."""
    await store.inbox.revise(Story(number, "one", "", "", "newsdao"), [alert(text)])


async def test_what_went_out_is_edited_and_what_did_not_goes_out_as_it_is_now(store: Store) -> None:
    """Issue 3: a breaking story goes without its picture, and the picture is edited in."""
    await store.meet(account("readers", "@a"))
    number = await store.announce("one")
    postbox = Editor()
    await dispatch(store, postbox).once(SOON)
    await revised(store, number, "one, with its picture")
    await dispatch(store, postbox).once(SOON)
    [edit] = postbox.edited
    assert (edit.message.text, edit.posted, edit.silent) == ("one, with its picture", Receipt(("1",)), True)
    number = await store.announce("two")
    await revised(store, number, "two, with its picture")
    await dispatch(store, postbox).once(SOON)
    assert [delivery.message.text for delivery in postbox.posted] == ["one", "two, with its picture"]
    assert len(postbox.edited) == 1


async def test_what_nobody_knows_to_have_gone_out_is_not_edited(store: Store) -> None:
    number = await store.announce("one")
    postbox = Editor(failures=[Unconfirmed("no answer")])
    await dispatch(store, postbox).once(SOON)
    await revised(store, number, "one, again")
    await dispatch(store, postbox).once(SOON)
    assert [row["state"] for row in await store.ledger.deliveries()] == ["held"]
    assert not postbox.edited


async def test_an_edit_whose_send_died_before_its_turn_is_cancelled(store: Store) -> None:
    number = await store.announce("one")
    refused = [Throttled("slow down", after=0.4, scope="target"), Rejected("too long")]
    driving = dispatch(store, Editor(failures=list[Exception](refused)))
    running = asyncio.create_task(driving.run())
    await asyncio.sleep(0.2)  # the send has been tried, and waits
    await revised(store, number, "one, again")
    async with asyncio.timeout(5):
        while (await store.ledger.status())["cancelled"] == 0:
            await asyncio.sleep(0.02)
    driving.drain()
    await running
    newest, _ = await store.ledger.deliveries()
    assert (newest["operation"], newest["reason"]) == ("edit", "what it changes is not known to have gone out")


async def test_an_edit_in_doubt_is_made_again(store: Store) -> None:
    """To make the same edit twice does no harm."""
    number = await store.announce("one")
    postbox = Editor()
    await dispatch(store, postbox).once(SOON)
    await revised(store, number, "one, again")
    edit, failures = postbox.edit, [Unconfirmed("no answer")]

    async def flaky(delivery: Delivery) -> Receipt:
        receipt = await edit(delivery)
        if failures:
            raise failures.pop()
        return receipt

    postbox.edit = flaky  # type: ignore[method-assign]  # fails once
    await dispatch(store, postbox).once(SOON)
    assert len(postbox.edited) == 2
    assert {row["state"] for row in await store.ledger.deliveries()} == {"sent"}


async def test_a_platform_that_cannot_edit_says_so(store: Store) -> None:
    number = await store.announce("one")
    await dispatch(store, Postbox()).once(SOON)
    await revised(store, number, "one, again")
    await dispatch(store, Postbox()).once(SOON)
    newest, _ = await store.ledger.deliveries()
    assert (newest["operation"], newest["state"]) == ("edit", "dead")
    assert "cannot edit" in newest["reason"]


async def test_the_parts_of_a_story_go_in_order_and_each_knows_the_one_before(store: Store) -> None:
    """Issue 3: a long story may become a thread."""
    await store.announce("one", parts=("two", "three"))
    postbox = Postbox()
    await dispatch(store, postbox).once(SOON)
    assert [(each.message.text, each.after) for each in postbox.posted] == [
        ("one", None),
        ("two", Receipt(("1",))),
        ("three", Receipt(("2",))),
    ]


async def test_a_part_whose_alert_did_not_go_out_does_not_go_out_alone(store: Store) -> None:
    await store.announce("one", parts=("two",))
    await dispatch(store, Postbox(failures=[Rejected("too long")])).once(SOON)
    states = {row["state"]: row["reason"] for row in await store.ledger.deliveries()}
    assert states == {"dead": "too long", "cancelled": "the part before it did not go out"}


async def test_a_picture_that_the_store_has_lost_does_not_stop_the_story(store: Store) -> None:
    await store.announce("one")
    await with_picture(store, "no")
    postbox = Postbox()
    await dispatch(store, postbox).once(SOON)
    assert postbox.posted[0].message.text == "one (plain)"


async def test_outcomes_survive_a_tick_that_fails(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that answers late must not make us forget what was sent."""
    await store.announce("one")
    driving = dispatch(store, Postbox())
    tick = store.outbox.tick
    failed: list[int] = []

    async def flaky(outcomes: Any, room: int) -> Any:
        if outcomes and not failed:
            failed.append(len(outcomes))
            raise OSError("disk full")
        return await tick(outcomes, room)

    monkeypatch.setattr(store.outbox, "tick", flaky)
    with pytest.raises(OSError, match="disk full"):
        await driving.once(SOON)
    await driving._tick(0)
    assert (await outcome(store))[0] == "sent"
