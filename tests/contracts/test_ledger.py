"""What the page and the commands read (INTERFACE.md), on both databases."""

from bot.document import Picture
from bot.errors import Problem
from bot.model import DeliveryState, Feed
from bot.ports import Polled
from tests.contracts.conftest import FEED, Store, account, ended

S = DeliveryState


async def sent(store: Store) -> None:
    """Send whatever can be sent."""
    claims = await store.tick()
    while claims:
        claims = await store.tick(*(ended(claim, S.SENT) for claim in claims))


async def test_the_ledger_has_the_promised_shapes(store: Store) -> None:
    """INTERFACE.md: add to them, don't break them."""
    await store.meet(account())
    await store.announce("one")
    await sent(store)
    [story] = await store.ledger.stories()
    promised = {"id", "headline", "link", "urgency", "revision", "state", "feeds", "published", "seen"}
    assert set(story) == promised | {"head", "alike", "accounts"}
    assert (story["feeds"], story["state"], story["seen"]) == (["newsdao"], "announced", "2026-11-22T03:00:00.000Z")
    [row] = await store.ledger.deliveries(story=story["id"])
    promised = {"story", "account", "target", "operation", "state", "tries", "reason", "queued", "sent", "ids", "link"}
    assert promised <= set(row)
    assert (row["ids"], row["link"], row["sent"]) == (["1"], "https://t.me/a/1", "2026-11-22T03:00:00.000Z")
    [shown] = await store.ledger.board()
    [alert] = shown.alerts
    assert (alert.account, alert.message.text, alert.deliveries) == ("readers", "one", (row,))


async def test_an_old_story_that_waits_for_a_person_stays_on_the_board(store: Store) -> None:
    await store.meet(account())
    await store.announce("old")
    [claim] = await store.tick()
    await store.tick(ended(claim, S.HELD, reason="?", again=True))
    for slug in ("two", "three"):
        await store.announce(slug)
    assert [shown.story["headline"] for shown in await store.ledger.board(1)] == ["three", "old"]


async def test_what_a_stand_in_took_has_no_link(store: Store) -> None:
    """It would lead to somebody else's post on the real platform."""
    await store.meet(account(base_url="http://127.0.0.1:8701/telegram"))
    await store.announce("one")
    await sent(store)
    [row] = await store.ledger.deliveries()
    assert (row["ids"], row["link"]) == (["1"], "")


async def test_a_feed_shows_its_health(store: Store) -> None:
    await store.inbox.polled([Polled(FEED.name, "answered 404")])
    [feed] = await store.ledger.feeds()
    assert (feed["error"], feed["failures"], feed["succeeded"]) == ("answered 404", 1, None)
    await store.inbox.polled([Polled(FEED.name, problems=(Problem("no title", "a.md:1", "add one"),))])
    [feed] = await store.ledger.feeds()
    assert (feed["error"], feed["failures"]) == ("", 0)
    [alarm] = await store.ledger.alarms()
    assert (alarm["where"], alarm["text"]) == ("a.md:1", "no title (add one)")


async def test_a_feed_that_left_the_configuration_is_retired(store: Store) -> None:
    await store.inbox.meet([(Feed("other", "x"), "feed")])
    assert {feed["name"]: feed["retired"] for feed in await store.ledger.feeds()} == {"other": False, "newsdao": True}


async def test_a_picture_is_kept_once_under_its_hash(store: Store) -> None:
    picture = Picture("https://a.kr/p.jpg", sha256="ab", mime="image/jpeg")
    await store.inbox.keep("key", picture, b"1")
    await store.inbox.keep("key", picture, b"1")
    assert await store.ledger.picture("ab") == ("image/jpeg", b"1")
    assert await store.ledger.picture("cd") is None


async def test_the_version_changes_with_every_commit(store: Store) -> None:
    before = await store.ledger.version()
    assert await store.ledger.version() == before
    await store.inbox.polled([Polled(FEED.name)])
    assert await store.ledger.version() != before


async def test_counts_name_every_state(store: Store) -> None:
    await store.meet(account())
    await store.announce("one")
    await sent(store)
    assert (await store.ledger.status())["sent"] == 1
