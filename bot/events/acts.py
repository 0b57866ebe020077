"""What happened, or what somebody did or decided, by the words that newsrooms have for it.

Two reports of one event mostly share such a word. A verdict and the demand before it do not, nor do a rate that is held
and one that is cut, whatever else they share.

One line an act: its name, then how it is written, commas between: Korean anywhere in a word, English where a word
begins. Common knowledge of the trade.
"""

import re
from functools import reduce
from operator import or_
from typing import Final

#: What happens by itself, is measured, or goes on.
_HAPPENINGS: Final = """
    up: 상승, 올라, 오른, 올랐, 오르, 인상, 급등, 강세, 반등, ↑
    up: rise, rising, rose, up , gain, climb, higher, jump, hike, raise
    down: 하락, 내려, 내린, 내렸, 내리, 인하, 급락, 약세, 낮춰, 낮춘, 떨어, 감소, 밀려, ↓
    down: fall, fell, down , drop, slip, slide, lower, cut , cuts , lost
    hold: 동결, 묶었, holds, held, leaves, left, unchanged, keeps, kept
    die: 별세, 타계, 영면, 세상을 떠, dies, died at, died aged, has died, obituary
    kin: 부친상, 모친상, 빙부상, 빙모상
    turnout: 투표율, turnout
    leads: leads , led , ahead
    convict: 유죄, guilty, convict
    acquit: 무죄, acquit, innocent
    strike: 파업, strike
    start: 출발, 장을 열
    close: 마감, 거래를 마, 장을 마, clos, ends, settle, finish
    order: 수주
    export: 기술수출, 수출
    fire: 화재, 불이, 큰불, 불길, 불은, 서 불, 난 불, 산불, fire, blaze
    crash: 추돌, 충돌, 들이받, 돌진, crash, collision, collided
    quake: 지진, quake
    aftershock: 여진, aftershock
    launch: 발사, 이륙, lifts off, lifted off, leave for
    outage: 장애, 먹통, outage
    leak: 유출, 샜다, leak
    advisory: 주의보
    record: 돌파, 넘었, 넘겼, 넘어
    shut: 통제, 폐쇄, shut, closes, closed
    pass: 통과, 가결, 의결, approve
"""
#: What somebody decides or does about it: a report that has one where the other has none is of what followed.
_DECISIONS: Final = """
    nominate: 지명, 내정, 후보에, 추천, 장관에, 행장에, 사장에, named, picks, appoint, succeed
    hearing: 청문
    dismiss: 경질, 해임, sack, dismiss, fired, part company
    resign: 사퇴, 사임, 사의, resign, quits
    warrant: 구속영장 청구, 영장 청구, 구속영장 재청구
    jail: 영장 발부, 구속…, 구속됐
    refuse: 기각, 각하
    demand: 구형
    sentence: 선고, 법정구속, jailed, sentenced, gets
    appeal: 항소, 상고, 불복, appeal
    arrest: 검거, 체포, 붙잡, arrest, held over, was held
    search: 압수수색, raid
    inspect: 감식, 점검, inspect
    sorry: 사과, 사죄, apolog
    declare: 선포
    sanction: 제재, sanction
    deal: 타결, 합의, agree, accept
    fail: 결렬, 무산
    off: 철회, called off, call off
    breach: breach, violat, 위반
    talks: 회담, talks
    truce: 휴전, ceasefire, truce
    exit: 출구조사
    elected: 당선, elected, wins governor, wins mayor, wins race
    profit: 영업이익, 영업익, 실적, revenue, earnings, sales
    buyback: 자사주
    layoff: 감원, 희망퇴직, jobs, axes, layoff
    buy: 인수, acquire, takeover
    recall: 리콜, recall
    land: splash, 귀환, home from
    delay: 지연, 연기, delay
    warning: 경보
    invited: 초청, 경쟁부문
    open: 재개, reopen, resume
"""
#: What cannot both be the news, even where two reports share another act.
_OPPOSED: Final = """
    up/down hold/down hold/up warrant/jail warrant/refuse jail/refuse demand/sentence convict/sentence convict/acquit
    sentence/appeal deal/fail strike/off exit/elected leads/elected start/close launch/land shut/open die/kin
    nominate/hearing talks/breach truce/breach profit/buyback profit/layoff buy/export recall/profit
"""


def _read(table: str) -> dict[str, list[str]]:
    """The acts of a table, each with its forms; a space before one in Latin letters, where its word begins, and one
    behind it in the table where it ends there.
    """
    found: dict[str, list[str]] = {}
    for name, _, forms in (row.lstrip().partition(": ") for row in table.strip("\n").splitlines()):
        found.setdefault(name, []).extend(f" {form}" if form.isascii() else form for form in forms.split(", "))
    return found


_DECIDED: Final = _read(_DECISIONS)
_FORMS: Final = _read(_HAPPENINGS) | _DECIDED
_BIT: Final = {name: 1 << at for at, name in enumerate(_FORMS)}
_ENGLISH: Final = [(form, _BIT[name]) for name, forms in _FORMS.items() for form in forms if form.isascii()]
_KOREAN: Final = [(form, _BIT[name]) for name, forms in _FORMS.items() for form in forms if not form.isascii()]
_PAIRS: Final = tuple((_BIT[one], _BIT[other]) for one, _, other in (p.partition("/") for p in _OPPOSED.split()))
_HANGUL: Final = re.compile("[가-힣]")
_NO_LETTER: Final = re.compile(r"[^a-z]+")
DECISIONS: Final = reduce(or_, (_BIT[name] for name in _DECIDED))  #: all that somebody decides, as a set of bits


def acts(text: str) -> int:
    """The acts that a text tells of, a bit each; a Korean one is read as Korean only."""
    if text.isascii() or not _HANGUL.search(text):
        text, forms = f" {_NO_LETTER.sub(' ', text.lower())} ", _ENGLISH
    else:
        forms = _KOREAN
    return reduce(or_, (bit for form, bit in forms if form in text), 0)


def opposed(one: int, other: int) -> bool:
    """Whether one text has an act whose opposite the other has, and neither has both."""
    mine, theirs = one & ~other, other & ~one
    return any((mine & x and theirs & y) or (mine & y and theirs & x) for x, y in _PAIRS)
