"""`sokbo run`: the bot.

lock and store ─▶ stand-ins ─▶ page ─▶ inbound ─▶ ingest ∥ dispatch ∥ pushes ─▶ (SIGTERM, SIGINT) ─▶ drain
"""

import asyncio
import datetime as dt
import logging
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Literal

from bot.app.build import (
    LOCALES,
    build_accounts,
    build_adapters,
    build_carriers,
    build_chores,
    build_client,
    build_desk,
    open_store,
    refuse_twins,
    sweep_checkouts,
)
from bot.app.kinds import kind
from bot.app.memory import settle
from bot.app.pushes import Pushes
from bot.app.reload import Crew, Reload, Sources, Stock, Store, all_feeds
from bot.app.standins import stand_ins
from bot.chores import Chores
from bot.desk import Desk
from bot.dispatch import Dispatch
from bot.errors import StoreAway
from bot.ingest import Ingest
from bot.newsroom.page import Newsroom
from bot.parsers import Parsers, Wholes
from bot.pictures.prepare import Pictures
from bot.ports import Adapter, Transport
from bot.settings import AccountSettings, Settings, load
from bot.store.database import Database
from bot.store.inbox import Inbox
from bot.store.leases import Leases
from bot.store.ledger import Ledger
from bot.store.migrations import version
from bot.store.outbox import Outbox
from bot.store.roster import Roster
from bot.transport import Http

LOG = logging.getLogger(__name__)
STOPPING = (signal.SIGTERM, signal.SIGINT)
LOOK = 2.0  #: seconds between two looks of a page alone at whether its store has moved: nothing else would tell it
SOON = dt.timedelta(seconds=5)  #: `--once` waits for what falls due within this time
READERS = {"feed": "bot.sources.gather", "jekyll": "bot.sources.jekyll_post"}  #: what reads a kind's documents


Role = Literal["", "ingest", "dispatch", "page"]


