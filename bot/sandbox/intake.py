"""What came in: a body's fields and files, and what a picture is by its own header."""

import hashlib
import io
import json
import warnings
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web
from PIL import Image, UnidentifiedImageError

CHUNK = 1 << 16  #: bytes read at a time


class Unreadable(ValueError):  # noqa: N818 - each platform has its own words for it
    """The body is not what its Content-Type says."""


class TooLarge(Exception):  # noqa: N818 - each platform has its own words for it
    """The body has more bytes than the platform takes in one request."""


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of a multipart body."""

    name: str
    data: bytes
    type: str

    def sha256(self) -> str:
        """The hash of the bytes, in hex."""
        return hashlib.sha256(self.data).hexdigest()

    def card(self) -> dict[str, Any]:
        """The file as the log shows it: name, hash, size in bytes, MIME type."""
        return {"name": self.name, "sha256": self.sha256(), "bytes": len(self.data), "type": self.type}


@dataclass(frozen=True, slots=True)
class Intake:
    """A body: ``fields`` are JSON values (strings, where a form sent them), ``uploads`` go by their part's name."""

    fields: dict[str, Any]
    uploads: dict[str, Upload] = field(default_factory=dict)


async def read(request: web.Request, most: int) -> Intake:
    """The body, of at most ``most`` bytes; raises ``Unreadable`` and ``TooLarge``."""
    if request.content_type.startswith("multipart/"):
        return await _read_multipart(request, most)
    data = await _gather(request.content.iter_chunked(CHUNK), most)
    if request.content_type == "application/x-www-form-urlencoded":
        return Intake(dict(parse_qsl(_text(data), keep_blank_values=True)))
    return Intake(read_object(data) if data else {})


def read_object(data: bytes | str) -> dict[str, Any]:
    """A JSON object; raises ``Unreadable`` for anything else."""
    try:
        value = json.loads(data)
    except ValueError as error:
        raise Unreadable("the body is not JSON") from error
    if not isinstance(value, dict):
        raise Unreadable("the body is no JSON object")
    return value


async def _read_multipart(request: web.Request, most: int) -> Intake:
    intake = Intake({})
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or not part.name:
                raise Unreadable("a part of the form has no name")
            data = await _gather(_chunks(part), most)
            most -= len(data)
            if part.filename is None:
                intake.fields[part.name] = _text(data)
            else:
                kind = part.headers.get("Content-Type", "application/octet-stream")
                intake.uploads[part.name] = Upload(part.filename, data, kind)
    except ValueError as error:
        raise Unreadable(str(error)) from error
    return intake


async def _chunks(part: BodyPartReader) -> AsyncIterator[bytes]:
    while chunk := await part.read_chunk(CHUNK):
        yield chunk


async def _gather(chunks: AsyncIterator[bytes], most: int) -> bytes:
    data = bytearray()
    async for chunk in chunks:
        data += chunk
        if len(data) > most:
            raise TooLarge
    return bytes(data)


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise Unreadable("a field is not UTF-8") from error


@dataclass(frozen=True, slots=True)
class Dimensions:
    """A picture's size in pixels."""

    width: int
    height: int


def picture(data: bytes, formats: tuple[str, ...]) -> Dimensions | None:
    """The size of a picture in one of Pillow's ``formats``, by its header; None where the bytes are none."""
    try:
        with (
            # only the header is read, so nothing is unpacked that could burst
            warnings.catch_warnings(action="ignore", category=Image.DecompressionBombWarning),
            Image.open(io.BytesIO(data), formats=formats) as image,
        ):
            return Dimensions(*image.size)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        return None
