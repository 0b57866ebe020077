"""Below the guarded client: names become addresses in threads of their own, and few connections are kept.

Both are about numbers. Ten thousand feeds live on nearly as many hosts: a connection that is kept for each would fill
the memory, and a dozen names whose servers never answer would hold up all others in asyncio's few threads.
"""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ConnectionKey

THREADS = 32  #: names looked up at once; a dead one holds its thread for ten seconds or more
KEPT = 64  #: connections that lie idle; a TLS one is 318 KiB (PERFORMANCE.md section 2), so 20 MiB


class Names(AbstractResolver):
    """Looks names up as this machine does (hosts file, search domains, IPv6), in threads."""

    def __init__(self, threads: int = THREADS) -> None:
        self._threads = ThreadPoolExecutor(threads, "names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Every address of a name; raises ``OSError``."""
        look_up = partial(
            socket.getaddrinfo, host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
        )
        found = await asyncio.get_running_loop().run_in_executor(self._threads, look_up)
        return [
            ResolveResult(
                hostname=host, host=str(address[0]), port=port, family=kind, proto=protocol, flags=socket.AI_NUMERICHOST
            )
            for kind, _, protocol, _, address in found
        ]

    async def close(self) -> None:
        """Wait for nobody: a look-up cannot be stopped, but it is not asked for any more."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class Connector(aiohttp.TCPConnector):
    """Keeps at most ``KEPT`` connections for another request: the one that has lain longest is closed."""

    def _release(self, key: ConnectionKey, protocol: ResponseHandler, *, should_close: bool = False) -> None:
        # aiohttp bounds the connections in use, not the idle ones, and has no option for it.
        super()._release(key, protocol, should_close=should_close)
        idle = self._conns
        if sum(map(len, idle.values())) > KEPT:
            oldest, lying = next(iter(idle.items()))
            lying.popleft()[0].close()
            if not lying:
                del idle[oldest]
