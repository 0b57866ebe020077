"""What a style says to a reader (issue 3: colour and background spans are emphasis; text-decoration and font-style)."""

import time

import pytest

from bot.document import Mark
from bot.text.css import is_background, is_colour, style


@pytest.mark.parametrize(
    "value",
    ["red", "#e23", "#ee2323", "#ee2323cc", "rgb(238, 35, 35)", "rgba(93%,14%,14%,.9)", "hsl(0, 75%, 60%)", "DarkRed",
     "var(--wp--preset--color--vivid-red)", "#1a5490", "#fff59d", "rgb(230 240 255 / 80%)"],
)  # fmt: skip
def test_a_colour_stands_out(value: str) -> None:
    assert is_colour(value)


@pytest.mark.parametrize(
    "value",
    ["", "inherit", "black", "#222426", "#334155", "rgb(55, 65, 81)", "#f9fafb", "#ee232300", "rgba(238,35,35,0)",
     "hsl(0, 0%, 20%)", "hsl(210, 11%, 15%)", "var(--body-color)", "rgb(1,2", "rgb(1.2.3,4,5)", "#12345",
     "url(/red.png) no-repeat", "hsla(0, 75%, 60%, 0)"],
)  # fmt: skip
def test_blacks_and_greys_of_every_palette_do_not(value: str) -> None:
    assert not is_colour(value)


def test_a_dark_box_stands_out_where_dark_letters_do_not() -> None:
    assert is_background("rgb(33, 37, 41)")
    assert not is_colour("rgb(33, 37, 41)")
    assert is_background("linear-gradient(transparent 60%, #fff59d 40%)")
    assert not is_background("linear-gradient(#fff, #eee)")


@pytest.mark.parametrize(
    ("css", "adds"),
    [
        ("font-weight: BOLDER", {Mark.BOLD}),
        ("font-weight:700 !important; font-style: oblique 10deg", {Mark.BOLD, Mark.ITALIC}),
        ("text-decoration: underline line-through wavy", {Mark.UNDERLINE, Mark.STRIKE}),
        ("text-decoration-line: line-through", {Mark.STRIKE}),
        ("text-decoration: none", set()),
        ("font-size: 14px", set()),
    ],
)
def test_type_is_a_mark(css: str, adds: set[Mark]) -> None:
    assert style(css).adds == adds


def test_type_takes_marks_back() -> None:
    assert style("font-weight: 400; font-style: normal").removes == {Mark.BOLD, Mark.ITALIC}


@pytest.mark.parametrize(
    "css",
    ["display:none", "VISIBILITY: collapse", "mso-hide:all", "text-indent:-9999px", "position:absolute;left:-10000px",
     "clip: rect(0 0 0 0)", "clip:rect(1px, 1px, 1px, 1px)", "clip-path: inset(50%)", "opacity: 0 !important"],
)  # fmt: skip
def test_what_nobody_sees_is_hidden(css: str) -> None:
    assert style(css).hides


@pytest.mark.parametrize("css", ["height:0;padding-bottom:56.25%", "text-indent:-1em", "left:-10px", "opacity:0.05"])
def test_what_only_moves_is_not(css: str) -> None:
    assert not style(css).hides


@pytest.mark.parametrize(
    "css", ["color:" + "rgb(" * 300_000, "color:rgb(" + "1," * 300_000, "a:" * 300_000, "#" * 10**6]
)
def test_a_megabyte_of_style_costs_no_quadratic_time(css: str) -> None:
    started = time.process_time()
    style(css)
    assert time.process_time() - started < 2
