"""Feeds in XML become items. Runs in a parser process.

text ─▶ strict ─▶ tree ─▶ RSS, Atom, RDF: treefeed · a news sitemap: newssitemap
         └─ broken ─▶ repaired ─▶ strict ─▶ the same
                                   └─ still broken, or of no kind known here ─▶ feedparser: lenient

The first two are ten times as fast as the third, and where a document is in order they say the same of it; where they
differ on purpose, tests/sources/test_fast_path.py lists it with the reason.
"""

from bot.errors import SourceError
from bot.sources.item import Item
from bot.sources.lenient import items_of_feedparser
from bot.sources.newssitemap import items_of_sitemap
from bot.sources.repair import repaired
from bot.sources.tree import owns_entities, strict
from bot.sources.treefeed import items_of_tree


def items_of_xml(text: str, url: str) -> list[Item]:
    """The items of a feed in XML, as ``url`` gave it. Raises ``SourceError``."""
    found = None if owns_entities(text) else items_of_strict(text, url)
    if found is None:
        found = items_of_feedparser(text, url)
    if found is None:
        raise SourceError("answered with something that is neither RSS, Atom, RDF nor JSON Feed")
    return found


def items_of_strict(text: str, url: str) -> list[Item] | None:
    """The items of a document that is in order, or can be put in order; None of any other. Raises ``SourceError``."""
    root = strict(text)
    if root is None:
        root = strict(repaired(text))
    if root is None:
        return None
    found = items_of_sitemap(root)
    return items_of_tree(root, url) if found is None else found
