"""WordPress: blocks, the classic editor, and what plugins and feeds add (issue 3, "Document")."""

import pytest

from tests.text.dialects.drawn import BASE, drawn

YOUTUBE = "https://www.youtube.com/watch?v=abcdefghijk"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param(
            '<!-- wp:paragraph {"align":"center"} -->\n'
            '<p class="has-text-align-center">다리가 <mark style="background-color:rgba(0, 0, 0, 0)"'
            ' class="has-inline-color has-vivid-red-color">20일</mark> 열린다.</p>\n<!-- /wp:paragraph -->\n'
            '<hr class="wp-block-separator"/><div style="height:40px" aria-hidden="true" class="wp-block-spacer">'
            "</div>",
            ["다리가 **20일** 열린다."],
            id="paragraph",
        ),
        pytest.param(
            '<figure class="wp-block-image size-large"><img decoding="async" width="300" height="200"'
            ' src="https://w.kr/a-300x200.jpg" alt="다리" class="wp-image-7" srcset="https://w.kr/a-300x200.jpg 300w,'
            ' https://w.kr/a-1024x683.jpg 1024w, https://w.kr/a-1536x1024.jpg 1536w, https://w.kr/a.jpg 4000w"'
            ' sizes="(max-width: 300px) 100vw, 300px" /><figcaption class="wp-element-caption">새 <em>다리</em>'
            "</figcaption></figure>",
            ["![다리](https://w.kr/a-1536x1024.jpg) 새 다리"],
            id="image",
        ),
        pytest.param(
            '<figure class="wp-block-gallery has-nested-images columns-2 is-cropped">'
            '<figure class="wp-block-image"><img src="/1.jpg"></figure>'
            '<figure class="wp-block-image"><img src="/2.jpg"><figcaption>밤</figcaption></figure>'
            '<figcaption class="blocks-gallery-caption">낮과 밤</figcaption></figure>',
            ["![](https://newsdao.kr/1.jpg)", "![](https://newsdao.kr/2.jpg) 낮과 밤"],
            id="gallery",
        ),
        pytest.param(
            '<figure class="wp-block-embed is-type-video is-provider-youtube wp-block-embed-youtube'
            ' wp-embed-aspect-16-9">'
            f'<div class="wp-block-embed__wrapper">\n{YOUTUBE}\n</div><figcaption>중계</figcaption></figure>',
            [f"[YouTube]({YOUTUBE})", "중계"],
            id="embed as its address",
        ),
        pytest.param(
            '<figure class="wp-block-embed"><div class="wp-block-embed__wrapper">'
            '<iframe title="개통식 중계" width="500"'
            ' height="281" src="https://www.youtube.com/embed/abcdefghijk?feature=oembed" frameborder="0"></iframe>'
            "</div></figure>",
            [f"[개통식 중계]({YOUTUBE})"],
            id="embed as a frame",
        ),
        pytest.param(
            '<blockquote class="wp-embedded-content" data-secret="x"><a href="https://other.kr/p">다른 글</a>'
            "</blockquote>"
            '<iframe class="wp-embedded-content" sandbox="allow-scripts" style="position: absolute; visibility:'
            ' hidden;"'
            ' title="«다른 글» — 다른 곳" src="https://other.kr/p/embed/#?secret=x" width="600" height="338"></iframe>',
            ["> [다른 글](https://other.kr/p)"],
            id="post of another WordPress",
        ),
        pytest.param(
            '<figure class="wp-block-table"><table class="has-fixed-layout"><thead><tr><th>구간</th><th>길이</th></tr>'
            "</thead><tbody><tr><td>본교</td><td>320m</td></tr></tbody></table><figcaption>제원</figcaption></figure>",
            ["|= 구간 | 길이", "| 본교 | 320m", "제원"],
            id="table",
        ),
        pytest.param(
            '<figure class="wp-block-pullquote"><blockquote><p>안전이 먼저다</p><cite>시장</cite></blockquote>'
            "</figure>",
            ["> 안전이 먼저다", "> _시장_"],
            id="pull quote",
        ),
        pytest.param(
            '<ol start="3"><li>셋<ol><li>안</li></ol></li><li>넷</li></ol>', ["3. 셋", "  1. 안", "4. 넷"], id="list"
        ),
        pytest.param(
            '<p>값은<sup data-fn="f" class="fn"><a href="#f" id="f-link">1</a></sup> 오른다.</p>'
            '<ol class="wp-block-footnotes"><li id="f">통계청. <a href="#f-link" aria-label="Jump">↩︎</a></li></ol>',
            ["값은 오른다.", "1. 통계청."],
            id="footnotes",
        ),
        pytest.param(
            '<div class="wp-block-file"><a id="f" href="https://w.kr/plan.pdf">계획서</a>'
            '<a href="https://w.kr/plan.pdf"'
            ' class="wp-block-file__button wp-element-button" download>내려받기</a></div>'
            '<figure class="wp-block-audio">'
            '<audio controls src="https://w.kr/a.mp3" title="브리핑"></audio></figure><figure class="wp-block-video">'
            '<video controls src="https://w.kr/v.mp4"></video></figure>',
            [
                "[계획서](https://w.kr/plan.pdf)",
                "[브리핑](https://w.kr/a.mp3)",
                "[영상](https://w.kr/v.mp4)",
            ],
            id="file, audio and video",
        ),
        pytest.param(
            '<div class="wp-block-buttons"><div class="wp-block-button"><a class="wp-block-button__link"'
            ' href="https://city.kr/apply">신청</a></div></div><details class="wp-block-details"><summary>물음'
            "</summary>"
            "<p>답</p></details>",
            ["[신청](https://city.kr/apply)", "물음", "답"],
            id="button and details",
        ),
        pytest.param(
            '<div id="attachment_7" style="width: 310px" class="wp-caption aligncenter"><a href="https://w.kr/a.jpg">'
            '<img aria-describedby="c" class="size-medium" src="https://w.kr/a-300x200.jpg" width="300" height="200"/>'
            '</a><p id="c" class="wp-caption-text">시청 앞</p></div>',
            ["![](https://w.kr/a-300x200.jpg) 시청 앞"],
            id="classic caption",
        ),
        pytest.param(
            '<p>[caption id="attachment_7" align="aligncenter" width="300"]<a href="/a"><img src="/a.jpg" alt="다리" />'
            "</a> 시청 <b>앞</b>[/caption]</p>[vc_row full_width=&#8221;yes&#8221;][vc_column]본문"
            " [sic]이다.[/vc_column]"
            '[/vc_row][gallery ids="1,2"][gallery][email protected]',
            ["![다리](https://newsdao.kr/a.jpg) 시청 앞", "본문 [sic]이다.[email protected]"],
            id="left-over shortcodes",
        ),
        pytest.param(
            f"[embed]{YOUTUBE}[/embed]<p>글</p>"
            '[audio mp3="https://w.kr/a.mp3"][/audio][youtube https://youtu.be/abcdefghijk]',
            [
                f"[YouTube]({YOUTUBE})",
                "글",
                "[음성](https://w.kr/a.mp3)",
                "[YouTube](https://youtu.be/abcdefghijk)",
            ],
            id="media shortcodes",
        ),
        pytest.param(
            '<pre>[caption id="1"]x[/caption]</pre><p><code>[gallery ids="1"]</code></p>',
            ['=[caption id="1"]x[/caption]', '`[gallery ids="1"]`'],
            id="code about shortcodes",
        ),
        pytest.param(
            f'<p>길게 이어지는 글이다.</p><p>다음 문단 <a href="{BASE}#more-7" class="more-link">계속 읽기</a></p>'
            '<div class="sharedaddy sd-sharing-enabled"><h3 class="sd-title">공유하기</h3><ul><li><a href="/?share=x">X'
            "</a></li></ul></div><div id='jp-relatedposts' class='jp-relatedposts'><h3><em>관련</em></h3></div>"
            '<div class="addtoany_share_save_container"><a href="/s">Share</a></div>'
            '<img src="https://pixel.wp.com/b.gif?x" width="1" height="1">'
            f'<p>The post <a href="{BASE}">다리</a> appeared first on <a href="https://newsdao.kr">뉴스</a>.</p>',
            ["길게 이어지는 글이다.", "다음 문단"],
            id="what plugins and feeds add",
        ),
        pytest.param(
            '<p><img class="lazyload" src="data:image/svg+xml,%3Csvg%3E" data-src="/a.jpg"><noscript>'
            '<img src="/a.jpg" alt="다리"></noscript></p><p>좋다 <img src="/s.png" alt="🙂" class="wp-smiley"></p>',
            ["![다리](https://newsdao.kr/a.jpg)", "좋다 🙂"],
            id="lazy picture and smiley",
        ),
    ],
)
def test_wordpress(html: str, expected: list[str]) -> None:
    assert drawn(html) == expected
