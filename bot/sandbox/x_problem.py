"""How X says no: problems (RFC 7807) in its own words."""

import datetime as dt
import json
import math
from collections.abc import Mapping
from typing import Any, assert_never

from bot.sandbox.faults import Kind, Refused
from bot.sandbox.reply import Refusal

BLANK = "about:blank"
PROBLEMS = "https://api.twitter.com/2/problems"
QUARTER = 900.0  #: seconds of X's windows of a user
DAY = 86_400.0  #: seconds of X's windows of an app
USER = "x-rate-limit"
APP = "x-app-limit-24hour"  #: seen in node-twitter-api-v2#495
UNSEEN = "You attempted to reply to a Tweet that is deleted or not visible to you."  #: node-twitter-api-v2#366


def refuse(status: int, title: str, detail: str, kind: str = "", **more: Any) -> Refusal:
    """An error as X words it."""
    problem_type = f"{PROBLEMS}/{kind}" if kind else BLANK
    body = {**more, "title": title, "type": problem_type, "status": status, "detail": detail}
    return Refusal(status, body, content_type="application/problem+json")


def refuse_value(name: str, value: object, why: str) -> Refusal:
    """A field that X does not take."""
    error = {"parameters": {name: [json.dumps(value, ensure_ascii=False)]}, "message": why}
    detail = "One or more parameters to your request was invalid."
    return refuse(400, "Invalid Request", detail, "invalid-request", errors=[error])


def refuse_missing(number: str) -> Refusal:
    """A tweet that is not there. X publishes no answer to a second DELETE; its clients expect this one."""
    return refuse(404, "Not Found Error", f"Could not find tweet with id: [{number}].", "resource-not-found")


def refuse_hurry(name: str, wait: float, headers: Mapping[str, str] | None = None) -> Refusal:
    """Too many requests for the window whose headers begin with ``name``; it has a place in ``wait`` seconds."""
    refusal = refuse(429, "Too Many Requests", "Too Many Requests")
    refusal.headers = {**(headers or {}), f"{name}-remaining": "0", f"{name}-reset": in_epoch(wait)}
    return refusal


def refuse_fault(kind: Refused, after: float) -> Refusal:
    """A planned fault. A 429 is that of the shortest window that can ask for such a wait."""
    match kind:
        case Kind.TOO_MANY if after > DAY:
            return _refuse_capped()
        case Kind.TOO_MANY:
            return refuse_hurry(USER if after <= QUARTER else APP, after)
        case Kind.UNAUTHORIZED:
            return refuse(401, "Unauthorized", "Unauthorized")
        case Kind.GONE:
            detail = "Your account is suspended and is not permitted to access this feature."
            return refuse(403, "Forbidden", detail, "user-suspended")
        case Kind.BROKEN:
            detail = "Something is broken. This is usually a temporary error, for example in a high load situation."
            return refuse(500, "Internal Server Error", detail)
        case _:
            assert_never(kind)


def _refuse_capped() -> Refusal:
    """The app's quota of the month: X names no time (xdevplatform/xdk#25)."""
    scope = {"period": "Monthly", "scope": "Product"}
    return refuse(429, "UsageCapExceeded", "Usage cap exceeded: Monthly product cap", "usage-capped", **scope)


def in_epoch(seconds: float) -> str:
    """When it is that many seconds later, as X's headers say it."""
    return str(math.ceil(dt.datetime.now(dt.UTC).timestamp() + seconds))
