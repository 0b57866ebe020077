"""`sokbo preview` in a terminal (issue 3: "sokbo preview and the page show all of it")."""

import io
from typing import Any, Literal

import pytest
from rich.console import Console

from bot.newsroom.terminal import drawn, show
from bot.text.marked import Kind, Marked


def console(*, terminal: bool) -> Console:
    colors: Literal["auto", "standard"] = "standard" if terminal else "auto"
    return Console(
        file=io.StringIO(), force_terminal=terminal, color_system=colors, width=40, markup=False, highlight=False
    )


def printed(
    *messages: dict[str, Any], platform: str = "telegram", terminal: bool = False, account: str = "readers"
) -> str:
    told = console(terminal=terminal)
    story = {"urgency": "breaking"}
    show([{"platform": platform, "account": account, "story": story, "messages": list(messages)}], told)
    assert isinstance(told.file, io.StringIO)
    return told.file.getvalue()


def message(text: str, **more: Any) -> dict[str, Any]:
    usual = {"text": text, "media": [], "length": len(text), "limit": 4096, "unit": "code points", "notes": []}
    return usual | ({} if "markup" in more else {"entities": []}) | more


BOLD = {"kind": "bold", "offset": 0, "length": 2, "url": ""}


def test_without_a_terminal_it_is_plain_text() -> None:
    first = message(
        "속보 본문 " + "가" * 50,
        entities=[BOLD],
        media=[{"url": "https://a.kr/1.jpg", "alt": ""}, {"url": "https://a.kr/2.jpg", "alt": "공장"}],
        notes=["with a smaller picture"],
    )
    assert printed(first, message("[b]이어서[/b]")).splitlines() == [
        "── telegram · readers · breaking · part 1 of 2 · 56 of 4096 code points",
        "   [picture https://a.kr/1.jpg · no alt text]",
        "   [picture https://a.kr/2.jpg · 공장]",
        "   (with a smaller picture)",
        "",
        "속보 본문 " + "가" * 50,
        "",
        "── telegram · readers · breaking · part 2 of 2 · 10 of 4096 code points",
        "",
        "[b]이어서[/b]",
        "",
    ]


def test_a_lone_message_of_no_account_says_so() -> None:
    head = printed(message("가"), platform="slack", account="").splitlines()[0]
    assert head == "── slack · no account · breaking · 1 of 4096 code points"


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (Kind.BOLD, "1"),
        (Kind.ITALIC, "3"),
        (Kind.UNDERLINE, "4"),
        (Kind.STRIKE, "9"),
        (Kind.SPOILER, "7"),
        (Kind.CODE, "36"),
        (Kind.PRE, "36"),
        (Kind.TAG, "34"),
        (Kind.QUOTE, "32"),
        (Kind.FOLD, "32"),
    ],
)
def test_a_terminal_shows_every_mark(kind: Kind, code: str) -> None:
    told = console(terminal=True)
    told.print(drawn(Marked("표시").as_(kind)))
    assert isinstance(told.file, io.StringIO)
    assert told.file.getvalue() == f"\x1b[{code}m표시\x1b[0m\n"


def test_marks_come_from_entities_and_from_markup_alike() -> None:
    assert "\x1b[1m속보\x1b[0m" in printed(message("속보 본문", entities=[BOLD]), terminal=True)
    assert "\x1b[1m속보\x1b[0m" in printed(
        message("속보 본문", markup="**속보** 본문"), platform="discord", terminal=True
    )


@pytest.mark.parametrize(("address", "linked"), [("https://a.kr/", True), ("javascript:alert(1)", False)])
def test_a_link_leads_to_the_web_or_nowhere(address: str, linked: bool) -> None:
    told = console(terminal=True)
    told.print(drawn(Marked("여기").as_(Kind.LINK, address)))
    assert isinstance(told.file, io.StringIO)
    assert (f";{address}\x1b\\" in told.file.getvalue()) == linked


@pytest.mark.parametrize("terminal", [True, False])
def test_no_story_steers_the_terminal(terminal: bool) -> None:
    hostile = "\x1b]0;owned\x07\x1b[2J\x9b2J가\r나\ttab\x00"
    link = {"kind": "text_link", "offset": 0, "length": 3, "url": "https://a.kr/\x1b]8;;evil\x07"}
    shown = printed(
        message(hostile, entities=[link], media=[{"url": hostile, "alt": hostile}], notes=[hostile]),
        account=hostile,
        terminal=terminal,
    )
    assert "가\ufffd나\ufffdtab" in shown
    assert not any(sign in shown for sign in ("\x1b]0", "\x1b[2J", "\x07", "\x9b", "\r", "\x00", "8;;evil\x07"))
