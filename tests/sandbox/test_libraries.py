"""The stand-ins speak the language of the platforms' own libraries, unchanged (PLATFORMS.md h)."""

import datetime as dt
import warnings
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import telegram
import tweepy
from tweepy.asynchronous import AsyncClient
from yarl import URL

from bot.sandbox.server import Sandbox, XKey
from tests.sandbox.conftest import Client, Paint

with warnings.catch_warnings():  # discord.py's voice asks for audioop, which Python 3.11 and 3.12 deprecate
    warnings.simplefilter("ignore", DeprecationWarning)
    import discord

KEY = XKey("the-consumer", "its-secret", "42-access", "the-access-secret")


async def test_python_telegram_bot_posts_edits_and_hears_refusals(sandbox: Sandbox, picture: Paint) -> None:
    async with telegram.Bot("7:good", base_url=f"{sandbox.url}/telegram/bot") as bot:
        assert bot.username == "sandbox_7_bot"
        bold = [telegram.MessageEntity("bold", 0, 2)]
        message = await bot.send_photo("@newsdao", picture(), caption="속보 a", caption_entities=bold)
        assert (message.caption, message.photo[-1].width, message.chat.type) == ("속보 a", 1200, "channel")
        assert message.caption_entities == tuple(bold)
        edited = await bot.edit_message_caption("@newsdao", message.id, caption="b")
        assert isinstance(edited, telegram.Message)
        assert edited.edit_date is not None
        assert (await bot.get_chat("@newsdao")).title == "newsdao"
        assert (await bot.get_chat_member("@newsdao", bot.id)).status == "administrator"
        preview = telegram.LinkPreviewOptions(url="https://newsdao.kr")
        sent = await bot.send_message(5, "a", entities=[], link_preview_options=preview, disable_notification=True)
        assert (sent.link_preview_options, sent.chat.type) == (preview, "private")
        assert await bot.delete_message(5, sent.id)
        with pytest.raises(telegram.error.BadRequest, match="Chat not found"):
            await bot.send_message("@missing", "a")


async def test_python_telegram_bot_reads_how_long_to_wait(
    sandbox: Sandbox, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    await client.fault("telegram", "429", after_s=2.5)
    async with telegram.Bot("7:good", base_url=f"{sandbox.url}/telegram/bot") as bot:
        with pytest.raises(telegram.error.RetryAfter) as raised:
            await bot.send_message(5, "a")
    assert raised.value.retry_after == dt.timedelta(seconds=3)


async def test_discord_py_logs_in_posts_edits_and_waits_out_a_429(
    sandbox: Sandbox, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discord.http.Route, "BASE", f"{sandbox.url}/discord/api/v10")
    async with discord.Client(intents=discord.Intents.none()) as bot:
        await bot.login("good")
        channel = bot.get_partial_messageable(111)
        await client.fault("discord", "429", after_s=0.1)
        message = await channel.send("a", embed=discord.Embed(title="b", colour=0xCC0000), nonce="n1")
        assert (message.content, message.embeds[0].title, message.author.bot) == ("a", "b", True)
        assert (await channel.send("other words", nonce="n1")).id == message.id
        assert (await message.edit(content="c")).content == "c"
        assert [found.content async for found in channel.history()] == ["c"]
        with pytest.raises(discord.NotFound):
            await bot.get_partial_messageable(111404404).send("a")
        await message.delete()


class Redirected:
    """A session for tweepy, whose host is hard-coded: the request goes to the stand-in, its signature stays X's."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session, self.url = session, URL(url)

    def request(self, verb: str, url: str, **more: Any) -> Any:
        there = self.url.joinpath("x", *URL(url).parts[1:]).with_query(URL(url).query)
        return self.session.request(verb, there, **more)


async def test_tweepy_signs_tweets_and_hears_refusals(log: Path, session: aiohttp.ClientSession) -> None:
    async with Sandbox("127.0.0.1:0", log, [KEY]) as sandbox:
        parts = {name: getattr(KEY, name) for name in KEY.__slots__}
        x = AsyncClient(**parts)
        x.session = Redirected(session, sandbox.url)
        tweet = await x.create_tweet(text="속보 https://newsdao.kr")
        assert tweet.data["text"].startswith("속보 https://t.co/")
        me = (await x.get_me(user_auth=True)).data
        listed = await x.get_users_tweets(me.id, tweet_fields=["created_at"], max_results=5, user_auth=True)
        assert [found.id for found in listed.data] == [int(tweet.data["id"])]
        assert listed.data[0].created_at is not None
        with pytest.raises(tweepy.Forbidden, match="duplicate content"):
            await x.create_tweet(text="속보 https://newsdao.kr")
        assert (await x.delete_tweet(tweet.data["id"])).data["deleted"]
        stranger = AsyncClient(**parts | {"access_token_secret": "other"})
        stranger.session = x.session
        with pytest.raises(tweepy.Unauthorized):
            await stranger.create_tweet(text="a")
