"""The page as a browser without JavaScript gets it (issue 2, item 8)."""

import dataclasses
import datetime as dt
import socket
from typing import TYPE_CHECKING

import aiohttp
import pytest

from bot.document import Picture
from bot.errors import ConfigError
from bot.model import Message, Style
from bot.newsroom.page import Newsroom
from bot.ports import Alert
from tests.newsroom.reader import attributes, read, text

if TYPE_CHECKING:
    from tests.newsroom.conftest import Open, PaperLedger

HOSTILE = '</p><script>alert(1)</script>"><img src=x onerror=alert(2)>{{ 7*7 }}'
STATES = {
    "queued": "대기",
    "ready": "전송 직전",
    "sending": "전송 중",
    "sent": "전송됨",
    "dead": "실패",
    "held": "보류",
    "snoozed": "재시도 대기",
    "cancelled": "취소",
}


async def test_an_empty_page_teaches_what_to_do_next(visitor: aiohttp.ClientSession) -> None:
    page = await read(visitor)
    assert "아직 나간 기사가 없습니다" in text(page, ".empty h3")
    assert "sokbo check" in text(page, ".empty")
    assert attributes(page, "html")["lang"] == "ko"


async def test_the_newest_story_stands_first_with_its_urgency_and_age(
    ledger: "PaperLedger", visitor: aiohttp.ClientSession
) -> None:
    ledger.announce()
    ledger.announce(headline="국회, 예산안 처리", urgency="breaking", state="corrected", revision=2)
    page = await read(visitor)
    assert [story.attributes["id"] for story in page.css("article")] == ["story-2", "story-1"]
    assert text(page, "#story-2 h3") == "국회, 예산안 처리"
    assert text(page, "#story-2 .kicker").startswith("속보 정정됨 newsroom 4분 전")
    assert text(page, "#story-2 .kicker").endswith("2판")
    assert not page.css("#story-1 .urgency")
    assert attributes(page, "#story-2 time")["datetime"]


async def test_who_else_has_told_a_story_and_what_it_answers_is_said(
    ledger: "PaperLedger", visitor: aiohttp.ClientSession
) -> None:
    """Issue 5, point 6: what joins is shown."""
    ledger.publish(feeds=["newsroom", "wire", "bridge"])
    ledger.publish(head=1, alike="91%: 경주")
    page = await read(visitor)
    assert "wire, bridge에도 실림" in text(page, "#story-1 .kicker")
    assert text(page, "#story-2 .kicker a") == "1번 기사에 이어서"
    assert attributes(page, "#story-2 .kicker a")["href"] == "#story-1"


async def test_each_platform_is_drawn_as_its_readers_see_it(
    ledger: "PaperLedger", visitor: aiohttp.ClientSession
) -> None:
    picture = ledger.keep()
    pictures = (picture,)
    ledger.publish(*(ledger.alert(platform, pictures=pictures) for platform in ("telegram", "discord", "x")))
    page = await read(visitor)

    headline, _, excerpt, _, link = ledger.shown[0].alerts[0].message.text.split("\n")
    assert text(page, ".telegram .bold") == headline
    assert [a.attributes["href"] for a in page.css(".telegram .text a")] == [link]
    assert text(page, ".telegram .channel") == "N @newsroom"
    assert text(page, ".discord .source") == "newsroom"
    assert (text(page, ".discord .title a"), text(page, ".discord .embed .text")) == (headline, excerpt)
    assert attributes(page, ".discord .bar rect")["fill"] == "#4f545c"
    assert text(page, ".discord .footer").startswith("Economy • ")
    assert text(page, ".x .text").endswith(link)
    for platform in ("telegram", "discord", "x"):
        image = attributes(page, f".{platform} img")
        assert (image["src"], image["alt"]) == (f"/pictures/{picture.sha256}", picture.alt)


async def test_a_platform_without_a_drawing_of_its_own_gets_a_plain_card(
    ledger: "PaperLedger", visitor: aiohttp.ClientSession
) -> None:
    message = Message("pigeon", Style(), "한 줄\nhttps://a.kr/", 3, 500, "characters", {}, notes=("사진 없이 보냄",))
    ledger.publish(Alert("toots", message, (ledger.row(1),)))
    page = await read(visitor)
    assert text(page, ".preview.plain").startswith("한 줄https://a.kr/")
    assert text(page, ".notes li") == "사진 없이 보냄"


