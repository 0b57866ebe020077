"""What breaks XML most often, put right as text, so that it can be read strictly after all.

    control characters · named entities · bare & · ]]> out of place · prefixes that nobody declared
    what a server wrote before the document or behind it

A CDATA section is left as it is: what looks broken in it is meant.
"""

import re
from html import escape, unescape
from typing import Final

from bot.sources.tree import NAMESPACES, body_of

_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LOOSE: Final = re.compile(
    r"<!\[CDATA\[(?:.*?\]\]>|.*)|(?P<end>\]\]>)|&(?P<name>#\d{1,7};|#x[\da-f]{1,6};|[a-z]\w{1,30};)?",
    re.IGNORECASE | re.DOTALL,
)
_XML_NAMES: Final = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
_ROOT: Final = re.compile(r"<(?:rss|feed|rdf|urlset|(?:\w+:)(?:rss|feed|rdf))[\s>]", re.IGNORECASE)
_END: Final = re.compile(r"</(?:\w+:)?(?:rss|feed|rdf|urlset)\s*>", re.IGNORECASE)
_TAG: Final = re.compile(r"<[A-Za-z][\w:.-]*")
_USED: Final = re.compile(r"(?:<|\s)([A-Za-z_][\w.-]*):[A-Za-z_]")
_DECLARED: Final = re.compile(r"xmlns:([\w.-]+)\s*=")
_TAIL: Final = 1000  #: characters in which the end of a document that is whole is looked for
_ADDRESSES: Final = {prefix: namespace for namespace, prefix in NAMESPACES.items() if prefix}


def repaired(text: str) -> str:
    """The document, without its prologue, as XML wants it; what cannot be mended so stays as it is."""
    text = _alone(body_of(text))
    return _declared(_LOOSE.sub(_escaped, _CONTROL.sub("", text)))


def is_whole(text: str) -> bool:
    """Whether the root element is closed; a comment may follow it."""
    return _END.search(text.rstrip()[-_TAIL:]) is not None


def _alone(text: str) -> str:
    """The root element without what stands around it: a warning of the server's, its statistics."""
    if (begin := _ROOT.search(text)) is not None:
        text = text[begin.start() :]
    ends = [found.end() for found in _END.finditer(text[-_TAIL:])]
    return text[: max(len(text) - _TAIL, 0) + ends[-1]] if ends else text


def _escaped(found: re.Match[str]) -> str:
    """An ampersand, with the name that follows it, as XML wants it."""
    name = found["name"]
    if found["end"]:
        return "]]&gt;"
    if found[0].startswith("<") or name in _XML_NAMES:
        return found[0]
    return _CONTROL.sub("", escape(unescape(found[0]))) if name else "&amp;"


def _declared(text: str) -> str:
    """The document with every prefix that it uses declared; the known ones mean what they always mean."""
    missing = sorted(set(_USED.findall(text)) - set(_DECLARED.findall(text)) - {"xml", "xmlns"})
    if not missing or (root := _TAG.search(text)) is None:
        return text
    said = "".join(f' xmlns:{prefix}="{_ADDRESSES.get(prefix.lower(), f"urn:prefix:{prefix}")}"' for prefix in missing)
    return text[: root.end()] + said + text[root.end() :]
