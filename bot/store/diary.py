"""Diary: when each chore is due. It stands in the store, so that it holds over all workers and survives restarts."""

import datetime as dt

from bot.store.codec import span
from bot.store.database import Connection, Database, statements

SQL = statements("keeping")


class Diary:
    """Gives each chore to whoever asks first when it is due."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, chore: str, every: dt.timedelta) -> bool:
        """Whether ``chore`` is due and now ours; it is due again ``every`` that time, done or not."""

        def work(connection: Connection) -> bool:
            now = connection.now()
            named = {"chore": f"due {chore}"}
            connection.rows(SQL["plan"], **named)
            return bool(connection.rows(SQL["take"], **named, now=now, next=now + span(every)))

        return await self._database.write(work)
