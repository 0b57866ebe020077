"""How far an account has come, on both databases: nothing ready is left behind, and what was served is not looked at
(FAILURES.md, row 17).
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import psycopg
import pytest

from bot import pace
from bot.model import Budget, DeliveryState, Urgency, Window
from bot.store import migrations
from bot.store.fronts import RANKS
from bot.store.outbox import SQL
from tests.contracts.conftest import Clock, Costly, Pace, Store, account, emptied, ended, names, targets
from tests.contracts.test_places import Topics
from tests.postgres import Server

S = DeliveryState
READERS = account("readers", *(f"@{n}" for n in range(6)), personal=("@4", "@5"))
Way = Callable[[Store], Awaitable[None]]


async def astray(store: Store) -> list[str]:
    """What no turn of its account would come upon: behind the front, or in a rank or at a time that nobody looks at."""
    accounts = {
        number: (ready, json.loads(served), woken)
        for number, ready, served, woken in await store.rows("select id, ready, served_json, woken from account")
    }
    found = []
    for number, owner, rank, turn, state, due in await store.rows(
        "select id, account, rank, turn, state, due from delivery where state in (1, 6)"
    ):
        ready, served, woken = accounts[owner]
        if state == S.READY and not ready & 1 << rank:
            found.append(f"{number}: rank {rank} is not looked at")
        if state == S.READY and (turn, number) <= tuple(served.get(str(rank), (0, 0))):
            found.append(f"{number}: {turn} of rank {rank} stands behind {served}")
        if state == S.SNOOZED and due < woken:
            found.append(f"{number}: due {woken - due} µs before what was woken")
    return found


def test_every_rank_has_its_bit() -> None:
    """A new account's is `ready integer not null default 4095`."""
    assert (1 << len(RANKS)) - 1 == 4095


# ── What becomes ready ───────────────────────────────────────────────────────────────────────────────────────────


async def served(store: Store, slugs: str = "abc") -> None:
    """Stories that went to everybody; the front stands where the last was served."""
    for slug in slugs:
        await store.announce(slug)
    await store.send()


async def promoted(store: Store) -> None:
    """What waited in its lane has an earlier turn than what was served meanwhile."""
    for slug in "def":
        await store.announce(slug)
    await store.spread()
    for _ in range(2):
        claims = await store.tick()
        await store.tick(*(ended(claim, S.SENT) for claim in claims), room=0)


async def fanned_out(store: Store) -> None:
    """Its first turns are given, and then passed by."""
    await store.announce("d")
    await store.rows("update fanout set turn = 1")
    await store.tick(room=0)


async def passed(store: Store, *outcomes: S, **more: object) -> None:
    """Claims of a story end so after the rest of it, and another one, were served."""
    await store.announce("d")
    await store.spread()
    claims = await store.tick(room=len(outcomes))
    await store.announce("e")
    rest = await store.tick()
    while rest:
        rest = await store.tick(*(ended(claim, S.SENT) for claim in rest))
    ends = (ended(claim, state, **more) for claim, state in zip(claims, outcomes, strict=True))
    await store.tick(*ends, room=0)


async def given_back(store: Store) -> None:
    await passed(store, S.READY, S.READY, spent=False)


async def woken(store: Store) -> None:
    await passed(store, S.SNOOZED, S.SNOOZED, due=store.clock())
    store.clock.forward(1)
    assert len(await store.tick(room=1)) == 1


async def snoozed_until_now(store: Store) -> None:
    await passed(store, S.SNOOZED, S.SNOOZED, due=store.clock())


async def retried_target(store: Store) -> None:
    """A target that was paused by its platform, and is resumed by a person."""
    await passed(store, S.SNOOZED, S.SNOOZED, pause="target", reason="chat not found", spent=False)
    await store.intend("resume", account="readers")


async def restarted(store: Store) -> None:
    await passed(store, S.SNOOZED, S.SNOOZED, pause="target", reason="chat not found", spent=False)
    await store.meet(READERS)


