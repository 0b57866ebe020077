"""The order within a lane, an account's pace and its pauses (DESIGN.md section 4), on both databases."""

import datetime as dt
from itertools import pairwise

from bot.model import DeliveryState, Limits, Urgency, Window
from tests.contracts.conftest import Place, Store, account, ended, names

S = DeliveryState
MINUTE = dt.timedelta(minutes=1)


# ── Lanes and order ──────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_lane_has_one_delivery_on_its_way_and_keeps_its_order(store: Store) -> None:
    await store.meet(account())
    for slug in ("one", "two", "three"):
        await store.announce(slug)
        await store.tick(room=0)
    told = []
    claims = await store.tick()
    while claims:
        told += names(claims)
        assert len(claims) == 1
        claims = await store.tick(ended(claims[0], S.SENT))
    assert told == ["one", "two", "three"]


async def test_a_held_or_dead_delivery_lets_the_next_one_pass(store: Store) -> None:
    """RSS-to-Telegram-Bot#1: one bad message must not block the rest."""
    await store.meet(account())
    await store.announce("one")
    [first] = await store.tick()
    await store.announce("two")
    await store.tick()
    assert names(await store.tick(ended(first, S.HELD, reason="?"))) == ["two"]


async def test_breaking_goes_before_what_is_ready_and_was_never_tried(store: Store) -> None:
    await store.meet(account())
    await store.announce("slow")
    await store.tick(room=0)
    await store.announce("fast", urgency=Urgency.BREAKING)
    [claim] = await store.tick()
    assert names((claim,)) == ["fast"]
    assert names(await store.tick(ended(claim, S.SENT))) == ["slow"]


async def test_breaking_does_not_overtake_a_delivery_that_may_have_been_posted(store: Store) -> None:
    await store.meet(account())
    await store.announce("slow")
    [claim] = await store.tick()
    await store.tick(ended(claim, S.SNOOZED, due=store.clock() + MINUTE, again=True))
    await store.announce("fast", urgency=Urgency.BREAKING)
    assert await store.tick() == ()
    store.clock.forward(60)
    [again] = await store.tick()
    assert names((again,)) == ["slow"]
    assert names(await store.tick(ended(again, S.SENT))) == ["fast"]


async def test_a_snoozed_delivery_wakes_when_it_is_due(store: Store) -> None:
    await store.meet(account())
    await store.announce("one")
    [claim] = await store.tick()
    await store.tick(ended(claim, S.SNOOZED, due=store.clock() + MINUTE))
    store.clock.forward(59)
    assert await store.tick() == ()
    store.clock.forward(1)
    assert names(await store.tick()) == ["one"]


async def test_a_snooze_spends_no_try_and_a_retry_spends_one(store: Store) -> None:
    await store.meet(account())
    await store.announce("one")
    [claim] = await store.tick()
    [claim] = await store.tick(ended(claim, S.SNOOZED, due=store.clock(), spent=False))
    assert claim.delivery.tries == 0
    [claim] = await store.tick(ended(claim, S.SNOOZED, due=store.clock()))
    assert claim.delivery.tries == 1


# ── Pace and pauses ──────────────────────────────────────────────────────────────────────────────────────────────


async def test_claims_are_spread_over_their_tokens_and_survive_a_restart(place: Place) -> None:
    async with Store(place, limits=Limits(rate=30)) as store:
        await store.meet(account("readers", *(f"@{n}" for n in range(20))))
        await store.announce("one")
        claims = await store.tick()
        times = [claim.at for claim in claims]
        assert len(times) == 3  # what falls due within 100 ms at 30 a second
        assert all(1 / 30 < later - sooner < 1 / 29 for sooner, later in pairwise(times))
        clock = store.clock
    async with Store(place, clock=clock, limits=Limits(rate=30)) as store:
        await store.meet(account("readers", *(f"@{n}" for n in range(20))))
        assert await store.tick() == ()  # the clock is in the row: a restart is no burst


async def test_two_accounts_with_one_credential_share_its_pace(place: Place) -> None:
    async with Store(place, limits=Limits(rate=10)) as store:
        await store.meet(account("one", "@a"), account("two", "@b"))
        await store.announce("story", accounts=("one", "two"))
        await store.tick(room=0)
        assert len(await store.tick()) == 1


