"""Ghost's cards and Medium's graphs (issue 3, "Document")."""

import pytest

from tests.text.dialects.drawn import BASE, drawn


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param(
            '<figure class="kg-card kg-bookmark-card kg-card-hascaption"><a class="kg-bookmark-container"'
            ' href="https://city.kr/b"><div class="kg-bookmark-content"><div class="kg-bookmark-title">공사 일지</div>'
            '<div class="kg-bookmark-description">요약</div><div class="kg-bookmark-metadata">'
            '<img class="kg-bookmark-icon"'
            ' src="https://city.kr/i.png"><span class="kg-bookmark-author">시청</span></div></div>'
            '<div class="kg-bookmark-thumbnail"><img src="https://city.kr/t.jpg"></div></a></figure>',
            ["[공사 일지](https://city.kr/b)"],
            id="bookmark",
        ),
        pytest.param(
            '<div class="kg-card kg-toggle-card" data-kg-toggle-state="close"><div class="kg-toggle-heading">'
            '<h4 class="kg-toggle-heading-text">언제 여나</h4><button class="kg-toggle-card-icon"><svg></svg>'
            "</button></div>"
            '<div class="kg-toggle-content"><p>20일.</p></div></div>',
            ["#### 언제 여나", "20일."],
            id="toggle",
        ),
        pytest.param(
            '<div class="kg-card kg-callout-card kg-callout-card-blue"><div class="kg-callout-emoji">💡</div>'
            '<div class="kg-callout-text">비가 오면 <b>미룬다</b>.</div></div><p>글</p>',
            ["💡 비가 오면 **미룬다**.", "글"],
            id="callout",
        ),
        pytest.param(
            '<div class="kg-card kg-button-card kg-align-center"><a href="https://city.kr/apply"'
            ' class="kg-btn kg-btn-accent">신청</a></div>',
            ["[신청](https://city.kr/apply)"],
            id="button",
        ),
        pytest.param(
            '<figure class="kg-card kg-gallery-card kg-width-wide"><div class="kg-gallery-container">'
            '<div class="kg-gallery-row"><div class="kg-gallery-image"><img src="/1.jpg" width="800" height="600">'
            "</div>"
            '<div class="kg-gallery-image"><img src="/2.jpg" width="800" height="600"></div></div></div>'
            "<figcaption>낮과 밤</figcaption></figure>",
            ["![](https://newsdao.kr/1.jpg)", "![](https://newsdao.kr/2.jpg) 낮과 밤"],
            id="gallery",
        ),
        pytest.param(
            '<div class="kg-card kg-product-card"><div class="kg-product-card-container">'
            '<img src="/p.jpg" width="600" height="400" class="kg-product-card-image"><div'
            ' class="kg-product-card-title-container"><h4 class="kg-product-card-title">우산</h4></div>'
            '<div class="kg-product-card-description"><p>가볍다.</p></div><a href="https://shop.kr/u"'
            ' class="kg-product-card-button kg-product-card-btn-accent"><span>보기</span></a></div></div>',
            ["![](https://newsdao.kr/p.jpg)", "#### 우산", "가볍다.", "[보기](https://shop.kr/u)"],
            id="product",
        ),
        pytest.param(
            '<div class="kg-card kg-audio-card"><img src="/t.jpg" class="kg-audio-thumbnail kg-audio-hide">'
            '<div class="kg-audio-player-container"><audio src="https://g.kr/a.mp3" preload="metadata"></audio>'
            '<div class="kg-audio-title">브리핑</div><div class="kg-audio-player"><span>0:00</span>/ 60</div></div>'
            "</div>"
            '<figure class="kg-card kg-video-card kg-card-hascaption"><div class="kg-video-container">'
            '<video src="https://g.kr/v.mp4" poster="/p.jpg" width="1280" height="720"></video>'
            '<div class="kg-video-overlay">▶</div><div class="kg-video-player-container"><span>0:00</span>1×</div>'
            "</div>"
            "<figcaption>개통식</figcaption></figure>",
            ["[브리핑](https://g.kr/a.mp3)", "[개통식](https://g.kr/v.mp4)"],
            id="audio and video",
        ),
        pytest.param(
            '<div class="kg-card kg-file-card"><a class="kg-file-card-container" href="https://g.kr/p.pdf"'
            ' title="Download"'
            ' download><div class="kg-file-card-contents"><div class="kg-file-card-title">계획</div>'
            '<div class="kg-file-card-metadata"><div class="kg-file-card-filename">p.pdf</div>'
            '<div class="kg-file-card-filesize">1 MB</div></div></div></a></div>'
            '<div class="kg-card kg-signup-card"><h2>받아 보기</h2></div><div class="kg-card kg-cta-card">광고</div>',
            ["[계획](https://g.kr/p.pdf)"],
            id="file, and what asks to sign up",
        ),
        pytest.param(
            '<section class="section section--body"><div class="section-divider"><hr class="section-divider"></div>'
            '<div class="section-content"><div class="section-inner sectionLayout--insetColumn">'
            '<h3 name="a1" id="a1" class="graf graf--h3 graf--leading graf--title">다리</h3>'
            '<p name="b2" id="b2" class="graf graf--p graf-after--h3">'
            '<strong class="markup--strong markup--p-strong">20일'
            '</strong> 연다.</p><blockquote class="graf graf--pullquote graf-after--p">안전</blockquote>'
            '<pre class="graf graf--pre graf-after--p">a = 1<br>b = 2</pre></div></div></section>',
            ["### 다리", "**20일** 연다.", "> 안전", "=a = 1\nb = 2"],
            id="Medium: text",
        ),
        pytest.param(
            '<figure name="c3" class="graf graf--figure graf--layoutOutsetLeft"><div class="aspectRatioPlaceholder'
            ' is-locked" style="max-width: 700px;"><div class="aspectRatioPlaceholder-fill"></div>'
            '<div class="progressiveMedia js-progressiveMedia graf-image" data-image-id="1*x.jpeg">'
            '<img src="https://m.kr/freeze/max/60/1*x.jpeg" class="progressiveMedia-thumbnail js-progressiveMedia'
            '-thumbnail"><canvas class="progressiveMedia-canvas"></canvas><img class="progressiveMedia-image"'
            ' data-src="https://m.kr/max/1600/1*x.jpeg"><noscript class="js-progressiveMedia-inner">'
            '<img class="progressiveMedia-noscript" src="https://m.kr/max/1600/1*x.jpeg"></noscript></div></div>'
            '<figcaption class="imageCaption">시청 앞</figcaption></figure>',
            ["![](https://m.kr/max/1600/1*x.jpeg) 시청 앞"],
            id="Medium: picture",
        ),
        pytest.param(
            '<div name="d4" class="graf graf--mixtapeEmbed graf-after--p"><a href="https://city.kr/b"'
            ' data-href="https://city.kr/b" class="markup--anchor markup--mixtapeEmbed-anchor"'
            ' title="https://city.kr/b">'
            '<strong class="markup--strong markup--mixtapeEmbed-strong">공사 일지</strong><br><em>요약</em>city.kr</a>'
            '<a href="https://city.kr/b" class="js-mixtapeImage mixtapeImage u-ignoreBlock"></a></div>',
            ["[공사 일지](https://city.kr/b)"],
            id="Medium: link card",
        ),
        pytest.param(
            '<figure><iframe src="https://cdn.embedly.com/widgets/media.html?src=https%3A%2F%2Fwww.youtube.com%2Fembed'
            '%2Fabcdefghijk&amp;display_name=YouTube&amp;url=https%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3Dabcdefghijk"'
            ' width="854" height="480"><a href="https://medium.com/media/x/href">https://medium.com/media/x/href</a>'
            "</iframe></figure>",
            ["[YouTube](https://www.youtube.com/watch?v=abcdefghijk)"],
            id="Medium: video",
        ),
        pytest.param(
            '<p>글이다.</p><img src="https://medium.com/_/stat?event=post.clientViewed&amp;postId=1" width="1"'
            ' height="1"'
            f' alt=""><hr><p><a href="{BASE}">다리</a> was originally published in '
            '<a href="https://newsdao.kr">뉴스</a>'
            " on Medium, where people are continuing the conversation.</p>",
            ["글이다."],
            id="Medium: feed",
        ),
    ],
)
def test_ghost_and_medium(html: str, expected: list[str]) -> None:
    assert drawn(html) == expected


def test_a_page_knows_itself_with_and_without_what_its_feed_adds_to_its_address() -> None:
    footer = f'<p>글이다.</p><p><a href="{BASE}">다리</a>, 처음 실린 곳</p>'
    assert drawn(footer, f"{BASE}?source=rss") == ["글이다."]
    assert len(drawn(footer, "https://newsdao.kr/news/view?id=1")) == 2
    assert len(drawn('<p>글이다.</p><p>더 보기 <a href="https://newsdao.kr/">뉴스</a></p>', "https://newsdao.kr/")) == 2
