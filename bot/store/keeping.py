"""Keeping: what was sent is kept for a while, that it was sent for ever.

A story older than `keep`, of which nothing is under way and nothing waits for a person, loses its content; its row, its
entries and their identities stay, tombstones by which an old post that comes back is known (yarr#87, miniflux#1409).

    old ─▶ nothing under way ─▶ close: nobody is told it any more ─▶ deliveries, receipts ─▶ messages
                                (so that nothing can send it again)    500 at a time

Pictures are swept by themselves: one that no message names has lost its last story. Each step is a short transaction
under the locks of the accounts that it writes for, with a breath after it; a crash between two leaves a story that is
old and has content, which the next round finds.

The file of an embedded store does not shrink: SQLite fills freed pages again, so that its size levels off at what
`keep` holds, whereas a vacuum would write all of it anew, or scatter it, under a running bot. Nor is
``pragma optimize`` run: statistics that come and go turn plans, and the store's were chosen without them.
"""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, astuple, dataclass
from functools import partial
from typing import Final

from bot.store.codec import NEVER, column, span
from bot.store.database import Connection, Database, Row, statements

SQL = statements("keeping")
LOCK_ACCOUNTS_OF = statements("outbox")["lock_accounts_of"]
STORIES: Final = 100  #: closed at once
DELIVERIES: Final = 500  #: dropped at once
PICTURES: Final = 10  #: dropped at once; each may be 5 MB, and SQLite reads a page before it frees it
MESSAGES: Final = 500  #: looked through at once for the pictures that they name
RENDITIONS: Final = 1000  #: looked through at once for pictures that are gone
BREATH: Final = 0.02  #: seconds between two steps, in which others write
SETTLED: Final = 60.0  #: seconds after which a picture that was kept for a story is named by its messages, or never is
TALLIES: Final = 40 * 24  #: hours: a budget's month, and some days
HOUR: Final = 3_600_000_000  #: µs


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What a round let go of; a story counts when all its content is gone. False if it was nothing."""

    stories: int = 0
    deliveries: int = 0
    messages: int = 0
    pictures: int = 0

    def __bool__(self) -> bool:
        return any(astuple(self))

    def __str__(self) -> str:
        return "let go of " + (", ".join(f"{n:,} {name}" for name, n in asdict(self).items() if n) or "nothing")

    def __add__(self, other: "Forgotten") -> "Forgotten":
        return Forgotten(*map(sum, zip(astuple(self), astuple(other), strict=True)))


class Keeping:
    """Lets go of what is older than ``keep`` (None: of nothing) in a store that bots drive meanwhile.

    ``settled`` are the seconds in which a story that is being prepared comes to name its pictures; 0 where nothing is.
    A round may raise ``StoreAway``: then it has not ended, and the next one goes on.
    """

    def __init__(self, database: Database, keep: dt.timedelta | None, *, settled: float = SETTLED) -> None:
        self._database = database
        self._keep = keep
        self._settled = settled

    async def forget(self) -> Forgotten:
        """Let go of the content of old stories, of tallies that no budget reads, of orders long carried out."""
        before = await self._database.write(self._tidy)
        forgotten = Forgotten()
        async for stories in self._over(before):
            closed = await self._database.write(partial(_close, stories=stories))
            more = bool(closed)
            while more:
                await asyncio.sleep(BREATH)
                dropped = await self._database.write(partial(_drop, stories=closed))
                forgotten += dropped
                more = dropped.deliveries == DELIVERIES
        return forgotten

    async def sweep(self) -> Forgotten:
        """Let go of the pictures that no message names."""
        kept = await self._hashes("pictures")
        await asyncio.sleep(self._settled)
        [messages] = await self._database.read(lambda connection: connection.rows(SQL["messages"]))
        last = messages["last"]
        shown: set[str] = set()
        for after in range(messages["first"] - 1, last, MESSAGES):
            shown |= await self._hashes("shown", after=after, last=min(after + MESSAGES, last))
        unshown = sorted(kept - shown)
        dropped = Forgotten()
        for start in range(0, len(unshown), PICTURES):
            some = unshown[start : start + PICTURES]
            dropped += await self._database.write(partial(_drop_pictures, hashes=some, after=last))
            await asyncio.sleep(BREATH)
        if dropped:
            await self._forget_renditions()
        return dropped

    async def _forget_renditions(self) -> None:
        """Let go of what stands for pictures that are gone; the inbox passes over it anyhow."""
        key = ""
        while found := await self._database.read(partial(_renditions, after=key)):
            key = found[-1]["key"]
            if bare := [row["key"] for row in found if not row["kept"]]:
                work = partial(_drop_renditions, keys=bare)
                await self._database.write(work)

    def _tidy(self, connection: Connection) -> int:
        """Drop what is small and of no story; before when a story is old."""
        now = connection.now()
        before = 0 if self._keep is None else now - span(self._keep)
        connection.rows(SQL["drop_tallies"], hour=now // HOUR - TALLIES)
        connection.rows(SQL["drop_intents"], before=before)
        return before

    async def _over(self, before: int) -> AsyncIterator[list[int]]:
        """Old stories with content of which nothing is under way, some at a time."""
        after = 0
        while found := await self._database.read(partial(_old, before=before, after=after)):
            after = found[-1]
            if over := [story for story in found if not await self._under_way(story)]:
                yield over

    async def _under_way(self, story: int) -> bool:
        """Whether it is still to go out, or waits for a person. One story a look: it may have 100,000 deliveries."""
        return await self._database.read(lambda connection: bool(connection.rows(SQL["under_way"], story=story)))

    async def _hashes(self, name: str, **bounds: int) -> set[str]:
        rows = await self._database.read(lambda connection: connection.rows(SQL[name], **bounds))
        return {row["sha256"] for row in rows}


# ── Steps, each a transaction ────────────────────────────────────────────────────────────────────────────────────


def _old(connection: Connection, before: int, after: int) -> list[int]:
    return [row["story"] for row in connection.rows(SQL["old"], before=before, after=after, limit=STORIES)]


def _close(connection: Connection, stories: Sequence[int]) -> list[int]:
    """Tell nobody of these stories any more; those that nobody is at. A replay takes its accounts' locks, so it cannot
    be in the middle of one.
    """
    connection.rows(SQL["lock_accounts"])
    held = [row["id"] for row in connection.rows(SQL["lock_stories"], stories=column(stories))]
    begun = {row["story"] for row in connection.rows(SQL["fanned_out"], stories=column(held))}
    closed = [story for story in held if story not in begun]
    connection.rows(SQL["forget_telling"], stories=column(closed))
    connection.rows(SQL["forget_missing"], stories=column(closed))
    connection.rows(SQL["forget_filtered"], stories=column(closed))
    return closed


def _drop(connection: Connection, stories: Sequence[int]) -> Forgotten:
    """Drop some deliveries of closed stories, and the messages of those that have none left."""
    listed = column(stories)
    ids = column(row["id"] for row in connection.rows(SQL["over"], stories=listed, limit=DELIVERIES))
    connection.rows(LOCK_ACCOUNTS_OF, ids=ids)
    dropped = connection.rows(SQL["drop_deliveries"], ids=ids)
    connection.rows(SQL["drop_receipts"], ids=column(row["id"] for row in dropped))
    bare = connection.rows(SQL["drop_messages"], stories=listed)
    return Forgotten(stories=len({row["story"] for row in bare}), deliveries=len(dropped), messages=len(bare))


def _renditions(connection: Connection, after: str) -> Sequence[Row]:
    return connection.rows(SQL["renditions"], after=after, limit=RENDITIONS)


def _drop_renditions(connection: Connection, keys: Sequence[str]) -> None:
    connection.rows(SQL["drop_renditions"], keys=column(keys))


def _drop_pictures(connection: Connection, hashes: Sequence[str], after: int) -> Forgotten:
    """Drop these pictures and the platforms' references to them, but for those that a newer message names."""
    newer = connection.rows(SQL["shown"], after=after, last=NEVER)
    unshown = column(sorted(set(hashes) - {row["sha256"] for row in newer}))
    connection.rows(SQL["drop_uploads"], hashes=unshown)
    return Forgotten(pictures=len(connection.rows(SQL["drop_pictures"], hashes=unshown)))
