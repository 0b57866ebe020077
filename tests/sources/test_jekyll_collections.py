"""Collections, drafts, and where a site keeps its posts (issue 5, point 4; jekyllrb.com/docs/collections)."""

from pathlib import Path
from typing import Any

import pytest

from bot.errors import SourceError
from bot.model import Entry
from bot.ports import Parse, Reading
from bot.sources.fetch import Client
from bot.sources.jekyll import JekyllSource
from tests.sources.site import Site, age

CONFIG = """
permalink: {style}
collections:
  posts: {{output: true}}
  news:
    output: true
  people: {{output: false}}
  films: {{output: true, permalink: "/영화/:year/:name:output_ext"}}
"""


@pytest.fixture
def build(site: Site, client: Client, here: Parse) -> Any:
    def source(*collections: str, path: Path = site.root, style: str = "date", more: str = "") -> JekyllSource:
        (site.root / "_config.yml").write_text(CONFIG.format(style=style) + more, "utf-8")
        given: dict[str, Any] = {"fetch": client, "parse": here, "zone": "Asia/Seoul"}
        return JekyllSource(path, collections=collections or ("posts",), site="https://paper.test", **given)

    return source


def write(site: Site, name: str, front: str = "title: 제목") -> Path:
    path = site.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\n{front}\n---\n본문", "utf-8")
    age(path)
    return path


def links(reading: Reading) -> list[str]:
    return sorted(entry.link.removeprefix("https://paper.test") for entry in reading.entries)


async def test_a_folder_with_the_whole_site_is_read_as_its_posts_are(site: Site, build: Any) -> None:
    site.write("2024-07-22-a.md")
    write(site, "_drafts/2024-07-23-draft.md")
    write(site, "_news/flood.md")
    write(site, "2024-07-22-page.md")
    whole, posts = await build().read(""), await build(path=site.posts).read("")
    assert links(whole) == links(posts) == ["/2024/07/22/a.html"]


async def test_a_draft_that_is_moved_to_the_posts_is_new(site: Site, build: Any) -> None:
    draft = write(site, "_drafts/flood.md", "title: 홍수")
    source = build()
    cursor = (await source.read("")).cursor
    draft.rename(site.posts / "2024-07-23-flood.md")
    assert [entry.title for entry in (await source.read(cursor)).entries] == ["홍수"]


@pytest.mark.parametrize(
    ("style", "link"),
    [
        ("date", "/news/2024/flood.html"),
        ("none", "/news/2024/flood.html"),
        ("weekdate", "/news/2024/flood.html"),
        ("pretty", "/news/2024/flood/"),
        ("/:year/:title/", "/news/2024/flood/"),
        ("/:title:output_ext", "/news/2024/flood.html"),
        ("/:title", "/news/2024/flood"),
    ],
)
async def test_a_collections_links_end_as_the_sites_do(site: Site, build: Any, style: str, link: str) -> None:
    write(site, "_news/2024/flood.md")
    assert links(await build("news", style=style).read("")) == [link]


async def test_collections_are_told_that_the_feed_names_and_no_others(site: Site, build: Any) -> None:
    site.write("2024-07-22-a.md")
    write(site, "_news/2024-07-22-수해.markdown")
    write(site, "_films/Ein Film.md", "title: 영화\ndate: 2023-05-01 00:30")
    for name in (
        "_news/_part.md",
        "_news/.hidden.md",
        "_news/~x.md",
        "_news/#x.md",
        "_news/data.yml",
        "_people/kim.md",
    ):
        write(site, name)
    source = build("posts", "news", "films")
    assert links(await source.read("")) == [
        "/2024/07/22/a.html",
        "/news/2024-07-22-수해.html",
        "/영화/2023/ein-film.html",
    ]
    assert links(await build("films").read("")) == ["/영화/2023/ein-film.html"]
    beside = build("posts", "news", path=site.posts)
    assert links(await beside.read("")) == ["/2024/07/22/a.html", "/news/2024-07-22-수해.html"]
    with pytest.raises(SourceError, match="no collection “people” with “output: true”"):
        await build("people").read("")


async def test_a_document_without_a_date_is_told_without_one_and_what_is_no_document_is_passed_by(
    site: Site, build: Any
) -> None:
    write(site, "_news/flood.md", "title: 홍수\ntags: [강]")
    (site.root / "_news/README.md").write_text("# how to write news\n", "utf-8")
    age(site.root / "_news/README.md")
    reading = await build("news").read("")
    [entry] = reading.entries
    assert (entry.id, entry.published, entry.due) == ("https://paper.test/news/flood", None, None)
    assert reading.problems == ()
    write(site, "_news/flood.md", "title: 홍수\npublished: false")
    age(site.root / "_news/flood.md", 30)
    assert entry.id in (reading.present or ())


