"""Lanes: of the deliveries of one target, one at a time has its turn."""

from collections.abc import Mapping

from bot import pace
from bot.model import DeliveryState
from bot.store.codec import column
from bot.store.database import Connection, statements
from bot.store.fronts import admit, floors, fronts

SQL = statements("outbox")


def promote(connection: Connection, lanes: Mapping[int, int], now: int) -> None:
    """Give each of these lanes its next delivery, if none has its place; each stands with its account."""
    if not lanes:
        return
    found = fronts(connection, set(lanes.values()), now)
    clock = {"horizon": now + pace.AHEAD, "latest": now + pace.LONGEST}
    rows = connection.rows(SQL["promote"], lanes=column(sorted(lanes)), floors=floors(found.values()), **clock)
    admit(connection, found, {(row["account"], row["rank"]) for row in rows if row["state"] == DeliveryState.READY})
