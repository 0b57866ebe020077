"""From an editor's save to the platforms' acceptance, through the real bot: `sokbo run` on a Jekyll folder.

The clock starts when the file is about to be written and stops at the time in the stand-in's log, so that looking for
it costs nothing. A file is read once it has stood still for a moment; that moment is in the figures.
"""

import datetime as dt
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console

from tests.app.conftest import Newsroom, until
from tests.bench.leash import leashed
from tests.bench.measure import at_most, number, percentile, table

PLATFORMS = ("telegram", "discord", "x")
SAVES = 30
APART = 0.75  #: seconds from an acceptance to the next save; with the 0.3 that a save takes, more than X's pace of 1.02
PROMPT = 2.0  #: seconds from a save to the last platform, for the slowest of twenty


def bench(console: Console) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="sokbo-bench-") as folder, Newsroom(Path(folder)) as newsroom:
        delays = _delays(newsroom)
    last = [max(each) for each in zip(*delays.values(), strict=True)]
    drawn = table(f"latency: ms from save to acceptance, {SAVES} saves", "platform", "p50", "p95", "max")
    for name, seconds in {**delays, "all three": last}.items():
        drawn.add_row(name, *(number(percentile(seconds, percent) * 1000) for percent in (50, 95, 100)))
    console.print(drawn)
    console.print(f"p95 of all three in seconds {at_most([percentile(last, 95)], PROMPT)}")


def _delays(newsroom: Newsroom) -> Mapping[str, Sequence[float]]:
    """Seconds, by platform, in order of the saves."""
    newsroom.write()
    newsroom.post("first")
    saved = []
    with (
        (newsroom.folder / "log.txt").open("w") as log,
        leashed("bot.cli", "run", "--config", str(newsroom.config), out=log, err=log),
    ):
        _wait(newsroom, 1)
        for save in range(SAVES):
            time.sleep(APART)
            saved.append(time.time())
            newsroom.post(f"post-{save}", f"{save}번째 소식")
            _wait(newsroom, save + 2)
    return {
        platform: [
            dt.datetime.fromisoformat(record["time"]).timestamp() - began
            for began, record in zip(saved, newsroom.accepted(platform)[1:], strict=True)
        ]
        for platform in PLATFORMS
    }


def _wait(newsroom: Newsroom, posts: int) -> None:
    until(lambda: all(len(newsroom.accepted(platform)) == posts for platform in PLATFORMS))
