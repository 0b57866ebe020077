"""What the store knows, as tables or as JSON: stories, deliveries, status, accounts."""

import argparse
import sys
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from typing import Any

from bot.cli.offers import Commands, settings_of
from bot.cli.terminal import DONE, print_json, wait

MANY = 20  #: feeds that `status` names one by one


def offer(commands: Commands) -> None:
    """Add these commands."""
    stories = commands.add(
        "stories",
        "what was told, newest first",
        _stories,
        data=True,
        examples="  sokbo stories --all           also those that were there before the first run",
    )
    stories.add_argument("--all", action="store_true", help="also what was there before the first run")
    commands.add("deliveries", "what went where, newest first", _deliveries, data=True)
    commands.add("status", "how the bot, its feeds and its accounts stand", _status, data=True)
    commands.add("accounts", "the accounts and their targets", _accounts, data=True)


def _stories(options: argparse.Namespace) -> int:
    return print_rows(
        options, lambda book: book.stories(known=options.all), ("id", "urgency", "state", "published", "headline")
    )


def _deliveries(options: argparse.Namespace) -> int:
    columns = ("story", "account", "target", "operation", "state", "tries", "sent", "reason", "link")
    return print_rows(options, lambda book: book.deliveries(), columns)


def _accounts(options: argparse.Namespace) -> int:
    return print_rows(options, lambda book: book.accounts(), ("name", "platform", "base_url", "reason", "targets"))


def print_rows(
    options: argparse.Namespace,
    read: Callable[[Any], Coroutine[Any, Any, list[dict[str, Any]]]],
    columns: Sequence[str],
    shown: Callable[[Mapping[str, Any]], bool] = lambda _: True,
) -> int:
    """Print what the ledger has: all of it as JSON, these columns of those that are ``shown`` as a table."""
    settings = settings_of(options)
    from bot.app.tools import ledger

    async def rows() -> list[dict[str, Any]]:
        async with ledger(settings) as book:
            return await read(book)

    found = wait(rows())
    if options.format == "json":
        print_json(found)
    else:
        _print_table([row for row in found if shown(row)], columns)
    return DONE


def _print_table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    if not rows:
        print("none yet")
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(*columns, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(_cell(row[column]) for column in columns))
    Console(width=None if sys.stdout.isatty() else 200, markup=False, highlight=False).print(table)


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(each.get("target", each)) if isinstance(each, dict) else str(each) for each in value)
    return "" if value is None else str(value)


def _status(options: argparse.Namespace) -> int:
    settings = settings_of(options)
    from bot.app.tools import status

    found = wait(status(settings))
    if options.format == "json":
        print_json(found)
        return DONE
    several = f"{found['workers']} bots run on this store" if found["workers"] > 1 else "the bot runs"
    print(several if found["running"] else "no bot runs on this store")
    print("deliveries: " + ", ".join(f"{number} {state}" for state, number in found["deliveries"].items() if number))
    for line in _feeds_standing(found["feeds"]):
        print(line)
    for account in found["accounts"]:
        print(f"account {account['name']} ({account['platform']}): {_standing(account)}")
    for alarm in found["alarms"]:
        print(f"look at {alarm['where']}: {alarm['text']}")
    return DONE


def _feeds_standing(feeds: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """How the feeds stand: each, or those that ail and how many are well."""
    told = feeds if len(feeds) <= MANY else [feed for feed in feeds if feed["error"] or feed["problems"]]
    for feed in told:
        words = [feed["error"] or "well", f"last read {feed['succeeded'] or 'never'}"]
        words += [f"every {feed['interval_s']:.3g} s"] if feed["interval_s"] else []
        words += [f"next {feed['next']}"] if feed["next"] else []
        yield f"feed {feed['name']}: {', '.join(words)}{_pushed(feed)}"
    if len(feeds) > len(told):
        yield f"{len(feeds) - len(told)} feeds are well"


def _standing(account: Mapping[str, Any]) -> str:
    """How an account stands, in words."""
    waiting = sum(target["waiting"] for target in account["targets"])
    reason = account["reason"] or "well"
    if account["stopped"]:
        reason = f"stopped, {reason}"
    elif account["paused_until"] and not account["paused_until"].startswith("9999"):  # that is: until a person acts
        reason = f"paused until {account['paused_until']}: {reason}"
    return f"{reason}; {waiting} waiting" if waiting else reason


def _pushed(feed: Mapping[str, Any]) -> str:
    """How its hub stands to a feed, in words; nothing where it has none."""
    push = feed["push"]
    if push is None:
        return ""
    refused = f", {push['refused']} deliveries not believed" if push["refused"] else ""
    match push["state"]:
        case "live":
            return f"; pushed by its hub until {push['until']}{refused}"
        case "denied":
            return f"; not pushed: its hub {push['error']}"
        case _:
            return f"; its hub was asked to push it{': ' if push['error'] else ''}{push['error']}"
