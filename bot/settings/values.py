"""What one value may be. Every reader takes what the file says and returns what the program uses, or complains.

A complaint is said about the value ("every = "soon" *is no duration*"), so that the reader needs not know its key.
"""

import datetime as dt
import difflib
import math
import re
import zoneinfo
from collections.abc import Callable, Iterable
from typing import Any, TypeVar, get_args

from bot.model import Notify

T = TypeVar("T")

_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"([0-9]{1,12})(ms|s|m|h|d)")
_NAMES = {str: "text, in quotes", bool: "true or false", int: "a whole number", float: "a number"}


class Complaint(Exception):  # noqa: N818 - it is said about a value, and always caught
    """What is wrong with a value, as the end of a sentence that begins with its key, and how to mend it."""

    def __init__(self, what: str, mend: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.mend = mend


def nearest(word: str, known: Iterable[str]) -> str:
    """Suggest the known word that comes near, or name all of them."""
    names = sorted(known)
    near = difflib.get_close_matches(word, names, n=1)
    if near:
        return f'did you mean "{near[0]}"?'
    return f"known: {', '.join(names)}" if names else ""


# ── Plain ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _typed(raw: object, kind: type[T]) -> T:
    """Return the value if it is of that type; a boolean is no number here, though Python thinks so."""
    if not isinstance(raw, kind) or (isinstance(raw, bool) and kind is not bool):
        raise Complaint(f"should be {_NAMES[kind]}")
    return raw


def text(raw: object) -> str:
    """Read any text, an empty one too."""
    return _typed(raw, str)


def whole(raw: object) -> int:
    """Read a whole number."""
    return _typed(raw, int)


def number(raw: object) -> float:
    """Read a finite number, whole or not."""
    value = float(raw if isinstance(raw, int) and not isinstance(raw, bool) else _typed(raw, float))
    if not math.isfinite(value):
        raise Complaint("should be a finite number")
    return value


def switch(raw: object) -> bool:
    """Read true or false."""
    return _typed(raw, bool)


def line(raw: object) -> str:
    """Read text that fits on one line or in a header: printable, without blanks around it, perhaps empty."""
    value = text(raw)
    if not value.isprintable():
        raise Complaint("should be one line of text", "take out line breaks and control characters")
    return value.strip()


def name(raw: object) -> str:
    """Read one line that says something."""
    value = line(raw)
    if not value:
        raise Complaint("is empty", "fill it in")
    return value


def one_of(words: object) -> Callable[[object], Any]:
    """Make a reader of the words of a ``Literal``."""
    known = get_args(words)

    def read(raw: object) -> Any:
        value = text(raw)
        if value not in known:
            raise Complaint(f"is none of {', '.join(w for w in known if w)}", nearest(value, filter(None, known)))
        return value

    return read


def breaking(raw: object) -> tuple[str, ...] | bool:
    """Read the labels of breaking news, or whether all of a feed is."""
    if isinstance(raw, bool):
        return raw
    if not isinstance(raw, list):
        raise Complaint("should be a list of labels, or true or false", 'breaking = ["속보", "breaking"]')
    return tuple(map(name, raw))


def notify(raw: object) -> Notify:
    """Read which alerts make a sound; true is all of them, false none."""
    if isinstance(raw, bool):
        return "all" if raw else "none"
    word: Notify = one_of(Notify)(raw)
    return word


# ── Time ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def duration(least: str, most: str) -> Callable[[object], dt.timedelta]:
    """Make a reader of a whole number and its unit (ms, s, m, h, d), within bounds that are written alike."""

    def read(raw: object) -> dt.timedelta:
        seconds = _seconds(raw)
        if seconds < _seconds(least):
            raise Complaint("is too short", f'at least "{least}"')
        if seconds > _seconds(most):
            raise Complaint("is too long", f'at most "{most}"')
        return dt.timedelta(seconds=seconds)

    return read


def _seconds(raw: object) -> float:
    mend = 'write a number and its unit, in quotes: "200ms", "60s", "5m", "2h" or "1d"'
    match = _DURATION.fullmatch(raw) if isinstance(raw, str) else None
    if match is None:
        raise Complaint("is no duration", mend)
    return int(match[1]) * _SECONDS[match[2]]


def first_run(raw: object) -> int | dt.timedelta:
    """Read how many of the newest posts, or how old they may be (up to ten years)."""
    if isinstance(raw, str) and _DURATION.fullmatch(raw):
        return duration("0s", "3650d")(raw)
    if isinstance(raw, bool) or not isinstance(raw, int) or raw < 0:
        mend = 'write how many of the newest posts to announce (0, 1, …), or an age in quotes: "2h"'
        raise Complaint("is neither a count nor an age", mend)
    return raw


def keep(raw: object) -> dt.timedelta | None:
    """Read how long to keep something, from a week to ten years; None is "forever"."""
    return None if raw == "forever" else duration("7d", "3650d")(raw)


def timezone(raw: object) -> str:
    """Read an IANA name, "Asia/Seoul"."""
    value = text(raw)
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: the name of a folder of zones
        raise Complaint("is no time zone", _near_zone(value)) from error
    return value


def _near_zone(value: str) -> str:
    zones = zoneinfo.available_timezones()
    by_city = {zone.rpartition("/")[2].casefold(): zone for zone in sorted(zones)} | {z.casefold(): z for z in zones}
    near = difflib.get_close_matches(value.casefold().replace(" ", "_"), by_city, n=3)
    if not near:
        return 'write an IANA name such as "Asia/Seoul" or "UTC"'
    return "did you mean " + " or ".join(dict.fromkeys(f'"{by_city[city]}"' for city in near)) + "?"
