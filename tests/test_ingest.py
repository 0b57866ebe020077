"""Ingest on a real store: what a feed does, and what becomes of it (FAILURES.md section 1)."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot import rounds
from bot.document import Document, Paragraph, Run
from bot.errors import Problem, SourceError, SourceGone
from bot.ingest import Ingest
from bot.model import DeliveryState, Entry, Feed, Priority
from bot.ports import Reading
from bot.rhythm import backoff
from bot.rules import Filter, Kept, Rule
from tests.contracts.conftest import FEED, Store, account, ended
from tests.newsdao import Darkroom, Editing, Plain, Wire, ingest, post, styled, told

HOUR = dt.timedelta(hours=1)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store(tmp_path / "sokbo.db") as opened:
        await opened.meet(account())
        yield opened


async def test_a_first_fetch_announces_the_newest_and_knows_the_rest(store: Store) -> None:
    posts = tuple(post(str(n), published=dt.datetime(2026, 11, n, tzinfo=dt.UTC)) for n in range(1, 21))
    reading = ingest(store, Wire([Reading(posts, cursor="c")]), first_run=2)
    await reading.once()
    await reading.once()
    assert await told(store) == ["19", "20"]
    states = [story["state"] for story in await store.ledger.stories(known=True)]
    assert (states.count("known"), states.count("announced")) == (18, 2)


async def test_a_new_post_after_the_first_fetch_is_announced_once(store: Store) -> None:
    wire = Wire([Reading((post("old"),), cursor="1"), Reading((post("old"), post("new")), cursor="2")])
    reading = ingest(store, wire)
    for _ in range(4):
        await reading.once()
    assert await told(store) == ["new"]
    assert wire.cursors[-1] == "2"


async def test_an_edited_post_is_noticed_and_not_announced_again(store: Store) -> None:
    wire = Wire([Reading((post("a"),), cursor="1"), Reading((post("a", title="a 고침"),), cursor="2")])
    reading = ingest(store, wire, first_run=1)
    for _ in range(3):
        await reading.once()
    assert await told(store) == ["a"]
    [story] = await store.ledger.stories()
    assert (story["headline"], story["revision"], story["state"]) == ("a 고침", 2, "corrected")


async def test_a_story_that_two_feeds_tell_is_one(store: Store) -> None:
    """FreshRSS#6916."""
    folder, feed = Wire([Reading((post("a"),), cursor="1")]), Wire([Reading((post("a", id="other"),), cursor="1")])
    both = Ingest(
        store.inbox,
        [(replace(FEED, first_run=1), folder), (Feed("site", "https://newsdao.kr/feed.xml", first_run=1), feed)],
        (account(),),
        {"readers": Plain()},
        Darkroom(),
        lambda: None,
        store.clock,
    )
    await store.inbox.meet([(FEED, "jekyll"), (Feed("site", "x"), "feed")])
    await both.once()
    await both.once()
    assert await told(store) == ["a"]
    [story] = await store.ledger.stories(known=True)
    assert sorted(story["feeds"]) == ["newsdao", "site"]
    assert story["revision"] == 1


async def test_a_feed_that_fails_says_why_and_forgets_nothing(store: Store) -> None:
    """miniflux#1409: a failed fetch must not bring old items back."""
    good = Reading((post("a"),), cursor="1")
    reading = ingest(store, Wire([good, SourceError("answered 502"), Reading((), cursor="2"), good]), first_run=1)
    await reading.once()
    await reading.once()
    [feed] = await store.ledger.feeds()
    assert (feed["error"], feed["failures"]) == ("answered 502", 1)
    await reading.once()
    await reading.once()
    assert await told(store) == ["a"]
    assert (await store.ledger.feeds())[0]["failures"] == 0


async def test_one_broken_feed_stops_no_other(store: Store) -> None:
    both = Ingest(
        store.inbox,
        [
            (Feed("bad", "x"), Wire([SourceError("is an HTML page")])),
            (replace(FEED, first_run=1), Wire([Reading((post("a"),), cursor="1")])),
        ],
        (account(),),
        {"readers": Plain()},
        Darkroom(),
        lambda: None,
        store.clock,
    )
    await store.inbox.meet([(FEED, "jekyll"), (Feed("bad", "x"), "feed")])
    await both.once()
    assert await told(store) == ["a"]


async def test_a_mistake_of_ours_backs_one_feed_off_and_stops_no_other(store: Store) -> None:
    reading = ingest(store, Wire([ZeroDivisionError("a bug in a source")]))
    await reading.once()
    [feed] = await store.inbox.recall([FEED])
    assert feed.due == store.clock() + dt.timedelta(seconds=backoff(FEED, 1, at=store.clock()))
    assert "ZeroDivisionError" in (await store.ledger.feeds())[0]["error"]


