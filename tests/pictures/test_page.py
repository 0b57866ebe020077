"""The picture that a page offers to whoever shares it (issue 3, point 7: "og:image when the post has none")."""

import json
from typing import Any

import pytest

from bot.document import Picture
from bot.parsers import Parsers
from bot.pictures.page import READ, shared_picture

BASE = "https://news.example.kr/politics/2026/11/22/vote/"
FIRST, SECOND = "https://cdn.example.kr/1.jpg", "https://cdn.example.kr/2.jpg"


def og(name: str, content: str, by: str = "property") -> str:
    return f'<meta {by}="{name}" content="{content}">'


def article(**fields: Any) -> str:
    return ld({"@context": "https://schema.org", "@type": "NewsArticle", **fields})


def ld(found: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps(found)}</script>'


def found(*head: str, base: str = BASE) -> str:
    picture = shared_picture("".join(head).encode(), base)
    return "" if picture is None else picture.url


@pytest.mark.parametrize(
    ("head", "url"),
    [
        ([og("og:image", FIRST), og("twitter:image", SECOND)], FIRST),
        ([og("twitter:image", SECOND), og("og:image", FIRST)], FIRST),
        ([og("og:image", FIRST, by="name")], FIRST),
        ([og("OG:Image ", f" {FIRST} ")], FIRST),
        ([og("og:image:url", FIRST)], FIRST),
        ([og("og:image", ""), og("og:image:secure_url", FIRST)], FIRST),
        ([og("og:image", FIRST), og("og:image", SECOND)], FIRST),
        ([og("og:image", "data:image/png;base64,AA"), og("og:image", SECOND)], SECOND),
        ([og("twitter:image", FIRST, by="name")], FIRST),
        ([og("twitter:image:src", FIRST, by="name")], FIRST),
        ([f'<link rel="image_src" href="{FIRST}">'], FIRST),
        ([f"<LINK REL='IMAGE_SRC' HREF='{FIRST}'/>"], FIRST),
        (['<link rel="icon" href="/favicon.png">'], ""),
        ([f'<link rel="image_src" href="{FIRST}">', og("twitter:image", SECOND)], SECOND),
        ([article(image=FIRST), f'<link rel="image_src" href="{SECOND}">'], SECOND),
        ([article(image=[FIRST, SECOND])], FIRST),
        ([article(image={"@type": "ImageObject", "url": FIRST, "width": 1200})], FIRST),
        ([article(image={"@type": "ImageObject", "contentUrl": FIRST})], FIRST),
        ([article(image={"@id": "#primary"}, thumbnailUrl=FIRST)], FIRST),
        ([article(image=[7, None, {"url": ["odd"]}, FIRST])], FIRST),
        (
            [ld({"@graph": [{"@type": "Organization", "image": SECOND}, {"@type": ["BlogPosting"], "image": FIRST}]})],
            FIRST,
        ),
        ([ld([{"@type": "Person", "image": SECOND}, "odd", {"@type": "WebPage", "thumbnailUrl": FIRST}])], FIRST),
        ([ld({"@type": "Organization", "image": FIRST, "logo": FIRST})], ""),
        ([ld({"image": FIRST})], ""),
        (['<script type="application/ld+json">{"@type": "Article", </script>', article(image=FIRST)], FIRST),
        (
            [f'<script type="application/ld+json">{{"@type": "Article", "name": "a\nb", "image": "{FIRST}"}}</script>'],
            FIRST,
        ),
        ([f"<script>const card = '{og('og:image', FIRST)}'</script>"], ""),
        ([f"<!-- {og('og:image', FIRST)} -->"], ""),
        ([og("og:title", "제목")], ""),
        ([""], ""),
    ],
)
def test_the_best_offer_of_a_page_is_its_picture(head: list[str], url: str) -> None:
    assert found(*head) == url


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("/img/1.jpg", "https://news.example.kr/img/1.jpg"),
        ("1.jpg", f"{BASE}1.jpg"),
        ("//cdn.example.kr/1.jpg", FIRST),
        ("https://cdn.example.kr/사진 1.jpg", "https://cdn.example.kr/%EC%82%AC%EC%A7%84%201.jpg"),
        ("https://cdn.example.kr/1.jpg?w=1200&amp;h=630", FIRST + "?w=1200&h=630"),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("ftp://cdn.example.kr/1.jpg", ""),
        ("mailto:desk@example.kr", ""),
        ("data:image/png;base64,iVBORw0KGgo=", ""),
        ("https://user@cdn.example.kr/1.jpg", ""),
        ("http://[", ""),
        ("/favicon.ico", ""),
        ("/img/favicon-512.png?v=2", ""),
        ("/apple-touch-icon.png", ""),
        ("/img/logo.svg?v=2", ""),
    ],
)
def test_an_address_is_absolute_and_leads_to_a_picture(address: str, url: str) -> None:
    assert found(og("og:image", address)) == url
    assert found(article(image=address.replace("&amp;", "&"))) == url


