"""Elements are understood once and remembered: what they mean must not depend on which was met before."""

import pytest

from bot.text.elements import element
from tests.text.dialects.drawn import drawn


@pytest.mark.parametrize("first", ["hidden", "style='display:none'", "class='sr-only'", "role='navigation'"])
def test_one_element_says_nothing_about_another_of_its_tag(first: str) -> None:
    html = f"<p>글</p><p {first}>가림</p><p>또 글</p><p {first}>가림</p>"
    assert drawn(html) == ["글", "또 글"]


def test_what_differs_from_link_to_link_is_not_remembered() -> None:
    assert element("a", {"class": "x", "href": "/1", "title": "하나"}) is element("a", {"class": "x", "href": "/2"})
    assert drawn("<a href='/1'>하나</a> <a href='/2'>둘</a>") == [
        "[하나](https://newsdao.kr/1) [둘](https://newsdao.kr/2)"
    ]


def test_a_bare_attribute_is_not_a_missing_one() -> None:
    assert element("p", {"hidden": None}).unread
    assert not element("p", {}).unread
