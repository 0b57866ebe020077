"""A story's alerts as columns, one for each account: what its readers see first, what follows, what became of each.

Alert, Alert, … ─columns▶ Column: the alert · its other version (before or after an edit) · the posts after it
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.model import DeliveryState
from bot.newsroom.drawing import moment
from bot.ports import Alert

#: What a person looks for first.
CONCERN: Final = (
    DeliveryState.HELD,
    DeliveryState.DEAD,
    DeliveryState.SNOOZED,
    DeliveryState.SENDING,
    DeliveryState.READY,
    DeliveryState.QUEUED,
    DeliveryState.CANCELLED,
    DeliveryState.SENT,
)
#: Rows that one account shows of a story before those that arrived are only counted.
ROWS: Final = 6
NEEDS_A_PERSON: Final = frozenset({"held", "dead"})

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One account's part in a story.

    ``alert`` is what readers see, with the deliveries of all its versions; ``versions`` are the others, ``rest`` the
    posts that continue it, in order.
    """

    alert: Alert
    versions: tuple[Alert, ...] = ()
    rest: tuple[Alert, ...] = ()

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
    firsts = [alert for alert in alerts if alert.message.part == 0] or list(alerts[:1])
    rest = sorted((alert for alert in alerts if alert not in firsts), key=lambda alert: alert.message.part)
    seen = next((alert for alert in reversed(firsts) if _arrived(alert)), firsts[-1])
    rows = tuple(row for alert in firsts for row in alert.deliveries)
    others = tuple(alert for alert in firsts if alert is not seen)
    return Column(Alert(seen.account, seen.message, rows), others, tuple(rest))


def _arrived(alert: Alert) -> bool:
    return any(row["state"] == "sent" for row in alert.deliveries)


def tally(alerts: Iterable[Alert]) -> list[tuple[str, int]]:
    """How many deliveries are in which state, what needs a person first."""
    counts = Counter(str(delivery["state"]) for alert in alerts for delivery in alert.deliveries)
    return sorted(counts.items(), key=lambda item: _concern(item[0]))


@dataclass(frozen=True, slots=True)
class Rows:
    """The deliveries of one alert: those shown, and how many more have arrived."""

    shown: tuple[Row, ...]
    more: int


def fold(deliveries: Sequence[Row]) -> Rows:
    """All deliveries that have not arrived, and as many that have as there is room for."""
    ordered = sorted(_latest(deliveries), key=lambda delivery: _concern(str(delivery["state"])))
    open_ones = sum(delivery["state"] != "sent" for delivery in ordered)
    shown = tuple(ordered[: max(ROWS, open_ones)])
    return Rows(shown, len(ordered) - len(shown))


def _latest(deliveries: Sequence[Row]) -> list[Row]:
    """The deliveries without those that arrived and were edited since."""
    edited = {row["target"] for row in deliveries if (row["state"], row.get("operation")) == ("sent", "edit")}
    past = [row for row in deliveries if (row["state"], row.get("operation")) == ("sent", "send")]
    return [row for row in deliveries if row not in past or row["target"] not in edited]


def _concern(state: str) -> int:
    return CONCERN.index(DeliveryState[state.upper()])


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
