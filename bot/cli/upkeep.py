"""What becomes of the store itself: backup, move."""

import argparse
from pathlib import Path

from bot.cli.offers import Commands, settings_of
from bot.cli.terminal import DONE, progress, wait

BACKUP = """\
  sokbo backup /srv/backups/sokbo-2026-11-22.db

To restore one: stop the bot, remove the store's file with those beside it (-wal, -shm), copy the backup there,
start. For PostgreSQL, move a copy of it into an empty database: sokbo move sqlite:///COPY postgresql://…
What went out after the backup was made is not known to it, and goes out again."""
MOVE = """\
  sokbo move sqlite:///var/sokbo.db postgresql://sokbo@db.example/sokbo
  sokbo move postgresql://sokbo@db.example/sokbo sqlite:////srv/sokbo.db

Stop every bot first; then change the store in the configuration, and start. The old store stays as it is, but
for a note of where it has gone: no bot drives it any more."""


def offer(commands: Commands) -> None:
    """Add these commands."""
    backup = commands.add("backup", "copy the store into one file, beside a running bot", _backup, examples=BACKUP)
    backup.add_argument("file", metavar="FILE", help="where to; it is SQLite, whatever the store is")
    backup.add_argument("--force", action="store_true", help="replace a file that is there")
    move = commands.add("move", "move all that the bot remembers to another database", _move, examples=MOVE)
    move.add_argument("source", metavar="FROM", help="sqlite:///… or postgresql://…; no bot may drive it")
    move.add_argument("target", metavar="TO", help="a new file or an empty database")


def _backup(options: argparse.Namespace) -> int:
    settings = settings_of(options)
    from bot.app.upkeep import backup

    with progress("copying the store"):
        made = wait(backup(settings, Path(options.file), force=options.force))
    held = ", ".join(f"{name} {number:,}" for name, number in made.counts.items())
    print(f"{options.file}: {made.size / 1_000_000:,.1f} MB, whole; it holds {held}")
    return DONE


def _move(options: argparse.Namespace) -> int:
    from bot.app.upkeep import move

    with progress("moving the store"):
        rows, line = wait(move(options.source, options.target))
    print(f"{rows:,} rows have moved, each compared; now change this line in [sokbo] and start:\n\n  {line}\n")
    return DONE
