"""Which hubs push a document, and under which name: from its HTTP headers, else from the document itself.

    Link: <https://hub.example/>; rel="hub", <https://paper.example/feed.xml>; rel="self"      (RFC 8288)
    <link rel="hub" href="…"/>  <atom:link rel="self" href="…"/>                               Atom, RSS
    {"hubs": [{"type": "WebSub", "url": "…"}], "feed_url": "…"}                                JSON Feed 1.1

Headers count before the document (WebSub section 4). `in_document` runs in a parser process; its patterns take time
that grows with the text and no faster.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

from bot.text.links import absolute

MOST = 4  #: hubs that are remembered of one feed
LONGEST = 2048  #: characters of an address
HEAD = 64 * 1024  #: characters of a document in which its own links stand, before its entries

WEB = ("http://", "https://")

_VALUE = re.compile(r"<([^<>]*)>([^<]*)")
_PARAMETER = re.compile(r""";\s*([\w*-]+)\s*=\s*(?:"([^"]*)"|([^\s",;]+))""")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_ENTRY = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_LINK = re.compile(r"<(?:[\w.-]+:)?link\s([^<>]*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of hubs, in an order that is the same whenever they are; ``topic`` is "" where none is named."""

    hubs: tuple[str, ...] = ()
    topic: str = ""


def in_headers(link: str, base: str) -> Links:
    """What a Link header (or several, joined by commas) says; relative addresses count from ``base``."""
    return _links(_relations(link), base)


def in_document(text: str, base: str) -> Links:
    """What a feed says of itself."""
    if text.lstrip()[:1] == "{":
        return _links(_of_json(text), base)
    head = _COMMENT.sub("", text[:HEAD])
    entry = _ENTRY.search(head)
    return _links(_of_xml(head[: entry.start()] if entry else head), base)


def chosen(headers: Links, document: Links, url: str) -> Links:
    """The hubs of the headers, else those of the document; without a name of its own a topic is its ``url``."""
    hubs = headers.hubs or document.hubs
    return Links(hubs, headers.topic or document.topic or url) if hubs else Links()


def _relations(link: str) -> Iterator[tuple[str, str]]:
    for value in _VALUE.finditer(link):
        for name, quoted, plain in _PARAMETER.findall(value[2]):
            if name.lower() == "rel":
                for relation in (quoted or plain).lower().split():
                    yield relation, value[1]
                break  # RFC 8288 section 3.3: only the first counts


def _of_xml(head: str) -> Iterator[tuple[str, str]]:
    for link in _LINK.finditer(head):
        said = {name.lower(): unescape(double or single) for name, double, single in _ATTRIBUTE.findall(link[1])}
        for relation in said.get("rel", "").lower().split():
            yield relation, said.get("href", "")


def _of_json(text: str) -> Iterator[tuple[str, str]]:
    try:
        feed = json.loads(text) if '"hubs"' in text else {}
    except (ValueError, RecursionError):
        return  # whoever reads its entries says so
    hubs: Any = feed.get("hubs") if isinstance(feed, dict) else None
    for hub in hubs if isinstance(hubs, list) else ():
        if isinstance(hub, dict) and str(hub.get("type", "")).lower() in ("websub", "pubsubhubbub"):
            yield "hub", str(hub.get("url", ""))
    if isinstance(hubs, list):
        yield "self", str(feed.get("feed_url", ""))


def _links(relations: Iterable[tuple[str, str]], base: str) -> Links:
    found: dict[str, dict[str, None]] = {"hub": {}, "self": {}}
    for relation, address in relations:
        if relation in found and (whole := _address(address, base)):
            found[relation].setdefault(whole)
    hubs = sorted(found["hub"], key=lambda hub: (not hub.startswith("https:"), hub))
    return Links(tuple(hubs[:MOST]), next(iter(found["self"]), ""))


def _address(address: str, base: str) -> str:
    """The whole address if it can be asked, else ""; to the letter, if it is whole already: so hubs compare topics."""
    address = address.strip()
    whole = absolute(base, address)
    if not whole.startswith(WEB) or max(len(address), len(whole)) > LONGEST:
        return ""
    return address if address.lower().startswith(WEB) else whole
