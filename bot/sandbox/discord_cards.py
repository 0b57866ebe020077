"""What Discord shows of users and messages, and where messages lie."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from bot.sandbox.ledger import Accepted

#: What no message of the stand-in has.
PLAIN = {
    "type": 0,
    "tts": False,
    "pinned": False,
    "mention_everyone": False,
    "mentions": [],
    "mention_roles": [],
    "components": [],
}


#: What an edit changes beside attachments, and what nothing becomes.
EDITED: dict[str, Any] = {"content": "", "embeds": [], "flags": 0, "components": []}


def channel_of(target: str) -> str:
    """The channel in which a target's messages lie."""
    kind, _, number = target.rpartition(":")
    return str(int(number) + 1) if kind else target


def owner_of(account: str, target: str) -> str:
    """Whose a message is: a bot's account, or ``webhook:ID``."""
    return target if account == "webhook" else account


def iso(moment: dt.datetime) -> str:
    """A time as Discord writes it."""
    return moment.isoformat(timespec="microseconds")


def bot_card(account: str) -> dict[str, Any]:
    """A User object."""
    number = str(800_000_000_000_000_000 + int(account, 16))
    return {"id": number, "username": "sandbox", "discriminator": "0", "global_name": None, "avatar": None, "bot": True}


def message_card(record: Accepted, place: str) -> dict[str, Any]:
    """A Message object, as it was posted."""
    body = record.body
    author = bot_card(record.account) if record.account != "webhook" else _webhook_card(record)
    nonce = {"nonce": body["nonce"]} if record.key else {}
    hook = {"webhook_id": author["id"]} if record.account == "webhook" else {}
    attachments = _attachment_cards(record, place)
    said = {"content": body.get("content") or "", "embeds": body.get("embeds") or [], "attachments": attachments}
    born = {"timestamp": iso(record.when()), "edited_timestamp": None, "flags": body.get("flags") or 0}
    return {"id": record.id, "channel_id": place, "author": author, **nonce, **hook, **said, **born, **PLAIN}


def changed(card: Mapping[str, Any], edit: Accepted) -> dict[str, Any]:
    """What an edit makes of a Message object."""
    said = {name: edit.body[name] or nothing for name, nothing in EDITED.items() if name in edit.body}
    attachments = [*kept(card, edit.body), *_attachment_cards(edit, card["channel_id"])]
    return {**said, "attachments": attachments, "edited_timestamp": iso(edit.when())}


def kept(card: Mapping[str, Any], body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The attachments that an edit leaves: all, or those that it names."""
    if "attachments" not in body:
        return list(card["attachments"])
    listed = body["attachments"] if isinstance(body["attachments"], list) else []
    named = {str(item.get("id")) for item in listed if isinstance(item, dict)}
    return [attachment for attachment in card["attachments"] if attachment["id"] in named]


def _attachment_cards(record: Accepted, place: str) -> list[dict[str, Any]]:
    """The files that came with a post or an edit; their ids are like no other's in the channel."""
    described = {str(item.get("id")): item.get("description") for item in record.body.get("attachments") or []}
    address = f"https://cdn.discordapp.com/attachments/{place}/{record.id}"
    return [
        {
            "id": str(int(record.id) + (record.seq << 4) + number),
            "filename": file["name"],
            "size": file["bytes"],
            "content_type": file["type"],
            "description": described.get(str(number)),
            "url": f"{address}/{file['name']}",
            "proxy_url": f"{address}/{file['name']}",
        }
        for number, file in enumerate(record.body.get("files", []))
    ]


def _webhook_card(record: Accepted) -> dict[str, Any]:
    number = record.target.removeprefix("webhook:")
    return bot_card("0") | {"id": number, "username": record.body.get("username", "Sandbox"), "discriminator": "0000"}
