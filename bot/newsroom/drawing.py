"""A platform's message as its readers see it: marked runs, links that are safe to follow, an embed, a tally.

Everything here may come from a stranger. Nothing here makes HTML: the templates do, and they escape.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from bot.document import Mark, Run
from bot.model import DeliveryState, Entity, Message
from bot.ports import Alert

#: Telegram's words for marks (PLATFORMS.md a); kinds that are not here change nothing of how a text looks.
MARKS = {
    "bold": Mark.BOLD,
    "italic": Mark.ITALIC,
    "underline": Mark.UNDERLINE,
    "strikethrough": Mark.STRIKE,
    "code": Mark.CODE,
    "pre": Mark.CODE,
    "spoiler": Mark.SPOILER,
}
#: What a person looks for first.
CONCERN = (
    DeliveryState.HELD,
    DeliveryState.DEAD,
    DeliveryState.SNOOZED,
    DeliveryState.SENDING,
    DeliveryState.READY,
    DeliveryState.QUEUED,
    DeliveryState.CANCELLED,
    DeliveryState.SENT,
)
#: Rows that one account shows of a story before those that arrived are only counted.
ROWS = 6

WEB_ADDRESS = re.compile(r"https?://[^\s/]", re.IGNORECASE)
ADDRESS_IN_TEXT = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
NOT_OF_AN_ADDRESS = ".,!?:;)]}'\"…」』”’"
ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def web_address(url: object) -> str:
    """The address if it leads to the web, else "": nothing else may become a link."""
    return url if isinstance(url, str) and WEB_ADDRESS.match(url) else ""


def runs(text: str, entities: Sequence[Entity] = ()) -> tuple[Run, ...]:
    """The text cut where its look changes; bare web addresses are linked, as every platform does."""
    return tuple(run for stretch in _stretches(text, entities) for run in _linked(stretch))


def _stretches(text: str, entities: Sequence[Entity]) -> Iterator[Run]:
    units = text.encode("utf-16-le")  # entities count in UTF-16 units, two bytes each
    size = len(units) // 2
    ends = (end for one in entities for end in (one.offset, one.offset + one.length))
    for start, end in pairwise(sorted({0, size, *(min(max(end, 0), size) for end in ends)})):
        over = [one for one in entities if one.offset <= start and end <= one.offset + one.length]
        yield Run(
            units[2 * start : 2 * end].decode("utf-16-le", "replace"),
            frozenset(MARKS[one.kind] for one in over if one.kind in MARKS),
            next((web_address(one.url) for one in over if one.url), ""),
        )


def _linked(stretch: Run) -> Iterator[Run]:
    if stretch.href:
        yield stretch
        return
    rest = 0
    for found in ADDRESS_IN_TEXT.finditer(stretch.text):
        address = web_address(found[0].rstrip(NOT_OF_AN_ADDRESS))
        if not address:
            continue
        if found.start() > rest:
            yield Run(stretch.text[rest : found.start()], stretch.marks)
        yield Run(address, stretch.marks, address)
        rest = found.start() + len(address)
    if rest < len(stretch.text):
        yield Run(stretch.text[rest:], stretch.marks)


@dataclass(frozen=True, slots=True)
class Embed:
    """Discord's card. ``color`` is ``#rrggbb``, or "" for Discord's own grey; ``at`` is its timestamp.

    ``image`` is the address of a picture that Discord itself fetches, "" for one that is attached.
    """

    author: str
    title: str
    url: str
    description: tuple[Run, ...]
    color: str
    footer: str
    image: str
    at: dt.datetime | None


def embed(message: Message) -> Embed | None:
    """The embed of a Discord message (``embed``, or the first of ``embeds``); None where it has none.

    Title and description are Markdown, and their escapes are undone as Discord undoes them.
    """
    embeds = message.body.get("embeds")
    raw = embeds[0] if isinstance(embeds, Sequence) and embeds else message.body.get("embed")
    if not isinstance(raw, Mapping):
        return None
    return Embed(
        author=_text(_inner(raw, "author", "name")),
        title=_unescaped(raw.get("title")),
        url=web_address(raw.get("url")),
        description=runs(_unescaped(raw.get("description"))),
        color=_color(raw.get("color")),
        footer=_text(_inner(raw, "footer", "text")),
        image=web_address(_inner(raw, "image", "url")),
        at=moment(raw.get("timestamp")),
    )


def _inner(raw: Mapping[str, Any], outer: str, inner: str) -> object:
    held = raw.get(outer)
    return held.get(inner) if isinstance(held, Mapping) else None


def _text(text: object) -> str:
    return text if isinstance(text, str) else ""


def _unescaped(text: object) -> str:
    return ESCAPE.sub(r"\1", _text(text))


def _color(number: object) -> str:
    return f"#{number:06x}" if isinstance(number, int) and 0 <= number <= 0xFFFFFF else ""  # noqa: PLR2004 - white


def moment(text: object) -> dt.datetime | None:
    """An RFC 3339 time; None for what is none or has no zone."""
    try:
        at = dt.datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return at if at and at.tzinfo else None


def tally(alerts: Iterable[Alert]) -> list[tuple[str, int]]:
    """How many deliveries are in which state, what needs a person first."""
    counts = Counter(str(delivery["state"]) for alert in alerts for delivery in alert.deliveries)
    return sorted(counts.items(), key=lambda item: _concern(item[0]))


@dataclass(frozen=True, slots=True)
class Rows:
    """The deliveries of one alert: those shown, and how many more have arrived."""

    shown: tuple[Mapping[str, Any], ...]
    more: int


def fold(deliveries: Sequence[Mapping[str, Any]]) -> Rows:
    """All deliveries that have not arrived, and as many that have as there is room for."""
    ordered = sorted(deliveries, key=lambda delivery: _concern(str(delivery["state"])))
    open_ones = sum(delivery["state"] != "sent" for delivery in ordered)
    shown = tuple(ordered[: max(ROWS, open_ones)])
    return Rows(shown, len(ordered) - len(shown))


def _concern(state: str) -> int:
    return CONCERN.index(DeliveryState[state.upper()])


def posted(alert: Alert) -> dt.datetime | None:
    """When the first reader had it, or when it was queued; None where nothing is on its way."""
    sent = [at for delivery in alert.deliveries if (at := moment(delivery.get("sent")))]
    queued = [at for delivery in alert.deliveries if (at := moment(delivery.get("queued")))]
    return min(sent or queued, default=None)


def sender(alert: Alert) -> str:
    """Whom a reader sees above the message: the channel if there is one, else the account."""
    targets = {str(delivery["target"]) for delivery in alert.deliveries}
    only = targets.pop() if len(targets) == 1 else ""
    return only if only.startswith("@") else alert.account
