"""What each platform's form says: PLATFORMS.md a (units: UTF-16 for Telegram, UTF-8 for Bluesky)."""

from typing import Any

import pytest

from bot.model import Entity
from bot.newsroom.reading import faceted, marked, told
from bot.text.marked import Kind, Marked, Span

LINK = Span(3, 16, Kind.LINK, "https://a.kr/")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("bold", Kind.BOLD),
        ("italic", Kind.ITALIC),
        ("underline", Kind.UNDERLINE),
        ("strikethrough", Kind.STRIKE),
        ("spoiler", Kind.SPOILER),
        ("code", Kind.CODE),
        ("pre", Kind.PRE),
        ("blockquote", Kind.QUOTE),
        ("expandable_blockquote", Kind.FOLD),
        ("hashtag", Kind.TAG),
    ],
)
def test_every_kind_of_entity_is_read(kind: str, expected: Kind) -> None:
    assert marked("🚀 발사", [Entity(kind, 3, 2)]) == Marked("🚀 발사", (Span(2, 4, expected),))


def test_a_bare_address_leads_where_it_says() -> None:
    assert marked("보라 https://a.kr/", [Entity("url", 3, 13)]).spans == (LINK,)


@pytest.mark.parametrize(
    ("platform", "text", "spans"),
    [
        ("telegram", "#경제 #2026 #\u2060아님 a#b /#c", [Span(0, 3, Kind.TAG)]),
        ("telegram", "https://a.kr/#조각", [Span(0, 16, Kind.LINK, "https://a.kr/#조각")]),
        ("x", "보라 https://a.kr/ #경제", [LINK]),
        ("mastodon", "보라 https://a.kr/", [LINK]),
        ("bluesky", "보라 https://a.kr/ #경제", []),
        ("webhook", "보라 https://a.kr/", [LINK]),
        ("pigeon", "보라 https://a.kr/", [LINK]),
    ],
)
def test_what_a_platform_makes_live_by_itself_is_live(platform: str, text: str, spans: list[Span]) -> None:
    assert list(told(platform, text).spans) == spans


@pytest.mark.parametrize(
    ("platform", "markup", "spans"),
    [
        ("discord", "**속보** \\*3명\\*", [Span(0, 2, Kind.BOLD)]),
        ("discord", "**다른 말**", []),
        ("slack", "*속보* 별", []),
        ("slack", "", []),
    ],
)
def test_markup_counts_only_where_it_says_the_same(platform: str, markup: str, spans: list[Span]) -> None:
    read = told(platform, "속보 *3명*", (), markup)
    assert (read.text, list(read.spans)) == ("속보 *3명*", spans)


def facet(start: int, end: int, **feature: str) -> dict[str, Any]:
    kind = feature.pop("kind")
    return {
        "index": {"byteStart": start, "byteEnd": end},
        "features": [{"$type": f"app.bsky.richtext.facet#{kind}", **feature}],
    }


def test_facets_count_bytes_and_nothing_else_is_found() -> None:
    record = {
        "text": "🚀 발사 #경제 a.kr https://b.kr/",
        "facets": [
            facet(12, 19, kind="tag", tag="경제"),
            facet(20, 24, kind="link", uri="https://a.kr/"),
            facet(0, 4, kind="mention", did="did:plc:x"),
        ],
    }
    assert faceted(record).spans == (Span(5, 8, Kind.TAG, "경제"), Span(9, 13, Kind.LINK, "https://a.kr/"))


@pytest.mark.parametrize("record", [{}, {"text": ""}, {"text": "가", "facets": []}])
def test_a_post_may_have_no_facets(record: dict[str, Any]) -> None:
    assert faceted(record) == Marked(record.get("text", ""))
