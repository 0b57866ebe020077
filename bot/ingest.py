"""Ingest: read each feed when it is due or has changed, and commit what follows from it.

    source.read ─┬─▶ detect ─▶ link_wait ─▶ tell ─▶ joins ─▶ draft: route, illustrate, render ─▶ inbox.admit ─▶ wake
    source.hear ─┘                                                                           in ONE transaction

When each feed is read is `rounds`' business, what follows from a change is `draft`'s; what is done here is one reading,
from its bytes to its commit. What a hub pushes comes in by `hear` and goes the same way; it holds what is new and no
more, so what takes the whole feed to judge is left to a poll.
"""

import asyncio
import datetime as dt
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from bot.aside import Aside
from bot.detect import FLOOD_GOES, Detected, detect, doubtful, fingerprint, heard, id_key, keys, lead, trust
from bot.draft import Draft, Drafter
from bot.errors import Problem, SourceError, StoreAway, StoreError
from bot.filters import Subject, kept_out
from bot.illustrate import Illustrator
from bot.joins import Join, Joins
from bot.minutes import report, strangers
from bot.missing import missing
from bot.model import UTC, Change, Entry, Feed, Known, Story, StoryState, Urgency
from bot.ports import Account, Adapter, Admission, Hears, Inbox, Pictures, Reading, Source
from bot.rhythm import arrived, is_gap, missed, unseen
from bot.rounds import Found, Rounds, Watch
from bot.rules import Kept
from bot.story import tell, urgency
from bot.traits import recurring, traits

LOG = logging.getLogger(__name__)
TRAITED = 16  #: posts of one reading whose traits are looked at, the newest: more tell no more of what recurs
LINK_ASKED = dt.timedelta(seconds=2)  #: how often a link that is waited for is asked again

Ready = Sequence[tuple[Change, tuple[str, ...], tuple[str, ...]]]
"""Changes that wait for nothing any more, each with its identity keys and its traits."""

Told = Sequence[tuple[Admission, Join | None]]
"""What each change tells, before it goes to anybody, and the story that has told its event."""


_NOTHING: tuple[Detected, Ready] = Detected(()), ()


