"""Row 3 of FAILURES.md section 3: whatever people, platforms and deaths do in whatever order, on both databases.

One machine drives two stores side by side. After each step all that they hold is compared, and what must hold always is
looked for; at the end everything is driven dry, and nothing may be left.
"""

import asyncio
import datetime as dt
import json
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from bot.model import DeliveryState, Outcome, Receipt, Urgency
from bot.ports import Account, Claim
from bot.store import fanout
from bot.store.outbox import Outbox
from tests.contracts.conftest import Clock, Place, Store, account, emptied
from tests.contracts.test_fronts import astray
from tests.postgres import Server
from tests.torture.scale import scale

S = DeliveryState
EXAMPLES = scale(8, 500)
STEPS = 50
CHUNK = 3
ROOM = 20
READERS, OTHERS = ("@a", "@b", "@c", "@d", "@e"), ("@x", "@y")
NAMES = ("readers", "others")
TABLES = (
    "receipt",
    "upload",
    "tally",
    "telling",
    "identity",
    "entry",
    "intent",
    "delivery",
    "fanout",
    "message",
    "story",
)

HELD = """
select st.headline, s.name, s.address, d.operation, d.part, d.revision, d.state, d.priority, d.rank, d.turn, d.tries,
       d.again, d.claim, d.due, d.silent, d.degraded, d.reason, m.message_json
from delivery d join subscription s on s.id = d.lane join story st on st.id = d.story join message m on m.id = d.message
"""
LANES = "select name, address, state, reason, next_send from subscription order by name, address"
ACCOUNTS = (
    "select credential, next_send, turn, failures, stopped, paused_until, reason from account order by credential"
)
FANOUTS = """
select st.headline, f.name, f.operation, f.revision, f.priority, f.turn, f.target
from fanout f join story st on st.id = f.story order by f.priority, f.id
"""
TOLD = """
select st.headline, t.name, t.part, m.message_json from telling t join story st on st.id = t.story
join message m on m.id = t.message order by st.headline, t.name, t.part
"""

#: How tries end: state, and what else an outcome says.
ENDS: dict[str, tuple[DeliveryState, dict[str, Any]]] = {
    "sent": (S.SENT, {}),
    "refused": (S.DEAD, {"reason": "refused"}),
    "lost": (S.SNOOZED, {"again": True, "due": 1.0, "trouble": True, "reason": "no answer"}),
    "held": (S.HELD, {"again": True, "reason": "no answer"}),
    "throttled": (S.SNOOZED, {"due": 5.0, "spent": False, "reason": "429"}),
    "flooded": (S.SNOOZED, {"due": 30.0, "until": 30.0, "spent": False, "pause": "account", "reason": "429"}),
    "gone": (S.SNOOZED, {"spent": False, "pause": "target", "reason": "chat not found"}),
    "given back": (S.READY, {"spent": False}),
    "plainer": (S.READY, {"degraded": 1, "reason": "without its picture"}),
    "moved": (S.READY, {"spent": False, "moved_to": "@moved", "reason": "upgraded"}),
    "merged": (S.READY, {"spent": False, "moved_to": "@a", "reason": "upgraded"}),
    "cancelled": (S.CANCELLED, {"spent": False, "reason": "groundless"}),
    "unauthorized": (S.READY, {"spent": False, "pause": "account", "reason": "401"}),
}


@dataclass
class Side:
    """One of the two stores: the workers that may drive it, and the claims that the one who does holds."""

    workers: list[Store]
    flying: list[Claim] = field(default_factory=list)
    driver: int = 0

    @property
    def store(self) -> Store:
        return self.workers[self.driver]

    @property
    def shared(self) -> bool:
        return self.store.database.shared

    async def begin(self, accounts: Sequence[Account]) -> None:
        for table in TABLES:
            await self.store.rows(f"delete from {table}")
        for table in ("subscription", "account"):
            await self.store.rows(f"delete from {table}")
        await self.take_the_wheel(accounts)

    async def take_the_wheel(self, accounts: Sequence[Account]) -> None:
        """Another worker drives; it remembers nothing."""
        self.flying = []
        self.driver = (self.driver + 1) % len(self.workers)
        for worker in self.workers:
            worker.outbox = Outbox(worker.database)
            await worker.meet(*accounts)

    async def tick(self, outcomes: Sequence[Outcome], room: int) -> tuple[Claim, ...]:
        claims = await self.store.tick(*outcomes, room=room)
        self.flying += claims
        return claims

    async def die(self, accounts: Sequence[Account]) -> tuple[Claim, ...]:
        """The driver dies with what it holds; the next one finds out."""
        gone = self.store.database.worker
        await self.take_the_wheel(accounts)
        if self.shared:
            await self.store.rows("update worker set alive_until = 0 where id = :worker", worker=gone)
        doubts = await self.store.outbox.doubts()
        self.flying += doubts
        return doubts

    async def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        queries = {"held": HELD, "lanes": LANES, "accounts": ACCOUNTS, "fanouts": FANOUTS, "told": TOLD}
        found = {name: await self.store.rows(sql) for name, sql in queries.items()}
        found["held"] = sorted(found["held"])
        return {name: [_text(row) for row in rows] for name, rows in found.items()}


