"""From settings to the parts of the house: adapters found by name, accounts, sources, chores."""

import datetime as dt
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from bot.app.kinds import adapter_class
from bot.app.logs import discreet
from bot.carrier import Carrier
from bot.chores import Chore, Chores
from bot.desk import Desk
from bot.errors import ConfigError, DeliveryError, Problem, Unreachable
from bot.model import Feed, Secret, Target
from bot.ports import Account, Adapter, Asks, Checks, Parse, Place, Reply, Request, Sends, Source, Transport
from bot.settings import AccountSettings, FeedSettings, Settings
from bot.settings.places import is_repository
from bot.sources.feed import FeedSource
from bot.sources.fetch import Client
from bot.sources.git_checkout import Checkout, sweep
from bot.sources.jekyll import JekyllSource
from bot.sources.site import SiteSource
from bot.store import sqlite
from bot.store.database import Database
from bot.store.diary import Diary
from bot.store.inbox import Inbox
from bot.store.intents import Intents
from bot.store.keeping import SETTLED, Keeping
from bot.store.ledger import Ledger
from bot.store.lingering import Lingering

OWN_ID = re.compile(r"-?\d+(:\d+)?")  #: a chat, a channel, with a topic perhaps
HOURLY, DAILY = dt.timedelta(hours=1), dt.timedelta(days=1)
OFTEN = dt.timedelta(seconds=10)  #: what slows everybody down is looked for
LOCALES = Path(__file__).parents[2] / "config" / "locales"


def build_adapters(
    accounts: Sequence[AccountSettings], transport: Callable[[AccountSettings], Transport]
) -> dict[str, Adapter]:
    """One adapter an account, on the transport it is given; every one that refuses its configuration is a problem."""
    adapters: dict[str, Adapter] = {}
    problems: list[Problem] = []
    for account in accounts:
        try:
            carry = discreet(transport(account), secrets_of(account))
            adapters[account.name] = adapter_class(account.kind)(carry, **account.options)  # type: ignore[call-arg]  # the constructor is the schema that settings checked
        except ValueError as error:
            problems.append(Problem(str(error), f"account {account.name!r}"))
    if problems:
        raise ConfigError(problems)
    return adapters


def secrets_of(account: AccountSettings) -> list[Secret]:
    """What nobody may see of an account: its credential, and the addresses of its targets that are secrets."""
    targets = [subscription.target.secret for subscription in account.subscriptions]
    return [value for value in (*account.options.values(), *targets) if isinstance(value, Secret)]


def build_accounts(accounts: Sequence[AccountSettings], adapters: Mapping[str, Adapter]) -> list[Account]:
    """The accounts as the stages know them."""
    return [
        Account(
            name=account.name,
            platform=adapters[account.name].platform,
            credential=adapters[account.name].credential,
            base_url=str(account.options.get("base_url", "")),
            style=account.style,
            feeds=account.feeds,
            unconfirmed=account.unconfirmed,
            subscriptions=account.subscriptions,
            corrections=account.corrections,
            filter=account.filter,
        )
        for account in accounts
    ]


def build_carriers(accounts: Sequence[Account], adapters: Mapping[str, Adapter]) -> dict[str, Carrier]:
    """What dispatch sends with; an account whose adapter can only render is refused."""
    carriers: dict[str, Carrier] = {}
    problems: list[Problem] = []
    for account in accounts:
        adapter = adapters[account.name]
        if isinstance(adapter, Sends):
            carriers[account.name] = Carrier(adapter, account.unconfirmed)
        else:
            problems.append(
                Problem(
                    f"{account.platform} can't send yet", f"account {account.name!r}", "remove it; preview shows it"
                )
            )
    if problems:
        raise ConfigError(problems)
    return carriers


def build_client(settings: Settings) -> Client:
    """The guarded client, to be entered."""
    fetch = settings.fetch
    return Client(allow_private=fetch.allow_private, contact=fetch.contact, proxy=fetch.proxy)


def build_source(
    settings: Settings, feed: FeedSettings, fetch: Asks, parse: Parse, whole: Parse | None = None
) -> Source:
    """The source of one feed; ``whole`` parses what was never read."""
    if feed.kind != "jekyll":
        zone, credentials = settings.timezone, feed.credentials
        return SiteSource(
            feed.url,
            lambda url: FeedSource(url, fetch, parse, zone, credentials=credentials, whole=whole),
        )
    checkout = checkout_of(settings, feed) if is_repository(feed.url) else None
    posts = JekyllSource(
        checkout.site if checkout else Path(feed.url),
        collections=feed.collections,
        site=feed.site,
        permalink=feed.permalink,
        zone=settings.timezone,
        origin=feed.url if checkout else "",
        fetch=fetch,
        parse=parse,
    )
    if checkout is None:
        return posts
    from bot.sources.git import GitSource, remote_at  # noqa: PLC0415 - it brings 10 MB that no other feed needs

    return GitSource(
        feed.url,
        remote_at(feed.url, fetch, parse, feed.credentials),
        checkout,
        posts,
        branch=feed.branch,
        folder=feed.folder,
        collections=feed.collections,
    )


