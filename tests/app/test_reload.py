"""A running bot follows its configuration (issue 5, item 8): what stays is not disturbed, a mistake changes nothing."""

import asyncio
import logging
import os
import re
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from bot.app import standins
from bot.app.kinds import kind
from bot.app.logs import set_up
from bot.app.run import Loops, loops
from bot.errors import StoreAway
from bot.sandbox.server import Sandbox, XKey
from bot.settings import Settings, load
from bot.store.sqlite import Database
from tests.app.conftest import Newsroom, until
from tests.torture.scale import within

AGAIN = "the configuration was read again"


def edit(newsroom: Newsroom, old: str, new: str) -> None:
    """Change the configuration as an editor does: a new file in the place of the old one."""
    text = newsroom.config.read_text("utf-8")
    assert old in text
    fresh = newsroom.config.with_suffix(".new")
    fresh.write_text(text.replace(old, new), "utf-8")
    fresh.replace(newsroom.config)


@asynccontextmanager
async def house(newsroom: Newsroom) -> AsyncIterator[Loops]:
    """The bot and the stand-ins in this process, as `run` joins them."""
    settings: Settings = load(newsroom.config, os.environ, kind)
    keys = [XKey(**key) for key in standins.keys(settings.accounts)]
    async with (
        Sandbox(listen=newsroom.sandbox, log=newsroom.folder / "sandbox.jsonl", keys=keys),
        Database(newsroom.folder / "sokbo.db", driving=True) as database,
        loops(settings, database) as both,
        asyncio.TaskGroup() as group,
    ):
        tasks = [group.create_task(each) for each in (both.ingest.run(), both.reload.run())]
        group.create_task(both.dispatch.run())
        yield both
        for task in tasks:
            task.cancel()
        both.dispatch.drain()


