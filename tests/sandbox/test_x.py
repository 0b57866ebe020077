"""The stand-in of X refuses what X refuses, in its problems (PLATFORMS.md a to f, 0.2, 0.10)."""

import base64
import datetime as dt
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from oauthlib.oauth1 import Client as Signer  # type: ignore[import-untyped]  # it ships no types

from bot.sandbox.server import Sandbox, XKey
from tests.sandbox.conftest import Client, Form, Paint, Visit

KEY = XKey("the-consumer", "its-secret", "42-access", "the-access-secret")
DUPLICATE = {
    "title": "Forbidden",
    "type": "about:blank",
    "status": 403,
    "detail": "You are not allowed to create a Tweet with duplicate content.",
}


def sign(url: str, key: XKey = KEY, verb: str = "GET", **more: Any) -> str:
    """A header made by the library that tweepy signs with."""
    parts = (key.consumer_key, key.consumer_secret, key.access_token, key.access_token_secret)
    _, headers, _ = Signer(*parts, **more).sign(url, verb)
    return str(headers["Authorization"])


async def test_a_tweet_is_answered_with_201_and_its_window(client: Client) -> None:
    heard = await client.x("POST", "/tweets", json={"text": "속보"})
    assert (heard.status, heard.body["data"]["text"]) == (201, "속보")
    assert (heard.headers["x-rate-limit-limit"], heard.headers["x-rate-limit-remaining"]) == ("100", "99")
    [record] = await client.accepted()
    assert (record["account"], record["target"], record["id"]) == ("42", "me", heard.body["data"]["id"])
    assert record["body"] == {"text": "속보"}


# ── Who asks ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer 42-wrong", "Basic abc", "OAuth nonsense"])
async def test_a_stranger_is_refused(client: Client, header: str) -> None:
    heard = await client.x("GET", "/users/me", headers={"Authorization": header})
    assert (heard.status, heard.headers["Content-Type"]) == (401, "application/problem+json")
    assert heard.body == {"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"}


@pytest.fixture(name="known")
async def _known(log: Path, visit: Visit) -> AsyncIterator[Client]:
    """A client of a sandbox that was told a key."""
    async with Sandbox("127.0.0.1:0", log, [KEY]) as sandbox:
        yield visit(sandbox.url)


@pytest.mark.parametrize("host", ["https://api.twitter.com", "https://api.x.com", ""])
async def test_a_right_signature_is_good_for_xs_hosts_and_our_own(known: Client, host: str) -> None:
    url = f"{host}/2/users/me" if host else f"{known.url}/x/2/users/me"
    heard = await known.x("GET", "/users/me", headers={"Authorization": sign(url)})
    assert (heard.status, heard.body["data"]["id"]) == (200, "42")


async def test_a_query_and_a_korean_value_are_signed_too(known: Client) -> None:
    query = "?max_results=5&next_token=%ED%95%9C%20%EA%B8%80"
    header = sign(f"https://api.x.com/2/users/42/tweets{query}")
    assert (await known.x("GET", f"/users/42/tweets{query}", headers={"Authorization": header})).status == 200
    header = sign("https://api.x.com/2/users/42/tweets?max_results=6")
    assert (await known.x("GET", f"/users/42/tweets{query}", headers={"Authorization": header})).status == 401


def swap(**parts: str) -> XKey:
    return XKey(**({name: getattr(KEY, name) for name in KEY.__slots__} | parts))


WRONG: dict[str, dict[str, Any]] = {
    "another consumer secret": {"key": swap(consumer_secret="other")},
    "another access secret": {"key": swap(access_token_secret="other")},
    "another access token": {"key": swap(access_token="43-other")},
    "another host": {"url": "https://example.org/2/users/me"},
    "another path": {"url": "https://api.x.com/2/users/you"},
    "another verb": {"verb": "POST"},
    "an old timestamp": {"timestamp": "1700000000"},
    "no number for a timestamp": {"timestamp": "now"},
    "another method of signing": {"signature_method": "HMAC-SHA256"},
    "plain text": {"signature_method": "PLAINTEXT"},
}


