"""`sokbo check`: ask each platform about its credential and targets, and fetch each feed once."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.app.build import (
    build_accounts,
    build_adapters,
    build_carriers,
    build_client,
    build_sources,
    kept_apart,
    refuse_twins,
)
from bot.app.standins import stand_ins
from bot.errors import DeliveryError, SourceError
from bot.model import Feed
from bot.parsers import Parsers
from bot.ports import Account, Adapter, Checks, Source
from bot.settings import Settings
from bot.transport import Http


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, what was found, and whether it is well."""

    what: str
    found: str
    well: bool = True


async def check(settings: Settings) -> list[Finding]:
    """Every account, target and feed, asked side by side."""
    async with (
        kept_apart(settings) as apart,
        stand_ins(settings.sandbox, settings.accounts),
        Http() as http,
        Parsers() as parsers,
        build_client(settings) as client,
    ):
        adapters = build_adapters(settings.accounts, lambda _: http)
        accounts = build_accounts(settings.accounts, adapters)
        build_carriers(accounts, adapters)
        await refuse_twins(accounts, adapters)
        found = await asyncio.gather(
            *(_account(account, adapters[account.name]) for account in accounts),
            *(_feed(feed, source) for feed, source in build_sources(apart, client, parsers)),
        )
        return [finding for findings in found for finding in findings]


async def _account(account: Account, adapter: Adapter) -> Sequence[Finding]:
    name = f"account {account.name}"
    if not isinstance(adapter, Checks):
        return [Finding(name, f"{account.platform} cannot be asked")]
    try:
        findings = [Finding(name, f"is {await adapter.whoami()}")]
    except DeliveryError as error:
        return [Finding(name, str(error), well=False)]
    for subscription in account.subscriptions:
        where = f"{name} → {subscription.target.address}"
        try:
            place = await adapter.place(subscription.target)
        except DeliveryError as error:
            findings.append(Finding(where, str(error), well=False))
        else:
            findings.append(Finding(where, place.problem or f"is {place.name} ({place.id})", well=not place.problem))
    return findings


async def _feed(feed: Feed, source: Source) -> Sequence[Finding]:
    name = f"feed {feed.name}"
    try:
        reading = await source.read("")
    except SourceError as error:
        return [Finding(name, str(error), well=False)]
    held = len(reading.entries)
    findings = [Finding(name, "has 1 post" if held == 1 else f"has {held:,} posts")]
    return [*findings, *(Finding(f"{name}: {problem.where}", str(problem), well=False) for problem in reading.problems)]
