"""What only Discord does (PLATFORMS: 0.4 to 0.6, sections a, d, f)."""

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest
from discord.utils import time_snowflake

from adapters.discord import GREY, PARTS, RED, Adapter
from bot.document import Document, Paragraph, Run
from bot.errors import TargetGone, Throttled, Unauthorized, Unconfirmed
from bot.model import UTC, Message, Receipt, Secret, Style, Target, Urgency
from tests.adapters.stage import ASCII_LINK, BARE, PICTURE, PNG, STORY, Canned, deliver, reply

CHANNEL, HOOK = Target("111"), Target("webhook:333", Secret("hook-token-q"))
NOW = dt.datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def adapter(*answers: Any, token: Secret | None = Secret("token-q")) -> tuple[Adapter, Canned]:  # noqa: B008 - frozen
    transport = Canned(*(answers or (reply(200, {"id": "8"}),)))
    return Adapter(transport, token=token, base_url="http://127.0.0.1:1/discord"), transport


def embed(message: Message) -> dict[str, Any]:
    return dict(message.body["embeds"][0])


def test_an_alert_is_one_embed() -> None:
    message = adapter()[0].render(STORY, Style())[0]
    assert embed(message) == {
        "type": "rich",
        "author": {"name": "hanbit"},
        "title": STORY.headline,
        "url": ASCII_LINK,
        "description": STORY.excerpt,
        "image": {"url": "attachment://picture.png"},
        "footer": {"text": "News"},
        "timestamp": "2026-11-22T03:00:00+00:00",
        "color": GREY,
        "flags": 0,
    }
    assert message.text == f"{STORY.headline}\n\n{STORY.excerpt}"
    assert message.length == sum(map(len, ("hanbit", STORY.headline, STORY.excerpt, "News")))


def test_red_is_for_breaking_news_alone() -> None:
    assert embed(adapter()[0].render(replace(STORY, urgency=Urgency.BREAKING), Style())[0])["color"] == RED
    assert embed(adapter()[0].render(replace(STORY, urgency=Urgency.LOW), Style())[0])["color"] == GREY


def test_what_a_story_lacks_leaves_no_gap() -> None:
    bare = replace(BARE, excerpt="", link="", categories=(), source="", published=None)
    assert embed(adapter()[0].render(bare, Style())[0]) == {
        "type": "rich",
        "title": STORY.headline,
        "color": GREY,
        "flags": 0,
    }


@pytest.mark.parametrize(
    ("picture", "image", "uploads"),
    [("photo", "attachment://picture.png", 1), ("preview", PICTURE.url, 0), ("none", None, 0)],
)
def test_the_picture_is_attached_taken_from_its_address_or_left_out(picture: Any, image: Any, uploads: int) -> None:
    message = adapter()[0].render(STORY, Style(picture=picture))[0]
    assert embed(message).get("image", {}).get("url") == image
    assert len(message.pictures) == uploads


def test_a_picture_that_was_not_had_is_left_to_discord_unless_it_is_a_file_of_ours() -> None:
    discord, _ = adapter()
    assert embed(discord.render(replace(STORY, pictures=(replace(PICTURE, sha256=""),)), Style())[0])["image"]
    local = replace(PICTURE, sha256="", url="file:///srv/site/a.png")
    assert "image" not in embed(discord.render(replace(STORY, pictures=(local,)), Style())[0])


async def test_a_bot_posts_with_a_nonce_an_alt_text_and_no_mentions() -> None:
    discord, transport = adapter()
    await discord.send(deliver(discord.render(STORY, Style())[0], CHANNEL, silent=True))
    [request] = transport.requests
    assert (request.verb, request.url) == ("POST", "http://127.0.0.1:1/discord/api/v10/channels/111/messages")
    assert request.headers["Authorization"] == "Bot token-q"
    assert request.headers["User-Agent"].startswith("DiscordBot (")
    payload, file = request.parts
    assert (file.name, file.filename, file.data) == ("files[0]", "picture.png", PNG)
    said = json.loads(payload.data)
    assert said["allowed_mentions"] == {"parse": []}
    assert said["attachments"] == [{"id": 0, "filename": "picture.png", "description": PICTURE.alt}]
    assert said["flags"] == 1 << 12
    assert said["enforce_nonce"] is True
    assert len(said["nonce"]) == 24


