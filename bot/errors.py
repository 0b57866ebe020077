"""What can go wrong: the class of an error is the decision that follows from it.

    SokboError
    ├─ ConfigError      fix the file; every problem is listed at once, each with its line and the mend
    ├─ Occupied         another bot drives this store
    ├─ StoreError       the store cannot be written or read; nothing of it was written: stop, and say why
    │  └─ StoreAway     not now (connection lost, locked): keep what is to be written, send nothing, try again
    ├─ SourceError      back the feed off
    │  └─ SourceGone    410: retire the feed, tell the operator
    ├─ PictureError     the story goes without this picture, and says why
    └─ DeliveryError    all that an adapter may raise
       ├─ Unreachable   nothing was posted                      → again, with backoff
       ├─ Throttled     too fast                                → wait; spends no try
       ├─ Rejected      this message, never                     → degrade one step, else dead
       ├─ TargetGone    the chat, channel or webhook is no more → pause or end the subscription
       ├─ TargetMoved   the chat has another id now             → rewrite it, same delivery again
       ├─ Unauthorized  the credential is refused               → pause the account, tell the operator
       └─ Unconfirmed   may have been posted                    → key, look-up or policy decides; never silent
          └─ Abandoned  its worker died or was cut off          → the same, without waiting

Messages are for people: what happened, where, and how to mend it. None holds a secret.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Scope = Literal["target", "account", "app", "host"]


class SokboError(Exception):
    """Anything that Sokbo raises on purpose."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: what is wrong, where, and how to put it right."""

    what: str
    where: str
    mend: str = ""

    def __str__(self) -> str:
        """``where: what (mend)``, on one line."""
        mend = f" ({self.mend})" if self.mend else ""
        return f"{self.where}: {self.what}{mend}" if self.where else f"{self.what}{mend}"


class ConfigError(SokboError):
    """The configuration, or what it names, cannot be used as it stands."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class Occupied(SokboError):  # noqa: N818 - the field's word, as the rest of the tree
    """Another process holds the lock on driving this store."""


class StoreError(SokboError):
    """The store did not take or give something; nothing of it was written."""


class StoreAway(StoreError):  # noqa: N818 - a kind of StoreError
    """The store cannot be reached or is locked by somebody else; a moment later it may answer."""


class SourceError(SokboError):
    """A feed could not be read; what is known of it stays known.

    ``retry_after`` are the seconds, a day at most, for which its host asked to be left alone; 0 where it did not.
    """

    def __init__(self, text: str, *, retry_after: float = 0.0) -> None:
        super().__init__(text)
        self.retry_after = retry_after


class SourceGone(SourceError):  # noqa: N818 - a kind of SourceError
    """The feed's address answered 410."""


class PictureError(SokboError):
    """A picture could not be had or is none."""


class DeliveryError(SokboError):
    """One try of one delivery did not end in a receipt."""


class Unreachable(DeliveryError):  # noqa: N818 - the class is the decision
    """Nothing left this machine: name, connection or TLS failed."""


class Throttled(DeliveryError):  # noqa: N818 - the class is the decision
    """The platform asks to wait ``after`` seconds within ``scope``."""

    def __init__(self, text: str, *, after: float, scope: Scope) -> None:
        super().__init__(text)
        self.after = after
        self.scope: Scope = scope


class Rejected(DeliveryError):  # noqa: N818 - the class is the decision
    """The platform will never take this message as it is.

    ``picture`` is true when the refusal is about the picture, so that the message without it may pass.
    """

    def __init__(self, text: str, *, picture: bool = False) -> None:
        super().__init__(text)
        self.picture = picture


class TargetGone(DeliveryError):  # noqa: N818 - the class is the decision
    """The place is gone, or the bot may not write there, in unambiguous words."""


class TargetMoved(DeliveryError):  # noqa: N818 - the class is the decision
    """The place lives on under another address, ``to``."""

    def __init__(self, text: str, *, to: str) -> None:
        super().__init__(text)
        self.to = to


class Unauthorized(DeliveryError):  # noqa: N818 - the class is the decision
    """The credential is wrong, revoked or lacks the permission."""


class Unconfirmed(DeliveryError):  # noqa: N818 - the class is the decision
    """The request left, the answer is unknown: the message may have been posted."""


class Abandoned(Unconfirmed):
    """Whoever had it on its way is gone: the message may have been posted, and nobody is at it any more."""
