"""The log: one line a record on stderr, and no secret in it (OpenHarness#241, telegram-bot-api#876)."""

import logging
import re
import sys
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import quote, urlsplit

from bot.model import Secret
from bot.ports import Reply, Request, Transport

QUIET = ("asyncio", "aiohttp.access", "httpx", "httpcore", "telegram", "discord", "tweepy", "watchfiles", "PIL")


SHORTEST = 6  #: characters of a form that is looked for in what others say; shorter ones stand in every sentence
TOKEN = 20  #: characters of a part of an address that is a token, and no word or number
YES = range(200, 300)  #: a status of these says nothing but what was asked for


def forms(secrets: Iterable[Secret]) -> tuple[str, ...]:
    """Each secret as it may stand in a text, the longest first: as it is, as an address has it, an address's parts."""
    found = set()
    for secret in secrets:
        value = secret.reveal()
        parts = {quote(value, safe=""), quote(value)}
        if value.startswith("http"):
            address = urlsplit(value)
            asked = f"{address.path}?{address.query}"
            parts |= {address.path, asked, *(part for part in re.split("[/?&=]", asked) if len(part) >= TOKEN)}
        found |= {value} | {part for part in parts if len(part) >= SHORTEST}
    return tuple(sorted(filter(None, found), key=len, reverse=True))


class Mask:
    """Hides forms of secrets. There may be ten thousand, so a text is looked through once, by how a form begins."""

    def __init__(self, hidden: Iterable[str]) -> None:
        self._short, self._long = list[str](), dict[str, list[str]]()
        for form in hidden:
            if len(form) < SHORTEST:
                self._short.append(form)
            else:
                self._long.setdefault(form[:SHORTEST], []).append(form)

    def __bool__(self) -> bool:
        return bool(self._short or self._long)

    def __call__(self, text: str) -> str:
        """The text with every one of them as ``***``, the longest that stands at a place."""
        kept, done, at = list[str](), 0, 0
        while at < len(text):
            begun = self._long.get(text[at : at + SHORTEST], ())
            found = next((form for form in begun if text.startswith(form, at)), "")
            if found:
                kept += text[done:at], "***"
                done = at + len(found)
            at += len(found) or 1
        text = "".join((*kept, text[done:]))
        for form in self._short:
            text = text.replace(form, "***")
        return text


def mask(text: str, secrets: Iterable[Secret]) -> str:
    """The text with every secret in it as ``***``."""
    return Mask(forms(secrets))(text)


def discreet(transport: Transport, secrets: Iterable[Secret]) -> Transport:
    """Carry requests, and hide what a refusal repeats of these secrets: an error page may show what it was asked."""
    hidden = Mask(form for form in forms(secrets) if len(form) >= SHORTEST)

    async def carry(request: Request, /) -> Reply:
        reply = await transport(request)
        if reply.status in YES or not hidden:
            return reply
        body = reply.body.decode("utf-8", "surrogateescape")
        return replace(reply, body=hidden(body).encode("utf-8", "surrogateescape"))

    return carry


class Redacted(logging.Formatter):
    """Formats whole records, tracebacks included, and masks every known secret in the result."""

    def __init__(self, secrets: Iterable[Secret]) -> None:
        super().__init__("{asctime} {levelname:<7} {message}", "%H:%M:%S", style="{")
        self._secrets: dict[Secret, None] = {}
        self.hide(secrets)

    def hide(self, secrets: Iterable[Secret]) -> None:
        """From now on mask these, too; what was secret before stays so."""
        self._secrets = dict.fromkeys([*self._secrets, *secrets])
        self._hidden = Mask(forms(self._secrets))

    def format(self, record: logging.LogRecord) -> str:
        """One record, masked."""
        return self._hidden(super().format(record))


def hide(secrets: Iterable[Secret]) -> None:
    """Mask these secrets in the log from now on, too."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler.formatter, Redacted):
            handler.formatter.hide(secrets)


def set_up(secrets: Iterable[Secret], *, verbose: bool = False) -> None:
    """Log to stderr; the libraries speak only when something is wrong."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redacted(secrets))
    logging.basicConfig(level=logging.DEBUG if verbose else logging.INFO, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
