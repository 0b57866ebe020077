"""What the stand-ins accepted: one JSON line an operation, on its way to the file before the sender hears of it.

A sender that was answered can therefore be held to the log, and a log can be read back by the next start.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from bot.errors import SokboError
from bot.model import UTC

Platform = Literal["telegram", "discord", "x", "webhook"]
Operation = Literal["send", "edit", "delete"]
Clock = Callable[[], dt.datetime]


def utc_now() -> dt.datetime:
    """The time, aware, in UTC."""
    return dt.datetime.now(UTC)


def nickname(secret: str) -> str:
    """Eight hex digits that tell credentials apart and give none away."""
    return hashlib.sha256(secret.encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Accepted:
    """One accepted operation, in the shape that INTERFACE promises (section Sandbox); it never holds a secret.

    ``time`` is RFC 3339 in UTC with milliseconds. ``target`` is what the request named. ``key`` is Discord's nonce or
    a webhook-id.
    """

    seq: int
    time: str
    platform: Platform
    account: str
    target: str
    operation: Operation
    id: str
    key: str | None
    body: Mapping[str, Any]

    def shape(self) -> dict[str, Any]:
        """The promised shape, ``body`` the very one (``asdict`` would copy all of it)."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def when(self) -> dt.datetime:
        """``time``, as a time."""
        return dt.datetime.fromisoformat(self.time)


class Ledger:
    """The log, open for appending; what an earlier start wrote is read back first.

    A torn last line (the machine went down while it was written, so nobody was answered) is cut off. Any other line
    that is no record raises ``SokboError``: going on would forget what was accepted.
    """

    def __init__(self, path: Path, now: Clock = utc_now) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._now = now
        self._file = path.open("a+b")
        try:
            self.records = self._read_back(path)
        except BaseException:
            self._file.close()
            raise

    def _read_back(self, path: Path) -> list[Accepted]:
        self._file.seek(0)
        *lines, torn = self._file.read().split(b"\n")
        if torn:
            self._file.truncate(sum(len(line) + 1 for line in lines))
        return [self._parse(path, number, line) for number, line in enumerate(lines, 1)]

    @staticmethod
    def _parse(path: Path, number: int, line: bytes) -> Accepted:
        try:
            return Accepted(**json.loads(line))
        except (ValueError, TypeError) as error:
            raise SokboError(
                f"{path}, line {number} is no record ({error}); move the file away to start anew"
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def now(self) -> dt.datetime:
        """The ledger's time, by which records are stamped and windows of the platforms measured."""
        return self._now()

    def of(self, platform: Platform) -> Iterator[Accepted]:
        """What was accepted on one platform, in order."""
        return (record for record in self.records if record.platform == platform)

    def accept(
        self,
        platform: Platform,
        operation: Operation,
        *,
        account: str,
        target: str,
        id: str,  # noqa: A002 - the promised name
        body: Mapping[str, Any],
        key: str | None = None,
    ) -> Accepted:
        """Write one record down and flush it; only then may the sender be answered."""
        time = self.now().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        seq = self.records[-1].seq + 1 if self.records else 1
        record = Accepted(seq, time, platform, account, target, operation, id, key, body)
        self._file.write(json.dumps(record.shape(), ensure_ascii=False).encode() + b"\n")
        self._file.flush()
        self.records.append(record)
        return record


class Snowflakes:
    """Ids that rise with time, as Discord and X give them: milliseconds since ``epoch``, then 22 bits of counting."""

    def __init__(self, epoch: int) -> None:
        self._epoch = epoch
        self._last = 0

    def seen(self, snowflake: int) -> None:
        """An id read back; the next one will be greater."""
        self._last = max(self._last, snowflake)

    def next(self, now: dt.datetime) -> int:
        """A new id, greater than every one before."""
        self._last = max(self._last + 1, (int(now.timestamp() * 1000) - self._epoch) << 22)
        return self._last
