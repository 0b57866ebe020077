"""What the page and the commands read, in the shapes that INTERFACE promises, newest first."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from bot.model import DeliveryState, StoryState
from bot.ports import Alert, Shown
from bot.rhythm import MISSED_SHOWN, missed
from bot.store.codec import column, load_kept, load_message, moment, rfc3339, span
from bot.store.database import Connection, Database, Row, statements
from bot.store.lingering import alarms as open_transactions
from bot.store.roster import noted

SQL = statements("ledger")
SHOWN = 1000  #: deliveries of a story that the page looks at
UNREACHED = "its account is no longer in the configuration"
PLACES = 20  #: addresses that are named where one is unknown
ALL = 2**31 - 1  #: rows: as good as no limit


class Ledger:
    """`ports.Ledger` on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def stories(self, *, known: bool = False, limit: int = ALL) -> list[dict[str, Any]]:
        """Stories, newest first; with ``known`` also those that were there before us."""
        return await self._database.read(lambda c: _stories(c, c.rows(SQL["stories"], known=known, limit=limit)))

    async def story(self, number: int) -> dict[str, Any] | None:
        """One story by its number, told or not; None if there is none."""
        found = await self._database.read(lambda c: _stories(c, c.rows(SQL["story"], story=number)))
        return found[0] if found else None

    async def recall(self, story: int) -> list[dict[str, Any]]:
        """Where a story is, in the shape of deliveries; of a retracted one, how each place's delete stands.

        A place that no delete is about, though it has the story, has a dead one that says why.
        """

        def look(connection: Connection) -> list[dict[str, Any]]:
            told = connection.row(SQL["story"], story=story)
            rows = connection.rows(SQL["recall"], story=story, now=connection.now())
            back = told is not None and told["state"] == StoryState.RETRACTED
            return [_recalled(row) if back else _delivery(row) for row in rows if back or row["operation"] == "send"]

        return await self._database.read(look)

    async def facts(self, story: int, target: str) -> dict[str, Any]:
        """What bears on whether a target got a story, on one snapshot and as ``bot.why.Facts`` has it.

        ``story`` is None if there is none; what only the configuration knows is left out; ``places`` are some targets.
        """

        def look(connection: Connection) -> dict[str, Any]:
            told = _stories(connection, connection.rows(SQL["story"], story=story))
            now = connection.now()
            rows = connection.rows(SQL["subscribed"], target=target, now=now)
            places = connection.rows(SQL["places"], limit=PLACES)
            kept = {row["name"]: load_kept(row["kept_json"]) for row in connection.rows(SQL["kept"], story=story)}
            return {
                "now": moment(now),
                "story": told[0] if told else None,
                "kept": kept,
                "subscribed": [_subscribed(connection, row, story) for row in rows],
                "places": tuple(row["address"] for row in places),
            }

        return await self._database.read(look)

    async def deliveries(self, *, story: int | None = None, limit: int = ALL) -> list[dict[str, Any]]:
        """Deliveries, newest first, of one story or of all."""
        rows = await self._database.read(lambda c: c.rows(SQL["deliveries"], story=story, limit=limit, now=c.now()))
        return [_delivery(row) for row in rows]

    async def feeds(self, *, limit: int = ALL, ailing: bool = False) -> list[dict[str, Any]]:
        """Feeds with their health, those that ail first; or only those that have something to say for themselves."""
        return await self._database.read(lambda c: _feeds(c, limit=limit, ailing=ailing))

    async def watched(self) -> int:
        """How many feeds there are."""
        rows = await self._database.read(lambda c: c.rows(SQL["watched"]))
        return int(rows[0]["number"])

    async def accounts(self) -> list[dict[str, Any]]:
        """Accounts with their targets."""
        accounts: dict[str, dict[str, Any]] = {}
        for row in await self._database.read(lambda c: c.rows(SQL["accounts"], now=c.now())):
            account = accounts.setdefault(
                row["name"],
                {
                    "name": row["name"],
                    "platform": row["platform"],
                    "base_url": row["base_url"],
                    "paused_until": rfc3339(row["paused_until"]),
                    "stopped": row["stopped"] == 1,
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

        def look(connection: Connection) -> list[Shown]:
            now = connection.now()
            stories = _stories(connection, connection.rows(SQL["board"], limit=limit))
            return [_shown(connection, story, now) for story in stories]

        return await self._database.read(look)

    async def alarms(self) -> list[dict[str, Any]]:
        """What a person should look at now, newest first."""
        alarms = await self._database.read(lambda c: [*open_transactions(c), *noted(c)])
        for feed in await self.feeds(ailing=True):
            if feed["error"]:
                alarms.append({"at": feed["polled"], "where": feed["name"], "text": feed["error"]})
            alarms += [
                {"at": feed["polled"], "where": problem["where"], "text": _sentence(problem)}
                for problem in feed["problems"]
            ]
        for account in await self.accounts():
            if account["reason"]:
                alarms.append({"at": None, "where": account["name"], "text": account["reason"]})
            alarms += [
                {"at": None, "where": f"{account['name']} → {target['target']}", "text": target["reason"]}
                for target in account["targets"]
                if target["state"] == "paused"
            ]
        return sorted(alarms, key=lambda alarm: alarm["at"] or "9999", reverse=True)

    async def fanning_out(self, story: int) -> bool:
        """Whether something of a story is still to become deliveries."""
        return bool(await self._database.read(lambda c: c.rows(SQL["fanning_out"], story=story)))

    async def workers(self) -> int:
        """How many bots have given a sign of life lately."""
        rows = await self._database.read(lambda c: c.rows(SQL["workers"], now=c.now()))
        return int(rows[0]["number"])

    async def picture(self, sha256: str) -> tuple[str, bytes] | None:
        """MIME type and bytes of a kept picture."""
        row = await self._database.read(lambda c: c.row(SQL["picture"], sha256=sha256))
        return None if row is None else (row["mime"], row["data"])

    async def version(self) -> int:
        """A number that changes whenever another connection has committed."""
        rows = await self._database.read(lambda c: c.rows(SQL[f"version_{c.dialect}"]))
        return int(rows[0]["data_version"])


def _stories(connection: Connection, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The stories with the names of their feeds."""
    feeds: dict[int, list[str]] = {}
    for row in connection.rows(SQL["feeds_of"], stories=column(row["id"] for row in rows)):
        feeds.setdefault(row["story"], []).append(row["feed"])
    return [_story(row, feeds.get(row["id"], [])) for row in rows]


def _story(row: Row, feeds: Sequence[str]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "headline": row["headline"],
        "link": row["link"],
        "urgency": row["urgency"],
        "revision": row["revision"],
        "state": row["state"],
        "feeds": [*feeds],
        "published": rfc3339(row["published"]),
        "seen": rfc3339(row["seen"]),
        "head": row["head"] or None,
        "alike": row["alike"],
        "accounts": None if row["accounts_json"] is None else json.loads(row["accounts_json"]),
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
        "again": row["again"] == 1,
        "reason": reason or row["note"],
        "queued": rfc3339(row["queued"]),
        "sent": rfc3339(row["sent"]),
        "ids": json.loads(row["ids_json"]),
        "link": row["link"],
    }


def _recalled(row: Row) -> dict[str, Any]:
    """A place of a retracted story: its delete, or why there is none."""
    delivery = _delivery(row)
    if row["operation"] == "delete":
        return delivery
    missing = {"state": "queued", "reason": ""} if row["open"] else {"state": "dead", "reason": UNREACHED}
    return {**delivery, **missing, "operation": "delete", "tries": 0, "sent": None}


def _subscribed(connection: Connection, row: Row, story: int) -> dict[str, Any]:
    deliveries = connection.rows(SQL["deliveries_at"], story=story, lane=row["id"])
    fanouts = connection.rows(SQL["fanouts_at"], story=story, account=row["account_id"], name=row["account"])
    return {
        **{name: row[name] for name in ("id", "account", "only", "state", "reason", "account_reason")},
        "stopped": row["stopped"] == 1,
        "paused_until": _time(row["paused_until"]),
        "told": [_told(delivery) for delivery in deliveries],
        "fans": [{name: each[name] for name in ("operation", "cursor", "upper", "target")} for each in fanouts],
    }


def _told(row: Row) -> dict[str, Any]:
    plain = ("operation", "part", "revision", "tries", "reason", "note", "link", "degraded")
    return {
        **{name: row[name] for name in plain},
        "state": DeliveryState(row["state"]),
        "again": row["again"] == 1,
        "due": _time(row["due"]),
        "sent": _time(row["sent"]),
    }


def _time(micros: int | None) -> dt.datetime | None:
    return None if micros is None else moment(micros)


def _feeds(connection: Connection, *, limit: int, ailing: bool) -> list[dict[str, Any]]:
    lately = connection.now() - span(MISSED_SHOWN)
    return [_feed(row, lately) for row in connection.rows(SQL["feeds"], limit=limit, ailing=ailing, lately=lately)]


def _feed(row: Row, lately: int) -> dict[str, Any]:
    problems = json.loads(row["problems_json"])
    if (row["missed"] or 0) > lately:
        problems.append(asdict(missed(row["name"], row["gaps"])))
    return {
        "name": row["name"],
        "kind": row["kind"],
        "url": row["url"],
        "origin": row["origin"],
        "retired": bool(row["retired"]),
        "entries": row["known"],
        "polled": rfc3339(row["polled"]),
        "succeeded": rfc3339(row["succeeded"]),
        "next": rfc3339(row["due"]) if row["due"] > 0 and not row["retired"] else None,
        "interval_s": row["rhythm"] / 1_000_000 if row["rhythm"] else None,
        "bytes": row["size"],
        "gaps": row["gaps"],
        "missed": rfc3339(row["missed"]),
        "failures": row["failures"],
        "error": row["error"],
        "problems": problems,
        "push": None if row["push_state"] is None else _push(row),
    }


def _push(row: Row) -> dict[str, Any]:
    """How a feed's hub stands to us: asked, live or denied; ``refused`` counts deliveries that were not believed."""
    return {
        "hubs": json.loads(row["hubs_json"]),
        "state": row["push_state"],
        "until": rfc3339(row["push_until"] or None),
        "heard": rfc3339(row["heard"]),
        "refused": row["refused"],
        "error": row["push_error"],
    }


def _shown(connection: Connection, story: Mapping[str, Any], now: int) -> Shown:
    messages = {
        row["id"]: load_message(row["message_json"]) for row in connection.rows(SQL["messages"], story=story["id"])
    }
    alerts: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for row in reversed(connection.rows(SQL["deliveries"], story=story["id"], limit=SHOWN, now=now)):
        alerts.setdefault((row["account"], row["message"]), []).append(_delivery(row))
    return Shown(
        story=story,
        alerts=tuple(
            Alert(account=account, message=messages[message], deliveries=tuple(deliveries))
            for (account, message), deliveries in alerts.items()
        ),
    )


def _sentence(problem: dict[str, str]) -> str:
    return f"{problem['what']} ({problem['mend']})" if problem["mend"] else problem["what"]
