"""Rows 1, 5 and 7 of FAILURES.md section 3: workers are killed, or asked to end, while they send."""

import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.model import DeliveryState
from tests.torture.kills import Orphans, Watcher
from tests.torture.scale import scale, within
from tests.torture.site import Account, Site, Worker, chats, followers, guilds, hooks, percentile, seeded

SEED = 4
KILLS = scale(6, 30, 500)
EACH = scale(1, 2, 1)  #: stories that are published for a kill, so that somebody has something on its way
STORIES = KILLS * EACH + 1
LATER = STORIES // 2  #: of them come while the bot is killed; no more, or the flood guard would keep them back
LANES = scale(60, 60, 160)  #: of webhooks; 7 stories in 60 + 30 + 10 lanes are 700 deliveries
SHARED_KILLS = scale(4, 30, 500)  #: of the workers on PostgreSQL
WORKERS = 4  #: so that two have been there for a while when the next is killed
CHATS, GUILDS = 30, 10
SETTLES = scale(120, 120, 1_200)  #: seconds: X takes 100 posts in 15 minutes, and 167 stories are breaking


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


def count(site: Site, *states: DeliveryState) -> int:
    """Deliveries in these states, in the file of a bot that may be dead."""
    path, listed = site.store.removeprefix("sqlite:///"), ", ".join(str(int(state)) for state in states)
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        return int(database.execute(f"select count(*) from delivery where state in ({listed})").fetchone()[0])


def reaches(site: Site, kill: int) -> bool:
    """Whether it is time for a kill: they are spread evenly over the work, of which a part may be held."""
    in_all = len(site.owed()) * STORIES // len(site.published)
    return count(site, DeliveryState.SENT, DeliveryState.HELD) >= in_all * kill // (KILLS + 2)


def test_however_often_the_bot_is_killed_nothing_is_lost_on_sqlite(site: Site) -> None:
    """Row 1, SQLite. Short: 700 deliveries, 6 kills; long: 6,100 and 30; full: 100,000 and 500."""
    chance = seeded(SEED)
    site.publish(STORIES - LATER, breaking=urgent)
    bot = site.start()
    site.until(site.accepted)
    flying = 0
    for kill in range(1, KILLS + 1):
        site.until(lambda: reaches(site, kill), 60)  # noqa: B023 - called before the next turn
        if kill == KILLS // 2:
            site.publish(LATER, breaking=urgent)
        time.sleep(chance.uniform(0, 0.3))
        bot.kill()
        flying += count(site, DeliveryState.SENDING)
        bot = site.start()
    site.until_settled(SETTLES)
    found = site.audit()
    print(f"row 1, SQLite, seed {SEED}: {KILLS} kills, {flying} on their way: {found}")
    assert found.clean, found.defects()
    assert len(found.listed) <= len(found.doubts) <= flying
    assert flying > KILLS


@pytest.mark.alone
def test_however_often_workers_are_killed_nothing_is_lost_and_others_go_on(shared: Site) -> None:
    """Rows 1 and 5, PostgreSQL, four workers. Short: 500 deliveries, 4 kills; long: 6,100, 30; full: 100,000, 500."""
    site, chance = shared, seeded(SEED)
    workers = [site.start() for _ in range(WORKERS)]
    flying = 0
    waits: list[float] = []
    site.publish(1, breaking=urgent)
    site.until(site.accepted)
    with closing(Watcher(site.store)) as watcher:
        for _ in range(SHARED_KILLS):
            site.until(lambda: _witnessed(watcher, workers))
            victim = _victim(site, watcher, workers, chance)
            time.sleep(chance.uniform(0, 0.2))
            number = watcher.number(victim)
            victim.kill()
            at = time.monotonic()
            flying += len(watcher.claims(number))
            orphans = Orphans(at, number, watcher.claims(number, "webhook"))
            workers[workers.index(victim)] = site.start()
            waits += watcher.driven_again(orphans, 5)
    site.until_settled(SETTLES)
    found = site.audit()
    print(f"row 1, PostgreSQL, seed {SEED}: {SHARED_KILLS} kills, {flying} on their way: {found}")
    print(_figures("row 5: killed", waits))
    assert found.clean, found.defects()
    assert len(found.listed) <= len(found.doubts) <= flying
    assert len(waits) > SHARED_KILLS
    assert percentile(waits, 0.99) <= within(1)


def _witnessed(watcher: Watcher, workers: list[Worker]) -> bool:
    """Whether two workers have been there for a while: whichever is killed, another notices."""
    return sum(watcher.settled(watcher.number(worker)) for worker in workers) >= 2


def _victim(site: Site, watcher: Watcher, workers: list[Worker], chance: random.Random) -> Worker:
    """One of the workers that have something on their way; where all was sent before anybody looked, there is more."""
    busy: list[Worker] = []

    def look() -> bool:
        busy[:] = [worker for worker in workers if watcher.claims(watcher.number(worker), "webhook")]
        return bool(busy) or _all_sent(site, watcher)

    while not busy:
        site.publish(EACH, breaking=urgent)
        site.until(look, 60)
    return chance.choice(busy)


def _all_sent(site: Site, watcher: Watcher) -> bool:
    return watcher.count("webhook", DeliveryState.SENT) == LANES * len(site.published)


def _figures(row: str, waits: list[float]) -> str:
    p50, p99 = percentile(waits, 0.5), percentile(waits, 0.99)
    return f"{row}: {len(waits)} claims driven again after p50 {p50:.2f} s, p99 {p99:.2f} s, at most {max(waits):.2f} s"


ROUNDS = scale(1, 5)


@pytest.mark.alone
def test_restarts_one_after_the_other_lose_and_repeat_nothing(shared: Site) -> None:
    """Row 7, PostgreSQL: every worker is replaced by a new one while they send. Short: two; long: three, five times."""
    site = shared
    site.publish(STORIES // 3)
    workers = [site.start() for _ in range(scale(2, 3))]
    site.until(lambda: len(site.accepted()) > 20)
    took: list[float] = []
    with closing(Watcher(site.store)) as watcher:
        for _ in range(ROUNDS):
            for old in list(workers):
                workers.append(site.start())
                workers.remove(old)
                site.until(lambda: watcher.number(old))  # noqa: B023 - called now; it is past its imports
                code, seconds = old.stop()
                assert code == 0, old.said()[-2000:]
                took.append(seconds)
    site.publish(STORIES // 3)
    site.until_settled()
    _restarted("PostgreSQL", site, took)


def test_restarts_of_a_bot_alone_lose_and_repeat_nothing(site: Site) -> None:
    """Row 7, SQLite: stopped and started while it sends. Short: three times; long: fifteen."""
    site.publish(STORIES - LATER)
    bot = site.start()
    took: list[float] = []
    seen = 0
    for turn in range(1, 3 * ROUNDS + 1):
        site.until(lambda: len(site.accepted()) >= seen + 20, 60)  # noqa: B023 - this one sends, it is past its imports
        if turn == 2:
            site.publish(LATER)
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
    assert max(took) <= within(20)
