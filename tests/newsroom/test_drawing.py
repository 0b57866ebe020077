"""What readers see, taken from what adapters made: PLATFORMS.md a (units), FAILURES.md section 1 (injection)."""

from typing import TYPE_CHECKING, Any

import pytest

from bot.document import Mark, Run
from bot.model import Entity, Message, Style
from bot.newsroom.drawing import ROWS, Rows, embed, fold, moment, posted, runs, sender, tally, web_address
from bot.ports import Alert

if TYPE_CHECKING:
    from collections.abc import Sequence

BOLD = frozenset({Mark.BOLD})


def message(body: dict[str, Any]) -> Message:
    return Message("discord", Style(), "", 0, 6000, "characters", body)


@pytest.mark.parametrize(
    ("text", "entities", "expected"),
    [
        ("속보 본문", [Entity("bold", 0, 2)], [Run("속보", BOLD), Run(" 본문")]),
        ("🚀🚀 발사 성공", [Entity("bold", 5, 2)], [Run("🚀🚀 "), Run("발사", BOLD), Run(" 성공")]),
        (
            "가나다",
            [Entity("bold", 0, 2), Entity("italic", 1, 2)],
            [Run("가", BOLD), Run("나", BOLD | {Mark.ITALIC}), Run("다", frozenset({Mark.ITALIC}))],
        ),
        ("가", [Entity("bold", 0, 99)], [Run("가", BOLD)]),
        ("여기", [Entity("text_link", 0, 2, "https://a.kr/")], [Run("여기", frozenset(), "https://a.kr/")]),
        ("여기", [Entity("text_link", 0, 2, "javascript:alert(1)")], [Run("여기")]),
        (
            "보라 https://a.kr/x. 끝",
            [],
            [Run("보라 "), Run("https://a.kr/x", frozenset(), "https://a.kr/x"), Run(". 끝")],
        ),
        ("http:// https://.", [], [Run("http:// https://.")]),
        ("", [], []),
    ],
)
def test_text_is_cut_where_its_look_changes(text: str, entities: "Sequence[Entity]", expected: list[Run]) -> None:
    assert list(runs(text, entities)) == expected


def test_an_entity_that_ends_inside_a_surrogate_pair_breaks_nothing() -> None:
    assert len("".join(run.text for run in runs("🚀", [Entity("bold", 0, 1)]))) == 2


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " https://a.kr/",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "//a.kr/",
        "https:///x",
        "",
        None,
        7,
    ],
)
def test_only_web_addresses_become_links(url: object) -> None:
    assert web_address(url) == ""


def test_an_embeds_markdown_escapes_are_undone_but_not_those_of_its_plain_fields() -> None:
    card = embed(
        message(
            {
                "embed": {
                    "author": {"name": r"a\*b"},
                    "title": r"\[속보\] 1\. \*급\*",
                    "url": "https://a.kr/",
                    "description": r"가\_나 \#1 \가",
                    "color": 0xED4245,
                    "footer": {"text": r"c\_d"},
                    "image": {"url": "attachment://1.png"},
                    "timestamp": "2026-11-22T05:00:00+00:00",
                }
            }
        )
    )
    assert card
    assert (card.author, card.title, card.footer) == (r"a\*b", "[속보] 1. *급*", r"c\_d")
    assert (card.description, card.color, card.url, card.image) == (
        (Run("가_나 #1 \\가"),),
        "#ed4245",
        "https://a.kr/",
        "",
    )
    assert card.at == moment("2026-11-22T05:00:00Z")


@pytest.mark.parametrize(
    "body",
    [
        {"embeds": [{"title": "제목"}]},
        {"embed": {"title": "제목", "color": -1, "author": "x", "url": "javascript:1", "timestamp": "soon"}},
    ],
)
def test_an_embed_may_lack_anything(body: dict[str, Any]) -> None:
    card = embed(message(body))
    assert card
    assert card.title == "제목"
    assert not any((card.author, card.url, card.color, card.footer, card.at, card.image))


@pytest.mark.parametrize("body", [{}, {"embeds": []}, {"embeds": ["x"]}, {"content": "x"}])
def test_a_message_without_an_embed_has_none(body: dict[str, Any]) -> None:
    assert embed(message(body)) is None


@pytest.mark.parametrize("text", [None, 5, "", "soon", "2026-11-22T05:00:00"])
def test_what_is_no_moment_is_none(text: object) -> None:
    assert moment(text) is None


def alert(*deliveries: tuple[str, str]) -> Alert:
    rows = tuple({"state": state, "target": target} for state, target in deliveries)
    return Alert("readers", message({}), rows)


def test_a_tally_says_first_what_needs_a_person() -> None:
    told = [alert(("sent", "a"), ("queued", "b"), ("held", "c")), alert(("sent", "d"), ("dead", "e"))]
    assert tally(told) == [("held", 1), ("dead", 1), ("queued", 1), ("sent", 2)]


@pytest.mark.parametrize(
    ("sent", "open_ones", "shown", "more"),
    [(3, 0, 3, 0), (40, 0, ROWS, 40 - ROWS), (40, 2, ROWS, 42 - ROWS), (5, ROWS + 3, ROWS + 3, 5)],
)
def test_whatever_has_not_arrived_is_shown_and_the_rest_is_counted(
    sent: int, open_ones: int, shown: int, more: int
) -> None:
    rows: Rows = fold(alert(*[("sent", "a")] * sent, *[("dead", "b")] * open_ones).deliveries)
    assert (len(rows.shown), rows.more) == (shown, more)
    assert [row["state"] for row in rows.shown[:open_ones]] == ["dead"] * open_ones


@pytest.mark.parametrize(
    ("targets", "name"), [(["@news"], "@news"), (["-1001"], "readers"), (["@a", "@b"], "readers"), ([], "readers")]
)
def test_a_reader_sees_the_channel_by_its_public_name(targets: list[str], name: str) -> None:
    assert sender(alert(*(("sent", target) for target in targets))) == name


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ([("2026-11-22T05:00:00Z", "2026-11-22T05:00:09Z"), ("2026-11-22T05:00:00Z", None)], "2026-11-22T05:00:09Z"),
        ([("2026-11-22T05:00:00Z", None)], "2026-11-22T05:00:00Z"),
        ([], None),
    ],
)
def test_a_message_bears_the_time_of_its_first_arrival(
    times: list[tuple[str, str | None]], expected: str | None
) -> None:
    rows = tuple({"queued": queued, "sent": sent} for queued, sent in times)
    assert posted(Alert("readers", message({}), rows)) == moment(expected)
