"""How the grammars read text: what platforms find in it, how their clients draw it, and which addresses lead somewhere.

The examples are from the sources that the grammars name.
"""

from typing import Any

import pytest

from tests.renderers.grammars import Refused, discord_reads, slack_reads, telegram_finds
from tests.renderers.grammars.seen import known, leads, readable

LINK = "https://newsdao.kr/a"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@hanbit", [("mention", "@hanbit")]),
        ("@gif @abc @ab", [("mention", "@gif")]),
        ("가@hanbit a_@hanbit @hanbit가 @\u2060hanbit", []),
        ("\u0301@hanbit.", [("mention", "@hanbit")]),
        ("/a@b /a@bcd 1/2 </b> //c /시작", [("bot_command", "/a@bcd")]),
        ("#가 #1 #1가 a#b #a#b (#c)", [("hashtag", "#가"), ("hashtag", "#1가"), ("hashtag", "#c")]),
        ("$AAPL $aapl $ABCDEFGHI US$A $1INCH", [("cashtag", "$AAPL"), ("cashtag", "$1INCH")]),
        ("TG://a?b ftp://a.kr", [("url", "TG://a?b"), ("url", "ftp://a.kr")]),
        ("newsdao.kr, a.b.c 1.2.3.4 256.1.1.1 2026.11.22.", [("url", "newsdao.kr"), ("url", "1.2.3.4")]),
        ("(https://a.kr/b(c)) https://a.kr/가,", [("url", "https://a.kr/b(c)"), ("url", "https://a.kr/가")]),
        ("https://a.kr/@hanbit https://a.kr:80. xhttps://a_b.kr", [("url", "https://a.kr/@hanbit"), ("url", "https://a.kr:80")]),
        ("https://a.kr»@hanbit", [("url", "https://a.kr"), ("mention", "@hanbit")]),
        ("hong@newsdao.kr x@y", [("email", "hong@newsdao.kr")]),
    ],
)  # fmt: skip
def test_what_telegram_finds_by_itself(text: str, found: list[tuple[str, str]]) -> None:
    assert [(one.kind, text[one.start : one.end]) for one in telegram_finds.entities(text)] == found


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("**a** *b* _c_ __d__ ~~e~~ ||f||", "a b c d e f"),
        ("***a*** **a *b* c**", "a a b c"),
        ("snake_case_name 2 * 3 * 4 ** a", "snake_case_name 2 * 3 * 4 ** a"),
        (r"\*a\* \_b\_ \\ \a \# 1\. \가", r"*a* _b_ \ \a # 1. 가"),
        ("`*a*` ``b`c`` ```py\n*d*\n```", "*a* b`c *d*"),
        ("# a\n## b ##\n#### c\n#d", "a\nb\n#### c\n#d"),
        ("-# a\n-#b", "a\n-#b"),
        ("> a\n> b\nc", "a\nb\nc"),
        ("a\n>>> b\nc", "a\nb\nc"),
        (">a a > b", ">a a > b"),
        ("- a\n* b\n  - c", "• a\n• b\n  • c"),
        ("0. a\n2. b\n2026. 11. 22.", "1. a\n2. b\n2026. 11. 22."),
        ("a  \nb", "a\nb"),
        ("[a](https://a.kr) [b](c) [d]", "a [b](c) [d]"),
        (r"\[a](https://a.kr)", "[a](https://a.kr)"),
        ("https://a.kr/*b*_c_ https://a.kr/\\*", "https://a.kr/*b*_c_ https://a.kr/\\*"),
        ("<https://a.kr> <a@b.kr>", "https://a.kr a@b.kr"),
    ],
)
def test_how_discord_reads_markdown(markup: str, text: str) -> None:
    assert discord_reads.read(markup).text.rstrip("\n") == text


@pytest.mark.parametrize(
    ("markup", "links"),
    [
        ("(https://a.kr/b) https://a.kr/b.", ["https://a.kr/b", "https://a.kr/b"]),
        ("[a](<https://a.kr> 'b')[c](https://c.kr)", ["https://a.kr", "https://c.kr"]),
        ("**[a](https://a.kr)** `https://b.kr`", ["https://a.kr"]),
        ("[https://a.kr](https://b.kr)", ["https://b.kr"]),
        ("Steam://run/1 <mailto:a@b.kr>", ["Steam://run/1", "mailto:a@b.kr"]),
    ],
)
def test_what_discord_links(markup: str, links: list[str]) -> None:
    assert [url for _, url in discord_reads.read(markup).links] == links


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("*a* _b_ ~c~ `d` ```e```", "a b c d e"),
        ("a*b*c snake_case_name 2 * 3 * 4 *\na*", "a*b*c snake_case_name 2 * 3 * 4 *\na*"),
        ("&gt; a\n>b\na &gt; b", "a\nb\na > b"),
        ("`*a*` *`b`*", "*a* b"),
        ("&amp;lt;!channel&amp;gt;", "&lt;!channel&gt;"),
        ("<https://a.kr> <mailto:a@b.kr|c>", "https://a.kr c"),
    ],
)
def test_how_slack_reads_mrkdwn(markup: str, text: str) -> None:
    assert slack_reads.read(markup).text == text


@pytest.mark.parametrize(
    "url", [LINK, "http://xn--3e0b707e.kr:8080/%EA%B0%80?a=(b)&c#d", "https://[::1]/", "HTTPS://A.KR"]
)
def test_a_whole_address_leads_somewhere(url: str) -> None:
    assert leads(url, "it") == url


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "leads nowhere"),
        (None, "leads nowhere"),
        ("mailto:a@b.kr", "unsafe scheme"),
        ("java\tscript:a", "unsafe scheme"),
        ("https://", "has no host"),
        ("https:///a.kr", "has no host"),
        ("https://a..kr", "has no host"),
        ("https://a.kr/가", "RFC 3986"),
        ("https://a.kr/a b", "RFC 3986"),
        ("https://a.kr\\b", "RFC 3986"),
        ("https://a.kr/%zz", "RFC 3986"),
        ("https://bank.kr@a.kr", "another host"),
        ("https://a.kr:0/", "a port that is none"),
        ("https://a.kr:99999/", "no address"),
        ("https://[bad/", "no address"),
    ],
)
def test_no_other_address_does(url: Any, why: str) -> None:
    with pytest.raises(Refused, match=why):
        leads(url, "it")


def test_a_text_is_a_text_that_can_be_read() -> None:
    assert readable("가\t나\n\u2060다", "it") == "가\t나\n\u2060다"
    with pytest.raises(Refused, match="it is no text: None"):
        readable(None, "it")
    with pytest.raises(Refused, match="the body is no object"):
        known([], {"text"}, "the body")  # type: ignore[arg-type]  # what it refuses
