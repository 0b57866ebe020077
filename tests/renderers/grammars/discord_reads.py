r"""How Discord's clients read a message: the visible text of their Markdown, and what is live in it.

Sources: the help centre's "Markdown Text 101" and docs reference "Message Formatting" for what there is; the open
parsers LyricLy/parse-discord and discord/SimpleAST for what happens where rules meet:

    the first rule that holds at a place wins, in the order below; the inside of what it takes is read again
    \ before anything but letters, digits and spaces is an escape; code and addresses know no escapes
    headings, quotes, lists and subtext stand at the start of a line
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import regex

Match = regex.Match[str]

#: What no rule begins with; where a line starts, its own rules come first.
_PLAIN = regex.compile(r"(?:[^\\*_~`|\[<@:\nhHsS]|(?!(?i:https?|steam)://)[hHsS])++")
_ESCAPE = regex.compile(r"\\([^0-9A-Za-z\s])")
_FENCE = regex.compile(r"```(?:[A-Za-z0-9_\-+.]*\n)?(.*?[^\n].*?)```", regex.S)
_CODE = regex.compile(r"(`+)(.+?)(?<!`)\1(?!`)", regex.S)
_MARKS = {
    "bold": regex.compile(r"\*\*((?:\\.|[^\\])+?)\*\*(?!\*)", regex.S),
    "underline": regex.compile(r"__((?:\\.|[^\\])+?)__(?!_)", regex.S),
    "italic": regex.compile(
        r"\*(?!\s)((?:\\.|\*\*|[^*\\])+?)(?<!\s) {0,2}\*(?!\*)|_((?:\\.|__|[^_\\])+?)_(?![A-Za-z0-9_])", regex.S
    ),
    "strike": regex.compile(r"~~(.+?)~~(?!_)", regex.S),
    "spoiler": regex.compile(r"\|\|(.+?)\|\|", regex.S),
}
_MENTION = regex.compile(r"<@[!&]?\d+>|<#\d+>|@everyone|@here|</[^:>\n]+:\d+>|<id:[a-z-]+>")
_DRAWN = regex.compile(r"<t:-?\d+(?::[tTdDfFR])?>|<a?:\w+:\d+>")
#: A few of the 3,000 names that clients draw as emoji; enough to see whether any colon is left alive.
_EMOJI = regex.compile(r":(?:smile|fire|heart|warning|skull|100|large_blue_circle|thumbsup|rotating_light):")
_ANGLE = regex.compile(
    r"<([A-Za-z][A-Za-z0-9+.-]*:/[^ >]+|[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+|(?:mailto|tel|sms):[^\s<>]+|\+\d[\d-]+)>"
)
_BARE = regex.compile(r"(?:https?|steam)://[^\s<]+[^<.,:;\"'\]\s]", regex.I)
_MASKED = regex.compile(
    r"""\[((?:\[[^\]]*\]|\\.|[^\[\]\\]|\](?=[^\[]*\]))*)\]\(\s*<?((?:\([^)]*\)|[^\s\\]|\\.)*?)>?(?:\s+['"](.*?)['"])?\s*\)""",
    regex.S,
)
_SUBTEXT = regex.compile(r"-# +(?!-#)([^\n]+)\n?")
_HEADING = regex.compile(r"#{1,3}[^\S\n]+(?!#)([^\n]+)\n?")
_QUOTE = regex.compile(r"(?: *> [^\n]*(?:\n|$))+")
_QUOTE_ALL = regex.compile(r" *>>> (.*)", regex.S)
_LIST = regex.compile(r"( *)(?:([*-])|(\d+)\.) +([^\n]*)")
_SPACES_BEFORE_BREAK = regex.compile(r" +(?=\n)")


@dataclass(slots=True)
class Reading:
    """Visible text, and what lives: links as (text, where they lead), all that calls or shows somebody, marks."""

    text: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)
    mentions: list[str] = field(default_factory=list)
    drawn: list[str] = field(default_factory=list)


def read(markup: str) -> Reading:
    """A whole field of an embed, or a message's content."""
    reading = Reading()
    reading.text = _SPACES_BEFORE_BREAK.sub("", _read(markup, reading, at_line=True, quoted=False, depth=0))
    return reading


def _read(markup: str, into: Reading, *, at_line: bool, quoted: bool, depth: int) -> str:
    out: list[str] = []
    at = 0
    while at < len(markup):
        start_of_line = markup[at - 1] == "\n" if at else at_line
        taken = _line(markup, at, into, quoted, depth) if start_of_line else None
        taken = taken or _inline(markup, at, into, quoted, depth)
        text, at = taken
        out.append(text)
    return "".join(out)


