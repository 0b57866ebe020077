"""Marks, and when they mean nothing (issue 3: emphasis over nearly the whole of a body sets nothing apart)."""

import pytest

from tests.text.dialects.drawn import drawn

RED, BLUE = '<span style="color:#ee2323">', '<span style="background-color:#f6e199">'
PLAIN = "하늘시가 새 다리를 20일 연다. 길이는 320m이다. "
LINE = "가나다라마바사아자차 " * 10


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<span class='spoiler'>결말</span>은 <tg-spoiler>비밀</tg-spoiler>", ["||결말||은 ||비밀||"]),
        ("m<sup>2</sup>, H<sub>2</sub>O, 10<sup>-3</sup>, x<sup><i>n</i></sup>", ["m², H₂O, 10⁻³, x_ⁿ_"]),
        ("10<sup>1.5</sup>, 1<sup>st</sup>, x<sub>max</sub>, 값<sup>1)</sup>", ["10^1.5, 1st, xmax, 값¹⁾"]),
        ("<a href='/x' style='color:#00f'>글</a>", ["[글](https://newsdao.kr/x)"]),
        ("<p style='color:red'>글</p><p style='font-weight:bold'>굵게</p>", ["글", "**굵게**"]),
        ("<h2 style='font-weight:bold'>절</h2>", ["## 절"]),
        ("<span style='font-weight:400;color:red'>붉은</span> 글", ["**붉은** 글"]),
        ("<i style='font-style:normal'>글</i><span style='text-decoration:underline'>밑줄</span>", ["글+밑줄+"]),
        ("<b>첫 줄<br></b>둘째<br><i>셋째<br></i><u>넷째</u>", ["**첫 줄**\n둘째\n_셋째_\n+넷째+"]),
        ("<b>첫 줄<br>둘째 줄</b>", ["**첫 줄\n둘째 줄**"]),
    ],
)
def test_marks(html: str, expected: list[str]) -> None:
    assert drawn(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param(f"<p>{RED}{LINE}</span>와 <b>굵은</b> 말</p>", f"{LINE}와 **굵은** 말", id="all in one colour"),
        pytest.param(f"<p><b>{LINE}</b>와 {RED}붉은</span> 말</p>", f"{LINE}와 붉은 말", id="all bold"),
        pytest.param(f"<p><b>{LINE}</b>{BLUE}{LINE}</span>말</p>", f"{LINE}{LINE}말", id="half bold, half in colour"),
        pytest.param(f"<p><i>{LINE}</i><b>굵은</b> 말</p>", f"{LINE}**굵은** 말", id="all in italics"),
        pytest.param(f"<p><b>{RED}{LINE}</span></b>말</p>", f"{LINE}말", id="all bold and in colour"),
        pytest.param(f"<p><s>{LINE}</s>말</p>", f"~{LINE}~말", id="what is struck out is not said, however long"),
        pytest.param(f"<p><b>{LINE}</b>{LINE}</p>", f"**{LINE}**{LINE.strip()}", id="half of a body"),
        pytest.param("<p><b>한 줄 속보</b></p>", "**한 줄 속보**", id="a body of one line"),
    ],
)
def test_what_covers_most_of_a_body_sets_nothing_apart(html: str, expected: str) -> None:
    assert drawn(html) == [expected]
