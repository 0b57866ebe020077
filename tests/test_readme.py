"""What the README says of the platforms is generated from what their adapters can do."""

import datetime as dt
import pkgutil
from pathlib import Path

import adapters
from bot.app.previews import _renderer
from bot.model import Target
from bot.ports import Checks, Edits, Finds, Sends

ROOT = Path(__file__).parents[1]


def yes(power: bool) -> str:
    return "yes" if power else "no"


def row(kind: str) -> str:
    adapter = _renderer(kind)
    if not isinstance(adapter, Sends):
        return f"| {kind} | not yet: `preview` shows it | | | | |"
    window = adapter.safe_again(Target("1"))
    survives = "policy" if not window else "duplicate check" if window >= dt.timedelta(days=1) else "nonce"
    edits, finds, checks = isinstance(adapter, Edits), isinstance(adapter, Finds), isinstance(adapter, Checks)
    return f"| {kind} | yes | {yes(edits)} | {survives} | {yes(finds)} | {yes(checks)} |"


def test_the_table_of_powers_is_what_the_adapters_can_do() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    kinds = sorted(module.name for module in pkgutil.iter_modules(adapters.__path__))
    table = "\n".join(row(kind) for kind in kinds)
    assert table in readme, f"the table should be:\n{table}"


def test_the_two_commands_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert "\nrun: " in makefile
    assert "\ntest: " in makefile
