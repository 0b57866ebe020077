"""What an editor presses on the page, and what it says then (issue 4, items 6 and 7)."""

import re
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from selectolax.lexbor import LexborHTMLParser as Html

from bot.desk import Refused
from bot.newsroom.page import Newsroom
from tests.newsroom.reader import attributes, read, text

if TYPE_CHECKING:
    from tests.newsroom.conftest import Desk, PaperLedger


async def press(visitor: aiohttp.ClientSession, newsroom: Newsroom, path: str, **fields: str) -> tuple[int, Html]:
    """Open the page, press a button of it, and follow; the status and what is shown then."""
    async with visitor.get("/") as answer:
        found = re.search(r'name="token" value="([^"]+)"', await answer.text())
        assert found
    form = {"token": found[1], **fields}
    async with visitor.post(path, data=form, headers={"Origin": newsroom.url}) as answer:
        return answer.status, Html(await answer.text())


def delete(ledger: "PaperLedger", number: int, state: str = "sent", **more: Any) -> dict[str, Any]:
    return ledger.row(number, state, operation="delete", ids=[], **more)


async def test_a_retraction_is_asked_for_on_a_page_of_its_own_that_says_what_it_means(
    ledger: "PaperLedger", visitor: aiohttp.ClientSession
) -> None:
    ledger.announce(ledger.row(1), ledger.row(2, target="@second"), ledger.row(3, account="guild", target="7"))
    front = await read(visitor)
    assert attributes(front, "#story-1 .actions a")["href"] == "/stories/1/retract"
    page = await read(visitor, "/stories/1/retract")
    assert text(page, "h2") == "이 기사를 철회할까요?"
    assert [" ".join(each.text().split()) for each in page.css(".where li")] == ["readers 2곳", "guild 1곳"]
    assert "되돌릴 수 없습니다" in text(page, "main")
    assert text(page, "form .grave") == "철회합니다"
    assert not page.css("script")  # it works without any


async def test_a_retraction_ends_on_what_could_not_be_recalled_and_where(
    ledger: "PaperLedger", desk: "Desk", page: Newsroom, visitor: aiohttp.ClientSession
) -> None:
    ledger.announce(
        ledger.row(1),
        delete(ledger, 2, target="@first"),
        delete(ledger, 3, "dead", target="-100", reason="message can't be deleted", link="https://t.me/c/100/9"),
        delete(ledger, 4, "dead", target="-100", reason="message can't be deleted"),  # the second post of a thread
        ledger.row(5, operation="delete", target="@third", reason="it cannot be deleted there; edited to say so"),
        delete(ledger, 6, "queued", target="@fourth"),
    )
    ledger.accounted = [{"name": "readers"}]
    status, shown = await press(visitor, page, "/stories/1/retract")
    assert (status, desk.decisions) == (200, [("retract", 1)])
    assert text(shown, "h2") == "철회하는 중입니다"
    assert "4곳 가운데 2곳에서 회수했습니다" in text(shown, "main")
    assert len(shown.css(".failed li")) == 1
    assert text(shown, ".failed li").startswith("readers → -100 글 보기")
    assert text(shown, ".failed .reason") == "message can't be deleted"
    assert text(shown, ".open li").startswith("readers → @fourth")
    assert text(shown, ".changed .reason") == "지울 수 없어 철회 알림으로 바꿈"
    assert attributes(shown, "noscript meta")["http-equiv"] == "refresh"  # it goes on without a script, too


async def test_a_retracted_story_looks_so(ledger: "PaperLedger", visitor: aiohttp.ClientSession) -> None:
    ledger.announce(
        ledger.row(1), ledger.row(2, target="@b"), delete(ledger, 3), delete(ledger, 4, "dead", target="@b"),
        state="retracted",
    )  # fmt: skip
    page = await read(visitor)
    assert "retracted" in (attributes(page, "article")["class"] or "")
    assert text(page, ".kicker .standing") == "철회됨"
    assert text(page, ".tally") == "회수 못 함 1 회수됨 1 전송됨 1"
    assert text(page, "#delivery-4 .chip") == "회수 못 함"
    assert not page.css("#delivery-1")  # it is gone: what became of it is told once
    assert text(page, ".actions") == "철회 결과"
    assert text(page, ".before summary") == "철회하기 전의 모습"
    assert text(page, ".lost") == "회수하지 못한 곳: readers → @b"
    assert text(page, "title").startswith("(1)")
    report = await read(visitor, "/stories/1/retract")
    assert text(report, "h2") == "철회했지만 회수하지 못한 곳이 있습니다"


