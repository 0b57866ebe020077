"""The nouns. Frozen, no behaviour beyond what follows from their own fields; times are aware and in UTC.

Entry ─detect▶ Change ─story▶ Story ─render▶ Message ─fan-out▶ Delivery ─send▶ Outcome, Receipt
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum
from typing import Any, Literal

from bot.document import Document, Picture
from bot.limits import Bounds as Bounds  # noqa: PLC0414 - a noun too: rooms find it here
from bot.limits import Budget as Budget  # noqa: PLC0414 - a noun too
from bot.limits import Limits as Limits  # noqa: PLC0414 - a noun too
from bot.limits import Window as Window  # noqa: PLC0414 - a noun too
from bot.rules import Filter, Kept
from bot.secret import Secret as Secret  # noqa: PLC0414 - a noun too: rooms find it here

UTC = dt.UTC


# ── What a source gives ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Entry:
    """One post as its source gave it (Atom's terms), HTML already read into text and Document by a parser.

    ``summary`` is the source's own excerpt as plain text, "" where it has none. ``link`` is absolute, "" where it
    cannot be computed. ``due`` is an appointment: nothing may go out before it. ``breaking`` is what the source says
    outright (front matter ``breaking: true``), apart from labels and categories. ``origin`` says where an editor
    finds the post (a file's path, or the feed's URL). ``aliases`` are ids that the post had before its name was mended.
    """

    id: str
    link: str
    title: str
    summary: str = ""
    content: Document = field(default_factory=Document)
    categories: tuple[str, ...] = ()
    published: dt.datetime | None = None
    updated: dt.datetime | None = None
    due: dt.datetime | None = None
    picture: Picture | None = None
    breaking: bool = False
    retracted: bool = False  #: its source takes it back (front matter ``retracted: true``)
    accounts: tuple[str, ...] | None = None  #: the only ones that get it, by their configured names; None: all
    correction: str | bool = False  #: what is put right, in its newsroom's words; or that something is
    language: str = ""
    origin: str = ""
    aliases: tuple[str, ...] = ()
    author: str = ""  #: who wrote it, as the source has it; several in one line


SameEvent = Literal["thread", "join", "separate"]
"""What becomes of a story whose event another one has told: it answers that one, it is not told, or it stands alone."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A source to watch, and what is remembered of its polling.

    ``every`` is how long to wait where nothing is known of its rhythm; ``fastest`` and ``slowest`` are the bounds of
    what is learned, None for those that follow from ``every`` (`bot.rhythm`). ``cursor`` is the source's own (ETag and
    the like, JSON); ``known`` counts the entries it ever gave.
    """

    name: str
    url: str
    breaking: tuple[str, ...] | bool = ("속보", "breaking")
    first_run: int | dt.timedelta = 0
    every: dt.timedelta = dt.timedelta(seconds=60)
    fastest: dt.timedelta | None = None
    slowest: dt.timedelta | None = None
    link_wait: dt.timedelta = dt.timedelta(0)
    card: Picture | None = None  #: for posts that have no picture
    boilerplate: tuple[str, ...] = ()  #: what a first or last line begins with that belongs to the site, not the story
    tracking: tuple[str, ...] = ()  #: parameters that links lose
    removed: Literal["keep", "retract"] = "keep"  #: what becomes of a story whose post has gone from the folder
    filter: Filter = field(default_factory=Filter)  #: what of it is told at all
    same_event: SameEvent = "thread"  #: what becomes of a story whose event was told already
    cursor: str = ""
    known: int = 0
    met: bool = False  #: whether a first fetch has succeeded
    distrusts_ids: bool = False  #: a guid stood twice in one document
    pushed: dt.datetime | None = None  #: until when a hub has promised to push it (W3C WebSub)
    arrivals: tuple[int, ...] = ()  #: when its newest posts came, in Unix seconds, the newest first
    succeeded: dt.datetime | None = None  #: the last successful poll
    failures: int = 0  #: in a row
    due: dt.datetime | None = None  #: the next poll


# ── What we tell ─────────────────────────────────────────────────────────────────────────────────────────────────


class Urgency(StrEnum):
    """How much a story hurries."""

    BREAKING = "breaking"
    NORMAL = "normal"
    LOW = "low"


class StoryState(StrEnum):
    """Where a story stands with its readers."""

    KNOWN = "known"
    REVIEW = "review"
    QUARANTINED = "quarantined"
    ANNOUNCED = "announced"
    CORRECTED = "corrected"
    RETRACTED = "retracted"
    KILLED = "killed"


@dataclass(frozen=True, slots=True)
class Story:
    """What we tell. ``id`` is 0 until the store has given one; ``source`` is the feed's name, shown to readers.

    ``pictures`` begin with the story's own, and go on with those of its body. ``card``: the first one is its site's,
    and stands for no story of its own, so it is shown small. Only ``accounts`` carry it, None: all that carry its feed.
    """

    id: int
    headline: str
    excerpt: str
    link: str
    source: str
    body: Document = field(default_factory=Document)
    pictures: tuple[Picture, ...] = ()
    card: bool = False
    categories: tuple[str, ...] = ()
    urgency: Urgency = Urgency.NORMAL
    language: str = ""
    revision: int = 1
    state: StoryState = StoryState.KNOWN
    published: dt.datetime | None = None
    seen: dt.datetime | None = None
    accounts: tuple[str, ...] | None = None
    author: str = ""
    head: int = (
        0  #: the story that told its event first, and that it answers; below zero: its place in the same reading
    )
    alike: str = ""  #: by what that was seen, in words


@dataclass(frozen=True, slots=True)
class Plates:
    """A story's pictures as each platform gets them, and what was degraded on the way."""

    pictures: Mapping[Bounds, tuple[Picture, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether no platform gets any."""
        return not any(self.pictures.values())

    def onto(self, story: Story, bounds: Bounds | None) -> Story:
        """The story as one platform gets it; its pictures are addresses only where none were prepared."""
        return story if bounds is None else replace(story, pictures=self.pictures.get(bounds, story.pictures))


@dataclass(frozen=True, slots=True)
class Known:
    """What the store remembers of an entry: the story it became and the fingerprint of what it said."""

    entry: int
    story: int
    revision: int
    title: str
    link: str
    lead: str
    fingerprint: str
    state: StoryState = StoryState.ANNOUNCED
    headline: str = ""  #: of the story, as it was told last; so ``excerpt`` and ``told``, its link
    excerpt: str = ""
    told: str = ""
    kept: dt.datetime | None = None  #: since when a feed's filter has kept its story out
    alike: bool = False  #: this feed's entry only tells of the same event; the story's words are another's


@dataclass(frozen=True, slots=True)
class Change:
    """What an entry means to us. ``known`` is what is remembered of one that is not new.

    ``joined``: another feed has told this story already, word for word or not; nothing goes out, but the story knows.
    ``alike``: it is another story, of the same event.
    ``released``: a filter kept its story out, and as it stands now, or as another feed has it, it passes.
    ``retracted``: its source takes it back. ``kept`` is why the feed's filter keeps a new one out.
    """

    kind: Literal["new", "edited", "joined", "released", "retracted"]
    entry: Entry
    state: StoryState  #: what becomes of its story: announced, known or quarantined; of an edited one, as it was
    known: Known | None = None
    kept: Kept | None = None
    alike: bool = False


# ── Where it goes ────────────────────────────────────────────────────────────────────────────────────────────────

Notify = Literal["all", "breaking", "none"]
PictureUse = Literal["photo", "preview", "none"]
BodyUse = Literal["none", "quote", "thread"]
PreviewPlace = Literal["below", "above"]
Corrections = Literal["auto", "edit", "none"]
"""What becomes of a story's edits: changed in place, or answered where that is impossible and it matters; only the
first; or neither."""


@dataclass(frozen=True, slots=True)
class Target:
    """A place an account can post to.

    ``address`` is canonical within the platform and holds no secret ("@newsdao", "-100123:5", "webhook:333"); two
    targets of equal address are one. ``secret`` (a webhook's token) comes from the configuration each time, and is
    never stored. ``personal``: one reader's own chat, which goes after those that many read.
    """

    address: str
    secret: Secret | None = None
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Style:
    """The account's options that change what a message looks like; equal styles share one message.

    ``language`` is of what Sokbo adds; ``picture``: upload it, leave it to the link preview, or neither; ``zone`` is an
    IANA name for times that are spelled out. What a platform does not know of these, its accounts cannot say
    (``Adapter.styles``).
    """

    language: str = "ko"
    picture: PictureUse = "photo"
    zone: str = "Asia/Seoul"
    template: str = ""  #: the template's text; empty: the platform's own
    hashtags: int = 0  #: made of categories, at most this many
    body: BodyUse = "none"  #: tell the whole story too: folded in the same message, or in further ones
    pictures: int = 1  #: at most; more than one is an album
    preview: PreviewPlace = "below"  #: where the link's preview stands
    button: bool = False  #: the link is a button
    rich: bool = False  #: an article instead of an alert, where the platform has such
    utm: str = ""  #: added to the link's query: "utm_source=telegram&utm_medium=social"


@dataclass(frozen=True, slots=True)
class Entity:
    """A marked stretch of a message's text: ``kind`` in Telegram's words, offsets in UTF-16 units."""

    kind: str
    offset: int
    length: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A story rendered for one platform, language and style: stored once, shared by every delivery that carries it.

    ``text`` is what a reader reads, of ``length`` of at most ``limit`` ``unit``. ``markup`` is the same in the
    platform's own markup where it has one. ``body`` is the platform's own form (JSON), without a target, a key or a
    secret; only the adapter reads it, and the page to draw it. ``pictures`` are uploaded in this order. ``notes`` say
    what was degraded. ``part`` counts the messages of one story from 0, the alert.
    """

    platform: str
    style: Style
    text: str
    length: int
    limit: int
    unit: str
    body: Mapping[str, Any]
    entities: tuple[Entity, ...] = ()
    markup: str = ""
    pictures: tuple[Picture, ...] = ()
    notes: tuple[str, ...] = ()
    part: int = 0


class Priority(IntEnum):
    """The order within an account: the lower goes first."""

    RETRACTION = 0
    BREAKING = 1
    CORRECTION = 2
    NORMAL = 3
    TOUCH_UP = 4
    DIGEST = 5


class DeliveryState(IntEnum):
    """Where a delivery stands.

    queued ─promote─▶ ready ─claim─▶ sending ─▶ sent (receipt)
                        ▲               ├──────▶ dead (reason; can be replayed)
                        ├─due─ snoozed ◀┤
                        └─────retry─────┴──────▶ held (unconfirmed: a person or the policy decides)
    cancelled: from any state before sending, or instead of a retry
    """

    QUEUED = 0
    READY = 1
    SENDING = 2
    SENT = 3
    DEAD = 4
    HELD = 5
    SNOOZED = 6
    CANCELLED = 7


Operation = Literal["send", "edit", "delete", "reply"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One operation on its way to one subscription, as an adapter gets it.

    ``key`` is the idempotency key: the same for every try, different for every other delivery of this store and of any
    other. ``again`` is true when the outcome of an earlier try is unknown; ``since`` is when the first try was claimed.
    ``after`` is what the part before it became; ``posted`` what an edit changes, a delete removes, a reply answers. The
    message of a delete says in the post's place what became of it, where it cannot be removed. ``files`` holds the
    pictures' bytes by their sha256, ``uploads`` the platform's own references to those that this account has uploaded
    before.
    """

    id: int
    key: str
    operation: Operation
    target: Target
    message: Message
    silent: bool = False
    again: bool = False
    degraded: int = 0  #: steps that its picture was degraded by, after refusals: a smaller one, then plainer messages
    since: dt.datetime | None = None
    tries: int = 0
    claim: int = 0
    reason: str = ""  #: what became of the last try
    after: "Receipt | None" = None
    posted: "Receipt | None" = None
    sought: "Delivery | None" = None  #: the send in doubt that a delete is about
    files: Mapping[str, bytes] = field(default_factory=dict)
    uploads: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The platform's own ids of what was posted (empty where they are unknown), and its link, if it has one.

    ``uploads`` are the platform's references to the pictures it now has, by sha256, for whoever posts them again.
    ``wait`` is seconds for which the platform wants the target left alone, as its answer says (a used-up bucket).
    """

    ids: tuple[str, ...]
    link: str = ""
    note: str = ""  #: what was degraded on the way, in words
    uploads: Mapping[str, str] = field(default_factory=dict)
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one try ended, and what follows: written by the next tick, fenced by ``claim``.

    ``due`` is when a snoozed delivery is ready again. ``spent``: the try counts against the budget. ``again``: the
    outcome is unknown. ``pause`` names what is paused with the reason as its alarm: a target, an account, all accounts
    of its app or at its host; ``until`` bounds that pause (None: until a person or a restart ends it). ``trouble``: the
    platform itself did not answer well, which the account's circuit breaker counts.
    """

    delivery: int
    claim: int
    state: DeliveryState
    reason: str = ""
    receipt: Receipt | None = None
    due: dt.datetime | None = None
    spent: bool = True
    again: bool = False
    pause: Literal["", "target", "account", "app", "host"] = ""
    trouble: bool = False
    until: dt.datetime | None = None
    moved_to: str = ""
    degraded: int = 0  #: steps that the next try's picture is degraded by
    late: float = 0.0  #: seconds after its token's time that it left: its lane rests as much longer
