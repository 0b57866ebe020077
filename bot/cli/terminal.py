"""How a command waits, prints and ends.

The exit codes are promised: 0 done; 1 something failed and was reported; 2 configuration or usage; 3 another bot drives
this store; 130 interrupted.
"""

import json
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import uvloop

from bot.errors import SokboError

T = TypeVar("T")
DONE, FAILED, MISUSED, OCCUPIED, INTERRUPTED = 0, 1, 2, 3, 130


def wait(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end; of several errors at once, a person is told the first that was meant for people."""
    try:
        return uvloop.run(work)
    except BaseExceptionGroup as group:
        meant = group.subgroup(SokboError)
        while isinstance(meant, BaseExceptionGroup):
            meant = meant.exceptions[0]  # type: ignore[assignment]  # down to the first leaf
        if meant is None:
            raise
        raise meant from group


@contextmanager
def progress(doing: str) -> Iterator[None]:
    """A spinner on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(doing):
        yield


def print_json(value: Any) -> None:
    """Print what a program reads; people may, too."""
    print(json.dumps(value, ensure_ascii=False, indent=2))
