"""Work for a long time: FAILURES.md section 3, row 16. Ten minutes at full length."""

from pathlib import Path

import pytest

from tests.bench.canned import telegram
from tests.bench.soak import LAG, SLOPE, soak
from tests.torture.scale import LONG, scale, within


@pytest.mark.alone
async def test_nothing_grows_and_the_loop_answers(tmp_path: Path) -> None:
    """Row 16: memory less than 1 MB a minute, descriptors flat, the event loop at most 50 ms late (99th percentile).

    Seven seconds tell no slope: the short form may grow by what a minute may.
    """
    with telegram(0.02) as url:
        soaked = await soak(f"sqlite:///{tmp_path / 's.db'}", url, scale(12.0, 600.0))
    print(
        f"row 16: {soaked.sent:,} deliveries, {soaked.slope:+.2f} MB a minute ({soaked.grown:+.2f} MB in all),"
        f" descriptors {min(soaked.descriptors)} to {max(soaked.descriptors)}, the loop {soaked.late:.1f} ms late"
    )
    assert soaked.sent > scale(600, 50_000)
    assert (soaked.slope if LONG else soaked.grown) < SLOPE
    assert max(soaked.descriptors) - soaked.descriptors[0] <= 8  # connections that the transport opens anew
    assert soaked.late <= within(LAG)
