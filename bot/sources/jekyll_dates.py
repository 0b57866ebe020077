"""Dates as Jekyll takes them in front matter and in file names. A naive one is in the site's zone."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

from bot.model import UTC

DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T\s]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?\s*(\S+)?")
OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})")
ZONES = {"Z": "+00:00", "UTC": "+00:00", "GMT": "+00:00", "KST": "+09:00"}


def moment(raw: str, zone: str) -> dt.datetime | None:
    """A date in UTC, at midnight if it has no time; None if it is none."""
    found = DATE.fullmatch(raw)
    if found is None:
        return None
    *numbers, offset = found.groups()
    try:
        naive = dt.datetime(*(int(number or 0) for number in numbers))  # type: ignore[arg-type]  # noqa: DTZ001
        return naive.replace(tzinfo=_zone(offset, zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _zone(offset: str | None, zone: str) -> dt.tzinfo:
    if offset is None:
        return ZoneInfo(zone)
    found = OFFSET.fullmatch(ZONES.get(offset, offset))
    if found is None:
        raise ValueError(offset)
    sign = -1 if found[1] == "-" else 1
    return dt.timezone(sign * dt.timedelta(hours=int(found[2]), minutes=int(found[3])))
