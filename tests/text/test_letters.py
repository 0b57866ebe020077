"""Characters that hide something go, those that make a letter stay: FAILURES.md section 1, injection."""

import pytest

from bot.text.letters import clean, squeeze


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("a\x00b\x1bc", "abc"),
        ("가\u200b나\ufeff다\u2060라\u00ad마", "가나다라마"),
        ("\u202e뒤집힘\u202c \u2066격리\u2069\u200e\u061c", "뒤집힘 격리"),
        ("가\u3164나\uffa0\u115f", "가나"),
        ("👨\u200d👩\u200d👧 ❤\ufe0f\u200d🔥 👩🏽\u200d🚒", "👨\u200d👩\u200d👧 ❤\ufe0f\u200d🔥 👩🏽\u200d🚒"),
        ("가\u200d나 a\u200d😀 😀\u200d", "가나 a😀 😀"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", None),
        ("숨은\U000e0041\U000e0042 꼬리표", "숨은 꼬리표"),
        ("\ud83d\ude00 \ud83d \ude00", "😀 \ufffd \ufffd"),
        ("\u1112\u1161\u11ab", "한"),
    ],
)
def test_hidden_characters_go_and_letters_stay(text: str, expected: str | None) -> None:
    assert clean(text) == (text if expected is None else expected)


def test_squeezed_text_is_on_one_line_with_single_spaces() -> None:
    assert squeeze(" 한\u00a0 글\n\t\u3000 자 ") == "한 글 자"
