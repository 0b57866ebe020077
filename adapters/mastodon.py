"""Mastodon, which Sokbo renders for; sending comes later.

    Story ─render▶ the JSON of POST /api/v1/statuses, without the ids of its media

A status is plain text, and the server makes links, mentions, tags and emoji of what it finds there (PLATFORMS a; its
``twitter_regex.rb``, ``MENTION_RE``, ``HASHTAG_RE``, ``SHORTCODE_RE_FRAGMENT``). A reader can tap the story's link, its
tags, and what is written out as ``https://…``. What nobody meant is broken with a word joiner: ``@names``, ``#words``,
``:emoji:``, and the other schemes that the server knows (``xmpp:``, ``magnet:``, ``gemini://`` …).

Links count 23 however long, so the readable form is no longer than the encoded one. The server takes any letter of a
path, so a Hangul address stands as a reader writes it, unless its end could be left off.

An alert is public. The posts that continue it are unlisted: they reach whoever follows, and leave the timelines that
strangers share alone, as is the custom there.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import regex

from bot.model import Bounds, Limits, Message, Secret, Story, Style, Target, Window
from bot.ports import Transport
from bot.text import post
from bot.text.fields import fields, outgoing
from bot.text.fit import fit
from bot.text.links import readable
from bot.text.marked import Kind, Marked, link
from bot.text.measure import code_points, mastodon

FEWEST = 100  #: characters of a status that an address and some words of news fit into
ALT = 1500  #: code points of a picture's description (``description_limit``)
LONGEST = 4  #: code points looked at for one character of what continues an alert

_WORD_JOINER = "\u2060"
_WORD = r"\p{L}\p{M}\p{N}\p{Pc}"
_BETWEEN = r"·・\u200C"  # may stand in a tag too
#: What some version of the server makes live; "/" and, for tags, ")" before it never do.
_UNMEANT: Final = regex.compile(
    rf"""(?x)
      (?<! [/{_WORD}] ) [@＠] (?= [0-9A-Za-z_] )
    | (?<! [/)0-9A-Za-z_] ) [\#＃] (?= [{_WORD}{_BETWEEN}]* [\p{{L}}\p{{M}}\p{{Pc}}{_BETWEEN}] )
    | (?<! [\p{{L}}\p{{M}}\p{{N}}:] ) : (?= [0-9A-Za-z_]{{2,}} : )
    | (?i: (?: dat | dweb | ipfs | ipns | ssb | gopher | gemini ) (?= :// ) | xmpp (?= : ) | magnet (?= :\? ) )
    """
)
#: What the server may leave off at a link's end, and brackets, which it counts.
_LEFT_OFF: Final = regex.compile(r"(?<=//[^/]+/.*) (?: [()] | [^0-9A-Za-z/\#_=\-]+ $ )", regex.VERBOSE)
_AT: Final = regex.compile("(?<!/)@")  # in an address too, the server looks for mentions
_LANGUAGE: Final = regex.compile(r"[A-Za-z]{2,3}(?![A-Za-z])")


class Adapter:
    """One account: 300 requests in five minutes (MD api/rate-limits).

    ``base_url`` is its instance, "https://mastodon.social"; ``max_characters`` is what that allows in a status, 500
    unless its /api/v2/instance says otherwise (``configuration.statuses.max_characters``).
    """

    platform = "mastodon"
    limits = Limits(rate=1.0, timeout=20.0)
    pictures = Bounds(size=16_777_216, side=7680, pixels=33_177_600, count=4)
    styles = frozenset({"picture", "hashtags", "body", "pictures", "utm"})
    template = "{urgency} {headline}\n\n{excerpt}\n\n{hashtags}\n\n{link}"

    def __init__(
        self,
        transport: Transport,  # noqa: ARG002 - to send with, once it can
        /,
        *,
        token: Secret,
        base_url: str,  # noqa: ARG002 - likewise
        max_characters: int = 500,
    ) -> None:
        if not token.reveal():
            raise ValueError("a Mastodon account needs an access token: Preferences, Development, New application")
        if max_characters < FEWEST:
            raise ValueError(f"max_characters is at least {FEWEST}: see /api/v2/instance of your server")
        self.credential = hashlib.sha256(f"mastodon:{token.reveal()}".encode()).hexdigest()[:16]
        self.max_characters = max_characters

    @staticmethod
    def target(raw: Mapping[str, Any]) -> Target:
        """Read ``{"id": "me"}``: the account itself is all there is to post to."""
        if raw.get("id") != "me":
            raise ValueError(
                f'"{raw.get("id", "")}" is no target on Mastodon: write "me", the account that the token belongs to'
            )
        return Target("me")

    def per_target(self, target: Target) -> tuple[Window, ...]:  # noqa: ARG002 - the port's signature
        """As much as the account: there is no other place."""
        return ()

    def render(self, story: Story, style: Style) -> tuple[Message, ...]:
        """Headline, excerpt, tags and link, then the whole story in statuses of their own where the account asks."""
        address, notes = outgoing(story, style), []
        if mastodon(_shown(address)) > self.max_characters // 2:
            address, notes = "", ["without its link, which Mastodon does not take for one"]
        most = LONGEST * self.max_characters * post.MOST_POSTS
        values = {**fields(story, style, link=link(address, address), most=self.max_characters)}
        values["body"] = values["body"][:most].without(Kind.LINK)
        text = post.alert(style.template, self.template, values, _finished, self._fits)
        pictures, missing = post.photos(story, style, self.pictures.count)
        described = tuple(replace(each, alt=fit(each.alt, ALT, code_points)) for each in pictures)
        alert = replace(self._message(text, story, style, "public"), pictures=described, notes=(*notes, *missing))
        if style.body != "thread":
            return (alert,)
        body = post.body(story, most).without(Kind.LINK)
        further = post.thread(body, values["excerpt"], text, _finished, self._fits_quickly)
        statuses = (self._message(one, story, style, "unlisted") for one in further)
        return (alert, *(replace(status, part=part) for part, status in enumerate(statuses, 1)))

    def _message(self, text: Marked, story: Story, style: Style, visibility: str) -> Message:
        language = _LANGUAGE.match(story.language)
        told = {"language": language[0].lower()} if language else {}
        return Message(
            platform=self.platform,
            style=style,
            text=text.text,
            length=mastodon(text.text),
            limit=self.max_characters,
            unit="graphemes, a link 23",
            body={"status": text.text, "visibility": visibility, **told},
            entities=post.entities(text),
        )

    def _fits(self, text: Marked) -> bool:
        return mastodon(text.text) <= self.max_characters

    def _fits_quickly(self, text: Marked) -> bool:
        return len(text.text) <= LONGEST * self.max_characters and self._fits(text)


def _finished(text: Marked) -> Marked:
    """The text as the server shows it: plain, its addresses spelled out, nothing live that nobody meant."""
    return post.spelled(text, _shown).broken(_UNMEANT, _WORD_JOINER)


def _shown(address: str) -> str:
    """The form that reads best of those that the server makes one link of, and no mention."""
    closed = _LEFT_OFF.sub(lambda found: "".join(f"%{ord(each):02X}" for each in found[0]), address)
    forms = (_AT.sub("%40", form) for form in (readable(address), address, closed))
    return next((form for form in forms if mastodon(form, url=0) == 0), address)
