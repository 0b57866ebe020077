"""What is new, edited, known: DESIGN.md section 6, one test a row of FAILURES.md section 1 that ends here."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.detect import FLOOD_GOES, Detected, corrects, detect, fingerprint, keys, lead, trust
from bot.model import UTC, Entry, Feed, Known, StoryState

NOW = dt.datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
HOUR = dt.timedelta(hours=1)
MET = Feed("newsdao", "_posts", met=True, known=1)


def entry(slug: str, **more: Any) -> Entry:
    fields: dict[str, Any] = {
        "id": f"guid-{slug}",
        "link": f"https://newsdao.kr/{slug}/",
        "title": f"{slug} 제목",
        "summary": f"{slug} 요약",
        "published": NOW - HOUR,
    }
    return Entry(**{**fields, **more})


def remembered(*entries: Entry, feed: Feed = MET, told_here: bool = True) -> dict[str, Known]:
    return {
        key: Known(
            entry=number if told_here else 0,
            story=number,
            revision=1,
            title=each.title,
            link=each.link,
            lead=lead(each),
            fingerprint=fingerprint(each) if told_here else "",
        )
        for number, each in enumerate(entries, 1)
        for key in keys(each, feed)
    }


def detected(
    entries: Sequence[Entry], known: dict[str, Known] | None = None, feed: Feed = MET, total: int = 1000
) -> Detected:
    feed = trust(feed, entries)
    return detect(feed, [(each, keys(each, feed)) for each in entries], known or {}, total=total, now=NOW)


def kinds(found: Detected) -> list[tuple[str, str]]:
    return [(change.kind, change.state.value) for change, _ in found.changes]


def test_a_post_that_nobody_told_is_new_and_goes_out() -> None:
    assert kinds(detected([entry("a")])) == [("new", "announced")]


def test_what_is_known_is_not_told_again() -> None:
    assert detected([entry("a")], remembered(entry("a"))).changes == ()


@pytest.mark.parametrize(
    "again",
    [
        entry("a", id="guid-rebuilt"),  # newrelic/docs-website#1271: a rebuild changes every guid
        entry("a", link="https://newsdao.kr/renamed/"),  # a slug mended: the guid is the same
        entry("a", id="x", link="https://newsdao.kr/x/"),  # both changed, title, day and lead are the same
        entry("a", published=NOW),  # FeedCord#67: a new pubDate is no new story
        entry("a", title="a 고친 제목"),
    ],
)
def test_a_known_post_with_one_thing_changed_is_never_new(again: Entry) -> None:
    assert [kind for kind, _ in kinds(detected([again], remembered(entry("a"))))] in (["edited"], [])


def test_an_edited_title_is_an_edit_of_the_same_story() -> None:
    [(change, _)] = detected([entry("a", title="고친 제목")], remembered(entry("a"))).changes
    assert change.kind == "edited"
    assert change.known is not None
    assert change.known.story == 1


def test_a_slug_that_is_mended_is_an_edit_of_the_same_story_under_its_new_link_too() -> None:
    """Issue 5, point 4. A folder knows the id that a file had before: then even the text may have changed at once."""
    mended = entry("b", id="guid-b", aliases=("guid-a",), title="a 제목", summary="다시 쓴 요약")
    [(change, own)] = detected([mended], remembered(entry("a"))).changes
    assert (change.kind, change.known and change.known.story) == ("edited", 1)
    assert {*keys(entry("b", title="a 제목", summary="다시 쓴 요약"), MET)} < {*own}, (
        "from now on it is known by either"
    )


def test_a_file_that_is_written_anew_for_another_story_is_new() -> None:
    reused = entry("b", aliases=("guid-a",))
    [(change, own)] = detected([reused], remembered(entry("a"))).changes
    assert change.kind == "new"
    assert not {*own} & remembered(entry("a")).keys()


def test_what_its_newsroom_calls_a_correction_is_one_until_it_is_read_again() -> None:
    [known, *_] = remembered(entry("a")).values()
    first, same, other = (entry("a", correction=words) for words in ("사망자는 11명", "사망자는 11명", True))
    assert not corrects(entry("a"), known)
    assert corrects(first, known)
    assert fingerprint(first) != fingerprint(entry("a"))
    after = replace(known, fingerprint=fingerprint(first))
    assert not corrects(same, after)
    assert corrects(other, after)


def test_a_post_that_another_feed_told_is_joined_not_told_again() -> None:
    """A folder and the same site's feed are one (DESIGN.md section 6)."""
    assert kinds(detected([entry("a")], remembered(entry("a"), told_here=False))) == [("joined", "known")]