async def soon(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(within(15)):
        while not condition():
            await asyncio.sleep(0.02)


async def test_an_account_that_comes_gets_what_is_next_and_one_that_goes_nothing_more(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    everything = newsroom.config.read_text("utf-8")
    alone = everything[: everything.index('[[accounts]]\nname = "guild"')]
    newsroom.config.write_text(alone, "utf-8")
    async with house(newsroom) as both:
        readers = both.reload._adapters["readers"]
        newsroom.post("one", "소식 하나")
        await soon(lambda: len(newsroom.accepted()) == 1)
        newsroom.config.write_text(everything, "utf-8")
        await soon(lambda: AGAIN in caplog.text)
        newsroom.post("two", "소식 둘")
        await soon(lambda: len(newsroom.accepted()) == 4)
        assert {record["platform"] for record in newsroom.accepted()[1:]} == {"telegram", "discord", "x"}
        newsroom.config.write_text(alone, "utf-8")
        await soon(lambda: caplog.text.count(AGAIN) == 2)
        newsroom.post("three", "소식 셋")
        await soon(lambda: len(newsroom.accepted()) == 5)
        assert both.reload._adapters["readers"] is readers  # no connection of its was dropped
    assert [record["platform"] for record in newsroom.accepted()][4:] == ["telegram"]


async def test_what_only_a_restart_can_change_is_said_by_name_and_the_rest_is_followed(newsroom: Newsroom) -> None:
    newsroom.post("one", "소식 하나")
    async with house(newsroom) as both:
        await soon(lambda: len(newsroom.accepted()) == 3)
        edit(newsroom, f'page = "{newsroom.page}"', 'page = ""')
        edit(newsroom, 'allow_private = ["127.0.0.0/8"]', "allow_private = []")
        edit(newsroom, 'every = "60s"', 'every = "60s"\nexclude = { keywords = ["운세"] }')
        both.reload.ask()
        alarms = await asyncio.to_thread(until, lambda: newsroom.ledger("alarms"))
        text = "has changed, and a running bot cannot follow it (restart the bot, and it takes effect)"
        assert [(alarm["where"], alarm["text"]) for alarm in alarms] == [("[sokbo] page", text), ("[fetch]", text)]
        newsroom.post("two", "오늘의 운세")
        await asyncio.to_thread(until, lambda: any(f["entries"] == 2 for f in newsroom.ledger("feeds")))
    why = await asyncio.to_thread(newsroom.sokbo, "why", "2", "@newsdao")
    assert "운세" in why.stdout
    assert f"({newsroom.config}:" in why.stdout
    assert len(newsroom.accepted()) == 3


async def test_a_secret_that_comes_with_a_reload_is_in_no_log(
    newsroom: Newsroom, capsys: pytest.CaptureFixture[str]
) -> None:
    token = "1000001:another-telegram-token-00000000000"
    handlers = logging.getLogger().handlers[:]
    set_up([])
    try:
        async with house(newsroom):
            edit(newsroom, "1000001:sandbox-telegram-no-real-token-0000", token)
            await soon(lambda: AGAIN in capsys.readouterr().err)
            logging.getLogger("bot.test").warning("refused: %s", token)
            assert "refused: ***" in capsys.readouterr().err
    finally:
        logging.getLogger().handlers[:] = handlers


async def test_a_template_that_changes_or_comes_is_followed(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    template = newsroom.folder / "templates" / "telegram.md"
    async with house(newsroom):
        template.parent.mkdir()
        template.write_text("꼭지: {headline}\n{link}", "utf-8")
        await soon(lambda: AGAIN in caplog.text)
        newsroom.post("one", "소식 하나")
        await soon(lambda: len(newsroom.accepted()) == 3)
    assert "꼭지: 소식 하나" in str(newsroom.accepted("telegram")[0]["body"])


async def test_a_store_that_is_away_is_waited_for(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO)
    async with house(newsroom) as both:
        meet, tries = both.reload._store.inbox.meet, []

        async def away(feeds: object) -> None:
            tries.append(feeds)
            if len(tries) < 3:
                raise StoreAway("locked")
            await meet(feeds)  # type: ignore[arg-type]  # whatever it was called with

        monkeypatch.setattr(both.reload._store.inbox, "meet", away)
        both.reload.ask()
        await soon(lambda: AGAIN in caplog.text)
        assert len(tries) == 3
    assert "waits for the store" in caplog.text


async def test_a_feed_of_a_later_sokbo_is_named_and_stops_no_other(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    async with house(newsroom) as both:
        odd = [{"name": "odd", "url": "gopher://x.example", "said": {}}, {"name": "newsdao", "url": "x", "said": {}}]
        write = (
            "insert into feed (name, kind, url, origin) values (:name, 'feed', :url, 'store') on conflict do nothing"
        )
        database = both.reload._store.roster._database
        for feed in odd:
            await database.write(lambda c, feed=feed: c.rows(write, name=feed["name"], url=feed["url"]))  # type: ignore[misc]  # a lambda's default
        both.reload.refresh()
        await soon(lambda: "feed odd cannot be watched" in caplog.text)
        newsroom.post("one", "소식 하나")
        await soon(lambda: len(newsroom.accepted()) == 3)


# ── In a process of its own ──────────────────────────────────────────────────────────────────────────────────────


def test_under_load_a_reload_disturbs_nothing_loses_nothing_and_sends_nothing_twice(newsroom: Newsroom) -> None:
    """Eight posts while the configuration changes as often: filters, intervals, an account's links, its name."""
    newsroom.post("first", "첫 번째 소식")
    bot = newsroom.start()
    until(lambda: len(newsroom.accepted()) == 3)
    newsroom.door("settings", latency_ms=100)
    plain = newsroom.config.read_text("utf-8")
    for number in range(8):
        newsroom.post(f"post-{number:02}", f"{number}번 소식")
        changed = {
            0: ('every = "60s"\n', f'every = "60s"\nexclude = {{ keywords = ["없는 말 {number}"] }}\n'),
            1: ('every = "60s"\n', f'every = "{60 + number}s"\n'),
            2: ('name = "readers"\n', f'name = "readers"\nutm = "utm_source=r{number}"\n'),
            3: ('name = "readers"\n', f'name = "readers-{number}"\n'),
        }[number % 4]
        newsroom.config.write_text(plain.replace(*changed), "utf-8")
        bot.send_signal(signal.SIGHUP)
        until(lambda: newsroom.log().count(AGAIN) > number)  # noqa: B023 - it is asked within the turn
    until(lambda: len(newsroom.accepted()) >= 27)
    until(lambda: {row["state"] for row in newsroom.ledger("deliveries")} == {"sent"})
    for platform in ("telegram", "discord", "x"):
        told = [str(record["body"]) for record in newsroom.accepted(platform)]
        copies = Counter(number for body in told for number in set(re.findall(r"(\d+)번 소식", body)))
        assert copies == Counter(map(str, range(8))), platform
        assert len(told) == 9, platform
    assert not re.search("ERROR|Traceback", newsroom.log())
    assert newsroom.stop(bot) == 0


def test_an_invalid_configuration_keeps_the_old_one_and_says_so(newsroom: Newsroom) -> None:
    newsroom.post("one", "소식 하나")
    bot = newsroom.start()
    until(lambda: len(newsroom.accepted()) == 3)
    good = newsroom.config.read_text("utf-8")
    edit(newsroom, 'kind = "jekyll"', 'kind = "jekyl"')
    until(lambda: "not followed" in newsroom.log())
    [alarm] = newsroom.ledger("alarms")
    assert alarm["where"] == f"{newsroom.config}:16"
    assert "jekyl" in alarm["text"]
    newsroom.post("two", "소식 둘")
    until(lambda: len(newsroom.accepted()) == 6)
    newsroom.config.write_text(good, "utf-8")
    until(lambda: newsroom.ledger("alarms") == [])
    assert newsroom.stop(bot) == 0
