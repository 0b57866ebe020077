"""What may touch what a stranger named or wrote: an address, a document, a picture.

    Fetch      gets what an address leads to, guarded: Fetched
    Post       hands a form to an address, guarded: Fetched
    Asks       fetches, and puts questions, as git's protocol wants it
    Parse      reads in a process that may die
    Pictures   decodes in such a process

Nothing else does, so that hostile bytes cost one document and never the bot.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ParamSpec, Protocol, TypeVar

from bot.document import Picture
from bot.model import Bounds, Secret

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Credentials:
    """Headers that only the server of ``home``, an address, may hear: they follow no redirect to another one."""

    home: str
    headers: Mapping[str, Secret]


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer of the guarded client: final address after redirects, status, headers (lower-case names), body.

    ``digest`` tells the body's bytes, as they came, from any others; ``same`` says that they are those of the digest
    that was known, and then ``body`` is left empty. ``moved`` is where permanent redirects led, "" if there were none:
    the place to ask next time, if it proves to hold the same. ``fresh_for`` are the seconds, an hour at most, in which
    asking again gives nothing new by the server's own word.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    digest: str = ""
    same: bool = False
    moved: str = ""
    fresh_for: float = 0.0


class Fetch(Protocol):
    """The guarded client: get what a stranger named.

    ``headers`` go wherever redirects lead, ``credentials`` only home; ``known`` is the digest of an earlier answer.
    Raises ``SourceError`` for all but 2xx and 304, with ``retry_after`` where the host asks for rest.
    """

    async def __call__(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        credentials: Credentials | None = None,
        known: str = "",
    ) -> Fetched: ...


class Post(Protocol):
    """The guarded client: hand a form to an address that a stranger named. Raises ``SourceError`` for all but 2xx."""

    async def __call__(self, url: str, form: Mapping[str, str], /) -> Fetched: ...


class Asks(Fetch, Protocol):
    """The guarded client, which can also put a question to an address."""

    async def post(
        self,
        url: str,
        body: bytes,
        *,
        headers: Mapping[str, str] | None = None,
        credentials: Credentials | None = None,
    ) -> Fetched:
        """Put ``body`` to an address; it is led on only by redirects that keep it."""
        ...


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
