"""Discord's Markdown and Slack's mrkdwn read back: PLATFORMS.md a and j; FAILURES.md section 1 (injection)."""

import re
import time

import pytest

from adapters.discord.markdown import escaped, written
from bot.newsroom.markup import markdown, mrkdwn
from bot.text.letters import clean
from bot.text.marked import Kind, Marked, Span, joined
from tests.renderers.corpus import corpus
from tests.torture.scale import within

B, T, U, S, C, V = Kind.BOLD, Kind.ITALIC, Kind.UNDERLINE, Kind.STRIKE, Kind.CODE, Kind.SPOILER


def spans(text: Marked) -> list[tuple[str, Kind] | tuple[str, Kind, str]]:
    """What is marked, how, and where it leads."""
    cuts = [(text.text[span.start : span.end], span.kind, span.value) for span in text.spans]
    return [cut if cut[2] else cut[:2] for cut in cuts]


@pytest.mark.parametrize(
    ("markup", "text", "marks"),
    [
        ("평범한 말", "평범한 말", []),
        ("**굵게** 말", "굵게 말", [("굵게", B)]),
        ("*기울여* __밑줄__", "기울여 밑줄", [("기울여", T), ("밑줄", U)]),
        ("~~취소~~ ||가림||", "취소 가림", [("취소", S), ("가림", V)]),
        ("***둘 다***", "둘 다", [("둘 다", B), ("둘 다", T)]),
        ("**가*나***", "가나", [("가나", B), ("나", T)]),
        ("**가**\u2060*나*", "가\u2060나", [("가", B), ("나", T)]),
        (r"\*별\* \_밑\_ \#1 \가", r"*별* _밑_ #1 \가", []),
        ("`a*b*` ``c`d``", "a*b* c`d", [("a*b*", C), ("c`d", C)]),
        ("2 * 3 * 4, 닫히지 **않음", "2 * 3 * 4, 닫히지 **않음", []),
        ("**** || ||", "**** || ||", []),
        ("**가 ||나** 다||", "가 ||나 다||", [("가 ||나", B)]),
        ("[**말**\\]](https://a.kr/%28x%29)", "말]", [("말]", Kind.LINK, "https://a.kr/%28x%29"), ("말", B)]),
        ("[말](나쁜 곳)", "[말](나쁜 곳)", []),
        ("](https://a.kr/)", "](https://a.kr/)", []),
        (
            "**https://a.kr/x**",
            "https://a.kr/x",
            [("https://a.kr/x", B), ("https://a.kr/x", Kind.LINK, "https://a.kr/x")],
        ),
        ("<https://a.kr/>는", "https://a.kr/는", [("https://a.kr/", Kind.LINK, "https://a.kr/")]),
        ("https://.", "https://.", []),
        ("> 첫 줄\n> **둘째**\n밖", "첫 줄\n둘째\n밖", [("첫 줄\n둘째", Kind.QUOTE), ("둘째", B)]),
        ("앞\n```py\nx = *1*\n\n  y\n```\n뒤", "앞\nx = *1*\n\n  y\n뒤", [("x = *1*\n\n  y", Kind.PRE)]),
        ("", "", []),
    ],
)
def test_discords_markdown_reads_as_its_readers_do(markup: str, text: str, marks: list[tuple[str, Kind]]) -> None:
    read = markdown(markup)
    assert read.text == text
    assert spans(read) == marks


@pytest.mark.parametrize(
    ("markup", "text", "marks"),
    [
        ("*굵게* _기울여_", "굵게 기울여", [("굵게", B), ("기울여", T)]),
        ("~취소~ `a&lt;b`", "취소 a<b", [("취소", S), ("a<b", C)]),
        ("*굵게*\u200b은 snake_case_x 3~4월", "굵게\u200b은 snake_case_x 3~4월", [("굵게", B)]),
        ("&lt;b&gt; &amp;amp;", "<b> &amp;", []),
        ("<https://a.kr/?a=1&amp;b=2|읽기 &gt;>", "읽기 >", [("읽기 >", Kind.LINK, "https://a.kr/?a=1&b=2")]),
        ("*<https://a.kr/|제목>*", "제목", [("제목", B), ("제목", Kind.LINK, "https://a.kr/")]),
        ("<https://a.kr/>", "https://a.kr/", [("https://a.kr/", Kind.LINK, "https://a.kr/")]),
        ("https://a.kr/", "https://a.kr/", []),
        ("&gt; 하나\n&gt; 둘\n셋", "하나\n둘\n셋", [("하나\n둘", Kind.QUOTE)]),
        ("> 하나\n>\n> 둘", "하나\n\n둘", [("하나\n\n둘", Kind.QUOTE)]),
        ("```\na &lt; b\n```", "a < b", [("a < b", Kind.PRE)]),
    ],
)
def test_slacks_mrkdwn_reads_as_its_readers_do(markup: str, text: str, marks: list[tuple[str, Kind]]) -> None:
    read = mrkdwn(markup)
    assert read.text == text
    assert spans(read) == marks


def bare(text: str) -> str:
    """What is seen of a text."""
    return re.sub("[\u200b\u2060\\s]", "", text)


def test_what_discords_adapter_escapes_is_read_as_it_was() -> None:
    """The injection corpus of issue 3: every sign that an adapter made inert stays a sign."""
    texts = [clean(attack.text) for attack in corpus()]
    assert [text for text in texts if bare(markdown(escaped(text)).text) != bare(text)] == []


@pytest.mark.parametrize("kind", [B, T, U, S, C, V, Kind.QUOTE, Kind.PRE])
def test_every_mark_that_discords_adapter_writes_is_read_back(kind: Kind) -> None:
    marked = joined(("앞\n", Marked("*별*표 [x]").as_(kind), "\n뒤"))
    assert markdown(written(marked)) == marked


def test_a_masked_link_that_discords_adapter_writes_is_read_back() -> None:
    marked = joined((Marked("말[1] (나)").as_(B).as_(Kind.LINK, "https://a.kr/b"), " 뒤"))
    assert spans(markdown(written(marked))) == [("말[1] (나)", Kind.LINK, "https://a.kr/b"), ("말[1] (나)", B)]


@pytest.mark.parametrize("sign", ["[", "**a", "`", "```", "||", "*a_", "<http://", "\\", "> "])
def test_a_thousand_signs_are_read_in_no_time(sign: str) -> None:
    began = time.perf_counter()
    for read in (markdown, mrkdwn):
        read(sign * (4096 // len(sign)))
    assert time.perf_counter() - began < within(2)


def test_spans_stand_by_start_and_then_the_longer_first() -> None:
    read = markdown("~~**가** 나~~ *다*")
    assert read.spans == (Span(0, 3, S), Span(0, 1, B), Span(4, 5, T))
