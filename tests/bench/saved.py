"""A file saved in a Jekyll folder: how soon the sandbox's Telegram has accepted the story, through `sokbo run`.

Half of the saves write in place, half write a file beside it and rename it over, as many editors do. The clock starts
before the first byte and stops at the time in the stand-in's log. The 200 ms that a file must have stood still are in
the figures; stories have no picture (issue 5: p99 within half a second).
"""

import datetime as dt
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from rich.console import Console

from tests.app.conftest import ACCOUNTS, Newsroom, until
from tests.bench.leash import leashed
from tests.bench.measure import at_most, number, percentile, table

SAVES = 75  #: of each way
APART = (
    0.8  #: seconds from an acceptance to the next save: with what a save takes, more than the second of a chat's pace
)
PROMPT = 0.5  #: seconds, for all but one in a hundred
#: A reader's own chat, which takes one message a second; a channel takes 20 a minute.
TELEGRAM = ACCOUNTS.partition('[[accounts]]\nname = "guild"')[0].replace('"@newsdao"', "7")


def bench(console: Console) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="sokbo-bench-") as folder, Newsroom(Path(folder)) as newsroom:
        delays = _delays(newsroom)
    every = [seconds for way in delays.values() for seconds in way]
    drawn = table(f"saved: ms from a saved file to acceptance, {SAVES} saves each", "save", "p50", "p95", "p99", "max")
    for name, seconds in {**delays, "both": every}.items():
        drawn.add_row(name, *(number(percentile(seconds, percent) * 1000) for percent in (50, 95, 99, 100)))
    console.print(drawn)
    console.print(f"p99 of both in seconds {at_most([percentile(every, 99)], PROMPT)}")


def _delays(newsroom: Newsroom) -> Mapping[str, Sequence[float]]:
    """Seconds by the way of saving, which take turns."""
    newsroom.write(accounts=TELEGRAM)
    newsroom.post("first")
    ways: dict[str, Callable[[str], object]] = {
        "in place": lambda slug: newsroom.post(slug, f"{slug} 소식"),
        "renamed": lambda slug: _renamed(newsroom, slug),
    }
    saved: list[float] = []
    with (
        (newsroom.folder / "log.txt").open("w") as log,
        leashed("bot.cli", "run", "--config", str(newsroom.config), out=log, err=log),
    ):
        _wait(newsroom, 1)
        for turn in range(SAVES):
            for way, save in ways.items():
                time.sleep(APART)
                saved.append(time.time())
                save(f"{way.replace(' ', '-')}-{turn}")
                _wait(newsroom, len(saved) + 1)
    accepted = [dt.datetime.fromisoformat(record["time"]).timestamp() for record in newsroom.accepted("telegram")[1:]]
    delays = [at - began for began, at in zip(saved, accepted, strict=True)]
    return {way: delays[place :: len(ways)] for place, way in enumerate(ways)}


def _renamed(newsroom: Newsroom, slug: str) -> None:
    """Save as an editor does that never shows half a file."""
    part = newsroom.posts / f".{slug}.md.tmp"  # no post, by its name
    part.write_text(f"---\ntitle: {slug} 소식\ncategories: [News]\n---\n\n{slug}에 관한 첫 소식이 들어왔다.\n", "utf-8")
    part.replace(newsroom.posts / f"2026-11-20-{slug}.md")


def _wait(newsroom: Newsroom, posts: int) -> None:
    until(lambda: len(newsroom.accepted("telegram")) == posts)
