"""How often a feed is asked: tables of feeds that are sparse, bursty, silent at night, or break (issue 5)."""

import datetime as dt
from collections.abc import Sequence
from statistics import mean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import rhythm
from bot.detect import keys
from bot.model import UTC, Entry, Feed, Known, StoryState

NOW = dt.datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
MINUTE, HOUR, DAY = 60, 3600, 86_400
EVERY = dt.timedelta(seconds=60)
WIDE = {"every": EVERY, "fastest": dt.timedelta(seconds=10), "slowest": dt.timedelta(hours=1)}


def fed(*ages: float, **more: object) -> Feed:
    """A feed whose posts came so many seconds ago."""
    return Feed("wire", "x", arrivals=tuple(AT - int(age) for age in sorted(ages)), met=True, known=9, **more)  # type: ignore[arg-type]  # as the test says


def nightly(days: int, hours: Sequence[int], since: float) -> list[float]:
    """Ages of posts at so many hours before now of the day, on each of so many days, no later than ``since``."""
    return [day * DAY + hour * HOUR for day in range(days) for hour in hours if day * DAY + hour * HOUR >= since]


# ── The interval ─────────────────────────────────────────────────────────────────────────────────────────────────────

STEADY = [number * 10 * MINUTE for number in range(1, 33)]
DAYTIME = nightly(5, range(8, 20), 8 * HOUR)  # silent for the last eight hours, as on every day
MORNING = nightly(6, [0], HOUR)  # at this very hour, on five days

CASES = {
    "nothing is known": ([], WIDE, 60),
    "nothing is known, and every is said": ([], {"every": dt.timedelta(minutes=5)}, 300),
    "one post, just now, proves no rate": ([5], WIDE, 60),
    "one post long ago": ([30 * DAY], WIDE, HOUR),
    "two posts of half an hour ago": ([30 * MINUTE, 31 * MINUTE], WIDE, 93),
    "a post every ten minutes": (STEADY, WIDE, 60),
    "a post a minute": ([number * MINUTE for number in range(1, 33)], WIDE, 10),
    "a post a day": ([number * DAY - HOUR for number in range(1, 33)], WIDE, HOUR),
    "silent, after a busy day": (DAYTIME, WIDE, 8 * HOUR / 30),
    "a burst of three in a quiet year": ([30, 60, 120, 200 * DAY, 300 * DAY], WIDE, 10),
    "a burst of three an hour ago": ([60 * MINUTE, 61 * MINUTE, 62 * MINUTE], WIDE, 124),
    "the same, never slower than every": ([60 * MINUTE, 61 * MINUTE, 62 * MINUTE], {"every": EVERY}, 60),
    "a month of silence, never slower than every": ([30 * DAY] * 5, {"every": EVERY}, 60),
    "busy, and asked every hour for its server's sake": ([1.0, 2.0, 3.0], {"every": dt.timedelta(hours=1)}, 600),
    "the time of its morning post": (MORNING, WIDE, 360),
    "dates ahead of now": ([-HOUR, -DAY], WIDE, 60),
}


@pytest.mark.parametrize(("ages", "bounds", "seconds"), CASES.values(), ids=CASES)
def test_a_feed_is_asked_as_its_posts_come(ages: list[float], bounds: dict[str, object], seconds: float) -> None:
    """FAILURES.md section 1, "feed rotates fast": an interval adapted to the rate of items."""
    assert rhythm.interval(fed(*ages, **bounds), NOW) == pytest.approx(seconds, rel=0.02)


def test_two_mornings_prove_no_hour() -> None:
    few = [*nightly(3, [0], HOUR), 20 * DAY + 7 * HOUR]
    assert rhythm.interval(fed(*few, **WIDE), NOW) > rhythm.interval(fed(*MORNING, **WIDE), NOW)


