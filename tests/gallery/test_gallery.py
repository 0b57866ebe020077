"""The gallery: thirty articles as each platform's readers get them, in files that an editor can read (issue 3).

After a change that is meant, write them anew and read the difference: SOKBO_GALLERY=write pytest tests/gallery
"""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from bot.model import BodyUse
from tests.gallery.drawn import FOUR, REST, STYLE, drawn, rendered, told
from tests.text.articles import Article, articles

GALLERY = Path(__file__).parents[1] / "data/gallery"
#: Eight of them for the platforms that can only render yet, and a few in the forms that an account may ask for.
ON_ALL = ("01", "02", "04", "06", "08", "11", "15", "27")
WHOLE: Mapping[str, BodyUse] = {"01": "quote", "04": "thread", "17": "quote", "19": "thread"}


@pytest.mark.parametrize("article", articles(), ids=lambda article: f"{article.id}-{article.name}")
def test_an_article_reads_as_it_stands_in_the_gallery(article: Article) -> None:
    story = told(article)
    sections = [f"{story.headline}\n{story.link}\n"]
    for platform in FOUR + (REST if article.id in ON_ALL else ()):
        sections.append(drawn(rendered(story, platform), platform))  # noqa: PERF401 - a loop reads as the file does
    if asked := WHOLE.get(article.id):
        style = replace(STYLE, body=asked)
        whole = {"quote": ("telegram", "discord"), "thread": ("telegram", "x", "bluesky")}[asked]
        sections += [drawn(rendered(story, platform, style), f"{platform}, body = {asked}") for platform in whole]
    gallery = "\n".join(sections)
    path = GALLERY / f"{article.id}-{article.name}.txt"
    if os.environ.get("SOKBO_GALLERY") == "write":
        GALLERY.mkdir(exist_ok=True)
        path.write_text(gallery, "utf-8")
    assert gallery == path.read_text("utf-8")


def test_the_gallery_holds_these_articles_and_no_other() -> None:
    names = {f"{article.id}-{article.name}.txt" for article in articles()}
    assert {path.name for path in GALLERY.iterdir()} == names
    assert len(names) == 30
