"""The stand-ins of the platforms alone: sandbox."""

import argparse
import os
from pathlib import Path

from bot.cli.offers import DEFAULT, Commands, settings_of
from bot.cli.terminal import DONE, wait


def offer(commands: Commands) -> None:
    """Add this command."""
    sandbox = commands.add(
        "sandbox",
        "the stand-ins of the platforms alone",
        _sandbox,
        examples="  sokbo sandbox --listen 127.0.0.1:8701",
    )
    sandbox.add_argument("--listen", metavar="HOST:PORT", help="default: [sandbox] listen, else 127.0.0.1:8701")
    sandbox.add_argument("--log", metavar="FILE", help="default: [sandbox] log, else var/sandbox.jsonl")


def _sandbox(options: argparse.Namespace) -> int:
    keys: list[dict[str, str]] = []
    secrets: list[str] = []
    listen, log = options.listen, options.log
    path = options.config or os.environ.get("SOKBO_CONFIG") or (DEFAULT if Path(DEFAULT).exists() else "")
    if path:
        settings = settings_of(options)
        from bot.app import standins

        keys, secrets = standins.keys(settings.accounts), standins.secrets(settings.accounts)
        if settings.sandbox is not None:
            listen, log = listen or settings.sandbox.listen, log or str(settings.sandbox.log)
    from bot.app.standins import stand_alone

    wait(stand_alone(listen or "127.0.0.1:8701", Path(log or "var/sandbox.jsonl"), keys, secrets))
    return DONE
