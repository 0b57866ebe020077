"""Feeds: the list and their health; add, remove and test one; carry lists in and out as OPML."""

import argparse
import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.ledger import print_rows
from bot.cli.offers import Commands, settings_of
from bot.cli.terminal import DONE, print_json, progress, wait
from bot.errors import ConfigError, Problem

if TYPE_CHECKING:
    from bot.sources.probe import Probe

EXAMPLES = """\
  sokbo feeds                                     how they are
  sokbo feeds test https://example.com/feed.xml   what is there, and what is wrong with it
  sokbo feeds add https://example.com/feed.xml --every 5m
  sokbo feeds import list.opml

What is added belongs to the store, and a running bot watches it at once; what the configuration names belongs there."""


def offer(commands: Commands) -> None:
    """Add this command with its actions."""
    feeds = commands.add(
        "feeds", "the feeds and their health; add, remove, test, import, export", _list, data=True, examples=EXAMPLES
    )
    actions = commands.within(feeds)
    actions.add("list", "the feeds and their health", _list, data=True)
    add = actions.add("add", "watch one more feed, without a restart", _add)
    add.add_argument("url", metavar="URL", help="its address; it is fetched once before")
    add.add_argument("--name", metavar="N", default="", help="how readers see it (default: its own title)")
    add.add_argument("--every", metavar="T", help="how often to look: 60s, 5m, 1h (default: 60s)")
    add.add_argument("--first-run", metavar="N", help="how many of the newest to announce, or an age: 2h (default: 0)")
    remove = actions.add("remove", "watch a feed no more that a command has added; the ledger stays", _remove)
    remove.add_argument("name", metavar="NAME")
    test = actions.add("test", "fetch a feed once and say what is there; nothing is written", _test, data=True)
    test.add_argument("url", metavar="URL")
    bring = actions.add("import", "watch all the feeds of an OPML list, or none", _import)
    bring.add_argument("file", metavar="FILE.opml")
    give = actions.add("export", "all feeds that have an address, as OPML", _export)
    give.add_argument("--file", metavar="FILE", help="where to (default: standard output)")


def _list(options: argparse.Namespace) -> int:
    columns = (
        "name",
        "origin",
        "kind",
        "url",
        "entries",
        "succeeded",
        "next",
        "interval_s",
        "failures",
        "gaps",
        "error",
    )
    return print_rows(options, lambda book: book.feeds(), columns, lambda feed: not feed["retired"])


def _add(options: argparse.Namespace) -> int:
    settings = settings_of(options)
    from bot.app.feeds import add

    first = options.first_run
    said = {"every": options.every, "first_run": int(first) if first and first.isdecimal() else first}
    with progress("fetching the feed"):
        print(
            wait(add(settings, options.url, options.name, {key: one for key, one in said.items() if one is not None}))
        )
    return DONE


def _remove(options: argparse.Namespace) -> int:
    settings = settings_of(options)
    from bot.app.feeds import remove

    print(wait(remove(settings, options.name)))
    return DONE


def _test(options: argparse.Namespace) -> int:
    settings = settings_of(options)
    from bot.app.feeds import described, test

    with progress("fetching the feed"):
        found = wait(test(settings, options.url))
    if options.format == "json":
        print_json(described(found))
    else:
        _print_probe(found)
    return DONE


def _print_probe(found: "Probe") -> None:
    newest = f"{found.newest:%Y-%m-%d %H:%M %Z}: {found.newest_title}" if found.newest else found.newest_title
    rows = {
        "address": found.url,
        "format": found.format,
        "title": found.title,
        "site": found.site,
        "posts": str(found.entries),
        "newest": newest,
        "publishes": f"every {_span(found.every)}" if found.every else "",
        "encoding": found.encoding,
        "hub": found.hub or "none: it is polled",
    }
    for name, value in rows.items():
        print(f"{name:<10} {value or '-'}")
    for problem in found.problems:
        print(f"look at    {problem}")


def _span(every: dt.timedelta) -> str:
    """About how long, in the largest unit that fits."""
    seconds = every.total_seconds()
    sizes = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))
    unit, size = next(((unit, size) for unit, size in sizes if seconds >= size), sizes[-1])
    count = round(seconds / size)
    return f"{count} {unit}s" if count != 1 else unit


def _import(options: argparse.Namespace) -> int:
    settings = settings_of(options)
    from bot.app.feeds import import_opml

    with progress("reading the list"):
        done = wait(import_opml(settings, Path(options.file)))
    for title, name in done.there:
        print(f"{title}: it is watched already, as {name}")
    print(f"{len(done.added)} feeds added: {done.came}" if done.added else done.came)
    return DONE


def _export(options: argparse.Namespace) -> int:
    settings = settings_of(options)
    from bot.app.feeds import export_opml

    written, left_out = wait(export_opml(settings))
    if options.file:
        try:
            Path(options.file).write_text(written, "utf-8")
        except OSError as error:
            raise ConfigError([Problem(f"cannot be written: {error.strerror}", options.file)]) from error
    else:
        print(written, end="")
    for name in left_out:
        print(f"left out: {name} is a folder or a git repository, not a feed", file=sys.stderr)
    return DONE
