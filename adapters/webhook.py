"""A signed webhook: the whole story as JSON, for programs of others (standardwebhooks.com), which Sokbo renders for;
sending comes later, with that standard's headers ``webhook-id``, ``webhook-timestamp`` and ``webhook-signature``.

This shape is a promise. What may be missing stands with a question mark; more may be added, nothing is taken away:

    type         "story.published" | "story.updated" | "story.corrected" | "story.retracted"
    timestamp    when the story was published, else first seen: RFC 3339, UTC; the same for every try
    data
      id?          Sokbo's own number, once there is one
      revision     counts from 1
      state        "announced", "corrected", "retracted" …
      urgency      "breaking" | "normal" | "low"
      headline     as its source wrote it, on one line
      title        {"words", "urgency", "series", "labels"}: the headline taken apart; "[속보] 3보: …" has series "3보"
      excerpt      a few sentences, or ""
      link         an ASCII address, or ""
      source       the feed's name
      language     "ko", "en", or ""
      categories   as the source names them
      hashtags     the same as words that are tags anywhere, without their sign
      published?   RFC 3339, UTC
      card         whether the first picture is its site's, and stands for no story of its own
      pictures     [{"url"?, "alt", "mime"?, "width"?, "height"?, "sha256"?}], the story's own first
      body?        {"text", "html"?, "blocks"?}: the story as plain words, as HTML, as blocks

A block is one of these. A run is ``{"text", "marks"?, "href"?}``; its marks are of bold, italic, underline, strike,
code and spoiler. All addresses lead to the web.

    {"type": "paragraph", "runs"}    {"type": "heading", "level": 1-6, "runs"}    {"type": "code", "text"}
    {"type": "list", "ordered", "start", "items": [[block …] …]}            {"type": "quote", "blocks"}
    {"type": "table", "head", "rows": [["…"] …]}                            {"type": "figure", "picture", "caption"}

The HTML has no attributes but ``href``, ``start``, ``src`` and ``alt``, no styles and no scripts. Texts are in NFC,
without characters that hide others. A payload is best below 20 kB (the standard, "Payload size"): a longer one leaves
out the body's blocks, then its HTML, then the end of its text, and the rest last; who wants all of it has the link.

A program needs no layout, so templates have no effect.
"""

import base64
import binascii
import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape
from typing import Any, Final, assert_never
from urllib.parse import urldefrag, urlsplit

from bot.document import Block, Code, Document, Figure, Heading, Items, Mark, Paragraph, Picture, Quote, Run, Table
from bot.model import UTC, Limits, Message, Secret, Story, StoryState, Style, Target
from bot.ports import Transport
from bot.text.fields import outgoing
from bot.text.fit import fit
from bot.text.flat import flat
from bot.text.hashtags import hashtags
from bot.text.headline import understood
from bot.text.letters import clean, squeeze
from bot.text.links import absolute
from bot.text.marked import Kind
from bot.text.measure import code_points, utf8

PAYLOAD = 20_000  #: bytes of the JSON
LONGEST_LINK = 8000  #: bytes that every server takes of an address (RFC 9110 section 4.1)
NAME = 200  #: code points of what a newsroom names: its feed, a category
ALT = 1000  #: code points of a picture's description
MOST = 50  #: of categories, and of pictures; no story has more
SHORTEST_KEY, LONGEST_KEY = 24, 64  #: bytes (the standard, "Signature scheme")

_PREFIX: Final = "whsec_"
_WEB: Final = ("http://", "https://")
_HTML: Final = {
    Mark.BOLD: "strong",
    Mark.ITALIC: "em",
    Mark.UNDERLINE: "u",
    Mark.STRIKE: "s",
    Mark.CODE: "code",
}

Json = dict[str, Any]


class Adapter:
    """The receivers that share one signing key; the standard wants one for each, so most accounts have one target.

    Each answers within 15 to 30 seconds; how many a second, it says with a 429.
    """

    platform = "webhook"
    limits = Limits(rate=10_000.0, interval=0.0, timeout=20.0)
    pictures = None
    styles = frozenset({"utm"})
    template = ""

    def __init__(
        self,
        transport: Transport,  # noqa: ARG002 - to send with, once it can
        /,
        *,
        secret: Secret,
    ) -> None:
        key = signing_key(secret)
        self.credential = hashlib.sha256(b"webhook:" + key).hexdigest()[:16]

    @staticmethod
    def target(raw: Mapping[str, Any]) -> Target:
        """Read ``{"webhook": address}`` or ``{"id": address}`` into "host:fingerprint", and the address as its secret.

        Most such addresses hold a token somewhere, so none is stored or shown.
        """
        given = raw.get("webhook") or raw.get("id", "")
        address = urldefrag(absolute("", given.reveal() if isinstance(given, Secret) else str(given))).url
        if not address.startswith(_WEB):
            raise ValueError("this is no address of a receiver: write all of it, https://…, without a user name")
        fingerprint = hashlib.sha256(address.encode()).hexdigest()[:12]
        return Target(f"{urlsplit(address).netloc}:{fingerprint}", Secret(address))

    def render(self, story: Story, style: Style) -> tuple[Message, ...]:
        """Tell everything there is; what makes it too long is left out in the order of the module's promise."""
        link, notes = outgoing(story, style), list[str]()
        if len(link) > LONGEST_LINK:
            link = ""
            notes.append(f"without its link, which is longer than {LONGEST_LINK} characters")
        data = _told(story, link)
        payload = {"type": _event(story), "timestamp": _moment(story), "data": data}
        notes += _shorten(payload)
        message = Message(
            platform=self.platform,
            style=style,
            text="\n\n".join(filter(None, (data["headline"], data["excerpt"], data["link"]))),
            length=_size(payload),
            limit=PAYLOAD,
            unit="bytes",
            body=payload,
            notes=tuple(notes),
        )
        return (message,)