async def test_a_target_has_a_pace_of_its_own(place: Place) -> None:
    async with Store(place, limits=Limits(rate=1000), windows=(Window(1, 1.0),)) as store:
        await store.meet(account())
        await store.announce("one")
        [first] = await store.tick()
        await store.announce("two")
        assert await store.tick(ended(first, S.SENT)) == ()
        store.clock.forward(0.95)
        [second] = await store.tick()  # claimed a little ahead, and not sent before its time
        assert 1.0 < second.at - first.at < 1.03


async def test_a_paused_account_waits_and_the_others_go_on(store: Store) -> None:
    await store.meet(account("one", "@a", credential="x"), account("two", "@b", credential="y"))
    await store.announce("story", accounts=("one", "two"))
    await store.tick(room=0)
    claims = await store.tick()
    wrong = next(claim for claim in claims if claim.account == "one")
    right = next(claim for claim in claims if claim.account == "two")
    refused = ended(wrong, S.READY, pause="account", reason="401 Unauthorized")
    assert await store.tick(refused, ended(right, S.SENT)) == ()
    store.clock.forward(3600)
    assert await store.tick() == ()
    [alarm] = await store.ledger.alarms()
    assert (alarm["where"], alarm["text"]) == ("one", "401 Unauthorized")


async def test_a_person_who_starts_the_bot_again_ends_the_pauses(place: Place) -> None:
    async with Store(place) as store:
        await store.meet(account("readers", "@a"), account("others", "@b", credential="y"))
        await store.announce("story", accounts=("readers", "others"))
        await store.tick(room=0)
        one, two = await store.tick()
        await store.tick(
            ended(one, S.READY, pause="account", reason="401"),
            ended(two, S.SNOOZED, pause="target", reason="chat not found"),
        )
        assert len(await store.ledger.alarms()) == 2
    async with Store(place) as store:
        await store.meet(account("readers", "@a"), account("others", "@b", credential="y"))
        assert len(await store.tick()) == 2
        assert await store.ledger.alarms() == []


async def test_what_a_platform_asked_to_wait_survives_a_restart(place: Place) -> None:
    """RSS-to-Telegram-Bot#575: a flood wait of 43,838 s; starting again must not end it."""
    async with Store(place) as store:
        await store.meet(account())
        await store.announce("one")
        [claim] = await store.tick()
        until = store.clock() + dt.timedelta(seconds=43_838)
        await store.tick(ended(claim, S.READY, pause="account", until=until, reason="429", spent=False))
        clock = store.clock
    async with Store(place, clock=clock) as store:
        await store.meet(account())
        assert await store.tick() == ()
        assert [alarm["text"] for alarm in await store.ledger.alarms()] == ["429"]
        clock.forward(43_838)
        assert names(await store.tick()) == ["one"]
        assert await store.ledger.alarms() == []


async def test_a_long_pause_of_an_account_ends_by_itself(store: Store) -> None:
    await store.meet(account())
    await store.announce("one")
    [claim] = await store.tick()
    until = store.clock() + 10 * MINUTE
    await store.tick(ended(claim, S.SNOOZED, due=until, pause="account", until=until, reason="429"))
    await store.announce("two")
    store.clock.forward(599)
    assert await store.tick() == ()
    store.clock.forward(1)
    assert names(await store.tick()) == ["one"]


async def test_a_paused_target_keeps_its_queue_and_the_next_story_waits_with_it(store: Store) -> None:
    await store.meet(account("readers", "@gone", "@well"))
    await store.announce("one")
    claims = {claim.delivery.target.address: claim for claim in await store.tick()}
    await store.tick(
        ended(claims["@gone"], S.SNOOZED, pause="target", reason="chat not found"), ended(claims["@well"], S.SENT)
    )
    await store.announce("two")
    [claim] = await store.tick()
    assert claim.delivery.target.address == "@well"
    assert (await store.states())["two", "@gone"] == "queued"


async def test_a_moved_chat_is_rewritten_and_gets_the_same_delivery(store: Store) -> None:
    await store.meet(account("readers", "-5"))
    await store.announce("one")
    [claim] = await store.tick()
    [again] = await store.tick(ended(claim, S.READY, moved_to="-1005", spent=False))
    assert (again.delivery.target.address, again.delivery.key) == ("-1005", claim.delivery.key)
