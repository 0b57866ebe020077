"""Story: what an entry becomes when we tell it. Pure."""

import datetime as dt
import re
from collections.abc import Container
from functools import partial
from typing import Final

from bot.document import Document
from bot.model import Change, Entry, Feed, Story, StoryState, Urgency
from bot.text.boilerplate import without
from bot.text.excerpt import excerpt
from bot.text.figures import described, each, figures, relinked
from bot.text.headline import is_breaking, normalised
from bot.text.letters import squeeze
from bot.text.links import stripped
from bot.traits import picture_trait

_HANGUL: Final = re.compile("[가-힣]")
_SAYS_SO: Final = re.compile(r"\W*(?:정정|바로잡|correct)", re.IGNORECASE)


def tell(change: Change, feed: Feed, *, now: dt.datetime, recurring: Container[str] = frozenset()) -> Story:
    """The story of one change. A feed's date ahead of now counts as now (NetNewsWire#2808).

    Of what is only taken as known nobody reads more than the headline: fifty posts of a first reading cost 2 ms each.
    ``recurring`` are the traits (`bot.traits`) that say nothing of this post, because others of its feed share them.
    """
    entry = change.entry
    title = normalised(entry.title)
    unlinked = partial(stripped, names=feed.tracking)
    told = change.state is not StoryState.KNOWN
    body = relinked(without(entry.content, recurring, feed.boilerplate), unlinked) if told else Document()
    own = [entry.picture] if entry.picture else []
    return Story(
        id=change.known.story if change.known else 0,
        headline=title,
        excerpt=_excerpt(entry, body, title) if told else "",
        link=unlinked(entry.link),
        source=feed.name,
        body=body,
        pictures=each([*own, *map(described, figures(body))]),
        card=bool(entry.picture and picture_trait(entry.picture.url) in recurring),
        categories=entry.categories,
        urgency=urgency(entry, feed),
        language=entry.language,
        revision=change.known.revision + (change.kind == "edited") if change.known else 1,
        state=change.state,
        published=min(entry.published, now) if entry.published else None,
        seen=now,
        accounts=entry.accounts,
        author=entry.author,
    )


def _excerpt(entry: Entry, body: Document, title: str) -> str:
    return " ".join(filter(None, (_corrected(entry.correction), excerpt(entry.summary, body, title))))


def _corrected(correction: str | bool) -> str:
    """What its newsroom puts right, marked as that unless it says so itself."""
    words = squeeze(correction) if isinstance(correction, str) else ""
    if not words or _SAYS_SO.match(words):
        return words
    return f"정정: {words}" if _HANGUL.search(words) else f"Correction: {words}"


def urgency(entry: Entry, feed: Feed) -> Urgency:
    """How much an entry hurries: what it says outright, then the feed's labels in its title and categories."""
    if entry.breaking or feed.breaking is True:
        return Urgency.BREAKING
    if feed.breaking and is_breaking(entry.title, entry.categories, feed.breaking):
        return Urgency.BREAKING
    return Urgency.NORMAL
