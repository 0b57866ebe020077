"""Slack, which Sokbo renders for; sending comes later.

    Story ─render▶ the JSON of POST /api/chat.postMessage, without its channel: blocks, and a text for notifications

    *[속보] 남해안 고속철 14년 만에 첫 삽*                     a section: the headline leads to its story
    국토교통부가 남해안 고속철 착공식을 …                      a section
    > 정부는 22일 …                                          sections: the whole story, where the account asks for it
    hanbit · 2026년 11월 22일 12:00 · hanbit.example         a context: small and grey
    [picture]                                                an image, which Slack fetches by itself
    [기사 보기]                                               a button, where the account asks for it

An editor clicks on the headline, and a header block cannot be a link: a header stands only where the link is a button,
or where a headline's own signs would act as markup (`mrkdwn.py`). The address is never lost: what cannot be a link
becomes a button.

Slack looks for nothing by itself: *verbatim* leaves ``@here`` and bare domains alone, *emoji* off leaves ``:fire:``.
One card is unfurled where no picture stands and nothing but the story is linked; else none.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

from adapters.slack.mrkdwn import EMOJI, SECTION, Said, acts, escaped, leads, links, said, sections
from bot.model import Limits, Message, Secret, Story, Style, Target, Window
from bot.ports import Transport
from bot.text.draft import Pieces, laid_out, running
from bot.text.fields import fields, outgoing
from bot.text.fit import fit, pieces
from bot.text.letters import squeeze
from bot.text.links import encoded, readable
from bot.text.marked import Kind, Marked, link
from bot.text.measure import code_points, slack
from bot.text.rest import untold, words
from bot.text.template import Piece

#: Characters of the blocks' JSON. Slack counts texts and "a buffer for block containers", and refuses a little above
#: 13,200 (bolt-js#2509; 11,341 of text alone were too much in bolt-js#2867): all of the JSON is the larger reading.
TOTAL = 13_000
BLOCKS = 50  #: of a message
HEADER = 150  #: characters, escapes counted (SL reference/block-kit/blocks/header-block)
CONTEXT = 2000  #: of a context's element; the reference names no number, so the least that any text object has
TEXT = 4000  #: of the text for notifications (SL chat.postMessage)
ALT = 2000  #: characters of an image's alt text
ADDRESS = 3000  #: characters of an image's address, and of a button's
LONGEST_LINK = 900  #: characters of an address in a text, where it takes the room of words; a longer one is a button
IMAGES = 10  #: that one alert shows
PARTS = 10  #: messages that continue an alert, in its thread

Block = dict[str, Any]

_READ: Final = {"ko": "기사 보기", "en": "Read the story"}
_SMALL: Final = frozenset({"source", "published", "hashtags", "link"})  # fields that stand in a context
_MOST: Final = {"header": HEADER, "section": SECTION, "context": CONTEXT}
_JOINER: Final = "\u2060"
_CHANNEL: Final = re.compile(r"[CGD][A-Z0-9]{8,20}")


class Adapter:
    """One app in one workspace: several hundred messages a minute, one a second in a channel (SL rate-limits)."""

    platform = "slack"
    limits = Limits(rate=5.0, timeout=20.0)
    pictures = None
    styles = frozenset({"picture", "hashtags", "body", "pictures", "button", "utm"})
    template = "# {urgency} {headline}\n\n{excerpt}\n\n> {body}\n\n{hashtags}\n\n{source} · {published} · {link}"

    def __init__(
        self,
        transport: Transport,  # noqa: ARG002 - to send with, once it can
        /,
        *,
        token: Secret,
        base_url: str = "https://slack.com",  # noqa: ARG002 - likewise
    ) -> None:
        if not token.reveal():
            raise ValueError("a Slack account needs its app's bot token, xoxb-…: see OAuth & Permissions")
        self.credential = hashlib.sha256(f"slack:{token.reveal()}".encode()).hexdigest()[:16]

    @staticmethod
    def target(raw: Mapping[str, Any]) -> Target:
        """Read ``{"id": "C0123456789"}``. A name is none: it changes, and one channel could be told twice."""
        channel = str(raw.get("id", "")).strip()
        if not _CHANNEL.fullmatch(channel):
            mend = "give its ID, C…, from the end of the channel's details"
            raise ValueError(f'"{channel}" is no channel of Slack: {mend}')
        return Target(channel)

    def per_target(self, target: Target) -> tuple[Window, ...]:  # noqa: ARG002 - the port's signature
        """One message a second in a channel (SL rate-limits)."""
        return (Window(1, 1.0),)

    def render(self, story: Story, style: Style) -> tuple[Message, ...]:
        """Headline, excerpt, body, source, time and link; its pictures; then the whole story in the alert's thread."""
        address, notes = outgoing(story, style), list[str]()
        if len(address) > ADDRESS:
            address = ""
            notes.append(f"without its link, which is longer than {ADDRESS} characters")
        images, missing = _images(story, style)
        page = _Page(address, style.button or len(address) > LONGEST_LINK, _READ[style.language], images, story.card)
        values = fields(story, style, link=page.link, most=TOTAL)
        filled = laid_out(style.template, self.template, values, page.holds).pieces
        alone = {where for piece in filled for where in links(piece.text)} <= {address}
        unfurl = bool(page.link) and alone and not images and style.picture != "none"
        alert = _message(running(filled), page.blocks(filled), style, unfurl=unfurl)
        return (replace(alert, notes=(*notes, *missing)), *_continued(story, alert))


