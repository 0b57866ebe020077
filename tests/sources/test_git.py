"""A Jekyll site in a git repository: read when its branch moves, and no more of it than is needed (issue 5, point 4).

The repositories are real, and git itself serves them.
"""

import asyncio
import unicodedata
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.document import Picture
from bot.errors import PictureError, SourceError
from bot.parsers import Parsers
from bot.ports import Parse, Reading
from bot.sources import git as room
from bot.sources import git_pack
from bot.sources.fetch import Client
from bot.sources.git import GitSource, remote_at
from bot.sources.git_checkout import Checkout
from bot.sources.jekyll import JekyllSource
from tests.sources.repository import Repository, Server

Serve = Callable[[Callable[[web.Request], Awaitable[web.StreamResponse]]], Awaitable[str]]


def text(title: str, body: str = "본문") -> str:
    return f"---\ntitle: {title}\n---\n{body}\n"


def titles(reading: Reading) -> list[str]:
    return sorted(entry.title for entry in reading.entries)


@dataclass
class House:
    """Where checkouts are kept, and what a source is built of."""

    home: Path
    client: Client
    parse: Parse

    def source(self, url: str, branch: str = "", folder: str = "", **options: Any) -> GitSource:
        checkout = Checkout.of(self.home, "newsdao", url, branch, folder)
        told, given = options.get("collections", ("posts",)), (self.client, self.parse)
        posts = JekyllSource(
            checkout.site, site="https://paper.test", origin=url, collections=told, fetch=given[0], parse=given[1]
        )
        remote = remote_at(url, *given)
        return GitSource(url, remote, checkout, posts, branch=branch, folder=folder, collections=told)


@pytest.fixture
def house(tmp_path: Path, client: Client, here: Parse) -> House:
    return House(tmp_path / "git", client, here)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "site.git")


@pytest.fixture
async def server(repository: Repository) -> Server:
    return Server(repository)


@pytest.fixture
async def url(server: Server, serve: Serve) -> str:
    return await serve(server.answer) + "/site.git"


async def test_a_branch_is_read_and_then_costs_one_question_until_it_moves(
    repository: Repository, server: Server, url: str, house: House
) -> None:
    posts = {"2024-07-22-a.md": text("a"), "2024-07-22-b.md": text("b")}
    repository.commit({"_config.yml": "permalink: none", "_posts": posts, "assets": {"big.bin": "x" * 100_000}})
    source = house.source(url)
    first = await source.read("")
    assert (titles(first), first.total) == (["a", "b"], 2)
    assert {entry.link for entry in first.entries} == {"https://paper.test/a.html", "https://paper.test/b.html"}
    assert server.asked == ["GET refs", "ls-refs", "fetch 1", "fetch 3"]
    assert sum(server.sent) < 5_000, "the picture stays where it is"
    server.asked.clear()
    again = await source.read(first.cursor)
    assert (again.unchanged, again.cursor, server.asked) == (True, first.cursor, ["ls-refs"])
    posts["2024-07-22-b.md"] = text("b 고침")
    repository.commit({"_config.yml": "permalink: none", "_posts": posts})
    assert titles(await source.read(again.cursor)) == ["b 고침"]
    assert server.asked == ["ls-refs", "ls-refs", "fetch 1", "fetch 1"], "only what changed is fetched"


async def test_after_a_restart_nothing_is_fetched_again(
    repository: Repository, server: Server, url: str, house: House
) -> None:
    repository.commit({"_posts": {"2024-07-22-a.md": text("a")}})
    cursor = (await house.source(url).read("")).cursor
    server.asked.clear()
    assert titles(await house.source(url).read(cursor)) == ["a"], "a new process gives everything again"
    assert server.asked == ["GET refs", "ls-refs"]


async def test_a_history_that_was_written_anew_is_like_any_other(
    repository: Repository, url: str, house: House
) -> None:
    repository.commit({"_posts": {"2024-07-22-a.md": text("a"), "2024-07-22-gone.md": text("gone")}})
    source = house.source(url)
    cursor = (await source.read("")).cursor
    repository.commit({"_posts": {"2024-07-22-a.md": text("a"), "2024-07-23-b.md": text("b")}, "new": {"x": "y"}})
    forced = await source.read(cursor)
    assert (titles(forced), forced.total) == (["b"], 2)
    assert forced.present is not None
    assert len(forced.present) == 2


