"""What the page and the commands read, in the shapes that INTERFACE promises, newest first."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

from bot.model import UTC, DeliveryState
from bot.ports import Alert, Shown
from bot.store.codec import load_message, micros, rfc3339
from bot.store.sqlite import Connection, Database, Row, statements

SQL = statements("ledger")
SHOWN = 1000  #: deliveries of a story that the page looks at
ALL = 2**31 - 1  #: rows: as good as no limit


class Ledger:
    """`ports.Ledger` on a database."""

    def __init__(self, database: Database, clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(UTC)) -> None:
        self._database = database
        self._clock = clock

    async def stories(self, *, known: bool = False, limit: int = ALL) -> list[dict[str, Any]]:
        """Stories, newest first; with ``known`` also those that were there before us."""
        rows = await self._database.read(lambda c: c.rows(SQL["stories"], known=known, limit=limit))
        return [_story(row) for row in rows]

    async def deliveries(self, *, story: int | None = None, limit: int = ALL) -> list[dict[str, Any]]:
        """Deliveries, newest first, of one story or of all."""
        now = micros(self._clock())
        rows = await self._database.read(lambda c: c.rows(SQL["deliveries"], story=story, limit=limit, now=now))
        return [_delivery(row) for row in rows]

    async def feeds(self) -> list[dict[str, Any]]:
        """Feeds with their health."""
        return [_feed(row) for row in await self._database.read(lambda c: c.rows(SQL["feeds"]))]

    async def accounts(self) -> list[dict[str, Any]]:
        """Accounts with their targets."""
        now = micros(self._clock())
        accounts: dict[str, dict[str, Any]] = {}
        for row in await self._database.read(lambda c: c.rows(SQL["accounts"], now=now)):
            account = accounts.setdefault(
                row["name"],
                {
                    "name": row["name"],
                    "platform": row["platform"],
                    "base_url": row["base_url"],
                    "paused_until": rfc3339(row["paused_until"]),
                    "reason": row["account_reason"],
                    "origin": "config",
                    "targets": [],
                },
            )
            account["targets"].append(
                {
                    "target": row["address"],
                    "only": row["only_urgency"],
                    "notify": row["notify"],
                    "state": row["state"],
                    "reason": row["reason"],
                    "waiting": row["waiting"],
                }
            )
        return list(accounts.values())

    async def status(self) -> dict[str, Any]:
        """How many deliveries stand in each state."""
        rows = await self._database.read(lambda c: c.rows(SQL["counts"]))
        counts = {row["state"]: row["number"] for row in rows}
        return {state.name.lower(): counts.get(state, 0) for state in DeliveryState}

    async def board(self, limit: int = 50) -> list[Shown]:
        """The newest announced stories with what each account's readers see, on one snapshot."""
        now = micros(self._clock())
        return await self._database.read(lambda c: [_shown(c, row, now) for row in c.rows(SQL["board"], limit=limit)])

    async def alarms(self) -> list[dict[str, Any]]:
        """What a person should look at now, newest first."""
        alarms: list[dict[str, Any]] = []
        for feed in await self.feeds():
            if feed["error"]:
                alarms.append({"at": feed["polled"], "where": feed["name"], "text": feed["error"]})
            alarms += [
                {"at": feed["polled"], "where": problem["where"], "text": _sentence(problem)}
                for problem in feed["problems"]
            ]
        for account in await self.accounts():
            if account["paused_until"]:
                alarms.append({"at": None, "where": account["name"], "text": account["reason"]})
            alarms += [
                {"at": None, "where": f"{account['name']} → {target['target']}", "text": target["reason"]}
                for target in account["targets"]
                if target["state"] == "paused"
            ]
        return sorted(alarms, key=lambda alarm: alarm["at"] or "9999", reverse=True)

    async def picture(self, sha256: str) -> tuple[str, bytes] | None:
        """MIME type and bytes of a kept picture."""
        row = await self._database.read(lambda c: c.row(SQL["picture"], sha256=sha256))
        return None if row is None else (row["mime"], row["data"])

    async def version(self) -> int:
        """A number that changes whenever another connection has committed."""
        return int((await self._database.read(lambda c: c.rows("pragma data_version")))[0][0])


def _story(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "headline": row["headline"],
        "link": row["link"],
        "urgency": row["urgency"],
        "revision": row["revision"],
        "state": row["state"],
        "feeds": json.loads(row["feeds_json"]),
        "published": rfc3339(row["published"]),
        "seen": rfc3339(row["seen"]),
    }


def _delivery(row: Row) -> dict[str, Any]:
    state = DeliveryState(row["state"])
    reason = row["reason"]
    if state is DeliveryState.READY:  # it waits for its account
        reason = row["account_reason"] or reason
    return {
        "delivery": row["delivery"],
        "story": row["story"],
        "account": row["account"],
        "target": row["target"],
        "operation": row["operation"],
        "state": state.name.lower(),
        "tries": row["tries"],
        "reason": reason or row["note"],
        "queued": rfc3339(row["queued"]),
        "sent": rfc3339(row["sent"]),
        "ids": json.loads(row["ids_json"]),
        "link": row["link"],
    }


def _feed(row: Row) -> dict[str, Any]:
    return {
        "name": row["name"],
        "kind": row["kind"],
        "url": row["url"],
        "origin": "config",
        "retired": bool(row["retired"]),
        "entries": row["known"],
        "polled": rfc3339(row["polled"]),
        "succeeded": rfc3339(row["succeeded"]),
        "failures": row["failures"],
        "error": row["error"],
        "problems": json.loads(row["problems_json"]),
    }


def _shown(connection: Connection, story: Row, now: int) -> Shown:
    messages = {
        row["id"]: load_message(row["message_json"]) for row in connection.rows(SQL["messages"], story=story["id"])
    }
    alerts: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for row in reversed(connection.rows(SQL["deliveries"], story=story["id"], limit=SHOWN, now=now)):
        alerts.setdefault((row["account"], row["message"]), []).append(_delivery(row))
    return Shown(
        story=_story(story),
        alerts=tuple(
            Alert(account=account, message=messages[message], deliveries=tuple(deliveries))
            for (account, message), deliveries in alerts.items()
        ),
    )


def _sentence(problem: dict[str, str]) -> str:
    return f"{problem['what']} ({problem['mend']})" if problem["mend"] else problem["what"]
