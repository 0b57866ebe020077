"""Jekyll's bodies: Markdown with HTML in it, kramdown's attribute lists and Liquid's tags. The latter two are written
for the site that is built, not for a reader of an alert, so they go; what stands between two tags stays.
"""

import re
from functools import cache
from typing import Final

from markdown_it import MarkdownIt

_TAG: Final = r"\{%[^{}]*%\}|\{\{[^{}]*\}\}"
_ATTRIBUTES: Final = r"""\{::?/?[ \t]*+(?:[.\#]?[\w\-]++(?:="[^"\n]*+"|='[^'\n]*+')?[ \t]*+)*+/?\}"""
_COMMENT: Final = re.compile(r"\{%-?\s*comment\s*-?%\}.*?(?:\{%-?\s*endcomment\s*-?%\}|\Z)", re.DOTALL)
_LINE: Final = re.compile(rf"^[ \t]*+(?:(?:{_TAG}|{_ATTRIBUTES})[ \t]*+)++(?:\n|\Z)", re.MULTILINE)
_INLINE: Final = re.compile(rf"{_TAG}|{_ATTRIBUTES}")


def html_of(markdown: str) -> str:
    """The body as HTML, raw HTML and all; `bot.text.html.document` sorts out what may stay of it."""
    text = markdown.replace("\r\n", "\n").replace("\0", "")
    if "{" in text:
        text = _INLINE.sub("", _LINE.sub("", _COMMENT.sub("", text)))
    return str(_parser().render(text))


@cache
def _parser() -> MarkdownIt:
    """CommonMark with tables and ~~strikes~~; indented text is a paragraph, because in news it is never code."""
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).disable("code")
