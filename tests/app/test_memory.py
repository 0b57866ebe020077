"""The collector leaves alone what the bot was started with (tests/bench/throughput.py)."""

import gc
from collections.abc import Iterator

import pytest

from bot.app.memory import YOUNG, settle


@pytest.fixture
def settled() -> Iterator[None]:
    threshold = gc.get_threshold()
    settle()
    yield
    gc.unfreeze()
    gc.set_threshold(*threshold)


class Node:
    """A thing that refers to itself."""

    def __init__(self) -> None:
        self.itself = self


@pytest.mark.usefixtures("settled")
def test_what_was_there_at_the_start_is_not_looked_through_again() -> None:
    assert gc.get_freeze_count() > 1000
    newest = [each for generation in range(3) for each in gc.get_objects(generation)]
    assert len(newest) < gc.get_freeze_count() / 10


@pytest.mark.usefixtures("settled")
def test_cycles_that_are_made_later_are_still_found() -> None:
    """Memory stays bounded (FAILURES.md section 3 row 16)."""
    for _ in range(2 * YOUNG):
        Node()
    assert sum(isinstance(each, Node) for each in gc.get_objects()) <= YOUNG
