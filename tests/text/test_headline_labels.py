"""Labels in a title are understood and told in one form, all else to the character (issue 3, point 4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.headline import Title, bare, normalised, understood

SAID = "시, 심야버스 14개로"


@pytest.mark.parametrize(
    ("title", "told"),
    [
        # as newsrooms write it already
        ("[속보] 시, 심야버스 14개로", "[속보] 시, 심야버스 14개로"),
        ("[속보] …", "[속보] …"),
        ("[속보]", "[속보]"),
        ("[단독] 시, 심야버스 14개로", "[단독] 시, 심야버스 14개로"),
        ("[1보] 시, 심야버스 14개로", "[1보] 시, 심야버스 14개로"),
        ("시, 심야버스 14개로(종합)", "시, 심야버스 14개로(종합)"),
        ("시, 심야버스 14개로(종합2보)", "시, 심야버스 14개로(종합2보)"),
        ("[속보] [단독] [2보] 시, 심야버스 14개로(종합2보)", "[속보] [단독] [2보] 시, 심야버스 14개로(종합2보)"),
        ("BREAKING: City adds night buses", "BREAKING: City adds night buses"),
        # every kind of bracket
        ("【속보】 시, 심야버스 14개로", "[속보] 시, 심야버스 14개로"),
        ("<속보> 시, 심야버스 14개로", "[속보] 시, 심야버스 14개로"),
        ("(속보) 시, 심야버스 14개로", "[속보] 시, 심야버스 14개로"),
        ("［속보］ 시, 심야버스 14개로", "[속보] 시, 심야버스 14개로"),
        ("（속보） 시, 심야버스 14개로", "[속보] 시, 심야버스 14개로"),
        ("＜속보＞ 시, 심야버스 14개로", "[속보] 시, 심야버스 14개로"),
        ("〔단독〕 시, 심야버스 14개로", "[단독] 시, 심야버스 14개로"),
        ("〈속보〉 시, 심야버스 14개로", "[속보] 시, 심야버스 14개로"),
        ("《단독》 시, 심야버스 14개로", "[단독] 시, 심야버스 14개로"),
        ("「속보」 시, 심야버스 14개로", "[속보] 시, 심야버스 14개로"),
        ("[ 속보 ] 시, 심야버스 14개로", "[속보] 시, 심야버스 14개로"),
        ("[속보]시, 심야버스 14개로", "[속보] 시, 심야버스 14개로"),
        ("<속보>시, 심야버스 14개로", "[속보] 시, 심야버스 14개로"),
        # before a separator
        ("속보: 시, 심야버스 14개로", "[속보] 시, 심야버스 14개로"),
        ("속보 | 시, 심야버스 14개로", "[속보] 시, 심야버스 14개로"),
        ("속보 - 시, 심야버스 14개로", "[속보] 시, 심야버스 14개로"),
        ("속보：시, 심야버스 14개로", "[속보] 시, 심야버스 14개로"),
        ("단독·속보: 시, 심야버스 14개로", "[속보] [단독] 시, 심야버스 14개로"),
        ("[속보]: 시, 심야버스 14개로", "[속보] 시, 심야버스 14개로"),
        ("[속보] | 시, 심야버스 14개로", "[속보] 시, 심야버스 14개로"),
        ("[속보] - 시, 심야버스 14개로", "[속보] 시, 심야버스 14개로"),
        ("3보: 시, 심야버스 14개로", "[3보] 시, 심야버스 14개로"),
        # several
        ("[단독·속보] 시, 심야버스 14개로", "[속보] [단독] 시, 심야버스 14개로"),
        ("[단독][속보] 시, 심야버스 14개로", "[속보] [단독] 시, 심야버스 14개로"),
        ("[긴급 속보] 시, 심야버스 14개로", "[긴급] [속보] 시, 심야버스 14개로"),
        ("[긴급속보] 시, 심야버스 14개로", "[긴급속보] 시, 심야버스 14개로"),
        ("[속보]…[1보] 시, 심야버스 14개로", "[속보] [1보] 시, 심야버스 14개로"),
        ("[속보/2보] 시, 심야버스 14개로", "[속보] [2보] 시, 심야버스 14개로"),
        ("[1보][속보] 시, 심야버스 14개로", "[속보] [1보] 시, 심야버스 14개로"),
        ("[속보][속보] 속보: 시, 심야버스 14개로", "[속보] 시, 심야버스 14개로"),
        ("[속보] BREAKING: 시, 심야버스 14개로", "[속보] 시, 심야버스 14개로"),
        ("[종합] 속보: 시, 심야버스 14개로", "[속보] 시, 심야버스 14개로(종합)"),
        # series
        ("[종합] 시, 심야버스 14개로", "시, 심야버스 14개로(종합)"),
        ("[종합2보] 시, 심야버스 14개로", "시, 심야버스 14개로(종합2보)"),
        ("시, 심야버스 14개로 (종합 2보)", "시, 심야버스 14개로(종합2보)"),
        ("시, 심야버스 14개로(2보 종합)", "시, 심야버스 14개로(종합2보)"),
        ("시, 심야버스 14개로[종합]", "시, 심야버스 14개로(종합)"),
        ("시, 심야버스 14개로(종합보)", "시, 심야버스 14개로(종합)"),
        ("시, 심야버스 14개로 (2보)", "[2보] 시, 심야버스 14개로"),
        ("[제2보] 시, 심야버스 14개로", "[2보] 시, 심야버스 14개로"),
        ("[２보] 시, 심야버스 14개로", "[2보] 시, 심야버스 14개로"),
        ("[2 보] 시, 심야버스 14개로", "[2보] 시, 심야버스 14개로"),
        ("시, 심야버스 14개로 [속보]", "[속보] 시, 심야버스 14개로"),
        ("시, 심야버스 14개로(속보)(종합)", "[속보] 시, 심야버스 14개로(종합)"),
        # beside other brackets and signs
        ("[속보·영상] 시, 심야버스 14개로", "[속보] [영상] 시, 심야버스 14개로"),
        ("[사진] [속보] 시, 심야버스 14개로", "[속보] [사진] 시, 심야버스 14개로"),
        ("(하늘) 속보: 시, 심야버스 14개로", "[속보] (하늘) 시, 심야버스 14개로"),
        ("시, 심야버스 14개로 [속보] (사진)", "[속보] 시, 심야버스 14개로 (사진)"),
        ("🚨[속보] 시, 심야버스 14개로", "[속보] 🚨 시, 심야버스 14개로"),
        ("■ 속보: 시, 심야버스 14개로", "[속보] ■ 시, 심야버스 14개로"),
        ("[속보] -3도 한파", "[속보] -3도 한파"),
        ("[속보] …그리고 남은 것", "[속보] …그리고 남은 것"),
        # English
        ("[BREAKING] City adds night buses", "BREAKING: City adds night buses"),
        ("Breaking News: City adds night buses", "BREAKING: City adds night buses"),
        ("BREAKING | City adds night buses", "BREAKING: City adds night buses"),
        ("Breaking - City adds night buses", "BREAKING: City adds night buses"),
        ("City adds night buses (BREAKING)", "BREAKING: City adds night buses"),
        ("URGENT: City adds night buses", "URGENT: City adds night buses"),
        ("Exclusive: City adds night buses", "EXCLUSIVE: City adds night buses"),
        ("EXCLUSIVE | BREAKING: City adds night buses", "BREAKING: EXCLUSIVE: City adds night buses"),
        ("[속\u200b보]  시,\n심야버스\u00a014개로", "[속보] 시, 심야버스 14개로"),
    ],
)
def test_labels_are_told_in_one_form(title: str, told: str) -> None:
    assert normalised(title) == told
    assert normalised(told) == told


@pytest.mark.parametrize(
    "title",
    [
        "시, 심야버스 14개로",
        "속보 경쟁이 낳은 오보",
        "시의 속보: 경쟁이 낳은 오보",
        "속보",
        "단독주택: 값이 뛴다",
        "종합 대책: 시가 내놓는다",
        "[인터뷰] 시장 “심야버스 늘린다”",
        "[포토] 새 버스",
        "[날씨] 전국 호우특보",
        "[호우특보] 하늘시 전역",
        "(하늘) 심야버스 는다",
        "[제4차 회의] 심야버스 는다",
        "[3보1배] 거리에 선 사람들",
        "《속보》를 쓴 작가",
        "작가가 쓴 「속보」",
        "“[속보] 오보” 사과한 신문",
        "시, ‘속보’에 묻힌 진실",
        "코스피 2,600.12(+1.2%) 마감",
        "시, 버스-지하철 환승 [심층] (하)",
        "Breaking bread: a history",
        "The breaking: point",
        "버스 | 심야 노선",
        "…",
        "",
    ],
)
def test_a_title_without_labels_stays_to_the_character(title: str) -> None:
    assert normalised(title) == title
    assert understood(title) == Title(title)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("[속보] 시", Title("시", "[속보]", "", ("속보",))),
        ("【긴급】 속보: 시", Title("시", "[긴급] [속보]", "", ("긴급", "속보"))),
        ("Breaking: City", Title("City", "BREAKING:", "", ("BREAKING",))),
        ("[단독] 시", Title("[단독] 시", "", "", ("단독",))),
        ("[속보] [1보] 시", Title("[1보] 시", "[속보]", "1보", ("속보", "1보"))),
        ("[단독·2보] 시(종합3보)", Title("[단독] [2보] 시(종합3보)", "", "종합3보", ("단독", "2보", "종합3보"))),
        ("[속보] (종합)", Title("(종합)", "[속보]", "종합", ("속보", "종합"))),
        ("[속보]", Title("", "[속보]", "", ("속보",))),
    ],
)
def test_a_title_is_taken_apart(title: str, expected: Title) -> None:
    assert understood(title) == expected


@pytest.mark.parametrize("title", [f"[속보·단독] {SAID} (종합2보)", f"3보: {SAID}", SAID])
def test_what_a_title_says_has_no_labels(title: str) -> None:
    assert bare(title) == SAID


PIECES = st.sampled_from(
    [
        "[속보]",
        "【단독·속보】",
        "(종합 2보)",
        "[사진]",
        "《속보》",
        "속보:",
        "BREAKING",
        ":",
        " - ",
        "|",
        "…",
        "🚨",
        "[",
        "]",
        "1보",
        "[1보]",
    ],
) | st.sampled_from(
    ["시, 노선", "City", " ", "·", "(", ")", "(종합)", "종합", "exclusive", "-3도", "(속보, 사진)", "「단독」", "시"]
)


@given(st.lists(PIECES, max_size=8).map("".join))
def test_a_told_title_is_told_the_same_again(title: str) -> None:
    told = understood(title)
    again = normalised(title)
    assert normalised(again) == again
    assert f"{told.urgency} {told.words}".strip() == again
    assert len(set(told.labels)) == len(told.labels)
