"""How all benchmarks measure: contenders take turns (A B A B …), and what is told is the median with its spread.

A busy machine slows both sides of a ratio alike, as long as they run in turns. Processor time is this process's own,
over all its threads.
"""

import statistics
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Self, TypeVar

from rich.table import Table

ROUNDS = 5
MILLION = 1_000_000
K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class Watch:
    """``with Watch() as watch: …``; then ``watch.seconds`` have passed and ``watch.cpu`` seconds of processor time."""

    seconds = cpu = 0.0

    def __enter__(self) -> Self:
        self._began = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds, self.cpu = time.perf_counter() - self._began[0], time.process_time() - self._began[1]


def interleave(contenders: Mapping[K, Callable[[], T]], rounds: int = ROUNDS) -> dict[K, list[T]]:
    """Each contender's results, one a round."""
    results: dict[K, list[T]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, run in contenders.items():
            results[name].append(run())
    return results


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that ``percent`` % do not exceed."""
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]


def number(value: float) -> str:
    """Three digits, or all before the point."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def spread(values: Sequence[float]) -> str:
    """The median, and the least and the most."""
    return f"{number(statistics.median(values))} ({number(min(values))}–{number(max(values))})"


def times(values: Sequence[float], reference: Sequence[float]) -> str:
    """How many times the reference: median by median."""
    return f"{number(statistics.median(values) / statistics.median(reference))} ×"


def at_least(values: Sequence[float], bound: float) -> str:
    """Whether the median reaches a bound."""
    return _verdict(statistics.median(values) >= bound, f"≥ {number(bound)}")


def at_most(values: Sequence[float], bound: float) -> str:
    """Whether the median stays within a bound."""
    return _verdict(statistics.median(values) <= bound, f"≤ {number(bound)}")


def _verdict(held: bool, bound: str) -> str:
    return f"[green]{bound} reached" if held else f"[red]{bound} missed"


def table(title: str, *columns: str, note: str = "") -> Table:
    """An empty table: the first column names, the others count."""
    drawn = Table(title=title, title_justify="left", title_style="bold", caption=note, caption_justify="left")
    for position, column in enumerate(columns):
        drawn.add_column(column, justify="right" if position else "left")
    return drawn
