"""What `sokbo --help` teaches, and what the commands share: `--config`, and `--format` for those that print data."""

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

DEFAULT = "config/sokbo.toml"


class Offers:
    """What can be chosen at one place of the command line, in the order in which it is added."""

    def __init__(self, choices: "argparse._SubParsersAction[argparse.ArgumentParser]", *, nested: bool = False) -> None:
        """Where an option is not said, what was said before the command holds; of a ``nested`` one, also `--format`."""
        self._commands = choices
        self._config = argparse.ArgumentParser(add_help=False)
        _take_config(self._config, argparse.SUPPRESS)
        self._format = argparse.ArgumentParser(add_help=False)
        default = argparse.SUPPRESS if nested else "text"
        self._format.add_argument("--format", choices=("text", "json"), default=default, help="default: text")

    def add(
        self,
        name: str,
        does: str,
        call: Callable[[argparse.Namespace], int],
        *,
        data: bool = False,
        examples: str = "",
    ) -> argparse.ArgumentParser:
        """Offer a command that ``call`` carries out; its exit code is what ``call`` returns.

        ``does`` says what it does, in lower case. ``data``: it can print JSON. ``examples`` are lines, two spaces in.
        """
        added = self._commands.add_parser(
            name,
            help=does,
            description=does[0].upper() + does[1:] + ".",
            epilog=f"examples:\n{examples}" if examples else None,
            parents=[self._config, self._format] if data else [self._config],
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        added.set_defaults(command=call)
        return added


class Commands(Offers):
    """The commands; each room adds its own."""

    def __init__(self, about: str) -> None:
        self.parser = argparse.ArgumentParser(
            prog="sokbo", description=about, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        _take_config(self.parser, None)
        super().__init__(self.parser.add_subparsers(title="commands", metavar="COMMAND", required=True))

    @staticmethod
    def within(command: argparse.ArgumentParser) -> Offers:
        """Actions of a command, which may also be called without any."""
        return Offers(command.add_subparsers(title="actions", metavar="ACTION"), nested=True)


def _take_config(parser: argparse.ArgumentParser, unsaid: str | None) -> None:
    parser.add_argument("--config", metavar="FILE", default=unsaid, help=f"default: $SOKBO_CONFIG, else {DEFAULT}")


def settings_of(options: argparse.Namespace) -> Any:
    """The configuration that a command was given, with the log set up to hide its secrets."""
    from bot.app.kinds import kind
    from bot.app.logs import set_up
    from bot.settings import load

    path = Path(options.config or os.environ.get("SOKBO_CONFIG") or DEFAULT)
    settings = load(path, os.environ, kind)
    set_up(settings.secrets)
    return settings
