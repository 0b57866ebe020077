"""What a text in a feed is: HTML or plain, by what it says of itself or by what it looks like."""

import re
from html.entities import name2codepoint
from typing import Final

HTML: Final = "html"
PLAIN: Final = "plain"

_KINDS: Final = {
    "text": PLAIN, "plain": PLAIN, "text/plain": PLAIN, "html": HTML, "text/html": HTML,
    "xhtml": "xhtml", "application/xhtml+xml": "xhtml",
}  # fmt: skip
_TAG: Final = re.compile(r"</?(\w+)")
_SURE: Final = re.compile(r"</\w+>|&#?\w+;")
_REFERENCE: Final = re.compile(r"&(\w+);")
#: Elements that stand in texts; "시청 <재개장>" and "List<int> &amp; co" are no HTML.
_ELEMENTS: Final = frozenset({
    "a", "abbr", "acronym", "address", "article", "aside", "audio", "b", "big", "blockquote", "br", "caption",
    "center", "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "fieldset",
    "figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "ins",
    "kbd", "label", "legend", "li", "map", "nav", "noscript", "ol", "p", "picture", "pre", "q", "s", "samp",
    "section", "small", "source", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th",
    "thead", "time", "tr", "tt", "u", "ul", "var", "video",
})  # fmt: skip


def kind_of(written: str | None, otherwise: str) -> str:
    """``html``, ``plain``, ``xhtml``, or another media type as it is."""
    said = (written or "").strip().lower()
    return _KINDS.get(said, said) if said else otherwise


def looks_like_html(text: str) -> bool:
    """Whether a text that is plain by its format is HTML all the same, as titles in RSS often are.

    It has an end tag or a reference to a character, and no tag or name that HTML does not know (feedparser's rule).
    """
    if "<" not in text and "&" not in text:
        return False
    return (
        _SURE.search(text) is not None
        and all(tag.lower() in _ELEMENTS for tag in _TAG.findall(text))
        and all(entity in name2codepoint for entity in _REFERENCE.findall(text))
    )
