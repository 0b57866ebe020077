"""Dates as feeds write them: ISO 8601, RFC 822 in all its abuses, as Koreans do, as clocks count.

raw ─▶ its date, one of DATES ─▶ its time ─▶ its zone ─▶ UTC; not absurd

feedparser's own reading is not asked: what it does not know it guesses (2024년 07월 became November).
"""

import datetime as dt
import re
import unicodedata
from email.utils import parsedate_to_datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.model import UTC

LONGEST: Final = 80  #: characters that a date may have
UNSET: Final = dt.datetime(1980, 1, 2, tzinfo=UTC)  #: what is older is a clock that nobody set (Unix and DOS begin so)

_DATES: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # 2026-11-22, 2026/11/22, 2026. 11. 22., 2026년 11월 22일 (일), '26.11.22
        (
            r"(?:입력|등록|수정)?\s*:?\s*(?P<year>\d{4}|'?\d\d(?=\s*[년.]))\s*[년./-]\s*(?P<month>\d{1,2})\s*[월./-]\s*"
            r"(?P<day>\d{1,2})\s*[일.]?(?:\s*\(?[월화수목금토일](?:요일)?\)?(?![\w:]))?"
        ),
        r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?=\D|\d{4}(?:\d\d)?(?!\d)|$)",  # 20261122, 20261122150500
        # Sun, 22 Nov 2026; 22-Nov-26; Sunday the 22nd of November, 2026
        (
            r"(?:[a-z]{2,9}[.,]*\s+)?(?:the\s+)?(?P<day>\d{1,2})(?:st|nd|rd|th)?[\s.-]+(?:of\s+)?"
            r"(?P<name>[a-z]{3,9})\.?,?[\s-]+(?P<year>\d{4}|\d\d)(?!\d)"
        ),
        r"(?:[a-z]{2,9}[.,]*\s+)?(?P<name>[a-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})(?!\d)",
        r"(?P<year>\d{4})(?:-(?P<month>\d\d))?$",  # W3C-DTF: a year, a month
    )
)
_HALF: Final = r"(오전|오후|[ap]\.?m\.?)"
_TIME: Final = re.compile(
    rf"[T\s,]*(?:at\s+)?{_HALF}?\s*(\d{{1,2}})\s*[:시]\s*(?:(\d{{1,2}})\s*분?)?(?:\s*:?\s*(\d{{1,2}})(?:[.,]\d+)?\s*초?)?"
    rf"\s*{_HALF}?",
    re.IGNORECASE,
)
_COMPACT_TIME: Final = re.compile(r"T?(\d\d)(\d\d)(\d\d)?")
_ZONE: Final = re.compile(r"(?:GMT|UTC?|Z)?\s*([+-])(\d{1,2}):?(\d\d)?", re.IGNORECASE)
_COMMENT: Final = re.compile(r"\s*\([^()]*\)$")
_EPOCH: Final = re.compile(r"(\d{9,10})(?:\.\d+)?|(\d{12,13})|(\d{15,16})")  # seconds, milli-, microseconds
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
#: Hours east of Greenwich of the names that feeds use: RFC 822's own, and others that mean one place only.
_HOURS: Final = {
    "UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "BST": 1, "CET": 1, "MET": 1, "CEST": 2, "MEST": 2, "EET": 2,
    "EEST": 3, "MSK": 3, "ICT": 7, "HKT": 8, "SGT": 8, "KST": 9, "JST": 9, "AEST": 10, "AEDT": 11, "NZST": 12,
    "NZDT": 13, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9,
    "HST": -10,
}  # fmt: skip


def moment(raw: str, zone: ZoneInfo) -> dt.datetime | None:
    """A date in UTC, a naive one read in ``zone``; None if it is none, or absurd."""
    raw = unicodedata.normalize("NFKC", raw[: LONGEST + 1]).strip().strip("\"'“”").strip()
    if not raw or len(raw) > LONGEST:
        return None
    try:
        found = _iso(raw) or _epoch(raw) or _written(raw) or parsedate_to_datetime(raw)
        utc = (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):  # the last two are what parsedate makes of some nonsense
        return None
    return utc if utc >= UNSET else None


