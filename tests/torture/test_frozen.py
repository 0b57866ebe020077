"""Row 6 of FAILURES.md section 3: a worker is frozen for seven seconds, and thawed."""

import datetime as dt
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from tests.torture.kills import Orphans, Watcher
from tests.torture.scale import scale
from tests.torture.site import Site, Worker, chats, hooks, percentile

FROZEN = 7.0  #: seconds
LANES = 500  #: more than one worker takes at once, so that the other has some of the same account
STORIES = 12  #: a lane hears one in 0.8 s at best: work for longer than it is frozen
TIMES = scale(1, 5)

Catch = Callable[[Watcher, Worker, int], bool]


@pytest.fixture
def site(tmp_path: Path, postgres_url: str) -> Iterator[Site]:
    with Site(tmp_path, postgres_url, [hooks(LANES), *chats(4)], latency_ms=800) as site:
        yield site


def sending(watcher: Watcher, worker: Worker, number: int) -> bool:
    """Frozen with deliveries on their way, between two transactions."""
    worker.freeze()
    if watcher.claims(number, "webhook") and not watcher.in_transaction(number):
        return True
    worker.thaw()
    return False


def writing(watcher: Watcher, worker: Worker, number: int) -> bool:
    """Frozen in the middle of a transaction that holds an account."""
    worker.freeze()
    time.sleep(0.01)  # what the server is at ends
    if watcher.claims(number, "webhook") and watcher.in_transaction(number):
        return True
    worker.thaw()
    return False


@pytest.mark.parametrize("caught", [sending, writing])
def test_a_frozen_worker_holds_nobody_up_and_does_no_harm_when_it_thaws(site: Site, caught: Catch) -> None:
    """Row 6, two workers on one account. Short: once each way; long: five times."""
    site.publish(STORIES)
    workers = [site.start() for _ in range(2)]
    site.until(site.accepted)
    with closing(Watcher(site.store)) as watcher:
        for turn in range(TIMES):
            if turn:
                site.publish(STORIES)
            site.until(lambda: all(watcher.settled(watcher.number(worker)) for worker in workers))
            site.until(lambda: all(watcher.claims(watcher.number(worker), "webhook") for worker in workers), 60)
            frozen = max(workers, key=lambda worker: len(watcher.claims(watcher.number(worker))))
            number = watcher.number(frozen)
            site.until(lambda: caught(watcher, frozen, number), 60)  # noqa: B023 - called before the next turn
            at, began = time.monotonic(), dt.datetime.now(dt.UTC)
            orphans = Orphans(at, number, watcher.claims(number, "webhook"))
            waits = watcher.driven_again(orphans, FROZEN)
            time.sleep(max(0.0, at + FROZEN - time.monotonic()))
            frozen.thaw()
            silence = _silence(site, began)
            print(
                f"row 6, {caught.__name__}: the others of the account wait {silence:.2f} s; "
                f"{len(waits)} claims driven again after p50 {percentile(waits, 0.5):.2f} s, at most {max(waits):.2f} s"
            )
            assert silence <= 2
            assert max(waits) <= 6
            later = {row["id"]: row for row in site.ledger() if row["id"] in orphans.claims}
            assert all(row["claim"] > orphans.claims[row["id"]] for row in later.values()), "a late write was taken"
    site.until_settled()
    found = site.audit()
    print(f"row 6, {caught.__name__}: {found}")
    assert all(worker.alive for worker in workers)
    assert found.clean, found.defects()


def _silence(site: Site, began: dt.datetime) -> float:
    """The longest time in which the account's other lanes heard nothing, while the worker was frozen, in seconds."""
    arrivals = [
        dt.datetime.fromisoformat(record["time"]) for record in site.accepted() if record["platform"] == "webhook"
    ]
    times = [began, *(at for at in arrivals if began < at < began + dt.timedelta(seconds=FROZEN))]
    times.append(began + dt.timedelta(seconds=FROZEN))
    return max((after - before).total_seconds() for before, after in pairwise(times))
