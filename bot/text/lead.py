"""The lead of an article: what a reader is told first when the source gives no summary of its own.

It is looked for where articles have it, best first: running text; a quotation or a list; the caption of a picture; a
line without an end, as in bulletins that are written in notes.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Final

import regex

from bot.document import Block, Document, Figure, Items, Paragraph, Quote, Run
from bot.text.advert import only_tells_to_act
from bot.text.byline import unsigned
from bot.text.fit import fit
from bot.text.furniture import cleared, is_bar, is_caption, is_tags, without_arrow
from bot.text.headline import bare
from bot.text.letters import squeeze
from bot.text.measure import code_points
from bot.text.plain import words_of
from bot.text.sentences import sentences

MOST_SENTENCES: Final = 3  # a lead in a newspaper has one to three
MOST_CHARACTERS: Final = 300  # what a phone's notification and X can show of it
ENDS: Final = regex.compile(r"""[.!?。！？…]["'”’」』)\]]*\Z""")

_SHORT: Final = 10  # characters; the shortest report we know is "북한이 미사일 발사"
_UNPUNCTUATED: Final = 60  # characters; a shorter line without an end is a caption, a date, a name
_MOST_ITEMS: Final = 5
_WORDS: Final = 3  # fewer, without an end, are a label
_LOOKED_AT: Final = 100  # blocks; a lead that comes later is none
_LAYERS: Final = 8  # of furniture around one line
_READ: Final = 20_000  # characters of one block that are looked at
_LEFT_OVER: Final = regex.compile(r"[\w.+\-]+@[\w\-]+\.[\w.]+|(?:기자|특파원)\s*=?\s*\Z")


def lead(document: Document, headline: str) -> str:
    """The lead, on one line, at most three sentences and 300 characters; "" where the article tells nothing."""
    looks: tuple[Callable[[Block], Iterator[str]], ...] = (_prose, _parts, _captions, _notes)
    for look in looks:
        for block in islice(document.blocks, _LOOKED_AT):
            for text in look(_without_headline(block, headline)):
                if not repeats(text, headline):
                    return beginning(text)
    return ""


def tidy(text: str) -> str:
    """A line of an article without dateline, signature, credits and what else stands around it."""
    text = squeeze(text)
    for _ in range(_LAYERS):
        tidier = unsigned(cleared(text))
        if tidier == text:
            break
        text = tidier
    return text


def tells(text: str) -> bool:
    """Whether a tidy line tells something, rather than sharing, tagging or inviting."""
    return bool(text) and not (
        (is_bar(text) and not ENDS.search(text)) or is_tags(text) or all(map(only_tells_to_act, sentences(text)))
    )


def beginning(text: str) -> str:
    """The first sentences of an article."""
    return fit(" ".join(sentences(text)[:MOST_SENTENCES]), MOST_CHARACTERS, code_points)


def repeats(text: str, headline: str) -> bool:
    """Whether a line is the headline again, but for labels, marks and spaces, or a part of it."""
    return core(bare(headline)).startswith(core(bare(text)))


def same(text: str, headline: str) -> bool:
    """Whether two lines say the same but for labels, marks and spaces."""
    return core(bare(text)) == core(bare(headline))


def core(text: str) -> str:
    """What two spellings of one line have in common."""
    return "".join(filter(str.isalnum, squeeze(text).casefold()))


def _without_headline(block: Block, headline: str) -> Block:
    """A paragraph without a first line that is the headline again."""
    if not isinstance(block, Paragraph):
        return block
    first, newline, rest = words_of(block.runs)[:_READ].partition("\n")
    return Paragraph((Run(rest),)) if newline and same(first, headline) else block


def _prose(block: Block) -> Iterator[str]:
    """Running text."""
    for passage in _passages(block):
        if not is_caption(passage):
            text = tidy(passage)
            if _is_prose(text):
                yield text


def _is_prose(text: str) -> bool:
    if len(text) < _SHORT or not tells(text):
        return False
    return len(text) >= _UNPUNCTUATED or bool(ENDS.search(text) and not _LEFT_OVER.search(text))


def _parts(block: Block) -> Iterator[str]:
    """What a quotation says, or a list counts up."""
    if isinstance(block, Quote):
        for inner in block.blocks:
            yield from _prose(inner)
            yield from _parts(inner)
    elif isinstance(block, Items):
        told = list(islice(_told(block.items), _MOST_ITEMS))
        if told:
            yield _listed(told)


def _told(items: Iterable[tuple[Block, ...]]) -> Iterator[str]:
    for item in items:
        text = without_arrow(tidy(" ".join(passage for block in item for passage in _passages(block))))
        if tells(text):
            yield text


def _listed(items: list[str]) -> str:
    """Items as running text: sentences as they are, notes with a dot between, as many as there is room for."""
    if all(map(ENDS.search, items)):
        return " ".join(items)
    listed, *others = items
    for item in others:
        if len(listed) + len(item) + 3 > MOST_CHARACTERS:
            break
        listed += f" · {item}"
    return listed


def _captions(block: Block) -> Iterator[str]:
    """What stands below a picture."""
    lines = [block.caption] if isinstance(block, Figure) else filter(is_caption, _passages(block))
    for line in lines:
        text = without_arrow(tidy(line))
        if " " in text and tells(text):
            yield text


def _notes(block: Block) -> Iterator[str]:
    """A line without an end, or a very short one with it."""
    for passage in _passages(block):
        text = without_arrow(tidy(passage))
        if tells(text) and not _LEFT_OVER.search(text) and (ENDS.search(text) or len(text.split()) >= _WORDS):
            yield text


def _passages(block: Block) -> Iterator[str]:
    """The passages of a paragraph that is not only links; empty lines part them."""
    if not isinstance(block, Paragraph) or all(run.href or not run.text.strip() for run in block.runs):
        return
    for passage in regex.split(r"\n\s*\n", words_of(block.runs)[:_READ]):
        yield squeeze(passage)
