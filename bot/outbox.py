"""The outbox: how a try ended decides what follows. Pure; the drawing of the states is at `model.DeliveryState`.

Receipt                       → sent
Unreachable                   → snoozed, with backoff; dead after a day
Throttled                     → snoozed for as long as was asked; spends no try; pauses the account if it is about it
Rejected                      → if it was the picture: at once again, one step plainer, while there is one; else dead
TargetGone                    → the target is paused, its queue waits
TargetMoved                   → the target is rewritten, at once again
Unauthorized                  → the account is paused, its queue waits
Unconfirmed                   → the same key again while the platform dedupes; else looked up; else the account's policy
Abandoned                     → the same, but at once

An edit or a delete can be made again without harm. A delete that the platform refuses becomes an edit that says so,
where it can edit (``model.Delivery``: the message of a delete).
"""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal

from bot.errors import (
    Abandoned,
    DeliveryError,
    Rejected,
    TargetGone,
    TargetMoved,
    Throttled,
    Unauthorized,
    Unreachable,
)
from bot.model import Delivery, DeliveryState, Outcome, Priority, Receipt

PATIENCE = dt.timedelta(days=1)  #: a delivery that could not be posted for this long is dead, and can be replayed
LONGEST_BACKOFF = dt.timedelta(minutes=5)
RESENDS = 3  #: how often the policy `resend` sends a keyless delivery in doubt before a person is asked
MARGIN = dt.timedelta(seconds=10)  #: a key is trusted this much less long than its platform promises

#: What each step of degradation leaves of a picture, in words.
STEPS = ("as it is", "with a smaller picture", "without its picture", "without a preview")

Policy = Literal["", "resend", "hold"]


@dataclass(frozen=True, slots=True)
class Powers:
    """What an adapter can do about a delivery in doubt: dedupe it for a while, or look it up; how many steps its
    picture can be degraded by; and whether it can edit what it cannot delete.
    """

    safe_again: dt.timedelta = dt.timedelta(0)
    finds: bool = False
    steps: int = 0
    edits: bool = False


def settle(
    delivery: Delivery,
    result: Receipt | DeliveryError,
    *,
    now: dt.datetime,
    policy: Policy,
    priority: Priority,
    powers: Powers,
) -> Outcome:
    """What follows from how one try ended."""
    if isinstance(result, Receipt):
        reason = delivery.reason if delivery.degraded else ""
        return Outcome(delivery.id, delivery.claim, DeliveryState.SENT, reason, receipt=result)
    ended = Outcome(delivery.id, delivery.claim, DeliveryState.DEAD, str(result))
    waits = replace(ended, state=DeliveryState.SNOOZED, spent=False)
    goes = replace(ended, state=DeliveryState.READY, spent=False)
    age = now - (delivery.since or now)
    match result:
        case Throttled(scope="target"):
            return replace(waits, due=now + dt.timedelta(seconds=result.after))
        case Throttled():
            until = now + dt.timedelta(seconds=result.after)
            return replace(waits, due=until, pause=result.scope, until=until)
        case Rejected():
            return _plainer(delivery, result, powers) or ended
        case TargetGone():
            return replace(waits, pause="target")
        case TargetMoved():
            return replace(goes, moved_to=result.to)
        case Unauthorized():
            return replace(goes, pause="account")
        case Unreachable():
            again = replace(waits, due=now + backoff(delivery), spent=True, trouble=True)
            return replace(ended, trouble=True) if age > PATIENCE else again
        case _:  # Unconfirmed, or a class that no adapter should raise: it may have been posted
            died = isinstance(result, Abandoned)
            due = now if died else now + backoff(delivery)
            later = replace(waits, due=due, spent=True, again=True, trouble=not died)
            return _doubt(delivery, later, age, policy, priority, powers)


def _plainer(delivery: Delivery, refused: Rejected, powers: Powers) -> Outcome | None:
    """What is tried instead of what was refused, at once; None when nothing is left."""
    step = delivery.degraded + 1
    if delivery.operation == "delete" and powers.edits and not delivery.degraded:
        reason = f"edited instead: {refused}"
    elif refused.picture and delivery.degraded < powers.steps:
        reason = f"{STEPS[step]}: {refused}"
    else:
        return None
    return Outcome(delivery.id, delivery.claim, DeliveryState.READY, reason, degraded=step)


def _doubt(
    delivery: Delivery, later: Outcome, age: dt.timedelta, policy: Policy, priority: Priority, powers: Powers
) -> Outcome:
    if trusted(age + backoff(delivery), powers) or (powers.finds and age <= PATIENCE):
        return later
    if resends(delivery, policy, priority):
        return later
    return replace(later, state=DeliveryState.HELD, due=None)


def resends(delivery: Delivery, policy: Policy, priority: Priority) -> bool:
    """Whether the account's policy sends a delivery in doubt once more, though it may arrive twice."""
    wanted = policy == "resend" or (not policy and priority in (Priority.RETRACTION, Priority.BREAKING))
    return wanted and delivery.tries < RESENDS


def trusted(age: dt.timedelta, powers: Powers) -> bool:
    """Whether the platform still dedupes a key that was first used ``age`` ago."""
    return age + MARGIN < powers.safe_again


def backoff(delivery: Delivery) -> dt.timedelta:
    """1, 2, 4 … seconds up to five minutes, spread by up to a quarter so that a thousand lanes don't return at once."""
    seconds = min(2.0 ** min(delivery.tries, 20), LONGEST_BACKOFF.total_seconds())
    spread = (delivery.id * 2654435761 % 2**32) / 2**32  # Knuth's multiplicative hash: even, and the same each time
    return dt.timedelta(seconds=seconds * (1 + spread / 4))
