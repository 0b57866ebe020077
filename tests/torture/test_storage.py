"""Rows 17 and 18 of FAILURES.md section 3: a disk that is full, broken or read-only, and a transaction left open."""

import asyncio
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import apsw
import psycopg
import pytest

from bot.errors import ConfigError, StoreError
from bot.model import DeliveryState, Outcome
from bot.ports import Claim
from bot.store.lingering import Lingering
from tests.contracts.conftest import Clock, Store, account, ended
from tests.torture import newsroom
from tests.torture.newsroom import Fuse, House, hasten, violations
from tests.torture.scale import scale, within
from tests.torture.site import Site, hooks, percentile
from tests.torture.test_crashes import STEPS, built

SIZE = 3 << 20  #: bytes of the small disk
S = DeliveryState


class Disk:
    """A file system of our own that can be filled and made read-only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def full(self) -> Iterator[None]:
        """Nothing more fits on it, but for the rest of pages that are in use."""
        filler = self.folder / "filler"
        with filler.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                pass
        yield
        filler.unlink()

    def remount(self, how: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{how}", self.folder], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    if os.getuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        if os.environ.get("CI"):
            pytest.fail("a small disk cannot be mounted: this needs root")
        pytest.skip("a small disk needs root to be mounted")
    yield Disk(folder)
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture(autouse=True)
def hurried() -> Iterator[None]:
    restore = hasten()
    yield
    restore()


# ── A store that refuses ─────────────────────────────────────────────────────────────────────────────────────────


class Refusing(newsroom.Wire):
    """SQLite's connection that refuses from some boundary on."""

    refuse: Callable[[apsw.Connection], None]
    after: int

    def execute(self, sql: str, parameters: Mapping[str, Any] | tuple[()] = ()) -> Any:
        if self._fuse.passed == self.after:
            self.refuse(self._raw)
        return super().execute(sql, parameters)


def io_error(raw: apsw.Connection) -> None:
    """As SQLite says it, from the first write on: a file of a size limit would be killed by a signal."""
    raise apsw.IOError("disk I/O error")


def no_more_pages(raw: apsw.Connection) -> None:
    raw.execute("pragma max_page_count = 1")


def read_only(raw: apsw.Connection) -> None:
    raw.execute("pragma query_only = on")


@pytest.mark.parametrize(
    ("refuse", "words"),
    [
        (io_error, "disk I/O error; see to the disk that it is on"),
        (no_more_pages, "database or disk is full; make room on the disk that it is on"),
        (read_only, "readonly database; let this user write to the file and its folder"),
    ],
)
async def test_a_store_that_refuses_stops_everything_with_its_cause_and_goes_on_when_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refuse: Callable[[apsw.Connection], None], words: str
) -> None:
    """Row 18: at any statement; nothing is sent without a durable claim."""
    stops = 0
    padding = "가" * 2000  # so that the file has to grow
    for after in range(120, 700, scale(97, 7)):
        path = tmp_path / f"{after}.db"
        house, owed = built(path, after, padding)
        wire = type("Cut", (Refusing,), {"refuse": staticmethod(refuse), "after": after})
        monkeypatch.setattr(newsroom, "Wire", wire)
        try:
            await house.live(Fuse(), STEPS)
        except (StoreError, BaseExceptionGroup) as error:
            stops += 1
            assert words in _meant(error)
        _none_without_a_claim(house)
        monkeypatch.setattr(newsroom, "Wire", Refusing.__base__)
        await house.live(Fuse(), STEPS)
        assert violations(house, owed) == []
    print(f"row 18: {refuse.__name__}: {stops} stops with their cause, nothing sent without a claim, all resumed")
    assert stops


def _meant(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, StoreError), repr(error)
    return str(error)


def _none_without_a_claim(house: House) -> None:
    """Whatever the platform has stands in the file as claimed, at least."""
    with closing(apsw.Connection(str(house.path))) as file:
        tried = file.execute("select story, lane, operation from delivery where claim > 0").fetchall()
    claimed = {(str(story), str(lane), operation) for story, lane, operation in tried}
    for one in house.platform.arrivals:
        _, _, story, _, lane, operation, _ = one.key.split(":")
        assert (story, lane, operation) in claimed


# ── A real disk ──────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_disk_that_fills_up_sends_nothing_without_a_claim_and_loses_nothing(disk: Disk) -> None:
    """Row 18, on a small tmpfs: full before the second edition, mended after the stop."""
    house, owed = built(disk.folder / "s.db", 1)
    await house.live(Fuse(), 1)
    with disk.full(), pytest.raises((StoreError, ConfigError, BaseExceptionGroup)) as stop:
        for paper in house.papers.values():
            paper.edition = 1
        await house.live(Fuse(), STEPS)
    said = str(stop.value) if isinstance(stop.value, ConfigError) else _meant(stop.value)
    _none_without_a_claim(house)
    await house.live(Fuse(), STEPS)
    assert violations(house, owed) == []
    print(f"row 18: full disk: “{said}”; resumed")
    assert "full" in said or "disk" in said


