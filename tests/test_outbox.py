"""How a try ended decides what follows: one row an edge of the drawing at `model.DeliveryState`."""

import datetime as dt
from typing import Any

import pytest

from bot.document import Picture
from bot.errors import (
    Abandoned,
    DeliveryError,
    Rejected,
    TargetGone,
    TargetMoved,
    Throttled,
    Unauthorized,
    Unconfirmed,
    Unreachable,
)
from bot.model import UTC, Delivery, DeliveryState, Message, Outcome, Priority, Receipt, Style, Target
from bot.outbox import MARGIN, PATIENCE, RESENDS, Powers, backoff, settle, trusted

NOW = dt.datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
SECOND = dt.timedelta(seconds=1)
DAY = dt.timedelta(days=1)
BARE = Message("telegram", Style(), "text", 4, 4096, "code points", {})
WITH_PICTURE = Message(
    "telegram", Style(), "text", 4, 1024, "code points", {}, pictures=(Picture("https://a.kr/p.jpg"),)
)
KEYED = Powers(safe_again=dt.timedelta(minutes=2))
KEYLESS = Powers()
FINDS = Powers(safe_again=dt.timedelta(minutes=2), finds=True)


def delivery(**more: Any) -> Delivery:
    fields = {"message": BARE, "claim": 3, "since": NOW - SECOND, **more}
    return Delivery(id=7, key="k", operation="send", target=Target("@newsdao"), **fields)


def settled(result: Receipt | DeliveryError, *, powers: Powers = KEYLESS, **more: Any) -> Outcome:
    policy = more.pop("policy", "")
    priority = more.pop("priority", Priority.NORMAL)
    return settle(delivery(**more), result, now=NOW, policy=policy, priority=priority, powers=powers)


def test_a_receipt_ends_it() -> None:
    outcome = settled(Receipt(("12",)))
    assert (outcome.state, outcome.receipt, outcome.claim) == (DeliveryState.SENT, Receipt(("12",)), 3)


def test_what_never_left_is_tried_again_later_and_longer_each_time() -> None:
    waits = [settled(Unreachable("no route"), tries=tries).due for tries in range(12)]
    assert all(due is not None for due in waits)
    seconds = [(due - NOW).total_seconds() for due in waits if due]
    assert seconds == sorted(seconds)
    assert 1 <= seconds[0] <= 1.25
    assert seconds[-1] <= 300 * 1.25


def test_after_a_day_out_of_reach_it_is_dead_and_can_be_replayed() -> None:
    assert settled(Unreachable("no route"), since=NOW - PATIENCE - SECOND).state is DeliveryState.DEAD


def test_two_lanes_do_not_come_back_at_the_same_moment() -> None:
    one, two = delivery(tries=5), Delivery(8, "k", "send", Target("@b"), BARE, tries=5)
    assert backoff(one) != backoff(two)


@pytest.mark.parametrize("scope", ["account", "app", "host"])
def test_a_wide_429_pauses_what_it_is_about_and_spends_no_try(scope: Any) -> None:
    """RSS-to-Telegram-Bot#575: a flood wait of 43,838 s is waited out, and survives a restart."""
    outcome = settled(Throttled("slow down", after=43_838, scope=scope))
    assert (outcome.state, outcome.spent, outcome.pause) == (DeliveryState.SNOOZED, False, scope)
    assert outcome.until == outcome.due == NOW + 43_838 * SECOND


def test_a_429_of_one_chat_leaves_the_others_alone() -> None:
    outcome = settled(Throttled("slow down", after=5, scope="target"))
    assert (outcome.state, outcome.spent, outcome.pause) == (DeliveryState.SNOOZED, False, "")
    assert outcome.due == NOW + 5 * SECOND


def test_a_refused_picture_degrades_the_message_before_it_is_given_up() -> None:
    """python-telegram-bot#2917: one bad picture must not kill the story."""
    outcome = settled(Rejected("PHOTO_INVALID_DIMENSIONS", picture=True), message=WITH_PICTURE, powers=Powers(steps=3))
    assert (outcome.state, outcome.degraded, outcome.spent) == (DeliveryState.READY, 1, True)
    assert outcome.reason == "with a smaller picture: PHOTO_INVALID_DIMENSIONS"


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (Rejected("message is too long"), WITH_PICTURE),
        (Rejected("wrong picture", picture=True), BARE),  # nothing is left to degrade
    ],
)
def test_what_the_platform_will_never_take_is_dead_with_its_reason(error: Rejected, message: Message) -> None:
    outcome = settled(error, message=message)
    assert (outcome.state, outcome.reason, outcome.degraded) == (DeliveryState.DEAD, str(error), 0)


def test_a_target_of_the_configuration_that_is_gone_is_paused_and_its_queue_waits() -> None:
    outcome = settled(TargetGone("chat not found"))
    assert (outcome.state, outcome.due, outcome.pause, outcome.spent) == (DeliveryState.SNOOZED, None, "target", False)


def test_a_migrated_chat_gets_the_same_delivery_again() -> None:
    """gatus#179."""
    outcome = settled(TargetMoved("upgraded", to="-100123"))
    assert (outcome.state, outcome.moved_to, outcome.spent) == (DeliveryState.READY, "-100123", False)


