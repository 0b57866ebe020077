"""A newspaper's hub pushes to the real bot, and forgers knock at its door (issue 5, point 3; FAILURES.md row 27)."""

import asyncio
import json
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from bot.app.build import open_store
from bot.app.kinds import kind
from bot.app.run import loops
from bot.sandbox.server import Sandbox
from bot.settings import load
from bot.store.ledger import Ledger
from tests.app.conftest import Newsroom, until

EVERY = 2  #: seconds between two polls, where they shall find something
NEVER = 86_400
#: It wants no picture, so none is looked for where the links lead.
ACCOUNT = """
[[accounts]]
name = "readers"
kind = "telegram"
token = "1000001:sandbox-telegram-no-real-token-0000"
base_url = "http://{sandbox}/telegram"
targets = ["@newsdao"]
picture = "none"
"""
FEED = """
[[feeds]]
name = "paper"
kind = "feed"
url = "http://{sandbox}/websub/feeds/paper"
every = "{every}s"
"""


def document(*slugs: str) -> str:
    items = "".join(
        f"<item><guid>{slug}</guid><link>https://newsdao.kr/{slug}/</link><title>{slug} 소식</title></item>"
        for slug in slugs
    )
    return f'<rss version="2.0"><channel><title>신문</title>{items}</channel></rss>'


def reached(newsroom: Newsroom, every: int) -> str:
    """Have the bot listen to hubs; where it does."""
    inbound = newsroom.address()
    newsroom.write(accounts=ACCOUNT, more=FEED.format(sandbox=newsroom.sandbox, every=every))
    text = newsroom.config.read_text("utf-8")
    told = f'[sokbo]\ninbound = "{inbound}"\npublic_url = "http://{inbound}/in"'
    newsroom.config.write_text(text.replace("[sokbo]", told, 1), "utf-8")
    return inbound


def telegram(newsroom: Newsroom, slug: str) -> int:
    """How often readers were told."""
    return sum(f"{slug} 소식" in record["body"]["text"] for record in newsroom.accepted("telegram"))


@dataclass
class Paper:
    """A newspaper, and the ledger of the bot that follows it."""

    newsroom: Newsroom
    session: aiohttp.ClientSession
    ledger: Ledger

    async def publish(self, *slugs: str, **order: Any) -> None:
        url = f"http://{self.newsroom.sandbox}/_sandbox/websub"
        if slugs:
            order |= {"feed": "paper", "document": document(*slugs)}
        async with self.session.post(url, json=order) as reply:
            assert reply.status == 200, await reply.text()

    async def shown(self) -> Any:
        async with self.session.get(f"http://{self.newsroom.sandbox}/_sandbox/websub") as reply:
            return await reply.json()

    async def answers(self) -> list[int]:
        return [status for each in (await self.shown())["deliveries"] for status in each["statuses"]]

    async def push(self) -> Any:
        return {feed["name"]: feed for feed in await self.ledger.feeds()}["paper"]["push"]

    async def headlines(self) -> list[str]:
        return [story["headline"] for story in await self.ledger.stories(known=True)]

    async def told(self, slug: str) -> bool:
        return telegram(self.newsroom, slug) == 1

    async def pushed(self) -> bool:
        return bool((await self.shown())["subscriptions"]) and (await self.push())["state"] == "live"


async def soon(condition: Callable[[], Awaitable[Any]], seconds: float = 15) -> Any:
    async with asyncio.timeout(seconds):
        while not (found := await condition()):
            await asyncio.sleep(0.02)
    return found


@asynccontextmanager
async def newspaper(newsroom: Newsroom) -> AsyncIterator[aiohttp.ClientSession]:
    async with Sandbox(newsroom.sandbox, newsroom.folder / "sandbox.jsonl"), aiohttp.ClientSession() as session:
        yield session


@asynccontextmanager
async def bot(newsroom: Newsroom, session: aiohttp.ClientSession) -> AsyncIterator[Paper]:
    """The bot, running in this process."""
    settings = load(newsroom.config, {}, kind)
    async with open_store(settings.store, driving=True) as database, loops(settings, database) as both:
        assert both.pushes is not None
        async with both.pushes.listening(), asyncio.TaskGroup() as group:
            tasks = [group.create_task(both.ingest.run()), group.create_task(both.pushes.run(both.ingest.hear))]
            group.create_task(both.dispatch.run())
            yield Paper(newsroom, session, Ledger(database))
            for task in tasks:
                task.cancel()
            both.dispatch.drain()


