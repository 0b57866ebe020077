"""A message as it is sent: its embeds and files, put together by discord.py; and the nonce that is its key."""

import base64
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import discord
from discord.http import MultipartParameters, handle_message_parameters
from discord.utils import MISSING

from bot.document import Picture
from bot.model import Delivery, Message
from bot.ports import Part
from bot.text.fit import fit
from bot.text.measure import code_points

ALT = 1024  #: code points of an attachment's description
NOBODY = discord.AllowedMentions.none()

_MIME_SUFFIX = {"image/png": "png", "image/gif": "gif", "image/webp": "webp"}


@dataclass(frozen=True, slots=True)
class Payload:
    """What a request carries: JSON, or the parts of a form."""

    json: Any = None
    parts: tuple[Part, ...] = ()


def posted(delivery: Delivery, *, keyed: bool) -> Payload:
    """The message as a new one; ``keyed``: its key goes along as a nonce, and it may answer another.

    What it answers may be gone: then it stands alone (docs: resources/message, ``fail_if_not_exists``). An incoming
    webhook answers nobody.
    """
    answers: Any = MISSING  # discord.py wants a channel too, which is the one that is posted to
    if keyed and delivery.after is not None and delivery.after.ids:
        answers = {"message_id": delivery.after.ids[0], "fail_if_not_exists": False}
    return _packed(
        handle_message_parameters(
            embeds=_embeds(delivery.message),
            files=_files(delivery) or MISSING,
            allowed_mentions=NOBODY,
            flags=discord.MessageFlags(suppress_notifications=True) if delivery.silent else MISSING,
            nonce=nonce(delivery.key) if keyed else None,
            message_reference=answers,
        )
    )


def edited(delivery: Delivery) -> Payload:
    """The message in the place of another, whose embeds and files all go."""
    return _packed(
        handle_message_parameters(
            embeds=_embeds(delivery.message),
            attachments=_files(delivery),
            allowed_mentions=NOBODY,
        )
    )


def nonce(key: str) -> str:
    """Make 24 characters of the key; Discord takes 25."""
    return base64.b32encode(hashlib.sha256(key.encode()).digest())[:24].decode().lower()


def file_name(number: int, picture: Picture) -> str:
    """Name the upload in ASCII letters, as ``attachment://`` wants it."""
    return f"picture{number + 1 if number else ''}.{_MIME_SUFFIX.get(picture.mime, 'jpg')}"


def _embeds(message: Message) -> list[discord.Embed]:
    """The embeds as they are sent: a picture that was made smaller since has another file name."""
    embeds = [discord.Embed.from_dict(embed) for embed in message.body["embeds"]]
    for number, (embed, picture) in enumerate(zip(embeds, message.pictures, strict=False)):
        address = f"attachment://{file_name(number, picture)}"
        embed.set_image(url=address) if embed.image.url else embed.set_thumbnail(url=address)
    return embeds


def _files(delivery: Delivery) -> list[discord.File]:
    return [
        discord.File(
            io.BytesIO(delivery.files[picture.sha256]),
            file_name(number, picture),
            description=fit(picture.alt, ALT, code_points) or None,
        )
        for number, picture in enumerate(delivery.message.pictures)
    ]


def _packed(parameters: MultipartParameters) -> Payload:
    """Take discord.py's form apart, and close its files."""
    with parameters:
        return Payload(parameters.payload, tuple(map(_part, parameters.multipart or ())))


def _part(field: Mapping[str, Any]) -> Part:
    """Turn one field of discord.py's form into ours."""
    if "filename" not in field:
        return Part(field["name"], field["value"].encode(), "application/json")
    return Part(field["name"], field["value"].read(), field["content_type"], field["filename"])
