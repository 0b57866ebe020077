"""What an editor says to Sokbo in front matter. Jekyll itself passes these keys by. Runs in a parser process.

    breaking: true                       it hurries
    embargo: 2024-07-22 06:00 +0900      nothing goes out before
    accounts: [readers, guild]           nobody else gets it
    correction: 사망자는 11명입니다        told anew as a correction, with these words (or with true, without)
    retracted: true                      taken back

A key that cannot be read holds the post back where sending it could do harm, and else is passed by; both are said.
"""

import datetime as dt
from dataclasses import dataclass

from bot.sources.jekyll_dates import moment
from bot.sources.jekyll_front import Front, Mistake

WHETHER = "write true or false, without quotes"
WHEN = "write it as 2024-07-22 09:00:00 +0900"


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one post; ``flaws`` are what could not be read and does no harm, each with its mend."""

    breaking: bool = False
    embargo: dt.datetime | None = None
    accounts: tuple[str, ...] | None = None  #: None: all
    correction: str | bool = False
    retracted: bool = False
    flaws: tuple[tuple[str, str], ...] = ()


def keys_of(front: Front, zone: str) -> Keys:
    """Read the keys; raises ``Mistake`` where the post must not go out."""
    flaws: list[tuple[str, str]] = []
    return Keys(
        breaking=_whether(front, "breaking", flaws),
        embargo=date_of(front, "embargo", zone),
        accounts=_accounts(front),
        correction=_correction(front, flaws),
        retracted=_whether(front, "retracted", flaws),
        flaws=tuple(flaws),
    )


def is_retracted(front: Front) -> bool:
    """Whether its newsroom takes the post back."""
    return front.data.get("retracted") is True


def date_of(front: Front, key: str, zone: str) -> dt.datetime | None:
    """A date of the front matter, None if there is none; raises ``Mistake``."""
    if front.data.get(key) is None or front.data[key] == "":
        return None
    found = moment(front.text(key), zone)
    if found is None:
        raise Mistake(f"{front.said(key)}, which is no date", WHEN)
    return found


def _whether(front: Front, key: str, flaws: list[tuple[str, str]]) -> bool:
    value = front.data.get(key)
    if not isinstance(value, bool | None):
        flaws.append((f"{front.said(key)}, which is neither true nor false, and is passed by", WHETHER))
    return value is True


def _accounts(front: Front) -> tuple[str, ...] | None:
    value = front.data.get("accounts")
    if value is None:
        return None
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not names or not all(isinstance(name, str) and name.strip() for name in names):
        mend = "name accounts as the configuration does: accounts: [readers, guild]; without the key, all get it"
        raise Mistake(f"{front.said('accounts')}, which names no accounts", mend)
    return tuple(dict.fromkeys(name.strip() for name in names))


def _correction(front: Front, flaws: list[tuple[str, str]]) -> str | bool:
    value = front.data.get("correction")
    if isinstance(value, str):
        return " ".join(value.split())
    if not isinstance(value, bool | None):
        flaws.append((f"{front.said('correction')}, which is no text, and is passed by", "write a sentence, or true"))
    return value is True
