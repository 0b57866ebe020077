"""Whose turn it is, on both databases: windows, money, circuits, pauses, moves, rests."""

import datetime as dt
from typing import Any

import pytest

from bot.model import UTC, Budget, DeliveryState, Limits, Receipt, Urgency, Window
from bot.ports import Claim
from bot.store import claiming
from bot.store.finishing import LONGEST, SHORTEST, TRIPS
from tests.contracts.conftest import Clock, Costly, Pace, Store, account, ended, names, targets

S = DeliveryState
MINUTE = dt.timedelta(minutes=1)


async def taken(store: Store, seconds: float, step: float = 0.05) -> list[float]:
    """When each delivery leaves, in seconds from now, of what is sent in so many seconds."""
    began = store.clock.monotonic()
    times: list[float] = []
    claims: tuple[Claim, ...] = ()
    while store.clock.monotonic() - began < seconds:
        claims = await store.tick(*(ended(claim, S.SENT) for claim in claims))
        times += [claim.at - began for claim in claims]
        store.clock.forward(step)
    return times


# ── Windows ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_group_takes_twenty_a_minute_and_its_lane_waits_for_that(store: Store) -> None:
    """PLATFORMS.md c: Telegram's groups, 20 in any minute."""
    paces = Pace(Limits(rate=1000), (Window(1, 1.0), Window(20, 60.0)))
    await store.meet(account(), paces=paces)
    for number in range(25):
        await store.announce(f"story {number}")
    times = await taken(store, 70, step=0.5)
    assert all(sum(start <= at < start + 60 for at in times) <= 20 for start in times)
    assert len(times) == 25


async def test_a_credentials_window_holds_over_restarts(store: Store) -> None:
    """PLATFORMS.md: X, 100 in 15 minutes for one account."""
    addresses = [f"@{n}" for n in range(120)]
    paces = Pace(Limits(rate=10_000, windows=(Window(100, 900.0),)))
    await store.meet(account("readers", *addresses), paces=paces)
    await store.announce("one")
    await store.spread()
    first = await store.tick(room=70)
    await store.tick(*(ended(claim, S.SENT) for claim in first), room=0)
    await store.restart()
    await store.meet(account("readers", *addresses), paces=paces)
    second = await store.tick(room=400)
    assert len(first) + len(second) == 100
    await store.tick(*(ended(claim, S.SENT) for claim in second), room=0)
    store.clock.forward(890)
    assert await store.tick() == ()
    store.clock.forward(900 / 0.985 - 890 + 1)
    assert len(await store.tick(room=400)) == 20


async def test_an_applications_window_counts_all_its_accounts(store: Store) -> None:
    """PLATFORMS.md: X, 10,000 a day for one application; here 10."""
    day = Limits(rate=1000, app=(Window(10, 86_400.0),))
    paces = Costly(day, app="app")
    await store.outbox.meet(
        [(account(name, *(f"@{name}{n}" for n in range(8)), credential=name), paces) for name in ("one", "two")]
    )
    await store.announce("story", accounts=("one", "two"))
    await store.spread()
    told: list[Claim] = []
    for _ in range(20):
        claims = await store.tick(room=4)
        told += claims
        await store.tick(*(ended(claim, S.SENT) for claim in claims), room=0)
        store.clock.forward(60)
    assert len(told) == 10
    assert any("the app has sent 10 in 24 hours" in alarm["text"] for alarm in await store.ledger.alarms())
    store.clock.forward(26 * 3600)
    assert await store.tick()


# ── Money ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_what_is_left_of_a_budget_is_for_breaking_news(store: Store) -> None:
    """A fifth of the day's budget is kept; a new day begins at 00:00 UTC."""
    paces = Costly(Limits(rate=1000), budget=Budget(day=1.0), price=0.1)
    await store.meet(account("readers", *(f"@{n}" for n in range(12))), paces=paces)
    await store.announce("slow")
    assert len(await spent(store)) == 8
    [(reason,)] = await store.rows("select reason from account")
    assert reason == "the budget is spent, but for what is kept for breaking news; a new day begins at 00:00 UTC"
    await store.announce("fast", urgency=Urgency.BREAKING)
    assert names(await spent(store)) == ["fast", "fast"]
    store.clock.forward(21 * 3600)
    assert len(await spent(store)) == 10


async def spent(store: Store) -> list[Claim]:
    """What an account sends until its money is gone: one delivery a turn."""
    told: list[Claim] = []
    await store.spread()
    for _ in range(30):
        claims = await store.tick()
        told += claims
        await store.tick(*(ended(claim, S.SENT) for claim in claims), room=0)
        store.clock.forward(0.01)
    return told


