"""A feed that is a git repository, from the configuration to what is kept on the disk."""

from pathlib import Path

import pytest

from bot.app.build import build_source, checkout_of, sweep_checkouts
from bot.app.kinds import kind
from bot.app.reload import Sources, Stock
from bot.errors import Unreachable
from bot.parsers import Parsers
from bot.ports import Transport
from bot.settings import AccountSettings, Settings, load
from bot.sources.fetch import Client
from bot.sources.git import GitSource
from bot.sources.jekyll import JekyllSource
from tests.app.conftest import Newsroom
from tests.sources.repository import Repository

POST = "---\ntitle: 한강 수위가 올랐다\n---\n본문이다."
CONFIG = '[sokbo]\nstore = "sqlite:///{folder}/sokbo.db"\n[[feeds]]\nname = "site"\nurl = "{url}"\n'


def settings(tmp_path: Path, url: str, more: str = 'kind = "jekyll"\n') -> Settings:
    path = tmp_path / "sokbo.toml"
    path.write_text(CONFIG.format(folder=tmp_path, url=url) + more, "utf-8")
    return load(path, {}, kind)


def nobody(_: AccountSettings) -> Transport:
    raise Unreachable("sources need no platform")


async def test_a_repository_is_asked_and_a_working_copy_is_watched(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "site.git")
    repository.commit({"_posts": {"2024-07-22-a.md": POST}})
    repository.git("clone", "--quiet", str(repository.path), str(tmp_path / "copy"), inside=False)
    async with Client() as client, Parsers(1) as parsers:
        asked, watched = (
            build_source(given, given.feeds[0], client, parsers)
            for given in (settings(tmp_path, str(repository.path)), settings(tmp_path, str(tmp_path / "copy")))
        )
        assert isinstance(asked, GitSource)
        assert isinstance(watched, JekyllSource)
        for source in (asked, watched):
            assert [entry.title for entry in (await source.read("")).entries] == ["한강 수위가 올랐다"]


async def test_what_was_kept_goes_when_the_feed_leaves_the_configuration(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "site.git")
    repository.commit({"_posts": {"2024-07-22-a.md": POST}})
    given = settings(tmp_path, str(repository.path))
    async with Client() as client, Parsers(1) as parsers:
        await build_source(given, given.feeds[0], client, parsers).read("")
    kept = checkout_of(given, given.feeds[0])
    assert kept.path.parent == tmp_path / "git" / "sokbo"
    sweep_checkouts(given, given.feeds)
    assert kept.head().commit
    repository.path.rename(tmp_path / "moved.git")
    moved = settings(tmp_path, str(tmp_path / "moved.git"))
    sweep_checkouts(moved, moved.feeds)
    assert not kept.path.exists()


@pytest.mark.parametrize(
    ("source", "before", "after"),
    [
        ("jekyll", "", 'branch = "gh-pages"'),
        ("jekyll", "", 'collections = ["news"]'),
        ("jekyll", "", 'folder = "docs"'),
        ("jekyll", "", 'user = "desk"\npassword = "key"'),
        ("feed", 'user = "a"\npassword = "one"', 'user = "a"\npassword = "two"'),
        ("feed", "", 'headers = { "X-Key" = "k" }'),
    ],
)
async def test_a_reload_makes_a_source_anew_where_anything_that_it_is_made_of_has_changed(
    tmp_path: Path, source: str, before: str, after: str
) -> None:
    url = "https://newsdao.kr/site.git" if source == "jekyll" else "https://newsdao.kr/feed.xml"
    first, same, changed = (
        settings(tmp_path, url, f'kind = "{source}"\n{more}\n') for more in (before, f"{before} # a word", after)
    )
    async with Client() as client, Parsers(1) as parsers:
        sources = Sources(Stock(client, parsers, parsers, nobody))
        [(_, made)] = sources.of(first, first.feeds)
        assert sources.of(same, same.feeds)[0][1] is made
        assert sources.of(changed, changed.feeds)[0][1] is not made


def test_check_preview_and_a_dry_run_read_a_repository_and_leave_nothing_behind(newsroom: Newsroom) -> None:
    repository = Repository(newsroom.folder / "site.git")
    repository.commit({"_posts": {"2026-11-22-a.md": POST}})
    newsroom.write()
    config = newsroom.config.read_text("utf-8").replace(f'url = "{newsroom.posts}"', f'url = "{repository.path}"')
    newsroom.config.write_text(config, "utf-8")
    assert "has 1 post" in newsroom.sokbo("check").stdout
    assert "한강 수위가 올랐다" in newsroom.sokbo("preview", str(repository.path)).stdout
    assert newsroom.sokbo("run", "--dry-run").returncode == 0
    assert not (newsroom.folder / "git").exists()
