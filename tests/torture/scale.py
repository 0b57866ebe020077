"""How long a test takes, and how exact its clock must be: short in `make test`, long in `make torture`.

What is counted (lost, twice, out of order, answers of 429) has one bound in both. A time has the bound of FAILURES.md
section 3 in the long form, which has the machine for itself. The short form may share it: four busy processes beside it
on two processors made no time twice as long, and cost at most a tenth of a pace (a token that comes 10 ms late is
forfeited), so that `SLACK` and `KEPT_BUSY` hold wherever a test can be run at all, and a defect still shows.
"""

import os
from typing import Final, TypeVar

T = TypeVar("T")

LONG: Final = bool(os.environ.get("SOKBO_TORTURE"))
FULL: Final = os.environ.get("SOKBO_TORTURE") == "full"  #: row 1 alone has it: half an hour a database
SLACK: Final = 3.0  #: times as long may the short form take
KEPT_BUSY: Final = 0.75  #: share of a pace that the short form has to keep


def scale(short: T, long: T, full: T | None = None) -> T:
    """The short form of a figure, or the long one where the environment says ``SOKBO_TORTURE=1``; or the ``full``."""
    return full if FULL and full is not None else long if LONG else short


def within(bound: float) -> float:
    """The longest that something may take whose bound this is."""
    return scale(SLACK * bound, bound)


def kept(share: float) -> float:
    """The least of a pace that must be kept where the bound is this share of it."""
    return scale(KEPT_BUSY, share)
