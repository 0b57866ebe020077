"""A story's body in the three forms of the promise (`payload`): plain words, blocks, and HTML."""

from collections.abc import Iterable
from html import escape
from typing import Any, Final, assert_never

from bot.document import Block, Code, Document, Figure, Heading, Items, Mark, Paragraph, Picture, Quote, Run, Table
from bot.text.fit import fit
from bot.text.flat import flat
from bot.text.letters import clean, squeeze
from bot.text.links import absolute
from bot.text.measure import code_points, utf8

LONGEST_LINK = 8000  #: bytes that every server takes of an address (RFC 9110 section 4.1)
ALT = 1000  #: code points of a picture's description
WEB: Final = ("http://", "https://")

_HTML: Final = {
    Mark.BOLD: "strong",
    Mark.ITALIC: "em",
    Mark.UNDERLINE: "u",
    Mark.STRIKE: "s",
    Mark.CODE: "code",
}

Json = dict[str, Any]


def forms(document: Document, most: int) -> Json:
    """The three forms of a body. Where its words alone have more than ``most`` bytes, the other two stay empty."""
    text = flat(document, most=most).text
    whole = utf8(text) <= most
    return {
        "text": text,
        "html": html(document) if whole else "",
        "blocks": list(map(_block, document.blocks)) if whole else [],
    }


def shown(picture: Picture) -> Json:
    """A picture as the promise has it: what is known of it."""
    known = {
        "url": _web(picture.url),
        "mime": picture.mime,
        "width": picture.width,
        "height": picture.height,
        "sha256": picture.sha256,
    }
    return {name: value for name, value in known.items() if value} | {
        "alt": fit(squeeze(picture.alt), ALT, code_points)
    }


def _web(address: str) -> str:
    """The address, if it leads to the web."""
    whole = absolute("", address)
    return whole if whole.startswith(WEB) and len(whole) <= LONGEST_LINK else ""


# ── As blocks ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _block(block: Block) -> Json:
    match block:
        case Paragraph(runs=runs):
            return {"type": "paragraph", "runs": _runs(runs)}
        case Heading(level=level, runs=runs):
            return {"type": "heading", "level": level, "runs": _runs(runs)}
        case Items(ordered=ordered, items=items, start=start):
            told = [list(map(_block, item)) for item in items]
            return {"type": "list", "ordered": ordered, "start": start, "items": told}
        case Quote(blocks=inner):
            return {"type": "quote", "blocks": list(map(_block, inner))}
        case Code(text=text):
            return {"type": "code", "text": clean(text)}
        case Table(rows=rows, head=head):
            return {"type": "table", "head": head, "rows": [list(map(squeeze, row)) for row in rows]}
        case Figure(picture=picture, caption=caption):
            return {"type": "figure", "picture": shown(picture), "caption": squeeze(caption)}
        case _:
            assert_never(block)


def _runs(runs: Iterable[Run]) -> list[Json]:
    return [_run(run) for run in runs if clean(run.text)]


def _run(run: Run) -> Json:
    said = {"marks": sorted(map(str, run.marks)), "href": _web(run.href)}
    return {"text": clean(run.text)} | {name: value for name, value in said.items() if value}


# ── As HTML ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def html(document: Document) -> str:
    """The document in the HTML that the module promises."""
    return "".join(map(_html, document.blocks))


def _html(block: Block) -> str:
    match block:
        case Paragraph(runs=runs):
            return _element("p", _prose(runs))
        case Heading(level=level, runs=runs):
            return _element(f"h{level}", _prose(runs))
        case Items(ordered=ordered, items=items, start=start):
            told = "".join(_element("li", "".join(map(_html, item))) for item in items)
            return _element("ol" if ordered else "ul", told, start=str(start) if ordered and start != 1 else "")
        case Quote(blocks=inner):
            return _element("blockquote", "".join(map(_html, inner)))
        case Code(text=text):
            return _element("pre", _element("code", escape(clean(text))))
        case Table(rows=rows, head=head):
            return _element("table", "".join(_row(row, "th" if head and not n else "td") for n, row in enumerate(rows)))
        case Figure(picture=picture, caption=caption):
            return _figure(picture, squeeze(caption))
        case _:
            assert_never(block)


def _row(cells: Iterable[str], name: str) -> str:
    return _element("tr", "".join(_element(name, escape(squeeze(cell))) for cell in cells))


def _figure(picture: Picture, caption: str) -> str:
    told = shown(picture)
    image = f'<img src="{escape(told["url"])}" alt="{escape(told["alt"])}">' if "url" in told else ""
    below = _element("figcaption", escape(caption)) if caption else ""
    return _element("figure", image + below) if image or below else ""


def _prose(runs: Iterable[Run]) -> str:
    return "".join(map(_marked, runs))


def _marked(run: Run) -> str:
    text = escape(clean(run.text), quote=False).replace("\n", "<br>")
    for mark, name in _HTML.items():
        text = _element(name, text) if mark in run.marks and text else text
    address = _web(run.href)
    return _element("a", text, href=address) if address and text else text


def _element(name: str, inner: str, **attributes: str) -> str:
    told = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items() if value)
    return f"<{name}{told}>{inner}</{name}>"