async def test_failures_back_off_and_a_success_ends_it(store: Store) -> None:
    reading = ingest(store, Wire([*[SourceError("no")] * 9, Reading((), cursor="1")]))
    waits = [await waited(store, reading) for _ in range(10)]
    nominal = [min(FEED.every * 2**failures, HOUR) for failures in range(9)] + [FEED.every]
    assert nominal[:3] == [dt.timedelta(minutes=1), dt.timedelta(minutes=2), dt.timedelta(minutes=4)]
    assert nominal[8] == HOUR
    assert all(0.85 * most <= wait <= most for wait, most in zip(waits, nominal, strict=True))


async def waited(store: Store, reading: Ingest) -> dt.timedelta:
    """Read a feed; how long it is then to wait."""
    await reading.once()
    [feed] = await store.inbox.recall([FEED])
    assert feed.due is not None
    return feed.due - store.clock()


async def test_a_host_that_asks_to_be_left_alone_is_left_alone(store: Store) -> None:
    """FAILURES.md section 1, "429 storm"."""
    reading = ingest(store, Wire([SourceError("answered 429", retry_after=7200.0)]))
    assert dt.timedelta(hours=2) <= await waited(store, reading) <= dt.timedelta(hours=2.2)


async def test_a_feed_that_is_gone_is_not_asked_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "BEAT", 0.001)
    wire = Wire([SourceGone("answered 410")])
    running = asyncio.create_task(ingest(store, wire).run())
    while not (await store.ledger.feeds())[0]["error"]:
        store.clock.forward(3600)
        await asyncio.sleep(0.01)
    for _ in range(10):
        store.clock.forward(3600)
        await asyncio.sleep(0.01)
    assert "gone for good" in (await store.ledger.feeds())[0]["error"]
    assert len(wire.cursors) == 1
    assert not running.done()  # others may be added
    running.cancel()
    await asyncio.wait([running])


async def test_an_unchanged_feed_is_a_success(store: Store) -> None:
    await ingest(store, Wire([Reading(cursor="1", unchanged=True)])).once()
    assert (await store.ledger.feeds())[0]["succeeded"] is not None


async def test_a_post_that_cannot_be_read_is_a_problem_and_the_others_go(store: Store) -> None:
    problem = Problem("the front matter is not YAML", "_posts/bad.md:3", "quote the title")
    await ingest(store, Wire([Reading((post("a"),), cursor="1", problems=(problem,))]), first_run=1).once()
    assert await told(store) == ["a"]
    [alarm] = await store.ledger.alarms()
    assert "front matter" in alarm["text"]


