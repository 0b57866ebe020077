"""Ingest: read each feed when it is due or has changed, and commit what follows from it.

    source.read ─▶ detect ─▶ story.tell ─▶ pictures ─▶ route ─▶ render ─▶ inbox.admit (ONE transaction) ─▶ wake dispatch

One task a feed: a broken one backs off alone, and says so in the ledger.
"""

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.detect import detect, fingerprint, keys, lead, trust
from bot.document import Picture
from bot.errors import PictureError, Problem, SourceError, SourceGone
from bot.model import UTC, Change, Entry, Feed, Story, StoryState, Urgency
from bot.ports import Account, Admission, Inbox, Prepare, Renders, Source, Watches
from bot.render import render
from bot.route import route
from bot.story import tell

LOG = logging.getLogger(__name__)
LONGEST_BACKOFF = dt.timedelta(hours=1)
LINK_ASKED = dt.timedelta(seconds=2)  #: how often a link that is waited for is asked again


@dataclass(slots=True)
class Watch:
    """One feed being watched: its source, and the posts that wait for their link with the time they were first seen."""

    feed: Feed
    source: Source
    failures: int = 0
    problems: tuple[Problem, ...] = ()
    waits: dict[str, tuple[Entry, dt.datetime]] = field(default_factory=dict)


class Ingest:
    """Reads feeds into the store. ``renderers`` are by account name; ``wake`` tells dispatch that there is work."""

    def __init__(
        self,
        inbox: Inbox,
        sources: Sequence[tuple[Feed, Source]],
        accounts: Sequence[Account],
        renderers: Mapping[str, Renders],
        prepare: Prepare,
        wake: Callable[[], None],
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(UTC),
    ) -> None:
        self._inbox = inbox
        self._watches = [Watch(feed, source) for feed, source in sources]
        self._accounts = accounts
        self._renderers = renderers
        self._prepare = prepare
        self._wake = wake
        self._clock = clock

    async def run(self) -> None:
        """Watch every feed until cancelled."""
        async with asyncio.TaskGroup() as group:
            for watch in self._watches:
                group.create_task(self._follow(watch), name=f"feed {watch.feed.name}")

    async def once(self) -> None:
        """Read every feed once."""
        async with asyncio.TaskGroup() as group:
            for watch in self._watches:
                group.create_task(self._poll(watch), name=f"feed {watch.feed.name}")

    async def _follow(self, watch: Watch) -> None:
        while True:
            after = await self._poll(watch)
            if after is None:
                return
            if isinstance(watch.source, Watches):
                try:
                    await asyncio.wait_for(watch.source.changed(), after.total_seconds())
                except TimeoutError:
                    pass
            else:
                await asyncio.sleep(after.total_seconds())

    async def _poll(self, watch: Watch) -> dt.timedelta | None:
        """Read a feed once; how long to wait before the next time, None when it is gone for good."""
        name = watch.feed.name
        try:
            next_due = await self._read(watch)
        except SourceGone as error:
            LOG.error("feed %s is gone: %s", name, error)  # noqa: TRY400 - the sentence is for an operator
            await self._inbox.polled(name, f"gone for good: {error}")
            return None
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
        for problem in reading.problems:
            if problem not in watch.problems:  # a broken post is said once, not with every poll
                LOG.warning("feed %s: %s", feed.name, problem)
        watch.problems = reading.problems
        read = {entry.link for entry in reading.entries}
        entries = [*reading.entries, *(entry for link, (entry, _) in watch.waits.items() if link not in read)]
        now = self._clock()
        feed = trust(feed, reading.entries)
        keyed = [(entry, keys(entry, feed)) for entry in entries]
        known = await self._inbox.known(feed.name, [key for _, own in keyed for key in own])
        detected = detect(feed, keyed, known, total=max(reading.total, len(keyed)), now=now)
        ready = [item for item in detected.changes if await self._link_answers(watch, item[0], now)]
        admissions = await asyncio.gather(*(self._admission(watch, change, own, now) for change, own in ready))
        if admissions or not feed.met or reading.cursor != feed.cursor:
            # While a post waits for its link the old cursor stays, so that after a crash the source shows it again.
            cursor = feed.cursor if watch.waits else reading.cursor
            stories = await self._inbox.admit(replace(feed, cursor=cursor), admissions)
            _report(feed.name, admissions, stories)
            self._wake()
        await self._inbox.polled(feed.name, "", reading.problems)
        appointments = [detected.next_due, now + LINK_ASKED if watch.waits else None]
        return min((moment for moment in appointments if moment is not None), default=None)

    async def _link_answers(self, watch: Watch, change: Change, now: dt.datetime) -> bool:
        """Whether a post need not wait (any longer) until its link answers."""
        entry, patience = change.entry, watch.feed.link_wait
        if change.kind != "new" or change.state is not StoryState.ANNOUNCED or not patience or not entry.link:
            return True
        if tell(change, watch.feed, now=now).urgency is Urgency.BREAKING:
            return True
        _, since = watch.waits.get(entry.link, (entry, now))
        watch.waits[entry.link] = entry, since
        if now - since < patience and not await watch.source.answers(entry.link):
            return False
        del watch.waits[entry.link]
        return True

    async def _admission(self, watch: Watch, change: Change, own: tuple[str, ...], now: dt.datetime) -> Admission:
        story = tell(change, watch.feed, now=now)
        goes = change.kind == "new" and change.state is StoryState.ANNOUNCED
        accounts = route(story, self._accounts) if goes else ()
        notes: tuple[str, ...] = ()
        if accounts and story.picture is not None and any(account.style.picture == "photo" for account in accounts):
            story, notes = await self._with_picture(watch.source, story, story.picture)
        return Admission(
            change=change,
            story=story,
            keys=own,
            fingerprint=fingerprint(change.entry),
            lead=lead(change.entry),
            shipments=render(story, accounts, self._renderers, notes),
        )

    async def _with_picture(self, source: Source, story: Story, named: Picture) -> tuple[Story, tuple[str, ...]]:
        """The story with its picture kept in the store, or without it and a note that says why."""
        try:
            data = await source.picture(named)
            prepared, data = await self._prepare(data)
        except (PictureError, SourceError) as error:
            LOG.warning("story “%s” goes without its picture: %s", story.headline, error)
            return replace(story, picture=None), (f"without its picture: {error}",)
        picture = replace(prepared, url=named.url, alt=named.alt)
        await self._inbox.keep(picture, data)
        return replace(story, picture=picture), ()


def _backoff(watch: Watch) -> dt.timedelta:
    """Twice as long after each failure, an hour at most (or the feed's own interval, if that is longer)."""
    watch.failures += 1
    return min(watch.feed.every * 2.0 ** min(watch.failures - 1, 16), max(LONGEST_BACKOFF, watch.feed.every))


def _report(feed: str, admissions: Sequence[Admission], stories: Sequence[int]) -> None:
    for admission, story in zip(admissions, stories, strict=True):
        if story and admission.change.kind == "edited":
            LOG.info("feed %s: story %d was edited: %s", feed, story, admission.story.headline)
        elif story and admission.change.state is not StoryState.KNOWN:
            LOG.info("feed %s: story %d %s: %s", feed, story, admission.change.state, admission.story.headline)
    known = sum(
        admission.change.kind == "new" and admission.change.state is StoryState.KNOWN for admission in admissions
    )
    if known:
        LOG.info("feed %s: %d posts are taken as known", feed, known)
