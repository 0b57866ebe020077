"""What a platform's adapter must do, and what it may be able to do.

    always        Renders · Paces, and where it posts: Adapter
    in posting    Sends · Edits · Deletes · Replies
    beside it     Finds what is in doubt · Costs money · Checks what was configured · Rehearses a preview

Each power is a protocol of one method or few, so that "can this platform look a message up?" is an `isinstance`: an
adapter has a power by having its methods.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from bot.model import Bounds, Budget, Delivery, Limits, Message, Operation, Receipt, Story, Style, Target, Window
from bot.ports.transport import Reply, Request


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


@runtime_checkable
class Shares(Protocol):
    """Has targets that its platform counts as one."""

    def counted_as(self, target: Target) -> str:
        """What the platform counts: equal for targets that share what ``per_target`` says of each."""
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
    """Asks money. ``app`` tells applications apart, whose credentials share ``Limits.app``."""

    app: str
    budget: Budget

    def cost(self, operation: Operation, message: Message) -> float:
        """US dollars that it costs to do this with this message once."""
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
