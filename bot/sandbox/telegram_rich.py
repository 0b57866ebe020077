"""Telegram's rich message: the HTML that the Bot API reads (10.1; media of one's own since 10.2), to the tag.

The limits are published (PLATFORMS.md a). How the server words a refusal is not, but for its beginning.
"""

import re
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from typing import Any

from bot.sandbox.reply import Refusal
from bot.sandbox.telegram_text import is_address, refuse

MOST_TEXT, MOST_BLOCKS, DEEPEST, MOST_MEDIA, MOST_COLUMNS = 32_768, 500, 16, 50, 20

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BLOCKS = HEADINGS | {
    *("p", "pre", "ul", "ol", "li", "blockquote", "aside", "table", "tr", "figure", "footer", "hr", "details", "img"),
    *("tg-collage", "tg-slideshow"),
}
INLINE = frozenset(
    {
        *("b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "mark", "sub", "sup", "tg-spoiler", "a"),
        *("th", "td", "caption", "figcaption", "cite", "summary", "br"),
    }
)
VOID = frozenset({"br", "hr", "img"})
HOLDERS = frozenset({"figure", "tg-collage", "tg-slideshow", "details"})  #: what a picture may stand in
ENTITIES = frozenset(
    ["lt", "gt", "amp", "quot", "apos", "nbsp", "hellip", "mdash", "ndash", "lsquo", "rsquo", "ldquo", "rdquo"]
)
NAMED = re.compile(r"&([A-Za-z]\w*);")
OWN = "tg://photo?id="
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def check_rich(fields: Mapping[str, Any], check_media: Callable[[object], object]) -> dict[str, Any]:
    """The message's ``rich_message``, or a refusal; ``check_media`` looks at each of its photos."""
    rich = fields.get("rich_message")
    if not isinstance(rich, dict):
        raise refuse(400, "Bad Request: rich message is empty")
    html = rich.get("html")
    if not isinstance(html, str) or "markdown" in rich or "blocks" in rich:
        raise _refuse("the stand-in reads html, and exactly one of html, markdown and blocks must be used")
    media = rich.get("media", [])
    if not isinstance(media, list) or len(media) > MOST_MEDIA:
        raise _refuse("there must be at most 50 media")
    for each in media:
        if not isinstance(each, dict) or not ID.fullmatch(str(each.get("id", ""))):
            raise refuse(400, "Bad Request: can't parse InputRichMessageMedia: invalid id")
        check_media(each.get("media"))
    page = _Page({each["id"] for each in media})
    page.feed(html)
    page.close()
    page.check(html)
    return {"rich_message": rich}


def _refuse(why: str) -> Refusal:
    return refuse(400, f"Bad Request: can't parse rich message: {why}")


class _Page(HTMLParser):
    """Reads strictly: every tag known and closed in order."""

    def __init__(self, media: set[str]) -> None:
        super().__init__(convert_charrefs=True)
        self._media = media
        self._open: list[str] = []
        self._text = 0
        self._blocks = 0
        self._cells = 0

    def check(self, html: str) -> None:
        """What can only be told at the end."""
        if self._open:
            raise _refuse(f'can\'t find end tag corresponding to start tag "{self._open[-1]}"')
        if strange := [name for name in NAMED.findall(html) if name not in ENTITIES]:
            raise _refuse(f"unsupported entity &{strange[0]};")
        if not self._blocks:
            raise refuse(400, "Bad Request: rich message is empty")
        for count, most, what in (
            (self._text, MOST_TEXT, "characters"),
            (self._blocks, MOST_BLOCKS, "blocks"),
        ):
            if count > most:
                raise refuse(400, f"Bad Request: rich message is too long: {count} {what} are more than {most}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in BLOCKS | INLINE:
            raise _refuse(f'unsupported start tag "{tag}"')
        self._blocks += tag in BLOCKS
        self._cells = 0 if tag == "tr" else self._cells + (tag in ("td", "th"))
        if self._cells > MOST_COLUMNS:
            raise _refuse("a table has too many columns")
        if tag == "a" and not is_address(href := dict(attrs).get("href") or ""):
            raise _refuse(f"wrong HTTP URL {href}")
        if tag == "img":
            self._check_picture(dict(attrs).get("src") or "")
        if tag not in VOID:
            self._open.append(tag)
            if len(self._open) > DEEPEST:
                raise _refuse("it is nested too deep")

    def _check_picture(self, source: str) -> None:
        if not set(self._open) <= HOLDERS:
            raise _refuse("media can be specified only as a separate block")
        if source.startswith(OWN) and source.removeprefix(OWN) not in self._media:
            raise refuse(400, "Bad Request: can't parse InputRichMessageMedia: media not found")
        if not source.startswith(OWN) and not is_address(source):
            raise _refuse(f"wrong HTTP URL {source}")

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and (not self._open or self._open.pop() != tag):
            raise _refuse(f'unexpected end tag "{tag}"')

    def handle_data(self, data: str) -> None:
        self._text += len(data)

    def handle_comment(self, data: str) -> None:
        raise _refuse(f"unsupported remark {data[:20]}")
