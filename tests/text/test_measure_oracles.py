"""The measures against what others count: tests/data/oracles (made as its make/README.md says), and the documents."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.text import measure
from bot.text.measure import (
    bluesky,
    discord,
    email_line,
    email_subject,
    graphemes,
    line,
    mastodon,
    matrix,
    slack,
    threads,
    utf8,
    web_push,
)

ORACLES = Path(__file__).parents[1] / "data" / "oracles"


def rows(name: str) -> list[Any]:
    return [json.loads(row) for row in (ORACLES / name).read_text().splitlines()]


def test_some_three_thousand_texts_have_as_many_graphemes_as_intl_segmenter_says() -> None:
    unicode, *texts = rows("graphemes.jsonl")
    assert unicode == {"unicode": "17.0"}
    assert len(texts) > 2_900
    assert [(text, count, graphemes(text)) for text, count in texts if graphemes(text) != count] == []


def test_the_unicode_consortiums_own_examples_break_where_they_should() -> None:
    examples = [row for row in (ORACLES / "GraphemeBreakTest.txt").read_text().splitlines() if row[:1] == "÷"]
    assert len(examples) == 853
    for example in examples:
        clusters = ["".join(chr(int(code, 16)) for code in re.findall("[0-9A-F]+", one)) for one in example.split("÷")]
        assert measure._GRAPHEME.findall("".join(clusters)) == [one for one in clusters if one], example


@pytest.mark.parametrize(
    ("text", "in_17", "in_18"),
    [
        ("क\u094dक", 1, 1),
        ("a\u094dक", 2, 1),
        ("\u094dक", 2, 1),
        ("క\u0b53", 2, 1),
        ("a\u05c8", 2, 1),
        ("a\u1ade", 2, 1),
        ("😀\u200d\U0001f7f2", 1, 2),
    ],
)
def test_unicode_18_which_we_count_by_differs_from_17_in_new_characters_and_one_rule(
    text: str, in_17: int, in_18: int
) -> None:
    assert graphemes(text) == in_18
    assert in_17 >= in_18 or "\U0001f7f2" in text


NAMES, *TABLE = rows("platforms.jsonl")


@pytest.mark.parametrize("column", range(len(NAMES)), ids=NAMES)
def test_some_three_thousand_texts_are_as_long_as_a_slow_reading_of_the_documents_says(column: int) -> None:
    counted: Callable[[str], int] = getattr(measure, NAMES[column])
    if counted is matrix:
        counted = lambda text: matrix(text, f"<b>{text}</b>")  # noqa: E731 - as in platforms.mjs
    assert len(TABLE) > 2_900
    wrong = [(text, numbers[column], counted(text)) for text, *numbers in TABLE if counted(text) != numbers[column]]
    assert wrong == []


LINK = "https://newsdao.kr/news/2026/11/20/night-bus/"


@pytest.mark.parametrize(
    ("counted", "text", "length"),
    [
        (mastodon, f"속보 {LINK}", 3 + 23),  # user/posting: links
        (mastodon, "http://a.kr", 23),
        (mastodon, "https://newsdao.kr/뉴스/한글", 23),  # twitter_regex.rb: a path of any letters
        (mastodon, "newsdao.kr/a", 12),  # "must begin with http(s)://"
        (mastodon, "https://a.newsdaotld/" + "b" * 40, 61),  # no such domain, so no link
        (mastodon, "@desk@newsdao.example", 5),  # user/posting: mentions
        (mastodon, "@desk 와 desk@newsdao.kr", 23),
        (mastodon, "https://m.kr/@desk@newsdao.kr", 23),
        (mastodon, "@desk@newsdao.kr@x", 18),  # MENTION_RE, end_mention_match
        (mastodon, "👨‍👩‍👧", 1),
        (bluesky, "가" * 300, 300),  # app.bsky.feed.post
        (bluesky, "가" * 300 + "a", 301),
        (bluesky, "👨‍👩‍👧" * 166, 299),  # 18 bytes each
        (bluesky, "👨‍👩‍👧" * 167, 301),
        (threads, "속보", 2),  # Threads API, posts: emoji count as their UTF-8 bytes
        (threads, "🚨", 4),
        (threads, "👨‍👩‍👧", 18),
        (threads, "1️⃣", 7),
        (threads, "각", 1),
        (discord, "속보🚨", 4),
        (discord, " a ", 3),  # trimmed there, counted here
        (slack, "A&B <C>", 7 + 4 + 3 + 3),  # escaping
        (slack, "속보🚨", 3),
        (matrix, "속보", len(b'{"body":"......"}')),  # appendices, canonical JSON
        (matrix, 'a"\\\n\x01\x7f', len(b'{"body":"a..........x"}') + 2),
        (web_push, "속보", 6),
        (line, "a", 1),  # "Counting characters in a text": its own examples
        (line, "あ", 1),
        (line, "\n", 1),
        (line, "邊", 1),
        (line, "𠀋", 2),
        (line, "👋", 2),
        (line, "👋🏻", 4),
        (email_line, "", 0),  # RFC 5322 section 2.1.1, RFC 6532 section 3.4
        (email_line, "속보\r\nabc\ndefg", 6),
        (email_subject, "", 9),
        (email_subject, "속보", 11),
    ],
)
def test_a_text_is_as_long_as_its_platforms_page_says(counted: Callable[[str], int], text: str, length: int) -> None:
    assert counted(text) == length


def test_an_instance_of_mastodon_says_how_much_a_link_counts() -> None:
    assert mastodon(f"속보 {LINK}", url=40) == 43


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(max_size=40), st.integers(0, 400))
def test_bluesky_takes_what_keeps_both_of_its_limits_and_nothing_else(text: str, times: int) -> None:
    text *= times
    assert (bluesky(text) <= 300) == (graphemes(text) <= 300 and utf8(text) <= 3_000)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(), st.text(min_size=1))
def test_matrix_counts_what_is_sent(body: str, formatted: str) -> None:
    content = {"body": body, "formatted_body": formatted}
    sent = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    assert matrix(body, formatted) == len(sent.encode())
