"""What the configuration says, once it is known to be sound. Frozen; secrets are ``Secret`` and print as ``***``."""

import datetime as dt
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, Literal, Self

from bot.model import Corrections, Feed, Notify, Secret, Style, Target
from bot.ports import Adapter, Credentials, Subscription
from bot.rules import Filter
from bot.text.links import TRACKING

FeedKind = Literal["jekyll", "feed"]
Language = Literal["ko", "en"]
Only = Literal["all", "breaking"]
Removed = Literal["keep", "retract"]
Unconfirmed = Literal["", "resend", "hold"]
POSTS = ("posts",)  #: the collections that a feed tells unless it names others
KEEP: dt.timedelta | None = dt.timedelta(days=400)  #: a year ago today can still be read


@dataclass(frozen=True, slots=True)
class Kind:
    """What the configuration must know of a platform.

    ``signature`` is that of the adapter's constructor, its annotations evaluated: the keyword-only parameters are the
    account's schema (str, int, float, bool or ``Secret``, each possibly ``| None``), a default makes one optional.
    ``target`` reads one configured target; its ``ValueError`` is a sentence for people and holds no secret. ``styles``
    are the fields of ``Style`` that its accounts may set, beside the language and the template, whose own is
    ``template`` ("" where there is nothing to lay out).
    """

    signature: inspect.Signature
    target: Callable[[Mapping[str, Any]], Target]
    styles: frozenset[str] = frozenset()
    template: str = ""

    @classmethod
    def of(cls, adapter: type[Adapter]) -> Self:
        """Take the kind that an adapter's class describes by itself."""
        return cls(inspect.signature(adapter, eval_str=True), adapter.target, adapter.styles, adapter.template)


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """The guarded client: the private networks it may enter, whom a site's owner may write to, a proxy's address;
    ``tracking`` are the parameters that links lose on their way in.
    """

    allow_private: tuple[IPv4Network | IPv6Network, ...] = ()
    contact: str = ""
    tracking: tuple[str, ...] = TRACKING
    proxy: Secret | None = None


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """The stand-ins: where they listen, and the file they write what they accepted to."""

    listen: str
    log: Path


@dataclass(frozen=True, slots=True)
class FeedSettings:
    """One ``[[feeds]]``; ``line`` is its first.

    ``url`` is an http(s) address for ``feed``; for ``jekyll`` a folder or a git repository, of which ``branch`` is read
    ("": the repository's own) and in that ``folder`` ("": all of it). ``collections`` are labels of Jekyll's;
    ``credentials`` are for the server of a feed or a repository.
    """

    kind: FeedKind
    url: str
    site: str | None
    permalink: str | None
    feed: Feed
    line: int = field(compare=False)
    branch: str = ""
    folder: str = ""
    collections: tuple[str, ...] = POSTS
    credentials: Credentials | None = None


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """One ``[[accounts]]``.

    ``options`` are all keyword arguments of the adapter's constructor, defaults included. ``feeds`` is None for all.
    ``notify`` is the account's word where a subscription has none of its own; ``line`` is the table's first;
    ``corrections`` says what becomes of a story's edits.
    """

    name: str
    kind: str
    options: Mapping[str, Any]
    feeds: tuple[str, ...] | None
    style: Style
    notify: Notify
    unconfirmed: Unconfirmed
    subscriptions: tuple[Subscription, ...]
    line: int = field(compare=False)
    corrections: Corrections = "auto"
    filter: Filter = field(default_factory=Filter)


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole file.

    ``page`` is ``host:port``, or "" for none; so is ``inbound``, reached from outside at ``public_url``. ``sandbox`` is
    None where its table is missing; ``timezone`` is an IANA name. ``secrets`` are all values that no log may show,
    webhooks included. ``keep`` is how long what was sent is kept, None for ever; that it was sent is never forgotten.
    ``files`` are all that were read, and those that would have been, had they been there.
    """

    store: str
    page: str
    inbound: str
    public_url: str
    language: Language
    timezone: str
    fetch: FetchSettings
    sandbox: SandboxSettings | None
    feeds: tuple[FeedSettings, ...]
    accounts: tuple[AccountSettings, ...]
    path: Path
    secrets: tuple[Secret, ...]
    keep: dt.timedelta | None = KEEP
    files: tuple[Path, ...] = ()

    @property
    def database(self) -> Path | None:
        """The SQLite file that ``store`` names: after ``sqlite:///``, so that a fourth slash makes it absolute.

        None where it names a PostgreSQL database.
        """
        return Path(self.store.removeprefix("sqlite:///")) if self.store.startswith("sqlite:") else None
