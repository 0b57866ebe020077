"""Which tests `make test` runs in which phase, and what it says in the end."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.run import PHASES, command, verdict

BESIDE, ALONE = PHASES
FLOOR = "--cov-fail-under=0"


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


@pytest.mark.parametrize(
    ("mark", "rest", "judged"),
    [("", [], True), ("not alone", [], True), ("mutants", [], False), ("", ["tests/torture"], False)],
)
def test_coverage_is_judged_of_the_whole(mark: str, rest: Sequence[str], judged: bool) -> None:
    called = command(BESIDE, mark, rest, Path("report.xml"))
    assert (FLOOR not in called) is judged
    assert called[len(called) - len(rest) :] == rest


def test_what_runs_alone_is_neither_traced_nor_spread() -> None:
    called = command(ALONE, "", [], Path("report.xml"))
    assert "--cov" not in called
    assert called[called.index("-n") + 1] == "0"


@pytest.mark.parametrize(
    ("codes", "code"),
    [([0, 0], 0), ([1, 0], 1), ([0, 2], 2), ([1, 2], 1), ([5, 0], 0), ([0, 5], 0), ([5, 5], 5), ([5, 1], 1)],
)
def test_the_first_failure_is_the_answer(codes: Sequence[int], code: int) -> None:
    assert verdict(codes) == code
