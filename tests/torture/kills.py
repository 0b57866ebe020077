"""What a killed or frozen worker had on its way, and how long it takes until somebody drives it again."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import psycopg
from psycopg.rows import dict_row

from bot.model import DeliveryState
from tests.torture.site import Worker

LOOK = 0.005  #: seconds between two looks
SETTLES = 2_200_000  #: µs; for two seconds a new connection takes nothing over, the others may be reconnecting, too
SENDING = int(DeliveryState.SENDING)


@dataclass(frozen=True, slots=True)
class Orphans:
    """Claims whose worker is gone: delivery → claim."""

    at: float  #: of the monotonic clock, when the worker was hit
    worker: int
    claims: Mapping[int, int]


class Watcher:
    """Looks at the store of several workers from aside, on a connection of its own."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True, row_factory=dict_row)
        self._connection.execute("set search_path = sokbo, public")

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def number(self, worker: Worker) -> int:
        """What the store calls a worker; 0 before it has joined."""
        row = self._connection.execute("select id from worker where name like %s", [f"%:{worker.pid}"]).fetchone()
        return row["id"] if row else 0

    def settled(self, worker: int) -> bool:
        """Whether a worker has been there for so long that it would take over what another leaves."""
        return bool(
            self._connection.execute(
                "select 1 from worker where id = %s and started < extract(epoch from clock_timestamp()) * 1e6 - %s",
                [worker, SETTLES],
            ).fetchone()
        )

    def claims(self, worker: int, platform: str = "%") -> dict[int, int]:
        """What a worker has on its way, perhaps to one platform alone: delivery → claim."""
        rows = self._connection.execute(
            "select d.id, d.claim from delivery d join account a on a.id = d.account"
            " where d.worker = %s and d.state = %s and a.platform like %s",
            [worker, SENDING, platform],
        )
        return {row["id"]: row["claim"] for row in rows}

    def count(self, platform: str, *states: DeliveryState) -> int:
        """How many deliveries there are to one platform, perhaps in these states alone."""
        row = self._connection.execute(
            "select count(*) as number from delivery d join account a on a.id = d.account"
            " where a.platform = %s and d.state = any(%s)",
            [platform, [int(state) for state in states or DeliveryState]],
        ).fetchone()
        return row["number"] if row else 0

    def in_transaction(self, worker: int) -> bool:
        """Whether a worker's session is in a transaction and waits for its client, having written something."""
        row = self._connection.execute(
            "select 1 from pg_stat_activity where application_name = %s and backend_xid is not null"
            " and (state like 'idle in transaction%%' or (state = 'active' and wait_event_type = 'Client'))",
            [f"sokbo {worker}"],
        ).fetchone()
        return row is not None

    def rest(self, worker: int) -> None:
        """Return when the server is through with what a worker had asked for: a frozen one asks for nothing more."""
        busy = (
            "select 1 from pg_stat_activity where application_name = %s and state = 'active'"
            " and wait_event_type is distinct from 'Client'"
        )
        while self._connection.execute(busy, [f"sokbo {worker}"]).fetchone():
            time.sleep(LOOK)

    def driven_again(self, orphans: Orphans, patience: float) -> list[float]:
        """Seconds until each orphaned claim was claimed anew, or found held; ``patience`` where it was not."""
        waits: dict[int, float] = {}
        while len(waits) < len(orphans.claims) and time.monotonic() - orphans.at < patience:
            rows = self._connection.execute(
                "select id, claim, state, worker from delivery where id = any(%s)", [[*orphans.claims]]
            ).fetchall()
            now = time.monotonic() - orphans.at
            for row in rows:
                if row["claim"] > orphans.claims[row["id"]] or row["state"] in (
                    DeliveryState.SENT,
                    DeliveryState.HELD,
                ):
                    waits.setdefault(row["id"], now)
            time.sleep(LOOK)
        return [waits.get(delivery, patience) for delivery in orphans.claims]
