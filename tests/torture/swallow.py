"""One guarded client in a process of its own, so that its memory can be told.

`python -m tests.torture.swallow URL SECONDS NAME …` asks for each path and prints what became of it, in JSON lines.
"""

import asyncio
import json
import re
import sys
import time
from pathlib import Path

from bot.app.memory import settle
from bot.errors import SourceError
from bot.sources.fetch import Client

KIB = 1024
OFTEN = 0.005  #: seconds between two looks at the event loop


def memory(line: str) -> int:
    """Bytes of this process: ``VmRSS`` now, ``VmHWM`` at most since `forget`."""
    found = re.search(rf"{line}:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    assert found is not None
    return int(found[1]) * KIB


def forget() -> None:
    """Begin anew to look for the most."""
    Path("/proc/self/clear_refs").write_text("5", "ascii")


async def swallow(base: str, deadline: float, names: list[str]) -> None:
    """Ask for each; ``grown`` is the most memory since the client stood there with nothing to do."""
    async with Client(allow_private=["127.0.0.0/8"], deadline=deadline) as client:
        await ask(client, f"{base}/{names[0]}")
        empty = memory("VmRSS")
        for name in names:
            forget()
            began = time.monotonic()
            said, late = await ask(client, f"{base}/{name}")
            told = {"name": name, "said": said, "took": time.monotonic() - began, "late": late}
            print(json.dumps(told | {"grown": memory("VmHWM") - empty}), flush=True)


async def ask(client: Client, url: str) -> tuple[str, float]:
    """What the client said, and how many seconds late the event loop was at most meanwhile."""
    asking = asyncio.create_task(client(url))
    late, looked = 0.0, time.monotonic()
    while not asking.done():
        await asyncio.wait({asking}, timeout=OFTEN)
        late, looked = max(late, time.monotonic() - looked - OFTEN), time.monotonic()
    try:
        return f"an answer of {asking.result().status}", late
    except SourceError as error:
        return str(error), late


if __name__ == "__main__":
    settle()  # as `sokbo run` does: what is held in a cycle of references stays for long
    asyncio.run(swallow(sys.argv[1], float(sys.argv[2]), sys.argv[3:]))
