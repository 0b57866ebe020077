"""What a platform's message says, read back from the form that it is sent in.

Telegram   text and entities in UTF-16 units, tags found in it        Discord, Slack   `markup`
Bluesky    text and facets in UTF-8 bytes, nothing found in it        all others       text and its entities
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from bot.model import Entity
from bot.newsroom.addresses import linked, live
from bot.newsroom.markup import markdown, mrkdwn
from bot.text.marked import Kind, Marked, Span

#: Telegram's words for marks (PLATFORMS.md a); kinds that are not here change nothing of how a text looks.
MARKS: Final = {
    "bold": Kind.BOLD,
    "italic": Kind.ITALIC,
    "underline": Kind.UNDERLINE,
    "strikethrough": Kind.STRIKE,
    "code": Kind.CODE,
    "pre": Kind.PRE,
    "spoiler": Kind.SPOILER,
    "blockquote": Kind.QUOTE,
    "expandable_blockquote": Kind.FOLD,
    "text_link": Kind.LINK,
    "url": Kind.LINK,
    "hashtag": Kind.TAG,
}
#: What Telegram makes a tag of by itself; one that nobody meant has a word joiner behind its sign.
_TAG: Final = re.compile(r"(?<![\w/#])#(?=\w*[^\W\d_])\w+")
_UNSEEN: Final = re.compile("[\u200b\u2060]")


def told(platform: str, text: str, entities: Iterable[Entity] = (), markup: str = "") -> Marked:
    """What a reader of the platform reads, marks and all."""
    match platform:
        case "discord" | "slack":
            read = markdown(markup) if platform == "discord" else mrkdwn(markup)
            return read if _ink(read.text) == _ink(text) else linked(Marked(text))
        case "telegram":
            found = linked(marked(text, entities))
            return live(found, [Span(*tag.span(), Kind.TAG) for tag in _TAG.finditer(text)])
        case "bluesky":
            return marked(text, entities)
        case _:
            return linked(marked(text, entities))


def _ink(text: str) -> str:
    """What is seen of a text."""
    return "".join(_UNSEEN.sub("", text).split())


def marked(text: str, entities: Iterable[Entity]) -> Marked:
    """A text with entities, which count in UTF-16 units."""
    units = text.encode("utf-16-le", "replace")

    def place(offset: int) -> int:
        return len(units[: 2 * max(offset, 0)].decode("utf-16-le", "ignore"))

    return _spanned(text, ((place(e.offset), place(e.offset + e.length), MARKS.get(e.kind), e.url) for e in entities))


def faceted(record: Mapping[str, Any]) -> Marked:
    """A Bluesky post with its facets, which count in UTF-8 bytes."""
    text = str(record.get("text", ""))
    octets = text.encode("utf-8", "replace")

    def spans() -> Iterator[tuple[int, int, Kind | None, str]]:
        for facet in record.get("facets", ()):
            start, end = (len(octets[: facet["index"][side]].decode("utf-8", "ignore")) for side in _SIDES)
            for feature in facet["features"]:
                kind, key = _FEATURES.get(feature["$type"].rpartition("#")[2], (None, ""))
                yield start, end, kind, str(feature.get(key, ""))

    return _spanned(text, spans())


_SIDES: Final = ("byteStart", "byteEnd")
_FEATURES: Final = {"link": (Kind.LINK, "uri"), "tag": (Kind.TAG, "tag")}


def _spanned(text: str, stretches: Iterable[tuple[int, int, Kind | None, str]]) -> Marked:
    spans = (
        Span(start, end, kind, value or (text[start:end] if kind is Kind.LINK else ""))
        for start, end, kind, value in stretches
        if kind and start < end
    )
    return Marked(text, tuple(sorted(spans, key=lambda span: (span.start, -span.end))))
