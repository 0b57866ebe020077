"""The log: one line a record on stderr, and no secret in it (OpenHarness#241, telegram-bot-api#876)."""

import logging
import sys
from collections.abc import Iterable

from bot.model import Secret

QUIET = ("asyncio", "aiohttp.access", "httpx", "httpcore", "telegram", "discord", "tweepy", "watchfiles", "PIL")


def mask(text: str, secrets: Iterable[Secret]) -> str:
    """The text with every secret in it as ``***``."""
    for secret in sorted((secret.reveal() for secret in secrets), key=len, reverse=True):
        if secret:
            text = text.replace(secret, "***")
    return text


class Redacted(logging.Formatter):
    """Formats whole records, tracebacks included, and masks every known secret in the result."""

    def __init__(self, secrets: Iterable[Secret]) -> None:
        super().__init__("{asctime} {levelname:<7} {message}", "%H:%M:%S", style="{")
        self._secrets = tuple(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """One record, masked."""
        return mask(super().format(record), self._secrets)


def set_up(secrets: Iterable[Secret], *, verbose: bool = False) -> None:
    """Log to stderr; the libraries speak only when something is wrong."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redacted(secrets))
    logging.basicConfig(level=logging.DEBUG if verbose else logging.INFO, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