def _line(markup: str, at: int, into: Reading, quoted: bool, depth: int) -> tuple[str, int] | None:
    """What only the start of a line can be."""

    def inner(text: str, *, in_quote: bool = quoted) -> str:
        return _read(text, into, at_line=True, quoted=in_quote, depth=depth + 1)

    if match := _SUBTEXT.match(markup, at):
        return inner(match[1]) + "\n", match.end()
    if not depth and (match := _HEADING.match(markup, at)):
        return inner(match[1].rstrip().rstrip("#").rstrip()) + "\n", match.end()
    if not quoted and (match := _QUOTE_ALL.match(markup, at)):
        return inner(match[1], in_quote=True), match.end()
    if not quoted and (match := _QUOTE.match(markup, at)):
        lines = (line.lstrip(" ")[2:] for line in match[0].splitlines())
        return inner("\n".join(lines), in_quote=True) + "\n", match.end()
    if match := _LIST.match(markup, at):
        # a client draws its own bullets, and counts for itself
        bullet = "•" if match[2] else f"{min(max(int(match[3][:10]), 1), 10**9)}."
        return f"{match[1]}{bullet} " + inner(match[4]), match.end()
    return None


def _inline(markup: str, at: int, into: Reading, quoted: bool, depth: int) -> tuple[str, int]:
    if match := _PLAIN.match(markup, at):
        return match[0], match.end()
    for pattern, take in _RULES.get(markup[at], ()):
        if (match := pattern.match(markup, at)) and (text := take(match, into, quoted, depth)) is not None:
            return text, _reach(pattern, match)
    return markup[at], at + 1


def _reach(pattern: "regex.Pattern[str]", match: Match) -> int:
    end: int = match.end()
    if pattern is _BARE and match[0].endswith(")") and match[0].count(")") > match[0].count("("):
        return end - 1
    return end


def _inside(match: Match, into: Reading, quoted: bool, depth: int) -> str:
    text = next(group for group in match.groups() if group is not None)
    return _read(text, into, at_line=False, quoted=quoted, depth=depth + 1)


def _escaped(match: Match, *_: Any) -> str:
    return str(match[1])


def _verbatim(match: Match, *_: Any) -> str:
    return str(match.groups()[-1]).strip("\n")


def _mention(match: Match, into: Reading, *_: Any) -> str:
    into.mentions.append(match[0])
    return ""


def _drawn(match: Match, into: Reading, *_: Any) -> str:
    into.drawn.append(match[0])
    return ""


def _angled(match: Match, into: Reading, *_: Any) -> str:
    into.links.append(
        (match[1], match[1] if ":" in match[1] else f"{'tel' if match[1][0] == '+' else 'mailto'}:{match[1]}")
    )
    return str(match[1])


def _bare(match: Match, into: Reading, *_: Any) -> str:
    url = match[0][: _reach(_BARE, match) - match.start()]
    into.links.append((url, url))
    return str(url)


def _masked(match: Match, into: Reading, quoted: bool, depth: int) -> str | None:
    href = regex.sub(r"\\([^0-9A-Za-z\s])", r"\1", match[2])
    if ":" not in href:  # no scheme: it stays text
        return None
    label = _read(match[1], Reading(), at_line=False, quoted=quoted, depth=depth + 1)
    into.links.append((label, href))
    return label


_Take = Callable[[Match, Reading, bool, int], str | None]
_ITALIC: tuple["regex.Pattern[str]", _Take] = (_MARKS["italic"], _inside)
_RULES: dict[str, tuple[tuple["regex.Pattern[str]", _Take], ...]] = {
    "\\": ((_ESCAPE, _escaped),),
    "`": ((_FENCE, _verbatim), (_CODE, _verbatim)),
    "*": ((_MARKS["bold"], _inside), _ITALIC),
    "_": ((_MARKS["underline"], _inside), _ITALIC),
    "~": ((_MARKS["strike"], _inside),),
    "|": ((_MARKS["spoiler"], _inside),),
    "<": ((_MENTION, _mention), (_DRAWN, _drawn), (_ANGLE, _angled)),
    "@": ((_MENTION, _mention),),
    ":": ((_EMOJI, _drawn),),
    "h": ((_BARE, _bare),),
    "H": ((_BARE, _bare),),
    "s": ((_BARE, _bare),),
    "S": ((_BARE, _bare),),
    "[": ((_MASKED, _masked),),
}