async def test_defaults_count_for_their_type(site: Site, build: Any) -> None:
    site.write("2024-07-22-a.md")
    write(site, "_news/flood.md")
    more = "defaults:\n- {scope: {path: '', type: news}, values: {tags: [강]}}\n"
    entries: tuple[Entry, ...] = (await build("posts", "news", more=more).read("")).entries
    assert {entry.link.rpartition("/")[2]: entry.categories for entry in entries} == {
        "a.html": (),
        "flood.html": ("강",),
    }


async def test_a_site_may_keep_its_collections_in_a_folder_of_their_own(site: Site, build: Any) -> None:
    write(site, "articles/_posts/2024-07-22-a.md")
    write(site, "articles/_news/flood.md")
    source = build("posts", "news", more="collections_dir: articles\n")
    assert links(await source.read("")) == ["/2024/07/22/a.html", "/news/flood.html"]


async def test_a_posts_permalink_may_stand_with_its_collection(site: Site, build: Any) -> None:
    site.write("2024-07-22-a.md")
    source = build()
    (site.root / "_config.yml").write_text("permalink: date\ncollections: {posts: {permalink: /p/:title}}", "utf-8")
    assert links(await source.read("")) == ["/p/a"]


async def test_an_empty_file_is_one_that_is_still_to_be_filled(site: Site, build: Any) -> None:
    """An editor has opened it, or a cloud's folder shows a name whose content has not come."""
    path = site.posts / "2024-07-22-a.md"
    path.touch()
    age(path)
    source = build()
    first = await source.read("")
    assert (first.entries, first.problems) == ((), ())
    site.write("2024-07-22-a.md")
    assert links(await source.read(first.cursor)) == ["/2024/07/22/a.html"]


@pytest.mark.parametrize(
    "name",
    [
        "2024-07-22-a (김's conflicted copy 2024-07-23).md",
        "2024-07-22-a.sync-conflict-20240723-101010-ABCDEF.md",
        "._2024-07-22-a.md",
        ".2024-07-22-a.md.icloud",
    ],
)
async def test_a_clouds_own_copies_are_no_posts(site: Site, build: Any, name: str) -> None:
    site.write(name)
    assert (await build().read("")).total == 0


@pytest.mark.parametrize("suffix", ["md", "markdown", "mkd", "mkdn", "mkdown", "html", "MD"])
async def test_every_suffix_that_jekyll_takes_is_a_post(site: Site, build: Any, suffix: str) -> None:
    site.write(f"2024-07-22-a.{suffix}")
    assert (await build().read("")).total == 1


async def test_a_tab_in_yaml_is_named_for_what_it_is(site: Site, build: Any) -> None:
    site.write("2024-07-22-a.md", "title: a\ntags:\n\t- b")
    [problem] = (await build().read("")).problems
    assert "line 4" in problem.what
    assert "YAML takes no tabs" in problem.mend


@pytest.mark.parametrize(
    ("front", "config", "summary"),
    [
        ("title: a", "", ""),
        ("title: a", "excerpt_separator: <!--more-->", "첫 **문단**이다. 둘째다."),
        ("title: a\nexcerpt_separator: ----", "", "첫 문단이다."),
        ("title: a\nexcerpt: 따로", "excerpt_separator: <!--more-->", "따로"),
        ("title: a", "excerpt_separator: nowhere", ""),
    ],
)
async def test_the_sites_excerpt_ends_at_its_separator(
    site: Site, build: Any, front: str, config: str, summary: str
) -> None:
    site.write("2024-07-22-a.md", front, "첫 **문단**이다.\n\n----\n\n둘째다.\n\n<!--more-->\n\n셋째다.")
    [entry] = (await build(more=config).read("")).entries
    expected = summary.replace("**", "")
    assert entry.summary.replace("---- ", "") == expected


async def test_a_renamed_file_and_a_mended_slug_bear_the_id_they_had(site: Site, build: Any) -> None:
    site.write("2024-07-22-a.md", "title: a\nslug: 홍수")
    source = build()
    first = await source.read("")
    age(site.write("2024-07-22-a.md", "title: a\nslug: 홍수-경보"), 30)
    [mended] = (await source.read(first.cursor)).entries
    assert (mended.link, mended.aliases) == ("https://paper.test/2024/07/22/홍수-경보.html", (first.entries[0].id,))
