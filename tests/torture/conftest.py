"""What measures time, or needs the machine for itself: `make torture` runs it, `make test` the rest."""

import pytest

from tests.torture.scale import LONG

#: Rows 4, 6, 8 and 9 to 16 of FAILURES.md section 3: beside other tests, on two cores and traced, they measure those.
collect_ignore = [] if LONG else ["test_faults.py", "test_frozen.py", "test_outage.py", "test_pace.py", "test_soak.py"]

#: Of the others: rows 1, 5 and 7 with several workers, and row 17.
ALONE = frozenset(
    {
        "test_however_often_workers_are_killed_nothing_is_lost_and_others_go_on",
        "test_restarts_one_after_the_other_lose_and_repeat_nothing",
        "test_a_transaction_left_open_does_not_slow_the_claims",
    }
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [] if LONG else [item for item in items if item.name.partition("[")[0] in ALONE]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
