"""What became of a story at a target, in the words that an editor reads (issue 4, point 7)."""

import datetime as dt
import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.model import UTC, DeliveryState, StoryState
from bot.rules import Kept
from bot.text.answers import ANSWERS
from bot.why import Facts, Fan, Subscribed, Told, why

NOW = dt.datetime(2026, 11, 22, 6, 0, tzinfo=UTC)  # 15:00 in Seoul
AT = dt.datetime(2026, 11, 22, 5, 5, tzinfo=UTC)
LATER = dt.datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
FOR_EVER = dt.datetime.max.replace(tzinfo=UTC)
STATE = DeliveryState
SAID = tomllib.loads((Path(__file__).parent / "data" / "why.toml").read_text("utf-8"))
LINK = "https://t.me/newsdao/7"
SENT = Told("send", STATE.SENT, tries=1, link=LINK, sent=AT)
DEAD = Told("send", STATE.DEAD, tries=3, reason="Bad Request: message is too long")
WAITS = Told("send", STATE.READY)


def at(*told: Told, fans: tuple[Fan, ...] = (), state: StoryState = StoryState.ANNOUNCED, **fields: Any) -> Facts:
    """The facts of one subscription, the seventh; the account's name is readers."""
    one = Subscribed(7, "readers", told=told, fans=fans, **fields)
    return Facts(12, "@newsdao", NOW, state, feeds=("newsdao",), subscribed=(one,))


def there(*subscribed: Subscribed) -> Facts:
    """The facts where these have subscribed."""
    return replace(at(), subscribed=subscribed)


def done(operation: Any, state: DeliveryState, **fields: Any) -> Told:
    return Told(operation, state, revision=2, tries=1, **fields)


