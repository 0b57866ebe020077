"""What a person wants, written down by any process; the driving bot acts on it."""

from collections.abc import Mapping
from typing import Any

from bot.store.codec import dump
from bot.store.database import Connection, Database, statements

SQL = statements("outbox")


class Intents:
    """`ports.Intents` on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def intend(self, verb: str, arguments: Mapping[str, Any]) -> int:
        """Write down what a person wants; the driving bot acts within 250 ms."""

        def work(connection: Connection) -> int:
            [row] = connection.rows(SQL["add_intent"], verb=verb, arguments_json=dump(arguments), now=connection.now())
            connection.wake()
            return int(row["id"])

        return await self._database.write(work)

    async def result(self, intent: int) -> str | None:
        """What came of it; None while it waits."""
        row = await self._database.read(lambda connection: connection.row(SQL["intent_result"], id=intent))
        return None if row is None else row["result"]
