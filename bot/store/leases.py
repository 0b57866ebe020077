"""What WebSub writes: a row for each promise of a hub. Any worker may renew it, and take what the hub delivers."""

import datetime as dt
import json
from collections.abc import Callable, Collection, Mapping, Sequence

from bot.model import Secret
from bot.ports import Heard, Lease, LeaseState
from bot.store.codec import column, dump, span
from bot.store.database import Connection, Database, Row, statements

SQL = statements("leases")


class Leases:
    """`ports.Leases` on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def want(self, leases: Sequence[Lease]) -> None:
        """Have these, in place of others of their feeds; what a feed has already of the same hubs and topic stays."""

        def work(connection: Connection) -> None:
            for lease in leases:
                _want(connection, lease, connection.now())

        await self._database.write(work)

    async def retire(self, feeds: Collection[str]) -> None:
        """Leave the leases of all but these feeds."""
        await self._database.write(lambda c: c.rows(SQL["retire"], feeds=column(feeds), now=c.now()))

    async def take(self, most: int, retry: Callable[[int], dt.timedelta]) -> Sequence[Lease]:
        """Leases whose hub is to be asked now, for us alone; they are due again as ``retry`` says of their failures."""

        def work(connection: Connection) -> Sequence[Lease]:
            now = connection.now()
            leases = [_lease(row, further=1) for row in connection.rows(SQL["due"], now=now, most=most)]
            for lease in leases:
                due = now + span(retry(lease.failures))
                connection.rows(SQL["ask"], callback=lease.callback.reveal(), failures=lease.failures, due=due)
            return leases

        # Mostly nothing is due, and a look costs no commit.
        waiting = await self._database.read(lambda c: bool(c.rows(SQL["waiting"], now=c.now())))
        return await self._database.write(work) if waiting else ()

    async def find(self, callback: str) -> Lease | None:
        """The lease of a callback."""
        row = await self._database.read(lambda c: c.row(SQL["find"], callback=callback))
        return None if row is None else _lease(row)

    async def grant(self, callback: Secret, lasts: dt.timedelta, renew: dt.timedelta) -> None:
        """The hub pushes from now on, so long; it is to be asked again after ``renew``."""

        def work(connection: Connection) -> None:
            now = connection.now()
            connection.rows(SQL["grant"], callback=callback.reveal(), until=now + span(lasts), due=now + span(renew))

        await self._database.write(work)

    async def deny(self, callback: Secret, reason: str, again: dt.timedelta) -> None:
        """The hub does not push, or no longer; it may be asked ``again`` after that time."""
        name = callback.reveal()
        await self._database.write(
            lambda c: c.rows(SQL["deny"], callback=name, reason=reason, due=c.now() + span(again))
        )

    async def fail(self, callback: Secret, error: str) -> None:
        """Note what went wrong when the hub was asked."""
        await self._database.write(lambda c: c.rows(SQL["fail"], callback=callback.reveal(), error=error))

    async def drop(self, callback: Secret) -> None:
        """Forget a lease."""
        await self._database.write(lambda c: c.rows(SQL["drop"], callback=callback.reveal()))

    async def tally(self, heard: Mapping[Secret, Heard]) -> None:
        """Write down what came."""

        def work(connection: Connection) -> None:
            now = connection.now()
            for callback, seen in sorted(heard.items(), key=lambda item: item[0].reveal()):
                connection.rows(
                    SQL["tally"], callback=callback.reveal(), taken=seen.taken, refused=seen.refused, now=now
                )

        await self._database.write(work)


def _want(connection: Connection, lease: Lease, now: int) -> None:
    there = connection.row(SQL["lease_of"], feed=lease.feed)
    hubs = dump(lease.hubs)
    if there is not None:
        if (there["hubs_json"], there["topic"]) == (hubs, lease.topic):
            return
        if there["state"] == LeaseState.LIVE:
            connection.rows(SQL["leave"], callback=there["callback"], now=now)
        else:
            connection.rows(SQL["drop"], callback=there["callback"])
    if lease.hubs:
        callback, secret = lease.callback.reveal(), lease.secret.reveal()
        connection.rows(
            SQL["add"], callback=callback, feed=lease.feed, hubs_json=hubs, topic=lease.topic, secret=secret, now=now
        )


def _lease(row: Row, further: int = 0) -> Lease:
    return Lease(
        feed=row["feed"],
        hubs=tuple(json.loads(row["hubs_json"])),
        topic=row["topic"],
        callback=Secret(row["callback"]),
        secret=Secret(row["secret"]),
        state=LeaseState(row["state"]),
        failures=row["failures"] + further,
    )
