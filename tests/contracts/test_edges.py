"""Every edge of the drawing at `model.DeliveryState`, on both databases: a state, what happens, the state after it.

What is not drawn must not happen: an event that finds a state it is not about leaves it as it is.
"""

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest

from bot.model import DeliveryState, Outcome, Urgency
from bot.ports import Claim
from tests.contracts.conftest import Place, Store, account, ended

S = DeliveryState
SNOOZE = 60.0  #: seconds
OURS = "select id from delivery where story = :story and operation = 'send'"


class Stage:
    """A store with one target, and the story whose delivery is watched."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.story = 0
        self.claim: Claim | None = None
        self.number = 0  #: of the delivery

    async def into(self, state: DeliveryState) -> None:
        """Bring the delivery there, along the drawing."""
        if state is S.QUEUED:
            await self.store.announce("before")
            await self.store.tick()  # on its way: its lane has no room
        self.story = await self.store.announce("one")
        await self.store.tick(room=0)
        if state in (S.QUEUED, S.READY):
            return
        if state is S.CANCELLED:
            await self.store.retract(self.story)
            await self.store.tick(room=0)
            return
        [self.claim] = await self.store.tick()
        if state is not S.SENDING:
            await self.end(state)

    async def end(self, state: DeliveryState) -> None:
        due: dict[str, Any] = {"due": self.store.clock() + dt.timedelta(seconds=SNOOZE)} if state is S.SNOOZED else {}
        doubt = {"again": True} if state is S.HELD else {}
        await self.store.tick(self.outcome(state, **due, **doubt), room=0)

    def outcome(self, state: DeliveryState, **more: Any) -> Outcome:
        if self.claim is None:  # of a claim that never was
            return Outcome(self.number, 1, state)
        return ended(self.claim, state, **more)

    async def state(self) -> DeliveryState:
        rows = await self.store.rows(
            "select state from delivery where story = :story and operation = 'send'", story=self.story
        )
        [(state,)] = rows
        return DeliveryState(state)


Event = Callable[[Stage], Awaitable[None]]


async def claim(stage: Stage) -> None:
    await stage.store.tick()


async def later(stage: Stage) -> None:
    stage.store.clock.forward(SNOOZE)
    await stage.store.tick(room=1)


def ends(state: DeliveryState) -> Event:
    async def end(stage: Stage) -> None:
        [(stage.number,)] = await stage.store.rows(OURS, story=stage.story)
        await stage.end(state)

    return end


async def retract(stage: Stage) -> None:
    await stage.store.retract(stage.story)
    await stage.store.tick(room=0)


async def correct(stage: Stage) -> None:
    await stage.store.revise(stage.story, "one, corrected")
    await stage.store.tick(room=0)


async def breaking(stage: Stage) -> None:
    await stage.store.announce("fast", urgency=Urgency.BREAKING)
    await stage.store.tick(room=0)


async def send_again(stage: Stage) -> None:
    await order(stage, "send_again")


async def it_arrived(stage: Stage) -> None:
    await order(stage, "it_arrived")


async def order(stage: Stage, verb: str) -> None:
    [(number,)] = await stage.store.rows(OURS, story=stage.story)
    await stage.store.intend(verb, delivery=number)


async def replay(stage: Stage) -> None:
    await stage.store.intend("replay", story=stage.story, failed=True, held=True)


async def retire(stage: Stage) -> None:
    await stage.store.meet(account("readers", "@another"))


async def restart(stage: Stage) -> None:
    await stage.store.restart()
    await stage.store.meet(account())


async def resume(stage: Stage) -> None:
    await stage.store.intend("resume", account="readers")


#: What each event makes of each state; what is not named stays as it is.
EDGES: Mapping[Event, Mapping[DeliveryState, DeliveryState]] = {
    claim: {S.READY: S.SENDING},
    later: {S.READY: S.SENDING, S.SNOOZED: S.SENDING},
    ends(S.SENT): {S.SENDING: S.SENT},
    ends(S.DEAD): {S.SENDING: S.DEAD},
    ends(S.HELD): {S.SENDING: S.HELD},
    ends(S.SNOOZED): {S.SENDING: S.SNOOZED},
    ends(S.READY): {S.SENDING: S.READY},
    ends(S.CANCELLED): {S.SENDING: S.CANCELLED},
    retract: {S.QUEUED: S.CANCELLED, S.READY: S.CANCELLED, S.SNOOZED: S.CANCELLED, S.HELD: S.CANCELLED},
    correct: {},
    breaking: {S.READY: S.QUEUED},
    send_again: {S.HELD: S.READY},
    it_arrived: {S.HELD: S.SENT},
    replay: {S.HELD: S.READY, S.DEAD: S.READY},
    retire: {S.QUEUED: S.CANCELLED, S.READY: S.CANCELLED, S.SNOOZED: S.CANCELLED},
    restart: {},
    resume: {},
}
NAMES = ["claim", "later", "sent", "dead", "held", "snoozed", "ready", "cancelled", "retract", "correct", "breaking"]
NAMES += ["send_again", "it_arrived", "replay", "retire", "restart", "resume"]
EVENTS = dict(zip(NAMES, EDGES.items(), strict=True))


@pytest.mark.parametrize("name", NAMES)
async def test_each_event_takes_each_state_where_the_drawing_says(place: Place, name: str) -> None:
    event, edges = EVENTS[name]
    async with Store(place) as store:
        for state in S:
            await fresh(store)
            stage = Stage(store)
            await stage.into(state)
            assert await stage.state() is state
            await event(stage)
            assert (state, await stage.state()) == (state, edges.get(state, state))


async def fresh(store: Store) -> None:
    """The same store with nothing in it."""
    for table in ("receipt", "telling", "identity", "entry", "delivery", "fanout", "message", "story"):
        await store.rows(f"delete from {table}")
    await store.rows("update account set next_send = 0, paused_until = 0, failures = 0")
    await store.meet(account())


@pytest.mark.parametrize("state", [S.READY, S.SENDING, S.SNOOZED])
async def test_a_lane_holds_one_active_delivery_and_the_rest_queue(place: Place, state: DeliveryState) -> None:
    async with Store(place) as store:
        await store.meet(account())
        stage = Stage(store)
        await stage.into(state)
        await store.announce("two")
        await store.tick(room=0)
        assert [DeliveryState(row[0]) for row in await store.rows("select state from delivery order by id")] == [
            state,
            S.QUEUED,
        ]


@pytest.mark.parametrize("state", [S.SENT, S.DEAD, S.HELD, S.CANCELLED])
async def test_whatever_ends_a_delivery_promotes_the_next(place: Place, state: DeliveryState) -> None:
    async with Store(place) as store:
        await store.meet(account())
        stage = Stage(store)
        await stage.into(S.SENDING)
        await store.announce("two")
        await store.tick(room=0)
        await stage.end(state)
        assert (await store.states())["two", "@a"] == "ready"
