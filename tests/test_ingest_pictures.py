"""Ingest on a real store: the pictures of a story, in time or not (issue 3)."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.document import Document, Figure, Picture
from bot.model import DeliveryState, Priority
from bot.ports import Claim, Reading
from tests.contracts.conftest import Store, account, ended
from tests.newsdao import Darkroom, Editing, Wire, ingest, post, styled, told
from tests.torture.scale import within

P, Q = "https://newsdao.kr/p.jpg", "https://newsdao.kr/q.jpg"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store(tmp_path / "sokbo.db") as opened:
        await opened.meet(account())
        yield opened


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


async def test_a_breaking_story_waits_a_second_for_its_picture_and_it_is_edited_in(store: Store) -> None:
    """Issue 3: waits at most one second, then goes without, and the picture is edited in."""
    entry = post("a", title="[속보] a", picture=Picture(P))
    wire = Wire([Reading((entry,), cursor="1")], {P: b"jpeg"}, slow=1 + within(0.6))
    reading = ingest(store, wire, first_run=1, renderer=Editing)
    started = time.monotonic()
    polling = asyncio.create_task(reading.once())
    claims: tuple[Claim, ...] = ()
    while not claims and time.monotonic() < started + 10:
        await asyncio.sleep(0.05)
        claims = await store.tick()
    waited = time.monotonic() - started
    [claim] = claims
    assert 1.0 <= waited < 1 + within(0.6)
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
