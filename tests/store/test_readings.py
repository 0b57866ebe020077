"""What the desk reads of the ledger, on both databases: where a retracted story is left, and what bears on a why."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.model import DeliveryState
from bot.store import postgres, sqlite
from bot.store.database import Connection, Database
from bot.store.ledger import Ledger

ROWS = {
    "story": "id, headline, excerpt, link, source, urgency, revision, state, published, seen",
    "entry": "feed, story, title, link, lead, fingerprint",
    "account": "id, platform, base_url, credential, stopped, reason",
    "subscription": "id, account, name, address, only_urgency, state, reason",
    "message": "id, story, revision, message_json",
    "fanout": "operation, part, account, name, story, revision, message, urgency, priority, target, cursor, upper",
    "delivery": "id, account, lane, story, revision, operation, part, message, priority, rank, turn, silent, queued,"
    " state, again, due, reason, sent",
    "receipt": "delivery, account, ids_json, link, note",
}


def add(connection: Connection, table: str, *values: object) -> None:
    columns = [name.strip() for name in ROWS[table].split(",")]
    places = ", ".join(f":{name}" for name in columns)
    row = dict(zip(columns, values, strict=True))
    connection.rows(f"insert into {table} ({ROWS[table]}) values ({places})", **row)


def deliver(connection: Connection, number: int, lane: int, operation: str, state: DeliveryState, **more: Any) -> None:
    given = {"part": 0, "again": 0, "due": 0, "reason": "", "sent": None, "account": 1 if lane < 5 else 2, **more}
    add(
        connection, "delivery", number, given["account"], lane, 1, 1, operation, given["part"], 1, 3, 6, 1, 0, 5,
        int(state), given["again"], given["due"], given["reason"], given["sent"],
    )  # fmt: skip


def fill(connection: Connection) -> None:
    """Story 1 went to seven places, and stands differently in each."""
    add(connection, "story", 1, "다리", "", "https://a.kr/1", "newsdao", "normal", 1, "announced", None, 5)
    add(connection, "entry", "newsdao", 1, "", "", "", "")
    add(connection, "message", 1, 1, 1, "{}")
    add(connection, "account", 1, "telegram", "", "one", 0, "")
    add(connection, "account", 2, "x", "", "two", 1, "paused by a person")
    for lane, address in enumerate(("@gone", "@changed", "@stays", "@left", "@gone", "@late"), 1):
        name = "readers" if lane < 5 else "followers"
        add(connection, "subscription", lane, 1 if lane < 5 else 2, name, address, "all", "active", "")
    for lane in range(1, 6):
        deliver(connection, lane, lane, "send", DeliveryState.SENT, sent=7)
    add(connection, "receipt", 5, 2, '["5"]', "https://x.com/i/5", "")


def take_back(connection: Connection) -> None:
    connection.rows("update story set state = 'retracted' where id = 1")
    deliver(connection, 11, 1, "delete", DeliveryState.SENT)
    add(connection, "receipt", 11, 1, "[]", "", "")
    deliver(connection, 12, 2, "delete", DeliveryState.SENT)
    add(connection, "receipt", 12, 1, '["2"]', "", "it cannot be deleted there; edited to say so")
    deliver(connection, 13, 3, "delete", DeliveryState.DEAD, reason="too old")
    deliver(connection, 14, 4, "delete", DeliveryState.CANCELLED, reason="the target is no longer subscribed")


@pytest.fixture(params=["sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    if request.param == "sqlite":
        async with sqlite.Database(tmp_path / "s.db", driving=True) as file:
            await file.write(fill)
            yield file
        return
    with request.getfixturevalue("postgres").database() as url:
        async with postgres.Database(url, driving=True) as server:
            await server.write(fill)
            yield server


async def places(store: Database) -> dict[tuple[str, str], tuple[str, str, str]]:
    rows = await Ledger(store).recall(1)
    return {(row["account"], row["target"]): (row["operation"], row["state"], row["reason"]) for row in rows}


async def test_a_retraction_is_reported_place_by_place_and_none_is_forgotten(store: Database) -> None:
    assert set((await places(store)).values()) == {("send", "sent", "")}
    await store.write(take_back)
    assert await places(store) == {
        ("readers", "@gone"): ("delete", "sent", ""),
        ("readers", "@changed"): ("delete", "sent", "it cannot be deleted there; edited to say so"),
        ("readers", "@stays"): ("delete", "dead", "too old"),
        ("readers", "@left"): ("delete", "dead", "the target is no longer subscribed"),
        ("followers", "@gone"): ("delete", "dead", "its account is no longer in the configuration"),
    }
    await store.write(
        lambda c: add(c, "fanout", "delete", 0, 2, "followers", 1, 1, 1, "normal", 0, "", 0, 6),
    )
    assert (await places(store))["followers", "@gone"] == ("delete", "queued", "")


async def test_the_facts_of_a_why_are_those_of_each_account_that_posts_there(store: Database) -> None:
    facts = await Ledger(store).facts(1, "@gone")
    assert facts["story"]["feeds"] == ["newsdao"]
    assert facts["places"] == ("@changed", "@gone", "@late", "@left", "@stays")
    readers, followers = facts["subscribed"]
    assert (readers["account"], readers["stopped"], readers["fans"]) == ("readers", False, [])
    assert (followers["account"], followers["stopped"], followers["account_reason"]) == (
        "followers",
        True,
        "paused by a person",
    )
    [told] = followers["told"]
    assert (told["operation"], told["state"], told["link"]) == ("send", DeliveryState.SENT, "https://x.com/i/5")
    assert told["sent"].year == 1970
    unknown = await Ledger(store).facts(2, "@nowhere")
    assert (unknown["story"], unknown["subscribed"]) == (None, [])


async def test_a_story_is_found_by_its_number(store: Database) -> None:
    ledger = Ledger(store)
    assert (await ledger.story(1) or {})["headline"] == "다리"
    assert await ledger.story(2) is None
