"""Where a sentence ends.

A terminator ends one when white space or nothing follows it and its closing quotes; so do a line break, the full stop
of Chinese and Japanese, and in Korean "…다." with the next sentence written right behind it. These end none:

    3.5%   2024. 7. 22.   1. 첫째   가. 예산   U.S. officials   Mr. Kim   e.g. this   https://a.kr/?b   a dot inside “…”
    "그렇다."라고 했다   “가자!” 외쳤다   "Why?" he asked   의문(?) 속에   아직… 모른다

A text is read once, from pause to pause; what is quoted, in brackets or an address is passed as one thing.
"""

import re
from collections.abc import Iterator
from typing import Final

import regex

_FINAL: Final = "다요까죠음함됨임네"  # the syllables that Korean sentences end in
_MARKS: Final = ".!?。！？…"
_WIDE: Final = "。！？"  # no space follows these
_CLOSERS: Final = "\"'”’»」』)]】》〉）］"
_CLOSING: Final = re.escape(_CLOSERS)

#: One character that may begin a pause, and what makes it one. A quote that is not closed within 500 is none.
_PAUSE: Final = re.compile(
    rf"""(?x)
    [{_MARKS}\n“‘「『"(（hHwW]
    (?: (?<! [{_MARKS}]{{2}} ) (?<= [{_MARKS}] ) [{_MARKS}]*+ (?P<closers> [{_CLOSING}]*+ )
        (?: (?= \s | \Z ) | (?<= [{_WIDE}] ) | (?<= [{_WIDE}][{_CLOSING}] ) )          (?P<mark>)
      | (?<= [{_FINAL}][.!?] ) (?= ["“‘「『(]? [가-힣0-9A-Z] )                           (?P<close>)
      | (?<= \n )                                                                      (?P<line>)
      | (?: (?<= “ ) [^“”\n]{{1,500}}+ ” | (?<= ‘ ) [^‘’\n]{{1,500}}+ ’ | (?<= " ) [^"\n]{{1,500}}+ "
          | (?<= 「 ) [^「」\n]{{1,500}}+ 」 | (?<= 『 ) [^『』\n]{{1,500}}+ 』 )            (?P<quote>)
      | (?: (?<= \( ) [^()\n]{{1,300}}+ \) | (?<= （ ) [^（）\n]{{1,300}}+ ） )          (?P<aside>)
      | (?: (?<= [hH] ) [tT]{{2}}[pP][sS]?:// | (?<= [wW] ) [wW]{{2}}\. )
        [\x21-\x7E가-힣]* [^\s{_MARKS}{_CLOSING},;:]                                    (?P<address>)
    )
    """
)
_TAIL: Final = re.compile(rf"[{_CLOSING}]*+(?=\s|\Z)")
_ABBREVIATION: Final = regex.compile(
    r"(?:^|[^\p{L}\d])(?:\p{Latin}|Mr|Mrs|Ms|Dr|Prof|Gen|Gov|Sen|Rep|Rev|Hon|Lt|Col|Sgt|Capt|Maj|St|Mt|Jr|Sr|vs|etc|cf|al"
    r"|Inc|Corp|Co|Ltd|Bros|a\.m|p\.m|[A-Z](?:\.[A-Z])+|[a-z]\.[a-z])\.$"
)
_COUNTED: Final = regex.compile(  # abbreviations only where a number follows
    r"(?:^|[^\p{L}])(?:Nos?|Fig|Vol|Art|Sec|Ch|pp?|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.$"
)
_DATE: Final = re.compile(r"(?:\A|\n|\d\.\s|\d{4}\.|\d\.\d{1,2}\.)\d{1,4}\Z")
_NUMBERING: Final = re.compile(
    r"[(\[]?(?:\d{1,3}(?:[.-]\d{1,3}){0,3}|[가나다라마바사아자차카타파하①-⑳A-Z]|[IVXⅠ-Ⅻ]{1,4})"
)
_LONGEST_NUMBER: Final = 16  # code points: "(12.3.4"
_REPORTED: Final = re.compile(
    r"\s?(?:이?라(?:고|며|면서|는|던|지만|도|니|했)|이?란\s|고\s|며\s|하(?:고|며|는|자|던|면서)\s|등[\s의을이]|했다|한다"
    r"|[는은]\s?(?:말|뜻|취지|입장|지적|설명|반응)"
    r"|(?:외쳤|말했|답했|대답했|물었|되물었|반문했|적었|썼|강조했|주장했|설명했|덧붙였|밝혔|전했)[다고으])"
)
_VISIBLE: Final = re.compile(r"\S")


