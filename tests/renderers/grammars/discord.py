"""Discord: the limits of embeds, and what clients make of their Markdown (`discord_reads`).

Sources: DD resources/message.mdx (embed limits, allowed mentions); PLATFORMS.md a and j. Which "characters" Discord
counts is not published: UTF-16 units are the most that it can be.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from bot.model import Message
from tests.renderers.grammars import discord_reads
from tests.renderers.grammars.seen import Seen, demand, known, leads, readable, safe, utf16

CONTENT, EMBEDS, SUM = 2000, 10, 6000
TEXTS = {"title": 256, "description": 4096}
PARTS = {"author": ("name", 256), "footer": ("text", 2048)}
FIELDS, NAME, VALUE = 25, 256, 1024

_BODY = {"embed", "embeds", "content", "allowed_mentions", "flags"}
_EMBED = {*TEXTS, *PARTS, "url", "color", "timestamp", "image", "thumbnail", "fields", "type", "flags"}


def check(message: Message) -> Seen:
    """The message as Discord shows it; raises ``Refused``."""
    body = message.body
    known(body, _BODY, "the body")
    demand(body.get("allowed_mentions", {"parse": []}) == {"parse": []}, "mentions are allowed to call people")
    embeds = [body["embed"]] if "embed" in body else list(body.get("embeds", ()))
    content = body.get("content", "")
    demand(content or embeds, "an empty message")
    demand(len(embeds) <= EMBEDS, f"{len(embeds)} embeds are more than {EMBEDS}")
    seen = Seen("")
    _text(content, "the content", CONTENT, seen)
    total = sum(_embed(embed, seen, len(message.pictures)) for embed in embeds)
    demand(total <= SUM, f"the embeds hold {total} characters, more than {SUM}")
    declared = total or utf16(content)
    demand(message.length == declared, f"{declared} UTF-16 units are declared as {message.length}")
    seen.text = seen.text.strip("\n")
    return seen


def _embed(embed: Mapping[str, Any], seen: Seen, uploads: int) -> int:
    """Check one embed and say how much of the sum it takes."""
    known(embed, _EMBED, "an embed")
    demand(set(embed) & {"title", "description", "fields", "image", "author"}, "an embed with nothing in it")
    demand(embed.get("type", "rich") == "rich", f"an embed of type {embed.get('type')}")
    total = 0
    for part, (name, most) in PARTS.items():
        if part in embed:
            known(embed[part], {name, "url", "icon_url"}, f"the embed's {part}")
            total += _plain(embed[part][name], f"the {part}", most, seen)
            _addresses(embed[part], part, ("url", "icon_url"))
    for name, most in TEXTS.items():
        if name in embed:
            demand(embed[name].strip(), f"the {name} is empty")
            total += _text(embed[name], f"the {name}", most, seen)
    demand(len(embed.get("fields", ())) <= FIELDS, f"more than {FIELDS} fields")
    for field in embed.get("fields", ()):
        known(field, {"name", "value", "inline"}, "a field")
        demand(field["name"].strip() and field["value"].strip(), "a field is empty")
        total += _text(field["name"], "a field's name", NAME, seen) + _text(field["value"], "a field", VALUE, seen)
    if "url" in embed:
        seen.links.append((embed.get("title", ""), leads(embed["url"], "the embed")))
    for picture in ("image", "thumbnail"):
        if picture in embed:
            known(embed[picture], {"url"}, f"the {picture}")
            _picture(embed[picture]["url"], picture, uploads)
    demand(isinstance(embed.get("color", 0), int) and 0 <= embed.get("color", 0) <= 0xFFFFFF, "a colour that is none")
    if "timestamp" in embed:
        demand(dt.datetime.fromisoformat(embed["timestamp"]).tzinfo, "a time without its zone")
    return total


def _text(markup: Any, what: str, most: int, seen: Seen) -> int:
    """Markdown."""
    length = _limited(markup, what, most)
    reading = discord_reads.read(markup)
    demand(not reading.mentions, f"{what} holds a live mention: {reading.mentions[:1]}")
    demand(not reading.drawn, f"{what} holds what Discord draws as something else: {reading.drawn[:1]}")
    for _, url in reading.links:
        safe(url, what)
    seen.links += reading.links
    seen.text += reading.text + "\n"
    return length


def _plain(text: Any, what: str, most: int, seen: Seen) -> int:
    """A text in which nothing is live, as in an author's name."""
    length = _limited(text, what, most)
    demand(text.strip(), f"{what} is empty")
    seen.text += text + "\n"
    return length


def _limited(text: Any, what: str, most: int) -> int:
    length = utf16(readable(text, what))
    demand(length <= most, f"{what} has {length} characters, more than {most}")
    return length


def _addresses(part: Mapping[str, Any], what: str, names: tuple[str, ...]) -> None:
    for name in names:
        if name in part:
            leads(part[name], f"the {what}'s {name}")


def _picture(url: str, what: str, uploads: int) -> None:
    name = url.removeprefix("attachment://")
    if name == url:
        leads(url, f"the {what}")
        return
    demand(uploads, f"the {what} is an upload, and there is none")
    demand(name.isascii() and name.replace(".", "").replace("_", "").isalnum(), f"{name!r} is no name for an upload")
