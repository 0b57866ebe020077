"""How long a test takes: short in `make test`, long in `make torture`."""

import os
from typing import Final, TypeVar

T = TypeVar("T")

LONG: Final = bool(os.environ.get("SOKBO_TORTURE"))


def scale(short: T, long: T) -> T:
    """The short form of a figure, or the long one where the environment says ``SOKBO_TORTURE=1``."""
    return long if LONG else short
