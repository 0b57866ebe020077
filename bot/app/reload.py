"""A running bot follows its configuration and the feeds that commands have added, without a restart.

    SIGHUP ───────────────────────┐
    a file of the configuration   ├─▶ read ─▶ built ─▶ the store meets it ─▶ dispatch, desk, ingest go on with it
      that changed and stands ────┘     └─ a mistake: the old one stays, and log, page and `status` say so
    a feed added or removed ────────▶ ingest.watch

What stays as it was is not touched: the same adapter, the same source. What cannot change without a restart is named.
Files are looked at rather than watched: editors replace them, and a file that is mounted by itself tells of nothing.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from bot.app.build import build_accounts, build_adapters, build_carriers, build_source, refuse_twins, secrets_of
from bot.app.logs import hide
from bot.app.pushes import Pushes
from bot.desk import Desk
from bot.dispatch import Dispatch
from bot.errors import ConfigError, Problem, StoreAway
from bot.ingest import Ingest
from bot.model import Feed
from bot.ports import Adapter, AddedFeed, Asks, Parse, Source, Transport
from bot.settings import AccountSettings, FeedSettings, Settings, read_added
from bot.store.inbox import Inbox
from bot.store.outbox import Outbox
from bot.store.roster import Roster

LOG = logging.getLogger(__name__)
LOOK = 0.25  #: seconds between two looks at the files; what changed must stand still for one
AFRESH = 4  #: looks after which the added feeds are read anyhow, where other workers may have changed them
RESTART = "restart the bot, and it takes effect"

Stamp = tuple[int, int, int] | None
"""What tells a file's versions apart: its number, its mtime in nanoseconds and its size; None where there is none."""


@dataclass(frozen=True, slots=True)
class Stock:
    """What sources and adapters are made of."""

    fetch: Asks
    parse: Parse
    whole: Parse
    transport: Callable[[AccountSettings], Transport]


@dataclass(frozen=True, slots=True)
class Store:
    """The sides of the store that a configuration meets."""

    inbox: Inbox
    outbox: Outbox
    roster: Roster
    shared: bool


@dataclass(frozen=True, slots=True)
class Crew:
    """Whom a new configuration is told to."""

    ingest: Ingest
    dispatch: Dispatch
    desks: Sequence[Desk] = ()
    pushes: Pushes | None = None


class Sources:
    """Every feed's source, made once: one that stays the same feed stays the same source."""

    def __init__(self, stock: Stock) -> None:
        self._stock = stock
        self._made: dict[tuple[object, ...], Source] = {}

    def of(self, settings: Settings, feeds: Sequence[FeedSettings]) -> list[tuple[Feed, Source]]:
        """These feeds with their sources; those of others are let go."""
        made, self._made = self._made, {}
        for feed in feeds:
            key = _origin(settings, feed)
            source = made.get(key) or build_source(
                settings, feed, self._stock.fetch, self._stock.parse, self._stock.whole
            )
            self._made[key] = source
        return [(feed.feed, self._made[_origin(settings, feed)]) for feed in feeds]


def _origin(settings: Settings, feed: FeedSettings) -> tuple[object, ...]:
    """All that a source is made of."""
    told = frozenset(feed.credentials.headers.items()) if feed.credentials else frozenset()
    place = feed.feed.name, feed.kind, feed.url, feed.branch, feed.folder, feed.collections
    return *place, feed.site, feed.permalink, settings.timezone, told


def all_feeds(settings: Settings, added: Sequence[AddedFeed]) -> list[FeedSettings]:
    """The feeds of the file, and those that commands have added; the file's word holds where both have a name."""
    named = {feed.feed.name for feed in settings.feeds}
    feeds = [*settings.feeds]
    for each in added:
        try:
            feeds += [] if each.name in named else [read_added(each, settings.fetch.tracking)]
        except ConfigError as error:  # a later Sokbo has added it, in words of its own
            LOG.error("feed %s cannot be watched: %s", each.name, error)  # noqa: TRY400 - the sentence is for an operator
    return feeds


