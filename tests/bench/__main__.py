"""`make bench`: every benchmark, or the one that is named. Ratios hold between machines, absolute figures don't."""

import argparse
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module

from rich.console import Console

from bot.app.memory import settle

INTERRUPTED = 130
WIDTH = 140  #: characters, where the output is no terminal


@dataclass(frozen=True)
class Benchmark:
    """A module of this room, and seconds that it may take at most."""

    module: str
    longest: int

    def run(self, console: Console) -> None:
        """Measure and print."""
        bench: Callable[[Console], None] = import_module(f"tests.bench.{self.module}").bench
        bench(console)


BENCHMARKS: Mapping[str, Benchmark] = {
    "outbox": Benchmark("outbox", 90),
    "send": Benchmark("send", 60),
    "format": Benchmark("format", 60),
    "fetch": Benchmark("fetch", 60),
    "parse": Benchmark("parse", 120),
    "events": Benchmark("events", 240),
    "latency": Benchmark("latency", 90),
    "saved": Benchmark("saved", 300),
    "push": Benchmark("push", 180),
    "throughput": Benchmark("throughput", 300),
    "peers": Benchmark("peers", 240),
    "subscribers": Benchmark("subscribers", 420),
    "fanout": Benchmark("fanout", 300),
    "workers": Benchmark("workers", 400),
    "urgent": Benchmark("urgent", 120),
    "polls": Benchmark("polls", 900),
    "soak": Benchmark("soak", 720),
}


def main() -> int:
    """Run them one after the other; whatever ends the run early also ends what it has started."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("name", nargs="?", metavar="NAME", choices=[*BENCHMARKS], help=" | ".join(BENCHMARKS))
    chosen = parser.parse_args().name
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job would ignore it
    for number in (signal.SIGALRM, signal.SIGTERM):
        signal.signal(number, _interrupt)
    settle()  # as `sokbo run` does
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    try:
        for name in [chosen] if chosen else BENCHMARKS:
            signal.alarm(BENCHMARKS[name].longest)
            with console.status(f"{name} …"):
                BENCHMARKS[name].run(console)
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def _interrupt(number: int, _: object) -> None:
    """End as by Ctrl-C, which asyncio knows how to unwind."""
    if number == signal.SIGALRM:
        print("stopped: the benchmark took longer than it may", file=sys.stderr)
    signal.raise_signal(signal.SIGINT)


if __name__ == "__main__":
    sys.exit(main())
