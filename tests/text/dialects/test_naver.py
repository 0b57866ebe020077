"""Naver's SmartEditor ONE, 3 and 2.0 (issue 3, "Document")."""

import pytest

from tests.text.dialects.drawn import drawn


def component(kind: str, inside: str) -> str:
    return (
        f'<div class="se-component se-{kind} se-l-default" id="SE-1"><div class="se-component-content">'
        f'<div class="se-section se-section-{kind} se-l-default se-section-align-center">{inside}</div></div></div>'
    )


def text(words: str, extra: str = "") -> str:
    return (
        f'<div class="se-module se-module-text {extra}"><p class="se-text-paragraph se-text-paragraph-align-" style="">'
        f'<span style="" class="se-fs- se-ff-">{words}</span></p></div>'
    )


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param(
            component("documentTitle", text("글 제목"))
            + component("text", text("첫 문단이다.") + text("\u200b") + text("<b>굵게</b> 이어진다.")),
            ["첫 문단이다.", "**굵게** 이어진다."],
            id="text",
        ),
        pytest.param(component("sectionTitle", text("소제목")), ["### 소제목"], id="heading"),
        pytest.param(
            component(
                "text",
                text('값이 <span style="color:#ff0010;background-color:#fff8b2;" class="se-highlight">올랐다</span>.')
                + text('<span style="color:rgb(34, 36, 40);">회색은 아니다.</span>'),
            ),
            ["값이 **올랐다**.", "회색은 아니다."],
            id="colours",
        ),
        pytest.param(
            component(
                "image",
                '<div class="se-module se-module-image" style="">'
                '<a href="#" class="se-module-image-link __se_image_link"'
                ' data-linktype="img"><img src="https://p.kr/a.jpg?type=w80_blur"'
                ' data-lazy-src="https://p.kr/a.jpg?type=w966" data-width="800" alt="" class="se-image-resource" />'
                "</a></div>" + text("시청 앞", "se-caption"),
            ),
            ["![](https://p.kr/a.jpg?type=w966) 시청 앞"],
            id="lazy picture with caption",
        ),
        pytest.param(
            component(
                "imageStrip",
                '<div class="se-imageStrip-container se-imageStrip-col-2">'
                + "".join(
                    f'<div class="se-module se-module-image"><a class="se-module-image-link"><img data-lazy-src='
                    f'"https://p.kr/{number}.jpg" src="data:image/gif;base64,R0" class="se-image-resource"></a></div>'
                    for number in (1, 2)
                )
                + "</div>",
            ),
            ["![](https://p.kr/1.jpg)", "![](https://p.kr/2.jpg)"],
            id="strip of pictures",
        ),
        pytest.param(
            component(
                "oglink",
                '<div class="se-module se-module-oglink"><a href="https://city.kr/b" class="se-oglink-thumbnail">'
                '<img src="https://p.kr/og.jpg" class="se-oglink-thumbnail-resource" alt=""></a>'
                '<a href="https://city.kr/b" class="se-oglink-info"><div class="se-oglink-info-container">'
                '<strong class="se-oglink-title">공사 일지</strong><p class="se-oglink-summary">요약</p>'
                '<p class="se-oglink-url">city.kr</p></div></a></div>'
                '<script type="text/data" class="__se_module_data" data-module=\'{"type":"v2_oglink"}\'></script>',
            ),
            ["[공사 일지](https://city.kr/b)"],
            id="link card",
        ),
        pytest.param(
            component("sticker", '<div class="se-module se-module-sticker"><a><img src="https://p.kr/s.png"></a></div>')
            + component("horizontalLine", '<div class="se-module"><hr class="se-hr"></div>')
            + component("text", text("글")),
            ["글"],
            id="sticker and rule",
        ),
        pytest.param(
            component(
                "quotation",
                '<blockquote class="se-quotation-container">'
                + text("늦지 않게 고치겠다", "se-quote")
                + text("시장", "se-cite")
                + "</blockquote>",
            ),
            ["> 늦지 않게 고치겠다", "> 시장"],
            id="quotation",
        ),
        pytest.param(
            component(
                "table",
                '<div class="se-table-container"><table class="se-table-content"><tbody><tr class="se-tr">'
                f'<td class="se-cell" colspan="1" rowspan="2" style="width:50%">{text("서울")}</td>'
                f'<td class="se-cell" colspan="1" rowspan="1">{text("1월")}</td></tr><tr class="se-tr">'
                f'<td class="se-cell">{text("2월")}</td></tr></tbody></table></div>',
            ),
            ["| 서울 | 1월", "| 서울 | 2월"],
            id="table",
        ),
        pytest.param(
            component(
                "code",
                '<div class="se-module se-module-code"><div class="se-code-source">'
                '<div class="__se_code_view language-python">if a:\n    b()\n</div></div></div>',
            ),
            ["=if a:\n    b()"],
            id="code",
        ),
        pytest.param(
            component(
                "oembed",
                '<div class="se-module se-module-oembed"><iframe src="https://www.youtube.com/embed/abcdefghijk?'
                'feature=oembed" title="개통식" width="544" height="306"></iframe></div>',
            ),
            ["[개통식](https://www.youtube.com/watch?v=abcdefghijk)"],
            id="video",
        ),
        pytest.param(
            component(
                "placesMap",
                '<div class="se-module se-module-map-image"><a href="#" class="se-map-link"><img class="se-map-image"'
                ' src="https://p.kr/map.png"></a></div><div class="se-module se-module-map-text"><a class="se-map-info"'
                ' href="#"><strong class="se-map-title">하늘다리</strong><p class="se-map-address">하늘시</p></a>'
                "</div>",
            ),
            ["하늘다리"],
            id="place",
        ),
        pytest.param(
            '<div class="se_component se_paragraph default"><div class="se_sectionArea"><div class="se_editArea">'
            '<div class="se_viewArea se_ff_nanumgothic se_fs_T3"><div class="se_editView"><div class="se_textView">'
            '<p class="se_textarea"><span>본문이다.<br></span></p></div></div></div></div></div></div>'
            '<div class="se_component se_oglink og_bSize"><div class="se_sectionArea"><a class="se_og_box"'
            ' href="https://city.kr/b"><div class="se_og_thumb"><img src="https://p.kr/t.jpg"></div>'
            '<div class="se_og_txt"><div class="se_og_tit">공사 일지</div><p class="se_og_desc">요약</p></div></a>'
            "</div>"
            "</div>",
            ["본문이다.", "[공사 일지](https://city.kr/b)"],
            id="SmartEditor 3",
        ),
        pytest.param(
            '<div class="post-view pcol2 _param(1)" id="post-view1"><p align="center" style="text-align: center;">'
            '<font color="#ef007c"><strong><font size="5">행사 안내</font></strong></font></p><p>&nbsp;</p><p><span>'
            '&#8203;</span></p><p><span style="font-family: 나눔고딕; background-color: rgb(255, 255, 255);'
            ' color: rgb(37, 37, 37);">20일에 연다. </span><br></p><p><img class="_photoImage" src="/a.jpg"></p></div>',
            ["**행사 안내**", "20일에 연다.", "![](https://newsdao.kr/a.jpg)"],
            id="SmartEditor 2.0",
        ),
    ],
)
def test_naver(html: str, expected: list[str]) -> None:
    assert drawn(html) == expected
