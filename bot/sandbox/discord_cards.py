"""What Discord shows of users and messages, and where messages lie."""

import datetime as dt
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
    described = {str(item.get("id")): item.get("description") for item in body.get("attachments") or []}
    address = f"https://cdn.discordapp.com/attachments/{place}"
    attachments = [
        {
            "id": str(int(record.id) + 1 + number),
            "filename": file["name"],
            "size": file["bytes"],
            "content_type": file["type"],
            "description": described.get(str(number)),
            "url": f"{address}/{record.id}/{file['name']}",
            "proxy_url": f"{address}/{record.id}/{file['name']}",
        }
        for number, file in enumerate(body.get("files", []))
    ]
    nonce = {"nonce": body["nonce"]} if record.key else {}
    hook = {"webhook_id": author["id"]} if record.account == "webhook" else {}
    said = {"content": body.get("content") or "", "embeds": body.get("embeds") or [], "attachments": attachments}
    born = {"timestamp": iso(record.when()), "edited_timestamp": None, "flags": body.get("flags") or 0}
    return {"id": record.id, "channel_id": place, "author": author, **nonce, **hook, **said, **born, **PLAIN}


def _webhook_card(record: Accepted) -> dict[str, Any]:
    number = record.target.removeprefix("webhook:")
    return bot_card("0") | {"id": number, "username": record.body.get("username", "Sandbox"), "discriminator": "0000"}
