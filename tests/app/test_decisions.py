"""What a person decides, as a user runs it: beside a bot that runs and without one (issue 4, items 6 and 7)."""

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.app.conftest import ACCOUNTS, Newsroom, until

BODY = "<p>도의회는 내년도 예산 1,200억 원을 확정했다. 지원 대상은 320곳이다.</p>"
TWO = ACCOUNTS[: ACCOUNTS.index('[[accounts]]\nname = "followers"')]


@pytest.fixture
def told(newsroom: Newsroom) -> Newsroom:
    """One story has gone out everywhere, and no bot runs."""
    newsroom.post("one", "다리가 다시 열렸다", body=BODY)
    assert newsroom.sokbo("run", "--once").returncode == 0
    return newsroom


@pytest.fixture
def driven(newsroom: Newsroom) -> Iterator[Newsroom]:
    """One story has gone out everywhere, and the bot runs."""
    newsroom.post("one", "다리가 다시 열렸다", body=BODY)
    bot = newsroom.start()
    until((newsroom.folder / "sokbo.db").exists)
    until(lambda: [row["state"] for row in newsroom.ledger("deliveries")] == ["sent"] * 3, 30)
    yield newsroom
    assert newsroom.stop(bot) == 0


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    """As ``told``, for tests that change nothing."""
    with Newsroom(tmp_path_factory.mktemp("idle")) as room:
        room.write()
        room.post("one", "다리가 다시 열렸다", body=BODY)
        assert room.sokbo("run", "--once").returncode == 0
        yield room


def states(newsroom: Newsroom, operation: str) -> dict[str, str]:
    rows = newsroom.ledger("deliveries")
    return {row["account"]: row["state"] for row in reversed(rows) if row["operation"] == operation}  # the newest


def page(newsroom: Newsroom, path: str) -> str:
    with urllib.request.urlopen(f"http://{newsroom.page}{path}", timeout=5) as answer:
        return str(answer.read().decode())


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["retract", "9"], "there is no story 9; `sokbo stories` lists them"),
        (["replay", "9"], "there is no story 9"),
        (["replay", "1", "--account", "nobody"], "there is no account 'nobody'; there are readers, guild, followers"),
        (["replay", "1", "--target", "@no"], "there is no target '@no'; there are @newsdao, 111122223333444455, me"),
        (["pause", "nobody"], "there is no account 'nobody'; there are readers, guild, followers"),
        (["resume", "nobody"], "there is no account 'nobody'"),
        (["why", "9", "@newsdao"], "there is no story 9"),
        (["retract", "one"], "invalid int value"),
    ],
)
def test_what_nobody_knows_is_refused_with_what_there_is(idle: Newsroom, command: list[str], words: str) -> None:
    done = idle.sokbo(*command)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_story_is_taken_back_everywhere_and_the_report_says_so(driven: Newsroom) -> None:
    done = driven.sokbo("retract", "1")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "story 1 is retracted: nothing more of it goes out\ntaken back in 3 of 3 places\n"
    assert states(driven, "delete") == {"readers": "sent", "guild": "sent", "followers": "sent"}
    again = driven.sokbo("retract", "1")
    assert again.returncode == 0
    assert "was retracted before" in again.stdout
    assert {row["operation"] for row in json.loads(driven.sokbo("retract", "1", "--format", "json").stdout)} == {
        "delete"
    }
    refused = driven.sokbo("replay", "1")
    assert (refused.returncode, refused.stderr) == (2, "sokbo: story 1 is retracted: nothing of it is sent\n")
    assert "철회했습니다" in page(driven, "/stories/1/retract")


def test_without_a_bot_a_retraction_waits_for_the_next_one(told: Newsroom) -> None:
    done = told.sokbo("retract", "1")
    assert done.returncode == 0
    assert "taken back in 0 of 3 places" in done.stdout
    assert done.stdout.endswith("no bot runs on this store: the next one takes it back\n")
    assert told.sokbo("run", "--once").returncode == 0
    assert "taken back in 3 of 3 places" in told.sokbo("retract", "1").stdout


