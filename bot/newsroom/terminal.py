"""`sokbo preview` in a terminal: what readers would see, with its marks; plain text wherever styles cannot be shown.

── telegram · readers · breaking · part 2 of 3 · 312 of 4096 code points
   [picture https://… · what it shows]
   (what was degraded)

the text, **as the platform draws it**
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from rich.console import Console
from rich.style import Style
from rich.text import Text

from bot.model import Entity
from bot.newsroom.addresses import web_address
from bot.newsroom.reading import told
from bot.text.marked import Kind, Marked, Span

_LOOKS: Final = {
    Kind.BOLD: Style(bold=True),
    Kind.ITALIC: Style(italic=True),
    Kind.UNDERLINE: Style(underline=True),
    Kind.STRIKE: Style(strike=True),
    Kind.CODE: Style(color="cyan"),
    Kind.PRE: Style(color="cyan"),
    Kind.SPOILER: Style(reverse=True),
    Kind.TAG: Style(color="blue"),
    Kind.QUOTE: Style(color="green"),
    Kind.FOLD: Style(color="green"),
}
_LINK: Final = Style(color="blue", underline=True)
_HEAD: Final = Style(bold=True)
_SOFT: Final = Style(dim=True)
#: What a terminal would act upon: all controls but the end of a line.
_CONTROLS: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def show(alerts: Iterable[Mapping[str, Any]], console: Console) -> None:
    """Print previews in their promised JSON shape."""
    for alert in alerts:
        for number, message in enumerate(alert["messages"]):
            for line in _about(alert, message, number):
                console.print(line, soft_wrap=True)
            read = told(alert["platform"], message["text"], _entities(message), message.get("markup", ""))
            console.print(Text("\n").append_text(drawn(read)).append("\n"), soft_wrap=True)


def drawn(marked: Marked) -> Text:
    """A marked text with a terminal's styles; what would steer the terminal is replaced, character by character."""
    text = Text(_harmless(marked.text))
    for span in marked.spans:
        text.stylize(_look(span), span.start, span.end)
    return text


def _look(span: Span) -> Style:
    if span.kind is Kind.LINK:
        address = web_address(_harmless(span.value))
        return _LINK + Style(link=address) if address else Style()
    return _LOOKS[span.kind]


def _about(alert: Mapping[str, Any], message: Mapping[str, Any], number: int) -> Iterator[Text]:
    """What is known of a message, above it."""
    parts = len(alert["messages"])
    known = [alert["platform"], alert["account"] or "no account", alert["story"]["urgency"]]
    known += [f"part {number + 1} of {parts}"] if parts > 1 else []
    known.append(f"{message['length']} of {message['limit']} {message['unit']}")
    yield Text(_harmless(f"── {' · '.join(known)}"), _HEAD)
    for medium in message["media"]:
        yield Text(_harmless(f"   [picture {medium['url']} · {medium['alt'] or 'no alt text'}]"), _SOFT)
    for note in message["notes"]:
        yield Text(_harmless(f"   ({note})"), _SOFT)


def _entities(message: Mapping[str, Any]) -> Iterator[Entity]:
    return (Entity(**each) for each in message.get("entities", ()))


def _harmless(text: str) -> str:
    return _CONTROLS.sub("\ufffd", text)
