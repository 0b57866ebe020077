"""Telegram's rich message: the HTML that the Bot API reads, well-formed to the tag, and what a reader sees of it.

Sources: Bot API 10.1–10.3, InputRichMessage, "Rich message HTML" and its limits (PLATFORMS.md a and i).
"""

from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from tests.renderers.grammars import telegram_finds as finds
from tests.renderers.grammars.seen import Refused, Seen, demand, known, leads, readable

TEXT, BLOCKS, DEPTH, MEDIA, COLUMNS = 32_768, 500, 16, 50, 20

_HEADINGS = {f"h{level}" for level in range(1, 7)}
_BLOCKS = {*_HEADINGS, "p", "pre", "ul", "ol", "li", "blockquote", "table", "tr", "figure", "footer"}
_INLINE = {"b", "i", "u", "s", "code", "tg-spoiler", "a", "th", "td", "figcaption"}
_VOID = {"br", "img"}
_ATTRIBUTES = {"a": {"href"}, "img": {"src"}, "table": {"bordered"}}
_PHOTO = "tg://photo?id="
_LIVE = {"mention", "bot_command"}


def check(rich: Mapping[str, Any]) -> Seen:
    """What a reader of the article sees; raises ``Refused``."""
    known(rich, {"html", "skip_entity_detection", "media"}, "rich_message")
    html = readable(rich["html"], "the article")
    media = rich.get("media", ())
    demand(len(media) <= MEDIA, f"{len(media)} pictures are more than {MEDIA}")
    for one in media:
        known(one, {"id", "media"}, "a picture of an article")
        known(one["media"], {"type", "media"}, "a picture of an article")
        demand(one["media"]["type"] == "photo", f"an article with a {one['media']['type']}")
    page = _Page({one["id"] for one in media})
    page.feed(html)
    page.close()
    demand(not page.open, f"<{page.open[-1:]}> is never closed")
    text = "".join(page.text).strip()
    demand(text, "there is no text")
    demand(len(text) <= TEXT, f"{len(text)} characters are more than {TEXT}")
    demand(page.blocks <= BLOCKS, f"{page.blocks} blocks are more than {BLOCKS}")
    if not rich.get("skip_entity_detection"):
        live = [text[one.start : one.end] for one in finds.entities(text) if one.kind in _LIVE]
        demand(not live, f"a mention or a command is live: {live[:1]}")
    return Seen(text, page.links)


class _Page(HTMLParser):
    """Reads the HTML as strictly as the server: every tag known, every attribute too, all of it closed in order."""

    def __init__(self, pictures: set[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.blocks = 0
        self._pictures = pictures
        self._cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        demand(tag in _BLOCKS | _INLINE | _VOID, f"the article has a <{tag}>")
        named = dict(attrs)
        known(named, _ATTRIBUTES.get(tag, set()), f"a <{tag}>")
        self.blocks += tag in _BLOCKS
        self._cells = 0 if tag == "tr" else self._cells + (tag in {"td", "th"})
        demand(self._cells <= COLUMNS, f"a table has more than {COLUMNS} columns")
        if tag in _BLOCKS | {"br", "td", "th", "figcaption"}:
            self.text.append("\n")
        match tag:
            case "img":
                source = str(named.get("src"))
                demand(source.removeprefix(_PHOTO) in self._pictures, f"the article has no picture {source!r}")
            case "a":
                demand("a" not in self.open, "a link within a link")
                self.links.append(("", leads(named.get("href"), "a link of the article")))
        if tag not in _VOID:
            self.open.append(tag)
            demand(len(self.open) <= DEPTH, f"the article is more than {DEPTH} deep")

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:  # <br/> and <img/>
            return
        demand(self.open and self.open.pop() == tag, f"</{tag}> closes what is not open")

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if "a" in self.open:
            shown, url = self.links[-1]
            self.links[-1] = shown + data, url

    def handle_comment(self, data: str) -> None:
        raise Refused(f"the article has a remark: {data[:40]!r}")

    def handle_decl(self, decl: str) -> None:
        raise Refused(f"the article has a declaration: {decl[:40]!r}")

    def unknown_decl(self, data: str) -> None:
        raise Refused(f"the article has a declaration: {data[:40]!r}")

    def handle_pi(self, data: str) -> None:
        raise Refused(f"the article has an instruction: {data[:40]!r}")