async def test_a_read_only_disk_is_refused_at_the_start(disk: Disk) -> None:
    house, owed = built(disk.folder / "s.db", 1)
    await house.live(Fuse(), 1)
    disk.remount("ro")
    with pytest.raises(ConfigError, match=r"Read-only|readonly|unable to open"):
        await house.live(Fuse(), STEPS)
    disk.remount("rw")
    for paper in house.papers.values():
        paper.edition = 1
    await house.live(Fuse(), STEPS)
    assert violations(house, owed) == []


def test_a_bot_whose_disk_is_full_ends_by_itself_and_says_why(disk: Disk, tmp_path: Path) -> None:
    """Row 18: `sokbo run` itself: exit code 1, the cause as its last word; started again with room, it goes on."""
    with Site(tmp_path, f"sqlite:///{disk.folder / 'sokbo.db'}", [hooks(10)]) as site:
        worker = site.start()
        site.publish(2)
        site.until(lambda: len(site.accepted()) >= 20)
        with disk.full():
            began = time.monotonic()
            site.publish(8)  # no more: a flood would be kept back
            code = worker.process.wait(30)
            took = time.monotonic() - began
        last = worker.said().strip().splitlines()[-1]
        print(f"row 18: sokbo run ended with {code} after {took:.1f} s: {last}")
        assert code == 1
        assert "database or disk is full; make room on the disk that it is on" in last
        site.start()
        site.until_settled()
        found = site.audit()
        assert found.clean, found.defects()


# ── A transaction left open ──────────────────────────────────────────────────────────────────────────────────────

OPEN = scale(15.0, 60.0)  #: seconds
CLAIM, FAN_OUT = 50, 250  #: ms: rows 17 and 13
TARGETS = [200, 5000]  #: each gets several stories a second, and one a few seconds


@pytest.mark.alone
@pytest.mark.parametrize("targets", scale(TARGETS[:1], TARGETS))
async def test_a_transaction_left_open_does_not_slow_the_claims(
    postgres_url: str, targets: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Row 17: somebody's `begin; select …` on the same PostgreSQL holds the vacuum up: claim p99 ≤50 ms, then an alarm.

    What is claimed is written and promoted in the same turn; what a story's fan-out may take has a bound of its own.
    """
    async with Store(postgres_url, Clock(None)) as store:
        await store.meet(account("readers", *(f"@{n}" for n in range(targets))))
        stranger = await psycopg.AsyncConnection.connect(postgres_url, application_name="reports")
        async with stranger:
            await stranger.execute("begin isolation level repeatable read")
            await stranger.execute("select count(*) from sokbo.delivery")
            claims, fan_outs = await _turns(store, OPEN)
            lingering = Lingering(store.database, OPEN - 1)
            for _ in range(2):
                await lingering.look()
            [alarm] = await store.ledger.alarms()
            assert f"by reports, pid {stranger.info.backend_pid}" in alarm["text"]
            assert [record.getMessage() for record in caplog.records].count(alarm["text"]) == 1
        p50, p90, p99 = (percentile(claims, share) for share in (0.5, 0.9, 0.99))
        chunk = percentile(fan_outs, 0.9)
        print(
            f"row 17: open for {OPEN:g} s, {targets} targets: {len(claims)} turns of 20 claims,"
            f" p50 {p50:.1f}, p90 {p90:.1f}, p99 {p99:.1f} ms; {len(fan_outs)} steps of fan-outs, p90 {chunk:.0f} ms"
        )
        assert p90 <= CLAIM
        assert p99 <= within(CLAIM)
        assert chunk <= within(FAN_OUT)


async def _turns(store: Store, seconds: float) -> tuple[list[float], list[float]]:
    """How many ms each turn with claims took, and each step of a fan-out; a story follows the other."""
    claimed: list[float] = []
    spread: list[float] = []
    claims: tuple[Claim, ...] = ()
    until = time.monotonic() + seconds
    number = 0
    while time.monotonic() < until:
        if not claims:
            number += 1
            await store.announce(f"story {number}")
            await _timed(store, (), 0, spread)
            while store.outbox.fanning_out:
                await _timed(store, (), 0, spread)
        claims = await _timed(store, [ended(claim, S.SENT) for claim in claims], 20, claimed)
        await asyncio.sleep(0.005)
    return claimed, spread


async def _timed(store: Store, outcomes: Sequence[Outcome], room: int, times: list[float]) -> tuple[Claim, ...]:
    began = time.perf_counter()
    claims = await store.tick(*outcomes, room=room)
    times.append((time.perf_counter() - began) * 1000)
    return claims