async def test_a_lease_outlives_the_bot(newsroom: Newsroom) -> None:
    reached(newsroom, NEVER)
    async with newspaper(newsroom) as session:
        await Paper(newsroom, session, None).publish("old")  # type: ignore[arg-type]  # nobody has read it yet
        async with bot(newsroom, session) as paper:
            await soon(paper.pushed)
        async with bot(newsroom, session) as paper:
            await paper.publish("old", "new", delivery=document("new"))
            await soon(lambda: paper.told("new"))
            assert [request["mode"] for request in (await paper.shown())["requests"]] == ["subscribe"]


async def test_who_is_not_the_hub_stores_nothing_and_polling_finds_what_was_not_pushed(
    newsroom: Newsroom, capsys: pytest.CaptureFixture[str]
) -> None:
    reached(newsroom, EVERY)
    forged = {"wrong": 25, "none": 25, "topic": 25, "replay": 25, "20 MB": 1}
    async with newspaper(newsroom) as session:
        await Paper(newsroom, session, None).publish("old")  # type: ignore[arg-type]  # nobody has read it yet
        async with bot(newsroom, session) as paper:
            await soon(paper.pushed)
            before = await paper.headlines()
            for slug, number in forged.items():
                order: dict[str, Any] = {"delivery": document(f"forged-{slug}"), "times": number}
                match slug:
                    case "wrong" | "none":
                        order["signature"] = slug
                    case "topic":
                        order["topic"] = "https://elsewhere.test/feed.xml"
                    case "replay":
                        order["delivery"] = document("old") + "<!-- the same again -->" * 20
                    case _:
                        order["pad"] = 20 * 2**20
                await paper.publish("old", **order)
            answers = await soon(lambda: answered(paper, sum(forged.values())))
            assert answers[:100] == [202] * 100
            assert set(answers[100:]) <= {413, 0}  # 0: it was still sending when we hung up
            stored = set(await paper.headlines()) - set(before)
            assert stored == set()
            began = time.monotonic()
            await paper.publish("old", "quiet", times=0)
            await soon(lambda: paper.told("quiet"))
            took = time.monotonic() - began
            push = await soon(lambda: counted(paper, 75))
            assert (push["state"], push["refused"]) == ("live", 75)
            assert not any("forged" in headline for headline in await paper.headlines())
    with capsys.disabled():
        print(
            f"\nrow 27: {sum(forged.values())} deliveries ({', '.join(f'{n} {what}' for what, n in forged.items())}): "
            f"{len(stored)} stored, {push['refused']} counted as not believed; what was not pushed was polled and told "
            f"after {took:.1f} s, of {EVERY} s between two polls"
        )


async def answered(paper: Paper, number: int) -> list[int] | None:
    answers = await paper.answers()
    return answers if len(answers) >= number else None


async def counted(paper: Paper, number: int) -> Any:
    push = await paper.push()
    return push if push["refused"] >= number else None


def test_the_bot_listens_to_hubs_and_to_nobody_else_there(newsroom: Newsroom) -> None:
    inbound = reached(newsroom, EVERY)
    newsroom.post("first")
    running = newsroom.start()
    until(lambda: "hubs reach us on" in newsroom.log())
    newsroom.door("websub", feed="paper", document=document("old"), times=0)

    def pushed() -> bool:
        with urllib.request.urlopen(f"http://{newsroom.sandbox}/_sandbox/websub", timeout=5) as reply:
            return bool(json.load(reply)["subscriptions"])

    until(pushed, 30)
    newsroom.door("websub", feed="paper", document=document("old"), delivery=document("new"))
    until(lambda: telegram(newsroom, "new"))
    for path in ("/", "/healthz", "/in/", "/in/websub/" + "x" * 43):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"http://{inbound}{path}", timeout=5)
        assert (refused.value.code, refused.value.read()) == (404, b"")
        refused.value.close()
    assert "; pushed by its hub until 20" in newsroom.sokbo("status").stdout
    newsroom.stop(running)
    assert "Traceback" not in newsroom.log()