@pytest.mark.parametrize("ages", [[], [3 * HOUR], STEADY, DAYTIME])
def test_silence_never_makes_a_feed_asked_more_often(ages: list[float]) -> None:
    """But for the hours of its day."""
    feed = fed(*ages[:10], **WIDE)
    waits = [rhythm.interval(feed, NOW + dt.timedelta(minutes=minutes)) for minutes in range(0, 300, 7)]
    assert waits == sorted(waits)


feeds = st.builds(
    lambda every, fastest, slowest, ages: Feed(
        "wire",
        "x",
        every=dt.timedelta(seconds=every),
        fastest=None if fastest is None else dt.timedelta(seconds=min(fastest, every)),
        slowest=None if slowest is None else dt.timedelta(seconds=max(slowest, every)),
        arrivals=tuple(sorted((AT - age for age in ages), reverse=True)),
    ),
    every=st.integers(1, 7 * DAY),
    fastest=st.none() | st.integers(1, 7 * DAY),
    slowest=st.none() | st.integers(1, 7 * DAY),
    ages=st.lists(st.integers(-DAY, 400 * DAY), max_size=40),
)


@given(feed=feeds, fresh_for=st.floats(0, 1e6), seconds=st.integers(0, 10**6))
def test_a_feed_is_never_asked_faster_than_its_floor_or_slower_than_its_ceiling(
    feed: Feed, fresh_for: float, seconds: int
) -> None:
    least, most = rhythm.floor(feed), rhythm.ceiling(feed)
    assert least <= feed.every.total_seconds() <= most
    learned = rhythm.interval(feed, NOW)
    assert least <= learned <= most
    at = NOW + dt.timedelta(seconds=seconds)
    wait = rhythm.pause(feed, learned, at=at)
    assert least <= wait <= most
    assert max(least, 0.85 * learned) - 1e-9 <= wait <= max(0.95 * learned, 1.1 * least) + 1e-9
    assert wait <= rhythm.pause(feed, learned, at=at, fresh_for=fresh_for) <= most


@given(feed=feeds, failures=st.integers(1, 1000), retry_after=st.floats(0, 1e7))
def test_a_feed_that_fails_is_never_asked_before_its_server_said(feed: Feed, failures: int, retry_after: float) -> None:
    wait = rhythm.backoff(feed, failures, at=NOW, retry_after=retry_after)
    assert min(retry_after, DAY) <= wait <= max(HOUR, feed.every.total_seconds(), 1.1 * min(retry_after, DAY))


def test_a_feed_that_fails_is_asked_half_as_often_each_time_and_once_an_hour_in_the_end() -> None:
    nominal = [60, 120, 240, 480, 960, 1920, 3600, 3600]
    for failures, seconds in enumerate(nominal, 1):
        assert 0.9 * seconds <= rhythm.backoff(Feed("wire", "x"), failures, at=NOW) <= seconds


# ── Jitter ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_ten_thousand_feeds_that_were_read_together_drift_apart_evenly() -> None:
    shares = [rhythm.spread(f"feed {number}", NOW) for number in range(10_000)]
    tenths = [sum(tenth <= share * 10 < tenth + 1 for share in shares) for tenth in range(10)]
    assert min(tenths) > 850
    assert max(tenths) < 1150
    assert mean(shares) == pytest.approx(0.5, abs=0.02)
    assert pstdev(shares) == pytest.approx(12**-0.5, abs=0.02)


def test_jitter_is_a_feeds_own_and_of_each_round_and_survives_a_restart() -> None:
    assert rhythm.spread("a", NOW) == rhythm.spread("a", NOW)
    assert len({rhythm.spread(name, NOW) for name in "abcdef"}) == 6
    rounds = {rhythm.spread("a", NOW + dt.timedelta(seconds=60 * number)) for number in range(20)}
    assert len(rounds) == 20


# ── What a reading tells ─────────────────────────────────────────────────────────────────────────────────────────────


