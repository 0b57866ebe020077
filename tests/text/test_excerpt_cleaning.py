"""What stands around a story is not told: issue 3, point 4; DESIGN.md section 7, "blog noise goes"."""

import time

import pytest

from bot.document import Document, Figure, Heading, Items, Paragraph, Picture, Quote, Run, Table
from bot.text.excerpt import excerpt
from bot.text.html import document
from bot.text.lead import tidy

TITLE = "[속보] 심야버스 노선 14개로(종합)"
FACT = "하늘시가 심야버스를 14개 노선으로 늘린다고 밝혔다."
MORE = "요금은 그대로다."
KNOWN = "<h2>알려진 것</h2><ul><li>불은 꺼짐</li><li>다친 사람 없음</li></ul>"
WIRE = "The city adds five night bus routes."


@pytest.mark.parametrize(
    "before",
    [
        # datelines
        "(하늘=뉴스다오) ○○○ 기자 = ",
        "(하늘=뉴스다오) ○○○·△△△ 기자 = ",
        "(하늘=뉴스다오) ○○○ △△△ 특파원 = ",
        "(하늘·바다=뉴스다오) ○○○ 기자 = ",
        "(하늘=뉴스다오) = ",
        "【하늘=뉴스다오】○○○ 기자 = ",
        "[하늘=뉴스다오] ○○○ 선임기자 = ",
        "[뉴스다오=○○○ 기자] ",
        "[뉴스다오 = ○○○ 기자] ",
        "[뉴스다오 ○○○ 기자] ",
        "[하늘경제] ",
        "(하늘) ○○○ 기자 = ",
        "○○○ 기자 = ",
        "하늘=○○○ 기자 ",
        "하늘 / ○○○ 기자 = ",
        "(하늘=뉴스다오) ○○○ 인턴기자 = ",
        # credits
        "[사진=하늘시] ",
        "(사진=하늘시 제공) ",
        "▲ 사진=하늘시 제공 ",
        "사진=하늘시 ",
        "[자료사진] ",
        # stamps
        "기사입력 2026.11.20 09:00 ",
        "기사입력 2026-11-20 09:00 | 최종수정 2026-11-20 10:30 ",
        "입력 2026. 11. 20. 오전 9:00 수정 2026. 11. 20. 오전 10:30 ",
        "등록 : 2026년 11월 20일 09:00:12 ",
        "2026.11.20 09:00 입력 / 2026.11.20 10:00 수정 ",
        "승인 2026.11.20 (금) 09:00 ",
        # share bars
        "페이스북 트위터 카카오톡 URL복사 ",
        "공유하기 페이스북 트위터 네이버 밴드 글자크기 조정 프린트 ",
        "페이스북 공유하기 · 트위터 공유하기 · 인쇄 · 스크랩 ",
        # scripts
        "[앵커] ",
        "<기자> ",
        "◀앵커▶ ",
        "[ 앵커멘트 ] ",
        # several at once
        "기사입력 2026.11.20 09:00 페이스북 트위터 URL복사 (하늘=뉴스다오) ○○○ 기자 = ",
        "[사진=하늘시] (하늘=뉴스다오) ○○○ 기자 = ",
    ],
)
def test_what_stands_before_a_story_goes(before: str) -> None:
    assert tidy(before + FACT) == FACT
    assert excerpt(before + FACT, Document(), TITLE) == FACT
    assert excerpt(f"{before}\n{FACT}", Document(), TITLE) == FACT


