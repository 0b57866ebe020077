"""What is told below the headline: DESIGN.md section 7, "blog noise goes"."""

import unicodedata

import pytest

from bot.document import Document
from bot.text.excerpt import excerpt
from bot.text.html import document

TITLE = "심야버스 노선 14개로"
SHARE_BAR = "페이스북 트위터 카카오톡 URL 복사 글자 크기 프린트 스크랩 이메일 보내기 기사 목록 이전 글 다음 글 맨 위로"
FACT = "하늘시가 심야버스를 14개 노선으로 늘린다고 밝혔다."


def lead(html: str) -> str:
    return excerpt("", document(html, "https://newsdao.kr"), TITLE)


@pytest.mark.parametrize(
    "closing",
    [
        "달라지는 노선을 지금 확인해보세요!",
        "자세한 내용을 알아보세요.",
        "함께 살펴보시죠!",
        "그 현장을 만나보세요",
        "많은 관심과 기대 바랍니다.",
        "앞으로의 변화에 주목해 주세요.",
        "지금 바로 구독하세요!",
        "구독과 좋아요를 눌러주세요~",
        "지금 당장 동참하세요.",
        "우리와 함께하세요!",
        "절대 놓치지 마세요!",
        "전문을 읽어보세요.",
        "누리집을 방문해 주시기 바랍니다.",
        "영상을 시청하세요.",
        "직접 경험해보십시오!",
        "친구와 공유해 보세요",
        "링크를 클릭하세요.",
        "함께 지켜봅시다.",
        "Click here to read more.",
        "Read more",
        "Find out how!",
        "Learn more about it.",
        "Don’t miss it!",
        "Subscribe now.",
        "Follow us on X.",
        "Join us today.",
        "확인해보세요! 구독하세요!",
    ],
)
def test_a_closing_sentence_that_only_tells_to_act_goes(closing: str) -> None:
    assert excerpt(f"{FACT} {closing}", Document(), TITLE) == FACT


@pytest.mark.parametrize(
    "closing",
    [
        "즉시 대피하세요.",
        "외출을 자제하고 기상 정보를 확인하세요.",
        "안전에 유의하시기 바랍니다.",
        "해안 접근을 삼가 주세요.",
        "미끄럼에 주의하세요.",
        "12월 31일까지 누리집에서 확인하세요.",
        "시는 주민에게 확인을 당부했다.",
        "희망자는 구청에 신청하세요.",
        "시장은 “함께하세요”라고 말했다.",
        "마스크를 착용하세요.",
        "Click rates rose by a third.",
        "He said to follow the signs.",
        "Evacuate now.",
        "Join us at 9 today.",
    ],
)
def test_a_warning_a_figure_or_a_report_stays(closing: str) -> None:
    assert excerpt(f"{FACT} {closing}", Document(), TITLE) == f"{FACT} {closing}"


def test_in_an_alert_about_danger_even_look_here_stays() -> None:
    text = "태풍이 밤사이 남해안에 닿는다. 실시간 경로를 확인하세요."
    assert excerpt(text, Document(), TITLE) == text


def test_a_call_to_act_stays_where_it_is_all_there_is_or_others_follow() -> None:
    assert excerpt("지금 확인해보세요!", Document(), TITLE) == "지금 확인해보세요!"
    assert excerpt(f"확인해보세요! {FACT}", Document(), TITLE) == f"확인해보세요! {FACT}"


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        (f"  {FACT}\n\n 요금은\u00a0그대로다. ", f"{FACT} 요금은 그대로다."),
        (unicodedata.normalize("NFD", FACT), FACT),
        (f"{TITLE}! {FACT}", FACT),
        (f"{FACT} 요금은 그대로 [&hellip;]".replace("&hellip;", "…"), FACT),
        (f"{FACT} 요금은 그대로다. [...]", f"{FACT} 요금은 그대로다."),
        ("배차 간격은 줄고 요금은...", "배차 간격은 줄고 요금은…"),
        ("…", ""),
        (TITLE, ""),
        (f"[{TITLE}]", ""),
        (" ".join([FACT] * 30), " ".join([FACT] * 3)),
    ],
)
def test_a_source_s_own_summary_is_tidied(summary: str, expected: str) -> None:
    assert excerpt(summary, Document(), TITLE) == expected


@pytest.mark.parametrize(
    "noise",
    [
        f"<p>{TITLE}</p>",
        "<h2>제목은 본문이 아니다.</h2>",
        "<p>▲ 사진 = 하늘시가 제공한 버스의 모습이다.</p>",
        "<p>[사진=하늘시] 새 버스가 섰다.</p>",
        "<p>아무개 기자 desk@newsdao.kr</p>",
        "<p>desk@newsdao.kr 에게 보내 주시면 됩니다.</p>",
        "<p>2026. 11. 20. 09:00 입력</p>",
        "<p>짧다.</p>",
        f"<p>{SHARE_BAR}</p>",
        '<p><a href="/x">다른 기사도 함께 보시면 좋습니다.</a></p>',
        "<p>지금 바로 확인해보세요! 구독하세요!</p>",
        "<p>ⓒ 뉴스다오, 무단 전재 및 재배포를 금합니다.</p>",
        "<blockquote>따온 말이다.</blockquote>",
        '<img src="/a.jpg" alt="그림이다.">',
    ],
)
def test_the_lead_is_the_first_paragraph_that_tells_something(noise: str) -> None:
    assert lead(f"{noise}<p>{FACT}</p><p>둘째 문단이다.</p>") == FACT


@pytest.mark.parametrize(
    "before",
    [
        "(하늘=뉴스다오) 아무개 기자 = ",
        "[뉴스다오=아무개 기자] ",
        "【하늘=뉴스다오】아무개·누군가 기자 = ",
        "(아무개 기자) ",
    ],
)
def test_a_dateline_is_not_part_of_the_lead(before: str) -> None:
    assert lead(f"<p>{before}{FACT}</p>") == FACT


def test_a_lead_is_at_most_three_sentences_and_300_characters() -> None:
    assert lead(f"<p>{FACT * 5}</p>") == " ".join([FACT] * 3)
    long = "노선과 " * 200 + "시간표가 바뀐다."
    assert len(lead(f"<p>{long}</p>")) <= 300
    assert lead(f"<p>{long}</p>").endswith("노선과…")


def test_a_first_report_of_a_few_words_is_a_lead() -> None:
    assert lead("<p>심야버스가 14개 노선으로 는다.</p>") == "심야버스가 14개 노선으로 는다."


def test_a_warning_may_be_the_lead() -> None:
    assert lead(f"<p>지진 대피소 위치를 확인하세요.</p><p>{FACT}</p>") == "지진 대피소 위치를 확인하세요."


def test_without_prose_there_is_no_excerpt() -> None:
    assert lead("<p>사진</p><h2>제목</h2>") == ""
    assert excerpt(TITLE, document(f"<p>{FACT}</p>"), TITLE) == FACT
