"""Tistory's editor (issue 3, "Document"; the sample post is of this dialect)."""

import pytest

from tests.text.dialects.drawn import drawn


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param(
            '<h2 data-ke-size="size26">다리 개통</h2><p data-ke-size="size16">&nbsp;</p>'
            '<p data-ke-size="size16">새 <b><span style="color: #ee2323;">보행교</span></b>가 <u>열린다</u>.</p>'
            '<hr contenteditable="false" data-ke-type="horizontalRule" data-ke-style="style6" />',
            ["## 다리 개통", "새 **보행교**가 +열린다+."],
            id="text",
        ),
        pytest.param(
            '<p><figure class="imageblock alignCenter" data-ke-mobileStyle="widthOrigin" data-origin-width="1200">'
            '<span data-url="https://k.kr/a.jpg" data-lightbox="lightbox" data-alt="다리">'
            '<img src="https://i.kr/thumb/R1280x0/?fname=https%3A%2F%2Fk.kr%2Fa.jpg"'
            ' srcset="https://i.kr/thumb/R1280x0/?fname=https%3A%2F%2Fk.kr%2Fa.jpg" alt="다리"/></span>'
            "<figcaption>강을 건너는 다리</figcaption></figure></p>",
            ["![다리](https://i.kr/thumb/R1280x0/?fname=https%3A%2F%2Fk.kr%2Fa.jpg) 강을 건너는 다리"],
            id="picture",
        ),
        pytest.param(
            '<figure class="imagegridblock"><div class="image-container">'
            '<span data-url="https://k.kr/1.jpg" style="width: 49%;"><img src="https://k.kr/1.jpg"/></span>'
            '<span data-url="https://k.kr/2.jpg"><img src="https://k.kr/2.jpg"/></span></div>'
            "<figcaption>낮과 밤</figcaption></figure>",
            ["![](https://k.kr/1.jpg)", "![](https://k.kr/2.jpg) 낮과 밤"],
            id="grid of pictures",
        ),
        pytest.param(
            '<div class="imageblock center" style="text-align: center;"><img src="/a.jpg" width="600">'
            '<p class="cap1">옛 편집기의 설명</p></div>',
            ["![](https://newsdao.kr/a.jpg) 옛 편집기의 설명"],
            id="picture of the old editor",
        ),
        pytest.param(
            '<figure id="og_1" contenteditable="false" data-ke-type="opengraph" data-ke-align="alignCenter"'
            ' data-og-type="article" data-og-title="다리 공사 일지" data-og-description="설명" data-og-host="city.kr"'
            ' data-og-source-url="https://city.kr/bridge" data-og-url="https://city.kr/b"'
            ' data-og-image="https://i.kr/1">'
            '<a href="https://city.kr/bridge" target="_blank" rel="noopener" data-source-url="https://city.kr/bridge">'
            '<div class="og-image" style="background-image: url(\'https://i.kr/1\');">&nbsp;</div><div class="og-text">'
            '<p class="og-title" data-ke-size="size16">다리 공사 일지</p><p class="og-desc">설명</p>'
            '<p class="og-host">city.kr</p></div></a></figure>',
            ["[다리 공사 일지](https://city.kr/bridge)"],
            id="link card",
        ),
        pytest.param(
            '<figure data-ke-type="opengraph"><a href="https://city.kr/b"><p class="og-title">공사 일지</p></a>'
            "</figure>",
            ["[공사 일지](https://city.kr/b)"],
            id="bare link card",
        ),
        pytest.param(
            '<figure data-ke-type="video" data-ke-style="alignCenter" data-video-host="youtube"'
            ' data-video-url="https://www.youtube.com/watch?v=abcdefghijk" data-video-title="개통식 중계">'
            '<iframe src="https://www.youtube.com/embed/abcdefghijk" width="860" height="484"></iframe>'
            '<figcaption style="display: none;"></figcaption></figure>',
            ["[개통식 중계](https://www.youtube.com/watch?v=abcdefghijk)"],
            id="video",
        ),
        pytest.param(
            '<figure data-ke-type="video" data-video-host="kakaotv"><iframe'
            ' src="https://play-tv.kakao.com/embed/player/cliplink/123?service=daum_tistory"></iframe></figure>',
            ["[카카오TV](https://tv.kakao.com/v/123)"],
            id="video of Kakao",
        ),
        pytest.param(
            '<figure contenteditable="false" data-ke-type="emoticon" data-ke-align="alignCenter"><img'
            ' src="https://t1.kr/emoticon/001.gif" width="150" /></figure><p>글</p>',
            ["글"],
            id="emoticon",
        ),
        pytest.param(
            '<div data-ke-type="moreLess" data-text-more="더보기" data-text-less="닫기">'
            '<a class="btn-toggle-moreless">더보기</a><div class="moreless-content"><p>접어 둔 글</p></div></div>',
            ["접어 둔 글"],
            id="folded text",
        ),
        pytest.param(
            '<pre id="code_1" class="python" data-ke-language="python" data-ke-type="codeblock"><code>if a:\n'
            "    b()</code></pre>",
            ["=if a:\n    b()"],
            id="code",
        ),
        pytest.param(
            '<blockquote data-ke-style="style1"><span style="font-family: \'Noto Serif KR\';">안전이 먼저다</span>'
            '</blockquote><blockquote data-ke-style="style3"><p>둘째</p></blockquote>',
            ["> 안전이 먼저다", "> 둘째"],
            id="quotes",
        ),
        pytest.param(
            '<table style="border-collapse: collapse;" border="1" data-ke-align="alignLeft" data-ke-style="style8">'
            '<tbody><tr><td style="width: 50%;">구간</td><td>길이</td></tr><tr><td>본교</td><td>320m</td></tr></tbody>'
            "</table>",
            ["| 구간 | 길이", "| 본교 | 320m"],
            id="table",
        ),
        pytest.param(
            '<figure class="fileblock" data-ke-align="alignCenter"><a href="https://k.kr/plan.pdf" class="">'
            '<div class="image"></div><div class="desc"><div class="filename"><span class="name">계획.pdf</span></div>'
            '<div class="size">0.31MB</div></div></a></figure>',
            ["[계획.pdf](https://k.kr/plan.pdf)"],
            id="file",
        ),
        pytest.param(
            '<p>글이 이어진다.</p><div class="revenue_unit_wrap"><div class="revenue_unit_item adsense responsive">'
            '<ins class="adsbygoogle">광고</ins></div></div><div class="container_postbtn #post_button_group"></div>'
            '<div class="another_category another_category_color_gray"><h4>다른 글</h4><a href="/1">가</a></div>',
            ["글이 이어진다."],
            id="advert and other posts",
        ),
    ],
)
def test_tistory(html: str, expected: list[str]) -> None:
    assert drawn(html) == expected
