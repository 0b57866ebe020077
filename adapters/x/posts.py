"""What a story becomes on X: an alert, and posts that answer each other with the rest of it."""

from dataclasses import replace
from typing import Final

from bot.model import Message, Story, Style
from bot.text import post
from bot.text.fields import fields, outgoing
from bot.text.marked import Kind, Marked, link
from bot.text.measure import x_weight
from bot.text.x_addresses import addresses, halved
from bot.text.x_quiet import closed, quiet

PLATFORM: Final = "x"
TEXT: Final = 280  #: weighted characters (twitter-text, config v3)
PICTURES: Final = 4  #: of one post
LAYOUT: Final = "{urgency} {headline}\n\n{excerpt}\n\n{hashtags}\n\n{link}"
LONGEST_LINK: Final = TEXT // 2  #: weighted; an address is 23, what X does not take for one may be any length
LONGEST: Final = (
    2 * TEXT
)  #: code points that a post is tried with; only addresses and emoji weigh less than a half each
MOST: Final = LONGEST * post.MOST_POSTS  #: code points of a story that posts can hold


def told(story: Story, style: Style) -> tuple[Message, ...]:
    """Headline, excerpt, tags and address, then the whole story in posts of their own where the account asks."""
    address = closed(outgoing(story, style))
    notes: tuple[str, ...] = ()
    if x_weight(address) > LONGEST_LINK:
        address, notes = "", ("without its link, which X does not take for one",)
    values = {**fields(story, style, link=link(address, address), most=TEXT)}
    values["body"] = values["body"][:MOST].without(Kind.LINK)
    text = post.alert(style.template, LAYOUT, values, _finished, _fits)
    pictures, missing = post.photos(story, style, PICTURES)
    alert = replace(_message(text, style), pictures=pictures, notes=(*notes, *missing))
    if style.body != "thread":
        return (alert,)
    body = post.body(story, MOST).without(Kind.LINK)
    further = post.thread(body, values["excerpt"], text, _finished, _fits_quickly)
    return (alert, *(replace(_message(one, style), part=part) for part, one in enumerate(further, 1)))


def without_pictures(message: Message) -> Message | None:
    """Give the same message without its pictures, for when X refuses one; the link's card stands in for them."""
    if not message.pictures:
        return None
    note = "X refused the picture; sent with the link's card"
    return replace(message, pictures=(), notes=(*message.notes, note))


def has_link(message: Message) -> bool:
    """Whether X sees an address in what is posted: a bare "naver.com" is one, broken by a word joiner it is none."""
    return any(addresses(halved(message.body["text"])))


def _finished(text: Marked) -> Marked:
    """The text as X shows it: plain, its addresses spelled out, nothing live that nobody meant."""
    return quiet(post.spelled(text, str))


def _fits(text: Marked) -> bool:
    return x_weight(text.text) <= TEXT


def _fits_quickly(text: Marked) -> bool:
    return len(text.text) <= LONGEST and _fits(text)


def _message(text: Marked, style: Style) -> Message:
    last = next((span.value for span in text.spans if span.kind is Kind.LINK and span.end == len(text.text)), "")
    return Message(
        platform=PLATFORM,
        style=style,
        text=text.text,
        length=x_weight(text.text),
        limit=TEXT,
        unit="weighted characters",
        body={"text": text.text, "link": last},
        entities=post.entities(text),
    )
