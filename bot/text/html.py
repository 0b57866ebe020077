"""HTML becomes a Document: what a reader would see, as blocks and marked runs, without the blog around it.

    markup ▶ lexbor's tree ▶ walk ┬ surroundings (noise.py), what a name means (classes.py), what a style means (css.py)
                                  ├ pictures (images.py), players and cards (embeds.py)
                                  └ Writer (writer.py, tables.py) ▶ blocks ▶ without lists of other stories (noise.py)

`document` walks the tree without recursion and hands every element to a `Writer`, which knows about blocks; this module
knows about HTML: what hides, what marks, what links.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Final, Literal

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.document import Block, Document, Mark, Paragraph
from bot.text.elements import Element, element
from bot.text.embeds import RECORDINGS, Embed, card, page_of, player, service_of
from bot.text.emphasis import Emphasis
from bot.text.images import is_tiny, picture
from bot.text.letters import clean, squeeze
from bot.text.links import absolute
from bot.text.markup import bearable, clean_markup
from bot.text.noise import Surroundings, without_noise
from bot.text.raised import LOWERED, RAISED, shifted
from bot.text.writer import Ink, Writer

__all__ = ["clean_markup", "document"]

Attributes = Mapping[str, str | None]


def document(html: str, base: str = "") -> Document:
    """What can be read in ``html``; addresses are made absolute against ``base``, the page's own.

    A colour or a background marks what it covers as bold; greys do not, nor does what covers most of the body. Links
    other than http, https and mailto become plain text, pictures other than http and https vanish; what is embedded
    becomes a link. Linear in the length of what a person would write, within a few seconds for 1 MB of malice.
    """
    root = LexborHTMLParser(bearable(html)).body
    if root is None:
        return Document()
    emphasis = Emphasis()
    reader = _Reader(root, base, emphasis)
    read = reader.read()
    if meaningless := emphasis.meaningless():
        read = _Reader(root, base, Emphasis(meaningless)).read()
    return Document(tuple(map(_linked, without_noise(read.blocks, base, reader.ways))))


def _walk(root: LexborNode, reader: "_Reader") -> None:
    """Visit every node in order; what follows an element waits on a stack, with what is to be done at its end."""
    if (inside := reader.enter(root, Ink())) is None:
        return
    ink, close = inside
    waiting: list[tuple[LexborNode | None, Ink, Callable[[], None]]] = [(None, ink, close)]
    node = root.first_child
    while True:
        while node is None:
            node, ink, close = waiting.pop()
            close()
            if not waiting:
                return
        following = node.next
        if node.is_text_node:
            reader.text(node.text_content or "", ink)
        elif node.is_element_node and (inside := reader.enter(node, ink)) is not None:
            within, close = inside
            waiting.append((following, ink, close))
            node, ink = node.first_child, within
            continue
        node = following


#: How the inside of an element is written, and what its end does.
_Inside = tuple[Ink, Callable[[], None]]

_HANGUL: Final = re.compile("[가-힣]")


class _Reader:
    """Reads a tree; what an element means where it stands is known here, what its name says in elements.py."""

    def __init__(self, root: LexborNode, base: str, emphasis: Emphasis) -> None:
        self._root = root
        self._base = base
        self._around = Surroundings(root, base)
        self._write = Writer(emphasis.marks)
        self._shift: Mapping[str, str] | None = None
        self._quoted = 0
        self.ways: dict[str, Literal["card", "licence"]] = {}

    def read(self) -> Document:
        """Walk the whole tree."""
        _walk(self._root, self)
        return self._write.finish()

    def text(self, text: str, ink: Ink) -> None:
        if not text.isspace():
            text = clean(text)
            if self._shift:
                text = shifted(text, self._shift)
        self._write.text(text, ink)

    def enter(self, node: LexborNode, ink: Ink) -> _Inside | None:
        """Open an element; None where nothing inside it is for a reader, or where its meaning has been written."""
        tag, attributes = node.tag or "", node.attributes
        means = element(tag, attributes)
        if means.unread or (means.watched and self._around.hold(tag, node, attributes, suspect=means.suspect)):
            return None
        if means.whole:
            self._stand(tag, node, attributes, ink)
            return None
        if means.card and self._is_card(node, attributes, means.card):
            return None
        if means.inks:
            ink = self._ink(means, attributes, ink, leads=tag == "a")
        if means.explains and node.css_first("img") is None:
            return ink, self._write.caption()
        return ink, means.opens(self._write) if means.opens else self._turned(tag)

    def _stand(self, tag: str, node: LexborNode, attributes: Attributes, ink: Ink) -> None:
        """Write an element whose inside is not read as text."""
        match tag:
            case "img" | "amp-img":
                self._picture(node, attributes, ink)
            case "noscript":
                for img in node.css("img"):
                    if found := picture(img, img.attributes, self._base):
                        self._write.picture(found, instead=True)
            case "br":
                self._write.line_break()
            case "math":
                formula = node.css_first("annotation")
                tex = formula.text() if formula else attributes.get("alttext") or node.text()
                self._write.text(squeeze(tex), ink._replace(marks=ink.marks | {Mark.CODE}))
            case "input":
                if attributes.get("type") == "checkbox":
                    self._write.text("☑ " if "checked" in attributes else "☐ ", ink)
            case _ if not is_tiny(attributes):
                self._embed(player(tag, node, attributes, self._base))

    def _is_card(self, node: LexborNode, attributes: Attributes, kind: str) -> bool:
        """Write an element that stands for a page or post elsewhere."""
        found = card(node, attributes, self._base, kind)
        self._embed(found)
        if found:
            self.ways[found.address] = "card"
        return found is not None

    @cached_property
    def _korean(self) -> bool:
        return _HANGUL.search(self._root.text()) is not None

    def _embed(self, embed: Embed | None) -> None:
        if embed:
            title = RECORDINGS[embed.recording][0 if self._korean else 1] if embed.recording else embed.title
            self._write.end_line()
            self._write.text(title, Ink(href=embed.address))
            self._write.end_line()

    def _picture(self, node: LexborNode, attributes: Attributes, ink: Ink) -> None:
        classes = attributes.get("class") or ""
        if "emoji" in classes or "wp-smiley" in classes:
            self._write.text(squeeze(attributes.get("alt") or ""), ink)
        elif found := picture(node, attributes, self._base):
            self._write.picture(found)

    def _ink(self, means: Element, attributes: Attributes, ink: Ink, *, leads: bool) -> Ink:
        marks, href, tinted = ink
        if leads:
            href = absolute(self._base, attributes.get("href") or "") or href
            if "license" in (attributes.get("rel") or "").lower().split():
                self.ways[href] = "licence"
        marks = marks | means.adds
        return Ink(marks - means.removes if means.removes else marks, href, tinted or means.tints)

    def _turned(self, tag: str) -> Callable[[], None]:
        """Open an element whose text is written with other characters, or between them."""
        return self._quotation() if tag == "q" else self._shifted(RAISED if tag == "sup" else LOWERED)

    def _quotation(self) -> Callable[[], None]:
        """The marks that a browser puts around a quotation within a sentence, the inner ones single."""
        opening, closing = "‘’" if self._quoted % 2 else "“”"
        self._quoted += 1
        self._write.text(opening, Ink())

        def close() -> None:
            self._quoted -= 1
            self._write.text(closing, Ink())

        return close

    def _shifted(self, letters: Mapping[str, str]) -> Callable[[], None]:
        before, self._shift = self._shift, letters

        def close() -> None:
            self._shift = before

        return close


def _linked(block: Block) -> Block:
    """A paragraph that is nothing but an address leads there: so editors embed, and a script would fill it in."""
    if not isinstance(block, Paragraph) or len(block.runs) != 1:
        return block
    (run,) = block.runs
    if run.href or not run.text.startswith(("http://", "https://")) or " " in run.text:
        return block
    page = page_of(absolute("", run.text))
    return Paragraph((replace(run, text=service_of(page) or run.text, href=page),)) if page else block
