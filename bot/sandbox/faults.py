"""What shall go wrong next: planned through POST /_sandbox/faults, played on the next requests that post, change or
take back a message.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, assert_never

from bot.sandbox.ledger import Platform
from bot.sandbox.reply import HangUp, Refusal

PLATFORMS = ("telegram", "discord", "x", "webhook")
FIELDS = frozenset({"platform", "account", "target", "kind", "count", "after_s"})


class Nonsense(ValueError):  # noqa: N818 - said to a person who typed it
    """An order at a door that cannot be carried out; the text says why."""


class Kind(StrEnum):
    """What a planned fault does."""

    TOO_MANY = "429"  #: refuse for ``after_s``
    BROKEN = "500"  #: fail without accepting
    LOST_REPLY = "lost_reply"  #: accept or refuse as usual, then hang up
    RESET = "reset"  #: hang up before accepting
    SLOW = "slow"  #: wait ``after_s``, then go on as usual
    UNAUTHORIZED = "401"  #: refuse the credential
    GONE = "gone"  #: refuse the target in unambiguous words


#: Seconds where the order names none: a wait that a test can afford, and one that outlasts most clients' patience.
AFTER = {Kind.TOO_MANY: 1.0, Kind.SLOW: 30.0}


@dataclass(slots=True)
class Fault:
    """A planned fault; ``None`` matches any account or target, ``count`` is how often it will still happen."""

    platform: str
    kind: Kind
    count: int
    account: str | None = None
    target: str | None = None
    after: float = 0.0

    def fits(self, platform: str, account: str, target: str) -> bool:
        """Whether it is meant for this request."""
        return self.platform == platform and self.account in (None, account) and self.target in (None, target)


#: The kinds that a platform has words of its own for.
Refused = Literal[Kind.TOO_MANY, Kind.BROKEN, Kind.UNAUTHORIZED, Kind.GONE]
#: Says it in them, given the seconds to wait.
Refuse = Callable[[Refused, float], Refusal]


class Faults:
    """The plan, first come first played."""

    def __init__(self) -> None:
        self._plan: list[Fault] = []

    def order(self, order: object) -> int:
        """Carry out one order; the number of planned entries after it. Raises ``Nonsense``.

        A count of 0 takes back what is planned and has every field that the order names.
        """
        fields = _checked(order)
        if fields["count"] == 0:
            named = {name: fields[name] for name in ("platform", "kind", "account", "target") if name in fields}
            self._plan = [fault for fault in self._plan if any(getattr(fault, n) != v for n, v in named.items())]
        else:
            kind = Kind(fields["kind"])
            after = float(fields.get("after_s", AFTER.get(kind, 0.0)))
            self._plan.append(
                Fault(fields["platform"], kind, fields["count"], fields.get("account"), fields.get("target"), after)
            )
        return len(self._plan)

    def _take(self, platform: str, account: str, target: str) -> Fault | None:
        for fault in self._plan:
            if fault.fits(platform, account, target):
                fault.count -= 1
                if not fault.count:
                    self._plan.remove(fault)
                return fault
        return None

    @asynccontextmanager
    async def around(self, platform: Platform, account: str, target: str, refuse: Refuse) -> AsyncIterator[None]:
        """Play what is planned, if anything, around the handling of one request that posts, changes or takes back."""
        fault = self._take(platform, account, target)
        if fault is None:
            yield
            return
        match fault.kind:
            case Kind.TOO_MANY | Kind.BROKEN | Kind.UNAUTHORIZED | Kind.GONE:
                raise refuse(fault.kind, fault.after)
            case Kind.RESET:
                raise HangUp(reset=True)
            case Kind.SLOW:
                await asyncio.sleep(fault.after)
                yield
            case Kind.LOST_REPLY:
                with suppress(Refusal):  # a no is lost as well
                    yield
                raise HangUp(reset=False)
            case _:
                assert_never(fault.kind)


def _checked(order: object) -> Mapping[str, Any]:
    if not isinstance(order, dict):
        raise Nonsense("a fault is a JSON object")
    if strange := sorted(map(str, order.keys() - FIELDS)):
        raise Nonsense(f"unknown: {', '.join(strange)}; a fault has {', '.join(sorted(FIELDS))}")
    count = order.get("count")
    if not isinstance(count, int) or isinstance(count, bool) or count < 0:
        raise Nonsense("count is a whole number of requests; 0 takes back what is planned")
    _check_choice(order, "platform", PLATFORMS, required=count > 0)
    _check_choice(order, "kind", tuple(Kind), required=count > 0)
    for name in ("account", "target"):
        if not isinstance(order.get(name, ""), str):
            raise Nonsense(f"{name} is a string, as /_sandbox/accepted shows it")
    after = order.get("after_s", 0)
    if not isinstance(after, int | float) or isinstance(after, bool) or not 0 <= after < float("inf"):
        raise Nonsense("after_s is a number of seconds, 0 or more")
    return order


def _check_choice(order: Mapping[str, Any], name: str, choices: tuple[str, ...], *, required: bool) -> None:
    if name not in order and not required:
        return
    if order.get(name) not in choices:
        raise Nonsense(f"{name} is one of {', '.join(choices)}")
