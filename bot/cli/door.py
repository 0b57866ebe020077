"""The door: one command in, its exit code out. An error that was meant for people is told in a line, with no trace."""

import argparse
import os
import sys
from collections.abc import Sequence

from bot.cli import desk, feeds, ledger, running, standins, upkeep
from bot.cli.offers import Commands
from bot.cli.terminal import DONE, FAILED, INTERRUPTED, MISUSED, OCCUPIED
from bot.desk import Refused
from bot.errors import ConfigError, Occupied, SokboError

ABOUT = """\
Sokbo (속보) watches where a newsroom publishes and puts each story in front of every reader, once.

  sokbo check                       is the configuration right? do the platforms take the tokens?
  sokbo preview POST                what would be sent for this post, to the character
  sokbo run                         the bot; its page is at http://127.0.0.1:8700
"""


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
    """The commands and what they teach, in the order of a first day."""
    commands = Commands(ABOUT)
    for room in (running, desk, feeds, ledger, upkeep, standins):
        room.offer(commands)
    return commands.parser