async def test_a_months_budget_outlasts_its_days(store: Store) -> None:
    paces = Costly(Limits(rate=1000), budget=Budget(month=0.5), price=0.1)
    await store.meet(account("readers", *(f"@{n}" for n in range(12))), paces=paces)
    await store.announce("one")
    assert len(await spent(store)) == 4
    store.clock.forward(86_400)
    assert await spent(store) == []
    store.clock.forward(9 * 86_400)  # from 22 November to 2 December
    assert len(await spent(store)) == 4


async def test_what_is_taken_back_costs_what_the_platform_asks_for_that(store: Store) -> None:
    """PLATFORMS 0.2: X takes a cent for it."""
    paces = Costly(Limits(rate=1000), budget=Budget(day=10.0), price=0.1, deleted=0.01)
    await store.meet(account(), paces=paces)
    story = await store.announce("one")
    await store.send()
    await store.revise(story, "two")
    await store.send()
    await store.retract(story)
    await store.send()
    assert await store.rows("select sent, cost from tally") == [(3, 110_000)]


def test_the_clock_of_these_tests_stands_in_november() -> None:
    """The budget tests count on the month's end."""
    assert Clock()() == dt.datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


# ── The circuit breaker ──────────────────────────────────────────────────────────────────────────────────────────


async def troubled(store: Store, times: int) -> None:
    """So many failures of the platform in a row."""
    for _ in range(times):
        [claim] = await store.tick()
        again = {"due": store.clock(), "trouble": True, "reason": "no route"}
        await store.tick(ended(claim, S.SNOOZED, **again), room=0)


async def test_a_platform_that_fails_is_left_alone_then_asked_with_one_delivery(store: Store) -> None:
    await store.meet(account("readers", "@a", "@b", "@c"))
    await store.announce("one")
    await store.spread()
    for _ in range(TRIPS):
        claims = await store.tick(room=1)
        again = {"due": store.clock(), "trouble": True, "reason": "no route"}
        await store.tick(*(ended(claim, S.SNOOZED, **again) for claim in claims), room=0)
    assert await store.tick() == ()
    [alarm] = await store.ledger.alarms()
    assert alarm["text"] == "left alone for a while: no route"
    store.clock.forward(SHORTEST / 1_000_000)
    probe = await store.tick()
    assert len(probe) == 1
    assert await store.tick() == ()  # half open: one finds out
    rest = await store.tick(ended(probe[0], S.SENT))
    assert len(rest) == 2
    assert await store.ledger.alarms() == []


async def test_a_platform_is_left_alone_longer_each_time(store: Store) -> None:
    """Twice the last wait from the probe's end on, however early that was."""
    await store.meet(account())
    await store.announce("one")
    await troubled(store, TRIPS)
    for number in range(8):
        wait = min(SHORTEST * 2**number, LONGEST)
        if number:
            await troubled(store, 1)
        store.clock.forward(wait / 1_000_000 - 0.2)
        assert await store.tick() == ()
        store.clock.forward(0.2)


async def test_a_probe_whose_worker_dies_does_not_close_the_circuit_for_good(store: Store) -> None:
    await store.meet(account("readers", "@a", "@b"))
    await store.announce("one")
    await store.spread()
    for _ in range(TRIPS):
        [claim] = await store.tick(room=1)
        again = {"due": store.clock(), "trouble": True, "reason": "no route"}
        await store.tick(ended(claim, S.SNOOZED, **again), room=0)
    store.clock.forward(SHORTEST / 1_000_000)
    assert len(await store.tick()) == 1
    store.clock.forward(claiming.PROBE / 1_000_000)
    assert len(await store.tick()) == 1


# ── Pauses, moves and rests ──────────────────────────────────────────────────────────────────────────────────────


TELEGRAM, OTHER = "https://api.telegram.org", "https://other.example"


@pytest.mark.parametrize(
    ("scope", "go_on"),
    [
        ("account", ["host", "app", "else"]),
        ("app", ["host", "else"]),
        ("host", ["app", "else"]),
    ],
)
async def test_a_pause_is_of_an_account_of_its_app_or_of_its_host(store: Store, scope: Any, go_on: list[str]) -> None:
    accounts = [("one", TELEGRAM, "a"), ("host", TELEGRAM, "b"), ("app", OTHER, "a"), ("else", OTHER, "b")]
    await store.outbox.meet(
        [(account(name, f"@{name}", credential=name, base_url=url), Costly(app=app)) for name, url, app in accounts]
    )
    await store.announce("story", accounts=("one",))
    [claim] = await store.tick()
    until = store.clock() + MINUTE
    await store.tick(ended(claim, S.SNOOZED, due=until, until=until, pause=scope, spent=False, reason="429"), room=0)
    await store.announce("another", accounts=("one", "host", "app", "else"))
    await store.spread()
    assert sorted(claim.account for claim in await store.tick()) == sorted(go_on)
    store.clock.forward(60)
    assert await store.tick()