class Reload:
    """Keeps a running bot as its configuration and its store say. ``read`` reads the configuration anew."""

    def __init__(
        self,
        settings: Settings,
        read: Callable[[], Settings],
        stock: Stock,
        store: Store,
        crew: Crew,
        adapters: Mapping[str, Adapter],
        sources: Sources,
    ) -> None:
        self._settings = settings
        self._read = read
        self._stock = stock
        self._store = store
        self._crew = crew
        self._adapters = adapters
        self._sources = sources
        self._added: Sequence[AddedFeed] | None = None  #: as they are watched; None: nobody has looked yet
        self._asked = self._stale = False
        self._woken = asyncio.Event()
        self._seen = self._known = _stamps(settings.files)

    def ask(self) -> None:
        """Read the configuration again (SIGHUP)."""
        self._asked = True
        self._woken.set()

    def refresh(self) -> None:
        """The store's own feeds have changed, or may have."""
        self._stale = True
        self._woken.set()

    async def run(self) -> None:
        """Follow what changes until cancelled."""
        looks = 0
        while True:
            try:
                await asyncio.wait_for(self._woken.wait(), LOOK)
            except TimeoutError:
                looks += 1
            self._woken.clear()
            try:
                if self._asked or self._stands_changed():
                    await self.reload()
                elif self._stale or (self._store.shared and looks % AFRESH == 0):
                    self._stale = False
                    await self._freshen()
            except StoreAway as error:
                LOG.warning("a change of feeds or configuration waits for the store: %s", error)
                self._stale = True
                await asyncio.sleep(LOOK)

    def _stands_changed(self) -> bool:
        """Whether a file has changed and stood still since the last look."""
        now = _stamps(self._settings.files)
        still, self._seen = now == self._seen, now
        return still and now != self._known

    async def reload(self) -> None:
        """Read the configuration and follow it; an invalid one changes nothing, and is told of."""
        known = _stamps(self._settings.files)
        try:
            found = await asyncio.to_thread(self._read)
            hide(found.secrets)
            frozen = _frozen(self._settings, found)
            await self._follow(_kept(self._settings, found))
        except ConfigError as error:
            for problem in error.problems:
                LOG.error("the configuration is not followed, the bot goes on as before: %s", problem)  # noqa: TRY400 - for an operator
            await self._store.roster.note(error.problems)
        else:
            for problem in frozen:
                LOG.warning("%s", problem)
            LOG.info("the configuration was read again")
            await self._store.roster.note(frozen)
            known = {path: known.get(path, stamp) for path, stamp in _stamps(self._settings.files).items()}
        self._asked = False
        self._known = known

    async def _follow(self, settings: Settings) -> None:
        """Go on with this configuration; raises ``ConfigError`` before anything has changed."""
        if settings.accounts != self._settings.accounts:
            adapters = self._built(settings.accounts)
            accounts = build_accounts(settings.accounts, adapters)
            carriers = build_carriers(accounts, adapters)
            await refuse_twins(accounts, adapters)
            met = [(account, adapters[account.name]) for account in accounts]
            meet = partial(self._store.outbox.meet, met)
            await self._crew.ingest.change(accounts, adapters, partial(self._crew.dispatch.change, carriers, meet))
            for desk in self._crew.desks:
                desk.meet(accounts, adapters)
            self._adapters = adapters
        await self._store.inbox.meet([(feed.feed, feed.kind) for feed in settings.feeds])
        await self._watch(settings)
        self._settings = settings

    def _built(self, accounts: Sequence[AccountSettings]) -> dict[str, Adapter]:
        """The adapters of these accounts: the same object where nothing that it was made of has changed."""
        before = {account.name: account for account in self._settings.accounts}
        stay = {each.name for each in accounts if each.name in before and _made_of(each) == _made_of(before[each.name])}
        fresh = build_adapters([each for each in accounts if each.name not in stay], self._stock.transport)
        return {each.name: self._adapters[each.name] if each.name in stay else fresh[each.name] for each in accounts}

    async def _freshen(self) -> None:
        """Watch what commands have added, if that is not what is watched."""
        if await self._store.roster.added() != self._added:
            await self._watch(self._settings)

    async def _watch(self, settings: Settings) -> None:
        self._added = await self._store.roster.added()
        feeds = all_feeds(settings, self._added)
        await self._crew.ingest.watch(self._sources.of(settings, feeds))
        if self._crew.pushes is not None:
            self._crew.pushes.keep([feed.feed.name for feed in feeds])


def _made_of(account: AccountSettings) -> tuple[object, ...]:
    return account.kind, account.options, frozenset(secrets_of(account))


def _frozen(before: Settings, after: Settings) -> list[Problem]:
    """What has changed in the file and holds only after a restart, by name."""
    house = ("store", "page", "inbound", "public_url", "language", "timezone", "keep")
    names = [f"[sokbo] {key}" for key in house if getattr(before, key) != getattr(after, key)]
    names += [f"[{key}]" for key in ("fetch", "sandbox") if getattr(before, key) != getattr(after, key)]
    return [Problem("has changed, and a running bot cannot follow it", name, RESTART) for name in names]


def _kept(before: Settings, after: Settings) -> Settings:
    """The new configuration, with what only a restart can change as it was."""
    return replace(
        after,
        store=before.store,
        page=before.page,
        inbound=before.inbound,
        public_url=before.public_url,
        language=before.language,
        timezone=before.timezone,
        keep=before.keep,
        fetch=before.fetch,
        sandbox=before.sandbox,
    )


def _stamps(files: Sequence[Path]) -> dict[Path, Stamp]:
    return {path: _stamp(path) for path in files}


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
