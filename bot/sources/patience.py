"""How long a server asks to be left alone: Retry-After while it is busy, its caching headers while nothing is new.

Both are asked for in seconds, both are capped: a server may slow us down, but it can't talk us into missing the news.
"""

import datetime as dt
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from bot.model import UTC

LONGEST_REST = 86_400.0  #: seconds; RSS-to-Telegram-Bot#575 met 43,838
LONGEST_FRESH = 3_600.0  #: seconds; static hosts say a year of everything, feeds included
UNSAID = 60.0  #: seconds of rest after a 429 that names none (FAILURES.md section 1, "429 storm")
TOO_MANY = 429
UNAVAILABLE = 503

_SECONDS = re.compile(r"[0-9]{1,12}")
_MAX_AGE = re.compile(r'max-age\s*=\s*"?([0-9]{1,12})(?![0-9])')
_NEVER = re.compile(r"no-(?:cache|store)")


def rest_for(status: int, headers: Mapping[str, str], now: dt.datetime) -> float:
    """Seconds, a day at most, for which a host wants no request at all; 0 unless it answered 429 or 503.

    Header names are in lower case. A date in the past, or nonsense, is as good as none.
    """
    if status not in {TOO_MANY, UNAVAILABLE}:
        return 0.0
    said = headers.get("retry-after", "").strip()
    seconds = float(said) if _SECONDS.fullmatch(said) else _seconds_between(now, _date(said))
    return min(seconds, LONGEST_REST) or (UNSAID if status == TOO_MANY else 0.0)


def fresh_for(headers: Mapping[str, str], now: dt.datetime) -> float:
    """Seconds, an hour at most, for which an answer stays what the server would answer (RFC 9111, section 4.2).

    Header names are in lower case; ``now`` counts where the answer has no Date. What cannot be read is stale.
    """
    caching = headers.get("cache-control", "").lower()
    if _NEVER.search(caching):
        return 0.0
    if "max-age" in caching:
        found = _MAX_AGE.search(caching)
        aged = headers.get("age", "").strip()
        seconds = float(found[1]) - (float(aged) if _SECONDS.fullmatch(aged) else 0.0) if found else 0.0
    else:
        expires = _date(headers.get("expires", ""))
        seconds = _seconds_between(_date(headers.get("date", "")) or now, expires) if expires else 0.0
    return min(max(seconds, 0.0), LONGEST_FRESH)


def _seconds_between(since: dt.datetime, until: dt.datetime | None) -> float:
    return max((until - since).total_seconds(), 0.0) if until else 0.0


def _date(text: str) -> dt.datetime | None:
    """An HTTP date in any of its three forms; all are in UTC."""
    if not text:
        return None
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
