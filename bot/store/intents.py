"""What a person wants, written down by any process; the driving bot acts on it."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from bot.model import UTC
from bot.store.codec import dump, micros
from bot.store.sqlite import Database, statements

SQL = statements("outbox")


class Intents:
    """`ports.Intents` on a database."""

    def __init__(self, database: Database, clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(UTC)) -> None:
        self._database = database
        self._clock = clock

    async def intend(self, verb: str, arguments: Mapping[str, Any]) -> int:
        """Write down what a person wants; the driving bot acts within 250 ms."""
        now = micros(self._clock())
        rows = await self._database.write(
            lambda connection: connection.rows(SQL["add_intent"], verb=verb, arguments_json=dump(arguments), now=now)
        )
        return int(rows[0]["id"])
