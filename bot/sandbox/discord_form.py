"""What Discord takes as a message: limits of content, embeds and files, and its 50035 form errors (PLATFORMS.md a, b).

Discord says "characters" and does not say which; the stand-in counts UTF-16 units, the strictest reading.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.intake import Upload, picture
from bot.sandbox.reply import Refusal

CONTENT = 2000  #: DD resources/message.mdx
EMBED_TEXTS = {"title": 256, "description": 4096}  #: as all limits of embeds: DD message.mdx, "Embed Limits"
EMBED_PARTS = {("footer", "text"): 2048, ("author", "name"): 256}
EMBED_FIELD = {"name": 256, "value": 1024}
EMBED_FIELDS = 25
EMBED_SUM = 6000
EMBEDS = 10
NONCE = 25
USERNAME = 80  #: of a webhook
DESCRIPTION = 1024  #: an attachment's alt text
FILES = 10
FILE = 10 << 20  #: bytes of one file without boosts; DD reference.mdx
COLOUR = 0xFFFFFF
PICTURES = re.compile(r"\.(jpe?g|png|gif|webp)$", re.IGNORECASE)
MENTION = re.compile(r"@everyone|@here|<@[!&]?\d+>")
WEB = ("http://", "https://")


def refuse(status: int, code: int, message: str, *, headers: Mapping[str, str] | None = None) -> Refusal:
    """An error as Discord words it."""
    return Refusal(status, {"message": message, "code": code}, headers=headers)


@dataclass(slots=True)
class Form:
    """The errors of one form, nested as its fields are."""

    errors: dict[str, Any] = field(default_factory=dict)

    def wrong(self, path: str, code: str, message: str) -> None:
        """Note what is wrong with the field at ``path`` (``embeds.0.title``)."""
        place = self.errors
        for step in path.split("."):
            place = place.setdefault(step, {})
        place.setdefault("_errors", []).append({"code": code, "message": message})

    def text(self, path: str, value: object, most: int, least: int = 0) -> int:
        """Check one text of ``least`` to ``most`` characters, ends trimmed; its length."""
        if value is None and not least:
            return 0
        if not isinstance(value, str):
            self.wrong(path, "BASE_TYPE_REQUIRED" if value is None else "BASE_TYPE_STRING", "This field is required")
            return 0
        length = len(value.strip().encode("utf-16-le", "surrogatepass")) // 2
        if length > most:
            self.wrong(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
        elif length < least:
            self.wrong(path, "BASE_TYPE_REQUIRED", "This field is required")
        return length

    def items(self, path: str, value: object, most: int) -> list[Any]:
        """Check that it is a list of at most ``most``; its items."""
        if value is None:
            return []
        if not isinstance(value, list):
            self.wrong(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return []
        if len(value) > most:
            self.wrong(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
        return value

    def part(self, path: str, value: object) -> Mapping[str, Any]:
        """Check that it is an object; itself, or an empty one."""
        if value is None or isinstance(value, dict):
            return value or {}
        self.wrong(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
        return {}

    def raise_if_wrong(self) -> None:
        """Refuse the form, if anything is wrong with it."""
        if self.errors:
            raise Refusal(400, {"message": "Invalid Form Body", "code": 50035, "errors": self.errors})


def check_message(body: Mapping[str, Any], uploads: Iterable[Upload], kept: Iterable[str] = ()) -> None:
    """Refuse what Discord would not take as a message; ``kept`` are the names of files that it has already."""
    files = list(uploads)
    _check_files(files)
    form = Form()
    content = form.text("content", body.get("content"), CONTENT)
    names = _check_attachments(form, body.get("attachments"), files) | frozenset(kept)
    embeds = form.items("embeds", body.get("embeds"), EMBEDS)
    total = sum(_check_embed(form, f"embeds.{number}", embed, names) for number, embed in enumerate(embeds))
    if total > EMBED_SUM:
        form.wrong("embeds", "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {EMBED_SUM}")
    _check_rest(form, body)
    form.raise_if_wrong()
    if not (content or embeds or files or names):
        raise refuse(400, 50006, "Cannot send an empty message")


def pings(body: Mapping[str, Any]) -> bool:
    """Whether it would call people: a mention stands in it and ``allowed_mentions`` does not shut them all."""
    allowed = body.get("allowed_mentions")
    if isinstance(allowed, dict) and not any(allowed.get(kind) for kind in ("parse", "users", "roles")):
        return False
    texts = [body.get("content"), *(embed.get("description") for embed in body.get("embeds") or [])]
    return any(MENTION.search(text or "") for text in texts)


def _check_files(files: list[Upload]) -> None:
    if len(files) > FILES:
        raise refuse(400, 30015, "Maximum number of attachments in a message reached (10)")
    for upload in files:
        if len(upload.data) > FILE:
            raise refuse(413, 40005, "Request entity too large")
        if PICTURES.search(upload.name) and not picture(upload.data, ("JPEG", "PNG", "GIF", "WEBP")):
            # the real one shows a broken picture; here the sender hears of it
            raise refuse(400, 50046, "Invalid file uploaded")


def _check_attachments(form: Form, value: object, files: list[Upload]) -> frozenset[str]:
    """The names that ``attachment://`` may point to."""
    names = {upload.name for upload in files}
    for number, item in enumerate(form.items("attachments", value, FILES)):
        path = f"attachments.{number}"
        attachment = form.part(path, item)
        form.text(f"{path}.description", attachment.get("description"), DESCRIPTION)
        identity = str(attachment.get("id", ""))
        if not identity.isdigit():
            form.wrong(f"{path}.id", "NUMBER_TYPE_COERCE", f'Value "{identity}" is not snowflake.')
        elif len(identity) < 3 and int(identity) >= len(files):  # noqa: PLR2004 - longer ones are of kept attachments
            form.wrong(path, "ATTACHMENT_NOT_FOUND", f"File could not be found for attachment {identity}")
        if name := attachment.get("filename"):
            names.add(str(name))
    return frozenset(names)