@pytest.mark.parametrize("filters", [True, False])
@pytest.mark.parametrize("branch", ["", "press"])
async def test_a_branch_can_be_named_and_a_server_need_not_leave_blobs_out(
    tmp_path: Path, serve: Serve, house: House, branch: str, *, filters: bool
) -> None:
    repository = Repository(tmp_path / "site.git", filters=filters)
    repository.commit({"_posts": {"2024-07-22-a.md": text("main")}})
    repository.commit({"_posts": {"2024-07-22-a.md": text("press")}}, branch="press")
    server = Server(repository)
    source = house.source(await serve(server.answer) + "/site.git", branch)
    assert titles(await source.read("")) == [branch or "main"]
    assert len(server.asked) == (4 if filters else 3)


async def test_a_branch_that_vanishes_is_an_error_that_names_the_others(
    repository: Repository, url: str, house: House
) -> None:
    repository.commit({"_posts": {"2024-07-22-a.md": text("a")}})
    repository.commit({"_posts": {"2024-07-22-a.md": text("a")}}, branch="press")
    source = house.source(url, "press")
    await source.read("")
    repository.git("update-ref", "-d", "refs/heads/press")
    for one in (source, house.source(str(repository.path), "press")):
        with pytest.raises(SourceError, match=r"no branch “press” \(there are: main; name one"):
            await one.read("")


async def test_a_repository_with_nothing_in_it_says_so(repository: Repository, url: str, house: House) -> None:
    for where in (url, str(repository.path)):
        with pytest.raises(SourceError, match="nothing in"):
            await house.source(where).read("")
    repository.commit({"docs": {"2024-07-22-a.md": text("a")}})
    with pytest.raises(SourceError, match="holds no posts in _posts"):
        await house.source(url).read("")


@pytest.mark.parametrize("spelled", ["path", "file", "working copy"])
async def test_a_repository_on_this_machine_is_read_where_it_lies(
    repository: Repository, tmp_path: Path, house: House, spelled: str
) -> None:
    repository.commit({"_posts": {"2024-07-22-a.md": text("a")}})
    copy = tmp_path / "copy"
    repository.git("clone", "--quiet", str(repository.path), str(copy), inside=False)
    where = {"path": str(repository.path), "file": repository.path.as_uri(), "working copy": copy.as_uri()}[spelled]
    first = await house.source(where).read("")
    assert titles(first) == ["a"]
    assert first.entries[0].origin == f"{where}:_posts/2024-07-22-a.md"
    repository.git("repack", "-adq")
    repository.git("pack-refs", "--all")
    assert titles(await house.source(where).read("")) == ["a"]


async def test_hostile_names_stay_inside_and_are_told_of(
    repository: Repository, url: str, house: House, tmp_path: Path
) -> None:
    mine = text("mine")
    deep: Any = {"2024-07-22-deep.md": mine}
    for _ in range(40):
        deep = {"가" * 20: deep}
    hangul = unicodedata.normalize("NFD", "2024-07-22-한글.md")
    repository.commit(
        {
            "..": {"2024-07-22-up.md": mine},
            "_posts": {
                ".": {"2024-07-22-dot.md": mine},
                "..": {"..": {"2024-07-22-up.md": mine}},
                "x/../../2024-07-22-slash.md": mine,
                ("x" * 300) + ".md": mine,
                "2024-07-22-new\nline.md": mine,
                b"2024-07-22-\xff\xfe.md": mine,
                "2024-07-22-link.md": ("120000", repository.blob("/etc/passwd")),
                "2024-07-22-module": ("160000", "1" * 40),
                hangul: text("한글"),
                "2024-07-22-a.md": text("a"),
                "deep": deep,
            },
            ".git": {"hooks": {"post-checkout": ("100755", repository.blob("#!/bin/sh\ntouch /tmp/pwned"))}},
        }
    )
    source = house.source(url)
    reading = await source.read("")
    assert titles(reading) == ["a", "한글"]
    [korean] = [entry for entry in reading.entries if entry.title == "한글"]
    assert korean.link == "https://paper.test/2024/07/22/한글.html", "composed, as the site's own feed has it"
    assert len(reading.problems) == 8
    assert all(problem.where.startswith(f"{url}:") and "rename it" in problem.mend for problem in reading.problems)
    assert all("\n" not in str(problem) for problem in reading.problems)
    files = {path.name for path in house.home.rglob("*") if path.is_file()}
    assert files == {"head.json", "files.json", "2024-07-22-a.md", hangul}
    assert {path.name for path in tmp_path.iterdir()} == {"site.git", "git"}
    assert (await source.read(reading.cursor)).problems == reading.problems, "until they are mended"


