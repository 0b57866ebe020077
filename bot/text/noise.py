"""What stands around a story and is none of it, told by structure and by the roles that HTML has names for: navigation,
share bars, adverts, lists of other stories, the apparatus of footnotes, the line that says whose the text is.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final, Literal
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from bot.document import Block, Document, Heading, Items, Paragraph
from bot.text.advert import is_button
from bot.text.classes import Sense
from bot.text.links import canonical
from bot.text.plain import text_of, words_of

Attributes = Mapping[str, str | None]
Ways = Mapping[str, Literal["card", "licence"]]

_ROLES: Final = frozenset((
    "banner", "complementary", "contentinfo", "doc-backlink", "doc-toc", "menu", "menubar", "navigation", "search",
    "toolbar",
))  # fmt: skip
_POINTING: Final = re.compile(r"\s*[▶▷►▸☞👉→※◀◆■]")
_IMPRINT: Final = re.compile(
    r"[\s<\[(〈]*(?:[ⓒ©]|copyright\b|저작권자|all rights reserved)|.{0,60}무단\s?(?:전재|복제)", re.IGNORECASE
)
#: What stands before a last link to another page of the same site.
_WAY_ON: Final = re.compile(
    r"\W*(?:our \w+|related(?: \w+)?|see also|also read|read (?:also|more|next)|more (?:on|from)\b[^:]{0,30}"
    r"|관련\s?(?:기사|글|뉴스)|(?:함께|같이)\s?(?:읽|볼|보)[^:]{0,10}|(?:다른|지난|이전|다음|추천)\s?(?:기사|글|뉴스))\s*[:：]?\W*",
    re.IGNORECASE,
)
#: The address of its own picture, which X writes behind the words of a post.
_OF_A_POST: Final = re.compile(r"pic\.(?:twitter|x)\.com/\w")
_SHORT: Final = 200  # characters; a longer paragraph is the story, whatever it begins with
_LABEL: Final = 20  # characters of what stands above a list of other stories
_ENDS: Final = re.compile(r"[.!?。…다요]\W*\Z")


class Surroundings:
    """Tells elements that surround a story in the document at ``root``, whose own address is ``base``."""

    def __init__(self, root: LexborNode, base: str) -> None:
        self._root = root
        self._here = base.partition("#")[0]
        self._size = -1

    def hold(self, tag: str, node: LexborNode, attributes: Attributes, *, suspect: bool) -> bool:
        """Whether the element belongs to them; ``suspect`` is what `is_suspect` says of it."""
        if tag == "a" and self._is_within(attributes):
            return _is_mark(node)
        if tag == "a" and _OF_A_POST.match(node.text()):
            return True
        if tag == "sup":
            link = node.css_first("a")
            return link is not None and self._is_within(link.attributes)
        if tag in {"ul", "ol"} and self._is_contents(node):
            return True
        return suspect and not self._is_bulk(node)

    def _is_bulk(self, node: LexborNode) -> bool:
        """Whether the element holds most of the words, and not as links: then its name misleads."""
        if self._size < 0:
            self._size = _size(self._root)
        size = _size(node)
        return 2 * size > self._size and not (size < self._size and _is_linked(node, size))

    def _is_within(self, attributes: Attributes) -> bool:
        """Whether a link leads to a place on the same page."""
        page, hash_, _ = (attributes.get("href") or "").strip().partition("#")
        return bool(hash_) and page in {"", self._here}

    def _is_contents(self, node: LexborNode) -> bool:
        """Whether a list is a table of contents: nothing but links to places on the same page."""
        first: LexborNode | None = node
        while first is not None and first.tag != "a":
            first = _first_element(first)
        if first is None or not self._is_within(first.attributes):
            return False
        return all(self._is_within(link.attributes) for link in node.css("a")) and _is_linked(node, _size(node))


def without_noise(blocks: Sequence[Block], base: str, ways: Ways) -> tuple[Block, ...]:
    """The blocks without lists of other stories and what a page adds behind a story; never without all of them.

    ``ways`` says of the addresses in them which are a card's and which a licence's.
    """
    kept = _without_lists(blocks)
    kept = [block for block in kept if not _points_elsewhere(block, ways)] or kept
    while len(kept) > 1 and (
        isinstance(kept[-1], Heading) or _closes(kept[-1], base) or _goes_on(kept[-1], base, ways)
    ):
        kept.pop()
    return tuple(kept)


def is_suspect(tag: str, attributes: Attributes, senses: frozenset[Sense]) -> bool:
    """Whether an element's name or role says that it stands around a story."""
    return (
        tag == "form"
        or (Sense.SUSPECT in senses and tag not in {"img", "figure"})
        or attributes.get("role") in _ROLES
        or attributes.get("aria-hidden") == "true"
    )


