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
    message = adapter()[0].render(STORY, Style())
    assert message.text == f"{STORY.headline}\n\n{STORY.excerpt}\n\n{ASCII_LINK}"
    assert message.length == x_weight(message.text) <= TEXT
    assert message.unit == "weighted characters"


def test_the_excerpt_gives_way_first_and_the_address_never() -> None:
    x, _ = adapter()
    cut = x.render(replace(BARE, excerpt=f"{STORY.excerpt} {STORY.excerpt}"), Style())
    assert cut.text.startswith(f"{STORY.headline}\n\n국토교통부가")
    assert cut.text.endswith(f"\n\n{ASCII_LINK}")
    dropped = x.render(replace(BARE, headline="긴 제목 " * 30), Style())
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
        ("https://a.example/@kim", "https://a.example/@kim"),
    ],
)
def test_unmeant_mentions_and_cashtags_are_broken_and_counted(said: str, shown: str) -> None:
    """PLATFORMS 0.2: one cashtag a post; a mention notifies a stranger."""
    message = adapter()[0].render(replace(BARE, headline=said, excerpt=""), Style())
    assert message.text == f"{shown}\n\n{ASCII_LINK}"
    assert message.length == x_weight(message.text)


async def test_a_picture_goes_up_with_its_alt_text_before_the_tweet() -> None:
    x, transport = adapter(UPLOADED, reply(200, {"data": {}}), POSTED)
    receipt = await x.send(deliver(x.render(STORY, Style()), ME))
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
    assert tweet.json == {"text": x.render(STORY, Style()).text, "media": {"media_ids": ["77"]}}


async def test_a_picture_without_alt_text_has_none_to_tell() -> None:
    x, transport = adapter(UPLOADED, POSTED)
    await x.send(deliver(x.render(replace(STORY, picture=replace(PICTURE, alt="")), Style()), ME))
    assert len(transport.requests) == 2


async def test_a_refused_alt_text_does_not_keep_the_news() -> None:
    x, transport = adapter(UPLOADED, says(400, "alt text"), POSTED)
    receipt = await x.send(deliver(x.render(STORY, Style()), ME))
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
        await x.send(deliver(x.render(STORY, Style()), ME))
    assert not [request for request in transport.requests if request.url.endswith("/2/tweets")]


async def test_every_request_is_signed_for_the_address_that_is_called() -> None:
    """tweepy would sign for its own host (PLATFORMS 0.10); X checks what was called."""
    x, transport = adapter(UPLOADED, reply(200, {"data": {}}), POSTED)
    await x.send(deliver(x.render(STORY, Style()), ME))
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
    await x.send(deliver(x.render(BARE, Style()), ME))
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
        await x.send(deliver(x.render(BARE, Style()), ME))


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
    message = x.render(replace(BARE, headline="남해안 & 고속철 14년 만에 첫 삽"), Style())
    receipt = await x.send(deliver(message, ME, again=True))
    assert receipt.ids == ids
    assert bool(receipt.note) == (not ids)
    assert transport.requests[1].url.endswith("/2/users/me")


async def test_a_text_that_x_takes_on_a_second_try_was_not_there() -> None:
    x, transport = adapter()
    receipt = await x.send(deliver(x.render(BARE, Style()), ME, again=True))
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
        await x.send(deliver(x.render(BARE, Style()), ME))
    assert least <= caught.value.after <= most
    assert caught.value.scope == "account"
    assert len(transport.requests) == 1


async def test_the_months_quota_is_the_whole_apps() -> None:
    x, _ = adapter(says(429, kind="https://api.twitter.com/2/problems/usage-capped"))
    with pytest.raises(Throttled) as caught:
        await x.send(deliver(x.render(BARE, Style()), ME))
    assert (caught.value.after, caught.value.scope) == (3600, "app")


async def test_a_throttled_upload_waits_and_posts_nothing() -> None:
    x, _ = adapter(says(429, x_rate_limit_reset=""))
    with pytest.raises(Throttled):
        await x.send(deliver(x.render(STORY, Style()), ME))


async def test_who_is_asked_by_name() -> None:
    assert await adapter(WHO)[0].whoami() == "@hanbit"
    assert (await adapter(WHO)[0].place(ME)).name == "@hanbit"
    with pytest.raises(Unauthorized):
        await adapter(says(401))[0].whoami()
