"""Orders: what people want, written down by any process and carried out by whoever drives the store."""

import json
from collections.abc import Mapping
from typing import Any

from bot.model import Priority
from bot.store import roster
from bot.store.codec import dump
from bot.store.database import Connection, statements

SQL = statements("outbox")
OF_FEEDS = frozenset({"add_feeds", "remove_feed"})  #: verbs after which other feeds are to be watched


def obey(connection: Connection, now: int) -> tuple[dict[int, int], bool]:
    """Carry out what is not yet; the lanes to promote, each with its account, and whether feeds came or went."""
    lanes: dict[int, int] = {}
    feeds = False
    for intent in connection.rows(SQL["open_intents"]):
        freed, result = _carry_out(connection, intent["verb"], json.loads(intent["arguments_json"]), now)
        connection.rows(SQL["close_intent"], id=intent["id"], result=result)
        lanes |= freed
        feeds = feeds or intent["verb"] in OF_FEEDS
    return lanes, feeds


def _carry_out(connection: Connection, verb: str, order: Mapping[str, Any], now: int) -> tuple[dict[int, int], str]:
    """The lanes to promote, and what came of it."""
    match verb:
        case "send_again" | "it_arrived":
            return _settle(connection, verb, order["delivery"], now)
        case "pause" | "resume":
            return _switch(connection, verb, order["account"])
        case "replay":
            return _replay(connection, order)
        case "add_feeds":
            return {}, roster.add(connection, order["feeds"])
        case "remove_feed":
            return {}, roster.remove(connection, order["name"])
        case _:  # of a later version
            return {}, f"this Sokbo cannot {verb}"


def _settle(connection: Connection, verb: str, delivery: int, now: int) -> tuple[dict[int, int], str]:
    """A person says what became of a held delivery."""
    owner = connection.row(SQL["account_of"], id=delivery)
    if owner is not None:
        connection.rows(SQL["lock_account"], account=owner["account"])
    if verb == "send_again":
        row = connection.row(SQL["requeue_held"], id=delivery)
    else:
        row = connection.row(SQL["settle_held"], id=delivery, now=now)
        if row is not None:
            connection.rows(SQL["add_receipts"], receipts=dump([[delivery, row["account"], [], "", ""]]))
    return ({}, "nothing to do") if row is None else ({row["lane"]: row["account"]}, "done")


def _switch(connection: Connection, verb: str, name: str) -> tuple[dict[int, int], str]:
    """Stop an account or start it; starting also ends its pauses and those of its targets."""
    accounts = connection.rows(SQL["accounts_named"], name=name)
    for row in accounts:
        account = row["account"]
        connection.rows(SQL["lock_account"], account=account)
        if verb == "pause":
            connection.rows(SQL["stop_account"], account=account, reason="paused by a person")
            continue
        connection.rows(SQL["start_account"], account=account)
        connection.rows(SQL["start_lanes"], account=account)
        connection.rows(SQL["wake_account"], account=account)
    return {}, "done" if accounts else f"there is no account {name}"


def _replay(connection: Connection, order: Mapping[str, Any]) -> tuple[dict[int, int], str]:
    """Send a story to those who missed it: again what is dead or held, and anew where nothing was ever queued.

    Of a retracted story what could not be taken back is tried again, and nothing else.
    """
    story, name, target = order["story"], order.get("account", ""), order.get("target", "")
    state = connection.row(SQL["story_state"], story=story)
    if state is None or state["state"] not in ("announced", "corrected", "retracted"):
        return {}, "there is no such story" if state is None else f"the story is {state['state']}: nothing is sent"
    only = "delete" if state["state"] == "retracted" else ""
    lanes: dict[int, int] = {}
    begun = 0
    for row in connection.rows(SQL["accounts_named"], name=name):
        connection.rows(SQL["lock_account"], account=row["account"])
        whose = {"account": row["account"], "name": name, "target": target}
        states = {"dead": 4 if order.get("failed", True) else -1, "held": 5 if order.get("held", False) else -1}
        requeued = connection.rows(SQL["requeue"], story=story, only=only, **whose, **states)
        lanes |= {found["lane"]: found["account"] for found in requeued}
        if order.get("missed", False) and not only:
            begun += len(connection.rows(SQL["replay_missed"], story=story, priority=Priority.NORMAL, **whose))
    if only and not lanes:
        return lanes, "the story is retracted: nothing is sent"
    places = "1 place" if len(lanes) == 1 else f"{len(lanes)} places"
    return lanes, f"sent again to {places}" + (", and to whoever was never sent it" if begun else "")
