"""The grammar of the signed webhook takes JSON that every reader takes, and can refuse (see test_grammars)."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.model import Message, Style
from tests.renderers.grammars import Refused, check

LINK = "https://newsdao.kr/a"


def message(body: Mapping[str, Any]) -> Message:
    return Message("webhook", Style(), "", 1, 20_000, "", body)


def webhook(**data: Any) -> Message:
    told = {"headline": "제목", "excerpt": "", "link": LINK} | data
    return message({"type": "story.announced", "timestamp": "2026-11-22T00:00:00Z", "data": told})


def test_the_webhook_tells_everything_as_json() -> None:
    seen = check(webhook(pictures=[{"url": LINK, "alt": ""}], body=[{"href": ""}], revision=1))
    assert (seen.text, seen.links) == ("제목", [("link", LINK), ("url", LINK)])


@pytest.mark.parametrize(
    ("refused", "why"),
    [
        (webhook(headline="a\ud800"), "no JSON"),
        (webhook(revision=float("nan")), "no JSON"),
        (webhook(published=object()), "no JSON"),
        (webhook(pictures=(1, 2)), "does not survive JSON"),
        (webhook(link="javascript:alert(1)"), "unsafe scheme"),
        (webhook(body={"href": "https://user@evil.example"}), "another host"),
        (webhook(excerpt="a\x00"), r"U\+0000"),
        (message({"type": "a b", "timestamp": "", "data": {}}), "no type of event"),
        (message({"type": "a", "timestamp": "2026-11-22", "data": {}}), "without its zone"),
        (message({"type": "a", "timestamp": "2026-11-22T00:00:00Z", "data": {}}), "tells not all of"),
        (message({"id": 1}), "does not know: id"),
    ],
)
def test_the_webhook_refuses(refused: Message, why: str) -> None:
    with pytest.raises(Refused, match=why):
        check(refused)
