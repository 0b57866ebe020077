"""Ingest on a real store: what a feed does, and what becomes of it (FAILURES.md section 1)."""

import asyncio
import datetime as dt
import hashlib
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from bot.document import Document, Figure, Paragraph, Picture, Run
from bot.errors import PictureError, Problem, SourceError, SourceGone
from bot.ingest import Ingest
from bot.model import (
    Bounds,
    Delivery,
    DeliveryState,
    Entry,
    Feed,
    Limits,
    Message,
    Priority,
    Receipt,
    Story,
    Style,
    Target,
    Window,
)
from bot.ports import Account, Claim, Fetched, Reading
from tests.contracts.conftest import FEED, Store, account, ended, said

HOUR = dt.timedelta(hours=1)


@dataclass
class Wire:
    """A source of the test's own: gives what it is told to."""

    readings: list[Reading | Exception] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)
    link_answers: bool = True
    cursors: list[str] = field(default_factory=list)
    pages: dict[str, bytes] = field(default_factory=dict)
    slow: float = 0.0
    fetched: list[str] = field(default_factory=list)

    async def read(self, cursor: str) -> Reading:
        self.cursors.append(cursor)
        reading = self.readings.pop(0) if len(self.readings) > 1 else self.readings[0]
        if isinstance(reading, Exception):
            raise reading
        return reading

    async def picture(self, picture: Picture) -> bytes:
        self.fetched.append(picture.url)
        await asyncio.sleep(self.slow)
        if picture.url not in self.pictures:
            raise PictureError(f"{picture.url} answered 404")
        return self.pictures[picture.url]

    async def answers(self, link: str) -> bool:
        return self.link_answers

    async def page(self, link: str) -> Fetched:
        if link not in self.pages:
            raise SourceError("the page answered 404")
        return Fetched(link, 200, {"content-type": "text/html"}, self.pages[link])


class Plain:
    """A renderer of the test's own: the headline, the pictures; a body makes a second part."""

    platform = "telegram"
    credential = "c"
    limits = Limits(rate=1)
    pictures: Bounds | None = Bounds(size=1000, side=100, count=3)
    styles = frozenset({"pictures"})
    template = "{headline}"

    def render(self, story: Story, style: Style) -> tuple[Message, ...]:
        text = f"{story.headline} (card)" if story.card else story.headline
        alert = said(text, pictures=story.pictures[: style.pictures])
        return (alert, said("and on", part=1)) if style.body == "thread" else (alert,)

    @staticmethod
    def target(raw: Mapping[str, Any]) -> Target:
        return Target(str(raw["id"]))

    def per_target(self, target: Target) -> tuple[Window, ...]:
        return ()


class Editing(Plain):
    """One that can change what it posted."""

    async def edit(self, delivery: Delivery) -> Receipt:
        raise NotImplementedError("ingest never sends")


class Darkroom:
    """Pictures without a parser: what it is given is right already."""

    def __init__(self) -> None:
        self.prepared: list[bytes] = []

    def key(self, data: bytes, bounds: Bounds) -> str:
        return hashlib.sha256(data + str(bounds).encode()).hexdigest()

    async def prepare(self, data: bytes, bounds: Bounds) -> tuple[Picture, bytes]:
        self.prepared.append(data)
        if data == b"text":
            raise PictureError("is not a picture: it starts with “text”")
        sha256 = "ab" if data == b"jpeg" else data.decode()
        return Picture("", sha256=sha256, mime="image/jpeg", width=1, height=1, size=len(data)), data

    async def shared(self, html: bytes, base: str, content_type: str) -> Picture | None:
        return Picture(html.decode()) if html else None


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store(tmp_path / "sokbo.db") as opened:
        await opened.meet(account())
        yield opened


def post(slug: str, **more: Any) -> Entry:
    fields: dict[str, Any] = {
        "id": f"guid-{slug}",
        "link": f"https://newsdao.kr/{slug}/",
        "title": slug,
        "summary": f"{slug} 요약이다.",
        "published": dt.datetime(2026, 11, 22, 1, 0, tzinfo=dt.UTC),
    }
    return Entry(**{**fields, **more})


