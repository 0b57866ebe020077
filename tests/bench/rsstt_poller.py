"""RSS-to-Telegram-Bot's own fetch and parse, as its monitor calls them; runs where `rsstt` is installed, by itself.

It connects to no Telegram: what it would send is not asked. It believes any certificate, which costs it a little less
than it costs the others.
"""

import asyncio
import json
import os
import resource
import socket
import sys
import time
from collections.abc import Iterator
from itertools import cycle
from typing import Any

import aiohttp.connector
from aiohttp.abc import AbstractResolver, ResolveResult

AT_ONCE = 100
WARM = 500  #: as the plain loop has them
os.environ |= {"TOKEN": "1:a", "MANAGER": "1", "API_ID": "1", "API_HASH": "a", "VERIFY_TLS": "0", "NO_UVLOOP": "0"}


class Here(AbstractResolver):
    """Every name is this machine."""

    def __init__(self, *_: Any, **__: Any) -> None:
        """Whatever the machine's own resolver would be told is nothing to this one."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """One address for whatever name."""
        return [ResolveResult(hostname=host, host="127.0.0.1", port=port, family=family, proto=0, flags=0)]

    async def close(self) -> None:
        """There is nothing to close."""


def main() -> None:
    """Poll as the arguments say."""
    port, scheme, domain, lasts = int(sys.argv[1]), sys.argv[2], sys.argv[3], float(sys.argv[4])
    del sys.argv[1:]  # rsstt reads them as its own
    aiohttp.connector.DefaultResolver = Here  # type: ignore[attr-defined,assignment]  # before rsstt makes its connector
    print(json.dumps(asyncio.run(polled(scheme, domain, port, lasts))))


async def polled(scheme: str, domain: str, port: int, lasts: float) -> dict[str, object]:
    """What its polls took."""
    from rsstt import aio_helper  # type: ignore[import-not-found]
    from rsstt.web import feed_get  # type: ignore[import-not-found]

    aio_helper.init()
    etags: dict[int, str] = {}
    counted = {"polls": 0, "unchanged": 0}

    async def poll(number: int) -> None:
        headers = {"If-None-Match": etags[number]} if number in etags else {}
        url = f"{scheme}://feed{number}.{domain}:{port}/feed"
        found = await feed_get(url, headers=headers, verbose=False)
        if found.status not in (200, 304):
            raise RuntimeError(f"{url}: {found.status} {found.error}")
        etags[number] = found.headers["ETag"]
        counted["polls"] += 1
        counted["unchanged"] += found.status == 304

    async def work(numbers: Iterator[int]) -> None:
        for number in numbers:
            await poll(number)

    async def polls(numbers: Iterator[int]) -> None:
        await asyncio.gather(*(work(numbers) for _ in range(AT_ONCE)))

    await polls(iter(range(WARM)))
    counted |= {"polls": 0, "unchanged": 0}
    began, lags = used(), list[float]()
    beating = asyncio.ensure_future(beat(lags))
    polling = asyncio.ensure_future(polls(cycle(range(WARM))))
    await asyncio.wait([polling], timeout=lasts)
    cpu = used() - began
    if polling.done():
        polling.result()
    polling.cancel()
    beating.cancel()
    await asyncio.gather(polling, beating, return_exceptions=True)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000
    return {**counted, "cpu": cpu, "lags": lags, "resident": most}


def used() -> float:
    """Seconds of processor time, of the children that have ended too."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


async def beat(lags: list[float]) -> None:
    """Note how late the event loop is, in ms."""
    while True:
        due = time.perf_counter() + 0.010
        await asyncio.sleep(0.010)
        lags.append((time.perf_counter() - due) * 1000)


if __name__ == "__main__":
    main()