async def test_what_stands_where_a_post_could_not_be_deleted_is_shown(
    ledger: "PaperLedger", visitor: aiohttp.ClientSession
) -> None:
    notice = ledger.alert("telegram", ledger.row(3, operation="delete", ids=["9"]), headline="철회된 기사입니다")
    ledger.publish(ledger.alert("telegram", ledger.row(1)), notice, state="retracted")
    page = await read(visitor)
    assert text(page, ".alert > .quiet") == "지울 수 없는 곳에 남은 알림"
    assert text(page, ".alert > .preview .bold") == "철회된 기사입니다"
    assert text(page, ".before .bold") != "철회된 기사입니다"


async def test_a_correction_that_could_only_be_answered_stands_below_what_it_corrects(
    ledger: "PaperLedger", visitor: aiohttp.ClientSession
) -> None:
    answer = ledger.alert("x", ledger.row(2, operation="reply"), headline="[정정] 14개 노선")
    ledger.publish(ledger.alert("x", ledger.row(1), headline="9개 노선"), answer, state="corrected", revision=2)
    page = await read(visitor)
    assert text(page, ".alert > .preview").count("9개 노선") == 1
    assert "[정정] 14개 노선" in text(page, ".replies .preview")
    assert text(page, "#delivery-2").startswith("전송됨 정정 답글")


async def test_a_correction_goes_with_what_it_answers(ledger: "PaperLedger", visitor: aiohttp.ClientSession) -> None:
    answer = ledger.alert("x", ledger.row(2, operation="reply"), headline="[정정] 14개 노선")
    told, gone = (
        ledger.alert("x", ledger.row(1), headline="9개 노선"),
        ledger.alert("x", ledger.row(3, operation="delete")),
    )
    ledger.publish(told, answer, gone, state="retracted", revision=2)
    page = await read(visitor)
    assert not page.css(".replies")
    assert "[정정] 14개 노선" in text(page, ".versions")


async def test_a_story_that_nobody_knows_is_refused_in_words(visitor: aiohttp.ClientSession) -> None:
    for path in ("/stories/9/retract", "/stories/9/why?target=@a"):
        async with visitor.get(path) as answer:
            assert answer.status == 409
            assert "there is no story 9" in await answer.text()


@pytest.mark.parametrize(
    ("states", "buttons"),
    [
        (("sent", "dead", "dead"), ["실패한 2건 다시 보내기"]),
        (("dead", "held", "held"), ["실패한 1건 다시 보내기", "보류된 2건 다시 보내기"]),
        (("sent", "held"), []),  # it has its own two buttons
    ],
)
async def test_who_missed_a_story_can_be_sent_it_once_more(
    ledger: "PaperLedger", visitor: aiohttp.ClientSession, states: tuple[str, ...], buttons: list[str]
) -> None:
    ledger.announce(*(ledger.row(number, state, target=f"@{number}") for number, state in enumerate(states)))
    page = await read(visitor)
    assert [button.text() for button in page.css(".actions button")] == buttons


@pytest.mark.parametrize(("what", "order"), [("failed", (True, False)), ("held", (False, True))])
async def test_a_replay_goes_to_those_who_missed_it_alone(
    ledger: "PaperLedger",
    desk: "Desk",
    page: Newsroom,
    visitor: aiohttp.ClientSession,
    what: str,
    order: tuple[bool, bool],
) -> None:
    ledger.announce(ledger.row(1, "dead"))
    status, _ = await press(visitor, page, "/stories/1/replay", what=what)
    assert (status, desk.decisions) == (200, [("replay", 1, *order)])


