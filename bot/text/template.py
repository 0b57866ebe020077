"""How an alert is laid out: Markdown with named fields, and no logic.

    # a heading            **{urgency} {headline}**     bold, *italic*, ~~strike~~, `code`, [words]({link})
    > a quote
                           {excerpt}                    a line whose fields are all empty vanishes, and so does the
    <!-- a remark -->                                   text between two fields when one of them is empty
                           {link}                       {{ and }} are braces

Values enter as nodes behind the Markdown: nothing in a story can become markup, a mention or a field. A template is
read once; what is wrong with it is a ``TemplateError`` that says where.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal
from urllib.parse import unquote

import regex
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.text.links import absolute
from bot.text.marked import Kind, Marked, joined

#: Every field and what it says. ``body`` is filled where the account asks for the whole story.
FIELDS: Final = {
    "urgency": "“[속보]” or “BREAKING”, where the story is",
    "headline": "the headline, without its urgency",
    "excerpt": "what the story says, in a few sentences",
    "body": 'the whole story, where the account says body = "quote"',
    "link": "its address",
    "source": "the feed's name",
    "published": "when it was published, in the account's language and time zone",
    "hashtags": "its categories as tags, where the account says hashtags = 3",
}
LONGEST: Final = 64 * 1024  #: bytes of a template (FAILURES.md section 3, row 25)
MOST_SIGNS: Final = 4000  #: of Markdown; it reads 16,000 brackets in 160 ms, and a template may take 100 (the same row)

_BRACE: Final = regex.compile(r"\{\{|\}\}|\{(?P<name>[^{}\n]*)\}|[{}]")
_SIGN: Final = regex.compile(r"[*_~`\[\]!<&\\]")
_REMARK: Final = regex.compile(r"<!--.*?-->", regex.DOTALL)
_OPEN: Final = 0xF0000  # of the private use characters that stand for fields while Markdown is read
_PLACES: Final = {chr(_OPEN + number): name for number, name in enumerate(FIELDS)}
_PLACE: Final = regex.compile(f"([{chr(_OPEN)}-{chr(_OPEN + len(_PLACES) - 1)}])")
_MARKS: Final = {"strong": Kind.BOLD, "em": Kind.ITALIC, "s": Kind.STRIKE}


class TemplateError(ValueError):
    """What is wrong with a template, with its line and column, counted from 1, and how to mend it."""

    def __init__(self, what: str, line: int, column: int, mend: str) -> None:
        super().__init__(what)
        self.line = line
        self.column = column
        self.mend = mend


@dataclass(frozen=True, slots=True)
class Node:
    """A stretch of a line: literal text or a field, and the marks around it; a mark's value may be a field too."""

    text: str
    field: str = ""
    marks: tuple[tuple[Kind, str], ...] = ()

    @property
    def names(self) -> str:
        """The field that it cannot do without: its own, or the link that its words lead to."""
        return self.field or next((_PLACES[value] for _, value in self.marks if value in _PLACES), "")


PieceKind = Literal["heading", "text", "quote"]


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that stand together."""

    kind: PieceKind
    lines: tuple[tuple[Node, ...], ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A block filled with values, and which fields are in it."""

    kind: PieceKind
    text: Marked
    fields: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Template:
    """A template, read."""

    blocks: tuple[Block, ...]

    @property
    def fields(self) -> frozenset[str]:
        """The fields that it names."""
        return frozenset(node.names for block in self.blocks for line in block.lines for node in line) - {""}

    def fill(self, values: Mapping[str, Marked]) -> tuple[Piece, ...]:
        """The blocks with their values; what is left empty is left out."""
        return tuple(piece for block in self.blocks if (piece := _filled(block, values)).text)


@lru_cache(maxsize=64)
def template(text: str) -> Template:
    """Read a template; raises ``TemplateError``."""
    if len(text.encode()) > LONGEST:
        raise TemplateError(f"the template is longer than {LONGEST // 1024} KiB", 1, 1, "an alert is a few lines")
    if len(_SIGN.findall(text)) > MOST_SIGNS:
        raise TemplateError(f"the template has more than {MOST_SIGNS} signs of Markdown", 1, 1, "write it by hand")
    source = _REMARK.sub(lambda found: "\n" * found[0].count("\n"), text.replace("\r\n", "\n"))
    tokens = _markdown().parse(_BRACE.sub(lambda found: _placed(found, source), source))
    read = Template(tuple(_blocks(tokens, source)))
    if not read.fields & {"headline", "excerpt", "body"}:
        raise TemplateError("the template tells nothing of a story", 1, 1, "name {headline} in it")
    return read


def _placed(found: "regex.Match[str]", source: str) -> str:
    """What stands in for a brace while Markdown is read."""
    name = found["name"]
    if name in FIELDS:
        return chr(_OPEN + list(FIELDS).index(name))
    if found[0] in {"{{", "}}"}:
        return found[0][0]
    line, column = _place(source, found.start())
    if name is None:
        raise TemplateError(f"a lone {found[0]} opens or ends no field", line, column, f"write {found[0] * 2}")
    raise TemplateError(f"there is no field {{{name}}}", line, column, f"there are {', '.join(FIELDS)}")


