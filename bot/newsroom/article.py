"""Telegram's article (a rich message's HTML), read into elements that a template may draw.

    <h1>제목</h1><figure><img src="tg://photo?id=picture1"/>…  ▶  Element("p", "title"), Element("figure", …)

Only what stands in `DRAWN` becomes an element, and under the names that stand there; of any other tag the inside is
kept and the tag is not.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any, Final

from bot.document import Picture
from bot.model import Message
from bot.newsroom.addresses import web_address

#: Telegram's tag: the page's tag and class. Its headings are none of the page's.
DRAWN: Final[Mapping[str, tuple[str, str]]] = {
    "h1": ("p", "title"),
    **{f"h{level}": ("p", "subtitle") for level in range(2, 7)},
    **{tag: (tag, "") for tag in ("p", "ul", "ol", "li", "blockquote", "tr", "th", "td", "figure", "figcaption")},
    **{tag: (tag, "") for tag in ("pre", "code", "br", "img", "a")},
    "table": ("table", ""),
    "footer": ("p", "footer"),
    "b": ("span", "bold"),
    "i": ("span", "italic"),
    "u": ("span", "underline"),
    "s": ("span", "strike"),
    "tg-spoiler": ("span", "spoiler"),
}
VOID: Final = frozenset({"br", "img"})
DEEPEST: Final = 32  #: the Bot API takes 16; what lies deeper is kept flat
_PHOTO: Final = re.compile(r"tg://photo\?id=picture([1-9]\d?)")


@dataclass(frozen=True, slots=True)
class Element:
    """A tag of the page with what it holds; ``href`` is a web address or "", ``picture`` an image's, if it is there."""

    tag: str
    look: str = ""
    inside: tuple["Element | str", ...] = ()
    href: str = ""
    picture: Picture | None = None


def article(message: Message) -> tuple[Element | str, ...]:
    """What a rich message shows; nothing where the message is none."""
    rich = message.body.get("rich_message")
    html = rich.get("html") if isinstance(rich, Mapping) else None
    if not isinstance(html, str):
        return ()
    page = _Page(message.pictures)
    page.feed(html)
    page.close()
    return page.whole()


@dataclass(slots=True)
class _Open:
    """A tag that has not been closed yet."""

    tag: str
    href: str
    inside: list[Element | str]


class _Page(HTMLParser):
    def __init__(self, pictures: Sequence[Picture]) -> None:
        super().__init__(convert_charrefs=True)
        self._pictures = pictures
        self._open = [_Open("", "", [])]

    def whole(self) -> tuple[Element | str, ...]:
        """All that was read, what was never closed closed."""
        while len(self._open) > 1:
            self._close()
        return tuple(self._open[0].inside)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named: dict[str, Any] = dict(attrs)
        if tag not in DRAWN or len(self._open) > DEEPEST:
            return
        if tag in VOID:
            self._inside.append(Element(tag, picture=self._picture(named.get("src")) if tag == "img" else None))
        else:
            self._open.append(_Open(tag, web_address(named.get("href")), []))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID or all(one.tag != tag for one in self._open):
            return
        while self._close() != tag:
            pass

    def handle_data(self, data: str) -> None:
        self._inside.append(data)

    @property
    def _inside(self) -> list[Element | str]:
        return self._open[-1].inside

    def _close(self) -> str:
        closed = self._open.pop()
        tag, look = DRAWN[closed.tag]
        self._inside.append(Element(tag, look, tuple(closed.inside), closed.href))
        return closed.tag

    def _picture(self, source: object) -> Picture | None:
        """The upload that an image names, by its number among the message's pictures."""
        named = _PHOTO.fullmatch(str(source))
        number = int(named[1]) if named else 0
        return self._pictures[number - 1] if 0 < number <= len(self._pictures) else None
