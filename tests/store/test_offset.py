"""The database's clock on ours: the quickest exchange knows best, a set clock is noticed (OUTBOX.md trap 4)."""

import pytest

from bot.store.offset import DRIFT, Offset

#: The database's clock says this many seconds where the monotonic one says 0.
AHEAD = 1_700_000_000.0


def told(offset: Offset, at: float, there: float, back: float, ahead: float = AHEAD) -> None:
    """An exchange that took ``there`` seconds to ask and ``back`` to answer."""
    offset.learn(at, round((at + there + ahead) * 1_000_000), at + there + back)


def error(offset: Offset, at: float, ahead: float = AHEAD) -> float:
    return offset.monotonic(round((at + ahead) * 1_000_000)) - at


def test_a_clock_that_was_never_read_tells_nothing() -> None:
    with pytest.raises(RuntimeError, match="never read"):
        Offset().monotonic(0)
    with pytest.raises(RuntimeError, match="never read"):
        Offset().micros(0)


def test_there_and_back_is_the_same_time() -> None:
    offset = Offset()
    told(offset, 5, 0.0003, 0.0001)
    micros = round((7 + AHEAD) * 1_000_000)
    assert abs(offset.micros(offset.monotonic(micros)) - micros) <= 1


def test_a_slow_answer_does_not_spoil_what_a_quick_one_told() -> None:
    offset = Offset()
    told(offset, 0, 0.0001, 0.0001)
    for second in range(1, 10):
        told(offset, second, 0.001, 0.08)  # a busy loop answers late: the time would seem earlier than it is
    assert abs(error(offset, 10)) < 0.0002


def test_a_quicker_answer_is_believed() -> None:
    offset = Offset()
    told(offset, 0, 0.001, 0.05)
    assert abs(error(offset, 1)) > 0.02
    told(offset, 1, 0.0002, 0.0002)
    assert abs(error(offset, 2)) < 0.0001


@pytest.mark.parametrize("step", [-3600.0, -0.1, 0.1, 3600.0, 86_400.0])
def test_a_clock_that_was_set_is_followed_at_once(step: float) -> None:
    """FAILURES.md row 19."""
    offset = Offset()
    told(offset, 0, 0.0001, 0.0001)
    told(offset, 1, 0.002, 0.002, AHEAD + step)  # slower than the first, and yet it is so
    assert abs(error(offset, 1, AHEAD + step)) < 0.002


def test_clocks_that_drift_apart_are_followed() -> None:
    offset = Offset()
    for second in range(3600):
        told(offset, second, 0.0002, 0.0002, AHEAD + second * DRIFT / 2)
    assert abs(error(offset, 3600, AHEAD + 3600 * DRIFT / 2)) < 0.001
