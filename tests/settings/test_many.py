"""A file of thousands of targets is read in one pass: what doubles the targets doubles the work, and no more."""

import sys
from types import FrameType
from typing import Any

import pytest

from tests.settings.conftest import Load

FORMS = {
    "names": ("chat", 'token = "chat-token-1"', '"@room-{:05}"'),
    "tables": ("chat", 'token = "chat-token-1"', '{{ id = "@room-{:05}", only = "breaking" }}'),
    "webhooks": ("hooks", "", '{{ webhook = "https://hooks.example/{:05}/a-token-of-its-own-{:05}" }}'),
}


def calls(load: Load, form: str, count: int) -> int:
    """How many calls of Python it takes to read so many targets."""
    kind, option, target = FORMS[form]
    targets = ", ".join(target.format(number, number) for number in range(100, 100 + count))
    text = f'[[accounts]]\nname = "a"\nkind = "{kind}"\n{option}\ntargets = [{targets}]'
    number = 0

    def note(_: FrameType, event: str, __: Any) -> None:
        nonlocal number
        number += event == "call"

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        settings = load(text)
    finally:
        sys.setprofile(before)
    assert len(settings.accounts[0].subscriptions) == count
    return number


@pytest.mark.parametrize("form", FORMS)
def test_twice_as_many_targets_are_twice_the_work(load: Load, form: str) -> None:
    """Nothing is compared with everything before it: 9,800 webhooks took 6 s of a core, and take 0.4."""
    calls(load, form, 1)
    few, many = calls(load, form, 200), calls(load, form, 400)
    assert many < 2.1 * few
    assert many / 400 < 175
