"""The rest of a story goes on where its alert left off (issue 3, point 3): no lead twice, no caption by itself."""

import pytest

from bot.document import Block, Document, Figure, Heading, Items, Paragraph, Picture, Quote, Run
from bot.text.marked import Kind, Marked
from bot.text.rest import untold, words

FIRST, SECOND, THIRD = "시가 노선을 늘린다.", "배차는 25분이다.", "요금은 그대로다."
FIGURE = Figure(Picture("https://a.kr/a.jpg"), "▲ 새 버스")


def p(text: str) -> Paragraph:
    return Paragraph((Run(text),))


def test_captions_stay_with_their_pictures_wherever_those_stand() -> None:
    blocks: tuple[Block, ...] = (
        FIGURE,
        p(FIRST),
        Quote((FIGURE, p(SECOND))),
        Items(False, ((FIGURE, p(THIRD)), (FIGURE,))),
    )
    assert words(Document(blocks)).text == f"{FIRST}\n\n{SECOND}\n\n• {THIRD}"


@pytest.mark.parametrize(
    ("body", "lead", "alert", "rest"),
    [
        (f"{FIRST} {SECOND} {THIRD}", f"{FIRST} {SECOND}", f"{FIRST} {SECOND}", THIRD),
        (f"{FIRST} {SECOND}\n\n{THIRD}", f"{FIRST} {SECOND}", f"제목\n\n{FIRST}\n\n#버스", f"{SECOND}\n\n{THIRD}"),
        (f"부제 하나\n부제 둘\n\n{FIRST} {SECOND}", FIRST, FIRST, f"부제 하나\n부제 둘\n\n{SECOND}"),
        (f"“반갑다!”\n\n{FIRST} {SECOND}", f"“반갑다!” {FIRST}", f"“반갑다!” {FIRST}", SECOND),
        ("알려진 것\n\n• 노선 14개\n• 배차 25분\n\n오후 6:40", "노선 14개 · 배차 25분", "노선 14개 · 배차 25분",
         "알려진 것\n\n오후 6:40"),
        ("1. 노선 14개\n2. 배차 25분\n3. 요금", "노선 14개 · 배차 25분", "노선 14개 · 배차 25분", "3. 요금"),
        (f"△ {FIRST}\n\n△ {SECOND}", FIRST, FIRST, f"△ {SECOND}"),
        (f"{FIRST} {THIRD}", f"{FIRST} {SECOND}", f"{FIRST} {SECOND}", THIRD),
        (FIRST, FIRST, FIRST, ""),
        (f"부제\n\n{FIRST}", FIRST, FIRST, "부제"),
        # what is none of the beginning, or was not told, stays
        (f"{SECOND} {FIRST}", FIRST, FIRST, f"{SECOND} {FIRST}"),
        (f"{FIRST} {SECOND}", FIRST, "제목", f"{FIRST} {SECOND}"),
        (f"{FIRST} {SECOND}", THIRD, THIRD, f"{FIRST} {SECOND}"),
        (f"{SECOND}\n\n" * 150 + FIRST, FIRST, FIRST, f"{SECOND}\n\n" * 150 + FIRST),
        (FIRST, "", "", FIRST),
        ("", FIRST, FIRST, ""),
    ],
)  # fmt: skip
def test_what_the_alert_has_told_is_not_told_again(body: str, lead: str, alert: str, rest: str) -> None:
    assert untold(Marked(body), Marked(lead), alert).text == rest


def test_a_heading_goes_with_all_of_its_list_and_stays_with_what_is_left_of_it() -> None:
    known = Items(False, ((p("노선 14개"),), (p("배차 25분"),)))
    body = words(Document((Heading(2, (Run("알려진 것"),)), known, p("오후 6:40"), p(FIRST))))
    lead = "노선 14개 · 배차 25분"
    assert untold(body, Marked(lead), lead).text == f"오후 6:40\n\n{FIRST}"
    assert untold(Marked(body.text), Marked(lead), lead, frozenset({"알려진 것"})).text == f"오후 6:40\n\n{FIRST}"
    section = words(Document((Heading(2, (Run("절"),)), p(FIRST), p(SECOND))))
    assert untold(section, Marked(FIRST), FIRST).text == f"절\n\n{SECOND}"
    assert untold(body, Marked("노선 14개"), lead).text == f"알려진 것\n\n• 배차 25분\n\n오후 6:40\n\n{FIRST}"


def test_what_is_left_keeps_its_marks() -> None:
    body = words(Document((Heading(2, (Run("부제"),)), p(f"{FIRST} {SECOND}"), Heading(2, (Run("절"),)), p(THIRD))))
    rest = untold(body, Marked(FIRST), FIRST)
    assert rest.text == f"부제\n\n{SECOND}\n\n절\n\n{THIRD}"
    assert [rest.text[span.start : span.end] for span in rest.spans if span.kind is Kind.BOLD] == ["부제", "절"]
