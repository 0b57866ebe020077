"""Lingering: transactions that stay open, anybody's, in the database that PostgreSQL keeps the store in.

Until the oldest of them ends, a vacuum takes nothing out that it might still look at: what was delivered piles up, and
every turn grows slower (FAILURES.md, row 17). So a person is told, once in the log and for as long as it lasts on the
page, which it is and how to end it. We end none but our own: another's may be worth more than our pace.

Since when it is open only its own user may see, and who may read all statistics. For others it counts from the first
look that found it, and so that any worker may look next, what was found stands in the store.
"""

import json
import logging
from typing import Any, Final

from bot.store.codec import dump, rfc3339
from bot.store.database import Connection, Database, Row, statements

LOG = logging.getLogger(__name__)
SQL = statements("lingering")
LONGEST: Final = 60.0  #: seconds that a transaction may be open (FAILURES.md, row 17)
FRESH: Final = 60.0  #: seconds that a look tells the truth; then nobody has looked for a while

Found = dict[str, Any]


class Lingering:
    """Looks for transactions that are open for more than ``longest`` seconds."""

    def __init__(self, database: Database, longest: float = LONGEST) -> None:
        self._database = database
        self._longest = longest

    async def look(self) -> None:
        """Look once, and warn of those that nobody was warned of."""
        for text in await self._database.write(self._note):
            LOG.warning("%s", text)

    def _note(self, connection: Connection) -> list[str]:
        known = {each["key"]: each for each in _last(connection)}
        found = [_seen(row, known.get(row["key"])) for row in connection.rows(SQL["open"])]
        news = []
        for each in found:
            each["lingers"] = each["now"] - each["since"] > self._longest * 1_000_000
            if each["lingers"] and not each["told"]:
                each["told"] = True
                news.append(_text(each))
        if found or known:
            connection.rows(SQL["note"], value=dump(found))
        return news


def alarms(connection: Connection) -> list[dict[str, Any]]:
    """Those that linger, as alarms; none where nobody has looked for a while, or the store is a file."""
    if connection.dialect != "postgresql":
        return []
    return [
        {"at": rfc3339(each["since"]), "where": "the database", "text": _text(each)}
        for each in _last(connection, FRESH)
        if each["lingers"]
    ]


def _last(connection: Connection, fresh: float = 3600.0) -> list[Found]:
    """What the last look has found, if that is not too long ago."""
    row = connection.row(SQL["noted"])
    found: list[Found] = [] if row is None else json.loads(row["value"])
    return [each for each in found if row is not None and row["now"] - each["now"] < fresh * 1_000_000]


def _seen(row: Row, before: Found | None) -> Found:
    """One that is open; where its beginning is hidden, it begins when it was seen first."""
    told = before is not None and before["told"]
    since = row["since"] if row["since"] is not None else before["since"] if before is not None else row["now"]
    names = ("key", "pid", "gid", "owner", "application", "now")
    return {**{name: row[name] for name in names}, "since": since, "told": told}


def _text(found: Found) -> str:
    if found["pid"] is None:
        which, end = f"prepared as {found['gid']}", "rollback prepared '{}'".format(found["gid"].replace("'", "''"))
    else:
        which = f"by {found['application'] or 'an application without a name'}, pid {found['pid']}"
        end = f"select pg_terminate_backend({found['pid']})"
    since = rfc3339(found["since"])
    return f"a transaction of {found['owner']} ({which}) is open since {since} and slows deliveries down; end it: {end}"
