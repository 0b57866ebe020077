"""What a server packed, unpacked a piece at a time, so that a bomb stops at the cap and the event loop goes on.

    bytes as they came ─▶ slices of 64 KiB ─▶ pieces of ≤ 256 KiB, the loop's turn after each ─▶ body, ≤ the cap

Only gzip and deflate are ever asked for: both are in the standard library, and in every server.
"""

import asyncio
import zlib
from collections.abc import Iterator

from bot.errors import SourceError

ASKED_FOR = "gzip, deflate"
SLICE = 64 * 1024  #: packed bytes looked at together: what follows a member of a gzip file is copied, so it stays small
MEMBERS = 1_000  #: of a gzip file; one that is packed in blocks of 64 KiB, as some are, has 240 within the cap
PIECE = 256 * 1024  #: unpacked bytes between two turns of the event loop: half a millisecond of it

_GZIP = frozenset({"gzip", "x-gzip"})
_UNASKED = frozenset({"br", "zstd", "compress", "x-compress", "dcb", "dcz"})
_GZIP_WINDOW, _ZLIB_WINDOW, _RAW_WINDOW = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS


async def inflated(wire: bytes, encoding: str, largest: int) -> bytes:
    """The body that came as ``wire``, in the content coding that the server named; an unknown name means nothing.

    Raises ``SourceError``, with a text that goes on from the host's name, when the body is more than ``largest`` bytes,
    is broken, or is packed in a way that nobody asked for.
    """
    codings = [name for name in (part.strip().lower() for part in encoding.split(",")) if name != "identity"]
    window = _window(codings, wire)
    if window is None or not wire:
        return wire
    pieces, size = list[bytes](), 0
    try:
        for piece in _pieces(wire, window):
            if pieces:
                await asyncio.sleep(0)
            pieces.append(piece)
            size += len(piece)
            if size > largest:
                raise SourceError(f"sends more than {largest / 2**20:g} MiB")
    except zlib.error:
        raise SourceError(f"broke off within what should be {codings[0]}") from None
    return b"".join(pieces)


def _window(codings: list[str], wire: bytes) -> int | None:
    """How zlib is to read the bytes; None where they are the body already."""
    if _UNASKED.intersection(codings):
        raise SourceError(f"packs its answer as {codings[0]}, which it was not asked for")
    packed = [name for name in codings if name in _GZIP or name == "deflate"]
    if len(packed) > 1:
        raise SourceError("packs its answer more than once")
    if not packed:
        return None
    if packed[0] in _GZIP:
        return _GZIP_WINDOW
    # RFC 1950, section 2.2: how a zlib stream begins. Some servers send the raw one, which RFC 9110 does not mean.
    is_zlib = wire[:1] and wire[0] & 0x0F == 8 and int.from_bytes(wire[:2]) % 31 == 0  # noqa: PLR2004 - the format's own
    return _ZLIB_WINDOW if is_zlib else _RAW_WINDOW


def _pieces(wire: bytes, window: int) -> Iterator[bytes]:
    """The unpacked bytes, in pieces, an empty one too; raises ``zlib.error`` where they break off.

    A gzip file may have several members; what follows the last one and is none is passed over, as browsers do.
    """
    unpack, members = zlib.decompressobj(window), 1
    for start in range(0, len(wire), SLICE):
        packed = wire[start : start + SLICE]
        while packed:
            if unpack.eof:
                if window != _GZIP_WINDOW or not packed.startswith(b"\x1f"):
                    return
                unpack, members = zlib.decompressobj(window), members + 1
                if members > MEMBERS:
                    raise zlib.error("it begins too often")
            yield unpack.decompress(packed, PIECE)
            packed = unpack.unused_data if unpack.eof else unpack.unconsumed_tail
    while not unpack.eof:
        piece = unpack.decompress(b"", PIECE)  # a raw stream has no trailer: its last words may still be inside
        if not piece:
            raise zlib.error("it has no end")
        yield piece
