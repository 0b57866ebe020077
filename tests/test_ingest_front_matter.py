"""What an editor's keys come to, from a file to what readers are told (issue 5, point 4)."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.ingest import Ingest
from bot.model import Delivery, Feed, Message, Receipt, Story, Style
from bot.ports import Parse
from bot.sources.fetch import Client
from bot.sources.jekyll import JekyllSource
from tests.contracts.conftest import Store, account, said
from tests.newsdao import Darkroom, Editing, Plain, told
from tests.sources.conftest import Here
from tests.sources.site import Site, age

FEED = Feed("folder", "_posts", met=True)
NAMES = ("readers", "others")
LINK = "https://paper.test/2024/07/22/a.html"


class Telling(Plain):
    """A platform that shows the excerpt too, and answers what it posted."""

    def render(self, story: Story, style: Style) -> tuple[Message, ...]:
        return (said(f"{story.headline} | {story.excerpt} | {story.link}"),)

    async def reply(self, delivery: Delivery) -> Receipt:
        raise AssertionError("ingest never sends")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store(tmp_path / "sokbo.db") as opened:
        await opened.meet(*(account(name, f"@{name}", credential=name) for name in NAMES))
        await opened.inbox.meet([(FEED, "jekyll")])
        await opened.inbox.admit(FEED, [])  # met before: what comes now is news
        yield opened


class Desk:
    """A folder that is read into a store, whenever the test says so."""

    def __init__(self, site: Site, store: Store, client: Client, here: Parse, platform: type[Plain]) -> None:
        self._seconds = 60.0
        self._site = site
        source = JekyllSource(site.posts, site="https://paper.test", zone="Asia/Seoul", fetch=client, parse=here)
        accounts = tuple(account(name, f"@{name}", credential=name) for name in NAMES)
        renderers = {name: platform() for name in NAMES}
        self.ingest = Ingest(store.inbox, [(FEED, source)], accounts, renderers, Darkroom(), lambda: None, store.clock)

    async def save(self, front: str, body: str = "둑이 무너져 12명이 숨졌다.", name: str = "2024-07-22-a.md") -> None:
        self._seconds -= 1
        age(self._site.write(name, front, body), self._seconds)
        await self.ingest.once()


@pytest.fixture
async def desk(tmp_path: Path, store: Store, request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    async with Client() as client:
        yield Desk(Site(tmp_path / "site"), store, client, Here(), getattr(request, "param", Telling))


async def alarms(store: Store) -> list[str]:
    feeds: list[dict[str, Any]] = await store.ledger.feeds()
    return [problem for feed in feeds for problem in feed["problems"]]


async def test_only_the_accounts_that_a_post_names_get_it(desk: Desk, store: Store) -> None:
    await desk.save("title: 모두에게")
    assert len(await told(store)) == 2
    await desk.save("title: 한 곳에만\naccounts: [others]", name="2024-07-22-b.md")
    assert [delivery["account"] for delivery in (await store.ledger.deliveries())[:1]] == ["others"]
    assert len(await told(store)) == 1


async def test_an_account_that_does_not_exist_is_said_and_nobody_else_gets_the_post(desk: Desk, store: Store) -> None:
    await desk.save("title: 제목\naccounts: [reders]")
    assert await told(store) == []
    assert "its accounts name “reders”, which is none" in str(await alarms(store))
    assert "others, readers" in str(await alarms(store))


async def test_an_embargo_that_cannot_be_read_holds_the_post_back_until_it_is_mended(desk: Desk, store: Store) -> None:
    await desk.save("title: 엠바고\nembargo: 내일")
    assert await told(store) == []
    assert "line 3: its embargo is “내일”" in str(await alarms(store))
    await desk.save("title: 엠바고")
    assert len(await told(store)) == 2
    assert await alarms(store) == []


async def test_a_flawed_key_is_said_and_the_post_goes_out(desk: Desk, store: Store) -> None:
    await desk.save("title: 제목\nbreaking: 'yes'")
    assert len(await told(store)) == 2
    assert "line 3: its breaking is “yes”" in str(await alarms(store))


async def test_a_correction_answers_what_was_told_once_and_in_its_newsrooms_words(desk: Desk, store: Store) -> None:
    await desk.save("title: 둑 붕괴\naccounts: readers")
    assert len(await told(store)) == 1
    await desk.save("title: 둑 붕괴\naccounts: readers\ncorrection: 사망자는 11명입니다.")
    [text] = await told(store)
    assert text.startswith("[정정] 둑 붕괴 | 정정: 사망자는 11명입니다.")
    await desk.save("title: 둑 붕괴\naccounts: readers\ncorrection: 사망자는 11명입니다.\ntags: [둑]")
    assert await told(store) == [], "a correction is told once"


@pytest.mark.parametrize("correction", ["", "correction: true"])
async def test_a_correction_without_words_makes_an_edit_matter(correction: str, desk: Desk, store: Store) -> None:
    await desk.save("title: 둑 붕괴\naccounts: readers")
    await told(store)
    await desk.save(f"title: 둑 붕괴\naccounts: readers\n{correction}", "둑이 무너져 12명이 숨졌습니다.")
    assert await told(store) == (["[정정] 둑 붕괴 | 둑이 무너져 12명이 숨졌습니다. | " + LINK] if correction else [])


@pytest.mark.parametrize("desk", [Editing], indirect=True)
async def test_a_mended_slug_is_an_edit_of_the_same_story(desk: Desk, store: Store) -> None:
    await desk.save("title: 둑 붕괴\naccounts: readers")
    assert await told(store) == ["둑 붕괴"]
    await desk.save("title: 둑 붕괴\naccounts: readers\nslug: 둑", "아예 다시 쓴 글이다.")
    [story] = await store.ledger.stories(known=True)
    assert (story["link"], story["revision"]) == ("https://paper.test/2024/07/22/둑.html", 2)
    [*_, first] = await store.ledger.deliveries()
    assert {delivery["operation"] for delivery in await store.ledger.deliveries()} <= {"send", "edit"}
    assert first["operation"] == "send"