def _place(source: str, offset: int) -> tuple[int, int]:
    return source.count("\n", 0, offset) + 1, offset - (source.rfind("\n", 0, offset) + 1) + 1


def _markdown() -> MarkdownIt:
    """Headings, paragraphs and quotes; every line stands; HTML, lists, code blocks and rules are mere text."""
    left_out = [
        "html_block",
        "html_inline",
        "list",
        "fence",
        "code",
        "hr",
        "lheading",
        "reference",
        "image",
        "autolink",
    ]
    return MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("strikethrough").disable(left_out)


def _blocks(tokens: Sequence[Token], source: str) -> Iterator[Block]:
    quoted = 0
    heads = False
    for token in tokens:
        quoted += {"blockquote_open": 1, "blockquote_close": -1}.get(token.type, 0)
        heads = token.type == "heading_open" or (heads and token.type != "heading_close")
        if token.type == "inline":
            kind: PieceKind = "heading" if heads else "quote" if quoted else "text"
            yield Block(kind, tuple(_lines(token, source)))


def _lines(inline: Token, source: str) -> Iterator[tuple[Node, ...]]:
    line: list[Node] = []
    marks: list[tuple[Kind, str]] = []
    for token in inline.children or ():
        if token.type in {"softbreak", "hardbreak"}:
            yield tuple(line)
            line = []
        elif token.type == "link_open":
            marks.append((Kind.LINK, _address(str(token.attrs["href"]), inline, source)))
        elif token.type == "code_inline":
            line += _nodes(token.content, (*marks, (Kind.CODE, "")))
        elif token.nesting == 1:
            marks.append((_MARKS[token.tag], ""))
        elif token.nesting == -1:
            marks.pop()
        else:
            line += _nodes(token.content, tuple(marks))
    yield tuple(line)


def _nodes(text: str, marks: tuple[tuple[Kind, str], ...]) -> Iterator[Node]:
    for part in _PLACE.split(text):
        if part in _PLACES:
            yield Node("", _PLACES[part], marks)
        elif part:
            yield Node(part, "", marks)


def _address(href: str, inline: Token, source: str) -> str:
    """Where a link of the template leads: {link}, or an address of the template's own."""
    place = unquote(href)
    if _PLACES.get(place) == "link":
        return place
    address = "" if _PLACE.search(place) else absolute("", href)
    if not address:
        first = (inline.map or [0])[0]
        line = source.split("\n")[first]
        raise TemplateError(
            "a link leads nowhere",
            first + 1,
            max(line.find("]("), 0) + 1,
            "write [words]({link}) or a whole https address",
        )
    return address


# ── Filling ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _filled(block: Block, values: Mapping[str, Marked]) -> Piece:
    lines = [line for line in block.lines if _stands(line, values)]
    if not lines:
        return Piece(block.kind, Marked())
    fields = frozenset(node.names for line in lines for node in line if values.get(node.names))
    written = [_line(line, values) for line in lines]
    text = (joined(written, "\n") if len(written) > 1 else written[0]).strip()
    if block.kind == "quote":
        plain = text.without(Kind.QUOTE, Kind.FOLD, Kind.PRE)
        text = plain.as_(Kind.FOLD if "body" in fields else Kind.QUOTE)
    return Piece(block.kind, text, fields)


def _stands(line: Sequence[Node], values: Mapping[str, Marked]) -> bool:
    fields = [node.names for node in line if node.names]
    return not fields or any(values.get(field) for field in fields)


def _value(node: Node, values: Mapping[str, Marked]) -> Marked:
    """A field's value; words that lead to the link are there as long as it is."""
    value = values.get(node.names, Marked())
    return value if node.field or not value else Marked(node.text)


def _line(line: Sequence[Node], values: Mapping[str, Marked]) -> Marked:
    """A line with its values; the text between two fields goes when there is nothing on one of its sides."""
    parts: list[Marked] = []
    gap: list[Marked] = []
    first, told, before = True, False, True
    for node in line:
        if not node.names:
            gap.append(_marked(Marked(node.text), node, values))
            continue
        value = _marked(_value(node, values), node, values)
        parts += gap if first or (told and value) else []
        parts.append(value)
        first, told, before = False, told or bool(value), bool(value)
        gap = []
    return joined([*parts, *(gap if before else [])])


def _marked(text: Marked, node: Node, values: Mapping[str, Marked]) -> Marked:
    for kind, value in reversed(node.marks):
        address = _leads(values) if value in _PLACES else value
        if kind is Kind.LINK:
            text = text.without(Kind.LINK)
            if not address:
                continue
        text = text.as_(kind, address)
    return text


def _leads(values: Mapping[str, Marked]) -> str:
    """Where the story's link leads."""
    return next((span.value for span in values.get("link", Marked()).spans if span.kind is Kind.LINK), "")