def build_sources(settings: Settings, fetch: Asks, parse: Parse) -> list[tuple[Feed, Source]]:
    """Every feed with its source."""
    return [(feed.feed, build_source(settings, feed, fetch, parse)) for feed in settings.feeds]


def checkout_of(settings: Settings, feed: FeedSettings) -> Checkout:
    """Where the posts of a git repository are kept."""
    return Checkout.of(_checkouts(settings), feed.feed.name, feed.url, feed.branch, feed.folder)


def sweep_checkouts(settings: Settings, feeds: Sequence[FeedSettings]) -> None:
    """Throw away what was kept for others than these feeds, before any is read: a bot does so as it starts."""
    sweep(_checkouts(settings), {checkout_of(settings, feed).path for feed in feeds})


@asynccontextmanager
async def kept_apart(settings: Settings) -> AsyncIterator[Settings]:
    """The settings with checkouts of their own, for a command beside a running bot: it shares none with that."""
    with TemporaryDirectory(prefix="sokbo-") as folder:
        yield replace(settings, store=f"sqlite:///{folder}/apart.db")


def _checkouts(settings: Settings) -> Path:
    """Beside the store, apart from those of another store there."""
    beside = settings.database or Path("var", Path(urlsplit(settings.store).path).name)
    return beside.parent / "git" / beside.stem


def open_store(store: str, *, driving: bool = False) -> Database:
    """The database that ``store`` names, to be entered; ``driving`` takes the lock, or joins the other workers."""
    if store.startswith("sqlite:"):
        return sqlite.Database(Path(store.removeprefix("sqlite:///")), driving=driving)
    from bot.store import postgres  # noqa: PLC0415 - it brings 10 MB that a bot on SQLite does not need

    return postgres.Database(store, driving=driving)


def build_desk(settings: Settings, database: Database) -> Desk:
    """The desk on an open store; its adapters only draw, and reach nobody."""
    adapters = build_adapters(settings.accounts, lambda _: _nobody)
    accounts = build_accounts(settings.accounts, adapters)
    return Desk(Intents(database), Inbox(database), Ledger(database), accounts, adapters)


def build_chores(settings: Settings, database: Database, *, settled: float = SETTLED) -> Chores:
    """What is due by the clock on an open store; ``settled`` is 0 where nothing else is done meanwhile."""
    keeping = Keeping(database, settings.keep, settled=settled)
    chores = [Chore("retention", HOURLY, keeping.forget), Chore("pictures", DAILY, keeping.sweep)]
    if not database.shared:
        return Chores(Diary(database), chores)
    open_transactions = Chore("open transactions", OFTEN, Lingering(database).look)
    return Chores(Diary(database), [open_transactions, *chores], OFTEN.total_seconds())


async def _nobody(_: Request, /) -> Reply:
    raise Unreachable("the desk only draws")


async def _place(adapter: Checks, target: Target) -> Place:
    """A target as its platform knows it; a number is the platform's own id, and nobody is asked about it."""
    return Place(target.address, "") if OWN_ID.fullmatch(target.address) else await adapter.place(target)


async def refuse_twins(accounts: Sequence[Account], adapters: Mapping[str, Adapter]) -> None:
    """Refuse two targets that are one place at their platform: it would hear everything twice.

    A platform that cannot be asked now refuses nothing.
    """
    twins: list[Problem] = []
    places: dict[tuple[str, str, str], str] = {}
    for account in accounts:
        adapter = adapters[account.name]
        alone = sum(other.credential == account.credential for other in accounts) == 1
        if not isinstance(adapter, Checks) or (alone and len(account.subscriptions) == 1):
            continue
        for subscription in account.subscriptions:
            try:
                place = await _place(adapter, subscription.target)
            except DeliveryError:  # whatever is wrong there, sending will meet it and say so
                continue
            key = (account.platform, account.base_url, place.id)
            name = f"{account.name} → {subscription.target.address}"
            if not place.problem and places.setdefault(key, name) != name:
                twins.append(Problem(f"{name} is the same place as {places[key]}", "targets", "name each place once"))
    if twins:
        raise ConfigError(twins)
