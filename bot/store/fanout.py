"""Fan-out: a message becomes deliveries, a chunk of subscriptions at a time, the most urgent first.

    send     to every subscription that wants the story; what comes again goes to those who missed it
    edit     what was never tried carries the new message; whoever has, or is getting, an older one gets an edit
    reply    to whoever has the story
    delete   nothing that waits goes out any more; whoever has it, or may have it, gets a delete

A chunk and its cursor are one transaction under the account's lock: a crash resumes it, and no promotion is lost.
Turns are fair shares between stories: a story's deliveries begin at the turn that is served now, one a turn, so that
ten small stories interleave with one of 100,000 deliveries; and since a lane gives its head first, a head takes over
the earlier turn of what waits behind it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from bot import pace
from bot.model import DeliveryState
from bot.store.codec import dump
from bot.store.database import Connection, Row, statements
from bot.store.fronts import admit, fronts
from bot.store.lanes import promote

SQL = statements("outbox")
FIRST = 200  #: subscriptions of a story's first step, so that the first of them need not wait for thousands
CHUNK = 4000  #: subscriptions that one step looks at; a step takes about 7 µs of each on SQLite, 20 on PostgreSQL


class Step(NamedTuple):
    """At how many subscriptions a step of a fan-out looked, and whether that was its last."""

    looked: int
    ended: bool


def fan_out(connection: Connection, now: int, chunk: int, *, patient: bool = True) -> Step | None:
    """Turn one chunk of the most urgent fan-out into deliveries; None if there was none.

    None, too, where somebody else has its account and we are not ``patient``: whoever holds a lock waits for no other.
    """
    fanout = connection.row(SQL["next_fanout"])
    if fanout is None:
        return None
    lock = SQL["lock_account" if patient else "lock_account_if_free"]
    if not connection.rows(lock, account=fanout["account"]):
        return None
    found = fronts(connection, [fanout["account"]], now)
    front = found[fanout["account"]]
    ranks = (2 * fanout["priority"], 2 * fanout["priority"] + 1)
    turn = fanout["turn"]
    if turn is None:
        turn, chunk = front.turn + 1, min(chunk, FIRST)
    turn = max(turn, *(front.last(rank)[0] for rank in ranks))
    [page] = connection.rows(
        SQL["page"],
        account=fanout["account"],
        name=fanout["name"],
        cursor=fanout["cursor"],
        upper=fanout["upper"],
        chunk=chunk,
    )
    if page["last"] is not None:
        freed, rows = _write(connection, fanout, {"turn": turn, "last": page["last"], "now": now})
        if any(row["state"] == DeliveryState.READY for row in rows):
            admit(connection, found, [(front.account, rank) for rank in ranks])
        _place(connection, rows, fanout, now)
        promote(connection, dict.fromkeys(freed, fanout["account"]), now)
        turn += len(rows)
    ended = page["number"] < chunk
    if ended:
        connection.rows(SQL["end_fanout"], id=fanout["id"])
    else:
        connection.rows(SQL["advance_fanout"], id=fanout["id"], cursor=page["last"], turn=turn)
    return Step(page["number"], ended)


def _write(connection: Connection, fanout: Row, chunk: Mapping[str, Any]) -> tuple[set[int], Sequence[Row]]:
    """The lanes that the chunk frees, and the rows that it adds."""
    story = {name: fanout[name] for name in ("story", "part")}
    range_ = {"account": fanout["account"], "name": fanout["name"], "cursor": fanout["cursor"], "last": chunk["last"]}
    new = {name: fanout[name] for name in ("revision", "message", "priority")}
    new |= {"turn": chunk["turn"], "now": chunk["now"]}
    match fanout["operation"]:
        case "send" if fanout["revision"] > 1 or fanout["target"]:
            wanted = {"urgency": fanout["urgency"], "target": fanout["target"]}
            return set(), connection.rows(SQL["fan_out_missed"], **story, **range_, **new, **wanted)
        case "send":
            clock = {"horizon": chunk["now"] + pace.AHEAD, "latest": chunk["now"] + pace.LONGEST}
            return set(), connection.rows(SQL["fan_out"], **story, **range_, **new, **clock, urgency=fanout["urgency"])
        case "delete":
            cancelled = connection.rows(SQL["cancel_told"], **story, **range_)
            return {row["lane"] for row in cancelled}, connection.rows(SQL["fan_out_deletes"], **story, **range_, **new)
        case operation:
            connection.rows(SQL["repoint"], **story, **range_, message=fanout["message"])
            older = {"operation": operation, "revision": fanout["revision"]}
            cancelled = connection.rows(SQL["supersede"], **story, **range_, **older)
            return {row["lane"] for row in cancelled}, connection.rows(
                SQL["fan_out_after"], **story, **range_, **new, operation=operation
            )


def _place(connection: Connection, rows: Sequence[Row], fanout: Row, now: int) -> None:
    """Put the new rows into their lanes: the first where a lane is free, else before what may wait."""
    turns = {row["lane"]: row["turn"] for row in rows if row["state"] == DeliveryState.QUEUED}
    if not turns:
        return
    account = fanout["account"]
    promote(connection, dict.fromkeys(turns, account), now)
    moved = connection.rows(SQL["busy"], lanes=dump(list(turns.items())), priority=fanout["priority"])
    promote(connection, {row["lane"]: account for row in moved}, now)
