"""A folder of posts on a real disk: what is read when, and what is given again."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from bot.errors import SourceError
from bot.parsers import Parsers
from bot.ports import Parse, Reading
from bot.sources import jekyll
from bot.sources.fetch import Client
from bot.sources.jekyll import JekyllSource
from tests.sources.site import Site, age


def titles(reading: Reading) -> list[str]:
    return sorted(entry.title for entry in reading.entries)


async def test_everything_is_read_once_and_then_what_changed(site: Site, source: JekyllSource) -> None:
    site.write("2024-07-22-a.md", "title: a")
    site.write("sub/2024-07-22-b.markdown", "title: b")
    site.write("2024-07-22-c.html", "title: c")
    first = await source.read("")
    assert (titles(first), first.total, first.unchanged) == (["a", "b", "c"], 3, False)
    same = await source.read(first.cursor)
    assert (same.entries, same.total, same.cursor, same.unchanged) == ((), 3, first.cursor, True)
    site.write("2024-07-22-b.md", "title: new")
    age(site.write("2024-07-22-a.md", "title: edited"), 30)
    assert titles(await source.read(same.cursor)) == ["edited", "new"]


@pytest.mark.parametrize(
    "name",
    [
        ".2024-07-22-a.md.swp",
        "2024-07-22-a.md~",
        "2024-07-22-a.md.tmp",
        "#2024-07-22-a.md#",
        "a.md",
        "2024-07-22-a.textile",
    ],
)
async def test_what_is_no_post_is_not_read(site: Site, source: JekyllSource, name: str) -> None:
    site.write(name)
    site.write(".git/2024-07-22-a.md")
    site.write("_drafts/2024-07-22-a.md")
    assert (await source.read("")).total == 0


async def test_after_a_restart_everything_is_given_again(site: Site, client: Client, here: Parse) -> None:
    site.write("2024-07-22-a.md", "title: a")
    before = JekyllSource(site.posts, fetch=client, parse=here)
    cursor = (await before.read("")).cursor
    after = JekyllSource(site.posts, fetch=client, parse=here)
    assert titles(await after.read(cursor)) == ["a"]


async def test_a_reading_that_was_not_committed_is_given_again(site: Site, source: JekyllSource) -> None:
    # RSS-to-Telegram-Bot marked entries as seen before it had told them (FAILURES.md section 1, first row)
    site.write("2024-07-22-a.md", "title: a")
    kept = (await source.read("")).cursor
    site.write("2024-07-22-b.md", "title: b")
    assert titles(await source.read(kept)) == ["b"]
    assert titles(await source.read(kept)) == ["b"], "the store still has the cursor of the reading before"


async def test_an_empty_folder_has_been_met(site: Site, source: JekyllSource) -> None:
    first = await source.read("")
    assert first.cursor
    assert not first.unchanged, "a feed that was never met would take its first post as known"
    assert (await source.read(first.cursor)).unchanged


async def test_a_removed_file_is_no_change_and_comes_back_as_one(site: Site, source: JekyllSource) -> None:
    path = site.write("2024-07-22-a.md", "title: a")
    cursor = (await source.read("")).cursor
    path.unlink()
    gone = await source.read(cursor)
    assert (gone.entries, gone.total, gone.unchanged) == ((), 0, True)
    site.write("2024-07-22-a.md", "title: a")
    assert titles(await source.read(cursor)) == ["a"]


async def test_an_appointment_is_given_with_every_reading_until_its_post_is_gone(
    site: Site, source: JekyllSource
) -> None:
    tomorrow = (dt.datetime.now(dt.UTC) + dt.timedelta(days=1)).strftime("%Y-%m-%d %H:%M:%S +0000")
    path = site.write("2024-07-22-a.md", f"title: a\ndate: {tomorrow}")
    first = await source.read("")
    assert first.entries[0].due is not None
    again = await source.read(first.cursor)
    assert (again.entries, again.unchanged) == (first.entries, False)
    path.unlink()
    assert (await source.read(again.cursor)).entries == ()


async def test_an_appointment_that_is_called_off_is_not_given_again(site: Site, source: JekyllSource) -> None:
    site.write("2024-07-22-a.md", "title: a\nembargo: 2999-01-01")
    cursor = (await source.read("")).cursor
    site.write("2024-07-22-a.md", "title: a\nembargo: 2999-01-01\npublished: false")
    withdrawn = await source.read(cursor)
    assert withdrawn.entries == ()
    assert (await source.read(withdrawn.cursor)).entries == ()


async def test_a_broken_post_stops_no_other_and_is_told_until_it_is_mended(site: Site, source: JekyllSource) -> None:
    broken = site.write("2024-07-22-a.md", "title: a: b")
    site.write("2024-07-22-b.md", "title: b")
    first = await source.read("")
    assert titles(first) == ["b"]
    assert [problem.where for problem in first.problems] == [str(broken)]
    assert "line 2, column 9" in first.problems[0].what
    again = await source.read(first.cursor)
    assert (again.unchanged, again.problems) == (True, first.problems)
    age(site.write("2024-07-22-a.md", "title: mended"), 30)
    mended = await source.read(again.cursor)
    assert (titles(mended), mended.problems) == (["mended"], ())


async def test_a_post_that_cannot_be_read_now_is_read_later(
    site: Site, client: Client, here: Parse, monkeypatch: pytest.MonkeyPatch
) -> None:
    deadly = True

    async def parse(function: Any, /, *arguments: Any) -> Any:
        if deadly and arguments[0] == "_posts/2024-07-22-a.md":
            raise SourceError("killed its parser (by SIGKILL)")
        return await here(function, *arguments)

    source = JekyllSource(site.posts, fetch=client, parse=parse)  # type: ignore[arg-type]
    path = site.write("2024-07-22-a.md", "title: a")
    first = await source.read("")
    assert [str(problem) for problem in first.problems] == [f"{path}: it killed its parser (by SIGKILL)"]
    deadly = False
    assert titles(await source.read(first.cursor)) == ["a"]
    monkeypatch.setattr(jekyll, "LARGEST_POST", 3)
    age(path, 30)
    assert "is longer than" in (await source.read(first.cursor)).problems[0].what


async def test_a_dangling_link_is_no_post(site: Site, source: JekyllSource) -> None:
    (site.posts / "2024-07-22-a.md").symlink_to("nowhere.md")
    assert (await source.read("")).problems == ()


async def test_a_file_that_cannot_be_opened_is_a_problem(
    site: Site, source: JekyllSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = site.write("2024-07-22-a.md")

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(jekyll, "_post_file", refuse)
    assert str((await source.read("")).problems[0]) == f"{path}: it cannot be read: Permission denied"


async def test_a_missing_folder_and_a_broken_configuration_are_source_errors(site: Site, source: JekyllSource) -> None:
    (site.root / "_config.yml").write_text("url: a\ntitle: a: b", encoding="utf-8")
    with pytest.raises(SourceError, match=r"_config\.yml: line 2, column 9: mapping values"):
        await source.read("")
    (site.root / "_config.yml").unlink()
    (site.root / "_config.yml").mkdir()
    with pytest.raises(SourceError, match=r"_config\.yml: it cannot be read"):
        await source.read("")
    (site.root / "_config.yml").rmdir()
    site.posts.rmdir()
    with pytest.raises(SourceError, match="_posts does not exist"):
        await source.read("")


async def test_a_changed_configuration_has_every_post_read_again(site: Site, source: JekyllSource) -> None:
    site.write("2024-07-22-a.md", "title: a")
    first = await source.read("")
    (site.root / "_config.yml").write_text("permalink: none\ntimezone: Asia/Tokyo", encoding="utf-8")
    again = await source.read(first.cursor)
    assert again.entries[0].link == "https://paper.test/a.html"
    assert (await source.site()).zone == "Asia/Tokyo"


async def test_one_file_is_read_by_itself(site: Site, source: JekyllSource, tmp_path: Path) -> None:
    inside = site.write("2024-07-22-a.md", "title: a")
    assert (await source.read_one(inside)).link == "https://paper.test/2024/07/22/a.html"
    outside = tmp_path / "note.md"
    outside.write_text("---\ntitle: b\n---\n", encoding="utf-8")
    entry = await source.read_one(outside)
    assert (entry.title, entry.link, entry.origin) == ("b", "", str(outside))
    with pytest.raises(SourceError, match="“published: false”"):
        await source.read_one(site.write("2024-07-22-b.md", "published: false"))
    with pytest.raises(SourceError, match="no YAML"):
        await source.read_one(site.write("2024-07-22-c.md", "title: a: b"))
    with pytest.raises(SourceError, match="cannot be read: No such file"):
        await source.read_one(site.posts / "2024-07-22-none.md")


async def test_posts_are_read_in_parser_processes(site: Site, client: Client, parsers: Parsers) -> None:
    site.write("2024-07-22-a.md", "title: a")
    site.write("2024-07-22-b.md", "title: a: b")
    source = JekyllSource(site.posts, site="https://paper.test", fetch=client, parse=parsers)
    reading = await source.read("")
    assert titles(reading) == ["a"]
    assert len(reading.problems) == 1
