"""A document may be slow, huge or deadly, and only that document suffers (FAILURES.md section 1, "XML bombs / CPU")."""

import asyncio
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from bot.errors import SourceError
from bot.parsers import Parsers, Wholes, _last_words, _within_seconds
from tests.torture.scale import within


@pytest.fixture
async def parsers() -> AsyncIterator[Parsers]:
    async with Parsers(1, seconds=0.6) as pool:
        yield pool


def alive(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    with suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    return False


async def gone(pid: int, seconds: float = 3.0) -> bool:
    deadline = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < deadline:
        await asyncio.sleep(0.02)
    return not alive(pid)


async def test_a_function_runs_in_another_process_and_its_result_comes_back(parsers: Parsers) -> None:
    assert await parsers(os.getpid) != os.getpid()
    assert await parsers(sorted, [3, 1, 2], reverse=True) == [3, 2, 1]


async def test_a_child_has_read_up_before_its_first_document() -> None:
    """Else the first of a hub's deliveries waits for the imports (issue 5, point 3)."""
    async with Parsers(1) as unread, Parsers(1, reads=("wave",)) as read:
        assert await unread(eval, "'wave' in __import__('sys').modules") is False
        assert await read(eval, "'wave' in __import__('sys').modules") is True


async def test_the_functions_own_exception_passes(parsers: Parsers) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        await parsers(int, "many")


async def test_the_event_loop_goes_on_while_children_start_and_work() -> None:
    longest = 0.0

    async def tick() -> None:
        nonlocal longest
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.005)
            longest = max(longest, time.monotonic() - before)

    ticking = asyncio.create_task(tick())
    async with Parsers(1) as pool:
        await pool(time.sleep, 1)
    ticking.cancel()
    assert longest < 0.5  # of the second that would be lost


async def test_a_document_that_takes_too_long_is_stopped_and_the_next_one_is_read(parsers: Parsers) -> None:
    with pytest.raises(SourceError, match=r"took its parser longer than 0\.6 s"):
        await parsers(time.sleep, 30)
    assert await parsers(len, "다음") == 2


async def test_c_code_that_never_looks_up_is_stopped_too(parsers: Parsers) -> None:
    await parsers(len, "")  # the children have started
    took = list[float]()
    while not took or (len(took) < 3 and took[-1] >= 3):  # others at work may make it late, too
        started = time.monotonic()
        with pytest.raises(SourceError, match="took its parser longer"):
            await parsers(sum, range(10**12))
        took.append(time.monotonic() - started)
    assert min(took) < within(3), "the watchdog waits three seconds for a child that handles SIGTERM"


async def test_a_clock_that_stands_still_stretches_no_ones_processor_time(monkeypatch: pytest.MonkeyPatch) -> None:
    # pebble's watchdog reads the wall's clock, which may be set back (FAILURES.md section 1, "clock step")
    monkeypatch.setattr("pebble.pool.process.time.time", lambda: 1.0)
    async with Parsers(1, seconds=0.2) as pool:
        with pytest.raises(SourceError, match="used up its processor time"):
            await pool(sum, range(10**12))


async def test_a_document_that_takes_too_much_memory_is_stopped(parsers: Parsers) -> None:
    with pytest.raises(SourceError, match="needs more than 512 MB"):
        await parsers(bytearray, 600 * 1024 * 1024)
    assert await parsers(len, "다음") == 2


@pytest.mark.parametrize(
    ("deadly", "arguments", "words"),
    [(os.abort, (), "by SIGABRT"), (signal.raise_signal, (signal.SIGKILL,), "by SIGKILL")],
)
async def test_a_parser_that_dies_fails_its_document_only(
    parsers: Parsers, deadly: object, arguments: tuple[int, ...], words: str
) -> None:
    with pytest.raises(SourceError, match=words):
        await parsers(deadly, *arguments)  # type: ignore[arg-type]
    assert await parsers(len, "다음") == 2


@pytest.mark.parametrize(
    ("code", "words"), [(3, "exit code 3"), (-signal.SIGSEGV, "by SIGSEGV"), (-signal.SIGXCPU, "used up")]
)
def test_how_a_parser_died_is_said_in_words(code: int, words: str) -> None:
    assert words in _last_words(code)


def test_the_limit_on_processor_time_ends_with_the_task() -> None:
    before = resource.getrlimit(resource.RLIMIT_CPU)
    soft, _ = _within_seconds(5, resource.getrlimit, resource.RLIMIT_CPU)
    assert soft in range(int(time.process_time()) + 5, int(time.process_time()) + 8)
    assert resource.getrlimit(resource.RLIMIT_CPU) == before


