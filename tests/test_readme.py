"""What the README says of the platforms is generated from what their adapters can do."""

import datetime as dt
import pkgutil
from pathlib import Path

import adapters
from bot.app.previews import _renderer
from bot.model import Target
from bot.ports import Checks, Deletes, Edits, Finds, Replies, Sends

ROOT = Path(__file__).parents[1]


def yes(power: bool) -> str:
    return "yes" if power else "no"


def spelled(window: dt.timedelta) -> str:
    number, unit = (window.days, "day") if window.days else (window.seconds // 60, "minute")
    return f"{number} {unit}{'s' if number > 1 else ''}"


def row(kind: str) -> str:
    adapter = _renderer(kind)
    if not isinstance(adapter, Sends):
        return f"| {kind} | not yet: `preview` shows it | | | | | | |"
    window = adapter.safe_again(Target("1"))
    survives = f"its key, for {spelled(window)}" if window else "policy"
    powers = " | ".join(yes(isinstance(adapter, power)) for power in (Edits, Deletes, Replies))
    looks = " | ".join(yes(isinstance(adapter, power)) for power in (Finds, Checks))
    return f"| {kind} | yes | {powers} | {survives} | {looks} |"


def test_the_table_of_powers_is_what_the_adapters_can_do() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    kinds = sorted(module.name for module in pkgutil.iter_modules(adapters.__path__))
    table = "\n".join(row(kind) for kind in kinds)
    assert table in readme, f"the table should be:\n{table}"


def test_the_two_commands_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert "\nrun: " in makefile
    assert "\ntest: " in makefile
