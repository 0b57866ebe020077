"""What the store's rooms ask of a database, and where the statements are; SQLite and PostgreSQL answer.

A transaction is a function of a connection, run whole in the database's own thread: its statements are seen by nobody
until all are done, and it is written whole or not at all. One SQL text serves both: `dialect` says what PostgreSQL
reads otherwise.

    /*pg for update skip locked */   stands in the text for PostgreSQL alone; to SQLite it is a comment
    json_each(:ids)                  rows of JSON; a list is [[1], [2]], and its numbers are cast(value->>0 as bigint)
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import resources
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

T = TypeVar("T")


class Row(Protocol):
    """One row; its columns go by name."""

    def __getitem__(self, column: str, /) -> Any: ...


class Connection(Protocol):
    """One transaction's view of the database."""

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        ...

    def rows(self, sql: str, **parameters: Any) -> Sequence[Row]:
        """Every row of one statement; parameters stand in it as ``:name``, booleans are 0 and 1."""
        ...

    def tuples(self, sql: str, **parameters: Any) -> Sequence[tuple[Any, ...]]:
        """Every row of one statement without the names of its columns: for what is read by the hundred."""
        ...

    def row(self, sql: str, **parameters: Any) -> Row | None:
        """The first row of one statement, or None."""
        ...

    def now(self) -> int:
        """Microseconds since 1970, by the one clock that all workers share: on PostgreSQL the database's own."""
        ...

    def wake(self) -> None:
        """Once this is committed, tell every worker that there is work."""
        ...


Work = Callable[[Connection], T]


class Database(Protocol):
    """A database, open while this is; see `sqlite.Database` and `postgres.Database`.

    Both methods raise ``StoreAway`` when it cannot be reached now, ``StoreError`` when it never takes this.
    """

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    @property
    def worker(self) -> int:
        """Which of those that share the store this process is; 0 where it only looks."""
        ...

    @property
    def shared(self) -> bool:
        """Whether other workers may drive the same store."""
        ...

    @property
    def connected(self) -> float:
        """When it was last connected anew, in seconds of the monotonic clock: the others may not be back yet."""
        ...

    def clock(self) -> dt.datetime:
        """The time by the shared clock, as far as this process knows it without asking."""
        ...

    def monotonic(self, micros: int) -> float:
        """A time of the shared clock as seconds of this process's monotonic clock."""
        ...

    def gone(self, connection: Connection, worker: int) -> bool:
        """Whether nobody holds that worker's session lock any more."""
        ...

    def on_wake(self, wake: Callable[[], None]) -> None:
        """Call this, in the event loop, whenever another worker has committed work."""
        ...

    async def write(self, work: Work[T]) -> T:
        """Run ``work`` in one transaction: all of it is committed to the disk, or none."""
        ...

    async def read(self, work: Work[T]) -> T:
        """Run ``work`` on the reading connection, on one snapshot."""
        ...


@cache
def statements(name: str) -> Mapping[str, str]:
    """The named statements of ``name``.sql: each stands under its ``-- name:`` line."""
    text = resources.files("bot.store").joinpath(f"{name}.sql").read_text("utf-8")
    parts = re.split(r"^-- name: (\w+)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))
