"""One connection to PostgreSQL, in a thread of its own; lost, it is opened again by the next call.

No wait for the database is without end. The coroutine that waits for the thread is its watchdog: a round trip that is
overdue has its socket shut down under it, and the thread comes back with an error (OUTBOX.md: without a deadline a
worker hung for ever on a reply; with one, and shutdown, never).
"""

import asyncio
import math
import os
import socket
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import Any, TypeVar

import psycopg
from psycopg.adapt import AdaptersMap, Buffer, Dumper, Loader
from psycopg.rows import DictRow, dict_row, tuple_row
from psycopg.types.numeric import Int8Dumper

from bot.errors import StoreAway
from bot.store.postgres_errors import translated

T = TypeVar("T")
Cursor = psycopg.Cursor[DictRow]

WAIT = 2.0  #: seconds that one statement may take
LATE = (
    0.15  #: seconds more until it is not waited for: a server that lives gives it up by itself, and we keep the session
)
LOOK = 0.1  #: seconds between two looks at whether it is overdue
REACH = 6.0  #: seconds after which a caller no longer waits for a connection; one address is tried for 2
PAUSES = (0.1, 1.0)  #: seconds before another try to connect: after the first failure, and at most


class Session:
    """A thread and its connection. ``arrive`` is run in the thread each time the connection is new; ``wait`` are the
    seconds that one statement may take.
    """

    def __init__(
        self, address: Mapping[str, Any], name: str, arrive: Callable[["Session"], None], wait: float = WAIT
    ) -> None:
        self.wait = wait
        self._address = address
        self._arrive = arrive
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._cursor: Cursor | None = None
        self._guard = threading.Lock()  #: between the thread's waits and whoever may end them
        self._until = math.inf
        self._pause = 0.0
        self._resume = 0.0

    # ── In the event loop ────────────────────────────────────────────────────────────────────────────────────────

    async def open(self) -> None:
        """Connect, if it is not; raises ``psycopg.Error``, or ``StoreAway`` when it takes too long."""
        await self._watched(self._connect, REACH)

    async def run(self, job: Callable[[], T]) -> T:
        """Run ``job`` in the thread, on a connection; raises ``StoreError``, which is ``StoreAway`` if it may pass."""
        try:
            if self._cursor is None:
                await asyncio.sleep(self._resume - time.monotonic())
                await self.open()
            return await self._watched(partial(self._attempt, job))
        except psycopg.Error as error:
            raise translated(error) from error

    async def close(self) -> None:
        """Close the connection; the thread ends with what it is at."""
        try:
            await self._watched(self._drop, self.wait)
        finally:
            self._thread.shutdown(wait=False)

    async def _watched(self, job: Callable[[], T], most: float = math.inf) -> T:
        """Wait for the thread, and end its wait for the database when that is overdue."""
        future = asyncio.get_running_loop().run_in_executor(self._thread, job)
        future.add_done_callback(_heard)
        until = time.monotonic() + most
        try:
            while not (await asyncio.wait([future], timeout=LOOK))[0]:
                self._cut()
                if time.monotonic() > until:
                    raise StoreAway("the database does not answer")
        except asyncio.CancelledError:
            future.cancel()  # not begun yet, it never will
            raise
        return future.result()

    def _cut(self) -> None:
        with self._guard:
            if self._cursor is not None and time.monotonic() > self._until:
                with socket.socket(fileno=os.dup(self._cursor.connection.fileno())) as wire:
                    wire.shutdown(socket.SHUT_RDWR)
                self._until = math.inf

    # ── In the thread ────────────────────────────────────────────────────────────────────────────────────────────

    def execute(self, sql: str, parameters: Mapping[str, Any] | None = None, seconds: float | None = None) -> Cursor:
        """One round trip. Without parameters it may be several statements; with some, it is prepared once."""
        cursor = self._open()
        self._ask(cursor, sql, parameters, seconds)
        return cursor

    def tuples(self, sql: str, parameters: Mapping[str, Any], seconds: float | None) -> list[tuple[Any, ...]]:
        """Every row of one statement, without the names of its columns."""
        with self._open().connection.cursor(row_factory=tuple_row) as cursor:
            self._ask(cursor, sql, parameters, seconds)
            return cursor.fetchall()

    def _open(self) -> Cursor:
        if self._cursor is None:
            raise StoreAway("the connection to the database is lost")
        return self._cursor

    def _ask(
        self, cursor: psycopg.Cursor[Any], sql: str, parameters: Mapping[str, Any] | None, seconds: float | None
    ) -> None:
        with self._guard:
            self._until = time.monotonic() + (seconds or self.wait) + LATE
        try:
            cursor.execute(sql, parameters, prepare=parameters is not None)
        finally:
            with self._guard:
                self._until = math.inf

    def _connect(self) -> None:
        if self._cursor is not None:
            return
        try:
            raw = psycopg.connect(**self._address, autocommit=True, context=_adapters(), row_factory=dict_row)
            raw.prepared_max = 1000
            self._cursor = raw.cursor()
            self._arrive(self)
        except Exception:
            self._drop()
            first, most = PAUSES
            self._pause = min(max(2 * self._pause, first), most)
            self._resume = time.monotonic() + self._pause
            raise
        self._pause = 0.0

    def _attempt(self, job: Callable[[], T]) -> T:
        try:
            return job()
        finally:
            if self._cursor is not None:
                status = self._cursor.connection.pgconn.transaction_status
                if status != psycopg.pq.TransactionStatus.IDLE:  # lost, or left in the middle of a transaction
                    self._drop()

    def _drop(self) -> None:
        with self._guard:
            cursor, self._cursor, self._until = self._cursor, None, math.inf
        if cursor is not None:
            cursor.connection.close()


def _heard(future: asyncio.Future[Any]) -> None:
    """Look at how it ended: nobody else may, if whoever waited for it has gone."""
    if not future.cancelled():
        future.exception()


# ── What Python's values are there ───────────────────────────────────────────────────────────────────────────────


class _Text(Dumper):
    """A text of a known type, so that no statement has to guess; U+0000, which PostgreSQL refuses, becomes U+FFFD."""

    oid = psycopg.adapters.types["text"].oid

    def dump(self, obj: str) -> Buffer:
        return obj.replace("\0", "\ufffd").encode()


class _Flag(Dumper):
    """Booleans are 0 and 1 in this house."""

    oid = psycopg.adapters.types["int8"].oid

    def dump(self, obj: bool) -> Buffer:
        return b"1" if obj else b"0"


class _Number(Loader):
    """A sum of bigint is numeric there; here it is whole again."""

    def load(self, data: Buffer) -> int | float:
        text = bytes(data).decode()
        return float(text) if "." in text else int(text)


@cache
def _adapters() -> AdaptersMap:
    """One integer type, so that a statement is prepared once and not for each size of its numbers."""
    adapters = AdaptersMap(psycopg.adapters)
    for kind, dumper in ((int, Int8Dumper), (bool, _Flag), (str, _Text)):
        adapters.register_dumper(kind, dumper)
    adapters.register_loader("numeric", _Number)
    return adapters
