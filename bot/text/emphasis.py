"""Which marks set something apart in a body. Where all of it is blue or bold, an editor's default wrote it, and a
colour says nothing.
"""

from collections import Counter
from typing import Final

from bot.document import Mark
from bot.text.writer import Ink

#: A mark that covers more than this of a body sets nothing apart; a shorter body may well be one bold line.
_MOST: Final = 2 / 3
_BODY: Final = 100  # characters
_BOLD: Final = frozenset({Mark.BOLD})
_EMPHASIS: Final[tuple[str, ...]] = (Mark.BOLD, Mark.ITALIC, Mark.UNDERLINE)
_LOUD, _TINT = "bold or coloured", "coloured"


class Emphasis:
    """Turns inks into marks and remembers how much was written; ``ignored`` are marks that set nothing apart."""

    def __init__(self, ignored: frozenset[str] = frozenset()) -> None:
        self._ignored = ignored
        self._size = 0
        self._marked: list[tuple[Ink, int]] = []

    def marks(self, ink: Ink, size: int) -> frozenset[Mark]:
        """What is left of an ink's marks, where it writes ``size`` characters."""
        self._size += size
        marks, _, tinted = ink
        if not marks and not tinted:
            return marks
        self._marked.append((ink, size))
        if self._ignored:
            marks, tinted = marks - self._ignored, tinted and _TINT not in self._ignored
        return marks | _BOLD if tinted else marks

    def meaningless(self) -> frozenset[str]:
        """The marks that cover most of what was written."""
        most = _MOST * max(self._size, _BODY)
        if sum(size for _, size in self._marked) <= most:
            return frozenset()
        sizes: Counter[str] = Counter()
        for ink, size in self._marked:
            loud = {_LOUD} if ink.tinted or Mark.BOLD in ink.marks else set()
            for mark in (*ink.marks, *loud, *([_TINT] if ink.tinted else [])):
                sizes[mark] += size
        found = {mark for mark in (*_EMPHASIS, _TINT) if sizes[mark] > most}
        if sizes[_LOUD] > most and _TINT not in found:
            found |= {_TINT, Mark.BOLD}
        return frozenset(found)