@pytest.mark.parametrize(
    "behind",
    [
        # signatures
        " ○○○ 기자 name@newsdao.kr",
        " ○○○기자 name@newsdao.kr",
        " ○○○ 기자(name@newsdao.kr)",
        " /○○○ 기자 name@newsdao.kr",
        " [○○○ 기자]",
        " ○○○ 기자",
        " /하늘=○○○ 기자",
        " ○○○·△△△ 기자 name@newsdao.kr",
        " name@newsdao.kr",
        " <name@newsdao.kr>",
        " 2026.11.20 name@newsdao.kr",
        " 2026.11.20",
        " ◎뉴스다오 name@newsdao.kr",
        " ○○○ 특파원 name@newsdao.co.kr",
        # credits
        " /사진=하늘시",
        " (사진=하늘시 제공)",
        " [사진=하늘시]",
        " 사진 = 하늘시",
        " 영상: 하늘시",
        " (하늘시 제공)",
        # copyright
        " ⓒ 뉴스다오, 무단 전재 및 재배포 금지",
        " <저작권자 ⓒ 뉴스다오, 무단전재-재배포 금지>",
        " 저작권자(c) 뉴스다오 무단전재 및 재배포 금지",
        " Copyright ⓒ 뉴스다오. All rights reserved. 무단 전재 및 재배포 금지.",
        " 본 기사의 무단 전재 및 재배포를 금합니다.",
        # ends
        " (끝)",
        " (계속)",
        " - 끝 -",
        " [끝]",
        " 기사 더보기",
        " 전문 보기 >",
        " #버스 #심야버스 #하늘시",
        " 지금 확인해보세요!",
        # several at once
        " (사진=하늘시 제공) ○○○ 기자 name@newsdao.kr ⓒ 뉴스다오, 무단 전재 및 재배포 금지",
        " ○○○ 기자 name@newsdao.kr (끝) <저작권자 ⓒ 뉴스다오, 무단 전재-재배포 금지>",
    ],
)
def test_what_stands_behind_a_story_goes(behind: str) -> None:
    assert excerpt(FACT + behind, Document(), TITLE) == FACT
    assert excerpt(f"{FACT}\n{behind}", Document(), TITLE) == FACT


@pytest.mark.parametrize(
    "text",
    [
        "페이스북 트위터 인스타그램이 한때 먹통이 됐다.",
        "페이스북과 트위터 공유 기능이 멈췄다.",
        "밴드 공연이 하늘시에서 열린다.",
        "(주)하늘버스가 노선을 늘린다.",
        "(사진이 흐려 알아보기 어렵다) 시는 밝혔다.",
        "[단독] 하늘시가 노선을 늘린다.",
        "[기자회견] 하늘시장이 노선을 늘린다고 밝혔다.",
        "기자 출신 시장이 노선을 늘린다.",
        "○○○ 기자가 현장에서 전했다.",
        "시민은 ○○○ 기자에게 말했다.",
        "2026년 11월 20일 노선이 는다.",
        "입력 오류로 3만 명이 불편을 겪었다.",
        "저작권자 동의 없이 쓴 사진이 문제가 됐다.",
        "시는 누리집에서 사진 제공 신청을 받는다.",
        "수식은 a=b 이고 답은 3이다.",
        "하늘시=버스의 도시라는 말이 있다.",
        "문의는 desk@newsdao.kr 로 하면 된다.",
        "#1 노선이 먼저 바뀐다.",
        "▲버스 14개 ▲정류장 23곳이 는다.",
        "NASA — the space agency — said so.",
        "By Monday the city had added five routes.",
        "Share prices fell by a third.",
        "In Seoul, the city adds routes (Line 1 and 2).",
    ],
)
def test_news_that_looks_like_it_stays(text: str) -> None:
    assert tidy(text) == text
    assert excerpt(text, Document(), TITLE) == text


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("HANEUL, Nov 20 (Newsdao) - ", ""),
        ("HANEUL, South Korea, Nov. 20 (Newsdao) -- ", ""),
        ("HANEUL (Newsdao) — ", ""),
        ("HANEUL CITY — ", ""),
        ("By A. Name | Staff HANEUL, Nov 20 (Newsdao) - ", ""),
        ("By A. Name and B. Name\n", ""),
        ("By A. Name, Staff Writer\n", ""),
        ("By A. Name | Staff\nPublished November 20, 2026 9:00 a.m. KST\n", ""),
        ("Share this: Facebook Twitter Email Print\n", ""),
        ("Share this\n", ""),
        ("", " (Reporting by A. Name; Editing by B. Name)"),
        ("", " (Reporting by A. Name) (Editing by B. Name)"),
        ("", " Read more"),
        ("", " Continue reading →"),
        ("", " Sign up for our newsletter."),
        ("", " Share this"),
        ("", " The post City adds routes appeared first on Newsdao."),
        ("", " © 2026 Newsdao. All rights reserved."),
        ("", " Copyright 2026 Newsdao."),
    ],
)
def test_an_english_wire_is_cleaned_too(before: str, behind: str) -> None:
    assert excerpt(before + WIRE + behind, Document(), "Night buses") == WIRE


