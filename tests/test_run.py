"""Which tests `make test` runs in which phase, and what it says in the end."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.run import PHASES, command, compiling, verdict

BESIDE, ALONE = PHASES


@pytest.mark.parametrize(
    ("mark", "marks"),
    [
        ("", ("not alone", "alone")),
        ("mutants", ("(mutants) and not alone", "(mutants) and alone")),
        ("alone or browser", ("(alone or browser) and not alone", "(alone or browser) and alone")),
    ],
)
def test_every_test_is_in_one_of_the_phases(mark: str, marks: tuple[str, str]) -> None:
    for phase, narrowed in zip(PHASES, marks, strict=True):
        called = command(phase, mark, [], Path("report.xml"))
        assert called[called.index("-m", 3) + 1] == narrowed


def test_what_is_asked_for_in_pytests_own_words_comes_last() -> None:
    assert command(BESIDE, "", ["-x", "tests/torture"], Path("report.xml"))[-2:] == ["-x", "tests/torture"]


def test_what_runs_alone_is_not_spread_and_looked_for_where_it_stands() -> None:
    called = command(ALONE, "", [], Path("report.xml"))
    assert called[called.index("-n") + 1] == "0"
    assert {"tests/torture/test_pace.py", "tests/test_dispatch_urgent.py"} <= {*called}
    assert "tests/torture/test_pace.py" not in command(ALONE, "", ["tests/store"], Path("report.xml"))
    assert command(BESIDE, "", [], Path("report.xml"))[-1] == "not alone"


@pytest.mark.parametrize(
    ("codes", "code"),
    [([0, 0], 0), ([1, 0], 1), ([0, 2], 2), ([1, 2], 1), ([5, 0], 0), ([0, 5], 0), ([5, 5], 5), ([5, 1], 1)],
)
def test_the_first_failure_is_the_answer(codes: Sequence[int], code: int) -> None:
    assert verdict(codes) == code


def test_what_is_imported_is_kept_compiled_whatever_else_the_environment_says() -> None:
    assert compiling({"PYTHONDONTWRITEBYTECODE": "1", "CI": "true"}) == {"CI": "true"}


def test_a_test_that_hangs_fails_shows_the_line_that_waited_and_stops_no_other(tmp_path: Path) -> None:
    tests = tmp_path / "test_hanging.py"
    tests.write_text(
        "import asyncio, threading\n"
        "async def test_loop(): await asyncio.Event().wait()\n"
        "def test_thread(): threading.Event().wait()\n"
        "def test_other(): pass\n"
    )
    plugins = ("-p", "tests.conftest", "-p", "no:cacheprovider")
    words = [sys.executable, "-m", "pytest", *plugins, "-c", "pyproject.toml", "--timeout=1", str(tests)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "2 failed, 1 passed" in done.stdout
    assert "await asyncio.Event().wait()" in done.stdout, "where a loop waited"
    assert "Timeout (>1.0s)" in done.stdout