async def test_a_bot_answers_what_told_the_event_first_and_a_webhook_cannot() -> None:
    """Issue 5, point 6; without ``fail_if_not_exists`` an answer to what was deleted is refused."""
    discord, transport = adapter()
    message = discord.render(BARE, Style())[0]
    for target in (CHANNEL, HOOK):
        await discord.send(replace(deliver(message, target), after=Receipt(("77",))))
    bot, hook = (request.json for request in transport.requests)
    assert bot["message_reference"] == {"message_id": "77", "fail_if_not_exists": False}
    assert "message_reference" not in hook


async def test_the_nonce_is_the_keys_alone() -> None:
    discord, transport = adapter()
    delivery = deliver(discord.render(BARE, Style())[0], CHANNEL)
    for key in ("a", "b", "a"):
        await discord.send(replace(delivery, key=key))
    first, other, again = (request.json["nonce"] for request in transport.requests)
    assert first == again != other


async def test_a_webhook_waits_for_its_id_and_carries_no_token_of_the_bots() -> None:
    """PLATFORMS 0.5: a webhook knows no nonce."""
    discord, transport = adapter()
    await discord.send(deliver(discord.render(BARE, Style())[0], HOOK))
    [request] = transport.requests
    assert request.url == "http://127.0.0.1:1/discord/api/v10/webhooks/333/hook-token-q?wait=true"
    assert "Authorization" not in request.headers
    assert request.json.keys().isdisjoint({"nonce", "enforce_nonce"})


@pytest.mark.parametrize(
    ("said", "escaped"),
    [
        ("*굵게* _기울임_ `코드` ~~줄~~ ||가림||", r"\*굵게\* \_기울임\_ \`코드\` \~\~줄\~\~ \|\|가림\|\|"),
        (
            "[여기](https://a.example) [저기](https://b.example)",
            r"[여기\](https://a.example) [저기\](https://b.example)",
        ),
        ("<@123456789012345678> <#1> <t:1>", "\\<@\u200b123456789012345678\\> \\<#1\\> \\<t:1\\>"),
        ("@everyone 과 @here", "@\u200beveryone 과 @\u200bhere"),
        ("# 제목\n- 목록\n1. 하나\n> 인용", "\\# 제목\n\\- 목록\n1\\. 하나\n\\> 인용"),
        ("AI-자율 3.5% #1", "AI-자율 3.5% #1"),
        (r"C:\new", r"C:\\new"),
        ("https://a.example/snake_case_*", "https://a.example/snake_case_*"),
    ],
)
def test_markdown_and_mentions_are_inert(said: str, escaped: str) -> None:
    """FAILURES section 1, "HTML/markdown/mention injection"."""
    message = adapter()[0].render(replace(BARE, excerpt=said), Style())[0]
    assert embed(message)["description"] == escaped
    assert message.text == f"{STORY.headline}\n\n{said}", "what a reader reads has no backslashes"


