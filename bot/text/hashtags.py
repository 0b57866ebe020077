"""Hashtags of a story's categories, by rules that Telegram, X, Mastodon and Bluesky share.

Letters, digits and the underscore, at least one letter among them, no space: "인공지능 반도체" is #인공지능반도체 and
"정치·사회" are two.
What says nothing of a story (미분류, News) and what its urgency says already are no tags.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

import regex

from bot.text.letters import squeeze
from bot.text.marked import Kind, Marked, joined

LONGEST: Final = 64  #: graphemes (Bluesky's lexicon, app.bsky.richtext.facet#tag); the others take more
_SIGN: Final = "#"
_BETWEEN: Final = regex.compile(r"[·ㆍ・,/|、;]|\s[>#]")
_NO_LETTER_OF_A_TAG: Final = regex.compile(r"[^\p{L}\p{M}\p{N}_]+")
_LETTER: Final = regex.compile(r"\p{L}")
_SAYS_NOTHING: Final = frozenset(
    [
        *("속보", "긴급", "단독", "뉴스", "기사", "전체", "일반", "기타", "미분류", "블로그"),
        *("breaking", "news", "article", "all", "general", "etc", "uncategorized", "blog", "post", "posts"),
    ]
)


def hashtags(categories: Iterable[str], most: int) -> Marked:
    """At most ``most`` tags in the categories' order, each once, with a space in between."""
    return joined((tag_of(word) for word in islice(_words(categories), most)), " ")


def tag_of(word: str) -> Marked:
    """A word as a tag."""
    return Marked(_SIGN + word).as_(Kind.TAG, word)


def _words(categories: Iterable[str]) -> Iterator[str]:
    told: set[str] = set()
    for category in categories:
        for name in _BETWEEN.split(squeeze(category)):
            word = _NO_LETTER_OF_A_TAG.sub("", name)
            if _LETTER.search(word) and len(word) <= LONGEST and word.casefold() not in told | _SAYS_NOTHING:
                told.add(word.casefold())
                yield word
