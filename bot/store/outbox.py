"""What dispatch writes: one transaction a tick, that finishes, promotes, fans out, acts on intents and claims.

Whoever writes an account's deliveries holds that account's row lock; on SQLite that is the write transaction itself.
Of a lane's rows at most one is ready, sending or snoozed: the unique index `delivery_active` says so.
"""

import datetime as dt
import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot import pace
from bot.model import UTC, Delivery, DeliveryState, Limits, Message, Outcome, Priority, Receipt, Target
from bot.ports import Account, Claim
from bot.store.codec import NEVER, dump, load_message, micros, moment
from bot.store.sqlite import Connection, Database, Row, statements

SQL = statements("outbox")
CHUNK = 5000  #: deliveries that one fan-out step writes (OUTBOX.md section d: 9 ms on SQLite)


@dataclass(frozen=True, slots=True)
class Rows:
    """Accounts of the configuration as rows: limits by account row, secrets by address."""

    limits: Mapping[int, Limits]
    targets: Mapping[tuple[str, str], Target]


class Outbox:
    """`ports.Outbox` on a database. ``limits`` are by account name."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._clock = clock
        self._monotonic = monotonic
        self._rows = Rows({}, {})
        self._messages: dict[int, Message] = {}
        self._store = ""
        self._fanning_out = False

    @property
    def fanning_out(self) -> bool:
        """Whether the last tick left a fan-out unfinished: tick again at once."""
        return self._fanning_out

    async def meet(self, accounts: Sequence[tuple[Account, Limits]]) -> None:
        """Take over the accounts of the configuration; targets that are gone from it are retired.

        Pauses that waited for a person end: that person has just started the bot. What a platform asked to wait stays.
        """

        def work(connection: Connection) -> Rows:
            limits: dict[int, Limits] = {}
            targets: dict[tuple[str, str], Target] = {}
            met: list[int] = []
            for account, bound in accounts:
                row = _only(
                    connection.rows(
                        SQL["meet_account"],
                        platform=account.platform,
                        base_url=account.base_url,
                        credential=account.credential,
                    )
                )
                limits[row["id"]] = bound
                for subscription in account.subscriptions:
                    targets[account.name, subscription.target.address] = subscription.target
                    lane = _only(
                        connection.rows(
                            SQL["meet_subscription"],
                            account=row["id"],
                            name=account.name,
                            address=subscription.target.address,
                            only_urgency=subscription.only,
                            notify=subscription.notify,
                        )
                    )
                    met.append(lane["id"])
            gone = [row["id"] for row in connection.rows(SQL["retire_subscriptions"], ids=dump(met))]
            connection.rows(SQL["cancel_lanes"], lanes=dump(gone))
            connection.rows(SQL["wake_lanes"])
            return Rows(limits, targets)

        self._rows = await self._database.write(work)
        self._store = (
            await self._database.read(lambda connection: connection.rows("select value from meta where key = 'store'"))
        )[0][0]

    async def doubts(self) -> tuple[Claim, ...]:
        """Deliveries that an earlier run had claimed and never reported: they may have been posted."""

        def work(connection: Connection) -> tuple[Claim, ...]:
            connection.rows(SQL["cancel_doubts"])
            rows = connection.rows(SQL["doubts"])
            return self._claims(connection, rows, [micros(self._clock())] * len(rows))

        return await self._database.write(work)

    async def tick(self, outcomes: Sequence[Outcome], room: int) -> tuple[Claim, ...]:
        """Finish what ended and promote, act on intents, fan out, claim at most ``room`` deliveries: one commit."""

        def work(connection: Connection) -> tuple[Claim, ...]:
            now = self._clock()
            freed = {lane for outcome in outcomes for lane in _finish(connection, outcome, micros(now))}
            freed |= _obey(connection, micros(now))
            freed |= _fan_out(connection, micros(now))
            self._fanning_out = connection.row(SQL["next_fanout"]) is not None
            self._promote(connection, freed, micros(now))
            connection.rows(SQL["wake"], horizon=micros(now) + pace.AHEAD)
            return self._claim(connection, micros(now), room)

        return await self._database.write(work)

    async def pending(self, within: dt.timedelta) -> int:
        """How much is on its way now or will be ``within`` that time."""
        soon = micros(self._clock() + within)
        return (await self._database.read(lambda c: c.rows(SQL["pending"], soon=soon)))[0][0]  # type: ignore[no-any-return]  # count(*) is an integer

    def _promote(self, connection: Connection, lanes: Iterable[int], now: int) -> None:
        if listed := sorted(lanes):
            connection.rows(SQL["promote"], lanes=dump(listed), horizon=now + pace.AHEAD, latest=now + pace.LONGEST)

    def _claim(self, connection: Connection, now: int, room: int) -> tuple[Claim, ...]:
        claims: list[Claim] = []
        for account in connection.rows(SQL["ready_accounts"], now=now):
            limits = self._rows.limits.get(account["id"])
            if limits is None:  # no account of the configuration: its rows wait until it is back
                continue
            every = pace.interval(limits.rate)
            tokens = pace.tokens(account["next_send"], every, now, room - len(claims))
            taken = connection.rows(SQL["claim"], account=account["id"], now=now, limit=len(tokens))
            if not taken:
                continue
            rows = connection.rows(SQL["claimed"], ids=dump([row["id"] for row in taken]))
            times = pace.spread([row["lane_due"] for row in rows], tokens[0], every, now)
            connection.rows(SQL["advance_account"], account=account["id"], now=now, next_send=times[-1] + every)
            for row, at in zip(rows, times, strict=True):
                connection.rows(SQL["advance_lane"], lane=row["lane"], next_send=at + pace.gap(limits.interval))
            claims += self._claims(connection, rows, times)
        return tuple(claims)

    def _claims(self, connection: Connection, rows: Sequence[Row], times: Sequence[int]) -> tuple[Claim, ...]:
        offset = self._monotonic() - micros(self._clock()) / 1_000_000
        return tuple(
            Claim(
                account=row["name"],
                at=at / 1_000_000 + offset,
                priority=Priority(row["priority"]),
                delivery=self._delivery(connection, row),
            )
            for row, at in zip(rows, times, strict=True)
        )

    def _delivery(self, connection: Connection, row: Row) -> Delivery:
        message = self._messages.get(row["message"])
        if message is None:
            message = load_message(_only(connection.rows(SQL["message"], id=row["message"]))["message_json"])
            if len(self._messages) > 256:  # noqa: PLR2004 - stories on their way at once; each is a few kilobytes
                self._messages.clear()
            self._messages[row["message"]] = message
        subject = f"{self._store}:story:{row['story']}"
        edits = after = None
        if row["operation"] == "edit":
            edits = _sent_before(connection, row, row["part"])
        elif row["part"]:
            after = _sent_before(connection, row, row["part"] - 1)
        return Delivery(
            id=row["id"],
            key=f"{subject}:{row['revision']}:{row['lane']}:{row['operation']}:{row['part']}",
            operation=row["operation"],
            target=self._rows.targets.get((row["name"], row["address"]), Target(row["address"])),
            message=message,
            silent=bool(row["silent"]),
            again=bool(row["again"]),
            degraded=row["degraded"],
            since=None if row["since"] is None else moment(row["since"]),
            tries=row["tries"],
            claim=row["claim"],
            reason=row["reason"],
            after=after,
            edits=edits,
            uploads=_uploads(connection, row["account"], message) if message.pictures else {},
        )


def _sent_before(connection: Connection, row: Row, part: int) -> Receipt | None:
    """What a part of the same story became in the same place."""
    sent = connection.row(SQL["sent_before"], story=row["story"], lane=row["lane"], part=part)
    return None if sent is None else Receipt(tuple(json.loads(sent["ids_json"])), sent["link"])


def _uploads(connection: Connection, account: int, message: Message) -> Mapping[str, str]:
    hashes = dump([picture.sha256 for picture in message.pictures])
    return {row["sha256"]: row["reference"] for row in connection.rows(SQL["uploads"], account=account, hashes=hashes)}


def _only(rows: Sequence[Row]) -> Row:
    [row] = rows
    return row


def _finish(connection: Connection, outcome: Outcome, now: int) -> set[int]:
    """Write one outcome, fenced; the lane that it frees, or nothing when the claim is no longer ours."""
    due = 0 if outcome.due is None else micros(outcome.due)
    if outcome.state is DeliveryState.SNOOZED and outcome.due is None:
        due = NEVER
    found = connection.row(
        SQL["finish"],
        id=outcome.delivery,
        claim=outcome.claim,
        state=outcome.state,
        reason=outcome.reason,
        spent=outcome.spent,
        again=outcome.again,
        degraded=outcome.degraded,
        due=due,
        now=now,
    )
    if found is None:
        return set()
    if outcome.receipt is not None:
        connection.rows(
            SQL["add_receipt"],
            delivery=outcome.delivery,
            account=found["account"],
            ids_json=dump(outcome.receipt.ids),
            link=outcome.receipt.link,
            note=outcome.receipt.note,
        )
        for sha256, reference in outcome.receipt.uploads.items():
            connection.rows(SQL["add_upload"], account=found["account"], sha256=sha256, reference=reference)
    if outcome.pause == "account":
        until = NEVER if outcome.until is None else micros(outcome.until)
        connection.rows(SQL["pause_account"], account=found["account"], until=until, reason=outcome.reason)
    if outcome.pause == "target":
        connection.rows(SQL["pause_lane"], lane=found["lane"], reason=outcome.reason)
    if outcome.moved_to:
        connection.rows(SQL["move_lane"], lane=found["lane"], address=outcome.moved_to, reason=outcome.reason)
    return {found["lane"]}


def _fan_out(connection: Connection, now: int) -> set[int]:
    """Turn one chunk of the most urgent fan-out into deliveries; the lanes that got one."""
    fanout = connection.row(SQL["next_fanout"])
    if fanout is None:
        return set()
    whose = {name: fanout[name] for name in ("account", "name", "story", "revision", "part", "message")}
    chunk = {"priority": fanout["priority"], "cursor": fanout["cursor"], "chunk": CHUNK, "now": now}
    if fanout["operation"] == "edit":
        connection.rows(SQL["repoint"], **whose)
        rows = connection.rows(SQL["fan_out_edits"], **whose, **chunk)
    else:
        rows = connection.rows(SQL["fan_out"], **whose, **chunk, urgency=fanout["urgency"], upper=fanout["upper"])
    lanes = [row["lane"] for row in rows]
    if len(lanes) == CHUNK:
        connection.rows(SQL["advance_fanout"], id=fanout["id"], cursor=max(lanes))
    else:
        connection.rows(SQL["end_fanout"], id=fanout["id"])
    connection.rows(SQL["demote"], lanes=dump(lanes), priority=fanout["priority"])
    return set(lanes)


def _obey(connection: Connection, now: int) -> set[int]:
    """Act on what people want; the lanes to promote."""
    lanes: set[int] = set()
    for intent in connection.rows(SQL["open_intents"]):
        arguments = json.loads(intent["arguments_json"])
        match intent["verb"]:
            case "send_again":
                row = connection.row(SQL["requeue_held"], id=arguments["delivery"])
            case "it_arrived":
                row = connection.row(SQL["settle_held"], id=arguments["delivery"], now=now)
                if row is not None:
                    connection.rows(
                        SQL["add_receipt"],
                        delivery=arguments["delivery"],
                        account=row["account"],
                        ids_json="[]",
                        link="",
                        note="",
                    )
            case _:
                row = None
        connection.rows(SQL["close_intent"], id=intent["id"], result="done" if row is not None else "nothing to do")
        lanes |= {row["lane"]} if row is not None else set()
    return lanes
