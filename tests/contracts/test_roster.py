"""Feeds that commands add belong to the store, on both databases (issue 5, item 8)."""

from dataclasses import replace

import pytest

from bot.errors import Problem
from bot.model import Feed
from bot.ports import AddedFeed
from bot.rules import Kept
from bot.store.roster import Roster
from tests.contracts.conftest import Store

WIRE = {"name": "wire", "url": "https://wire.example/feed", "said": {"every": "5m", "label": ["경제"]}}
OTHER = {"name": "other", "url": "https://other.example/feed", "said": {}}


async def retired(store: Store) -> dict[str, bool]:
    return {feed["name"]: feed["retired"] for feed in await store.ledger.feeds()}


async def test_what_is_added_is_there_until_it_is_removed_and_its_ledger_stays(store: Store) -> None:
    roster = Roster(store.database)
    assert await store.intend("add_feeds", feeds=[WIRE, OTHER]) == "done"
    assert await roster.added() == (AddedFeed("other", OTHER["url"]), AddedFeed(**WIRE))  # type: ignore[arg-type]  # a dict's values
    assert {feed["name"]: feed["origin"] for feed in await store.ledger.feeds()} == {
        "newsdao": "config",
        "other": "store",
        "wire": "store",
    }
    assert await store.intend("remove_feed", name="wire") == "done"
    assert [feed.name for feed in await roster.added()] == ["other"]
    assert await retired(store) == {"newsdao": False, "other": False, "wire": True}


async def test_a_start_with_the_configuration_leaves_what_was_added(store: Store) -> None:
    """INTERFACE.md: config rows belong to the file; what was added at run time belongs to the store."""
    await store.intend("add_feeds", feeds=[WIRE])
    await store.inbox.meet([])
    assert await retired(store) == {"newsdao": True, "wire": False}


async def test_a_name_that_the_file_takes_is_the_files(store: Store) -> None:
    await store.intend("add_feeds", feeds=[WIRE])
    await store.inbox.meet([(Feed("wire", "https://else.example/feed"), "feed")])
    assert await Roster(store.database).added() == ()
    assert "no command" in str(await store.intend("remove_feed", name="wire"))


@pytest.mark.parametrize(
    "second", [{**OTHER, "name": "wire"}, {**OTHER, "url": WIRE["url"]}, {**OTHER, "name": "newsdao"}], ids=str
)
async def test_all_of_a_list_or_none(store: Store, second: dict[str, object]) -> None:
    await store.intend("add_feeds", feeds=[WIRE])
    third = {"name": "third", "url": "https://third.example/feed", "said": {}}
    assert str(await store.intend("add_feeds", feeds=[third, second])).startswith("nothing was added")
    assert [feed.name for feed in await Roster(store.database).added()] == ["wire"]


@pytest.mark.parametrize("name", ["newsdao", "nobody"])
async def test_what_no_command_has_added_no_command_removes(store: Store, name: str) -> None:
    assert await store.intend("remove_feed", name=name) == f"no command has added a feed {name}"
    assert await retired(store) == {"newsdao": False}


async def test_one_that_comes_again_begins_anew(store: Store) -> None:
    """Its first fetch is a first fetch again: what was published meanwhile is no flood of news."""
    await store.intend("add_feeds", feeds=[WIRE])
    feed = Feed("wire", "https://wire.example/feed")
    await store.inbox.admit(replace(feed, cursor="c"), [])
    assert (await store.inbox.recall([feed]))[0].met
    await store.intend("remove_feed", name="wire")
    await store.intend("add_feeds", feeds=[WIRE])
    [again] = await store.inbox.recall([feed])
    assert (again.met, again.cursor) == (False, "")


async def test_whoever_drives_is_told_when_feeds_come_and_go_and_at_no_other_time(store: Store) -> None:
    calls: list[str] = []
    store.outbox.on_feeds(lambda: calls.append("feeds"))
    await store.announce("one")
    await store.tick()
    assert calls == []
    await store.intend("add_feeds", feeds=[WIRE])
    await store.intend("remove_feed", name="wire")
    assert calls == ["feeds", "feeds"]


async def test_what_keeps_a_configuration_from_being_followed_is_an_alarm_until_it_is_mended(store: Store) -> None:
    roster = Roster(store.database)
    await roster.note([Problem("is no duration", "my.toml:3", 'write "60s"')])
    [alarm] = await store.ledger.alarms()
    assert (alarm["where"], alarm["text"]) == ("my.toml:3", 'is no duration (write "60s")')
    await roster.note([])
    assert await store.ledger.alarms() == []


async def test_why_a_filter_kept_a_story_out_is_remembered(store: Store) -> None:
    story = await store.announce("one")
    kept = Kept("include", "keywords", ("지진", '"AI"'), "my.toml:9")
    from bot.store.codec import dump_kept

    sql = "insert into filtered (story, name, kept_json) values (:story, 'others', :kept)"
    await store.rows(f"{sql} returning story", story=story, kept=dump_kept(kept))
    assert (await store.ledger.facts(story, "@a"))["kept"] == {"others": kept}