NEVER = at()
SITUATIONS: dict[str, Facts] = {
    "there is no such story": Facts(12, "@newsdao", NOW),
    "nobody posts there": replace(NEVER, subscribed=(), places=("@desk", "@sports")),
    "nobody posts anywhere": replace(NEVER, subscribed=()),
    "it was there before the first run": at(state=StoryState.KNOWN),
    "it came in a flood": at(state=StoryState.QUARANTINED),
    "it waits for review": at(state=StoryState.REVIEW),
    "the desk killed it": at(state=StoryState.KILLED),
    "it was retracted before it was fanned out": at(state=StoryState.RETRACTED),
    "it was retracted while it waited": at(WAITS, state=StoryState.RETRACTED),
    "the target is retired": there(Subscribed(7, "readers", state="retired")),
    "the account carries other feeds": at(feeds=("sports", "weather")),
    "its newsroom gives it to others": replace(at(), accounts=("desk", "sports")),
    "the target wants breaking news": at(only="breaking"),
    "it answers another story": replace(at(SENT), head=9, alike="91%: 경주, 4.3"),
    "its feed's filter found a word": replace(
        at(state=StoryState.KNOWN), kept=Kept("exclude", "keywords", ("운세",), "sokbo.toml:31")
    ),
    "its feed's filter sought other words": replace(
        at(state=StoryState.KNOWN), kept=Kept("include", "categories", ("사회", "국제"), "sokbo.toml:28")
    ),
    "its account's filter found a word": at(kept=Kept("exclude", "authors", ("홍보팀",), "sokbo.toml:52")),
    "its account's filter sought another language": at(kept=Kept("include", "languages", ("en",))),
    "its turn in the fan-out has not come": at(fans=(Fan("send", 3, 9),)),
    "its turn has not come, and the account is stopped": at(fans=(Fan("send", 3, 9),), stopped=True),
    "it subscribed after the fan-out began": at(fans=(Fan("send", 3, 6),)),
    "it subscribed after the fan-out ended": at(),
    "something else goes first": at(Told("send", STATE.QUEUED)),
    "it is next": at(WAITS),
    "it is next, but a person paused the account": at(WAITS, stopped=True),
    "it is next, but the account waits": at(
        WAITS, paused_until=LATER, account_reason="Too Many Requests: retry after 1800"
    ),
    "it is next, but the credential is refused": at(WAITS, paused_until=FOR_EVER, account_reason="Unauthorized"),
    "it is being sent": at(Told("send", STATE.SENDING)),
    "it is being sent again": at(Told("send", STATE.SENDING, again=True)),
    "it is tried again later": at(Told("send", STATE.SNOOZED, tries=1, reason="connection refused", due=LATER)),
    "the platform asked to wait": at(Told("send", STATE.SNOOZED, reason="retry after 30", due=LATER)),
    "it arrived": at(SENT),
    "it arrived, and the platform gives no link": at(replace(SENT, link="")),
    "it arrived at the third try, without its picture": at(replace(SENT, tries=3, note="without its picture")),
    "a message that continues it failed": at(SENT, replace(DEAD, part=1)),
    "a message that continues it waits": at(SENT, replace(WAITS, part=1), replace(WAITS, part=2)),
    "it failed": at(DEAD),
    "it failed at once, and nobody said why": at(Told("send", STATE.DEAD, tries=1)),
    "it may have arrived": at(Told("send", STATE.HELD, tries=1, reason="the answer did not come within 20 s")),
    "it was cancelled": at(Told("send", STATE.CANCELLED, reason="the target is no longer in the configuration")),
    "it was corrected": at(SENT, done("edit", STATE.SENT, sent=LATER)),
    "its correction waits": at(SENT, done("edit", STATE.READY)),
    "its correction waits for a paused target": there(
        Subscribed(7, "readers", state="paused", reason="chat not found", told=(SENT, done("edit", STATE.QUEUED)))
    ),
    "its correction failed": at(SENT, done("edit", STATE.DEAD, reason="message can't be edited")),
    "its first correction was superseded": at(SENT, done("edit", STATE.SENT, sent=AT), done("edit", STATE.CANCELLED)),
    "it was answered": at(SENT, done("reply", STATE.SENT, sent=LATER)),
    "its correction may have been made": at(SENT, done("edit", STATE.HELD, reason="reset")),
    "its answer waits": at(SENT, done("reply", STATE.QUEUED)),
    "its answer failed": at(SENT, done("reply", STATE.DEAD, reason="duplicate content")),
    "its answer may have arrived": at(SENT, done("reply", STATE.HELD, reason="reset")),
    "it was deleted": at(SENT, done("delete", STATE.SENT, sent=LATER), state=StoryState.RETRACTED),
    "it was replaced by a notice": at(
        SENT, done("delete", STATE.SENT, sent=LATER, degraded=1), state=StoryState.RETRACTED
    ),
    "it is about to be deleted": at(SENT, fans=(Fan("delete", 0, 9),), state=StoryState.RETRACTED),
    "its delete waits": at(SENT, done("delete", STATE.READY), state=StoryState.RETRACTED),
    "it could not be deleted": at(
        SENT, done("delete", STATE.DEAD, reason="message can't be deleted"), state=StoryState.RETRACTED
    ),
    "nobody can delete it any more": at(SENT, state=StoryState.RETRACTED),
    "it may have arrived, and was retracted": at(
        Told("send", STATE.HELD), done("delete", STATE.HELD, reason="reset"), state=StoryState.RETRACTED
    ),
    "two accounts post there": there(Subscribed(7, "readers", told=(SENT,)), Subscribed(8, "desk", only="breaking")),
}


@pytest.mark.parametrize(("language", "zone"), [("ko", "Asia/Seoul"), ("en", "UTC")])
@pytest.mark.parametrize("situation", SITUATIONS)
def test_each_situation_is_told_in_these_words(situation: str, language: str, zone: str) -> None:
    """The words stand in data/why.toml, where an editor can read them."""
    assert why(SITUATIONS[situation], language, zone) == SAID[situation][language]


def test_every_situation_has_its_words_and_every_sentence_its_situation() -> None:
    assert SAID.keys() == SITUATIONS.keys()
    assert len(SITUATIONS) >= 25
    for language, sentences in ANSWERS.items():
        everything = " ".join(said[language] for said in SAID.values())
        unused = {key for key, sentence in sentences.items() if _longest(sentence) not in everything}
        assert not unused, language


def _longest(sentence: str) -> str:
    """The longest stretch of a sentence without a value in it."""
    return max(re.split(r"\{\w+\}", sentence), key=len)


def test_both_languages_have_the_same_sentences_with_the_same_values() -> None:
    """But for those values that only one of them says in words."""
    korean, english = ANSWERS["ko"], ANSWERS["en"]
    assert korean.keys() == english.keys()
    for key in korean:
        assert set(re.findall(r"\{(\w+)\}", korean[key])) == set(re.findall(r"\{(\w+)\}", english[key])), key


