"""A text's words as they are compared: one name for what newsrooms shorten, no particles, no phrases of the trade.

美 연준, 금리 내려  →  미국 연방준비제도 금리 내려        경주서 → 경주        밝혔다고, 것으로 → nothing
"""

import re
from collections.abc import Iterator
from typing import Final

#: How headlines shorten what the lead spells out. Common knowledge of any Korean reader; ambiguous ones (AI) stay away.
_SHORT: Final = """
    美:미국 日:일본 中:중국 北:북한 韓:한국 英:영국 獨:독일 佛:프랑스 露:러시아 伊:이탈리아 印:인도 濠:호주 與:여당
    野:야당 靑:청와대 檢:검찰 軍:군 前:전 新:새 對:대 故:고 북:북한 한은:한국은행 금통위:금융통화위원회
    연준:연방준비제도 ecb:유럽중앙은행 boj:일본은행 boe:영국중앙은행 영란은행:영국중앙은행 잉글랜드은행:영국중앙은행
    합참:합동참모본부 코레일:한국철도공사 한수원:한국수력원자력 평가원:한국교육과정평가원 부동산원:한국부동산원
    석유공사:한국석유공사 선관위:중앙선거관리위원회 기재부:기획재정부 문체부:문화체육관광부 고용부:고용노동부
    노동부:고용노동부 국토부:국토교통부 산업부:산업통상자원부 복지부:보건복지부 행안부:행정안전부
    과기부:과학기술정보통신부 농식품부:농림축산식품부 해수부:해양수산부 중기부:중소벤처기업부 여가부:여성가족부
    식약처:식품의약품안전처 공정위:공정거래위원회 금융위:금융위원회 금감원:금융감독원 방통위:방송통신위원회
    개인정보위:개인정보보호위원회 최임위:최저임금위원회 헌재:헌법재판소 대법:대법원 특검:특별검사 국정원:국가정보원
    안보실:국가안보실 국수본:국가수사본부 해경:해양경찰 소방:소방당국 민주노총:전국민주노동조합총연맹
    철도노조:전국철도노동조합 노조:노동조합 수능:대학수학능력시험 문체위:문화체육관광위원회 산자위:산업통상자원위원회
    법사위:법제사법위원회 행안위:행정안전위원회 asf:아프리카돼지열병 조류독감:조류인플루엔자 쓰나미:지진해일
    빌라:다세대주택 집값:아파트매매가격 전셋값:전세가격 전세값:전세가격 영업익:영업이익 외인:외국인
    여자축구대표팀:여자축구 축구대표팀:축구
"""
_FULL: Final = {short: full for short, _, full in (pair.partition(":") for pair in _SHORT.split())}

#: What any report may say, whatever it is about.
_ANY_REPORTS: Final = """
    밝혔다 밝혔다고 밝혀 전했다 말했다 발표했다 발생했다 발생했다고 발생 보도했다 설명했다 강조했다 알려졌다 나타났다
    집계됐다 파악됐다 따르면 것으로 것은 있다 없다 했다 됐다 위해 위한 대한 대해 관련 관련해 통해 함께 이날 오늘 어제
    내일 지난 올해 내년 작년 지난해 이번 오전 오후 새벽 아침 저녁 밤 낮 현지시간 현재 당시 모두 약 등 및 더 또 한 그
    이 수 때 중 뒤 전 후 곳 것 명 여 가운데 이상 이하 a an the of in on at to for and or as by with from after before
    is are was were be been has have had it its said say says he she they their his her that this which who will would
    over into up than about more new
"""
_BEHIND: Final = """
    에서는 에서의 에서도 으로는 으로부터 에게서 까지는 부터는 이라고 이라며 라고 라며 에서 에게 에는 에도 으로 까지
    부터 보다 이나 에만 처럼 마다 조차 께서 한테 서도 서는 은 는 이 가 을 를 의 에 로 와 과 도 만 서 께
"""
_PHRASES: Final = frozenset(_ANY_REPORTS.split())
_PARTICLES: Final = frozenset(_BEHIND.split())
_LONGEST: Final = max(map(len, _PARTICLES))
_WORD: Final = re.compile(r"[가-힣]+|[a-z][a-z0-9&]*|\d+(?:[.,]\d+)*|[\u4e00-\u9fff]")
_HANGUL: Final = re.compile("[가-힣]")
_STEM: Final = 2  #: syllables that a word keeps at least when it loses a particle
_LATIN: Final = 4  #: letters of a gram in Latin script, which says less a letter


def stems(text: str) -> list[str]:
    """The words of a text that is in lower case, in order."""
    return [word for written in _WORD.findall(text) if (word := _stem(written)) and word not in _PHRASES]


def grams(words: list[str]) -> frozenset[str]:
    """The pairs of syllables that the words are made of, or four letters; numbers as they are."""
    return frozenset(gram for word in words for gram in _grams(word))


def _stem(word: str) -> str:
    """The word as it is compared, "" for one that any report may have."""
    if word in _PHRASES:
        return ""
    if word not in _FULL and _HANGUL.match(word):
        word = _without_particle(word)
    return _FULL.get(word, word)


def _without_particle(word: str) -> str:
    for size in range(min(_LONGEST, len(word) - _STEM), 0, -1):
        if word[-size:] in _PARTICLES:
            return word[:-size]
    return word


def _grams(word: str) -> Iterator[str]:
    size = 2 if _HANGUL.match(word) else len(word) if word[0].isdigit() else _LATIN
    if len(word) <= size:
        yield word
    else:
        yield from (word[at : at + size] for at in range(len(word) - size + 1))
