"""Liquid in a post's text: what can be known without building the site is filled in, all else goes.

``{% raw %}`` shows what it holds, ``{% comment %}`` hides it; the site's address and paths on it are known.
"""

import re

from bot.sources.jekyll_site import Site

TOKEN = re.compile(
    r"""\{%-?\s*raw\s*-?%\}(?P<raw>.*?)\{%-?\s*endraw\s*-?%\}
      | \{%-?\s*comment\s*-?%\}.*?\{%-?\s*endcomment\s*-?%\}
      | \{\{-?\s*site\.(?P<of>url|baseurl)\s*-?\}\}
      | \{\{-?\s*["'](?P<path>[^"'{}]*)["']\s*\|\s*(?P<filter>relative|absolute)_url\s*-?\}\}
      | \{%.*?%\} | \{\{.*?\}\}""",
    re.DOTALL | re.VERBOSE,
)


def resolved(text: str, site: Site) -> str:
    """The text without Liquid."""

    def meant(token: re.Match[str]) -> str:
        if token["raw"] is not None:
            return token["raw"]
        if token["of"]:
            return site.url if token["of"] == "url" else site.baseurl
        if token["path"] is not None:
            where = site.url if token["filter"] == "absolute" else ""
            return f"{where}{site.baseurl}/{token['path'].lstrip('/')}"
        return ""

    return TOKEN.sub(meant, text)