def test_lengths_are_those_after_escaping() -> None:
    message = adapter()[0].render(replace(BARE, headline="*" * 300, excerpt="😀_" * 4000, source="가" * 300), Style())[
        0
    ]
    sizes = {name: len(embed(message)[name].encode("utf-16-le")) // 2 for name in ("title", "description")}
    assert 200 < sizes["title"] <= 256
    assert 4000 < sizes["description"] <= 4096
    assert len(embed(message)["author"]["name"]) <= 256


@pytest.mark.parametrize(
    "address",
    [
        "https://discord.com/api/webhooks/333/to-k_en",
        "https://discord.com/api/v10/webhooks/333/to-k_en/",
        "https://discordapp.com/api/webhooks/333/to-k_en",
        "https://canary.discord.com/api/webhooks/333/to-k_en",
        "http://127.0.0.1:8701/discord/api/v10/webhooks/333/to-k_en",
        Secret("https://ptb.discord.com/api/webhooks/333/to-k_en"),
    ],
)
def test_a_webhooks_address_is_read_into_its_id_and_its_secret(address: Any) -> None:
    assert Adapter.target({"webhook": address}) == Target("webhook:333", Secret("to-k_en"))


@pytest.mark.parametrize(
    "raw",
    [
        {"webhook": "https://discord.com/channels/1/secret-q"},
        {"webhook": "https://discord.com/api/webhooks/333/secret-q?thread_id=5"},
        {"webhook": "secret-q"},
        {"id": "general"},
        {"id": 0},
        {},
    ],
)
def test_a_target_that_is_none_is_refused_with_a_lesson_and_without_its_secret(raw: Any) -> None:
    with pytest.raises(ValueError, match=r"copy its whole address|Copy Channel ID") as caught:
        Adapter.target(raw)
    assert "secret-q" not in str(caught.value)


def test_a_channel_is_its_number() -> None:
    assert Adapter.target({"id": 111}) == Adapter.target({"id": "111"}) == CHANNEL


async def test_without_a_token_only_webhooks_can_be_posted_to() -> None:
    discord, transport = adapter(token=None)
    message = discord.render(BARE, Style())[0]
    with pytest.raises(Unauthorized, match="no bot token"):
        await discord.send(deliver(message, CHANNEL))
    assert (await discord.send(deliver(message, HOOK))).ids == ("8",)
    assert len(transport.requests) == 1
    assert await discord.whoami()


async def test_a_webhook_that_left_the_configuration_is_gone() -> None:
    discord, _ = adapter()
    with pytest.raises(TargetGone, match="configuration"):
        await discord.send(deliver(discord.render(BARE, Style())[0], Target("webhook:333")))


def test_accounts_of_webhooks_alone_share_a_credential_per_discord() -> None:
    here, there = Adapter(Canned(reply(200))), Adapter(Canned(reply(200)), base_url="http://127.0.0.1:1")
    assert here.credential == Adapter(Canned(reply(200))).credential != there.credential


@pytest.mark.parametrize(
    ("answer", "after", "scope"),
    [
        (
            reply(429, {"message": "…", "retry_after": 7.5, "global": False}, {"x-ratelimit-scope": "user"}),
            7.5,
            "target",
        ),
        (reply(429, {"message": "…", "retry_after": 7}, {"x-ratelimit-scope": "shared"}), 7.0, "target"),
        (reply(429, {"message": "…", "retry_after": 7, "global": True}), 7.0, "account"),
        (reply(429, {"message": "…"}, {"retry-after": "9", "x-ratelimit-scope": "global"}), 9.0, "account"),
        (reply(429, {"message": "…", "retry_after": "soon"}, {"x-ratelimit-remaining": "many"}), 60.0, "target"),
        (reply(429, b"<html>error 1015</html>", {"retry-after": "99"}), 99.0, "host"),
    ],
)
async def test_a_429_says_how_long_and_for_whom(answer: Any, after: float, scope: str) -> None:
    """FAILURES section 1, "429 storm": headers may be missing or wrong; PLATFORMS 0.6: a page is Cloudflare's."""
    discord, _ = adapter(answer)
    with pytest.raises(Throttled) as caught:
        await discord.send(deliver(discord.render(BARE, Style())[0], CHANNEL))
    assert (caught.value.after, caught.value.scope) == (after, scope)


async def test_a_receipt_links_to_the_message_where_the_server_is_known() -> None:
    discord, _ = adapter(reply(200, {"id": "8", "channel_id": "111", "guild_id": "9"}))
    receipt = await discord.send(deliver(discord.render(BARE, Style())[0], CHANNEL))
    assert receipt.link == "https://discord.com/channels/9/111/8"


# ── Looking up ───────────────────────────────────────────────────────────────────────────────────────────────────────


def posted(seconds: float, *, nonce: str = "", bot: bool = True, **changes: Any) -> dict[str, Any]:
    """A message of the channel, so many seconds after the delivery was claimed."""
    shown = {"title": STORY.headline, "url": ASCII_LINK} | changes
    made = str(time_snowflake(NOW + dt.timedelta(seconds=seconds)))
    return {"id": made, "nonce": nonce, "author": {"id": "1", "bot": bot}, "embeds": [shown]}


OTHER = posted(-100, title="다른 소식")


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ([posted(1), OTHER], True),
        ([posted(-4), OTHER], True),
        ([posted(-6), OTHER], False),
        ([posted(1, title="다른 소식"), OTHER], False),
        ([posted(1, url="https://else.example/"), OTHER], False),
        ([posted(1, bot=False), OTHER], False),
        ([OTHER], False),
    ],
)
async def test_a_message_in_doubt_is_told_by_what_it_shows_and_when(page: Any, found: bool) -> None:
    discord, transport = adapter(reply(200, page))
    receipt = await discord.find(deliver(discord.render(BARE, Style())[0], CHANNEL, since=NOW))
    assert (receipt.ids if receipt else None) == ((page[0]["id"],) if found else None)
    assert transport.requests[0].url.endswith("/channels/111/messages?limit=100")


