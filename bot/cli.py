"""The command `sokbo`. Exit codes: 0 done; 1 something failed and was reported; 2 configuration or usage; 3 another bot
drives this store; 130 interrupted.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from bot.desk import Refused
from bot.errors import ConfigError, Occupied, SokboError

if TYPE_CHECKING:
    from bot.app.decisions import Retraction

T = TypeVar("T")
DONE, FAILED, MISUSED, OCCUPIED, INTERRUPTED = 0, 1, 2, 3, 130
DEFAULT = "config/sokbo.toml"
LISTED = 20  #: places under way that a retraction names

ABOUT = """\
Sokbo (속보) watches where a newsroom publishes and puts each story in front of every reader, once.

  sokbo check                       is the configuration right? do the platforms take the tokens?
  sokbo preview POST                what would be sent for this post, to the character
  sokbo run                         the bot; its page is at http://127.0.0.1:8700
"""
EXAMPLES = {
    "run": "  sokbo run\n"
    "  sokbo run --once              for cron\n"
    "  sokbo run --dry-run           shows what would be sent, sends nothing",
    "check": "  sokbo check --config config/production.toml",
    "preview": "  sokbo preview _posts/2026-11-20-bridge.md\n"
    "  sokbo preview https://example.com/feed.xml --platform discord\n"
    "  sokbo preview _posts --format json",
    "try": '  sokbo try readers "Hello"',
    "stories": "  sokbo stories --all           also those that were there before the first run",
    "replay": "  sokbo replay 12                  what failed, once more\n"
    "  sokbo replay 12 --held           what is in doubt, too\n"
    "  sokbo replay 12 --target @late   also where it was never sent",
    "why": "  sokbo why 12 @newsdao",
    "backup": "  sokbo backup /srv/backups/sokbo-2026-11-22.db\n\n"
    "To restore one: stop the bot, remove the store's file with those beside it (-wal, -shm), copy the backup there,\n"
    "start. For PostgreSQL, move a copy of it into an empty database: sokbo move sqlite:///COPY postgresql://…\n"
    "What went out after the backup was made is not known to it, and goes out again.",
    "move": "  sokbo move sqlite:///var/sokbo.db postgresql://sokbo@db.example/sokbo\n"
    "  sokbo move postgresql://sokbo@db.example/sokbo sqlite:////srv/sokbo.db\n\n"
    "Stop every bot first; then change the store in the configuration, and start. The old store stays as it is, but\n"
    "for a note of where it has gone: no bot drives it any more.",
    "sandbox": "  sokbo sandbox --listen 127.0.0.1:8701",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    options = parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except ConfigError as error:
        for problem in error.problems:
            print(f"sokbo: {problem}", file=sys.stderr)
        return MISUSED
    except Occupied as error:
        print(f"sokbo: {error}", file=sys.stderr)
        return OCCUPIED
    except Refused as error:
        print(f"sokbo: {error}", file=sys.stderr)
        return MISUSED
    except SokboError as error:
        print(f"sokbo: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # `sokbo stories | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def parser() -> argparse.ArgumentParser:
    """The commands and what they teach."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--config", metavar="FILE", help=f"default: $SOKBO_CONFIG, else {DEFAULT}")
    form = argparse.ArgumentParser(add_help=False)
    form.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    top = argparse.ArgumentParser(prog="sokbo", description=ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(
        name: str, does: str, call: Callable[[argparse.Namespace], int], *parents: argparse.ArgumentParser
    ) -> argparse.ArgumentParser:
        added = commands.add_parser(
            name,
            help=does,
            description=does[0].upper() + does[1:] + ".",
            epilog=f"examples:\n{EXAMPLES[name]}" if name in EXAMPLES else None,
            parents=[shared, *parents],
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        added.set_defaults(command=call)
        return added

    run = command("run", "the bot: watch, format, deliver, until it is stopped", _run)
    run.add_argument("--once", action="store_true", help="ingest what is due, deliver what can be, exit")
    run.add_argument("--dry-run", action="store_true", help="show what would be sent now; send and keep nothing")
    run.add_argument("--only", choices=("ingest", "dispatch", "page"), help="one role of many; wants PostgreSQL")
    command("check", "the configuration, then each credential, target and feed", _check)
    preview = command("preview", "what each account would send for a post, a folder or a feed", _preview, form)
    preview.add_argument("source", metavar="SOURCE", help="a post file, a folder of posts, or a feed's URL")
    preview.add_argument("--platform", metavar="KIND", default="", help="one platform; needs no account of it")
    preview.add_argument("--feed", metavar="NAME", default="", help="the feed that a lone file belongs to")
    preview.add_argument("--limit", type=int, metavar="N", help="only the N newest posts (default: all)")
    trial = command("try", "send one test message, marked as one, to an account's targets", _try)
    trial.add_argument("account", metavar="ACCOUNT")
    trial.add_argument("text", metavar="TEXT")
    retract = command("retract", "take a story back everywhere, and report what could not be recalled", _retract, form)
    retract.add_argument("story", metavar="STORY", type=int, help="its number, as `sokbo stories` shows it")
    replay = command("replay", "send a story to those who missed it, and to nobody else", _replay)
    replay.add_argument("story", metavar="STORY", type=int)
    replay.add_argument("--failed", action="store_true", help="deliveries that are dead (the default)")
    replay.add_argument("--held", action="store_true", help="deliveries that are held")
    replay.add_argument("--account", metavar="A", default="", help="only this account, and whom it never reached")
    replay.add_argument("--target", metavar="T", default="", help="only this target, even if it was never sent it")
    why = command("why", "why a target did or did not get a story, in one paragraph", _why)
    why.add_argument("story", metavar="STORY", type=int)
    why.add_argument("target", metavar="TARGET")
    for verb, does in (("pause", "stop what an account sends; it waits"), ("resume", "let an account go on")):
        switch = command(verb, does, _switch)
        switch.add_argument("account", metavar="ACCOUNT")
        switch.set_defaults(verb=verb)
    stories = command("stories", "what was told, newest first", _stories, form)
    stories.add_argument("--all", action="store_true", help="also what was there before the first run")
    command("deliveries", "what went where, newest first", _deliveries, form)
    command("status", "how the bot, its feeds and its accounts stand", _status, form)
    command("feeds", "the feeds and their health", _feeds, form)
    command("accounts", "the accounts and their targets", _accounts, form)
    _offer_copies(command)
    sandbox = command("sandbox", "the stand-ins of the platforms alone", _sandbox)
    sandbox.add_argument("--listen", metavar="HOST:PORT", help="default: [sandbox] listen, else 127.0.0.1:8701")
    sandbox.add_argument("--log", metavar="FILE", help="default: [sandbox] log, else var/sandbox.jsonl")
    return top


def _offer_copies(command: Callable[..., argparse.ArgumentParser]) -> None:
    backup = command("backup", "copy the store into one file, beside a running bot", _backup)
    backup.add_argument("file", metavar="FILE", help="where to; it is SQLite, whatever the store is")
    backup.add_argument("--force", action="store_true", help="replace a file that is there")
    move = command("move", "move all that the bot remembers to another database", _move)
    move.add_argument("source", metavar="FROM", help="sqlite:///… or postgresql://…; no bot may drive it")
    move.add_argument("target", metavar="TO", help="a new file or an empty database")


# ── Commands ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _settings(options: argparse.Namespace) -> Any:
    """The configuration that a command was given, with the log set up to hide its secrets."""
    from bot.app.kinds import kind
    from bot.app.logs import set_up
    from bot.settings import load

    path = Path(options.config or os.environ.get("SOKBO_CONFIG") or DEFAULT)
    settings = load(path, os.environ, kind)
    set_up(settings.secrets)
    return settings


def _run(options: argparse.Namespace) -> int:
    settings = _settings(options)
    if options.only and settings.database is not None:
        print("sokbo: --only splits the work over several processes, which wants PostgreSQL", file=sys.stderr)
        return MISUSED
    from bot.app import run, tools

    if options.dry_run:
        with _progress("reading the feeds"):
            would = _wait(tools.dry_run(settings))
        for delivery in would:
            print("would send: {account} → {target}: {headline} {reason}".format(**delivery).rstrip())
        if not would:
            print("nothing would be sent now")
        return DONE
    if options.once:
        return DONE if _wait(run.run_once(settings)) else FAILED
    return INTERRUPTED if _wait(run.run(settings, options.only or "")) is signal.SIGINT else DONE


def _check(options: argparse.Namespace) -> int:
    settings = _settings(options)
    from bot.app.check import check

    with _progress("asking the platforms and the feeds"):
        findings = _wait(check(settings))
    for finding in findings:
        print(f"{'ok  ' if finding.well else 'FAIL'} {finding.what}: {finding.found}")
    return DONE if all(finding.well for finding in findings) else FAILED


def _preview(options: argparse.Namespace) -> int:
    settings = _settings(options)
    from bot.app.previews import preview

    with _progress("reading the posts"):
        shown = _wait(
            preview(settings, options.source, platform=options.platform, feed=options.feed, limit=options.limit)
        )
    if options.format == "json":
        _print_json(shown)
    else:
        _print_alerts(shown)
    return DONE


def _try(options: argparse.Namespace) -> int:
    settings = _settings(options)
    from bot.app.tools import try_account

    with _progress("sending"):
        results = _wait(try_account(settings, options.account, options.text))
    for target, problem in results:
        print(f"{target}: {problem or 'it arrived'}")
    return FAILED if any(problem for _, problem in results) else DONE


def _retract(options: argparse.Namespace) -> int:
    settings = _settings(options)
    from bot.app.decisions import retract

    with _progress("taking it back"):
        done = _wait(retract(settings, options.story))
    if options.format == "json":
        _print_json(done.recall.rows)
    else:
        _print_retraction(options.story, done)
    return FAILED if done.recall.failed else DONE


def _print_retraction(story: int, done: "Retraction") -> None:
    """What was taken back, and what could not be recalled and where."""
    recall = done.recall
    print(f"story {story} {'was retracted before' if done.repeated else 'is retracted'}: nothing more of it goes out")
    if not recall.rows:
        print("it had not gone out anywhere")
        return
    print(f"taken back in {recall.recalled} of {len(recall.places)} places")
    for what, rows in (("not recalled", recall.failed), ("changed instead", recall.changed)):
        for row in rows:
            print(f"{what}: {row['account']} → {row['target']}: {row['reason']} {row['link']}".rstrip())
    for row in recall.open[:LISTED]:
        print(f"under way: {row['account']} → {row['target']}{': ' if row['reason'] else ''}{row['reason']}")
    if len(recall.open) > LISTED:
        print(f"under way: {len(recall.open) - LISTED} more places")
    if recall.open and not done.driven:
        print("no bot runs on this store: the next one takes it back")


def _replay(options: argparse.Namespace) -> int:
    settings = _settings(options)
    from bot.app.decisions import replay
    from bot.desk import Replay

    order = Replay(
        options.story,
        failed=options.failed or not options.held,
        held=options.held,
        missed=bool(options.account or options.target),
        account=options.account,
        target=options.target,
    )
    print(_wait(replay(settings, order)))
    return DONE


def _why(options: argparse.Namespace) -> int:
    settings = _settings(options)
    from bot.app.decisions import why

    print(_wait(why(settings, options.story, options.target)))
    return DONE


def _switch(options: argparse.Namespace) -> int:
    settings = _settings(options)
    from bot.app.decisions import switch

    print(_wait(switch(settings, options.account, options.verb)))
    return DONE


def _stories(options: argparse.Namespace) -> int:
    return _list(
        options, lambda book: book.stories(known=options.all), ("id", "urgency", "state", "published", "headline")
    )


def _deliveries(options: argparse.Namespace) -> int:
    columns = ("story", "account", "target", "operation", "state", "tries", "sent", "reason", "link")
    return _list(options, lambda book: book.deliveries(), columns)


def _feeds(options: argparse.Namespace) -> int:
    return _list(
        options, lambda book: book.feeds(), ("name", "kind", "url", "entries", "succeeded", "failures", "error")
    )


def _accounts(options: argparse.Namespace) -> int:
    return _list(options, lambda book: book.accounts(), ("name", "platform", "base_url", "reason", "targets"))


def _status(options: argparse.Namespace) -> int:
    settings = _settings(options)
    from bot.app.tools import status

    found = _wait(status(settings))
    if options.format == "json":
        _print_json(found)
        return DONE
    several = f"{found['workers']} bots run on this store" if found["workers"] > 1 else "the bot runs"
    print(several if found["running"] else "no bot runs on this store")
    print("deliveries: " + ", ".join(f"{number} {state}" for state, number in found["deliveries"].items() if number))
    for feed in found["feeds"]:
        print(f"feed {feed['name']}: {feed['error'] or 'well'}, last read {feed['succeeded'] or 'never'}")
    for account in found["accounts"]:
        print(f"account {account['name']} ({account['platform']}): {_standing(account)}")
    for alarm in found["alarms"]:
        print(f"look at {alarm['where']}: {alarm['text']}")
    return DONE


def _backup(options: argparse.Namespace) -> int:
    settings = _settings(options)
    from bot.app.upkeep import backup

    with _progress("copying the store"):
        made = _wait(backup(settings, Path(options.file), force=options.force))
    held = ", ".join(f"{name} {number:,}" for name, number in made.counts.items())
    print(f"{options.file}: {made.size / 1_000_000:,.1f} MB, whole; it holds {held}")
    return DONE


def _move(options: argparse.Namespace) -> int:
    from bot.app.upkeep import move

    with _progress("moving the store"):
        rows, line = _wait(move(options.source, options.target))
    print(f"{rows:,} rows have moved, each compared; now change this line in [sokbo] and start:\n\n  {line}\n")
    return DONE


def _standing(account: Mapping[str, Any]) -> str:
    """How an account stands, in words."""
    waiting = sum(target["waiting"] for target in account["targets"])
    reason = account["reason"] or "well"
    if account["stopped"]:
        reason = f"stopped, {reason}"
    elif account["paused_until"] and not account["paused_until"].startswith("9999"):  # that is: until a person acts
        reason = f"paused until {account['paused_until']}: {reason}"
    return f"{reason}; {waiting} waiting" if waiting else reason


def _sandbox(options: argparse.Namespace) -> int:
    keys: list[dict[str, str]] = []
    secrets: list[str] = []
    listen, log = options.listen, options.log
    path = options.config or os.environ.get("SOKBO_CONFIG") or (DEFAULT if Path(DEFAULT).exists() else "")
    if path:
        settings = _settings(options)
        from bot.app import standins

        keys, secrets = standins.keys(settings.accounts), standins.secrets(settings.accounts)
        if settings.sandbox is not None:
            listen, log = listen or settings.sandbox.listen, log or str(settings.sandbox.log)
    from bot.app.standins import stand_alone

    _wait(stand_alone(listen or "127.0.0.1:8701", Path(log or "var/sandbox.jsonl"), keys, secrets))
    return DONE


# ── Words ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _wait(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end; of several errors at once, a person is told the first that was meant for people."""
    try:
        return asyncio.run(work)
    except BaseExceptionGroup as group:
        meant = group.subgroup(SokboError)
        while isinstance(meant, BaseExceptionGroup):
            meant = meant.exceptions[0]  # type: ignore[assignment]  # down to the first leaf
        if meant is None:
            raise
        raise meant from group


@contextmanager
def _progress(doing: str) -> Iterator[None]:
    """A spinner on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(doing):
        yield


def _list(
    options: argparse.Namespace,
    read: Callable[[Any], Coroutine[Any, Any, list[dict[str, Any]]]],
    columns: Sequence[str],
) -> int:
    settings = _settings(options)
    from bot.app.tools import ledger

    async def rows() -> list[dict[str, Any]]:
        async with ledger(settings) as book:
            return await read(book)

    found = _wait(rows())
    if options.format == "json":
        _print_json(found)
    else:
        _print_table(found, columns)
    return DONE


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


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


def _print_alerts(alerts: Sequence[Mapping[str, Any]]) -> None:
    """What readers would see, with what is known of it above."""
    from rich.console import Console

    from bot.newsroom.terminal import show

    console = Console(markup=False, highlight=False, emoji=False)
    with console.capture() as written:
        show(alerts, console)
    print(written.get(), end="")  # not by the console, which would call it a failure that `head` has read enough


if __name__ == "__main__":
    sys.exit(main())
