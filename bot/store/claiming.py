"""Claim: take an account's turn. Its tokens, windows, money and circuit say how many; rank and turn say which.

now ─▶ accounts with work ─▶ the account's lock ─▶ tokens ─▶ heads ─▶ times, clocks advanced ─▶ Claims (handover)
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot import pace
from bot.model import Budget, Limits, Operation, Priority, Target
from bot.ports import Account, Claim, Costs, Paces, Subscription
from bot.store.codec import column, dump, micros, moment
from bot.store.database import Connection, Database, Row, statements
from bot.store.finishing import TRIPS, probing
from bot.store.fronts import Front, heads, lift, wake
from bot.store.handover import MILLION, Handover, Head
from bot.store.places import Places

SQL = statements("outbox")
ACCOUNTS = 16  #: that one tick serves, so that none keeps another's lock for long
PROBE = 20_000_000  #: µs that one delivery may take to find out whether a platform is back
RESERVED = 0.2  #: share of a budget that is kept for breaking news and what takes news back
URGENT = 2 * Priority.BREAKING + 1  #: the last rank that may use it
EVERY = 2 * len(Priority) + 1  #: a rank behind all others
HOUR = 3_600_000_000  #: µs
DAY = 24 * HOUR
EPSILON = 1e-9  #: US dollars: sums of prices are no exact numbers
UNPACED = 5000.0  #: requests a second: no platform counts so far, whoever says this is not paced
PAGE = 2000  #: subscriptions that one statement writes when the bot starts


@dataclass(frozen=True, slots=True)
class Means:
    """What the configuration says of an account: how fast, what one target takes, and what it may cost."""

    limits: Limits
    paces: Paces
    costs: Costs | None


@dataclass(frozen=True, slots=True)
class Turn:
    """One account's turn: its row under its lock, and how many rows it may send at most."""

    row: Row
    means: Means
    now: int
    recent: list[int] = field(default_factory=list)
    most: int = 0