async def forgotten(store: Store) -> None:
    """OUTBOX.md, trap 8: the connection was lost in the commit of a claim."""
    await store.announce("d")
    await store.spread()
    await store.tick(room=2)
    assert await store.outbox.forget(()) == 2


async def replayed(store: Store) -> None:
    await passed(store, S.DEAD, S.HELD)
    assert "2 places" in (await store.intend("replay", story=4, held=True) or "")


async def given_way(store: Store) -> None:
    """Demoted for breaking news, and back again."""
    await store.announce("d")
    await store.spread()
    await store.tick(room=1)
    await store.announce("!", urgency=Urgency.BREAKING)
    claims = await store.tick()
    assert set(names(claims)) == {"!"}
    await store.tick(*(ended(claim, S.SENT) for claim in claims), room=0)


WAYS = (
    promoted,
    fanned_out,
    given_back,
    woken,
    snoozed_until_now,
    retried_target,
    restarted,
    forgotten,
    replayed,
    given_way,
)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__.replace("_", " "))
async def test_what_becomes_ready_stands_behind_the_front(store: Store, way: Way) -> None:
    await store.meet(READERS)
    await served(store)
    await way(store)
    waiting = await store.rows("select id from delivery where state in (1, 6)")
    assert waiting
    assert await astray(store) == []
    told = await store.send()
    assert {(claim.delivery.id,) for claim in told} >= set(waiting)


async def test_a_topic_that_waits_for_its_group_stands_behind_the_front(store: Store) -> None:
    """Read with the others, but of a group only one leaves at a time; its minute has room yet."""
    await store.meet(account("readers", "-5:1", "-5:2", "-6"), paces=Topics(windows=(Window(20, 60.0),)))
    await store.announce("one")
    await store.spread()
    claims = await store.tick()
    assert targets(claims) == ["-5:1", "-6"]
    assert await astray(store) == []
    assert targets(await store.tick(*(ended(claim, S.SENT) for claim in claims))) == ["-5:2"]


async def test_a_topic_that_waits_for_less_than_a_tenth_of_a_second_is_woken(store: Store) -> None:
    """What is due so soon counts as woken when its account has had its turn."""
    await store.meet(account("readers", "-5:1", "-5:2"), paces=Topics(windows=(Window(1, 0.05),)))
    await store.announce("one")
    await store.spread()
    claims = await store.tick()
    assert targets(claims) == ["-5:1"]
    assert await astray(store) == []
    store.clock.forward(0.1)
    assert targets(await store.tick(*(ended(claim, S.SENT) for claim in claims))) == ["-5:2"]


async def test_what_was_woken_before_the_clock_was_set_back_keeps_nobody_asleep(store: Store) -> None:
    """FAILURES.md row 19: nobody notices a step of a second or two."""
    await store.meet(account("readers", "@0", "@1"), paces=Pace(windows=(Window(1, 1.0),)))
    for slug in "ab":
        await store.announce(slug)
    await store.spread()
    first = await store.tick(room=1)
    store.clock.forward(1.2)
    await store.tick(room=1)
    store.clock.forward(-1.5)
    await store.tick(*(ended(claim, S.SENT) for claim in first), room=0)
    assert await astray(store) == []
    store.clock.forward(1.5)
    assert targets(await store.tick()) == targets(first)


async def test_a_budget_of_which_nothing_is_ready_is_not_said_to_be_spent(store: Store) -> None:
    """What is due of such an account is woken before its price is asked."""
    await store.meet(account(), paces=Costly(budget=Budget(day=1.0), price=0.1))
    await store.announce("one")
    [claim] = await store.tick()
    await store.tick(ended(claim, S.SNOOZED, due=store.clock(), reason="no answer"), room=0)
    store.clock.forward(1)
    assert names(await store.tick()) == ["one"]
    assert await store.tick() == ()
    assert await store.rows("select reason from account") == [("",)]


