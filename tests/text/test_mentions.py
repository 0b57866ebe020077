"""Who and what a text names."""

import pytest

from bot.text.mentions import mentions, names, renamed


def found(text: str) -> set[str]:
    return {" ".join(filter(None, mention)) for mention in mentions(text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("경찰은 김모씨를 붙잡았다.", {"person 김모 씨"}),
        ("홍길동 의원은 전 장관이다.", {"person 홍길동 의원"}),
        ("법무부 장관이 밝혔다.", {"person 법무부 장관"}),
        ("배우 성춘향이 온다.", {"person 성춘향"}),
        ("날씨가 좋다. 솜씨도 좋다.", set()),
        ("대표팀이 이겼다.", set()),
        ("영화 '춘향전' 개봉", {"quote 춘향전"}),
        ("《홍길동전》을 읽는다", {"quote 홍길동전"}),
        ("KBS가 중계한다", {"name KBS"}),
        ("불은 강릉시에서 났다.", {"place 강릉시"}),
        ("전남에 눈이 온다.", {"place 전남"}),
        ("프로야구 경기", {"place 경기"}),
        ("월요일과 내일", {"day 월요일", "day 내일"}),
        ("On Monday, Mayor Jane Doe opened the line.", {"day monday", "name Mayor", "name Jane", "name Doe"}),
        ("City Adds Night Bus", set()),
        ("Police arrested a man.", set()),
    ],
)
def test_names_are_told_by_what_stands_beside_them(text: str, expected: set[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("김모씨", "이모씨", True),
        ("김 의원은", "김춘향 의원은", False),
        ("김 의원은", "김 장관은", True),
        ("김 의원은", "김 의원과 이 장관은", False),
        ("김 의원과 이 장관은", "김 의원은", False),
        ("강릉시는", "월요일에는", False),
        ("'춘향 전' 개봉", "'춘향전' 개봉", False),
    ],
)
def test_a_name_that_makes_way_for_another_of_its_kind(before: str, after: str, expected: bool) -> None:
    assert renamed(mentions(before), mentions(after)) is expected


def test_names_in_which_there_are_no_slips() -> None:
    assert names("배우 성춘향, 강릉시 방문") == {"성춘향"}
    assert names("Minister visits Watson plant") == {"Watson"}
