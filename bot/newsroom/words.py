"""What the page says: phrases of one language, and times as a newsroom of that language writes them."""

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.errors import ConfigError, Problem

MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
WEEK = 7 * DAY


@dataclass(frozen=True, slots=True)
class Words:
    """The phrases of one language by their dotted key, and the zone that times are told in."""

    language: str
    phrases: Mapping[str, str]
    zone: ZoneInfo

    def __call__(self, key: str, **values: object) -> str:
        """The phrase with its values filled in; an unknown key is a ``KeyError``, for it is a slip of ours."""
        return self.phrases[key].format(**values)

    def has(self, key: str) -> bool:
        """Whether there is such a phrase."""
        return key in self.phrases

    def said(self, reason: str) -> str:
        """A reason as this language says it, if it is one of Sokbo's own; a platform's words stay as they are."""
        return self.phrases.get(f"reason.{reason}", reason)

    def count(self, key: str, n: int) -> str:
        """The phrase for a number of things, with a form of its own (``key_one``) for one."""
        return self(f"{key}_one" if n == 1 else key, n=n)

    def date(self, at: dt.datetime, now: dt.datetime) -> str:
        """Day and time of day; the year only where it is not this one."""
        at, now = at.astimezone(self.zone), now.astimezone(self.zone)
        return self(
            "time.date" if at.year == now.year else "time.date_with_year",
            year=at.year,
            month=self("time.months").split()[at.month - 1],
            day=at.day,
            clock=self.clock(at),
        )

    def clock(self, at: dt.datetime) -> str:
        """The time of day, as 14:05."""
        return f"{at.astimezone(self.zone):%H:%M}"

    def brief(self, at: dt.datetime, now: dt.datetime) -> str:
        """The time of day while that says it all, that is on the same day; else the date too."""
        same = at.astimezone(self.zone).date() == now.astimezone(self.zone).date()
        return self.clock(at) if same else self.date(at, now)

    def span(self, duration: dt.timedelta) -> str:
        """How long something takes, in the one unit that says it."""
        for unit, name in ((DAY, "days"), (HOUR, "hours"), (MINUTE, "minutes")):
            if duration >= 2 * unit:
                return self(f"span.{name}", n=round(duration / unit))
        return self("span.seconds", n=round(duration.total_seconds()))

    def age(self, at: dt.datetime, now: dt.datetime) -> str:
        """How long ago, in the one unit that says it; empty for the future and after a week, where the date says it."""
        past = now - at
        if past < -MINUTE or past >= WEEK:
            return ""
        if past < MINUTE:
            return self("time.now")
        if past < HOUR:
            return self.count("time.minutes", past // MINUTE)
        if past < DAY:
            return self.count("time.hours", past // HOUR)
        return self.count("time.days", past // DAY)


def read_words(locales: Path, zone: str) -> dict[str, Words]:
    """Every language that ``locales`` holds a file for (ko.toml: "ko"); raises ``ConfigError`` for an unknown zone."""
    try:
        place = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        mend = 'use an IANA name, such as timezone = "Asia/Seoul"'
        raise ConfigError([Problem(f"there is no time zone {zone!r}", "[sokbo] timezone", mend)]) from error
    return {file.stem: Words(file.stem, _phrases(file), place) for file in sorted(locales.glob("*.toml"))}


def _phrases(file: Path) -> dict[str, str]:
    tables = tomllib.loads(file.read_text("utf-8"))
    return {f"{table}.{key}": text for table, phrases in tables.items() for key, text in phrases.items()}
