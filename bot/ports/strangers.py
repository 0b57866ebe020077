"""What may touch what a stranger named or wrote: an address, a document, a picture.

    Fetch      gets what an address leads to, guarded: Fetched
    Parse      reads in a process that may die
    Pictures   decodes in such a process

Nothing else does, so that hostile bytes cost one document and never the bot.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ParamSpec, Protocol, TypeVar

from bot.document import Picture
from bot.model import Bounds

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer of the guarded client: final address after redirects, status, headers (lower-case names), body."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


class Fetch(Protocol):
    """The guarded client: get what a stranger named."""

    async def __call__(self, url: str, *, headers: Mapping[str, str] | None = None) -> Fetched: ...


class Parse(Protocol):
    """Run a function in a parser process: arguments and result are pickled.

    Raises ``SourceError`` when the parser took too long, used too much or died; the parser's own exceptions pass.
    """

    async def __call__(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T: ...


class Pictures(Protocol):
    """Decodes strangers' pictures, in a parser; raises ``PictureError``."""

    def key(self, data: bytes, bounds: Bounds) -> str:
        """What tells this picture within these bounds from any other."""
        ...

    async def prepare(self, data: bytes, bounds: Bounds) -> tuple[Picture, bytes]:
        """The picture turned upright, stripped and within the bounds: what it is, and its bytes."""
        ...

    async def shared(self, html: bytes, base: str, content_type: str) -> Picture | None:
        """The picture that a page at ``base`` gives to whoever links to it."""
        ...
