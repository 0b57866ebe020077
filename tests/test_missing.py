"""When a post that has left its folder takes its story back (issue 4, point 6), and when that is rather an accident."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.missing import MOST, NEVER, PATIENCE, Missing, missing
from bot.model import UTC, Feed

NOW = dt.datetime(2026, 11, 22, 9, tzinfo=UTC)
LONG_AGO = NOW - PATIENCE
FEED = Feed("newsdao", "_posts", removed="retract")


def folder(total: int, *gone: int) -> frozenset[str]:
    return frozenset(f"post-{number}" for number in range(1, total + 1) if number not in gone)


def rule(
    *gone: int,
    since: Mapping[int, dt.datetime] | None = None,
    total: int = 100,
    feed: Feed = FEED,
) -> Missing:
    """Posts 1 to ``total`` became the stories of the same number; ``gone`` have left."""
    known = {f"post-{number}": number for number in range(1, total + 1)}
    present = folder(total, *gone)
    return missing(feed, present, known, since or {}, total=len(present), now=NOW)


def test_nothing_follows_while_every_post_is_there() -> None:
    assert rule() == Missing()


def test_a_post_that_has_just_left_is_remembered_and_nothing_else() -> None:
    assert rule(7) == Missing(newly={7: NOW})


@pytest.mark.parametrize("waited", [dt.timedelta(0), PATIENCE - dt.timedelta(microseconds=1), -dt.timedelta(hours=1)])
def test_it_is_not_taken_back_before_ten_minutes_nor_when_the_clock_steps_back(waited: dt.timedelta) -> None:
    assert rule(7, since={7: NOW - waited}) == Missing()


def test_it_is_taken_back_after_ten_minutes() -> None:
    assert rule(7, since={7: LONG_AGO}) == Missing(retract=(7,))


def test_a_post_that_comes_back_is_as_if_it_had_never_been_gone() -> None:
    assert rule(since={7: LONG_AGO}) == Missing(back=frozenset({7}))


def test_a_story_that_was_taken_back_meanwhile_is_forgotten() -> None:
    assert missing(FEED, folder(9), {"post-1": 1}, {7: LONG_AGO}, total=9, now=NOW) == Missing(back=frozenset({7}))


def test_a_story_of_several_posts_is_there_while_one_of_them_is() -> None:
    """A post under another address is the same story (DESIGN.md section 6): its old id is gone, its new one is not."""
    known = {f"post-{number}": number for number in range(2, 31)} | {"old": 1, "new": 1}
    assert missing(FEED, folder(30, 1) | {"new"}, known, {}, total=30, now=NOW) == Missing()
    assert missing(FEED, folder(30, 1), known, {}, total=29, now=NOW).newly == {1: NOW}


@pytest.mark.parametrize(("gone", "total"), [(1, 10), (2, 20), (3, 30), (3, 1000)])
def test_three_posts_and_a_tenth_of_the_folder_may_go(gone: int, total: int) -> None:
    numbers = range(1, gone + 1)
    found = rule(*numbers, total=total, since=dict.fromkeys(numbers, LONG_AGO))
    assert found == Missing(retract=tuple(numbers))


@pytest.mark.parametrize(("gone", "total"), [(1, 9), (2, 19), (3, 29), (4, 1000), (50, 100)])
def test_more_are_quarantined_with_an_alarm(gone: int, total: int) -> None:
    numbers = range(1, gone + 1)
    found = rule(*numbers, total=total, since=dict.fromkeys(numbers, LONG_AGO))
    assert (found.retract, found.newly) == ((), dict.fromkeys(numbers, NEVER))
    assert found.problem is not None
    assert found.problem.where == "newsdao"
    assert found.problem.what.startswith(f"{gone} posts have left" if gone > 1 else "1 post has left")


def test_the_alarm_says_what_to_do_and_names_the_stories() -> None:
    assert str(rule(1, 2, 3, 4, since={1: LONG_AGO, 2: LONG_AGO, 3: LONG_AGO, 4: LONG_AGO}).problem) == (
        "newsdao: 4 posts have left the folder, too many to take their stories back without asking "
        "(put them back, or take back what is meant: sokbo retract STORY; the stories are 1, 2, 3, 4)"
    )
    many = rule(*range(1, 51), since=dict.fromkeys(range(1, 51), LONG_AGO)).problem
    assert str(many).endswith("1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …)")


def test_those_that_have_just_left_count_beside_those_that_left_long_ago() -> None:
    found = rule(1, 2, 3, 4, since={1: LONG_AGO})
    assert (found.retract, found.newly) == ((), {1: NEVER, 2: NOW, 3: NOW, 4: NOW})


def test_a_checkout_that_empties_half_of_the_folder_for_a_moment_is_no_alarm() -> None:
    assert rule(*range(1, 51)).problem is None


def test_what_is_quarantined_is_never_taken_back_by_itself_however_few_remain() -> None:
    """A slow copy brings the posts back one by one; the last ones are no editor's doing either."""
    found = rule(1, since={1: NEVER, 2: NEVER})
    assert (found.retract, found.newly, found.back) == ((), {}, frozenset({2}))
    assert found.problem is not None, "the alarm stands until somebody has looked"


def test_the_quarantine_counts_as_gone_so_that_a_failing_disk_takes_nothing_back_in_small_steps() -> None:
    found = rule(1, 2, 3, 4, since={1: NEVER, 2: NEVER, 3: NEVER, 4: LONG_AGO})
    assert (found.retract, found.newly) == ((), {4: NEVER})


def test_nothing_follows_where_nobody_can_tell_what_is_there() -> None:
    known = {"post-1": 1}
    assert missing(FEED, None, known, {1: LONG_AGO}, total=100, now=NOW) == Missing()
    distrusted = replace(FEED, distrusts_ids=True)
    assert missing(distrusted, folder(100, 1), known, {1: LONG_AGO}, total=99, now=NOW) == Missing()
    waiting = missing(FEED, None, known, {1: NEVER}, total=100, now=NOW)
    assert waiting.problem is not None, "an alarm does not end because nobody can look"


def test_a_feed_that_keeps_takes_nothing_back_and_forgets_what_it_remembered() -> None:
    assert rule(1, feed=replace(FEED, removed="keep"), since={1: LONG_AGO}) == Missing(back=frozenset({1}))


@given(
    total=st.integers(1, 60),
    gone=st.sets(st.integers(1, 60)),
    ages=st.dictionaries(st.integers(1, 60), st.integers(-5, 30)),
)
def test_it_never_takes_back_more_than_it_may(total: int, gone: set[int], ages: dict[int, int]) -> None:
    since = {number: NOW - dt.timedelta(minutes=age) for number, age in ages.items()}
    found = rule(*gone, total=total, since=since)
    gone = {number for number in gone if number <= total}
    assert set(found.retract) <= {number for number in gone if ages.get(number, 0) >= 10}
    assert not found.retract or (len(gone) <= MOST and 10 * len(gone) <= total)
    assert set(found.newly) - ages.keys() == gone - ages.keys()
    assert not gone & found.back
