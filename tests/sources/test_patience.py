"""What a server says about when to come again (RSS-to-Telegram-Bot#575, miniflux#1713; FAILURES.md, "429 storm")."""

import datetime as dt

import pytest

from bot.sources.patience import LONGEST_FRESH, LONGEST_REST, UNSAID, fresh_for, rest_for

NOON = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
DAY = 86_400.0


@pytest.mark.parametrize(
    ("status", "said", "seconds"),
    [
        (429, "120", 120.0),
        (503, " 120 ", 120.0),
        (503, "Sun, 22 Nov 2026 12:30:00 GMT", 1800.0),
        (503, "Sunday, 22-Nov-26 12:30:00 GMT", 1800.0),
        (503, "Sun Nov 22 12:30:00 2026", 1800.0),
        (503, "Sun, 22 Nov 2026 21:30:00 +0900", 1800.0),
        (429, "43838", 43_838.0),
        (429, "999999999999", DAY),
        (503, "Sun, 22 Nov 2099 12:30:00 GMT", DAY),
        (429, "", UNSAID),
        (429, "0", UNSAID),
        (429, "soon", UNSAID),
        (429, "-5", UNSAID),
        (429, "1e9", UNSAID),
        (429, "9" * 5000, UNSAID),
        (429, "Sun, 22 Nov 2026 11:30:00 GMT", UNSAID),
        (503, "", 0.0),
        (503, "Sun, 99 Nov 2026 99:30:00 +99999999", 0.0),
        (500, "120", 0.0),
        (200, "120", 0.0),
        (301, "120", 0.0),
    ],
)
def test_a_rest_is_asked_for_in_seconds_or_until_a_date_and_has_a_cap(status: int, said: str, seconds: float) -> None:
    assert rest_for(status, {"retry-after": said} if said else {}, NOON) == seconds
    assert seconds <= LONGEST_REST


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0.0),
        ({"cache-control": "max-age=600"}, 600.0),
        ({"cache-control": "public, Max-Age = 600, must-revalidate"}, 600.0),
        ({"cache-control": 'max-age="600"'}, 600.0),
        ({"cache-control": "max-age=600", "age": "550"}, 50.0),
        ({"cache-control": "max-age=600", "age": "700"}, 0.0),
        ({"cache-control": "max-age=600", "age": "old"}, 600.0),
        ({"cache-control": "max-age=31536000, immutable"}, LONGEST_FRESH),
        ({"cache-control": "max-age=" + "9" * 40}, 0.0),
        ({"cache-control": "max-age=-1"}, 0.0),
        ({"cache-control": "s-maxage=600"}, 0.0),
        ({"cache-control": "no-cache, max-age=600"}, 0.0),
        ({"cache-control": "no-store"}, 0.0),
        ({"expires": "Sun, 22 Nov 2026 12:10:00 GMT"}, 600.0),
        ({"expires": "Sun, 22 Nov 2026 09:10:00 GMT", "date": "Sun, 22 Nov 2026 09:00:00 GMT"}, 600.0),
        ({"expires": "Sun, 22 Nov 2026 12:10:00 GMT", "date": "yesterday"}, 600.0),
        ({"expires": "Sun, 22 Nov 2026 11:10:00 GMT"}, 0.0),
        ({"expires": "0"}, 0.0),
        ({"expires": "-1"}, 0.0),
        ({"expires": "Sun, 22 Nov 2026 12:10:00 GMT", "cache-control": "max-age=60"}, 60.0),
        ({"expires": "Sun, 22 Nov 2026 12:10:00 GMT", "cache-control": "private"}, 600.0),
    ],
)
def test_an_answer_stays_fresh_as_long_as_it_says_an_hour_at_most(headers: dict[str, str], seconds: float) -> None:
    assert fresh_for(headers, NOON) == seconds