@pytest.mark.parametrize("how", WRONG.values(), ids=WRONG)
async def test_a_signature_that_is_not_right_is_refused(known: Client, how: dict[str, Any]) -> None:
    header = sign(how.pop("url", "https://api.x.com/2/users/me"), **how)
    assert (await known.x("GET", "/users/me", headers={"Authorization": header})).status == 401


async def test_an_unknown_key_is_checked_for_its_form_and_a_nonce_is_good_once(client: Client) -> None:
    header = sign("https://api.x.com/2/users/me")
    for status in (200, 401):
        assert (await client.x("GET", "/users/me", headers={"Authorization": header})).status == status
    short = base64.b64encode(b"short").decode()
    for bad in (header.replace("oauth_token=", "oauth_taken="), f'OAuth oauth_signature="{short}"', header[:-9]):
        assert (await client.x("GET", "/users/me", headers={"Authorization": bad})).status == 401


async def test_nonces_are_forgotten_with_their_timestamps(log: Path, visit: Visit) -> None:
    time = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    async with Sandbox("127.0.0.1:0", log, now=lambda: time) as sandbox:
        client = visit(sandbox.url)
        for _ in range(3):
            header = sign("https://api.x.com/2/users/me", timestamp=str(int(time.timestamp())), nonce="n")
            assert (await client.x("GET", "/users/me", headers={"Authorization": header})).status == 200
            time += dt.timedelta(seconds=700)
            assert (await client.x("GET", "/users/me", headers={"Authorization": header})).status == 401


def test_a_key_shows_no_secret() -> None:
    assert repr(KEY) == "XKey()"


# ── Tweets ───────────────────────────────────────────────────────────────────────────────────────────────────────────

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "141 syllables": ({"text": "가" * 141}, "too long"),
    "281 letters": ({"text": "a" * 281}, "too long"),
    "a link counts 23": ({"text": f"{'a' * 257} https://newsdao.kr"}, "too long"),
    "a character that is none": ({"text": "a\ufffe"}, "not allowed"),
    "two cashtags": ({"text": "$AAPL $MSFT"}, "one cashtag"),
    "nothing": ({}, "A text or media is required"),
    "blanks": ({"text": " \n"}, "A text or media is required"),
    "a text that is none": ({"text": 5}, "A text or media is required"),
    "an unknown field": ({"text": "a", "silent": True}, "not defined in the schema"),
    "unknown media": ({"text": "a", "media": {"media_ids": ["1"]}}, "Your media IDs are invalid."),
    "media that are none": ({"text": "a", "media": "1"}, "as strings"),
    "media by number": ({"text": "a", "media": {"media_ids": [1]}}, "as strings"),
    "five media": ({"text": "a", "media": {"media_ids": list("12345")}}, "as strings"),
    "an answer to no id": ({"text": "a", "reply": {"in_reply_to_tweet_id": "latest"}}, "Does not match"),
    "an answer by number": ({"text": "a", "reply": {"in_reply_to_tweet_id": 1}}, "Does not match"),
    "an answer to nothing": ({"text": "a", "reply": {}}, "Does not match"),
    "an answer that is none": ({"text": "a", "reply": "1"}, "Does not match"),
}


@pytest.mark.parametrize(("body", "words"), REFUSED.values(), ids=REFUSED)
async def test_what_x_would_not_take_is_refused_and_not_accepted(client: Client, body: Any, words: Any) -> None:
    heard = await client.x("POST", "/tweets", json=body)
    assert (heard.status, heard.body["title"]) == (400, "Invalid Request")
    assert heard.body["type"] == "https://api.twitter.com/2/problems/invalid-request"
    assert words in heard.body["errors"][0]["message"]
    assert await client.accepted() == []


@pytest.mark.parametrize(
    "text",
    [
        "가" * 140,
        "a" * 280,
        f"{'a' * 256} https://newsdao.kr/{'b' * 99}",
        "👨‍👩‍👧‍👦" * 140,
        "$AAPL 5$ a$b",
        "한글 “a” — …",
    ],
)
async def test_what_weighs_280_is_taken(client: Client, text: str) -> None:
    assert (await client.x("POST", "/tweets", json={"text": text})).status == 201


