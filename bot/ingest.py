"""Ingest: read each feed when it is due or has changed, and commit what follows from it.

    source.read ─▶ detect ─▶ story.tell ─▶ route ─▶ illustrate ─▶ render ─▶ inbox.admit (ONE transaction) ─▶ wake
                                                       └─ late: a breaking story goes without, its picture is edited in

One task a feed: a broken one backs off alone, and says so in the ledger.
"""

import asyncio
import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from bot.desk import amended, recalled
from bot.detect import corrects, detect, fingerprint, id_key, keys, lead, trust
from bot.errors import Problem, SourceError, SourceGone, StoreAway, StoreError
from bot.filters import Subject, kept_out
from bot.illustrate import Illustrator, shown
from bot.minutes import report, strangers
from bot.missing import missing
from bot.model import UTC, Bounds, Change, Entry, Feed, Plates, Priority, Story, StoryState, Urgency
from bot.ports import Account, Adapter, Admission, Edits, Inbox, Pictures, Reading, Shipment, Source, Watches
from bot.render import render
from bot.revise import Weight, weigh
from bot.route import route
from bot.rules import Kept
from bot.story import tell, urgency
from bot.traits import recurring, traits

LOG = logging.getLogger(__name__)
LONGEST_BACKOFF = dt.timedelta(hours=1)
PATIENCE = 10.0  #: seconds that a story waits for its pictures
BREAKING_PATIENCE = 1.0  #: seconds that a breaking one does
STORE_ASKED = dt.timedelta(seconds=1)  #: how long to wait for a store that does not answer
LEASE = dt.timedelta(seconds=60)  #: for how long a feed is a worker's that reads it
TOLD = frozenset({StoryState.ANNOUNCED, StoryState.CORRECTED})  #: states of a story that readers have, or are getting
NEWS = frozenset({"new", "released"})  #: kinds of changes that are told to readers who have heard nothing of it
LINK_ASKED = dt.timedelta(seconds=2)  #: how often a link that is waited for is asked again


@dataclass(slots=True)
class Watch:
    """One feed being watched: its source, and the posts that wait for their link with the time they were first seen."""

    feed: Feed
    source: Source
    changed: bool = False  #: we were told that there is something new, and have not read it yet
    failures: int = 0
    problems: tuple[Problem, ...] = ()
    recurring: frozenset[str] = frozenset()  #: the traits that posts of the feed share, as of the last reading
    waits: dict[str, tuple[Entry, dt.datetime]] = field(default_factory=dict)
    task: "asyncio.Task[None] | None" = None
    resting: bool = False  #: it is not being read now
    left: bool = False  #: nobody wants it any more: it ends after this reading


