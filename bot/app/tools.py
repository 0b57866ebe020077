"""The commands beside the bot: try, dry run, and what the ledger's lists print; `cli` does the printing."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.app.build import build_adapters, open_store
from bot.app.run import SOON, loops
from bot.app.standins import stand_ins
from bot.errors import ConfigError, DeliveryError, Problem
from bot.model import Delivery, Story
from bot.ports import Sends, Transport
from bot.preview import Rehearsal
from bot.settings import AccountSettings, Settings
from bot.store.ledger import Ledger
from bot.store.sqlite import Database, copy, driven
from bot.transport import Http

MARK = {"ko": "[시험] ", "en": "[Test] "}


async def try_account(settings: Settings, name: str, text: str) -> list[tuple[str, str]]:
    """Send one message, marked as a test, to each target of one account; what became of each (empty: it arrived)."""
    account = next((account for account in settings.accounts if account.name == name), None)
    if account is None:
        known = ", ".join(account.name for account in settings.accounts)
        raise ConfigError([Problem(f"there is no account {name!r}; there are {known}", "try")])
    async with stand_ins(settings.sandbox, settings.accounts), Http() as http:
        adapter = build_adapters([account], lambda _: http)[name]
        if not isinstance(adapter, Sends):
            raise ConfigError([Problem(f"{account.kind} can't send yet", f"account {name!r}")])
        story = Story(0, f"{MARK[account.style.language]}{text}", "", "", source="Sokbo")
        message = adapter.render(story, replace(account.style, picture="none", body="none"))[0]
        results = []
        for subscription in account.subscriptions:
            target = subscription.target
            try:
                await adapter.send(Delivery(0, f"try:{text}", "send", target, message))
                results.append((target.address, ""))
            except DeliveryError as error:
                results.append((target.address, str(error)))
        return results


@asynccontextmanager
async def ledger(settings: Settings) -> AsyncIterator[Ledger]:
    """The ledger of the store, beside a running bot or without one."""
    async with open_store(settings.store) as database:
        yield Ledger(database)


async def status(settings: Settings) -> dict[str, Any]:
    """How the bot stands, whether it runs or not."""
    async with ledger(settings) as book:
        driven = await running(settings)
        return {
            "running": driven,
            "workers": await book.workers() or int(driven),
            "deliveries": await book.status(),
            "feeds": await book.feeds(),
            "accounts": await book.accounts(),
            "alarms": await book.alarms(),
        }


async def running(settings: Settings) -> bool:
    """Whether a bot drives the store now."""
    if settings.database is not None:
        return driven(settings.database)
    async with ledger(settings) as book:
        return await book.workers() > 0


async def dry_run(settings: Settings) -> list[dict[str, Any]]:
    """What a run would send now: the real bot on a copy of the store, its requests reaching nobody."""
    if settings.database is None:
        mend = "try it on SQLite: preview shows the same messages"
        what = "--dry-run works on a copy of the store, which there is of SQLite alone"
        raise ConfigError([Problem(what, "run", mend)])
    rehearsals: dict[str, Rehearsal] = {}

    def rehearse(account: AccountSettings) -> Transport:
        return rehearsals.setdefault(account.name, Rehearsal())

    with tempfile.TemporaryDirectory(prefix="sokbo-") as folder:
        twin = Path(folder) / "store.db"
        copy(settings.database, twin)
        apart = replace(settings, store=f"sqlite:///{twin}")  # what git feeds keep stands beside the store, too
        async with Database(twin, driving=True) as database, loops(apart, database, rehearse) as both:
            for name, adapter in both.adapters.items():
                rehearsals[name].platform = adapter  # type: ignore[assignment]  # every adapter that sends rehearses
            book = Ledger(database)
            before = {delivery["delivery"] for delivery in await book.deliveries() if delivery["state"] == "sent"}
            await both.ingest.once()
            await both.dispatch.once(SOON)
            headlines = {story["id"]: story["headline"] for story in await book.stories(known=True)}
            return [
                {**delivery, "headline": headlines.get(delivery["story"], "")}
                for delivery in await book.deliveries()
                if delivery["delivery"] not in before
            ]
