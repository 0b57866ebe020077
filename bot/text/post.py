"""A story as posts: what the platforms of short, public posts have in common.

    fields ─template, fit, finish▶ the alert
    body, after what the alert has told ─fit, finish▶ the posts that continue it, each an answer to the one before

``finish`` makes a text what the platform will show; every measure is taken of that.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from bot.document import Picture
from bot.model import Entity, Story, Style
from bot.text.draft import Pieces, laid_out, running
from bot.text.fit import Fits, headings, pieces
from bot.text.letters import squeeze
from bot.text.marked import Kind, Marked, joined
from bot.text.measure import utf16
from bot.text.rest import untold, words

MOST_POSTS: Final = 24  #: that continue an alert; whoever wants more of a story reads it at its link
WEB: Final = ("http://", "https://")
_TELEGRAM: Final = {Kind.LINK: "url", Kind.TAG: "hashtag"}

Finish = Callable[[Marked], Marked]
Values = Mapping[str, Marked]


def alert(layout: str, own: str, values: Values, finish: Finish, fits: Fits) -> Marked:
    """The story laid out within what ``fits``, as the platform will show it."""

    def all_fit(filled: Pieces) -> bool:
        return fits(finish(running(filled)))

    return finish(laid_out(layout, own, values, all_fit).text)


def body(story: Story, most: int) -> Marked:
    """The whole story, of at most ``most`` code points, without captions, whose pictures it cannot show."""
    return words(story.body, most)[:most]


def thread(whole: Marked, lead: Marked, told: Marked, finish: Finish, fits: Fits) -> list[Marked]:
    """The posts that continue an alert, without those sentences of the ``lead`` that the alert has ``told``."""
    heads = frozenset(finish(Marked(heading)).text for heading in headings(whole))
    return pieces(untold(finish(whole), finish(lead), told.text, heads), fits, MOST_POSTS, heads)


def spelled(text: Marked, shown: Callable[[str], str]) -> Marked:
    """For platforms of plain text: words that lead to an address have it behind them, and no other marks are left.

    ``shown`` is what an address looks like there.
    """
    return joined(_spelled(text, shown))


def _spelled(text: Marked, shown: Callable[[str], str]) -> Iterator[Marked | str]:
    read = 0
    plain = text.without(*(kind for kind in Kind if kind is not Kind.TAG))
    for span in text.spans:
        if span.kind is Kind.LINK:
            words = plain[span.start : span.end]
            link = Marked(shown(span.value)).as_(Kind.LINK, span.value)
            yield plain[read : span.start]
            yield link if words.text.startswith(WEB) else joined((words, link), " ")
            read = span.end
    yield plain[read:]


def photos(story: Story, style: Style, most: int) -> tuple[tuple[Picture, ...], tuple[str, ...]]:
    """The pictures to upload, and in words what is missing of them; a site's card is left to the link's preview."""
    if style.picture != "photo" or story.card:
        return (), ()
    wanted = story.pictures[: min(style.pictures, most)]
    had = tuple(replace(picture, alt=squeeze(picture.alt)) for picture in wanted if picture.sha256)
    missing = len(wanted) - len(had)
    if not missing:
        return had, ()
    what = "its picture" if len(wanted) == 1 else f"{missing} of its pictures"
    return had, (f"without {what}, which could not be had",)


def entities(text: Marked) -> tuple[Entity, ...]:
    """What is live in a text: its links and its tags."""
    return tuple(
        Entity(
            _TELEGRAM[span.kind],
            utf16(text.text[: span.start]),
            utf16(text.text[span.start : span.end]),
            span.value if span.kind is Kind.LINK else "",
        )
        for span in text.spans
        if span.kind in _TELEGRAM
    )
