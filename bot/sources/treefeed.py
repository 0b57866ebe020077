"""RSS 0.9x, 1.0 and 2.0, RDF, Atom 0.3 and 1.0, read from a tree, by one table of words.

Their words mean the same wherever they stand: feeds mix Dublin Core, Media RSS, iTunes, `content:encoded` and Atom's
links into all of them.

root ─▶ its items ─▶ what each says, by word ─▶ for each field the first word of the table that says something
"""

import base64
import binascii
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain
from operator import itemgetter
from typing import Final

from bot.sources.item import Item, Markup
from bot.sources.media import Media, pictures_of
from bot.sources.person import person
from bot.sources.tree import Element, Place, joined, markup, name, words
from bot.sources.wording import HTML, PLAIN, kind_of, looks_like_html

ROOTS: Final = frozenset({"rss", "rdf:rdf", "feed"})
ITEMS: Final = frozenset({"item", "entry"})
GROUPS: Final = frozenset({"media:group", "media:content"})  #: what stands in them is said of the item
DEEPEST: Final = 3  #: groups in each other; Media RSS has two
TITLES: Final = ("title", "dc:title"), ("media:title",)
SUMMARIES: Final = ("description", "summary"), ("dc:description",), ("itunes:summary",), ("media:description",)
BODIES: Final = (("content:encoded", "content", "body", "xhtml:body"),)
PUBLISHED: Final = ("pubdate", "published", "issued", "dcterms:issued")
UPDATED: Final = ("updated", "modified", "lastbuilddate", "dc:date", "dcterms:modified")
TAGS: Final = ("category", "dc:subject", "keywords", "media:category", "itunes:category")
LISTS: Final = ("itunes:keywords", "media:keywords")
AUTHORS: Final = ("author", "dc:creator", "dc:author", "itunes:author")
#: Words whose text is HTML by nature; all others are plain, or say what they are.
RICH: Final = frozenset({"description", "dc:description", "media:description", "content:encoded"})


def items_of_tree(root: Element, url: str) -> list[Item] | None:
    """The items of a feed, as ``url`` gave it; None if it is none that is known here."""
    if name(root) not in ROOTS:
        return None
    place = Place(url, "").within(root)
    channels = [child for child in root if name(child) == "channel"]
    if not channels and name(root) != "feed" and not _children(root, ITEMS):
        return None
    language = _language(root, channels) or place.language
    reader = _Reader(url, atom=name(root) == "feed", language=language)
    found = [reader.item(item, place) for item in _children(root, ITEMS)]
    for channel in channels:
        found += [reader.item(item, place.within(channel)) for item in _children(channel, ITEMS)]
    return found


def _children(parent: Element, names: frozenset[str]) -> list[Element]:
    return [child for child in parent if name(child) in names]


def _language(root: Element, channels: Sequence[Element]) -> str:
    """What the document says of its language in words of its own."""
    for parent in (*channels, root):
        for child in parent:
            if name(child) in {"language", "dc:language"} and words(child):
                return words(child)
    return ""


class _Said:
    """What stands in an item, and in the groups in it, by word."""

    def __init__(self, item: Element) -> None:
        self._elements: dict[str, list[tuple[int, Element]]] = defaultdict(list)
        self._count = 0
        self._gather(item, 0)

    def _gather(self, parent: Element, depth: int) -> None:
        for child in parent:
            word = name(child)
            self._count += 1
            self._elements[word].append((self._count, child))
            if word in GROUPS and depth < DEEPEST:
                self._gather(child, depth + 1)

    def by(self, *wanted: str) -> list[Element]:
        """The elements of some words, as they stand in the document."""
        found = [self._elements[word] for word in wanted if word in self._elements]
        if not found:
            return []
        placed = found[0] if len(found) == 1 else sorted(chain(*found), key=itemgetter(0))
        return [element for _, element in placed]


