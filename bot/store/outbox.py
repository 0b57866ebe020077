"""What dispatch writes: a tick finishes what ended, promotes, fans out, acts on what people want, and claims.

    turn      one transaction: outcomes (fenced), promotions, then tokens and claims of each account in its turn
    spread    one more, where deliveries are still to be written, or a person wants something: a chunk of a fan-out
    takeover  what a dead worker had on its way is somebody's again

Whoever writes an account's deliveries holds that account's row lock; on SQLite that is the write transaction itself.
Of a lane's rows at most one is ready, sending or snoozed: the unique index `delivery_active` says so.
"""

import datetime as dt
import logging
import time
from collections.abc import Callable, Collection, Sequence
from functools import partial

from bot.errors import StoreAway
from bot.model import Outcome
from bot.ports import Account, Claim, Paces
from bot.store import fanout, orders, takeover
from bot.store.claiming import Claimant
from bot.store.codec import column, span
from bot.store.database import Connection, Database, statements
from bot.store.finishing import finish
from bot.store.lanes import promote
from bot.store.workers import LIFE

LOG = logging.getLogger(__name__)
SQL = statements("outbox")
RENEW = 1.0  #: seconds between two signs of life of a worker
SMALLEST = 50  #: subscriptions of a chunk at least, however slow the database is
SPELL = 0.25  #: seconds that a chunk may keep others waiting; the next is half as large then (FAILURES.md, row 13)