async def test_a_broken_post_is_logged_once_and_not_with_every_poll(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    problem = Problem("the front matter is not YAML", "_posts/bad.md:3", "quote the title")
    reading = ingest(store, Wire([Reading(cursor="1", unchanged=True, problems=(problem,))]))
    await reading.once()
    await reading.once()
    assert caplog.text.count("not YAML") == 1


async def test_an_appointment_is_kept_to_the_minute(store: Store) -> None:
    """DESIGN.md section 6: in a Jekyll folder a future date is an appointment."""
    due = store.clock() + HOUR
    reading = ingest(
        store, Wire([Reading((), cursor="0"), Reading((post("later", due=due),), cursor="1")]), every=2 * HOUR
    )
    await reading.once()
    assert await waited(store, reading) == HOUR
    assert await told(store) == []
    store.clock.forward(3600)
    await reading.once()
    assert await told(store) == ["later"]


async def test_a_story_waits_for_its_link_and_not_for_ever(store: Store) -> None:
    wire = Wire([Reading((), cursor="0"), Reading((post("a"),), cursor="1")], link_answers=False)
    reading = ingest(store, wire, link_wait=dt.timedelta(minutes=5))
    await reading.once()
    await reading.once()
    assert await told(store) == []
    store.clock.forward(60)
    wire.link_answers = True
    await reading.once()
    assert await told(store) == ["a"]


async def test_a_link_that_never_answers_delays_a_story_only_so_long_and_breaking_news_not_at_all(store: Store) -> None:
    posts = (post("a"), post("b", title="[속보] b"))
    wire = Wire(
        [Reading((), cursor="0"), Reading(posts, cursor="1"), Reading(cursor="1", unchanged=True)], link_answers=False
    )
    reading = ingest(store, wire, link_wait=dt.timedelta(minutes=5))
    await reading.once()
    await reading.once()
    assert await told(store) == ["[속보] b"]
    assert wire.cursors[-1] == "0"
    store.clock.forward(301)
    await reading.once()
    assert await told(store) == ["a"]


async def test_a_line_that_recurs_over_the_posts_of_a_feed_is_no_part_of_a_story(store: Store) -> None:
    """Issue 3: a site's own boilerplate is learned from its posts."""
    promo = Paragraph((Run("지금 구독하면 한 달이 무료입니다."),))

    def written(slug: str) -> Entry:
        lead = Paragraph((Run(f"{slug} 소식이 오늘 새로 전해졌다. 자세한 내용은 내일 나온다."),))
        return post(slug, summary="", content=Document((promo, lead)))

    wire = Wire([Reading(tuple(map(written, "abc")), cursor="1"), Reading((written("d"),), cursor="2")])
    reading = ingest(store, wire, first_run=3)
    await reading.once()
    await reading.once()
    rows = await store.database.read(lambda c: c.rows("select excerpt from story order by id"))
    assert {row["excerpt"][:5] for row in rows} == {"a 소식이", "b 소식이", "c 소식이", "d 소식이"}


async def test_a_story_in_parts_is_shipped_in_order_and_its_rest_hurries_no_one(store: Store) -> None:
    entry = post("a", title="[속보] a")
    await ingest(store, Wire([Reading((entry,), cursor="1")]), (styled(body="thread"),), first_run=1).once()
    [first] = await store.tick()
    [second] = await store.tick(ended(first, DeliveryState.SENT))
    assert [(each.delivery.message.part, each.priority) for each in (first, second)] == [
        (0, Priority.BREAKING),
        (1, Priority.NORMAL),
    ]
    assert second.delivery.after is not None


async def test_an_account_gets_the_feeds_that_it_asked_for(store: Store) -> None:
    mine = replace(account(), feeds=("newsdao",))
    other = replace(account("others", "@b", credential="y"), feeds=("elsewhere",))
    await store.meet(mine, other)
    await ingest(store, Wire([Reading((post("a"),), cursor="1")]), (mine, other), first_run=1).once()
    [claim] = await store.tick()
    assert claim.account == "readers"


async def test_a_message_is_rendered_once_for_all_who_share_its_style(store: Store) -> None:
    other = replace(account("others", "@b", credential="y"), style=account().style)
    await store.meet(account(), other)
    await ingest(store, Wire([Reading((post("a"),), cursor="1")]), (account(), other), first_run=1).once()
    await store.tick(room=0)
    assert len(await store.tick()) == 2
    assert (await store.database.read(lambda c: c.rows("select count(*) as n from message")))[0]["n"] == 1


async def test_a_watched_source_is_read_again_when_it_changes(store: Store) -> None:
    @dataclass
    class Watched(Wire):
        bell: asyncio.Event = field(default_factory=asyncio.Event)

        async def changed(self) -> None:
            await self.bell.wait()
            self.bell.clear()

    wire = Watched([Reading((), cursor="0"), Reading((post("a"),), cursor="1")])
    running = asyncio.create_task(ingest(store, wire).run())
    while not wire.cursors:
        await asyncio.sleep(0.01)
    wire.bell.set()
    while not await store.ledger.stories():
        await asyncio.sleep(0.01)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


# ── Filters (issue 5, item 7) ────────────────────────────────────────────────────────────────────────────────────

NO_HOROSCOPES = Filter(exclude=(Rule("keywords", ("운세",), where="sokbo.toml:9"),))
BEFORE = Reading(cursor="0")  #: the first fetch, which finds nothing


async def test_what_a_feeds_filter_keeps_out_is_known_and_the_ledger_says_why(store: Store) -> None:
    wire = Wire([BEFORE, Reading((post("오늘의 운세"), post("a")), cursor="1")])
    reading = ingest(store, wire, filter=NO_HOROSCOPES)
    for _ in range(3):
        await reading.once()
    assert await told(store) == ["a"]
    [known] = [story for story in await store.ledger.stories(known=True) if story["state"] == "known"]
    facts = await store.ledger.facts(known["id"], "@a")
    assert facts["kept"] == {"": Kept("exclude", "keywords", ("운세",), "sokbo.toml:9")}


async def test_an_edit_that_lets_it_pass_announces_it_once(store: Store) -> None:
    """The rule is ours: an editor who mends a category within the day means it to be read."""
    kept, still, mended = (post("x", title=title, summary="요약") for title in ("운세", "운세 고침", "지진"))
    wire = Wire([BEFORE, *(Reading((each,), cursor=each.title) for each in (kept, still, mended, mended))])
    reading = ingest(store, wire, filter=NO_HOROSCOPES)
    for _ in range(3):
        await reading.once()
    assert await told(store) == []
    for _ in range(3):
        await reading.once()
    assert await told(store) == ["지진"]
    [story] = await store.ledger.stories()
    assert (story["state"], story["headline"]) == ("announced", "지진")
    assert (await store.ledger.facts(story["id"], "@a"))["kept"] == {}


async def test_what_was_kept_out_a_day_ago_is_no_news_any_more(store: Store) -> None:
    wire = Wire(
        [BEFORE, Reading((post("x", title="운세"),), cursor="1"), Reading((post("x", title="지진"),), cursor="2")]
    )
    reading = ingest(store, wire, filter=NO_HOROSCOPES)
    await reading.once()
    await reading.once()
    store.clock.forward(24 * 3600 + 1)
    await reading.once()
    assert await told(store) == []


async def test_one_feeds_filter_silences_no_other_feed(store: Store) -> None:
    """What the folder keeps out, the site's feed tells: joining it to what nobody was told would lose it."""
    folder, site = (
        Wire([BEFORE, Reading((post("운세"),), cursor="1")]),
        Wire([BEFORE, Reading((post("운세"),), cursor="1")]),
    )
    deaf, other = replace(FEED, filter=NO_HOROSCOPES), Feed("site", "https://newsdao.kr/feed.xml")
    await store.inbox.meet([(deaf, "jekyll"), (other, "feed")])
    for each, wire in ((deaf, folder), (other, site)):
        one = Ingest(
            store.inbox, [(each, wire)], (account(),), {"readers": Plain()}, Darkroom(), lambda: None, store.clock
        )
        await one.once()
        await one.once()
    assert await told(store) == ["운세"]
    [story] = await store.ledger.stories()
    assert story["feeds"] == ["site", "newsdao"]


async def test_what_a_filter_keeps_out_counts_for_no_first_run(store: Store) -> None:
    posts = tuple(post(str(n), published=dt.datetime(2026, 11, n, tzinfo=dt.UTC)) for n in range(1, 9))
    horoscopes = tuple(post(f"운세 {n}", published=dt.datetime(2026, 11, n, 12, tzinfo=dt.UTC)) for n in range(1, 9))
    reading = ingest(store, Wire([Reading((*posts, *horoscopes), cursor="1")]), first_run=2, filter=NO_HOROSCOPES)
    await reading.once()
    assert await told(store) == ["7", "8"]


async def test_what_was_there_before_us_is_never_released(store: Store) -> None:
    old, edited = post("x", title="운세"), post("x", title="지진")
    wire = Wire([Reading((old,), cursor="1"), Reading((edited,), cursor="2")])
    reading = ingest(store, wire, filter=NO_HOROSCOPES)
    await reading.once()
    await reading.once()
    assert await told(store) == []


async def test_what_a_filter_keeps_out_makes_no_flood(store: Store) -> None:
    horoscopes = tuple(post(f"운세 {n}") for n in range(20))
    wire = Wire([BEFORE, Reading((*horoscopes, *map(post, "abcde")), cursor="1")])
    reading = ingest(store, wire, filter=NO_HOROSCOPES)
    await reading.once()
    await reading.once()
    assert sorted(await told(store)) == [*"abcde"]


async def test_an_accounts_filter_is_asked_when_a_story_is_announced_and_later_edits_follow_the_story(
    store: Store,
) -> None:
    """Whoever got it gets its corrections; whom it was kept from gets none."""
    others = replace(account("others", "@o", credential="d"), filter=NO_HOROSCOPES)
    await store.meet(account(), others)
    wire = Wire(
        [
            BEFORE,
            Reading((post("x", title="운세 이야기"),), cursor="1"),
            Reading((post("x", title="별자리 이야기"),), cursor="2"),
        ]
    )
    reading = ingest(store, wire, accounts=(account(), others), renderer=Editing)
    await reading.once()
    await reading.once()
    assert await told(store) == ["운세 이야기"]
    await reading.once()
    assert await told(store) == ["별자리 이야기"]
    [story] = await store.ledger.stories()
    facts = await store.ledger.facts(story["id"], "@o")
    assert facts["kept"] == {"others": Kept("exclude", "keywords", ("운세",), "sokbo.toml:9")}
    assert {row["target"] for row in await store.ledger.deliveries()} == {"@a"}
