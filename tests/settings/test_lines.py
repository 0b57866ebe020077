"""tomllib reads TOML without positions; the scan that finds them must follow every way to write a key."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings.lines import Place, locate

TEXT = """\
# a comment with a = 1 and [table]
top = 1

[a.b]  # headers bring their parents into being
"quoted key" = 'single # not a comment'
dotted . key = 2.5
multi = \"\"\"
[not.a.table]
x = 1 \\\"\"\" still text\"\"\"\"
after = true
literal = \'\'\'
y = 2\'\'\'
"a.b" = 1979-05-27 07:32:00

[[list]]
name = "first"
[list.inner]
deep = 1
[[list]]
name = "second"
items = [ "one", # here
  { id = 1, "k v" = [1,
     2], sub.key = 3 },

  [[4],
   5],
]
empty = []
[[list.more]]
x = 1
[[list.more]]
x = 2
"""

LINES: list[tuple[Place, int]] = [
    (("top",), 2),
    (("a",), 4),
    (("a", "b"), 4),
    (("a", "b", "quoted key"), 5),
    (("a", "b", "dotted"), 6),
    (("a", "b", "dotted", "key"), 6),
    (("a", "b", "multi"), 7),
    (("a", "b", "after"), 10),
    (("a", "b", "literal"), 11),
    (("a", "b", "a.b"), 13),
    (("list", 0), 15),
    (("list", 0, "name"), 16),
    (("list", 0, "inner"), 17),
    (("list", 0, "inner", "deep"), 18),
    (("list", 1), 19),
    (("list", 1, "name"), 20),
    (("list", 1, "items", 0), 21),
    (("list", 1, "items", 1), 22),
    (("list", 1, "items", 1, "id"), 22),
    (("list", 1, "items", 1, "k v", 1), 23),
    (("list", 1, "items", 1, "sub", "key"), 23),
    (("list", 1, "items", 2), 25),
    (("list", 1, "items", 2, 0, 0), 25),
    (("list", 1, "items", 2, 1), 26),
    (("list", 1, "empty"), 28),
    (("list", 1, "more", 0, "x"), 30),
    (("list", 1, "more", 1), 31),
]


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["unix", "windows"])
@pytest.mark.parametrize(("place", "line"), LINES)
def test_a_key_stands_on_its_line(place: Place, line: int, newline: str) -> None:
    assert locate(TEXT.replace("\n", newline))[place] == line


def test_every_key_and_item_that_tomllib_reads_has_a_line_and_no_other_has() -> None:
    assert set(locate(TEXT)) == set(_places(tomllib.loads(TEXT)))


STRINGS = st.text("ab \"'\\#[]{}=,.\n속", max_size=8)


@given(st.lists(st.tuples(STRINGS, st.sampled_from(["basic", "multi", "list", "table"])), max_size=6))
def test_no_text_leads_the_scan_astray(values: list[tuple[str, str]]) -> None:
    lines, expected, at = [], {}, 1
    for number, (value, form) in enumerate(values):
        said = value.replace("\\", "\\\\").replace('"', '\\"')
        short = '"' + said.replace("\n", "\\n") + '"'
        written = {
            "basic": short,
            "multi": f'"""\n{said}"""',
            "list": f"[\n{short},\n{short}]",
            "table": f"{{ x = {short} }}",
        }[form]
        lines.append(f"k{number} = {written} # {value!r}")
        expected[(f"k{number}",)] = at
        at += lines[-1].count("\n") + 1
    text = "\n".join(lines)
    assert set(_places(tomllib.loads(text))) == set(locate(text))
    assert {place: line for place, line in locate(text).items() if len(place) == 1} == expected


def _places(data: Any, place: Place = ()) -> Iterator[Place]:
    """Every key and item of what tomllib read."""
    if place:
        yield place
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield from _places(value, (*place, key))
