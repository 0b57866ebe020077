"""How Slack's clients read mrkdwn: the visible text, and what is live in it.

Sources: SL "Formatting message text": <…> is a link, <@…>, <#…>, <!…> call somebody; & < > stand as entities; *bold*,
_italic_, ~strike~ and `code` hold between word boundaries on one line; there is no escape for them.

What is part of a word is not said there: letters and decimal digits are, of ¼, ①, accents and the underscore nobody
knows. So a text is read in both ways, and must say the same in both.
"""

from dataclasses import dataclass, field

import regex

#: A few of the names that clients draw as emoji; enough to see whether any colon is left alive.
EMOJI = regex.compile(r":(?:smile|fire|heart|warning|skull|100|large_blue_circle|thumbsup|rotating_light):")
NAMES = regex.compile(r"(?<!\w)@(?:channel|here|everyone|group)\b")

_ENTITY = regex.compile(r"&(amp|lt|gt);")
_ANGLE = regex.compile(r"<([^<>\n]*)>")
_LONE = regex.compile(r"&(?!(?:amp|lt|gt);)|[<>]")
_FENCE = regex.compile(r"```\n?(.+?)\n?```", regex.S)
_QUOTE = regex.compile(r"^(?:&gt;|>){1,3} ?", regex.M)
_SIGNS = (r"\*", "_", "~")
_OPENS, _CLOSES = "\ue000", "\ue001"  # stand around a link's number while marks are read


@dataclass(slots=True)
class Reading:
    """Visible text, links as (text, where they lead), what calls somebody, what is drawn, what is not escaped.

    ``otherwise`` is the text in another reading, where that differs.
    """

    text: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)
    mentions: list[str] = field(default_factory=list)
    drawn: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    otherwise: list[str] = field(default_factory=list)


def read(markup: str) -> Reading:
    """One mrkdwn text."""
    reading, *others = (_read(markup, *rules) for rules in _RULES)
    reading.otherwise = [other.text for other in others if other.text != reading.text]
    for other in others:
        reading.drawn += other.drawn
        reading.broken += other.broken
    return reading


def _rules(letter: str) -> tuple["regex.Pattern[str]", list["regex.Pattern[str]"]]:
    """What code and marks look like where this is a letter."""
    code = regex.compile(rf"(?<![`{letter}])`([^`\n]+)`(?![`{letter}])")
    marks = [
        regex.compile(
            rf"(?<![{letter}{sign}]){sign}(?=[^\s{sign}])([^{sign}\n]*?[^\s{sign}]|[^\s{sign}]){sign}(?![{letter}{sign}])"
        )
        for sign in _SIGNS
    ]
    return code, marks


_RULES = [_rules(letter) for letter in (r"\p{L}\p{Nd}", r"\w\p{M}\p{N}")]


def _read(markup: str, code: "regex.Pattern[str]", marks: list["regex.Pattern[str]"]) -> Reading:
    reading = Reading()
    verbatim: list[str] = []

    def keep(found: "regex.Match[str]") -> str:
        verbatim.append(_angles(found[1], reading))
        return f"{_OPENS}{len(verbatim) - 1}{_CLOSES}"

    text = code.sub(keep, _FENCE.sub(keep, markup))
    reading.drawn = EMOJI.findall(text)
    text = _QUOTE.sub("", text)
    text = _angles(text, reading)
    for mark in marks:
        text = mark.sub(r"\1", text)
    reading.broken = _LONE.findall(text)
    text = regex.sub(f"{_OPENS}([0-9]+){_CLOSES}", lambda found: verbatim[int(found[1])], text)
    reading.text = unescaped(text)
    return reading


def unescaped(text: str) -> str:
    """The text with its three entities read."""
    return _ENTITY.sub(lambda found: {"amp": "&", "lt": "<", "gt": ">"}[found[1]], text)


def _angles(text: str, into: Reading) -> str:
    def live(found: "regex.Match[str]") -> str:
        inside = found[1]
        if inside[:1] in {"@", "#", "!"}:
            into.mentions.append(found[0])
            return ""
        url, _, label = inside.partition("|")
        into.links.append((unescaped(label or url), unescaped(url)))
        return label or url

    return str(_ANGLE.sub(live, text))
