"""What else follows when a try ends, on both databases: money that was not spent, a probe that is over, a place that
nobody will bring back (DESIGN.md sections 3 and 4).
"""

import datetime as dt
from typing import Any

import pytest

from bot.model import Budget, DeliveryState, Limits, Receipt
from bot.ports import Claim
from bot.store import claiming
from bot.store.finishing import SHORTEST, TRIPS
from tests.contracts.conftest import Costly, Place, Store, account, ended

S = DeliveryState
HOUR = 3600.0

# ── Money: what was surely not posted was not paid for ───────────────────────────────────────────────────────────────


async def claimed(store: Store, **more: Any) -> Claim:
    """One claim on a platform where a post costs ten cents."""
    await store.meet(account(), paces=Costly(Limits(rate=1000), price=0.1, **more))
    await store.announce("one")
    [claim] = await store.tick()
    return claim


async def cost(store: Store) -> int:
    [(micros,)] = await store.rows("select coalesce(sum(cost), 0) from tally")
    return int(micros)


@pytest.mark.parametrize(
    ("state", "how", "spent"),
    [
        pytest.param(S.SENT, {}, 100_000, id="sent"),
        pytest.param(S.DEAD, {"reason": "refused"}, 0, id="refused"),
        pytest.param(S.READY, {"degraded": 1}, 0, id="its picture refused"),
        pytest.param(S.SNOOZED, {"spent": False}, 0, id="throttled"),
        pytest.param(S.READY, {"spent": False, "pause": "account"}, 0, id="unauthorized"),
        pytest.param(S.SNOOZED, {"trouble": True}, 0, id="unreachable"),
        pytest.param(S.READY, {"spent": False}, 0, id="given back"),
        pytest.param(S.CANCELLED, {"spent": False}, 0, id="groundless"),
        pytest.param(S.SNOOZED, {"trouble": True, "again": True}, 100_000, id="in doubt"),
        pytest.param(S.HELD, {"again": True}, 100_000, id="held"),
    ],
)
async def test_only_what_was_or_may_have_been_posted_is_paid_for(
    store: Store, state: DeliveryState, how: dict[str, Any], spent: int
) -> None:
    claim = await claimed(store)
    assert await cost(store) == 100_000
    await store.tick(ended(claim, state, **how), room=0)
    assert await cost(store) == spent


async def test_a_late_word_of_an_earlier_claim_gives_nothing_back(store: Store) -> None:
    claim = await claimed(store)
    await store.rows("update delivery set claim = claim + 1")
    await store.tick(ended(claim, S.READY, spent=False), room=0)
    assert await cost(store) == 100_000


@pytest.mark.parametrize(("hours", "spent"), [(1, 0), (22, 100_000)])
async def test_what_is_given_back_belongs_to_its_own_day(store: Store, hours: int, spent: int) -> None:
    """It is 03:00; money of yesterday would be spent twice today."""
    claim = await claimed(store)
    store.clock.forward(hours * HOUR)
    await store.tick(ended(claim, S.DEAD, reason="refused"), room=0)
    assert await cost(store) == spent


async def test_refusals_do_not_use_up_a_budget(store: Store) -> None:
    """Ten refused posts of ten cents would have spent the dollar."""
    await store.meet(
        account("readers", *(f"@{number}" for number in range(12))),
        paces=Costly(Limits(rate=1000), budget=Budget(day=1.0), price=0.1),
    )
    await store.announce("one")
    await store.spread()
    for _ in range(12):
        [claim] = await store.tick()
        await store.tick(ended(claim, S.DEAD, reason="refused"), room=0)
        store.clock.forward(0.01)
    assert set((await store.states()).values()) == {"dead"}


# ── The circuit: a probe that ends says for how long ─────────────────────────────────────────────────────────────────


async def probed(store: Store) -> Claim:
    """A platform that has failed often enough, and the one delivery that finds out whether it is back."""
    await store.meet(account("readers", "@a", "@b", "@c"))
    await store.announce("one")
    await store.spread()
    for _ in range(TRIPS):
        [claim] = await store.tick(room=1)
        await store.tick(ended(claim, S.SNOOZED, due=store.clock(), trouble=True, reason="no route"), room=0)
    store.clock.forward(SHORTEST / 1_000_000)
    [probe] = await store.tick()
    assert await store.tick() == ()
    [alarm] = await store.ledger.alarms()
    assert alarm["text"] == "left alone but for one delivery: no route"
    return probe


def after(store: Store, seconds: float) -> dt.datetime:
    return store.clock() + dt.timedelta(seconds=seconds)


async def waits(store: Store) -> float:
    """Seconds until the account sends again."""
    [(until,)] = await store.rows("select paused_until from account")
    return max(0.0, int(until) / 1_000_000 - store.clock().timestamp())


TWICE = 2 * SHORTEST / 1_000_000


