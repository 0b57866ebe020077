"""What was told stays true: corrected everywhere, or taken back everywhere (issue 4, points 5 and 6)."""

import json
from typing import Any

import pytest

from tests.app.conftest import ACCOUNTS, Newsroom, until

PLATFORMS = ("telegram", "discord", "x")
BODY = "<p>도의회는 내년도 예산 1,200억 원을 확정했다. 지원 대상은 320곳이다.</p>"
SAID = "새벽버스 9개 노선 신설"


def operations(newsroom: Newsroom, platform: str = "") -> list[tuple[str, str]]:
    """(platform, operation) in order of acceptance."""
    return [(record["platform"], record["operation"]) for record in newsroom.accepted(platform)]


def last(newsroom: Newsroom, platform: str) -> dict[str, Any]:
    body: dict[str, Any] = newsroom.accepted(platform)[-1]["body"]
    return body


def settled(newsroom: Newsroom, count: int) -> bool:
    rows = newsroom.ledger("deliveries")
    return len(rows) == count and all(row["state"] in ("sent", "cancelled") for row in rows)


def announced(newsroom: Newsroom) -> Any:
    newsroom.post("bus", SAID, body=BODY)
    bot = newsroom.start()
    until(lambda: len(newsroom.accepted()) == 3)
    until(lambda: settled(newsroom, 3))
    return bot


def test_a_corrected_figure_is_edited_where_that_can_be_and_answered_on_x(newsroom: Newsroom) -> None:
    """discord-rss-bot alone edits what it sent; nobody corrects on X (PEERS.md, 1)."""
    bot = announced(newsroom)
    newsroom.post("bus", SAID.replace("9개", "14개"), body=BODY)
    until(lambda: settled(newsroom, 6))
    newsroom.stop(bot)
    assert sorted(operations(newsroom)[3:]) == [("discord", "edit"), ("telegram", "edit"), ("x", "send")]
    assert "14개" in last(newsroom, "telegram")["text"]
    assert "14개" in last(newsroom, "discord")["embeds"][0]["title"]
    first, answer = newsroom.accepted("x")
    assert answer["body"]["text"].startswith("[정정] 새벽버스 14개")
    assert first["id"] in json.dumps(answer["body"])
    [story] = newsroom.ledger("stories")
    assert (story["state"], story["revision"]) == ("corrected", 2)


def test_a_change_that_nobody_can_see_sends_nothing(newsroom: Newsroom) -> None:
    bot = announced(newsroom)
    newsroom.post("bus", f"{SAID} ", body=BODY.replace("<p>", "<p> ").replace("320곳", "<b>320곳</b>"))
    newsroom.post("other", "다른 소식")
    until(lambda: settled(newsroom, 6))
    newsroom.stop(bot)
    assert {operation for _, operation in operations(newsroom)} == {"send"}


def test_a_mended_slip_is_edited_and_x_is_left_alone(newsroom: Newsroom) -> None:
    bot = announced(newsroom)
    newsroom.post("bus", SAID.replace("신설", "신셜"), body=BODY)
    until(lambda: settled(newsroom, 5))
    newsroom.stop(bot)
    assert sorted(operations(newsroom)[3:]) == [("discord", "edit"), ("telegram", "edit")]


def test_an_account_that_wants_no_corrections_gets_none(newsroom: Newsroom) -> None:
    newsroom.write(accounts=ACCOUNTS.replace('kind = "x"', 'kind = "x"\ncorrections = "none"'))
    bot = announced(newsroom)
    newsroom.post("bus", SAID.replace("9개", "14개"), body=BODY)
    until(lambda: settled(newsroom, 5))
    newsroom.stop(bot)
    assert operations(newsroom, "x") == [("x", "send")]


@pytest.mark.parametrize("how", ["front matter", "command"])
def test_a_retracted_story_disappears_everywhere(newsroom: Newsroom, how: str) -> None:
    bot = announced(newsroom)
    if how == "command":
        done = newsroom.sokbo("retract", "1")
        assert (done.returncode, done.stderr) == (0, "")
        assert "taken back in 3 of 3 places" in done.stdout
    else:
        newsroom.post("bus", SAID, body=BODY, front="retracted: true")
    until(lambda: len(newsroom.accepted()) == 6)
    until(lambda: settled(newsroom, 6))
    newsroom.stop(bot)
    assert sorted(operations(newsroom)[3:]) == [(platform, "delete") for platform in sorted(PLATFORMS)]
    [story] = newsroom.ledger("stories")
    assert story["state"] == "retracted"


def test_what_is_retracted_before_the_first_run_is_never_told(newsroom: Newsroom) -> None:
    newsroom.post("bus", SAID, body=BODY, front="retracted: true")
    newsroom.post("other", "다른 소식", day="2026-11-19")
    assert newsroom.sokbo("run", "--once").returncode == 0
    assert [record["body"]["text"].split("\n")[0] for record in newsroom.accepted("x")] == ["다른 소식"]


def test_an_edit_while_the_bot_is_down_reaches_readers_when_it_is_back(newsroom: Newsroom) -> None:
    newsroom.stop(announced(newsroom))
    newsroom.post("bus", SAID.replace("9개", "14개"), body=BODY)
    assert newsroom.sokbo("run", "--once").returncode == 0
    assert sorted(operations(newsroom)[3:]) == [("discord", "edit"), ("telegram", "edit"), ("x", "send")]
