"""What measures time wants a machine for itself: `make torture` runs it, `make test` the rest."""

from tests.torture.scale import LONG

#: Rows 6 and 9 to 16 of FAILURES.md section 3: beside other tests, on two cores and traced, they would measure those.
collect_ignore = [] if LONG else ["test_frozen.py", "test_pace.py", "test_soak.py"]