def sentences(text: str) -> list[str]:
    """The sentences of a text, in order, without the space between them."""
    return [text[start:end] for start, end in spans(text)]


def spans(text: str) -> list[tuple[int, int]]:
    """The same as offsets into the text; linear in its length."""
    found = list(_until_the_last_end(text))
    start = _visible(text, found[-1][1] if found else 0)
    if start < len(text):
        found.append((start, len(text.rstrip())))
    return found


def _until_the_last_end(text: str) -> Iterator[tuple[int, int]]:
    start = _visible(text, 0)
    for pause in _PAUSE.finditer(text):
        end = _end(text, start, pause)
        if end > start:
            yield start, end if text[end - 1] != "\n" else start + len(text[start:end].rstrip())
            start = _visible(text, end)


def _end(text: str, start: int, pause: re.Match[str]) -> int:
    """Where the sentence that began at ``start`` ends by this pause; 0 where it goes on."""
    at, end = pause.span()
    match pause.lastgroup:
        case "mark":
            reported = pause["closers"] and _REPORTED.match(text, end)
            return end if not reported and _terminates(text, start, at, end) else 0
        case "close":
            return end if not _REPORTED.match(text, end + 1) else 0
        case "line":
            return end
        case "address":
            return 0
        case kind:
            return _end_of_stretch(text, start, pause, aside=kind == "aside")


def _end_of_stretch(text: str, start: int, pause: re.Match[str], *, aside: bool) -> int:
    """Where a quote or an aside ends its sentence; 0 where that goes on: “가자!” 외쳤다, 의문(?) 속에."""
    at, closed = pause.span()
    said = text[at:closed].rstrip(_CLOSERS)
    mark = at + len(said.rstrip(_MARKS))
    tail = _TAIL.match(text, closed)
    if mark == at + len(said) or not (tail or said[-1] in _WIDE):
        return 0
    end = tail.end() if tail else closed
    if _REPORTED.match(text, end):
        return 0
    if at > start and (aside or (text[mark] != "." and "가" <= text[max(at - 2, start) : at].rstrip()[-1:] <= "힣")):
        return 0
    return end if _terminates(text, start, mark, end) else 0


def _terminates(text: str, start: int, at: int, end: int) -> bool:
    """Whether the mark at ``at``, closed at ``end``, ends the sentence that began at ``start``."""
    mark, before = text[at], text[at - 1 : at]
    following = _visible(text, end)
    after = text[following : following + 1]
    if not after or mark in _WIDE:
        return True
    if mark == "…" or text.startswith("..", at):
        return (before != "" and before in _FINAL) or after.isupper()
    if after.islower():
        return False
    if mark != ".":
        return True
    if at - start < _LONGEST_NUMBER and _NUMBERING.fullmatch(text, start, at):
        return False
    if before.isdigit():
        return after.isupper() and not _DATE.search(text, max(at - 9, 0), at)
    if after.isdigit() and _COUNTED.search(text, max(at - 6, 0), at + 1):
        return False
    return "가" <= before <= "힣" or not _ABBREVIATION.search(text, max(at - 12, 0), at + 1)


def _visible(text: str, at: int) -> int:
    """Where the first visible character from ``at`` on stands, or where the text ends."""
    match = _VISIBLE.search(text, at)
    return match.start() if match else len(text)
