"""The rounds: every feed asked in time, one scheduler for all of them, however many they are.

    rota ─(due, room)─▶ take ─▶ ask ─▶ news? ingest commits it at once
     ▲                   many         └─▶ Polled ─(a second)─▶ noted, many in one transaction
     └────────── rhythm: how long to wait ◀──┘

At most ``AT_ONCE`` feeds are asked at once. A source that tells when it changed (a folder) has a task of its own, and
is asked by the clock besides, should it have missed something. A feed that fails backs off alone, and says so in the
ledger. How a poll ended is written before the same feed is asked again, and else with the next batch: an unchanged
feed costs no transaction of its own.
"""

import asyncio
import datetime as dt
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TypeVar

from bot import rhythm
from bot.errors import Problem, SourceError, SourceGone, StoreAway, StoreError
from bot.model import Entry, Feed
from bot.ports import Inbox, Polled, Source, Watches
from bot.rota import Rota

T = TypeVar("T")

LOG = logging.getLogger(__name__)
AT_ONCE = 100  #: feeds that are asked at the same time; 10,000 that take a second each fit into two minutes of these
BEAT = 0.1  #: seconds between two looks at the rota: what fell due in between is taken together
NOTE = 1.0  #: seconds after which the ends of polls are written
LEASE = dt.timedelta(seconds=60)  #: for how long a feed is a worker's that reads it
STORE_ASKED = 1.0  #: seconds to wait for a store that does not answer
GONE_AGAIN = 3600.0  #: seconds until another worker may find out for itself that a feed is gone
STARTS = 100.0  #: feeds a second that are asked for the first time after a start, or for what was due meanwhile
PAGE = 500  #: feeds that are recalled together


@dataclass(slots=True)
class Watch:
    """One feed being watched: its source, and the posts that wait for their link with the time they were first seen."""

    feed: Feed
    source: Source
    changed: bool = False  #: we were told that there is something new, and have not read it yet
    rung: bool = False  #: and that it is to be read at once, or once more if it is just being read
    heard: int = 0  #: new posts that a hub has pushed since the whole feed was read
    doubted: bool = False  #: its document broke off, and is not believed before it does so twice in a row
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)  #: one reading at a time is taken in
    hurries: float = 0.0  #: until when it is asked as often as may be, in seconds of the steady clock
    problems: tuple[Problem, ...] = ()
    recurring: frozenset[str] = frozenset()  #: the traits that posts of the feed share, as of the last reading
    waits: dict[str, tuple[Entry, dt.datetime]] = field(default_factory=dict)
    tells: bool = field(init=False)  #: whether its source knows when it changed

    def __post_init__(self) -> None:
        self.tells = isinstance(self.source, Watches)


@dataclass(frozen=True, slots=True)
class Found:
    """What reading a feed came to, once its news is committed."""

    problems: tuple[Problem, ...] = ()
    cursor: str | None = None  #: where nothing else was to be committed with it
    next_due: dt.datetime | None = None  #: an appointment
    arrivals: tuple[int, ...] | None = None
    fresh_for: float = 0.0
    size: int = 0
    gap: bool = False
    breaking: bool = False  #: it told breaking news
    pushed: bool = False  #: a hub pushes it, so that polling need not hurry


Read = Callable[[Watch, Feed], Awaitable[Found]]