def test_a_page_may_say_what_its_addresses_start_from() -> None:
    assert (
        found('<base href="https://cdn.example.kr/2026/">', og("og:image", "1.jpg"))
        == "https://cdn.example.kr/2026/1.jpg"
    )
    assert (
        found('<base target="_top"><base href="javascript:0">', og("og:image", "/1.jpg"))
        == "https://news.example.kr/1.jpg"
    )


@pytest.mark.parametrize(
    ("width", "taken"),
    [
        ("1", False),
        ("100", False),
        ("199", False),
        ("200", True),
        ("1200", True),
        ("1200px", True),
        ("auto", True),
        ("", True),
    ],
)
def test_what_is_declared_as_narrow_as_a_logo_is_no_picture(width: str, taken: bool) -> None:
    assert found(og("og:image", FIRST), og("og:image:width", width)) == (FIRST if taken else "")
    assert found(article(image={"url": FIRST, "width": width})) == (FIRST if taken else "")


def test_of_several_pictures_each_has_its_own_width_and_words() -> None:
    head = [og("og:image", FIRST), og("og:image:width", "64"), og("og:image:alt", "로고")]
    head += [
        og("og:image", SECOND),
        og("og:image:width", "1200"),
        og("og:image:alt", "투표소 앞에  늘어선 줄&#10;22일"),
    ]
    assert shared_picture("".join(head).encode(), BASE) == Picture(SECOND, "투표소 앞에 늘어선 줄 22일")
    said = {"url": FIRST, "caption": "개표소"}
    assert shared_picture(article(image=said).encode(), BASE) == Picture(FIRST, "개표소")


KOREAN = og("og:image", FIRST) + og("og:image:alt", "똠방각하 펲시콜라")


@pytest.mark.parametrize(
    ("encoding", "label", "header"),
    [
        ("utf-8", "", ""),
        ("utf-8", "euc-kr", "text/html; charset=euc-kr"),
        ("utf-8-sig", "", ""),
        ("utf-16", "", ""),
        ("utf-16-be", "", ""),
        ("cp949", "euc-kr", ""),
        ("cp949", "", "text/html; charset=KS_C_5601-1987"),
        ("cp949", "", ""),
        ("cp949", "utf-8", "text/html; charset=UTF-8"),
        ("cp949", "hex", "text/html; charset=klingon"),
    ],
)
def test_words_are_read_in_the_encoding_that_they_were_written_in(encoding: str, label: str, header: str) -> None:
    page = f'<meta charset="{label}">{KOREAN}'.encode(encoding)
    if encoding == "utf-16-be":
        page = b"\xfe\xff" + page
    assert shared_picture(page, BASE, header) == Picture(FIRST, "똠방각하 펲시콜라")


def test_japanese_and_chinese_labels_mean_what_browsers_take_them_to_mean() -> None:
    for text, encoding, label in (("①日本語", "cp932", "Shift_JIS"), ("镕基朱", "gb18030", "gb2312")):
        page = f'<meta charset="{label}">{og("og:image", FIRST)}{og("og:image:alt", text)}'.encode(encoding)
        assert shared_picture(page, BASE) == Picture(FIRST, text)


HOSTILE = (
    b"",
    b"no page at all",
    bytes(2000),
    b"\xff\xfe<",
    b"<meta property=og:image content=" + FIRST.encode(),  # ends within the tag
    b'<meta property="og:image" content=',
    b"<div>" * 200_000,
    b"<svg><math>" * 60_000,
    b"<a" * 300_000,
    b'<meta "' * 80_000,
    b'<meta content="' + b"<b" * 250_000 + b'">',
    b'<meta property="og:image" content="data:x">' * 20_000,
    b'<script type="application/ld+json">' + b"[" * 400_000 + b"</script>",
    b'<script type="application/ld+json">{"@type":"Article","image":' + b"1" * 400_000 + b"}</script>",
    b" " * READ + og("og:image", FIRST).encode(),
)


async def test_a_page_in_any_state_is_read_without_an_error_before_its_parser_is_stopped() -> None:
    async with Parsers(1) as parse:
        for page in HOSTILE:
            assert await parse(shared_picture, page, BASE) is None


@pytest.mark.parametrize(
    "page",
    [
        f"<html><head><title>a</title><body><div><p><b>{og('og:image', FIRST)}</div>",
        f"<div>&lt;{'<div>' * 5000}{og('og:image', FIRST)}",
        f"<meta property=og:image content={FIRST}><p>" + "본문 " * 400_000,
        f"<table><tr>{og('og:image', FIRST)}",
        og("og:description", "1 > 0 <b>이다") + og("og:image", FIRST),
    ],
    ids=range(5),
)
def test_broken_and_endless_pages_still_give_their_picture(page: str) -> None:
    assert shared_picture(page.encode(), BASE) == Picture(FIRST)


async def test_a_page_is_read_in_a_parser() -> None:
    async with Parsers(1) as parse:
        assert await parse(shared_picture, KOREAN.encode("cp949"), BASE, "text/html") == Picture(
            FIRST, "똠방각하 펲시콜라"
        )