@pytest.mark.parametrize(
    "summary",
    [
        "심야버스 노선 14개로",
        "[단독] 심야버스 노선 14개로",
        "심야버스 노선 14개로 - 뉴스다오",
        "심야버스 노선 14개로 | 뉴스다오",
        "심야버스 노선…",
        "페이스북 트위터 카카오톡 URL복사 글자크기 조정",
        "Facebook Twitter Email Print",
        "(하늘=뉴스다오) ○○○ 기자 = ",
        "○○○ 기자 name@newsdao.kr",
        "▲ 사진=하늘시 제공",
        "[사진=하늘시]",
        "기사입력 2026.11.20 09:00",
        "ⓒ 뉴스다오, 무단 전재 및 재배포 금지",
        "#버스 #심야버스 #하늘시",
        "버스, 심야버스, 하늘시",
        "태그: 버스 심야버스",
        "Tags: bus, night",
        "지금 바로 확인해보세요!",
        "하늘시가 심야버스를 14개 노선으로…",
        "하늘시가 심야버스를 14개 노선으로 [...]",
        "하늘시가 심야버스를 14개 노선으로 늘린",  # cut without a mark
        "심야버스 노선 14개로\n○○○ 기자 name@newsdao.kr",
    ],
)
def test_a_summary_that_is_none_gives_way_to_the_lead(summary: str) -> None:
    body = Document((Paragraph((Run(f"(하늘=뉴스다오) ○○○ 기자 = {FACT} {MORE}"),)),))
    assert excerpt(summary, body, TITLE) == f"{FACT} {MORE}"


@pytest.mark.parametrize(
    "summary",
    ["심야버스 노선 확대, 요금은 그대로", "심야버스 다섯 노선 는다", f"{FACT} {MORE}", "시, 노선 확대…시민 “반갑다”"],
)
def test_a_summary_that_is_one_is_told(summary: str) -> None:
    assert excerpt(summary, document("<p>다른 문장으로 시작하는 본문이다.</p>"), TITLE) == summary