class Ingest:
    """Reads feeds into the store. ``renderers`` are by account name; ``wake`` tells dispatch that there is work."""

    def __init__(
        self,
        inbox: Inbox,
        sources: Sequence[tuple[Feed, Source]],
        accounts: Sequence[Account],
        renderers: Mapping[str, Adapter],
        pictures: Pictures,
        wake: Callable[[], None],
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(UTC),
    ) -> None:
        self._inbox = inbox
        self._watches = [Watch(feed, source) for feed, source in sources]
        self._accounts: Sequence[Account] = ()
        self._renderers: Mapping[str, Adapter] = {}
        self._tell(accounts, renderers)
        self._admitting = asyncio.Lock()
        self._group: asyncio.TaskGroup | None = None
        self._illustrator = Illustrator(inbox, pictures)
        self._late: set[asyncio.Task[None]] = set()
        self._wake = wake
        self._clock = clock

    async def run(self) -> None:
        """Watch every feed until cancelled."""
        try:
            async with asyncio.TaskGroup() as self._group:
                for watch in self._watches:
                    self._start(watch)
                await asyncio.Event().wait()  # others may come
        finally:
            self._group = None
            for task in self._late:
                task.cancel()
            await asyncio.gather(*self._late, return_exceptions=True)

    async def change(
        self, accounts: Sequence[Account], renderers: Mapping[str, Adapter], meet: Callable[[], Awaitable[None]]
    ) -> None:
        """Between two admissions, let the store ``meet`` other accounts; from then on these are told."""
        async with self._admitting:
            await meet()
            self._tell(accounts, renderers)

    def _tell(self, accounts: Sequence[Account], renderers: Mapping[str, Adapter]) -> None:
        self._accounts = accounts
        self._by_name = {account.name: account for account in accounts}
        self._renderers = {**self._renderers, **renderers}  # what is being drafted for others ends, and is thrown away

    async def watch(self, sources: Sequence[tuple[Feed, Source]]) -> None:
        """From now on watch these feeds. One that stays, with its source, is not disturbed; a reading ends first."""
        before = {watch.feed.name: watch for watch in self._watches}
        self._watches = []
        for feed, source in sources:
            old = before.pop(feed.name, None)
            if old is not None and old.source is source and old.feed == feed:
                old.feed = feed  # where a filter stands in the file may have moved
                self._watches.append(old)
                continue
            new = Watch(feed, source, waits=old.waits if old else {})
            self._watches.append(new)
            self._start(new, old)
        for gone in before.values():
            _leave(gone)

    def _start(self, watch: Watch, old: Watch | None = None) -> None:
        """Follow a feed, in the place of an old watch of the same."""
        if old is not None:
            _leave(old)
        if self._group is not None:
            follow = self._follow(watch, old.task if old else None)
            watch.task = self._group.create_task(follow, name=f"feed {watch.feed.name}")

    async def once(self) -> None:
        """Read every feed once."""
        async with asyncio.TaskGroup() as group:
            for watch in self._watches:
                group.create_task(self._poll(watch), name=f"feed {watch.feed.name}")
        await asyncio.gather(*self._late)

    async def _follow(self, watch: Watch, former: "asyncio.Task[None] | None") -> None:
        if former is not None:
            await asyncio.wait([former])
        while not watch.left:
            after = await self._poll(watch)
            if after is None or watch.left:
                return
            watch.resting = True
            if isinstance(watch.source, Watches):
                try:
                    await asyncio.wait_for(watch.source.changed(), after.total_seconds())
                    watch.changed = True
                except TimeoutError:
                    pass
            else:
                await asyncio.sleep(after.total_seconds())
            watch.resting = False

    async def _poll(self, watch: Watch) -> dt.timedelta | None:
        """Read a feed, if no other worker does; how long to wait until the next time, None when it is gone for good."""
        name = watch.feed.name
        try:
            wait = await self._inbox.begin(name, changed=watch.changed, lease=LEASE)
            if wait is not None:
                return wait
            watch.changed = False
            after = await self._attempt(watch)
            await self._inbox.end(name, LONGEST_BACKOFF if after is None else after)
        except StoreAway as error:
            LOG.warning("feed %s waits for the store: %s", name, error)
            return STORE_ASKED
        return after

    async def _attempt(self, watch: Watch) -> dt.timedelta | None:
        name = watch.feed.name
        try:
            next_due = await self._read(watch)
        except SourceGone as error:
            LOG.error("feed %s is gone: %s", name, error)  # noqa: TRY400 - the sentence is for an operator
            await self._inbox.polled(name, f"gone for good: {error}")
            return None
        except StoreError:
            raise  # the house has no floor: dispatch, too, will stop
        except SourceError as error:
            LOG.warning("feed %s: %s", name, error)
            await self._inbox.polled(name, str(error))
            return _backoff(watch)
        except Exception as error:  # one feed's trouble stops no other, even if it is our own mistake
            LOG.exception("feed %s could not be read", name)
            await self._inbox.polled(name, f"it could not be read: {type(error).__name__}: {error}")
            return _backoff(watch)
        watch.failures = 0
        if next_due is None:
            return watch.feed.every
        return min(watch.feed.every, max(next_due - self._clock(), dt.timedelta(0)))

    async def _read(self, watch: Watch) -> dt.datetime | None:
        feed = await self._inbox.recall(watch.feed)
        reading = await watch.source.read(feed.cursor)
        problems = (*reading.problems, *strangers(reading.entries, self._by_name))
        for problem in problems:
            if problem not in watch.problems:  # a broken post is said once, not with every poll
                LOG.warning("feed %s: %s", feed.name, problem)
        watch.problems = problems
        read = {entry.link for entry in reading.entries}
        entries = [*reading.entries, *(entry for link, (entry, _) in watch.waits.items() if link not in read)]
        now = self._clock()
        feed = trust(feed, reading.entries)
        keyed = [(entry, keys(entry, feed)) for entry in entries]
        known = await self._inbox.known(feed.name, [key for _, own in keyed for key in own])
        keeps = partial(_kept_out, feed)
        detected = detect(feed, keyed, known, total=max(reading.total, len(keyed)), now=now, keeps=keeps)
        if detected.changes:
            watch.recurring = await self._recurring(feed, keyed)
        ready = [item for item in detected.changes if await self._link_answers(watch, item[0], now)]
        if ready or not feed.met or reading.cursor != feed.cursor:
            # While a post waits for its link the old cursor stays, so that after a crash the source shows it again.
            cursor = feed.cursor if watch.waits else reading.cursor
            await self._admit(watch, replace(feed, cursor=cursor), ready, now)
        removed = await self._removed(feed, reading, now)
        await self._inbox.polled(feed.name, "", (*problems, *removed))
        appointments = [detected.next_due, now + LINK_ASKED if watch.waits else None]
        return min((moment for moment in appointments if moment is not None), default=None)

    async def _admit(
        self, watch: Watch, feed: Feed, ready: Sequence[tuple[Change, tuple[str, ...]]], now: dt.datetime
    ) -> None:
        """Commit a reading with all that follows from it; drafted anew, if other accounts are told by then."""
        accounts = self._accounts
        drafts = await asyncio.gather(*(self._drafted(watch, change, own, now) for change, own in ready))
        admissions = [draft.admission for draft in drafts]
        async with self._admitting:
            stories = await self._inbox.admit(feed, admissions) if accounts is self._accounts else None
        if stories is None:
            for work in (draft.plates for draft in drafts if draft.plates is not None):
                work.cancel()
            await self._admit(watch, feed, ready, now)
            return
        report(feed.name, admissions, stories)
        self._wake()
        for draft, story in zip(drafts, stories, strict=True):
            if story and draft.plates is not None:
                self._later(self._edit_in(replace(draft.admission.story, id=story), draft.accounts, draft.plates))

    async def _removed(self, feed: Feed, reading: Reading, now: dt.datetime) -> tuple[Problem, ...]:
        """Take back what has gone from a folder, where feed and rule allow it; else the alarm."""
        since = await self._inbox.missing(feed.name)
        if feed.removed == "keep" and not since:
            return ()
        present = None if reading.present is None else frozenset(map(id_key, reading.present))
        own = await self._inbox.own(feed.name)
        found = missing(feed, present, own, since, total=reading.total, now=now)
        if found.newly or found.back:
            await self._inbox.miss(feed.name, found.newly, found.back)
        for number in found.retract:
            story = Story(number, "", "", "", feed.name)
            told = await self._inbox.told(number)
            if await self._inbox.retract(number, recalled(story, told, self._by_name, self._renderers)):
                LOG.warning("feed %s: story %d is retracted: its post has gone from the folder", feed.name, number)
                self._wake()
        return () if found.problem is None else (found.problem,)

    async def _link_answers(self, watch: Watch, change: Change, now: dt.datetime) -> bool:
        """Whether a post need not wait (any longer) until its link answers."""
        entry, patience = change.entry, watch.feed.link_wait
        if change.kind not in NEWS or change.state is not StoryState.ANNOUNCED or not patience or not entry.link:
            return True
        if tell(change, watch.feed, now=now).urgency is Urgency.BREAKING:
            return True
        _, since = watch.waits.get(entry.link, (entry, now))
        watch.waits[entry.link] = entry, since
        if now - since < patience and not await watch.source.answers(entry.link):
            return False
        del watch.waits[entry.link]
        return True

    async def _recurring(self, feed: Feed, keyed: Sequence[tuple[Entry, tuple[str, ...]]]) -> frozenset[str]:
        """The traits that three posts of the feed share or more, those of this reading among them."""
        here = [traits(entry) for entry, _ in keyed]
        named = sorted({trait for post in here for trait in post})
        return recurring(here, await self._inbox.traits(feed.name, named, [key for _, own in keyed for key in own]))

    async def _drafted(self, watch: Watch, change: Change, own: tuple[str, ...], now: dt.datetime) -> "_Draft":
        """One change with all that follows from it."""
        story = tell(change, watch.feed, now=now, recurring=watch.recurring)
        bare = Admission(change, story, own, fingerprint(change.entry), lead(change.entry), (), traits(change.entry))
        match change.kind:
            case "new" | "released" if change.state is StoryState.ANNOUNCED:
                to = route(story, self._accounts)
                plates, late = await self._plates(watch, story, to.accounts)
                shipments = render(story, to.accounts, self._renderers, plates)
                return _Draft(replace(bare, shipments=shipments, kept=to.kept), to.accounts, late)
            case "new" if change.kept is not None:
                return _Draft(replace(bare, kept={"": change.kept}))
            case "edited" if change.state in TOLD:
                return _Draft(await self._corrected(watch, bare))
            case "retracted":
                told = await self._inbox.told(story.id)
                return _Draft(replace(bare, shipments=recalled(story, told, self._by_name, self._renderers)))
            case _:
                return _Draft(bare)

    async def _corrected(self, watch: Watch, admission: Admission) -> Admission:
        """An edited story: what its readers see differently now, account by account."""
        story, known = admission.story, admission.change.known
        assert known is not None, "an edited entry is known"  # noqa: S101 - what detect guarantees
        weight = weigh((known.headline, known.excerpt, known.told), (story.headline, story.excerpt, story.link))
        if corrects(admission.change.entry, known):
            weight = Weight.MATERIAL
        told = await self._inbox.told(story.id)
        names = {name for name, _ in told}
        accounts = [account for account in self._accounts if account.name in names]
        wanted = self._wanted(accounts)
        plates = Plates()
        if wanted:
            plates = await self._illustrator.plates(watch.source, watch.feed, story, wanted)
        shipments = amended(story, told, accounts, self._renderers, plates, weight)
        state = StoryState.CORRECTED if weight is Weight.MATERIAL else story.state
        revised = bool(shipments) or weight is not Weight.NONE
        return replace(admission, story=replace(story, state=state), shipments=shipments, revised=revised)

    async def _plates(
        self, watch: Watch, story: Story, accounts: Sequence[Account]
    ) -> tuple[Plates, "asyncio.Task[Plates] | None"]:
        """The story's pictures, or none and who is still at it when the story's patience ends."""
        wanted = self._wanted(accounts)
        if not wanted:
            return Plates(), None
        work = asyncio.create_task(self._illustrator.plates(watch.source, watch.feed, story, wanted))
        breaking = story.urgency is Urgency.BREAKING
        try:
            done, _ = await asyncio.wait({work}, timeout=BREAKING_PATIENCE if breaking else PATIENCE)
        except BaseException:
            work.cancel()
            raise
        if done:
            for note in work.result().notes:
                LOG.warning("story “%s”: %s", story.headline, note)
            return work.result(), None
        return Plates(dict.fromkeys(wanted, ()), ("without its picture, which was not there in time",)), work

    def _wanted(self, accounts: Sequence[Account]) -> Mapping[Bounds, int]:
        """How many pictures to prepare for each of the bounds."""
        wanted: dict[Bounds, int] = {}
        for account in accounts:
            bounds = self._renderers[account.name].pictures
            if bounds is not None and account.style.picture == "photo":
                wanted[bounds] = max(wanted.get(bounds, 0), shown(account.style, bounds))
        return wanted

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def _edit_in(self, story: Story, accounts: Sequence[Account], work: "asyncio.Task[Plates]") -> None:
        """Put the pictures that came late into what went out without them, where that can be edited."""
        try:
            plates = await work
            pictured = [account for account in accounts if self._renderers[account.name].pictures is not None]
            editable = [account for account in pictured if isinstance(self._renderers[account.name], Edits)]
            if not plates.empty and editable:
                alerts = [ship for ship in render(story, editable, self._renderers, plates) if not ship.message.part]
                await self._inbox.revise(story, [touched_up(alert) for alert in alerts])
                self._wake()
        except Exception:  # the story is out; its picture is no reason to stop watching
            LOG.exception("the picture of story %d could not be edited in", story.id)
        finally:
            work.cancel()


@dataclass(frozen=True, slots=True)
class _Draft:
    """An admission, whom it goes to, and who still works on its pictures."""

    admission: Admission
    accounts: Sequence[Account] = ()
    plates: "asyncio.Task[Plates] | None" = None


def _leave(watch: Watch) -> None:
    """Let a feed go: at once if it rests, else when its reading has ended."""
    watch.left = True
    if watch.resting and watch.task is not None:
        watch.task.cancel()


def _kept_out(feed: Feed, entry: Entry) -> Kept | None:
    """Why the feed's own filter keeps an entry out."""
    return kept_out(Subject(entry, urgency(entry, feed)), feed.filter) if feed.filter else None


def touched_up(alert: Shipment) -> Shipment:
    """An edit that nobody hurries for."""
    return replace(alert, priority=Priority.TOUCH_UP, operation="edit")


def _backoff(watch: Watch) -> dt.timedelta:
    """Twice as long after each failure, an hour at most (or the feed's own interval, if that is longer)."""
    watch.failures += 1
    return min(watch.feed.every * 2.0 ** min(watch.failures - 1, 16), max(LONGEST_BACKOFF, watch.feed.every))
