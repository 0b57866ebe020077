"""`make test`: every test that this machine can run, in two phases; a skip is named with what enables it.

    beside   all but what is marked ``alone``, on all cores
    alone    what kills, freezes and measures: one test after the other, its figures printed

Both run, whatever the first found; the exit code is that of the first that failed. Arguments are pytest's, for both:
`python -m tests.run -x tests/torture`. ``-m`` narrows both, and `-m alone` or `-m "not alone"` is one of them. With
arguments it may be a part that runs: a phase without a test is no failure then. `make coverage` traces the first phase.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

#: Seconds for one test, else it fails and the others go on; the slowest takes forty. One that holds the interpreter's
#: lock hears no signal: it ends its process, which says where.
PATIENCE = ("--timeout=300", "-o", "faulthandler_timeout=360", "-o", "faulthandler_exit_on_timeout=true")
ENABLES = {"chromium": "apt-get install chromium fonts-noto-cjk", "postgres": "apt-get install postgresql"}


TESTS = Path("tests")


@dataclass(frozen=True)
class Phase:
    """Which tests, by their mark, and how pytest runs them."""

    mark: str
    options: tuple[str, ...]

    @property
    def files(self) -> list[str]:
        """The only files to look into, if they are few: to collect them all takes ten seconds."""
        named = f"pytest.mark.{self.mark}"
        return sorted(str(path) for path in TESTS.rglob("test_*.py") if named in path.read_text("utf-8"))


PHASES = (
    Phase("not alone", ("-n", "auto", "--dist", "worksteal", *PATIENCE)),
    Phase("alone", ("-n", "0", "--capture=no", *PATIENCE)),
)


def main(arguments: Sequence[str]) -> int:
    """Run what is asked for; a skip is a failure where CI is set."""
    parser = argparse.ArgumentParser(prog="python -m tests.run", add_help=False, allow_abbrev=False)
    parser.add_argument("-m", dest="mark", default="")
    chosen, rest = parser.parse_known_args(arguments)
    phases = [phase for phase in PHASES if phase.mark == chosen.mark] or PHASES
    codes, skipped = [], list[tuple[str, str]]()
    with tempfile.TemporaryDirectory() as folder:
        for phase in phases:
            report = Path(folder) / f"{phase.mark}.xml"
            print(f"── {phase.mark} " + "─" * 100, flush=True)
            words = command(phase, chosen.mark, rest, report)
            codes.append(subprocess.run(words, check=False, env=compiling(os.environ)).returncode)
            skipped += _skipped(report) if report.exists() else []
    for name, reason in skipped:
        enabling = [line for word, line in ENABLES.items() if re.search(word, reason, re.IGNORECASE)]
        print(f"skipped: {name}: {reason}" + (f"  → {enabling[0]}" if enabling else ""))
    code = verdict(codes)
    if skipped and os.environ.get("CI"):
        print(f"{len(skipped)} tests were skipped: CI runs them all")
        return code or 1
    return code


def command(phase: Phase, mark: str, rest: Sequence[str], report: Path) -> list[str]:
    """How pytest is called."""
    marks = phase.mark if mark in {"", phase.mark} else f"({mark}) and {phase.mark}"
    chosen = any(Path(word.partition("::")[0]).exists() for word in rest)
    files = [] if chosen else phase.files
    return [sys.executable, "-m", "pytest", *phase.options, f"--junitxml={report}", "-m", marks, *files, *rest]


def compiling(environment: Mapping[str, str]) -> dict[str, str]:
    """Whatever else it says, what is imported is kept compiled: a few hundred processes start, each with all of it."""
    return {name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"}


def verdict(codes: Sequence[int]) -> int:
    """The first failure; that a phase had nothing to run is one only if no other had."""
    failed = [code for code in codes if code not in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}]
    return failed[0] if failed else 0 if pytest.ExitCode.OK in codes else pytest.ExitCode.NO_TESTS_COLLECTED


def _skipped(report: Path) -> list[tuple[str, str]]:
    return [
        (f"{case.get('classname')}.{case.get('name')}", skip.get("message") or "")
        for case in ET.parse(report).iter("testcase")
        for skip in case.iter("skipped")
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
