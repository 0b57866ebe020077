"""Traits: what a post may share with the other posts of its feed. What many share says nothing of one. Pure.

A promotional first or last line that recurs is the site's boilerplate; a picture on three posts is the site's card.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence

from bot.model import Entry
from bot.text.boilerplate import edges

ENOUGH = 3  #: posts that share a trait before it says nothing


def traits(entry: Entry) -> tuple[str, ...]:
    """What the post may share: its picture, its first and its last lines."""
    shown = (picture_trait(entry.picture.url),) if entry.picture else ()
    return (*shown, *edges(entry.content))


def picture_trait(url: str) -> str:
    """The trait of a picture that stands at this address."""
    return "picture:" + hashlib.sha256(url.encode()).hexdigest()[:32]


def recurring(posts: Sequence[tuple[str, ...]], elsewhere: Mapping[str, int]) -> frozenset[str]:
    """The traits that recur over these posts, given by their traits, and those ``elsewhere``."""
    counts = Counter(trait for post in posts for trait in set(post))
    return frozenset(trait for trait, number in counts.items() if number + elsewhere.get(trait, 0) >= ENOUGH)
