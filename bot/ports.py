"""What rooms need of each other: tiny protocols that `app` wires. Optional powers of an adapter have one method each,
so that "can this platform look a message up?" is an `isinstance`.

    adapter: Renders (always) · Sends · Edits · Deletes · Replies · Finds · Costs · Checks · Rehearses
    source:  Source · Watches
    store:   Inbox (ingest) · Outbox (dispatch) · Ledger (page, commands) · Intents (desk)
"""

import datetime as dt
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, ParamSpec, Protocol, TypeVar, runtime_checkable

from bot.document import Picture
from bot.errors import Problem
from bot.model import (
    Bounds,
    Budget,
    Change,
    Corrections,
    Delivery,
    Entry,
    Feed,
    Known,
    Limits,
    Message,
    Notify,
    Operation,
    Outcome,
    Priority,
    Receipt,
    Story,
    Style,
    Target,
    Window,
)

P = ParamSpec("P")
T = TypeVar("T")


# ── HTTP to a platform ───────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a multipart form; ``filename`` is empty for a plain field."""

    name: str
    data: bytes
    content_type: str = "text/plain; charset=utf-8"
    filename: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request to a platform; at most one of ``json``, ``form``, ``parts`` and ``body`` is given.

    ``body`` is JSON already written: the very bytes that were signed.
    """

    verb: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    form: Mapping[str, str] | None = None
    parts: tuple[Part, ...] = ()
    timeout: float = 20.0
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer: any status, headers with lower-case names, the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def object(self) -> dict[str, Any]:
        """The body's JSON object; anything else is as good as nothing."""
        try:
            answer = json.loads(self.body)
        except ValueError:
            return {}
        return answer if isinstance(answer, dict) else {}


class Transport(Protocol):
    """Carries one request and does nothing else: no retry, no redirect, no pace.

    Raises ``Unreachable`` when nothing left this machine and ``Unconfirmed`` when the request may have arrived.
    """

    async def __call__(self, request: Request, /) -> Reply: ...


# ── Adapters ─────────────────────────────────────────────────────────────────────────────────────────────────────


class Renders(Protocol):
    """Can shape a story for its platform."""

    def render(self, story: Story, style: Style) -> tuple[Message, ...]:
        """The alert, and the messages that continue it; each valid for the platform by construction. Pure."""
        ...


class Paces(Protocol):
    """Says how fast its platform may be asked."""

    limits: Limits

    def per_target(self, target: Target) -> tuple[Window, ...]:
        """What one target takes, beside the credential's own limits; empty: as much as that."""
        ...


class Adapter(Renders, Paces, Protocol):
    """One platform. The constructor takes the transport and, by keyword, its configuration: the keyword signature is
    the account's schema (``Secret`` marks what may come from a file).

    ``credential`` is a hash that tells credentials apart and gives none away; lock and pace hang on it. ``pictures`` is
    what the platform takes (None: it is given addresses only); ``styles`` names the fields of ``Style`` that an account
    may set, beside those that all have; ``template`` is how alerts are laid out unless an account says otherwise.
    """

    platform: str
    credential: str
    styles: frozenset[str]
    template: str

    @property
    def pictures(self) -> Bounds | None: ...

    @staticmethod
    def target(raw: Mapping[str, Any]) -> Target:
        """Read one configured target (``{"id": …}`` and the platform's own keys); ``ValueError`` says what to mend."""
        ...


@runtime_checkable
class Sends(Protocol):
    """Can post."""

    @property
    def pictures(self) -> Bounds | None: ...

    async def send(self, delivery: Delivery) -> Receipt:
        """Post once; raises ``DeliveryError`` only."""
        ...

    def plain(self, message: Message) -> Message | None:
        """The same message, one step plainer, for when the platform refuses its picture: without the upload but with
        the link's card, then without that; None when nothing is left to leave out.
        """
        ...

    def safe_again(self, target: Target) -> dt.timedelta:
        """For how long after the first try the same key can be sent again without a second copy (zero: not at all)."""
        ...


@runtime_checkable
class Edits(Protocol):
    """Can change what it posted."""

    async def edit(self, delivery: Delivery) -> Receipt:
        """Make what ``delivery.posted`` names into ``delivery.message``; raises ``DeliveryError`` only."""
        ...


@runtime_checkable
class Deletes(Protocol):
    """Can take back what it posted."""

    async def delete(self, delivery: Delivery) -> Receipt:
        """Remove all that ``delivery.posted`` names; what is gone already is well. The receipt has no ids.

        Raises ``DeliveryError`` only: ``Rejected`` when the platform will never remove it (it is too old, say).
        """
        ...


