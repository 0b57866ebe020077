"""How soon a saved post is noticed, and that none is missed (issue 2: two seconds from saving to all three)."""

import asyncio
import time
from collections.abc import Callable

import pytest

from bot.errors import SourceError
from bot.ports import Reading, Watches
from bot.sources.jekyll import JekyllSource
from tests.sources.site import Site, age


def titles(reading: Reading) -> list[str]:
    return sorted(entry.title for entry in reading.entries)


async def noticed(source: JekyllSource, act: Callable[[], object]) -> float:
    """Seconds from an act until ``changed`` returns."""
    waiting = asyncio.create_task(source.changed())
    await asyncio.sleep(0.15)
    assert not waiting.done()
    started = time.monotonic()
    act()
    await asyncio.wait_for(waiting, 3)
    return time.monotonic() - started


async def test_a_saved_post_is_noticed_and_read_within_a_moment(site: Site, source: JekyllSource) -> None:
    assert isinstance(source, Watches)
    site.write("2024-07-22-a.md")
    cursor = (await source.read("")).cursor
    seconds = await noticed(source, lambda: site.write("2024-07-22-b.md", "title: b", old=False))
    assert titles(await source.read(cursor)) == ["b"]
    assert seconds < 1, "400 ms on a quiet machine"


async def test_an_editor_that_renames_a_finished_file_is_noticed(site: Site, source: JekyllSource) -> None:
    post = site.write("2024-07-22-a.md")
    cursor = (await source.read("")).cursor
    finished = site.write("2024-07-22-a.md.tmp", "title: renamed")
    await noticed(source, lambda: finished.rename(post))
    assert titles(await source.read(cursor)) == ["renamed"]


async def test_temporary_files_are_not_noticed(site: Site, source: JekyllSource) -> None:
    await source.read("")
    waiting = asyncio.create_task(source.changed())
    await asyncio.sleep(0.1)
    site.write(".2024-07-22-a.md.swp")
    site.write("2024-07-22-a.md~")
    await asyncio.sleep(0.4)
    assert not waiting.done()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_what_is_saved_between_reading_and_watching_is_not_missed(site: Site, source: JekyllSource) -> None:
    await source.read("")
    site.write("2024-07-22-a.md")
    await asyncio.wait_for(source.changed(), 1)


async def test_a_wait_that_was_broken_off_can_be_taken_up_again(site: Site, source: JekyllSource) -> None:
    await source.read("")
    for _ in range(3):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(source.changed(), 0.05)
    await noticed(source, lambda: site.write("2024-07-22-a.md"))


async def test_a_post_that_is_still_being_written_waits_until_it_stands(site: Site, source: JekyllSource) -> None:
    path = site.write("2024-07-22-a.md", "title: half", old=False)
    reading = asyncio.create_task(source.read(""))
    await asyncio.sleep(0.1)
    path.write_text("---\ntitle: whole\n---\n본문", encoding="utf-8")
    first = await reading
    assert first.entries == ()
    await asyncio.wait_for(source.changed(), 1)
    assert titles(await source.read(first.cursor)) == ["whole"]


async def test_a_post_from_the_future_of_the_clock_is_read_when_it_stands(site: Site, source: JekyllSource) -> None:
    age(site.write("2024-07-22-a.md", "title: a"), -3600)
    assert titles(await source.read("")) == ["a"]


async def test_a_folder_that_is_not_there_is_waited_for(
    site: Site, source: JekyllSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sources.folder.ABSENT", 0.05)
    site.posts.rmdir()
    with pytest.raises(SourceError):
        await source.read("")

    def bring() -> None:
        site.posts.mkdir()
        site.write("2024-07-22-a.md")

    await noticed(source, bring)


async def test_a_folder_that_is_taken_away_is_noticed(site: Site, source: JekyllSource) -> None:
    site.write("2024-07-22-a.md")
    await source.read("")
    await noticed(source, lambda: site.posts.rename(site.root / "elsewhere"))
