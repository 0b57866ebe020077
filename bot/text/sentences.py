"""Where a sentence ends.

A terminator ends one when white space or nothing follows it and its closing quotes; so do a line break and, in Korean,
"…다." with the next sentence written right behind it. These end none:

    3.5%   2024. 7. 22.   U.S. officials   Mr. Kim   e.g. this   https://a.kr/?b   "그렇다."라고 했다   a dot inside “…”
"""

from collections.abc import Iterator
from typing import Final

import regex

_CLOSERS: Final = r"""["'”’»」』)\]】》〉）］]"""
_END: Final = regex.compile(
    rf"""(?x)
      (?P<mark> [.!?。！？…]+ ) {_CLOSERS}* (?= \s | \Z )
    | (?<= [가-힣] ) (?P<close> [.!?] ) (?= ["“‘「『]?[가-힣] )
    | (?P<line> \n )
    """
)
_QUOTED: Final = regex.compile(
    r"“[^“”\n]{1,500}”|‘[^‘’\n]{1,500}’|「[^「」\n]{1,500}」|『[^『』\n]{1,500}』|\"[^\"\n]{1,500}\"|\([^()\n]{1,300}\)"
)
_ADDRESS: Final = regex.compile(r"(?:https?://|www\.)[\x21-\x7E\p{L}]+", regex.IGNORECASE)
_ABBREVIATION: Final = regex.compile(
    r"(?:^|[^\p{L}])(?:\p{Latin}|Mr|Mrs|Ms|Dr|Prof|Gen|Gov|Sen|Rep|Lt|Col|Sgt|Capt|St|Mt|Jr|Sr|vs|etc|cf|al|Inc|Corp|Co|Ltd"
    r"|No|Nos|Fig|Vol|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|a\.m|p\.m|[A-Z](?:\.[A-Z])+|[a-z]\.[a-z])\.$"
)
_NUMBERING: Final = regex.compile(r"(?:\A|\n|\d\.\s?)\d{1,4}\Z")  # of a date or a list
_FINAL: Final = "다요까죠음함됨임네"  # the syllables that Korean sentences end in
_REPORTED: Final = regex.compile(r"\s?(?:이?라고|이?라며|이?라는|하고\s|하며|고\s|며\s)")


def sentences(text: str) -> list[str]:
    """The sentences of a text, in order, without the space between them."""
    return [text[start:end] for start, end in spans(text)]


def spans(text: str) -> list[tuple[int, int]]:
    """The same as offsets into the text; linear in its length."""
    found: list[tuple[int, int]] = []
    start = 0
    for end in (*_ends(text), len(text)):
        piece = text[start:end]
        if piece.strip():
            left = start + len(piece) - len(piece.lstrip())
            found.append((left, start + len(piece.rstrip())))
        start = end
    return found


def _ends(text: str) -> Iterator[int]:
    whole = _Whole(text)
    for match in _END.finditer(text):
        if match["line"]:
            yield match.end()
        elif match["close"]:
            if text[match.start() - 1] in _FINAL and not whole.holds(match.end()):
                yield match.end()
        elif not whole.holds(match.end()) and _terminates(text, match):
            yield match.end()


def _terminates(text: str, match: "regex.Match[str]") -> bool:
    """Whether a mark with white space behind it ends the sentence."""
    mark, start, end = match["mark"], match.start(), match.end()
    before = text[start - 1 : start]
    after = text[end : end + 8].lstrip()
    if not after:
        return True
    if mark.startswith(("…", "..")):
        return (before != "" and before in _FINAL) or after[0].isupper()
    if match.end("mark") < end and _REPORTED.match(text, end):
        return False
    if mark != ".":
        return True
    if before.isdigit():
        return after[0].isupper() and not _NUMBERING.search(text, max(start - 9, 0), start)
    if after[0].islower():
        return False
    return not _ABBREVIATION.search(text, max(start - 12, 0), start + 1)


class _Whole:
    """The stretches that no sentence ends inside of: what is quoted or in brackets, and addresses. Asked in order."""

    def __init__(self, text: str) -> None:
        found = [match.span() for pattern in (_QUOTED, _ADDRESS) for match in pattern.finditer(text)]
        self._ahead = sorted(found, reverse=True)

    def holds(self, end: int) -> bool:
        """Whether a stretch begins before ``end`` and goes on beyond it."""
        while self._ahead and self._ahead[-1][1] <= end:
            self._ahead.pop()
        return bool(self._ahead) and self._ahead[-1][0] < end
