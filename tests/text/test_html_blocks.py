"""Tables that span, lists that nest askew, pictures that load late, players (issue 3, "Document"), and malice."""

import pickle
import time

import pytest

from bot.text.html import document
from tests.text.dialects.drawn import drawn


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param(
            "<table><tr><th>구</th><th colspan=2>인구</th></tr><tr><td rowspan='2'>가</td><td>남</td><td>1</td></tr>"
            "<tr><td>여</td><td>2</td></tr><tr><td colspan=2>합</td><td>3</td></tr></table>",
            ["|= 구 | 인구 | ", "| 가 | 남 | 1", "| 가 | 여 | 2", "| 합 |  | 3"],
            id="spans",
        ),
        pytest.param(
            "<table><tr><td rowspan=2>가</td><td>1</td><td rowspan=3>끝</td></tr><tr><td>2</td></tr>"
            "<tr><td>나</td><td>3</td></tr></table>",
            ["| 가 | 1 | 끝", "| 가 | 2 | 끝", "| 나 | 3 | 끝"],
            id="spans that hang side by side",
        ),
        pytest.param(
            "<table><thead><tr><td>구</td><td>인구</td></tr></thead><tr><th>가</th><td><ul><li>1<li>2</ul></td></tr>"
            "</table>",
            ["|= 구 | 인구", "| 가 | 1 2"],
            id="head, head cells, a list in a cell",
        ),
        pytest.param(
            "<table><tr><th><img src=/a.jpg></th><td>글</td></tr></table>",
            ["![](https://newsdao.kr/a.jpg) 글"],
            id="a picture beside its caption",
        ),
        pytest.param("<table><tr><td colspan=x>1</td><td rowspan=0>2</td></tr><tr><td>3</table>",
                     ["| 1 | 2", "| 3 | "], id="spans of nonsense, a short row"),
        pytest.param(
            "<table><thead><tr><th rowspan=2>구<th colspan=2>명<tr><th>9월<th>10월</thead><tr><td>가<td>1<td>2</table>",
            ["|= 구 | 명 9월 | 명 10월", "| 가 | 1 | 2"],
            id="heads on heads",
        ),
        pytest.param(
            "<table><tr><td>&nbsp;<td><b>8월</b><td><b>9월</b><tr><td>출생<td>402<td>410</table><p>굵지 않은 글이다.",
            ["|=  | 8월 | 9월", "| 출생 | 402 | 410", "굵지 않은 글이다."],
            id="a bold head",
        ),
        pytest.param(
            "<table><tr><th colspan=2>다리<tr><td><b>길이</b><td><b>폭</b><tr><td><b>320m</b><td><b>8m</b>"
            "<tr><td colspan=2>자료: <b>하늘시</b></table><p>굵지 않은 글이 이보다 길게 길게 이어진다.",
            ["다리", "| 길이 | 폭", "| 320m | 8m", "자료: **하늘시**", "굵지 않은 글이 이보다 길게 길게 이어진다."],
            id="a title and a note across the table, and no head where all is bold",
        ),
        pytest.param("<table><tr><td colspan=3>한 줄뿐이다</table>", ["한 줄뿐이다"], id="nothing but a note"),
        pytest.param("<ul><li>가</li><ul><li>안</li></ul><li>나</li></ul>", ["- 가", "  - 안", "- 나"],
                     id="list beside"),
        pytest.param("<ol start=-1><li>가<li>나</ol>", ["-1. 가", "0. 나"], id="numbers below one"),
        pytest.param("<p>https://vimeo.com/1</p><p>https://a.kr 글</p><p>https://a.kr/x</p>",
                     ["[Vimeo](https://vimeo.com/1)", "https://a.kr 글", "[https://a.kr/x](https://a.kr/x)"],
                     id="addresses alone"),
    ],
)  # fmt: skip
def test_blocks(html: str, expected: list[str]) -> None:
    assert drawn(html) == expected


@pytest.mark.parametrize(
    ("html", "path"),
    [
        ("<img src=/blank.gif data-src=/a.jpg>", "a.jpg"),
        ("<img src=/small.jpg data-lazy-src=/a.jpg>", "a.jpg"),
        ("<img srcset='/a.jpg 2x, /b.jpg'>", "a.jpg"),
        ("<img srcset='/a.jpg 400w, /b.jpg 800w,'>", "b.jpg"),
        ("<img srcset='/a,b.jpg'>", "a,b.jpg"),
        ("<img srcset=' '  src=/a.jpg>", "a.jpg"),
        ("<picture><source type=image/webp srcset='/a.webp 1200w, /b.webp 600w'> <img alt=''></picture>", "a.webp"),
        ("<picture><source srcset='/a.webp'><img src=/a.jpg></picture>", "a.jpg"),
        ("<amp-img src=/a.jpg width=600 height=400></amp-img>", "a.jpg"),
        ("<img src=/a.jpg width=640px height=16>", "a.jpg"),
    ],
)
def test_the_picture_is_the_one_that_a_reader_would_see(html: str, path: str) -> None:
    assert drawn(html) == [f"![](https://newsdao.kr/{path})"]


