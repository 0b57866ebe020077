"""HTML becomes a Document: what a reader would see, as blocks and marked runs, without the blog around it.

    markup ▶ lexbor's tree ▶ walk ┬ surroundings (noise.py), what a name means (classes.py), what a style means (css.py)
                                  ├ pictures (images.py), players and cards (embeds.py)
                                  └ Writer (writer.py, tables.py) ▶ blocks ▶ without lists of other stories (noise.py)

`document` walks the tree without recursion and hands every element to a `Writer`, which knows about blocks; this module
knows about HTML: what hides, what marks, what links.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.document import Block, Document, Mark, Paragraph
from bot.text.classes import Sense, senses
from bot.text.css import Style, is_colour, style
from bot.text.embeds import Embed, card, page_of, player, service_of
from bot.text.images import is_tiny, picture
from bot.text.letters import clean, squeeze
from bot.text.links import absolute
from bot.text.markup import bearable, clean_markup
from bot.text.noise import Surroundings, without_noise
from bot.text.raised import LOWERED, RAISED, shifted
from bot.text.writer import Ink, Shape, Writer

__all__ = ["clean_markup", "document"]

Attributes = Mapping[str, str | None]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DROPPED: Final = _words("""
    script style template head title meta link svg applet canvas map button select nav
    textarea datalist dialog rp rt
""")
_MARKS: Final = {
    **dict.fromkeys(("b", "strong", "mark"), Mark.BOLD),
    **dict.fromkeys(("i", "em", "cite", "dfn", "var"), Mark.ITALIC),
    **dict.fromkeys(("u", "ins"), Mark.UNDERLINE),
    **dict.fromkeys(("s", "del", "strike"), Mark.STRIKE),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), Mark.CODE),
    "dt": Mark.BOLD,
    "tg-spoiler": Mark.SPOILER,
}
_BLOCKS: Final = _words("""
    address article aside body center dd details dir div dl dt fieldset footer form header hgroup hr html legend main
    menu p search section summary