def test_a_guid_that_is_used_again_for_something_else_is_new() -> None:
    """miniflux#4197: unless title, link and lead all differ, a known guid is known."""
    other = entry("b", id="guid-a")
    [(change, own)] = detected([other], remembered(entry("a"))).changes
    assert change.kind == "new"
    assert not any(key in remembered(entry("a")) for key in own)


def test_a_guid_that_stands_twice_in_one_document_is_distrusted_for_good() -> None:
    """miniflux#3186."""
    twins = [entry("a", id="same"), entry("b", id="same")]
    feed = trust(MET, twins)
    assert feed.distrusts_ids
    assert trust(feed, [entry("c")]).distrusts_ids
    assert len(detected(twins).changes) == 2


def test_the_same_link_twice_in_one_document_is_one_story() -> None:
    assert len(detected([entry("a"), entry("a", id="other")]).changes) == 1


def test_an_entry_without_link_guid_or_lead_has_no_key_of_that_kind() -> None:
    assert keys(Entry(id="", link="", title="제목"), MET) == ()


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (0, []),
        (1, ["e"]),
        (3, ["c", "d", "e"]),
        (99, ["a", "b", "c", "d", "e"]),
        (dt.timedelta(hours=2, minutes=30), ["d", "e"]),
    ],
)
def test_a_first_fetch_announces_what_the_first_run_rule_allows(rule: int | dt.timedelta, told: list[str]) -> None:
    posts = [entry(slug, published=NOW - age * HOUR) for age, slug in enumerate("edcba", 1)]
    found = detected(posts, feed=replace(MET, met=False, first_run=rule))
    assert [change.entry.title[0] for change, _ in found.changes if change.state is StoryState.ANNOUNCED] == told
    assert len(found.changes) == 5  # the rest is known, not forgotten


def test_a_post_without_a_date_is_the_oldest_on_a_first_fetch() -> None:
    posts = [entry("dated"), entry("undated", published=None)]
    found = detected(posts, feed=replace(MET, met=False, first_run=1))
    assert [change.entry.title for change, _ in found.changes if change.state is StoryState.ANNOUNCED] == ["dated 제목"]


def test_a_site_rebuild_lets_three_go_and_quarantines_the_rest() -> None:
    """newrelic/docs-website#1271, PEERS.md row 6: hundreds were posted again."""
    found = detected([entry(str(n), published=NOW - n * HOUR) for n in range(11)], total=20)
    states = [change.state for change, _ in found.changes]
    assert states.count(StoryState.ANNOUNCED) == FLOOD_GOES
    assert states.count(StoryState.QUARANTINED) == 8
    assert states[-FLOOD_GOES:] == [StoryState.ANNOUNCED] * FLOOD_GOES  # the newest


@pytest.mark.parametrize(("new", "total"), [(10, 10), (11, 22)])
def test_a_busy_hour_is_no_flood(new: int, total: int) -> None:
    states = {change.state for change, _ in detected([entry(str(n)) for n in range(new)], total=total).changes}
    assert states == {StoryState.ANNOUNCED}


def test_an_appointment_waits_and_says_until_when() -> None:
    later, sooner = NOW + 2 * HOUR, NOW + HOUR
    found = detected([entry("a", due=later), entry("b", due=sooner), entry("c", due=NOW)])
    assert [change.entry.title[0] for change, _ in found.changes] == ["c"]
    assert found.next_due == sooner


def test_older_posts_are_told_first() -> None:
    found = detected([entry("new", published=NOW), entry("old", published=NOW - HOUR)])
    assert [change.entry.title for change, _ in found.changes] == ["old 제목", "new 제목"]


def test_a_hash_has_128_bits() -> None:
    """RSS-to-Telegram-Bot's CRC32 ids collide."""
    assert all(len(key) == len("l:") + 128 // 4 for key in keys(entry("a"), MET))


def test_a_lone_surrogate_breaks_no_hash() -> None:
    assert keys(entry("a", title="\ud800"), MET)
