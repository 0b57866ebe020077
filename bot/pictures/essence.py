"""What of a picture's file is about drawing it. The rest is about who made it, where, and with what, and goes.

    JPEG   segments   EXIF, XMP, IPTC, comments, thumbnails, a second picture after the first (MPO)
    PNG    chunks     text, time, EXIF, an animation's frames, whatever a program made up, what follows the end
    WebP   chunks     EXIF, XMP, anything unknown
    GIF    blocks     comments, XMP

Only what is known to draw stays, byte for byte, so no quality is lost, and a file with nothing else in it comes out as
it went in. Whatever looks odd is None: that picture is drawn anew.
"""

import re
import struct
from collections.abc import Callable, Iterator, Mapping
from typing import Final

MIMES: Final = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",  # a JPEG with more pictures behind it
    "PNG": "image/png",
    "WEBP": "image/webp",
    "GIF": "image/gif",
}


def essence(data: bytes, kind: str) -> bytes | None:
    """The file without anything that isn't about drawing it; None where that can't be said.

    ``kind`` is Pillow's word for the format. Of a PNG that moves the still picture is left; a WebP that moves is None.
    """
    walk = _WALKS.get(kind)
    if walk is None:
        return None
    try:
        return b"".join(walk(data))
    except (ValueError, IndexError, struct.error):  # it ends early, or contradicts itself
        return None


# ── JPEG: ITU-T T.81, annex B ────────────────────────────────────────────────────────────────────────────────────

_MARKER: Final = re.compile(rb"\xff+([^\xff])", re.DOTALL)
_AFTER_SCAN: Final = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")  # neither a stuffed byte, nor a restart, nor filling
_SCAN, _END = 0xDA, 0xD9
#: Frames and Huffman tables, arithmetic conditioning, scans, quantisation, number of lines, restart interval.
_DRAWS: Final = frozenset({*range(0xC0, 0xD0), _SCAN, 0xDB, 0xDC, 0xDD}) - {0xC8}
_SPEAKS: Final = frozenset({*range(0xE0, 0xF0), 0xFE})  # applications' segments and comments

#: Of the applications' segments, those about drawing: JFIF without a thumbnail, colour profile, colour transform.
_OWN: Final = {
    0xE0: re.compile(rb"JFIF\0.{9}", re.DOTALL),
    0xE2: re.compile(rb"ICC_PROFILE\0.*", re.DOTALL),
    0xEE: re.compile(rb"Adobe.{7}", re.DOTALL),
}


def _jpeg(data: bytes) -> Iterator[bytes]:
    yield data[:2]
    at = 2
    while (marker := _MARKER.match(data, at)) and marker[1][0] != _END:
        kind, start = marker[1][0], marker.end()
        at = start + int(struct.unpack_from(">H", data, start)[0])
        keeps = _keeps(kind, data[start + 2 : at])
        if kind == _SCAN:
            at = _end_of_scan(data, at)
        if keeps:
            yield b"\xff" + data[start - 1 : at]
    if marker is None:
        raise ValueError("no end of image")
    yield b"\xff\xd9"


def _keeps(kind: int, body: bytes) -> bool:
    """Whether a segment stays."""
    if kind not in _DRAWS | _SPEAKS:
        raise ValueError("a marker that no picture on the web has")
    return kind in _DRAWS or (kind in _OWN and _OWN[kind].fullmatch(body) is not None)


def _end_of_scan(data: bytes, at: int) -> int:
    following = _AFTER_SCAN.search(data, at)
    if following is None:
        raise ValueError("a scan without an end")
    return following.start()


# ── PNG: W3C PNG, third edition, section 11 ──────────────────────────────────────────────────────────────────────

_CHUNKS: Final = frozenset((b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs").split())


def _png(data: bytes) -> Iterator[bytes]:
    yield data[:8]
    at, size, kind = 8, 0, b""
    while kind != b"IEND":
        size, kind = struct.unpack_from(">I4s", data, at)
        start, at = at, at + 12 + size
        if kind in _CHUNKS:
            yield data[start:at]
    if size or at > len(data):
        raise ValueError("an end that holds something, or is none")


# ── WebP: RFC 9649, section 2 ────────────────────────────────────────────────────────────────────────────────────

_PARTS: Final = frozenset({b"VP8X", b"ICCP", b"ALPH", b"VP8 ", b"VP8L"})
_MOVES: Final = frozenset({b"ANIM", b"ANMF"})
_SAYS_EXIF_OR_XMP: Final = 0x0C  # flags of VP8X


def _webp(data: bytes) -> Iterator[bytes]:
    parts = b"WEBP" + b"".join(_webp_parts(data))
    yield b"RIFF" + struct.pack("<I", len(parts)) + parts


def _webp_parts(data: bytes) -> Iterator[bytes]:
    at, end = 12, 8 + int(struct.unpack_from("<I", data, 4)[0])
    while at < end:
        kind, size = struct.unpack_from("<4sI", data, at)
        start, at = at, at + 8 + size + size % 2
        if kind in _MOVES or at > len(data):
            raise ValueError("a picture that moves, or ends early")
        if kind == b"VP8X":
            yield data[start : start + 8] + bytes([data[start + 8] & ~_SAYS_EXIF_OR_XMP]) + data[start + 9 : at]
        elif kind in _PARTS:
            yield data[start:at]


# ── GIF: GIF89a ──────────────────────────────────────────────────────────────────────────────────────────────────

_IMAGE, _EXTENSION, _TRAILER = 0x2C, 0x21, 0x3B
_CONTROL, _APPLICATION, _PLAIN_TEXT = 0xF9, 0xFF, 0x01
_LOOPS: Final = 19  # bytes of the block that says how often to repeat
_REPEATS: Final = (b"\x0bNETSCAPE2.0", b"\x0bANIMEXTS1.0")


def _gif(data: bytes) -> Iterator[bytes]:
    at = 13 + _colours(data[10])
    yield data[:at]
    while (mark := data[at]) != _TRAILER:
        start, label = at, data[at + 1]
        if mark == _IMAGE:
            at += 11 + _colours(data[at + 9])
        elif mark == _EXTENSION and label != _PLAIN_TEXT:
            at += 2
        else:
            raise ValueError("a block that nobody draws")
        while size := data[at]:
            at += 1 + size
        at += 1
        if mark == _IMAGE or label == _CONTROL or _repeats(label, data[start + 2 : at]):
            yield data[start:at]
    yield b"\x3b"


def _colours(flags: int) -> int:
    """Bytes of the colour table that ``flags`` announce."""
    return 6 << (flags & 7) if flags & 0x80 else 0


def _repeats(label: int, body: bytes) -> bool:
    return label == _APPLICATION and body.startswith(_REPEATS) and len(body) == _LOOPS - 2


_WALKS: Final[Mapping[str, Callable[[bytes], Iterator[bytes]]]] = {
    "JPEG": _jpeg,
    "MPO": _jpeg,
    "PNG": _png,
    "WEBP": _webp,
    "GIF": _gif,
}