def _iso(raw: str) -> dt.datetime | None:
    """What most feeds write; `fromisoformat` alone would also read digits of an hour as a month."""
    if len(raw) < 10 or raw[4] != "-" or raw[7] != "-":  # noqa: PLR2004 - the places of the hyphens in 2026-11-22
        return None
    try:
        return dt.datetime.fromisoformat(raw)
    except ValueError:
        return None


def _epoch(raw: str) -> dt.datetime | None:
    found = _EPOCH.fullmatch(raw)
    if found is None or (found[2] and raw.startswith("20") and _is_compact(raw)):
        return None
    seconds, thousandths, millionths = found.groups()
    count = int(seconds or 0) + int(thousandths or 0) / 1e3 + int(millionths or 0) / 1e6
    return dt.datetime.fromtimestamp(count, UTC)


def _is_compact(raw: str) -> bool:
    """Whether twelve digits are a date and a time: 202611221505."""
    return len(raw) == len("202611221505") and 1 <= int(raw[4:6]) <= 12 and 1 <= int(raw[6:8]) <= 31  # noqa: PLR2004 - a calendar's


def _written(raw: str) -> dt.datetime | None:
    """A date, with a time and a zone perhaps, as people write it; None if nothing of the kind, or something more."""
    rest = _COMMENT.sub("", raw)
    found = next((match for match in (pattern.match(rest) for pattern in _DATES) if match), None)
    if found is None:
        return None
    parts = found.groupdict()
    year, month, day = int(parts["year"].lstrip("'")), _month(parts), int(parts.get("day") or 1)
    if len(parts["year"]) < len("2026"):
        year += 2000 if year < 69 else 1900  # noqa: PLR2004 - RFC 5322 and POSIX
    since, rest = _time(rest[found.end() :])
    if rest and (offset := _offset(rest)) is not None:
        return dt.datetime(year, month, day, tzinfo=offset) + since
    if rest and not rest.isalpha():  # the name of a zone that nobody knows is no zone
        return None
    return dt.datetime(year, month, day) + since  # noqa: DTZ001 - the caller knows the zone


def _month(parts: dict[str, str | None]) -> int:
    """Its number; raises ``ValueError`` for a name of no month."""
    return _MONTHS.index(name[:3].lower()) + 1 if (name := parts.get("name")) else int(parts.get("month") or 1)


def _time(text: str) -> tuple[dt.timedelta, str]:
    """The time since midnight, and what stands behind it; 24:00 is the next day's, a leap second the one before it."""
    if found := _TIME.match(text):
        before, hour, minute, second, after = found.groups()
        hours, half = int(hour), (before or after or "").lower()
        if half and hours <= 12:  # noqa: PLR2004 - 오후 15:05 is as clear as 15:05
            hours = hours % 12 + 12 * half.startswith(("오후", "p"))
    elif found := _COMPACT_TIME.match(text):
        hour, minute, second = found.groups()
        hours = int(hour)
    else:
        return dt.timedelta(0), text.strip(" ,T")
    minutes, seconds = int(minute or 0), min(int(second or 0), 59)
    if hours > 24 or minutes > 59:  # noqa: PLR2004 - a clock's
        raise ValueError(text)
    return dt.timedelta(hours=hours, minutes=minutes, seconds=seconds), text[found.end() :].strip(" ,")


def _offset(text: str) -> dt.timezone | None:
    if found := _ZONE.fullmatch(text):
        sign, hours, minutes = found.groups()
        return dt.timezone(int(sign + "1") * dt.timedelta(hours=int(hours), minutes=int(minutes or 0)))
    hours_east = _HOURS.get(text.upper())
    return None if hours_east is None else dt.timezone(dt.timedelta(hours=hours_east))
