"""A whole story on X: posts that answer each other (issue 3, points 3 and 5)."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from adapters.x import TEXT, Adapter
from bot.document import Document, Figure, Heading, Items, Mark, Paragraph, Run
from bot.errors import Rejected, Unreachable
from bot.model import Message, Receipt, Secret, Story, Style, Target
from bot.sandbox.server import Sandbox
from bot.text.measure import x_weight
from bot.text.post import MOST_POSTS
from bot.transport import Http
from tests.adapters.stage import ASCII_LINK, BARE, PICTURE, STORY, Canned, deliver, reply

ME = Target("me")
POSTED = reply(201, {"data": {"id": "9", "text": "…"}})
UNSEEN = reply(
    403, {"detail": "You attempted to reply to a Tweet that is deleted or not visible to you.", "status": 403}
)
THREAD = Style(body="thread")
LEAD = "국토교통부가 남해안 고속철 착공식을 열고 2031년 개통을 약속했다."


def paragraph(text: str, **run: Any) -> Paragraph:
    return Paragraph((Run(text, **run),))


def told(*blocks: Any, excerpt: str = LEAD) -> Story:
    return replace(BARE, excerpt=excerpt, body=Document(blocks))


def adapter(*answers: Any) -> tuple[Adapter, Canned]:
    transport = Canned(*(answers or (POSTED,)))
    return Adapter(transport, bearer_token=Secret("q")), transport


def thread(story: Story) -> tuple[Message, ...]:
    return adapter()[0].render(story, THREAD)


BUILDING = "설계는 지난해 끝났고, 공사는 다섯 구간으로 나눠 한꺼번에 한다. 맡을 회사는 봄에 뽑는다."
FARES = "표값은 아직 정하지 않았고, 내년 여름에 부산과 목포에서 시민의 뜻을 물어 정한다."


def test_the_posts_tell_the_rest_of_the_story_in_whole_sentences() -> None:
    alert, *rest = thread(
        told(
            paragraph(f"{LEAD} 부산에서 목포까지 두 시간이면 닿는다."),
            Figure(PICTURE, "착공식에 모인 사람들"),
            Heading(2, (Run("누가 내나"),)),
            paragraph(f"사업비 12조 원은 국비로 낸다. 땅값은 따로다. {BUILDING}"),
            paragraph(f"첫 열차는 2031년 3월에 달린다. {FARES}"),
            Items(False, ((paragraph("부산", marks=frozenset({Mark.BOLD})),), (paragraph("목포"),))),
        )
    )
    assert alert.text == f"{STORY.headline}\n\n{LEAD}\n\n{ASCII_LINK}"
    assert rest[0].text == (
        f"부산에서 목포까지 두 시간이면 닿는다.\n\n누가 내나\n\n사업비 12조 원은 국비로 낸다. 땅값은 따로다. {BUILDING}"
    )
    assert rest[1].text == f"첫 열차는 2031년 3월에 달린다. {FARES}\n\n• 부산\n• 목포"
    assert [one.part for one in (alert, *rest)] == [0, 1, 2]
    assert all(one.length == x_weight(one.text) <= one.limit == TEXT for one in rest)


def test_the_posts_go_on_where_the_alert_had_to_stop() -> None:
    lead = [
        f"{number}번 문장은 알림에 다 들어가지 못할 만큼 길게 이어지다가 여기에서 끝난다." for number in range(1, 6)
    ]
    alert, first, *_ = thread(told(paragraph(" ".join([*lead, "본문이 이어진다."])), excerpt=" ".join(lead)))
    assert lead[0] in alert.text
    assert lead[1] not in alert.text
    assert first.text.startswith(lead[1])


def test_an_excerpt_of_its_own_words_leaves_the_body_whole() -> None:
    _, first = thread(told(paragraph("본문은 처음부터 끝까지 남는다."), excerpt="편집자가 따로 쓴 요약이다."))
    assert first.text == "본문은 처음부터 끝까지 남는다."


def test_links_in_a_body_cost_nothing_and_live_for_nobody() -> None:
    """PLATFORMS 0.2: a post with a link costs thirteen times as much as one without."""
    _, first = thread(
        told(paragraph("@kim", href="https://x.com/kim"), paragraph("네이버(naver.com)는", href="https://naver.com"))
    )
    assert first.text == "@\u2060kim\n\n네이버(naver.\u2060com)는"
    assert first.entities == ()


def test_a_story_without_a_body_is_an_alert_alone() -> None:
    assert len(thread(told())) == 1
    assert len(thread(told(paragraph(LEAD)))) == 1
    assert len(adapter()[0].render(told(paragraph("본문이다.")), Style())) == 1


def test_a_megabyte_is_twenty_four_posts_in_no_time() -> None:
    """Issue 3, point 3: a 1 MB article is cut in milliseconds."""
    story = told(paragraph("시가 심야버스를 늘린다고 20일 밝혔다. " * 16_000), excerpt="")
    started = time.perf_counter()
    _, *rest = thread(story)
    assert time.perf_counter() - started < 1
    assert len(rest) == MOST_POSTS
    assert rest[-1].text.endswith("밝혔다. …")
    assert not any(one.text.endswith("…") for one in rest[:-1])


# ── Sending ──────────────────────────────────────────────────────────────────────────────────────────────────────────

TWO = told(paragraph("첫째 글이다."))


async def test_a_part_answers_the_one_before() -> None:
    x, transport = adapter()
    alert, part = x.render(TWO, THREAD)
    await x.send(deliver(alert, ME))
    receipt = await x.send(deliver(part, ME, after=Receipt(("8",))))
    assert "reply" not in transport.requests[0].json
    assert transport.requests[1].json == {"text": "첫째 글이다.", "reply": {"in_reply_to_tweet_id": "8"}}
    assert receipt.note == ""


async def test_a_part_whose_predecessor_has_no_id_stands_alone_and_says_so() -> None:
    x, transport = adapter()
    receipt = await x.send(deliver(x.render(TWO, THREAD)[1], ME, after=Receipt(())))
    assert transport.requests[0].json == {"text": "첫째 글이다."}
    assert "not as an answer" in receipt.note


async def test_a_post_that_x_does_not_see_yet_is_answered_again_a_few_times() -> None:
    """node-twitter-api-v2#366: the next of a thread may come too soon; or the first was deleted by hand."""
    x, _ = adapter(UNSEEN)
    part = deliver(x.render(TWO, THREAD)[1], ME, after=Receipt(("8",)))
    for tries in range(3):
        with pytest.raises(Unreachable, match="deleted or not visible"):
            await x.send(replace(part, tries=tries))
    with pytest.raises(Rejected, match="deleted or not visible"):
        await x.send(replace(part, tries=3))


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[Sandbox]:
    async with Sandbox(listen="127.0.0.1:0", log=tmp_path / "log.jsonl") as standing:
        yield standing


async def test_a_strict_x_takes_the_whole_thread(sandbox: Sandbox) -> None:
    body = " ".join(f"{number}번째 문장이 여기에 있고, 사람들은 그것을 읽는다." for number in range(40))
    async with Http() as http:
        x = Adapter(http, bearer_token=Secret("q"), base_url=f"{sandbox.url}/x")
        receipts: list[Receipt] = []
        for message in x.render(told(paragraph(body)), THREAD):
            receipts.append(await x.send(deliver(message, ME, after=receipts[-1] if receipts else None)))
        with pytest.raises(Unreachable):
            await x.send(deliver(x.render(TWO, THREAD)[1], ME, after=Receipt(("1",))))
    async with aiohttp.ClientSession() as session, session.get(f"{sandbox.url}/_sandbox/accepted") as answer:
        tweets = await answer.json()
    assert len(tweets) == len(receipts) > 5
    assert [tweet["body"].get("reply") for tweet in tweets] == [
        None,
        *({"in_reply_to_tweet_id": receipt.ids[0]} for receipt in receipts[:-1]),
    ]
    assert " ".join(tweet["body"]["text"] for tweet in tweets[1:]) == body
