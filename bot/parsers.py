"""Parser processes: whatever reads a stranger's bytes runs in a child with limits, and only that document dies of it.

    await parsers(gather, body, …) ─▶ pebble.ProcessPool ─▶ child: 5 s, 512 MB, no core file, low priority
                                              └─ watchdog ─▶ late, too big or dead: SourceError; the child is replaced

The pool starts with the first document. Its children are spawned, so that they inherit neither threads nor connections,
and they end with the bot, however it ends. A function runs here if it can be imported by name; importing its module is
not counted against its time.
"""

import asyncio
import ctypes
import functools
import importlib
import logging
import math
import multiprocessing
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar

from pebble import ProcessExpired, ProcessPool

from bot.errors import SourceError
from bot.ports import Parse

P = ParamSpec("P")
T = TypeVar("T")

LOG = logging.getLogger(__name__)
SECONDS = 5.0  #: for one document, of time and of processor time (FAILURES.md section 1, "XML bombs / CPU")
MEMORY = 512 * 1024 * 1024  #: bytes of address space for a parser (the same row)
TASKS = 200  #: documents after which a parser is replaced, so that what a library leaks ends with it
STANDSTILL = 60.0  #: seconds in which no task has ended, after which a pool that one waits for is given up
WHOLE = 4  #: documents that are read as a whole, until what they gave is committed
NICENESS = 5  #: sending goes before parsing
PR_SET_PDEATHSIG = 1  #: <linux/prctl.h>


class Parsers:
    """The pool, as an async context manager; implements ``Parse``. ``seconds`` and bytes of ``memory`` bound a task.

    ``reads`` names modules that every child imports when it starts, so that no document waits for them: half a second,
    for a feed's (`python -m tests.bench push`, the first ping).
    """

    def __init__(
        self, workers: int = 2, *, seconds: float = SECONDS, memory: int = MEMORY, reads: Sequence[str] = ()
    ) -> None:
        self._workers = workers
        self._reads = tuple(reads)
        self._seconds = seconds
        self._memory = memory
        self._pool = self._fresh()
        self._scheduling = threading.Lock()
        self._ended = -math.inf  # when a task last came to its end, by the steady clock

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(_end, self._pool)

    async def __call__(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``function`` in a parser process; its own exceptions pass, everything else is a ``SourceError``.

        Such an error's text goes on from a subject, the document: "took its parser longer than 5 s".
        """
        task = functools.partial(_within_seconds, self._seconds, function, *args, **kwargs)
        try:
            # In a thread, because the first task starts the children.
            return await self._end_of(*await asyncio.to_thread(self._schedule, task))
        except TimeoutError as error:
            raise SourceError(f"took its parser longer than {self._seconds:g} s") from error
        except MemoryError as error:
            raise SourceError(f"needs more than {self._memory >> 20} MB to be parsed") from error
        except ProcessExpired as error:
            raise SourceError(f"killed its parser ({_last_words(error.exitcode)})") from error
        except BrokenProcessPool as error:
            raise SourceError("lost its parser, which is being replaced") from error

    def _schedule(self, task: Callable[[], T]) -> tuple[ProcessPool, Future[T]]:
        """Queue a task, on a new pool if need be: pebble gives a pool up for good when an idle child is killed."""
        with self._scheduling:
            if not self._pool.active:
                LOG.warning("the parsers died while idle; starting new ones")
                threading.Thread(target=_end, args=[self._pool], daemon=True).start()  # others of its children may live
                self._pool = self._fresh()
            return self._pool, self._pool.schedule(task, timeout=self._seconds)

    async def _end_of(self, pool: ProcessPool, future: "Future[T]") -> T:
        """What a task comes to. Pebble's clock begins with a task, and a pool that breaks may forget one just queued.

        So that no task waits for ever: whoever waits gives a pool up in which nothing has ended for a `STANDSTILL`.
        """
        asked = time.monotonic()
        result = asyncio.wrap_future(future)
        try:
            while not (await asyncio.wait([result], timeout=STANDSTILL))[0]:
                if not pool.active or time.monotonic() - max(asked, self._ended) >= STANDSTILL:
                    pool.stop()  # type: ignore[no-untyped-call]  # pebble types only what it returns
                    raise BrokenProcessPool("the parsers stand still")
        finally:
            result.cancel()  # whoever stops waiting stops the parser
        self._ended = time.monotonic()
        return result.result()

    def _fresh(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self._workers,
            max_tasks=TASKS,
            initializer=_confine,
            initargs=(self._memory, self._reads),
            context=multiprocessing.get_context("spawn"),
        )


class Wholes:
    """Parses documents all of which is given back, 2 MB each: so many at once, counting what their tasks still hold.

    A task that was given one has its room until it ends. Without this a hundred feeds that are read for the first time
    take 170 MB (`python -m tests.bench polls`).
    """

    def __init__(self, parse: Parse, most: int = WHOLE) -> None:
        self._parse = parse
        self._room = asyncio.Semaphore(most)
        self._inside: set[asyncio.Task[Any]] = set()

    async def __call__(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """As ``Parse``, once there is room."""
        task = asyncio.current_task()
        if task is not None and task not in self._inside:
            await self._room.acquire()
            self._inside.add(task)
            task.add_done_callback(self._leave)
        return await self._parse(function, *args, **kwargs)

    def _leave(self, task: "asyncio.Task[Any]") -> None:
        self._inside.discard(task)
        self._room.release()


def _end(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]  # pebble types only what it returns
    pool.join()


def _confine(memory: int, reads: Sequence[str]) -> None:
    """In the child, before its first document: limits, priority, an end when the bot ends, and what it will need."""
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    except (OSError, ValueError) as error:  # macOS has no such limit; a container may have set a lower one
        LOG.warning("a parser's memory cannot be limited here: %s", error)
    if sys.platform == "linux":
        # A busy child would not notice its pipe closing. The signal comes when the thread that spawned the child ends;
        # that is one of pebble's or of the loop's executor, and both live as long as the pool.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    for name in reads:
        importlib.import_module(name)


def _within_seconds(seconds: float, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run ``function`` with a limit on its processor time, which no change of the clock can stretch."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    limit = math.ceil(time.process_time() + seconds)  # whole seconds, rounded up so that the watchdog comes first
    resource.setrlimit(resource.RLIMIT_CPU, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
    try:
        return function(*args, **kwargs)
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))


def _last_words(code: int) -> str:
    """An exit code in words: a negative one is the signal that ended the child."""
    if code == -signal.SIGXCPU:
        return "it used up its processor time"
    return f"by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