@pytest.mark.parametrize(
    "html",
    ["<img src=/img/spacer.gif>", "<img src=/icon.png width=16 height=16px>", "<img src=/t.gif height=1>",
     "<picture><img></picture>", "<img src=//[>", "<noscript><img src=/p.gif width=1></noscript>"],
)  # fmt: skip
def test_what_is_no_picture_for_a_reader_goes(html: str) -> None:
    assert drawn(html) == []


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<iframe src='https://player.vimeo.com/video/12?h=a' title='vimeo-player'></iframe>", "[Vimeo](https://vimeo.com/12)"),
        ("<iframe src='//www.youtube-nocookie.com/embed/abcdefghijk' title='YouTube video player'></iframe>",
         "[YouTube](https://www.youtube.com/watch?v=abcdefghijk)"),
        ("<iframe src='https://www.youtube.com/embed/videoseries?si=a&amp;list=PL1'></iframe>",
         "[YouTube](https://www.youtube.com/playlist?list=PL1)"),
        ("<iframe src='https://www.facebook.com/plugins/post.php?href=https%3A%2F%2Fwww.facebook.com%2Fc%2F1'></iframe>",
         "[Facebook](https://www.facebook.com/c/1)"),
        ("<iframe src='https://tv.naver.com/embed/7?autoPlay=true'></iframe>", "[네이버TV](https://tv.naver.com/v/7)"),
        ("<iframe src='https://open.spotify.com/embed/episode/a1?x'></iframe>", "[Spotify](https://open.spotify.com/episode/a1)"),
        ("<iframe data-src='https://chart.kr/embed/1'></iframe>", "[https://chart.kr/embed/1](https://chart.kr/embed/1)"),
        ("<iframe src='https://a.kr/1' title='제주 지도'></iframe>", "[제주 지도](https://a.kr/1)"),
        ("<object data='https://a.kr/b.pdf'>없음</object>", "[https://a.kr/b.pdf](https://a.kr/b.pdf)"),
        ("<object><embed src='https://www.youtube.com/v/abcdefghijk&amp;hl=ko'></object>",
         "[YouTube](https://www.youtube.com/watch?v=abcdefghijk)"),
        ("<audio aria-label='브리핑'><source src='https://a.kr/a.mp3'></audio>", "[브리핑](https://a.kr/a.mp3)"),
        (("<blockquote class='instagram-media' data-instgrm-permalink='https://www.instagram.com/p/A/?x=1'>"
          "<a href='/x'>보기</a><p><a href='/y'>시청의 공유 게시물</a></p></blockquote>"),
         "[시청의 공유 게시물](https://www.instagram.com/p/A/?x=1)"),
        ("<blockquote class='text-post-media' data-text-post-permalink='https://www.threads.net/@a/post/1'></blockquote>",
         "[Threads](https://www.threads.net/@a/post/1)"),
        ("<div class='fb-video' data-href='https://www.facebook.com/c/videos/1'></div>", "[Facebook](https://www.facebook.com/c/videos/1)"),
        (("<blockquote class='twitter-tweet'><p>물이 빠졌다</p>&mdash; 시청 <a href='https://x.com/c/status/1'>20일</a>"
         "</blockquote><script src=x></script>"), "> 물이 빠졌다"),
    ],
)  # fmt: skip
def test_what_is_embedded_becomes_a_link_that_says_what_it_is(html: str, expected: str) -> None:
    assert drawn(html)[0] == expected


@pytest.mark.parametrize(
    "html", ["<iframe src='https://a.kr/1'></iframe>", "<iframe title='가'></iframe>", "<object>글</object>"]
)
def test_frames_that_nobody_can_name_go(html: str) -> None:
    assert drawn(html) == []


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<p " + " ".join(f"a{number}" for number in range(200_000)) + ">가", id="200,000 attributes"),
        pytest.param(("<p" + " a" * 1_900 + ">가") * 250, id="many attributes, many times"),
        pytest.param("<div class=share>" * 120 + "<p>가나다</p>" * 30_000, id="suspects in each other"),
        pytest.param('<a href="#x">' + "가<i>나</i>" * 30_000, id="endless link within the page"),
        pytest.param('<ul><li><a href="#a">가</a></li>' * 60 + '<li><a href="#b">나</a></li>' * 20_000, id="contents"),
        pytest.param("<video><b>" * 60 + "<source>" * 50_000 + "가", id="sources"),
        pytest.param("<table><tr><th>가" + "<td colspan=1000>나" * 20_000, id="wide spans"),
        pytest.param("<table><tr>" + "<th rowspan=65534>나" * 10_000 + "<tr>" * 60_000, id="long spans"),
        pytest.param("<picture>" + '<source srcset="data:a 1x">' * 10_000 + "<img>" * 10_000, id="picture"),
        pytest.param("[caption]<a " * 60_000, id="captions"),
        pytest.param("<pre[a b=c]" * 60_000, id="shortcodes in code"),
        pytest.param("".join(f'<p class="c{number}" style="color:#{number:06x}">가' for number in range(15_000)),
                     id="names"),
        pytest.param("<ul><li><a href=/x>가나</a></li><li><a href=/y>다</a></li></ul>" * 5_000, id="lists of links"),
        pytest.param("<span>" * 100_000 + "가\x00\ud800", id="unclosed, NUL, half a pair"),
        pytest.param("<sup>" * 120 + "<b>1</b>" * 30_000, id="raised"),
        pytest.param(f'<img src="data:image/png;base64,{"A" * 900_000}" data-src="https://a.kr/a.jpg">가',
                     id="a picture's bytes"),
    ],
)  # fmt: skip
def test_malice_costs_no_quadratic_time(html: str) -> None:
    started = time.process_time()
    read = document(html, "https://newsdao.kr/a")
    assert pickle.loads(pickle.dumps(read)) == read
    assert time.process_time() - started < 4, "each takes under a second alone"


def test_a_long_article_is_read_in_well_under_a_second() -> None:
    article = "<p>하늘시가 <b>새 다리</b>를 연다. <a href='/x'>계획</a>은 이렇다.</p>" * 12_000
    started = time.process_time()
    assert len(document(article).blocks) == 12_000
    assert time.process_time() - started < 2, "0.15 s on a quiet machine"
