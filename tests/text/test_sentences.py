"""Where a sentence ends, in Korean and English: PEERS.md, "Korean-first text"."""

import pytest

from bot.text.sentences import sentences, spans


@pytest.mark.parametrize(
    "parts",
    [
        ["시가 노선을 늘린다.", "요금은 그대로다."],
        ["대전환을 선언!", "지원은 10조 원이다."],
        ["왜일까?", "모른다!", "그래서 물었다."],
        ["3.5% 올랐다.", "내년엔 4.1%다."],
        ["2024. 7. 22. 정부는 밝혔다.", "둘째다."],
        ["2024. 7. 22. AI 법이 나왔다.", "둘째다."],
        ["1. The first point stands.", "It holds."],
        ["It rose to 40.", "The city agreed."],
        ["U.S. officials met Mr. Kim on Jan. 3.", "They left."],
        ["It took approx. five days.", "Done."],
        ["It came in, e.g. by bus.", "At 5 p.m. it left."],
        ['그는 "이것은 잘못이다. 고쳐야 한다."고 말했다.', "끝이다."],
        ["그는 “정말 그렇다.” 라고 했다.", "끝이다."],
        ["“그렇다.”", "그가 말했다."],
        ["(한 번. 두 번) 울렸다.", "그쳤다."],
        ["아직… 모른다.", "그렇다…", "끝이다."],
        ["Wait…", "Then it came."],
        ["주소는 https://a.kr/?b=1.2 이다.", "끝."],
        ["내용은 www.newsdao.kr/다.한글 참고.", "끝."],
        ["첫 줄", "둘째 줄"],
        ["속보"],
    ],
)
def test_sentences_end_where_a_reader_would_pause(parts: list[str]) -> None:
    between = "\n" if parts[0] == "첫 줄" else " "
    text = between.join(parts)
    assert sentences(text) == parts
    assert [text[start:end] for start, end in spans(text)] == parts


def test_a_sentence_written_right_behind_another_is_one_of_its_own() -> None:
    assert sentences("시가 늘린다.요금은 그대로다.") == ["시가 늘린다.", "요금은 그대로다."]
    assert sentences("주식회사.한국") == ["주식회사.한국"]


def test_nothing_has_no_sentences() -> None:
    assert sentences(" \n ") == []
