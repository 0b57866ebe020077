"""A story as an article: Telegram's rich message, in the HTML that the Bot API reads (since 10.1; our pictures in it
since 10.2).

    h1 headline · figure · p lead · the Document's blocks · footer: source, time, tags · p link

Only tags that the API names, every text escaped, every address encoded, every picture uploaded by us. Blocks are kept
as long as they fit; a paragraph that does not is cut, and there the article ends. The ordinary message goes along in
the body, for a server that refuses the article.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import pairwise
from typing import Final, assert_never

from adapters.telegram.entities import inert, visible
from adapters.telegram.forms import attached
from bot.document import Block, Code, Document, Figure, Heading, Items, Paragraph, Picture, Quote, Table
from bot.model import Message, Story
from bot.text.draft import SHORTEST
from bot.text.fields import fields
from bot.text.fit import ELLIPSIS, cut
from bot.text.flat import flat, inked
from bot.text.links import readable
from bot.text.marked import Kind, Marked, Span, joined, link

LONGEST: Final = 32_768  #: characters of text (Bot API, rich message limits, as the following)
MOST_BLOCKS: Final = 500  #: list items and table rows count
MOST_COLUMNS: Final = 20
DEEPEST: Final = 3  #: lists and quotes in each other: two levels each, and seven of marks, are 13 of 16

_TAGS: Final = {
    Kind.BOLD: "b",
    Kind.ITALIC: "i",
    Kind.UNDERLINE: "u",
    Kind.STRIKE: "s",
    Kind.SPOILER: "tg-spoiler",
    Kind.CODE: "code",
}
_BETWEEN: Final = "\n\n"


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of an article: its HTML, what is read of it, and how many blocks it is."""

    html: str
    text: str
    blocks: int = 1


def article(story: Story, alert: Message, address: str, pictures: Sequence[Picture]) -> Message:
    """The article, with the alert beside it. ``pictures`` are those that could be had, the story's own first."""
    pictures = [*alert.pictures, *(picture for picture in pictures if picture not in alert.pictures)]
    names = {picture.url: attached(number) for number, picture in reversed(list(enumerate(pictures)))}
    values = fields(story, replace(alert.style, body="none"), link=Marked(), most=0)
    top = [_title(values), *_hero(pictures, names), *_lead(story, values["excerpt"])]
    end = [*_origin(values), *_way(address if "reply_markup" not in alert.body else "")]
    figures = {url: name for url, name in names.items() if name != attached(0)}
    sections = [*top, *_kept(story.body.blocks, figures, (*top, *end)), *end]
    html = "".join(section.html for section in sections)
    text = _BETWEEN.join(section.text for section in sections if section.text)
    return replace(
        alert,
        text=text,
        length=len(text),
        limit=LONGEST,
        entities=(),
        markup=html,
        body={"rich_message": _rich(html, values, len(pictures)), **alert.body},
        pictures=tuple(pictures),
    )


def _rich(html: str, values: Mapping[str, Marked], count: int) -> dict[str, object]:
    """The API's InputRichMessage. Nothing in it comes alive by itself, unless its tags shall."""
    used = [name for name in map(attached, range(count)) if _source(name) in html]
    media = [{"id": name, "media": {"type": "photo", "media": f"attach://{name}"}} for name in used]
    return {"html": html, "skip_entity_detection": not values["hashtags"]} | ({"media": media} if media else {})


# ── Around the body ──────────────────────────────────────────────────────────────────────────────────────────────────


def _title(values: Mapping[str, Marked]) -> Section:
    return _line("h1", joined((part for part in (values["urgency"], values["headline"]) if part), " "))


def _hero(pictures: Sequence[Picture], names: Mapping[str, str]) -> Iterator[Section]:
    if pictures:
        yield _figure(names[pictures[0].url], "")


def _lead(story: Story, excerpt: Marked) -> Iterator[Section]:
    """The excerpt, unless the body begins with it."""
    told = " ".join(excerpt.text.split())
    if told and not " ".join(flat(story.body, len(told)).text.split()).startswith(told):
        yield _line("p", excerpt.as_(Kind.BOLD))


def _origin(values: Mapping[str, Marked]) -> Iterator[Section]:
    """Where and when it was published, and its tags."""
    if said := [values[name] for name in ("source", "published", "hashtags") if values[name]]:
        yield _line("footer", joined(said, " · "))


def _way(address: str) -> Iterator[Section]:
    """The link, in plain sight."""
    if address:
        yield _line("p", link(readable(address), address), live=True)


# ── The body ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _kept(blocks: Iterable[Block], figures: Mapping[str, str], around: Sequence[Section]) -> Iterator[Section]:
    """The blocks as far as there is room beside what stands around them."""
    room = LONGEST - sum(len(section.text) + len(_BETWEEN) for section in around)
    left = MOST_BLOCKS - sum(section.blocks for section in around)
    ending = _line("p", Marked(ELLIPSIS))
    for block in blocks:
        section = _section(block, figures)
        room -= len(section.text) + len(_BETWEEN)
        left -= section.blocks
        if room < len(ending.text) + len(_BETWEEN) or left < ending.blocks:
            yield _beginning(block, room + len(section.text)) or ending
            return
        yield section