# ── What is not looked at ────────────────────────────────────────────────────────────────────────────────────────

LOOKS = ("ready_accounts", "take_account", "wake", "heads")


KNOWN = {"new": 0, "that has seen one reader": 1_000}  #: deliveries that the planner's statistics are of


@pytest.fixture(params=KNOWN.values(), ids=list(KNOWN))
async def watched(request: pytest.FixtureRequest, postgres: Server, postgres_url: str) -> AsyncIterator[Store]:
    """PostgreSQL, while somebody sits in a transaction: no vacuum takes anything out, and nothing is analyzed anew."""
    readers = [f"@{n}" for n in range(50)]
    if request.param:
        await _seen(postgres, postgres_url, request.param)
    async with Store(postgres_url, clock=Clock()) as store:
        _say(postgres, postgres_url, "alter table {} set (autovacuum_enabled = off)")
        await store.meet(account("readers", *readers), paces=Pace(windows=(Window(1, 0.1),)))
        stranger = await psycopg.AsyncConnection.connect(postgres_url)
        async with stranger:
            await stranger.execute("begin isolation level repeatable read")
            await stranger.execute(f"select 1 from {migrations.HOME}.delivery limit 1")
            yield store
            await stranger.rollback()


async def _seen(server: Server, url: str, number: int) -> None:
    """Each table has statistics of its own time: when much was ready, and when a single reader had subscribed."""
    for readers, table in ((number, "delivery"), (1, "subscription")):
        async with Store(url, clock=Clock()) as store:
            await store.meet(account("readers", *(f"@{n}" for n in range(readers))))
            await store.announce("first")
            await store.spread()
            _say(server, url, "vacuum analyze {}", (table,))
        emptied(url)


def _say(server: Server, url: str, sql: str, tables: Sequence[str] = ("delivery", "subscription", "story")) -> None:
    for table in tables:
        server.say(sql.format(f"{migrations.HOME}.{table}"), url.rpartition("/")[2])


async def pages(store: Store) -> dict[str, int]:
    """How many pages each statement of a turn touches."""
    [(number, rank, turn, last)] = await store.rows(
        "select id, 6 as rank, 0 as turn, 0 as last from account where served_json = '{}' union all"
        " select id, 6, cast(cast(served_json as jsonb)->'6'->>0 as bigint), cast(cast(served_json as jsonb)->'6'->>1"
        " as bigint) from account where served_json <> '{}'"
    )
    [(since,)] = await store.rows("select woken from account")
    now = int(store.clock.monotonic() * 1_000_000)
    known = {"account": number, "now": now, "horizon": now + pace.AHEAD, "latest": now + pace.LONGEST, "floors": "{}"}
    known |= {"rank": rank, "turn": turn, "last": last, "limit": 20, "woken": since}
    found = {}
    for name in LOOKS:
        rows = await store.rows(f"explain (analyze, buffers, format json) {SQL[name]}", **known)
        plan = rows[0][0][0]["Plan"]
        found[name] = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    return found


async def test_a_turn_touches_no_more_pages_while_a_transaction_is_open(watched: Store) -> None:
    """Row 17: 2,500 deliveries were claimed, most of them snoozed and woken before; nobody takes their entries out."""
    await watched.announce("first")
    await watched.send()
    fresh = await pages(watched)
    for number in range(10):
        for part in range(5):
            await watched.announce(f"story {number}.{part}")
        for _ in range(8):
            await watched.send()
            watched.clock.forward(0.2)
    [(sent,)] = await watched.rows("select count(*) as number from delivery where state = 3")
    assert sent > 2500
    later = await pages(watched)
    print(f"row 17: pages touched by a turn: {fresh}, after {sent:,} deliveries: {later}")
    grown = {name: (fresh[name], later[name]) for name in LOOKS if later[name] > fresh[name] + 40}
    assert grown == {}
