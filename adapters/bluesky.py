"""Bluesky, which Sokbo renders for; sending comes later.

    Story ─render▶ {"record": an app.bsky.feed.post}, without what sending knows: createdAt, blobs, reply

Nothing is found in a text here: what can be tapped is said by *facets*, stretches in UTF-8 bytes with what they mean
(AT lexicons app/bsky; BD post-richtext). So @names, #words and addresses in a story are mere words, and stand to the
character as the newsroom wrote them; the story's link, its tags and the links of its body have facets.

A post has 300 graphemes, and an address may eat half of them, so it is shown short, "newsdao.kr/news/2026/11/…", with
all of it in its facet. The host is whole always: the app warns of words that name another host than they lead to.

Without pictures the story's card stands below the text. Bluesky fetches nothing, so the card brings its words and its
picture along.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import regex

from bot.document import Picture
from bot.model import Bounds, Limits, Message, Secret, Story, Style, Target, Window
from bot.ports import Transport
from bot.text import post
from bot.text.fields import fields, outgoing
from bot.text.fit import fit
from bot.text.links import readable
from bot.text.marked import Kind, Marked, Span, link
from bot.text.measure import bluesky, graphemes, utf8

GRAPHEMES = 300  #: of a post, in at most ten times as many bytes (post.json)
SHOWN = 40  #: graphemes of an address in a text, unless its host is longer
CARD = 300  #: graphemes of a card's title, and of its description; the app shows two lines
ALT = 2000  #: graphemes of a picture's alt text that the app shows (the lexicon has no limit)
THUMB = 1_000_000  #: bytes of a card's picture (external.json)
LONGEST = 4  #: code points looked at for one grapheme of what continues an alert
MOST = LONGEST * GRAPHEMES * post.MOST_POSTS  #: code points of a story that posts can hold

_POST = "app.bsky.feed.post"
_FACET = "app.bsky.richtext.facet"
_FEATURES: Final = {Kind.LINK: (f"{_FACET}#link", "uri"), Kind.TAG: (f"{_FACET}#tag", "tag")}
_LANGUAGE: Final = regex.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_BEGINNING: Final = regex.compile(r"https?://([^/]+)(.*)", regex.DOTALL)


class Adapter:
    """One account, "newsdao.bsky.social", with an app password; ``base_url`` is where it lives.

    5,000 points an hour, of which a putRecord takes 2 (BD rate-limits).
    """

    platform = "bluesky"
    limits = Limits(rate=2500 / 3600, timeout=20.0)
    pictures = Bounds(size=2_000_000, side=4000, count=4)
    styles = frozenset({"picture", "hashtags", "body", "pictures", "utm"})
    template = "{urgency} {headline}\n\n{excerpt}\n\n{hashtags}\n\n{link}"

    def __init__(
        self,
        transport: Transport,  # noqa: ARG002 - to send with, once it can
        /,
        *,
        handle: str,
        app_password: Secret,
        base_url: str = "https://bsky.social",  # noqa: ARG002 - likewise
    ) -> None:
        name = handle.strip().removeprefix("@").lower()
        if "." not in name:
            raise ValueError(f'"{handle}" is no handle on Bluesky: write all of it, "newsdao.bsky.social"')
        if not app_password.reveal():
            raise ValueError("a Bluesky account needs an app password: Settings, Privacy and security, App passwords")
        self.credential = hashlib.sha256(f"bluesky:{name}:{app_password.reveal()}".encode()).hexdigest()[:16]

    @staticmethod
    def target(raw: Mapping[str, Any]) -> Target:
        """Read ``{"id": "me"}``: the account itself is all there is to post to."""
        if raw.get("id") != "me":
            raise ValueError(f'"{raw.get("id", "")}" is no target on Bluesky: write "me", the account of the handle')
        return Target("me")

    def per_target(self, target: Target) -> tuple[Window, ...]:  # noqa: ARG002 - the port's signature
        """As much as the account: there is no other place."""
        return ()

    def render(self, story: Story, style: Style) -> tuple[Message, ...]:
        """Headline, excerpt, tags and link, then the whole story in posts of their own where the account asks."""
        address = outgoing(story, style)
        values = {**fields(story, style, link=link(_shown(address), address), most=GRAPHEMES)}
        values["body"] = values["body"][:MOST]
        text = post.alert(style.template, self.template, values, _finished, _fits)
        pictures, notes = post.photos(story, style, self.pictures.count)
        alert = _message(text, story, style)
        if pictures:
            alert = _with(alert, _images(pictures), pictures)
        elif address and style.picture != "none":
            thumbs = tuple(each for each in story.pictures[:1] if each.sha256)
            if any(each.size > THUMB for each in thumbs):
                thumbs, notes = (), (*notes, f"without the card's picture, which is larger than {THUMB:,} bytes")
            alert = _with(alert, _card(address, values), thumbs)
        alert = replace(alert, notes=notes)
        if style.body != "thread":
            return (alert,)
        further = post.thread(post.body(story, MOST), values["excerpt"], text, _finished, _fits_quickly)
        posts = (_message(one, story, style) for one in further)
        return (alert, *(replace(one, part=part) for part, one in enumerate(posts, 1)))


def _shown(address: str) -> str:
    """An address as a reader needs it: no scheme, the host whole, the path as far as there is room."""
    found = _BEGINNING.fullmatch(readable(address))
    if not found:
        return ""
    host, path = found[1], found[2].removesuffix("/")
    if graphemes(host + path) <= SHOWN:
        return host + path
    return host + fit(path, max(SHOWN - graphemes(host), 2), graphemes)


def _finished(text: Marked) -> Marked:
    """Text as it is, with the links and tags that are to be facets: of the web, and none within another."""
    return replace(text, spans=tuple(_apart(text)))


def _apart(text: Marked) -> Iterator[Span]:
    end = 0
    for span in text.spans:
        live = span.kind is Kind.TAG or (span.kind is Kind.LINK and span.value.startswith(post.WEB))
        if live and span.start >= end:
            yield span
            end = span.end


def _fits(text: Marked) -> bool:
    return bluesky(text.text) <= GRAPHEMES


def _fits_quickly(text: Marked) -> bool:
    return len(text.text) <= LONGEST * GRAPHEMES and _fits(text)


def _message(text: Marked, story: Story, style: Style) -> Message:
    record: dict[str, Any] = {"$type": _POST, "text": text.text}
    if facets := list(_facets(text)):
        record["facets"] = facets
    if _LANGUAGE.fullmatch(story.language):
        record["langs"] = [story.language.replace("_", "-")]
    return Message(
        platform=Adapter.platform,
        style=style,
        text=text.text,
        length=graphemes(text.text),
        limit=GRAPHEMES,
        unit="graphemes",
        body={"record": record},
        entities=post.entities(text),
    )


def _facets(text: Marked) -> Iterator[dict[str, Any]]:
    """What can be tapped: stretches in UTF-8 bytes, in order, none over another."""
    for span in text.spans:
        feature, key = _FEATURES[span.kind]
        start = utf8(text.text[: span.start])
        index = {"byteStart": start, "byteEnd": start + utf8(text.text[span.start : span.end])}
        yield {"index": index, "features": [{"$type": feature, key: span.value}]}


def _with(message: Message, embed: Mapping[str, Any], uploads: tuple[Picture, ...]) -> Message:
    """The message with what stands below its text, for which the pictures are uploaded in this order."""
    return replace(message, body={"record": {**message.body["record"], "embed": embed}}, pictures=uploads)


def _images(pictures: tuple[Picture, ...]) -> dict[str, Any]:
    return {"$type": "app.bsky.embed.images", "images": [_image(picture) for picture in pictures]}


def _image(picture: Picture) -> dict[str, Any]:
    """A picture without its blob, which sending fills in."""
    shape = {"width": max(picture.width, 1), "height": max(picture.height, 1)}
    return {"alt": fit(picture.alt, ALT, graphemes), "aspectRatio": shape}


def _card(address: str, values: post.Values) -> dict[str, Any]:
    """The story's card, without the blob of its picture, which sending fills in."""
    told = {"title": values["headline"].text, "description": values["excerpt"].text}
    words = {name: fit(text, CARD, graphemes) for name, text in told.items()}
    return {"$type": "app.bsky.embed.external", "external": {"uri": address, **words}}
