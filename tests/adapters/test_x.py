"""What only X does (PLATFORMS: 0.2, 0.10, sections a to d, f)."""

import datetime as dt
import time
from dataclasses import replace
from typing import Any

import pytest
from oauthlib.oauth1 import Client  # type: ignore[import-untyped]  # it ships no types
from oauthlib.oauth1.rfc5849 import signature  # type: ignore[import-untyped]  # likewise

from adapters.x import TEXT, Adapter
from bot.errors import Rejected, Throttled, Unauthorized, Unreachable
from bot.model import Secret, Style, Target
from bot.text.measure import x_weight
from tests.adapters.stage import ASCII_LINK, BARE, PICTURE, PNG, STORY, Canned, deliver, reply

ME = Target("me")
FOUR = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
POSTED = reply(201, {"data": {"id": "9", "text": "…"}})
UPLOADED = reply(200, {"data": {"id": "77", "media_key": "3_77"}})
DUPLICATE = reply(403, {"detail": "You are not allowed to create a Tweet with duplicate content.", "status": 403})
WORD_JOINER = "\u2060"


def adapter(*answers: Any, **keys: Any) -> tuple[Adapter, Canned]:
    transport = Canned(*(answers or (POSTED,)))
    keys = keys or {name: Secret(f"{name}-q") for name in FOUR}
    return Adapter(transport, **keys, base_url="http://127.0.0.1:1/x"), transport


def says(status: int, detail: str = "…", kind: str = "about:blank", **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return reply(status, {"title": "…", "detail": detail, "type": kind, "status": status}, named)


def test_an_alert_is_three_blocks_with_an_address_that_x_makes_a_link_of() -> None:
    message = adapter()[0].render(STORY, Style())[0]
    assert message.text == f"{STORY.headline}\n\n{STORY.excerpt}\n\n{ASCII_LINK}"
    assert message.length == x_weight(message.text) <= TEXT
    assert message.unit == "weighted characters"


def test_the_excerpt_gives_way_first_and_the_address_never() -> None:
    x, _ = adapter()
    cut = x.render(replace(BARE, excerpt=f"{STORY.excerpt} {STORY.excerpt}"), Style())[0]
    assert cut.text.startswith(f"{STORY.headline}\n\n국토교통부가")
    assert cut.text.endswith(f"\n\n{ASCII_LINK}")
    dropped = x.render(replace(BARE, headline="긴 제목 " * 30), Style())[0]
    assert dropped.text.endswith(f"\n\n{ASCII_LINK}")
    assert STORY.excerpt[:5] not in dropped.text
    assert max(cut.length, dropped.length) <= TEXT


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("@hanbit 와 홍길동@naver", f"@{WORD_JOINER}hanbit 와 홍길동@{WORD_JOINER}naver"),
        ("＠hanbit", f"＠{WORD_JOINER}hanbit"),
        ("$AAPL $TSLA 상승", f"${WORD_JOINER}AAPL ${WORD_JOINER}TSLA 상승"),
        ("kim@hanbit.example, $5, 50@ 할인", "kim@hanbit.example, $5, 50@ 할인"),
        ("https://a.kr/@kim?a=$B#c 를", "https://a.kr/@kim?a=$B#c 를"),
        ("https://a.example/@kim", f"https://a.example/@{WORD_JOINER}kim"),  # an address for nobody but its reader
        ("RT@kim RT: @kim", f"RT@{WORD_JOINER}kim RT: @{WORD_JOINER}kim"),
        ("#속보 (#단독) ❤️#1위", f"#{WORD_JOINER}속보 (#{WORD_JOINER}단독) ❤️#{WORD_JOINER}1위"),
        ("C#언어 a&#39; #1", "C#언어 a&#39; #1"),
        ("$t.co", f"${WORD_JOINER}t.{WORD_JOINER}co"),
        ("#️⃣ 별표와 #⃣", "#️⃣ 별표와 #⃣"),
        ("naver.com과 README.md, end.It", f"naver.{WORD_JOINER}com과 README.{WORD_JOINER}md, end.{WORD_JOINER}It"),
        ("1.삼성전자 2.한국은행 3.정부 3.5%", f"1.{WORD_JOINER}삼성전자 2.{WORD_JOINER}한국은행 3.정부 3.5%"),
        ("naver.com/@kim", f"naver.{WORD_JOINER}com/@{WORD_JOINER}kim"),
        ("kim@naver.com", "kim@naver.com"),
        ("t.co1·t.co", f"t.{WORD_JOINER}co1·t.{WORD_JOINER}co"),  # the second is an address once the first is none
    ],
)
def test_what_nobody_meant_is_broken_and_counted(said: str, shown: str) -> None:
    """PLATFORMS 0.2: one cashtag a post; a mention notifies a stranger."""
    message = adapter()[0].render(replace(BARE, headline=said, excerpt=""), Style())[0]
    assert message.text == f"{shown}\n\n{ASCII_LINK}"
    assert message.length == x_weight(message.text)