def ingest(
    store: Store,
    wire: Wire,
    accounts: tuple[Account, ...] = (),
    darkroom: Darkroom | None = None,
    renderer: type[Plain] = Plain,
    **feed: Any,
) -> Ingest:
    return Ingest(
        store.inbox,
        [(replace(FEED, **feed), wire)],
        accounts or (account(),),
        {"readers": renderer(), "others": renderer()},
        darkroom or Darkroom(),
        lambda: None,
        store.clock,
    )


async def told(store: Store) -> list[str]:
    """Headlines that dispatch would send, in order."""
    names = []
    while claims := await store.tick():
        names += [claim.delivery.message.text for claim in claims]
        await store.tick(*(ended(claim, DeliveryState.SENT) for claim in claims), room=0)
    return names


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
    [watch] = reading._watches
    assert await reading._poll(watch) == FEED.every
    assert "ZeroDivisionError" in (await store.ledger.feeds())[0]["error"]


async def test_failures_back_off_and_a_success_ends_it(store: Store) -> None:
    reading = ingest(store, Wire([*[SourceError("no")] * 9, Reading((), cursor="1")]))
    [watch] = reading._watches
    waits = [await reading._poll(watch) for _ in range(10)]
    assert waits[:3] == [dt.timedelta(minutes=1), dt.timedelta(minutes=2), dt.timedelta(minutes=4)]
    assert waits[8] == HOUR
    assert waits[9] == FEED.every


async def test_a_feed_that_is_gone_is_not_asked_again(store: Store) -> None:
    wire = Wire([SourceGone("answered 410")])
    await asyncio.wait_for(ingest(store, wire).run(), 5)
    assert len(wire.cursors) == 1
    assert "gone for good" in (await store.ledger.feeds())[0]["error"]


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
    [watch] = reading._watches
    await reading.once()
    assert await reading._poll(watch) == HOUR
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


async def test_a_picture_is_kept_in_the_store_and_named_by_the_message(store: Store) -> None:
    entry = post("a", picture=Picture("https://newsdao.kr/p.jpg", "다리"))
    await ingest(
        store, Wire([Reading((entry,), cursor="1")], {"https://newsdao.kr/p.jpg": b"jpeg"}), first_run=1
    ).once()
    [claim] = await store.tick()
    [picture] = claim.delivery.message.pictures
    assert (picture.url, picture.alt, picture.sha256) == ("https://newsdao.kr/p.jpg", "다리", "ab")
    assert await store.ledger.picture("ab") == ("image/jpeg", b"jpeg")


@pytest.mark.parametrize(("data", "words"), [({}, "404"), ({"https://newsdao.kr/p.jpg": b"text"}, "not a picture")])
async def test_a_picture_that_cannot_be_had_is_left_out_and_said(
    store: Store, data: dict[str, bytes], words: str
) -> None:
    """Degrade, never drop: each step is recorded (DESIGN.md section 7)."""
    entry = post("a", picture=Picture("https://newsdao.kr/p.jpg"))
    await ingest(store, Wire([Reading((entry,), cursor="1")], data), first_run=1).once()
    [claim] = await store.tick()
    assert claim.delivery.message.pictures == ()
    assert words in claim.delivery.message.notes[0]


P, Q = "https://newsdao.kr/p.jpg", "https://newsdao.kr/q.jpg"


def styled(**style: Any) -> Account:
    return replace(account(), style=Style(**style))


async def test_the_same_picture_is_prepared_once_for_each_bound(store: Store) -> None:
    """Issue 3: kept by content hash in the store, so that any worker has it."""
    darkroom = Darkroom()
    posts = (post("a", picture=Picture(P, "하나")), post("b", picture=Picture(Q, "둘")))
    wire = Wire([Reading(posts[:1], cursor="1"), Reading(posts, cursor="2")], dict.fromkeys([P, Q], b"jpeg"))
    reading = ingest(store, wire, darkroom=darkroom, first_run=1)
    await reading.once()
    await reading.once()
    assert darkroom.prepared == [b"jpeg"]
    pictures = [claim.delivery.message.pictures[0] for claim in [*await store.tick(), *await store.tick()]]
    assert [(one.sha256, one.alt) for one in pictures][:1] == [("ab", "하나")]


