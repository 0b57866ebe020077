"""What reaches us from outside, by HTTP: whoever needs it offers its routes, and one listener carries them all.

    stranger ─▶ listener ─▶ /<name>/<path> ─▶ Route.answer(Call) ─▶ Answer
                    └─ anything else: 404

A room that offers routes knows no server, and the listener knows nothing of what is said.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Call:
    """One request. ``path`` is what follows the route's name; of what stands twice in the query the first counts.

    Header names are lower-case; what a name says several times is joined by commas. ``body`` reads it, at most as
    much as the route allows: nothing is read of a call that is refused before.
    """

    verb: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Callable[[], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, and plain text, mostly none; ``after`` are seconds until it makes sense to come again (0: unsaid)."""

    status: int
    text: str = ""
    after: int = 0


@dataclass(frozen=True, slots=True)
class Route:
    """Everything below ``/<name>/``; a body has at most ``largest`` bytes."""

    name: str
    largest: int
    answer: Callable[[Call], Awaitable[Answer]]


class Offers(Protocol):
    """Whoever needs to be reached from outside."""

    def routes(self) -> Sequence[Route]:
        """Where, and what is answered there."""
        ...