async def test_the_same_text_is_refused_until_it_is_deleted(client: Client) -> None:
    first = (await client.x("POST", "/tweets", json={"text": "a"})).body["data"]
    again = await client.x("POST", "/tweets", json={"text": "a "})
    assert (again.status, again.body) == (403, DUPLICATE)
    by_another = await client.x("POST", "/tweets", json={"text": "a"}, headers={"Authorization": "Bearer other"})
    assert by_another.status == 201
    assert (await client.x("DELETE", f"/tweets/{first['id']}")).body == {"data": {"deleted": True}}
    assert (await client.x("DELETE", f"/tweets/{first['id']}")).status == 404
    assert (await client.x("POST", "/tweets", json={"text": "a"})).status == 201
    assert [record["operation"] for record in await client.accepted()] == ["send", "send", "delete", "send"]


async def test_an_answer_names_a_tweet(client: Client) -> None:
    first = (await client.x("POST", "/tweets", json={"text": "a"})).body["data"]
    reply = {"text": "b", "reply": {"in_reply_to_tweet_id": first["id"]}}
    assert (await client.x("POST", "/tweets", json=reply)).status == 201
    assert (await client.accepted())[-1]["body"] == reply


async def test_a_tweet_that_is_gone_or_never_was_cannot_be_answered(client: Client) -> None:
    """node-twitter-api-v2#366 has X's words; it says so of one that is too new, too."""
    gone = (await client.x("POST", "/tweets", json={"text": "a"})).body["data"]["id"]
    await client.x("DELETE", f"/tweets/{gone}")
    for number in (gone, "1"):
        heard = await client.x("POST", "/tweets", json={"text": "b", "reply": {"in_reply_to_tweet_id": number}})
        assert (heard.status, heard.body["title"], heard.body["type"]) == (403, "Forbidden", "about:blank")
        assert heard.body["detail"] == "You attempted to reply to a Tweet that is deleted or not visible to you."
    assert [record["operation"] for record in await client.accepted()] == ["send", "delete"]


async def test_tweets_are_listed_newest_first_as_x_gives_them_back(client: Client) -> None:
    empty = await client.x("GET", "/users/42/tweets")
    assert empty.body == {"meta": {"result_count": 0}}
    for n in range(6):
        await client.x("POST", "/tweets", json={"text": f"<{n}> https://newsdao.kr/{n} newsdao.kr"})
    heard = await client.x("GET", "/users/42/tweets?max_results=5&tweet.fields=created_at,entities")
    newest = heard.body["data"][0]
    links = newest["entities"]["urls"]
    assert [tweet["text"][:9] for tweet in heard.body["data"]] == [f"&lt;{n}&gt;" for n in (5, 4, 3, 2, 1)]
    assert [link["expanded_url"] for link in links] == ["https://newsdao.kr/5", "http://newsdao.kr"]
    assert newest["text"] == f"&lt;5&gt; {links[0]['url']} {links[1]['url']}"
    assert all(newest["text"][link["start"] : link["end"]] == link["url"] for link in links)
    assert heard.body["meta"] == {
        "result_count": 5,
        "newest_id": newest["id"],
        "oldest_id": heard.body["data"][-1]["id"],
    }
    assert "created_at" not in (await client.x("GET", "/users/42/tweets")).body["data"][0]
    for most in ("4", "101", "x"):
        assert (await client.x("GET", f"/users/42/tweets?max_results={most}")).status == 400
    assert (await client.x("GET", "/users/43/tweets")).body["meta"] == {"result_count": 0}


async def test_a_user_without_a_number_in_its_token_has_one_all_the_same(client: Client) -> None:
    heard = await client.x("GET", "/users/me", headers={"Authorization": "Bearer opaque"})
    assert heard.body["data"]["id"].isdigit()
    assert (await client.ask("GET", "/x/2/elsewhere")).status == 404


# ── Pictures ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def upload(client: Any, form: Any, data: bytes, **more: Any) -> Any:
    fields = {"media": ("a", data, "image/png"), "media_category": "tweet_image"} | more
    return await client.x("POST", "/media/upload", data=form(**fields))