def post(slug: str, age: float | None = None) -> Entry:
    published = None if age is None else NOW - dt.timedelta(seconds=age)
    return Entry(slug, f"https://wire.example/{slug}", slug, "요약", published=published)


def read(feed: Feed, *ages: float | None) -> tuple[int, ...]:
    """How long ago the feed's posts came, after a reading that tells these for the first time."""
    arrivals = rhythm.arrived(feed, [post(str(number), age) for number, age in enumerate(ages)], NOW)
    return tuple(AT - at for at in arrivals)


def polled(seconds: float, *ages: float) -> Feed:
    return fed(*ages, succeeded=NOW - dt.timedelta(seconds=seconds))


ARRIVALS = {
    "a first fetch has only dates": (Feed("wire", "x"), [HOUR, DAY, None], (HOUR, DAY)),
    "a date since the last poll counts": (polled(60), [20], (20,)),
    "without one it came at any time since then": (polled(90), [None, None], (30, 60)),
    "an older one is no more than none": (polled(100), [DAY], (50,)),
    "nor is one ahead of now": (polled(100), [-DAY], (50,)),
    "what is published together came once": (polled(60), [20, 21, 22, 23], (20,)),
    "a steady stream stays one": (polled(60), [5, 16, 27, 38, 49], (5, 16, 27, 38, 49)),
    "what was known stays": (polled(60, HOUR), [20], (20, HOUR)),
}


@pytest.mark.parametrize(("feed", "ages", "told"), ARRIVALS.values(), ids=ARRIVALS)
def test_when_posts_came_is_told_by_their_dates_or_between_two_polls(
    feed: Feed, ages: list[float | None], told: tuple[int, ...]
) -> None:
    assert read(feed, *ages) == told


def test_no_more_arrivals_are_remembered_than_a_rate_needs() -> None:
    assert read(Feed("wire", "x"), *range(0, 100_000, 100)) == tuple(range(0, 3200, 100))


def known(entry: Entry, *, here: bool) -> dict[str, Known]:
    told = Known(1 if here else 0, 1, 1, entry.title, entry.link, "", "", StoryState.ANNOUNCED)
    return dict.fromkeys(keys(entry, fed()), told)


def test_an_entry_is_unseen_until_this_feed_has_told_it() -> None:
    entries = [post(slug) for slug in "abc"]
    keyed = [(entry, keys(entry, fed())) for entry in entries]
    seen = known(entries[0], here=True) | known(entries[1], here=False)
    assert rhythm.unseen(keyed, seen) == entries[1:]


@pytest.mark.parametrize(
    ("feed", "entries", "unseen", "gap"),
    [
        (fed(), 20, 20, True),
        (fed(), 20, 19, False),  # they overlap
        (fed(), 5, 5, False),  # a few may all be new
        (fed(), 0, 0, False),
        (Feed("wire", "x"), 20, 20, False),  # a first fetch
        (Feed("wire", "x", met=True), 20, 20, False),  # the document before was empty
    ],
)
def test_a_document_without_a_post_of_the_one_before_is_a_gap(feed: Feed, entries: int, unseen: int, gap: bool) -> None:
    """FAILURES.md section 1, "feed rotates fast"; PEERS.md, missed posts: hookshot#844, #893, #1075."""
    posts = [post(str(number)) for number in range(entries)]
    assert rhythm.is_gap(feed, posts, posts[:unseen]) is gap


@pytest.mark.parametrize("age", [None, DAY, 30])
def test_a_gap_makes_the_interval_shorter_whatever_the_dates_say(age: float | None) -> None:
    feed = polled(60)
    before = rhythm.interval(feed, NOW)
    posts = [post(str(n), None if age is None else age + n) for n in range(20)]
    after = Feed("wire", "x", arrivals=rhythm.arrived(feed, posts, NOW, gap=True))
    assert rhythm.interval(after, NOW) < before
    assert "posts may have been missed" in str(rhythm.missed("wire", 2))
