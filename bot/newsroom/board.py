"""A story's alerts as columns, one for each account: what its readers see first, what follows, what became of each.

Alert, Alert, … ─columns▶ Column: the alert · its other version (before or after an edit) · the posts after it
                                  · the answer that corrects it · what stands where it could not be taken back
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.newsroom.drawing import moment
from bot.ports import Alert

#: How a delivery stands, what a person looks for first: its state, but for those that take a story back.
CONCERN: Final = (
    "unrecalled",
    "held",
    "dead",
    "snoozed",
    "sending",
    "ready",
    "queued",
    "cancelled",
    "recalled",
    "sent",
)
#: Rows that one account shows of a story before those that arrived are only counted.
ROWS: Final = 6
NEEDS_A_PERSON: Final = frozenset({"held", "dead", "unrecalled"})

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One account's part in a story.

    ``alert`` is what readers see, with the deliveries of all its versions; ``versions`` are the others, ``rest`` the
    posts that continue it, in order; ``replies`` correct it where it could not be changed, and go when it goes.
    ``notice`` stands where a story that was taken back could not be deleted.
    """

    alert: Alert
    versions: tuple[Alert, ...] = ()
    rest: tuple[Alert, ...] = ()
    replies: tuple[Alert, ...] = ()
    notice: Alert | None = None

    @property
    def urgent(self) -> bool:
        """Whether a person is needed somewhere in the rest."""
        return any(state in NEEDS_A_PERSON for state, _ in tally(self.rest))


def columns(alerts: Sequence[Alert]) -> tuple[Column, ...]:
    """The alerts by account, in the order in which accounts appear."""
    by_account: dict[tuple[str, str], list[Alert]] = {}
    for alert in alerts:
        by_account.setdefault((alert.account, alert.message.platform), []).append(alert)
    return tuple(_column(each) for each in by_account.values())


def _column(alerts: Sequence[Alert]) -> Column:
    replies = tuple(alert for alert in alerts if _is_all(alert, "reply"))
    deletes = [alert for alert in alerts if _is_all(alert, "delete")]
    told = [alert for alert in alerts if alert not in deletes and alert not in replies] or list(alerts)
    first, *others = sorted({alert.message.part for alert in told})
    alert, versions = _part(told, deletes, first)
    rest = tuple(_part(told, deletes, part)[0] for part in others)
    left = tuple(reply for each in replies if (reply := _left(each, deletes)))
    gone = tuple(each for each in replies if not _left(each, deletes))
    return Column(alert, versions + gone, rest, left, next((each for each in deletes if _stands(each)), None))


def _left(reply: Alert, deletes: Sequence[Alert]) -> Alert | None:
    """A reply where it stands still: what took back the post that it answers took it along."""
    gone = {row["target"] for each in deletes for row in each.deliveries if row["state"] == "sent"}
    rows = tuple(row for row in reply.deliveries if row["target"] not in gone)
    return replace(reply, deliveries=rows) if rows else None


def _part(told: Sequence[Alert], deletes: Sequence[Alert], part: int) -> tuple[Alert, tuple[Alert, ...]]:
    """What readers see of one part with the deliveries of all its versions, and its other versions."""
    versions = [alert for alert in told if alert.message.part == part]
    seen = next((alert for alert in reversed(versions) if _arrived(alert)), versions[-1])
    about = (*versions, *(alert for alert in deletes if alert.message.part == part and alert not in versions))
    rows = tuple(row for alert in about for row in alert.deliveries)
    return Alert(seen.account, seen.message, rows), tuple(alert for alert in versions if alert is not seen)


def _is_all(alert: Alert, operation: str) -> bool:
    return {row.get("operation", "send") for row in alert.deliveries} == {operation}


def _arrived(alert: Alert) -> bool:
    return any(row["state"] == "sent" for row in alert.deliveries)


def _stands(notice: Alert) -> bool:
    """Whether it stands somewhere in the place of what was told: a post that is gone has no ids."""
    return any(row["state"] == "sent" and row.get("ids") for row in notice.deliveries)


def standing(row: Row) -> str:
    """How a delivery stands, as `CONCERN` names it."""
    state = str(row["state"])
    if row.get("operation") == "delete":
        return {"sent": "recalled", "dead": "unrecalled"}.get(state, state)
    return state


def tally(alerts: Iterable[Alert]) -> list[tuple[str, int]]:
    """How many deliveries stand how, what needs a person first; what was changed or taken back since counts once."""
    parts: dict[tuple[str, int], list[Row]] = {}
    for alert in alerts:
        parts.setdefault((alert.account, alert.message.part), []).extend(alert.deliveries)
    counts = Counter(standing(row) for rows in parts.values() for row in _latest(rows))
    return sorted(counts.items(), key=lambda item: CONCERN.index(item[0]))


@dataclass(frozen=True, slots=True)
class Rows:
    """The deliveries of one alert: those shown, how many more have arrived, and how many more were taken back."""

    shown: tuple[Row, ...]
    more: int
    recalled: int = 0


def fold(deliveries: Sequence[Row]) -> Rows:
    """All deliveries that have not gone well, and as many that have as there is room for."""
    ordered = sorted(_latest(deliveries), key=lambda row: CONCERN.index(standing(row)))
    open_ones = sum(delivery["state"] != "sent" for delivery in ordered)
    room = max(ROWS, open_ones)
    recalled = sum(standing(row) == "recalled" for row in ordered[room:])
    return Rows(tuple(ordered[:room]), max(0, len(ordered) - room) - recalled, recalled)


def _latest(deliveries: Sequence[Row]) -> list[Row]:
    """The deliveries, oldest first, without those that are past: changed since, or taken back."""
    kept: list[Row] = []
    since: dict[str, str] = {}  # the operation that has changed a target's post last
    for row in reversed(deliveries):
        operation, target = row.get("operation", "send"), row["target"]
        over = row["state"] in ("sent", "cancelled") and operation in ("send", "edit")
        if since.get(target) == "delete" or (since.get(target) == "edit" and over):
            continue
        kept.append(row)
        if row["state"] == "sent" and operation in ("edit", "delete"):
            since[target] = operation
    return kept[::-1]


def posted(alert: Alert) -> dt.datetime | None:
    """When the first reader had it, or when it was queued; None where nothing is on its way."""
    sent = [at for delivery in alert.deliveries if (at := moment(delivery.get("sent")))]
    queued = [at for delivery in alert.deliveries if (at := moment(delivery.get("queued")))]
    return min(sent or queued, default=None)


def sender(alert: Alert) -> str:
    """Whom a reader sees above the message: the channel if there is one, else the account."""
    targets = {str(delivery["target"]) for delivery in alert.deliveries}
    only = targets.pop() if len(targets) == 1 else ""
    return only if only.startswith("@") else alert.account
