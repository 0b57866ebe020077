"""Which story has told an event already, and what follows by the feed's policy (issue 5, item 6; FreshRSS#6916)."""

import datetime as dt
from unittest.mock import patch

import pytest

from bot.events import Joining, Match, Recent, joining
from bot.events.joining import WINDOW
from bot.events.likeness import likeness
from bot.events.recent import _COMPARED
from bot.events.telling import telling
from bot.model import UTC, SameEvent
from tests.events.stream import crowd, stream

NOW = dt.datetime(2026, 11, 3, 5, 0, tzinfo=UTC)
HEADLINE, LEAD = "경주 동남동쪽 19㎞서 규모 4.0 지진", "3일 오전 4시 55분께 경북 경주시에서 규모 4.0의 지진이 발생했다."
AGAIN = "새벽 경주 규모 4.0 지진…울산도 흔들"


@pytest.fixture
def recent() -> Recent:
    kept = Recent()
    kept.add(7, "haneul", HEADLINE, LEAD, "https://haneul.example/news/1?utm_source=rss", NOW)
    return kept


def test_another_feeds_telling_joins_and_says_why(recent: Recent) -> None:
    match = recent.find(AGAIN, "", "https://maeari.example/9", "maeari", NOW + dt.timedelta(minutes=20))
    assert match is not None
    assert match.story == 7
    assert match.score >= 0.8
    assert match.why.endswith("%: 경주, 4")
    assert not match.same_link


def test_the_same_link_is_the_same_story_in_any_feed_at_any_time_and_in_any_words(recent: Recent) -> None:
    for feed in ("haneul", "maeari"):
        match = recent.find("전혀 다른 제목", "", "http://www.haneul.example/news/1", feed, NOW + dt.timedelta(days=9))
        assert match == Match(7, 1.0, "the same link", same_link=True)


def test_within_one_feed_only_a_numbered_report_joins(recent: Recent) -> None:
    later = NOW + dt.timedelta(minutes=20)
    assert recent.find(AGAIN, "", "", "haneul", later) is None
    for marked in (f"[2보] {AGAIN}", f"{AGAIN}(종합)", f"{AGAIN}(종합2보)"):
        match = recent.find(marked, "", "", "haneul", later)
        assert match is not None, marked
        assert match.story == 7
    assert recent.find("[2보] 포항 북구서 규모 3.1 지진", "", "", "haneul", later) is None


def test_beyond_the_window_nothing_joins(recent: Recent) -> None:
    assert recent.find(HEADLINE, LEAD, "", "maeari", NOW + WINDOW) is not None
    assert recent.find(HEADLINE, LEAD, "", "maeari", NOW + WINDOW + dt.timedelta(seconds=1)) is None
    assert recent.find(HEADLINE, LEAD, "", "maeari", NOW - WINDOW - dt.timedelta(seconds=1)) is None


def test_what_is_forgotten_matches_no_more(recent: Recent) -> None:
    recent.add(8, "maeari", AGAIN, "", "", NOW)
    recent.forget(7)
    match = recent.find(HEADLINE, LEAD, "https://haneul.example/news/1", "saebyeok", NOW)
    assert match is not None
    assert match.story == 8


def test_the_story_most_alike_is_found_and_of_equals_the_first(recent: Recent) -> None:
    recent.add(9, "maeari", HEADLINE, LEAD, "", NOW)
    recent.add(10, "maeari", "경북 경주서 규모 2.9 여진", "", "", NOW)
    match = recent.find(HEADLINE, LEAD, "", "saebyeok", NOW)
    assert match is not None
    assert (match.story, match.score) == (7, 1.0)


def test_what_is_kept_is_bounded_and_the_oldest_goes_first() -> None:
    kept = Recent(capacity=40)
    for number in range(200):
        kept.add(number, "haneul", f"제{number}호 조례안 {number}건 심의", "", f"https://haneul.example/{number}", NOW)
    assert 40 <= len(kept) <= 50
    assert kept.find("", "", "https://haneul.example/199", "maeari", NOW) is not None
    assert kept.find("", "", "https://haneul.example/0", "maeari", NOW) is None