def test_what_could_not_be_recalled_is_named_with_its_place(told: Newsroom) -> None:
    """Its account is gone from the configuration: nobody can delete there, and nobody must believe it was done."""
    told.write(accounts=TWO)
    bot = told.start()
    until(lambda: told.json("status")["running"])
    until(lambda: "stand-ins" in told.log())
    done = told.sokbo("retract", "1")
    assert done.returncode == 1
    assert "taken back in 2 of 3 places" in done.stdout
    assert "not recalled: followers → me: its account is no longer in the configuration" in done.stdout
    rows: list[dict[str, Any]] = json.loads(told.sokbo("retract", "1", "--format", "json").stdout)
    assert {row["account"]: row["state"] for row in rows} == {"readers": "sent", "guild": "sent", "followers": "dead"}
    report = page(told, "/stories/1/retract")
    assert "followers → me" in report
    assert "설정 파일에서 빠진 계정" in report
    told.stop(bot)


def test_a_paused_account_waits_and_says_so_everywhere_until_it_goes_on(driven: Newsroom) -> None:
    done = driven.sokbo("pause", "readers")
    assert (done.returncode, done.stdout) == (
        0,
        "readers is paused: what it has to send waits, until `sokbo resume`\n",
    )
    driven.post("two", "두 번째 소식", body=BODY)
    until(lambda: len(driven.accepted()) == 5)
    status = driven.sokbo("status").stdout
    assert "account readers (telegram): stopped, paused by a person; 1 waiting" in status
    assert driven.json("status")["workers"] == 1
    assert "사람이 멈춤" in page(driven, "/")
    assert driven.sokbo("resume", "readers").stdout == "readers goes on\n"
    until(lambda: len(driven.accepted()) == 6)
    assert "account readers (telegram): well" in driven.sokbo("status").stdout


def test_a_pause_outlives_the_bot_and_needs_none(told: Newsroom) -> None:
    done = told.sokbo("pause", "readers")
    assert (done.returncode, done.stdout) == (0, "no bot runs on this store: the next one sees to it\n")
    told.post("two", "두 번째 소식", body=BODY)
    told.sokbo("run", "--once")
    assert [record["platform"] for record in told.accepted()].count("telegram") == 1
    told.sokbo("resume", "readers")
    told.sokbo("run", "--once")
    assert [record["platform"] for record in told.accepted()].count("telegram") == 2


def test_a_replay_reaches_who_missed_it_and_nobody_else(driven: Newsroom) -> None:
    driven.door("faults", platform="telegram", kind="lost_reply", count=1)
    driven.post("two", "두 번째 소식", body=BODY)
    until(lambda: "held" in states(driven, "send").values())
    until(lambda: len(driven.accepted()) == 6)
    assert driven.sokbo("replay", "2").stdout == "sent again to 0 places\n"  # it has not failed
    assert driven.sokbo("replay", "2", "--held").stdout == "sent again to 1 place\n"
    until(lambda: set(states(driven, "send").values()) == {"sent"})
    assert len(driven.accepted()) == 7


def test_a_target_that_came_later_gets_it_when_it_is_named(told: Newsroom) -> None:
    told.write(accounts=ACCOUNTS.replace('["@newsdao"]', '["@newsdao", "@late"]'))
    assert told.sokbo("run", "--once").returncode == 0
    assert len(told.accepted()) == 3
    assert told.sokbo("replay", "1", "--target", "@late").returncode == 0
    assert told.sokbo("run", "--once").returncode == 0
    assert [record["target"] for record in told.accepted()[3:]] == ["@late"]


def test_why_is_told_in_one_paragraph_by_the_command_and_the_page(driven: Newsroom) -> None:
    done = driven.sokbo("why", "1", "@newsdao")
    assert done.returncode == 0, done.stderr
    [paragraph] = done.stdout.splitlines()
    assert "@newsdao" in paragraph
    nowhere = driven.sokbo("why", "1", "@no")
    assert nowhere.returncode == 0
    assert "@newsdao" in nowhere.stdout  # what there is
    assert paragraph in page(driven, "/stories/1/why?target=%40newsdao").replace("&#39;", "'").replace("&#34;", '"')