def test_a_refused_credential_pauses_its_account_and_loses_nothing() -> None:
    outcome = settled(Unauthorized("401"))
    assert (outcome.state, outcome.pause, outcome.until, outcome.spent) == (DeliveryState.READY, "account", None, False)


@pytest.mark.parametrize(
    ("powers", "policy", "priority", "age", "tries", "state"),
    [
        (KEYED, "hold", Priority.NORMAL, SECOND, 0, DeliveryState.SNOOZED),  # the platform still dedupes the key
        (KEYED, "hold", Priority.NORMAL, 115 * SECOND, 0, DeliveryState.HELD),  # too late to trust it
        (FINDS, "hold", Priority.NORMAL, 3600 * SECOND, 0, DeliveryState.SNOOZED),  # it will be looked up
        (FINDS, "hold", Priority.NORMAL, 2 * DAY, 0, DeliveryState.HELD),
        (KEYLESS, "", Priority.NORMAL, SECOND, 0, DeliveryState.HELD),  # the default: hold …
        (KEYLESS, "", Priority.BREAKING, SECOND, 0, DeliveryState.SNOOZED),  # … but breaking goes again
        (KEYLESS, "", Priority.RETRACTION, SECOND, 0, DeliveryState.SNOOZED),
        (KEYLESS, "hold", Priority.BREAKING, SECOND, 0, DeliveryState.HELD),  # unless the account says otherwise
        (KEYLESS, "resend", Priority.NORMAL, SECOND, 0, DeliveryState.SNOOZED),
        (KEYLESS, "resend", Priority.NORMAL, SECOND, RESENDS, DeliveryState.HELD),  # never for ever
    ],
)
def test_an_unknown_outcome_goes_by_key_then_look_up_then_policy(
    powers: Powers, policy: Any, priority: Priority, age: dt.timedelta, tries: int, state: DeliveryState
) -> None:
    """DESIGN.md section 5; python-telegram-bot#1045: one message came three times."""
    lost = Unconfirmed("no answer")
    outcome = settled(lost, powers=powers, policy=policy, priority=priority, since=NOW - age, tries=tries)
    assert (outcome.state, outcome.again) == (state, True)


def test_an_error_class_that_nobody_foresaw_counts_as_unknown() -> None:
    assert settled(DeliveryError("?")).state is DeliveryState.HELD


# ── Edits, deletes, replies ──────────────────────────────────────────────────────────────────────────────────────


def changed(operation: Any, result: Receipt | DeliveryError, *, edits: bool = False, **more: Any) -> Outcome:
    one = Delivery(7, "k", operation, Target("@newsdao"), BARE, claim=3, since=NOW - SECOND, **more)
    powers = Powers(safe_again=dt.timedelta.max, edits=edits)
    return settle(one, result, now=NOW, policy="hold", priority=Priority.RETRACTION, powers=powers)


def test_a_delete_that_is_refused_becomes_an_edit_that_says_so() -> None:
    """PLATFORMS.md: Telegram removes nothing that is older than 48 hours."""
    outcome = changed("delete", Rejected("message can't be deleted"), edits=True)
    assert (outcome.state, outcome.degraded, outcome.spent) == (DeliveryState.READY, 1, True)
    assert outcome.reason == "edited instead: message can't be deleted"


@pytest.mark.parametrize(("edits", "degraded"), [(False, 0), (True, 1)])
def test_a_delete_that_can_become_no_edit_is_dead(edits: bool, degraded: int) -> None:
    outcome = changed("delete", Rejected("no"), edits=edits, degraded=degraded)
    assert (outcome.state, outcome.reason) == (DeliveryState.DEAD, "no")


@pytest.mark.parametrize("operation", ["edit", "delete"])
def test_an_edit_or_a_delete_is_made_again_whatever_the_policy_says(operation: Any) -> None:
    """To make it once more does no harm."""
    outcome = changed(operation, Unconfirmed("no answer"), tries=RESENDS + 5)
    assert (outcome.state, outcome.again) == (DeliveryState.SNOOZED, True)


# ── Trouble, and the dead ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("result", "trouble"),
    [
        (Unreachable("no route"), True),
        (Unconfirmed("no answer"), True),
        (Abandoned("its worker died"), False),
        (Throttled("slow down", after=1, scope="host"), False),
        (Rejected("too long"), False),
        (Unauthorized("401"), False),
        (TargetGone("gone"), False),
        (Receipt(("1",)), False),
    ],
)
def test_the_circuit_counts_what_the_platform_itself_did_badly(result: Receipt | DeliveryError, trouble: bool) -> None:
    assert settled(result, powers=KEYED).trouble is trouble


def test_what_a_dead_worker_had_on_its_way_goes_again_at_once() -> None:
    """FAILURES.md section 3 row 5: p99 within a second."""
    outcome = settled(Abandoned("its worker died"), powers=KEYED)
    assert (outcome.state, outcome.due, outcome.again) == (DeliveryState.SNOOZED, NOW, True)


def test_a_key_is_not_trusted_up_to_its_last_moment() -> None:
    """The platform's clock is not ours: `MARGIN` before its end it counts for nothing."""
    age = dt.timedelta(minutes=2)
    assert not trusted(age - MARGIN, KEYED)
    assert trusted(age - MARGIN - SECOND, KEYED)
