"""The lead of an article: what a reader is told first when the source gives no summary of its own.

It is looked for where articles have it, best first: running text; a quotation or a list; the caption of a picture; a
line without an end, as in bulletins that are written in notes.

Two kinds of articles have it under another name: a feature that begins with a standfirst, which is whole sentences in a
heading; and a page that is written on while things happen, with a list of what is known above what has come in.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby, islice
from typing import Final

import regex

from bot.document import Block, Document, Figure, Heading, Items, Paragraph, Quote, Run
from bot.text.advert import only_tells_to_act
from bot.text.byline import unsigned
from bot.text.fit import fit
from bot.text.furniture import cleared, is_bar, is_caption, is_tags, is_time, without_arrow
from bot.text.headline import bare
from bot.text.letters import squeeze
from bot.text.measure import code_points
from bot.text.plain import words_of
from bot.text.sentences import sentences

MOST_SENTENCES: Final = 3  # a lead in a newspaper has one to three
MOST_CHARACTERS: Final = 300  # what a phone's notification and X can show of it
ENDS: Final = regex.compile(r"""[.!?。！？…]["'”’」』)\]]*\Z""")

_QUOTATION: Final = regex.compile(r"""[“"‘«「『][^“”"«»「」『』]{1,80}[”"’»」』]""")
_DEATH: Final = "별세"
#: Whose death a notice tells, which its headline has told, before it tells when and where they are buried.
_NOTICE: Final = regex.compile(r"\A.{0,500}?씨\s(?:별세|[가-힣]{2,4}상)\s?=\s?(?=\S)")
_LONG: Final = 120  # characters; a longer paragraph behind an arrow is no caption
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
    blocks = list(_unlisted(document.blocks[:_LOOKED_AT]))
    if first := _standfirst(blocks) or _summary(blocks):
        return beginning(first)
    looks: tuple[Callable[[Block], Iterator[str]], ...] = (_prose, _parts, _captions, _notes)
    for look in looks:
        found = (text for block in blocks for text in look(_without_headline(block, headline)))
        told = (text for text in found if not repeats(text, headline))
        if first := next(told, ""):
            if _QUOTATION.fullmatch(first):  # says nothing by itself; who says it, and where, comes next
                first = f"{first} {next(told, '')}".strip()
            return beginning(_NOTICE.sub("", first, count=1) if _DEATH in headline else first)
    return ""


@lru_cache(maxsize=64)  # a line at an edge of a body may also be its lead
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


def is_deck(lines: Sequence[str]) -> bool:
    """Whether lines are subheads, which end no sentence: "안개 속 항로 벗어나…모두 옮겨 타"."""
    if any(map(ENDS.search, lines)):
        return False
    return any("…" in line for line in lines) or (len(lines) > 1 and all(len(line) < _UNPUNCTUATED for line in lines))


def _standfirst(blocks: Sequence[Block]) -> str:
    """The sentences of a heading that an article begins with; "" where its first heading is one."""
    first, *rest = blocks or (None,)
    if not isinstance(first, Heading) or not rest:
        return ""
    text = tidy(words_of(first.runs))
    parts = sentences(text)
    return text if len(parts) > 1 and all(map(ENDS.search, parts)) else ""


def _summary(blocks: Sequence[Block]) -> str:
    """The list of what is known so far that a page begins with, if entries with their times above them follow."""
    known = next((block for block in blocks if not isinstance(block, Heading)), None)
    lines = (words_of(block.runs) for block in blocks if isinstance(block, Paragraph | Heading))
    timed = isinstance(known, Items) and sum(map(is_time, lines)) > 1
    return next(_parts(known), "") if known and timed else ""


def _unlisted(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks, an arrow gone where it counts up (▲ 부고 … ▲ 인사 …) instead of pointing at a picture beside it."""
    end = 0
    for sign, together in groupby(blocks, _sign):
        run = list(together)
        start, end = end, end + len(run)
        beside = (*blocks[max(start - 1, 0) : start], *blocks[end : end + 1])
        points = not sign or any(isinstance(block, Figure) for block in beside)
        for block in run:
            text = _text(block)
            counts = len(run) > 1 or len(text) > _LONG or bool(_NOTICE.match(text))
            yield Paragraph((Run(text[1:].lstrip()),)) if counts and not points else block


def _sign(block: Block) -> str:
    """The arrow that a paragraph without a credit begins with."""
    if not isinstance(block, Paragraph) or not block.runs or block.runs[0].text.lstrip()[:1] not in {"▲", "△"}:
        return ""
    text = _text(block)
    return "" if is_caption(text[1:].lstrip()) else text[0]


def _text(block: Block) -> str:
    return words_of(block.runs)[:_READ].lstrip() if isinstance(block, Paragraph) else ""


def _without_headline(block: Block, headline: str) -> Block:
    """A paragraph without a first line that is the headline again."""
    if not isinstance(block, Paragraph):
        return block
    first, newline, rest = words_of(block.runs)[:_READ].partition("\n")
    return Paragraph((Run(rest),)) if newline and same(first, headline) else block


def _prose(block: Block) -> Iterator[str]:
    """Running text."""
    for passage in _passages(block):
        if not is_caption(passage) and not is_deck(passage.split("\n")):
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
    """A line without an end, or a very short one with it; lines that stand together as items."""
    for passage in _passages(block):
        lines = [without_arrow(tidy(line)) for line in passage.split("\n")]
        text = _listed(lines) if is_deck(lines) else without_arrow(tidy(passage))
        if tells(text) and not _LEFT_OVER.search(text) and (ENDS.search(text) or len(text.split()) >= _WORDS):
            yield text


def _passages(block: Block) -> Iterator[str]:
    """The passages of a paragraph that is not only links; empty lines part them."""
    if not isinstance(block, Paragraph) or all(run.href or not run.text.strip() for run in block.runs):
        return
    for passage in regex.split(r"\n\s*\n", words_of(block.runs)[:_READ]):
        yield "\n".join(filter(None, map(squeeze, passage.split("\n"))))