def _first_element(node: LexborNode) -> LexborNode | None:
    child = node.first_child
    while child is not None and not child.is_element_node:
        child = child.next
    return child


def _is_mark(link: LexborNode) -> bool:
    """Whether a link is a sign, such as an anchor's # or a footnote's ↩ or number."""
    child = _first_element(link)
    if child is not None and child.tag == "sup":
        return True
    return not any(map(str.isalnum, link.text())) and link.css_first("img") is None


def _size(node: LexborNode) -> int:
    return len("".join(node.text().split()))


def _is_linked(node: LexborNode, size: int) -> bool:
    """Whether nearly all of an element's words are links."""
    return 10 * sum(_size(link) for link in node.css("a")) >= 9 * max(size, 1)


def _without_lists(blocks: Sequence[Block]) -> list[Block]:
    """The blocks without the lists that only link, and their labels; a page whose story is such a list keeps it."""
    only_links = [isinstance(block, Items) and _only_links(block) for block in blocks]
    lists = tuple(block for block, links in zip(blocks, only_links, strict=True) if links)
    if not lists or 2 * len(text_of(Document(lists))) > len(text_of(Document(tuple(blocks)))):
        return list(blocks)
    kept: list[Block] = []
    for block, links in zip(blocks, only_links, strict=True):
        if not links:
            kept.append(block)
        elif kept and _labels(kept[-1]):
            kept.pop()
    return kept


def _only_links(items: Items) -> bool:
    return len(items.items) > 1 and all(
        len(item) == 1 and isinstance(item[0], Paragraph) and _is_link(item[0]) for item in items.items
    )


def _is_link(paragraph: Paragraph) -> bool:
    """Whether all of its words lead elsewhere."""
    return all(run.href or not any(map(str.isalnum, run.text)) for run in paragraph.runs)


def _labels(block: Block) -> bool:
    """Whether a block only announces the list below it."""
    if not isinstance(block, Paragraph | Heading):
        return False
    text = words_of(block.runs)
    return len(text) <= _LABEL and not _ENDS.search(text)


def _points_elsewhere(block: Block, ways: Ways) -> bool:
    """Whether a paragraph is nothing but a pointing sign and a link, a button, or a licence."""
    if not isinstance(block, Paragraph) or not _is_link(block):
        return False
    text = words_of(block.runs)
    return bool(_POINTING.match(text)) or is_button(text) or any(ways.get(run.href) == "licence" for run in block.runs)


def _goes_on(block: Block, base: str, ways: Ways) -> bool:
    """Whether a last paragraph leads on within the same site: a card for another story, or a label and a link."""
    if not isinstance(block, Paragraph):
        return False
    links = [run.href for run in block.runs if run.href]
    label = "".join(run.text for run in block.runs if not run.href)
    leads = links and (ways.get(links[0]) == "card" if _is_link(block) else _WAY_ON.fullmatch(label))
    return bool(leads) and all(_site(href) == _site(base) for href in links)


def _site(address: str) -> str:
    """What the hosts of one site have in common: "newsdao.kr" of "blog.newsdao.kr", "a.co.kr" of "www.a.co.kr"."""
    *around, name, top = ["", "", *(urlsplit(address).hostname or "").split(".")]
    return ".".join([*around[-1:], name, top] if len(top) == len("kr") and len(name) <= len("com") else [name, top])


def _closes(block: Block, base: str) -> bool:
    """Whether a last paragraph says whose the text is, where it first stood, or what to subscribe to."""
    if not isinstance(block, Paragraph):
        return False
    text = words_of(block.runs)
    if len(text) > _SHORT:
        return False
    if _IMPRINT.match(text) or is_button(text):
        return True
    return any(_is_here(run.href, base) for run in block.runs if run.href)


def _is_here(href: str, base: str) -> bool:
    """Whether a link leads to the page it stands on, with or without what trackers add; a home page is no such page."""
    if "#" in href or "/" not in href.partition("://")[2].rstrip("/"):
        return False
    page, here = canonical(href), canonical(base)
    return here == page or here.startswith(f"{page}?")
