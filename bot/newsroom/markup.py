r"""Discord's Markdown and Slack's mrkdwn, read back into marked text: what an adapter wrote is what readers see.

    "**속보** \*3명\*"  ▶  속보 *3명*, bold from 0 to 2

Signs that open nothing and signs that never close stay what they are. A line is read once, left to right, whatever is
in it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from bot.newsroom.addresses import address_in
from bot.text.marked import Kind, Marked, Span, joined

_ENTITIES: Final = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}
_ENTITY: Final = re.compile("&(?:amp|lt|gt);")
_FENCE: Final = re.compile(r"```(?:[\w+.-]*\n)?(.*?)\n?```", re.DOTALL)
_CODE: Final = r"(?P<tick>`+)(?P<code>.+?)(?<!`)(?P=tick)(?!`)"
_BARE: Final = r"(?P<bare>https?://[^\s<>]+)"


@dataclass(frozen=True, slots=True)
class Grammar:
    """What a platform's signs mean; ``closed``: a mark's outer side touches no letter."""

    tokens: "re.Pattern[str]"
    quote: "re.Pattern[str]"
    marks: Mapping[str, Kind]
    closed: bool = False


DISCORD: Final = Grammar(
    re.compile(
        rf"\\(?P<escaped>[!-/:-@\[-`{{-~])|{_CODE}|<(?P<angled>https?://[^\s>]+)>|{_BARE}"
        r"|\]\((?P<masked>[^\s()]+)\)|(?P<sign>\[|\*+|__+|~~|\|\|)"
    ),
    re.compile("> "),
    {"||": Kind.SPOILER, "~~": Kind.STRIKE, "__": Kind.UNDERLINE, "**": Kind.BOLD, "*": Kind.ITALIC},
)
SLACK: Final = Grammar(
    re.compile(
        rf"{_CODE}|<(?P<angled>[^<>|\n]+)(?:\|(?P<label>[^<>\n]*))?>|(?P<entity>{_ENTITY.pattern})"
        r"|(?P<sign>[*_~])"
    ),
    re.compile("(?:&gt;|>) ?"),
    {"*": Kind.BOLD, "_": Kind.ITALIC, "~": Kind.STRIKE},
    closed=True,
)


def markdown(text: str) -> Marked:
    """Discord's Markdown."""
    return _read(text, DISCORD, lambda code: code)


def mrkdwn(text: str) -> Marked:
    """Slack's mrkdwn."""
    return _read(text, SLACK, unescaped)


def unescaped(text: str) -> str:
    """The text with Slack's three entities read."""
    return _ENTITY.sub(lambda found: _ENTITIES[found[0]], text)


def _read(text: str, grammar: Grammar, verbatim: Callable[[str], str]) -> Marked:
    parts: list[Marked] = []
    at = 0
    for fence in _FENCE.finditer(text):
        parts += [_lines(text[at : fence.start()], grammar), Marked(verbatim(fence[1])).as_(Kind.PRE)]
        at = fence.end()
    return joined([*parts, _lines(text[at:], grammar)])


def _lines(text: str, grammar: Grammar) -> Marked:
    """Lines that begin as a quote does are one quote as long as they follow each other."""
    return joined(
        (
            joined((_line(line, grammar) for _, line in lines), "\n").as_(Kind.QUOTE)
            if quoted
            else joined((_line(line, grammar) for _, line in lines), "\n")
            for quoted, lines in groupby(_unquoted(text, grammar), lambda line: line[0])
        ),
        "\n",
    )


def _unquoted(text: str, grammar: Grammar) -> Iterator[tuple[bool, str]]:
    for line in text.split("\n"):
        opening = grammar.quote.match(line)
        yield bool(opening), line[opening.end() :] if opening else line


# ── One line ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Line:
    """A line being read: its pieces in order, and the signs among them that wait for their counterpart."""

    pieces: list[str] = field(default_factory=list)
    waiting: list[tuple[str, int]] = field(default_factory=list)
    spans: list[tuple[int, int, Kind, str]] = field(default_factory=list)

    def add(self, text: str, kind: Kind | None = None, value: str = "") -> None:
        """Text that stands as it is."""
        if text and kind:
            self.spans.append((len(self.pieces), len(self.pieces) + 1, kind, value))
        if text:
            self.pieces.append(text)

    def wait(self, sign: str) -> None:
        """A sign that may open something."""
        self.waiting.append((sign, len(self.pieces)))
        self.pieces.append(sign)

    def nearest(self) -> list[str]:
        """The signs that wait, the last one first."""
        places = dict(self.waiting)
        return sorted(places, key=lambda sign: places[sign], reverse=True)

    def close(self, sign: str, kind: Kind, value: str = "") -> bool:
        """Mark everything since the last such sign, if there is anything; what waits inside stays text."""
        number = next((n for n in reversed(range(len(self.waiting))) if self.waiting[n][0] == sign), None)
        if number is None or self.waiting[number][1] == len(self.pieces) - 1:
            return False
        start = self.waiting[number][1]
        self.pieces[start] = ""
        self.spans.append((start, len(self.pieces), kind, value))
        del self.waiting[number:]
        return True

    def marked(self) -> Marked:
        """All of it; of spans over the same text, the outer first."""
        places = [0]
        for piece in self.pieces:
            places.append(places[-1] + len(piece))
        spans = (Span(places[start], places[end], kind, value) for start, end, kind, value in sorted(self.spans))
        return Marked("".join(self.pieces), tuple(sorted(spans, key=lambda span: (span.start, -span.end))))


def _line(text: str, grammar: Grammar) -> Marked:
    line = _Line()
    at = 0
    while found := grammar.tokens.search(text, at):
        line.add(text[at : found.start()])
        at = _take(found, line, grammar)
    line.add(text[at:])
    return line.marked()


def _take(found: "re.Match[str]", line: _Line, grammar: Grammar) -> int:
    """Read one token; where the next one may begin."""
    token = found.groupdict()
    match found.lastgroup:
        case "escaped":
            line.add(token["escaped"])
        case "entity":
            line.add(_ENTITIES[token["entity"]])
        case "code":
            line.add(token["code"] if grammar is DISCORD else unescaped(token["code"]), Kind.CODE)
        case "angled" | "label":
            line.add(unescaped(token.get("label") or token["angled"]), Kind.LINK, unescaped(token["angled"]))
        case "masked":
            if not line.close("[", Kind.LINK, token["masked"]):
                line.add(found[0])
        case "bare":
            address = address_in(token["bare"])
            line.add(address or found[0], Kind.LINK if address else None, address)
            return found.start() + len(address or found[0])
        case _:
            _sign(found, line, grammar)
    return found.end()


def _sign(found: "re.Match[str]", line: _Line, grammar: Grammar) -> None:
    """A run of signs closes what it can, and opens the rest, the longest first."""
    signs = found[0]
    if signs == "[":
        line.wait(signs)
        return
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    closes = bool(before) and not before.isspace() and not (grammar.closed and after.isalnum())
    opens = bool(after) and not after.isspace() and not (grammar.closed and before.isalnum())
    while signs:
        waiting = [sign for sign in line.nearest() if closes and sign in grammar.marks and signs.startswith(sign)]
        closing = next((sign for sign in waiting if line.close(sign, grammar.marks[sign])), "")
        sign = closing or next((sign for sign in grammar.marks if signs.startswith(sign)), signs)
        if not closing:
            line.wait(sign) if opens and sign in grammar.marks else line.add(sign)
        signs = signs[len(sign) :]
