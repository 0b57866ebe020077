"""Ten thousand feeds on as many host names, which a resolver of ours sends to one local server: how many polls a minute
of one core, what memory they take, how late the event loop is meanwhile; beside a loop of plain aiohttp and feedparser,
and RSS-to-Telegram-Bot's own fetch and parse. By plain HTTP and by TLS, each poll with a connection of its own.

    SOKBO_FEEDS=10000 SOKBO_RSSTT=venv/bin/python python -m tests.bench polls

is the long form. RSS-to-Telegram-Bot wants an environment of its own (`pip install rsstt`), whose Python SOKBO_RSSTT
names; without it, it is left out. For TLS a certificate is made by `openssl`.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from tests.bench.leash import leashed
from tests.bench.measure import at_least, at_most, number, percentile, table
from tests.bench.pollers import Cost
from tests.bench.publishers import publishers

FEEDS = 500
LASTS = 20.0  #: seconds, each side
MANY = 5_000  #: feeds from which on a feed's share of the memory is its own, and not that of what all need
RATE, STATE, LAG, TIMES = 20_000, 3_000, 50.0, 10.0  #: issue 5: polls a minute a core, bytes, ms, times as fast
RESIDENT, PARSER = 150.0, 80.0  #: issue 5: MB of the main process, and of each parser
HOSTS = "feeds.example"


def bench(console: Console) -> None:
    """Measure and print."""
    feeds, peer = int(os.environ.get("SOKBO_FEEDS", FEEDS)), os.environ.get("SOKBO_RSSTT", "")
    for scheme in os.environ.get("SOKBO_SCHEMES", "http https").split():
        with _certificate() as certificate:
            found = _sides(scheme, feeds, peer, certificate)
        _print(console, scheme, feeds, found)
    if not peer:
        console.print("RSS-to-Telegram-Bot was left out: SOKBO_RSSTT=…/bin/python names one that has rsstt")


def _sides(scheme: str, feeds: int, peer: str, certificate: Path) -> dict[str, Cost]:
    """What each side took, one after the other, each in a process of its own."""
    tls = str(certificate) if scheme == "https" else ""
    found = {}
    for name in ("sokbo", "aiohttp + feedparser", *(["RSS-to-Telegram-Bot"] if peer else [])):
        with publishers(tls) as port:
            if name == "RSS-to-Telegram-Bot":
                found[name] = _peer(peer, port, scheme)
            else:
                found[name] = _ours(name, port, scheme, feeds, tls)
    return found


def _ours(name: str, port: int, scheme: str, feeds: int, tls: str) -> Cost:
    os.environ["SSL_CERT_FILE"] = tls  # the one authority that the child believes
    with leashed("tests.bench.pollers", name, str(port), scheme, HOSTS, str(feeds), str(LASTS)) as process:
        out, _ = process.communicate()
    os.environ.pop("SSL_CERT_FILE")
    return Cost(**json.loads(out.splitlines()[-1]))


def _peer(python: str, port: int, scheme: str) -> Cost:
    script = Path(__file__).with_name("rsstt_poller.py")
    command = [python, str(script), str(port), scheme, HOSTS, str(LASTS)]
    with TemporaryDirectory(prefix="sokbo-bench-") as home:  # it keeps a folder of its own there
        home_here = {**os.environ, "HOME": home}
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20 * LASTS, env=home_here)
    if done.returncode:
        raise RuntimeError(done.stderr[-2_000:])
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


@contextmanager
def _certificate() -> Iterator[Path]:
    """A certificate for all hosts with its key, in one file."""
    with TemporaryDirectory(prefix="sokbo-bench-") as folder:
        key, made = Path(folder) / "key.pem", Path(folder) / "made.pem"
        curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
        names = ("-subj", f"/CN={HOSTS}", "-addext", f"subjectAltName=DNS:*.{HOSTS}")
        files = ("-keyout", str(key), "-out", str(made))
        subprocess.run(
            ("openssl", "req", "-x509", "-days", "2", *curve, *names, *files), check=True, capture_output=True
        )
        made.write_text(made.read_text() + key.read_text())
        yield made


def _print(console: Console, scheme: str, feeds: int, found: dict[str, Cost]) -> None:
    columns = (
        "polls/min of a core",
        "polls",
        "of them 304, %",
        "helpers, ms a poll",
        "late, p99 ms",
        "MB",
        "MB a parser",
    )
    drawn = table(f"polls: {feeds:,} feeds on as many hosts, {scheme}, {LASTS:g} s each", "", *columns)
    for name, cost in found.items():
        shares = (100 * cost.unchanged / cost.polls, 1000 * cost.helpers / cost.polls, percentile(cost.lags, 99))
        drawn.add_row(
            name, number(cost.rate), f"{cost.polls:,}", *map(number, shares), number(cost.resident), number(cost.parser)
        )
    console.print(drawn)
    ours = found["sokbo"]
    console.print(f"polls a minute of a core {at_least([ours.rate], RATE)}")
    for name, theirs in found.items():
        if theirs is not ours:
            console.print(f"{number(ours.rate / theirs.rate)} × {name} {at_least([ours.rate / theirs.rate], TIMES)}")
            all_of = ours.rate_of_all / theirs.rate_of_all
            console.print(f"{number(all_of)} × {name}, parser processes counted too")
    console.print(f"ms that the event loop is late, p99 {at_most([percentile(ours.lags, 99)], LAG)}")
    console.print(
        f"MB of the main process {at_most([ours.resident], RESIDENT)}, of a parser {at_most([ours.parser], PARSER)}"
    )
    if feeds >= MANY:
        console.print(f"bytes of resident memory a feed, {number(ours.state)} {at_most([ours.state], STATE)}")
    sys.stdout.flush()
