"""How large a picture may be, and how much smaller the next try is (issue 3, point 7; PLATFORMS.md b)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Bounds
from bot.pictures.bounds import SMALLEST, TIGHTEST, lies_within, rendition_key, scaled, smaller

TELEGRAM = Bounds(size=10_000_000, side=5000, count=10)
BLUESKY = Bounds(size=2_000_000, side=2000, mimes=("image/jpeg", "image/png", "image/webp"), count=4)


@pytest.mark.parametrize(
    ("bounds", "steps"),
    [
        (
            TIGHTEST,
            [
                (2_500_000, 2730),
                (1_250_000, 1820),
                (625_000, 1213),
                (312_500, 808),
                (156_250, 538),
                (78_125, 358),
                (50_000, 320),
            ],
        ),
        (Bounds(size=500_000, side=500), [(250_000, 333), (125_000, 320), (62_500, 320), (50_000, 320)]),
        (Bounds(size=9_000, side=100, mimes=("image/png",)), [(9_000, 100)]),
        (replace(SMALLEST, mimes=("image/jpeg",)), []),
    ],
)
def test_each_step_is_smaller_than_the_last_and_the_steps_end(bounds: Bounds, steps: list[tuple[int, int]]) -> None:
    found = []
    while (after := smaller(bounds)) != bounds:
        assert after.mimes == ("image/jpeg",)
        assert (after.ratio, after.pixels, after.count) == (bounds.ratio, bounds.pixels, bounds.count)
        found.append((after.size, after.side))
        bounds = after
    assert found == steps


@given(
    st.tuples(st.integers(1, 40_000), st.integers(1, 40_000)),
    st.builds(
        Bounds,
        size=st.just(1),
        side=st.integers(1, 10_000),
        pixels=st.integers(1, 50_000_000),
        ratio=st.floats(1.0, 50.0),
    ),
)
def test_whatever_its_shape_a_picture_lies_within_the_bounds(size: tuple[int, int], bounds: Bounds) -> None:
    inner, ground = scaled(size, bounds)
    assert max(ground) <= bounds.side
    assert ground[0] * ground[1] <= bounds.pixels
    assert max(ground) <= bounds.ratio * min(ground) + 1e-6
    assert 1 <= inner[0] <= ground[0]
    assert 1 <= inner[1] <= ground[1]
    assert inner[0] <= size[0], "nothing is blown up"
    assert lies_within(ground, bounds)


@pytest.mark.parametrize(
    ("size", "bounds", "inner", "ground"),
    [
        ((4000, 3000), replace(TIGHTEST, side=1280), (1280, 960), (1280, 960)),
        ((3000, 4000), replace(TIGHTEST, side=1280), (960, 1280), (960, 1280)),
        ((5000, 100), TIGHTEST, (4096, 82), (4096, 205)),
        ((1200, 630), replace(TIGHTEST, ratio=1.0), (1200, 630), (1200, 1200)),
        ((7680, 4320), replace(TIGHTEST, side=8000, pixels=33_177_600), (7680, 4320), (7680, 4320)),
        ((8000, 4500), replace(TIGHTEST, side=8000, pixels=33_177_600), (7680, 4320), (7680, 4320)),
    ],
)
def test_a_picture_keeps_its_shape_on_a_ground_that_is_not_too_slim(
    size: tuple[int, int], bounds: Bounds, inner: tuple[int, int], ground: tuple[int, int]
) -> None:
    assert scaled(size, bounds) == (inner, ground)
    assert lies_within(size, bounds) == (size == ground)


def test_the_same_bytes_and_bounds_have_one_key_and_others_another() -> None:
    key = rendition_key(b"a", BLUESKY)
    assert len(key) == 64
    assert set(key) <= set("0123456789abcdef")
    same = replace(BLUESKY, count=1, mimes=BLUESKY.mimes[::-1], ratio=20)
    assert rendition_key(b"a", same) == key
    others = [
        rendition_key(b"b", BLUESKY),
        rendition_key(b"a", TELEGRAM),
        *(
            rendition_key(b"a", changed)
            for changed in (
                replace(BLUESKY, size=1),
                replace(BLUESKY, side=1),
                replace(BLUESKY, pixels=1),
                replace(BLUESKY, ratio=1.91),
                replace(BLUESKY, mimes=("image/png",)),
            )
        ),
    ]
    assert len({key, *others}) == 1 + len(others)


def test_a_key_is_the_same_in_every_process_and_version() -> None:
    expected = "24ea6e0db4ca8b6d0afb8badd8b20c693320ff14d7faabc39bfb31d648a92a57"
    assert rendition_key(b"a picture", TIGHTEST) == expected