@pytest.mark.parametrize(
    ("state", "how", "seconds"),
    [
        pytest.param(S.SENT, {}, 0.0, id="it is back"),
        pytest.param(S.DEAD, {"reason": "refused"}, 0.0, id="it refuses, so it is back"),
        pytest.param(S.READY, {"degraded": 1}, 0.0, id="it refuses a picture"),
        pytest.param(S.SNOOZED, {"spent": False, "due": 9.0}, 0.0, id="it asks for time for one target"),
        pytest.param(S.SNOOZED, {"spent": False, "due": 3.0, "until": 3.0, "pause": "account"}, 3.0, id="or for all"),
        pytest.param(S.SNOOZED, {"due": 1.0, "trouble": True, "reason": "no route"}, TWICE, id="it is not back"),
        pytest.param(S.SNOOZED, {"due": 1.0, "trouble": True, "again": True}, TWICE, id="it does not answer"),
        pytest.param(S.READY, {"spent": False}, 0.0, id="it was not asked: given back"),
        pytest.param(S.CANCELLED, {"spent": False}, 0.0, id="it was not asked: groundless"),
    ],
)
async def test_a_probe_that_ends_early_sets_the_wait(
    store: Store, state: DeliveryState, how: dict[str, Any], seconds: float
) -> None:
    probe = await probed(store)
    assert await waits(store) == pytest.approx(claiming.PROBE / 1_000_000)
    store.clock.forward(0.5)
    for time in how.keys() & {"due", "until"}:
        how = {**how, time: after(store, how[time])}
    await store.tick(ended(probe, state, **how), room=0)
    assert await waits(store) == pytest.approx(seconds)


async def test_a_probe_that_was_not_made_leaves_the_circuit_half_open(store: Store) -> None:
    probe = await probed(store)
    next_ = await store.tick(ended(probe, S.READY, spent=False))
    assert len(next_) == 1
    assert await store.tick() == ()


async def test_what_was_claimed_before_and_is_given_back_does_not_open_the_way(store: Store) -> None:
    await store.meet(account("readers", *(f"@{number}" for number in range(TRIPS + 1))))
    await store.announce("one")
    await store.spread()
    claims = await store.tick()
    failed = [ended(claim, S.SNOOZED, trouble=True, reason="no route") for claim in claims[:TRIPS]]
    await store.tick(*failed, room=0)
    await store.tick(ended(claims[-1], S.READY, spent=False), room=0)
    assert await waits(store) == pytest.approx(SHORTEST / 1_000_000)


async def test_failures_do_not_end_a_longer_wait_that_the_platform_asked_for(store: Store) -> None:
    """FAILURES.md section 3, row 11: nor does what was on its way and arrives end it then."""
    await store.meet(account("readers", *(f"@{number}" for number in range(TRIPS + 2))))
    await store.announce("one")
    await store.spread()
    first, last, *others = await store.tick()
    flooded = {"spent": False, "due": after(store, 3600.0), "until": after(store, 3600.0), "pause": "account"}
    await store.tick(ended(first, S.SNOOZED, reason="Too Many Requests", **flooded), room=0)
    await store.tick(*(ended(claim, S.SNOOZED, trouble=True, reason="no route") for claim in others), room=0)
    await store.tick(ended(last, S.SENT), room=0)
    assert await waits(store) == pytest.approx(3600.0)


async def test_nothing_to_send_is_no_probe(store: Store) -> None:
    """What is due is cancelled before its turn: the next story need not wait for a probe that nobody made."""
    probe = await probed(store)
    store.clock.forward(0.5)
    await store.tick(ended(probe, S.CANCELLED, spent=False), room=0)
    await store.rows("update delivery set state = 7 where state in (0, 1, 6)")
    assert await store.tick() == ()
    assert await waits(store) == 0.0


# ── A place that is gone from the configuration and from its platform ────────────────────────────────────────────────


async def test_a_delete_for_a_retired_target_that_is_gone_ends_and_is_reported(place: Place) -> None:
    """It would wait for ever for a person to bring back what nobody has configured."""
    async with Store(place) as store:
        await store.meet(account("readers", "@a", "@b"))
        story = await store.announce("one")
        await store.send()
        await store.meet(account("readers", "@b"))
        await store.retract(story)
        claims = {claim.delivery.target.address: claim for claim in await store.tick()}
        gone = {"spent": False, "pause": "target", "reason": "Forbidden: bot was kicked"}
        await store.tick(ended(claims["@b"], S.SENT), ended(claims["@a"], S.SNOOZED, **gone), room=0)
        told = {row["target"]: (row["state"], row["reason"]) for row in await store.ledger.recall(story)}
        assert told == {"@a": ("dead", "Forbidden: bot was kicked"), "@b": ("sent", "")}
        await store.restart()
        await store.meet(account("readers", "@b"))
        assert await store.tick() == ()


async def test_a_delete_for_a_target_that_is_gone_waits_while_it_is_configured(store: Store) -> None:
    await store.meet(account())
    story = await store.announce("one")
    await store.send()
    await store.retract(story)
    [claim] = await store.tick()
    await store.tick(ended(claim, S.SNOOZED, spent=False, pause="target", reason="Forbidden"), room=0)
    assert [row["state"] for row in await store.ledger.recall(story)] == ["snoozed"]


# ── What goes with what is taken back ────────────────────────────────────────────────────────────────────────────────


async def test_the_answers_that_corrected_a_story_are_taken_back_with_it(store: Store) -> None:
    """Issue 4, points 5 and 6: on X a correction is a post of its own."""
    await store.meet(account())
    story = await store.announce("one")
    await told_as(store, "1")
    for revision in (2, 3):
        await store.revise(story, f"정정 {revision}", revision, operation="reply")
        await told_as(store, f"{revision}")
    await store.retract(story)
    [claim] = await store.tick()
    assert claim.delivery.posted is not None
    assert claim.delivery.posted.ids == ("1", "2", "3")
    edited = ended(claim, S.READY, degraded=1, reason="edited instead: it is too old")
    [again] = await store.tick(edited)
    assert again.delivery.posted is not None
    assert again.delivery.posted.ids == ("1",)


async def told_as(store: Store, number: str) -> None:
    [claim] = await store.tick()
    await store.tick(ended(claim, S.SENT, receipt=Receipt((number,))), room=0)
