"""The pictures of a body: each once, whatever sizes it comes in, and described as well as its page can."""

import pytest

from bot.document import Block, Document, Figure, Items, Paragraph, Picture, Quote, Run
from bot.text.figures import described, each, figures, original, pictures

SAME = [
    [
        "https://p.kr/content/images/2026/11/a.jpg",
        "https://p.kr/content/images/size/w600/2026/11/a.jpg",
        "https://p.kr/content/images/size/w256h256/2026/11/a.jpg",
    ],
    [
        "https://w.kr/up/a.jpg",
        "https://w.kr/up/a-1024x683.jpg",
        "https://w.kr/up/a-scaled.jpg",
        "https://w.kr/up/a-e1700000000000.jpg",
        "https://w.kr/up/a.jpg?w=1024&ssl=1",
        "https://i0.wp.com/w.kr/up/a.jpg?resize=1024%2C683&ssl=1",
        "https://i.kr/thumb/R1280x0/?fname=https%3A%2F%2Fw.kr%2Fup%2Fa.jpg",
        "https://w.kr/_next/image?url=%2Fup%2Fa.jpg&w=1200&q=75",
    ],
    ["https://n.kr/a.jpg?type=w80_blur", "https://n.kr/a.jpg?type=w773", "https://n.kr/a.jpg"],
    [
        "https://m.com/max/1024/1*x.jpeg",
        "https://m.com/freeze/max/60/1*x.jpeg",
        "https://m.com/fit/c/800/600/1*x.jpeg",
        "https://m.com/v2/resize:fit:1400/format:webp/1*x.jpeg",
        "https://m.com/1*x.jpeg",
    ],
]
OTHERS = [
    "https://w.kr/up/b.jpg",
    "https://v.kr/up/a.jpg",
    "https://w.kr/down.do?file=1",
    "https://w.kr/down.do?file=2",
    "https://w.kr/i.php?url=3",
    "https://w.kr/i.php?url=https%3A%2F%2F%5B",
    "https://w.kr/wide-2x1.jpg",
    "https://w.kr/wide-3x1.jpg",
]


@pytest.mark.parametrize("urls", SAME)
def test_all_sizes_of_a_picture_are_one(urls: list[str]) -> None:
    """Ghost, WordPress and its proxy, Next.js, Tistory, Naver, Medium."""
    assert len({original(url) for url in urls}) == 1
    assert each(map(Picture, urls)) == (Picture(urls[0]),)


def test_different_pictures_stay_different() -> None:
    firsts = [urls[0] for urls in SAME]
    assert [picture.url for picture in each(map(Picture, firsts + OTHERS))] == firsts + OTHERS


def test_a_picture_is_described_by_whichever_of_its_sizes_is() -> None:
    small, large = Picture("https://w.kr/a-300x200.jpg"), Picture("https://w.kr/a.jpg", "다리")
    assert each([small, large]) == (Picture(small.url, "다리"),)
    assert each([large, Picture(small.url, "강")]) == (large,)


@pytest.mark.parametrize(
    ("alt", "caption", "told"),
    [
        ("다리", "▲ 강 위의 다리", "다리"),
        ("", "▲ 강 위의 다리. 사진=하늘시 제공", "강 위의 다리."),
        ("", "강 위의 다리 ⓒ 뉴스다오", "강 위의 다리"),
        ("", "사진=하늘시", ""),
        ("", "", ""),
    ],
)
def test_a_caption_describes_a_picture_without_an_alternative_text(alt: str, caption: str, told: str) -> None:
    assert described(Figure(Picture("https://a.kr/a.jpg", alt), caption)).alt == told


def test_pictures_are_found_wherever_they_stand() -> None:
    one, two, three = (Figure(Picture(f"https://a.kr/{number}.jpg"), str(number)) for number in range(3))
    blocks: tuple[Block, ...] = (one, Quote((two,)), Items(False, ((Paragraph((Run("가"),)), three),)))
    assert list(figures(Document(blocks))) == [one, two, three]
    assert list(pictures(Document(blocks))) == [one.picture, two.picture, three.picture]