class Outbox:
    """`ports.Outbox` on a database.

    ``steady`` counts seconds on a clock that nobody sets: where the store goes by this machine's own clock, a step of
    it shifts what waits.
    """

    def __init__(self, database: Database, steady: Callable[[], float] | None = None) -> None:
        self._database = database
        self._steady = None if database.shared else steady
        self._claimant = Claimant(database)
        self._unspread = True  #: something is still to become deliveries, or a person wants something
        self._spreads = True  #: and it was for us to do so
        self._chunk = fanout.CHUNK  #: subscriptions that a step of a fan-out looks at
        self._soon = False
        self._alone = not database.shared
        self._of_feeds = False  #: a person has added or removed feeds, and nobody was told yet
        self._on_feeds: Callable[[], None] = lambda: None
        self._told = 0.0  #: when we last gave a sign of life, on the monotonic clock
        self._noted = 0  #: the time that we last left for a successor, on the store's clock
        self._offset: float | None = None  #: of the store's clock against the steady one, in seconds

    @property
    def shared(self) -> bool:
        """Whether other workers drive it, too."""
        return self._database.shared

    @property
    def alone(self) -> bool:
        """Whether nobody else drives it, as seen with our last sign of life."""
        return self._alone

    @property
    def fanning_out(self) -> bool:
        """Whether the last tick left a fan-out unfinished: tick again at once."""
        return self._unspread and self._spreads

    @property
    def soon(self) -> bool:
        """Whether the last tick claimed nothing, though something falls due within a second."""
        return self._soon

    async def meet(self, accounts: Sequence[tuple[Account, Paces]]) -> None:
        """Take over the accounts of the configuration; targets that are gone from it are retired.

        Pauses that waited for a person end: that person has just started the bot. What a platform asked to wait stays,
        and so does what a person has stopped.
        """

        def work(connection: Connection) -> None:
            takeover.set_right(connection)
            self._claimant.meet(accounts, connection)

        await self._database.write(work)

    async def doubts(self) -> tuple[Claim, ...]:
        """Deliveries that a worker had claimed and never reported, before it died: they may have been posted."""
        work = partial(takeover.take_over, database=self._database, handover=self._claimant.handover)
        return await self._database.write(work)

    async def forget(self, known: Collection[int]) -> int:
        """Give back claims of ours that were committed while the connection was lost; ``known`` are those we hold."""
        work = partial(takeover.give_back, worker=self._database.worker, known=known)
        return await self._database.write(work)

    async def tick(self, outcomes: Sequence[Outcome], room: int) -> tuple[Claim, ...]:
        """Finish what ended and promote, act on intents, fan out, claim at most ``room`` deliveries."""
        claims = await self._tick(outcomes, room)
        if self._of_feeds:
            self._of_feeds = False
            self._on_feeds()
        return claims

    async def _tick(self, outcomes: Sequence[Outcome], room: int) -> tuple[Claim, ...]:
        if not self._database.shared:
            return await self._database.write(partial(self._all, outcomes=outcomes, room=room))
        claims = await self._database.write(partial(self._turn, outcomes=outcomes, room=room))
        if claims is not None:
            return claims
        try:
            await self._database.write(self._spread)
        except StoreAway as error:  # somebody else has the account, or it was too much: what is ready need not wait
            LOG.info("a fan-out goes on with %d at a time: %s", self._chunk, error)
        return await self._database.write(partial(self._claim, room=room))

    def on_feeds(self, call: Callable[[], None]) -> None:
        """Call this, in the event loop, whenever a tick has added or removed feeds, as a person wanted."""
        self._on_feeds = call

    async def pending(self, within: dt.timedelta) -> int:
        """How much is on its way now or will be ``within`` that time."""

        def work(connection: Connection) -> int:
            found = connection.row(SQL["pending"], soon=connection.now() + span(within))
            return 0 if found is None else int(found["number"])

        return await self._database.read(work)

    def _all(self, connection: Connection, outcomes: Sequence[Outcome], room: int) -> tuple[Claim, ...]:
        """Everything in one transaction, where nobody else waits for its locks."""
        self._finish(connection, outcomes)
        self._spread(connection)
        return self._claim(connection, room)

    def _turn(self, connection: Connection, outcomes: Sequence[Outcome], room: int) -> tuple[Claim, ...] | None:
        """Finish and claim; None if something is to be spread before, which may go first."""
        self._finish(connection, outcomes)
        return None if self._is_unspread(connection) else self._claim(connection, room)

    def _finish(self, connection: Connection, outcomes: Sequence[Outcome]) -> None:
        now = connection.now()
        self._keep_step(connection, now)
        self._renew(connection, now)
        if outcomes:
            self._note(connection, now)
            if self._database.shared:
                connection.rows(SQL["lock_accounts_of"], ids=column(outcome.delivery for outcome in outcomes))
            promote(connection, finish(connection, outcomes, now, self._claimant), now)

    def _spread(self, connection: Connection) -> None:
        now = connection.now()
        lanes, feeds = orders.obey(connection, now)
        promote(connection, lanes, now)
        self._of_feeds = self._of_feeds or feeds
        began = time.monotonic()
        try:
            self._spreads = self._fan_out(connection, now, began)
        finally:
            self._size(time.monotonic() - began)

    def _fan_out(self, connection: Connection, now: int, began: float) -> bool:
        """A chunk of a fan-out, or as many small ones as are no more work; false if there was nothing to do."""
        spread, left = False, self._chunk
        while step := fanout.fan_out(connection, now, left, patient=not spread):
            spread, left = True, left - max(step.looked, 1)
            if not step.ended or left <= 0 or time.monotonic() - began > SPELL / 4:
                break
        return spread

    def _size(self, took: float) -> None:
        """Let the next chunk be as large as this database writes in time."""
        if took > SPELL:
            self._chunk = max(self._chunk // 2, SMALLEST)
        elif took < SPELL / 4:
            self._chunk = min(self._chunk * 2, fanout.CHUNK)

    def _claim(self, connection: Connection, room: int) -> tuple[Claim, ...]:
        claims = self._claimant.claim(connection, room) if room > 0 else ()
        self._soon = not claims and self._claimant.soon(connection)
        self._unspread = self._is_unspread(connection)
        self._spreads = self._spreads or not self._unspread
        return claims

    @staticmethod
    def _is_unspread(connection: Connection) -> bool:
        return connection.row(SQL["unspread"]) is not None

    def _renew(self, connection: Connection, now: int) -> None:
        if self._database.shared and time.monotonic() - self._told > RENEW:
            takeover.set_right(connection)
            connection.rows(SQL["alive"], worker=self._database.worker, until=now + LIFE)
            self._alone = connection.row(SQL["company"], worker=self._database.worker, now=now) is None
            self._told = time.monotonic()

    def _note(self, connection: Connection, now: int) -> None:
        """Leave the time for a successor, who may find the clock set back; where others drive, signs of life do."""
        if not self._database.shared and abs(now - self._noted) > RENEW * 1_000_000:
            takeover.note_time(connection, now)
            self._noted = now

    def _keep_step(self, connection: Connection, now: int) -> None:
        """Shift what waits after the clock was set, so that nothing stalls and nothing comes early."""
        if self._steady is None:
            return
        offset = now / 1_000_000 - self._steady()
        step = 0.0 if self._offset is None else offset - self._offset
        self._offset = offset
        if abs(step) > takeover.STEP:
            takeover.shift(connection, round(step * 1_000_000), now)
