"""Whether one sentence takes back what another said: 인정했다, 부인했다. As far as short tables know.

Only sentences that are about the same are compared, which half of their words must show.
"""

import re
from typing import Final

from bot.text.amounts import counted, replaced, same
from bot.text.wording import same_wording, words

_NEGATIONS: Final = re.compile(
    r"""(?xi)
      않 | 없 | 못 | 아니 | 아닌 | 아닐 | 안\s?(?=[되된될됐하한할했]) | (?<![가-힣])안(?=\s) | 모르 | 모른 | 몰랐
    | 부인 | 취소 | 철회 | 거부 | 부정 | 반박 | 기각 | 무산 | 중단 | 보류
    | \bnot\b | n['’]t\b | \bno\b | \bnever\b | \bden(?:y|ies|ied)\b
    | \bcancel\w* | \bwithdr[ae]w\w* | \brefus\w+ | \breject\w+
    """
)
_OPPOSITES: Final = """
    올랐/내렸 올린/내린 오른/내린 인상/인하 상승/하락 증가/감소 늘어/줄어 늘었/줄었 늘린/줄인 확대/축소 급등/급락
    유죄/무죄 찬성/반대 승소/패소 승리/패배 이겼/졌다 합격/불합격 가결/부결 발부/기각 흑자/적자 여당/야당 합의/협의
    남측/북측 수출/수입 허용/금지 사실/거짓 오전/오후 생존/사망 숨지/다치 숨졌/다쳤 시작/종료 개시/중단 적법/위법
    합헌/위헌 최고/최저 최대/최소 처음/마지막 남성/여성 rose/fell rise/fall up/down won/lost win/lose guilty/innocent
    approved/rejected passed/failed more/less more/fewer increase/decrease increased/decreased before/after
    for/against dead/alive killed/injured killed/wounded died/survived opened/closed open/close first/last
    higher/lower men/women man/woman his/her
"""
_PAIRS: Final = tuple((one, other) for one, _, other in (pair.partition("/") for pair in _OPPOSITES.split()))


def contradicts(one: str, other: str) -> bool:
    """Whether two sentences about the same differ in a negation or an opposite, or have exchanged their amounts."""
    mine, theirs = set(words(one)), set(words(other))
    shared = len(mine & theirs)
    if 2 * shared < min(len(mine), len(theirs)) or not shared:
        return False
    return (
        len(_NEGATIONS.findall(one)) != len(_NEGATIONS.findall(other))
        or any(_turned(one, other, *pair) or _turned(other, one, *pair) for pair in _PAIRS)
        or _exchanged(one, other)
    )


def _turned(one: str, other: str, word: str, opposite: str) -> bool:
    """Whether the first says the word where the second says its opposite."""
    return _says(one, word) and _says(other, opposite) and not _says(one, opposite) and not _says(other, word)


def _says(text: str, word: str) -> bool:
    return bool(re.search(rf"\b{word}\b", text, re.IGNORECASE)) if word.isascii() else word in text


def _exchanged(one: str, other: str) -> bool:
    """Whether the same words stand around the same amounts, in another order: 3명 사망 5명 부상, 5명 사망 3명 부상."""
    mine, theirs = counted(one), counted(other)
    if same(mine.amounts, theirs.amounts) or replaced(mine.amounts, theirs.amounts):
        return False
    return same_wording(mine.words, theirs.words)
