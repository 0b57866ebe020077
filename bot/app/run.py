"""`sokbo run`: the bot.

lock and store ─▶ stand-ins ─▶ page ─▶ ingest ∥ dispatch ─▶ (SIGTERM, SIGINT) ─▶ drain
"""

import asyncio
import datetime as dt
import logging
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from bot import desk
from bot.app.build import LOCALES, build_accounts, build_adapters, build_carriers, build_sources, refuse_twins
from bot.app.standins import stand_ins
from bot.dispatch import Dispatch
from bot.ingest import Ingest
from bot.newsroom.page import Newsroom
from bot.parsers import Parsers
from bot.pictures.prepare import Pictures
from bot.ports import Adapter, Transport
from bot.settings import AccountSettings, Settings
from bot.sources.fetch import Client
from bot.store.inbox import Inbox
from bot.store.intents import Intents
from bot.store.ledger import Ledger
from bot.store.outbox import Outbox
from bot.store.sqlite import Database
from bot.transport import Http

LOG = logging.getLogger(__name__)
STOPPING = (signal.SIGTERM, signal.SIGINT)
SOON = dt.timedelta(seconds=5)  #: `--once` waits for what falls due within this time


@dataclass(frozen=True, slots=True)
class Loops:
    """The two loops of one bot, joined."""

    ingest: Ingest
    dispatch: Dispatch
    adapters: Mapping[str, Adapter]


@asynccontextmanager
async def loops(
    settings: Settings, database: Database, rehearse: Callable[[AccountSettings], Transport] | None = None
) -> AsyncIterator[Loops]:
    """Ingest and dispatch on an open store; ``rehearse`` gives a transport that reaches nobody."""
    async with AsyncExitStack() as stack:
        parsers = await stack.enter_async_context(Parsers())
        client = await stack.enter_async_context(
            Client(allow_private=settings.fetch.allow_private, contact=settings.fetch.contact)
        )
        http = await stack.enter_async_context(Http())
        adapters = build_adapters(settings.accounts, rehearse or (lambda _: http))
        accounts = build_accounts(settings.accounts, adapters)
        carriers = build_carriers(accounts, adapters)
        if rehearse is None:
            await refuse_twins(accounts, adapters)
        inbox, outbox = Inbox(database), Outbox(database)
        await inbox.meet([(feed.feed, feed.kind) for feed in settings.feeds])
        await outbox.meet([(account, adapters[account.name].limits) for account in accounts])
        pictures = Pictures(parsers)
        dispatch = Dispatch(outbox, carriers, Ledger(database).picture, pictures.shrink)
        sources = build_sources(settings, client, parsers)
        yield Loops(
            Ingest(inbox, sources, accounts, adapters, pictures, dispatch.wake),
            dispatch,
            adapters,
        )


async def run(settings: Settings) -> signal.Signals:
    """Drive the store until SIGTERM or SIGINT, then drain; the signal that ended it."""
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(Database(settings.database, driving=True))
        if settings.page:
            page = await stack.enter_async_context(_page(settings, database))
            LOG.info("the page: %s", page.url)
        await stack.enter_async_context(stand_ins(settings.sandbox, settings.accounts))
        both = await stack.enter_async_context(loops(settings, database))
        return await _drive(both)


async def run_once(settings: Settings) -> bool:
    """Ingest what is due, deliver what can be; whether nothing is left for a person to look at."""
    async with (
        Database(settings.database, driving=True) as database,
        stand_ins(settings.sandbox, settings.accounts),
        loops(settings, database) as both,
    ):
        await both.ingest.once()
        await both.dispatch.once(SOON)
        ledger = Ledger(database)
        counts = await ledger.status()
        return not (await ledger.alarms() or counts["held"] or counts["dead"])


async def _drive(both: Loops) -> signal.Signals:
    """Both loops until a signal, then the drain; a second signal ends the drain, too."""
    loop = asyncio.get_running_loop()
    stopped: asyncio.Future[signal.Signals] = loop.create_future()

    def stop(number: signal.Signals) -> None:
        for each in STOPPING:
            loop.remove_signal_handler(each)
        stopped.set_result(number)

    for number in STOPPING:
        loop.add_signal_handler(number, stop, number)
    async with asyncio.TaskGroup() as group:
        ingest = group.create_task(both.ingest.run(), name="ingest")
        group.create_task(both.dispatch.run(), name="dispatch")
        number = await stopped
        LOG.info("draining: what is on its way ends, nothing new leaves")
        ingest.cancel()
        both.dispatch.drain()
    return number


def _page(settings: Settings, database: Database) -> Newsroom:
    return Newsroom(
        settings.page,
        Ledger(database),
        partial(desk.settle, Intents(database)),
        language=settings.language,
        zone=settings.timezone,
        # plain http is refused but on loopback: such an account reaches a stand-in, whoever started it
        sandbox=any(str(account.options.get("base_url", "")).startswith("http:") for account in settings.accounts),
        locales=LOCALES,
    )
