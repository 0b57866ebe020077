"""What an element means by its tag and attributes alone: whether a reader sees it, what it marks, what it opens.

An editor repeats the same few elements all over a story, so that each is understood once and remembered.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Final, NamedTuple

from bot.document import Mark
from bot.text.classes import Sense, senses
from bot.text.css import is_colour, style
from bot.text.embeds import kind_of
from bot.text.images import Attributes
from bot.text.noise import is_suspect
from bot.text.writer import Shape, Writer

#: Opens something, and gives what closes it.
Opens = Callable[[Writer], Callable[[], None]]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DROPPED: Final = _words("""
    script style template head title meta link svg applet canvas map button select nav
    textarea datalist dialog rp rt
""")
_MARKS: Final = {
    **dict.fromkeys(("b", "strong", "mark", "dt"), frozenset({Mark.BOLD})),
    **dict.fromkeys(("i", "em", "cite", "dfn", "var"), frozenset({Mark.ITALIC})),
    **dict.fromkeys(("u", "ins"), frozenset({Mark.UNDERLINE})),
    **dict.fromkeys(("s", "del", "strike"), frozenset({Mark.STRIKE})),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), frozenset({Mark.CODE})),
    "tg-spoiler": frozenset({Mark.SPOILER}),
}
_BLOCKS: Final = _words("""
    address article aside body center dd details dir div dl dt fieldset footer form header hgroup hr html legend main
    menu p search section summary
""")
_HEADINGS: Final = {f"h{level}": partial(Writer.heading, level=level) for level in range(1, 7)}
_CONTAINERS: Final = _words("ul ol li blockquote table thead tr td th figure")
_WHOLE: Final = _words("img amp-img noscript math input iframe video audio embed object")
_WATCHED: Final = _words("a sup ul ol")  # what may be noise without a name
#: What else a tag opens; None for what is turned into other characters.
_OPENING: Final[Mapping[str, Opens | None]] = {
    **dict.fromkeys(_BLOCKS, Writer.block),
    **_HEADINGS,
    **dict.fromkeys(("figcaption", "caption"), Writer.caption),
    **dict.fromkeys(("sup", "sub", "q")),
    "pre": Writer.verbatim,
}
#: What a colour covers like a pen. A box in a colour of its own is a box, and a link's colour says that it is one.
_COLOURED: Final = _words("span font b strong i em u mark s del ins strike small big label")
#: What an element's name opens, whatever its tag.
_SHAPING: Final[Mapping[Sense, Opens]] = {
    Sense.INLINE: Writer.spaced,
    Sense.CODE: Writer.verbatim,
    Sense.HEADING: partial(Writer.heading, level=3),  # an editor's own; a post's title is 1, its sections 2
}
_NUMBER: Final = re.compile(r"-?[0-9]{1,5}")
_GOING: Final = (Sense.HIDDEN, Sense.NOISE)
_SQUARE: Final = Shape()
_NONE: Final[frozenset[Mark]] = frozenset()

#: The attributes that say something of an element; where it leads and what it shows differ from one to the next.
_TELLING: Final = _words("class id data-ke-type style hidden role aria-hidden color start colspan rowspan")


class Element(NamedTuple):
    """What an element means, wherever it stands."""

    unread: bool = False  #: nothing inside it is for a reader
    watched: bool = False  #: whether it belongs to the story depends on what stands in it and around it
    suspect: bool = False  #: its name or role says that it does not
    whole: bool = False  #: its inside is not read as text
    card: str = ""  #: an editor's name for what stands for a page or post elsewhere
    inks: bool = False  #: what stands in it is written with another ink
    adds: frozenset[Mark] = frozenset()
    removes: frozenset[Mark] = frozenset()
    tints: bool = False
    opens: Opens | None = None  #: None for what is turned into other characters
    explains: bool = False  #: a caption by its name, unless it holds a picture


_UNREAD: Final = Element(unread=True)
_BREAK: Final = Element(whole=True)


def element(tag: str, attributes: Attributes) -> Element:
    """What the element ``tag`` with these attributes means."""
    if not attributes:
        return _understood(tag)
    return _understood(tag, *[pair for pair in attributes.items() if pair[0] in _TELLING])


@lru_cache(maxsize=4096)
def _understood(tag: str, *telling: tuple[str, str | None]) -> Element:
    if tag == "br":
        return _BREAK
    attributes = dict(telling)
    look = style(attributes.get("style") or "")
    classes, kind = attributes.get("class") or "", attributes.get("data-ke-type") or ""
    names = senses(classes, attributes.get("id") or "", kind)
    if tag in _DROPPED or look.hides or "hidden" in attributes or not names.isdisjoint(_GOING):
        return _UNREAD
    suspect = is_suspect(tag, attributes, names)
    adds, removes = _MARKS.get(tag, _NONE), _NONE
    if Sense.SPOILER in names:
        adds |= {Mark.SPOILER}
    if tag not in _HEADINGS:
        adds, removes = adds | look.adds, look.removes
    tints = tag in _COLOURED and (look.tints or (tag == "font" and is_colour(attributes.get("color") or "")))
    return Element(
        watched=suspect or tag in _WATCHED,
        suspect=suspect,
        whole=tag in _WHOLE,
        card=kind_of(classes, kind) if classes or kind else "",
        inks=bool(adds or removes or tints or tag == "a"),
        adds=adds,
        removes=removes,
        tints=tints,
        opens=_opens(tag, attributes, names),
        explains=Sense.CAPTION in names and tag not in _CONTAINERS and names.isdisjoint(_SHAPING),
    )


def _opens(tag: str, attributes: Attributes, names: frozenset[Sense]) -> Opens | None:
    for sense in _SHAPING if names else ():
        if sense in names:
            return _SHAPING[sense]
    if tag in _CONTAINERS:
        return partial(Writer.container, tag=tag, shape=_shape(attributes))
    return _OPENING.get(tag, Writer.inline)


def _shape(attributes: Attributes) -> Shape:
    if not attributes:
        return _SQUARE
    return Shape(*(_number(attributes.get(name)) for name in ("start", "colspan", "rowspan")))


def _number(value: str | None) -> int:
    return int(value) if value and _NUMBER.fullmatch(value) else 1