def test_a_summary_that_was_cut_ends_with_its_last_whole_sentence() -> None:
    body = document(f"<p>{FACT} {MORE} 운영비는 한 해 86억 원이다.</p>")
    assert excerpt(f"{FACT} {MORE} 운영비는 한", body, TITLE) == f"{FACT} {MORE}"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        # running text wins, wherever it stands
        (f"<ul><li>하나</li></ul><blockquote>“반갑다.”</blockquote><p>{FACT}</p>", FACT),
        (f"<table><tr><td>노선</td><td>14</td></tr></table><h2>노선</h2><p>{FACT}</p>", FACT),
        (f"<p>{'심야버스 ' * 3}</p><p>{FACT}</p>", FACT),
        (f"<p>(하늘=뉴스다오) ○○○ 기자 =<br>{FACT}</p>", FACT),
        (f"<p>심야버스 노선 14개로<br>{FACT}</p>", FACT),
        (f"<p>기사입력 2026.11.20 09:00<br><br>{FACT}</p>", FACT),
        (f"<p>{FACT}<br>{MORE}</p>", f"{FACT} {MORE}"),
        (f"<p>▲ 새 버스가 차고지에 서 있다. 사진=하늘시</p><p>{FACT}</p>", FACT),
        (f"<p>새 버스가 차고지에 서 있다. (하늘시 제공)</p><p>{FACT}</p>", FACT),
        (f"<p>#버스 #심야버스 #하늘시 #시내버스</p><p>{FACT}</p>", FACT),
        (f"<p>[앵커]</p><p>{FACT}</p>", FACT),
        (f"<p>{FACT} ○○○ 기자 name@newsdao.kr</p>", FACT),
        ("<p>By A. Name | Staff</p><p>HANEUL, Nov 20 (Newsdao) - The city adds routes.</p>", "The city adds routes."),
        ("<p>Sign up for our newsletter</p><p>The city adds routes.</p>", "The city adds routes."),
        # a quotation or a list alone
        (f"<blockquote><p>{FACT}</p></blockquote>", FACT),
        (f"<blockquote><ul><li>{FACT}</li></ul></blockquote>", FACT),
        (f"<ul><li>{FACT}</li><li>{MORE}</li></ul>", f"{FACT} {MORE}"),
        (
            "<ul><li>노선 14개로</li><li>배차 25분</li><li>요금 2,500원</li></ul>",
            "노선 14개로 · 배차 25분 · 요금 2,500원",
        ),
        ("<ol><li>■ 노선 14개로</li><li><p>- 배차 25분</p></li></ol>", "노선 14개로 · 배차 25분"),
        ('<ul><li><a href="/a">지난 기사</a></li></ul><ul><li>노선 14개로 는다</li></ul>', "노선 14개로 는다"),
        # a photo story
        ('<img src="/a.jpg"><p>사진</p>', ""),
        # subheads, one below the other or with a pause
        (f"<p>시, 노선 다섯 개 늘려…배차도 줄어<br>시민 “반갑다”…업계는 신중</p><p>{FACT}</p>", FACT),
        (f"<p>노선 다섯 개 늘려<br>배차 간격도 25분으로</p><p>{FACT}</p>", FACT),
        (f"<p>{'시, 내년 봄부터 도심과 외곽을 잇는 ' * 3}노선 다섯 개 늘려…요금은 그대로</p><p>{FACT}</p>", FACT),
        ("<p>노선 다섯 개 늘려…<br>배차 간격도 25분으로</p>", "노선 다섯 개 늘려… 배차 간격도 25분으로"),
        ("<p>노선 다섯 개 늘려<br>배차 간격도 25분으로</p>", "노선 다섯 개 늘려 · 배차 간격도 25분으로"),
        # a quotation that says nothing by itself
        (f"<p>“이제 집에 갈 수 있다!”</p><p>{FACT} {MORE}</p>", f"“이제 집에 갈 수 있다!” {FACT} {MORE}"),
        ("<p>“이제 집에 갈 수 있다!”</p>", "“이제 집에 갈 수 있다!”"),
        (f"<p>“이제 집에 갈 수 있다”고 시민은 말했다.</p><p>{FACT}</p>", "“이제 집에 갈 수 있다”고 시민은 말했다."),
        # a standfirst
        (f"<h4>{FACT} {MORE}</h4><p>첫 문단은 다른 말을 한다.</p>", f"{FACT} {MORE}"),
        (f"<h4>{FACT}</h4><p>{MORE} 첫 문단이다.</p>", f"{MORE} 첫 문단이다."),
        (f"<h4>{FACT} {MORE}</h4><h2>절</h2><p>첫 문단은 다른 말을 한다.</p>", f"{FACT} {MORE}"),
        # a page that is written on
        (
            f"{KNOWN}<p>오후 6:40</p><p>{FACT}</p><time>오후 5시 15분</time><p>{MORE}</p>",
            "불은 꺼짐 · 다친 사람 없음",
        ),
        (f"<ul><li>불은 꺼짐</li></ul><p>오후 6:40</p><p>{FACT}</p>", FACT),
        (f"<p>오후 6:40</p><p>{FACT}</p><p>오후 5:15</p><p>{MORE} 둘째다.</p>", FACT),
        # an arrow that counts up
        (f"<p>△ {FACT}</p><p>△ {MORE} 고칩니다.</p><p>고쳐서 알립니다. 끝까지 바로잡겠습니다.</p>", FACT),
        (
            f"<p>▲ {FACT} {'요금은 지금과 같고 ' * 8}첫차는 4시다.</p><p>{MORE} 둘째다.</p>",
            f"{FACT} {'요금은 지금과 같고 ' * 8}첫차는 4시다.",
        ),
        (f"<img src=/a.jpg><p>▲ 새 버스가 차고지에 서 있다.</p><p>▲ 둘째 버스도 서 있다.</p><p>{FACT}</p>", FACT),
        (f"<p>▲ 새 버스가 차고지에 서 있다.</p><p>▲ 둘째 버스도 서 있다.</p><img src=/a.jpg><p>{FACT}</p>", FACT),
        (f"<p>▲ 새 버스가 차고지에 서 있다.</p><p>{FACT}</p>", FACT),
        # notes
        ("<p>□ 심야버스 노선 14개로 확대</p><p>○ 배차 간격 25분</p>", "심야버스 노선 14개로 확대"),
        ("<p>짧다.</p>", "짧다."),
        # nothing
        ("<h2>제목</h2>", ""),
        ("<p>○○○ 기자 name@newsdao.kr</p>", ""),
        ("<p>심야버스 노선 14개로</p>", ""),
        ("<table><tr><td>노선</td><td>14</td></tr></table>", ""),
    ],
)
def test_the_lead_is_found_in_any_kind_of_article(html: str, expected: str) -> None:
    assert excerpt("", document(html, "https://newsdao.kr"), TITLE) == expected