@dataclass(frozen=True, slots=True)
class _News:
    """What a reading came to. ``cursor`` is None where it was committed with the news, or is what it was."""

    cursor: str | None
    next_due: dt.datetime | None
    came: Sequence[Entry]  #: what this feed has not told before
    breaking: bool


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
        *,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._inbox = inbox
        self._rounds = Rounds(inbox, sources, self._read, clock, steady)
        self._aside = Aside()
        self._drafter = partial(Drafter, inbox, Illustrator(inbox, pictures))
        self._joins = Joins(inbox, self._aside, clock)
        self._drafts = self._drafter(accounts, renderers)
        self._admitting = asyncio.Lock()
        self._late: set[asyncio.Task[None]] = set()
        self._wake = wake
        self._clock = clock
        self._found: Callable[[str, Sequence[str], str], None] | None = None

    async def run(self) -> None:
        """Watch every feed until cancelled."""
        try:
            self._later(self._joins.read_up())
            await self._rounds.run()
        finally:
            for task in self._late:
                task.cancel()
            await asyncio.gather(*self._late, return_exceptions=True)

    async def once(self) -> None:
        """Read every feed once."""
        await self._rounds.once()
        await asyncio.gather(*self._late)

    async def watch(self, sources: Sequence[tuple[Feed, Source]]) -> None:
        """Watch these feeds from now on, and no others; those that are as they were go on undisturbed.

        The store has met them before. A source is what it was if it is the same object.
        """
        await self._rounds.watch(sources)

    async def change(
        self, accounts: Sequence[Account], renderers: Mapping[str, Adapter], meet: Callable[[], Awaitable[None]]
    ) -> None:
        """Between two admissions, let the store ``meet`` other accounts; from then on these are told."""
        async with self._admitting:
            await meet()
            self._drafts = self._drafter(accounts, renderers)

    def on_hubs(self, found: Callable[[str, Sequence[str], str], None]) -> None:
        """Tell ``found`` which hubs a feed names, and under which name they push it; for where somebody listens."""
        self._found = found

    def nudge(self, feed: str) -> None:
        """Read a feed now: somebody says that it has changed."""
        self._rounds.nudge(feed)

    async def hear(self, feed: str, body: bytes, content_type: str) -> None:
        """Take in what a hub has delivered; whatever that leaves open, a poll at once will tell."""
        watch = self._rounds.watched(feed)
        if watch is None or not isinstance(watch.source, Hears):
            return
        open_questions = True
        try:
            reading = await watch.source.hear(body, content_type)
            async with watch.turn:
                [remembered] = await self._inbox.recall([watch.feed])
                news = await self._take(watch, remembered, reading, self._clock())
            open_questions = news.next_due is not None or watch.heard > FLOOD_GOES
            if news.breaking:
                self._rounds.hurry(watch)
        except (SourceError, StoreAway) as error:
            LOG.info("feed %s is read at once: a delivery of its hub alone won't do: %s", feed, error)
        except StoreError:
            raise
        except Exception:  # one feed's trouble stops no other
            LOG.exception("feed %s: what its hub delivered could not be read", feed)
        if open_questions:
            self.nudge(feed)

    # ── One reading ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _read(self, watch: Watch, feed: Feed) -> Found:
        """Read a feed, and commit what follows; a cursor that nothing else goes with is left to the rounds."""
        reading = await watch.source.read(feed.cursor)
        problems = (*reading.problems, *strangers(reading.entries, self._drafts.names))
        for problem in problems:
            if problem not in watch.problems:  # a broken post is said once, not with every poll
                LOG.warning("feed %s: %s", feed.name, problem)
        watch.problems = problems
        now = self._clock()
        async with watch.turn:
            news = await self._take(watch, feed, reading, now)
        watch.heard = 0
        if self._found is not None and isinstance(watch.source, Hears) and not reading.unchanged:
            self._found(feed.name, reading.hubs, reading.topic)
        folder = reading.present is not None or watch.tells
        removed = await self._removed(feed, reading, now) if folder else ()
        found = Found(
            problems=(*problems, *removed),
            cursor=news.cursor,
            next_due=news.next_due,
            fresh_for=reading.fresh_for,
            size=reading.size,
            breaking=news.breaking,
            pushed=self._found is not None and feed.pushed is not None and feed.pushed > now,
        )
        return found if folder else _timed(feed, reading, news.came, found, now)

    async def _take(self, watch: Watch, feed: Feed, reading: Reading, now: dt.datetime) -> _News:
        """Commit what follows from a reading.

        Raises ``SourceError`` where it is a part of the feed, and too little to judge by, or to believe at once.
        """
        if reading.unchanged and feed.met and not watch.waits:  # most readings bring nothing
            watch.doubted = False
            return _News(None if reading.cursor == feed.cursor else reading.cursor, None, (), breaking=False)
        read, before = {entry.link for entry in reading.entries}, feed
        entries = [*reading.entries, *(entry for link, (entry, _) in watch.waits.items() if link not in read)]
        feed = feed if reading.partial else trust(feed, reading.entries)
        keyed = [(entry, keys(entry, feed)) for entry in entries]
        known = await self._inbox.known(feed.name, [key for _, own in keyed for key in own]) if keyed else {}
        came = [each for each in unseen(keyed, known) if each.link not in watch.waits]
        detected, changes = _NOTHING
        if keyed:
            total = max(reading.total, len(keyed))
            detected, changes = await self._aside(_looked_through, feed, keyed, known, total, now)
        if reading.partial:
            watch.heard = heard(detected, feed, so_far=watch.heard, waiting=watch.waits)
        else:
            _doubt(watch, feed, reading, detected)
        if changes:
            watch.recurring = await self._recurring(feed, changes)
        ready = [change for change in changes if await self._link_answers(watch, change[0], now)]
        # While a post waits for its link the old cursor stays, so that after a crash the source shows it again.
        cursor = feed.cursor if watch.waits or reading.partial else reading.cursor
        admissions: Sequence[Admission] = ()
        admits = bool(ready) or (not reading.partial and (not feed.met or feed.distrusts_ids != before.distrusts_ids))
        if admits:
            told = await self._told(watch, ready, now)
            admissions = await self._admit(watch, replace(feed, cursor=cursor), told)
        appointments = [detected.next_due, now + LINK_ASKED if watch.waits else None]
        return _News(
            cursor=None if admits or cursor == feed.cursor else cursor,
            next_due=min((moment for moment in appointments if moment is not None), default=None),
            came=came,
            breaking=any(_breaks(admission) for admission in admissions),
        )

    async def _told(self, watch: Watch, ready: Ready, now: dt.datetime) -> Told:
        """What each change tells, and the story that has told the event of news."""
        bare = await self._aside(_bare, watch, ready, now) if ready else []
        joins = await self._joins.match([each.story if _is_news(each.change) else None for each in bare])
        return [*zip(bare, joins, strict=True)]

    async def _admit(self, watch: Watch, feed: Feed, told: Told) -> Sequence[Admission]:
        """Commit a reading with all that follows from it; drafted anew, if other accounts are told by then."""
        drafter = self._drafts
        drafts = await asyncio.gather(*(drafter.draft(watch, bare, join) for bare, join in told))
        admissions = [draft.admission for draft in drafts]
        async with self._admitting:
            stories = await self._inbox.admit(feed, admissions) if drafter is self._drafts else None
        if stories is None:
            for work in (draft.plates for draft in drafts if draft.plates is not None):
                work.cancel()
            return await self._admit(watch, feed, told)
        report(feed.name, admissions, stories)
        self._wake()
        for draft, story in zip(drafts, stories, strict=True):
            if story and draft.plates is not None:
                self._later(self._touch_up(drafter, replace(draft.admission.story, id=story), draft))
        return admissions

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
            if await self._inbox.retract(number, await self._drafts.recalled(story)):
                LOG.warning("feed %s: story %d is retracted: its post has gone from the folder", feed.name, number)
                self._wake()
        return () if found.problem is None else (found.problem,)

    async def _link_answers(self, watch: Watch, change: Change, now: dt.datetime) -> bool:
        """Whether a post need not wait (any longer) until its link answers."""
        entry, patience = change.entry, watch.feed.link_wait
        if not _is_news(change) or not patience or not entry.link:
            return True
        if urgency(entry, watch.feed) is Urgency.BREAKING:
            return True
        _, since = watch.waits.get(entry.link, (entry, now))
        watch.waits[entry.link] = entry, since
        if now - since < patience and not await watch.source.answers(entry.link):
            return False
        del watch.waits[entry.link]
        return True

    async def _recurring(self, feed: Feed, changes: Ready) -> frozenset[str]:
        """The traits of these posts that three posts of the feed share or more; the store knows those of the others."""
        here = [marks for _, _, marks in changes]
        named = sorted({trait for post in here for trait in post})
        elsewhere = await self._inbox.traits(feed.name, named, [key for _, own, _ in changes for key in own])
        return recurring(here, elsewhere)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def _touch_up(self, drafter: Drafter, story: Story, draft: Draft) -> None:
        try:
            if await drafter.touch_up(story, draft):
                self._wake()
        except Exception:  # the story is out; its picture is no reason to stop watching
            LOG.exception("the picture of story %d could not be edited in", story.id)


