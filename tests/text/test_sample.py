"""The sample post has every trait of the dialect it stands for (issue 2, item 5), and is told as it should be."""

from pathlib import Path

import pytest
import yaml
from PIL import Image

from bot.document import Figure, Heading, Mark, Paragraph
from bot.text.excerpt import excerpt, sentences
from bot.text.headline import is_breaking, labels
from bot.text.html import document
from bot.text.markdown import html_of
from bot.text.measure import x_weight

SAMPLE = Path(__file__).parents[2] / "config" / "sample"
POST = SAMPLE / "_posts" / "2026-11-20-night-bus.md"
LINK = "https://newsdao.kr/news/2026/11/20/night-bus/"
_, FRONT_MATTER, BODY = POST.read_text(encoding="utf-8").split("---\n", 2)
FRONT = yaml.safe_load(FRONT_MATTER)
TOLD = (
    "하늘시가 내년 3월부터 심야버스를 9개 노선에서 14개 노선으로 늘리고, "
    "배차 간격을 40분에서 25분으로 줄인다고 20일 밝혔다. "
    "새벽 4시대 첫차와 이어지도록 시간표를 맞추며, 운영비 86억 원은 시 예산으로 낸다."
)


def test_its_front_matter_has_the_traits() -> None:
    assert FRONT["categories"] == ["News"]
    assert labels(FRONT["title"]) == ()
    assert not is_breaking(FRONT["title"], FRONT["categories"], ("속보", "breaking"))
    assert len(sentences(FRONT["excerpt"])) == 3
    heading, *rest = FRONT["feature_text"].strip().split("\n")
    assert heading.startswith("## ")
    assert rest == [FRONT["excerpt"].strip()]
    assert FRONT_MATTER.count(": >\n") == 2


@pytest.mark.parametrize(
    "trait",
    [
        '<h2 data-ke-size="size26">',
        '<p data-ke-size="size16">&nbsp;</p>',
        '<b><span style="color: #',
        '<hr style="height:1px',
        '<b><span style="background-color: #',
        '</p>\n실시간 뉴스 속보는, <a href="https://newsdao.kr" rel="dofollow">',
    ],
)
def test_its_body_has_the_traits(trait: str) -> None:
    assert trait in BODY


def test_its_body_is_read_as_a_reader_sees_it() -> None:
    first, second, *_, last = blocks = document(html_of(BODY), "https://newsdao.kr").blocks
    assert isinstance(first, Figure)
    assert first.picture.url == f"https://newsdao.kr{FRONT['image']}"
    assert isinstance(second, Heading)
    assert isinstance(last, Paragraph)
    assert last.runs[-1].href == "https://newsdao.kr"
    prose = [block for block in blocks if isinstance(block, Paragraph)]
    assert len(prose) == 6
    assert all(any(run.marks == {Mark.BOLD} for run in block.runs) for block in prose[:-1])


def test_it_is_told_without_the_sentence_that_only_tells_to_act() -> None:
    assert excerpt(FRONT["excerpt"], document(html_of(BODY)), FRONT["title"]) == TOLD


def test_it_fits_x_without_that_sentence_only() -> None:
    assert x_weight(f"{FRONT['title']}\n\n{TOLD}\n\n{LINK}") == 277
    assert x_weight(f"{FRONT['title']}\n\n{FRONT['excerpt'].strip()}\n\n{LINK}") > 280


def test_its_picture_is_a_small_card_without_metadata() -> None:
    path = SAMPLE / FRONT["image"].lstrip("/")
    assert path.stat().st_size < 120_000
    with Image.open(path) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1200, 630))
        assert not picture.getexif()
        assert "comment" not in picture.info