@dataclass(frozen=True, slots=True)
class _Page:
    """What a message holds beside its words. ``small``: its first image is a site's card."""

    address: str
    as_button: bool
    label: str
    images: Sequence[Block]
    small: bool

    @property
    def link(self) -> Marked:
        """The address as a reader sees it: where it leads to, in a word."""
        if not self.address or self.as_button:
            return Marked()
        return link(urlsplit(readable(self.address)).netloc, self.address)

    def holds(self, filled: Pieces) -> bool:
        """Whether all of it fits; what is too long by far is not written first."""
        return sum(len(piece.text.text) for piece in filled) <= TOTAL and _fit(self.blocks(filled))

    def blocks(self, filled: Pieces) -> list[Block]:
        """All blocks of a message, in order."""
        told = [self._leading(piece) for piece in filled]
        blocks = [block for piece in told for block in _blocks(piece)]
        images = list(self.images)
        section = next((block for block in blocks if block["type"] == "section"), None)
        if self.small and section and images:
            section["accessory"] = images.pop(0)
        lost = any(self.address in links(piece.text) for piece in told) and not any(
            leads(_text(block), self.address) for block in blocks
        )
        button = [_button(self.label, self.address)] if lost or (self.address and self.as_button) else []
        return [*blocks, *images, *button]

    def _leading(self, piece: Piece) -> Piece:
        """The piece; a heading leads to the story."""
        if piece.kind != "heading" or not self.link or links(piece.text):
            return piece
        return replace(piece, text=piece.text.as_(Kind.LINK, self.address))


# ── Messages ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _message(text: Marked, blocks: list[Block], style: Style, *, unfurl: bool = False) -> Message:
    """A message; ``unfurl`` asks Slack for the card of its link."""
    notice = fit(EMOJI.sub(f":{_JOINER}", text.text), TEXT, slack) or "…"
    cards = {"unfurl_links": unfurl, "unfurl_media": False}
    return Message(
        platform=Adapter.platform,
        style=style,
        text=text.text,
        length=_length(blocks),
        limit=TOTAL,
        unit="characters",
        body={"text": escaped(notice), "mrkdwn": False, "blocks": blocks, **cards},
        markup="\n\n".join(filter(None, map(_text, blocks))),
    )


def _continued(story: Story, alert: Message) -> Iterator[Message]:
    """The body in messages of its own, from where the alert leaves off."""
    if alert.style.body != "thread":
        return
    body = untold(words(story.body, TOTAL * PARTS), Marked(squeeze(story.excerpt)), alert.text)

    def holds(piece: Marked) -> bool:
        return len(piece.text) <= TOTAL and _fit(_sections(piece))

    for part, piece in enumerate(pieces(body, holds, PARTS), start=1):
        yield replace(_message(piece, _sections(piece), alert.style), part=part)


def _images(story: Story, style: Style) -> tuple[list[Block], tuple[str, ...]]:
    """The images that Slack can fetch, and in words what is missing of them."""
    wanted = story.pictures[: min(style.pictures, IMAGES)] if style.picture == "photo" else ()
    images = [
        {
            "type": "image",
            "image_url": encoded(picture.url),
            "alt_text": fit(squeeze(picture.alt) or squeeze(story.headline), ALT, code_points) or "…",
        }
        for picture in wanted
        if encoded(picture.url).startswith("https://") and len(encoded(picture.url)) <= ADDRESS
    ]
    missing = len(wanted) - len(images)
    return images, (f"without {missing} of its pictures, which Slack cannot fetch",) if missing else ()


def _fit(blocks: Sequence[Block]) -> bool:
    if len(blocks) > BLOCKS or _length(blocks) > TOTAL:
        return False
    return all(len(_text(block)) <= _MOST.get(block["type"], SECTION) for block in blocks)


def _length(blocks: Sequence[Block]) -> int:
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))


# ── Blocks ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _blocks(piece: Piece) -> list[Block]:
    """One piece of the template."""
    if piece.kind == "heading":
        return _heading(piece.text)
    if piece.fields and piece.fields <= _SMALL:
        return [{"type": "context", "elements": [_object(said(piece.text))]}]
    return _sections(piece.text)


def _heading(text: Marked) -> list[Block]:
    """A bold section where it can be the link that it is, else a header if it is short enough for one."""
    bold = text.as_(Kind.BOLD)
    header = Said("plain_text", escaped(squeeze(text.text)))
    if len(header.text) <= HEADER and (acts(bold) or not links(text)):
        return [{"type": "header", "text": _object(header)}]
    return _sections(bold)


def _sections(text: Marked) -> list[Block]:
    return [{"type": "section", "text": _object(one)} for one in sections(text)]


def _button(label: str, address: str) -> Block:
    button = {"type": "button", "text": _object(Said("plain_text", label)), "url": address, "action_id": "story"}
    return {"type": "actions", "elements": [button]}


def _object(one: Said) -> Block:
    """A text object, in which Slack looks for nothing but what was written for it."""
    return {"type": one.kind, "text": one.text} | ({"verbatim": True} if one.kind == "mrkdwn" else {"emoji": False})


def _text(block: Block) -> str:
    """What a block says, as written; nothing of images and buttons."""
    if block["type"] == "context":
        return str(block["elements"][0]["text"])
    return str(block["text"]["text"]) if "text" in block else ""
