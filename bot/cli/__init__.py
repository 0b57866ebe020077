"""The command `sokbo`: what a person types, and what is printed back.

    door       one command in, its exit code out
    offers     what `--help` teaches; `--config` and `--format`, which the commands share
    running    run, check, preview, try: the bot, and what is asked of it before it is let go
    desk       retract, replay, why, pause, resume: what a person decides
    ledger     stories, deliveries, status, accounts: what the store knows
    feeds      feeds: the list; add, remove, test, import, export
    upkeep     backup, move: what becomes of the store itself
    standins   sandbox
    terminal   how a command waits, prints and ends

A command imports what it needs when it is called, so that `sokbo --help` answers at once.
"""

from bot.cli.door import main, parser

__all__ = ["main", "parser"]