class _Reader:
    """Reads the items of one document: ``atom`` says outright what is HTML, RSS leaves it to be guessed."""

    def __init__(self, url: str, *, atom: bool, language: str) -> None:
        self._url = url
        self._atom = atom
        self._language = language

    def item(self, element: Element, place: Place) -> Item:
        """One item; ``place`` is that of its parent."""
        place = place.within(element)
        said = _Said(element)
        own, permanent = _id(said, place)
        link = _link(said, place) or (own if permanent else "")
        return Item(
            id=own or _about(element),
            link=link,
            title=self._first(said, TITLES, place),
            summary=self._first(said, SUMMARIES, place),
            body=self._first(said, BODIES, place),
            categories=tuple(_categories(said)),
            authors=tuple(_authors(said)),
            published=_last(said, PUBLISHED),
            updated=_last(said, UPDATED),
            pictures=pictures_of(_media(said, place)),
            language=_last(said, ("dc:language", "language")) or self._language,
        )

    def _first(self, said: _Said, table: Sequence[Sequence[str]], place: Place) -> Markup:
        """The first text that is not empty: of the first line of the table that has one, in the document's order."""
        for line in table:
            for element in said.by(*line):
                text = self._text(element, place.within(element))
                if text.value:
                    return text
        return Markup()

    def _text(self, element: Element, place: Place) -> Markup:
        """A text with what it is: HTML, escaped or as elements, or plain."""
        word = name(element)
        kind = kind_of(element.get("type"), HTML if word in RICH else PLAIN)
        if word in {"body", "xhtml:body"} or kind == "xhtml" or len(element):
            value, kind = markup(element), HTML
        else:
            value = _decoded(element) if element.get("mode") == "base64" else words(element)
            if kind == PLAIN and not self._atom and looks_like_html(value):
                kind = HTML
        if kind not in {HTML, PLAIN}:  # a picture or a table, which nobody can read here
            return Markup()
        base = place.base if self._atom or place.base != self._url else ""
        return Markup(value, kind == HTML, base, place.language)


def _last(said: _Said, line: Sequence[str]) -> str:
    """The last text that is not empty."""
    return next((text for element in reversed(said.by(*line)) if (text := words(element))), "")


def _link(said: _Said, place: Place) -> str:
    """The page: the last of its links, in whatever format, that leads to one."""
    found = ""
    for element in said.by("link"):
        written = element.get("href") or element.get("url") or element.get("uri")
        if written is None:
            text = words(element).replace("&amp;", "&")  # escaped twice, as addresses often are
            found = joined(place.within(element).base, text) if text else found
        elif _rel(element) == "alternate" and kind_of(element.get("type"), HTML) in {HTML, "xhtml"}:
            found = joined(place.within(element).base, written)
    return found


def _rel(element: Element) -> str:
    return (element.get("rel") or "alternate").lower()


def _id(said: _Said, place: Place) -> tuple[str, bool]:
    """The last guid or id, and whether it is a permanent link too; such a one is made whole."""
    for element in reversed(said.by("guid", "id")):
        if text := words(element):
            permanent = _permanent(element)
            return (joined(place.within(element).base, text) if permanent else text), permanent
    return "", False


def _permanent(element: Element) -> bool:
    """RSS: a guid is an address of the post, unless it says that it is none."""
    given = next((value for key, value in element.items() if key.lower() == "ispermalink"), "true")
    return given == "true"


def _about(element: Element) -> str:
    return element.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about") or ""


def _categories(said: _Said) -> Iterator[str]:
    for element in said.by(*TAGS, *LISTS):
        match name(element):
            case "itunes:keywords" | "media:keywords":
                yield from words(element).split(",")
            case "itunes:category":
                yield element.get("text") or ""
            case _:
                yield element.get("term") or ""
                yield words(element)


def _authors(said: _Said) -> Iterator[str]:
    for element in said.by(*AUTHORS):
        inner: dict[str, str] = {name(child): words(child) for child in element}
        yield person(inner.get("name") or inner.get("email") or ("" if inner else words(element)))


def _media(said: _Said, place: Place) -> Iterator[Media]:
    """What the item names beside its text, Media RSS first."""
    for element in said.by("media:content"):
        yield Media(element.get("url") or "", element.get("type") or "", element.get("medium") or "")
    for element in said.by("media:thumbnail"):
        yield Media(element.get("url") or words(element), medium="image")
    for element in said.by("enclosure", "link"):
        written = element.get("url") or element.get("uri") or element.get("href") or ""
        if name(element) == "enclosure":
            yield Media(written, element.get("type") or "")
        elif _rel(element) == "enclosure":
            yield Media(joined(place.within(element).base, written), element.get("type") or "")
    for element in said.by("itunes:image"):
        yield Media(element.get("href") or element.get("url") or "", medium="image")
    for element in said.by("image"):
        yield from (Media(words(child), medium="image") for child in element if name(child) == "url")


def _decoded(element: Element) -> str:
    """Atom 0.3: base64."""
    try:
        return base64.b64decode(words(element), validate=False).decode("utf-8").strip()
    except (binascii.Error, UnicodeDecodeError):
        return ""
