"""X's text: the weighted count, by a library that the product doesn't use (PLATFORMS.md a).

The library asks ``pkg_resources`` for its table of emoji, which setuptools no longer has: for the moment of the import,
a module of that name stands in, with the one function that is called.
"""

import hashlib
import html
import re
import sys
from functools import cache
from importlib.resources import files
from types import ModuleType
from typing import Any

MOST = 280  #: weighted characters; twitter-text config/v3.json
#: Weighs 1 for X's own library (npm, twitter-text 3.1.0) unless it is drawn as an emoji; the Python one says 2.
_SIGNS = re.compile("[©®](?!\ufe0f)")
CASHTAG = re.compile(r"(?<![\w$])\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?!\w)")


@cache
def library() -> Any:
    """twitter-text; the first call reads its tables (about 0.1 s)."""
    known = sys.modules.get("pkg_resources")
    shim = ModuleType("pkg_resources")
    shim.resource_string = lambda package, name: files(package.rpartition(".")[0]).joinpath(name).read_bytes()  # type: ignore[attr-defined]
    sys.modules["pkg_resources"] = shim
    try:
        import twitter_text  # noqa: PLC0415 - only when it is needed, behind the shim
    finally:
        del sys.modules["pkg_resources"]
        if known is not None:
            sys.modules["pkg_resources"] = known
    return twitter_text


def problem(text: str) -> str:
    """Why X refuses a text; "" where it takes it."""
    counted = library().parse_tweet(_SIGNS.sub("c", text))
    if counted.weightedLength > MOST:
        return "Your Tweet text is too long."
    if not counted.valid:
        return "Your Tweet text holds characters that are not allowed."
    if len(CASHTAG.findall(text)) > 1:
        return "A Tweet may hold one cashtag only."
    return ""


def shown(text: str) -> tuple[str, list[dict[str, Any]]]:
    """The text as X gives it back (&, <, > escaped, links wrapped by t.co), and the links as ``entities.urls``."""
    pieces, links, read = [], [], 0
    for found in library().extract_urls_with_indices(text):
        start, end = found["indices"]
        pieces.append(html.escape(text[read:start], quote=False))
        at = sum(map(len, pieces))
        pieces.append(short_link(found["url"]))
        address = found["url"] if "://" in found["url"] else f"http://{found['url']}"
        link = {"start": at, "end": at + len(pieces[-1]), "url": pieces[-1], "expanded_url": address}
        links.append(link | {"display_url": address.partition("://")[2]})
        read = end
    return "".join([*pieces, html.escape(text[read:], quote=False)]), links


def short_link(address: str) -> str:
    """A t.co link, always the same for the same address."""
    return f"https://t.co/{hashlib.sha256(address.encode()).hexdigest()[:10]}"