async def test_every_delivery_says_why_and_any_other_place_can_be_asked_about(
    ledger: "PaperLedger", desk: "Desk", visitor: aiohttp.ClientSession
) -> None:
    ledger.announce(ledger.row(1, target="@a&b/ㄱ"))
    link = attributes(await read(visitor), "#delivery-1 .why")["href"] or ""
    page = await read(visitor, link)
    assert desk.decisions == [("why", 1, "@a&b/ㄱ", "ko", "Asia/Seoul")]
    assert text(page, ".told") == "@a&b/ㄱ got story 1 <b>at once</b>."
    assert attributes(page, "form") == {"method": "get", "action": "/stories/1/why", "class": "choices"}
    asked = await read(visitor, "/stories/1/why")
    assert not asked.css(".told")
    assert len(desk.decisions) == 1


async def test_an_account_is_paused_and_resumed_with_its_reason(
    ledger: "PaperLedger", desk: "Desk", page: Newsroom, visitor: aiohttp.ClientSession
) -> None:
    ledger.announce()
    ledger.accounted = [{"name": "읽는/이들", "platform": "telegram", "reason": ""}]
    assert text(await read(visitor), ".health form button") == "멈추기"
    _, paused = await press(visitor, page, "/accounts/pause", account="읽는/이들")
    assert text(paused, ".health .ailing .reason") == "사람이 멈춤"
    assert "멈춤" in text(paused, ".health .ailing p")
    _, resumed = await press(visitor, page, "/accounts/resume", account="읽는/이들")
    assert not resumed.css(".health .ailing")
    assert desk.decisions == [("pause", "읽는/이들"), ("resume", "읽는/이들")]


async def test_a_paused_target_is_resumed_with_its_account(
    ledger: "PaperLedger", visitor: aiohttp.ClientSession
) -> None:
    target = {"target": "@a", "state": "paused", "reason": "403: kicked", "waiting": 2}
    ledger.accounted = [{"name": "readers", "platform": "telegram", "reason": "", "targets": [target]}]
    page = await read(visitor)
    assert attributes(page, ".health form")["action"] == "/accounts/resume"
    assert text(page, ".health .reason") == "403: kicked"


async def test_an_account_that_is_gone_from_the_configuration_is_gone_from_the_page(
    ledger: "PaperLedger", visitor: aiohttp.ClientSession
) -> None:
    gone = {"target": "@a", "state": "retired", "reason": "no longer in the configuration", "waiting": 0}
    stays = {**gone, "target": "@b", "state": "active", "reason": ""}
    ledger.accounted = [{"name": "old", "targets": [gone]}, {"name": "readers", "targets": [gone, stays]}]
    page = await read(visitor)
    assert [name.text() for name in page.css(".health section:last-child strong")] == ["readers"]
    assert not page.css(".ailing")


DOORS = ["/stories/1/retract", "/stories/1/replay", "/accounts/pause", "/accounts/resume"]


@pytest.mark.parametrize("path", DOORS)
async def test_what_the_desk_refuses_is_said_in_its_words(
    ledger: "PaperLedger", desk: "Desk", page: Newsroom, visitor: aiohttp.ClientSession, path: str
) -> None:
    ledger.announce(ledger.row(1, "held"))
    desk.refuses = Refused("story 1 is retracted: nothing of it is sent")
    status, shown = await press(visitor, page, path)
    assert status == 409
    assert text(shown, ".trouble .reason") == "story 1 is retracted: nothing of it is sent"


@pytest.mark.parametrize("path", DOORS)
async def test_nobody_else_presses_them(
    ledger: "PaperLedger", desk: "Desk", page: Newsroom, visitor: aiohttp.ClientSession, path: str
) -> None:
    """DESIGN.md section 8: a change needs this page's origin, cookie and token."""
    ledger.announce(ledger.row(1, "held"))
    await read(visitor)
    async with visitor.post(path, data={"token": "a guess"}, headers={"Origin": page.url}) as answer:
        assert answer.status == 403
    assert desk.decisions == []
