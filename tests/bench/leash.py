"""A process on a leash: it ends with the benchmark that started it, even if that is killed.

`python -m tests.bench.leash MODULE ARGUMENT …` is `python -m MODULE ARGUMENT …`, but for the leash.
"""

import ctypes
import runpy
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[2]
PATIENCE = 10.0  #: seconds that a process may take to end when it is asked to
PR_SET_PDEATHSIG = 1  #: <linux/prctl.h>


@contextmanager
def leashed(
    module: str, *arguments: str, out: int | IO[str] = subprocess.PIPE, err: int | IO[str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A module that runs in a process of its own while this is open."""
    command = [sys.executable, "-m", "tests.bench.leash", module, *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=err, text=True)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def main() -> None:
    """Put the leash on and become the module."""
    if sys.platform == "linux":  # elsewhere a killed benchmark leaves its processes to the next person
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