async def test_an_idle_parser_that_is_killed_is_replaced(parsers: Parsers) -> None:
    idle = await parsers(os.getpid)
    os.kill(idle, signal.SIGKILL)
    assert await gone(idle)
    await asyncio.sleep(0.3)  # pebble looks every 0.1 s
    assert await parsers(os.getpid) != idle


async def test_a_task_caught_in_a_pool_that_broke_is_a_source_error(parsers: Parsers) -> None:
    idle = await parsers(os.getpid)
    os.kill(idle, signal.SIGSTOP)
    waiting = asyncio.create_task(parsers(os.getpid))
    await asyncio.sleep(0.1)
    os.kill(idle, signal.SIGKILL)
    with pytest.raises(SourceError, match="lost its parser"):
        await waiting
    assert await parsers(os.getpid) != idle


async def test_a_parser_that_stands_still_before_a_task_has_begun_is_given_up(
    parsers: Parsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pebble's watchdog looks at tasks that have begun: one that waits for a frozen child would wait for ever."""
    idle = await parsers(os.getpid)
    os.kill(idle, signal.SIGSTOP)
    with monkeypatch.context() as hurried, pytest.raises(SourceError, match="lost its parser"):
        hurried.setattr("bot.parsers.STANDSTILL", 0.5)
        async with asyncio.timeout(within(10)):
            await parsers(os.getpid)
    assert await parsers(os.getpid) != idle
    assert await gone(idle, within(10)), "and what stood still is ended"


async def test_a_task_that_a_breaking_pool_forgot_is_given_up(
    parsers: Parsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pool breaks between the look at it and the queue's end: pebble fails what it has, then takes this one."""
    await parsers(len, "")
    pool = parsers._pool
    schedule = pool.schedule

    def late(*args: Any, **kwargs: Any) -> Any:
        pool._pool_manager.handle_broken_pool(BrokenProcessPool())
        monkeypatch.setattr(pool, "_check_pool_status", lambda: None)
        return schedule(*args, **kwargs)

    monkeypatch.setattr(pool, "schedule", late)
    with monkeypatch.context() as hurried, pytest.raises(SourceError, match="lost its parser"):
        hurried.setattr("bot.parsers.STANDSTILL", 0.5)
        await parsers(len, "다음")
    assert await parsers(len, "다음") == 2


async def test_whoever_stops_waiting_stops_the_parser(parsers: Parsers) -> None:
    child = await parsers(os.getpid)
    waiting = asyncio.create_task(parsers(time.sleep, 30))
    await asyncio.sleep(0.2)
    waiting.cancel()
    assert await gone(child)


async def test_a_parser_runs_confined(parsers: Parsers) -> None:
    assert await parsers(resource.getrlimit, resource.RLIMIT_AS) == (512 * 1024 * 1024,) * 2
    assert await parsers(resource.getrlimit, resource.RLIMIT_CORE) == (0, 0)
    assert await parsers(os.nice, 0) > os.nice(0)


async def test_leaving_the_context_ends_the_children() -> None:
    async with Parsers(1) as pool:
        child = await pool(os.getpid)
    assert await gone(child)


BOT = """
import asyncio, os, sys, time
from bot.parsers import Parsers

async def main():
    async with Parsers(1, seconds=60) as pool:
        print(await pool(os.getpid), flush=True)
        await pool(time.sleep, 60)

if __name__ == "__main__":
    asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc and PR_SET_PDEATHSIG")
async def test_parsers_end_with_a_bot_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "bot_of_a_test.py"
    script.write_text(BOT, encoding="utf-8")
    with subprocess.Popen(  # noqa: ASYNC220 - nothing else runs here
        [sys.executable, script],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        text=True,
    ) as bot:
        assert bot.stdout is not None
        child = int(bot.stdout.readline())
        assert alive(child)
        await asyncio.sleep(0.2)
        bot.kill()
    assert await gone(child)


async def test_whoever_holds_a_whole_document_keeps_the_others_waiting_until_he_is_done_with_it() -> None:
    """Issue 5: ten thousand feeds in 150 MB, on their first day too."""
    began: list[int] = []
    go_on = asyncio.Event()

    async def parse(function: Callable[..., int], /, *args: Any, **kwargs: Any) -> int:
        began.append(function(*args, **kwargs))
        return began[-1]

    wholes = Wholes(parse, most=2)  # type: ignore[arg-type]  # a parser of ints

    async def poll(number: int) -> None:
        assert [await wholes(abs, number), await wholes(abs, number)] == [number, number], "one that has room, has it"
        await go_on.wait()

    polls = [asyncio.create_task(poll(number)) for number in (1, 2, 3)]
    await asyncio.sleep(0.05)
    assert began == [1, 1, 2, 2]
    go_on.set()
    await asyncio.gather(*polls)
    assert began == [1, 1, 2, 2, 3, 3]