async def test_what_telegram_and_discord_fetch_themselves_is_said_not_loaded(
    ledger: "PaperLedger", visitor: aiohttp.ClientSession
) -> None:
    telegram = ledger.alert("telegram")
    preview = {"text": "…", "link_preview_options": {"url": "https://news.example.kr/a/"}}
    ledger.publish(
        Alert("readers", dataclasses.replace(telegram.message, body=preview), telegram.deliveries),
        ledger.alert("discord", image={"url": "https://pictures.example.kr/1.png"}),
        ledger.alert("x", pictures=(Picture("https://a.kr/p.svg", "도표", "0" * 64, "image/svg+xml"),)),
    )
    page = await read(visitor)
    assert text(page, ".link-preview") == "news.example.kr 링크 미리보기"
    assert "Discord" in text(page, ".discord .no-picture")
    assert text(page, ".x .no-picture").endswith("도표")
    assert not page.css("img")


async def test_a_discord_message_without_an_embed_shows_its_text(
    ledger: "PaperLedger", visitor: aiohttp.ClientSession
) -> None:
    message = Message("discord", Style(), "본문만", 3, 2000, "characters", {}, pictures=(ledger.keep(),))
    ledger.publish(Alert("guild", message, ()))
    page = await read(visitor)
    assert text(page, ".discord > .text") == "본문만"
    assert page.css(".discord img")


@pytest.mark.parametrize("state", STATES)
async def test_every_state_is_told_in_words_with_tries_time_and_reason(
    ledger: "PaperLedger", visitor: aiohttp.ClientSession, state: str
) -> None:
    ledger.announce(ledger.row(7, state, tries=3, reason="403: the bot was removed", operation="edit"))
    page = await read(visitor)
    told = text(page, "#delivery-7")
    assert text(page, "#delivery-7 .chip") == STATES[state]
    assert page.css("#delivery-7 .chip svg")  # not by colour alone
    assert all(part in told for part in ("수정", "@newsroom", "시도 3회", "403: the bot was removed"))
    assert attributes(page, "#delivery-7 time")["datetime"]
    assert len(page.css("#delivery-7 button")) == (2 if state == "held" else 0)
    assert text(page, "title").startswith("(1)") == (state in ("held", "dead"))


async def test_many_arrivals_are_counted_not_listed(ledger: "PaperLedger", visitor: aiohttp.ClientSession) -> None:
    ledger.announce(*(ledger.row(number) for number in range(1, 41)))
    page = await read(visitor)
    assert len(page.css(".delivery")) == 6
    assert text(page, ".more") == "그 밖에 34곳에 전송됨"


async def test_alarms_feeds_and_accounts_are_told_on_top_and_at_the_side(
    ledger: "PaperLedger", visitor: aiohttp.ClientSession
) -> None:
    ledger.alarmed = [{"at": None, "where": "guild", "text": "401: the token was refused"}]
    ledger.fed = [
        {"name": "economy", "polled": "2026-11-22T05:00:00Z", "error": "an HTML page, not a feed"},
        {"name": "sports", "polled": None},
        {"name": "old", "retired": True},
    ]
    ledger.accounted = [
        {
            "name": "guild",
            "platform": "discord",
            "paused_until": "2026-11-22T06:00:00Z",
            "reason": "401",
            "targets": [{"target": "1", "reason": "no channel", "waiting": 4}],
        },
        {"name": "readers"},
    ]
    page = await read(visitor)
    assert text(page, ".alarms li") == "guild 401: the token was refused"
    health = text(page, ".health")
    assert all(
        part in health for part in ("an HTML page, not a feed", "아직 읽지 않음", "멈춤", "4건 대기", "no channel")
    )
    assert "old" not in health
    assert [item.attributes["class"] for item in page.css(".health li")] == ["ailing", "unread", "ailing", "fine"]


async def test_a_feed_shows_its_pulse(ledger: "PaperLedger", visitor: aiohttp.ClientSession) -> None:
    """Issue 5: last success, next poll, rhythm, failures, size, on the page."""
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=20)
    ledger.fed = [
        {"name": "wire", "polled": "2026-11-22T05:00:00Z", "interval_s": 10.0, "bytes": 84_210, "gaps": 2}
        | {"next": soon.isoformat(), "failures": 1},
        {"name": "slow", "polled": "2026-11-22T05:00:00Z", "interval_s": 7200.0, "next": "2020-01-01T00:00:00Z"},
    ]
    pulses = [each.text(strip=True) for each in (await read(visitor)).css(".pulse")]
    assert pulses == ["10초마다 · 20분 뒤에 다시 · 한 번 실패 · 84.2 kB · 놓친 글이 있을 수 있음(2번)", "2시간마다"]


async def test_of_ten_thousand_feeds_the_page_names_forty(
    ledger: "PaperLedger", visitor: aiohttp.ClientSession
) -> None:
    ledger.fed = [{"name": f"feed {number}", "polled": None} for number in range(10_000)]
    page = await read(visitor)
    assert len(page.css(".health .unread")) == 40
    assert "그 밖에 9960개" in text(page, ".health")


