"""Memory: the collector of reference cycles, set for a process that runs for months and makes much that dies at once.

Left as it comes, it looks through everything that the bot was started with, again and again, in the middle of a
broadcast: a quarter of a delivery's processor time (`python -m tests.bench throughput`, 430 µs against 310). What is
there at the start stays, so it need not be looked at; what is made later mostly has no cycles.
"""

import gc

YOUNG = 50_000  #: objects more made than freed before the newest are looked through; a few megabytes
OLDER = (20, 100)  #: looks at the newest for each at what survived one, and of those for each at everything


def settle() -> None:
    """Leave what there is to itself, and look through the rest less often. To be called once, when all is built."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *OLDER)
