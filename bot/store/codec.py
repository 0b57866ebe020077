"""Nouns to JSON and back, and times to the microseconds that the schema counts in."""

import dataclasses
import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from bot.document import Picture
from bot.model import UTC, Entity, Message, Style
from bot.rules import Kept

NEVER = 2**63 - 1  #: the largest time that SQLite holds: "until a person does something"
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


def micros(moment: dt.datetime) -> int:
    """Microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(micros: int) -> dt.datetime:
    """The time that ``micros`` counts to; beyond the calendar, its last day."""
    try:
        return _EPOCH + dt.timedelta(microseconds=micros)
    except OverflowError:
        return dt.datetime.max.replace(tzinfo=UTC)


def rfc3339(micros: int | None) -> str | None:
    """RFC 3339 in UTC with milliseconds, as the promised JSON has it; None stays None."""
    if micros is None:
        return None
    return moment(micros).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def dump(value: Any) -> str:
    """Compact JSON that keeps Hangul readable."""
    return orjson.dumps(value).decode()


def span(duration: dt.timedelta) -> int:
    """Microseconds that a duration lasts."""
    return duration // _MICROSECOND


def column(values: Iterable[object]) -> str:
    """A list as the statements take it: rows of one column."""
    return dump([[value] for value in values])


def dump_message(message: Message) -> str:
    """A message as JSON."""
    return dump(dataclasses.asdict(message))


def load_message(text: str) -> Message:
    """The message that ``dump_message`` wrote."""
    fields: Mapping[str, Any] = json.loads(text)
    return Message(
        **{
            **fields,
            "style": Style(**fields["style"]),
            "entities": tuple(Entity(**entity) for entity in fields["entities"]),
            "pictures": tuple(Picture(**picture) for picture in fields["pictures"]),
            "notes": tuple(fields["notes"]),
        }
    )


def dump_kept(kept: Kept) -> str:
    """Why a filter kept something out, as JSON."""
    return dump(dataclasses.asdict(kept))


def load_kept(text: str) -> Kept:
    """What ``dump_kept`` wrote."""
    fields: Mapping[str, Any] = json.loads(text)
    return Kept(**{**fields, "words": tuple(fields["words"])})


def dump_picture(picture: Picture) -> str:
    """A picture as JSON."""
    return dump(dataclasses.asdict(picture))


def load_picture(text: str) -> Picture:
    """The picture that ``dump_picture`` wrote."""
    return Picture(**json.loads(text))