def steady() -> float:
    """Seconds on a clock that nobody sets and that goes on while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@dataclass(frozen=True, slots=True)
class Loops:
    """The loops of one bot, joined."""

    ingest: Ingest
    dispatch: Dispatch
    chores: Chores
    adapters: Mapping[str, Adapter]
    reload: Reload
    pushes: Pushes | None  #: None where nobody outside could reach us


@asynccontextmanager
async def loops(
    settings: Settings,
    database: Database,
    rehearse: Callable[[AccountSettings], Transport] | None = None,
    desks: Sequence[Desk] = (),
) -> AsyncIterator[Loops]:
    """Ingest and dispatch on an open store; ``rehearse`` gives a transport that reaches nobody.

    ``desks`` are told of the accounts that a change of the configuration brings.
    """
    async with AsyncExitStack() as stack:
        reads = sorted({READERS[feed.kind] for feed in settings.feeds})
        parsers = await stack.enter_async_context(Parsers(reads=reads))
        client = await stack.enter_async_context(build_client(settings))
        http = await stack.enter_async_context(Http())
        stock = Stock(client, parsers, Wholes(parsers), rehearse or (lambda _: http))
        adapters = build_adapters(settings.accounts, stock.transport)
        accounts = build_accounts(settings.accounts, adapters)
        carriers = build_carriers(accounts, adapters)
        if rehearse is None:
            await refuse_twins(accounts, adapters)
        inbox, outbox, roster = Inbox(database), Outbox(database, steady), Roster(database)
        await inbox.meet([(feed.feed, feed.kind) for feed in settings.feeds])
        await outbox.meet([(account, adapters[account.name]) for account in accounts])
        await roster.note([])
        await outbox.tick((), room=0)  # what people wanted while no bot ran: a feed that was added is read at once
        pictures = Pictures(parsers)
        dispatch = Dispatch(outbox, carriers, Ledger(database).picture, pictures.shrink, database.clock)
        added = all_feeds(settings, await roster.added())
        await asyncio.to_thread(sweep_checkouts, settings, added)
        sources = Sources(stock)
        watched = sources.of(settings, added)
        ingest = Ingest(inbox, watched, accounts, adapters, pictures, dispatch.wake, database.clock)
        pushes = None
        if settings.inbound and rehearse is None:
            pushes = Pushes(settings, Leases(database), client.post, [feed.name for feed, _ in watched])
            ingest.on_hubs(pushes.found)
        reload = Reload(
            settings,
            partial(load, settings.path, os.environ, kind),
            stock,
            Store(inbox, outbox, roster, database.shared),
            Crew(ingest, dispatch, desks, pushes),
            adapters,
            sources,
        )
        outbox.on_feeds(reload.refresh)
        yield Loops(ingest, dispatch, build_chores(settings, database), adapters, reload, pushes)


async def run(settings: Settings, only: Role = "") -> signal.Signals:
    """Drive the store until SIGTERM or SIGINT, then drain; the signal that ended it. ``only`` one of its roles."""
    stopped = _signalled()
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, LOG.info, "the configuration was read just now")
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_store(settings.store, driving=only != "page"))
        desks: list[Desk] = []
        if settings.page and only in ("", "page"):
            desks.append(build_desk(settings, database))
            page = await stack.enter_async_context(_page(settings, database, desks[0]))
            LOG.info("the page: %s", page.url)
        if only == "page":
            return await _look_on(database, stopped)
        await stack.enter_async_context(stand_ins(settings.sandbox, settings.accounts))
        both = await stack.enter_async_context(loops(settings, database, desks=desks))
        if both.pushes is not None and only != "dispatch":
            await stack.enter_async_context(both.pushes.listening())
            LOG.info("hubs reach us on %s, by %s", settings.inbound, settings.public_url)
        database.on_wake(both.dispatch.wake)
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, both.reload.ask)
        settle()
        return await _drive(both, only, stopped)


async def run_once(settings: Settings) -> bool:
    """Ingest what is due, deliver what can be; whether nothing is left for a person to look at."""
    async with (
        open_store(settings.store, driving=True) as database,
        stand_ins(settings.sandbox, settings.accounts),
        loops(settings, database) as both,
    ):
        await both.ingest.once()
        await both.dispatch.once(SOON)
        await build_chores(settings, database, settled=0).once()
        ledger = Ledger(database)
        counts = await ledger.status()
        return not (await ledger.alarms() or counts["held"] or counts["dead"])


async def _drive(both: Loops, only: Role, stopped: asyncio.Future[signal.Signals]) -> signal.Signals:
    """The loops until a signal, then the drain; a second signal ends the drain, too."""
    async with asyncio.TaskGroup() as group:
        tasks = []
        tasks.append(group.create_task(both.chores.run(), name="chores"))
        tasks.append(group.create_task(both.reload.run(), name="reload"))
        if only != "dispatch":
            tasks.append(group.create_task(both.ingest.run(), name="ingest"))
            if both.pushes is not None:
                tasks.append(group.create_task(both.pushes.run(both.ingest.hear), name="pushes"))
        if only != "ingest":
            group.create_task(both.dispatch.run(), name="dispatch")
        number = await stopped
        LOG.info("draining: what is on its way ends, nothing new leaves")
        for task in tasks:
            task.cancel()
        both.dispatch.drain()
    return number


async def _look_on(database: Database, stopped: asyncio.Future[signal.Signals]) -> signal.Signals:
    """Show the page until a signal; raises ``ConfigError`` when the store has moved: nothing here would ever change."""
    while not stopped.done():
        await asyncio.wait([stopped], timeout=LOOK)
        with suppress(StoreAway):  # the page says so, and shows what it knows
            await database.read(version)
    return stopped.result()


def _signalled() -> asyncio.Future[signal.Signals]:
    """The first signal that stops us, from now on; the second does what signals do."""
    loop = asyncio.get_running_loop()
    stopped: asyncio.Future[signal.Signals] = loop.create_future()

    def stop(number: signal.Signals) -> None:
        for each in STOPPING:
            loop.remove_signal_handler(each)
        stopped.set_result(number)

    for number in STOPPING:
        loop.add_signal_handler(number, stop, number)
    return stopped


def _page(settings: Settings, database: Database, desk: Desk) -> Newsroom:
    return Newsroom(
        settings.page,
        Ledger(database),
        desk,
        language=settings.language,
        zone=settings.timezone,
        # plain http is refused but on loopback: such an account reaches a stand-in, whoever started it
        sandbox=any(str(account.options.get("base_url", "")).startswith("http:") for account in settings.accounts),
        locales=LOCALES,
    )
