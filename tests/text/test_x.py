"""X's weighted length against npm's twitter-text 3.1.0, whose answers are in tests/data/oracles (PLATFORMS.md a)."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.x_text import library
from bot.text.x import weigh

ORACLES = Path(__file__).parents[1] / "data" / "oracles"


def rows(name: str) -> list[Any]:
    return [json.loads(row) for row in (ORACLES / name).read_text().splitlines()]


def test_some_three_thousand_texts_weigh_exactly_what_npms_twitter_text_says() -> None:
    texts = rows("x.jsonl")
    assert len(texts) > 2_900
    assert [(text, weight, weigh(text)) for text, weight in texts if weigh(text) != weight] == []


def test_every_emoji_weighs_exactly_what_npms_twitter_text_says() -> None:
    emoji = {one: weight for weight, some in rows("x_emoji.jsonl") for one in some.split(" ")}
    assert len(emoji) > 2_900
    assert {one: weigh(one) for one in emoji} == emoji


def test_no_emoji_weighs_less_than_in_the_sandbox_but_two_that_are_characters_to_x() -> None:
    library()
    from twitter_text.regexp import emoji

    known = [entry.emoji for entry in emoji.emoji_list]
    assert len(known) > 3_500
    assert [one for one in known if weigh(one) < 2] == ["©", "®"]


@pytest.mark.parametrize(
    ("text", "weight", "why"),
    [
        ("서울newsdao.kr에서", 4 + 23 + 4, "letters that are not Latin neither begin a bare host nor end it"),
        ("https://서울.kr/뉴스", 23 + 4, "a host in Hangul is one, a path is not"),
        ("https://a.한국 a.한국에", 23 + 1 + 23 + 2, "a top-level domain in Hangul"),
        ("https://t.co/abc/def", 23 + 4, "a t.co link ends after its name"),
        ("https://t.co/" + "a" * 41, 54, "and has no longer name than 40"),
        ("naver.com에서.다음.com/abc", 23 + 10, "a path counts from the Latin host on, as many units as it has"),
        ("a.krx.가a.kr나.한국/xyz", 23 + 14, "a Latin host is sought by its name, and found too early"),
        ("naver.com👨‍👩‍👧나.한국/xyz", 23 + 16, "an address may end within an emoji"),
        ("naver.com👨‍👩‍👦‍👦나.한국/x", 23 + 18, "whose end is no emoji then"),
        ("https://a.kr/1️⃣", 23 + 4, "or before the rest of one"),
        ("desk@newsdao.kr", 15, "an e-mail address is none"),
        ("README.md", 23, "what ends like Moldova's domains is one"),
        ("https://a.newsdaotld/b", 22, "what ends like no domain is none"),
        ("https://xn--한글.kr", 8 + 4 + 4 + 3, "Punycode has ASCII letters only"),
        ("https://" + "가" * 57 + ".kr", 8 + 114 + 3, "a label has 63 characters at most, in Punycode"),
        ("https://" + "가" * 130 + ".kr", 8 + 260 + 3, "and no longer one is even encoded"),
        ("https://a.kr/" + "b" * 4_076, 4_089, "and an address 4,096 units with its scheme once more"),
        ("https://a.kr/" + "b" * 4_075, 23, "which this one has"),
        ("\U00016d67\U00016d67", 4, "a letter that Unicode composes since 2024 weighs as its parts; it is 2 to X"),
    ],
)
def test_an_address_weighs_23_and_is_what_twitter_text_takes_for_one(text: str, weight: int, why: str) -> None:
    assert weigh(text) == weight, why


HOSTILE = {
    "no dot": "가나다 ",
    "dots": ".",
    "labels": "a.",
    "labels with _": "a_.",
    "labels after @": "@a.kr",
    "schemes": "http://",
    "addresses": "https://뉴스.한국/a?b=c ",
    "open parentheses": "a.kr/(",
    "parentheses within": "a.kr/(a(b",
    "queries without end": "a.kr?!!!",
    "foreign hosts": "a.a.a.가.한국/x ",
    "foreign hosts in one": "a.b.가.",
    "addresses that end in emoji": "naver.com👨‍👩‍👧.한국/abc ",
    "emoji": "👨‍👩‍👧🇰🇷👍🏽",
    "Punycode": ".xn--",
    "t.co": "https://t.co/a?",
}


def seconds(text: str) -> float:
    def once() -> float:
        began = time.process_time()
        weigh(text)
        return time.process_time() - began

    return min(once() for _ in range(3))


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_four_times_the_text_takes_about_four_times_as_long(piece: str) -> None:
    short = piece * (16_000 // len(piece))
    assert seconds(short * 4) < 8 * seconds(short) + 0.02
