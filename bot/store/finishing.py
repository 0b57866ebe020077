"""Finish: write what ended, all of a tick in a few statements, and what else follows from it.

The account's circuit breaker lives here: a platform that fails some times in a row is left alone for a while, longer
each time; then one delivery at a time finds out whether it is back (`claiming`).
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from bot.model import DeliveryState, Outcome
from bot.store.codec import NEVER, column, dump, micros
from bot.store.database import Connection, Row, statements
from bot.store.fronts import readmit
from bot.store.places import Places

SQL = statements("outbox")
TRIPS = 5  #: failures of a platform in a row that open the circuit
SHORTEST, LONGEST = 5_000_000, 300_000_000  #: µs that it stays open: the first time, and at most
LATE = 0.01  #: seconds that a lane's own pace forgives
ALONE = "left alone"  #: how the reason of an open circuit begins
_SENT = DeliveryState.SENT
WELL = frozenset({DeliveryState.SENT, DeliveryState.DEAD, DeliveryState.CANCELLED})


class Knows(Protocol):
    """What only the configuration says of what has ended: what it cost, and who shares its pace."""

    places: Places

    def give_back(self, connection: Connection, rows: Sequence[Row], now: int) -> None:
        """Give back what these deliveries were counted to cost: nothing was posted."""
        ...


Place = tuple[int, int]
"""Where a delivery has ended: its lane, and its account."""


def finish(connection: Connection, outcomes: Sequence[Outcome], now: int, knows: Knows) -> dict[int, int]:
    """Write the outcomes, each fenced by its claim; the lanes that they free for what waits, with their accounts."""
    well, rest = list[Outcome](), list[Outcome]()
    for outcome in outcomes:
        (well if outcome.state is _SENT and not outcome.reason else rest).append(outcome)
    places, freed = _finish_well(connection, well, now) if well else ({}, {})
    if rest:
        sent = dump([_ended(outcome) for outcome in rest])
        rows = {row["id"]: row for row in connection.rows(SQL["finish"], outcomes=sent, now=now)}
        places |= {delivery: (row["lane"], row["account"]) for delivery, row in rows.items()}
        freed |= {row["lane"]: row["account"] for row in rows.values() if row["queued"]}
        rest = [outcome for outcome in rest if outcome.delivery in rows]
        _try_again(connection, rest, rows, now, knows)
    if len(places) < len(outcomes):  # somebody else has finished some of them
        well = [outcome for outcome in well if outcome.delivery in places]
    _receive(connection, [*well, *rest], places, now)
    _watch(connection, well, rest, places, now)  # before what they pause: a platform that asks for time is back
    _follow(connection, rest, places, now, knows)
    if late := {places[o.delivery][0]: round(o.late * 1_000_000) for o in (*well, *rest) if o.late > LATE}:
        late |= {one: after for lane, after in late.items() for one in knows.places.beside(lane)}
        connection.rows(SQL["late_lanes"], lanes=dump(list(late.items())))
        knows.places.wait(connection, late, now)
    return freed


def _finish_well(
    connection: Connection, outcomes: Sequence[Outcome], now: int
) -> tuple[dict[int, Place], dict[int, int]]:
    """Write what went well and says nothing more: nearly everything. Where it ended, and the lanes that it frees."""
    sent = dump([[outcome.delivery, outcome.claim] for outcome in outcomes])
    rows = connection.tuples(SQL["finish_sent"], outcomes=sent, now=now)
    places = {delivery: (lane, account) for delivery, lane, account, _ in rows}
    return places, {lane: account for _, lane, account, queued in rows if queued}


def _try_again(
    connection: Connection, outcomes: Sequence[Outcome], rows: Mapping[int, Row], now: int, knows: Knows
) -> None:
    """Let what did not go out be tried again, unless its story was taken back; give back what was not posted."""
    if again := [outcome.delivery for outcome in outcomes if outcome.state not in WELL]:
        connection.rows(SQL["cancel_retracted"], ids=column(again))
        readmit(connection, [rows[delivery] for delivery in again], now)
    if unposted := [rows[outcome.delivery] for outcome in outcomes if _unposted(outcome)]:
        knows.give_back(connection, unposted, now)


def _ended(outcome: Outcome) -> list[object]:
    """One outcome as the statement takes it."""
    waits = outcome.state is DeliveryState.SNOOZED
    due = (NEVER if waits else 0) if outcome.due is None else micros(outcome.due)
    return [
        outcome.delivery,
        outcome.claim,
        int(outcome.state),
        outcome.reason,
        int(outcome.spent),
        int(outcome.again),
        outcome.degraded,
        due,
    ]


def _receive(connection: Connection, outcomes: Sequence[Outcome], places: Mapping[int, Place], now: int) -> None:
    """Keep the receipts, the platforms' references to pictures, and for how long a target wants its peace."""
    receipts = []
    for outcome in outcomes:
        if (receipt := outcome.receipt) is None:
            continue
        lane, account = places[outcome.delivery]
        receipts.append([outcome.delivery, account, receipt.ids, receipt.link, receipt.note])
        for sha256, reference in receipt.uploads.items():
            connection.rows(SQL["add_upload"], account=account, sha256=sha256, reference=reference)
        if receipt.wait > 0:
            connection.rows(SQL["rest_lane"], lane=lane, until=now + round(receipt.wait * 1_000_000))
    if receipts:
        connection.rows(SQL["add_receipts"], receipts=dump(receipts))