async def test_a_file_may_become_a_folder_and_the_other_way_round(
    repository: Repository, url: str, house: House
) -> None:
    source = house.source(url)
    repository.commit({"_posts": {"x": {"2024-07-22-a.md": text("a")}, "2024-07-22-b.md": text("b")}})
    cursor = (await source.read("")).cursor
    repository.commit({"_posts": {"x": "now a file", "2024-07-22-b.md": {"2024-07-22-c.md": text("c")}}})
    turned = await source.read(cursor)
    assert (titles(turned), turned.total) == (["c"], 1)


async def test_a_fetch_that_breaks_off_goes_on_where_it_was(
    repository: Repository, server: Server, url: str, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "BATCH", 4)
    repository.commit({"_posts": {f"2024-07-22-{n}.md": text(str(n)) for n in range(10)}})
    asked = 0
    post = house.client.post

    async def broken(*arguments: Any, **options: Any) -> Any:
        nonlocal asked
        asked += 1
        if asked == 4:  # refs, folders, four blobs, and then
            raise SourceError("127.0.0.1 hung up without an answer")
        return await post(*arguments, **options)

    monkeypatch.setattr(house.client, "post", broken)
    source = house.source(url)
    with pytest.raises(SourceError, match="hung up"):
        await source.read("")
    server.asked.clear()
    assert (await house.source(url).read("")).total == 10
    assert server.asked[-2:] == ["fetch 4", "fetch 2"]
    assert not list(house.home.rglob("blobs"))