async def test_the_nonce_tells_it_outright() -> None:
    discord, transport = adapter()
    delivery = deliver(discord.render(BARE, Style())[0], CHANNEL, since=NOW)
    await discord.send(delivery)
    page = [posted(-99, nonce=transport.requests[0].json["nonce"], title="edited since")]
    transport.answers = [reply(200, page)]
    receipt = await discord.find(delivery)
    assert receipt is not None
    assert receipt.ids == (page[0]["id"],)


@pytest.mark.parametrize(
    ("answer", "target"),
    [
        (reply(200, []), CHANNEL),
        (reply(200, [posted(9, title="다른 소식")] * 100), CHANNEL),
        (reply(403, {"code": 50001, "message": "Missing Access"}), CHANNEL),
        (reply(200, [posted(1)]), HOOK),
    ],
    ids=["no history to be seen", "a hundred newer ones", "no access", "a webhook"],
)
async def test_what_cannot_be_told_stays_unconfirmed(answer: Any, target: Target) -> None:
    discord, _ = adapter(answer)
    with pytest.raises(Unconfirmed):
        await discord.find(deliver(discord.render(BARE, Style())[0], target, since=NOW))


def test_a_nonce_is_trusted_for_two_minutes_and_a_webhook_never() -> None:
    discord, _ = adapter()
    assert discord.safe_again(CHANNEL) == dt.timedelta(minutes=2)
    assert discord.safe_again(HOOK) == dt.timedelta(0)


# ── What an account asks for ─────────────────────────────────────────────────────────────────────────────────────────

BODY = Document(tuple(Paragraph((Run(f"문단 {number}이다. " + "이어지는 문장이다. " * 60),)) for number in range(20)))
LONG = replace(BARE, body=BODY)


def test_the_whole_story_is_quoted_below_the_excerpt_as_far_as_it_fits() -> None:
    [message] = adapter()[0].render(LONG, Style(body="quote"))
    description = embed(message)["description"]
    assert description.startswith(f"{STORY.excerpt}\n\n> 문단 0이다.")
    assert 3900 < len(description) <= 4096
    assert description.endswith("문장이다.")


def test_a_long_story_goes_on_in_further_messages() -> None:
    """Issue 3: several messages, where the account asks for it."""
    alert, *rest = adapter()[0].render(LONG, Style(body="thread"))
    assert "문단" not in embed(alert)["description"]
    assert [message.part for message in rest] == [1, 2, 3, 4]
    told = " ".join(embed(message)["description"] for message in rest)
    assert " ".join(told.split()) == " ".join(run.text.strip() for one in BODY.blocks for run in one.runs)  # type: ignore[union-attr]  # paragraphs
    assert all(message.length <= 4096 for message in rest)


