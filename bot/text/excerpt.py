"""What is told below the headline: the source's own summary if it is one, else the story's lead.

A summary is none if it is the headline again, or nothing but a byline, a credit, a share bar or tags; and one that a
machine cut before its first sentence ended is told only where there is no lead.
"""

from collections.abc import Iterator, Sequence
from itertools import dropwhile, islice
from typing import Final

import regex

from bot.document import Document, Paragraph
from bot.text.advert import only_tells_to_act, warns
from bot.text.figures import figures
from bot.text.fit import ELLIPSIS
from bot.text.furniture import is_bar, is_tags, without_arrow
from bot.text.headline import bare
from bot.text.lead import ENDS, beginning, core, is_deck, lead, repeats, same, tells, tidy
from bot.text.letters import squeeze
from bot.text.plain import words_of
from bot.text.sentences import sentences

__all__ = ["excerpt", "sentences"]

_SUMMARY: Final = 600  # characters; a longer "summary" is the article
_SEVERAL: Final = 3  # paragraphs of a body; one of two may well be its own summary
_NEARLY: Final = 0.8
_FIRST: Final = 5  # pictures whose captions a summary may begin with
_READ: Final = 20_000  # characters of it that are looked at
_BLOCKS: Final = 20  # of the body that a cut summary is looked for in
_SITE: Final = 12  # letters of a site's name behind a headline: "심야버스 14개로 - 뉴스다오"
_CUT: Final = regex.compile(r"\s*(?:\[\s*(?:…|\.{3})\s*\]|(?:…|\.{3})\s*(?:더\s?보기|계속|more)?)\Z", regex.IGNORECASE)


def excerpt(summary: str, content: Document, headline: str) -> str:
    """What is told below ``headline``, on one line; "" where there is nothing but the headline.

    ``summary`` is the source's own, plain text. A lead is at most three sentences and 300 characters.
    """
    own, whole = _completed(_own(summary, headline, _captions(content)), content)
    if not (whole and tells(own)):
        own = lead(content, headline) or own
    told = _without_adverts(own)
    return "" if repeats(told, headline) else told


def _own(summary: str, headline: str, captions: Sequence[str]) -> str:
    """The source's summary without the lines that are none; "" where nothing is left."""
    raw = _without_captions(summary[:_READ], captions)
    lines = [line for line in map(tidy, raw.split("\n")) if line and not _is_none(line, headline)]
    if not any(map(warns, lines)):
        lines = list(dropwhile(lambda line: not tells(line), lines)) or lines
    between = " · " if len(lines) > 1 and is_deck(lines) else " "
    return _without_headline(between.join(lines), headline)


def _captions(content: Document) -> list[str]:
    """What stands below the first pictures, as a summary may begin with it that a machine made of the body."""
    captions = (without_arrow(squeeze(figure.caption)) for figure in islice(figures(content), _FIRST))
    return list(filter(None, captions))


def _without_captions(summary: str, captions: Sequence[str]) -> str:
    for caption in captions:
        rest = without_arrow(summary.lstrip())
        if rest.startswith(caption) and rest[len(caption) :].strip():
            summary = rest[len(caption) :]
    return summary


def _is_none(line: str, headline: str) -> bool:
    """Whether a tidy line is the headline, be it with the site's name behind it, or the words of buttons, or tags."""
    if same(line, headline) or is_tags(line) or (is_bar(line) and not ENDS.search(line)):
        return True
    told, title = core(bare(line)), core(bare(headline))
    return bool(title) and told.startswith(title) and len(told) - len(title) <= _SITE and not ENDS.search(line)


def _without_headline(text: str, headline: str) -> str:
    """The summary without a first sentence that is the headline again."""
    first, *rest = sentences(text) or [""]
    return " ".join(rest) if rest and same(first, headline) else text


def _completed(text: str, content: Document) -> tuple[str, bool]:
    """A summary that a machine cut in the middle of a sentence, up to its last whole one; and whether it is a summary:
    not if it has no whole one, is the article itself, or nothing but subheads.
    """
    if len(text) > _SUMMARY or _is_article(text, content):
        return beginning(text), False
    if " · " in text and is_deck(text.split(" · ")):
        return text, False
    cut = _CUT.search(text)
    if not cut and (ENDS.search(text) or not _goes_on(text, content)):
        return text, bool(text)
    kept = text[: cut.start()] if cut else text
    parts = sentences(kept)
    if parts and ENDS.search(parts[-1]):
        return kept, True
    told = " ".join(parts[:-1])
    return told or (kept and kept + ELLIPSIS), bool(told)


def _is_article(text: str, content: Document) -> bool:
    """Whether the summary is nearly all that the body says, in several paragraphs."""
    words = _words(content)
    if len(content.blocks) < _SEVERAL or len(words) > 2 * len(text):
        return False
    said, told = core(words), core(text)
    return len(told) > _NEARLY * len(said) and said[:_SITE] in told


def _goes_on(text: str, content: Document) -> bool:
    """Whether the body has the summary word for word, and goes on where it stops: it was cut without a mark."""
    return core(text) in core(_words(content))[:-1]


def _words(content: Document) -> str:
    """The running text that a body begins with."""
    return " ".join(words_of(block.runs) for block in content.blocks[:_BLOCKS] if isinstance(block, Paragraph))[:_READ]


def _without_adverts(text: str) -> str:
    """The text without closing sentences that only tell to act, as long as others remain."""
    if warns(text):
        return text
    parts = sentences(text)
    kept = list(_until_advert(parts))
    return text if len(kept) == len(parts) else " ".join(kept)


def _until_advert(parts: list[str]) -> Iterator[str]:
    last = max((number for number, part in enumerate(parts) if not only_tells_to_act(part)), default=len(parts) - 1)
    yield from parts[: last + 1]
