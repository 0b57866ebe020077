"""What newsrooms' systems put out: line breaks for paragraphs, tables for photographs, and the page around the story,
which is told by structure and names that every site uses (issue 3: "recognised by structure, not by one site's
strings").
"""

import pytest

from tests.text.dialects.drawn import drawn

STORY = "하늘시가 새 다리를 20일 연다. 길이는 320m이고, 걷는 사람과 자전거만 지난다."


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param(
            f"<div><font size=3>{STORY}<br>&nbsp;<br>둘째 문단이다.</font><br><BR/><b>소제목</b><br>이어진다.</div>",
            [STORY, "둘째 문단이다.", "**소제목**\n이어진다."],
            id="breaks",
        ),
        pytest.param(
            '<span class="end_photo_org"><div class="nbd_im_w"><img id="img1" data-src="/a.jpg"></div>'
            f'<em class="img_desc">시청 앞</em></span><br><br>{STORY}',
            ["![](https://newsdao.kr/a.jpg) 시청 앞", STORY],
            id="caption by its name",
        ),
        pytest.param(
            '<table align="center" width="500"><tbody><tr><td><table><tr><td><img src="/a.jpg"></td></tr><tr>'
            f"<td>시청 앞 [하늘시 제공]</td></tr></table></td></tr></tbody></table><p>{STORY}</p>",
            ["![](https://newsdao.kr/a.jpg) 시청 앞 [하늘시 제공]", STORY],
            id="photograph in nested tables",
        ),
        pytest.param(
            f'<div class="photo_box"><img src="/a.jpg"><p class="photo_txt">낮</p></div><p class="desc_img">{STORY}'
            "</p>",
            ["![](https://newsdao.kr/a.jpg) 낮", STORY],
            id="a caption's name without a picture is a paragraph",
        ),
        pytest.param(
            f'<p>{STORY}</p><div id="div-ad-1" class="ad_wrap"><ins class="adsbygoogle" data-ad-slot="1">광고</ins>'
            "</div>"
            '<iframe src="https://ads.kr/x?w=300" width="300" height="250" title="3rd party ad content"></iframe>'
            '<iframe src="https://ads.kr/x" width="300" height="250"></iframe><div class="banner"><a href="/b">'
            '<img src="/b.jpg"></a></div><aside role="complementary">옆</aside><p aria-hidden="true">숨김</p>',
            [STORY],
            id="adverts",
        ),
        pytest.param(
            f'<div class="article-share-bar"><button>공유</button><a href="/f">F</a></div><p>{STORY}</p>'
            '<div class="snsArea">좋아요</div><div id="reporterCard"><p>기자 소개</p></div><p class="byline">글쓴이</p>'
            '<form><label>메일</label></form><p class="copyright">모든 권리</p><nav>홈</nav>'
            '<span class="blind">닫기</span>',
            [STORY],
            id="share bar, reporter's card, form, copyright",
        ),
        pytest.param(
            f"<p>{STORY}</p><h3>관련 기사</h3><ul><li><a href='/1'>다리 공사 시작</a></li><li><a href='/2'>· 다리 예산"
            "</a></li></ul><p>끝까지 읽는다.</p><p><a href='/3'>▶ 또 다른 기사</a></p><p><a href='/4'>계획</a></p>",
            [STORY, "끝까지 읽는다.", "[계획](https://newsdao.kr/4)"],
            id="lists of other stories by structure",
        ),
        pytest.param(
            f"<p>{STORY}</p><div class='related'><ul><li><a href='/1'>다른 기사의 아주 긴 제목이 여기에 온다</a>"
            "</li><li>"
            "<a href='/2'>또 다른 기사의 아주 긴 제목이 여기에 온다, 이 기사보다 훨씬 더 길게</a></li></ul></div>",
            [STORY],
            id="lists of other stories by name, however long",
        ),
        pytest.param(
            f"<p>{STORY}</p><p>&lt;저작권자 ⓒ 하늘신문, 무단전재 및 재배포 금지&gt;</p><p>ⓒ 하늘신문</p>"
            "<h3>많이 본 기사</h3>",
            [STORY],
            id="imprint",
        ),
    ],
)
def test_newsrooms(html: str, expected: list[str]) -> None:
    assert drawn(html) == expected


def card(address: str) -> str:
    """A card for another page, as Ghost writes it."""
    return (
        f'<figure class="kg-card kg-bookmark-card"><a class="kg-bookmark-container" href="{address}">'
        '<div class="kg-bookmark-title">공사 일지</div></a></figure>'
    )


@pytest.mark.parametrize(
    "behind",
    [
        '<p class="trust">Our Standards: <a href="https://www.newsdao.kr/us">The Newsdao Principles.</a></p>',
        "<p>관련 기사: <a href='/1'>다리 공사 시작</a></p>",
        "<div class=wrap><a href='/letter'>주말 편지 구독하기</a></div>",
        "<div><a href='#/portal/signup'>구독하기</a></div>",
        '<p><a href="https://cc.org/by-nc" rel="license noopener"><i>저작자표시</i> <i>비영리</i></a></p>',
        card("https://photo.newsdao.kr/ice/"),
        f"{card('https://newsdao.kr/2')}<p><a href='/letter'>Subscribe</a></p>",
    ],
)
def test_ways_on_behind_a_story_go(behind: str) -> None:
    assert drawn(f"<p>{STORY}</p>{behind}", "https://blog.newsdao.kr/1") == [STORY]
    assert drawn(behind, "https://blog.newsdao.kr/1")


