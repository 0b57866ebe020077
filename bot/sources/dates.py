"""Dates as feeds write them: ISO 8601, RFC 822, and as Koreans do.

feedparser's own reading is not asked: what it does not know it guesses (2024년 07월 became November).
"""

import datetime as dt
import re
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from bot.model import UTC

KOREAN = re.compile(
    r"(\d{4})[년./-]\s*(\d{1,2})[월./-]\s*(\d{1,2})(?:일|\.)?\s*(?:(오전|오후)?\s*(\d{1,2}):(\d{2})(?::(\d{2}))?)?"
)


def moment(raw: str, zone: ZoneInfo) -> dt.datetime | None:
    """A date in UTC, a naive one read in ``zone``; None if it is none, or absurd."""
    raw = raw.strip()
    if raw.endswith(" KST"):  # no zone of RFC 822
        raw = raw.removesuffix("KST") + "+0900"
    for read in (dt.datetime.fromisoformat, _korean, _rfc822):
        try:
            found = read(raw)
            return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None


def _korean(raw: str) -> dt.datetime:
    found = KOREAN.fullmatch(raw)
    if found is None:
        raise ValueError(raw)
    year, month, day, half, hour, minute, second = found.groups()
    hours = int(hour or 0) % 12 + 12 * (half == "오후") if half else int(hour or 0)
    return dt.datetime(int(year), int(month), int(day), hours, int(minute or 0), int(second or 0))  # noqa: DTZ001


def _rfc822(raw: str) -> dt.datetime:
    found = parsedate_to_datetime(raw)
    # RFC 5322: -0000 is UTC, and nothing said of where.
    return found.replace(tzinfo=UTC) if raw.endswith("-0000") else found
