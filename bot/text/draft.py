"""A template filled and cut to a platform's limit.

What is long gives way first: the body, then the excerpt, then tags, and what else the template adds. The headline is
cut last and never left out (the source stands in for one that cannot be cut); link and urgency are never touched.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from bot.text.fit import ELLIPSIS, cut, longest
from bot.text.marked import Kind, Marked, joined
from bot.text.template import Piece, Template, template

#: In the order in which fields give way; those that aren't here never do.
GIVES_WAY: Final = ("body", "excerpt", "hashtags", "source", "published", "headline")
SHORTEST: Final = 10  #: code points; less of an excerpt than this says nothing
FRAGMENT: Final = 30  #: likewise, of a sentence that was cut open

Pieces = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A filled template that fits, what was left of the values, and the fields that had to give way."""

    pieces: Pieces
    values: Mapping[str, Marked]
    shortened: tuple[str, ...] = ()
    fits: bool = True  #: false where the template alone is longer than a message

    @property
    def text(self) -> Marked:
        """All of it, with a blank line between the pieces."""
        return running(self.pieces)


def running(pieces: Iterable[Piece]) -> Marked:
    """Pieces as one text; a heading is bold."""
    return joined((piece.text.as_(Kind.BOLD) if piece.kind == "heading" else piece.text for piece in pieces), "\n\n")


def draft(layout: Template, values: Mapping[str, Marked], fits: Callable[[Pieces], bool]) -> Draft:
    """The template with as much of the values as ``fits``; what fits must fit when it is shorter."""
    given, values = values, dict(values)
    shortened: list[str] = []
    for name in GIVES_WAY:
        if fits(filled := layout.fill(values)):
            return Draft(filled, values, tuple(shortened))
        if values.get(name) and name in layout.fields:
            shortened.append(name)
            values[name] = _shorter(layout, values, name, fits, instead=given.get("source", Marked()))
    filled = layout.fill(values)
    return Draft(filled, values, tuple(shortened), fits(filled))


def laid_out(layout: str, own: str, values: Mapping[str, Marked], fits: Callable[[Pieces], bool]) -> Draft:
    """The account's layout with as much of the values as ``fits``; one that leaves no room gives way to our own."""
    made = draft(template(layout or own), values, fits)
    return made if made.fits else draft(template(own), values, fits)


def _shorter(
    layout: Template, values: Mapping[str, Marked], name: str, fits: Callable[[Pieces], bool], instead: Marked
) -> Marked:
    """The most of one value that lets the whole fit; nothing of it where that does not help.

    ``instead`` stands in for a headline that cannot be cut.
    """

    def whole(value: Marked) -> bool:
        return fits(layout.fill({**values, name: value}))

    if name == "headline":
        return cut(values[name], whole) or cut(instead, whole) or Marked(ELLIPSIS)
    if not whole(Marked()):
        return Marked()
    match name:
        case "hashtags":
            tags = [span.end for span in values[name].spans if span.kind is Kind.TAG]
            return longest(values[name], tags, whole)
        case "body" | "excerpt":
            kept = cut(values[name], whole)
            least = FRAGMENT if kept.text.endswith(ELLIPSIS) else SHORTEST
            return kept if len(kept.text) >= least else Marked()
        case _:
            return Marked()
