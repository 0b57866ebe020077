"""XML as a tree that libxml2 has found in order: no own entities, no network, no recovery, bounded depth and size.

``recover=True`` would read more documents, and silently drop every later ``&lt;`` and ``&amp;`` of a broken one
(PERFORMANCE.md section 1, "Traps found"); what is broken is mended as text (repair.py) or read by feedparser.
"""

import re
from functools import lru_cache
from html import escape
from typing import Final, NamedTuple, Self
from urllib.parse import urljoin, urlsplit

from lxml import etree

Element = etree._Element  # noqa: SLF001 - lxml's documented name for its elements

#: What begins a document, and is not wanted: an encoding that no longer holds, a DTD that nobody may fetch.
_PROLOGUE: Final = re.compile(
    r"\s*(?:<\?xml[^>]{0,400}\?>\s*)?((?:<!--(?s:.)*?-->|<\?[^>]*\?>|\s)*)(?:<!DOCTYPE[^\[>]*(\[[^\]]*\]\s*)?>)?",
    re.IGNORECASE,
)
_XML: Final = "{http://www.w3.org/XML/1998/namespace}"
_XHTML: Final = "http://www.w3.org/1999/xhtml"
#: The prefixes by which this house knows namespaces; "" are the formats' own, whose words mean the same in all of them.
NAMESPACES: Final = {
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://channel.netscape.com/rdf/simple/0.9/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://purl.org/atom/ns#": "",
    "http://purl.org/net/rss1.1#": "",
    "http://purl.org/rss/1.0/": "",
    "http://purl.org/rss/1.0/modules/rss091#": "",
    "http://www.sitemaps.org/schemas/sitemap/0.9": "",
    "http://www.google.com/schemas/sitemap/0.84": "",
    "http://www.w3.org/2005/atom": "",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://search.yahoo.com/mrss": "media",
    "http://search.yahoo.com/mrss/": "media",
    "http://www.google.com/schemas/sitemap-image/1.1": "image",
    "http://www.google.com/schemas/sitemap-news/0.9": "news",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    _XHTML: "xhtml",
}


class Place(NamedTuple):
    """What an element inherits: the address that relative ones stand on, and the language."""

    base: str
    language: str

    def within(self, element: Element) -> Self:
        """What holds inside an element: its own ``xml:base`` and ``xml:lang``."""
        base, language = element.get(f"{_XML}base"), element.get(f"{_XML}lang")
        if base is None and language is None:
            return self
        further = joined(self.base, base or "")
        return self._replace(
            base=further if urlsplit(further).scheme in {"http", "https"} else self.base,
            language=self.language if language is None else language.replace("_", "-"),
        )


def strict(text: str) -> Element | None:
    """The root element of a document that is in order, None of any other. The prologue is not read."""
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(body_of(text).encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None


def body_of(text: str) -> str:
    """The document without its declaration and DOCTYPE."""
    found = _PROLOGUE.match(text)
    return text[found.end() :] if found else text


def owns_entities(text: str) -> bool:
    """Whether its DOCTYPE says what some entities mean; such a document is left to feedparser."""
    found = _PROLOGUE.match(text)
    return found is not None and "<!ENTITY" in (found[2] or "")


def name(element: Element) -> str:
    """What an element is called, in lower case; with the prefix of this house, or its own where that is not known."""
    return _name(str(element.tag), element.prefix or "")


@lru_cache(maxsize=1024)
def _name(tag: str, prefix: str) -> str:
    namespace, _, local = tag.removeprefix("{").rpartition("}")
    prefix = "" if "backend.userland.com/rss" in namespace.lower() else NAMESPACES.get(namespace.lower(), prefix)
    return f"{prefix}:{local}".lower() if prefix else local.lower()


def words(element: Element) -> str:
    """The text of an element, with that of whatever stands in it."""
    return ("".join(element.itertext()) if len(element) else element.text or "").strip()


def markup(element: Element) -> str:
    """What stands in an element, as HTML: without prefixes, and without the one <div> that Atom puts around it."""
    if len(element) == 1 and _local(element[0]) == "div" and not f"{element.text or ''}{element[0].tail or ''}".strip():
        element = element[0]
    for inner in element.iterdescendants():
        inner.tag = _local(inner)
    parts = [etree.tostring(child, method="html", encoding="unicode") for child in element]
    return "".join((escape(element.text or "", quote=False), *parts)).strip()


def joined(base: str, reference: str) -> str:
    """An address that may be relative; "" for what is none."""
    reference = reference.strip()
    if reference.startswith(("https://", "http://")) and reference[-1] not in "?#;":
        return reference  # what urljoin would say, at thirty times the cost
    try:
        return urljoin(base, reference)
    except ValueError:
        return ""


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
