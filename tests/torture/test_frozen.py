"""Row 6 of FAILURES.md section 3: a worker is frozen for seven seconds, and thawed."""

import datetime as dt
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from itertools import pairwise
from pathlib import Path

import pytest

from tests.torture.kills import Orphans, Watcher
from tests.torture.scale import scale
from tests.torture.site import Site, Worker, chats, hooks, percentile

pytestmark = pytest.mark.alone

FROZEN = scale(8.0, 7.0)  #: seconds; in the short form so long that its bound has room in it
AGAIN = scale(FROZEN, 6.0)  #: seconds until its claims are driven again; the deadline of a sign of life is five of them
OTHERS = scale(FROZEN / 2, 2.0)  #: seconds that the account's other lanes wait; 1.5 of them until its session is ended
LANES = 360  #: as many as one worker can have on its way at once, so that none waits for room when it is alone
LATENCY = 1.5  #: seconds that the platform takes
STORIES = 5  #: a lane hears one in 1.5 s at best: work for about as long as a worker is frozen
TIMES = scale(1, 5)
ATTEMPTS = 8  #: to have both workers at it; now and then one of them claims all that there is

Catch = Callable[[Watcher, Worker, int], bool]


@pytest.fixture
def site(tmp_path: Path, postgres_url: str) -> Iterator[Site]:
    with Site(tmp_path, postgres_url, [hooks(LANES), *chats(4)], latency_ms=LATENCY * 1000) as site:
        yield site


def sending(watcher: Watcher, worker: Worker, number: int) -> bool:
    """Frozen with deliveries on their way, between two transactions."""
    worker.freeze()
    watcher.rest(number)
    if watcher.claims(number, "webhook") and not watcher.in_transaction(number):
        return True
    worker.thaw()
    return False


def writing(watcher: Watcher, worker: Worker, number: int) -> bool:
    """Frozen in the middle of a transaction that holds an account."""
    worker.freeze()
    watcher.rest(number)
    if watcher.claims(number, "webhook") and watcher.in_transaction(number):
        return True
    worker.thaw()
    return False


CATCHES: tuple[Catch, ...] = (sending, writing)


def test_a_frozen_worker_holds_nobody_up_and_does_no_harm_when_it_thaws(site: Site) -> None:
    """Row 6, two workers on one account. Short: once each way; long: five times."""
    site.publish(1)
    workers = [site.start() for _ in range(2)]
    site.until(site.accepted)
    with closing(Watcher(site.store)) as watcher:
        for caught in CATCHES * TIMES:
            told = _shared(site, watcher, workers)
            frozen = max(workers, key=lambda worker: len(watcher.claims(watcher.number(worker))))
            number = watcher.number(frozen)
            site.until(lambda: caught(watcher, frozen, number), 60)  # noqa: B023 - called before the next turn
            at, began = time.monotonic(), dt.datetime.now(dt.UTC)
            orphans = Orphans(at, number, watcher.claims(number, "webhook"))
            waits = watcher.driven_again(orphans, FROZEN)
            time.sleep(max(0.0, at + FROZEN - time.monotonic()))
            ended = dt.datetime.now(dt.UTC)
            frozen.thaw()
            others = _others(site, orphans, told, (began, ended))
            print(
                f"row 6, {caught.__name__}: {len(others)} other lanes of the account wait {_figures(others)};"
                f" {len(waits)} claims driven again after {_figures(waits)}"
            )
            assert max(others) <= OTHERS
            assert max(waits) < AGAIN
            later = {row["id"]: row for row in site.ledger() if row["id"] in orphans.claims}
            assert all(row["claim"] > orphans.claims[row["id"]] for row in later.values()), "a late write was taken"
    site.until_settled()
    found = site.audit()
    print(f"row 6: {found}")
    assert all(worker.alive for worker in workers)
    assert found.clean, found.defects()


def _shared(site: Site, watcher: Watcher, workers: list[Worker]) -> dt.datetime:
    """Publish until each worker has something of the account on its way; when the last stories were told."""
    for _ in range(ATTEMPTS):
        site.until(lambda: all(watcher.settled(watcher.number(worker)) for worker in workers))
        site.publish(STORIES)
        site.until(lambda: watcher.count("webhook") == LANES * len(site.published))
        told = dt.datetime.now(dt.UTC)
        with suppress(AssertionError):  # one of them was quick, and has it all
            site.until(lambda: all(watcher.claims(watcher.number(worker), "webhook") for worker in workers), 5)
            return told
    raise AssertionError(f"{ATTEMPTS} times one worker had it all")


def _figures(waits: list[float]) -> str:
    return f"p50 {percentile(waits, 0.5):.2f} s, at most {max(waits):.2f} s"


Span = tuple[dt.datetime, dt.datetime]


def _others(site: Site, orphans: Orphans, told: dt.datetime, span: Span) -> list[float]:
    """The longest wait of each lane that the frozen worker had nothing of, in seconds beyond what the platform took."""
    taken = {row["address"] for row in site.ledger() if row["id"] in orphans.claims}
    heard: dict[str, list[dt.datetime]] = defaultdict(list)
    for record in site.accepted():
        if record["platform"] == "webhook" and record["target"] not in taken:
            heard[record["target"]].append(dt.datetime.fromisoformat(record["time"]))
    return [_longest(times, told, span, len(times) < len(site.published)) for times in heard.values()]


def _longest(heard: list[dt.datetime], told: dt.datetime, span: Span, more: bool) -> float:
    """The longest gap since it was ``told`` something, of which a part lies in this span; ``more`` is still to come."""
    began, ended = span
    times = [told, *(at for at in heard if at > told), *([ended] if more else [])]
    gaps = [(after - before).total_seconds() for before, after in pairwise(times) if after > began and before < ended]
    return max(0.0, max(gaps, default=0.0) - LATENCY)