class Rounds:
    """Asks feeds with ``read``, which commits what it finds and raises ``SourceError``.

    ``clock`` is what times are told by, ``steady`` a clock in seconds that nobody sets.
    """

    def __init__(
        self,
        inbox: Inbox,
        sources: Sequence[tuple[Feed, Source]],
        read: Read,
        clock: Callable[[], dt.datetime],
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._inbox = inbox
        self._watches = {feed.name: Watch(feed, source) for feed, source in sources}
        self._read = read
        self._clock = clock
        self._steady = steady
        self._rota = Rota()
        self._busy: set[str] = set()
        self._ended: dict[str, Polled] = {}  #: what is still to be written
        self._noted = steady()
        self._hurries = 0.0  #: until when all feeds hurry, because one has told breaking news
        self._attended: dict[str, tuple[Watch, asyncio.Task[None]]] = {}
        self._group: asyncio.TaskGroup | None = None

    async def run(self) -> None:
        """Ask every feed in its time until cancelled."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            try:
                await self._begin(self._watches.values())
                while True:
                    await self.turn(group)
                    await asyncio.sleep(BEAT)
            finally:
                self._group = None
                await self._note(last=True)

    async def once(self) -> None:
        """Ask every feed once; of those that workers share, folders and the ones that are due."""
        for watches in _pages(self._watches.values(), AT_ONCE):
            folders = [watch.feed.name for watch in watches if watch.tells]
            try:
                taken = await self._inbox.take([watch.feed for watch in watches], folders, LEASE)
            except StoreAway as error:
                LOG.warning("%d feeds wait for the store: %s", len(watches), error)
                continue
            async with asyncio.TaskGroup() as group:
                await self._call(taken.feeds, group)
            await self._note()

    async def watch(self, sources: Sequence[tuple[Feed, Source]]) -> None:
        """Watch these feeds from now on, and no others; the store has met them.

        One whose feed and source are what they were goes on undisturbed; one that is being asked is asked to the end;
        of one that was changed, what is known goes on, and it is asked at once.
        """
        before = self._watches
        self._watches = {feed.name: _going_on(before.get(feed.name), feed, source) for feed, source in sources}
        for name in before.keys() - self._watches.keys():
            self._rota.drop(name)
        for name, (watch, task) in list(self._attended.items()):
            if self._watches.get(name) is not watch and name not in self._busy:
                task.cancel()
        if self._group is not None:
            await self._begin(watch for name, watch in self._watches.items() if watch is not before.get(name))

    def watched(self, name: str) -> Watch | None:
        """The watch of a feed, if it is watched."""
        return self._watches.get(name)

    def nudge(self, name: str) -> None:
        """Ask a feed now: somebody says that it has changed."""
        if watch := self._watches.get(name):
            watch.changed = watch.rung = True
            self._rota.hasten(name, self._steady())

    async def turn(self, group: asyncio.TaskGroup) -> None:
        """Ask those whose turn it is, each in a task of ``group``; write what is to be written by now."""
        now = self._steady()
        names = self._rota.take(now, AT_ONCE - len(self._busy))
        self._busy.update(names)
        if self._ended and (now - self._noted >= NOTE or not self._ended.keys().isdisjoint(names)):
            await self._note()
        if not names:
            return
        watches = [watch for name in names if (watch := self._watches.get(name))]
        told = [watch.feed.name for watch in watches if self._told(watch)]
        try:
            taken = await self._inbox.take([watch.feed for watch in watches], told, LEASE)
        except StoreAway as error:
            LOG.warning("%d feeds wait for the store: %s", len(names), error)
            self._plan_again(dict.fromkeys(names, STORE_ASKED))
            return
        self._plan_again({name: wait.total_seconds() for name, wait in taken.waits.items()})
        await self._call(taken.feeds, group)

    # ── When ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _begin(self, watches: Iterable[Watch]) -> None:
        """Plan feeds that are new here: when the store says, what is overdue soon, and not all at once."""
        watches = list(watches)
        for watch in watches:
            if watch.tells:
                self._attend(watch)
        asked = [watch for watch in watches if not watch.tells]
        now, at = self._steady(), self._clock()
        for page in _pages(asked, PAGE):
            for feed in await self._recalled([watch.feed for watch in page]):
                most = rhythm.ceiling(feed)
                soon = rhythm.spread(feed.name, at) * min(len(asked) / STARTS, most)
                wait = max(soon, (feed.due - at).total_seconds()) if feed.due else soon
                if self._watches[feed.name].changed:
                    wait = soon
                elif wait > most and not feed.failures:  # its interval was longer when that was written
                    self._watches[feed.name].changed, wait = True, most
                self._schedule(feed, now + wait, now)

    async def _recalled(self, feeds: Sequence[Feed]) -> Sequence[Feed]:
        try:
            return await self._inbox.recall(feeds)
        except StoreAway as error:
            LOG.warning("%d feeds wait for the store: %s", len(feeds), error)
            return feeds

    def _schedule(self, feed: Feed, due: float, began: float) -> None:
        """Plan a feed's next turn, unless it is being asked: then it is planned when that is over."""
        if feed.name in self._watches and feed.name not in self._busy:
            self._rota.plan(feed.name, due, max(due, began + rhythm.ceiling(feed)))

    def _plan_again(self, waits: dict[str, float]) -> None:
        """Plan feeds that we did not get to ask."""
        now = self._steady()
        for name, wait in waits.items():
            self._busy.discard(name)
            if name in self._watches:
                self._rota.plan(name, now + wait)

    def _told(self, watch: Watch) -> bool:
        """Whether a feed is to be asked now whatever the store says of when it is due."""
        now = self._steady()
        return watch.changed or now < watch.hurries or now < self._hurries

    def hurry(self, watch: Watch) -> None:
        """Breaking news: ask its feed as often as may be for a while, and the others too, as far as there is room."""
        now, at = self._steady(), self._clock()
        watch.hurries = self._hurries = now + rhythm.HURRIES
        gap = rhythm.elsewhere(len(self._watches))
        for name, other in self._watches.items():
            if gap < rhythm.ceiling(other.feed):
                self._rota.hasten(name, now + rhythm.spread(name, at) * max(gap, rhythm.floor(other.feed)))

    def _wait(self, watch: Watch, feed: Feed, found: Found, at: dt.datetime) -> tuple[float, float]:
        """Seconds from the beginning of a successful poll to that of the next; and the feed's rhythm as it is."""
        if watch.tells or found.pushed:
            learned = wait = rhythm.ceiling(feed)
        elif self._steady() < watch.hurries:
            learned = wait = rhythm.floor(feed)
        else:
            learned = rhythm.interval(feed, at)
            if self._steady() < self._hurries:
                learned = min(learned, max(rhythm.elsewhere(len(self._watches)), rhythm.floor(feed)))
            wait = rhythm.pause(feed, learned, at=at, fresh_for=found.fresh_for)
        if found.next_due is not None:
            wait = min(wait, (found.next_due - at).total_seconds())
        return wait, learned

    # ── One feed ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def _call(self, feeds: Iterable[Feed], group: asyncio.TaskGroup) -> None:
        """Begin to ask feeds, one with each turn of the event loop.

        A hundred at once would march in step: all their handshakes in one turn, and nothing else meanwhile.
        """
        for feed in feeds:
            group.create_task(self._call_on(feed), name=f"feed {feed.name}")
            await asyncio.sleep(0)

    async def _call_on(self, feed: Feed) -> None:
        """Ask a feed that was taken, and plan its next turn."""
        began = self._steady()
        watch = self._watches.get(feed.name)
        try:
            wait = None if watch is None else await self._visit(watch, feed)
        except StoreAway as error:
            LOG.warning("feed %s waits for the store: %s", feed.name, error)
            wait = STORE_ASKED
        finally:
            self._busy.discard(feed.name)
        now, current = self._steady(), self._watches.get(feed.name)
        if wait is not None and current is not None:
            again = current is not watch or current.rung  # it was changed meanwhile, or somebody says that it has news
            self._schedule(current.feed, now + (0.0 if again else wait), began)

    async def _visit(self, watch: Watch, feed: Feed) -> float | None:
        """Ask a feed that is ours now; seconds until the next time, None if it is gone for good."""
        began, name = self._steady(), feed.name
        watch.changed = watch.rung = False
        try:
            found = await self._read(watch, feed)
        except SourceGone as error:
            LOG.error("feed %s is gone: %s", name, error)  # noqa: TRY400 - the sentence is for an operator
            after = dt.timedelta(seconds=GONE_AGAIN)
            self._ended[name] = Polled(name, f"gone for good: {error}", after=after)
            return None
        except StoreError:
            raise  # the house has no floor: dispatch, too, will stop
        except SourceError as error:
            LOG.warning("feed %s: %s", name, error)
            return self._failed(feed, str(error), error.retry_after)
        except Exception as error:  # one feed's trouble stops no other, even if it is our own mistake
            LOG.exception("feed %s could not be read", name)
            return self._failed(feed, f"it could not be read: {type(error).__name__}: {error}")
        at = self._clock()
        if found.breaking:
            self.hurry(watch)
        arrivals = feed.arrivals if found.arrivals is None else found.arrivals
        wait, learned = self._wait(watch, replace(feed, arrivals=arrivals), found, at)
        wait = max(0.0, wait - (self._steady() - began))
        self._ended[name] = Polled(
            name,
            problems=found.problems,
            after=dt.timedelta(seconds=wait),
            rhythm=dt.timedelta(seconds=learned),
            cursor=found.cursor,
            arrivals=None if arrivals == feed.arrivals else arrivals,
            size=found.size or None,
            gap=found.gap,
        )
        return wait

    def _failed(self, feed: Feed, error: str, retry_after: float = 0.0) -> float:
        wait = rhythm.backoff(feed, feed.failures + 1, at=self._clock(), retry_after=retry_after)
        self._ended[feed.name] = Polled(feed.name, error, after=dt.timedelta(seconds=wait))
        return wait

    async def _note(self, *, last: bool = False) -> None:
        """Write how polls ended; what the store does not take now, it is given again."""
        polls, self._ended = self._ended, {}
        self._noted = self._steady()
        try:
            if polls:
                await self._inbox.polled([*polls.values()])
        except StoreError as error:
            if not last and not isinstance(error, StoreAway):
                raise
            LOG.warning("how %d polls ended waits for the store: %s", len(polls), error)
            self._ended = polls | self._ended

    # ── Those that tell ──────────────────────────────────────────────────────────────────────────────────────────

    def _attend(self, watch: Watch) -> None:
        """Give a source that tells when it changed a task of its own."""
        name = watch.feed.name
        _, before = self._attended.get(name, (None, None))
        if self._group is not None:
            task = self._group.create_task(self._listen(watch, before), name=f"feed {name}")
            self._attended[name] = watch, task
            task.add_done_callback(lambda _: self._forget(name, watch))

    def _forget(self, name: str, watch: Watch) -> None:
        if self._attended.get(name, (None, None))[0] is watch:
            del self._attended[name]

    async def _listen(self, watch: Watch, before: asyncio.Task[None] | None) -> None:
        """Ask a source whenever it changes, and as often as its feed says, while it is watched."""
        if before is not None:
            await asyncio.wait([before])
        while self._watches.get(watch.feed.name) is watch:
            wait = await self._heard(watch)
            if wait is None or self._watches.get(watch.feed.name) is not watch:
                return
            assert isinstance(watch.source, Watches), "only such a source is listened to"  # noqa: S101 - by `_begin`
            try:
                await asyncio.wait_for(watch.source.changed(), wait)
                watch.changed = True
            except TimeoutError:
                pass

    async def _heard(self, watch: Watch) -> float | None:
        """Ask a source that may have changed, if no other worker does; seconds until the next time, None if gone."""
        name = watch.feed.name
        self._busy.add(name)
        try:
            if name in self._ended:
                await self._note()
            taken = await self._inbox.take([watch.feed], [name] if watch.changed else [], LEASE)
            if taken.feeds:
                return await self._visit(watch, taken.feeds[0])
            return taken.waits[name].total_seconds()
        except StoreAway as error:
            LOG.warning("feed %s waits for the store: %s", name, error)
            return STORE_ASKED
        finally:
            self._busy.discard(name)


def _going_on(before: Watch | None, feed: Feed, source: Source) -> Watch:
    """The watch of a feed that may be watched already."""
    if before is None:
        return Watch(feed, source)
    if before.feed != feed or before.source is not source:
        return replace(before, feed=feed, source=source, changed=True)
    before.feed = feed  # where its filter stands in the file may have moved
    return before


def _pages(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """So many at a time."""
    rest = iter(items)
    while page := list(islice(rest, size)):
        yield page
