"""Files that these tests draw, and boxes that hold what a camera, a telephone or a joker adds to one."""

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageDraw

SECRET = b"37.5665N 126.9780E"  #: what must never come out again
ORIENTATION, MAKER, GPS = 0x112, 0x10F, 0x8825


def card(width: int = 120, height: int = 63, mode: str = "RGB", colour: str = "navy") -> Image.Image:
    """A picture with a white corner at its top left."""
    image = Image.new(mode, (width, height), colour)
    ImageDraw.Draw(image).rectangle((0, 0, width // 4, height // 4), fill="white")
    return image


def quarters(width: int = 120, height: int = 64) -> Image.Image:
    """A picture that looks different whichever way it is turned."""
    image = Image.new("RGB", (width, height), "red")
    image.paste("lime", (width // 2, 0, width, height // 2))
    image.paste("blue", (0, height // 2, width // 2, height))
    return image


def noise(side: int = 100) -> Image.Image:
    return Image.effect_noise((side, side), 90)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def camera(orientation: int = 1) -> Image.Exif:
    """EXIF with a place in it."""
    exif = Image.Exif()
    exif[MAKER] = f"a camera of somebody's at {SECRET.decode()}"
    exif[ORIENTATION] = orientation
    exif.get_ifd(GPS).update({1: "N", 2: (37.0, 33.0, 59.4), 29: SECRET.decode()})
    return exif


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def part(kind: bytes, data: bytes) -> bytes:
    """A chunk of a WebP."""
    return kind + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)


def segment(marker: int, data: bytes) -> bytes:
    """A segment of a JPEG."""
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def blocks(label: int, first: bytes, data: bytes) -> bytes:
    """An extension of a GIF."""
    return bytes([0x21, label, len(first)]) + first + bytes([len(data)]) + data + b"\0"


def png(width: int, height: int, *, idat: bytes = b"") -> bytes:
    """A PNG that says how large it is, whatever it holds."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", idat or zlib.compress(bytes(99))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body