async def test_a_post_without_a_picture_gets_the_one_that_its_page_shares_or_its_feeds_card(
    store: Store, tmp_path: Path
) -> None:
    """Issue 3: og:image when the post has none; a default card per feed."""
    card = tmp_path / "card.jpg"
    card.write_bytes(b"card")
    posts = (post("a"), post("b"))
    wire = Wire([Reading(posts, cursor="1")], {P: b"jpeg"}, pages={"https://newsdao.kr/a/": P.encode()})
    await ingest(store, wire, first_run=2, card=Picture(card.as_uri())).once()
    await store.meet(account("readers", "@a"))
    shown = {}
    while claims := await store.tick():
        for claim in claims:
            shown[claim.delivery.message.text] = [picture.sha256 for picture in claim.delivery.message.pictures]
            await store.tick(ended(claim, DeliveryState.SENT), room=0)
    assert shown == {"a": ["ab"], "b": ["card"]}
    assert wire.fetched == [P]


async def test_a_picture_that_stands_on_three_posts_is_the_sites_card(store: Store) -> None:
    """Issue 3: a picture that stands on three posts or more of a feed is its site's card."""
    card, own = Picture("https://newsdao.kr/card.jpg"), Picture(P)
    posts = (post("a", picture=card), post("b", picture=own), post("c", picture=card), post("d", picture=card))
    wire = Wire([Reading(posts[:2], cursor="1"), Reading(posts[2:3], cursor="2"), Reading(posts[3:], cursor="3")])
    reading = ingest(store, wire, first_run=2)
    for _ in range(3):
        await reading.once()
    assert sorted(await told(store)) == ["a", "b", "c", "d (card)"]


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


async def test_a_breaking_story_waits_a_second_for_its_picture_and_it_is_edited_in(store: Store) -> None:
    """Issue 3: waits at most one second, then goes without, and the picture is edited in."""
    entry = post("a", title="[속보] a", picture=Picture(P))
    wire = Wire([Reading((entry,), cursor="1")], {P: b"jpeg"}, slow=1.6)
    reading = ingest(store, wire, first_run=1, renderer=Editing)
    started = time.monotonic()
    polling = asyncio.create_task(reading.once())
    claims: tuple[Claim, ...] = ()
    while not claims and time.monotonic() < started + 10:
        await asyncio.sleep(0.05)
        claims = await store.tick()
    waited = time.monotonic() - started
    [claim] = claims
    assert 1.0 <= waited < 1.6
    assert claim.delivery.message.pictures == ()
    assert "not there in time" in claim.delivery.message.notes[0]
    await store.tick(ended(claim, DeliveryState.SENT), room=0)
    await polling
    [edit] = await store.tick()
    assert (edit.delivery.operation, edit.priority) == ("edit", Priority.TOUCH_UP)
    assert [picture.sha256 for picture in edit.delivery.message.pictures] == ["ab"]


async def test_a_late_picture_is_let_go_where_nothing_can_be_edited(store: Store) -> None:
    entry = post("a", title="[속보] a", picture=Picture(P))
    await ingest(store, Wire([Reading((entry,), cursor="1")], {P: b"jpeg"}, slow=1.2), first_run=1).once()
    [claim] = await store.tick()
    await store.tick(ended(claim, DeliveryState.SENT), room=0)
    assert await store.tick() == ()


async def test_an_album_is_as_large_as_the_account_asks_and_the_platform_takes(store: Store) -> None:
    figures = tuple(Figure(Picture(f"https://newsdao.kr/{n}.jpg")) for n in range(5))
    entry = post("a", picture=Picture(P), content=Document(figures))
    data = {P: b"0", **{figure.picture.url: figure.picture.url[-5:-4].encode() for figure in figures}}
    wire = Wire([Reading((entry,), cursor="1")], data)
    await ingest(store, wire, (styled(pictures=9),), first_run=1).once()
    [claim] = await store.tick()
    assert len(claim.delivery.message.pictures) == 3
    assert len(wire.fetched) == 3


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
