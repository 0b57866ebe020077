"""Whether two wordings say the same: up to spaces between words, particles, articles and a slip of the finger.

    시가 심야 버스를 늘린다 ≈ 시, 심야버스 늘린다        산불 발셍 ≈ 산불 발생        Goverment ≈ The government

A slip is one jamo of a word, or one letter (or two swapped) of an English one that is long enough. Where that makes
another word of the newsroom's, it is none: 여당 and 야당, hires and fires. No dictionary is asked; the tables here are
short, and hold what has been seen to matter.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Final

from bot.text.amounts import MARK

#: Particles that a headline may have or lack, and those that say something, which it may not.
_SILENT: Final = """
    은 는 이 가 을 를 에 에서 서 의 로 으로 와 과 께 께서 에게 에게서 한테 에는 에서는 에서의 로는 으로는 에게는
"""
_TELLING: Final = "만 도 부터 까지 보다"
_WHO_DOES: Final = {"subject": "이 가 께서", "object": "을 를", "to": "에게 한테 께", "from": "에게서"}
#: One jamo apart, and both are words of headlines: things, and places.
_TWINS: Final = """
    여당/야당 합의/협의 하락/허락 인상/이상 확정/확장 확인/확진 감소/감수 감세/감사 증세/증시 증거/증가 사망/사명
    부상/부장 결정/결장 가결/기결 기각/기간 사형/사령 수사/수가 대피/대비 이사/인사 임명/인명 인수/이수 해제/해지
    보호/보조 경고/경보 조정/조성 지원/지연 진압/진입 출국/출구 입국/입구 통과/통화 화재/화제 사과/사고 수출/수술
    수입/수임 사상/사항 사상/사망 사임/사인 정지/정치 폭우/폭주 사살/사실 전쟁/전장 유지/유치 재개/재가 폐지/폐기
    인정/안정 고소/고사 상고/상소 선고/신고 소환/송환 구조/구도 부산/부상 대선/대전 공주/광주 청주/충주 상주/성주
    여주/영주 전주/진주 원주/완주 양주/영주 이천/인천 김천/금천 아산/안산 북한/북항
"""
#: One letter apart, likewise.
_ENGLISH_TWINS: Final = """
    hires/fires hired/fired trial/trail county/country insured/injured bought/brought statue/statute peace/peach
    strike/stroke charged/changed charge/change charges/changes court/count police/policy raise/praise raised/praised
    raises/praises backs/packs sacked/backed jailed/mailed former/farmer killer/killed
