"""What the README says of the platforms is generated from what their adapters can do."""

import datetime as dt
import pkgutil
from pathlib import Path

import adapters
from bot.app.kinds import adapter_class
from bot.model import Secret, Target
from bot.ports import Checks, Finds, Sends
from bot.preview import Rehearsal

ROOT = Path(__file__).parents[1]
KEYS = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
OPTIONS = {"x": {name: Secret("x") for name in KEYS}}


def yes(power: bool) -> str:
    return "yes" if power else "no"


def row(kind: str) -> str:
    options = OPTIONS.get(kind, {"token": Secret("1:x")})
    adapter = adapter_class(kind)(Rehearsal(), **options)  # type: ignore[call-arg]  # each adapter has its own keywords
    window = adapter.safe_again(Target("1")) if isinstance(adapter, Sends) else dt.timedelta(0)
    survives = "policy" if not window else "duplicate check" if window >= dt.timedelta(days=1) else "nonce"
    finds, checks = isinstance(adapter, Finds), isinstance(adapter, Checks)
    powers = [yes(isinstance(adapter, Sends)), survives, yes(finds), yes(checks)]
    return f"| {kind} | {' | '.join(powers)} |"


def test_the_table_of_powers_is_what_the_adapters_can_do() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    kinds = sorted(module.name for module in pkgutil.iter_modules(adapters.__path__))
    table = "\n".join(row(kind) for kind in kinds)
    assert table in readme, f"the table should be:\n{table}"


def test_the_two_commands_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert "\nrun: " in makefile
    assert "\ntest: " in makefile
