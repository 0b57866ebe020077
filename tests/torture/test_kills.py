"""Rows 1, 5 and 7 of FAILURES.md section 3: workers are killed, or asked to end, while they send."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.torture.kills import SENDING, Orphans, Watcher
from tests.torture.scale import scale
from tests.torture.site import Account, Site, Worker, chats, followers, guilds, hooks, percentile, seeded

SEED = 4
LONGEST = os.environ.get("SOKBO_TORTURE") == "2"  #: half an hour a database
KILLS = 500 if LONGEST else scale(6, 30)
STORIES = 500 if LONGEST else scale(6, 60)
LANES = 160 if LONGEST else scale(60, 60)  #: of webhooks; 6 stories in 60 + 30 + 10 lanes are 600 deliveries
CHATS, GUILDS = 30, 10


def everywhere() -> list[Account]:
    """Every platform that sends: keyed and not, paced and not."""
    return [hooks(LANES), *chats(CHATS), *guilds(GUILDS), followers(breaking=True)]


def urgent(number: int) -> bool:
    """Every third story is breaking: on platforms without a key those are sent again, the others held."""
    return number % 3 == 0


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with Site(tmp_path, f"sqlite:///{tmp_path / 'sokbo.db'}", everywhere(), latency_ms=300) as site:
        yield site


@pytest.fixture
def shared(tmp_path: Path, postgres_url: str) -> Iterator[Site]:
    with Site(tmp_path, postgres_url, everywhere(), latency_ms=300) as site:
        yield site


def on_its_way(site: Site) -> int:
    """Deliveries that a killed bot had on its way."""
    path = site.store.removeprefix("sqlite:///")
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        return int(database.execute("select count(*) from delivery where state = ?", [SENDING]).fetchone()[0])


def reaches(site: Site, kill: int) -> bool:
    """Whether it is time for a kill: they are spread evenly over the work."""
    return len(site.accepted()) >= len(site.owed()) * kill // (KILLS + 2)


def test_however_often_the_bot_is_killed_nothing_is_lost_on_sqlite(site: Site) -> None:
    """Row 1, SQLite. Short: 600 deliveries, 6 kills; long: 6,000 and 30."""
    chance = seeded(SEED)
    site.publish(STORIES // 2, breaking=urgent)
    bot = site.start()
    flying = 0
    for kill in range(1, KILLS + 1):
        site.until(lambda: reaches(site, kill), 60)  # noqa: B023 - called before the next turn
        if kill == KILLS // 2:
            site.publish(STORIES - STORIES // 2, breaking=urgent)
        time.sleep(chance.uniform(0, 0.3))
        bot.kill()
        flying += on_its_way(site)
        bot = site.start()
    site.until_settled()
    found = site.audit()
    print(f"row 1, SQLite, seed {SEED}: {KILLS} kills, {flying} on their way: {found}")
    assert found.clean, found.defects()
    assert len(found.listed) <= len(found.doubts) <= flying
    assert flying > KILLS


def test_however_often_workers_are_killed_nothing_is_lost_and_others_go_on(shared: Site) -> None:
    """Rows 1 and 5, PostgreSQL, three workers. Short: 600 deliveries, 6 kills; long: 6,000 and 30."""
    site, chance = shared, seeded(SEED)
    workers = [site.start() for _ in range(3)]
    flying = 0
    waits: list[float] = []
    site.publish(1, breaking=urgent)
    site.until(site.accepted)
    with closing(Watcher(site.store)) as watcher:
        for kill in range(KILLS):
            site.until(lambda: _witnessed(watcher, workers))
            site.publish((STORIES - 1) * (kill + 1) // KILLS - len(site.published) + 1, breaking=urgent)
            victim = site.until(lambda: _busy(watcher, workers, chance.random()), 60)
            time.sleep(chance.uniform(0, 0.2))
            number = watcher.number(victim)
            victim.kill()
            at = time.monotonic()
            flying += len(watcher.claims(number))
            orphans = Orphans(at, number, watcher.claims(number, "webhook"))
            workers[workers.index(victim)] = site.start()
            waits += watcher.driven_again(orphans, 5)
    site.until_settled()
    found = site.audit()
    print(f"row 1, PostgreSQL, seed {SEED}: {KILLS} kills, {flying} on their way: {found}")
    print(_figures("row 5: killed", waits))
    assert found.clean, found.defects()
    assert len(found.listed) <= len(found.doubts) <= flying
    assert len(waits) > KILLS
    assert percentile(waits, 0.99) <= 1


def _witnessed(watcher: Watcher, workers: list[Worker]) -> bool:
    """Whether two workers have been there for a while: whichever is killed, another notices."""
    return sum(watcher.settled(watcher.number(worker)) for worker in workers) >= 2


def _busy(watcher: Watcher, workers: list[Worker], luck: float) -> Worker | None:
    """One of the workers that have something on their way."""
    busy = [worker for worker in workers if watcher.claims(watcher.number(worker), "webhook")]
    return busy[int(luck * len(busy))] if busy else None


def _figures(row: str, waits: list[float]) -> str:
    p50, p99 = percentile(waits, 0.5), percentile(waits, 0.99)
    return f"{row}: {len(waits)} claims driven again after p50 {p50:.2f} s, p99 {p99:.2f} s, at most {max(waits):.2f} s"


ROUNDS = scale(1, 5)


def test_restarts_one_after_the_other_lose_and_repeat_nothing(shared: Site) -> None:
    """Row 7, PostgreSQL: every worker is replaced by a new one while they send. Short: once; long: five times."""
    site = shared
    site.publish(STORIES // 2)
    workers = [site.start() for _ in range(3)]
    site.until(lambda: len(site.accepted()) > 20)
    took: list[float] = []
    for _ in range(ROUNDS):
        for old in list(workers):
            site.until(lambda: old.pid and site.accepted())  # noqa: B023 - called before the next turn
            workers.append(site.start())
            workers.remove(old)
            code, seconds = old.stop()
            assert code == 0, old.said()[-2000:]
            took.append(seconds)
    site.publish(STORIES - STORIES // 2)
    site.until_settled()
    _restarted("PostgreSQL", site, took)


def test_restarts_of_a_bot_alone_lose_and_repeat_nothing(site: Site) -> None:
    """Row 7, SQLite: stopped and started while it sends. Short: three times; long: fifteen."""
    site.publish(STORIES // 2)
    bot = site.start()
    took: list[float] = []
    seen = 0
    for turn in range(1, 3 * ROUNDS + 1):
        site.until(lambda: len(site.accepted()) >= seen + 20, 60)  # noqa: B023 - this one sends, it is past its imports
        if turn == 2:
            site.publish(STORIES - STORIES // 2)
        code, seconds = bot.stop()
        assert code == 0, bot.said()[-2000:]
        took.append(seconds)
        seen = len(site.accepted())
        bot = site.start()
    site.until_settled()
    _restarted("SQLite", site, took)


def _restarted(store: str, site: Site, took: list[float]) -> None:
    found = site.audit()
    print(f"row 7, {store}: {len(took)} restarts, each worker gone after at most {max(took):.1f} s: {found}")
    assert found.clean, found.defects()
    assert not found.doubts, found.doubts
    assert max(took) <= 20
