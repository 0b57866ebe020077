"""The feeds that commands have added, and what a running bot has to say of its configuration.

intent add_feeds, remove_feed ─orders▶ feed rows of origin `store` ─▶ Roster.added ─▶ what the bot watches
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.errors import Problem
from bot.ports import AddedFeed
from bot.store.codec import column, dump, rfc3339
from bot.store.database import Connection, Database, statements

SQL = statements("roster")


class Roster:
    """What of a bot's work is written in the store instead of the configuration."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def added(self) -> tuple[AddedFeed, ...]:
        """The feeds that commands have added, by name."""
        rows = await self._database.read(lambda connection: connection.rows(SQL["added"]))
        return tuple(AddedFeed(row["name"], row["url"], json.loads(row["said_json"])) for row in rows)

    async def note(self, problems: Sequence[Problem]) -> None:
        """Remember for page and commands what keeps the configuration from being followed; nothing: it is."""

        def work(connection: Connection) -> None:
            at = rfc3339(connection.now())
            listed = [
                {"at": at, "where": each.where, "text": str(Problem(each.what, "", each.mend))} for each in problems
            ]
            connection.rows(SQL["note"], value=dump(listed))

        await self._database.write(work)


def noted(connection: Connection) -> list[dict[str, Any]]:
    """What was noted last, as alarms."""
    row = connection.row(SQL["noted"])
    return [] if row is None else [*json.loads(row["value"])]


def add(connection: Connection, feeds: Sequence[Mapping[str, Any]]) -> str:
    """Add all of these feeds, or none; what came of it."""
    names, urls = column(feed["name"] for feed in feeds), column(feed["url"] for feed in feeds)
    if taken := connection.rows(SQL["taken"], names=names, urls=urls):
        return f"nothing was added: there is a feed {taken[0]['name']} already, at {taken[0]['url']}"
    for feed in feeds:
        connection.rows(SQL["add"], name=feed["name"], url=feed["url"], said_json=dump(feed["said"]))
    connection.wake()
    return "done"


def remove(connection: Connection, name: str) -> str:
    """Watch a feed no more; what it told stays in the ledger."""
    if not connection.rows(SQL["remove"], name=name):
        return f"no command has added a feed {name}"
    connection.wake()
    return "done"