def test_a_notice_of_a_death_tells_when_and_where_once_its_headline_has_told_whose() -> None:
    told = "18일 오전 5시, 하늘병원 장례식장 7호실, 발인 20일 오전 7시 30분, ☎ 02-000-0000"
    notice = f"▲ ○○○(하늘대 교수)씨 별세, ○○○(첼리스트)씨 부친상 = {told}"
    body = document(f"<p>{notice}</p><p>고인은 달빛항에서 태어났다.</p>")
    assert excerpt("", body, "[부고] ○○○(하늘대 교수)씨 별세") == told
    assert excerpt("", body, "오늘의 소식").startswith("○○○(하늘대 교수)씨 별세, ○○○(첼리스트)씨 부친상 = 18일")


CAPTION = "▲ 13일 하늘시 차고지에 늘어선 새 버스. ⓒ 하늘신문"
BODY = document(
    f"<table><tr><td><img src=/a.jpg></td></tr><tr><td>{CAPTION}</td></tr></table>"
    f"<p>{FACT}</p><p>{MORE} 첫차는 4시다.</p><p><b>소제목</b></p><p>시민은 반겼다.</p>",
    "https://newsdao.kr",
)


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        (f"{CAPTION} {FACT} {MORE}", f"{FACT} {MORE}"),
        (f"{CAPTION}\n{FACT}", FACT),
        (f"{CAPTION}\n{FACT}\n{MORE} 첫차는 4시다.\n소제목\n시민은 반겼다.", FACT),
        (f"{FACT} {MORE} 첫차는 4시다. 소제목 시민은 반겼다.", FACT),
        (" ".join([FACT] * 30), FACT),
        ("시, 노선 다섯 개 늘려…배차도 줄어\n시민 “반갑다”…업계는 신중", FACT),
        ("편집자가 따로 쓴 요약이다. 두 문장이다.", "편집자가 따로 쓴 요약이다. 두 문장이다."),
    ],
)
def test_a_summary_that_a_machine_made_of_the_body_gives_way_to_its_lead(summary: str, expected: str) -> None:
    """The descriptions of Korean feeds are often the whole body, its first caption and all."""
    assert excerpt(summary, BODY, TITLE) == expected


def test_a_short_body_may_be_its_own_summary() -> None:
    text = f"{FACT} {MORE} 첫차는 4시다. 막차는 2시다."
    assert excerpt(text, document(f"<p>{text}</p>"), TITLE) == text


@pytest.mark.parametrize(
    ("caption", "expected"),
    [
        ("새 버스가 차고지에 서 있다", "새 버스가 차고지에 서 있다"),
        ("▲ 새 버스가 차고지에 서 있다. 사진=하늘시 제공", "새 버스가 차고지에 서 있다."),
        ("새 버스가 차고지에 서 있다. (하늘=뉴스다오) ○○○ 기자", "새 버스가 차고지에 서 있다."),
        ("사진=하늘시", ""),
        ("심야버스 노선 14개로", ""),
    ],
)
def test_a_photo_story_tells_its_first_caption(caption: str, expected: str) -> None:
    picture = Picture("https://newsdao.kr/a.jpg")
    story = Document((Figure(picture), Heading(2, (Run("사진"),)), Figure(picture, caption), Table((("1", "2"),))))
    assert excerpt("", story, TITLE) == expected
    assert excerpt("", Document((Paragraph((Run(FACT),)), *story.blocks)), TITLE) == FACT


def test_a_long_list_is_told_up_to_the_limit() -> None:
    item = (Paragraph((Run("심야버스 " * 20 + "노선"),)),)
    told = excerpt("", Document((Quote((Items(False, (item,) * 9),)),)), TITLE)
    assert len(told) <= 300
    assert told.count(" · ") == 1


@pytest.mark.parametrize(
    "text",
    [
        "가 " * 500_000,
        "[" * 1_000_000,
        "페이스북 " * 200_000,
        "○○○ 기자 = " * 100_000,
        "▲ 사진=가 " * 140_000,
        "A" * 1_000_000,
        "사진 ▲\n" * 200_000,
        "#가 " * 300_000,
        "\n" * 1_000_000,
        "a.b@c" * 200_000,
        "<" * 1_000_000,
        "다. " * 300_000,
    ],
)
def test_a_megabyte_of_anything_is_read_at_once(text: str) -> None:
    body = Document(tuple(Paragraph((Run(text[at : at + 1000]),)) for at in range(0, 1_000_000, 1000)))
    began = time.process_time()
    excerpt(text, Document((Paragraph((Run(text),)),)), TITLE)
    excerpt("", body, TITLE)
    assert time.process_time() - began < 3  # the patterns are bounded; without their bounds it is minutes
