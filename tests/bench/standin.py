"""The strict sandbox in a process of its own: `python -m bot.sandbox`, which refuses whoever comes too often."""

import datetime as dt
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.leash import ROOT


@dataclass(frozen=True)
class StandIn:
    """Where it answers, and what it accepted."""

    url: str
    log: Path

    @property
    def telegram(self) -> str:
        """The base address of its Telegram."""
        return f"{self.url}/telegram"

    def accepted(self) -> list[dict[str, Any]]:
        """Every accepted operation, in order."""
        with self.log.open(encoding="utf-8") as lines:
            return [json.loads(line) for line in lines if line.endswith("\n")]

    def times(self) -> list[float]:
        """When each was accepted, in seconds since 1970 to the millisecond."""
        return [dt.datetime.fromisoformat(record["time"]).timestamp() for record in self.accepted()]


@contextmanager
def strict() -> Iterator[StandIn]:
    """The stand-ins, answering while this is open."""
    with tempfile.TemporaryDirectory(prefix="sokbo-standin-") as folder:
        log = Path(folder) / "accepted.jsonl"
        process = subprocess.Popen(
            [sys.executable, "-m", "bot.sandbox"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps({"listen": "127.0.0.1:0", "log": str(log)}) + "\n")
            process.stdin.flush()
            said = process.stdout.readline().split()
            if said[:1] != ["ready"]:
                raise RuntimeError("the stand-ins did not start")
            yield StandIn(said[1], log)
        finally:
            process.communicate()  # the end of its stdin ends it
