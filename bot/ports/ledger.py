"""What people need of the store, by the page, the commands and the desk: to see how things stand, and to have a say.

    Ledger    reads, and changes nothing
    Intents   writes down what a person wants

Only the bot that drives the store acts on it, so a command may come from another process, or another machine.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.model import Message


@dataclass(frozen=True, slots=True)
class Alert:
    """What one account's readers see of a story, and how it reached them.

    ``deliveries`` have the promised JSON shape plus ``"delivery"``, the id that a held one is settled by.
    """

    account: str
    message: Message
    deliveries: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A story for the page: its promised JSON shape, and one alert per account and message."""

    story: Mapping[str, Any]
    alerts: tuple[Alert, ...]


@dataclass(frozen=True, slots=True)
class AddedFeed:
    """A feed that a command has added: ``said`` are further keys and values, in the words of the configuration."""

    name: str
    url: str
    said: Mapping[str, Any] = field(default_factory=dict)


class Ledger(Protocol):
    """What the page and the commands read; the dicts have the shapes that INTERFACE promises, newest first."""

    async def stories(self, *, known: bool = False, limit: int = ...) -> list[dict[str, Any]]: ...

    async def story(self, number: int) -> dict[str, Any] | None:
        """One story by its number, told or not; None if there is none."""
        ...

    async def recall(self, story: int) -> list[dict[str, Any]]:
        """Where a story is, in the shape of deliveries; of a retracted one, how each place's delete stands."""
        ...

    async def facts(self, story: int, target: str) -> dict[str, Any]:
        """What bears on whether a target got a story, on one snapshot and as ``bot.why.Facts`` has it.

        ``story`` is None if there is none; what only the configuration knows is left out; ``places`` are some targets,
        ``kept`` is by account what a filter kept it from, "" for its feed's own.
        """
        ...

    async def deliveries(self, *, story: int | None = None, limit: int = ...) -> list[dict[str, Any]]: ...

    async def feeds(self, *, limit: int = ..., ailing: bool = False) -> list[dict[str, Any]]:
        """Feeds with their health, those that ail first; or only those that have something to say for themselves."""
        ...

    async def watched(self) -> int:
        """How many feeds there are."""
        ...

    async def accounts(self) -> list[dict[str, Any]]: ...

    async def board(self, limit: int = 50) -> list[Shown]:
        """The newest stories, and older ones that wait for a person, with what each account's readers see."""
        ...

    async def alarms(self) -> list[dict[str, Any]]:
        """What a person should look at now: ``{"at", "where", "text"}``, newest first."""
        ...

    async def picture(self, sha256: str) -> tuple[str, bytes] | None:
        """MIME type and bytes of a kept picture."""
        ...

    async def version(self) -> int:
        """A number that changes whenever anything was committed."""
        ...


class Intents(Protocol):
    """What the desk needs of the store."""

    async def intend(self, verb: str, arguments: Mapping[str, Any]) -> int:
        """Write down what a person wants; the driving bot acts within 250 ms."""
        ...

    async def result(self, intent: int) -> str | None:
        """What came of it; None while it waits."""
        ...
