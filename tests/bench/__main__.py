"""`make bench`: every benchmark, or the one that is named. Ratios hold between machines, absolute figures don't."""

import argparse
import signal
import sys
from collections.abc import Callable, Mapping

from rich.console import Console

from tests.bench import format as formatting
from tests.bench import latency, outbox, send

BENCHMARKS: Mapping[str, Callable[[Console], None]] = {
    "outbox": outbox.bench,
    "send": send.bench,
    "format": formatting.bench,
    "latency": latency.bench,
}
LONGEST = 90  #: seconds for the whole run
INTERRUPTED = 130
WIDTH = 140  #: characters, where the output is no terminal


def main() -> int:
    """Run them one after the other; whatever ends the run early also ends what it has started."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("name", nargs="?", metavar="NAME", choices=[*BENCHMARKS], help=" | ".join(BENCHMARKS))
    chosen = parser.parse_args().name
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job would ignore it
    for number in (signal.SIGALRM, signal.SIGTERM):
        signal.signal(number, _interrupt)
    signal.alarm(LONGEST)
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    try:
        for name in [chosen] if chosen else BENCHMARKS:
            with console.status(f"{name} …"):
                BENCHMARKS[name](console)
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def _interrupt(number: int, _: object) -> None:
    """End as by Ctrl-C, which asyncio knows how to unwind."""
    if number == signal.SIGALRM:
        print(f"stopped: the benchmarks took longer than {LONGEST} s", file=sys.stderr)
    signal.raise_signal(signal.SIGINT)


if __name__ == "__main__":
    sys.exit(main())
