"""Story: what an entry becomes when we tell it. Pure."""

import datetime as dt
from collections.abc import Sequence

from bot.model import Change, Feed, Story, Urgency
from bot.text.excerpt import excerpt
from bot.text.headline import headline, is_breaking


def tell(change: Change, feed: Feed, *, now: dt.datetime) -> Story:
    """The story of one change. A feed's date ahead of now counts as now (NetNewsWire#2808)."""
    entry = change.entry
    title = headline(entry.title)
    return Story(
        id=change.known.story if change.known else 0,
        headline=title,
        excerpt=excerpt(entry.summary, entry.content, title),
        link=entry.link,
        source=feed.name,
        body=entry.content,
        picture=entry.picture,
        categories=entry.categories,
        urgency=_urgency(entry.breaking, title, entry.categories, feed.breaking),
        language=entry.language,
        revision=change.known.revision + (change.kind == "edited") if change.known else 1,
        state=change.state,
        published=min(entry.published, now) if entry.published else None,
        seen=now,
    )


def _urgency(outright: bool, title: str, categories: Sequence[str], words: Sequence[str] | bool) -> Urgency:
    if outright or words is True:
        return Urgency.BREAKING
    if words and is_breaking(title, tuple(categories), tuple(words)):
        return Urgency.BREAKING
    return Urgency.NORMAL