async def test_a_crash_between_two_commits_leaves_a_checkout_that_is_made_anew(
    repository: Repository, url: str, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit({"_posts": {"2024-07-22-a.md": text("a"), "2024-07-22-b.md": text("b")}})
    first = repository.git("rev-parse", "main")
    await house.source(url).read("")
    repository.commit({"_posts": {"2024-07-22-a.md": text("other"), "2024-07-22-b.md": text("other")}})
    monkeypatch.setattr(Checkout, "_write", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space"):
        await house.source(url).read("")
    monkeypatch.undo()
    repository.git("update-ref", "refs/heads/main", first)
    assert titles(await house.source(url).read("")) == ["a", "b"], "what stood half there is not taken for the first"


async def test_what_is_too_long_for_a_post_is_left_out_and_told_of(
    repository: Repository, url: str, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "LARGEST_POST", 1000)
    posts = {"2024-07-22-a.md": text("a"), "2024-07-22-long.md": text("long", "가" * 1000)}
    for where in (url, str(repository.path)):
        repository.commit({"_posts": posts})
        source = house.source(where)
        reading = await source.read("")
        assert titles(reading) == ["a"]
        assert [problem.where for problem in reading.problems] == [f"{where}:_posts/2024-07-22-long.md"]
        repository.commit({"_posts": {**posts, "2024-07-23-b.md": text("b")}})
        assert len((await source.read(reading.cursor)).problems) == 1


async def test_a_repository_has_bounds(
    repository: Repository, url: str, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = repository.tree({"x": "y"})
    for _ in range(12):  # ten to the twelfth files, in a kilobyte
        tree = repository.tree({str(n): ("40000", tree) for n in range(10)})
    commit = repository.git("commit-tree", tree, "-m", "bomb")
    repository.git("update-ref", "refs/heads/main", commit)
    monkeypatch.setattr(git_pack, "ENTRIES", 1000)
    for where in (url, str(repository.path)):
        with pytest.raises(SourceError, match="holds more than 1,000 files"):
            await house.source(where).read("")
    monkeypatch.setattr(room, "LARGEST", 1)
    repository.commit({"_posts": {"2024-07-22-a.md": text("a"), "2024-07-22-b.md": text("b")}})
    with pytest.raises(SourceError, match="more than 1 posts"):
        await house.source(url).read("")
    monkeypatch.setattr(room, "DEADLINE", 0.0)
    with pytest.raises(SourceError, match="not all here after 0 s"):
        await house.source(url).read("")


async def test_a_picture_is_asked_for_when_it_is_wanted(
    repository: Repository, server: Server, url: str, house: House
) -> None:
    front = "---\ntitle: a\nimage: /assets/a.jpg\n---\n"
    repository.commit({"_posts": {"2024-07-22-a.md": front}, "assets": {"a.jpg": "picture"}, "_data": {"b.jpg": "no"}})
    for where in (url, str(repository.path)):
        source = house.source(where)
        picture = (await source.read("")).entries[0].picture
        assert picture is not None
        server.asked.clear()
        assert await source.picture(picture) == b"picture"
        assert server.asked == (["fetch 1"] if where == url else [])
        with pytest.raises(PictureError):
            await source.picture(Picture("file:///etc/passwd"))


async def test_a_picture_that_is_too_large_or_cannot_be_had_says_so(
    repository: Repository, url: str, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "LARGEST_PICTURE", 3)
    repository.commit({"_posts": {"2024-07-22-a.md": text("a")}, "assets": {"a.jpg": "picture", "b.jpg": "x"}})
    source = house.source(url)
    await source.read("")
    with pytest.raises(PictureError, match=r"assets/a\.jpg has more than"):
        await source.picture(Picture("https://paper.test/assets/a.jpg"))

    async def cut(*_: Any, **__: Any) -> Any:
        raise SourceError("127.0.0.1 hung up without an answer")

    monkeypatch.setattr(house.client, "post", cut)
    with pytest.raises(PictureError, match="could not be fetched: 127"):
        await source.picture(Picture("https://paper.test/assets/b.jpg"))


async def test_collections_lie_where_the_site_keeps_them(repository: Repository, url: str, house: House) -> None:
    config = "collections_dir: articles\ncollections:\n  news:\n    output: true\n"
    news = {"flood.md": "---\ntitle: 홍수\n---\n", "README.md": "no document"}
    repository.commit({"_config.yml": config, "articles": {"_news": news, "_drafts": {"a.md": text("draft")}}})
    reading = await house.source(url, collections=("news",)).read("")
    assert [(entry.title, entry.link) for entry in reading.entries] == [("홍수", "https://paper.test/news/flood.html")]
    assert reading.problems == ()


async def test_a_site_may_lie_in_a_folder_of_its_repository(repository: Repository, url: str, house: House) -> None:
    """Its configuration, its posts and their pictures are those below the folder, and nothing else is told or kept."""
    picture = "<img src='/assets/a.jpg'>"
    docs: dict[str, Any] = {
        "_config.yml": "permalink: /:title/\n",
        "_posts": {"2024-07-22-ours.md": text("ours", picture)},
        "assets": {"a.jpg": b"ours"},
    }
    hostile = {b"a\x01b.md": "x"}
    repository.commit(
        {
            "_config.yml": "permalink: /wrong/:title/\n",
            "_posts": {"2024-07-22-theirs.md": text("theirs"), **hostile},
            "assets": {"a.jpg": b"theirs"},
            "docs": {"site": {**docs, "_posts": {**docs["_posts"], **hostile}}},
            "docs2": {"_posts": {"2024-07-22-other.md": text("other")}},
        }
    )
    source = house.source(url, folder="docs/site")
    reading = await source.read("")
    assert [(entry.title, entry.link) for entry in reading.entries] == [("ours", "https://paper.test/ours/")]
    assert [problem.where for problem in reading.problems] == [rf"{url}:docs/site/_posts/a\x01b.md"]
    assert await source.picture(Picture("https://paper.test/assets/a.jpg")) == b"ours"
    with pytest.raises(SourceError, match=r"holds no posts in docs2/site/_posts \(name the branch .*, or the folder"):
        await house.source(url, folder="docs2/site").read("")
    assert titles(await house.source(url, folder="docs2").read("")) == ["other"], "another folder, another checkout"


async def test_a_link_and_a_page_are_asked_for_by_the_guarded_client(
    repository: Repository, url: str, house: House
) -> None:
    source = house.source(url)
    assert not await source.answers(url + "/nowhere")
    with pytest.raises(SourceError):
        await source.page(url + "/nowhere")


async def test_everything_is_opened_in_parser_processes(
    repository: Repository, url: str, house: House, parsers: Parsers
) -> None:
    repository.commit({"_posts": {"2024-07-22-a.md": text("a")}})
    house.parse = parsers
    assert titles(await house.source(url).read("")) == ["a"]
    assert titles(await house.source(str(repository.path)).read("")) == ["a"]


async def test_two_polls_at_once_do_no_harm(repository: Repository, url: str, house: House) -> None:
    repository.commit({"_posts": {"2024-07-22-a.md": text("a")}})
    source = house.source(url)
    await source.read("")
    one, other = await asyncio.gather(source.read(""), source.read(""))
    assert titles(one) == titles(other) == ["a"]


async def test_a_repository_on_this_machine_that_is_damaged_says_so(
    repository: Repository, tmp_path: Path, house: House
) -> None:
    repository.commit({"_posts": {"2024-07-22-a.md": text("a")}})
    blob = repository.blob(text("a"))
    (repository.path / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(SourceError, match=r"site\.git lacks what its commit names \(KeyError\)"):
        await house.source(str(repository.path)).read("")
    repository.commit({"_posts": ("40000", repository.blob("no folder"))})
    with pytest.raises(SourceError, match="no folder where “_posts/” should be"):
        await house.source(str(repository.path)).read("")
    with pytest.raises(SourceError, match=r"nowhere cannot be opened \(NotGitRepository\)"):
        await house.source(str(tmp_path / "nowhere")).read("")
