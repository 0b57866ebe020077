"""HTML becomes a Document: what a reader would see, as blocks and marked runs, without the blog around it.

`document` walks the tree without recursion and hands every element to a `Writer` (bot/text/writer.py), which knows
about blocks; this module knows about HTML: what hides, what marks, what links.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.document import Document, Mark, Picture
from bot.text.css import Style, is_colour, style
from bot.text.letters import clean, squeeze
from bot.text.links import absolute
from bot.text.writer import Ink, Writer


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DROPPED: Final = _words("""
    script style template noscript head title meta link svg math object applet audio canvas map button input select
    textarea datalist dialog rp rt
""")
_MARKS: Final = {
    **dict.fromkeys(("b", "strong", "mark"), Mark.BOLD),
    **dict.fromkeys(("i", "em", "cite", "dfn", "var"), Mark.ITALIC),
    **dict.fromkeys(("u", "ins"), Mark.UNDERLINE),
    **dict.fromkeys(("s", "del", "strike"), Mark.STRIKE),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), Mark.CODE),
}
_BLOCKS: Final = _words("""
    address article aside body center dd details dir div dl dt fieldset figcaption footer form header hgroup hr html
    legend main menu nav p search section summary
""")
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_CONTAINERS: Final = frozenset(("ul", "ol", "li", "blockquote", "table", "tr", "td", "th", "figure"))

#: Elements inside each other beyond this are let go: a parser's work grows with depth times length (tried: 34 s for
#: 100,000 nested divs), and no page of news is a tenth as deep. What is left open of these is opened anew in every
#: paragraph, so they have a bound of their own.
_DEEPEST: Final = 128
_FORMATTING: Final = _words("a b big code em font i nobr s small strike strong tt u")
_DEEPEST_FORMATTING: Final = 16
_ELEMENT: Final = re.compile(r"<(/?)([A-Za-z][^\s/>]*+)[^>]*+>")
_UNNESTED: Final = _words("""
    p li td th tr tbody thead tfoot dt dd option br hr img input meta link source wbr col area base embed track
""")


def document(html: str, base: str = "") -> Document:
    """What can be read in ``html``; addresses are made absolute against ``base``, the page's own.

    A colour or a background marks what it covers as bold; greys do not. Links other than http, https and mailto become
    plain text, pictures other than http and https vanish; embedded videos become links. Linear in the length of what a
    person would write, within a few seconds for 1 MB of malice.
    """
    text = clean_markup(html)
    if text.count("<") > _DEEPEST:
        text = _shallow(text)
    root = LexborHTMLParser(text).body
    writer = Writer()
    if root is not None:
        _walk(root, _Reader(writer, base))
    return writer.finish()


def clean_markup(html: str) -> str:
    """Markup that a parser takes: no NUL, no half of a surrogate pair."""
    return html.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _shallow(html: str) -> str:
    """The same without the tags that nest too deep."""
    depths = {False: 0, True: 0}

    def kept(match: re.Match[str]) -> str:
        name = match[2].lower()
        if name in _UNNESTED:
            return match[0]
        formats = name in _FORMATTING
        deepest = _DEEPEST_FORMATTING if formats else _DEEPEST
        depth = max(depths[formats], 1) if match[1] else depths[formats] + 1
        depths[formats] = depth - 1 if match[1] else depth
        return match[0] if depth <= deepest else ""

    return _ELEMENT.sub(kept, html)


def _walk(root: LexborNode, reader: "_Reader") -> None:
    """Visit every node in order; what is to be done at an element's end waits on the same stack as its siblings."""
    todo: list[tuple[LexborNode | Callable[[], None], Ink]] = [(root, Ink())]
    while todo:
        step, ink = todo.pop()
        if not isinstance(step, LexborNode):
            step()
            continue
        if step is not root and (sibling := step.next) is not None:
            todo.append((sibling, ink))
        if step.is_text_node:
            reader.text(step.text_content or "", ink)
        elif step.is_element_node and (inner := reader.enter(step, ink)) is not None:
            todo.append((inner.close, ink))
            if (child := step.first_child) is not None:
                todo.append((child, inner.ink))


@dataclass(frozen=True, slots=True)
class _Inside:
    """How the inside of an element is written, and what its end does."""

    ink: Ink
    close: Callable[[], None]


class _Reader:
    """Knows what each element means."""

    def __init__(self, writer: Writer, base: str) -> None:
        self._write = writer
        self._base = base

    def text(self, text: str, ink: Ink) -> None:
        self._write.text(clean(text), ink)

    def enter(self, node: LexborNode, ink: Ink) -> _Inside | None:
        """Open an element; None where nothing inside it is for a reader."""
        tag = node.tag or ""
        if tag in _DROPPED:
            return None
        attributes = node.attributes
        look = style(attributes.get("style") or "")
        if look.hides or "hidden" in attributes:
            return None
        if tag in {"img", "iframe", "video", "embed"}:
            self._embed(tag, node, attributes, ink)
            return None
        if tag == "br":
            self._write.line_break()
            return None
        return _Inside(self._ink(tag, attributes, look, ink), self._opened(tag))

    def _opened(self, tag: str) -> Callable[[], None]:
        if level := _HEADINGS.get(tag):
            return self._write.heading(level)
        if tag in _CONTAINERS:
            return self._write.container(tag)
        if tag == "pre":
            return self._write.verbatim()
        if tag in {"figcaption", "caption"}:
            return self._write.caption()
        if tag in _BLOCKS:
            self._write.end_line()
            return self._write.end_line
        return _nothing

    def _ink(self, tag: str, attributes: dict[str, str | None], look: Style, ink: Ink) -> Ink:
        marks = ink.marks
        if mark := _MARKS.get(tag):
            marks = marks | {mark}
        if look.bold is not None and tag not in _BLOCKS:
            marks = marks | {Mark.BOLD} if look.bold else marks - {Mark.BOLD}
        elif tag == "font" and is_colour(attributes.get("color") or ""):
            marks = marks | {Mark.BOLD}
        if tag == "a" and (href := absolute(self._base, attributes.get("href") or "")):
            return Ink(marks, href)
        return ink if marks is ink.marks else replace(ink, marks=marks)

    def _embed(self, tag: str, node: LexborNode, attributes: dict[str, str | None], ink: Ink) -> None:
        if "0" in (sides := _sides(attributes)) or "1" in sides:
            return  # a counter, not a picture
        if tag == "img":
            self._picture(attributes, ink)
            return
        inner = node.css_first("source") if tag == "video" else None
        source = attributes.get("src") or (inner.attributes.get("src") if inner else None) or ""
        if address := absolute(self._base, source):
            title = squeeze(attributes.get("title") or "") or address
            self._write.end_line()
            self._write.text(title, Ink(href=address))
            self._write.end_line()

    def _picture(self, attributes: dict[str, str | None], ink: Ink) -> None:
        alt = squeeze(attributes.get("alt") or "")
        if "emoji" in (attributes.get("class") or "") or "wp-smiley" in (attributes.get("class") or ""):
            self._write.text(alt, ink)
            return
        for name in ("src", "data-src", "data-lazy-src", "data-original"):  # the latter where a script loads it later
            address = absolute(self._base, attributes.get(name) or "")
            if address.startswith("http"):
                self._write.picture(Picture(address, alt))
                return


def _sides(attributes: dict[str, str | None]) -> tuple[str, ...]:
    return tuple((attributes.get(side) or "").strip().removesuffix("px") for side in ("width", "height"))


def _nothing() -> None:
    """What the end of an element without a block of its own does."""
