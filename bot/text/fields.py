"""What a story puts into the fields of a template."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.model import Story, Style, Urgency
from bot.text.hashtags import hashtags
from bot.text.headline import understood
from bot.text.letters import clean, squeeze
from bot.text.links import absolute, with_parameters
from bot.text.marked import Marked
from bot.text.rest import untold, words
from bot.text.template import template

#: A name by DNS (RFC 1035, 2.3.4: labels of 63 letters, 253 in all), or an IPv6 address without its brackets.
_HOST: Final = re.compile(r"(?!.{254})(?:[a-z0-9_][a-z0-9_-]{0,62}(?:\.|$))+|[0-9a-f.]*:[0-9a-f:.]+")

#: What stands before a breaking story's headline that has no label of its own.
URGENCY: Final = {"ko": "[속보]", "en": "BREAKING:"}


def fields(story: Story, style: Style, *, link: Marked, most: int) -> Mapping[str, Marked]:
    """The values of `bot.text.template.FIELDS`, those that the style leaves out empty.

    ``link`` is the address as the platform shows it; ``most`` is how many code points of a body can matter at all.
    """
    breaking = story.urgency is Urgency.BREAKING
    title = understood(story.headline)
    return {
        "urgency": Marked(title.urgency or URGENCY[style.language]) if breaking else Marked(),
        "headline": Marked((title.words if breaking else squeeze(story.headline)) or story.source),
        "excerpt": Marked("\n".join(map(squeeze, clean(story.excerpt).strip().split("\n")))),
        "body": _body(story, style, most) if style.body == "quote" else Marked(),
        "link": link,
        "source": Marked(squeeze(story.source)),
        "published": Marked(spelled(story.published, style) if story.published else ""),
        "hashtags": hashtags(story.categories, style.hashtags),
    }


def _body(story: Story, style: Style, most: int) -> Marked:
    """The whole story; below an excerpt that is its lead, it goes on from there."""
    body = words(story.body, most)
    lead = Marked(squeeze(story.excerpt))
    tells = not style.template or "excerpt" in template(style.template).fields
    return untold(body, lead, lead.text) if tells else body


def outgoing(story: Story, style: Style) -> str:
    """The story's link as a message carries it: encoded, with the account's parameters; "" where no platform takes it.

    A host is what DNS knows as one, or an IP address in brackets. A path is never empty: of "https://newsdao.kr#top"
    platforms make a link to "https://newsdao.kr".
    """
    try:
        parts = urlsplit(absolute("", story.link))
        sound = parts.scheme.startswith("http") and _HOST.fullmatch(parts.hostname or "") and parts.port != 0
    except ValueError:
        return ""
    if not sound:
        return ""
    whole = parts._replace(netloc=parts.netloc.removesuffix(":"), path=parts.path or "/")
    return with_parameters(whole.geturl(), style.utm)


def spelled(moment: dt.datetime, style: Style) -> str:
    """A time as a reader writes it, in the style's language and zone."""
    local = moment.astimezone(ZoneInfo(style.zone))
    if style.language == "ko":
        return f"{local.year}년 {local.month}월 {local.day}일 {local:%H:%M}"
    return f"{local:%b} {local.day}, {local.year}, {local:%H:%M}"
