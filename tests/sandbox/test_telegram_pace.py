"""The stand-in keeps each of Telegram's paces to the letter (PLATFORMS.md c, i; FAILURES.md section 3, row 9)."""

import asyncio
from typing import Any

import pytest

from bot.sandbox.reply import Refusal
from bot.sandbox.telegram_call import Call, Chat
from bot.sandbox.telegram_pace import keep_pace
from bot.sandbox.window import JITTER, Pace
from tests.sandbox.conftest import Client

LATER = 1.0 - JITTER + 0.001  #: seconds after which a second is over


class Bot:
    """Posts at times that the test names; what it hears is the seconds to wait, 0 for a yes."""

    def __init__(self, pace: Pace | None = None, name: str = "7") -> None:
        self.pace = pace or Pace()
        self.name = name

    def post(self, chat: object, now: float, *, paid: bool = False) -> int:
        fields = {"chat_id": chat, **({"allow_paid_broadcast": True} if paid else {})}
        try:
            keep_pace(self.pace, Call(self.name, fields, {}), Chat.read(chat), now)
        except Refusal as refusal:
            assert refusal.status == 429
            wait: int = refusal.body["parameters"]["retry_after"]
            return wait
        return 0

    def burst(self, count: int, now: float, **more: Any) -> int:
        """How many of so many readers got theirs."""
        return [self.post(reader, now, **more) for reader in range(1, count + 1)].count(0)


@pytest.mark.parametrize(("paid", "limit"), [(False, 30), (True, 1_000)])
def test_a_bot_posts_thirty_a_second_or_a_thousand_that_it_pays_for(paid: bool, limit: int) -> None:
    bot = Bot()
    assert bot.burst(limit + 5, 10.0, paid=paid) == limit
    assert bot.post(5_000, 10.5, paid=paid) == 1
    assert bot.burst(limit + 5, 10.0 + LATER, paid=paid) == limit
    assert Bot(bot.pace, "8").post(5_000, 10.5, paid=paid) == 0, "another bot has a pace of its own"


@pytest.mark.parametrize("chat", [42, -55, -1001234567890, "@newsdao"])
def test_a_chat_takes_one_a_second_paid_for_or_not(chat: object) -> None:
    bot = Bot()
    assert [bot.post(chat, 10.0), bot.post(chat, 10.9), bot.post(chat, 10.9, paid=True)] == [0, 1, 1]
    assert bot.post(chat, 10.0 + LATER) == 0
    assert bot.post(43, 10.0 + LATER) == 0


@pytest.mark.parametrize(("chat", "limit"), [(42, 60), (-55, 20), (-1001234567890, 20), ("@newsdao", 20)])
def test_a_group_and_a_channel_take_twenty_a_minute_and_a_reader_sixty(chat: object, limit: int) -> None:
    bot = Bot()
    heard = [bot.post(chat, float(second)) for second in range(60)]
    assert heard.count(0) == limit
    if limit == 20:
        assert heard[20:] == list(range(40, 0, -1)), "the first place is free a minute after it was taken"
        assert bot.post(chat, 60.0) == 0


def test_a_channel_is_one_chat_by_name_and_by_number() -> None:
    bot = Bot()
    assert bot.post("@newsdao", 10.0) == 0
    assert bot.post(Chat.read("@NewsDAO").id, 10.5) == 1


def test_whoever_is_refused_in_one_window_takes_no_place_in_another() -> None:
    """A sender that waits as told must be let in."""
    bot = Bot()
    assert [bot.post(-1001, 10.0), *(bot.post(-1001, 10.5) for _ in range(40))] == [0, *[1] * 40]
    assert bot.burst(35, 10.6) == 29
    assert bot.post(-1001, 11.7) == 0


def test_a_hundred_thousand_readers_leave_no_windows_behind() -> None:
    bot = Bot()
    assert all(bot.post(reader, reader / 1_000, paid=True) == 0 for reader in range(1, 100_001))
    assert len(bot.pace) <= 1_001


async def test_a_refusal_has_the_words_the_field_and_the_header_of_the_real_one(client: Client) -> None:
    first = await client.call("sendMessage", chat_id="@newsdao", text="a")
    heard = await client.call("sendMessage", chat_id="@newsdao", message_thread_id=5, text="b")
    assert (first.status, heard.status, heard.headers["Retry-After"]) == (200, 429, "1")
    assert heard.body == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 1",
        "parameters": {"retry_after": 1},
    }
    assert len(await client.accepted()) == 1


async def test_what_would_be_refused_anyway_and_what_changes_or_removes_takes_no_place(client: Client) -> None:
    place = {"chat_id": "@newsdao", "message_id": 1}
    assert (await client.call("sendMessage", chat_id="@newsdao", text="")).status == 400
    await client.fault("telegram", "500")
    assert (await client.call("sendMessage", chat_id="@newsdao", text="a")).status == 500
    assert (await client.call("sendMessage", chat_id="@newsdao", text="a")).status == 200
    assert (await client.call("editMessageText", **place, text="b")).status == 200
    assert (await client.call("deleteMessage", **place)).status == 200


@pytest.mark.parametrize(("paid", "taken"), [({}, 30), ({"allow_paid_broadcast": True}, 40)])
async def test_the_paid_pace_is_asked_for_message_by_message(client: Client, paid: Any, taken: int) -> None:
    said = await asyncio.gather(*(client.call("sendMessage", chat_id=n, text="a", **paid) for n in range(1, 41)))
    assert [heard.status for heard in said].count(200) == taken == len(await client.accepted())


async def test_a_wish_to_pay_that_is_none_is_refused(client: Client) -> None:
    heard = await client.call("sendMessage", chat_id=5, text="a", allow_paid_broadcast="much")
    assert heard.body["description"] == "Bad Request: allow_paid_broadcast must be a Boolean"


async def test_a_pace_that_is_off_lets_a_chat_have_all(client: Client) -> None:
    await client.ask("POST", "/_sandbox/settings", json={"pace": "off"})
    said = await asyncio.gather(*(client.call("sendMessage", chat_id="@newsdao", text="a") for _ in range(40)))
    assert {heard.status for heard in said} == {200}
