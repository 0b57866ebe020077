"""Send it far too much, or for far too long: FAILURES.md section 3, row 22."""

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterable
from operator import itemgetter
from typing import Any

import pytest

from tests.torture.bombs import LARGE, LONG, MIB, serving
from tests.torture.scale import scale, within

DEADLINE = 30.0
SHORT = scale(0.6, DEADLINE)  #: seconds for what never ends
MOST = 64 * MIB
TOO_LARGE = ("gzip", "gzip-14-gib", "deflate", "deflate-raw", "chunks", "chunk-without-end", "length", "no-length")


async def swallowed(names: Iterable[str], deadline: float) -> dict[str, dict[str, Any]]:
    """What became of each bomb, in a process of its own."""
    async with serving() as base:
        command = (sys.executable, "-m", "tests.torture.swallow", base, str(deadline), *names)
        done = await asyncio.to_thread(subprocess.run, command, stdout=subprocess.PIPE, check=True)
    return {one["name"]: one for one in map(json.loads, done.stdout.splitlines())}


@pytest.mark.alone
async def test_bombs_stop_at_fifteen_mebibytes_or_thirty_seconds() -> None:
    """Row 22: each is an error of its own feed, in time, and all together cost at most 64 MB of memory.

    The short form has a shorter deadline for what never ends; the caps are the same.
    """
    large, long = await swallowed(LARGE, DEADLINE), await swallowed(LONG, SHORT)
    found = large | long
    worst, slowest, latest = (max(found.values(), key=itemgetter(what)) for what in ("grown", "took", "late"))
    print(
        f"row 22: {len(found)} bombs; memory +{worst['grown'] / 1e6:.0f} MB at most ({worst['name']}), "
        f"{slowest['took']:.1f} s at most ({slowest['name']}, deadline {SHORT:g} s), "
        f"the loop {latest['late'] * 1000:.0f} ms late at most ({latest['name']})"
    )
    assert set(found) == {*LARGE, *LONG}
    for name, one in found.items():
        assert not one["said"].startswith("an answer"), name
        assert one["grown"] <= MOST, name
    for name in TOO_LARGE:
        assert "sends more than 15 MiB" in large[name]["said"], large[name]
    for one in long.values():
        assert re.search("did not finish answering|sends more than", one["said"]), one
        assert one["took"] <= SHORT + within(2.0), one
    assert "packs its answer as br" in large["brotli"]["said"]
