"""What an editor says to Sokbo in front matter, and what becomes of what cannot be read (issue 5, point 4)."""

import datetime as dt
from typing import Any

import pytest

from bot.errors import Problem
from bot.model import Entry
from bot.sources.jekyll_post import Flawed, read_post
from bot.sources.jekyll_site import Site, read_config

SITE = Site(url="https://paper.test", zone="Asia/Seoul")
NOW = dt.datetime(2024, 7, 23, tzinfo=dt.UTC)


def outcome(front: str, site: Site = SITE) -> Any:
    path = "_posts/2024-07-22-a.md"
    return read_post(path, f"---\ntitle: 제목\n{front}\n---\n본문".encode(), site, "site/" + path, "file:///site", NOW)


@pytest.mark.parametrize(
    ("front", "said"),
    [
        ("", {"breaking": False, "accounts": None, "correction": False, "retracted": False, "due": None}),
        ("breaking: true", {"breaking": True}),
        ("breaking: yes", {"breaking": True}),
        ("breaking:\naccounts:\ncorrection:\nretracted:\nembargo:", {"breaking": False, "accounts": None, "due": None}),
        ("accounts: readers", {"accounts": ("readers",)}),
        ("accounts: [readers, guild, readers]", {"accounts": ("readers", "guild")}),
        ("accounts:\n- 독자 채널", {"accounts": ("독자 채널",)}),
        ("correction: true", {"correction": True}),
        ("correction: false", {"correction": False}),
        ("correction: >\n  사망자는\n  11명입니다.", {"correction": "사망자는 11명입니다."}),
        ("correction: ''", {"correction": ""}),
        ("embargo: ''", {"due": None}),
        ("embargo: 2024-07-24 06:00", {"due": dt.datetime(2024, 7, 23, 21, tzinfo=dt.UTC)}),
        ("embargo: 2024-07-24 06:00:00 +0000", {"due": dt.datetime(2024, 7, 24, 6, tzinfo=dt.UTC)}),
    ],
)
def test_the_keys_are_read(front: str, said: dict[str, Any]) -> None:
    entry = outcome(front)
    assert isinstance(entry, Entry)
    assert {key: getattr(entry, key) for key in said} == said


@pytest.mark.parametrize(
    ("front", "what"),
    [
        ("embargo: 내일 아침", "line 3: its embargo is “내일 아침”, which is no date"),
        ("embargo: true", "line 3: its embargo is “True”, which is no date"),
        ("embargo: [2024-07-24]", "line 3: its embargo is “['2024-07-24']”, which is no date"),
        ("tags: a\nembargo: {at: 2024-07-24}", "line 4: its embargo is"),
        ("embargo: 2024", "which is no date"),
        ("embargo: 2024-07-24 06:00 Mars", "which is no date"),
        ("date: [2024-07-24]", "its date is"),
        ("accounts: 3", "line 3: its accounts is “3”, which names no accounts"),
        ("accounts: []", "which names no accounts"),
        ("accounts: {readers: true}", "which names no accounts"),
        ("accounts: [readers, 3]", "which names no accounts"),
        ("accounts: ''", "which names no accounts"),
    ],
)
def test_a_key_whose_loss_could_do_harm_holds_the_post_back(front: str, what: str) -> None:
    found = outcome(front)
    assert isinstance(found, Problem), found
    assert what in found.what
    assert (found.where, bool(found.mend)) == ("site/_posts/2024-07-22-a.md", True)


@pytest.mark.parametrize(
    ("front", "what", "mend"),
    [
        ("breaking: '속보'", "line 3: its breaking is “속보”, which is neither true nor false", "without quotes"),
        ("tags: a\nbreaking: 1", "line 4: its breaking is “1”", "true or false"),
        ("breaking: [true]", "its breaking is", "true or false"),
        ("retracted: 'no'", "line 3: its retracted is “no”", "true or false"),
        ("correction: [a]", "line 3: its correction is “['a']”, which is no text", "a sentence, or true"),
        ("correction: 3", "its correction is “3”", "a sentence, or true"),
    ],
)
def test_any_other_is_passed_by_and_said(front: str, what: str, mend: str) -> None:
    found = outcome(front)
    assert isinstance(found, Flawed), found
    [problem] = found.problems
    assert what in problem.what
    assert mend in problem.mend
    assert (found.entry.breaking, found.entry.retracted, found.entry.correction) == (False, False, False)


def test_two_keys_are_two_problems_and_a_default_has_no_line() -> None:
    assert len(outcome("breaking: '1'\ncorrection: 3").problems) == 2
    site = read_config(b"defaults: [{scope: {path: ''}, values: {breaking: 'no'}}]", "https://paper.test", None, "UTC")
    assert outcome("", site).problems[0].what.startswith("its breaking is “no”")


def test_an_appointment_counts_beside_future_and_the_later_one_holds() -> None:
    site = Site(url="https://paper.test", zone="Asia/Seoul", future=True)
    assert outcome("date: 2024-07-25", site).due is None
    assert outcome("date: 2024-07-25\nembargo: 2024-07-24", site).due == dt.datetime(2024, 7, 23, 15, tzinfo=dt.UTC)
    assert outcome("date: 2024-07-25\nembargo: 2024-07-24").due == dt.datetime(2024, 7, 24, 15, tzinfo=dt.UTC)
