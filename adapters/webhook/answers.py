"""What a receiver's answer means. Its status alone counts (the standard, "Delivery success and failure"); what its body
says is for its own people.

    2xx                           it has it
    410           TargetGone      it wants no more
    401, 403      TargetGone      it knows another key, or none: this receiver waits for a person, no other does
    429           Throttled       for as long as it says; a 5xx that says how long, too
    other 5xx     Unconfirmed     it may have it; the same webhook-id again does no harm
    3xx, 404 …    Unreachable     not taken: the address, not the story, is what is wrong now
    other 4xx     Rejected        this story, never
"""

from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

from bot.errors import DeliveryError, Rejected, TargetGone, Throttled, Unconfirmed, Unreachable
from bot.model import UTC
from bot.ports import Reply

PATIENCE = 60.0  #: seconds to wait after a 429 that names no time
LONGEST = 86_400.0  #: seconds after which a receiver is asked again, however long it wants to be left alone

_REFUSED: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
#: Nobody there (yet), or "try again" by their own definition (RFC 9110 section 15.5; RFC 8470 section 5.2).
_NOT_NOW: Final = (
    HTTPStatus.NOT_FOUND,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.MISDIRECTED_REQUEST,
    HTTPStatus.TOO_EARLY,
)


def is_yes(reply: Reply) -> bool:
    """Whether the receiver has the story."""
    return HTTPStatus.OK <= reply.status < HTTPStatus.MULTIPLE_CHOICES


def refusal(where: str, reply: Reply, now: float) -> DeliveryError:
    """Decide what an answer means that is no yes, at ``now`` (seconds since 1970); ``where`` is the receiver's host."""
    said = f"{where} answered {reply.status}"
    wait = _wait(reply.headers.get("retry-after", ""), now)
    match reply.status:
        case HTTPStatus.GONE:
            return TargetGone(f"{said}: it wants no more")
        case status if status in _REFUSED:
            return TargetGone(f"{said}: it does not take the signature; give both sides the same secret")
        case HTTPStatus.TOO_MANY_REQUESTS:
            return Throttled(said, after=wait or PATIENCE, scope="target")
        case status if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return Throttled(said, after=wait, scope="target") if wait else Unconfirmed(said)
        case status if status < HTTPStatus.BAD_REQUEST:
            return Unreachable(f"{said}, a way elsewhere, which is not followed; put where it leads into the targets")
        case status if status in _NOT_NOW:
            return Unreachable(f"{said}: nobody takes stories there now")
        case _:
            return Rejected(said)


def _wait(after: str, now: float) -> float:
    """Seconds that a Retry-After asks for, in either form (RFC 9110 section 10.2.3); 0 where it names none."""
    if after.isascii() and after.isdigit():
        seconds = float(after)
    else:
        try:
            until = parsedate_to_datetime(after)
        except ValueError:
            return 0.0
        seconds = (until if until.tzinfo else until.replace(tzinfo=UTC)).timestamp() - now
    return min(max(seconds, 1.0), LONGEST)