@runtime_checkable
class Replies(Protocol):
    """Can answer what it posted, where that cannot be changed."""

    async def reply(self, delivery: Delivery) -> Receipt:
        """Post ``delivery.message`` as an answer to ``delivery.posted``; raises ``DeliveryError`` only."""
        ...


@runtime_checkable
class Costs(Protocol):
    """Asks money for each message. ``app`` tells applications apart, whose credentials share ``Limits.app``."""

    app: str
    budget: Budget

    def cost(self, message: Message) -> float:
        """US dollars that this message costs to post."""
        ...


@runtime_checkable
class Finds(Protocol):
    """Can look up whether a delivery in doubt has arrived."""

    def searches(self, target: Target) -> bool:
        """Whether it can be looked up in this place."""
        ...

    async def find(self, delivery: Delivery) -> Receipt | None:
        """The receipt if it has arrived, None if it surely has not; raises ``DeliveryError`` if it cannot be told."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """A target as its platform knows it: the platform's own id, a name for people, and why one can't post there."""

    id: str
    name: str
    problem: str = ""


@runtime_checkable
class Checks(Protocol):
    """Can ask its platform about a credential and a target."""

    async def whoami(self) -> str:
        """The account's name at the platform; raises ``DeliveryError``."""
        ...

    async def place(self, target: Target) -> Place:
        """Whether the target exists and the bot may post there; raises ``DeliveryError``."""
        ...


@runtime_checkable
class Rehearses(Protocol):
    """Can stand in for its platform in a preview: a plausible answer to request ``number`` (from 1), with ids such as
    ``$1.id``, so that the requests shown are those that the real code makes.
    """

    def rehearse(self, request: Request, number: int) -> Reply:
        """The answer of a platform that takes everything."""
        ...


# ── Sources ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Reading:
    """What one poll gave. ``cursor`` goes into the store with the entries. ``problems`` are posts that could not be
    read while the rest could; ``unchanged`` means that there was nothing to read.
    """

    entries: tuple[Entry, ...] = ()
    total: int = 0  #: entries that the source holds now, read this time or not
    cursor: str = ""
    unchanged: bool = False
    problems: tuple[Problem, ...] = ()
    present: frozenset[str] | None = None  #: ids of all posts that a folder holds now; None: it cannot be told


class Source(Protocol):
    """A place that a newsroom publishes to."""

    async def read(self, cursor: str) -> Reading:
        """What is there now; ``cursor`` is what an earlier reading returned. Raises ``SourceError``."""
        ...

    async def picture(self, picture: Picture) -> bytes:
        """The bytes of a picture that an entry names; raises ``PictureError``."""
        ...

    async def answers(self, link: str) -> bool:
        """Whether the link answers 200 now."""
        ...

    async def page(self, link: str) -> "Fetched":
        """The page that the link leads to; raises ``SourceError`` unless it answers 200."""
        ...


@runtime_checkable
class Watches(Protocol):
    """A source that knows when it changed, and need not be asked."""

    async def changed(self) -> None:
        """Return after the next change."""
        ...


