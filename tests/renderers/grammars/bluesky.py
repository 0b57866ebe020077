"""Bluesky: the lexicon of a post, to the byte. Clients make nothing live but facets.

Sources: AT lexicons app/bsky/feed/post.json, richtext/facet.json, embed/{external,images}.json; BD post-richtext.md.
"""

from collections.abc import Mapping
from typing import Any

import regex

from bot.model import Message
from tests.renderers.grammars.seen import Seen, demand, graphemes, known, leads, readable

GRAPHEMES, BYTES = 300, 3000
TAG_GRAPHEMES, TAG_BYTES = 64, 640
_RECORD = {"$type", "text", "facets", "embed", "langs", "tags", "createdAt", "reply", "labels"}
_LANGUAGE = regex.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def check(message: Message) -> Seen:
    """The post as Bluesky's app shows it; raises ``Refused``."""
    known(message.body, {"record"}, "the body")
    record = message.body["record"]
    known(record, _RECORD, "the record")
    demand(record.get("$type", "app.bsky.feed.post") == "app.bsky.feed.post", "the record is no post")
    text = readable(record["text"], "the text")
    demand(text == text.strip() != "", "the text is empty or has white space at an end")
    length = graphemes(text)
    demand(length <= GRAPHEMES, f"{length} graphemes are more than {GRAPHEMES}")
    demand(len(text.encode()) <= BYTES, f"{len(text.encode())} bytes are more than {BYTES}")
    demand(message.length == length, f"{length} graphemes are declared as {message.length}")
    demand(len(record.get("langs", ())) <= 3, "more than three languages")
    for language in record.get("langs", ()):
        demand(_LANGUAGE.fullmatch(language), f"{language!r} is no language by BCP 47")
    demand(len(record.get("tags", ())) <= 8, "more than eight tags")
    for tag in record.get("tags", ()):
        _tag(tag)
    seen = _facets(text, record.get("facets", ()))
    if "embed" in record:
        seen.links += _embed(record["embed"], message)
    return seen


def _facets(text: str, facets: Any) -> Seen:
    data = text.encode()
    seen = Seen(text)
    last = 0
    for facet in facets:
        known(facet, {"$type", "index", "features"}, "a facet")
        known(facet["index"], {"$type", "byteStart", "byteEnd"}, "a facet's index")
        start, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        demand(
            last <= start < end <= len(data), f"a facet from byte {start} to {end} after one to {last}, of {len(data)}"
        )
        last = end
        stretch = _stretch(data, start, end)
        demand(len(facet["features"]) == 1, "a facet means one thing")
        _feature(facet["features"][0], stretch, seen)
    return seen


def _stretch(data: bytes, start: int, end: int) -> str:
    try:
        data[:start].decode()
        return data[start:end].decode()
    except UnicodeDecodeError:
        demand(False, f"a facet from byte {start} to {end} splits a character")
        raise


def _feature(feature: Mapping[str, Any], stretch: str, seen: Seen) -> None:
    match feature["$type"]:
        case "app.bsky.richtext.facet#link":
            known(feature, {"$type", "uri"}, "a link")
            seen.links.append((stretch, leads(feature["uri"], "a link")))
        case "app.bsky.richtext.facet#tag":
            known(feature, {"$type", "tag"}, "a tag")
            _tag(feature["tag"])
            demand(
                stretch in {f"#{feature['tag']}", f"＃{feature['tag']}"}, f"{stretch!r} stands for {feature['tag']!r}"
            )
            seen.tags.append(stretch)
        case other:
            demand(False, f"a facet of {other} lives")


def _tag(tag: str) -> None:
    demand(readable(tag, "a tag") and not tag.startswith("#"), f"{tag!r} is no tag")
    demand(graphemes(tag) <= TAG_GRAPHEMES and len(tag.encode()) <= TAG_BYTES, f"the tag {tag[:20]!r}… is too long")


def _embed(embed: Mapping[str, Any], message: Message) -> list[tuple[str, str]]:
    match embed["$type"]:
        case "app.bsky.embed.external":
            known(embed, {"$type", "external"}, "the card")
            card = embed["external"]
            known(card, {"uri", "title", "description", "thumb"}, "the card")
            readable(card["description"], "the card's description")
            return [(readable(card["title"], "the card's title"), leads(card["uri"], "the card"))]
        case "app.bsky.embed.images":
            known(embed, {"$type", "images"}, "the pictures")
            demand(len(embed["images"]) == len(message.pictures) <= 4, f"{len(embed['images'])} pictures")
            for image in embed["images"]:
                known(image, {"image", "alt", "aspectRatio"}, "a picture")
                readable(image["alt"], "a picture's alt text")
            return []
        case other:
            demand(False, f"this grammar knows no embed of {other}")
            return []