"""
_PARTICLES: Final = frozenset(_SILENT.split())
_ENDINGS: Final = _PARTICLES | frozenset(_TELLING.split())
_ROLES: Final = {particle: role for role, particles in _WHO_DOES.items() for particle in particles.split()}
_APART: Final = tuple((one, other) for one, _, other in (pair.partition("/") for pair in _TWINS.split()))
_LETTER_APART: Final = frozenset(frozenset(pair.split("/")) for pair in _ENGLISH_TWINS.split())
_LONGEST: Final = max(map(len, _PARTICLES))
_JOINED: Final = 3  #: words that may be written as one
_ARTICLES: Final = frozenset({"a", "an", "the"})
_LONG_ENOUGH: Final = 5  #: letters of a word that a slip may be in
_QUOTES: Final = re.compile("[\"'‘’“”′″`´]")
_POSSESSIVE: Final = re.compile(r"(?<=[A-Za-z])['’]s\b")
_WORD: Final = re.compile(rf"\w+|{MARK}")
_HANGUL: Final = re.compile("[가-힣]+")


def same_wording(before: str, after: str, names: Collection[str] = ()) -> bool:
    """Whether the words are the same in the same order. In ``names`` there are no slips: another letter, another name.

    The time grows with the shorter text.
    """
    one, other = _words(before), _words(after)
    here = there = 0
    while here < len(one) and there < len(other):
        step = _step(one[here : here + _JOINED], other[there : there + _JOINED], names)
        if step is None:
            return False
        here, there = here + step[0], there + step[1]
    return here == len(one) and there == len(other)


def words(text: str) -> list[str]:
    """The words of a text by what they begin with: two syllables of a Korean one, or the whole of another."""
    return [word[:2] if _HANGUL.match(word) else word.casefold() for word in _words(text)]


def _words(text: str) -> list[str]:
    """The words; without what stands behind a figure as a particle, quotes, articles."""
    text = _QUOTES.sub("", _POSSESSIVE.sub("", unicodedata.normalize("NFKC", text)))
    found = [word for word in _WORD.findall(text) if word.casefold() not in _ARTICLES]
    return [word for before, word in zip(["", *found], found, strict=False) if before != MARK or word not in _PARTICLES]


def _step(one: Sequence[str], other: Sequence[str], names: Collection[str]) -> tuple[int, int] | None:
    """How many words of each text are the same at its front: one and one, or one and two that are written as one."""
    for mine, theirs in ((1, 1), (1, 2), (2, 1), (1, 3), (3, 1)):
        if mine > len(one) or theirs > len(other):
            continue
        if same_word("".join(one[:mine]), "".join(other[:theirs]), names):
            return mine, theirs
    return None


def same_word(one: str, other: str, names: Collection[str] = ()) -> bool:
    """Whether two words are the same but for particles or a slip."""
    if one == other:
        return True
    if _HANGUL.fullmatch(one) and _HANGUL.fullmatch(other):
        return _same_but_for_particles(one, other) or _slipped(one, other, names)
    if one.isascii() and other.isascii():
        return one.casefold() == other.casefold() or _misspelt(one, other, names)
    return False


def _same_but_for_particles(one: str, other: str) -> bool:
    """Whether what differs are particles that do not contradict each other (이씨가, 이씨를: who does, who suffers).

    A stem of one syllable is too short to tell a particle from a word: 결의 and 결과.
    """
    common = _common(one, other)
    return any(_agree(one[:stem], one[stem:], other[stem:]) for stem in range(max(common - _LONGEST, 1), common + 1))


def _agree(stem: str, mine: str, theirs: str) -> bool:
    """Whether a stem means the same with either particle."""
    particles = {mine, theirs}
    if not particles <= _PARTICLES | {""} or (len(stem) == 1 and mine and theirs):
        return False
    if particles == {"서", ""} or (particles == {"의", "가"} and stem.endswith("전문")):  # 보고서, 보고; 전문의, 전문가
        return False
    roles = {_ROLES[particle] for particle in particles if particle in _ROLES}
    return len(roles) <= 1


def _common(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _slipped(one: str, other: str, names: Collection[str]) -> bool:
    """Whether two words of two syllables or more are one jamo apart, and that makes no other word."""
    if min(len(one), len(other)) < 2 or _is_named(one, other, names):  # noqa: PLR2004 - one syllable is any word
        return False
    return not _says_otherwise(one, other) and not _are_twins(one, other) and _near(_jamo(one), _jamo(other))


def _says_otherwise(one: str, other: str) -> bool:
    """Whether the words differ in a particle, or in one that says something: 서울로, 서울도."""
    return one[:-1] == other[:-1] and one[-1] in _ENDINGS and other[-1] in _ENDINGS


def _is_named(one: str, other: str, names: Collection[str]) -> bool:
    return any(name in word for name in names for word in (one, other))


def _are_twins(one: str, other: str) -> bool:
    return any(one.replace(x, y) == other or one.replace(y, x) == other for x, y in _APART)


@lru_cache(maxsize=256)
def _jamo(word: str) -> str:
    return unicodedata.normalize("NFD", word)


def _misspelt(one: str, other: str, names: Collection[str]) -> bool:
    """Whether a longer English word has one letter wrong, missing or too many, or two swapped."""
    if min(len(one), len(other)) < _LONG_ENOUGH or one in names or other in names:
        return False
    one, other = one.casefold(), other.casefold()
    return frozenset((one, other)) not in _LETTER_APART and (one.isalpha() and other.isalpha()) and _near(one, other)


def _near(one: str, other: str) -> bool:
    """Whether one edit makes the words equal: a letter put in, left out, replaced, or two swapped. In linear time."""
    if len(one) > len(other):
        one, other = other, one
    at = _common(one, other)
    if len(other) - len(one) == 1:
        return one[at:] == other[at + 1 :]
    return len(one) == len(other) and (
        one[at + 1 :] == other[at + 1 :]
        or (one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :])
    )