BAD = {
    "nothing": "", "a space": " ", "marks": "[속보] [1보]", "dots": "…", "emoji": "🚨" * 50,
    "half a character": "\ud800",
    "right to left": "\u202eשלום עולם, זו כותרת ארוכה", "letters": "가" * 100_000, "digits": "1" * 100_000,
    "brackets": "(" * 100_000, "a label": "Breaking: " * 10_000, "labels": "[속보]" * 20_000, "scores": "1-1 " * 25_000,
}  # fmt: skip


@pytest.mark.parametrize("headline", BAD.values(), ids=BAD)
def test_bad_input_neither_fails_nor_joins_what_is_another(recent: Recent, headline: str) -> None:
    assert recent.find(headline, "", "", "maeari", NOW) is None
    recent.add(8, "maeari", headline, headline, headline, NOW)
    recent.find(headline, headline, headline, "saebyeok", NOW)
    assert recent.find(AGAIN, "", "", "saebyeok", NOW) is not None


def test_what_one_search_costs_is_bounded_however_alike_all_stories_are() -> None:
    kept = Recent()
    for number in range(3_000):
        kept.add(number, f"feed-{number}", HEADLINE, LEAD, "", NOW)
    kept.add(3_000, "maeari", AGAIN, "", "", NOW)
    with patch("bot.events.recent.likeness", wraps=likeness) as compared:
        assert kept.find(AGAIN, LEAD, "", "saebyeok", NOW) is not None
    assert compared.call_count <= _COMPARED


@pytest.mark.parametrize("restarted", [False, True])
def test_what_many_outlets_tell_is_not_taken_for_the_kind_of_report(restarted: bool) -> None:
    """Of an event that was recognised once, one telling is company; else the next outlet's would find nothing rare."""
    kept, headline = Recent(), "주미대사에 박동혁 내정…외교 차관 출신 미국통"
    for number, lead in enumerate((f"{letter}라일보가 전했다." for letter in "가나다마바사아자차카"), 1):
        if not restarted:
            kept.find(headline, lead, "", f"feed-{number}", NOW)
        kept.add(number, f"feed-{number}", headline, lead, "", NOW, head=int(restarted and number > 1))
    known = telling("박동혁, 주미대사에", "")
    assert max(kept.company(known).without(known).values()) == 1


def test_among_thousands_of_others_the_same_stories_are_found(capsys: pytest.CaptureFixture[str]) -> None:
    """The stories of the open half, each among the others and a crowd of half the same words."""
    alone, crowded = stream("open"), stream("open", 3_000)
    with capsys.disabled():
        for name, found in (("alone", alone), ("in a crowd", crowded)):
            told = found.right + found.missed
            print(
                f"\nopen half, one after the other, {name}: {found.right} of {told} found, {len(found.wrong)} wrong",
                end="",
            )
    assert len(alone.wrong) <= 2
    assert len(crowded.wrong) <= 3
    assert alone.right >= 0.9 * (alone.right + alone.missed)
    assert crowded.right >= 0.9 * alone.right


def test_a_crowd_is_the_same_every_time() -> None:
    assert crowd("open", 3) == crowd("open", 3)


@pytest.mark.parametrize(
    ("match", "policy", "expected"),
    [
        (None, "thread", Joining.TELL),
        (None, "join", Joining.TELL),
        (Match(7, 0.9, ""), "thread", Joining.REPLY),
        (Match(7, 0.9, ""), "join", Joining.JOIN),
        (Match(7, 0.9, ""), "separate", Joining.TELL),
        (Match(7, 1.0, "", same_link=True), "thread", Joining.JOIN),
        (Match(7, 1.0, "", same_link=True), "separate", Joining.JOIN),
    ],
)
def test_the_policy_says_what_becomes_of_a_match(match: Match | None, policy: SameEvent, expected: Joining) -> None:
    assert joining(match, policy) is expected