@pytest.mark.parametrize("state", DeliveryState)
@pytest.mark.parametrize("operation", ["edit", "reply", "delete"])
@pytest.mark.parametrize("story", StoryState)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_nothing_that_can_be_in_the_ledger_is_left_without_an_answer(
    language: str, story: StoryState, operation: Any, state: DeliveryState
) -> None:
    for alert in DeliveryState:
        facts = at(Told("send", alert, due=LATER), Told(operation, state, due=LATER), state=story)
        answer = why(facts, language, "Asia/Seoul")
        assert "12" in answer
        assert "{" not in answer


def test_the_year_is_told_where_it_is_another() -> None:
    facts = at(replace(SENT, sent=dt.datetime(2025, 12, 31, 23, 30, tzinfo=UTC), link=""))
    assert why(facts, "en", "UTC") == "Story 12 went to @newsdao on 31 Dec 2025 at 23:30 (account readers)."
    assert why(facts, "ko", "Asia/Seoul") == "@newsdao에 12번 기사가 1월 1일 08:30에 나갔습니다(readers 계정)."
    assert "2025년 12월 31일 23:30" in why(facts, "ko", "UTC")


def test_a_language_that_we_do_not_speak_is_english() -> None:
    assert why(at(), "de", "UTC") == why(at(), "en", "UTC")


@pytest.mark.parametrize(
    ("fan", "expected"),
    [
        (Fan("send", 6, 7), True),
        (Fan("send", 7, 9), False),
        (Fan("send", 3, 6), False),
        (Fan("send", 3, 9, target="@newsdao"), True),
        (Fan("send", 3, 9, target="@desk"), False),
        (Fan("edit", 3, 9), False),
    ],
)
def test_a_fan_out_reaches_whom_it_has_not_passed_and_who_was_there_when_it_began(fan: Fan, expected: bool) -> None:
    assert ("not gone" in why(at(fans=(fan,)), "en", "UTC")) is expected


def test_the_ledgers_facts_are_read() -> None:
    """The shape of ``Ledger.facts``: times as RFC 3339, states by name."""
    delivery = {
        "operation": "send", "part": 0, "revision": 1, "tries": 2, "degraded": 0, "note": "", "link": LINK,
        "state": "snoozed", "reason": "connection refused", "again": False, "silent": False, "ids": [],
        "due": "2026-11-22T06:30:00.000Z", "queued": "2026-11-22T05:00:00.000Z", "since": None, "sent": None,
    }  # fmt: skip
    subscription = {
        "id": 7, "name": "readers", "platform": "telegram", "address": "@newsdao", "only": "all", "notify": "all",
        "state": "active", "reason": "", "stopped": False, "paused_until": "9999-12-31T23:59:59.999Z",
        "account_reason": "Unauthorized", "deliveries": [delivery],
        "fanouts": [{"operation": "edit", "part": 0, "revision": 2, "target": "", "cursor": 1, "upper": 9}],
    }  # fmt: skip
    story = {"id": 12, "headline": "h", "link": "", "urgency": "breaking", "revision": 1, "state": "corrected",
             "feeds": ["newsdao", "site"], "published": None, "seen": "2026-11-22T05:00:00.000Z"}  # fmt: skip
    found = {"story": story, "subscriptions": [subscription], "places": []}
    facts = Facts.of(found, story=12, target="@newsdao", feeds={"readers": ("newsdao",)}, now=NOW)
    told = Told("send", STATE.SNOOZED, tries=2, reason="connection refused", link=LINK, due=LATER)
    [one] = facts.subscribed
    assert one.paused_until is not None
    assert one.paused_until.year == 9999
    assert replace(one, paused_until=None) == Subscribed(
        7, "readers", feeds=("newsdao",), account_reason="Unauthorized", told=(told,), fans=(Fan("edit", 1, 9),)
    )
    assert replace(facts, subscribed=()) == Facts(
        12, "@newsdao", NOW, StoryState.CORRECTED, "breaking", ("newsdao", "site")
    )
    nothing = Facts.of(
        {"story": None, "subscriptions": [], "places": ["@desk"]}, story=12, target="@x", feeds={}, now=NOW
    )
    assert nothing == Facts(12, "@x", NOW, places=("@desk",))