class Parse(Protocol):
    """Run a function in a parser process: arguments and result are pickled.

    Raises ``SourceError`` when the parser took too long, used too much or died; the parser's own exceptions pass.
    """

    async def __call__(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T: ...


class Fetch(Protocol):
    """The guarded client: get what a stranger named."""

    async def __call__(self, url: str, *, headers: Mapping[str, str] | None = None) -> "Fetched": ...


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer of the guarded client: final address after redirects, status, headers (lower-case names), body."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


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


# ── The store ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Shipment:
    """One message on its way to all subscriptions of the accounts that share it (by their configured names).

    An edit, a delete or a reply goes to those who have what it is about, or are getting it.
    """

    accounts: tuple[str, ...]
    message: Message
    priority: Priority
    operation: Operation = "send"


@dataclass(frozen=True, slots=True)
class Admission:
    """One change with all that follows from it, ready to be committed."""

    change: Change
    story: Story
    keys: tuple[str, ...]
    fingerprint: str
    lead: str
    shipments: tuple[Shipment, ...] = ()
    traits: tuple[str, ...] = ()  #: what its feed's other posts may share with it
    revised: bool = True  #: of an edit: whether there is anything that a reader could see


@dataclass(frozen=True, slots=True)
class Subscription:
    """A target with its preferences, as the configuration names it."""

    target: Target
    only: Literal["all", "breaking"] = "all"
    notify: Notify = "all"


@dataclass(frozen=True, slots=True)
class Account:
    """A configured credential with its subscriptions."""

    name: str
    platform: str
    credential: str
    base_url: str
    style: Style
    feeds: tuple[str, ...] | None
    unconfirmed: Literal["", "resend", "hold"]
    subscriptions: tuple[Subscription, ...]
    corrections: Corrections = "auto"


class Album(Protocol):
    """Keeps prepared pictures."""

    async def rendition(self, key: str) -> Picture | None:
        """The picture that was kept under this key, without address and alternative text."""
        ...

    async def keep(self, key: str, picture: Picture, data: bytes) -> None:
        """Keep a prepared picture's bytes under its hash, and that it is what ``key`` becomes."""
        ...


class Inbox(Album, Protocol):
    """What ingest needs of the store."""

    async def recall(self, feed: Feed) -> Feed:
        """The feed with what is remembered of its polling."""
        ...

    async def known(self, feed: str, keys: Sequence[str]) -> Mapping[str, Known]:
        """Those of the identity keys that are known, over all feeds; ``entry`` is 0 where this feed has not told it."""
        ...

    async def admit(self, feed: Feed, admissions: Sequence[Admission]) -> tuple[int, ...]:
        """Feed cursor, entries, stories, messages and fan-outs in ONE transaction; the stories' ids.

        An admission whose key another reading has admitted meanwhile is left out (its id is 0).
        """
        ...

    async def traits(self, feed: str, traits: Sequence[str], posts: Sequence[str]) -> Mapping[str, int]:
        """On how many posts of the feed, beside ``posts`` (their identity keys), each trait stands."""
        ...

    async def begin(self, feed: str, *, changed: bool, lease: dt.timedelta) -> dt.timedelta | None:
        """Take a feed to read it: None if it is ours now, else how long to wait before asking again.

        ``changed``: we were told that there is something new; otherwise it is to be read only when it is due.
        """
        ...

    async def end(self, feed: str, after: dt.timedelta) -> None:
        """Let go of a feed; it is due again ``after`` that time."""
        ...

    async def told(self, story: int) -> Mapping[tuple[str, int], Message]:
        """What each account's readers (by its configured name) see of a story, or will see, by part."""
        ...

    async def retract(self, story: int, shipments: Sequence[Shipment]) -> bool:
        """Take a story back: stop its fan-outs, delete what went out; false if it is taken back already."""
        ...

    async def own(self, feed: str) -> Mapping[str, int]:
        """The stories of a feed that readers still have, by the identity keys of its ids."""
        ...

    async def missing(self, feed: str) -> Mapping[int, dt.datetime]:
        """Stories whose post has gone from a folder, since when."""
        ...

    async def miss(self, feed: str, newly: Mapping[int, dt.datetime], back: Collection[int]) -> None:
        """Remember since when posts are missing; forget those that are back."""
        ...

    async def revise(self, story: Story, shipments: Sequence[Shipment]) -> None:
        """Make an announced story's messages into these: by an edit where they were tried, else before they go."""
        ...

    async def polled(self, feed: str, error: str, problems: Sequence[Problem] = ()) -> None:
        """Note how a poll ended; an empty error is a success."""
        ...


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery to be sent at ``at`` (seconds of the monotonic clock) by ``account`` (its configured name).

    ``void`` says why it is not to be sent any more; ``paced``: its platform counts, so that what is late holds up what
    comes after it.
    """

    account: str
    at: float
    priority: Priority
    delivery: Delivery
    void: str = ""
    paced: bool = False


class Outbox(Protocol):
    """What dispatch needs of the store."""

    @property
    def shared(self) -> bool:
        """Whether other workers drive it, too."""
        ...

    @property
    def fanning_out(self) -> bool:
        """Whether the last tick left a fan-out unfinished: tick again at once."""
        ...

    @property
    def soon(self) -> bool:
        """Whether the last tick claimed nothing, though something falls due within a second."""
        ...

    async def doubts(self) -> tuple[Claim, ...]:
        """Deliveries that a worker had claimed and never reported before it died: they may have been posted."""
        ...

    async def forget(self, known: Collection[int]) -> int:
        """Give back claims of ours that were committed while the connection was lost; ``known`` are those we hold."""
        ...

    async def pending(self, within: dt.timedelta) -> int:
        """How much is on its way now or will be ``within`` that time."""
        ...

    async def tick(self, outcomes: Sequence[Outcome], room: int) -> tuple[Claim, ...]:
        """Finish what ended and promote, in one transaction with the claim of at most ``room`` deliveries."""
        ...


class Intents(Protocol):
    """What the desk needs of the store."""

    async def intend(self, verb: str, arguments: Mapping[str, Any]) -> int:
        """Write down what a person wants; the driving bot acts within 250 ms."""
        ...

    async def result(self, intent: int) -> str | None:
        """What came of it; None while it waits."""
        ...


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

        ``story`` is None if there is none; what only the configuration knows is left out; ``places`` are some targets.
        """
        ...

    async def deliveries(self, *, story: int | None = None, limit: int = ...) -> list[dict[str, Any]]: ...

    async def feeds(self) -> list[dict[str, Any]]: ...

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
