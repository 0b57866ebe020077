"""Packed bodies, honest and hostile (FAILURES.md section 1, "gzip bomb")."""

import asyncio
import gzip
import random
import zlib

import pytest

from bot.errors import SourceError
from bot.sources.inflate import ASKED_FOR, MEMBERS, PIECE, SLICE, inflated

MIB = 1 << 20
TEXT = ("속보: 시청 앞 분수대 재개장. " * 30_000).encode()
NOISE = random.Random(7).randbytes(3 * SLICE + 11)


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize("body", [b"", b"x", TEXT, NOISE, bytes(2 * PIECE), bytes(PIECE + 24)], ids=len)
@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("", bytes),
        ("identity", bytes),
        ("UTF-8", bytes),
        ("none", bytes),
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        (" GZip ", gzip.compress),
        ("identity, gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", raw_deflate),
        ("gzip", lambda body: gzip.compress(body[:9]) + gzip.compress(body[9:])),
        ("gzip", lambda body: gzip.compress(body) + bytes(40)),
        ("gzip", lambda body: gzip.compress(body) + b"<!-- served from the cache -->"),
        ("deflate", lambda body: zlib.compress(body) + b"more"),
    ],
)
async def test_a_body_is_unpacked_as_its_server_packed_it(body: bytes, encoding: str, pack: object) -> None:
    assert callable(pack)
    assert await inflated(pack(body), encoding, 4 * MIB) == body


async def test_an_empty_body_is_empty_whatever_its_server_calls_it() -> None:
    assert await inflated(b"", "gzip", MIB) == b""


@pytest.mark.parametrize(
    ("wire", "encoding"),
    [
        (b"plain", "gzip"),
        (b"plain", "deflate"),
        (gzip.compress(TEXT)[:-9], "gzip"),
        (gzip.compress(TEXT)[:-1], "gzip"),
        (gzip.compress(TEXT)[:-8] + bytes(8), "gzip"),
        (zlib.compress(TEXT)[:-1], "deflate"),
        (raw_deflate(NOISE)[:-1], "deflate"),
        (gzip.compress(TEXT) + gzip.compress(TEXT)[:30], "gzip"),
    ],
)
async def test_what_is_cut_off_or_not_packed_is_broken(wire: bytes, encoding: str) -> None:
    with pytest.raises(SourceError, match=f"broke off within what should be {encoding}"):
        await inflated(wire, encoding, 4 * MIB)


async def test_a_file_of_very_many_empty_members_is_broken() -> None:
    """They weigh nothing, and each costs a new beginning: 15 MiB of them would be seconds of processor time."""
    with pytest.raises(SourceError, match="broke off"):
        await inflated(gzip.compress(b"") * (MEMBERS + 1), "gzip", MIB)


@pytest.mark.parametrize("encoding", ["br", "zstd", "compress", "BR", "gzip, br"])
async def test_what_nobody_asked_for_is_refused_before_a_byte_of_it_is_unpacked(encoding: str) -> None:
    assert encoding.lower() not in ASKED_FOR
    with pytest.raises(SourceError, match="was not asked for"):
        await inflated(b"\x8b\x03\x80", encoding, MIB)


async def test_what_is_packed_twice_is_refused() -> None:
    with pytest.raises(SourceError, match="more than once"):
        await inflated(gzip.compress(gzip.compress(bytes(MIB))), "gzip, gzip", MIB)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_body_may_be_as_large_as_the_cap_and_no_byte_larger(encoding: str) -> None:
    pack = gzip.compress if encoding == "gzip" else zlib.compress
    assert len(await inflated(pack(bytes(MIB)), encoding, MIB)) == MIB
    with pytest.raises(SourceError, match="sends more than 1 MiB"):
        await inflated(pack(bytes(MIB + 1)), encoding, MIB)


@pytest.mark.parametrize("wire", [gzip.compress(bytes(8 * MIB)), gzip.compress(b"x") * MEMBERS], ids=["large", "many"])
async def test_the_loop_has_its_turns_meanwhile(wire: bytes) -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    await inflated(wire, "gzip", 8 * MIB)
    counting.cancel()
    assert turns >= 30
