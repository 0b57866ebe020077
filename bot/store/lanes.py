"""Lanes: of the deliveries of one target, one at a time has its turn."""

from collections.abc import Collection

from bot import pace
from bot.store.codec import column
from bot.store.database import Connection, statements

SQL = statements("outbox")


def promote(connection: Connection, lanes: Collection[int], now: int) -> None:
    """Give each of these lanes its next delivery, if none has its place."""
    if lanes:
        listed = column(sorted(lanes))
        connection.rows(SQL["promote"], lanes=listed, horizon=now + pace.AHEAD, latest=now + pace.LONGEST)