def test_a_story_beyond_all_messages_ends_in_an_ellipsis() -> None:
    endless = replace(BARE, body=Document(BODY.blocks * 10))
    messages = adapter()[0].render(endless, Style(body="thread"))
    assert len(messages) == 1 + PARTS
    assert embed(messages[-1])["description"].endswith("…")


def test_several_pictures_are_embeds_of_one_address() -> None:
    pictures = tuple(replace(PICTURE, sha256=f"{n}" * 64, mime="image/jpeg") for n in range(6))
    message = adapter()[0].render(replace(STORY, pictures=pictures), Style(pictures=10))[0]
    embeds = message.body["embeds"]
    assert len(embeds) == len(message.pictures) == 4
    assert {one["url"] for one in embeds} == {ASCII_LINK}
    assert [one["image"]["url"] for one in embeds] == [
        "attachment://picture.jpg",
        *(f"attachment://picture{n}.jpg" for n in (2, 3, 4)),
    ]
    assert "title" not in embeds[1]


def test_a_sites_card_is_small() -> None:
    message = adapter()[0].render(replace(STORY, card=True), Style(pictures=4))[0]
    assert embed(message)["thumbnail"]["url"] == "attachment://picture.png"
    assert "image" not in embed(message)


async def test_a_picture_that_was_made_smaller_goes_by_its_own_name() -> None:
    discord, transport = adapter()
    message = discord.render(STORY, Style())[0]
    smaller = replace(PICTURE, sha256="5" * 64, mime="image/jpeg")
    delivery = replace(
        deliver(message, CHANNEL), message=replace(message, pictures=(smaller,)), files={"5" * 64: b"jpeg"}
    )
    await discord.send(delivery)
    payload, file = transport.requests[0].parts
    assert file.filename == "picture.jpg"
    assert json.loads(payload.data)["embeds"][0]["image"]["url"] == "attachment://picture.jpg"


def test_the_address_bears_what_the_account_counts_by() -> None:
    message = adapter()[0].render(STORY, Style(utm="utm_source=discord"))[0]
    assert embed(message)["url"] == f"{ASCII_LINK}?utm_source=discord"


def test_an_operators_template_lays_the_embed_out() -> None:
    style = Style(
        template="{source} · {published}\n\n# {headline}\n\n*{excerpt}*\n\n[기사 보기]({link})", language="en"
    )
    shown = embed(adapter()[0].render(STORY, style)[0])
    assert shown["title"] == STORY.headline
    lines = shown["description"].split("\n\n")
    assert lines == ["hanbit · Nov 22, 2026, 12:00", f"*{STORY.excerpt}*", f"[기사 보기]({ASCII_LINK})"]


def test_breaking_news_without_a_label_gets_one() -> None:
    breaking = replace(STORY, urgency=Urgency.BREAKING)
    assert embed(adapter()[0].render(breaking, Style())[0])["title"] == f"[속보] {STORY.headline}"
    labelled = replace(breaking, headline=f"[긴급] {STORY.headline}")
    assert embed(adapter()[0].render(labelled, Style())[0])["title"] == f"[긴급] {STORY.headline}"


async def test_an_edit_replaces_embeds_and_files() -> None:
    discord, transport = adapter()
    delivery = replace(deliver(discord.render(STORY, Style())[0], CHANNEL), operation="edit", posted=Receipt(("77",)))
    assert await discord.edit(delivery) == Receipt(("77",))
    [request] = transport.requests
    assert (request.verb, request.url.rpartition("/channels/")[2]) == ("PATCH", "111/messages/77")
    payload, file = request.parts
    assert file.data == PNG
    assert json.loads(payload.data)["attachments"] == [{"id": 0, "filename": "picture.png", "description": PICTURE.alt}]


def test_the_plainest_message_has_nothing_left_to_leave_out() -> None:
    discord, _ = adapter()
    plain = discord.plain(discord.render(STORY, Style())[0])
    assert plain is not None
    assert "image" not in embed(plain)
    assert discord.plain(plain) is None
