"""The picture that an article's page offers to whoever shares it.

    og:image ─▶ twitter:image ─▶ link rel=image_src ─▶ JSON-LD's image, thumbnailUrl     the first that is a picture

A page is read like any stranger's bytes: in a parser process, its first 512 kB, whatever state it is in.

    picture = await parse(shared_picture, answer.body, answer.url, answer.headers.get("content-type", ""))
"""

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from bot.document import Picture
from bot.text.html import clean_markup
from bot.text.letters import squeeze
from bot.text.links import absolute

READ: Final = 512_000  #: bytes of a page; what it offers stands near its beginning
NARROWEST: Final = 200  #: pixels of declared width; a logo is less (Open Graph's own least is 200×200)
#: Pages hold a picture's address in so few elements; without the others, no nesting can make a parser slow.
_OTHER_TAGS: Final = re.compile(
    r"</?(?!(?:meta|link|base|script|style|title|textarea)\b)[A-Za-z][^>]*+>", re.IGNORECASE
)
_ICON: Final = re.compile(r"\.(?:ico|svgz?)$|favicon|apple-touch-icon", re.IGNORECASE)
_ARTICLES: Final = ("Article", "Posting", "WebPage", "VideoObject")  #: how the names of schema.org's types end
_LABEL: Final = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
#: What the WHATWG Encoding Standard means by labels that Python takes at their word.
_MEANT: Final = {
    **dict.fromkeys(("euc_kr", "johab"), "cp949"),
    **dict.fromkeys(("gb2312", "gbk"), "gb18030"),
    **dict.fromkeys(("ascii", "iso8859-1"), "cp1252"),
    "shift_jis": "cp932",
}


@dataclass(frozen=True, slots=True)
class _Offer:
    """A picture as a page names it."""

    url: str
    alt: str = ""
    width: str = ""


def shared_picture(html: bytes, base: str, content_type: str = "") -> Picture | None:
    """The picture of the page in ``html``, with an absolute address and its alternative text; None if it offers none.

    ``base`` is the page's own address and ``content_type`` the header it came with. An icon, a drawing (SVG), an
    address other than http and https, and what is declared to be narrower than 200 pixels don't count.
    """
    tree = LexborHTMLParser(clean_markup(_OTHER_TAGS.sub("", _text(html, content_type))))
    base = next((absolute(base, href) for href in _values(tree, "base", "href")), "") or base
    for offer in _offers(tree):
        url = absolute(base, offer.url)
        if url.startswith("http") and not _ICON.search(urlsplit(url).path) and not _is_narrow(offer.width):
            return Picture(url, squeeze(offer.alt))
    return None


def _offers(tree: LexborHTMLParser) -> Iterator[_Offer]:
    """What the page names, the best first."""
    metas = list(_metas(tree))
    yield from _grouped(metas, "og:image")
    yield from _grouped(metas, "twitter:image")
    yield from map(_Offer, _values(tree, 'link[rel~="image_src" i]', "href"))
    for script in tree.css('script[type="application/ld+json" i]'):
        yield from _from_json(script.text())


# ── meta and link ────────────────────────────────────────────────────────────────────────────────────────────────


def _metas(tree: LexborHTMLParser) -> Iterator[tuple[str, str]]:
    """Names and contents, in order; Open Graph's stand in ``property``, but many sites write ``name``."""
    for node in tree.css("meta[content]"):
        attributes = node.attributes
        name = attributes.get("property") or attributes.get("name") or ""
        yield name.strip().lower(), attributes.get("content") or ""


def _grouped(metas: Iterable[tuple[str, str]], name: str) -> Iterator[_Offer]:
    """The pictures called ``name``, each with what its structured properties say before the next one begins."""
    said: dict[str, str] = {}
    for key, value in metas:
        if key in {name, f"{name}:src"} or (key == f"{name}:url" and said.get("") != value):
            if said:
                yield _offer(said)
            said = {"": value}
        elif key.startswith(f"{name}:"):
            said.setdefault(key.removeprefix(f"{name}:"), value)
    if said:
        yield _offer(said)


def _offer(said: dict[str, str]) -> _Offer:
    url = said.get("") or said.get("secure_url") or ""
    return _Offer(url, said.get("alt", ""), said.get("width", ""))


def _values(tree: LexborHTMLParser, selector: str, attribute: str) -> Iterator[str]:
    for node in tree.css(selector):
        yield node.attributes.get(attribute) or ""


def _is_narrow(width: str) -> bool:
    """Whether a declared width ("1200", "1200px") is a logo's."""
    digits = re.match(r"\s*(\d{1,9})", width)
    return digits is not None and int(digits[1]) < NARROWEST


# ── JSON-LD ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _from_json(text: str) -> Iterator[_Offer]:
    """Pictures of the articles in a script; a site's logo and an author's portrait belong to other types."""
    try:
        found = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return
    for thing in _things(found):
        if any(str(kind).endswith(_ARTICLES) for kind in _listed(thing.get("@type"))):
            for value in (*_listed(thing.get("image")), *_listed(thing.get("thumbnailUrl"))):
                yield _image(value)


def _things(found: Any) -> Iterator[dict[str, Any]]:
    """The objects of a script: itself, those of its list, those of its graph."""
    for thing in _listed(found):
        if isinstance(thing, dict):
            yield thing
            yield from (inner for inner in _listed(thing.get("@graph")) if isinstance(inner, dict))


def _image(value: Any) -> _Offer:
    if not isinstance(value, dict):
        return _Offer(value if isinstance(value, str) else "")
    url, alt = value.get("url") or value.get("contentUrl"), value.get("caption")
    return _Offer(url if isinstance(url, str) else "", alt if isinstance(alt, str) else "", str(value.get("width", "")))


def _listed(value: Any) -> list[Any]:
    """One or many, as many."""
    return value if isinstance(value, list) else [] if value is None else [value]


# ── Bytes ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _text(html: bytes, content_type: str) -> str:
    """The page's text, up to its last whole tag; strict UTF-8, then what is declared, then CP949, which always ends."""
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if html.startswith(mark):
            return html[:READ].decode(encoding, "replace")
    page = html[:READ]
    page = page[: page.rfind(b">") + 1]
    labels = _LABEL.findall(content_type.encode("ascii", "replace")) + _LABEL.findall(page[:4096])
    for encoding in ("utf-8-sig", *filter(None, map(_codec, labels))):
        try:
            return page.decode(encoding)
        except (UnicodeError, LookupError):  # Python knows encodings of things that are no text
            continue
    return page.decode("cp949", "replace")


def _codec(label: bytes) -> str:
    """Python's name of the encoding that a label means; "" for one that nobody knows."""
    try:
        name = codecs.lookup(label.decode("ascii", "replace")).name
    except LookupError:
        return ""
    return _MEANT.get(name, name)
