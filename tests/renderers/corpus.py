"""The injection corpus: what strangers could put into a title, a body or a link, and what each of them attacks.

`corpus.jsonl` is meant to be read: a string a line, with escapes for whatever cannot be seen. ``before`` and ``after``
stand around ``text`` as often as ``times`` says.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("corpus.jsonl")


@dataclass(frozen=True, slots=True)
class Attack:
    """One string and what it attacks."""

    attacks: str
    text: str


@cache
def corpus() -> tuple[Attack, ...]:
    """All of it, in the file's order."""
    return tuple(_attack(**json.loads(line)) for line in _FILE.read_text("utf-8").splitlines())


def _attack(attacks: str, text: str, before: str = "", after: str = "", times: int = 1) -> Attack:
    return Attack(attacks, before * times + text + after * times)
