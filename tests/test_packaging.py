"""What an operator starts Sokbo with: the container file, the compose file, the service (issue 4, point 2).

There is no container engine on the build machines: the files are checked by what can be checked.
"""

import configparser
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli import parser
from bot.dispatch import DRAIN

ROOT = Path(__file__).parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
UNIT = ROOT / "config/systemd/sokbo.service"
OURS = ("sokbo", "worker", "page")


def seconds(text: str) -> int:
    found = re.fullmatch(r"(\d+)s", text)
    assert found
    return int(found[1])


def test_up_alone_is_one_container_on_sqlite() -> None:
    plain = [name for name, service in SERVICES.items() if "profiles" not in service]
    assert plain == ["sokbo"]
    assert SERVICES["sokbo"]["environment"]["SOKBO_STORE"].startswith("sqlite:///")


def test_a_profile_adds_postgresql_and_workers_that_can_be_scaled() -> None:
    profiled = {name for name, service in SERVICES.items() if service.get("profiles") == ["workers"]}
    assert profiled == {"postgres", "worker", "page"}
    worker = SERVICES["worker"]
    assert not {"container_name", "ports", "network_mode"} & worker.keys(), "four of them would want the same"
    assert worker["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert all(port.startswith("127.0.0.1:") for port in SERVICES["postgres"]["ports"])


@pytest.mark.parametrize("name", OURS)
def test_a_stop_waits_for_the_drain(name: str) -> None:
    assert seconds(SERVICES[name]["stop_grace_period"]) > DRAIN


@pytest.mark.parametrize("name", OURS)
def test_every_command_is_one_that_sokbo_knows(name: str) -> None:
    program, *arguments = SERVICES[name]["command"]
    assert program == "sokbo"
    assert parser().parse_args(arguments).command


def test_what_a_container_needs_is_named_and_there() -> None:
    named = re.findall(r"^COPY (.+) \S+$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    sources = [source for line in named for source in line.split()]
    assert sources
    assert [source for source in sources if not (ROOT / source).exists()] == []


def test_the_service_drains_before_it_is_killed_and_does_not_try_a_broken_configuration_again() -> None:
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str  # type: ignore[method-assign,assignment]  # systemd's keys are as they are written
    unit.read(UNIT)
    service = unit["Service"]
    assert int(service["TimeoutStopSec"]) > DRAIN
    assert service["RestartPreventExitStatus"].split() == ["2", "3"]
    program, *arguments = service["ExecStart"].split()
    assert program.endswith("/sokbo")
    assert parser().parse_args(arguments).command


def test_systemd_understands_the_service(tmp_path: Path) -> None:
    """Where it is installed; the paths of the file are an operator's own, so they are taken for ones that exist."""
    if shutil.which("systemd-analyze") is None:
        assert UNIT.read_text("utf-8").count("[") == 3
        return
    text = re.sub(r"^ExecStart=.*$", "ExecStart=/bin/true", UNIT.read_text("utf-8"), flags=re.MULTILINE)
    unit = tmp_path / "sokbo.service"
    unit.write_text(text, "utf-8")
    said = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert "sokbo.service:" not in said.stderr, said.stderr