@pytest.mark.parametrize(("sandbox", "banners"), [(True, 1), (False, 0)])
async def test_a_banner_stands_while_an_account_points_at_stand_ins(
    open_page: "Open", sandbox: bool, banners: int
) -> None:
    async with open_page(sandbox=sandbox) as newsroom, aiohttp.ClientSession(newsroom.url) as visitor:
        assert len((await read(visitor)).css(".rehearsal")) == banners


async def test_a_language_and_a_theme_once_chosen_stay(ledger: "PaperLedger", visitor: aiohttp.ClientSession) -> None:
    ledger.announce()
    assert attributes(await read(visitor), "html") == {"lang": "ko"}
    await read(visitor, "/?lang=en")
    page = await read(visitor, "/?theme=dark")
    assert attributes(page, "html") == {"lang": "en", "data-theme": "dark"}
    assert text(page, ".tally") == "Sent 1"
    assert [link.text() for link in page.css("nav [aria-current]")] == ["Dark", "English"]
    unknown = await read(visitor, "/?theme=pink&lang=tlh")
    assert attributes(unknown, "html") == {"lang": "ko"}


async def test_a_hostile_story_is_shown_and_does_nothing(ledger: "PaperLedger", visitor: aiohttp.ClientSession) -> None:
    """FAILURES.md section 1: HTML injection; a javascript: address must not become a link."""
    link = "javascript:alert(3)"
    told = {"headline": HOSTILE, "excerpt": HOSTILE, "link": link}
    hostile = Picture("x", HOSTILE, "a" * 64, "image/png", 1, 1)
    ledger.publish(
        *(ledger.alert(platform, **told, pictures=(hostile,)) for platform in ("telegram", "discord", "x")),
        ledger.alert("telegram", ledger.row(9, "held", reason=HOSTILE, target=HOSTILE, link=link)),
        headline=HOSTILE,
        link=link,
        feeds=[HOSTILE],
    )
    ledger.alarmed = [{"at": None, "where": HOSTILE, "text": HOSTILE}]
    page = await read(visitor)
    assert [script.attributes.get("src") for script in page.css("script")] == ["/static/live.js"]
    assert all(image.attributes["src"] == f"/pictures/{'a' * 64}" for image in page.css("img"))
    addresses = [anchor.attributes["href"] or "" for anchor in page.css("a")]
    assert not [address for address in addresses if not address.startswith(("/", "#", "https://"))]
    assert not page.css("[onerror], [style], style")
    assert text(page, "h3") == HOSTILE


async def test_links_to_the_world_give_nothing_away(ledger: "PaperLedger", visitor: aiohttp.ClientSession) -> None:
    ledger.publish(*(ledger.alert(platform) for platform in ("telegram", "discord", "x")))
    outward = [a for a in (await read(visitor)).css("a") if (a.attributes["href"] or "").startswith("http")]
    assert len(outward) >= 5
    assert {anchor.attributes["rel"] for anchor in outward} == {"noopener noreferrer"}


@pytest.mark.parametrize(
    "listen",
    [
        "0.0.0.0:8700",
        "[::]:8700",
        ":8700",
        "192.168.0.7:8700",
        "example.kr:80",
        "127.0.0.1",
        "127.0.0.1:x",
        "127.0.0.1:70000",
    ],
)
def test_the_page_listens_on_loopback_only(open_page: "Open", listen: str) -> None:
    with pytest.raises(ConfigError, match=r'\[sokbo\] page: .*use page = "127\.0\.0\.1:8700"'):
        open_page(listen)


@pytest.mark.parametrize("listen", ["localhost:0", "127.0.0.2:0"])
async def test_any_loopback_name_will_do(open_page: "Open", listen: str) -> None:
    async with open_page(listen) as newsroom, aiohttp.ClientSession(newsroom.url) as visitor:
        await read(visitor)


def test_a_language_that_nobody_wrote_is_said_with_its_mend(open_page: "Open") -> None:
    with pytest.raises(ConfigError, match=r"\[sokbo\] language: .*'tlh' \(choose one of en, ko, or add .*tlh\.toml\)"):
        open_page(language="tlh")


async def test_a_taken_address_is_named(open_page: "Open", page: Newsroom) -> None:
    address = page.url.removeprefix("http://")
    with pytest.raises(ConfigError, match=f"the address {address} is taken .*choose another port"):
        async with open_page(address):
            pass


async def test_an_address_that_this_machine_does_not_have_is_said(
    open_page: "Open", monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(99, "Cannot assign requested address")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(ConfigError, match=r"cannot listen on 127\.0\.0\.1:0: (Cannot assign|could not bind)"):
        async with open_page():
            pass
