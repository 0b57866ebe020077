"""The tests can fail: one rule after another is broken in a copy, and noticed (issue 2; FAILURES.md section 3 row 30).

`tests/mutants.toml` lists the rules. Coverage says that a line was run; a killed mutant says that somebody looked. The
short form breaks those that row 30 names, and finds the line of every other; the long form, `make mutants`, breaks all.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.torture.scale import scale

ROOT = Path(__file__).parents[1]
PARTS = ("bot", "adapters", "tests", "config")
HEAVY = ("tests/test_parsers.py", "tests/app/test_commands.py")  #: start processes of their own, and look at the clock
SECONDS = 60  #: for one mutant; the slowest takes a few
MISPLACED = 70  #: exit code of a run that imports something else than the copy

#: The installed package is the checkout itself, so the run makes sure that the copy comes before it.
RUN = f"""
import sys, pathlib, pytest, adapters, bot
here = pathlib.Path.cwd()
if not all(pathlib.Path(package.__file__).is_relative_to(here) for package in (adapters, bot)):
    sys.exit({MISPLACED})
sys.exit(pytest.main(sys.argv[1:]))
"""

pytestmark = pytest.mark.mutants


@dataclass(frozen=True)
class Mutant:
    """One rule, how to break it, and the tests (node ids) that must notice."""

    rule: str
    file: str
    find: str
    replace: str
    tests: tuple[str, ...]

    def __str__(self) -> str:
        words = re.findall(r"\w+", self.rule.partition(" (")[0].lower())
        return "-".join(words[:9])

    def mutate(self, house: Path) -> None:
        """Break the rule in a copy of the house."""
        path = house / self.file
        sound = path.read_text("utf-8")
        assert sound.count(self.find) == 1, f"{self.file} should hold this once: {self.find}"
        path.write_text(sound.replace(self.find, self.replace), "utf-8")


def read_mutants() -> list[Mutant]:
    listed = tomllib.loads((ROOT / "tests/mutants.toml").read_text("utf-8"))["mutants"]
    return [read_mutant(**fields) for fields in listed]


def read_mutant(*, test: str | list[str], **fields: Any) -> Mutant:
    return Mutant(tests=(test,) if isinstance(test, str) else tuple(test), **fields)


MUTANTS = read_mutants()
BROKEN = scale([mutant for mutant in MUTANTS if "row 30" in mutant.rule], MUTANTS)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy to break, compiled files included; none that another process is just writing."""
    for part in PARTS:
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("*.pyc.*"))
    shutil.copy2(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def run(house: Path, tests: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    """Run these tests on that copy, without coverage and without the plugins that they don't need."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("COV", "PYTEST", "SOKBO"))}
    own = {
        "PYTHONPATH": str(house),
        "PYTHONDONTWRITEBYTECODE": "1",  # so that what is compiled is never older than its source
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    plugins = ("-p", "pytest_asyncio.plugin", "-p", "no:cacheprovider")
    command = [sys.executable, "-c", RUN, "-q", "-x", "--tb=short", *plugins, *tests]
    return subprocess.run(
        command, cwd=house, env=inherited | own, capture_output=True, text=True, timeout=SECONDS, check=False
    )


def test_thirty_rules_are_listed_and_none_twice() -> None:
    assert len(MUTANTS) >= 30
    assert len({str(mutant) for mutant in MUTANTS}) == len(MUTANTS)


def test_a_copy_that_nobody_broke_passes(house: Path) -> None:
    """Else a mutant might be killed by the copying."""
    listed = dict.fromkeys(test for mutant in BROKEN for test in mutant.tests if not test.startswith(HEAVY))
    done = run(house, tuple(listed))
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_rule_stands_where_it_is_said_to_stand(house: Path) -> None:
    for mutant in MUTANTS:
        sound = (house / mutant.file).read_text("utf-8")
        mutant.mutate(house)
        (house / mutant.file).write_text(sound, "utf-8")


@pytest.mark.parametrize("mutant", BROKEN, ids=str)
def test_a_broken_rule_is_noticed(mutant: Mutant, house: Path) -> None:
    mutant.mutate(house)
    done = run(house, mutant.tests)
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, f"{mutant.rule}\n{done.stdout}{done.stderr}"
    assert re.search(r"^1 failed", done.stdout, re.MULTILINE), f"failed before it was tested:\n{done.stdout}"
