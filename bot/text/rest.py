"""The rest of a story: what its body has left to tell once an alert has told the lead.

the alert: 첫 문장이다. 둘째 문장이다.        the body: 부제                                        ─▶ 부제
                                                     첫 문장이다. 둘째 문장이다. 셋째 문장이다.     셋째 문장이다.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

import regex

from bot.document import Block, Document, Figure, Items, Quote
from bot.text.fit import Heads, cut, headings
from bot.text.flat import flat
from bot.text.marked import Marked, joined
from bot.text.sentences import sentences

_NEAR: Final = 1_000  # code points; a lead that stands further down was told for other reasons than its place
_BETWEEN: Final = regex.compile(r"(?:\s|[•·▲△]|(?:\A|(?<=\n\s{0,4}))\d{1,3}\.\s)*+")
_PARAGRAPH: Final = "\n\n"


def words(document: Document, most: int | None = None) -> Marked:
    """The body as running text without its pictures' captions, which nobody can place without the pictures."""
    return flat(Document(tuple(_without_figures(document.blocks))), most)


def untold(body: Marked, lead: Marked, alert: str, heads: Heads | None = None) -> Marked:
    """The body without the sentences at its beginning that are the ``lead``'s, as far as the ``alert`` has told it.

    They may stand behind subheadings; from the first that differs on, all stays. ``heads`` are the body's ``headings``,
    where it no longer has the marks that tell them; that of a list goes with all of its items.
    """
    told = cut(lead, lambda beginning: beginning.text in alert).text
    parts = [part for sentence in sentences(told) for part in sentence.split(" · ")]
    start, first = _first(body.text, parts[0]) if parts else (0, -1)
    if first < 0:
        return body
    end = first
    for part in parts:
        at = _behind(body.text, end)
        if not body.text.startswith(part, at):
            break
        end = at + len(part)
    before, rest = body[:start].strip(), body[end:]
    above = before.text.rpartition(_PARAGRAPH)[2]
    whole_list = start < first and rest.text.startswith(_PARAGRAPH)
    if whole_list and above in (headings(body) if heads is None else heads):
        before = before[: len(before.text) - len(above)].strip()
    rest = rest.strip()
    return joined((before, rest), _PARAGRAPH) if before and rest else before or rest


def _first(text: str, sentence: str) -> tuple[int, int]:
    """Where the paragraph near the beginning that begins with this sentence begins, and where the sentence does."""
    at = text.find(sentence, 0, _NEAR + len(sentence))
    while at >= 0:
        start = text.rfind(_PARAGRAPH, 0, at) + len(_PARAGRAPH) if _PARAGRAPH in text[:at] else 0
        if _BETWEEN.fullmatch(text, max(start - 1, 0), at):
            return start, at
        at = text.find(sentence, at + 1, _NEAR + len(sentence))
    return 0, -1


def _behind(text: str, at: int) -> int:
    """Where the next words stand, behind space and the sign of an item."""
    match = _BETWEEN.match(text, at)
    return match.end() if match else at


def _without_figures(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        match block:
            case Figure():
                pass
            case Quote(blocks=inner):
                yield Quote(tuple(_without_figures(inner)))
            case Items(items=items):
                yield replace(block, items=tuple(tuple(_without_figures(item)) for item in items))
            case _:
                yield block