async def test_an_account_without_an_app_pauses_alone(store: Store) -> None:
    await store.meet(account("one", "@a", credential="x"), account("two", "@b", credential="y"))
    await store.announce("story", accounts=("one", "two"))
    await store.spread()
    one, two = sorted(await store.tick(), key=lambda claim: claim.account)
    until = store.clock() + MINUTE
    await store.tick(ended(one, S.READY, until=until, pause="app", spent=False), ended(two, S.SENT), room=0)
    await store.announce("another", accounts=("one", "two"))
    await store.spread()
    assert [claim.account for claim in await store.tick()] == ["two"]


async def test_a_shorter_pause_does_not_cut_a_longer_one(store: Store) -> None:
    await store.meet(account("readers", "@a", "@b"))
    await store.announce("one")
    long, short = await store.tick()
    hour, minute = store.clock() + 60 * MINUTE, store.clock() + MINUTE
    await store.tick(
        ended(long, S.READY, until=hour, pause="account", spent=False),
        ended(short, S.READY, until=minute, pause="account", spent=False),
    )
    store.clock.forward(61)
    assert await store.tick() == ()


async def test_a_person_stops_an_account_and_starts_it_again(store: Store) -> None:
    await store.meet(account("one", "@a", credential="x"), account("two", "@b", credential="y"))
    await store.announce("story", accounts=("one", "two"))
    assert await store.intend("pause", account="one") == "done"
    [claim] = await store.tick()
    assert claim.account == "two"
    await store.tick(ended(claim, S.SENT), room=0)
    await store.restart()  # what a person has stopped, a restart does not start
    await store.meet(account("one", "@a", credential="x"), account("two", "@b", credential="y"))
    assert await store.tick() == ()
    assert await store.intend("resume", account="one") == "done"
    assert [claim.account for claim in await store.tick()] == ["one"]


async def test_resuming_ends_the_pauses_of_the_accounts_targets(store: Store) -> None:
    await store.meet(account("readers", "@gone"))
    await store.announce("one")
    [claim] = await store.tick()
    await store.tick(ended(claim, S.SNOOZED, pause="target", reason="chat not found"))
    store.clock.forward(86_400)
    assert await store.tick() == ()
    await store.intend("resume", account="readers")
    assert targets(await store.tick()) == ["@gone"]


async def test_an_order_about_an_account_that_is_not_there_says_so(store: Store) -> None:
    await store.meet(account())
    assert await store.intend("pause", account="nobody") == "there is no account nobody"


async def test_a_chat_that_moves_to_a_known_one_is_merged_into_it(store: Store) -> None:
    """gatus#179; DESIGN.md section 3, TargetMoved: two targets of equal address are one."""
    await store.meet(account("readers", "-5", "-1005"))
    await store.announce("one")
    claims = {claim.delivery.target.address: claim for claim in await store.tick()}
    await store.announce("two")
    moved = ended(claims["-5"], S.READY, moved_to="-1005", spent=False, reason="upgraded")
    await store.tick(moved, ended(claims["-1005"], S.SENT), room=0)
    assert [(claim.delivery.target.address, claim.delivery.message.text) for claim in await store.send()] == [
        ("-1005", "two")
    ]
    states = await store.states()
    assert states["one", "-5"] == "cancelled"
    await store.announce("three")
    assert targets(await store.send()) == ["-1005"]


async def test_a_bucket_that_is_used_up_lets_its_lane_rest(store: Store) -> None:
    """discord-api-docs: what the answer's headers say of the next one."""
    await store.meet(account())
    await store.announce("one")
    [claim] = await store.tick()
    await store.announce("two")
    await store.tick(ended(claim, S.SENT, receipt=Receipt(("1",), wait=7.0)), room=0)
    store.clock.forward(6.8)
    assert await store.tick() == ()
    store.clock.forward(0.2)
    assert names(await store.tick()) == ["two"]


async def test_what_left_late_lets_its_lane_rest_as_much_longer(store: Store) -> None:
    await store.meet(account(), paces=Pace(windows=(Window(1, 1.0),)))
    await store.announce("one")
    [first] = await store.tick()
    await store.announce("two")
    await store.tick(ended(first, S.SENT, late=0.5), room=0)
    store.clock.forward(1.45)
    [second] = await store.tick()
    assert second.at - first.at > 1.5