def _beginning(block: Block, room: int) -> Section | None:
    """As much of a paragraph as there is room for."""
    if not isinstance(block, Paragraph):
        return None
    kept = cut(inert(inked(block.runs)), lambda piece: len(piece.text) <= room)
    return _line("p", kept, live=True) if len(kept.text) >= SHORTEST else None


def _section(block: Block, figures: Mapping[str, str], depth: int = 0) -> Section:
    """One block with all that it holds; what lies too deep, or is too wide, is drawn with characters."""
    match block:
        case Paragraph(runs=runs):
            return _line("p", inked(runs))
        case Heading(level=level, runs=runs):
            return _line(f"h{min(max(level, 2), 6)}", inked(runs))
        case Code(text=text):
            return _line("pre", Marked(text))
        case Figure(picture=picture, caption=caption):
            named = figures.get(picture.url, "") if depth == 0 else ""
            return _figure(named, caption) if named else _line("p", flat(Document((block,))))
        case Table(rows=rows) if rows and max(map(len, rows)) <= MOST_COLUMNS:
            return _table(block)
        case Items(items=items) if depth < DEEPEST:
            tag = "ol" if block.ordered else "ul"
            return _around(tag, [_around("li", _inside(item, depth), "\n") for item in items], "\n")
        case Quote(blocks=inner) if depth < DEEPEST:
            return _around("blockquote", _inside(inner, depth), _BETWEEN)
        case Items() | Quote() | Table():
            return _line("p", flat(Document((block,))))
        case _:
            assert_never(block)


def _inside(blocks: Iterable[Block], depth: int) -> list[Section]:
    """What a list's item or a quote holds; a lone paragraph needs no tag of its own."""
    sections = [section for block in blocks if (section := _section(block, {}, depth + 1)).text]
    if len(sections) == 1 and sections[0].html.startswith("<p>"):
        bare = sections[0].html.removeprefix("<p>").removesuffix("</p>")
        return [replace(sections[0], html=bare, blocks=0)]
    return sections


def _around(tag: str, sections: Sequence[Section], between: str) -> Section:
    held = [section for section in sections if section.text]
    if not held:
        return Section("", "", 0)
    html = "".join(section.html for section in held)
    text = between.join(section.text for section in held)
    return Section(f"<{tag}>{html}</{tag}>", text, 1 + sum(section.blocks for section in held))


def _table(table: Table) -> Section:
    rows = []
    for number, row in enumerate(table.rows):
        tag = "th" if table.head and number == 0 else "td"
        cells = [inert(Marked(visible(cell))) for cell in row]
        html = "".join(f"<{tag}>{_inline(cell)}</{tag}>" for cell in cells)
        rows.append(Section(f"<tr>{html}</tr>", "  ".join(cell.text for cell in cells)))
    return Section(
        f"<table bordered>{''.join(row.html for row in rows)}</table>",
        "\n".join(row.text for row in rows),
        1 + len(rows),
    )


def _figure(name: str, caption: str) -> Section:
    picture = f"<img {_source(name)}/>"
    shown = inert(Marked(visible(caption)))
    told = f"<figcaption>{_inline(shown)}</figcaption>" if caption else ""
    return Section(f"<figure>{picture}{told}</figure>" if told else picture, shown.text)


def _source(name: str) -> str:
    return f'src="tg://photo?id={name}"'


# ── Lines ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _line(tag: str, text: Marked, *, live: bool = False) -> Section:
    """One block of running text; ``live``: what would come alive in it may, or is broken already."""
    text = replace(text, text=visible(text.text)).strip()
    text = text if live else inert(text)
    return Section(f"<{tag}>{_inline(text)}</{tag}>", text.text) if text else Section("", "", 0)


def _inline(text: Marked) -> str:
    """Marks as tags, opened and closed at every edge, so that they always nest."""
    spans = [span for span in text.spans if span.kind in _TAGS or _leads(span)]
    edges = sorted({0, len(text.text), *(edge for span in spans for edge in (span.start, span.end))})
    ahead = sorted(spans, key=lambda span: span.start, reverse=True)
    over: list[Span] = []
    pieces = []
    for start, end in pairwise(edges):
        over = [span for span in over if span.end > start]
        while ahead and ahead[-1].start <= start:
            over.append(ahead.pop())
        pieces.append(_tagged(text.text[start:end], over))
    return "".join(pieces)


def _tagged(text: str, over: Sequence[Span]) -> str:
    html = escape(text, quote=False).replace("\n", "<br>")
    kinds = {span.kind for span in over}
    for kind, tag in reversed(_TAGS.items()):
        if kind in kinds:
            html = f"<{tag}>{html}</{tag}>"
    address = next((span.value for span in over if _leads(span)), "")
    return f'<a href="{escape(address)}">{html}</a>' if address else html


def _leads(span: Span) -> bool:
    return span.kind is Kind.LINK and span.value.startswith(("http://", "https://"))
