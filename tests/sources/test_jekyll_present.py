"""Which posts a folder holds: what may take a story back must never guess (issue 4, point 6)."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.errors import SourceError
from bot.ports import Parse
from bot.sources.fetch import Client
from bot.sources.jekyll import JekyllSource
from tests.sources.site import Site, age

A = "https://paper.test/2024/07/22/a"
B = "https://paper.test/2024/07/22/b"
FIRST = frozenset({A})
BOTH = frozenset({A, B})


async def test_every_post_is_present_with_every_reading_until_it_is_gone(site: Site, source: JekyllSource) -> None:
    site.write("2024-07-22-a.md")
    path = site.write("sub/2024-07-22-b.md")
    first = await source.read("")
    assert first.present == BOTH
    assert {entry.id for entry in first.entries} == first.present
    again = await source.read(first.cursor)
    assert (again.present, again.unchanged) == (first.present, True)
    path.unlink()
    assert (await source.read(again.cursor)).present == FIRST


@pytest.mark.parametrize(
    "front", ["title: a: b", "title: a\ndate: soon", "published: false", "retracted: true", "embargo: 2999-01-01"]
)
async def test_a_post_that_cannot_or_may_not_be_told_now_is_present(
    front: str, site: Site, source: JekyllSource
) -> None:
    site.write("2024-07-22-a.md")
    site.write("2024-07-22-b.md")
    cursor = (await source.read("")).cursor
    age(site.write("2024-07-22-a.md", front), 30)
    assert (await source.read(cursor)).present == BOTH


async def test_a_post_that_is_being_written_is_present(site: Site, source: JekyllSource) -> None:
    site.write("2024-07-22-a.md")
    cursor = (await source.read("")).cursor
    path = site.write("2024-07-22-a.md", "title: draft", old=False)
    moment = path.stat().st_mtime + 60  # a clock ahead of ours: it never stands still
    os.utime(path, (moment, moment))
    assert (await source.read(cursor)).present == FIRST


async def test_a_post_that_kills_its_parser_is_present_if_it_was_ever_read(
    site: Site, client: Client, here: Parse
) -> None:
    deadly = False

    async def parse(function: Callable[..., Any], /, *arguments: Any) -> Any:
        if deadly and arguments[0] == "_posts/2024-07-22-a.md":
            raise SourceError("killed its parser (by SIGKILL)")
        return await here(function, *arguments)

    source = JekyllSource(site.posts, site="https://paper.test", fetch=client, parse=parse)  # type: ignore[arg-type]
    site.write("2024-07-22-a.md")
    site.write("2024-07-22-b.md")
    cursor = (await source.read("")).cursor
    deadly = True
    age(site.write("2024-07-22-a.md", "title: b"), 30)
    assert (await source.read(cursor)).present == BOTH
    assert (await source.read("")).present is None, "in a new process nobody knows which post that is"


async def test_of_a_post_that_was_never_read_nobody_knows_the_id(site: Site, source: JekyllSource) -> None:
    site.write("2024-07-22-a.md")
    site.write("2024-07-22-b.md", "title: a: b")
    first = await source.read("")
    assert (first.present, len(first.entries)) == (None, 1)
    age(site.write("2024-07-22-b.md"), 30)
    assert (await source.read(first.cursor)).present == BOTH


async def test_a_folder_that_shrinks_to_nothing_says_nothing(site: Site, source: JekyllSource) -> None:
    site.write("2024-07-22-a.md")
    cursor = (await source.read("")).cursor
    (site.posts / "2024-07-22-a.md").unlink()
    assert (await source.read(cursor)).present is None
    shutil.rmtree(site.posts)
    with pytest.raises(SourceError, match="does not exist"):
        await source.read(cursor)


def refuses(monkeypatch: pytest.MonkeyPatch, name: str, refused: Path) -> None:
    """The disk no longer gives one path; an administrator, as tests may run, cannot be refused by a mode."""
    real = getattr(os, name)

    def refuse(path: Any, **options: Any) -> Any:
        if Path(path) == refused:
            raise OSError(5, "Input/output error", str(path))
        return real(path, **options)

    monkeypatch.setattr(os, name, refuse)


async def test_a_folder_that_cannot_be_opened_is_a_source_error(
    site: Site, source: JekyllSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.write("2024-07-22-a.md")
    cursor = (await source.read("")).cursor
    refuses(monkeypatch, "scandir", site.posts)
    with pytest.raises(SourceError, match="_posts cannot be read: Input/output error"):
        await source.read(cursor)


async def test_a_folder_of_which_a_part_cannot_be_opened_says_nothing_of_what_is_gone(
    site: Site, source: JekyllSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.write("2024-07-22-a.md")
    site.write("sub/2024-07-22-b.md")
    cursor = (await source.read("")).cursor
    refuses(monkeypatch, "scandir", site.posts / "sub")
    site.write("2024-07-22-c.md", "title: c")
    shrunk = await source.read(cursor)
    assert (shrunk.present, [entry.title for entry in shrunk.entries]) == (None, ["c"]), "the others are still told"


async def test_a_post_that_the_disk_does_not_give_is_not_taken_for_gone(
    site: Site, source: JekyllSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = site.write("2024-07-22-a.md")
    site.write("2024-07-22-b.md")
    cursor = (await source.read("")).cursor
    refuses(monkeypatch, "stat", path)
    assert (await source.read(cursor)).present is None