def _check_embed(form: Form, path: str, value: object, names: frozenset[str]) -> int:
    """The embed's characters, as far as they count into the sum."""
    embed = form.part(path, value)
    if not any(embed.values()):
        form.wrong(f"{path}.description", "BASE_TYPE_REQUIRED", "This field is required")
    total = sum(form.text(f"{path}.{name}", embed.get(name), most) for name, most in EMBED_TEXTS.items())
    for (name, inner), most in EMBED_PARTS.items():
        if name in embed:
            part = form.part(f"{path}.{name}", embed[name])
            total += form.text(f"{path}.{name}.{inner}", part.get(inner), most, least=1)
    for number, item in enumerate(form.items(f"{path}.fields", embed.get("fields"), EMBED_FIELDS)):
        place = f"{path}.fields.{number}"
        part = form.part(place, item)
        total += sum(form.text(f"{place}.{name}", part.get(name), most, least=1) for name, most in EMBED_FIELD.items())
    _check_links(form, path, embed, names)
    colour = embed.get("color") or 0
    if not isinstance(colour, int) or not 0 <= colour <= COLOUR:
        form.wrong(f"{path}.color", "NUMBER_TYPE_MAX", "int value should be less than or equal to 16777215.")
    if embed.get("timestamp") and not _is_time(embed["timestamp"]):
        form.wrong(
            f"{path}.timestamp", "DATE_TIME_TYPE_PARSE", f"Could not parse {embed['timestamp']}. Should be ISO8601."
        )
    return total


def _check_links(form: Form, path: str, embed: Mapping[str, Any], names: frozenset[str]) -> None:
    if (url := embed.get("url")) and not str(url).startswith(WEB):
        form.wrong(f"{path}.url", "URL_TYPE_INVALID_SCHEME", f'Scheme "{url}" is not supported.')
    for place, key in (("image", "url"), ("thumbnail", "url"), ("author", "icon_url"), ("footer", "icon_url")):
        part = embed.get(place)
        url = str((part.get(key) if isinstance(part, dict) else None) or "https://")
        if url.startswith("attachment://"):
            if url.removeprefix("attachment://") not in names:
                # the real one drops the picture in silence; here the sender hears of it
                form.wrong(f"{path}.{place}.{key}", "ATTACHMENT_NOT_FOUND", f"{url} names no uploaded file")
        elif not url.startswith(WEB):
            form.wrong(f"{path}.{place}.{key}", "URL_TYPE_INVALID_SCHEME", "Scheme must be one of ('http', 'https').")


def _check_rest(form: Form, body: Mapping[str, Any]) -> None:
    if not isinstance(body.get("nonce", ""), int | str) or len(str(body.get("nonce", ""))) > NONCE:
        form.wrong("nonce", "BASE_TYPE_MAX_LENGTH", f"Must be {NONCE} or fewer in length.")
    if "username" in body:
        form.text("username", body["username"], USERNAME, least=1)
    if not isinstance(body.get("flags") or 0, int):
        form.wrong("flags", "NUMBER_TYPE_COERCE", "Value is not int.")
    for name in form.items(
        "allowed_mentions.parse", form.part("allowed_mentions", body.get("allowed_mentions")).get("parse"), 3
    ):
        if name not in ("everyone", "roles", "users"):
            form.wrong("allowed_mentions.parse", "BASE_TYPE_CHOICES", "Must be one of ('everyone', 'roles', 'users').")


def _is_time(value: object) -> bool:
    try:
        dt.datetime.fromisoformat(str(value))
    except ValueError:
        return False
    return True
