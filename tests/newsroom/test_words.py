"""Korean and English say the same things, and times as a newsroom writes them (issue 2, item 8)."""

import datetime as dt
import re
import string
from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.newsroom.press import TEMPLATES
from bot.newsroom.words import Words, read_words

LOCALES = Path(__file__).parents[2] / "config" / "locales"
NOW = dt.datetime(2026, 11, 22, 5, 0, tzinfo=dt.UTC)


@pytest.fixture
def tongues() -> dict[str, Words]:
    return read_words(LOCALES, "Asia/Seoul")


def fields(phrase: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(phrase) if name}


def test_both_languages_have_the_same_phrases_with_the_same_values(tongues: dict[str, Words]) -> None:
    ko, en = tongues["ko"].phrases, tongues["en"].phrases
    assert ko.keys() == en.keys()
    one = {key for key in ko if key.endswith("_one")}  # "1 try" need not name its number
    differing = [key for key in ko.keys() - one - {"time.date"} if fields(ko[key]) != fields(en[key])]
    assert differing == []


def test_every_phrase_that_a_template_names_exists(tongues: dict[str, Words]) -> None:
    named = {
        key
        for file in TEMPLATES.rglob("*.html")
        for key in re.findall(r"""(?:words|count|tongue)\(["']([a-z_.0-9]+)["'][,)]""", file.read_text("utf-8"))
    }
    assert len(named) > 30
    assert named - tongues["ko"].phrases.keys() == set()


@pytest.mark.parametrize(
    ("ago", "ko", "en"),
    [
        (dt.timedelta(seconds=-30), "방금", "just now"),
        (dt.timedelta(seconds=59), "방금", "just now"),
        (dt.timedelta(minutes=1), "1분 전", "1 minute ago"),
        (dt.timedelta(minutes=59), "59분 전", "59 minutes ago"),
        (dt.timedelta(hours=1), "1시간 전", "1 hour ago"),
        (dt.timedelta(days=1), "어제", "yesterday"),
        (dt.timedelta(days=6), "6일 전", "6 days ago"),
        (dt.timedelta(days=7), "", ""),
        (dt.timedelta(days=-1), "", ""),
    ],
)
def test_an_age_is_told_in_one_unit(tongues: dict[str, Words], ago: dt.timedelta, ko: str, en: str) -> None:
    assert [tongues[name].age(NOW - ago, NOW) for name in ("ko", "en")] == [ko, en]


def test_times_are_told_in_the_configured_zone(tongues: dict[str, Words]) -> None:
    late = dt.datetime(2026, 7, 21, 15, 5, tzinfo=dt.UTC)  # past midnight in Seoul
    assert tongues["ko"].date(late, NOW) == "7월 22일 00:05"
    assert tongues["en"].date(late.replace(year=2024), NOW) == "22 Jul 2024, 00:05"
    assert tongues["ko"].brief(NOW, NOW) == "14:00"
    assert tongues["ko"].brief(late, NOW) == "7월 22일 00:05"


@pytest.mark.parametrize("zone", ["Asia/Pyeongchang", "", "../etc/passwd"])
def test_an_unknown_zone_is_said_with_its_mend(zone: str) -> None:
    with pytest.raises(ConfigError, match=r"\[sokbo\] timezone: there is no time zone .*Asia/Seoul"):
        read_words(LOCALES, zone)