def _text(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A message by its words: databases may keep JSON in forms of their own."""
    last = row[-1]
    return (*row[:-1], json.loads(last)["text"]) if isinstance(last, str) and last.startswith("{") else row


def said_of(claims: Sequence[Claim]) -> list[tuple[Any, ...]]:
    """What is claimed, in words that do not depend on numbers of either database."""
    return [
        (c.account, c.delivery.target.address, c.delivery.operation, c.delivery.message.text, c.delivery.again,
         c.delivery.tries, c.delivery.degraded, c.delivery.claim, c.void, c.at, c.delivery.posted is not None)
        for c in claims
    ]  # fmt: skip


class Newsroom(RuleBasedStateMachine):
    """People, platforms and deaths, at random."""

    runner: asyncio.Runner
    sides: tuple[Side, Side]
    clock: Clock

    def __init__(self) -> None:
        super().__init__()
        self.clock.now = Clock().now
        self.accounts = self._configured(READERS, OTHERS)
        self.stories: dict[str, int] = {}  #: slug → the newest revision
        self.numbers: list[dict[str, int]] = [{}, {}]  #: slug → the story's id, on each side
        self.retracted: set[str] = set()
        self.accepted: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)  #: story, lane → what arrived
        self.keys: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._both(lambda side, _: side.begin(self.accounts))

    @staticmethod
    def _configured(readers: Sequence[str], others: Sequence[str]) -> list[Account]:
        return [
            account("readers", *readers, credential="r", personal=("@d", "@e")),
            account("others", *others, credential="o"),
        ]

    def _both(self, act: Any) -> list[Any]:
        """Do it on both sides; they must answer alike."""

        async def run() -> list[Any]:
            return [await act(side, number) for number, side in enumerate(self.sides)]

        return self.runner.run(run())

    def _alike(self, answers: list[Any]) -> Any:
        assert answers[0] == answers[1]
        return answers[0]

    # ── What happens ─────────────────────────────────────────────────────────────────────────────────────────────

    @rule(names=st.sets(st.sampled_from(NAMES), min_size=1), breaking=st.booleans())
    def announce(self, names: set[str], breaking: bool) -> None:
        slug = f"s{len(self.stories)}"
        urgency = Urgency.BREAKING if breaking else Urgency.NORMAL
        chosen = tuple(name for name in NAMES if name in names)
        numbers = self._both(lambda side, _: side.store.announce(slug, urgency=urgency, accounts=chosen))
        self.stories[slug] = 1
        for number, known in zip(numbers, self.numbers, strict=True):
            known[slug] = number

    @rule(room=st.integers(0, 6))
    def tick(self, room: int) -> None:
        self._check(self._both(lambda side, _: side.tick((), room)))

    @precondition(lambda self: self.sides[0].flying)
    @rule(which=st.lists(st.integers(0, 99), min_size=1, max_size=4), how=st.data(), room=st.integers(0, 4))
    def finish(self, which: list[int], how: Any, room: int) -> None:
        chosen = sorted({number % len(self.sides[0].flying) for number in which})
        ends = [how.draw(st.sampled_from([*ENDS, "sent", "sent", "sent"])) for _ in chosen]
        self._end(chosen, ends, room)

    @precondition(lambda self: self.sides[0].flying)
    @rule(room=st.integers(0, 6))
    def finish_all_well(self, room: int) -> None:
        self._end_all_well(room)

    @precondition(lambda self: self.stories)
    @rule(which=st.integers(0, 99), operation=st.sampled_from(["edit", "edit", "reply"]))
    def correct(self, which: int, operation: Any) -> None:
        slug = self._story(which)
        if slug in self.retracted:
            return
        self.stories[slug] += 1
        text = f"{slug} r{self.stories[slug]}"
        self._both(
            lambda side, n: side.store.revise(
                self.numbers[n][slug], text, self.stories[slug], operation=operation, accounts=NAMES
            )
        )

    @precondition(lambda self: self.stories)
    @rule(which=st.integers(0, 99))
    def retract(self, which: int) -> None:
        slug = self._story(which)
        self._alike(self._both(lambda side, n: side.store.retract(self.numbers[n][slug], accounts=NAMES)))
        self.retracted.add(slug)

    @precondition(lambda self: self.stories)
    @rule(which=st.integers(0, 99), held=st.booleans(), missed=st.booleans(), to=st.sampled_from(["", "@a", "@x"]))
    def replay(self, which: int, held: bool, missed: bool, to: str) -> None:
        slug = self._story(which)
        order = {"held": held, "missed": missed, "target": to}
        self._alike(self._both(lambda side, n: side.store.intend("replay", story=self.numbers[n][slug], **order)))

    @rule(verb=st.sampled_from(["pause", "resume"]), name=st.sampled_from(NAMES))
    def switch(self, verb: str, name: str) -> None:
        self._alike(self._both(lambda side, _: side.store.intend(verb, account=name)))

    @rule(verb=st.sampled_from(["send_again", "it_arrived"]), which=st.integers(0, 9))
    def settle(self, verb: str, which: int) -> None:
        async def act(side: Side, _: int) -> Any:
            held = await side.store.rows(
                """select d.id, st.headline, s.name, s.address, d.operation, d.revision from delivery d
                join subscription s on s.id = d.lane join story st on st.id = d.story where d.state = 5"""
            )
            held.sort(key=lambda row: row[1:])
            return await side.store.intend(verb, delivery=held[which % len(held)][0]) if held else None

        self._alike(self._both(act))

    @rule(
        readers=st.sets(st.sampled_from([*READERS, "@moved"]), min_size=1),
        others=st.sets(st.sampled_from(OTHERS), min_size=1),
    )
    def configure(self, readers: set[str], others: set[str]) -> None:
        self.accounts = self._configured(sorted(readers), sorted(others))

        async def act(side: Side, _: int) -> None:
            for worker in side.workers:
                await worker.meet(*self.accounts)

        self._both(act)

    @rule()
    def die(self) -> None:
        doubts = self._both(lambda side, _: side.die(self.accounts))
        for side in self.sides:
            side.flying.sort(key=lambda claim: said_of([claim]))
        self._alike([sorted(said_of(claims)) for claims in doubts])

    @rule(seconds=st.sampled_from([0.2, 1.0, 6.0, 60.0]))
    def forward(self, seconds: float) -> None:
        self.clock.forward(seconds)

    # ── How it is done ───────────────────────────────────────────────────────────────────────────────────────────

    def _story(self, which: int) -> str:
        return f"s{which % len(self.stories)}"

    def _end(self, chosen: Sequence[int], ends: Sequence[str], room: int) -> None:
        for number, how in zip(chosen, ends, strict=True):
            claim = self.sides[0].flying[number]
            if how in ("sent", "lost", "held"):
                self._arrives(claim)
        picked = []
        for side in self.sides:
            picked.append([_ended(side.flying[n], how, self.clock()) for n, how in zip(chosen, ends, strict=True)])
            side.flying = [claim for n, claim in enumerate(side.flying) if n not in chosen]
        self._check(self._both(lambda side, n: side.tick(picked[n], room)))

    def _arrives(self, claim: Claim) -> None:
        """What a platform has, it has once by its key."""
        delivery = claim.delivery
        _, _, story, revision, lane, operation, _ = delivery.key.split(":")
        if operation == "send":
            self.keys[story, lane].add(delivery.key)
        if (told := (operation, int(revision))) not in self.accepted[story, lane]:
            self.accepted[story, lane].append(told)

    def _check(self, answers: list[tuple[Claim, ...]]) -> None:
        """What is claimed now is alike, and nothing of a retracted story but deletes."""
        self._alike([said_of(claims) for claims in answers])
        for claim in answers[0]:
            slug = next(
                slug for slug, number in self.numbers[0].items() if number == int(claim.delivery.key.split(":")[2])
            )
            assert slug not in self.retracted or claim.delivery.operation == "delete" or claim.void

    # ── What must always hold ────────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def both_hold_the_same(self) -> None:
        one, two = self._both(lambda side, _: side.dump())
        for name, rows in one.items():
            assert rows == two[name], name
        self._look(one)

    @invariant()
    def every_account_would_come_upon_what_it_has(self) -> None:
        assert self._both(lambda side, _: astray(side.store)) == [[], []]

    def _look(self, dump: dict[str, list[tuple[Any, ...]]]) -> None:
        active: Counter[tuple[str, str]] = Counter()
        queued = set()
        for row in dump["held"]:
            lane, state = (row[1], row[2]), S(row[6])
            active[lane] += state in (S.READY, S.SENDING, S.SNOOZED)
            queued |= {lane} if state is S.QUEUED else set()
        assert max(active.values(), default=0) <= 1
        assert all(active[lane] for lane in queued), "a lane waits for nobody"
        for keys in self.keys.values():
            assert len(keys) == 1, "one story, sent with two keys"
        for told in self.accepted.values():
            edits = [revision for operation, revision in told if operation == "edit"]
            assert edits == sorted(edits), "an older edit came after a newer one"

    def teardown(self) -> None:
        """Everything can be driven to its end: nothing is lost."""
        for _ in range(3):
            self._both(lambda side, _: side.store.intend("resume", account=""))
            self.clock.forward(600)
            for _ in range(300):
                if self.sides[0].flying:
                    self._end_all_well(ROOM)
                else:
                    self._check(self._both(lambda side, _: side.tick((), ROOM)))
                    self.clock.forward(1)
                    if not self.sides[0].flying and not self.sides[0].store.outbox.fanning_out:
                        break
        self.both_hold_the_same()
        dump = self._both(lambda side, _: side.dump())[0]
        left = [row for row in dump["held"] if S(row[6]) not in (S.SENT, S.DEAD, S.HELD, S.CANCELLED)]
        assert left == []
        assert dump["fanouts"] == []

    def _end_all_well(self, room: int) -> None:
        self._end(range(len(self.sides[0].flying)), ["sent"] * len(self.sides[0].flying), room)


def _ended(claim: Claim, how: str, now: dt.datetime) -> Outcome:
    state, more = ENDS[how]
    more = {key: now + dt.timedelta(seconds=value) if key in ("due", "until") else value for key, value in more.items()}
    if claim.void and state is not S.CANCELLED:  # dispatch never sends these
        state, more = S.CANCELLED, {"reason": claim.void, "spent": False}
    if state is S.SENT:
        more = {"receipt": Receipt(("1",))}
    return Outcome(claim.delivery.id, claim.delivery.claim, state, **more)


@pytest.fixture
def folder() -> Iterator[Path]:
    """In memory: every step is a commit."""
    memory = Path("/dev/shm")
    name = tempfile.mkdtemp(dir=memory if memory.is_dir() else None)
    yield Path(name)
    shutil.rmtree(name)


def test_both_databases_come_to_the_same_verdict_whatever_happens(
    postgres: Server, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row 3: hypothesis drives SQLite and PostgreSQL side by side, ≥500 × 50 steps in the long form."""
    monkeypatch.setattr(fanout, "CHUNK", CHUNK)
    clock = Clock()
    with asyncio.Runner() as runner, postgres.database() as url:
        places: list[Place] = [folder / "s.db", emptied(url), url]
        stores = [Store(place, clock) for place in places]
        for store in stores:
            runner.run(store.__aenter__())
        runs = Counter[str]()

        class Machine(Newsroom):
            def __init__(self) -> None:
                self.runner, self.clock = runner, clock
                self.sides = (Side(stores[:1]), Side(stores[1:]))
                runs["examples"] += 1
                super().__init__()

        try:
            run_state_machine_as_test(
                Machine,
                settings=settings(
                    max_examples=EXAMPLES,
                    stateful_step_count=STEPS,
                    deadline=None,
                    derandomize=scale(True, False),
                    suppress_health_check=list(HealthCheck),
                    database=None,
                    phases=(Phase.generate,),
                ),
            )
        finally:
            for store in stores:
                runner.run(store.__aexit__())
    print(f"row 3: {runs['examples']} newsrooms of up to {STEPS} steps on both databases, one verdict")