def _looked_through(
    feed: Feed, keyed: Sequence[tuple[Entry, tuple[str, ...]]], known: Mapping[str, Known], total: int, now: dt.datetime
) -> tuple[Detected, Ready]:
    """What a reading changes, oldest first, with the traits of the newest of these."""
    detected = detect(feed, keyed, known, total=total, now=now, keeps=partial(_kept_out, feed))
    old = len(detected.changes) - TRAITED
    return detected, [
        (change, own, traits(change.entry) if number >= old else ())
        for number, (change, own) in enumerate(detected.changes)
    ]


def _bare(watch: Watch, ready: Ready, now: dt.datetime) -> Sequence[Admission]:
    """What each change tells, before it goes to anybody."""
    return [
        Admission(
            change,
            tell(change, watch.feed, now=now, recurring=watch.recurring),
            own,
            fingerprint(change.entry),
            lead(change.entry),
            (),
            marks,
        )
        for change, own, marks in ready
    ]


def _doubt(watch: Watch, feed: Feed, reading: Reading, detected: Detected) -> None:
    """Have a document that broke off asked for once more, if a flood may hide in it; raises ``SourceError``."""
    watch.doubted = reading.cut and not watch.doubted and doubtful(detected, feed, total=reading.total)
    if watch.doubted:
        raise SourceError("the feed broke off, and too much of what is left is new: it is asked once more")


def _timed(feed: Feed, reading: Reading, came: Sequence[Entry], found: Found, now: dt.datetime) -> Found:
    """What a document tells of its feed's rhythm; that of a folder is no rhythm, for it tells by itself."""
    gap = len(reading.entries) == reading.total and is_gap(feed, reading.entries, came)
    if gap:
        LOG.warning("feed %s", missed(feed.name, 1))
    return replace(found, gap=gap, arrivals=arrived(feed, came, now, gap=gap) if came else None)


def _kept_out(feed: Feed, entry: Entry) -> Kept | None:
    """Why the feed's own filter keeps an entry out."""
    return kept_out(Subject(entry, urgency(entry, feed)), feed.filter) if feed.filter else None


def _is_news(change: Change) -> bool:
    """Whether readers are told of it who have heard nothing of it."""
    return change.kind in ("new", "released") and change.state is StoryState.ANNOUNCED


def _breaks(admission: Admission) -> bool:
    return _is_news(admission.change) and admission.story.urgency is Urgency.BREAKING