class Claimant:
    """Claims deliveries for one worker."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.places = Places()
        self._means: dict[int, Means] = {}
        self.handover = Handover(database)
        self._claimed = 0  #: when we last claimed anything, in the tick before; else 0

    def meet(self, accounts: Sequence[tuple[Account, Paces]], connection: Connection) -> None:
        """Bring the accounts and targets of the configuration into the store, and remember what is not stored.

        What was remembered before stays until all of it is known: a store that goes away halfway changes nothing.
        """
        known: dict[int, Means] = {}
        targets: dict[tuple[str, str], Target] = {}
        places, met = Places(), set[int]()
        for account, paces in accounts:
            costs = paces if isinstance(paces, Costs) else None
            [row] = connection.rows(
                SQL["meet_account"],
                platform=account.platform,
                base_url=account.base_url,
                credential=account.credential,
                app=costs.app if costs else "",
            )
            known[row["id"]] = Means(paces.limits, paces, costs)
            named = {subscription.target.address: subscription for subscription in account.subscriptions}
            for page in _pages(list(named.values())):
                places_of = {"account": row["id"], "name": account.name, "subscriptions": dump(page)}
                connection.rows(SQL["rename_fanouts"], **places_of)
                lanes = connection.rows(SQL["meet_subscriptions"], **places_of)
                met.update(lane["id"] for lane in lanes)
                places.meet(row["id"], paces, ((lane["id"], named[lane["address"]].target) for lane in lanes))
            targets |= {(account.name, address): named[address].target for address in named}
        gone = {row["id"] for row in connection.rows(SQL["subscriptions"])} - met
        if gone:
            connection.rows(SQL["retire_subscriptions"], ids=column(sorted(gone)))
            connection.rows(SQL["cancel_lanes"], lanes=column(sorted(gone)))
        connection.rows(SQL["wake_lanes"], accounts=column(known))
        [store] = connection.rows("select value from meta where key = 'store'")
        self.places, self._means = places, known
        paced = frozenset(account for account, means in known.items() if means.limits.rate < UNPACED)
        self.handover.meet(store["value"], {one: means.paces for one, means in known.items()}, paced, targets)

    # ── Turns ────────────────────────────────────────────────────────────────────────────────────────────────────

    def claim(self, connection: Connection, room: int) -> tuple[Claim, ...]:
        """Claim at most ``room`` deliveries, each account as many as its pace lets go within ``pace.reach``."""
        claims: list[Claim] = []
        now = connection.now()
        ahead = pace.reach(now - self._claimed if self._claimed else 0)
        ready = connection.rows(SQL["ready_accounts"], now=now, horizon=now + pace.FARTHEST, latest=now + pace.LONGEST)
        known = [row["id"] for row in ready if row["id"] in self._means]  # others wait until they are configured again
        for number, account in enumerate(known[:ACCOUNTS]):
            fair = -(-(room - len(claims)) // (min(len(known), ACCOUNTS) - number))
            row = connection.row(SQL["take_account"], account=account, now=now)
            if row is not None and fair > 0:
                claims += self._serve(connection, row, fair, ahead)
        self._claimed = now if claims else 0
        return tuple(claims)

    def soon(self, connection: Connection) -> bool:
        """Whether an account of ours has something to send within a second."""
        soon = connection.now() + MILLION
        ready = connection.rows(SQL["ready_accounts"], now=soon, horizon=soon, latest=soon + pace.LONGEST)
        return any(row["id"] in self._means for row in ready)

    def _serve(self, connection: Connection, row: Row, room: int, ahead: int) -> list[Claim]:
        now = connection.now()
        means = self._means[row["id"]]
        every = pace.interval(means.limits.rate)
        tokens, worst = pace.tokens(row["next_send"], every, now, room, ahead), EVERY
        if not tokens and row["failures"] < TRIPS:  # what hurries is claimed for a later one, and leaves at an earlier
            tokens, worst = pace.tokens(row["next_send"], every, now, room, pace.FARTHEST), URGENT
        if not tokens:
            return []
        before = Front.of(row, now)
        front, found = heads(connection, wake(connection, before, now), len(tokens), worst)
        turn = self._allowed(connection, row, means, now, found)
        if turn.most <= 0:
            if front.ready != before.ready:
                connection.rows(SQL["note_ready"], account=front.account, ready=front.ready)
            return []
        front = front.after(found[: turn.most])
        rows = self.places.one_each(found[: turn.most])
        ids = column(head.id for head in rows)
        connection.rows(SQL["claim"], ids=ids, now=now, worker=self._database.worker)
        rows = sorted(rows, key=lambda head: head.lane_due)  # the earliest due first; else as they were
        times = pace.spread([head.lane_due for head in rows], tokens[0], every, now)
        claims = self.handover.claims(connection, rows, times, claimed=now)
        self._advance(connection, turn, rows, times, every, front)
        if len(rows) < turn.most:
            lift(connection, [front], [head.id for head in found[: turn.most]])  # those that are ready still
        if row["failures"] >= TRIPS:
            self._wait(connection, row, now + PROBE, probing(row["reason"]))
        return claims

    def _allowed(self, connection: Connection, row: Row, means: Means, now: int, found: Sequence[Head]) -> Turn:
        """How many of these may be sent: as circuit, windows and money allow."""
        most = len(found)
        recent: list[int] = []
        if row["failures"] >= TRIPS:
            most = min(most, 1)
        if most and means.limits.windows:
            recent = json.loads(row["recent_json"])
            most = pace.room(recent, means.limits.windows, now, most)
            if not most:
                self._wait(connection, row, pace.free(recent, means.limits.windows), "as many as the platform takes")
        if most and means.limits.app:
            most = min(most, self._app_room(connection, row, means, now))
        if most and means.costs is not None:
            most = self._affordable(connection, row, means.costs, now, found[0])
        return Turn(row, means, now, recent, most)

    def _advance(
        self, connection: Connection, turn: Turn, heads: Sequence[Head], times: Sequence[int], every: int, front: Front
    ) -> None:
        """Move the clocks on, of the account and of each lane."""
        windows = turn.means.limits.windows
        connection.rows(
            SQL["advance_account"],
            account=turn.row["id"],
            now=turn.now,
            next_send=times[-1] + every,
            turn=max(head.turn for head in heads),
            ready=front.ready,
            served_json=dump(front.served),
            woken=turn.now + pace.AHEAD,
            recent_json=dump(pace.remembered(turn.recent, times, windows, turn.now)),
        )
        lanes: list[list[Any]] = []
        for head, at in zip(heads, times, strict=True):
            if of_lane := self.handover.windows.get(head.lane):
                recent = pace.remembered(json.loads(head.recent_json), (at,), of_lane, turn.now)
                lanes.append([head.lane, pace.free(recent, of_lane), dump(recent)])
        if lanes:
            lanes += [[one, *clock] for lane, *clock in lanes for one in self.places.beside(lane) if one != lane]
            connection.rows(SQL["advance_lanes"], lanes=dump(lanes))
            self.places.wait(connection, [head.lane for head in heads], turn.now)
        self._count(connection, turn, heads)

    # ── Windows of an application, and money ─────────────────────────────────────────────────────────────────────

    def _app_room(self, connection: Connection, row: Row, means: Means, now: int) -> int:
        """What is left of the application's windows, counted by whole hours: an hour too long rather than too short."""
        most = 1 << 30
        for window in means.limits.app:
            hours = round(window.seconds * MILLION) // HOUR
            since = now // HOUR - hours - 1
            lately = connection.rows(SQL["sent_lately"], scope=f"app {row['app']}", since=since)
            left = window.count - sum(one["sent"] for one in lately)
            if left <= 0:
                until = (lately[0]["hour"] + hours + 2) * HOUR
                self._wait(connection, row, until, f"the app has sent {window.count:,} in {hours} hours")
            most = min(most, left)
        return most

    def _affordable(self, connection: Connection, row: Row, costs: Costs, now: int, head: Head) -> int:
        """One delivery at a time, if the budget pays for it: for breaking news when it runs short."""
        share = 1.0 if head.rank <= URGENT else 1 - RESERVED
        price = self._price(connection, costs, head.operation, head.message)
        if costs.budget == Budget() or self._pays(connection, row, costs.budget, now, price, share):
            return 1
        reason = "the budget is spent, but for what is kept for breaking news; a new day begins at 00:00 UTC"
        connection.rows(SQL["say"], account=row["id"], reason=reason)
        return 0

    @staticmethod
    def _pays(connection: Connection, row: Row, budget: Budget, now: int, price: float, share: float) -> bool:
        """Whether that share of the budget still pays this price, in US dollars."""
        midnight = now // DAY * 24
        first = moment(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        month = micros(first) // HOUR
        [spent] = connection.rows(SQL["spent"], scope=f"account {row['id']}", day=midnight, month=month)
        bounds = ((budget.day, spent["day"]), (budget.month, spent["month"]))
        return all(not bound or so_far / MILLION + price <= bound * share + EPSILON for bound, so_far in bounds)

    def _count(self, connection: Connection, turn: Turn, heads: Sequence[Head]) -> None:
        """Count what goes out, when it is tried."""
        hour = turn.now // HOUR
        if turn.means.limits.app:
            connection.rows(SQL["count"], scope=f"app {turn.row['app']}", hour=hour, sent=len(heads), cost=0)
        if (costs := turn.means.costs) is not None:
            prices = (self._price(connection, costs, head.operation, head.message) for head in heads)
            cost = sum(round(price * MILLION) for price in prices)
            connection.rows(SQL["count"], scope=f"account {turn.row['id']}", hour=hour, sent=len(heads), cost=cost)

    def give_back(self, connection: Connection, rows: Sequence[Row], now: int) -> None:
        """Give back what these have cost: nothing was posted."""
        for row in rows:
            means = self._means.get(row["account"])
            if means is None or means.costs is None:
                continue
            cost = round(self._price(connection, means.costs, row["operation"], row["message"]) * MILLION)
            scope = f"account {row['account']}"
            connection.rows(SQL["give_back"], scope=scope, day=now // DAY * 24, cost=cost)

    def _price(self, connection: Connection, costs: Costs, operation: Operation, message: int) -> float:
        return costs.cost(operation, self.handover.message(connection, message))

    @staticmethod
    def _wait(connection: Connection, row: Row, until: int, reason: str) -> None:
        connection.rows(SQL["pause_account"], account=row["id"], until=until, reason=reason)


def _pages(subscriptions: Sequence[Subscription]) -> Iterator[list[list[object]]]:
    """Subscriptions as the statement takes them, as many at a time as it surely writes within its time."""
    for first in range(0, len(subscriptions), PAGE):
        yield [
            [one.target.address, one.only, one.notify, int(one.target.personal)]
            for one in subscriptions[first : first + PAGE]
        ]
