"""The feeds that a page names, the one that its reader means first.

    <link rel="alternate" type="application/rss+xml|atom+xml|rdf+xml|feed+json" href=…>

Feeds of comments are none. Those of the page's own section (in its folder) go first, then RSS and Atom before JSON
Feed, which has the same stories, then whichever the page has first. A page that names none may still have one where
feeds usually stand.
"""

import re
from typing import Final
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.errors import SourceError
from bot.text.links import absolute

MOST: Final = 4  #: feeds of a page that are worth a try
USUAL: Final = ("feed.xml", "feed", "rss", "rss.xml", "atom.xml", "index.xml")

_PAGE: Final = re.compile(
    r"(?:\s|<!--.*?-->|<\?xml[^>]{0,400}\?>)*<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE | re.DOTALL
)
_TYPES: Final = {
    "application/rss+xml": 0, "application/atom+xml": 0, "application/rdf+xml": 0, "text/rss+xml": 0,
    "application/feed+json": 1,
}  # fmt: skip
_COMMENTS: Final = re.compile(r"comment|댓글|repl(?:y|ies)", re.IGNORECASE)


class Page(SourceError):  # noqa: N818 - a kind of SourceError
    """What should have been a feed is an HTML page; ``feeds`` are those that it names, the best first."""

    def __init__(self, text: str, feeds: tuple[str, ...] = ()) -> None:
        super().__init__(text)
        self.feeds = feeds


def is_page(text: str) -> bool:
    """Whether a document is an HTML page."""
    return _PAGE.match(text) is not None


def feeds_of_page(text: str, url: str) -> tuple[str, ...]:
    """The addresses of the feeds that the page at ``url`` names, the best first, at most ``MOST``."""
    tree = LexborHTMLParser(text)
    base = tree.css_first("base[href]")
    stands_on = urljoin(url, (base.attributes.get("href") or "") if base else "")
    ranked: list[tuple[bool, int, str]] = []
    for link in tree.css("link[href]"):
        kind = _TYPES.get((link.attributes.get("type") or "").partition(";")[0].strip().lower())
        address = absolute(stands_on, link.attributes.get("href") or "")
        if kind is not None and address and _is_alternate(link) and not _is_of_comments(link, address):
            ranked.append((not _is_within(address, url), kind, address))
    ranked.sort(key=lambda found: found[:2])  # and otherwise as the page has them
    return tuple(dict.fromkeys(address for _, _, address in ranked))[:MOST]


def usual_places(url: str) -> tuple[str, ...]:
    """Where the feed of a page usually stands: in its own folder, then at the root of its site."""
    folder = urljoin(url, "." if urlsplit(url).path.endswith("/") else f"{urlsplit(url).path.rpartition('/')[2]}/")
    return tuple(dict.fromkeys(urljoin(place, name) for place in (folder, urljoin(url, "/")) for name in USUAL))


def _is_alternate(link: LexborNode) -> bool:
    return bool({"alternate", "feed"} & set((link.attributes.get("rel") or "").lower().split()))


def _is_of_comments(link: LexborNode, address: str) -> bool:
    parts = urlsplit(address)
    return _COMMENTS.search(f"{link.attributes.get('title') or ''} {parts.path}?{parts.query}") is not None


def _is_within(address: str, url: str) -> bool:
    """Whether an address stands in the folder of the page, or below it."""
    here, there = urlsplit(url), urlsplit(address)
    return here.netloc == there.netloc and there.path.startswith(here.path.rpartition("/")[0] + "/")