@pytest.mark.parametrize(
    ("behind", "expected"),
    [
        (card("https://city.kr/b"), "[공사 일지](https://city.kr/b)"),
        ("<p>신청: <a href='/apply'>시 누리집</a></p>", "신청: [시 누리집](https://newsdao.kr/apply)"),
        ("<p>Our Standards: <a href='https://city.kr/s'>기준</a></p>", "Our Standards: [기준](https://city.kr/s)"),
        ("<p><a href='https://city.kr/apply'>신청</a></p>", "[신청](https://city.kr/apply)"),
        ("<p>요금은 앱에서 구독한다.</p>", "요금은 앱에서 구독한다."),
    ],
)
def test_what_only_looks_like_a_way_on_stays(behind: str, expected: str) -> None:
    assert drawn(f"<p>{STORY}</p>{behind}") == [STORY, expected]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://newsdao.kr/1", "https://blog.newsdao.kr/2", True),
        ("https://www.newsdao.co.kr/1", "https://newsdao.co.kr/2", True),
        ("https://a.co.kr/1", "https://b.co.kr/2", False),
        ("https://newsdao.com/1", "https://newsdao.kr/2", False),
    ],
)
def test_a_site_is_what_it_calls_itself_before_its_country(one: str, other: str, same: bool) -> None:
    card = (
        f'<figure class="kg-card kg-bookmark-card"><a href="{one}"><div class="kg-bookmark-title">가</div></a></figure>'
    )
    assert (drawn(f"<p>{STORY}</p>{card}", other) == [STORY]) is same


def test_a_quotation_within_a_sentence_shows_its_marks() -> None:
    html = "<p>그는 <q>소리가 <b>기차</b> 같았다, <q>우르릉</q> 했다</q>고 <em><q>분명히</q></em> 말했다.</p>"
    assert drawn(html) == ["그는 “소리가 **기차** 같았다, ‘우르릉’ 했다”고 “_분명히_” 말했다."]


def test_the_address_of_its_own_picture_goes_from_a_post() -> None:
    html = ('<blockquote class="twitter-tweet"><p>안녕, 지구. <a href="https://x.com/t">#지구</a> <a href="https://t.co/E">'
            'pic.twitter.com/ExAmPlE</a></p>&mdash; 착륙선</blockquote><p>글</p>')  # fmt: skip
    assert drawn(html) == ["> 안녕, 지구. [#지구](https://x.com/t)", "> — 착륙선", "글"]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param(f'<div class="social related">{STORY}</div>', [STORY], id="a name that covers the whole story"),
        pytest.param(f'<form id="aspnetForm"><p>{STORY}</p></form>', [STORY], id="a form around the whole page"),
        pytest.param(f'<div class="no-share has-related"><p>{STORY}</p></div><p>{STORY}{STORY}</p>',
                     [STORY, STORY + STORY], id="a name that says there is none"),
        pytest.param(f'<p>{STORY}</p><div class="social-embed"><p>{STORY}</p></div><p>{STORY}</p>',
                     [STORY] * 3, id="an embed of a social network"),
        pytest.param("<p>오늘의 링크</p><ul><li><a href='/1'>첫째 이야기의 제목</a></li>"
                     "<li><a href='/2'>둘째</a></li></ul>",
                     ["오늘의 링크", "- [첫째 이야기의 제목](https://newsdao.kr/1)", "- [둘째](https://newsdao.kr/2)"],
                     id="a story that is a list of links"),
        pytest.param(f"<p>{STORY}</p><ul><li><a href='/1'>자료</a>: 설명이 뒤따른다</li><li>그냥</li></ul>",
                     [STORY, "- [자료](https://newsdao.kr/1): 설명이 뒤따른다", "- 그냥"],
                     id="a list with words of its own"),
        pytest.param("<h2>제목뿐</h2>", ["## 제목뿐"], id="nothing but a heading"),
        pytest.param("<p>ⓒ 하늘신문</p>", ["ⓒ 하늘신문"], id="nothing but an imprint"),
        pytest.param(f"<p>{STORY}</p><p>ⓒ {STORY * 5}</p>", [STORY, f"ⓒ {STORY * 5}"], id="a long paragraph"),
        pytest.param(f"<p>{STORY}</p><p><a href='#top'>맨 위로</a></p>", [STORY, "맨 위로"], id="a link with words"),
        pytest.param(f"<p>{STORY}</p><ul><li>가</li></ul>", [STORY, "- 가"], id="a list without links"),
    ],
)  # fmt: skip
def test_what_only_looks_like_noise_stays(html: str, expected: list[str]) -> None:
    assert drawn(html) == expected