""")
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_CONTAINERS: Final = _words("ul ol li blockquote table thead tr td th figure")
_CAPTIONS: Final = _words("figcaption caption")
_WHOLE: Final = _words("img amp-img noscript math input iframe video audio embed object")
_WATCHED: Final = _words("sup ul ol form")  # what may be noise without a name
#: What a colour covers like a pen. A box in a colour of its own is a box, and a link's colour says that it is one.
_COLOURED: Final = _words("span font b strong i em u mark s del ins strike small big label")
_HEADING_BY_NAME: Final = 3  # an editor's own heading; a post's title is 1, its sections 2

#: A mark that covers more than this of a body sets nothing apart; a shorter body may well be one bold line.
_MOST: Final = 2 / 3
_BODY: Final = 100  # characters
_BOLD: Final = frozenset({Mark.BOLD})
_EMPHASIS: Final[tuple[str, ...]] = (Mark.BOLD, Mark.ITALIC, Mark.UNDERLINE)


def document(html: str, base: str = "") -> Document:
    """What can be read in ``html``; addresses are made absolute against ``base``, the page's own.

    A colour or a background marks what it covers as bold; greys do not, nor does what covers most of the body. Links
    other than http, https and mailto become plain text, pictures other than http and https vanish; what is embedded
    becomes a link. Linear in the length of what a person would write, within a few seconds for 1 MB of malice.
    """
    root = LexborHTMLParser(bearable(html)).body
    if root is None:
        return Document()
    reader = _Reader(root, base)
    read = reader.read()
    if meaningless := reader.meaningless():
        read = _Reader(root, base, meaningless).read()
    return Document(tuple(map(_linked, without_noise(read.blocks, base))))


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
            within, close = inner
            todo.append((close, ink))
            if (child := step.first_child) is not None:
                todo.append((child, within))


#: How the inside of an element is written, and what its end does.
_Inside = tuple[Ink, Callable[[], None]]

_LOUD, _TINT = "bold or coloured", "coloured"
_PLAIN: Final = Style()
_NAMELESS: Final[frozenset[Sense]] = frozenset()
_SQUARE: Final = Shape()
_NUMBER: Final = re.compile(r"-?[0-9]{1,5}")


class _Reader:
    """Knows what each element means; ``meaningless`` are the marks that set nothing apart in this body."""

    def __init__(self, root: LexborNode, base: str, meaningless: frozenset[str] = frozenset()) -> None:
        self._root = root
        self._base = base
        self._around = Surroundings(root, base)
        self._meaningless = meaningless
        self._write = Writer(self._meant)
        self._shift: Mapping[str, str] | None = None
        self._written: list[tuple[Ink, int]] = []

    def read(self) -> Document:
        """Walk the whole tree."""
        _walk(self._root, self)
        return self._write.finish()

    def meaningless(self) -> frozenset[str]:
        """The marks that cover most of what was read: a body all in blue or bold sets nothing apart."""
        most = _MOST * max(sum(size for _, size in self._written), _BODY)
        marked = [(ink, size) for ink, size in self._written if ink.marks or ink.tinted]
        if sum(size for _, size in marked) <= most:
            return frozenset()
        sizes: Counter[str] = Counter()
        for ink, size in marked:
            loud = {_LOUD} if ink.tinted or Mark.BOLD in ink.marks else set()
            for mark in (*ink.marks, *loud, *([_TINT] if ink.tinted else [])):
                sizes[mark] += size
        found = {mark for mark in (*_EMPHASIS, _TINT) if sizes[mark] > most}
        if sizes[_LOUD] > most and _TINT not in found:
            found |= {_TINT, Mark.BOLD}
        return frozenset(found)

    def _meant(self, ink: Ink, size: int) -> frozenset[Mark]:
        self._written.append((ink, size))
        marks = ink.marks - self._meaningless if self._meaningless else ink.marks
        return marks | _BOLD if ink.tinted and _TINT not in self._meaningless else marks

    def text(self, text: str, ink: Ink) -> None:
        if not text.isspace():
            text = clean(text)
            if self._shift:
                text = shifted(text, self._shift)
        self._write.text(text, ink)

    def enter(self, node: LexborNode, ink: Ink) -> _Inside | None:
        """Open an element; None where nothing inside it is for a reader, or where its meaning has been written."""
        tag = node.tag or ""
        if tag in _DROPPED:
            return None
        if tag == "br":
            self._write.line_break()
            return None
        attributes = node.attributes
        look, names = _PLAIN, _NAMELESS
        if attributes:
            look = style(attributes.get("style") or "")
            classes, name, kind = attributes.get("class"), attributes.get("id"), attributes.get("data-ke-type")
            names = senses(classes or "", name or "", kind or "") if classes or name or kind else _NAMELESS
            if look.hides or "hidden" in attributes:
                return None
        if (attributes or tag in _WATCHED) and self._around.hold(tag, node, attributes, names):
            return None
        if tag in _WHOLE:
            self._stand(tag, node, attributes, ink)
            return None
        if attributes and self._is_card(node, attributes):
            return None
        return self._ink(tag, attributes, look, names, ink), self._opened(tag, node, attributes, names)

    def _stand(self, tag: str, node: LexborNode, attributes: Attributes, ink: Ink) -> None:
        """Write an element whose inside is not read as text."""
        match tag:
            case "img" | "amp-img":
                self._picture(node, attributes, ink)
            case "noscript":
                for img in node.css("img"):
                    if found := picture(img, img.attributes, self._base):
                        self._write.picture(found, instead=True)
            case "math":
                formula = node.css_first("annotation")
                tex = formula.text() if formula else attributes.get("alttext") or node.text()
                self._write.text(squeeze(tex), ink._replace(marks=ink.marks | {Mark.CODE}))
            case "input":
                if attributes.get("type") == "checkbox":
                    self._write.text("☑ " if "checked" in attributes else "☐ ", ink)
            case _ if not is_tiny(attributes):
                self._embed(player(tag, node, attributes, self._base))

    def _is_card(self, node: LexborNode, attributes: Attributes) -> bool:
        """Write an element that stands for a page or post elsewhere."""
        found = card(node, attributes, self._base)
        self._embed(found)
        return found is not None

    def _embed(self, embed: Embed | None) -> None:
        if embed:
            self._write.end_line()
            self._write.text(embed.title, Ink(href=embed.address))
            self._write.end_line()

    def _picture(self, node: LexborNode, attributes: Attributes, ink: Ink) -> None:
        classes = attributes.get("class") or ""
        if "emoji" in classes or "wp-smiley" in classes:
            self._write.text(squeeze(attributes.get("alt") or ""), ink)
        elif found := picture(node, attributes, self._base):
            self._write.picture(found)

    def _ink(self, tag: str, attributes: Attributes, look: Style, names: frozenset[Sense], ink: Ink) -> Ink:
        if not attributes and tag not in _MARKS:
            return ink
        marks, href, tinted = ink
        if mark := _MARKS.get(tag):
            marks = marks | {mark}
        if Sense.SPOILER in names:
            marks = marks | {Mark.SPOILER}
        if tag == "a":
            href = absolute(self._base, attributes.get("href") or "") or href
        elif tag in _COLOURED and attributes:
            tinted = tinted or look.tints or (tag == "font" and is_colour(attributes.get("color") or ""))
        if (look.adds or look.removes) and tag not in _HEADINGS:
            marks = (marks | look.adds) - look.removes
        return Ink(marks, href, tinted)

    def _opened(
        self, tag: str, node: LexborNode, attributes: Attributes, names: frozenset[Sense]
    ) -> Callable[[], None]:
        if names and (close := self._opened_by_name(tag, node, names)):
            return close
        if tag in _BLOCKS:
            self._write.end_line()
            return self._write.end_line
        if tag in _COLOURED:
            return _nothing
        if level := _HEADINGS.get(tag):
            return self._write.heading(level)
        if tag in _CONTAINERS:
            return self._write.container(tag, _shape(attributes))
        if tag == "pre":
            return self._write.verbatim()
        if tag in _CAPTIONS:
            return self._write.caption()
        if tag in {"sup", "sub"}:
            return self._shifted(RAISED if tag == "sup" else LOWERED)
        return _nothing

    def _opened_by_name(self, tag: str, node: LexborNode, names: frozenset[Sense]) -> Callable[[], None] | None:
        if Sense.INLINE in names:
            return lambda: self._write.text(" ", Ink())
        if Sense.CODE in names:
            return self._write.verbatim()
        if Sense.HEADING in names:
            return self._write.heading(_HEADING_BY_NAME)
        if Sense.CAPTION in names and tag not in _CONTAINERS and node.css_first("img") is None:
            return self._write.caption()
        return None

    def _shifted(self, letters: Mapping[str, str]) -> Callable[[], None]:
        before, self._shift = self._shift, letters

        def close() -> None:
            self._shift = before

        return close


def _shape(attributes: Attributes) -> Shape:
    if not attributes:
        return _SQUARE
    return Shape(*(_number(attributes.get(name)) for name in ("start", "colspan", "rowspan")))


def _number(value: str | None) -> int:
    return int(value) if value and _NUMBER.fullmatch(value) else 1


def _linked(block: Block) -> Block:
    """A paragraph that is nothing but an address leads there: so editors embed, and a script would fill it in."""
    if not isinstance(block, Paragraph) or len(block.runs) != 1:
        return block
    (run,) = block.runs
    if run.href or not run.text.startswith(("http://", "https://")) or " " in run.text:
        return block
    page = page_of(absolute("", run.text))
    return Paragraph((replace(run, text=service_of(page) or run.text, href=page),)) if page else block


def _nothing() -> None:
    """What the end of an element without a block of its own does."""