async def test_a_picture_is_uploaded_described_and_tweeted(client: Client, picture: Paint, form: Form) -> None:
    data = (await upload(client, form, picture())).body["data"]
    assert (data["media_key"], data["expires_after_secs"], data["size"]) == (f"3_{data['id']}", 86400, len(picture()))
    alt = {"id": data["id"], "metadata": {"alt_text": {"text": "카드"}}}
    assert (await client.x("POST", "/media/metadata", json=alt)).status == 200
    tweet = await client.x("POST", "/tweets", json={"text": "a", "media": {"media_ids": [data["id"]]}})
    assert tweet.body["data"]["text"].startswith("a https://t.co/")
    [record] = await client.accepted()
    [card] = record["body"]["media"]
    assert (card["bytes"], card["alt"], len(card["sha256"])) == (len(picture()), "카드", 64)
    assert record["body"]["media_ids"] == [data["id"]]


async def test_four_pictures_stand_in_one_tweet_in_their_order(client: Client, picture: Paint, form: Form) -> None:
    numbers = [
        (await upload(client, form, picture(kind=kind))).body["data"]["id"] for kind in ("PNG", "JPEG", "GIF", "WEBP")
    ]
    tweet = {"text": "a", "media": {"media_ids": numbers}}
    assert (await client.x("POST", "/tweets", json=tweet)).status == 201
    [record] = await client.accepted()
    assert record["body"]["media_ids"] == numbers
    assert len({card["sha256"] for card in record["body"]["media"]}) == 4


async def test_two_pictures_without_words_are_no_duplicates(client: Client, picture: Paint, form: Form) -> None:
    number = (await upload(client, form, picture())).body["data"]["id"]
    for _ in range(2):
        assert (await client.x("POST", "/tweets", json={"media": {"media_ids": [number]}})).status == 201


async def test_a_picture_that_is_none_is_refused(client: Client, picture: Paint, form: Form) -> None:
    cases = [
        form(media=("a", b"plain text", "image/png"), media_category="tweet_image"),
        form(media=("a", picture() + bytes(5 << 20), "image/png"), media_category="tweet_image"),
        form(media=("a", picture(), "image/png"), media_category="dm_image"),
        form(media_category="tweet_image"),
    ]
    for body in cases:
        assert (await client.x("POST", "/media/upload", data=body)).status == 400
    headers = {"Content-Type": "application/json"}
    huge = io.BytesIO(bytes((6 << 20) + 1))
    assert (await client.x("POST", "/media/upload", data=huge, headers=headers)).status == 413
    assert (await client.x("POST", "/media/upload", data=b"{", headers=headers)).status == 400
    for kind in ("JPEG", "GIF", "WEBP"):
        assert (await upload(client, form, picture(kind=kind))).status == 200


@pytest.mark.parametrize("metadata", [{}, {"alt_text": {}}, {"alt_text": {"text": "가" * 1001}}, "a"])
async def test_an_alt_text_that_is_none_or_too_long_is_refused(
    client: Client, picture: Paint, form: Form, metadata: Any
) -> None:
    number = (await upload(client, form, picture())).body["data"]["id"]
    assert (await client.x("POST", "/media/metadata", json={"id": number, "metadata": metadata})).status == 400


async def test_a_picture_belongs_to_who_uploaded_it_for_a_day(
    log: Path, visit: Visit, picture: Paint, form: Form
) -> None:
    time = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    async with Sandbox("127.0.0.1:0", log, now=lambda: time) as sandbox:
        client = visit(sandbox.url)
        number = (await upload(client, form, picture())).body["data"]["id"]
        tweet = {"text": "a", "media": {"media_ids": [number]}}
        other = {"Authorization": "Bearer other"}
        assert (await client.x("POST", "/tweets", json=tweet, headers=other)).status == 400
        time += dt.timedelta(hours=24, seconds=1)
        assert (await client.x("POST", "/tweets", json=tweet)).status == 400
        time -= dt.timedelta(seconds=1)
        assert (await client.x("POST", "/tweets", json=tweet)).status == 201
