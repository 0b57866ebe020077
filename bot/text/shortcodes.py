"""WordPress's shortcodes, where a feed leaves them in: what they show is kept as HTML, the rest goes.

Brackets of a writer's own stay: a shortcode has attributes, closes another, or is one of the few that stand bare.
"""

import re
from typing import Final

_SHORTCODE: Final = re.compile(
    r"(?P<code></?(?:pre|code)\b)|\[(?P<close>/?)(?P<name>[a-z][a-z0-9_\-]{1,40})(?P<attributes>\s[^\[\]<>]*+)?\]"
)
_CAPTION: Final = re.compile(
    r"\[caption\b[^\[\]]*+\]\s*(?P<picture>(?:<a\b[^<>]*>\s*)?<img\b[^<>]*>(?:\s*</a>)?)(?P<text>[^\[]*+)\[/caption\]"
)
_MEDIA: Final = re.compile(r"\[(embed|video|audio|youtube)\b[^\[\]]*+\]\s*(https?://[^\s\[\]<>\"]++)\s*\[/\1\]")
_SOURCE: Final = re.compile(r"https?://[^\s\[\]<>\"'”″&]++")
_PLAYS: Final = frozenset(("embed", "video", "audio", "youtube", "vimeo"))
_BARE: Final = frozenset(("gallery", "toc", "contact-form", "jetpack-related-posts", "sharethis", "adsense"))


def without_shortcodes(html: str) -> str:
    """The markup with captions as figures, media as players, and no other shortcode; code is left as it is."""
    if "[" not in html:
        return html
    html = _CAPTION.sub(r"<figure>\g<picture><figcaption>\g<text></figcaption></figure>", html)
    html = _MEDIA.sub(r'[\1 src="\2"]', html)
    closed = {match["name"] for match in _SHORTCODE.finditer(html) if match["close"]}
    inside = 0

    def shown(match: "re.Match[str]") -> str:
        nonlocal inside
        if match["code"]:
            inside = max(0, inside - 1) if match["code"].startswith("</") else inside + 1
        if match["code"] or inside:
            return match[0]
        name, attributes = match["name"], match["attributes"] or ""
        if name in _PLAYS and (source := _SOURCE.search(attributes)):
            return f'<embed src="{source[0]}">'
        return "" if "=" in attributes or match["close"] or name in closed or name in _BARE else match[0]

    return _SHORTCODE.sub(shown, html)