def test_hashtags_live_and_give_way_before_the_headline() -> None:
    """Issue 3, point 5: tags of categories, for accounts that ask for them."""
    x, _ = adapter()
    story = replace(BARE, categories=("속보", "인공지능 반도체", "정치·사회"))
    message = x.render(story, Style(hashtags=2))[0]
    assert message.text == f"{STORY.headline}\n\n{STORY.excerpt}\n\n#인공지능반도체 #정치\n\n{ASCII_LINK}"
    assert [(one.kind, one.url) for one in message.entities] == [("hashtag", ""), ("hashtag", ""), ("url", ASCII_LINK)]
    units = message.text.encode("utf-16-le")
    shown = [units[2 * one.offset : 2 * (one.offset + one.length)].decode("utf-16-le") for one in message.entities]
    assert shown == ["#인공지능반도체", "#정치", ASCII_LINK]
    long = x.render(replace(story, headline="긴 제목 " * 30), Style(hashtags=2))[0]
    assert "#" not in long.text
    assert long.text.endswith(f"…\n\n{ASCII_LINK}")


def test_marks_vanish_and_words_that_lead_somewhere_have_their_address_behind_them() -> None:
    style = Style(template="# {headline}\n\n[기사 보기]({link}) · **{source}** @desk", utm="utm_source=x")
    message = adapter()[0].render(replace(BARE, link="https://newsdao.kr/a#b"), style)[0]
    link = "https://newsdao.kr/a?utm_source=x#b"
    assert message.text == f"{STORY.headline}\n\n기사 보기 {link} · hanbit @{WORD_JOINER}desk"
    assert [one.url for one in message.entities] == [link]


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("https://newsdao.kr", "https://newsdao.kr/"),
        ("https://newsdao.kr#top", "https://newsdao.kr/#top"),
        ("https://뉴스.한국/속보 1", "https://xn--vg1b002a.xn--3e0b707e/%EC%86%8D%EB%B3%B4%201"),
        ("https://newsdao.kr/a_(b)", "https://newsdao.kr/a_(b)"),
        ("https://newsdao.kr/끝났나(1.)", "https://newsdao.kr/%EB%81%9D%EB%82%AC%EB%82%98(1.)"),
        ("https://newsdao.kr/a.", "https://newsdao.kr/a%2E"),
        ("https://newsdao.kr/(a", "https://newsdao.kr/%28a"),
        ("https://..example/a", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_x_takes_the_whole_address_for_a_link(link: str, shown: str) -> None:
    """What X leaves off at an address's end is encoded; every address weighs 23."""
    message = adapter()[0].render(replace(BARE, link=link, headline="제목", excerpt=""), Style())[0]
    assert message.text == f"제목\n\n{shown}".strip()
    assert message.length == (4 + 2 + 23 if shown else 4)


def test_an_address_whose_host_x_does_not_know_stays_as_it_is() -> None:
    """Of this X would make a link to newsdao.kr; to encode its dots would lead nowhere at all."""
    link = "https://newsdao.kr.internal/a."
    assert adapter()[0].render(replace(BARE, link=link), Style())[0].text.endswith(f"\n\n{link}")


def test_a_site_that_percent_encodes_a_long_title_keeps_its_link() -> None:
    link = f"https://newsdao.kr/{'%EA%B0%80' * 150}/"
    message = adapter()[0].render(replace(BARE, link=link), Style())[0]
    assert message.text.endswith(link)
    assert message.length <= TEXT


def test_a_template_that_leaves_no_room_gives_way_to_the_platforms_own() -> None:
    style = Style(template="긴 머리말 " * 60 + "{headline}\n\n{link}")
    assert adapter()[0].render(BARE, style)[0].text == adapter()[0].render(BARE, Style())[0].text


def test_as_many_pictures_go_along_as_the_account_asks_for() -> None:
    x, _ = adapter()
    five = tuple(replace(PICTURE, sha256=f"{number:064}") for number in range(5))
    story = replace(STORY, pictures=five)
    assert x.render(story, Style())[0].pictures == five[:1]
    assert x.render(story, Style(pictures=3))[0].pictures == five[:3]
    assert x.render(story, Style(pictures=10))[0].pictures == five[:4]
    assert x.render(replace(story, card=True), Style(pictures=3))[0].pictures == ()
    missing = replace(story, pictures=(five[0], replace(PICTURE, sha256=""), five[1]))
    message = x.render(missing, Style(pictures=3))[0]
    assert message.pictures == five[:2]
    assert message.notes == ("without 1 of its pictures, which could not be had",)


def test_without_a_picture_nothing_is_left_to_leave_out() -> None:
    """The link's card cannot be turned off on X."""
    x, _ = adapter()
    pictured = x.render(STORY, Style())[0]
    bare = x.plain(pictured)
    assert bare is not None
    assert (bare.text, bare.pictures, len(bare.notes)) == (pictured.text, (), 1)
    assert x.plain(bare) is None


async def test_four_pictures_go_up_in_their_order() -> None:
    ids = iter("1234")
    answers = [answer for number in ids for answer in (reply(200, {"data": {"id": number}}), reply(200, {"data": {}}))]
    x, transport = adapter(*answers, POSTED)
    four = tuple(replace(PICTURE, sha256=f"{number:064}") for number in range(4))
    await x.send(deliver(x.render(replace(STORY, pictures=four), Style(pictures=4))[0], ME))
    assert transport.requests[-1].json["media"] == {"media_ids": ["1", "2", "3", "4"]}
    assert len(transport.requests) == 9


async def test_a_picture_goes_up_with_its_alt_text_before_the_tweet() -> None:
    x, transport = adapter(UPLOADED, reply(200, {"data": {}}), POSTED)
    receipt = await x.send(deliver(x.render(STORY, Style())[0], ME))
    assert (receipt.ids, receipt.link) == (("9",), "https://x.com/i/status/9")
    upload, describe, tweet = transport.requests
    assert [request.url.removeprefix("http://127.0.0.1:1/x") for request in transport.requests] == [
        "/2/media/upload",
        "/2/media/metadata",
        "/2/tweets",
    ]
    fields = {part.name: part.data for part in upload.parts}
    assert fields == {"media": PNG, "media_category": b"tweet_image", "media_type": b"image/png"}
    assert describe.json == {"id": "77", "metadata": {"alt_text": {"text": PICTURE.alt}}}
    assert tweet.json == {"text": x.render(STORY, Style())[0].text, "media": {"media_ids": ["77"]}}


async def test_a_picture_without_alt_text_has_none_to_tell() -> None:
    x, transport = adapter(UPLOADED, POSTED)
    await x.send(deliver(x.render(replace(STORY, pictures=(replace(PICTURE, alt=""),)), Style())[0], ME))
    assert len(transport.requests) == 2


async def test_a_refused_alt_text_does_not_keep_the_news() -> None:
    x, transport = adapter(UPLOADED, says(400, "alt text"), POSTED)
    receipt = await x.send(deliver(x.render(STORY, Style())[0], ME))
    assert receipt.ids == ("9",)
    assert "alt text" in receipt.note
    assert len(transport.requests) == 3


@pytest.mark.parametrize(
    "answers",
    [
        (reply(503, b"<html>"),),
        (reply(200, {"data": {}}),),
        (reply(200, {"data": None}),),
        (UPLOADED, reply(500, b"")),
    ],
)
async def test_what_fails_before_the_tweet_has_posted_nothing(answers: Any) -> None:
    x, transport = adapter(*answers)
    with pytest.raises(Unreachable):
        await x.send(deliver(x.render(STORY, Style())[0], ME))
    assert not [request for request in transport.requests if request.url.endswith("/2/tweets")]


async def test_every_request_is_signed_for_the_address_that_is_called() -> None:
    """tweepy would sign for its own host (PLATFORMS 0.10); X checks what was called."""
    x, transport = adapter(UPLOADED, reply(200, {"data": {}}), POSTED)
    await x.send(deliver(x.render(STORY, Style())[0], ME))
    for request in transport.requests:
        header = request.headers["Authorization"]
        given = dict(signature.collect_parameters(headers={"Authorization": header}, exclude_oauth_signature=False))
        checker = Client(
            *(f"{name}-q" for name in FOUR), nonce=given["oauth_nonce"], timestamp=given["oauth_timestamp"]
        )
        assert checker.sign(request.url, request.verb)[1]["Authorization"] == header
        assert given["oauth_token"] == "access_token-q"


async def test_a_bearer_token_is_borne() -> None:
    x, transport = adapter(bearer_token=Secret("bearer-q"))
    await x.send(deliver(x.render(BARE, Style())[0], ME))
    assert transport.requests[0].headers["Authorization"] == "Bearer bearer-q"


@pytest.mark.parametrize("names", [(), FOUR[:3], FOUR[1:]])
def test_half_a_set_of_keys_is_refused_with_a_lesson(names: Any) -> None:
    keys: dict[str, Any] = {name: Secret("q") for name in names}
    with pytest.raises(ValueError, match="all four from the developer portal; or bearer_token"):
        Adapter(Canned(POSTED), **keys)


def test_the_account_itself_is_the_only_target() -> None:
    assert Adapter.target({"id": "me"}) == ME
    with pytest.raises(ValueError, match='write "me"'):
        Adapter.target({"id": "@hanbit"})


# ── The same text again ──────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_duplicate_on_a_first_try_is_refused_with_a_sentence() -> None:
    x, _ = adapter(DUPLICATE)
    with pytest.raises(Rejected, match="duplicate content"):
        await x.send(deliver(x.render(BARE, Style())[0], ME))


WHO = reply(200, {"data": {"id": "5", "username": "hanbit"}})
FEW = f"남해안 &amp; 고속철 14년 만에 첫 삽\n\n{STORY.excerpt}\n\nhttps://t.co/abc https://t.co/pic"


@pytest.mark.parametrize(
    ("answers", "ids"),
    [
        ((WHO, reply(200, {"data": [{"id": "1", "text": "else"}, {"id": "9", "text": FEW}]})), ("9",)),
        ((WHO, reply(200, {"data": [{"id": "1", "text": "else"}]})), ()),
        ((WHO, reply(200, {"meta": {"result_count": 0}})), ()),
        ((WHO, says(429)), ()),
        ((says(401),), ()),
        ((reply(200, {"data": []}),), ()),
    ],
)
async def test_a_duplicate_after_an_unknown_outcome_is_sent_and_looked_up(answers: Any, ids: Any) -> None:
    """DESIGN section 5; iembot #163 has the real words."""
    x, transport = adapter(DUPLICATE, *answers)
    message = x.render(replace(BARE, headline="남해안 & 고속철 14년 만에 첫 삽"), Style())[0]
    receipt = await x.send(deliver(message, ME, again=True))
    assert receipt.ids == ids
    assert bool(receipt.note) == (not ids)
    assert transport.requests[1].url.endswith("/2/users/me")


async def test_a_text_that_x_takes_on_a_second_try_was_not_there() -> None:
    x, transport = adapter()
    receipt = await x.send(deliver(x.render(BARE, Style())[0], ME, again=True))
    assert receipt.ids == ("9",)
    assert len(transport.requests) == 1
    assert x.safe_again(ME) == dt.timedelta(days=1)


# ── Refusals ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("reset", "least", "most"), [("in a minute", 60, 60), ("", 60, 60), (0, 1, 1), (90, 88, 90)], ids=str
)
async def test_a_429_lasts_until_the_window_opens(reset: Any, least: float, most: float) -> None:
    """PLATFORMS 0.10: without the header tweepy would ask again and again."""
    epoch = str(int(time.time()) + reset) if isinstance(reset, int) else reset
    x, transport = adapter(says(429, x_rate_limit_reset=epoch))
    with pytest.raises(Throttled) as caught:
        await x.send(deliver(x.render(BARE, Style())[0], ME))
    assert least <= caught.value.after <= most
    assert caught.value.scope == "account"
    assert len(transport.requests) == 1


async def test_the_months_quota_is_the_whole_apps() -> None:
    x, _ = adapter(says(429, kind="https://api.twitter.com/2/problems/usage-capped"))
    with pytest.raises(Throttled) as caught:
        await x.send(deliver(x.render(BARE, Style())[0], ME))
    assert (caught.value.after, caught.value.scope) == (3600, "app")


async def test_a_throttled_upload_waits_and_posts_nothing() -> None:
    x, _ = adapter(says(429, x_rate_limit_reset=""))
    with pytest.raises(Throttled):
        await x.send(deliver(x.render(STORY, Style())[0], ME))


async def test_who_is_asked_by_name() -> None:
    assert await adapter(WHO)[0].whoami() == "@hanbit"
    assert (await adapter(WHO)[0].place(ME)).name == "@hanbit"
    with pytest.raises(Unauthorized):
        await adapter(says(401))[0].whoami()