def _follow(
    connection: Connection, outcomes: Sequence[Outcome], places: Mapping[int, Place], now: int, knows: Knows
) -> None:
    """Pause what the outcomes are about, follow chats to where they have moved, let rest what was hurried."""
    for outcome in outcomes:
        lane, account = places[outcome.delivery]
        if outcome.pause:
            _pause(connection, outcome, lane, account)
        elif outcome.moved_to:
            _move(connection, outcome, lane)
        elif _hurried(outcome) and outcome.due is not None:
            knows.places.rest(connection, lane, micros(outcome.due), now)


def _pause(connection: Connection, outcome: Outcome, lane: int, account: int) -> None:
    until = NEVER if outcome.until is None else micros(outcome.until)
    if outcome.pause != "target":
        pause = SQL[f"pause_{outcome.pause}"]
        connection.rows(pause, account=account, until=until, reason=outcome.reason)
    elif not connection.rows(SQL["pause_lane"], lane=lane, reason=outcome.reason):
        connection.rows(SQL["bury"], id=outcome.delivery)


def _move(connection: Connection, outcome: Outcome, lane: int) -> None:
    """Give the lane its new address; where another lane has it already, that one tells its readers."""
    other = connection.row(SQL["lane_at"], lane=lane, address=outcome.moved_to)
    if other is None:
        connection.rows(SQL["move_lane"], lane=lane, address=outcome.moved_to, reason=outcome.reason)
        return
    reason = f"{outcome.reason}; {outcome.moved_to} is a target of its own"
    connection.rows(SQL["retire_lane"], lane=lane, reason=reason)
    connection.rows(SQL["cancel_lane"], lane=lane, reason=reason)


def _hurried(outcome: Outcome) -> bool:
    """Whether it came too fast for its target."""
    waits = outcome.state is DeliveryState.SNOOZED and not outcome.pause
    return waits and not (outcome.spent or outcome.again or outcome.trouble)


def probing(reason: str) -> str:
    """What is said of an account while one delivery finds out whether its platform is back."""
    cause = reason.partition(": ")[2] if reason.startswith(ALONE) else reason
    return f"{ALONE} but for one delivery: {cause}"


def _unposted(outcome: Outcome) -> bool:
    """Whether this try has surely posted nothing: it was refused, or never made."""
    return outcome.state is not DeliveryState.SENT and not outcome.again


def _untried(outcome: Outcome) -> bool:
    """Whether the platform was not asked: the claim was given back, or there was nothing to send any more."""
    asked = outcome.spent or outcome.again or outcome.pause or outcome.moved_to
    return outcome.state in (DeliveryState.READY, DeliveryState.CANCELLED) and not asked


def _answered(outcome: Outcome) -> bool:
    """Whether the platform itself has answered, be it a no, or that it is not the time."""
    return not (outcome.trouble or outcome.again or _untried(outcome))


def _watch(
    connection: Connection,
    well: Collection[Outcome],
    rest: Collection[Outcome],
    places: Mapping[int, Place],
    now: int,
) -> None:
    """The circuit breaker: count failures in a row, and open the circuit when there are too many."""
    account_of = {delivery: account for delivery, (_, account) in places.items()}
    failed = Counter(account_of[outcome.delivery] for outcome in rest if outcome.trouble)
    for account in {account_of[outcome.delivery] for outcome in (*well, *filter(_answered, rest))}:
        connection.rows(SQL["well"], account=account, now=now)
        del failed[account]
    for account in {account_of[outcome.delivery] for outcome in filter(_untried, rest)}:
        connection.rows(SQL["untried"], account=account, now=now)
    for account, number in failed.items():
        [row] = connection.rows(SQL["troubled"], account=account, number=number)
        if row["failures"] >= TRIPS:
            wait = min(SHORTEST * 2 ** min(row["failures"] - TRIPS, 10), LONGEST)
            reason = next(o.reason for o in rest if o.trouble and account_of[o.delivery] == account)
            said = f"{ALONE} for a while: {reason}"
            connection.rows(SQL["open_circuit"], account=account, until=now + wait, reason=said)
