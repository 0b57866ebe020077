"""One event, one alert: how often that is right, by the labelled set, and what it costs a story against 10,000 others.

Right is judged pair by pair, by weights that have not seen them, and story by story as the bot meets them. The cost
stands beside that of comparing a story's grams with all others', which finds what sounds alike and no more.
"""

import datetime as dt
import gc
import tracemalloc
from collections.abc import Callable, Sequence

from rich.console import Console

from bot.events import Recent
from bot.events.telling import telling
from bot.model import UTC
from tests.bench.measure import Watch, at_most, interleave, number, percentile, spread, table, times
from tests.events.fitting import FITTED, left_out, set_left_out
from tests.events.judging import verdict
from tests.events.labelled import Telling, tellings
from tests.events.stream import crowd, stream

OTHERS = 10_000
ROUNDS = 3
BOUND = 2.0  #: milliseconds a story (issue 5, item 6)
NOW = dt.datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def bench(console: Console) -> None:
    """Measure and print."""
    _right(console)
    _cost(console)


def _right(console: Console) -> None:
    found = verdict(FITTED, left_out())
    console.print(f"pairs, groups left out (95 %): precision {found.precision}; recall {found.recall}")
    for half in FITTED:
        unseen = verdict([half], set_left_out(half))
        console.print(f"pairs of {half}, fitted on the others: precision {unseen.precision}; recall {unseen.recall}")
    drawn = table("stories of the open half in order of time", "among", "found", "missed", "wrong", "new")
    for others in (0, OTHERS):
        met = stream("open", others)
        drawn.add_row(f"{others:,} others", *map(str, (met.right, met.missed, len(met.wrong), met.new)))
    console.print(drawn)


def _cost(console: Console) -> None:
    noise = crowd("open", OTHERS)
    stories = list(tellings("open").values())
    gc.collect()
    tracemalloc.start()
    recent = Recent(OTHERS)
    for at, (headline, lead) in enumerate(noise):
        recent.add(at, f"feed-{at % 100}", headline, lead, f"https://news.example/{at}", NOW)
    memory = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    kept = [{*telling(headline, lead).whole.grams} for headline, lead in noise]
    few = stories[:: len(stories) // 20]
    found = interleave(
        {
            "ours": lambda: _milliseconds(stories, lambda each: recent.find(each.headline, each.lead, "", "new", NOW)),
            "brute": lambda: _milliseconds(few, lambda each: _nearest(each, kept)),
        },
        ROUNDS,
    )
    typical, slow = (
        {name: [percentile(round_, p) for round_ in rounds] for name, rounds in found.items()} for p in (50, 99)
    )
    drawn = table(f"ms of processor time a story, {OTHERS:,} others", "", "p50", "p99", "")
    drawn.add_row("find", spread(typical["ours"]), spread(slow["ours"]), at_most(typical["ours"], BOUND))
    drawn.add_row(
        "all grams", spread(typical["brute"]), spread(slow["brute"]), times(typical["brute"], typical["ours"])
    )
    console.print(drawn)
    console.print(
        f"memory: {number(memory / 1e6)} MB for {len(recent):,} stories, {number(memory / len(recent))} bytes each"
    )


def _milliseconds(stories: Sequence[Telling], run: Callable[[Telling], object]) -> list[float]:
    found = []
    for each in stories:
        with Watch() as watch:
            run(each)
        found.append(watch.cpu * 1000)
    return found


def _nearest(each: Telling, kept: Sequence[set[int]]) -> int:
    """The story that shares most grams, all being looked at."""
    mine = {*telling(each.headline, each.lead).whole.grams}
    return max(range(len(kept)), key=lambda at: len(mine & kept[at]) / (len(mine | kept[at]) or 1))