def signing_key(secret: Secret) -> bytes:
    """The key that a secret of the standard's form holds; ``ValueError`` says what to mend."""
    mend = f"{SHORTEST_KEY} to {LONGEST_KEY} random bytes in base64 behind {_PREFIX!r}"
    prefix, encoded_key = secret.reveal()[: len(_PREFIX)], secret.reveal()[len(_PREFIX) :]
    try:
        key = base64.b64decode(encoded_key, validate=True)
    except binascii.Error:
        raise ValueError(f"the webhook's secret is no base64: give {mend}") from None
    if prefix != _PREFIX or not SHORTEST_KEY <= len(key) <= LONGEST_KEY:
        raise ValueError(f"the webhook's secret has another form than the standard's: give {mend}")
    return key


# ── The payload ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _event(story: Story) -> str:
    match story.state:
        case StoryState.CORRECTED:
            return "story.corrected"
        case StoryState.RETRACTED | StoryState.KILLED:
            return "story.retracted"
        case StoryState.KNOWN | StoryState.REVIEW | StoryState.QUARANTINED | StoryState.ANNOUNCED:
            return "story.published" if story.revision == 1 else "story.updated"
        case _:
            assert_never(story.state)


def _moment(story: Story) -> str:
    return _rfc3339(story.published or story.seen or dt.datetime.fromtimestamp(0, UTC))


def _rfc3339(moment: dt.datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _told(story: Story, link: str) -> Json:
    title = understood(story.headline)
    tags = hashtags(story.categories, MOST)
    return {
        **({"id": story.id} if story.id else {}),
        "revision": story.revision,
        "state": str(story.state),
        "urgency": str(story.urgency),
        "headline": squeeze(story.headline) or _name(story.source),
        "title": {
            "words": title.words,
            "urgency": title.urgency,
            "series": title.series,
            "labels": list(title.labels),
        },
        "excerpt": clean(story.excerpt).strip(),
        "link": link,
        "source": _name(story.source),
        "language": _name(story.language),
        "categories": list(map(_name, story.categories[:MOST])),
        "hashtags": [span.value for span in tags.spans if span.kind is Kind.TAG],
        **({"published": _rfc3339(story.published)} if story.published else {}),
        "card": story.card,
        "pictures": list(map(_picture, story.pictures[:MOST])),
        **({"body": _body(story.body)} if story.body.blocks else {}),
    }


def _body(document: Document) -> Json:
    """The three forms of a body. Where its words alone are too long, the other two are left out: they stay empty."""
    text = flat(document, most=PAYLOAD).text
    whole = utf8(text) <= PAYLOAD
    return {
        "text": text,
        "html": html(document) if whole else "",
        "blocks": list(map(_block, document.blocks)) if whole else [],
    }


def _name(text: str) -> str:
    return fit(squeeze(text), NAME, code_points)


def _picture(picture: Picture) -> Json:
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
    return whole if whole.startswith(_WEB) and len(whole) <= LONGEST_LINK else ""


# ── Its size ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _shorten(payload: Json) -> Iterator[str]:
    """Leave out what makes the payload too long, and say so."""
    data = payload["data"]
    body, title = data.get("body", {}), data["title"]
    steps: tuple[tuple[str, Callable[[], object]], ...] = (
        ("without the body's blocks", lambda: body.pop("blocks", None)),
        ("without the body's HTML", lambda: body.pop("html", None)),
        ("without the end of the body", lambda: _cut(payload, body, "text") if body else None),
        ("with one picture only", lambda: data.update(pictures=data["pictures"][:1])),
        ("without its picture", lambda: data.update(pictures=[])),
        ("without the end of its excerpt", lambda: _cut(payload, data, "excerpt")),
        ("without its categories", lambda: data.update(categories=[], hashtags=[])),
        ("without its headline taken apart", lambda: title.update(words="", labels=[])),
        ("without the end of its headline", lambda: _cut(payload, data, "headline")),
    )
    for note, shorten in steps:
        size = _size(payload)
        if size <= PAYLOAD:
            break
        shorten()
        if _size(payload) < size:
            yield note


def _cut(payload: Json, holder: Json, name: str) -> None:
    """Cut one text to the room that all else leaves it."""
    text, holder[name] = holder[name], ""
    room = PAYLOAD - _size(payload)
    holder[name] = fit(text, room, lambda piece: _size(piece) - len('""'))


def _size(value: object) -> int:
    """Bytes of the JSON as it is sent."""
    return utf8(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


# ── The body as blocks ───────────────────────────────────────────────────────────────────────────────────────────────


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
            return {"type": "figure", "picture": _picture(picture), "caption": squeeze(caption)}
        case _:
            assert_never(block)


def _runs(runs: Iterable[Run]) -> list[Json]:
    return [_run(run) for run in runs if clean(run.text)]


def _run(run: Run) -> Json:
    said = {"marks": sorted(map(str, run.marks)), "href": _web(run.href)}
    return {"text": clean(run.text)} | {name: value for name, value in said.items() if value}


# ── The body as HTML ─────────────────────────────────────────────────────────────────────────────────────────────────


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
    told = _picture(picture)
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
