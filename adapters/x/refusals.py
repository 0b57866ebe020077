"""What an answer of X means that is no yes (PLATFORMS section f)."""

import time
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

from bot.errors import DeliveryError, Rejected, Scope, TargetGone, Throttled, Unauthorized, Unconfirmed, Unreachable
from bot.ports import Reply, Request

PATIENCE: Final = 60.0  #: seconds to wait after a 429 that names no time
CAPPED: Final = 3600.0  #: seconds between two tries once the quota or the money is used up until the cycle ends
TOLERANCE: Final = 5.0  #: seconds that a clock may be off; X tells its own in whole ones

#: What X counts, by how the headers of it begin (``-remaining``, ``-reset`` in epoch seconds), and whose it is. That of
#: 15 minutes is in fundamentals/rate-limits, those of a day in node-twitter-api-v2#495 and #553.
_WINDOWS: Final[Mapping[str, Scope]] = {
    "x-rate-limit": "account",
    "x-user-limit-24hour": "account",
    "x-app-limit-24hour": "app",
}
#: The app's quota (429, xdevplatform/xdk#25), and its spending limit (403, seen by its title alone).
_CAPS: Final = ("usage-capped", "spendcapreached")
_READ_ONLY: Final = ("client-forbidden", "not permitted")


class Duplicate(Rejected):
    """X has this very text already."""


class Unseen(Rejected):
    """X does not see the post that is to be answered: it is deleted, or too new."""


class Missing(Rejected):
    """X does not have the post that is to be deleted."""


#: What decides by its words alone; the first that is heard.
_WORDS: Final[Mapping[str, type[DeliveryError]]] = {
    "duplicate content": Duplicate,
    "deleted or not visible": Unseen,
    "user-suspended": TargetGone,
    "account is suspended": TargetGone,
    " locked": TargetGone,  # not "blocked"
    "not permitted to delete": Rejected,  # this post, which is somebody else's
}


def refusal(request: Request, reply: Reply) -> DeliveryError:
    """The error whose class is the decision; its text is X's own words."""
    problem = reply.object
    said = f"X: {problem.get('detail') or problem.get('title') or f'HTTP {reply.status}'}"
    heard = f"{problem.get('type', '')} {problem.get('title', '')} {said} {problem.get('errors', '')}".lower()
    about_picture = bool(request.parts) or ("media" in (request.json or {}) and "media" in heard)
    if request.verb == "DELETE" and problem and _is_missing(reply.status, heard):
        return Missing(said)
    match reply.status:
        case status if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status < HTTPStatus.MULTIPLE_CHOICES:
            return Unconfirmed(said)
        case HTTPStatus.TOO_MANY_REQUESTS:
            return _throttled(said, heard, reply.headers)
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.PAYMENT_REQUIRED:
            return Unauthorized(f"{said}; see the tokens and the credits in the developer portal")
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return Rejected(f"{said}; the picture is too large", picture=about_picture)
    if not problem:
        return Unreachable(f"something that is not X answered {reply.status}")
    forbidden = reply.status == HTTPStatus.FORBIDDEN
    if forbidden and _names(heard, _CAPS):
        return _throttled(said, heard, reply.headers)
    if kind := next((kind for words, kind in _WORDS.items() if words in heard), None):
        return kind(said)
    if forbidden and _names(heard, _READ_ONLY):
        return Unauthorized(f"{said}; give the app the right to read and write, then make new tokens")
    return Rejected(said, picture=about_picture)


def _is_missing(status: int, heard: str) -> bool:
    """X does not document it: a 404, or a 200 with the problem in ``errors``, as its other doors answer."""
    return status == HTTPStatus.NOT_FOUND or "resource-not-found" in heard


def _names(heard: str, words: tuple[str, ...]) -> bool:
    return any(word in heard for word in words)


def _throttled(said: str, heard: str, headers: Mapping[str, str]) -> Throttled:
    """Wait for the last of what is used up to be there again, in its own scope."""
    waits: list[tuple[float, Scope]] = list(_resets(headers))
    if _names(heard, _CAPS):
        waits.append((CAPPED, "app"))
    after, scope = max(waits, key=lambda wait: wait[0], default=(PATIENCE, "account"))
    return Throttled(said, after=max(1.0, after), scope=scope)


def _resets(headers: Mapping[str, str]) -> Iterator[tuple[float, Scope]]:
    """In how many seconds each used-up window opens again."""
    now = _clock(headers)
    for name, scope in _WINDOWS.items():
        reset = headers.get(f"{name}-reset", "")
        if reset.isdecimal() and headers.get(f"{name}-remaining", "0") == "0":
            yield float(reset) - now, scope


def _clock(headers: Mapping[str, str]) -> float:
    """The time; X's own where ours is wrong, which would hurry or oversleep."""
    here = time.time()
    try:
        there = parsedate_to_datetime(headers["date"]).timestamp()
    except (LookupError, ValueError):
        return here
    return there if abs(there - here) > TOLERANCE else here
