r"""Jekyll's bodies: Markdown with HTML in it, kramdown's additions and Liquid's tags.

kramdown's attribute lists and Liquid's tags are written for the site that is built, not for a reader of an alert, so
they go; what stands between two tags stays. Notes stand at the end, and the signs that lead to them go: a message has
no place to jump to. ``==so==`` and ``||so||`` stay as they are, as kramdown and CommonMark themselves leave them.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from html import escape
from itertools import groupby
from typing import Final

from markdown_it import MarkdownIt

_TAG: Final = r"\{%[^{}]*%\}|\{\{[^{}]*\}\}"
_ATTRIBUTES: Final = r"""\{::?/?[ \t]*+(?:[.\#]?[\w\-]++(?:="[^"\n]*+"|='[^'\n]*+')?[ \t]*+)*+/?\}"""
_COMMENT: Final = re.compile(r"\{%-?\s*comment\s*-?%\}.*?(?:\{%-?\s*endcomment\s*-?%\}|\Z)", re.DOTALL)
_CONTENTS: Final = re.compile(r"^[ \t]*+(?:[*+-]|\d{1,9}\.)[ \t]++[^\n]*\n(?=[ \t]*+\{:[ \t]*+toc\b)", re.MULTILINE)
_LINE: Final = re.compile(rf"^[ \t]*+(?:(?:{_TAG}|{_ATTRIBUTES})[ \t]*+)++(?:\n|\Z)", re.MULTILINE)
_INLINE: Final = re.compile(rf"{_TAG}|{_ATTRIBUTES}")

_FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_FORMULA: Final = re.compile(r"(?<!\\)\$\$((?:[^$\n]|\n(?!\n))++)\$\$")
#: A note, with the lines that go on with it and the indented paragraphs below it.
_NOTE: Final = re.compile(
    r"^ {0,3}\[\^([^\]\s]+)\]:[ \t]*([^\n]*(?:\n(?![ \t]*(?:\n|\Z|\[\^))[^\n]+|\n[ \t]*\n(?: {2,}|\t)[^\n]+)*)\n?",
    re.MULTILINE,
)
_REFERENCE: Final = re.compile(r"`[^`\n]*`|\[\^([^\]\s]+)\]")  # code shows one, it does not mean it
_ABBREVIATION: Final = re.compile(r"^ {0,3}\*\[[^\]\n]+\]:.*\n?", re.MULTILINE)
_DEFINITIONS: Final = re.compile(
    r"^(?![ \t]|[#>|<:]|[*+-][ \t]|\d{1,9}[.)][ \t])([^\n]+)\n((?:(?:[ \t]*\n)? {0,3}:[ \t]+\S[^\n]*(?:\n|\Z))+)",
    re.MULTILINE,
)
_DEFINITION: Final = re.compile(r"^ {0,3}:[ \t]+", re.MULTILINE)
_TASK: Final = re.compile(r"^([ \t]*+(?:[*+-]|\d{1,9}[.)])[ \t]++)\[([ xX])\][ \t]+", re.MULTILINE)
_OPENED: Final = re.compile(r"""<[a-z]\w*+[^<>]*\smarkdown=["']?(?:1|block|span)\b["']?[^<>]*>""", re.IGNORECASE)
_NAME: Final = re.compile(r"\{#[\w:.\-]++\}[ \t]*$", re.MULTILINE)
_BREAK: Final = re.compile(r"(?<!\\)\\\\[ \t]*$", re.MULTILINE)


def html_of(markdown: str) -> str:
    """The body as HTML, raw HTML and all; `bot.text.html.document` sorts out what may stay of it."""
    text = markdown.replace("\r\n", "\n").replace("\0", "")
    if "{" in text:
        text = _INLINE.sub("", _LINE.sub("", _CONTENTS.sub("", _COMMENT.sub("", text))))
    notes: dict[str, str] = {}
    parts = [(is_code, part if is_code else _common(part, notes)) for is_code, part in _told_apart(text)]
    if notes:
        parts = [(is_code, part if is_code else _unreferred(part, notes)) for is_code, part in parts]
        numbered = (f"{number}. {' '.join(note.split())}" for number, note in enumerate(notes.values(), 1))
        parts.append((False, "\n" + "\n".join(numbered)))
    return str(_parser().render("\n".join(part for _, part in parts)))


@cache
def _parser() -> MarkdownIt:
    """CommonMark with tables and ~~strikes~~; indented text is a paragraph, because in news it is never code."""
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).disable("code")


def _told_apart(text: str) -> list[tuple[bool, str]]:
    """The text in pieces of whole lines, and whether each is fenced code."""
    if "```" not in text and "~~~" not in text:
        return [(False, text)]
    told: list[tuple[bool, str]] = []
    fence = ""
    for line in text.split("\n"):
        match = _FENCE.match(line)
        told.append((bool(fence or match), line))
        if match and not fence:
            fence = match[1]
        elif match and match[1].startswith(fence) and not match[2].strip():
            fence = ""
    return [(is_code, "\n".join(line for _, line in lines)) for is_code, lines in groupby(told, lambda one: one[0])]


def _common(text: str, notes: dict[str, str]) -> str:
    """Prose in what CommonMark knows; ``notes`` takes what stands below it."""

    def noted(found: re.Match[str]) -> str:
        notes[found[1]] = found[2]
        return ""

    for hint, pattern, replacement in (("[^", _NOTE, noted), *_REWRITTEN):
        if hint in text:
            text = pattern.sub(replacement, text)
    return text


def _unreferred(text: str, notes: Mapping[str, str]) -> str:
    return _REFERENCE.sub(lambda found: "" if found[1] in notes else found[0], text)


def _formula(found: re.Match[str]) -> str:
    return f"<code>{escape(' '.join(found[1].split()))}</code>"


def _defined(found: re.Match[str]) -> str:
    """A term and what it means, as `bot.text.html` tells a definition list."""
    term = found[1] if "*" in found[1] else f"**{found[1].strip()}**"
    return f"{term}\n\n" + _DEFINITION.sub("\n", found[2]) + "\n"


def _task(found: re.Match[str]) -> str:
    return f"{found[1]}{'☐' if found[2] == ' ' else '☑'} "


#: What kramdown and GitHub write otherwise: a hint that it may be there, how it looks, what it becomes.
_REWRITTEN: Final[tuple[tuple[str, re.Pattern[str], str | Callable[[re.Match[str]], str]], ...]] = (
    ("$$", _FORMULA, _formula),
    ("*[", _ABBREVIATION, ""),
    (":", _DEFINITIONS, _defined),
    ("[", _TASK, _task),
    ("markdown=", _OPENED, r"\g<0>\n\n"),
    ("{#", _NAME, ""),
    ("\\\\", _BREAK, r"\\"),
)
