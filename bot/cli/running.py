"""The bot itself, and what an operator asks of it before it is let go: run, check, preview, try."""

import argparse
import signal
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from bot.cli.offers import Commands, settings_of
from bot.cli.terminal import DONE, FAILED, INTERRUPTED, MISUSED, print_json, progress, wait

RUN = """\
  sokbo run
  sokbo run --once              for cron
  sokbo run --dry-run           shows what would be sent, sends nothing"""
PREVIEW = """\
  sokbo preview _posts/2026-11-20-bridge.md
  sokbo preview https://example.com/feed.xml --platform discord
  sokbo preview _posts --format json"""


def offer(commands: Commands) -> None:
    """Add these commands."""
    run = commands.add("run", "the bot: watch, format, deliver, until it is stopped", _run, examples=RUN)
    run.add_argument("--once", action="store_true", help="ingest what is due, deliver what can be, exit")
    run.add_argument("--dry-run", action="store_true", help="show what would be sent now; send and keep nothing")
    run.add_argument("--only", choices=("ingest", "dispatch", "page"), help="one role of many; wants PostgreSQL")
    commands.add(
        "check",
        "the configuration, then each credential, target and feed",
        _check,
        examples="  sokbo check --config config/production.toml",
    )
    preview = commands.add(
        "preview", "what each account would send for a post, a folder or a feed", _preview, data=True, examples=PREVIEW
    )
    preview.add_argument("source", metavar="SOURCE", help="a post file, a folder of posts, or a feed's URL")
    preview.add_argument("--platform", metavar="KIND", default="", help="one platform; needs no account of it")
    preview.add_argument("--feed", metavar="NAME", default="", help="the feed that a lone file belongs to")
    preview.add_argument("--limit", type=int, metavar="N", help="only the N newest posts (default: all)")
    trial = commands.add(
        "try",
        "send one test message, marked as one, to an account's targets",
        _try,
        examples='  sokbo try readers "Hello"',
    )
    trial.add_argument("account", metavar="ACCOUNT")
    trial.add_argument("text", metavar="TEXT")


def _run(options: argparse.Namespace) -> int:
    settings = settings_of(options)
    if options.only and settings.database is not None:
        print("sokbo: --only splits the work over several processes, which wants PostgreSQL", file=sys.stderr)
        return MISUSED
    from bot.app import run, tools

    if options.dry_run:
        with progress("reading the feeds"):
            would = wait(tools.dry_run(settings))
        for delivery in would:
            print("would send: {account} → {target}: {headline} {reason}".format(**delivery).rstrip())
        if not would:
            print("nothing would be sent now")
        return DONE
    if options.once:
        return DONE if wait(run.run_once(settings)) else FAILED
    return INTERRUPTED if wait(run.run(settings, options.only or "")) is signal.SIGINT else DONE


def _check(options: argparse.Namespace) -> int:
    settings = settings_of(options)
    from bot.app.check import check

    with progress("asking the platforms and the feeds"):
        findings = wait(check(settings))
    for finding in findings:
        print(f"{'ok  ' if finding.well else 'FAIL'} {finding.what}: {finding.found}")
    return DONE if all(finding.well for finding in findings) else FAILED


def _preview(options: argparse.Namespace) -> int:
    settings = settings_of(options)
    from bot.app.previews import preview

    with progress("reading the posts"):
        shown = wait(
            preview(settings, options.source, platform=options.platform, feed=options.feed, limit=options.limit)
        )
    if options.format == "json":
        print_json(shown)
    else:
        _print_alerts(shown)
    return DONE


def _print_alerts(alerts: Sequence[Mapping[str, Any]]) -> None:
    """What readers would see, with what is known of it above."""
    from rich.console import Console

    from bot.newsroom.terminal import show

    console = Console(markup=False, highlight=False, emoji=False)
    with console.capture() as written:
        show(alerts, console)
    print(written.get(), end="")  # not by the console, which would call it a failure that `head` has read enough


def _try(options: argparse.Namespace) -> int:
    settings = settings_of(options)
    from bot.app.tools import try_account

    with progress("sending"):
        results = wait(try_account(settings, options.account, options.text))
    for target, problem in results:
        print(f"{target}: {problem or 'it arrived'}")
    return FAILED if any(problem for _, problem in results) else DONE
