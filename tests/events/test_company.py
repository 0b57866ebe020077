"""The company of a new story: what those that sound like it say of its words (issue 5, item 6)."""

import datetime as dt

from bot.events.company import COMMON, NEAR, Company
from bot.events.likeness import likeness
from bot.events.telling import Telling, telling

NEW = telling("대통령, 주미대사에 박동혁 전 차관 내정", "")
KEPT = telling("주미대사에 박동혁 내정", "")
NOMINATED = (
    "주일:채영신 주중:김동정 주영:이두병 주독:유연수 주러:사정옥 주불:냉진 주호주:배무룡 주인도:동청 주칠레:설반"
)
NOMINATIONS = [
    telling(f"대통령, {whither}대사에 {who} 내정", "")
    for whither, _, who in (n.partition(":") for n in NOMINATED.split())
]


def among(near: list[Telling]) -> float:
    return likeness(KEPT, NEW, dt.timedelta(minutes=9), Company(NEW, near).without(KEPT))


def test_what_others_share_too_says_less() -> None:
    assert among([]) > among(NOMINATIONS[:3]) > among(NOMINATIONS)


def test_so_many_are_asked_beside_the_one_that_is_compared() -> None:
    shared = KEPT.headline.grams[0]
    copies = [telling(f"주미대사에 박동혁 내정 {number}", "") for number in range(NEAR + 2)]
    assert Company(NEW, copies).without(KEPT)[shared] == NEAR
    assert Company(NEW, [KEPT, *copies]).without(KEPT)[shared] == NEAR
    assert Company(NEW, copies[:3]).without(copies[1])[shared] == 2


def test_the_same_words_are_no_company() -> None:
    assert among([NEW] * NEAR) == among([])


def test_a_gram_counts_less_the_more_have_it_and_not_at_all_when_all_have() -> None:
    assert COMMON[0] == 0
    assert list(COMMON) == sorted(COMMON)
    assert COMMON[NEAR] == 1
    assert len(COMMON) == NEAR + 1
