"""From a WebSub hub's ping to Telegram's acceptance, through the real bot: `sokbo run`, its listener, its parsers.

The stand-in hub notes when it sends a delivery, and the stand-in of Telegram when it accepts, in one process, on one
clock, so that looking for either costs nothing. The account wants no picture, so none is looked for. Each ping holds
one post, as a hub that compares would send it; the feed at its own address holds the newest fifty.
"""

import datetime as dt
import json
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from tests.app.conftest import Newsroom, until
from tests.bench.leash import leashed
from tests.bench.measure import number, percentile, table

PINGS = 100
APART = 1.1  #: seconds between two pings: Telegram takes one message a second in a reader's chat; pace is not measured
HELD = 50  #: posts in the feed
GOAL = 0.250  #: seconds, p99 (issue 5)
ACCOUNT = """
[[accounts]]
name = "readers"
kind = "telegram"
token = "1000001:sandbox-telegram-no-real-token-0000"
base_url = "http://{sandbox}/telegram"
targets = [1000042]
picture = "none"
"""
FEED = """
[[feeds]]
name = "paper"
kind = "feed"
url = "http://{sandbox}/websub/feeds/paper"
every = "1h"
"""
BODY = "<p>{}</p>".format("시청 앞 분수대가 삼 년 만에 다시 열린다고 시가 밝혔다. " * 20)


def bench(console: Console) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="sokbo-bench-") as folder, Newsroom(Path(folder)) as newsroom:
        delays = _delays(newsroom)
    drawn = table(f"push: ms from ping to acceptance, {PINGS} pings", "platform", "p50", "p95", "p99", "max")
    drawn.add_row("telegram", *(number(percentile(delays, percent) * 1000) for percent in (50, 95, 99, 100)))
    console.print(drawn)
    reached = percentile(delays, 99) <= GOAL
    console.print(f"p99 in seconds {'[green]' if reached else '[red]'}≤ {GOAL} {'reached' if reached else 'missed'}")


def _delays(newsroom: Newsroom) -> Sequence[float]:
    """Seconds, in order of the pings."""
    inbound = newsroom.address()
    newsroom.write(accounts=ACCOUNT, more=FEED.format(sandbox=newsroom.sandbox))
    reached = f'[sokbo]\ninbound = "{inbound}"\npublic_url = "http://{inbound}"'
    newsroom.config.write_text(newsroom.config.read_text("utf-8").replace("[sokbo]", reached, 1), "utf-8")
    slugs = [f"post-{ping}" for ping in range(-HELD, 0)]
    with (
        leashed("bot.cli", "sandbox", "--config", str(newsroom.config)),
        (newsroom.folder / "log.txt").open("w") as log,
    ):
        until(lambda: _hub(newsroom) is not None)
        newsroom.door("websub", feed="paper", document=_document(slugs))
        with leashed("bot.cli", "run", "--config", str(newsroom.config), out=log, err=log):
            until(lambda: _hub(newsroom)["subscriptions"], 60)
            for ping in range(PINGS):
                time.sleep(APART)
                slugs.append(f"post-{ping}")
                newsroom.door("websub", feed="paper", document=_document(slugs[-HELD:]), delivery=_document(slugs[-1:]))
                until(lambda: len(newsroom.accepted("telegram")) > ping)  # noqa: B023 - run at once
            sent = [delivery["time"] for delivery in _hub(newsroom)["deliveries"]]
    accepted = [dt.datetime.fromisoformat(record["time"]).timestamp() for record in newsroom.accepted("telegram")]
    return [end - begin for begin, end in zip(sent, accepted, strict=True)]


def _hub(newsroom: Newsroom) -> Any:
    """What the hub knows; None while there is none."""
    try:
        with urllib.request.urlopen(f"http://{newsroom.sandbox}/_sandbox/websub", timeout=5) as reply:
            return json.load(reply)
    except OSError:
        return None


def _document(slugs: Sequence[str]) -> str:
    items = "".join(
        f"<item><guid>{slug}</guid><link>https://newsdao.kr/{slug}/</link><title>{slug}번째 소식</title>"
        f"<description><![CDATA[{BODY}]]></description></item>"
        for slug in slugs
    )
    return f'<rss version="2.0"><channel><title>신문</title>{items}</channel></rss>'
